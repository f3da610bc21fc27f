"""What stands around a found name: a longer name of something else, an organisation's full name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digests.matching.bearers import BEARERS, PLACES, is_of_the_family
from digests.matching.elsewhere import is_in_a_state, is_town_of_a_state, longer_names, words_in_longer_names
from digests.matching.forms import Flag
from digests.matching.lexicon import Entity, EntityKind
from digests.matching.namesakes import (
    is_introduced_as_a_thing,
)
from digests.matching.spelling import Kind
from digests.matching.words import FUNCTION_WORDS
from digests.text import fold, fold_token, fold_tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from digests.matching.lexicon import Lexicon
    from digests.matching.page import Page
    from digests.matching.phrases import Place
    from digests.matching.targets import Form

__all__ = ["HEADS_WRITTEN", "is_inside_another", "is_part_of_another", "organisations"]

APOSTROPHE = re.compile("['\u2019\u02bc]")

# Longer names --------------------------------------------------------------------------------------------------------

PARTS_OF_A_CONTINENT = ("south", "latin", "central", "north", "native")
REGIONS = frozenset(f"{which} {land}" for which in PARTS_OF_A_CONTINENT for land in ("america", "american"))
GROUPS = frozenset({EntityKind.ARMED_GROUP, EntityKind.FORCE, EntityKind.PARTY})
BEFORE = 3  # words that a longer name may begin with before the found one
BEHIND = 2  # words that may follow another name of one word in a longer name


def is_part_of_another(form: Form, page: Page, place: Place, lexicon: Lexicon) -> bool:
    """Whether the found name is here the end of another one's: South Sudan, Pakistani Taliban, Kataib Hezbollah.

    What the person typed letter by letter counts there too, but for countries, groups and people: nobody who follows Sudan
    means South Sudan, or Kataib Hezbollah by Hezbollah.
    """
    meaning = form.owner.meaning
    if meaning is None or place.last < 0:
        return False
    entity = meaning.reading.entity
    if (entity is None or entity.kind in PLACES or entity.kind is EntityKind.TERM) and is_elsewhere(page, place):
        return True
    if len(form.words) > 1 and page.is_capital(place.first):
        if is_introduced_as_a_thing(page, place.last) or begins_inside_a_country(page, place.first, lexicon):
            return True
    elif (
        entity is not None
        and entity.kind is EntityKind.PLACE
        and is_in_another_country(page, place.last, entity, lexicon)
    ):
        return True
    return entity is not None and ends_another(form, page, place, entity, lexicon)


def begins_inside_a_country(page: Page, first: int, lexicon: Lexicon) -> bool:
    """Whether the first word ends the name of a country or its adjective: the South African union."""
    if not first or page.between(first - 1) != " ":
        return False
    return any(other.kind is EntityKind.COUNTRY for other in lexicon.by_name.get(spelled(page, first - 1, first), ()))


DISPUTED = frozenset(
    {
        "RU",
        "UA",
        "IL",
        "PS",
        "SY",
        "LB",
        "IN",
        "PK",
        "CN",
        "MA",
        "EH",
        "TR",
        "GE",
        "AM",
        "AZ",
        "RS",
        "XK",
        "SD",
        "SS",
        "CY",
        "YE",
        "SO",
    }
)


def is_in_another_country(page: Page, last: int, entity: Entity, lexicon: Lexicon) -> bool:
    """Whether another country follows behind a comma: "Jalal-Abad, Kyrgyzstan". Disputed places are told of both."""
    after = last + 1
    if after >= len(page.written) or page.between(last).strip() != "," or not entity.country:
        return False
    countries = [one for one in lexicon.by_name.get(spelled(page, after, after), ()) if one.kind is EntityKind.COUNTRY]
    return bool(countries) and not any(one.country == entity.country or one.country in DISPUTED for one in countries)


def ends_another(form: Form, page: Page, place: Place, entity: Entity, lexicon: Lexicon) -> bool:
    """Whether a longer name of the lexicon, of something else, ends or begins with the found one."""
    country, typed = entity.kind is EntityKind.COUNTRY, not form.flags & Flag.ALIAS and place.kind == Kind.EXACT
    if typed and not country and entity.kind not in BEARERS:
        return False
    first, last = place.first, place.last
    spans = [(low, last) for low in range(first - 1, max(first - BEFORE, 0) - 1, -1)]
    if country:
        spans.extend(((first, last + 1), (first, last + 2)))  # Soudan du Sud
    elif form.flags & Flag.ALIAS and len(form.words) == 1:
        spans.extend((first, high) for high in range(last + 1, last + 1 + BEHIND))
    for low, high in spans:
        if low < 0 or high >= len(page.written):
            continue
        begins = page.folded(low)
        if begins not in lexicon.beginnings and not (country and begins in PARTS_OF_A_CONTINENT):
            continue
        if any(page.breaks(index) for index in range(low, high)):
            continue
        longer = spelled(page, low, high)
        if country and longer in REGIONS:
            return True
        others = lexicon.by_name.get(longer, ())
        if others and all(is_another(other, entity, begins=high > last) for other in others):
            return not is_of_the_family(entity, longer, lexicon)
    return False


def is_elsewhere(page: Page, place: Place) -> bool:
    """Whether a place's name is here a piece of a longer one, or that of a town overseas."""
    first, last = place.first, place.last
    if is_in_a_state(page, last) or is_town_of_a_state(page, first):
        return True
    known = words_in_longer_names()
    if spelled(page, last, last) not in known:
        return False
    before = first > 0 and page.folded(first - 1) in known
    behind = last + 1 < len(page.written) and not known.isdisjoint(
        (page.folded(last + 1), spelled(page, last + 1, last + 1))
    )
    if not (before or behind):  # a longer name has one of them at least
        return False
    ends = range(last, min(last + BEHIND, len(page.written) - 1) + 1)
    spans = (
        (low, high) for low in range(max(first - BEFORE, 0), first + 1) for high in ends if high - low > last - first
    )
    return any(spelled(page, low, high) in longer_names() for low, high in spans)


