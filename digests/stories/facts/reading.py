"""A sentence as a row of items: numbers with their value, words with what they mean, marks that part them."""

from __future__ import annotations

import re

from digests.stories.facts.implied import (
    count_articles,
    count_bare_persons,
    count_duals,
    count_one_more,
    count_ordinals,
)
from digests.stories.facts.items import MOST, Item, describes_person, is_one
from digests.stories.facts.small_words import small_words
from digests.stories.facts.vocabulary import PLAIN, Sign, Vocabulary
from digests.text import APOSTROPHES, MARKS, fold_token

__all__ = ["read_items"]

WORD = rf"[^\W\d_][\w{MARKS}\u200c\u200d]*(?:[{APOSTROPHES}][^\W\d_]+)*"
# Arabic writes "and" as part of the next word, of a number in digits too.
TOKEN = re.compile(
    rf"(?P<joint>(?<!\w)و(?=\d))|(?P<number>\d{{1,3}}(?:[,٬،]\d{{3}})+(?!\d)|\d{1, 3}(?:\.\d{3})+(?![.\d])|\d+(?:[.٫]\d+)?)|(?P<word>{WORD})|(?P<mark>[,،;؛:()\[\]—–\-])"
)
ENDS_IN_NUMBER_TALK = re.compile(r"[$€£₹/:.\-–+#@]|[^\W\d_]-")
ORDINAL_ENDING = re.compile(r"(?:st|nd|rd|th)\b")
GOES_ON = re.compile(r"[/:]\d|\s?%|[^\W\d_]|[.٫]\d|-(?:year|day|month|km|member|bed|point|hour|minute)|\s?٪")
JOINED_NUMBER = re.compile("(?P<tens>\\w+)\u200c(?P<joint>و)\u200c?(?P<ones>\\w+)")
LETTERS = re.compile(r"[^\W\d_]+")
TELLING = Sign.CUE | Sign.ONE | Sign.TOLL | Sign.BODY | Sign.HOSPITAL | Sign.VICTIM_OF
HARD_STOPS = ";؛:"
OLDEST = 110
REACH_OF_TOLL = 4
DOTTED = frozenset(("es", "pt", "de", "it", "nl"))
THOUSANDS = re.compile(r"\d{1,3}(?:\.\d{3})+")
MULTIPLIERS = (100, 1000)
HALVED = (12, 100)  # "half a dozen", "medio centenar"
NEAR_ARTICLE = 3  # words behind "una" that say whether it counts a person
SCORES = (60, 80)
LIKELY_YEARS = range(1900, 2041)


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
    drop_indefinite(items, vocabulary)
    count_one_more(items)
    count_articles(items)
    return count_bare_persons(items)


def drop_indefinite(items: list[Item], vocabulary: Vocabulary) -> None:
    """Makes "una" before a thing a plain word: "la cifra de muertos en el atentado contra una mezquita" tells of no one dead."""
    for index, item in enumerate(items):
        if item.has(Sign.NUMBER) and item.low == item.high == 1 and item.word in vocabulary.indefinite:
            behind = items[index + 1 : index + 1 + NEAR_ARTICLE]
            if not any(following.sign & (Sign.PERSON | Sign.NATION | Sign.CUE | Sign.ONE) for following in behind):
                item.sign &= ~Sign.NUMBER


def tokens(text: str, start: int, end: int, vocabulary: Vocabulary) -> list[Item]:
    items: list[Item] = []
    for found in TOKEN.finditer(text, start, end):
        kind, token = found.lastgroup, found.group()
        if items and found.start() < items[-1].end:
            continue  # the end of "13th"
        if kind == "word" and "\u200cو" in token and (joined := numbers_joined(found, vocabulary)):
            items += joined
        elif kind == "word":
            folded = fold_token(token.replace("\u200c", ""))
            sign, value = vocabulary.meaning(folded)
            if vocabulary.language == "tr" and token[0] in "oO":
                sign &= ~Sign.KILLED  # "oldu" is "was", and folded as "öldü", "died"
            items.append(Item(sign, found.start(), found.end(), folded, value, value))
        elif kind == "number":
            items.append(number(text, found, dotted=vocabulary.language in DOTTED))
        elif kind == "joint":
            items.append(Item(Sign.AND, found.start(), found.end(), token))
        else:
            items.append(Item(mark_sign(text, found), found.start(), found.end(), token))
    return items


