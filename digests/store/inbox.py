"""The inbox: every update of Telegram is a row here before it is confirmed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from digests.store.driver import to_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from digests.store.driver import Store

__all__ = ["Received", "begin", "depth", "excuse", "insert_all", "mark_done", "mark_failed", "prune", "waiting"]

TABLES = """
CREATE TABLE inbox (
    update_id BIGINT PRIMARY KEY,
    chat_id BIGINT NOT NULL DEFAULT 0,
    body TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting',  -- waiting, done, failed
    tries INTEGER NOT NULL DEFAULT 0,
    error TEXT,
    received_at TEXT NOT NULL,
    done_at TEXT
);
CREATE INDEX inbox_waiting ON inbox(received_at, update_id) WHERE state = 'waiting'
"""


@dataclass(frozen=True, slots=True)
class Received:
    """An update as Telegram sent it. `chat_id` says whose updates must stay in order; 0 when it is nobody's."""

    update_id: int
    chat_id: int
    body: Mapping[str, Any]


def insert_all(db: Store, updates: Sequence[Received], now: datetime) -> int:
    """Write updates down; how many were new. One that is known already changes nothing, whatever its state."""
    new = 0
    for update in updates:
        new += db.execute(
            "INSERT INTO inbox (update_id, chat_id, body, received_at) VALUES (:id, :chat, :body, :now)"
            " ON CONFLICT (update_id) DO NOTHING",
            {
                "id": update.update_id,
                "chat": update.chat_id,
                "body": json.dumps(update.body, separators=(",", ":")),
                "now": to_text(now),
            },
        )
    return new


def waiting(db: Store) -> list[Received]:
    """Updates still to be worked on, in the order in which they came."""
    rows = db.rows("SELECT update_id, chat_id, body FROM inbox WHERE state = 'waiting' ORDER BY received_at, update_id")
    return [Received(row["update_id"], row["chat_id"], json.loads(row["body"])) for row in rows]


def begin(db: Store, update_id: int) -> int | None:
    """Note that work on the update begins, so that one that kills the process is not tried for ever.

    The number of this try, from 1; None when the update is not waiting any more.
    """
    return db.value(  # type: ignore[no-any-return]  # a column of integers
        "UPDATE inbox SET tries = tries + 1 WHERE update_id = :id AND state = 'waiting' RETURNING tries",
        {"id": update_id},
    )


def excuse(db: Store, update_id: int) -> None:
    """The try that began was stopped by something that is not the update's fault: it does not count."""
    db.execute(
        "UPDATE inbox SET tries = tries - 1 WHERE update_id = :id AND state = 'waiting' AND tries > 0",
        {"id": update_id},
    )


def mark_done(db: Store, update_id: int, now: datetime) -> bool:
    """The update's effect is in the transaction that calls this. False when it was done before: then change nothing."""
    return bool(
        db.execute(
            "UPDATE inbox SET state = 'done', error = NULL, done_at = :now WHERE update_id = :id AND state = 'waiting'",
            {"id": update_id, "now": to_text(now)},
        )
    )


def mark_failed(db: Store, update_id: int, error: str, now: datetime) -> None:
    """The update could not be worked on and will not be tried again."""
    db.execute(
        "UPDATE inbox SET state = 'failed', error = :error, done_at = :now WHERE update_id = :id AND state = 'waiting'",
        {"id": update_id, "error": error, "now": to_text(now)},
    )


def depth(db: Store) -> dict[str, int]:
    """How many updates are waiting and how many failed."""
    counts = {"waiting": 0, "failed": 0}
    for row in db.rows("SELECT state, count(*) AS n FROM inbox WHERE state <> 'done' GROUP BY state"):
        counts[row["state"]] = row["n"]
    return counts


def prune(db: Store, before: datetime) -> int:
    """Forget updates that were settled before then; how many. Keep at least two days: Telegram may send them again."""
    return db.execute(
        "DELETE FROM inbox WHERE done_at < :before AND state IN ('done', 'failed')", {"before": to_text(before)}
    )
