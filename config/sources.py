"""The sources' files: TOML tables read into Sources, the operator's folder on top of the packaged file."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from yarl import URL

from config.codes import countries, languages
from config.files import Findings, read_toml, shipped, suggest
from digests.model import Source, SourceKind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from importlib.resources.abc import Traversable

__all__ = ["load", "read_sources"]

KEYS = ("id", "name", "owner", "country", "language", "kind", "domains", "feeds", "homepage", "enabled")
KINDS = tuple(kind.value for kind in SourceKind)
LONGEST_URL = 2048


def load(folder: Path | None = None) -> list[Source]:
    """The packaged Sources, overridden by id and added to by the operator's; ConfigError tells all problems."""
    findings = Findings()
    sources = read_sources(folder, findings)
    findings.raise_any()
    return sources


def read_sources(folder: Path | None, findings: Findings) -> list[Source]:
    """As `load`, with the problems added to `findings`."""
    rows = read_rows(Path(str(shipped("sources.toml"))), findings)
    own = folder / "sources.toml" if folder is not None else None
    if own is not None and own.exists():
        for key, (place, row) in read_rows(own, findings).items():
            before = rows.get(key, (place, {}))[1]
            rows[key] = (place, {**before, **row})
    sources: list[Source] = []
    feeds: dict[str, str] = {}
    for place, row in rows.values():
        if row.get("enabled") is False:
            continue
        source = read_source(row, place, findings)
        if source is not None:
            find_shared_feeds(source, place, feeds, findings)
            sources.append(source)
    return sources


def read_rows(path: Traversable, findings: Findings) -> dict[str, tuple[str, Mapping[str, object]]]:
    """The tables of one file by id, each with its place; a table without id, or an id twice, is a problem."""
    place = str(path)
    table, _ = read_toml(path, findings)
    for key in sorted(set(table) - {"source"}):
        findings.add(f"{place} {key[:80]}", "is not known here; write tables [[source]]")
    rows = table.get("source", [])
    found: dict[str, tuple[str, Mapping[str, object]]] = {}
    for number, row in enumerate(rows if isinstance(rows, list) else [rows], start=1):
        name = row.get("id") if isinstance(row, dict) else None
        if not isinstance(name, str) or not re.fullmatch(r"[a-z0-9][a-z0-9.-]{0,63}", name):
            findings.add(f"{place}, source {number}", "needs an id of small letters, digits and dashes")
        elif name in found:
            findings.add(f"{place}, source {number} {name!r}", f"has the id of {found[name][0]}; give it another")
        else:
            found[name] = (f"{place}, source {number} {name!r}", row)
    return found


def read_source(row: Mapping[str, object], place: str, findings: Findings) -> Source | None:
    """One table as a Source, or None with its problems told."""
    before = len(findings.problems)
    for key in row:
        if key not in KEYS:
            findings.add(place, f"{key[:80]!r} is not known{suggest(key, KEYS)}")
    texts = {key: read_text(row, key, place, findings) for key in ("name", "owner", "country", "language", "kind")}
    if not isinstance(row.get("enabled", True), bool):
        findings.add(place, "enabled must be true or false")
    check_codes(texts, place, findings)
    domains = read_list(row, "domains", place, findings)
    feeds = read_list(row, "feeds", place, findings)
    for domain in domains:
        if not re.fullmatch(r"[\w-]+(\.[\w-]+)+(/[^\s?#]*)?", domain):
            findings.add(
                place, f"domain {domain[:80]!r} must be a host, like example.org, or a host and the start of a path"
            )
    for address in (*feeds, *([row["homepage"]] if row.get("homepage") else [])):
        if not is_web_address(address):
            findings.add(place, f"{str(address)[:120]!r} is no http or https address")
    if len(findings.problems) > before:
        return None
    return Source(
        id=str(row["id"]),
        name=texts["name"],
        owner=texts["owner"],
        country=texts["country"],
        language=texts["language"],
        kind=SourceKind(texts["kind"]),
        domains=domains,
        feeds=feeds,
    )


def check_codes(texts: Mapping[str, str], place: str, findings: Findings) -> None:
    """What is wrong with kind, country and language; what is missing was told already."""
    if texts["kind"] and texts["kind"] not in KINDS:
        findings.add(place, f"kind {texts['kind'][:40]!r} is unknown; kinds: {', '.join(KINDS)}")
    if texts["country"] and texts["country"] not in countries():
        findings.add(place, f"country {texts['country'][:40]!r} is no ISO 3166 code of two capitals, like PK")
    if texts["language"] and texts["language"] not in languages():
        findings.add(place, f"language {texts['language'][:40]!r} is no ISO 639-1 code of two letters, like ur")


def read_text(row: Mapping[str, object], key: str, place: str, findings: Findings) -> str:
    """A text that must be there; '' with a problem told when it is not."""
    value = row.get(key)
    if isinstance(value, str) and value.strip() and len(value) <= 200:
        return " ".join(value.split())
    findings.add(place, f'needs {key} = "…"')
    return ""


def read_list(row: Mapping[str, object], key: str, place: str, findings: Findings) -> tuple[str, ...]:
    """A list of texts, each once."""
    value = row.get(key, [])
    if isinstance(value, list) and all(isinstance(part, str) and part.strip() for part in value):
        if len(set(value)) < len(value):
            findings.add(place, f"{key} holds the same twice; keep one")
        return tuple(part.strip() for part in value)
    findings.add(place, f'{key} must be a list: {key} = ["…"]')
    return ()


def is_web_address(text: object) -> bool:
    """Whether this is an absolute http or https address with a host."""
    if not isinstance(text, str) or len(text) > LONGEST_URL or re.search(r"[\s\\\x00-\x1f]", text):
        return False
    try:
        url = URL(text)
        return url.scheme in {"http", "https"} and bool(url.host) and not url.user
    except (ValueError, IndexError):
        return False


def find_shared_feeds(source: Source, place: str, feeds: dict[str, str], findings: Findings) -> None:
    """A feed of two Sources would be read twice: tell the second."""
    for feed in source.feeds:
        other = feeds.setdefault(feed.rstrip("/"), source.id)
        if other != source.id:
            findings.add(place, f"feed {feed[:120]!r} is a feed of {other!r} too; keep one")
