"""What the bot itself complains about to the admins: once for each trouble, and once when it is over."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.delivery.events import EventKind
from digests.errors import StoreError
from digests.model import Outgoing, Priority
from digests.store import ledger, outbox

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.db import Db
    from bot.delivery.events import Event
    from bot.parts import Tell
    from digests.store import Store

__all__ = ["SENTENCES", "delivery_over", "delivery_trouble", "teller", "watch_deliveries"]

SENTENCES = {
    EventKind.UNCERTAIN: "Telegram did not say whether it accepted a message. /health lists such messages.",
    EventKind.DEAD: "A message could not be delivered and was given up. /health lists it with the reason.",
    EventKind.STORE: "The database cannot be written to; nothing is sent until it can.",
}
QUIET = timedelta(hours=1)
LOOK_EVERY = 300.0  # seconds


def teller(admin_chat: int | None) -> Tell:
    """Writes a complaint to the admin chat, when there is one, inside the transaction that found the trouble."""

    def tell(store: Store, sentence: str, over: bool, now: datetime) -> None:
        if admin_chat is None:
            return
        mark = "✅" if over else "⚠️"
        key = f"trouble:{now.isoformat()}:{sentence[:80]}"
        payload: dict[str, object] = {"text": f"{mark} {sentence}", "link_preview_options": {"is_disabled": True}}
        outbox.enqueue(store, Outgoing(key, admin_chat, "sendMessage", payload, priority=Priority.URGENT), now)

    return tell


def delivery_trouble(db: Store, event: Event, tell: Tell, now: datetime) -> None:
    """Tell the admins of a delivery that went wrong; further ones of its kind are only listed until it is over."""
    sentence = SENTENCES.get(event.kind)
    if sentence is not None and ledger.open_trouble(db, _key(event.kind), sentence, now):
        tell(db, sentence, False, now)
        ledger.trouble_told(db, _key(event.kind), now)


async def watch_deliveries(db: Db, tell: Tell, now: Callable[[], datetime], stop: asyncio.Event) -> None:
    """Say that deliveries go well again, when nothing went wrong for an hour. Until `stop` is set."""
    while not stop.is_set():
        with contextlib.suppress(StoreError):  # told by /readyz and the log; the next look finds it again
            await db.write(delivery_over, tell, now())
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LOOK_EVERY):
                await stop.wait()


def delivery_over(db: Store, tell: Tell, now: datetime) -> None:
    """Close the troubles of deliveries when nothing went wrong for an hour."""
    bad = [one.settled_at or one.created_at for one in outbox.undeliverable(db, limit=1)]
    if bad and now - max(bad) < QUIET:
        return
    for kind in SENTENCES:
        found = ledger.close_trouble(db, _key(kind), now)
        if found is not None:
            tell(db, f"Over since: {found.message}", True, now)


def _key(kind: EventKind) -> str:
    return f"delivery:{kind.value}"
