"""Whether the name of a place is here more likely part of a person's or another thing's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digests.gazetteer import GeoKind
from digests.matching.spelling import given_names
from digests.matching.words import is_english, is_person
from digests.stories.facts.place_forms import forms
from digests.stories.facts.place_names import place_words
from digests.text import Script, fold, script_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from digests.gazetteer import GeoPlace
    from digests.text import Token

__all__ = ["LARGE", "LONG", "is_doubtful"]

LARGE = 100_000  # a town of that many people needs no country beside it
GREAT = 500_000  # nor does another name of a town of that many, nor its name in a script that has no capitals
LONG = 5  # letters from which such a name is no other word


def is_doubtful(tokens: Sequence[Token], first: int, last: int, place: GeoPlace) -> bool:
    """Whether a place's name is more likely part of a person's or an organisation's."""
    is_person_s = is_surname(tokens, first, last, place) or is_first_name_of(tokens, first, last, place)
    if is_person_s or is_given_name(tokens, first, last, place):
        return True
    script = script_of(tokens[first].text)
    written = " ".join(token.text for token in tokens[first:last])
    is_by_name = script is Script.LATIN and fold(place.name) not in forms(
        fold(written), written.replace("’", "'"), script, single=last - first == 1
    )
    letters = sum(len(token.folded) for token in tokens[first:last])
    if place.kind is GeoKind.TOWN and place.population >= GREAT and letters >= LONG:
        return False
    if place.kind is not GeoKind.TOWN or (place.population >= LARGE and not is_by_name) or place.id < 0:
        if script is Script.LATIN or place.kind is not GeoKind.TOWN:
            return False
        # In Arabic script the name of a large town far away is a word of ours more often: Fuji is "soldiers" in Urdu.
        return place.population < LARGE or (
            script is Script.ARABIC and (place.country not in place_words().near or letters < 4)
        )
    if (is_by_name or script is not Script.LATIN) and last - first == 1:
        return True
    begins = first > 0 and tokens[first - 1].text[:1].isupper() and tokens[first].start - tokens[first - 1].end == 1
    return last - first == 1 and (begins or is_before_a_capital(tokens, last))


def is_before_a_capital(tokens: Sequence[Token], last: int) -> bool:
    """Whether a word with a capital follows."""
    return last < len(tokens) and tokens[last].text[:1].isupper() and tokens[last].start - tokens[last - 1].end == 1


def is_given_name(tokens: Sequence[Token], first: int, last: int, place: GeoPlace) -> bool:
    """Whether a name is the beginning of a person's: Владимир Путин."""
    is_one = last - first == 1 and place.kind is GeoKind.TOWN
    return is_one and script_of(tokens[first].text) is Script.CYRILLIC and is_before_a_capital(tokens, last)


def is_surname(tokens: Sequence[Token], first: int, last: int, place: GeoPlace) -> bool:
    """Whether a person's other names stand before a name: "Captain Ali Farah", "SSP Zahid Mehmood Gondal"."""
    is_great = place.kind is GeoKind.TOWN and place.population >= GREAT
    if not first or tokens[first].start - tokens[first - 1].end != 1 or not tokens[first - 1].text[:1].isupper():
        return False
    before = tokens[max(0, first - 2) : first]
    is_name = is_person(before[-1].folded) and before[-1].folded not in place_words().before
    if is_name and not (is_great and place.country in place_words().near):  # but "Charing Cross Lahore"
        return True
    if is_great or place.kind is not GeoKind.TOWN or last - first > 1 or len(before) < 2:
        return False
    is_strange = all(
        one.text.isascii()
        and one.text[:1].isupper()
        and not is_english(one.folded)
        and one.folded not in place_words().before
        for one in before
    )
    is_of_somebody = any(is_person(one.folded) or one.folded in given_names() for one in before)
    return is_strange and is_of_somebody and before[1].start - before[0].end == 1


def is_first_name_of(tokens: Sequence[Token], first: int, last: int, place: GeoPlace) -> bool:
    """Whether a name is the first of a person's two: "Constables Muhammad Suhail, Shahid Nazir"."""
    if last - first > 1 or last >= len(tokens) or (place.kind is not GeoKind.TOWN) or place.population >= GREAT:
        return False
    following = tokens[last]
    is_beside = following.start - tokens[first].end == 1 and following.text[:1].isupper()
    return is_beside and is_person(tokens[first].folded) and is_person(following.folded)
