"""Sources and their feeds: what to poll, when, how it went, and what admins change about them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NewType
from urllib.parse import urlsplit

from digests.errors import UserMistake
from digests.model import Coverage, Source, SourceKind
from digests.store.driver import from_text, to_text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from digests.store.driver import Store

TABLES = """
CREATE TABLE sources (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    owner TEXT NOT NULL,
    country TEXT NOT NULL DEFAULT '',
    language TEXT NOT NULL DEFAULT '',
    kind TEXT NOT NULL,
    domains TEXT NOT NULL DEFAULT '[]',
    origin TEXT NOT NULL,             -- config, chat
    state TEXT NOT NULL DEFAULT 'active',  -- active, paused, removed (in chat), gone (from the files)
    added_by BIGINT,
    added_at TEXT NOT NULL
);
CREATE TABLE feeds (
    id INTEGER PRIMARY KEY,
    source_id TEXT NOT NULL REFERENCES sources(id),
    url TEXT NOT NULL UNIQUE,
    host TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'active',  -- active, removed
    etag TEXT,
    last_modified TEXT,
    body_hash TEXT,                   -- of the last body that was read to its end
    next_check_at TEXT NOT NULL,
    interval_seconds INTEGER NOT NULL DEFAULT 900,
    fixed_seconds INTEGER,            -- an admin's wish instead of the feed's own rhythm
    gap_seconds INTEGER,              -- the usual time between two items
    added_at TEXT NOT NULL,
    checked_at TEXT,
    good_at TEXT,
    newest_item_at TEXT,
    failures INTEGER NOT NULL DEFAULT 0,
    failing_since TEXT,
    error TEXT,
    moved_to TEXT,
    moves INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX feeds_due ON feeds(next_check_at) WHERE state = 'active';
CREATE INDEX feeds_source ON feeds(source_id);
CREATE INDEX feeds_host ON feeds(host);
CREATE TABLE feed_aliases (           -- earlier addresses of feeds that moved for good
    url TEXT PRIMARY KEY,
    feed_id BIGINT NOT NULL
);
CREATE TABLE feed_items (             -- kept longer than the articles, so that nothing old comes back as new
    feed_id BIGINT NOT NULL,
    item_key TEXT NOT NULL,
    url TEXT,
    fingerprint TEXT NOT NULL,
    article_id TEXT,
    state TEXT NOT NULL,              -- stored, empty, retry, failed
    tries INTEGER NOT NULL DEFAULT 1,
    edits INTEGER NOT NULL DEFAULT 0,
    seen_at TEXT NOT NULL,
    listed_at TEXT NOT NULL,          -- the last day on which the feed still had it
    PRIMARY KEY (feed_id, item_key)
);
CREATE INDEX feed_items_fingerprint ON feed_items(fingerprint);
CREATE INDEX feed_items_url ON feed_items(url);
CREATE TABLE feed_log (               -- the last things worth knowing of each feed
    id INTEGER PRIMARY KEY,
    feed_id BIGINT NOT NULL,
    at TEXT NOT NULL,
    event TEXT NOT NULL,
    detail TEXT NOT NULL DEFAULT ''
);
CREATE INDEX feed_log_feed ON feed_log(feed_id, id)
"""

FeedId = NewType("FeedId", int)
FEEDS = "SELECT f.*, s.name AS source_name, s.language FROM feeds f JOIN sources s ON s.id = f.source_id"


class Origin(StrEnum):
    """Who added a source."""

    CONFIG = "config"
    CHAT = "chat"


class SourceState(StrEnum):
    ACTIVE = "active"
    PAUSED = "paused"
    REMOVED = "removed"  # in chat: stays so, whatever the files say
    GONE = "gone"  # from the operator's files: comes back with them

    @property
    def is_over(self) -> bool:
        return self in (SourceState.REMOVED, SourceState.GONE)


@dataclass(frozen=True, slots=True)
class FeedRow:
    """A feed as it stands: how to ask for it and how it went."""

    id: FeedId
    source_id: str
    source_name: str
    language: str
    url: str
    host: str
    next_check_at: datetime
    added_at: datetime
    etag: str | None
    last_modified: str | None
    body_hash: str | None
    interval_seconds: int
    fixed_seconds: int | None
    gap_seconds: int | None
    checked_at: datetime | None
    good_at: datetime | None
    newest_item_at: datetime | None
    failures: int
    failing_since: datetime | None
    error: str | None
    moved_to: str | None
    moves: int


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A source with its feeds, for /sources and OPML."""

    source: Source
    origin: Origin
    state: SourceState
    added_at: datetime
    feeds: tuple[FeedRow, ...]

    @property
    def is_failing(self) -> bool:
        """Whether none of its feeds can be read now."""
        return bool(self.feeds) and all(feed.failures for feed in self.feeds)


@dataclass(frozen=True, slots=True)
class Synced:
    """What `sync_sources` changed, by number of feeds."""

    added: int
    removed: int


# --- The operator's catalogue ----------------------------------------------------------------------------------------


def sync_sources(db: Store, sources: Iterable[Source], now: datetime) -> Synced:
    """Make the rows say what the operator's files say.

    What was done in chat stays: sources added there, and pausing or removing one of the files.
    """
    listed = list(sources)
    for source in listed:
        _save_source(db, source, Origin.CONFIG, None, now)
    gone = {row["id"] for row in db.rows("SELECT id FROM sources WHERE origin = 'config' AND state <> 'removed'")}
    for source_id in gone - {source.id for source in listed}:
        set_source_state(db, source_id, SourceState.GONE)
    added = sum(_save_feed(db, source.id, url, now) is not None for source in listed for url in source.feeds)
    removed = 0
    for source in listed:
        wanted = {row["id"] for url in source.feeds if (row := _feed_by_url(db, url))}
        for row in db.rows(
            "SELECT id FROM feeds WHERE source_id = :source AND state = 'active'", {"source": source.id}
        ):
            if row["id"] not in wanted:
                removed += db.execute("UPDATE feeds SET state = 'removed' WHERE id = :id", {"id": row["id"]})
    return Synced(added, removed)


def add_source(db: Store, source: Source, *, added_by: int | None, now: datetime) -> SourceRow:
    """Add a source of a chat with its feeds, or further feeds to it. Raises UserMistake when a feed is another source's."""
    for url in source.feeds:
        known = _feed_by_url(db, url)
        if known and known["state"] == "active" and known["source_id"] != source.id:
            other = source_row(db, known["source_id"])
            if other and not other.state.is_over:
                raise UserMistake(f"{url} is already read for {other.source.name}; see /source {other.source.id}")
    known_source = source_row(db, source.id)
    if known_source is None or known_source.state.is_over:
        _save_source(db, source, Origin.CHAT, added_by, now)
        set_source_state(db, source.id, SourceState.ACTIVE)
    for url in source.feeds:
        _save_feed(db, source.id, url, now)
    saved = source_row(db, source.id)
    if saved is None:
        raise UserMistake(f"{source.name} could not be added")
    return saved


def set_source_state(db: Store, source_id: str, state: SourceState) -> bool:
    """Pause, resume or remove a source. False when there is none. What it brought stays."""
    return bool(db.execute("UPDATE sources SET state = :state WHERE id = :id", {"id": source_id, "state": state.value}))


def source_rows(
    db: Store, *, states: Iterable[SourceState] = (SourceState.ACTIVE, SourceState.PAUSED)
) -> list[SourceRow]:
    """All sources in the given states with their feeds, by name."""
    wanted = {state.value for state in states}
    feeds: dict[str, list[FeedRow]] = {}
    for row in db.rows(f"{FEEDS} WHERE f.state = 'active' ORDER BY f.id"):
        feeds.setdefault(row["source_id"], []).append(feed_of(row))
    rows = db.rows("SELECT * FROM sources ORDER BY name, id")
    return [_source(row, feeds.get(row["id"], [])) for row in rows if row["state"] in wanted]


def source_row(db: Store, source_id: str) -> SourceRow | None:
    """One source in any state."""
    row = db.row("SELECT * FROM sources WHERE id = :id", {"id": source_id})
    if row is None:
        return None
    feeds = db.rows(f"{FEEDS} WHERE f.source_id = :id AND f.state = 'active' ORDER BY f.id", {"id": source_id})
    return _source(row, [feed_of(feed) for feed in feeds])


def source_names(db: Store) -> dict[str, str]:
    """What readers call each source, by its id."""
    return {row["id"]: row["name"] for row in db.rows("SELECT id, name FROM sources")}


def coverage(db: Store, since: datetime) -> Coverage:
    """How many of the active sources were read since then, and the names of those that fell silent."""
    rows = [row for row in source_rows(db, states=[SourceState.ACTIVE]) if row.feeds]
    read = [row for row in rows if any(feed.good_at and feed.good_at >= since for feed in row.feeds)]
    silent = {row["key"] for row in db.rows("SELECT key FROM troubles WHERE closed_at IS NULL AND key LIKE 'feed:%'")}
    quiet = [row.source.name for row in rows if any(f"feed:{feed.id}:silent" in silent for feed in row.feeds)]
    return Coverage(len(read), len(rows), tuple(quiet))


def host_of(url: str) -> str:
    """The host that manners are kept towards."""
    return (urlsplit(url).hostname or "").lower()


# --- Rows ------------------------------------------------------------------------------------------------------------


def _save_source(db: Store, source: Source, origin: Origin, added_by: int | None, now: datetime) -> None:
    db.execute(
        """
        INSERT INTO sources (id, name, owner, country, language, kind, domains, origin, added_by, added_at)
        VALUES (:id, :name, :owner, :country, :language, :kind, :domains, :origin, :added_by, :now)
        ON CONFLICT (id) DO UPDATE SET name = excluded.name, owner = excluded.owner, country = excluded.country,
            language = excluded.language, kind = excluded.kind, domains = excluded.domains, origin = excluded.origin,
            state = CASE WHEN sources.state = 'gone' THEN 'active' ELSE sources.state END
        """,
        {
            "id": source.id,
            "name": source.name,
            "owner": source.owner,
            "country": source.country,
            "language": source.language,
            "kind": source.kind.value,
            "domains": json.dumps(source.domains),
            "origin": origin.value,
            "added_by": added_by,
            "now": to_text(now),
        },
    )


def _feed_by_url(db: Store, url: str) -> dict[str, Any] | None:
    return db.row(
        "SELECT * FROM feeds WHERE url = :url OR id = (SELECT feed_id FROM feed_aliases WHERE url = :url) "
        "ORDER BY CASE WHEN url = :url AND state = 'active' THEN 0 WHEN state = 'active' THEN 1 ELSE 2 END LIMIT 1",
        {"url": url},
    )


def _save_feed(db: Store, source_id: str, url: str, now: datetime) -> FeedId | None:
    """The id of a feed that was not there (or was removed) before, else None."""
    known = _feed_by_url(db, url)
    if known is not None:
        changed = db.execute(
            "UPDATE feeds SET state = 'active', source_id = :source WHERE id = :id AND (state <> 'active' OR source_id <> :source)",
            {"id": known["id"], "source": source_id},
        )
        return FeedId(known["id"]) if changed and known["state"] != "active" else None
    row = db.row(
        "INSERT INTO feeds (source_id, url, host, next_check_at, added_at) VALUES (:source, :url, :host, :now, :now) "
        "RETURNING id",
        {"source": source_id, "url": url, "host": host_of(url), "now": to_text(now)},
    )
    return FeedId(row["id"]) if row else None


def _source(row: dict[str, Any], feeds: list[FeedRow]) -> SourceRow:
    source = Source(
        id=row["id"],
        name=row["name"],
        owner=row["owner"],
        country=row["country"],
        language=row["language"],
        kind=SourceKind(row["kind"]),
        domains=tuple(json.loads(row["domains"])),
        feeds=tuple(feed.url for feed in feeds),
    )
    return SourceRow(source, Origin(row["origin"]), SourceState(row["state"]), from_text(row["added_at"]), tuple(feeds))


def feed_of(row: dict[str, Any]) -> FeedRow:
    """The feed in a row of `FEEDS`."""
    times = ("next_check_at", "added_at", "checked_at", "good_at", "newest_item_at", "failing_since")
    values = {name: from_text(row[name]) if name in times else row[name] for name in FeedRow.__dataclass_fields__}
    return FeedRow(**values)
