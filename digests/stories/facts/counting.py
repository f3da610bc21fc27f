"""Numbers and the words around them: what a number counts, which numbers are added up, which are parts of others."""

from __future__ import annotations

from dataclasses import dataclass

from digests.stories.facts.items import Item, is_one
from digests.stories.facts.small_words import small_words
from digests.stories.facts.vocabulary import PLAIN, Sign

__all__ = [
    "ASIDES",
    "Counted",
    "attackers_counted",
    "belongs_to_next",
    "counts_both",
    "has_part_before",
    "is_joined_person",
    "is_owned",
    "is_part",
    "joins_people",
    "listed_after",
    "listed_before",
    "names_somebody",
    "near_people",
    "next_number",
    "noun_phrase",
    "skip_qualifiers",
]

ASIDES = frozenset("-–—()[]")  # what stands behind them explains the number before
PHRASE_ENDS = (
    Sign.COMMA
    | Sign.STOP
    | Sign.AND
    | Sign.NUMBER
    | Sign.AUX
    | Sign.PREPOSITION
    | Sign.INCLUDING
    | Sign.BARRED
    | Sign.CUE
    | Sign.ONE
)
JOINED = 5  # words
REACH_SPEAKER = 9  # items
REACH_WITHIN = 26  # items
QUALIFIERS = Sign.QUALIFIER | Sign.ARTICLE


@dataclass(slots=True)
class Counted:
    """Numbers that are added up, as positions in the row of items.

    `is_whole` marks a part of a number that counts others too: the 30 of "200 casualties, including 30 dead".
    """

    numbers: list[int]
    is_whole: bool = False
    extra: int = 0  # persons joined without a number: "and their driver"


def next_number(items: list[Item], start: int, reach: int) -> int | None:
    """The number that begins here, after words like "at least" only."""
    for position in range(start, min(len(items), start + reach)):
        item = items[position]
        if item.has(Sign.NUMBER):
            return position
        if not item.sign & (QUALIFIERS | Sign.OTHERS | Sign.GROUP) and item.word not in ("to", "of"):
            return None
    return None


def noun_phrase(items: list[Item], number: int) -> tuple[int, int]:
    """Where the words that belong to a number end, and who they name."""
    nouns = PLAIN
    position = number + 1
    while position < len(items) and position <= number + 6:
        item = items[position]
        if item.word == "of" and position + 1 < len(items) and items[position + 1].word in small_words("of_whom"):
            position += 2  # "four of his guards"
            continue
        if item.sign & PHRASE_ENDS:
            break
        following = items[position + 1].sign if position + 1 < len(items) else PLAIN
        if not (item.word in small_words("nations") and following & Sign.PERSON):
            nouns |= item.sign & Sign.PERSON
        position += 1
    if not nouns and position > number + 1 and items[position - 1].has(Sign.NATION):
        nouns = Sign.VICTIM  # "three Israelis", "nine German and one Peruvian tourist"
    return position, nouns


def belongs_to_next(items: list[Item], number: int, cue: Item) -> bool:
    """Whether a number belongs to a casualty word after it: the 20 in "12 killed 20 injured"."""
    end, _ = noun_phrase(items, number)
    while end < len(items) and items[end].has(Sign.AUX | Sign.LEAST):
        end += 1
    if end >= len(items):
        return False
    following = items[end]
    if following.sign & Sign.ONE:
        return True
    wanted = Sign.KILLED_BEFORE | Sign.INJURED_BEFORE
    if not following.sign & wanted:
        return False
    same_role = bool(following.sign & Sign.KILLED) == bool(cue.sign & Sign.KILLED)
    return not same_role or items[end - 1].has(Sign.AUX)


