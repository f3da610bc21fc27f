"""The number that stands before a casualty word as its subject: "12 people, including two children, were killed"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digests.stories.facts.counting import (
    ASIDES,
    Counted,
    counts_both,
    has_part_before,
    is_joined_person,
    is_part,
    joins_people,
    listed_before,
    names_somebody,
    near_people,
    noun_phrase,
)
from digests.stories.facts.small_words import small_words
from digests.stories.facts.vocabulary import Sign

if TYPE_CHECKING:
    from digests.stories.facts.items import Item

__all__ = ["REACH_PASSIVE", "are_accused", "behind", "far_subject", "is_passive"]

REACH_BACK = 9
COMMAS = frozenset(",،")
REACH_PASSIVE = 15
LONGEST_ASIDE = 5  # words behind "of them"
REACH_CLAUSE = 24  # words of "led by Captain Usman Tariq (age 27, resident of District Chakwal)"
REACH_ACCUSED = 3  # words between the number and "suspected"
REACH_AMONG = 6  # words between the comma and "among them"
REACH_TAKEN = 6  # words between what was done first and the killing: "taken off buses in Kech and shot dead"


def is_passive(items: list[Item], index: int) -> bool:
    """Whether the casualty word stands behind "were", perhaps with one word between ("were also killed")."""
    near = items[max(0, index - 2) : index]
    return any(item.has(Sign.AUX) for item in near)


def behind(items: list[Item], index: int, used: set[int]) -> Counted | None:  # noqa: C901, PLR0911, PLR0912 -- one walk back over the words; each way it can end is a line
    """The number that stands before the casualty word as its subject."""
    cue = items[index]
    if not cue.sign & (Sign.KILLED_BEFORE | Sign.INJURED_BEFORE | Sign.ONE):
        return None
    passive = is_passive(items, index) or bool(cue.sign & Sign.ONE)
    position = before_word(items, index)
    least = max(-1, index - 1 - (REACH_PASSIVE if passive else REACH_BACK))
    part: Counted | None = None
    extra = 0
    crossed = parted = False  # past a comma that no "including" explains; past a part of the total
    inserted = before_list_of_those(items, position) if passive else before_inserted(items, position)
    if inserted is not None:
        position, least = inserted, max(-1, inserted - REACH_PASSIVE)
    while position > least:
        item = items[position]
        if is_passed_over(items, position):
            position, crossed, parted = before_comma(items, position), False, True
            least = max(-1, min(least, position + 1 - REACH_PASSIVE))
            continue
        if item.has(Sign.NUMBER):
            if position in used:
                return None
            head, joined = listed_before(items, position, used)
            if is_part(items, head):
                least = max(-1, min(least, head - REACH_PASSIVE))
                position, crossed, parted, part = head - 1, False, True, Counted(joined, is_whole=True)
                continue
            if counts_both(items, position):
                return part
            extra += names_somebody(items, position, head)
            return Counted(joined, extra=extra) if passive or not crossed or near_people(items, position) else None
        if item.has(Sign.TOTAL) and part is not None:
            return part
        if item.has(Sign.WHO) and is_who_were(items, position, index):
            passive, position = True, position - 1
            continue
        if stops(item, passive) and not item.has(Sign.AND):
            aside = before_aside(items, position) if passive else None
            if aside is None:
                return None
            position, crossed, parted = aside, False, True
            least = max(-1, min(least, position + 1 - REACH_PASSIVE))
            continue
        if item.has(Sign.AND):
            added = added_behind(items, position, index, passive=passive)
            if added is None:
                aside = before_aside(items, position) if passive else None
                if aside is None:
                    return None
                position, crossed, parted = aside, False, True  # ", including women and children, were killed"
                least = max(-1, min(least, position + 1 - REACH_PASSIVE))
                continue
            extra += added
        crossed = crossed or (item.has(Sign.COMMA) and item.word not in ASIDES)
        parted = parted or (crossed and has_part_before(items, position))
        if crossed and not (passive or parted):
            return None
        position -= 1
    return None


def is_who_were(items: list[Item], who: int, cue: int) -> bool:
    """Whether the clause tells of the people before it: "the seven policemen who were killed", "men who ran were shot"."""
    between = items[who + 1 : cue]
    if len(between) <= 3 and all(item.has(Sign.AUX | Sign.HAVE) for item in between):
        return True
    ends = Sign.COMMA | Sign.STOP | Sign.AND | Sign.NUMBER | Sign.PERSON | Sign.AUX | Sign.CUE | Sign.ONE
    is_of_them = who > 0 and items[who - 1].has(Sign.PERSON) and items[cue - 1].has(Sign.FINITE)
    return is_of_them and not any(item.has(ends) for item in between[:-1])


def before_aside(items: list[Item], position: int) -> int | None:
    """What stands before an aside: "seven, including porters who had been hired, were killed", "women and children among them"."""
    if any(item.word == "among" and item.has(Sign.INCLUDING) for item in items[position + 1 : position + 4]):
        comma = next((at for at in range(position, max(0, position - REACH_AMONG), -1) if items[at].has(Sign.COMMA)), 0)
        return comma - 1 if comma > 0 else None
    for index in range(position, max(0, position - REACH_PASSIVE), -1):
        if items[index].has(Sign.INCLUDING):
            return index - 2 if items[index - 1].has(Sign.COMMA) and index > 1 else None
        if items[index].has(Sign.STOP | Sign.NUMBER) or items[index].sign & (Sign.CUE | Sign.ONE):
            return None
    return None


def before_apposition(items: list[Item], position: int) -> int | None:
    """What stands before a list of those counted: "four of a family, a couple and their two daughters, died"."""
    if position < 1 or items[position].word not in COMMAS:
        return None
    for index in range(position - 1, max(0, position - REACH_PASSIVE), -1):
        item = items[index]
        if item.word in COMMAS:
            has_people = any(one.has(Sign.PERSON | Sign.NUMBER) for one in items[index + 1 : position])
            return index - 1 if has_people else None
        if item.has(Sign.STOP | Sign.AUX | Sign.BARRED | Sign.PREPOSITION) or item.sign & (Sign.CUE | Sign.ONE):
            return None
    return None


def before_inserted(items: list[Item], position: int) -> int | None:
    """What stands before a list of those counted, or a clause on them, if one ends here."""
    apposition = before_apposition(items, position)
    return before_clause(items, position) if apposition is None else apposition


def before_list_of_those(items: list[Item], position: int) -> int | None:
    """What stands before a list without numbers of those counted: "five people, civilians and bank guards, were killed"."""
    if not items[position].has(Sign.AUX):
        return None
    before = before_apposition(items, position - 1)
    if before is None:
        return None
    is_list = not any(item.has(Sign.NUMBER) for item in items[before + 1 : position])
    return before if is_list and items[before].has(Sign.PERSON) else None


def before_clause(items: list[Item], position: int) -> int | None:
    """What stands before a clause on how they fought: "nine sons of the soil, having fought gallantly, embraced martyrdom"."""
    if position < 1 or not items[position].has(Sign.COMMA):
        return None
    for index in range(position - 1, max(0, position - REACH_CLAUSE), -1):
        if items[index].word in small_words("fought") and items[index - 1].has(Sign.COMMA):
            return index - 2
        if items[index].has(Sign.STOP) or items[index].sign & (Sign.CUE | Sign.ONE):
            return None
    return None


def before_word(items: list[Item], index: int) -> int:
    """Where to look for the number first: before the word, and before another one told of the same people."""
    if index > 1 and items[index - 1].has(Sign.COMMA | Sign.AND):
        for position in range(index - 2, max(-1, index - 2 - REACH_TAKEN), -1):
            if items[position].has(Sign.TAKEN | Sign.FINITE):
                return position - 1  # "were caught in the crossfire and died"
            if items[position].has(Sign.COMMA | Sign.AND | Sign.STOP | Sign.NUMBER | Sign.CUE):
                break
    return index - 1


def is_passed_over(items: list[Item], position: int) -> bool:
    """Whether the number is a part of one before it: "including many women", "a baby among them".

    Also "142 people, 132 of them children, have died"; but not "they fled, and 12 of them were killed".
    """
    if items[position].has(Sign.VAGUE):
        return is_part(items, position)
    if not items[position].has(Sign.NUMBER):
        return False
    end, _ = noun_phrase(items, position)
    if is_one_of_them(items, position):
        return True
    if end >= len(items) or not items[end].has(Sign.INCLUDING):
        return False
    is_aside = any(item.has(Sign.COMMA) for item in items[max(0, position - 3) : position])
    is_aside = is_aside and any(item.has(Sign.COMMA) for item in items[end + 1 : end + 1 + LONGEST_ASIDE])
    return items[end].word == "among" or (items[end].word == "of" and is_aside)


def before_comma(items: list[Item], position: int) -> int:
    """What stands before an aside of which this number is told, past words like "all but"."""
    comma = next(
        (at for at in (position - 1, position - 2, position - 3) if at > 0 and items[at].has(Sign.COMMA)), position
    )
    return comma - 1


def is_one_of_them(items: list[Item], position: int) -> bool:
    """Whether the number is an aside on one of them: "five soldiers, one a junior officer, were killed"."""
    if items[position].has(Sign.ARTICLE):
        position -= 1
    if position < 1 or items[position].word != "one" or not items[position - 1].has(Sign.COMMA):
        return False
    rest = items[position + 1 : position + 2 + LONGEST_ASIDE]
    return bool(rest) and rest[0].has(Sign.ARTICLE) and any(item.has(Sign.COMMA) for item in rest)


def added_behind(items: list[Item], joint: int, cue: int, *, passive: bool) -> int | None:
    """How many persons without a number "and" adds; None when what stands before it has another verb."""
    if is_joined_person(items, joint):
        return 1
    return 0 if passive and joins_people(items, joint, cue) else None


def stops(item: Item, passive: bool) -> bool:
    if item.sign & (Sign.CUE | Sign.ONE) and not item.has(Sign.PEOPLE):
        return True
    barriers = Sign.STOP | Sign.VAGUE | Sign.TOLL
    if item.has(Sign.BARRED) and not item.has(Sign.STAYING):
        return True
    return item.has(barriers) or (item.has(Sign.AND) and not passive)


def far_subject(items: list[Item], index: int) -> tuple[Item | None, int]:
    """The number of the people far before a verb, and who they are; None if none is counted.

    "At least nine passengers abducted from two coaches in Zhob were shot dead."
    """
    begins = next((place for place in range(index - 1, -1, -1) if items[place].has(Sign.STOP | Sign.COMMA)), -1) + 1
    for place in range(begins, index - 1):
        item = items[place]
        if item.sign & (Sign.CUE | Sign.ONE):
            break
        if item.has(Sign.NUMBER):
            people = next((one for one in items[place + 1 : place + 3] if one.has(Sign.PERSON)), None)
            if people is None:
                return None, 0
            return item, Sign.ATTACKER if are_accused(items, place) else people.sign & Sign.PERSON
    return None, 0


def are_accused(items: list[Item], number: int) -> bool:
    """Whether those counted are said to have done it: "two men suspected of planting the bomb"."""
    return any(item.word in small_words("accused") for item in items[number + 1 : number + 1 + REACH_ACCUSED])
