"""What a phrase may mean as a place: the lexicon's entity, a country in any case, else the gazetteer's towns."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from digests.gazetteer import GeoKind
from digests.matching.inflections import quarter_of
from digests.matching.lexicon import EntityKind
from digests.stories.facts.place_forms import ARABIC_PREFIXES, forms
from digests.text import Script, fold, script_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from digests.gazetteer import GeoPlace
    from digests.matching.lexicon import Entity
    from digests.stories.facts.names import Names
    from digests.text import Token

__all__ = ["known", "may_be_known", "place_words"]

APOSTROPHE = re.compile("['’]")
SHORTEST = 3  # letters of a name in another script: two are a word, as "bomb" or "two", far more often


@dataclass(frozen=True, slots=True)
class PlaceWords:
    """The words of places.toml, folded."""

    before: frozenset[str]
    after: frozenset[str]
    settlements: frozenset[str]
    no_places: frozenset[str]
    named_after: frozenset[str]
    bureaus: frozenset[str]
    speaks: frozenset[str]
    near: frozenset[str]  # codes of countries
    provinces: frozenset[str]


@cache
def place_words() -> PlaceWords:
    tables: dict[str, str | list[str]] = tomllib.loads(
        (resources.files(__package__) / "places.toml").read_text("utf-8")
    )
    lists = {name: words.split() if isinstance(words, str) else words for name, words in tables.items()}
    folded = {name: frozenset(map(fold, words)) for name, words in lists.items() if name != "near"}
    return PlaceWords(**folded, near=frozenset(lists["near"]))


def may_be_known(phrase: str, written: str, names: Names, *, single: bool) -> bool:
    """A quick test for `known`, which most words fail: whether any form of the phrase is a name."""
    if phrase in names.index or phrase in names.gazetteer:
        return True
    if phrase[0] in ARABIC_PREFIXES and phrase[1:] in names.gazetteer:
        return True
    if not single:
        return False
    if not phrase.isascii() and script_of(phrase) in (Script.CYRILLIC, Script.OTHER):
        return True
    return APOSTROPHE.search(written) is not None or quarter_of(phrase) != ""


def known(phrase: str, tokens: Sequence[Token], names: Names) -> tuple[GeoPlace, ...]:
    """What a phrase may mean as a place: the lexicon's entity, else the gazetteer's places."""
    script = script_of(tokens[0].text)
    is_no_place = phrase in place_words().no_places
    for alias in names.index.get(phrase, ()):
        entity = alias.entity
        if entity.kind in (EntityKind.PLACE, EntityKind.COUNTRY) and not (
            (alias.acronym and not tokens[0].text.isupper()) or (alias.ambiguous and is_no_place)
        ):
            options = places_of(entity, names)
            if options:
                return capital_of(options[0], phrase, names) or options[:1]
    if is_no_place or (len(phrase) < 3 and phrase.isascii()):
        return ()
    text = tokens[0].text
    if len(tokens) == 1 and text.isascii() and text.isupper() and len(text) <= 4:  # an acronym is no place
        return ()
    for form in forms(phrase, text.replace("’", "'"), script, single=len(tokens) == 1):
        if form != phrase and (country := country_named(form, names)):
            return country
        is_word = form in place_words().no_places or (len(form) < SHORTEST and script is not Script.LATIN)
        options = () if is_word else names.gazetteer.by_name(form)
        if len(form) <= 3 and script is not Script.LATIN:
            options = tuple(place for place in options if place.country in place_words().near)
        if options:
            return options[:8]
    return ()


def places_of(entity: Entity, names: Names) -> tuple[GeoPlace, ...]:
    """What the gazetteer has under the first of the entity's names that it knows in its country."""
    for folded in (fold(entity.name), *entity.folds):
        found = names.gazetteer.by_name(folded)
        found = tuple(place for place in found if not entity.country or place.country == entity.country)
        if found:
            return found
    return ()


def country_named(form: str, names: Names) -> tuple[GeoPlace, ...]:
    """The country that has this name in its base form: Россия for России."""
    known_as = (alias.entity for alias in names.index.get(form, ()) if alias.entity.kind is EntityKind.COUNTRY)
    return next((places_of(entity, names)[:1] for entity in known_as), ())


def capital_of(region: GeoPlace, phrase: str, names: Names) -> tuple[GeoPlace, ...]:
    """The town of that name, where the lexicon has it as another name of its province: Gardez of Paktia."""
    if region.kind is not GeoKind.REGION or fold(region.name) == phrase:
        return ()
    towns = names.gazetteer.by_name(phrase)
    return tuple(
        town
        for town in towns
        if town.country == region.country and town.kind is GeoKind.TOWN and fold(town.name) == phrase
    )[:1]
