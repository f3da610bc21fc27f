"""The lexicon: one keyword stands for all names of its entity."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Entity", "EntityKind"]


class EntityKind(StrEnum):
    ARMED_GROUP = "armed group"
    FORCE = "force"
    PARTY = "party"
    INSTITUTION = "institution"
    PERSON = "person"
    PLACE = "place"
    COUNTRY = "country"
    EVENT = "event"
    TERM = "term"


@dataclass(frozen=True, slots=True)
class Entity:
    """A thing with several names. `name` is the one that is shown; `names` holds all of them, `name` included.

    `ambiguous` names count only beside another name of the entity or a word of `context`, and never beside a word of
    `against` that shows another meaning (purpura beside TTP), unless another name of the entity stands there too.
    `not_plural` lists acronyms whose plural is something else (TTPs of cyber reports).
    """

    name: str
    kind: EntityKind
    names: tuple[str, ...]
    country: str = ""  # ISO 3166-1 alpha-2 of where it is or acts, or ''
    ambiguous: frozenset[str] = frozenset()
    context: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    not_plural: frozenset[str] = frozenset()
    note: str = ""
