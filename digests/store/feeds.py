"""Feeds as the poller sees them: what is due, and what each check leaves behind.

The tables stand in sources.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from digests.store.driver import from_text, to_text
from digests.store.sources import FEEDS, FeedId, FeedRow, feed_of, host_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from digests.store.driver import Store

LOG_LENGTH = 20


@dataclass(frozen=True, slots=True)
class FeedEvent:
    """One line of a feed's log."""

    at: datetime
    event: str
    detail: str


@dataclass(frozen=True, slots=True)
class GoodCheck:
    """What a successful check leaves behind. `read` is None when nothing was new (304, or the same bytes)."""

    at: datetime
    next_check_at: datetime
    interval: timedelta
    moved_to: str | None
    read: ReadFeed | None = None


@dataclass(frozen=True, slots=True)
class ReadFeed:
    """Of a body that was read to its end: its validators, and what its items say of its rhythm."""

    etag: str | None
    last_modified: str | None
    body_hash: str | None
    gap: timedelta | None
    newest_item_at: datetime | None


def due_feeds(db: Store, now: datetime, limit: int, *, failing: bool, busy_hosts: Sequence[str] = ()) -> list[FeedRow]:
    """The feeds to check now, longest due first: those that failed the last time, or the others."""
    hosts = {f"host{index}": host for index, host in enumerate(busy_hosts)}
    free = f"AND f.host NOT IN ({', '.join(f':{name}' for name in hosts)})" if hosts else ""
    rows = db.rows(
        f"{FEEDS} WHERE f.state = 'active' AND s.state = 'active' AND f.next_check_at <= :now "
        f"AND f.failures {'>' if failing else '='} 0 {free} ORDER BY f.next_check_at, f.id LIMIT :limit",
        {"now": to_text(now), "limit": limit, **hosts},
    )
    return [feed_of(row) for row in rows]


def next_due_at(db: Store) -> datetime | None:
    """When the next feed is due; None when nothing is polled."""
    text: str | None = db.value(
        "SELECT min(f.next_check_at) FROM feeds f JOIN sources s ON s.id = f.source_id "
        "WHERE f.state = 'active' AND s.state = 'active'"
    )
    return from_text(text)


def feed_row(db: Store, feed_id: FeedId) -> FeedRow | None:
    row = db.row(f"{FEEDS} WHERE f.id = :id", {"id": feed_id})
    return feed_of(row) if row else None


def check_soon(db: Store, feed_id: FeedId, now: datetime) -> bool:
    """Let the poller read the feed at once (/source: check now). False when there is no such feed."""
    return bool(
        db.execute("UPDATE feeds SET next_check_at = :now WHERE id = :id", {"id": feed_id, "now": to_text(now)})
    )


def set_feed_interval(db: Store, feed_id: FeedId, interval: timedelta | None) -> bool:
    """An admin's own interval for a feed; None gives it back its own rhythm."""
    seconds = None if interval is None else int(interval.total_seconds())
    return bool(
        db.execute("UPDATE feeds SET fixed_seconds = :seconds WHERE id = :id", {"id": feed_id, "seconds": seconds})
    )


def record_good(db: Store, feed_id: FeedId, check: GoodCheck) -> None:
    """A check went well. Validators are stored here, in the transaction of the last items that they stand for."""
    db.execute(
        """
        UPDATE feeds SET checked_at = :now, good_at = :now, next_check_at = :next, interval_seconds = :interval,
            failures = 0, failing_since = NULL, error = NULL,
            moves = CASE WHEN :moved_to IS NULL THEN 0 WHEN moved_to = :moved_to THEN moves + 1 ELSE 1 END,
            moved_to = :moved_to
        WHERE id = :id
        """,
        {
            "id": feed_id,
            "now": to_text(check.at),
            "next": to_text(check.next_check_at),
            "interval": int(check.interval.total_seconds()),
            "moved_to": check.moved_to,
        },
    )
    if check.read:
        db.execute(
            """
            UPDATE feeds SET etag = :etag, last_modified = :last_modified, body_hash = :body_hash, gap_seconds = :gap,
                newest_item_at = COALESCE(:newest, newest_item_at)
            WHERE id = :id
            """,
            {
                "id": feed_id,
                "etag": check.read.etag,
                "last_modified": check.read.last_modified,
                "body_hash": check.read.body_hash,
                "gap": None if check.read.gap is None else int(check.read.gap.total_seconds()),
                "newest": to_text(check.read.newest_item_at),
            },
        )


