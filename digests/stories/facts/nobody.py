"""Casualty words that count nobody: what did not happen, and "wounded" where it only describes those who died."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digests.stories.facts.counting import next_number
from digests.stories.facts.indirect import is_brief
from digests.stories.facts.small_words import small_words
from digests.stories.facts.subjects import REACH_PASSIVE, is_passive
from digests.stories.facts.vocabulary import Sign

if TYPE_CHECKING:
    from digests.stories.facts.items import Item

__all__ = ["counts_nobody", "is_attribute"]

ARABIC_AND = "و"  # written as part of the next word
REACH_OWN = 4  # items between a casualty word and its number


def counts_nobody(items: list[Item], index: int) -> bool:
    """Whether the word tells of nobody, or not of whom: "nobody was killed", "150 were killed or injured", "fatal"."""
    if items[index].has(Sign.BRIEF) and not is_brief(items, index):
        return True
    after = items[index + 1] if index + 1 < len(items) else None
    if after is not None and after.has(Sign.BODY) and items[index].has(Sign.KILLED_BEFORE):
        return True  # "ten dead bodies": the bodies are counted
    return is_unreal(items, index) or is_either(items, index) or is_shot_by_those(items, index)


def is_shot_by_those(items: list[Item], index: int) -> bool:
    """Whether who is counted before the word did it: "two fighters shot the guards dead"."""
    if items[index].word != "dead":
        return False
    shot = next((at for at in range(index - 2, max(-1, index - 6), -1) if items[at].word in small_words("shot")), None)
    return shot is not None and not any(item.has(Sign.NUMBER) for item in items[shot + 1 : index])


def is_unreal(items: list[Item], index: int) -> bool:
    """Whether the word tells of what did not happen: "nobody was killed", "threatened to kill"."""
    happened = index > 0 and items[index - 1].has(Sign.FINITE)  # "men who tried to run were shot"
    for item in reversed(items[max(0, index - 4) : index]):
        if item.has(Sign.NUMBER | Sign.COMMA | Sign.STOP):
            return False
        if item.has(Sign.NONE) or (item.has(Sign.MAYBE) and not happened):
            return True
    return False


def is_attribute(items: list[Item], index: int) -> bool:
    """Whether "wounded" only describes people who died: "three wounded children died"."""
    if items[index].has(Sign.KILLED | Sign.ONE_KILLED):
        return False
    if died_of_wounds(items, index) or dies_later(items, index) or is_one_who_died(items, index):
        return True
    for item in items[index + 1 : index + 5]:
        if item.has(Sign.KILLED_BEFORE) and not items[index + 1].has(Sign.COMMA | Sign.AND):
            return item is not items[index + 1] or not item.has(Sign.KILLED_AFTER)
        if not item.has(Sign.PERSON | Sign.AUX | Sign.LEAST | Sign.HAVE):
            return False
    return False


def is_one_who_died(items: list[Item], index: int) -> bool:
    """The same where the adjective stands last: "after a wounded policeman died" is "tras fallecer un policía herido"."""
    is_noun = not items[index].has(Sign.INJURED_AFTER)
    if is_noun and index > 1 and items[index - 1].has(Sign.NUMBER) and items[index - 2].has(Sign.KILLED_AFTER):
        return True  # "the death of three wounded", where the noun follows the number
    if index < 3 or not items[index - 1].has(Sign.PERSON):
        return False
    one = items[index - 2]
    return one.has(Sign.NUMBER) and one.high == 1 and items[index - 3].has(Sign.KILLED)


def dies_later(items: list[Item], index: int) -> bool:
    """The same where the verb stands last: "two wounded of the blast in hospital gave their lives"."""
    before = items[max(0, index - 2) : index]
    is_one_of_them = any(item.has(Sign.ORDINAL) or (item.has(Sign.NUMBER) and item.high == 1) for item in before)
    verb_last = not items[index].word.isascii() or is_one_of_them
    if not verb_last or not items[index].has(Sign.INJURED_BEFORE) or items[index].has(Sign.TOLL):
        return False
    for item in items[index + 1 : index + 18]:
        if item.sign & (Sign.KILLED_BEFORE | Sign.ONE_KILLED):
            return True
        if item.has(Sign.STOP | Sign.AND | Sign.COMMA | Sign.NUMBER | Sign.BARRED) or item.sign & Sign.CUE:
            return False
    return False


def died_of_wounds(items: list[Item], index: int) -> bool:
    """Whether the wounded are those who died later: "two of the passengers injured in the accident died on Sunday"."""
    if index + 1 >= len(items) or items[index + 1].word not in small_words("wounded_in"):
        return False
    if is_passive(items, index) and not any(item.has(Sign.WHO) for item in items[max(0, index - 4) : index]):
        return False  # but "three soldiers who were injured in the morning have succumbed"
    for item in items[index + 2 : index + 2 + REACH_PASSIVE]:
        if item.word in small_words("died"):
            return True
        if item.has(Sign.STOP | Sign.AND | Sign.AUX | Sign.BARRED | Sign.NUMBER) or item.sign & Sign.CUE:
            return False
    return False


def is_either_in_arabic(items: list[Item], index: int, other: int) -> bool:
    """The same where "and" is part of the second word: "200 قتيل وجريح"; but "12 قتيلا وجريحان" counts two injured."""
    for one, two in ((index, index + 1), (index - 1, index)):
        if one < 0 or two >= len(items) or items[two].word[:1] != ARABIC_AND or items[one].word[:1] == ARABIC_AND:
            continue
        neighbour = items[two] if one == index else items[one]
        if neighbour.has(other) and not items[two].has(Sign.NUMBER) and next_number(items, two + 1, REACH_OWN) is None:
            return any(item.has(Sign.NUMBER) for item in items[max(0, one - REACH_OWN) : one])
    return False


def has_own_number(items: list[Item], one: int, two: int) -> bool:
    """Whether the second word has a number behind it, as the first has one before: "13 people dead and wounded 30"."""
    before = items[max(0, one - REACH_OWN) : one]
    behind = next_number(items, two + 1, REACH_OWN)
    return any(item.has(Sign.NUMBER) for item in before) and behind is not None and items[two].has(Sign.CUE)


def is_either(items: list[Item], index: int) -> bool:
    """Whether one number is told of both: "150 people were killed or injured"."""
    other = Sign.INJURED if items[index].has(Sign.KILLED) else Sign.KILLED
    for one, two in ((index, index + 2), (index - 2, index)):
        if one >= 0 and two < len(items) and items[one + 1].has(Sign.AND):
            both = items[one].sign | items[two].sign
            if both & Sign.THEM or has_own_number(items, one, two):
                continue  # "four dead and as many injured"
            if both & Sign.KILLED and both & Sign.INJURED and not (items[one].has(other) and items[two].has(other)):
                return True  # "100 people were killed and injured"
    if is_either_in_arabic(items, index, other):
        return True
    return any(
        items[joint].has(Sign.EITHER) and any(item.has(other) for item in items[joint + 1 : joint + 4])
        for joint in (index + 1, index + 2)
        if joint < len(items)
    ) or any(
        items[joint].has(Sign.EITHER) and any(item.has(other) for item in items[max(0, joint - 2) : joint])
        for joint in (index - 1, index - 2)
        if joint > 0
    )
