"""A sentence as a row of items: numbers with their value, words with what they mean, marks that part them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from digests.stories.facts.vocabulary import PLAIN, Sign, Vocabulary, folded_word
from digests.text import APOSTROPHES, MARKS

__all__ = ["OWNERS", "Item", "read_items"]

WORD = rf"[^\W\d_][\w{MARKS}\u200c\u200d]*(?:[{APOSTROPHES}][^\W\d_]+)*"
# Arabic writes "and" as part of the next word, of a number in digits too.
TOKEN = re.compile(
    rf"(?P<joint>(?<!\w)و(?=\d))|(?P<number>\d{{1,3}}(?:[,٬،]\d{{3}})+(?!\d)|\d{1, 3}(?:\.\d{3})+(?![.\d])|\d+(?:[.٫]\d+)?)|(?P<word>{WORD})|(?P<mark>[,،;؛:()\[\]—–\-])"
)
ENDS_IN_NUMBER_TALK = re.compile(r"[$€£₹/:.\-–+#@]|[^\W\d_]-")
ORDINAL_ENDING = re.compile(r"(?:st|nd|rd|th)\b")
GOES_ON = re.compile(r"[/:]\d|\s?%|[^\W\d_]|[.٫]\d|-(?:year|day|month|km|member|bed|point|hour|minute)|\s?٪")
LETTERS = re.compile(r"[^\W\d_]+")
TELLING = Sign.CUE | Sign.ONE | Sign.TOLL | Sign.BODY | Sign.HOSPITAL | Sign.VICTIM_OF
DIES = frozenset(("dies", "died", "die", "succumbs", "succumbed", "has"))  # "has" begins "has died"
VICTIMS = frozenset(("victim", "fatality", "person"))
KILLED_TOO = frozenset(("killed", "martyred", "dead"))  # "the fourth person killed"
HARD_STOPS = ";؛:"
OWNERS = frozenset(("his", "her", "their"))  # "their" one child as well
AGED = frozenset(("aged", "age", "ages"))
OLDEST = 110
REACH_OF_TOLL = 4
DOTTED = frozenset(("es", "de"))
THOUSANDS = re.compile(r"\d{1,3}(?:\.\d{3})+")
MULTIPLIERS = (100, 1000)
SCORES = (60, 80)
LIKELY_YEARS = range(1900, 2041)
MOST = 100_000  # a larger number of dead in one event is a population, a sum of money or nonsense


@dataclass(slots=True)
class Item:
    """One number, word, phrase or mark. `low` and `high` are set for numbers; offsets are those of the whole text."""

    sign: int  # bits of Sign
    start: int
    end: int
    word: str = ""
    low: int = 0
    high: int = 0
    about: bool = False

    def has(self, sign: int) -> bool:
        return bool(self.sign & sign)


def read_items(text: str, start: int, end: int, vocabulary: Vocabulary) -> list[Item]:
    """The items of `text[start:end]`, none if no word tells of casualties; numbers that count no people are plain words."""
    if vocabulary.telling is not None and vocabulary.telling.isdisjoint(LETTERS.findall(text[start:end].lower())):
        return []  # most sentences tell nothing of the kind, and looking at all their words takes long
    items = join_phrases(tokens(text, start, end, vocabulary), vocabulary)
    if not any(item.sign & TELLING for item in items):
        return []
    items = join_numbers(count_ordinals(items))
    if vocabulary.language == "ar":
        count_duals(items)
    drop_other_numbers(items)
    count_one_more(items)
    count_articles(items)
    return count_bare_persons(items)


def tokens(text: str, start: int, end: int, vocabulary: Vocabulary) -> list[Item]:
    items: list[Item] = []
    for found in TOKEN.finditer(text, start, end):
        kind, token = found.lastgroup, found.group()
        if items and found.start() < items[-1].end:
            continue  # the end of "13th"
        if kind == "word":
            folded = folded_word(token.replace("\u200c", ""))
            sign, value = vocabulary.meaning(folded)
            items.append(Item(sign, found.start(), found.end(), folded, value, value))
        elif kind == "number":
            items.append(number(text, found, dotted=vocabulary.language in DOTTED))
        elif kind == "joint":
            items.append(Item(Sign.AND, found.start(), found.end(), token))
        else:
            items.append(Item(mark_sign(text, found), found.start(), found.end(), token))
    return items


def mark_sign(text: str, found: re.Match[str]) -> int:
    mark = found.group()
    if mark in HARD_STOPS:
        return Sign.STOP
    is_hyphen = mark == "-" and not text[found.start() - 1 : found.start()].isspace()
    return PLAIN if is_hyphen else Sign.COMMA


def number(text: str, found: re.Match[str], *, dotted: bool) -> Item:
    """A number in digits; a plain item when what stands around it shows that it is an amount, a time, a name.

    `dotted` languages part the thousands by dots.
    """
    digits = re.sub(r"[,٬،.]" if dotted and THOUSANDS.fullmatch(found.group()) else r"[,٬،]", "", found.group())
    before = text[max(0, found.start() - 2) : found.start()]
    whole = "." not in digits and "٫" not in digits and len(digits) <= 7
    plain = not whole or bool(GOES_ON.match(text, found.end())) or looks_like_a_name(before)
    if whole and (ending := ORDINAL_ENDING.match(text, found.end())) is not None:
        return Item(Sign.ORDINAL, found.start(), ending.end(), digits, int(digits), int(digits))
    if not plain:
        value = int(digits)
        is_year = value in LIKELY_YEARS and len(digits) == 4 and found.group().isdecimal()
        plain = is_year or not 0 < value <= MOST
        if not plain:
            return Item(Sign.NUMBER, found.start(), found.end(), digits, value, value)
    return Item(PLAIN, found.start(), found.end(), digits)


def looks_like_a_name(before: str) -> bool:
    if not before:
        return False
    if before[-1] in "-–":  # a range has a digit before its dash, a name ("AK-47") a letter
        return len(before) == 2 and before[0].isalpha()
    return before[-1] in "$€£₹/:#@+" or before in ("No", "no") or (before[-1] in ".٫" and before[:1].isdigit())


def count_ordinals(items: list[Item]) -> list[Item]:
    """Makes numbers of "a fifth soldier has died" and "ninth victim dies": so many have died by then."""
    for index, item in enumerate(items):
        whom = next(
            (place for place in (index + 1, index + 2) if place < len(items) and items[place].has(Sign.PERSON)), None
        )
        if not item.has(Sign.ORDINAL) or whom is None or not is_one(items, whom):
            continue
        dies = any(other.word in DIES and other.sign & (Sign.CUE | Sign.ONE) for other in items[whom : whom + 5])
        is_victim = items[whom].word in VICTIMS and (
            [other.word for other in items[whom : whom + 2]] == ["victim", "of"]
            or any(other.word in DIES or other.word in KILLED_TOO for other in items[whom + 1 : whom + 12])
        )
        if dies or is_victim:
            item.sign = Sign.NUMBER | Sign.ORDINAL
    return items


def join_phrases(items: list[Item], vocabulary: Vocabulary) -> list[Item]:
    """Several words that mean something together become one item."""
    joined = []
    index = 0
    while index < len(items):
        item = items[index]
        for rest, sign in vocabulary.phrases.get(item.word, ()):
            following = items[index + 1 : index + 1 + len(rest)]
            if len(following) == len(rest) and all(map(is_word, following, rest)):
                item = Item(sign, item.start, following[-1].end, item.word)
                index += len(rest)
                break
        joined.append(item)
        index += 1
    return joined


def is_word(item: Item, word: str) -> bool:
    return item.word.startswith(word[:-1]) if word[-1] == "*" else item.word == word


def join_numbers(items: list[Item]) -> list[Item]:
    """Number words that make one number, and ranges of two numbers, become one item."""
    joined: list[Item] = []
    for index, item in enumerate(items):
        last = joined[-1] if joined else None
        if not item.has(Sign.NUMBER):
            joined.append(item)
        elif last is not None and last.has(Sign.NUMBER) and not item.word.isdecimal() and follows(last, item):
            merge(last, item)
        elif (
            len(joined) > 1
            and joined[-2].has(Sign.NUMBER)
            and (
                is_link(joined[-1], joined[-2], item)
                or (joined[-1].has(Sign.AND) and is_between(joined[:-1]) and item.low > joined[-2].low)
            )
        ):
            link = joined.pop()
            if is_between(joined):
                joined[-1].high, joined[-1].end = item.low, item.end
            elif link.has(Sign.AND) or (
                link.word == "-" and composes(joined[-1].low, item.low) and not item.word.isdecimal()
            ):
                merge(joined[-1], item)
            else:
                joined[-1].high, joined[-1].end = item.low, item.end
        elif item.low == 12 and not item.word.isdecimal() and index and items[index - 1].word == "half":
            joined.append(Item(item.sign, item.start, item.end, item.word, 6, 6))
        else:
            joined.append(item)
    return joined


ARABIC_TENS = frozenset(
    ("عشر", "عشره", "وعشرون", "وعشرین", "وثلاثون", "وثلاثین", "واربعون", "واربعین", "وخمسون", "وخمسین")
)
BETWEEN = frozenset(("between", "entre", "zwischen", "между", "بین", "بين"))


def is_between(joined: list[Item]) -> bool:
    """Whether the last number stands behind "between"."""
    return len(joined) > 1 and joined[-2].word in BETWEEN


def follows(first: Item, second: Item) -> bool:
    """Whether a number word goes on with the next one; Arabic says "five ten" and "five and-twenty"."""
    if second.word in ARABIC_TENS and first.low < 10:
        return not first.word.isdecimal()
    return composes(first.low, second.low)


def composes(first: int, second: int) -> bool:
    """Whether two number words make one number: two hundred, twenty one, two dozen."""
    if second in MULTIPLIERS or second == 12:
        return first < second or (second == 12 and first < 10)
    if (first, second) == (4, 20) or (first in SCORES and 10 <= second < 20):
        return True  # quatre-vingt, soixante-treize
    return (first % 10 == 0 and first >= 20 and second < 10) or (first % 100 == 0 and second < 100)


def merge(first: Item, second: Item) -> None:
    is_product = (second.low in (*MULTIPLIERS, 12) and first.low < 100) or (first.low, second.low) == (4, 20)
    value = first.low * second.low if is_product else first.low + second.low
    first.low = first.high = min(value, MOST)
    first.end = second.end


ONES_AND = frozenset(("et", "y", "و"))  # twenty "and" one
RANGE_WORDS = frozenset(("to", "or", "a", "o", "ou", "bis", "до", "تا", "سے", "الی", "से"))


def is_link(link: Item, first: Item, second: Item) -> bool:
    """Whether the word between two numbers makes them a range (10 to 15) or one number (hundred and ten)."""
    if first.high != first.low:
        return False
    if link.word in ("-", "–", "—"):
        return first.low < second.low or composes(first.low, second.low)
    if link.word in RANGE_WORDS:
        return first.low < second.low <= 4 * first.low
    if not link.has(Sign.AND) or first.word.isdecimal() or second.word.isdecimal():
        return False
    return (first.low % 100 == 0 and second.low < 100) or (link.word in ONES_AND and composes(first.low, second.low))


def drop_other_numbers(items: list[Item]) -> None:
    """Takes the sign from numbers that count no people: kilometres, dates, vehicles, incidents."""
    for index, item in enumerate(items):
        if not item.has(Sign.NUMBER):
            continue
        before = items[index - 1] if index else None
        if before is not None and (before.has(Sign.MONTH) or is_age(items, index)) and not before.has(Sign.PERSON):
            item.sign = PLAIN
            continue
        if index + 1 < len(items) and items[index + 1].has(Sign.AND) and items[index + 1].has(Sign.MORE):
            items[index + 1].sign = Sign.MORE  # "30 plus injured"
        for place, following in enumerate(items[index + 1 : index + 5], index + 1):
            if describes_person(items, place):
                break
            if place > index + 1 and any(item.has(Sign.TOLL) for item in items[max(0, index - REACH_OF_TOLL) : index]):
                break  # "the toll stood at 148 last night"
            if following.has(Sign.UNIT) and not following.has(Sign.PERSON | Sign.CUE | Sign.BODY):
                item.sign = PLAIN
                break
            if following.sign & ~(Sign.LEAST | Sign.OTHERS) or following.word in ("'", "the"):
                break


def describes_person(items: list[Item], index: int) -> bool:
    """Whether a word that is a unit elsewhere tells who somebody is: "bus passengers", "a district police officer"."""
    item = items[index]
    if not item.has(Sign.UNIT) or item.has(Sign.PERSON | Sign.CUE | Sign.MONTH):
        return False
    is_many = item.word.endswith("s") and not item.word.endswith(("ss", "us"))
    return not is_many and index + 1 < len(items) and items[index + 1].has(Sign.PERSON)


def is_age(items: list[Item], index: int) -> bool:
    """Whether a number is somebody's age: ", 45, was killed", "aged 19 and 21", "who was 17,"."""
    before = items[index - 1]
    if before.word in AGED:
        return True
    if before.word == "of" and index > 1 and items[index - 2].has(Sign.PERSON) and is_one(items, index - 2):
        return items[index].high <= OLDEST  # "a woman of 68"
    if index + 1 >= len(items) or not items[index + 1].has(Sign.COMMA) or items[index].high > OLDEST:
        return False
    if index > 1 and items[index - 2].has(Sign.TOLL):
        return False  # "the number of wounded, 13, is the same"
    return (
        before.has(Sign.COMMA) and items[index].word.isdecimal() and items[index + 1].word in ",)،"
    ) or before.word == "was"


