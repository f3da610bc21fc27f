"""Where a form of one or more words stands in a page, by the rules on case, order and gaps."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from digests.matching.forms import Flag
from digests.matching.inflections import is_made_adjective
from digests.matching.spelling import Kind
from digests.matching.words import CONNECTORS, FUNCTION_WORDS, is_common, is_english, is_everyday

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from digests.matching.index import Found
    from digests.matching.occurrences import Occurrences
    from digests.matching.page import Page

__all__ = ["Place", "alone", "phrase"]

CYRILLIC = "Ѐ"  # scripts from here on use their capitals strictly, or have none
FURTHEST = 5  # words that may be skipped between two words of a phrase, all kinds together
REACH = FURTHEST + 2
NEARBY = 6  # words between the ends of a reordered phrase
GAP_COST = 3.0
# Every German noun is capital: behind an article it is the word, not the place (der Tank, but auf der Krim).
GERMAN_ARTICLES = frozenset({"der", "das", "dem", "des", "ein", "eine", "einen", "einem", "einer", "im", "vom", "zum"})
REORDERED = 80.0
SHARED = 90.0


class Place(NamedTuple):
    """Where a form was found: first and last position, how well, and the worst kind of its words."""

    first: int
    last: int
    score: float
    kind: int
    reordered: bool = False
    spelled_out: bool = False  # the words whose initials an acronym is


def alone(page: Page, word: int, flags: int, occurrences: Occurrences, text: str) -> Iterator[Place]:
    """Where a form of one word stands. `text` is the word in the vocabulary."""
    acronym = text[0] == "^"
    for position, found in occurrences[word].items():
        if found.kind == Kind.INFLECTION and (flags & Flag.RIGID or (acronym and flags & Flag.NO_PLURAL)):
            continue
        if found.kind > Kind.INFLECTION and flags & Flag.EXACT:
            continue
        if not found.strong and not flags & Flag.BROAD:
            continue
        if found.more and flags & (Flag.ALIAS | Flag.ADJECTIVE) and page.between(position) == " ":
            continue  # two names side by side are rarely another name torn apart
        if flags & Flag.ALIAS and found.kind == Kind.INFLECTION and len(page.folded(position)) < len(text):
            continue  # "Haqqanis" means the network, "Haqqani" may be anybody
        if acronym:
            if (is_common(text[1:]) or text[1:] in FUNCTION_WORDS or text[1:] in CONNECTORS) and page.is_caps_line(
                position
            ):
                continue  # in a headline of capitals, WHO and RAW may be words
        elif not fits_case(page, position, flags, found) or (
            flags & Flag.NEEDS_CASE
            and position
            and page.folded(position - 1) in GERMAN_ARTICLES
            and is_english(page.folded(position))
        ):
            continue
        yield Place(position, position + found.more, found.score if not flags & Flag.JOINED else 97.0, found.kind)


def fits_case(page: Page, position: int, flags: int, found: Found) -> bool:
    """Whether capitals and small letters speak for the keyword."""
    if flags & Flag.SMALL or page.is_caseless:
        return True
    written = page.written[position]
    if written.islower():
        return may_be_small(page, position, flags, found)
    if not flags & Flag.NEEDS_CASE:
        return True
    if written.isupper() and len(written) > 1:
        return page.is_caps_line(position) or page.is_dateline(position)
    return not (page.is_sentence_start(position) and starts_plain_sentence(page, position))


def may_be_small(page: Page, position: int, flags: int, found: Found) -> bool:
    """Whether the word may stand for the keyword though it is written in small letters."""
    written = page.written[position]
    if not flags & Flag.NAME or flags & Flag.JOINED:
        return True
    if found.kind == Kind.INFLECTION and is_made_adjective(page.folded(position)):
        return True  # харьковский: adjectives are written small
    # A name in small letters is carelessly written, if the word is no other; another name of it is too much.
    if flags & Flag.ADJECTIVE:
        return found.kind <= Kind.INFLECTION  # yéménite, syriens: many languages write them small
    careless = found.kind == Kind.EXACT and not flags & (Flag.NEEDS_CASE | Flag.ALIAS) and written[0] < CYRILLIC
    if not careless or not (page.is_english or not page.is_capital(0)):
        return False
    folded = page.folded(position)
    return not is_english(folded) and not is_common(folded)


def starts_plain_sentence(page: Page, position: int) -> bool:
    """Whether a common word is capital only because the sentence starts here: "Reading improves …", "Nice weather …"."""
    if not is_everyday(page.folded(position)) or not page.written[position].isalnum():
        return False
    return (
        position + 1 < len(page.written)
        and not page.is_capital(position + 1)
        and page.between(position) == " "
        and (not page.is_function_word(position + 1) or page.folded(position + 1) in DETERMINERS)
    )


DETERMINERS = frozenset({"the", "a", "an", "his", "her", "their", "this", "that", "its"})  # Reading the verdict


def phrase(page: Page, words: Sequence[int], flags: int, occurrences: Occurrences) -> Iterator[Place]:
    """Where a form of several words stands, all of which occur somewhere in the page."""
    taken: set[int] = set()
    for start in occurrences[words[0]]:
        place = walk(page, words, start, flags, occurrences)
        if place is not None and start not in taken:
            taken.update(range(place.first, place.last + 1))
            yield place
    if taken:
        return
    if flags & Flag.INVERTIBLE and len(words) == 2:
        yield from inverted(page, words, flags, occurrences)
    if flags & (Flag.LOOSE | Flag.BROAD) and not flags & Flag.RIGID:
        if len(words) == 2 and flags & Flag.SMALL:
            yield from sharing(page, words, occurrences)
        yield from reordered(page, words, flags, occurrences)


def walk(page: Page, words: Sequence[int], start: int, flags: int, occurrences: Occurrences) -> Place | None:
    """The phrase in its order from this position on, or None."""
    found = [occurrences[words[0]][start]]
    position, gaps, last = start + found[0].more, 0, len(page.written) - 1
    for word in words[1:]:
        wanted = occurrences[word]
        if wanted.keys().isdisjoint(range(position + 1, position + REACH)):
            return None
        free = strangers = 0
        while True:
            if position >= last or page.breaks(position):
                return None
            position += 1
            if position in wanted:
                found.append(wanted[position])
                position += wanted[position].more
                break
            free += 1
            if free > FURTHEST:
                return None
            if page.is_connector(position):
                continue
            if page.is_function_word(position) and (len(words) > 2 or flags & Flag.GAPPY):
                continue
            strangers += 1
            if strangers > 1 or gaps or not may_stand_between(page, position, flags):
                return None
            gaps += 1
    return placed(page, start, position, found, gaps, flags)


def may_stand_between(page: Page, position: int, flags: int) -> bool:
    """Whether the word may be a middle name: a capital among capitals."""
    if not flags & Flag.NAME or flags & (Flag.EXACT | Flag.ALIAS) or position + 1 >= len(page.written):
        return False
    written = page.written
    return all(written[index][:1].isupper() for index in (position - 1, position, position + 1)) and (
        page.between(position - 1) in {" ", ". "} and page.between(position) in {" ", ". "}
    )


def placed(page: Page, first: int, last: int, found: Sequence[Found], gaps: int, flags: int) -> Place | None:
    """The place with its score, when the words together are evidence enough."""
    if flags & Flag.RIGID and any(one.kind != Kind.EXACT for one in found):
        return None
    worst = max(one.kind for one in found)
    if (flags & Flag.EXACT and worst > Kind.INFLECTION) or (
        # Near another name of the thing is too far from what was typed.
        len(found) == 2 and flags & Flag.ALIAS and worst == Kind.EDIT
    ):
        return None
    if not flags & (Flag.LOOSE | Flag.BROAD) and any(one.kind == Kind.INFLECTION and not one.strong for one in found):
        return None  # attackers are no attack, but "Peshawar attackers" is about the Peshawar attack
    sure = [one for one in found if one.kind <= Kind.INFLECTION or (one.kind == Kind.SKELETON and one.strong)]
    if not sure and not all(one.strong for one in found):
        return None
    needs_case = not page.is_caseless and (
        (flags & Flag.NEEDS_CASE and not capitals(page, first, last))
        # A name of the lexicon has one capital at least: a sendero luminoso is a path, grey wolves are animals.
        or (flags & Flag.KNOWN and flags & Flag.NAME and page.is_small(first, last))
    )
    # "the land, mine since 1990"
    if needs_case or (flags & Flag.SMALL and len(found) == 2 and page.has_comma(first, last)):
        return None
    score = sum(one.score for one in found) / len(found) - GAP_COST * gaps
    return Place(first, last, score, worst)


def capitals(page: Page, first: int, last: int) -> bool:
    """Whether all words but connectors and function words are capital."""
    return all(
        page.is_capital(index)
        or page.is_function_word(index)
        or page.is_connector(index)
        or not page.written[index].islower()
        for index in range(first, last + 1)
    )


def inverted(page: Page, words: Sequence[int], flags: int, occurrences: Occurrences) -> Iterator[Place]:
    """SURNAME, Name; without a comma if only the surname is in capitals."""
    for start, found in occurrences[words[1]].items():
        other = occurrences[words[0]].get(start + 1)
        if other is None or not page.is_capital(start) or not page.is_capital(start + 1):
            continue
        in_capitals = page.written[start].isupper()
        between = page.between(start).strip()
        if (between == "," and (in_capitals or page.is_sentence_start(start))) or (
            not between and in_capitals and not page.written[start + 1].isupper()
        ):
            place = placed(page, start, start + 1, (found, other), 1, flags)
            if place is not None:
                yield place


def reordered(page: Page, words: Sequence[int], flags: int, occurrences: Occurrences) -> Iterator[Place]:
    """All words near each other in one sentence, in any order; well spelt, for the order no longer speaks for them."""
    reach = NEARBY + (2 if flags & Flag.BROAD else 0)
    for start in occurrences[words[0]]:
        chosen: dict[int, Found] = {start: occurrences[words[0]][start]}
        for word in words[1:]:
            near = nearest(page, start, occurrences[word], reach, chosen)
            if near is None:
                break
            chosen[near] = occurrences[word][near]
        else:
            first, last = min(chosen), max(chosen)
            good = all(
                one.kind <= Kind.INFLECTION or (one.kind == Kind.SKELETON and one.strong) for one in chosen.values()
            )
            if not flags & Flag.BROAD and not reads_alike(page, first, last, chosen, flags):
                continue
            if good and last - first <= reach and not (flags & Flag.SMALL and page.has_comma(first, last)):
                yield Place(first, last, REORDERED, Kind.EDIT, reordered=True)
                return


AND = frozenset({"and", "or"})
LONGEST_SERIES = 4  # words from the first of those that share a head to the head


def sharing(page: Page, words: Sequence[int], occurrences: Occurrences) -> Iterator[Place]:
    """A word that shares the last one with others: "drone and missile strikes", "air, drone and artillery strikes"."""
    for start, one in occurrences[words[0]].items():
        for end in range(start + 3, start + LONGEST_SERIES + 1):
            other = occurrences[words[1]].get(end)
            if other is not None and max(one.kind, other.kind) <= Kind.INFLECTION and is_series(page, start, end):
                yield Place(start, end, SHARED, Kind.INFLECTION, reordered=True)


def is_series(page: Page, first: int, last: int) -> bool:
    """Whether the words between are others of the same kind, joined by "and". (But "a car and petrol bombs" are two things.)"""
    joined = [index for index in range(first + 1, last) if page.folded(index) in AND]
    rest = [index for index in range(first + 1, last) if index not in joined]
    if len(joined) != 1 or joined[0] == last - 1 or any(page.is_function_word(index) for index in rest):
        return False
    if first and page.folded(first - 1) in {"a", "an"} and page.folded(last).endswith("s"):
        return False
    commas = [page.between(index).strip() for index in range(first, joined[0])]
    if any(comma != "," for comma in commas[:-1]) or commas[-1] not in {"", ","}:
        return False
    return all(page.between(index) == " " for index in range(joined[0], last))


def nearest(
    page: Page, start: int, positions: Mapping[int, Found], reach: int, taken: Mapping[int, Found]
) -> int | None:
    """The position nearest to the start, in the same sentence."""
    best = None
    for position in positions:
        if position in taken or abs(position - start) > reach:
            continue
        low, high = sorted((position, start))
        if any(page.breaks(index) for index in range(low, high)):
            continue
        if best is None or abs(position - start) < abs(best - start):
            best = position
    return best


TURNING = frozenset(
    {"of", "by", "with", "from", "on", "for", "de", "du", "des", "par", "por", "con", "von", "mit", "durch"}
    | {"armed", "using", "wielding", "carrying"}
)
ARTICLES = frozenset({"a", "an", "the", "la", "le", "les", "el", "los", "las", "der", "die", "das", "dem", "den"})


WHERE = TURNING | {"in", "at", "near", "outside", "inside", "around", "against", "à", "en", "bei", "nahe", "près"}


def reads_alike(page: Page, first: int, last: int, chosen: Mapping[int, Found], flags: int) -> bool:
    """Whether the other order says the same: "exchange of prisoners", "attack on a mosque in Peshawar"."""
    if flags & (Flag.NOUNS | Flag.SMALL):
        is_said = is_turned(page, first, last, chosen)
        if is_said or flags & Flag.NOUNS:
            return is_said
    if page.is_capital(last):
        before = last - 2 if page.folded(last - 1) in ARTICLES else last - 1
        return page.folded(before) in WHERE
    return (
        page.is_capital(first)
        and last - first <= len(chosen) + 1
        and all(page.written[index].islower() for index in range(first + 1, last) if index not in chosen)
    )


def is_turned(page: Page, first: int, last: int, chosen: Mapping[int, Found]) -> bool:
    """Whether only "of", "by" and the like stand between the words, or what stands beside a verb.

    "Exchange of prisoners", "attacked a girls' school", "prisoners were swapped".
    """
    between = [page.folded(index) for index in range(first, last + 1) if index not in chosen]
    if is_verb(page, last, chosen[last]):
        return bool(between) and AUXILIARIES.issuperset(between)
    if is_verb(page, first, chosen[first]) and between and between[0] in ARTICLES:
        return len(between) <= LONGEST_OBJECT
    return any(word in TURNING for word in between) and all(word in TURNING or word in ARTICLES for word in between)


AUXILIARIES = frozenset({"was", "were", "been", "being", "is", "are", "be"})
LONGEST_OBJECT = 3  # words between a verb and its object


def is_verb(page: Page, position: int, found: Found) -> bool:
    """Whether the word is the past of a verb that the keyword's noun is made of: attacked, swapped, struck."""
    written = page.written[position]
    if found.kind == Kind.EXACT:
        return written.endswith("ed")
    return (
        found.kind == Kind.INFLECTION
        and not found.strong
        and written.islower()
        and not written.endswith(("ing", "er", "ers"))
    )