def spelled(page: Page, low: int, high: int) -> str:
    written = page.written[high]
    last = fold_token(written if written.isalnum() else APOSTROPHE.split(written)[0])
    return " ".join([*fold_tokens(page.written[low:high]), last]) if low < high else last


def is_another(other: Entity, entity: Entity, *, begins: bool) -> bool:
    """Whether the longer name's bearer is of the same sort, but elsewhere; `begins` with the found name (Niger Delta)."""
    if other.name == entity.name:
        return False
    if entity.kind is EntityKind.COUNTRY and other.kind is EntityKind.COUNTRY:
        return True
    if entity.kind is EntityKind.PERSON and other.kind is EntityKind.PERSON:
        return not begins  # a brother, a daughter
    alike = any(entity.kind in family and other.kind in family for family in (PLACES, GROUPS))
    if begins and entity.kind is not EntityKind.COUNTRY:
        # Hizb-i-Islami is no short Hizb, but a branch of al-Qaeda is named after al-Qaeda.
        return alike and entity.kind in GROUPS and fold(entity.name) not in fold(other.name)
    return alike and bool(other.country and entity.country) and other.country != entity.country


MOST_AROUND = 4  # characters of a longer name around the found one, in a script without spaces


def is_inside_another(form: Form, text: str, at: int, length: int, lexicon: Lexicon) -> bool:
    """Whether a name in a script without spaces is a piece of a longer one here: the longest known name wins."""
    meaning = form.owner.meaning
    entity = meaning.reading.entity if meaning else None
    end = at + length
    if is_katakana(text[at]) and (is_katakana(text[at - 1 : at]) or is_katakana(text[end : end + 1])):
        # マリ is Mali, マリウポリ is not; a word for a thing may begin a longer one.
        return is_katakana(text[at - 1 : at]) or entity is None or entity.kind is not EntityKind.TERM
    for low in range(max(0, at - MOST_AROUND), at + 1):
        for high in range(end, min(len(text), end + MOST_AROUND) + 1):
            if high - low > length and text[low:high] in longer_names():
                return True
            others = lexicon.by_name.get(text[low:high], ()) if high - low > length else ()
            if not others or any(entity is not None and other.name == entity.name for other in others):
                continue
            if entity is not None and entity.country and all(other.country == entity.country for other in others):
                continue  # the army of the country that is followed
            if entity is not None and {entity.kind, *(one.kind for one in others)} == {EntityKind.TERM}:
                continue  # a drone in a drone strike
            rest = text[low:at] + text[end:high]
            if entity is not None and all(is_another(other, entity, begins=high > end) for other in others):
                return True
            if len(rest) <= 2 and rest not in lexicon.by_name:
                return True
    return False