def count_duals(items: list[Item]) -> None:
    """Makes one number of an Arabic noun and the "two" behind it."""
    for before, item in pairwise(items):
        is_two = item.has(Sign.NUMBER) and item.high == 2 and not item.word.isdecimal()
        if is_two and before.has(Sign.PERSON) and not before.has(Sign.NUMBER):
            before.sign |= Sign.NUMBER
            before.low = before.high = 2
            item.sign = PLAIN


def count_one_more(items: list[Item]) -> None:
    """Makes "a third" the number one: "shot dead two policemen and injured a third"."""
    for index, item in enumerate(items):
        if not item.has(Sign.ORDINAL) or item.has(Sign.NUMBER):
            continue
        before = index - 1
        if before > 0 and items[before].has(Sign.ARTICLE | Sign.NUMBER) and items[before].low <= 1:
            before -= 1
        after = items[index + 1] if index + 1 < len(items) else None
        is_alone = after is None or bool(after.sign & (Sign.COMMA | Sign.PREPOSITION | Sign.STOP | Sign.AND))
        if is_alone and before >= 0 and items[before].has(Sign.KILLED_AFTER | Sign.INJURED_AFTER):
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
                item.sign, item.low, item.high = Sign.NUMBER | Sign.ARTICLE, 1, 1
                break
            if following.sign and not (following.has(Sign.PERSON) or describes_person(items, index + 1 + offset)):
                break


def is_owner(items: list[Item], index: int) -> bool:
    """Whether "his" or "her" goes on with a list of people: ", his wife and", "and her driver"."""
    if items[index].word not in OWNERS:
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
        if (
            begins
            and item.has(Sign.PERSON)
            and not item.has(Sign.PEOPLE | Sign.NUMBER | Sign.CUE)
            and is_bare(items, index)
        ):
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


def is_one(items: list[Item], index: int) -> bool:
    """Whether the person word at `index` names one person and no thing: "a police station" is none."""
    word = items[index].word
    if not word.isascii() and not items[index].has(Sign.SINGLE):
        return False  # in other scripts most nouns for people do not tell one from many
    if word.endswith(("s", "men", "children", "people", "personnel")) or word in (
        "police",
        "suspected",
        "taliban",
        "paramilitary",
    ):
        return False
    following = items[index + 1] if index + 1 < len(items) else None
    return following is None or not following.has(Sign.UNIT)
