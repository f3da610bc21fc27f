"""Which number of a sentence counts which casualties.

Every casualty word looks for its number: behind it ("killing 12"), before it ("12 people were killed"), or in a sum of
both kinds ("two soldiers and a civilian"). Rules and distances: docs/facts.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from digests.stories.facts.counting import (
    Counted,
    attackers_counted,
    belongs_to_next,
    is_owned,
    is_part,
    listed_after,
    next_number,
    noun_phrase,
    skip_qualifiers,
)
from digests.stories.facts.indirect import bodies, in_hospital, nth, those_before
from digests.stories.facts.items import MOST, Item, is_one
from digests.stories.facts.nobody import counts_nobody, is_attribute
from digests.stories.facts.objects import ahead, toll, toll_ahead
from digests.stories.facts.small_words import small_words
from digests.stories.facts.subjects import are_accused, behind, far_subject
from digests.stories.facts.vocabulary import PLAIN, Sign

__all__ = ["Mention", "Role", "mentions"]


class Role(StrEnum):
    KILLED = "killed"
    INJURED = "injured"


@dataclass(slots=True)
class Mention:
    """One figure of casualties in one sentence. Offsets are those of the whole text."""

    role: Role
    low: int
    high: int
    start: int
    end: int
    about: bool = False
    more: bool = False  # "over 160": the exact number is no smaller
    attackers: bool = False
    nouns: int = PLAIN  # who is counted
    part: bool = False  # a part of a larger number: "including four children"
    others: bool = False  # besides somebody who was named
    another: bool = False  # "another 14 were killed"
    single: bool = False  # one person without a number
    toll: bool = False
    rise: bool = False
    implied: bool = False  # one, by "a" or by the singular alone
    nth: bool = False  # "the third victim": so many by now
    hedged: bool = False  # "up to 100"
    within: int = 0  # attackers whom it counts too: "42 people, 13 of them terrorists"
    weak: bool = False  # bodies, people in hospital: good only when nothing better is told
    parts: tuple[int, ...] = ()  # the figures that were added up, if there were several


INDIRECT = Sign.BODY | Sign.HOSPITAL | Sign.VICTIM_OF
REACH_COUNTED = 6
REACH_AMONG = 3  # items: "among those", "among the people who were"


def mentions(items: list[Item]) -> list[Mention]:
    """All figures of casualties in one sentence, in the order of their words."""
    found: list[Mention] = []
    used: set[int] = set()
    for index, item in enumerate(items):
        if item.has(Sign.TOLL):
            counted_role = Role.INJURED if item.has(Sign.INJURED) else Role.KILLED
            add(found, items, used, toll(items, index, besides(counted_role)), counted_role, index)
            continue
        if item.has(Sign.COUNT_OF) and (whose := counted_before(items, index)) is not None:
            add(found, items, used, toll_ahead(items, index, besides(whose)), whose, index, toll=True)
            continue
        if item.has(INDIRECT):
            add_indirect(found, items, index, used)
        role = role_of(item)
        if role is None or counts_nobody(items, index):
            continue
        if is_attribute(items, index):
            item.sign = PLAIN
            continue
        counted = counted_by(items, index, used)
        if counted is not None:
            add(found, items, used, counted, role, index)
        else:
            single = (
                named_and_others(items, index, used, role)
                or alone(items, index, role)
                or one_person(items, index, role)
            )
            if single is not None:
                found.append(single)
    return found


def counted_by(items: list[Item], index: int, used: set[int]) -> Counted | None:
    """The numbers that a casualty word counts."""
    if items[index].has(Sign.NUMBER):  # Arabic counts two dead in one word
        return Counted([index])
    if items[index].has(Sign.THEM):
        number = those_before(items, index, used)
        return None if number is None else Counted([number])
    return ahead(items, index, used) or behind(items, index, used)


def counted_before(items: list[Item], index: int) -> Role | None:
    """Of whom "the number" is told, in languages that say it last: "of the martyred soldiers the number rose to 25"."""
    for item in reversed(items[max(0, index - REACH_COUNTED) : index]):
        if item.has(Sign.STOP | Sign.COMMA | Sign.NUMBER):
            return None
        if item.sign & (Sign.KILLED | Sign.INJURED):
            return Role.KILLED if item.has(Sign.KILLED) else Role.INJURED
    return None


def add_indirect(found: list[Mention], items: list[Item], index: int, used: set[int]) -> None:
    """Appends what bodies, a hospital or "the third victim" tell."""
    item = items[index]
    if item.has(Sign.VICTIM_OF) and (number := nth(items, index)) is not None:
        value = items[number].high
        found.append(Mention(Role.KILLED, value, value, items[number].start, item.end, nth=True))
        return
    role = Role.KILLED if item.has(Sign.BODY) else Role.INJURED
    number = bodies(items, index) if item.has(Sign.BODY) else in_hospital(items, index)
    if number is None or number in used:
        return
    before = len(found)
    add(found, items, used, Counted([number]), role, index)
    for one in found[before:]:
        one.weak = True


def besides(role: Role) -> int:
    """The signs of whom a toll of this role does not count."""
    return Sign.INJURED if role is Role.KILLED else Sign.KILLED


def role_of(item: Item) -> Role | None:
    if item.sign & (Sign.KILLED | Sign.ONE_KILLED):
        return Role.KILLED
    if item.sign & (Sign.INJURED | Sign.ONE_INJURED):
        return Role.INJURED
    return None


# --- Without a number -----------------------------------------------------------------------------------------------


def named_and_others(items: list[Item], index: int, used: set[int], role: Role) -> Mention | None:
    """Somebody named and a number: "killed the minister and two others", "the minister and two others were killed"."""
    for position in range(index + 1, min(len(items) - 1, index + 14)):
        item = items[position]
        if item.has(Sign.STOP | Sign.BARRED | Sign.VAGUE | Sign.AUX) or item.sign & Sign.CUE:
            return None
        if not item.has(Sign.AND | Sign.COMMA):
            continue
        number = next_number(items, position + 1, 4)
        if number is None or number in used or belongs_to_next(items, number, items[index]):
            continue
        after = items[number + 1] if number + 1 < len(items) else None
        if after is not None and after.has(Sign.OTHERS):
            used.add(number)
            total = min(items[number].high + 1, MOST)
            return Mention(role, total, total, items[index].start, after.end)
        if is_owned(items, number):
            return with_owner(items, index, number, used, role)
    return None


def with_owner(items: list[Item], index: int, number: int, used: set[int], role: Role) -> Mention | None:
    """Somebody named and those counted as his or hers: "killed Khan and his driver", "killed Khan, his wife and a guard"."""
    counted = listed_after(items, number, used, items[index])
    is_list = len(counted.numbers) > 1 or counted.extra
    end, _ = noun_phrase(items, counted.numbers[-1])
    if not (is_list or items[skip_qualifiers(items, number) - 1].has(Sign.AND)):
        return None
    if end < len(items) and items[end].has(Sign.AUX | Sign.BARRED | Sign.CUE):
        return None  # "killed, and his brother told"
    used.update(counted.numbers)
    total = min(sum(items[one].high for one in counted.numbers) + counted.extra + 1, MOST)
    return Mention(role, total, total, items[index].start, items[end - 1].end)


def alone(items: list[Item], index: int, role: Role) -> Mention | None:
    """One person without a number: "the minister was killed"."""
    item = items[index]
    if not item.sign & Sign.ONE:
        return None
    if index and items[index - 1].word in small_words("plural_verbs"):
        counted, nouns = far_subject(items, index)
        if counted is None:
            return None
        return Mention(
            role, counted.low, counted.high, counted.start, item.end, attackers=is_attacker(nouns), nouns=nouns
        )
    subject = items[max(0, index - 8) : index]
    nouns = PLAIN
    for position in range(index - 1, index - 1 - len(subject), -1):
        one = items[position]
        if one.word == "who" and not nouns:
            continue
        if one.has(Sign.STOP | Sign.BARRED):
            break
        is_many = one.has(Sign.PERSON) and one.word.isascii() and not is_one(items, position)
        if is_many and not nouns and item.word not in small_words("singular_verbs"):
            return None
        if one.has(Sign.VAGUE | Sign.NONE | Sign.MAYBE):
            return None
        nouns |= one.sign & Sign.PERSON
    two = joins_another(items, index + 1)
    count, end = (2, items[index + 3].end) if two else (1, item.end)
    return Mention(role, count, count, item.start, end, attackers=is_attacker(nouns), nouns=nouns, single=not two)


def joins_another(items: list[Item], joint: int) -> bool:
    """Whether one more is joined behind the verb: "was killed along with another person", "together with his driver"."""
    behind_it = items[joint : joint + 3]
    if len(behind_it) < 3 or not behind_it[0].has(Sign.AND) or behind_it[0].word == "and":
        return False
    another = behind_it[1].has(Sign.OWNER | Sign.ARTICLE | Sign.OTHERS) or behind_it[1].word in small_words("others")
    return another and behind_it[2].has(Sign.PERSON) and is_one(items, joint + 2)


def one_person(items: list[Item], index: int, role: Role) -> Mention | None:
    """One person whom a headline names by a singular noun: "commander killed in Khost", "kills refugee minister"."""
    cue = items[index]
    if role is Role.INJURED:  # one person hurt, without a number, is not how reports count the injured
        return None
    near: list[int] = []
    if cue.sign & (Sign.KILLED_BEFORE | Sign.INJURED_BEFORE):
        near.append(index - 1)
    if cue.sign & (Sign.KILLED_AFTER | Sign.INJURED_AFTER):
        near += [index + 1, index + 2, index + 3]
    for position in near:
        barriers = Sign.COMMA | Sign.STOP | Sign.AND | Sign.PREPOSITION | Sign.NONE
        if not 0 <= position < len(items) or items[position].has(barriers):
            break
        if (
            items[position].has(Sign.PERSON)
            and is_one(items, position)
            and not items[position].has(Sign.PEOPLE | Sign.CUE)
        ):
            if any(item.has(Sign.VAGUE | Sign.NUMBER) for item in items[max(0, position - 2) : position]):
                break
            following = items[position + 1 : position + 2]
            if following and following[0].has(Sign.PERSON) and not is_one(items, position + 1):
                break  # "killed Chinese engineers"
            nouns = items[position].sign & Sign.PERSON
            first, last = min(position, index), max(position, index)
            if is_pair(items, position):
                return Mention(
                    role, 2, 2, items[first].start, items[last].end, attackers=is_attacker(nouns), nouns=nouns
                )
            return Mention(
                role, 1, 1, items[first].start, items[last].end, attackers=is_attacker(nouns), nouns=nouns, single=True
            )
    return None


def is_pair(items: list[Item], position: int) -> bool:
    """Whether one more person is joined without a number behind the first: "father and son"."""
    joint = items[position + 1 : position + 2]
    return (
        bool(joint)
        and joint[0].has(Sign.AND)
        and position + 2 < len(items)
        and items[position + 2].has(Sign.PERSON)
        and is_one(items, position + 2)
    )


# --- From numbers to a mention --------------------------------------------------------------------------------------


def is_attacker(nouns: int) -> bool:
    return bool(nouns & Sign.ATTACKER) and not nouns & Sign.VICTIM


def add(
    found: list[Mention],
    items: list[Item],
    used: set[int],
    counted: Counted | None,
    role: Role,
    cue: int,
    *,
    toll: bool = False,
) -> None:
    """Appends what the numbers say: one mention, or two when victims and attackers are counted in one list."""
    if counted is None:
        return
    used.update(counted.numbers)
    groups: dict[bool, list[int]] = {}
    for number in counted.numbers:
        _, nouns = noun_phrase(items, number)
        if not nouns and (found or items[cue].word in small_words("of_attackers")):
            is_theirs = items[cue].word in small_words("of_attackers") or inherits(found, items, number)
            groups.setdefault(is_theirs, []).append(number)
        else:
            is_theirs = is_attacker(nouns) or (not nouns & Sign.VICTIM and are_accused(items, number))
            groups.setdefault(is_theirs, []).append(number)
    for attackers, numbers in groups.items():
        extra = counted.extra if attackers is min(groups) else 0
        found.append(mention(items, numbers, role, cue, attackers=attackers))
        found[-1].low += extra
        found[-1].high += extra
        if extra or len(numbers) > 1:
            found[-1].parts = tuple(items[number].high for number in numbers)
        found[-1].others = found[-1].others and not extra
        found[-1].part = found[-1].part and not counted.is_whole
        found[-1].toll = found[-1].toll or toll


def inherits(found: list[Mention], items: list[Item], number: int) -> bool:
    """Whether "others" without a noun are attackers, as those counted just before were."""
    after = items[number + 1] if number + 1 < len(items) else None
    if len(found) > 1 and found[-2].end == found[-1].end and not found[-2].attackers:
        return False  # "147 students and four militants were killed, while 79 were injured"
    return found[-1].attackers and after is not None and after.has(Sign.OTHERS | Sign.CUE | Sign.AUX)


def mention(items: list[Item], numbers: list[int], role: Role, cue: int, *, attackers: bool) -> Mention:
    nouns = PLAIN
    about = more = others = False
    is_of_all = is_among_all(items, numbers[-1], cue)
    for number in numbers:
        end, named = noun_phrase(items, number)
        nouns |= named
        begin = skip_qualifiers(items, number)
        qualifiers = items[begin:number]
        more = more or any(item.has(Sign.MORE) for item in qualifiers) or following_more(items, number)
        about = about or more or any(item.has(Sign.ABOUT) for item in qualifiers)
        others = others or any(item.has(Sign.OTHERS) for item in items[begin:end] if item.word in small_words("others"))
    first, last = min(*numbers, cue), max(*numbers, cue)
    return Mention(
        role,
        low=min(MOST, sum(items[number].low for number in numbers)),
        high=min(MOST, sum(items[number].high for number in numbers)),
        start=items[first].start,
        end=items[last].end,
        about=about,
        more=more,
        attackers=attackers,
        nouns=nouns,
        implied=len(numbers) == 1 and items[numbers[0]].has(Sign.ARTICLE),
        part=is_part(items, skip_qualifiers(items, numbers[0])) or is_of_all,
        weak=is_of_all,
        others=others,
        another=first > 0 and items[first - 1].has(Sign.ONE_MORE),
        toll=items[cue].has(Sign.TOLL),
        nth=items[numbers[0]].has(Sign.ORDINAL),
        within=attackers_counted(items, numbers, nouns) if role is Role.KILLED and not attackers else 0,
        hedged=any(item.word == "up" for item in items[max(0, numbers[0] - 2) : numbers[0]]),
        rise=any(item.has(Sign.RISE) for item in items[max(0, first - 4) : last]),
    )


def is_among_all(items: list[Item], number: int, cue: int) -> bool:
    """Whether only some of the dead are counted: "two were among those killed", "the death toll for Americans"."""
    between = items[max(number, cue - REACH_AMONG) : cue]
    if any(one.word in small_words("among") for one in between) and not any(one.has(Sign.COMMA) for one in between):
        return True
    behind_it = items[cue + 1 : cue + 3]
    return (
        items[cue].has(Sign.TOLL)
        and len(behind_it) == 2
        and behind_it[0].word in small_words("of_some")
        and behind_it[1].has(Sign.NATION)
    )


def following_more(items: list[Item], number: int) -> bool:
    """Languages that put "more than" behind the number."""
    return any(item.has(Sign.MORE) for item in items[number + 1 : number + 3])