KATAKANA = re.compile("[\u30a1-\u30fa\u30fc-\u30ff]")  # the dot between words is none of them


def is_katakana(letter: str) -> bool:
    return KATAKANA.match(letter) is not None


# Organisations -------------------------------------------------------------------------------------------------------

HEADS = frozenset(
    [
        "army",
        "front",
        "force",
        "forces",
        "party",
        "movement",
        "resistance",
        "liberation",
        "brigade",
        "brigades",
        "command",
        "guard",
        "guards",
        "tigers",
        "militia",
        "armee",
        "mouvement",
        "parti",
        "ejercito",
        "frente",
        "fuerzas",
        "partido",
        "movimiento",
    ]
)
HEADS_WRITTEN = frozenset(head.title() for head in HEADS) | {"Armée", "Ejército"}
MOST_WORDS = 8


def organisations(page: Page, heads: Iterable[int]) -> Iterator[tuple[int, int, str]]:
    """Capitalised runs with an organisation's word in them, with their initials in small letters (three to six).

    `heads` are the positions of words of `HEADS_WRITTEN`.
    """
    seen = -1
    for head in heads:
        first = start_of_run(page, head)
        if first <= seen:
            continue
        seen = last = end_of_run(page, first)
        for start in range(first, last - 1):
            # "Fighters of the Karen National Union": a name begins the run, or follows a function word.
            if page.is_capital(start) and (start == first or page.is_function_word(start - 1)):
                yield from spelled_from(page, start, last)


def start_of_run(page: Page, head: int) -> int:
    """The first word of the run of capitalised words that a head stands in."""
    first, index = head, head - 1
    while index >= 0 and head - index < MOST_WORDS and not page.breaks(index):
        if page.is_capital(index):
            first = index
        elif not page.is_function_word(index):
            break
        index -= 1
    return first


def spelled_from(page: Page, start: int, last: int) -> Iterator[tuple[int, int, str]]:
    """The organisations whose name begins here: an army ends its name, an armée begins it."""
    for stop in range(last, start + 1, -1):
        if page.is_capital(stop) and (page.folded(stop) in HEADS or page.folded(start) in HEADS):
            words = [page.folded(position) for position in range(start, stop + 1)]
            initials = "".join(word[0] for word in words if word and word not in FUNCTION_WORDS)
            if 3 <= len(initials) <= 6:
                yield start, stop, initials


def end_of_run(page: Page, first: int) -> int:
    """The last word of the run of capitalised words from here; function words may stand in between."""
    last, index = first, first + 1
    while index < len(page.written) and index - first < MOST_WORDS:
        if page.breaks(index - 1) or page.between(index - 1) not in {" ", "-", "\n"}:
            break
        if page.is_capital(index) and not page.is_caps_line(index):
            last = index
        elif not page.is_function_word(index):
            break
        index += 1
    return last
