"""Capitals that an article does not call by their names: "the Somali capital", "la capitale somalienne"."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import TYPE_CHECKING

from digests.matching.countries import country_words
from digests.matching.inflections import inflections
from digests.text import fold, script_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from digests.gazetteer import Gazetteer, GeoPlace
    from digests.text import Token

__all__ = ["capitals_told"]

WORDS = frozenset(
    fold(
        "capital capitale capitala العاصمة عاصمة بالعاصمة للعاصمة دارالحکومت دارالحکومتی پایتخت پلازمینه پلازمېنه राजधानी"
        " столица столице столицу столицы столицей столиці столицю столицею başkenti başkentinde hauptstadt ibukota রাজধানী"
    ).split()
)
# "outside Somalia's education ministry": what stands in a capital, and what says that something happened there.
SEATS = frozenset({"ministry", "parliament", "palace", "legislature"})
AT = frozenset(
    {"outside", "near", "at", "inside", "on", "into", "stormed", "targeted", "targeting", "hit", "hits", "rips"}
)
REACH_SEAT, REACH_AT = 3, 6  # words before a seat
PARTICLES = frozenset(fold("کے کی کا کو का की के د of de du la le el da do des der s the").split())
APOSTROPHE = re.compile("['’]")
# "40 km north of the Somali capital"
FAR = re.compile(r"\b(?:km|kilomet\w+|miles?|north\w*|south\w*|east\w*|west\w*|hours?)\b[^.,;]{0,30}$", re.IGNORECASE)
FAR_CHARACTERS = 50


@cache
def capitals() -> dict[str, str]:
    """The capital of each country, by its ISO 3166-1 alpha-2 code; from GeoNames (CC BY 4.0)."""
    text = (resources.files("digests") / "data" / "capitals.tsv").read_text("utf-8")
    return {code: name for code, _, name in (line.partition("\t") for line in text.splitlines())}


@cache
def countries_told() -> dict[str, str]:
    """The folded names and adjectives of countries that are one word, with their codes."""
    told = ((word, code) for code, names, adjectives in country_words() for word in map(fold, (*names, *adjectives)))
    return of_one_country((word, code) for word, code in told if " " not in word)


@cache
def codes_by_name() -> dict[str, str]:
    """The folded names of countries, with their codes."""
    return of_one_country((fold(name), code) for code, names, _ in country_words() for name in names)


def of_one_country(words: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Words with the code of their country; those of several countries are left out."""
    found: dict[str, set[str]] = {}
    for word, code in words:
        found.setdefault(word, set()).add(code)
    return {word: next(iter(codes)) for word, codes in found.items() if len(codes) == 1}


def capitals_told(words: str, tokens: Sequence[Token], gazetteer: Gazetteer) -> Iterator[tuple[GeoPlace, int, int]]:
    """The capitals that a sentence names by their country, with the offsets of the words that do."""
    for index, token in enumerate(tokens):
        beside: Iterable[int]
        if token.folded in SEATS and is_there(tokens, index):
            beside = range(index - 1, max(-1, index - 1 - REACH_SEAT), -1)
        elif token.folded in WORDS:
            beside = neighbours(tokens, index)
        else:
            continue
        code = next(filter(None, (country_of(tokens, place) for place in beside)), None) or only_country(tokens, index)
        name = capitals().get(code or "")
        if name is None or FAR.search(words[max(0, token.start - FAR_CHARACTERS) : token.start]):
            continue
        place = next((one for one in gazetteer.by_name(fold(name)) if one.country == code), None)
        if place is not None:
            yield place, token.start, token.end


def only_country(tokens: Sequence[Token], index: int) -> str | None:
    """The code of the one country that a sentence names, where it goes on with "in the capital"; None if it does not."""
    before = [token.folded for token in tokens[max(0, index - 2) : index]]
    if before != ["in", "the"]:
        return None
    codes = {codes_by_name()[name] for name in named_by(tokens) if name in codes_by_name()}
    return codes.pop() if len(codes) == 1 else None


def named_by(tokens: Sequence[Token]) -> Iterator[str]:
    """The words of a sentence, and its pairs of neighbours: Burkina Faso."""
    yield from (token.folded for token in tokens)
    yield from (f"{one.folded} {other.folded}" for one, other in pairwise(tokens))


def is_there(tokens: Sequence[Token], index: int) -> bool:
    """Whether something happened at what stands at this position."""
    return any(token.folded in AT for token in tokens[max(0, index - REACH_AT) : index])


def neighbours(tokens: Sequence[Token], index: int) -> Iterator[int]:
    """The positions before and behind a word, one particle left out."""
    for step in (-1, 1):
        beside = index + step
        if 0 <= beside < len(tokens) and tokens[beside].folded in PARTICLES:
            beside += step
        if 0 <= beside < len(tokens):
            yield beside


def country_of(tokens: Sequence[Token], index: int) -> str | None:
    """The code of the country that a word names, in any case or gender."""
    written = APOSTROPHE.split(tokens[index].text)[0]
    folded = fold(written)
    bases = (folded, *inflections(folded, script_of(folded), written)) if folded else ()
    return next((code for base in bases if (code := countries_told().get(base.lstrip("~"))) is not None), None)
