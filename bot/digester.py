"""Composes digests when chats are due, and writes each of them into the outbox in one transaction.

Digest, told-marks and deliveries are committed together: a crash leaves either all of them or none.
"""

from __future__ import annotations

import asyncio
import contextlib
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from bot.filing import Occasion, Scene, file_digest, file_sign_of_life, next_time, scene_at
from digests import schedule
from digests.errors import StoreError
from digests.model import Priority
from digests.store import chats as chat_store
from digests.store import digests as digest_store
from digests.store import dues
from digests.store import subscriptions as subscription_store
from digests.store.chats import CadenceKind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from bot.db import Db
    from digests.model import Destination, Outgoing
    from digests.store import Store
    from digests.store.chats import ChatSettings
    from digests.store.dues import Due

__all__ = ["Desk", "Digester"]

LONGEST_NAP, SHORTEST_NAP = 30.0, 0.2  # seconds
AFTER_FAILURE = timedelta(minutes=10)
SILENT_WEEK = timedelta(days=7)
ALMOST = timedelta(hours=2)  # a weekly slot moves by an hour with the clocks, and a digest takes its time
log = structlog.get_logger(__name__)


class Desk:
    """Composes and files digests inside a transaction of the caller."""

    def compose_now(
        self, store: Store, where: Destination, here: Destination, now: datetime, update_id: int
    ) -> Sequence[Outgoing]:
        """What is new for `where`, told and marked as told, sent to `here` (a private chat may ask for its channel)."""
        settings = chat_store.chat(store, where)
        if settings is None:
            return ()
        occasion = Occasion(f"asked:{update_id}", priority=Priority.REPLY)
        return file_digest(store, settings, occasion, now, scene_at(store, now), here=here)


class Digester:
    """The loop that looks for chats that are due. `wake()` makes it look at once."""

    def __init__(self, db: Db, *, now: Callable[[], datetime], wake_sender: Callable[[], None]) -> None:
        self._db = db
        self._now = now
        self._wake_sender = wake_sender
        self._wakeup = asyncio.Event()
        self.paused = False

    def wake(self) -> None:
        self._wakeup.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Serve whoever is due, until `stop` is set."""
        watch = asyncio.create_task(self._wake_at(stop))
        try:
            while not stop.is_set():
                self._wakeup.clear()
                if not self.paused:
                    await self._sweep_or_log()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(await self._nap()):
                        await self._wakeup.wait()
        finally:
            watch.cancel()

    async def _wake_at(self, stop: asyncio.Event) -> None:
        await stop.wait()
        self._wakeup.set()

    async def _nap(self) -> float:
        """Seconds until the next digest is due, at most half a minute."""
        if self.paused:
            return LONGEST_NAP
        try:
            until = await self._db.read(dues.next_due_at)
        except StoreError as error:
            log.warning("digests_not_read", error=str(error))
            return LONGEST_NAP
        seconds = (until - self._now()).total_seconds() if until else LONGEST_NAP
        return min(max(seconds, SHORTEST_NAP), LONGEST_NAP)

    async def _sweep_or_log(self) -> None:
        try:
            await self.sweep()
        except StoreError as error:
            log.warning("digests_not_stored", error=str(error))

    async def sweep(self) -> int:
        """Serve everybody who is due now; the number of messages written into the outbox."""
        now, written = self._now(), 0
        await self._db.write(schedule_all, now)
        found = await self._db.read(dues.due, now)
        scene = await self._db.read(scene_at, now) if found else None
        while scene is not None and found:
            for where in found:
                written += await self._serve_or_postpone(where, now, scene)
            self._wake_sender()
            found = await self._db.read(dues.due, now)
        return written

    async def _serve_or_postpone(self, where: Destination, now: datetime, scene: Scene) -> int:
        """One chat whose digest cannot be composed must not keep all others from theirs."""
        try:
            return await self._db.write(serve, where, now, scene)
        except StoreError:
            raise
        except Exception:
            log.exception("digest_failed", chat=where.chat_id, thread=where.thread_id)
            await self._db.write(dues.postpone, where, now + AFTER_FAILURE)
            return 0


def schedule_all(db: Store, now: datetime) -> None:
    """End pauses that are over, give a next time to whatever has none, wake chats that were given stories back."""
    dues.end_pauses(db, now)
    for where in dues.unscheduled_chats(db):
        settings = chat_store.chat(db, where)
        if settings is not None:
            dues.schedule_chat(db, where, _next_look(db, settings, now))
    for subscription_id, where in dues.unscheduled_subscriptions(db):
        settings, found = chat_store.chat(db, where), subscription_store.subscription(db, where, subscription_id)
        if settings is not None and found is not None and found.cadence is not None:
            slot = schedule.next_slot(found.cadence, settings.quiet, settings.zone, now)
            dues.schedule_subscription(db, subscription_id, slot.at if slot else None)
    dues.wake_late(db, now)


def serve(db: Store, where: Destination, now: datetime, scene: Scene) -> int:
    """Compose what is due for one destination, and say when it is due next; the number of messages written."""
    settings, due = chat_store.chat(db, where), dues.due_of(db, where, now)
    if settings is None or due is None:
        return 0
    held = schedule.held_until(settings.quiet, settings.zone, now)
    occasion = _occasion(db, settings, due, now, held)
    written = file_digest(db, settings, occasion, now, scene)
    if not written and due.chat and held is None and settings.heartbeat and _is_silent(db, settings, now):
        written = file_sign_of_life(db, settings, now, scene)
    _reschedule(db, settings, due, now, held)
    return len(written)


def _occasion(db: Store, settings: ChatSettings, due: Due, now: datetime, held: datetime | None) -> Occasion:
    """What the digest covers. Quiet hours hold everything but what is urgent; a slot that was served stays served."""
    covered, slot = set[int](), None
    if held is None:
        covered |= due.subscriptions
        found = schedule.last_slot(settings.cadence, settings.quiet, settings.zone, now) if due.chat else None
        slot = found.label if found else None
        if due.chat and (slot is None or not digest_store.has_digest(db, settings.destination, slot)):
            followed = subscription_store.subscriptions_of(db, settings.destination)
            covered |= {each.id for each in followed if each.cadence is None}
        else:
            slot = None
    return Occasion(slot, frozenset(covered), urgent=settings.urgent if due.urgent else None)


def _reschedule(db: Store, settings: ChatSettings, due: Due, now: datetime, held: datetime | None) -> None:
    where = settings.destination
    if due.urgent:
        dues.urgent_done(db, where)
    if due.chat:
        next_at = held or _next_look(db, settings, now)
        dues.schedule_chat(db, where, next_at, looked_at=now if held is None else None)
    for found in subscription_store.subscriptions_of(db, where) if due.subscriptions else ():
        if found.id in due.subscriptions:
            slot = schedule.next_slot(found.cadence, settings.quiet, settings.zone, now) if found.cadence else None
            dues.schedule_subscription(db, found.id, held or (slot.at if slot else None))


def _next_look(db: Store, settings: ChatSettings, now: datetime) -> datetime | None:
    """The next slot; for an instant chat the end of a silent week, if it wants a sign of life then."""
    if settings.cadence.kind is not CadenceKind.INSTANT or not settings.heartbeat:
        return next_time(settings, now)
    heard = dues.silent_since(db, settings.destination) or now
    return max(heard, now - SILENT_WEEK + timedelta(minutes=1)) + SILENT_WEEK


def _is_silent(db: Store, settings: ChatSettings, now: datetime) -> bool:
    heard = dues.silent_since(db, settings.destination)
    return heard is not None and now - heard >= SILENT_WEEK - ALMOST
