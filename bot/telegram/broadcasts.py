"""Writes broadcasts into the outbox slice by slice, and keeps the message that shows the progress current."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from bot.telegram.markup import verbatim
from bot.telegram.menus import keyboard
from bot.telegram.request import Button
from bot.telegram.wording import words_for
from digests.errors import StoreError
from digests.model import DeliveryState, Outgoing, Priority
from digests.store import broadcasts, chats, outbox
from digests.store.broadcasts import BroadcastState

if TYPE_CHECKING:
    from datetime import datetime

    from bot.telegram.markup import Html
    from bot.telegram.services import Services
    from bot.telegram.wording import Words
    from digests.store import Store
    from digests.store.broadcasts import Broadcast

__all__ = ["Broadcasts", "body_of", "progress_shown"]

log = structlog.get_logger(__name__)

SLICE = 100  # chats in one transaction, so that replies never wait long for the writer
PROGRESS_SECONDS = 4.0  # an admin chat that is a group takes 20 messages a minute
IDLE_SECONDS = 2.0
OVER = (DeliveryState.SENT, DeliveryState.DEAD, DeliveryState.SUPERSEDED, DeliveryState.UNCERTAIN)


@dataclass(slots=True)
class Broadcasts:
    """Runs beside the sender; what it did is in the database, so that a restart goes on where it was."""

    desk: Services

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop` is set."""
        while not stop.is_set():
            try:
                busy = await self.step()
            except StoreError as error:  # what is to be written is in the database: it goes on when that is well again
                log.warning("broadcast_waits", error=str(error))
                busy = False
            pause = asyncio.ensure_future(stop.wait())
            await asyncio.wait([pause], timeout=PROGRESS_SECONDS if busy else IDLE_SECONDS)
            pause.cancel()

    async def step(self) -> bool:
        """Write what is still to be written and show how far it came. True while something is under way."""
        open_ones = await self.desk.db.read(broadcasts.open_broadcasts)
        for found in open_ones:
            while found.state is BroadcastState.SENDING and await self.desk.db.write(
                write_slice, found.id, self.desk.now()
            ):
                self.desk.wake()
            await self.desk.db.write(show_progress, found.id, self.desk.now())
            self.desk.wake()
        return bool(open_ones)


def write_slice(store: Store, number: int, now: datetime) -> bool:
    """The next chats of a broadcast; False when there are none left, or it was stopped."""
    found = broadcasts.broadcast(store, number)
    if found is None or found.state is not BroadcastState.SENDING:
        return False
    some = broadcasts.next_chats(store, found.cursor, SLICE)
    payload: dict[str, object] = {"text": body_of(found).markup, "parse_mode": "HTML"}
    for chat_id in some:
        call = Outgoing(f"{found.key}{chat_id}", chat_id, "sendMessage", payload, priority=Priority.BROADCAST)
        outbox.enqueue(store, call, now)
    if not some:
        broadcasts.set_state(store, number, BroadcastState.WRITTEN, before=BroadcastState.SENDING)
        return False
    broadcasts.save_step(store, number, cursor=some[-1])
    return True


def show_progress(store: Store, number: int, now: datetime) -> None:
    """Edit the progress when it says something new; at the end say so."""
    found = broadcasts.broadcast(store, number)
    if found is None or found.state not in {BroadcastState.SENDING, BroadcastState.WRITTEN}:
        return
    states = outbox.progress(store, found.key)
    total = sum(states.values())
    over = sum(states.get(state, 0) for state in OVER)
    sent = states.get(DeliveryState.SENT, 0)
    settings = chats.topics(store, found.chat_id)
    words = words_for(settings[0].language if settings else "en")
    ended = found.state is BroadcastState.WRITTEN and over == total
    if ended:
        broadcasts.set_state(store, number, BroadcastState.DONE, before=BroadcastState.WRITTEN)
    shown = words("broadcast.done", n=sent, failed=over - sent) if ended else progress_shown(words, sent, over, total)
    if shown.markup == found.shown:
        return
    payload: dict[str, object] = {"text": shown.markup, "parse_mode": "HTML", "edit_delivery": found.progress_key}
    stop = () if ended else ((Button(words.plain("broadcast.stop"), "caststop", found.id),),)
    payload["reply_markup"] = keyboard(stop)
    key = f"progress:{found.id}:{'done' if ended else over}"
    outbox.enqueue(store, Outgoing(key, found.chat_id, "editMessageText", payload, priority=Priority.REPLY), now)
    broadcasts.save_step(store, number, shown=shown.markup)


def body_of(found: Broadcast) -> Html:
    """The admin's words as every chat gets them: as written, without formatting; addresses and commands in them work."""
    return verbatim(found.words)


def progress_shown(words: Words, sent: int, over: int, total: int) -> Html:
    return words("broadcast.progress", sent=sent, failed=over - sent, n=total)
