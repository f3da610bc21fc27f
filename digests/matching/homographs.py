"""Words of every day that are written like a name: شام is Syria and the evening, מוסד, चीनी. Their neighbours tell which."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from digests.matching.lexicon import EntityKind
from digests.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable

    from digests.matching.lexicon import Entity, Lexicon
    from digests.matching.page import Page

__all__ = ["Homograph", "homograph", "is_everyday_word"]

NEAR = 12  # words on either side that tell the sense of a word
LONGEST = 3  # words of a phrase beside it

Phrases = frozenset[str]


@dataclass(frozen=True, slots=True)
class Homograph:
    """Folded phrases that stand beside a written word when it is one of every day, and when it is the name.

    Those `before` and `behind` touch it, but for a particle; those `near` stand within a dozen words. Where nothing tells,
    it is what it `is_rarely` not. A word `is_of_languages` that is of every day in some alone.
    """

    word_before: Phrases
    word_behind: Phrases
    word_near: Phrases
    name_before: Phrases
    name_behind: Phrases
    name_near: Phrases
    is_rarely_name: bool
    is_of_languages: bool


@cache
def tables() -> dict[str, Any]:  # TOML has no narrower type
    return tomllib.loads((resources.files("digests.matching") / "data" / "homographs.toml").read_text("utf-8"))


Row = dict[str, Any]


@cache
def rows() -> dict[str, Row]:
    """The row of the table that tells of a folded word, in whatever language."""
    return {fold(word): row for row in tables()["homograph"] if "languages" not in row for word in row["words"]}


@cache
def rows_of_languages() -> dict[str, Row]:
    """The same of words that are of every day in some languages."""
    return {fold(word): row for row in tables()["homograph"] if "languages" in row for word in row["words"]}


def homograph(folded: str) -> Homograph | None:
    """What is known of a folded word that is an everyday word and a name, in whatever language it stands."""
    row = rows().get(folded)
    return None if row is None else read(folded, of_languages=False)


def homograph_here(page: Page, index: int, name: str) -> Homograph | None:
    """What is known of the word that stands here for this folded name, in the language of the page or in any."""
    folded = page.folded(index)
    row = rows_of_languages().get(folded)
    # Sudán is no form of sudar, to sweat: accents count.
    if (
        row is not None
        and page.written[index].lower() in row["words"]
        and may_be_small(page, index)
        and is_in(page, row["languages"])
    ):
        return read(folded, of_languages=True)
    return homograph(folded) or homograph(name)


@cache
def read(folded: str, *, of_languages: bool) -> Homograph:
    """A row of the table, folded when it is first asked for: few words of any article are there."""
    row = (rows_of_languages() if of_languages else rows())[folded]
    lists: dict[str, list[str]] = tables()["lists"]

    def phrases(key: str) -> Phrases:
        parts = row.get(key, ())
        return frozenset(
            fold(phrase) for part in parts for phrase in (lists[part[1:]] if part.startswith("@") else (part,))
        )

    return Homograph(
        word_before=phrases("word_before"),
        word_behind=phrases("word_behind"),
        word_near=phrases("word_near"),
        name_before=phrases("name_before"),
        name_behind=phrases("name_behind"),
        name_near=phrases("name_near"),
        is_rarely_name=row.get("otherwise", "word") == "word",
        is_of_languages=of_languages,
    )


@cache
def particles() -> Phrases:
    """Little words between a name and what belongs to it: شام کے صدر."""
    return frozenset(map(fold, tables()["particles"]))


def is_everyday_word(page: Page, index: int, name: str, entity: Entity | None, lexicon: Lexicon) -> bool:
    """Whether the word that is written like this folded name is here one of every day."""
    known = homograph_here(page, index, name)
    if known is None or (index == 0 and page.is_dateline(0)):
        return False
    if known.is_of_languages and page.written[index].islower() and not (is_thing(entity) or page.is_caseless):
        return True  # these languages write names with a capital
    before, behind = before_of(page, index), behind_of(page, index)
    is_word = not (known.word_before.isdisjoint(before) and known.word_behind.isdisjoint(behind))
    is_named = not (known.name_before.isdisjoint(before) and known.name_behind.isdisjoint(behind))
    if is_word != is_named:
        return is_word
    around = window(page, max(index - NEAR, 0), index, index + NEAR)
    words, names = len(known.word_near & around), len(known.name_near & around)
    if words != names:
        return words > names
    if is_word or words or not known.is_rarely_name:
        return known.is_rarely_name
    return not (is_told(page, index, known, entity) or is_among_countries(page, index, entity, lexicon))


def is_thing(entity: Entity | None) -> bool:
    """Whether it is no name, but a word for a thing or an event."""
    return entity is not None and entity.kind is EntityKind.TERM


def is_told(page: Page, index: int, known: Homograph, entity: Entity | None) -> bool:
    """Whether the article speaks of what is called like the word that stands here."""
    told = known.name_near if entity is None else known.name_near | telling(entity)
    word = page.folded(index)
    return any(phrase in page.phrases and phrase != word for phrase in told)


def may_be_small(page: Page, index: int) -> bool:
    """Whether nothing about its letters says that it is a name: a capital inside a sentence, an ending behind an apostrophe."""
    return page.written[index].isalnum() and (not page.is_capital(index) or page.is_sentence_start(index))


ENOUGH = 2  # small words of a language


def is_in(page: Page, languages: Iterable[str]) -> bool:
    """Whether the page is in one of these languages (ISO 639-1), by its small words or, in no English text, by its letters."""
    for language in languages:
        words, letters = marks_of(language)
        if len(words & page.words) >= ENOUGH:
            return True
        if not letters.isdisjoint(page.text) and not page.is_english:
            return True
    return False


@cache
def marks_of(language: str) -> tuple[frozenset[str], frozenset[str]]:
    """The folded small words of a language, and the letters that few others have."""
    marks = tables()["languages"][language]
    return frozenset(map(fold, marks["words"])), frozenset(marks.get("letters", ""))


@lru_cache(maxsize=256)
def telling(entity: Entity) -> Phrases:
    """The entity's other names and the context of its ambiguous ones, folded."""
    return frozenset(fold(phrase) for phrase in (*entity.names, *entity.context) if phrase not in entity.ambiguous)