def record_failure(db: Store, feed_id: FeedId, error: str, next_check_at: datetime, now: datetime) -> int:
    """A check failed: how many have failed in a row by now."""
    row = db.row(
        """
        UPDATE feeds SET checked_at = :now, next_check_at = :next, failures = failures + 1, error = :error,
            failing_since = COALESCE(failing_since, :now), moves = 0
        WHERE id = :id RETURNING failures
        """,
        {"id": feed_id, "now": to_text(now), "next": to_text(next_check_at), "error": error[:500]},
    )
    log_event(db, feed_id, "failed", error, now)
    return int(row["failures"]) if row else 0


def postpone_host(db: Store, host: str, until: datetime) -> None:
    """No feed of the host is checked before: it asked for it, and a restart must not forget that."""
    db.execute(
        "UPDATE feeds SET next_check_at = :until WHERE host = :host AND next_check_at < :until",
        {"host": host, "until": to_text(until)},
    )


def move_feed(db: Store, feed_id: FeedId, url: str, now: datetime) -> bool:
    """Read the feed at its new address from now on. When another feed has that address already, this one ends: False."""
    old = db.value("SELECT url FROM feeds WHERE id = :id", {"id": feed_id})
    other = db.value("SELECT id FROM feeds WHERE url = :url AND id <> :id", {"url": url, "id": feed_id})
    db.execute(
        "INSERT INTO feed_aliases (url, feed_id) VALUES (:url, :feed) "
        "ON CONFLICT (url) DO UPDATE SET feed_id = excluded.feed_id",
        {"url": old, "feed": other or feed_id},
    )
    log_event(db, feed_id, "moved", f"{old} -> {url}", now)
    if other:
        db.execute("UPDATE feeds SET state = 'removed' WHERE id = :id", {"id": feed_id})
        return False
    db.execute(
        "UPDATE feeds SET url = :url, host = :host, moved_to = NULL, moves = 0 WHERE id = :id",
        {"id": feed_id, "url": url, "host": host_of(url)},
    )
    return True


def retry_unreached(db: Store, now: datetime) -> int:
    """The network is back: check at once the feeds that got no answer. Those that were answered keep their pace."""
    return db.execute(
        "UPDATE feeds SET next_check_at = :now "
        "WHERE failures > 0 AND next_check_at > :now AND error NOT LIKE '%: answered %'",
        {"now": to_text(now)},
    )


def failing_share(db: Store) -> tuple[int, int]:
    """How many active feeds fail, of how many: when nearly all do, it is not the feeds."""
    row = db.row(
        "SELECT count(CASE WHEN f.failures > 0 THEN 1 END) AS failing, count(*) AS total "
        "FROM feeds f JOIN sources s ON s.id = f.source_id "
        "WHERE f.state = 'active' AND s.state = 'active' AND f.checked_at IS NOT NULL"
    )
    return (row["failing"], row["total"]) if row else (0, 0)


def feed_counts(db: Store) -> dict[str, int]:
    """Active feeds by how they are: good, failing, waiting (never checked), paused."""
    rows = db.rows(
        """
        SELECT CASE WHEN s.state = 'paused' THEN 'paused' WHEN f.checked_at IS NULL THEN 'waiting'
            WHEN f.failures > 0 THEN 'failing' ELSE 'good' END AS status, count(*) AS number
        FROM feeds f JOIN sources s ON s.id = f.source_id
        WHERE f.state = 'active' AND s.state IN ('active', 'paused') GROUP BY 1
        """
    )
    return {"good": 0, "failing": 0, "waiting": 0, "paused": 0} | {row["status"]: row["number"] for row in rows}


def log_event(db: Store, feed_id: FeedId, event: str, detail: str, now: datetime) -> None:
    """Remember a line of the feed's log; only the last ones are kept."""
    db.execute(
        "INSERT INTO feed_log (feed_id, at, event, detail) VALUES (:feed, :at, :event, :detail)",
        {"feed": feed_id, "at": to_text(now), "event": event, "detail": detail[:500]},
    )
    db.execute(
        "DELETE FROM feed_log WHERE feed_id = :feed AND id NOT IN "
        "(SELECT id FROM feed_log WHERE feed_id = :feed ORDER BY id DESC LIMIT :keep)",
        {"feed": feed_id, "keep": LOG_LENGTH},
    )


def feed_events(db: Store, feed_id: FeedId) -> list[FeedEvent]:
    """The feed's log, newest first."""
    rows = db.rows("SELECT at, event, detail FROM feed_log WHERE feed_id = :feed ORDER BY id DESC", {"feed": feed_id})
    return [FeedEvent(from_text(row["at"]), row["event"], row["detail"]) for row in rows]
