"""Whose name a word is here: somebody's first name or surname beside it tells another bearer from the one that is followed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from digests.matching.lexicon import EntityKind
from digests.matching.namesakes import things
from digests.matching.spelling import likeness, shape_of
from digests.matching.words import FAITHS, is_common, is_english, is_first_name, is_name, is_person, is_word
from digests.model import Zone
from digests.text import POSSESSIVE, fold

if TYPE_CHECKING:
    from digests.matching.lexicon import Entity, Lexicon
    from digests.matching.page import Page
    from digests.matching.phrases import Place
    from digests.matching.targets import Form

__all__ = [
    "BEARERS",
    "OF_CONFLICT",
    "PLACES",
    "follows_a_first_name",
    "is_namesake",
    "is_of_the_family",
    "precedes_a_surname",
]

PLACES = frozenset({EntityKind.PLACE, EntityKind.COUNTRY})
BEARERS = frozenset({EntityKind.PERSON, EntityKind.ARMED_GROUP, EntityKind.FORCE, EntityKind.PARTY})
OF_CONFLICT = frozenset({EntityKind.ARMED_GROUP, EntityKind.FORCE})
INITIALS = frozenset("bcdfghjklmnpqrstvwxz")  # A, E, I, O and Y are words of one language or another
PARTICLES = frozenset({"van", "von", "bin", "ben"})
ONE_NAME, SAME_FIRST_NAME = 4, 78  # letters, and likeness in percent, of first names in two spellings
CHIEFS = re.compile(
    "(?:.{3,}(?:minister|ministerin|prasident|prasidentin|chef|chefin|fuhrer|kanzler|haber|sprecher|general|herrscher"
    "|kommandeur|oberst|premier))"
)
LONGEST_TRADE = 6  # words of ", a civil rights lawyer"
SUFFIXED = 3  # letters of a name that a first name has at least


def is_namesake(form: Form, page: Page, place: Place, lexicon: Lexicon) -> bool:
    """Whether the very word is somebody else's name here: Ann Wagner, Saddam Haftar, Sanaa Lathan."""
    meaning, first = form.owner.meaning, place.first
    entity = meaning.reading.entity if meaning else None
    if meaning is None or not page.is_capital(first):
        return False
    if entity is None or entity.kind in PLACES:
        return is_a_persons_name(page, place, lexicon) and not page.is_caps_line(first)
    return is_anothers_name(form, page, place, entity, lexicon) and not page.is_caps_line(first)


def is_anothers_name(form: Form, page: Page, place: Place, entity: Entity, lexicon: Lexicon) -> bool:
    """Whether the name of somebody, of a group or of a thing is somebody else's surname here."""
    first = place.first
    named = entity.kind in {EntityKind.PERSON, EntityKind.TERM}
    if (
        entity.kind is EntityKind.PERSON
        and has_a_trade(page, place)
        and not is_own_word(entity, page.folded(place.last + 1))
    ):
        return True
    if (entity.kind not in BEARERS and not named) or not (
        follows_a_first_name(page, first) or (named and follows_another_name(page, first, lexicon))
    ):
        return False
    before = page.folded(name_before(page, first))
    if before in FAITHS or is_of_the_family(entity, f"{before} {fold(form.name)}", lexicon):
        return False
    own = {word for name in entity.names for word in fold(name).split()}
    return not any(word == before or are_one_name(word, before) for word in own)


def is_own_word(entity: Entity, folded: str) -> bool:
    return any(folded in fold(name).split() for name in entity.names)


def is_of_the_family(entity: Entity, name: str, lexicon: Lexicon) -> bool:
    """Whether a full name is that of somebody of the lexicon, and the followed person a surname that several there bear.

    Who follows Khamenei follows Ali and Mojtaba Khamenei.
    """
    if entity.kind is not EntityKind.PERSON or " " in fold(entity.name):
        return False
    return any(one.kind is EntityKind.PERSON and one.country == entity.country for one in lexicon.by_name.get(name, ()))


def are_one_name(known: str, written: str) -> bool:
    """Whether two first names may be one in two spellings: Volodymyr and Wolodymyr."""
    return likeness(shape_of(known), shape_of(written), small=False) is not None or (
        len(known) > ONE_NAME and fuzz.ratio(known, written) >= SAME_FIRST_NAME
    )


ARTICLES_OF_NAMES = frozenset({"al", "el", "ul", "bin", "ibn", "de", "van", "von"})


def name_before(page: Page, index: int) -> int:
    """Where the word before a surname stands, the article of the surname left out: Farouk al-Sharaa."""
    if index > 1 and page.folded(index - 1) in ARTICLES_OF_NAMES and page.between(index - 1) in {" ", "-"}:
        return index - 2
    return index - 1