def listed_after(items: list[Item], first: int, used: set[int], cue: Item) -> Counted:
    """The number and those joined to it: "three children, two teachers and a guard"."""
    counted = Counted([first])
    position, nouns = noun_phrase(items, first)
    while nouns and position + 1 < len(items) and items[position].has(Sign.AND | Sign.COMMA):
        if items[position].word in ASIDES:
            break  # "six people - four guards, a policeman and a bystander": the six are all
        joint = position + 1
        if items[position].has(Sign.COMMA) and items[joint].has(Sign.AND):
            joint += 1
        following = next_number(items, joint, 4)
        if following is None and (items[position].has(Sign.AND) or is_headline_list(items, position)):
            counted.extra += is_joined_person(items, position)
        if following is None or following in used or belongs_to_next(items, following, cue):
            break
        if is_some_of_total(items, following) or is_speaker(items, following):
            break  # "10 civilians, seven of them children": the ten are all
        position, more = noun_phrase(items, following)
        if position == following + 1 or (more == Sign.PEOPLE and not items[position - 1].has(Sign.OTHERS)):
            break
        if (
            position < len(items)
            and items[position].has(Sign.AUX | Sign.BARRED)
            and items[position].word not in small_words("joints")
        ):
            break  # the next clause has its own verb
        counted.numbers.append(following)
    return counted


def is_speaker(items: list[Item], number: int) -> bool:
    """Whether "a" begins who told it: "killed three soldiers, an official in Kabul said"."""
    if not items[number].has(Sign.ARTICLE):
        return False
    for item in items[number + 1 : number + 1 + REACH_SPEAKER]:
        if item.word in small_words("speaks"):
            return True
        if item.sign & (Sign.COMMA | Sign.STOP | Sign.NUMBER | Sign.CUE | Sign.ONE):
            return False
    return False


def is_headline_list(items: list[Item], comma: int) -> bool:
    """Whether a person without an article stands behind a comma, as headlines list them: "kills three tourists, guide"."""
    return comma + 1 < len(items) and items[comma + 1].has(Sign.PERSON | Sign.NATION)


def names_somebody(items: list[Item], number: int, head: int) -> bool:
    """Whether the number counts the others besides one person: "the governor and two others were killed"."""
    after = items[number + 1 : number + 3]
    if head < 2 or not items[head - 1].has(Sign.AND | Sign.COMMA):
        return False
    if items[head - 1].has(Sign.AND):
        if items[head - 2].word in small_words("pronouns"):
            return True
        if all(item.word not in small_words("others") for item in after) and not is_owned(items, number):
            return False
    elif not items[head].has(Sign.OWNER) or items[head].word == "their":  # "Khan, his wife and two daughters"
        return False
    before = items[max(0, head - 9) : head - 1]
    if items[head - 1].has(Sign.COMMA) and any(item.has(Sign.PREPOSITION) for item in before):
        return False  # "In the north, his two guards and a driver"
    return not any(
        item.sign & (Sign.CUE | Sign.ONE | Sign.NUMBER | Sign.VAGUE | Sign.STOP | Sign.COMMA) for item in before
    )


def joins_people(items: list[Item], joint: int, cue: int) -> bool:
    """Whether the number before counts those named behind "and" too: "40 soldiers and militiamen were killed"."""
    between = items[joint + 1 : cue]
    if not items[joint - 1].has(Sign.PERSON | Sign.NATION) or len(between) > JOINED:
        return False
    ends = Sign.NUMBER | Sign.CUE | Sign.ONE | Sign.COMMA | Sign.STOP | Sign.LEAST | Sign.BARRED | Sign.PREPOSITION
    return not any(item.has(ends) for item in between)


def is_owned(items: list[Item], number: int) -> bool:
    """Whether a number counts the people of somebody who was named before: "his two guards", "her driver"."""
    if items[number].has(Sign.OWNER) or (number > 0 and items[number - 1].has(Sign.OWNER)):
        return True
    after = items[number + 1 : number + 3]
    return len(after) == 2 and after[0].word in small_words("of") and after[1].has(Sign.OWNER)


