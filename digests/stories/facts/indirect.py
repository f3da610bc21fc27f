"""Casualties that are told without a casualty word beside their number.

"Seven bodies", "five soldiers are in hospital", "the third victim of", "took nine men off the bus and killed them",
"Dead: 9".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from digests.stories.facts.small_words import small_words
from digests.stories.facts.vocabulary import Sign

if TYPE_CHECKING:
    from digests.stories.facts.items import Item

__all__ = ["bodies", "in_hospital", "is_brief", "labelled", "nth", "put_at", "those_before"]

REACH_BODIES = 3
REACH_HOSPITAL = 16
REACH_LABEL = 4
REACH_BRIEF = 6
TOOK_THERE = 7  # words between "in" or "to" and the hospital: "taken to the District Headquarters Teaching Hospital"


def bodies(items: list[Item], index: int) -> int | None:
    """The number of bodies, coffins or graves."""
    for position in range(index - 1, max(-1, index - 1 - REACH_BODIES), -1):
        item = items[position]
        if item.has(Sign.NUMBER):
            return None if item.has(Sign.ARTICLE) else position
        if item.sign & ~(Sign.LEAST | Sign.PERSON | Sign.INJURED):
            return None
    return None


def nth(items: list[Item], index: int) -> int | None:
    """The ordinal before "victim" or "fatality", which says how many there are by now."""
    for position in (index - 1, index - 2):
        if position >= 0 and items[position].has(Sign.ORDINAL):
            return position
    return None


def in_hospital(items: list[Item], index: int) -> int | None:
    """The number of people who "were taken to" or "are in" this hospital."""
    there = None
    for position in range(index - 1, max(-1, index - 1 - REACH_HOSPITAL), -1):
        item = items[position]
        if there is None:
            if item.has(Sign.STOP | Sign.COMMA | Sign.AND | Sign.NUMBER | Sign.BODY) or index - position > TOOK_THERE:
                return None
            if item.has(Sign.INTO):
                there = position
            continue
        if item.has(Sign.NUMBER):
            is_there = any(one.has(Sign.AUX | Sign.STAYING) for one in items[max(0, position - 2) : there])
            return position if is_there and not item.has(Sign.ARTICLE) else None
        ends = Sign.STOP | Sign.COMMA | Sign.CUE | Sign.ONE | Sign.BODY | Sign.VAGUE | Sign.HOSPITAL | Sign.PREPOSITION
        if item.has(ends) or (item.has(Sign.BARRED) and not item.has(Sign.STAYING)):
            return None
    return None


def those_before(items: list[Item], index: int, used: set[int]) -> int | None:
    """The number of those whom "them" means: the last people counted in the sentence."""
    is_as_many = items[index].has(Sign.INJURED)
    for position in range(index - 1, -1, -1):
        item = items[position]
        if is_as_many and item.has(Sign.NUMBER) and not item.has(Sign.ARTICLE):
            return position  # "four policemen dead and as many injured"
        if item.has(Sign.STOP) or (item.sign & (Sign.CUE | Sign.ONE) and not is_as_many):
            return None
        if item.has(Sign.NUMBER) and not item.has(Sign.ARTICLE):
            return position if position not in used else None
    return None


def labelled(items: list[Item], index: int) -> int | None:
    """The number behind a colon or right behind the word, as in a table: "Dead: 9", "Toll: at least 12", "toll three"."""
    if index + 1 >= len(items) or (index and not begins_anew(items[index - 1])):
        return None
    start = index + 1
    if items[start].word == ":":
        start += 1
    elif not items[index].has(Sign.BRIEF) or (index and items[index - 1].has(Sign.NUMBER)):
        return None  # "4 Shaheed 2 critical"
    for position in range(start, min(len(items), start + REACH_LABEL)):
        if items[position].has(Sign.NUMBER):
            return None if items[position].has(Sign.ARTICLE) else position
        if not items[position].sign & (Sign.QUALIFIER | Sign.RISE):
            return None
    return None


def put_at(items: list[Item], index: int) -> int | None:
    """The number that somebody puts them at: "he put the injured at 284"."""
    if index < 2 or items[index - 2].word not in small_words("put") or index + 2 >= len(items):
        return None
    is_put_at = items[index - 1].word in small_words("of_whom") and items[index + 1].word in small_words("at")
    return index + 2 if is_put_at and items[index + 2].has(Sign.NUMBER) else None


def begins_anew(item: Item) -> bool:
    return item.has(Sign.STOP | Sign.COMMA | Sign.NUMBER | Sign.AND)


def is_brief(items: list[Item], index: int) -> bool:
    """Whether an abbreviation tells casualties: a number before it, and behind it no noun ("14 FATAL", "2 fatal attacks")."""
    after = items[index + 1] if index + 1 < len(items) else None
    ends = Sign.COMMA | Sign.STOP | Sign.AND | Sign.NUMBER | Sign.PREPOSITION | Sign.INCLUDING
    if after is not None and not after.sign & ends and after.word.isalpha():
        return False
    before = items[max(0, index - REACH_BRIEF) : index]
    return any(item.has(Sign.NUMBER) and not item.has(Sign.ARTICLE) for item in before)
