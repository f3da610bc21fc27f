"""What the sender tells: for the metrics, and for the admin."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.delivery.decisions import (
    Again,
    Barred,
    Closed,
    Decision,
    Failed,
    Gone,
    InDoubt,
    Moved,
    Reworded,
    Sent,
    Stop,
)

if TYPE_CHECKING:
    from bot.delivery.settling import Settled
    from digests.model import Priority
    from digests.store.outbox import Claimed

__all__ = ["Event", "EventKind", "event_of"]


class EventKind(StrEnum):
    SENT = "sent"
    RETRIED = "retried"  # certainly not accepted, goes out again
    FLOOD = "flood"  # 429
    UNCERTAIN = "uncertain"  # nobody knows whether it was accepted
    REPEATED = "repeated"  # the marked repeat of an uncertain one was sent
    REWORDED = "reworded"  # refused as it was, goes out in another form
    DEAD = "dead"
    SUPERSEDED = "superseded"
    GONE = "gone"  # the chat is gone
    MOVED = "moved"  # the chat has a new id
    BARRED = "barred"  # no right to write in the chat
    PAUSED = "paused"  # the chat was paused after three such refusals
    SLOWED = "slowed"  # the global pace was halved
    STORE = "store"  # the database cannot be written to; the sender waits for it


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened. `seconds` is the age of the delivery, `retry_after` the wait that Telegram asked for."""

    kind: EventKind
    chat_id: int = 0
    delivery_id: int = 0
    priority: Priority | None = None
    detail: str = ""
    seconds: float = 0.0
    retry_after: float = 0.0


KINDS: dict[type[Decision], EventKind] = {
    Sent: EventKind.SENT,
    Again: EventKind.RETRIED,
    Closed: EventKind.FLOOD,
    InDoubt: EventKind.UNCERTAIN,
    Reworded: EventKind.REWORDED,
    Failed: EventKind.DEAD,
    Gone: EventKind.GONE,
    Barred: EventKind.BARRED,
    Moved: EventKind.MOVED,
    Stop: EventKind.RETRIED,
}


def event_of(claimed: Claimed, decision: Decision, settled: Settled, seconds: float) -> Event:
    """The event of a delivery that was settled."""
    return Event(
        kind=_kind(claimed, decision, settled),
        chat_id=claimed.chat_id,
        delivery_id=claimed.id,
        priority=claimed.priority,
        detail=_detail(decision),
        seconds=seconds,
        retry_after=decision.delay.total_seconds() if isinstance(decision, Closed) else 0.0,
    )


def _kind(claimed: Claimed, decision: Decision, settled: Settled) -> EventKind:
    if settled.paused:
        return EventKind.PAUSED
    if isinstance(decision, Sent) and claimed.repeats:
        return EventKind.REPEATED
    return KINDS[type(decision)]


def _detail(decision: Decision) -> str:
    match decision:
        case Sent():
            return ""
        case Moved():
            return f"now {decision.new_chat_id}"
        case Stop():
            return str(decision.error)
        case _:
            return decision.reason
