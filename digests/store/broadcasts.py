"""Broadcasts: what an admin says to every chat, written into the outbox slice by slice."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from digests.store.driver import to_text

if TYPE_CHECKING:
    from datetime import datetime

    from digests.store.driver import Store

__all__ = [
    "Broadcast", "BroadcastState", "audience_size", "broadcast", "draft", "next_chats", "open_broadcasts", "save_step",
    "set_state",
]  # fmt: skip

TABLES = """
CREATE TABLE broadcasts (
    id INTEGER PRIMARY KEY,
    words TEXT NOT NULL,
    by BIGINT NOT NULL,
    chat_id BIGINT NOT NULL,               -- where it was asked for, and where its progress is shown
    state TEXT NOT NULL DEFAULT 'draft',   -- draft, sending, written, done, cancelled
    cursor BIGINT,                         -- the last chat it was written for
    progress_key TEXT NOT NULL DEFAULT '', -- of the message that shows the progress
    shown TEXT NOT NULL DEFAULT '',        -- what that message says now
    created_at TEXT NOT NULL
)
"""


class BroadcastState(StrEnum):
    DRAFT = "draft"
    SENDING = "sending"
    WRITTEN = "written"
    DONE = "done"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Broadcast:
    id: int
    words: str
    by: int
    chat_id: int
    state: BroadcastState
    cursor: int | None
    progress_key: str
    shown: str

    @property
    def key(self) -> str:
        """What the keys of its deliveries begin with."""
        return f"broadcast:{self.id}:"


def draft(db: Store, words: str, by: int, chat_id: int, now: datetime) -> Broadcast:
    """Write a broadcast down; nothing is sent yet."""
    row = db.row(
        """
        INSERT INTO broadcasts (words, by, chat_id, created_at) VALUES (:words, :by, :chat, :now) RETURNING *
        """,
        {"words": words, "by": by, "chat": chat_id, "now": to_text(now)},
    )
    assert row is not None  # noqa: S101 - RETURNING answers the row that was written
    return _broadcast(row)


def broadcast(db: Store, number: int) -> Broadcast | None:
    row = db.row("SELECT * FROM broadcasts WHERE id = :id", {"id": number})
    return None if row is None else _broadcast(row)


def open_broadcasts(db: Store) -> list[Broadcast]:
    """Those that are being sent."""
    return [
        _broadcast(row) for row in db.rows("SELECT * FROM broadcasts WHERE state IN ('sending', 'written') ORDER BY id")
    ]


def set_state(
    db: Store, number: int, state: BroadcastState, *, before: BroadcastState, progress_key: str | None = None
) -> bool:
    """Change the state when it is still what it was. False when somebody was faster."""
    changed = db.execute(
        """
        UPDATE broadcasts SET state = :state, progress_key = coalesce(:key, progress_key)
        WHERE id = :id AND state = :before
        """,
        {"id": number, "state": state, "before": before, "key": progress_key},
    )
    return changed > 0


def save_step(db: Store, number: int, *, cursor: int | None = None, shown: str | None = None) -> None:
    """How far it came, and what was shown of that."""
    db.execute(
        "UPDATE broadcasts SET cursor = coalesce(:cursor, cursor), shown = coalesce(:shown, shown) WHERE id = :id",
        {"id": number, "cursor": cursor, "shown": shown},
    )


def next_chats(db: Store, after: int | None, limit: int) -> list[int]:
    """The chats a broadcast goes to next, in a fixed order: all that can be written to, each once whatever its topics."""
    rows = db.rows(
        """
        SELECT DISTINCT chat_id FROM chats WHERE state <> 'gone' AND (:after IS NULL OR chat_id > :after)
        AND chat_id NOT IN (SELECT user_id FROM people WHERE access = 'blocked')
        ORDER BY chat_id LIMIT :limit
        """,
        {"after": after, "limit": limit},
    )
    return [int(row["chat_id"]) for row in rows]


def audience_size(db: Store) -> int:
    """How many chats a broadcast would go to now."""
    return int(
        db.value(
            """
            SELECT count(DISTINCT chat_id) FROM chats WHERE state <> 'gone'
            AND chat_id NOT IN (SELECT user_id FROM people WHERE access = 'blocked')
            """
        )
    )


def _broadcast(row: dict[str, Any]) -> Broadcast:
    return Broadcast(
        row["id"], row["words"], row["by"], row["chat_id"], BroadcastState(row["state"]), row["cursor"],
        row["progress_key"], row["shown"],
    )  # fmt: skip