def is_among_countries(page: Page, index: int, entity: Entity | None, lexicon: Lexicon) -> bool:
    """Whether another country stands beside the word, but for one particle: عراق و شام."""
    if entity is None or entity.kind is not EntityKind.COUNTRY:
        return False
    beside = [at for at in (index - 2, index + 2) if 0 <= at < len(page.written)]
    return any(
        other.kind is EntityKind.COUNTRY and other.name != entity.name
        for at in beside
        if page.folded((at + index) // 2) in particles()
        for other in lexicon.by_name.get(page.folded(at), ())
    )


def is_joined(page: Page, index: int) -> bool:
    """Whether nothing but a space or a hyphen stands between a word and the next."""
    between = page.between(index)
    return between == "-" or not between.strip()


def before_of(page: Page, index: int) -> set[str]:
    """The phrases that end before the word, a particle left out or not."""
    first = index
    while first > max(index - LONGEST, 0) and is_joined(page, first - 1):
        first -= 1
    words = [page.folded(at) for at in range(first, index)]
    found = {" ".join(words[start:]) for start in range(len(words))}
    if words and words[-1] in particles():
        found.update(" ".join(words[start:-1]) for start in range(len(words) - 1))
    return found


def behind_of(page: Page, index: int) -> set[str]:
    """The phrases that begin behind the word, a particle left out or not."""
    last = index
    while last + 1 < min(index + 1 + LONGEST, len(page.written)) and is_joined(page, last):
        last += 1
    words = [page.folded(at) for at in range(index + 1, last + 1)]
    found = {" ".join(words[:stop]) for stop in range(1, len(words) + 1)}
    if words and words[0] in particles():
        found.update(" ".join(words[1:stop]) for stop in range(2, len(words) + 1))
    return found


def window(page: Page, first: int, index: int, last: int) -> set[str]:
    """The words from one to another, and the pairs of neighbours, but for the word itself."""
    words = [page.folded(at) if at != index else "" for at in range(first, min(last + 1, len(page.written)))]
    return {*words, *map(" ".join, pairwise(words))}
