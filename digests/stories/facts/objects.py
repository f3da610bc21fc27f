"""The number that stands behind a casualty word as its object, or behind a word for the toll.

"Killing at least 12 people and two guards", "the death toll rose to 12".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from digests.stories.facts.counting import ASIDES, Counted, belongs_to_next, listed_after, next_number
from digests.stories.facts.indirect import labelled, put_at
from digests.stories.facts.small_words import small_words
from digests.stories.facts.vocabulary import Sign

if TYPE_CHECKING:
    from digests.stories.facts.items import Item

__all__ = ["ahead", "toll", "toll_ahead"]

REACH_AHEAD = 7
REACH_TOLL = 30
LONGEST_ASIDE = 7  # items


def ahead(items: list[Item], index: int, used: set[int]) -> Counted | None:
    """The number that follows the casualty word as its object."""
    cue = items[index]
    label = labelled(items, index) or put_at(items, index)
    if label is not None and label not in used:
        return Counted([label])
    if not cue.sign & (Sign.KILLED_AFTER | Sign.INJURED_AFTER):
        return None
    if cue.sign & (Sign.KILLED_BEFORE | Sign.INJURED_BEFORE) and index and items[index - 1].has(Sign.AUX):
        return None
    first = next_number(items, behind_aside(items, behind_oneself(items, index + 1)), REACH_AHEAD)
    if first is None or first in used or belongs_to_next(items, first, cue):
        return None
    return listed_after(items, first, used, cue)


def behind_oneself(items: list[Item], start: int) -> int:
    """Where the victims begin whom a bomber killed besides himself: "killed himself and 10 tourists"."""
    is_oneself = (
        start + 1 < len(items) and items[start].word in small_words("oneself") and items[start + 1].has(Sign.AND)
    )
    return start + 2 if is_oneself else start


def behind_aside(items: list[Item], start: int) -> int:
    """Where the number may begin behind an aside between commas: "погибли, по данным полиции, 19 человек"."""
    if start >= len(items) or not items[start].has(Sign.COMMA) or items[start].word in ASIDES:
        return start
    for position in range(start + 1, min(len(items), start + 1 + LONGEST_ASIDE)):
        if items[position].has(Sign.COMMA) and items[position].word not in ASIDES:
            return position + 1
        if items[position].sign & (Sign.NUMBER | Sign.STOP | Sign.AND | Sign.CUE | Sign.ONE | Sign.PERSON):
            break
    return start


def toll(items: list[Item], index: int, others: int) -> Counted | None:
    """The number that a word for the toll tells. `others` are the signs of whom it does not count, the injured or the killed."""
    if items[index].has(Sign.BRIEF):  # "toll" alone: "Toll: 12", "toll three", but not "a toll road"
        number = labelled(items, index)
        return None if number is None else Counted([number])
    return toll_behind(items, index) or toll_ahead(items, index, others)


def toll_ahead(items: list[Item], index: int, others: int) -> Counted | None:
    """The number after "death toll": words and names may lie between, other figures may not."""
    number = None
    for position in range(index + 1, min(len(items), index + 1 + REACH_TOLL)):
        item = items[position]
        if position == index + 1 and item.word == ":":
            continue
        if ends_toll(items, position, others):
            break
        if item.has(Sign.NUMBER) and not item.has(Sign.ARTICLE):
            if any(one.word in small_words("by") for one in items[max(index, position - 3) : position]):
                continue  # "cut by more than 100"
            number = position
            if position and items[position - 1].word not in small_words("from"):
                break
    return None if number is None else Counted([number])


def ends_toll(items: list[Item], position: int, others: int) -> bool:
    """Whether a word behind "death toll" says that no number of the toll follows."""
    item = items[position]
    if item.has(Sign.STOP | Sign.NONE | others) or (item.has(Sign.MAYBE) and not is_reported(items, position)):
        return True
    if (
        item.has(Sign.NUMBER)
        and others & Sign.INJURED
        and any(one.has(others) for one in items[position + 1 : position + 2])
    ):
        return True  # "the toll may go up, as some of the 15 injured are in danger"
    # "claims of the toll run from 15 to 60", "the toll from four attacks this year to more than 80"
    is_sum = item.has(Sign.UNIT) and items[position - 1].word in small_words("spans")
    return is_sum or item.word in small_words("varies")


def is_reported(items: list[Item], position: int) -> bool:
    """Whether "would" reports what others say: "the toll would be at least 73"."""
    return any(one.word in small_words("be") for one in items[position + 1 : position + 2])


def toll_behind(items: list[Item], index: int) -> Counted | None:
    """The number before "the number of dead": "which takes to three the number of people killed"."""
    before = items[max(0, index - 3) : index]
    if len(before) == 3 and before[0].word in small_words("to") and before[1].has(Sign.NUMBER):
        return Counted([index - 2])
    return None
