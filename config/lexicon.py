"""The lexicon's files: TOML tables read into entities, the operator's folder on top of the packaged one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from config.codes import countries
from config.files import Findings, read_toml, shipped, suggest
from digests.matching.lexicon import Entity, EntityKind
from digests.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from importlib.resources.abc import Traversable

    from digests.errors import Problem

    Words = dict[str, tuple[str, ...]]

__all__ = ["load", "read_lexicon"]

KEYS = ("name", "kind", "country", "names", "ambiguous", "context", "against", "not_plural", "note")
LISTS = ("names", "ambiguous", "context", "against", "not_plural")
KINDS = tuple(kind.value for kind in EntityKind)
LONGEST_NAME = 120
"""Characters. A longer name is a sentence that slipped into the list."""


@dataclass(frozen=True, slots=True)
class Placed:
    """An entity and the file it stands in; `removed` when the operator switches a packaged one off."""

    entity: Entity
    place: str
    removed: bool = False


def load(folder: Path | None = None) -> list[Entity]:
    """The packaged entities, overridden by name and added to by the operator's; ConfigError tells all problems."""
    findings = Findings()
    entities = read_lexicon(folder, findings)
    findings.raise_any()
    return entities


def read_lexicon(folder: Path | None, findings: Findings) -> list[Entity]:
    """As `load`, with the problems added to `findings`."""
    problems, shipped_words, placed_ones = read_packaged()
    findings.problems.extend(problems)
    words: Words = dict(shipped_words)
    entities = {placed.entity.name: placed for placed in placed_ones}
    if folder is not None:
        own = read_files(folder_files(folder), words, findings)
        entities |= {placed.entity.name: placed for placed in own}
    kept = [placed for placed in entities.values() if not placed.removed]
    find_shared_names(kept, findings)
    return [placed.entity for placed in kept]


@cache
def read_packaged() -> tuple[Sequence[Problem], Words, Sequence[Placed]]:
    """The problems, shared lists and entities of the packaged files, which are read once per process."""
    findings = Findings()
    words: Words = {}
    placed = read_files(packaged_files(), words, findings)
    return tuple(findings.problems), words, tuple(placed)