def follows_another_name(page: Page, index: int, lexicon: Lexicon) -> bool:
    """Whether a first name stands before a surname: a known one, or a word that can be nothing else."""
    behind = name_before(page, index) + 1
    if follows_a_name(page, behind, lexicon) or (behind != index and follows_a_first_name(page, behind)):
        return True
    return (
        behind > 0
        and (page.is_english or not page.is_sentence_start(behind - 1))
        and follows_an_unknown_name(page, behind, lexicon)
    )


def is_a_persons_name(page: Page, place: Place, lexicon: Lexicon) -> bool:
    """Whether the name of a place stands beside a person's other name: Sanaa Lathan, Israel Adesanya, Mo Farah."""
    first, after = place.first, place.last + 1
    also_a_person = first == place.last and is_person(page.folded(first))
    if has_a_trade(page, place) or is_aged(page, place):
        return True
    named = also_a_person or (first and is_first_name(page.folded(first - 1)))
    if named and page.zone is Zone.BODY and follows_a_first_name(page, first):
        return page.folded(first - 1) not in lexicon.tokens and page.folded(first - 1) not in PARTICLES
    if after >= len(page.written) or page.between(place.last) != " " or not page.is_capital(after):
        return False
    if not page.written[place.last].isalnum() or (
        first and page.is_function_word(first - 1) and page.between(first - 1) == " "
    ):
        return False  # Srinagar's Lal Chowk; Halep'te; in Sanaa
    word = page.folded(after)
    if word in lexicon.tokens or is_common(word) or (is_english(word) and not also_a_person):
        return False
    return is_person(word) or (also_a_person and not is_name(word))


AGE = re.compile(r", (?:\d\d?)(?:,| of | from | who )")


def is_aged(page: Page, place: Place) -> bool:
    """Whether a person's age stands behind a word in capitals and the name: Sharmin Afrin, 22, of Dhaka."""
    first = place.first
    if AGE.match(page.text, page.end(place.last)) is None or not first:
        return False
    return page.is_capital(first - 1) and page.between(first - 1) == " "


def has_a_trade(page: Page, place: Place) -> bool:
    """Whether the name is the first of a full name beside a trade: novelist Rafah Saadi; Kurram Rahim, a poet from Leicester."""
    first, after = place.first, place.last + 1
    if after >= len(page.written) or not page.is_capital(after) or page.between(place.last) != " ":
        return False
    if is_common(page.folded(after)):
        return False
    trades = things()["trades"]
    if first and page.folded(first - 1) in trades and page.between(first - 1) == " ":
        return True
    if after + 1 >= len(page.written) or page.between(after).strip() != ",":
        return False
    behind = [page.folded(index) for index in range(after + 1, min(after + LONGEST_TRADE, len(page.written)))]
    return behind[0] in {"a", "an", "the"} and not trades.isdisjoint(behind)


def follows_a_first_name(page: Page, index: int) -> bool:
    if index == 0 or page.between(index - 1) != " " or POSSESSIVE.search(page.written[index - 1]):
        return False  # Mahmoud Abbas's Fateh
    before = page.folded(index - 1)
    if before in PARTICLES or (before in INITIALS and page.is_capital(index - 1)):
        return True  # van Persie, T Abeyie
    if page.is_function_word(index - 1) and page.is_sentence_start(index - 1) and not page.is_english:
        return False  # Les Houthistes
    return page.is_capital(index - 1) and is_first_name(before) and not is_title(before)


def follows_a_name(page: Page, index: int, lexicon: Lexicon) -> bool:
    """Whether a name of nothing that the lexicon knows stands before the word: Saddam Haftar, but not Libya's Haftar."""
    if index == 0 or page.between(index - 1) != " " or not page.is_capital(index - 1):
        return False
    before = page.folded(index - 1)
    return is_name(before) and not is_english(before) and before not in lexicon.tokens and not is_title(before)


def precedes_a_surname(page: Page, index: int) -> bool:
    if index + 1 >= len(page.written) or page.between(index) != " " or not page.is_capital(index + 1):
        return False
    if POSSESSIVE.search(page.written[index]):
        return False
    after = page.folded(index + 1)
    return len(after) == 1 or (not is_common(after) and (is_person(after) or not (is_name(after) or is_english(after))))


def is_title(folded: str) -> bool:
    """Whether a word introduces a person: President, General, Bundeskanzler."""
    return folded in things()["titles"] or CHIEFS.fullmatch(folded) is not None


def follows_an_unknown_name(page: Page, index: int, lexicon: Lexicon) -> bool:
    """Whether a word that can only be a first name stands before this one: Yair Netanyahu, Ludmila Putina.

    A title, a word of any language and what the lexicon knows are none.
    """
    if index == 0 or page.between(index - 1) != " " or not page.is_capital(index - 1) or page.is_caps_line(index - 1):
        return False
    before = page.written[index - 1]
    folded = page.folded(index - 1)
    if not before.isalpha() or before.isupper() or len(folded) < SUFFIXED or is_title(folded):
        return False
    if folded in lexicon.tokens:
        return False
    return is_first_name(folded) or is_name(folded) or not is_word(folded)