def is_joined_person(items: list[Item], joint: int) -> bool:
    """Whether "and" joins one more person without a number, and nothing else: "five engineers and their driver"."""
    for position in range(joint + 1, min(len(items), joint + 5)):
        item = items[position]
        after = items[position + 1] if position + 1 < len(items) else None
        ends = Sign.COMMA | Sign.STOP | Sign.PREPOSITION | Sign.AUX | Sign.CUE | Sign.ONE | Sign.INCLUDING | Sign.AND
        is_last = after is None or bool(after.sign & ends)
        if item.has(Sign.PERSON) and not item.has(Sign.PEOPLE | Sign.NUMBER) and is_one(items, position):
            return is_last
        if item.has(Sign.NATION) and is_last:
            return items[position - 1].has(Sign.ARTICLE)  # "and an Iranian"
        if item.sign & ~(Sign.LEAST | Sign.ARTICLE | Sign.VICTIM | Sign.ATTACKER | Sign.WOMEN | Sign.NATION):
            return False
    return False


def counts_both(items: list[Item], number: int) -> bool:
    """Whether a number counts casualties of all kinds: "200 casualties"."""
    return any(item.has(Sign.TOTAL) for item in items[number + 1 : number + 4])


def near_people(items: list[Item], number: int) -> bool:
    return bool(noun_phrase(items, number)[1])


def has_part_before(items: list[Item], position: int) -> bool:
    """Whether "including" stands a few words before, so that the comma belongs to a part of a total."""
    for item in reversed(items[max(0, position - 9) : position]):
        if item.has(Sign.INCLUDING):
            return True
        if item.has(Sign.CUE | Sign.STOP):
            return False
    return False


def listed_before(items: list[Item], number: int, used: set[int]) -> tuple[int, list[int]]:
    """The first of the numbers joined to this one, and all of them."""
    joined = [number]
    head = skip_qualifiers(items, number)
    if not noun_phrase(items, number)[1] and any(item.has(Sign.COMMA) for item in items[max(0, head - 2) : head]):
        return head, joined  # "five died, four guards and a soldier, and six were injured"
    while head > 0 and items[head - 1].has(Sign.AND | Sign.COMMA) and items[head - 1].word not in ASIDES:
        previous = number_before(
            items, head - 1, following_cue=number + 1 < len(items) and items[number + 1].has(Sign.CUE)
        )
        if previous is None or previous in used:
            break
        is_people = any(item.word in small_words("anybody") for item in items[previous + 1 : previous + 3])
        is_sum = is_people and items[previous].low == sum(items[one].high for one in joined)
        if is_some_of_total(items, joined[0]) or is_sum:
            joined.clear()  # "10 civilians, seven of them children", "nine people, four policemen and five guards"
        joined.insert(0, previous)
        head = skip_qualifiers(items, previous)
    return head, joined


def skip_qualifiers(items: list[Item], number: int) -> int:
    while number > 0 and items[number - 1].has(QUALIFIERS):
        number -= 1
    return number


def number_before(items: list[Item], joint: int, *, following_cue: bool = False) -> int | None:
    """The number whose noun phrase ends at this "and" or comma."""
    position = joint - 1
    if position >= 0 and items[position].has(Sign.COMMA):
        if items[position].word in ASIDES:
            return None  # "9 killed (6 drivers, 3 soldiers), 14 wounded"
        position -= 1
    for index in range(position, max(-1, position - 8), -1):
        item = items[index]
        if item.has(Sign.NUMBER):
            end, nouns = noun_phrase(items, index)
            if not nouns and following_cue:
                return None  # "one bunker, three dead"
            if nouns and end < position and items[end].word in small_words("of"):
                return index  # "eight guards of the district reserve and a driver"
            is_owned_by = bool(nouns) and any(one.word in small_words("of") for one in items[index + 1 : position])
            names_people = items[position].has(Sign.PERSON) or is_owned_by or (position == index + 1 and not nouns)
            return index if names_people and end > position else None
        if item.sign & (
            Sign.CUE | Sign.COMMA | Sign.STOP | Sign.AND | Sign.INCLUDING | Sign.PREPOSITION | Sign.AUX
        ) and not (item.has(Sign.PERSON) or item.word in small_words("of")):
            return None
    return None


def is_among(items: list[Item], number: int) -> bool:
    """Whether a number counts some of those named before: "seven of them", "five of the dead"."""
    after = items[number + 1 : number + 3]
    of_them = len(after) == 2 and after[0].word == "of" and after[1].word in small_words("of_whom")
    of_whom = of_them and not after[1].has(Sign.OWNER) and after[1].word != "its"
    return of_whom or is_some_of_total(items, number)


