"""A word that is the name of something or somebody else, by what stands beside it: the band Beirut, Ann Wagner, Donetskov."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digests.matching.bearers import BEARERS, OF_CONFLICT, PLACES, follows_a_first_name, is_namesake, precedes_a_surname
from digests.matching.fields import listed
from digests.matching.forms import Flag
from digests.matching.inflections import is_made_adjective, slavic_bases
from digests.matching.lexicon import EntityKind
from digests.matching.namesakes import (
    is_called_a_town,
    is_called_a_trust,
    is_counted,
    is_introduced_as_a_thing,
    names_a_thing,
    things,
)
from digests.matching.spelling import Kind
from digests.matching.words import is_common, is_name, is_person, is_word
from digests.text import Script, fold, script_of

if TYPE_CHECKING:
    from digests.matching.lexicon import Lexicon
    from digests.matching.page import Page
    from digests.matching.phrases import Place
    from digests.matching.targets import Form

__all__ = ["is_of_somebody_else", "why_stranger"]

LONG_ALIAS = 8  # letters from which another name of a thing may be spelt otherwise than it is listed


def why_stranger(form: Form, page: Page, place: Place, lexicon: Lexicon) -> str:
    """Why a word is the name of something or somebody else, in words for a person; '' when it is not.

    Ronnie Sowden and Serie A are no Sudan and Syria, Ann Wagner is no group, the band Beirut no city.
    """
    if len(form.words) != 1 or form.flags & Flag.BROAD or place.last < 0:
        return ""
    if place.kind >= Kind.SKELETON and is_lookalike(form, page, place):
        return "only like it, and a name of its own here"
    if is_namesake(form, page, place, lexicon):
        return "the name of somebody else here"
    others = OTHERS if place.kind == Kind.EXACT else (*OTHERS_INFLECTED, *OTHERS)
    for is_other, reason in others:
        if is_other(form, page, place):
            return reason
    return ""


def is_of_somebody_else(form: Form, page: Page, place: Place) -> bool:
    """Whether a name of several words, nobody that is known, is spelt otherwise and goes on here: Ameer Khan Motaqi."""
    if form.owner.meaning is not None or place.kind < Kind.SKELETON or place.reordered or not form.flags & Flag.NAME:
        return False
    behind = place.last + 1
    if behind >= len(page.written) or page.between(place.last) != " " or not page.is_capital(behind):
        return False
    folded = page.folded(behind)
    return not page.is_caps_line(behind) and (is_person(folded) or not (is_word(folded) or is_name(folded)))


SURNAME = re.compile(".{4,}(?:ов|ев)(?:а|у|ым|ои|е|ы|ых)?")


def is_slavic_surname(form: Form, page: Page, place: Place) -> bool:
    """Whether a word that looks like a place's plural is a surname made of it: Донецков."""
    meaning = form.owner.meaning
    if place.kind != Kind.INFLECTION or meaning is None:
        return False
    if meaning.reading.entity is not None and meaning.reading.entity.kind not in PLACES:
        return False
    return SURNAME.fullmatch(page.folded(place.first)) is not None and SURNAME.fullmatch(fold(form.name)) is None


NEUTER = re.compile(".{3,}(?:ое|ее)")
MASCULINE = re.compile(".{3,}(?:ыи|ии|ои)")  # as they are folded


def is_neuter_of_a_person(form: Form, page: Page, place: Place) -> bool:
    """Whether the surname of a man, an adjective, stands in the neuter, as villages are called: Залужное."""
    meaning = form.owner.meaning
    entity = meaning.reading.entity if meaning else None
    if entity is None or entity.kind is not EntityKind.PERSON or place.kind != Kind.INFLECTION:
        return False
    written = page.folded(place.last)
    return NEUTER.fullmatch(written) is not None and MASCULINE.fullmatch(fold(form.name).split()[-1]) is not None


