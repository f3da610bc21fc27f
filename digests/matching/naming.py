"""Which part of what a person typed is a name: Hamas of "Hamas militants", Chad of "République du Tchad"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digests.matching.lexicon import EntityKind

if TYPE_CHECKING:
    from digests.matching.lexicon import Lexicon

__all__ = ["named", "without_article"]

PLURAL_ACRONYM = re.compile("[A-Z][A-Z0-9]{1,4}s")
ARTICLE = re.compile("^(?:al|el|ar|as|ash|at|ad|an|az)[ -](?=[^ ]{4,}$)", re.IGNORECASE)
# Republic of Chad, République islamique de Mauritanie, República de Colombia, Republik Sudan.
OFFICIAL = re.compile(
    "(?:the |la )?(?:(?:islamic |federal |democratic |people['’]s |united |arab |socialist |hashemite |bolivarian )*"
    "(?:(?:republic|kingdom|sultanate) of|(?:islamische |föderale |demokratische )?republik)|state of"
    "|r[ée]publique(?: islamique| fédérale| démocratique| populaire| arabe)*(?: du| des| de la| de l['’]| d['’]| de)"
    "|rep[úu]blica(?: islámica| islâmica| federal| democrática| popular| bolivariana)*(?: del| dos| da| do| de la| de))"
    " ?(?:the )?((?!china$)[^ ].{3,})",
    re.IGNORECASE,
)
MEMBERS = frozenset(
    [
        "militants",
        "fighters",
        "rebels",
        "insurgents",
        "gunmen",
        "militia",
        "militias",
        "militiamen",
        "guerrillas",
        "mercenaries",
        "paramilitaries",
        "terrorists",
        "forces",
        "group",
        "movement",
        "organisation",
        "organization",
    ]
)


def named(text: str, lexicon: Lexicon) -> str:
    """The name in a keyword: IED of "IEDs", Hamas of "Hamas militants", Tanf of "At Tanf", Chad of "Republic of Chad".

    Most keywords are nothing but a name.
    """
    name, kinds = part_named(text)
    if name == text or lexicon.resolve(text) is not None:
        return text
    if not kinds:
        return name
    bearer = lexicon.resolve(name)
    return name if bearer is not None and bearer.kind in kinds else text


def part_named(text: str) -> tuple[str, frozenset[EntityKind]]:
    """The part of a keyword that may be a name by itself, and of what kind of thing; none if of anything."""
    if PLURAL_ACRONYM.fullmatch(text):
        return text[:-1], frozenset()
    name, _, last = text.rpartition(" ")
    if name and last.lower() in MEMBERS:
        return name, frozenset({EntityKind.ARMED_GROUP, EntityKind.FORCE})
    official = OFFICIAL.fullmatch(text)
    if official:
        return official[1], frozenset({EntityKind.COUNTRY})
    return ARTICLE.sub("", text), frozenset({EntityKind.PLACE})


def without_article(folded: str) -> str:
    """An Arabic name in Latin letters without its article: Raqqa of ar-Raqqa."""
    return ARTICLE.sub("", folded)
