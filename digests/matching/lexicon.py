"""The lexicon: one keyword stands for all names of its entity."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from digests.matching.chinese import traditional
from digests.matching.countries import country_words
from digests.matching.spelling import Kind, compare, shape_of
from digests.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["Entity", "EntityKind", "Lexicon"]


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

    `ambiguous` names count only beside another name of the entity or a word of `context`.
    `against` are words that show another meaning of a name (purpura beside TTP): beside one of them an ambiguous one counts
    only if another name of the entity stands there too.
    `not_plural` lists acronyms whose plural is something else (TTPs of cyber reports).
    `adjectives` are words made of the name (Iraqi for Iraq): they count as its inflections.
    `folds` are the names as they are compared: folding tens of thousands takes most of the time of a start.
    """

    name: str
    kind: EntityKind
    names: tuple[str, ...]
    country: str = ""  # ISO 3166-1 alpha-2 of where it is or acts, or ''
    ambiguous: frozenset[str] = frozenset()
    context: tuple[str, ...] = ()
    not_plural: frozenset[str] = frozenset()
    note: str = ""
    adjectives: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    folds: tuple[str, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "folds", tuple(map(fold, self.names)))


class Lexicon:
    """All entities by any of their names. Countries and their adjectives are always part of it."""

    __slots__ = ("beginnings", "by_name", "entities", "tokens")

    def __init__(self, entities: Iterable[Entity] = ()) -> None:
        self.entities: tuple[Entity, ...] = tuple(with_countries(entities))
        self.by_name: dict[str, list[Entity]] = {}
        for entity in self.entities:
            for folded in dict.fromkeys((fold(entity.name), *entity.folds, *map(fold, entity.adjectives))):
                for written in dict.fromkeys((folded, traditional(folded))):
                    known = self.by_name.setdefault(written, [])
                    if written and entity not in known:
                        known.append(entity)
        self.tokens: frozenset[str] = frozenset(name for name in self.by_name if " " not in name)
        self.beginnings: frozenset[str] = frozenset(name.partition(" ")[0] for name in self.by_name if " " in name)

    def resolve(self, text: str) -> Entity | None:
        """The entity that has this name, in any case; None if none has, or if several have it and none as its first."""
        folded = fold(text)
        known = self.by_name.get(folded, [])
        if len(known) > 1:
            first = [entity for entity in known if fold(entity.name) == folded]
            known = first or [entity for entity in known if folded in entity.folds] or known
        return known[0] if known else None

    def near(self, text: str, limit: int = 3) -> list[str]:
        """Names that `text` may be a misspelling of, the nearest first; at most `limit`."""
        wanted = fold(text)
        if not wanted or len(wanted) < 4:
            return []
        scored: dict[str, tuple[float, str]] = {}
        for folded, entities in self.by_name.items():
            score = phrase_likeness(wanted, folded)
            if score:
                entity = entities[0]
                name = next(
                    (name for name, own in zip(entity.names, entity.folds, strict=True) if own == folded), entity.name
                )
                if scored.get(entity.name, (0.0, ""))[0] < score:
                    scored[entity.name] = (score, name)
        return [name for _, name in sorted(scored.values(), key=lambda item: (-item[0], item[1]))][:limit]

    def changed(self, *, added: Iterable[tuple[str, str]] = (), removed: Iterable[tuple[str, str]] = ()) -> Lexicon:
        """A lexicon with names (entity, name) added and removed; an entity that is new becomes a term."""
        entities = {entity.name: entity for entity in self.entities}
        for owner, name in added:
            known = self.resolve(owner)
            new = Entity(owner, EntityKind.TERM, (owner,))
            entity = entities[known.name] if known else entities.get(owner, new)
            if name not in entity.names:
                entities[entity.name] = replace(entity, names=(*entity.names, name))
            entities.setdefault(entity.name, entity)
        for owner, name in removed:
            known = self.resolve(owner)
            if known:
                entity = entities[known.name]
                names = tuple(one for one in entity.names if fold(one) != fold(name))
                entities[known.name] = replace(
                    entity,
                    names=names,
                    ambiguous=frozenset(entity.ambiguous) & set(names),
                    adjectives=tuple(one for one in entity.adjectives if fold(one) != fold(name)),
                )
        return Lexicon(entities.values())


def phrase_likeness(typed: str, known: str) -> float:
    """How alike two folded phrases of as many words are: 0 when any word is no plausible spelling of its counterpart."""
    one, other = typed.split(), known.split()
    if typed == known or len(one) != len(other) or abs(len(typed) - len(known)) > 2 + len(one):
        return 0.0
    total = 0.0
    for left, right in zip(one, other, strict=True):
        found = compare(shape_of(right), shape_of(left))
        if found is None:
            return 0.0
        total += found[1] if found[0] != Kind.EXACT else 100.0
    return total / len(one)


def with_countries(entities: Iterable[Entity]) -> Sequence[Entity]:
    """The entities, with every country's names and adjectives added to it or to the list."""
    found = {entity.name: entity for entity in entities}
    by_fold = {
        folded: entity.name for entity in found.values() if entity.kind is EntityKind.COUNTRY for folded in entity.folds
    }
    for code, names, adjectives in country_words():
        known = next((by_fold[fold(name)] for name in names if fold(name) in by_fold), None)
        if known is None:
            if names[0] in found:
                continue
            found[names[0]] = Entity(names[0], EntityKind.COUNTRY, names, country=code, adjectives=adjectives)
            continue
        entity = found[known]
        found[known] = replace(
            entity,
            names=tuple(dict.fromkeys((*entity.names, *names))),
            adjectives=tuple(dict.fromkeys((*entity.adjectives, *adjectives))),
        )
    return tuple(found.values())
