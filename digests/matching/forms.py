"""What to look for: a keyword becomes forms, one or more for each name of the thing it stands for.

A form is a sequence of words of the index's vocabulary. A plain word is its folded text; `^ttp` is an acronym (capitals
only), `#…` a string of a script without spaces, which is found inside runs of letters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

from digests.matching.chinese import traditional
from digests.matching.lexicon import Entity, EntityKind, Lexicon
from digests.matching.naming import named, without_article
from digests.matching.spelling import likeness, shape_of
from digests.matching.words import (
    CONNECTORS,
    FUNCTION_WORDS,
    facilities,
    is_common,
    is_everyday,
    is_frequent,
    is_name,
    is_person,
    is_word,
)
from digests.model import Strictness
from digests.text import Script, Token, fold, script_of, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from digests.matching.query import Keyword

__all__ = ["Draft", "Flag", "Meaning", "Places", "Reading", "mean", "written_as_one"]


class Place(Protocol):
    """What is needed of a place of the gazetteer."""

    @property
    def name(self) -> str: ...
    @property
    def names(self) -> tuple[str, ...]: ...
    @property
    def population(self) -> int: ...
    @property
    def country(self) -> str: ...


class Places(Protocol):
    """What is needed of the gazetteer."""

    def by_name(self, folded: str, /) -> Sequence[Place]: ...


class Flag:
    """How a form is to be found: plain numbers, for they are combined a million times while an index is built."""

    NONE = 0
    EXACT = 1  # no spelling variants
    RIGID = 2  # not even inflections
    ALIAS = 4  # another name than the one typed
    ADJECTIVE = 8
    NEEDS_CASE = 16  # a common word as well: small letters mean that
    AMBIGUOUS = 32  # counts beside a word of its context only
    NO_PLURAL = 64
    JOINED = 128  # several words written as one
    SMALL = 256  # typed in small letters: an ordinary word in any case
    NAME = 512  # all its words are written with capitals
    GAPPY = 1024  # a function word or connector was left out of it
    LOOSE = 2048  # its words may stand in another order nearby
    BROAD = 4096
    NOUNS = 16384  # made of ordinary words only: another order needs "of" or "by" between them
    KNOWN = 65536  # a name of the lexicon
    MEANT = 32768  # ambiguous, but as much what the person typed as the name they typed
    INVERTIBLE = 8192  # may be written "SURNAME, Name"


class Draft(NamedTuple):
    """A form before the index knows its words."""

    name: str
    words: tuple[str, ...]
    flags: int


class Reading(NamedTuple):
    """Which thing a typed text stands for: its names, and those to treat with care. `kind` is for the person."""

    kind: str  # entity, place, acronym, name, word
    entity: Entity | None
    label: str | None  # the name of the entity or place
    others: tuple[str, ...]  # other names


@dataclass(frozen=True, slots=True)
class Meaning:
    """A keyword's forms and what it stands for."""

    reading: Reading
    drafts: tuple[Draft, ...]


def mean(keyword: Keyword, strictness: Strictness, lexicon: Lexicon, places: Places | None) -> Meaning:
    """What to look for when this keyword is followed."""
    if keyword.exact or strictness is Strictness.EXACT:
        reading = Reading("exact", None, None, ())
        return Meaning(reading, tuple(drafts_of(keyword.text, Flag.EXACT | Flag.RIGID)))
    text = named(keyword.text, lexicon)
    reading = read(text, lexicon, places)
    broad = Flag.BROAD if strictness is Strictness.BROAD else Flag.NONE
    found: dict[tuple[str, ...], Draft] = {}
    for name, flags in names_of(text, reading):
        for draft in drafts_of(name, flags | broad):
            known = found.setdefault(draft.words, draft)
            if draft.flags & Flag.ADJECTIVE and not known.flags & Flag.ADJECTIVE and known.flags & Flag.ALIAS:
                # Syrien is a country in one language and its adjective in another.
                found[draft.words] = known._replace(flags=known.flags | Flag.ADJECTIVE)
            elif draft.flags & Flag.SMALL and known.flags & Flag.NAME:
                # Listed both ways (Hutíes, hutíes): it is written in any case.
                found[draft.words] = known._replace(
                    flags=(known.flags | Flag.SMALL) & ~(Flag.NAME | Flag.NEEDS_CASE | Flag.INVERTIBLE)
                )
    return Meaning(reading, tuple(found.values()))