def is_slavic_case_in_english(form: Form, page: Page, place: Place) -> bool:
    """Whether a word of an English text would be the name with a Polish or Czech ending: Sindhu is no Sindh."""
    if place.kind != Kind.INFLECTION or not page.is_english:
        return False
    return fold(form.name) in slavic_bases(page.folded(place.first))


def is_street(_: Form, page: Page, place: Place) -> bool:
    """Whether a word for a street stands before the name, in a script without capitals: خیابان پاسداران."""
    return (
        place.first > 0 and page.between(place.first - 1) == " " and page.folded(place.first - 1) in things()["streets"]
    )


SHORT_NAME = 3  # letters of the name of a place that looks like an acronym when it is written in capitals


def is_in_capitals(form: Form, page: Page, place: Place) -> bool:
    """Whether a short name of a place is here an acronym: GAO, the auditors, is no Gao; but a dateline is in capitals."""
    meaning, written = form.owner.meaning, page.written[place.first]
    return (
        meaning is not None
        and (meaning.reading.entity is None or meaning.reading.entity.kind is EntityKind.PLACE)
        and len(written) <= SHORT_NAME
        and written.isupper()
        and not form.owner.keyword.text.isupper()
        and bool(form.flags & Flag.NAME)
        and not page.is_caps_line(place.first)
        and not page.is_dateline(place.first)
    )


def is_of_a_kind(form: Form, page: Page, place: Place) -> bool:
    """Whether an adjective is part of what an animal, a dish or a thing is called: Burmese pythons, a Persian rug, Moscow mule, Покровський собор."""
    behind = place.last + 1
    if behind >= len(page.written) or page.between(place.last) != " ":
        return False
    if page.folded(behind) in things()["churches"] and is_made_adjective(page.folded(place.first)):
        return True
    if not form.flags & Flag.ADJECTIVE:
        return form.owner.meaning is not None and page.written[behind] in things()["goods"]
    return page.folded(behind) in things()["breeds"]


def begins_a_sentence(form: Form, page: Page, place: Place) -> bool:
    """Whether a frequent word is capital only as the first of its sentence, and no letter-by-letter match: Крім того."""
    return (
        place.kind != Kind.EXACT
        and bool(form.flags & Flag.NAME)
        and not page.written[place.first].isascii()
        and page.is_sentence_start(place.first)
        and is_word(page.folded(place.first))
    )


def is_made_of_a_bearer(form: Form, page: Page, place: Place) -> bool:
    """Whether the word is an adjective made of a group's or a person's name, which are made of places: Азовское море."""
    meaning = form.owner.meaning
    entity = meaning.reading.entity if meaning else None
    return (
        place.kind == Kind.INFLECTION
        and entity is not None
        and entity.kind in BEARERS
        and is_made_adjective(page.folded(place.first))
        and not is_made_adjective(fold(form.name))
    )


def is_thing(form: Form, page: Page, place: Place) -> bool:
    """Whether the name of a place, or one that nothing is known of, is here that of a band, a street or a ship."""
    meaning = form.owner.meaning
    entity = meaning.reading.entity if meaning else None
    if not page.is_capital(place.first):
        return False
    if is_introduced_as_a_thing(page, place.last):
        return True
    if entity is not None and entity.kind is EntityKind.COUNTRY and is_called_a_town(page, place.first):
        return True
    return (entity is None or entity.kind not in BEARERS) and names_a_thing(page, place.first, place.last)


def is_lookalike(form: Form, page: Page, place: Place) -> bool:
    """Whether a word that only looks like the wanted one is a name of its own."""
    written = page.written[place.first]
    if form.flags & Flag.ALIAS and (place.kind == Kind.EDIT or len(page.folded(place.first)) < LONG_ALIAS):
        return True  # near another name of the thing is too far from what was typed
    if not written[:1].isupper():
        return False
    if form.flags & Flag.SMALL and is_common(form.name.lower()):
        return not page.is_sentence_start(place.first) and not page.is_caps_line(place.first)
    meaning = form.owner.meaning
    entity = meaning.reading.entity if meaning else None
    if meaning is None or (entity is not None and entity.kind is EntityKind.PERSON):
        return False
    return follows_a_first_name(page, place.first) or precedes_a_surname(page, place.last)