def numbers_joined(found: re.Match[str], vocabulary: Vocabulary) -> list[Item]:
    """The parts of a Persian number that is written as one word with joiners ("بیست‌وهفت"); none if it is no number."""
    parts = JOINED_NUMBER.fullmatch(found.group())
    if parts is None:
        return []
    items = []
    for name in ("tens", "joint", "ones"):
        sign, value = vocabulary.meaning(fold_token(parts[name]))
        start, end = parts.span(name)
        items.append(Item(sign, found.start() + start, found.start() + end, fold_token(parts[name]), value, value))
    return items if items[0].has(Sign.NUMBER) and items[2].has(Sign.NUMBER) else []


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
        elif (
            item.low in HALVED and not item.word.isdecimal() and index and items[index - 1].word in small_words("half")
        ):
            joined.append(Item(item.sign, item.start, item.end, item.word, item.low // 2, item.low // 2))
        else:
            joined.append(item)
    return joined


def is_between(joined: list[Item]) -> bool:
    """Whether the last number stands behind "between"."""
    return len(joined) > 1 and joined[-2].word in small_words("between")


def follows(first: Item, second: Item) -> bool:
    """Whether a number word goes on with the next one; Arabic says "five ten" and "five and-twenty"."""
    if second.word in small_words("arabic_tens") and first.low < 10:
        return not first.word.isdecimal()
    if first.low == 1 and second.word in small_words("scores") and not first.word.isdecimal():
        return True  # "une vingtaine"
    return composes(first.low, second.low)


def composes(first: int, second: int) -> bool:
    """Whether two number words make one number: two hundred, twenty one, two dozen."""
    if second in MULTIPLIERS or second == 12:
        return first < second or (second == 12 and first < 10)
    if (first, second) == (4, 20) or (first in SCORES and 10 <= second < 20):
        return True  # quatre-vingt, soixante-treize
    if first == 10 and 7 <= second < 10:
        return True  # dix-sept
    return (first % 10 == 0 and first >= 20 and second < 10) or (first % 100 == 0 and second < 100)


def merge(first: Item, second: Item) -> None:
    is_product = (
        first.low == 1 or (second.low in (*MULTIPLIERS, 12) and first.low < 100) or (first.low, second.low) == (4, 20)
    )
    value = first.low * second.low if is_product else first.low + second.low
    first.low = first.high = min(value, MOST)
    first.end = second.end


def is_link(link: Item, first: Item, second: Item) -> bool:
    """Whether the word between two numbers makes them a range (10 to 15) or one number (hundred and ten)."""
    if first.high != first.low:
        return False
    if link.word in ("-", "–", "—"):
        return first.low < second.low or composes(first.low, second.low)
    if link.word in small_words("range_words"):
        return first.low < second.low <= 4 * first.low
    if not link.has(Sign.AND) or first.word.isdecimal() or second.word.isdecimal():
        return False
    return (first.low % 100 == 0 and second.low < 100) or (
        link.word in small_words("ones_and") and composes(first.low, second.low)
    )


def drop_other_numbers(items: list[Item]) -> None:
    """Takes the sign from numbers that count no people: kilometres, dates, vehicles, incidents."""
    for index, item in enumerate(items):
        if not item.has(Sign.NUMBER):
            continue
        before = items[index - 1] if index else None
        if (
            is_aged(items, index)
            or counts_wounds(items, index)
            or (before is not None and (before.has(Sign.MONTH) or is_age(items, index)) and not before.has(Sign.PERSON))
        ):
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


def counts_wounds(items: list[Item], index: int) -> bool:
    """Whether a number counts no people but their wounds: "two bullet wounds"."""
    return index + 1 < len(items) and items[index + 1].word in small_words("of_wounds")


def is_aged(items: list[Item], index: int) -> bool:
    """Whether a hyphen joins the number to a word for years: "58-летний охранник"."""
    after = items[index + 1 : index + 3]
    return len(after) > 1 and after[0].word == "-" and after[0].sign == PLAIN and after[1].has(Sign.UNIT)


def is_age(items: list[Item], index: int) -> bool:
    """Whether a number is somebody's age: ", 45, was killed", "aged 19 and 21", "who was 17,"."""
    before = items[index - 1]
    if before.word in small_words("aged") or (before.word == "of" and index > 1 and items[index - 2].word == "age"):
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