def is_acronym(name: str) -> bool:
    """Two to six capitals or digits, also with dots or hyphens; or five letters at most between two capitals (LeT, LoC)."""
    # Most names end at the cheap questions.
    if not (name.isupper() or (len(name) <= 5 and name[:1].isupper() and name[-1:].isupper())):
        return False
    return " " not in name and name[:1].isalnum() and 2 <= sum(map(str.isalnum, name)) <= 6


NOBODY_FOLLOWS = frozenset({"let", "is", "who", "us", "it"})  # as words: who types them means the acronym
DOTTED = re.compile(r"\w[·・‧•\-－—–]\w")
DOTS = ("", "·", "・", "•", "-")
POSSESSIVE = re.compile("['’ʼ`´]s$")


def read(text: str, lexicon: Lexicon, places: Places | None) -> Reading:
    """Which thing the text stands for."""
    folded = fold(text)
    ordinary = text.islower() and " " not in folded and is_common(folded) and folded not in NOBODY_FOLLOWS
    entity = lexicon.resolve(text)
    if entity is not None and ordinary and any(is_acronym(name) for name in entity.names if fold(name) == folded):
        entity = None  # typed in small letters, "raw" and "who" are words
    if entity is not None:
        others = tuple(name for name in entity.names if fold(name) != folded)
        if entity.kind is EntityKind.PLACE and places is not None:
            own = [
                name
                for name in other_names(fold(entity.name), places)
                if (bearer := lexicon.resolve(name)) is None or bearer.name == entity.name
            ]
            others = tuple(dict.fromkeys((*others, *own)))
        return Reading("entity", entity, entity.name, others)
    if places is not None and not ordinary and not (is_acronym(text) and len(folded) <= 3):
        for name in with_article(folded):
            main = main_places(places.by_name(name), name) if name not in NOT_PLACES else []
            if main:
                more = other_names(name, places)
                label = (main[0].name,) if name != folded else ()
                return Reading("place", None, main[0].name, tuple(dict.fromkeys((*more, *label))))
    if is_acronym(text):
        return Reading("acronym", None, None, ())
    return Reading("word" if text.islower() else "name", None, None, ())


def with_article(folded: str) -> tuple[str, ...]:
    """A name, and an Arabic one also with or without its article, which gazetteers put as they please."""
    if " " in folded or script_of(folded) is not Script.ARABIC or len(folded) < 4:
        return (folded,)
    return (folded, folded[2:]) if folded.startswith("ال") and len(folded) > 4 else (folded, "ال" + folded)


def other_names(folded: str, places: Places) -> Iterator[str]:
    """The other names of the places of this name that mean no other place, and no word."""
    found = places.by_name(folded)
    main = main_places(found, folded)
    seen = {folded}
    for place in main:
        if fold(place.name) not in seen and place.population >= WELL_KNOWN:
            seen.add(fold(place.name))
            yield place.name
        for name in place.names:
            other = fold(name)
            if other in seen or not is_distinct(name, other):
                continue
            seen.add(other)
            near = likeness(shape_of(folded), shape_of(other), small=False)
            if near is not None and near.strong:
                continue  # found as a spelling of the name anyway
            best = places.by_name(other)
            meant = [one for one in best if one in main or fold(one.name) == folded]
            largest = max((one.population for one in best), default=0)
            if not best or any(one.population * SO_MUCH_LARGER >= largest for one in meant):
                yield name


def main_places(found: Sequence[Place], folded: str) -> list[Place]:
    """The places that a name means: those of this very name, and a much larger one that it is another name of."""
    main = [place for place in found if fold(place.name) == folded]
    if found and (main or not is_person(folded)):
        largest = max(found, key=lambda place: place.population)
        if largest not in main and (not main or largest.population > SO_MUCH_LARGER * main[0].population):
            main.insert(0, largest)
    return main


# Other names in the gazetteer that mean a person or a river first.
NOT_PLACES = frozenset({"stalin", "angara", "lenin", "columbia", "rafa", "ades", "mosel", "gazza"})
WELL_KNOWN = 100_000  # inhabitants of a place whose main name is looked for even if people bear it: Aden
SO_MUCH_LARGER = 10
SHORTEST = {
    Script.LATIN: 4,
    Script.CYRILLIC: 4,
    Script.ARABIC: 3,
    Script.DEVANAGARI: 3,
    Script.NO_SPACES: 2,
    Script.HANGUL: 2,
}


def is_distinct(name: str, folded: str) -> bool:
    """Whether another name of a place is long enough and no common word or personal name."""
    script = script_of(name)
    if len(folded) < SHORTEST.get(script, 99) or is_common(folded):
        return False
    if script is Script.LATIN:
        return name[:1].isupper() and not name.isupper() and not is_person(folded) and folded not in NOT_PLACES
    return True


