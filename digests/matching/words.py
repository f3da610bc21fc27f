"""What is known before any article is read: ordinary words and proper names. A typo is never one of them.

The lists are derived by tests/tools/make_known_words.py and make_frequent_words.py, which name their sources. They are static, so that an answer depends
neither on other people's keywords nor on the order in which articles arrive.
"""

from __future__ import annotations

import gzip
from functools import cache
from importlib import resources

from digests.text import fold

__all__ = [
    "CONNECTORS",
    "FAITHS",
    "FUNCTION_WORDS",
    "SNAPSHOT",
    "facilities",
    "is_bearable",
    "is_common",
    "is_compound",
    "is_english",
    "is_first_name",
    "is_frequent",
    "is_name",
    "is_never_name",
    "is_word",
    "names",
    "words",
]

SNAPSHOT = "2026-11"  # the version of the lists, told in explanations


def read(name: str) -> frozenset[str]:
    data = (resources.files("digests.matching") / "data" / f"{name}.txt.gz").read_bytes()
    return frozenset(gzip.decompress(data).decode().split("\n"))


@cache
def words() -> frozenset[str]:
    """Folded everyday English words."""
    return read("words") - listed_in("never_words")


@cache
def rare() -> frozenset[str]:
    """Folded English words that are seldom met, so that a name may be the more usual reading."""
    return read("rare")


@cache
def foreign() -> frozenset[str]:
    """Folded frequent words of about sixty other languages."""
    return read("foreign")


@cache
def frequent() -> frozenset[str]:
    """Folded words that are frequent in about thirty other languages, none of them found by a name of the lexicon."""
    return read("frequent") | never_names()


@cache
def never_names() -> frozenset[str]:
    """Folded words of every day in other languages that look like a known name, or like a form of one."""
    return listed_in("also_frequent")


@cache
def persons() -> frozenset[str]:
    """Folded first names and surnames that many people bear."""
    return read("persons")


@cache
def names() -> frozenset[str]:
    """Folded one-word names of places, groups and the like."""
    return read("names") | listed_in("also_names")


@cache
def first_names() -> frozenset[str]:
    """Folded first names of all parts of the world."""
    return listed_in("first_names")


@cache
def also_words() -> frozenset[str]:
    """Folded names that are ordinary words, though the texts behind the lists write them with a capital letter only."""
    return listed_in("also_words")


def listed_in(name: str) -> frozenset[str]:
    """The folded words of a list that is kept as plain text."""
    text = (resources.files("digests.matching") / "data" / f"{name}.txt").read_text("utf-8")
    return frozenset(fold(word) for line in text.splitlines() if not line.startswith("#") for word in line.split())


@cache
def facilities() -> frozenset[str]:
    """Words for what stands somewhere: an airport, a dam."""
    return listed_in("facilities")


def is_common(folded: str) -> bool:
    """Whether it is an everyday English word (it may be a name as well: Nice, Reading, Tank)."""
    return folded in words() or folded in also_words()


def is_english(folded: str) -> bool:
    return folded in words() or folded in rare()


def is_word(folded: str) -> bool:
    """Whether it is a word of any of the languages."""
    return folded in words() or folded in foreign() or folded in rare()


def is_frequent(folded: str) -> bool:
    """Whether it is a frequent word of some other language. With a capital it may be a name all the same."""
    return folded in frequent()


def is_never_name(folded: str) -> bool:
    """Whether it is a word of every day in some other language, with a capital no less (Acaba, in Turkish, perhaps)."""
    return folded in never_names()


def is_name(folded: str) -> bool:
    return folded in names() or folded in persons()


def is_person(folded: str) -> bool:
    return folded in persons()


FAITHS = frozenset({"shia", "sunni"})  # no first names before the name of a people


def is_first_name(folded: str) -> bool:
    """Whether people bear it before their surname; an everyday word is none."""
    return (folded in first_names() or folded in persons()) and not is_common(folded)


def is_bearable(folded: str) -> bool:
    """Whether people bear this name: "Ulfa" in title case may be somebody."""
    return is_person(folded) or is_first_name(folded)


SHORTEST_PART = 4  # letters of a word in a compound


def is_compound(folded: str) -> bool:
    """Whether it is made of two everyday English words: bluewater, hackarmy."""
    known = words()
    return any(
        folded[:cut] in known and folded[cut:] in known for cut in range(SHORTEST_PART, len(folded) - SHORTEST_PART + 1)
    )


def is_everyday(folded: str) -> bool:
    """Whether texts write it in small letters, so that a capital at the beginning of a sentence tells nothing."""
    return folded in words()


# The Arabic article as it sounds before some letters: in a name it may stand where the keyword has "al", or nothing.
ARTICLES_AS_HEARD = frozenset({"ash", "esh", "ar", "az", "ad"})
# Words that join the parts of a name and are written in many ways, or left out.
CONNECTORS = frozenset(
    [
        "i",
        "e",
        "ye",
        "ul",
        "ud",
        "al",
        "el",
        "ez",
        "as",
        "ur",
        "us",
        "un",
        "ibn",
        "bin",
        "ben",
        "o",
        "u",
        "د",
        "ए",
        "ال",
        "ې",
        "de",
        "da",
        "du",
        "del",
        "la",
        "le",
        "les",
        "di",
        "dos",
        "das",
        "von",
        "van",
        "der",
        "den",
    ]
)
FUNCTION_WORDS = frozenset(
    [
        "the",
        "a",
        "an",
        "of",
        "in",
        "on",
        "at",
        "by",
        "for",
        "to",
        "from",
        "with",
        "and",
        "or",
        "s",
        "is",
        "was",
        "are",
        "were",
        "be",
        "as",
        "into",
        "near",
        "over",
        "its",
        "his",
        "her",
        "their",
        "this",
        "that",
        "de",
        "la",
        "le",
        "les",
        "des",
        "du",
        "el",
        "los",
        "las",
        "en",
        "y",
        "et",
        "und",
        "der",
        "die",
        "das",
        "den",
        "dem",
        "im",
        "am",
        "von",
        "zu",
        "aus",
        "ve",
        "ile",
        "в",
        "на",
        "и",
        "из",
        "с",
        "по",
        "о",
        "у",
        "к",
        "за",
        "от",
        "до",
        "में",
        "के",
        "का",
        "की",
        "को",
        "से",
        "ने",
        "पर",
        "और",
        "है",
        "یک",
        "کی",
        "کا",
        "کے",
        "کو",
        "میں",
        "نے",
        "سے",
        "پر",
        "اور",
        "ہے",
        "در",
        "از",
        "به",
        "با",
        "را",
        "که",
        "د",
        "په",
        "کې",
        "ته",
        "له",
        "چې",
        "من",
        "في",
        "على",
        "الى",
        "عن",
    ]
) | frozenset(["می", "کی", "کا", "که", "کو", "مین", "نی", "سی", "پر", "اور", "هی"])