def is_some_of_total(items: list[Item], number: int) -> bool:
    """Whether a number says how many of the total before the comma: "10 civilians, seven of them children"."""
    after = items[number + 1] if number + 1 < len(items) else None
    head = skip_qualifiers(items, number)
    return after is not None and after.has(Sign.INCLUDING) and head > 0 and items[head - 1].has(Sign.COMMA)


def is_of_the_dead(items: list[Item], head: int, number: int) -> bool:
    """Whether those among whom some are counted are the dead themselves: "of the 25 people killed", "of seven shot dead"."""
    end, _ = noun_phrase(items, number)
    if end >= len(items) or not items[end].sign & Sign.CUE:
        return False
    return head < number or items[end].word not in small_words("died")


def is_part(items: list[Item], head: int) -> bool:
    """Whether the number that begins here is announced as a part: "including four children"."""
    near = items[max(0, head - 2) : head]
    number = next((item for item in range(head, min(len(items), head + 4)) if items[item].has(Sign.NUMBER)), head)
    if is_among(items, number):
        return True
    if head > 1 and items[head - 1].word == "of" and items[head - 2].has(Sign.NUMBER):
        # "Two of 145 patients died": the people among whom they were; but "nine of the 25 people killed" are all the dead.
        return not is_of_the_dead(items, head, number)
    if any(item.has(Sign.INCLUDING) for item in near):
        return not any(item.has(Sign.STOP) for item in near)
    is_aside = bool(near) and near[-1].has(Sign.COMMA) and near[-1].word in ASIDES
    return is_aside and number_before(items, head - 1) is not None


def attackers_counted(items: list[Item], numbers: list[int], nouns: int) -> int:
    """How many attackers an aside says are among all those counted: "13 of them terrorists", "including 13 terrorists"."""
    if len(numbers) > 1 or nouns & (Sign.VICTIM | Sign.WOMEN):
        return 0
    if any(item.word in small_words("held") for item in items[numbers[0] : numbers[0] + REACH_WITHIN]):
        return 0  # suspects in custody
    dashes = 0
    in_list = nouns == Sign.PEOPLE and is_sum_of_next(items, numbers[0])
    for position in range(numbers[0] + 1, min(len(items), numbers[0] + 1 + REACH_WITHIN)):
        item = items[position]
        dashes += item.word in ASIDES
        if item.has(Sign.STOP) or dashes > 1:
            return 0
        in_list = in_list or dashes > 0
        if not item.has(Sign.NUMBER):
            continue
        _, named = noun_phrase(items, position)
        is_some = [one.word for one in items[position + 1 : position + 4]] == ["of", "the", "dead"]
        is_aside = is_some or any(one.has(Sign.INCLUDING) for one in items[max(0, position - 2) : position + 2])
        fits = item.low == item.high < items[numbers[0]].low and bool(
            named & Sign.ATTACKER or names_attackers(items, position)
        )
        if not in_list:
            return item.high if is_aside and fits else 0
        if fits:
            return item.high  # "eighteen people - two civilians, eight policemen and eight militants -"
    return 0


def is_sum_of_next(items: list[Item], number: int) -> bool:
    """Whether the next numbers, up to a verb, add up to this one: "nine people, four policemen and five militants, died"."""
    total = 0
    for item in items[number + 1 : number + 1 + REACH_WITHIN]:
        if item.has(Sign.STOP | Sign.AUX) or item.sign & Sign.CUE:
            break
        total += item.high if item.has(Sign.NUMBER) else 0
    return total == items[number].high > 0


def names_attackers(items: list[Item], number: int) -> bool:
    """Whether attackers stand behind "of them"."""
    behind_it = items[number + 1 : number + 7]
    is_some = any(item.has(Sign.INCLUDING) or item.word == "dead" for item in behind_it)
    return is_some and any(item.has(Sign.ATTACKER) for item in behind_it)