def names_of(typed: str, reading: Reading) -> Iterator[tuple[str, int]]:
    """Every name to look for, the typed one first, with how."""
    entity, folded = reading.entity, fold(typed)
    as_typed = (folded, without_article(folded))
    if entity is None:
        shown = reading.label if reading.label and fold(reading.label) == folded else typed
        yield cased(shown, reading), Flag.LOOSE if reading.label is None else Flag.NONE
        for name in reading.others:
            yield name, Flag.NONE if fold(name) in as_typed else Flag.ALIAS | Flag.EXACT
        return
    # Who types in another script means the name in Latin letters no less: it may be misspelt as well.
    is_translated = not folded.isascii() and entity.name.isascii()
    ambiguous = {fold(name) for name in entity.ambiguous}
    no_plural = {fold(name) for name in entity.not_plural}
    vague = folded in ambiguous  # the person chose a name of several meanings: its translations mean no less
    own = [name for name in (*entity.names, *entity.adjectives) if fold(name) == folded]
    for name in dict.fromkeys((*own[:1], *entity.names, *reading.others)):
        flags = Flag.NONE if fold(name) in as_typed or (is_translated and name == entity.name) else Flag.ALIAS
        if fold(name) in ambiguous:
            flags |= Flag.AMBIGUOUS
            if vague and not is_acronym(name):
                flags |= Flag.MEANT
        if fold(name) in no_plural or entity.kind is not EntityKind.TERM:
            flags |= Flag.NO_PLURAL  # several IEDs are IEDs; several PKKs are something else
        flags |= Flag.KNOWN if name in entity.names else Flag.EXACT
        is_loose = entity.kind in {EntityKind.TERM, EntityKind.EVENT} or folded.rpartition(" ")[2] in facilities()
        if fold(name) == folded and is_loose:
            flags |= Flag.LOOSE  # "the airport in Kabul"
        yield name, flags
    for name in entity.adjectives:
        yield name, Flag.ADJECTIVE | Flag.EXACT


def cased(name: str, reading: Reading) -> str:
    """A name typed in capitals as names are written, so that it is not taken for an acronym."""
    return name.title() if name.isupper() and reading.kind == "place" and len(name) > 3 else name


# Words of a form ----------------------------------------------------------------------------------------------------


def drafts_of(name: str, flags: int) -> Iterator[Draft]:
    """The forms of one name: its significant words, and the same written as one word."""
    tokens = list(words_of(name))
    if not tokens:
        return
    if not name.isascii() and any(script_of(token.folded) is Script.NO_SPACES for token in tokens):
        yield from without_spaces(name, tokens, flags | Flag.EXACT)
        return
    if is_acronym(name):
        yield Draft(name, ("^" + "".join(token.folded for token in tokens),), flags | Flag.EXACT)
        return
    if name.isupper() and len(tokens) > 1:
        tokens = [token._replace(text=token.text.title()) for token in tokens]
    kept = significant(tokens)
    flags |= case_flags(name, kept, known=bool(flags & Flag.KNOWN))
    # Words of every day that are somebody's surname too are words beside others of every day: "border clash".
    are_words = all(token.text.islower() and is_everyday(token.folded) for token in kept)
    if len(kept) < 2 or not (are_words or any(map(is_noun, kept)) or kept[-1].folded in facilities()):
        flags &= ~Flag.LOOSE  # only where a thing is named: "Quetta blast", "prisoner swap"
    elif are_words:
        flags |= Flag.NOUNS
    if len(kept) < len(tokens):
        flags |= Flag.GAPPY
    words = tuple(word_of(token) for token in kept)
    yield Draft(name, words, flags)
    yield from of_one(name, words, flags)
    if not flags & Flag.RIGID and any(POSSESSIVE.search(token.text) for token in kept):
        # Coxs Bazar: the apostrophe is often left out.
        yield Draft(name, tuple(token.folded + "s" * bool(POSSESSIVE.search(token.text)) for token in kept), flags)
    if not flags & Flag.RIGID and not any(word[0] == "^" for word in words):
        yield from joined(name, kept, flags)
        yield from with_izafat(name, tokens, flags)


def of_one(name: str, words: tuple[str, ...], flags: int) -> Iterator[Draft]:
    """The form of a plural's singular: who follows pellet guns means a pellet gun too."""
    one = singular(words[-1])
    if one and flags & Flag.LOOSE and not flags & Flag.RIGID:
        yield Draft(name, (*words[:-1], one), flags)


