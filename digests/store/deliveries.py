"""Looking at the outbox: how much waits, what did not arrive and why, where a story was told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from digests.model import DeliveryState
from digests.store.driver import from_text, to_text
from digests.store.giving_up import give_up

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from digests.store.driver import Store

__all__ = [
    "Undelivered",
    "cancel",
    "depth",
    "message_of",
    "oldest_waiting",
    "progress",
    "prune",
    "retry",
    "sent_since",
    "undeliverable",
]


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A delivery that did not arrive, or of which nobody knows whether it did, with the reason."""

    id: int
    key: str
    chat_id: int
    thread_id: int
    method: str
    state: DeliveryState
    reason: str
    created_at: datetime
    settled_at: datetime | None


def depth(db: Store) -> dict[DeliveryState, int]:
    """How many deliveries are in each state but `sent`."""
    counts: dict[DeliveryState, int] = {state: 0 for state in DeliveryState if state is not DeliveryState.SENT}
    for row in db.rows("SELECT state, count(*) AS n FROM deliveries WHERE state <> 'sent' GROUP BY state"):
        counts[DeliveryState(row["state"])] = row["n"]
    return counts


def sent_since(db: Store, since: datetime, *, most: int = 20_000) -> list[timedelta]:
    """How long each message that was sent since then had waited, shortest first; of the newest `most` deliveries."""
    rows = db.rows(
        """
        SELECT COALESCE(not_before, created_at) AS ready, settled_at FROM deliveries
        WHERE id > (SELECT max(id) FROM deliveries) - :most AND state = 'sent' AND settled_at >= :since
        """,
        {"most": most, "since": to_text(since)},
    )
    waited = (from_text(row["settled_at"]) - from_text(row["ready"]) for row in rows)
    return sorted(max(each, timedelta()) for each in waited)


def oldest_waiting(db: Store, now: datetime) -> timedelta:
    """How long the oldest delivery that may be sent has been waiting; zero when none waits."""
    oldest = db.value(
        "SELECT min(COALESCE(not_before, created_at)) FROM deliveries WHERE state = 'ready'"
        " AND (not_before IS NULL OR not_before <= :now)",
        {"now": to_text(now)},
    )
    return max(now - from_text(oldest), timedelta()) if oldest else timedelta()


def undeliverable(db: Store, *, limit: int = 50, chat_id: int | None = None) -> list[Undelivered]:
    """Deliveries that are dead, or uncertain for good, newest first: nothing disappears without a line here."""
    rows = db.rows(
        "SELECT id, key, chat_id, thread_id, method, state, error, created_at, settled_at FROM deliveries"
        " WHERE state <> 'sent' AND (state = 'dead' OR (state = 'uncertain' AND not_before IS NULL))"
        " AND (:chat IS NULL OR chat_id = :chat) ORDER BY id DESC LIMIT :limit",
        {"chat": chat_id, "limit": limit},
    )
    return [
        Undelivered(
            row["id"],
            row["key"],
            row["chat_id"],
            row["thread_id"],
            row["method"],
            DeliveryState(row["state"]),
            row["error"] or "",
            from_text(row["created_at"]),
            from_text(row["settled_at"]),
        )
        for row in rows
    ]


def message_of(db: Store, digest_id: int, part: int) -> tuple[int, int] | None:
    """The chat and the message in which a part of a digest was told, None when it was not (yet) sent."""
    row = db.row(
        "SELECT chat_id, message_id FROM deliveries WHERE digest_id = :digest AND part = :part"
        " AND message_id IS NOT NULL ORDER BY id LIMIT 1",
        {"digest": digest_id, "part": part},
    )
    return None if row is None else (row["chat_id"], row["message_id"])


def progress(db: Store, key_prefix: str) -> dict[DeliveryState, int]:
    """How many of the deliveries whose keys begin so are in each state: the progress of a broadcast."""
    rows = db.rows(
        "SELECT state, count(*) AS n FROM deliveries WHERE key >= :low AND key < :high GROUP BY state",
        _key_range(key_prefix),
    )
    return {DeliveryState(row["state"]): row["n"] for row in rows}


def cancel(db: Store, key_prefix: str, reason: str, now: datetime) -> int:
    """Cancel the deliveries not yet sent whose keys begin so; how many these were."""
    rows = db.rows(
        "SELECT id FROM deliveries WHERE key >= :low AND key < :high AND state = 'ready'", _key_range(key_prefix)
    )
    give_up(db, [row["id"] for row in rows], DeliveryState.DEAD, reason, now)
    return len(rows)


def _key_range(prefix: str) -> Mapping[str, str]:
    return {"low": prefix, "high": prefix + "\U0010ffff"}


def retry(db: Store, delivery_id: int, now: datetime) -> bool:
    """Send a dead or uncertain delivery after all, because a person asked for it. False when it is neither."""
    return bool(
        db.execute(
            "UPDATE deliveries SET state = CASE WHEN state = 'dead' THEN 'ready' ELSE 'uncertain' END, repeats = 0,"
            " not_before = :now, deadline = NULL, error = NULL, settled_at = NULL"
            " WHERE id = :id AND (state = 'dead' OR (state = 'uncertain' AND not_before IS NULL))",
            {"id": delivery_id, "now": to_text(now)},
        )
    )


def prune(db: Store, before: datetime) -> int:
    """Forget what was settled before then; how many rows. The newest row stays, so that ids only ever grow."""
    return db.execute(
        "DELETE FROM deliveries WHERE settled_at < :before AND state IN ('sent', 'superseded', 'dead')"
        " AND id < (SELECT max(id) FROM deliveries)",
        {"before": to_text(before)},
    )
