"""How a chat stands with Telegram: closed for a while, gone, or without rights for the bot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digests.model import DeliveryState
from digests.store.driver import from_text, to_text
from digests.store.giving_up import give_up

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from digests.store.driver import Store

__all__ = ["cancel_chat", "close_chat_until", "closed_chats", "gone_reason", "settle_gone", "strike"]


def close_chat_until(db: Store, chat_id: int, until: datetime, now: datetime) -> None:
    """Nothing may be sent to the chat until then: Telegram said so."""
    db.execute(
        "INSERT INTO chat_limits (chat_id, closed_at, closed_until) VALUES (:chat, :now, :until)"
        " ON CONFLICT (chat_id) DO UPDATE SET closed_at = :now, closed_until = :until",
        {"chat": chat_id, "now": to_text(now), "until": to_text(until)},
    )


def closed_chats(db: Store, now: datetime) -> dict[int, timedelta]:
    """Chats that are closed and for how long still. A clock that was put back does not lengthen the time."""
    rows = db.rows(
        "SELECT chat_id, closed_at, closed_until FROM chat_limits WHERE closed_until > :now", {"now": to_text(now)}
    )
    return {row["chat_id"]: from_text(row["closed_until"]) - max(now, from_text(row["closed_at"])) for row in rows}


def settle_gone(db: Store, chat_id: int, reason: str, now: datetime) -> int:
    """The chat cannot be written to any more: no more work for it. How many deliveries were cancelled."""
    db.execute(
        "UPDATE chats SET state = 'gone', state_reason = :reason WHERE chat_id = :chat",
        {"chat": chat_id, "reason": reason},
    )
    return cancel_chat(db, chat_id, f"chat gone: {reason}", now)


def cancel_chat(db: Store, chat_id: int, reason: str, now: datetime) -> int:
    """Cancel all that waits for the chat (it is dead, with the reason). How many deliveries these were."""
    rows = db.rows(
        "SELECT id FROM deliveries WHERE chat_id = :chat AND state IN ('ready', 'sending')", {"chat": chat_id}
    )
    give_up(db, [row["id"] for row in rows], DeliveryState.DEAD, reason, now)
    db.execute(
        "UPDATE deliveries SET not_before = NULL WHERE chat_id = :chat AND state = 'uncertain'", {"chat": chat_id}
    )
    return len(rows)


def strike(db: Store, chat_id: int, reason: str, now: datetime, *, most: int = 3) -> int:
    """The bot had no right to write in the chat: count it; at the `most`-th time in a row the chat is paused.

    Returns the number of strikes. Pausing cancels what waits; its stories come when somebody resumes the chat.
    """
    strikes = int(
        db.value(
            "INSERT INTO chat_limits (chat_id, strikes) VALUES (:chat, 1)"
            " ON CONFLICT (chat_id) DO UPDATE SET strikes = chat_limits.strikes + 1 RETURNING strikes",
            {"chat": chat_id},
        )
    )
    if strikes >= most:
        db.execute(
            "UPDATE chats SET state = 'paused', state_reason = :reason WHERE chat_id = :chat AND state = 'active'",
            {"chat": chat_id, "reason": reason},
        )
        db.execute("UPDATE chat_limits SET strikes = 0 WHERE chat_id = :chat", {"chat": chat_id})
        cancel_chat(db, chat_id, f"no right to write: {reason}", now)
    return strikes


def gone_reason(db: Store, chat_id: int) -> str | None:
    """Why the chat cannot be written to any more, None when it can."""
    row = db.row("SELECT state_reason FROM chats WHERE chat_id = :chat AND state = 'gone'", {"chat": chat_id})
    return None if row is None else f"chat gone: {row['state_reason'] or 'unknown reason'}"