def is_small_thing(form: Form, page: Page, place: Place) -> bool:
    """Whether the name of a place that is written small, in a text that has capitals, is here a word: niger oil, the idlib package.

    Careless writers say where: "a blast in kabul", "kabul attack".
    """
    meaning, first, last = form.owner.meaning, place.first, place.last
    if meaning is None or not form.flags & Flag.NAME or form.flags & Flag.ADJECTIVE or page.is_caseless:
        return False
    entity = meaning.reading.entity
    if (
        (entity is not None and entity.kind not in PLACES)
        or not page.written[first].islower()
        or not page.written[first].isascii()
    ):
        return False
    if (
        page.is_sentence_start(first)
        or page.folded(first - 1) in things()["locating"]
        or is_beside_a_capital(page, first)
    ):
        return False
    if last + 1 < len(page.written) and page.folded(last + 1) in things()["located"]:
        return False
    beside = [page.folded(index) for index in (first - 1, last + 1) if 0 <= index < len(page.written)]
    return listed("conflict").isdisjoint(beside)


def is_beside_a_capital(page: Page, first: int) -> bool:
    """Whether the word is one of two names of which the other is written as names are: Kabul and islamabad."""
    return first > 1 and page.folded(first - 1) in {"and", "or"} and page.is_capital(first - 2)


DATELINE_WORDS = 5


AGENCIES = frozenset(
    map(fold, ["agency", "agencies", "agence", "agencia", "agentur", "एजेंसी", "ایجنسی", "وكالة", "агентство"])
)


def is_beside_agency(page: Page, first: int, last: int) -> bool:
    """Whether the word for an agency stands before an acronym, or the name of a service behind it: PTI-Bhasha."""
    behind = last + 1
    return (first > 0 and page.folded(first - 1) in AGENCIES) or (
        behind < len(page.written) and page.between(last) == "-" and page.folded(behind) in SERVICES
    )


SERVICES = frozenset(map(fold, ("भाषा", "bhasha")))


def is_agency(form: Form, page: Page, place: Place) -> bool:
    """Whether an acronym in brackets behind a dateline is the agency that reports: "NEW DELHI (PTI) - …"."""
    first, last = place.first, place.last
    meaning = form.owner.meaning
    entity = meaning.reading.entity if meaning else None
    if entity is not None and entity.kind is EntityKind.PARTY and is_beside_agency(page, first, last):
        return True
    if not 0 < first <= DATELINE_WORDS or not form.name.isupper() or not page.between(first - 1).endswith("("):
        return False
    closed = page.text[page.end(last) : page.end(last) + 1] == ")"
    return closed and all(
        (page.is_capital(index) or page.written[index].isdecimal()) and page.between(index).strip() in {"", ",", "("}
        for index in range(first)
    )


def is_plural_of_a_place(form: Form, page: Page, place: Place) -> bool:
    """Whether a word is a place's name with the ending of a plural: Tigres is not Tigré, Karabağlar not Karabağ."""
    meaning = form.owner.meaning
    if place.kind != Kind.INFLECTION or meaning is None or form.flags & Flag.ADJECTIVE:
        return False
    entity, written = meaning.reading.entity, page.written[place.first]
    if (entity is not None and entity.kind not in PLACES | {EntityKind.PERSON}) or not written.isalpha():
        return False
    folded, name = page.folded(place.first), fold(form.name)
    return folded.startswith(name) and (
        folded[len(name) :] in {"lar", "ler"} or (folded == name + "s" and is_word(folded))
    )


def is_doubled(_form: Form, page: Page, place: Place) -> bool:
    """Whether the word is said twice, as Indonesian makes words of every day: irak-irakan."""
    behind = place.last + 1
    if behind >= len(page.written) or page.between(place.last) != "-" or page.is_capital(behind):
        return False
    return page.folded(behind).startswith(page.folded(place.first))


