"""Numbers that no number word tells: "a policeman", "his wife", "a fifth soldier died", "and injured a third"."""

from __future__ import annotations

from itertools import pairwise

from digests.stories.facts.items import Item, describes_person, is_one
from digests.stories.facts.small_words import small_words
from digests.stories.facts.vocabulary import PLAIN, Sign
from digests.text import fold_token

__all__ = ["count_articles", "count_bare_persons", "count_duals", "count_one_more", "count_ordinals"]

DEAD = Sign.KILLED_BEFORE | Sign.ONE_KILLED
DUAL_ENDINGS = (fold_token("ين"), fold_token("ان"))


def count_ordinals(items: list[Item]) -> list[Item]:
    """Makes numbers of "a fifth soldier has died" and "ninth victim dies": so many have died by then."""
    for index, item in enumerate(items):
        whom = next(
            (place for place in (index + 1, index + 2) if place < len(items) and items[place].has(Sign.PERSON)), None
        )
        if not item.has(Sign.ORDINAL) or whom is None or not is_one(items, whom):
            continue
        near = items[whom : whom + 5]
        dies = any(other.word in small_words("dies") and other.sign & (Sign.CUE | Sign.ONE) for other in near)
        dies = dies or (
            not has_english_ordinal(item) and any(other.has(DEAD) for other in (*items[:index][-2:], *near))
        )
        is_victim = items[whom].word in small_words("nth_victims") and (
            [other.word for other in items[whom : whom + 2]] == ["victim", "of"]
            or any(
                other.word in small_words("dies") or other.word in small_words("killed_too")
                for other in items[whom + 1 : whom + 12]
            )
        )
        if dies or is_victim:
            item.sign = Sign.NUMBER | Sign.ORDINAL
    return items


def has_english_ordinal(item: Item) -> bool:
    """Whether the ordinal is English, where "the third soldier killed" may be one of many."""
    return item.word.isdecimal() or item.word in small_words("short_ordinals") or item.word.endswith("th")


def count_duals(items: list[Item]) -> None:
    """Makes one number of an Arabic noun and the "two" behind it."""
    for before, item in pairwise(items):
        is_two = item.has(Sign.NUMBER) and item.high == 2 and not item.word.isdecimal()
        is_noun = before.has(Sign.PERSON) or before.word.endswith(DUAL_ENDINGS)
        if is_two and is_noun and not before.has(Sign.NUMBER):
            before.sign |= Sign.NUMBER
            before.low = before.high = 2
            item.sign = PLAIN


def count_one_more(items: list[Item]) -> None:
    """Makes "a third" the number one: "shot dead two policemen and injured a third"."""
    for index, item in enumerate(items):
        if item.has(Sign.ONE_MORE) and index + 1 < len(items) and items[index + 1].sign & (Sign.CUE | Sign.FINITE):
            item.sign, item.low, item.high = Sign.NUMBER | Sign.ARTICLE, 1, 1  # "and another injured"
            continue
        if not item.has(Sign.ORDINAL) or item.has(Sign.NUMBER):
            continue
        before = index - 1
        if before > 0 and items[before].has(Sign.ARTICLE | Sign.NUMBER) and items[before].low <= 1:
            before -= 1
        after = items[index + 1] if index + 1 < len(items) else None
        is_alone = after is None or bool(after.sign & (Sign.COMMA | Sign.PREPOSITION | Sign.STOP | Sign.AND))
        if before == index - 1 and not item.word.isascii():  # Arabic has no article before it
            is_alone = is_alone or (after is not None and not after.has(Sign.PERSON))
        is_object = is_alone and before >= 0 and items[before].has(Sign.KILLED_AFTER | Sign.INJURED_AFTER)
        is_subject = after is not None and after.has(Sign.FINITE) and before >= 0 and items[before].has(Sign.AND)
        if is_object or is_subject:  # "and a third was wounded"
            item.sign, item.low, item.high = Sign.NUMBER | Sign.ARTICLE, 1, 1
            if before < index - 1:
                items[before + 1].sign = Sign.LEAST


def count_articles(items: list[Item]) -> None:
    """Makes "a" before a person the number one: "a police officer", "a 12-year-old girl" count, "a bombing" does not."""
    for index, item in enumerate(items):
        if not (item.has(Sign.ARTICLE) or is_owner(items, index)):
            continue
        for offset, following in enumerate(items[index + 1 : index + 4]):
            if following.has(Sign.PERSON) and is_one(items, index + 1 + offset):
                item.sign, item.low, item.high = Sign.NUMBER | Sign.ARTICLE | (item.sign & Sign.OWNER), 1, 1
                break
            if following.sign and not (following.has(Sign.PERSON) or describes_person(items, index + 1 + offset)):
                break


def is_owner(items: list[Item], index: int) -> bool:
    """Whether "his" or "her" goes on with a list of people: ", his wife and", "and her driver"."""
    if not items[index].has(Sign.OWNER):
        return False
    return items[index - 1].has(Sign.AND | Sign.COMMA) if index else any(item.has(Sign.AND) for item in items[1:3])


def count_bare_persons(items: list[Item]) -> list[Item]:
    """Puts the number one before a person whom a headline names without an article: "Soldier, two civilians killed"."""
    counted: list[Item] = []
    for index, item in enumerate(items):
        before = items[index - 1] if index else None
        begins = before is None or before.has(
            Sign.COMMA | Sign.STOP | Sign.AND | Sign.KILLED_AFTER | Sign.INJURED_AFTER
        )
        if index == 1 and before is not None and before.has(Sign.PERSON) and not is_one(items, 0):
            begins = True  # "Police officer, bystander killed"
        if begins and item.has(Sign.PERSON) and not item.has(Sign.NUMBER | Sign.CUE) and is_bare(items, index):
            counted.append(Item(Sign.NUMBER | Sign.ARTICLE, item.start, item.start, "", 1, 1))
        counted.append(item)
    return counted


def is_bare(items: list[Item], index: int) -> bool:
    """Whether a singular person stands alone in a list of casualties: before a comma and a number, or before the word."""
    if index + 1 >= len(items) or not is_one(items, index):
        return False
    following = items[index + 1]
    if following.has(Sign.KILLED_BEFORE | Sign.INJURED_BEFORE | Sign.ONE):
        return index > 0 and items[index - 1].has(Sign.AND | Sign.COMMA)
    if not following.has(Sign.COMMA | Sign.AND) or index + 2 >= len(items):
        return False
    second = items[index + 2]
    return second.has(Sign.NUMBER | Sign.LEAST) or (second.has(Sign.PERSON) and is_one(items, index + 2))