def singular(word: str) -> str:
    """The singular of an English plural of every day; '' for any other word."""
    if len(word) < 4 or not word.isascii() or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return ""
    one = word[:-3] + "y" if word.endswith("ies") else word[:-1]
    return one if is_common(word) and is_common(one) else ""


def without_spaces(name: str, tokens: list[Token], flags: int) -> Iterator[Draft]:
    """The forms of a name in a script without spaces: 本·拉登 is written with one of several dots, or without,
    and Chinese in simplified or traditional characters.
    """
    for dot in DOTS if DOTTED.search(name) else ("",):
        whole = dot.join(token.folded for token in tokens)
        yield Draft(name, ("#" + whole,), flags)
        if not flags & Flag.RIGID and (written := traditional(whole)) != whole:
            yield Draft(name, ("#" + written,), flags)


def joined(name: str, kept: list[Token], flags: int) -> Iterator[Draft]:
    """The forms in which two neighbouring words are written as one. (All of them as one: see `Matcher.link`.)"""
    flags = (flags | Flag.EXACT | Flag.JOINED) & ~(Flag.NEEDS_CASE | Flag.LOOSE)
    if 3 <= len(kept) <= 5:
        rest = [token.folded for token in kept]
        for index in range(len(kept) - 1):
            pair = rest[index] + rest[index + 1]
            if len(pair) >= 6:
                yield Draft(name, (*rest[:index], pair, *rest[index + 2 :]), flags)


IZAFAT = frozenset({"e", "i"})


def with_izafat(name: str, tokens: list[Token], flags: int) -> Iterator[Draft]:
    """The form of a Persian or Urdu name whose "-e-" is written as one with the word before it: Dashte Khoshab."""
    if IZAFAT.isdisjoint(token.folded for token in tokens[1:-1]):
        return
    words: list[str] = []
    for token in tokens:
        if words and token.folded in IZAFAT:
            words[-1] += token.folded
        elif token.folded not in CONNECTORS and token.folded not in FUNCTION_WORDS:
            words.append(token.folded)
    if len(words) > 1:
        yield Draft(name, tuple(words), flags & ~Flag.LOOSE)


def significant(tokens: list[Token]) -> list[Token]:
    """The words without connectors and function words, unless too little would remain."""
    kept = [
        token
        for token in tokens
        if (token.folded not in CONNECTORS and token.folded not in FUNCTION_WORDS)
        or is_kept_acronym(token.text)
        or (token is tokens[-1] and len(tokens) > 2 and token.text[:1].isupper())  # Kim Jong Un
    ]
    if len(kept) == len(tokens):
        return kept
    # A single word must be able to stand for the whole name: "Qaeda" can, "Bab", "laden", "fire" and "militer" cannot.
    if len(kept) == 1:
        return kept if len(kept[0].folded) >= 5 and not is_usual(kept[0].folded) else tokens
    if tokens[0] not in kept and tokens[0].text.istitle() and tokens[0].folded != "the":
        # Van is a town, and the rest of its Büyükşehir Belediyesi is any town's.
        return tokens if all(is_usual(token.folded) for token in kept) else kept
    return kept or tokens


def is_usual(folded: str) -> bool:
    """Whether it is a word of every day in some language, or somebody's or something's name."""
    return is_common(folded) or is_word(folded) or is_frequent(folded) or is_name(folded)


def is_kept_acronym(text: str) -> bool:
    """Whether it is an acronym, though it looks like a function word: US, UN, the AS of Indonesian."""
    return text.isupper() and len(text) > 1 and text.isascii()


def word_of(token: Token) -> str:
    return "^" + token.folded if is_acronym(token.text) else token.folded


def case_flags(name: str, kept: list[Token], *, known: bool) -> int:
    """How the typed case binds."""
    flags = Flag.NONE
    if name.islower():
        flags |= Flag.SMALL
    elif all(token.text[:1].isupper() or token.text.isdecimal() for token in kept):
        flags |= Flag.NAME
        if all(is_common(token.folded) for token in kept) and (len(kept) == 1 or known):
            flags |= Flag.NEEDS_CASE
        if len(kept) == 2:
            flags |= Flag.INVERTIBLE
    return flags


def is_noun(token: Token) -> bool:
    """An ordinary word typed in small letters."""
    return token.text.islower() and is_everyday(token.folded) and not is_person(token.folded)


def written_as_one(name: str, words: tuple[str, ...]) -> frozenset[str]:
    """A name of several words as one word, with and without its connectors: hashtags, careless typing."""
    return frozenset(whole for whole in ("".join(words), fold(name).replace(" ", "")) if len(whole) >= 6)