COMPANY = re.compile(
    r"\s?(?:S\.p\.A|S\.A\.S|S\.A\.R\.L|S\.L\.|S\.r\.l|SpA|GmbH|AG\b|KG\b|Ltd\b|Inc\b|LLC\b|PLC\b|Pty\b|Pvt\b|Ltda\b|SARL\b|A\.Ş|Oy\b|B\.V\.|N\.V\.)"
)
SCHOOLS = frozenset(
    fold(
        "University College Institute Academy Seminary Universität Hochschule université universidad universitas üniversitesi университет"
    ).split()
)


def is_company_or_school(form: Form, page: Page, place: Place) -> bool:
    """Whether a firm's legal form stands behind the name, or, behind that of no place, a school: Islamic State University."""
    if COMPANY.match(page.text, page.end(place.last)):
        return True
    meaning, behind = form.owner.meaning, place.last + 1
    entity = meaning.reading.entity if meaning else None
    if entity is None or entity.kind in PLACES or behind >= len(page.written) or page.between(place.last) != " ":
        return False
    return page.is_capital(behind) and page.folded(behind) in SCHOOLS


def is_another_bearer(form: Form, page: Page, place: Place) -> bool:
    """Whether the acronym of an armed group or a force is that of a charity or a firm, or is counted: to file a BLA."""
    meaning = form.owner.meaning
    entity = meaning.reading.entity if meaning else None
    if entity is None or entity.kind not in OF_CONFLICT or not form.name.isupper():
        return False
    return is_called_a_trust(page, place.first) or is_counted(page, place.first, place.last)


def is_designation(form: Form, page: Page, place: Place) -> bool:
    """Whether a number follows the acronym of a group: ЗСУ-23-4 is an anti-aircraft gun."""
    meaning, behind = form.owner.meaning, place.last + 1
    entity = meaning.reading.entity if meaning else None
    if entity is None or entity.kind not in BEARERS or not form.name.isupper() or behind >= len(page.written):
        return False
    return page.between(place.last) == "-" and page.written[behind].isdecimal()


def is_without_its_accents(form: Form, page: Page, place: Place) -> bool:
    """Whether a name of several meanings lacks the accents that tell it apart: Şam is Damascus, Sam is not."""
    if not form.flags & Flag.AMBIGUOUS or form.name.isascii() or not page.written[place.first].isascii():
        return False
    meaning = form.owner.meaning
    entity = meaning.reading.entity if meaning else None
    if entity is None or entity.kind not in PLACES or script_of(form.name) is not Script.LATIN:
        return False
    return not any(name.isascii() and fold(name) == fold(form.name) for name in entity.names)


OTHERS = (
    (is_without_its_accents, "written without the accents that tell the name apart"),
    (is_another_bearer, "the acronym of a charity, a firm or a document here"),
    (is_designation, "the designation of a weapon or a vehicle"),
    (is_company_or_school, "the name of a firm or a school here"),
    (is_doubled, "a word that is said twice"),
    (is_agency, "the agency that reports, behind the dateline"),
    (is_small_thing, "a word in small letters that no word beside it makes a place"),
    (is_thing, "the name of a thing here: a band, a street, a firm, a ship"),
    (is_in_capitals, "an acronym of something else in capitals"),
    (is_of_a_kind, "part of what an animal, a dish or a thing is called"),
    (is_street, "the name of a street here"),
)
# Asked where the word is not the name letter by letter.
OTHERS_INFLECTED = (
    (is_plural_of_a_place, "a plural, which places have none of"),
    (is_made_of_a_bearer, "an adjective made of the name of a group or a person"),
    (begins_a_sentence, "an ordinary word at the beginning of a sentence"),
    (is_slavic_surname, "a surname made of the name of a place"),
    (is_neuter_of_a_person, "a place called like a person, in the neuter"),
    (is_slavic_case_in_english, "a name of its own in an English text"),
)