def packaged_files() -> list[Traversable]:
    """The files that come with the package, in the order of their names."""
    return sorted((f for f in shipped("lexicon").iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)


def folder_files(folder: Path) -> list[Traversable]:
    """The operator's lexicon.toml and the files of the folder lexicon, those that exist."""
    single = folder / "lexicon.toml"
    many = folder / "lexicon"
    return [f for f in (single, *(sorted(many.glob("*.toml")) if many.is_dir() else ())) if f.exists()]


def read_files(paths: Iterable[Traversable], words: Words, findings: Findings) -> list[Placed]:
    """The entities of all files; `words` learns their shared lists, and a name that stands twice is a problem."""
    tables = [(str(path) if isinstance(path, Path) else path.name, read_toml(path, findings)[0]) for path in paths]
    for place, table in tables:
        for key in sorted(set(table) - {"entity", "words"}):
            findings.add(f"{place} {key[:80]}", "is not known here; write tables [[entity]] or one table [words]")
        read_words(table.get("words", {}), place, words, findings)
    placed: dict[str, Placed] = {}
    for place, table in tables:
        rows = table.get("entity", [])
        for number, row in enumerate(rows if isinstance(rows, list) else [rows], start=1):
            one = read_entity(row, f"{place}, entity {number}", words, findings)
            if one is None:
                continue
            other = placed.setdefault(one.entity.name, one)
            if other is not one:
                findings.add(one.place, f"stands twice, first as {other.place}; join the two")
    return list(placed.values())


def read_words(table: object, place: str, words: Words, findings: Findings) -> None:
    """The lists of words that entities share by writing "@name"."""
    if not isinstance(table, dict):
        findings.add(f"{place} words", "must be a table [words] of lists")
        return
    for name, value in table.items():
        words[name] = read_names(value, name[:80], f"{place} words", findings)


def read_entity(row: object, place: str, words: Words, findings: Findings) -> Placed | None:
    """One table as an entity, or None with its problems told."""
    if not isinstance(row, dict) or not isinstance(row.get("name"), str) or not row["name"].strip():
        findings.add(place, 'needs a name: name = "…"')
        return None
    name = " ".join(row["name"].split())
    place = f"{place} {name[:80]!r}"
    before = len(findings.problems)
    for key in row:
        if key not in (*KEYS, "enabled"):
            findings.add(place, f"{key[:80]!r} is not known{suggest(key, KEYS)}")
    if row.get("enabled") is False:
        return Placed(Entity(name, EntityKind.TERM, (name,)), place, removed=True)
    lists = {key: read_names(row.get(key, []), key, place, findings) for key in LISTS}
    names = tuple(dict.fromkeys((name, *lists["names"])))
    check_entity(row, names, lists, place, findings)
    if len(findings.problems) > before:
        return None
    return Placed(
        Entity(
            name=name,
            kind=EntityKind(row["kind"]),
            names=names,
            country=row.get("country", ""),
            ambiguous=frozenset(lists["ambiguous"]),
            context=spread(lists["context"], words, place, findings),
            against=spread(lists["against"], words, place, findings),
            not_plural=frozenset(lists["not_plural"]),
            note=row.get("note", ""),
        ),
        place,
    )


def spread(parts: Iterable[str], words: Words, place: str, findings: Findings) -> tuple[str, ...]:
    """The words, with each "@name" replaced by the list of that name."""
    found: list[str] = []
    for part in parts:
        if not part.startswith("@"):
            found.append(part)
        elif part[1:] in words:
            found.extend(words[part[1:]])
        else:
            findings.add(place, f"{part[:80]!r} is no list of [words]{suggest(part[1:], words)}")
    return tuple(dict.fromkeys(found))


def read_names(value: object, key: str, place: str, findings: Findings) -> tuple[str, ...]:
    """A list of names, with blanks put right; what is no name is told."""
    if not isinstance(value, list) or not all(isinstance(part, str) for part in value):
        findings.add(place, f'{key} must be a list of names: {key} = ["…", "…"]')
        return ()
    names = [" ".join(part.split()) for part in value]
    for name in names:
        if not any(character.isalnum() for character in name):
            findings.add(place, f"{key} holds an empty name; take it out")
        elif len(name) > LONGEST_NAME:
            findings.add(place, f"{key}: {name[:40]!r}… is too long for a name")
    for name in sorted({name for name in names if names.count(name) > 1}):
        findings.add(place, f"{key} holds {name!r} twice; keep one")
    return tuple(names)


def check_entity(
    row: Mapping[str, object],
    names: Sequence[str],
    lists: Mapping[str, Sequence[str]],
    place: str,
    findings: Findings,
) -> None:
    """What is wrong with one entity's kind, country, note and the lists that must be part of its names."""
    kind, country = row.get("kind"), row.get("country", "")
    if kind not in KINDS:
        findings.add(place, f"kind {str(kind)[:40]!r} is unknown{suggest(str(kind), KINDS)}; kinds: {', '.join(KINDS)}")
    if not isinstance(country, str) or (country and country not in countries()):
        findings.add(place, f"country {str(country)[:40]!r} is no ISO 3166 code of two capitals, like PK")
    if not isinstance(row.get("note", ""), str):
        findings.add(place, "note must be a text")
    for key in ("ambiguous", "not_plural"):
        for name in lists[key]:
            if name not in names:
                findings.add(place, f"{key}: {name[:80]!r} is none of its names; add it to names or take it out")
    doubtful = {fold(name) for name in lists["ambiguous"]}
    for name in names if doubtful else ():  # folding takes most of the time of a start
        if name not in lists["ambiguous"] and fold(name) in doubtful:
            findings.add(place, f"{name[:80]!r} is read like one of the ambiguous names; make it ambiguous too")
    if lists["ambiguous"] and not lists["context"] and set(names) <= set(lists["ambiguous"]):
        findings.add(place, "all names are ambiguous and there is no context: nothing could ever match")


def find_shared_names(placed: Iterable[Placed], findings: Findings) -> None:
    """A certain name of two entities makes a keyword mean two things: tell each. Ambiguous ones may be shared."""
    owners: dict[str, Placed] = {}
    for one in placed:
        names = zip(one.entity.names, one.entity.folds, strict=True)
        certain = {folded for name, folded in names if name not in one.entity.ambiguous}
        for folded in sorted(certain):
            other = owners.setdefault(folded, one)
            if other is not one:
                findings.add(one.place, f"{folded!r} is a name of {other.entity.name!r} too ({other.place}); keep one")
