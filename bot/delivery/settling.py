"""Writing down what became of a delivery: one decision is one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.delivery.calls import as_new_message
from bot.delivery.decisions import Again, Barred, Closed, Decision, Failed, Gone, InDoubt, Moved, Reworded, Sent, Stop
from digests.model import Outgoing
from digests.store import outbox

if TYPE_CHECKING:
    from datetime import datetime

    from digests.store import Store
    from digests.store.outbox import Claimed

__all__ = ["STRIKES", "Settled", "settle"]

STRIKES = 3
STRIKE_DELAY = timedelta(seconds=60)
AT_ONCE = timedelta(0)


@dataclass(frozen=True, slots=True)
class Settled:
    """What the pacer has to know of it. `again` is the time until the delivery goes out again, None when it does not.

    `keeps_order` says that its chat waits for it; `news` that further rows were written; `paused` that its chat was.
    """

    again: timedelta | None = None
    keeps_order: bool = True
    moved_to: int | None = None
    news: bool = False
    paused: bool = False


def settle(  # noqa: C901, PLR0911 - a case per decision
    db: Store, claimed: Claimed, decision: Decision, now: datetime, repeat_after: timedelta
) -> Settled:
    """Write down the decision on a delivery that was claimed; `now` is when the answer came."""
    match decision:
        case Sent():
            outbox.settle_sent(db, claimed.id, decision.message_id, now)
        case Failed():
            outbox.settle_failed(db, claimed.id, decision.reason, now)
        case Gone():
            outbox.settle_gone(db, claimed.chat_id, decision.reason, now)
        case InDoubt(repeat=False):
            outbox.mark_uncertain(db, claimed.id, decision.reason, now, again_at=None)
        case InDoubt():
            outbox.mark_uncertain(db, claimed.id, decision.reason, now, again_at=now + repeat_after)
            return Settled(again=repeat_after, keeps_order=False)
        case Again():
            return _again(db, claimed, decision.delay, decision.reason, now)
        case Closed():
            outbox.close_chat_until(db, claimed.chat_id, now + decision.delay, now)
            return _again(db, claimed, decision.delay, decision.reason, now)
        case Stop():
            return _again(db, claimed, AT_ONCE, str(decision.error), now)
        case Barred():
            return _barred(db, claimed, decision.reason, now)
        case Moved():
            return _moved(db, claimed, decision.new_chat_id, now)
        case Reworded():
            return _reworded(db, claimed, decision, now)
    return Settled()


def _again(db: Store, claimed: Claimed, delay: timedelta, reason: str, now: datetime) -> Settled:
    outbox.back_to_ready(db, claimed.id, now + delay if delay else None, reason)
    return Settled(again=delay)


def _barred(db: Store, claimed: Claimed, reason: str, now: datetime) -> Settled:
    strikes = outbox.strike(db, claimed.chat_id, reason, now, most=STRIKES)
    if strikes >= STRIKES:
        return Settled(paused=True)
    return _again(db, claimed, STRIKE_DELAY * strikes, reason, now)


def _moved(db: Store, claimed: Claimed, new_chat_id: int, now: datetime) -> Settled:
    if not outbox.move_chat(db, claimed.chat_id, new_chat_id):
        outbox.settle_failed(db, claimed.id, f"Telegram says that the chat moved to {new_chat_id} and back", now)
        return Settled()
    outbox.back_to_ready(db, claimed.id, None, f"the chat moved to {new_chat_id}")
    return Settled(again=AT_ONCE, moved_to=new_chat_id)


def _reworded(db: Store, claimed: Claimed, decision: Reworded, now: datetime) -> Settled:
    first, *rest = decision.payloads
    outbox.rewrite(db, claimed.id, _outgoing(claimed, decision, claimed.key, decision.method, first), decision.fallback)
    for number, payload in enumerate(rest, start=2):
        edits = decision.method.startswith("edit")
        more = as_new_message(payload) if edits else payload
        method = "sendMessage" if edits else decision.method
        outbox.enqueue(db, _outgoing(claimed, decision, f"{claimed.key}/{number}", method, more), now)
    return Settled(again=AT_ONCE, news=bool(rest))


def _outgoing(claimed: Claimed, decision: Reworded, key: str, method: str, payload: dict[str, object]) -> Outgoing:
    return Outgoing(
        key=key,
        chat_id=claimed.chat_id,
        method=method,
        payload=payload,
        thread_id=decision.thread_id or None,
        priority=claimed.priority,
    )
