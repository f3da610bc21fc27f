"""Composes digests when chats are due, and writes each of them into the outbox in one transaction.

Digest, told-marks and deliveries are committed together: a crash leaves either all of them or none.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from bot.telegram.menus import keyboard
from bot.telegram.render import render
from bot.telegram.wording import words_for
from digests import schedule
from digests.compose import Limits, compose, is_small
from digests.errors import StoreError
from digests.model import Destination, Outgoing, Priority, Status
from digests.store import articles as article_store
from digests.store import chats as chat_store
from digests.store import digests as digest_store
from digests.store import outbox, sources
from digests.store import subscriptions as subscription_store
from digests.store.chats import CadenceKind, MuteKind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from bot.db import Db
    from bot.telegram.render import Part
    from digests.model import Digest, Entry, StoryId
    from digests.store import Store
    from digests.store.chats import ChatSettings
    from digests.store.digests import Due

__all__ = ["Desk", "Digester"]

LONGEST_NAP, SHORTEST_NAP = 30.0, 0.2  # seconds
URGENT_DEADLINE = timedelta(hours=2)
COVERED = timedelta(hours=24)  # a source that was read in this time counts as read
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Occasion:
    """Why a digest is composed: its slot, which subscriptions it covers, and how pressing it is."""

    slot: str
    subscriptions: tuple[int, ...] | None = None  # None: all
    priority: Priority = Priority.DIGEST
    urgent: bool = False
    instant: bool = False


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
        return file_digest(store, settings, occasion, now, here=here)

    def digest(self, store: Store, where: Destination, digest_id: int) -> Digest | None:
        return digest_store.digest(store, where, digest_id)

    def latest(self, store: Store, where: Destination) -> tuple[int, Digest] | None:
        return digest_store.last_digest(store, where)

    def next_at(self, store: Store, where: Destination, now: datetime) -> datetime | None:
        settings = chat_store.chat(store, where)
        return None if settings is None else next_time(settings, now)


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
        until = await self._db.read(digest_store.next_due_at)
        seconds = (until - self._now()).total_seconds() if until else LONGEST_NAP
        return min(max(seconds, SHORTEST_NAP), LONGEST_NAP)

    async def _sweep_or_log(self) -> None:
        try:
            await self.sweep()
        except StoreError as error:
            log.warning("digests_not_stored", error=str(error))

    async def sweep(self) -> int:
        """Serve everybody who is due now; the number of messages written into the outbox."""
        now = self._now()
        await self._db.write(schedule_all, now)
        written = 0
        while found := await self._db.read(digest_store.due, now):
            for one in found:
                written += await self._db.write(serve, one, now)
            self._wake_sender()
        return written


def schedule_all(db: Store, now: datetime) -> None:
    """Give a next time to every timetable that has none, and wake chats whose messages could not be delivered."""
    for where in digest_store.unscheduled(db):
        settings = chat_store.chat(db, where)
        if settings is None:
            continue
        if settings.next_digest_at is None and settings.cadence.kind is not CadenceKind.INSTANT:
            digest_store.schedule_chat(db, where, next_at=next_time(settings, now))
        for found in subscription_store.subscriptions_of(db, where):
            if found.cadence is not None and found.cadence.kind is not CadenceKind.INSTANT:
                slot = schedule.next_slot(found.cadence, settings.quiet, settings.zone, now)
                digest_store.schedule_subscription(db, found.id, slot.at if slot else None)
    digest_store.wake_late(db, now)


def serve(db: Store, due: Due, now: datetime) -> int:
    """Compose what is due for one destination, and say when it is due next; the number of messages written."""
    settings = chat_store.chat(db, due.destination)
    if settings is None:
        return 0
    written = 0
    if due.urgent:
        written += len(file_digest(db, settings, _urgent(settings, now), now))
        digest_store.schedule_chat(db, due.destination, next_at=settings.next_digest_at, urgent_done=True)
    held = schedule.held_until(settings.quiet, settings.zone, now)
    if due.subscriptions:
        written += _serve_own_rhythms(db, settings, due.subscriptions, now, held)
    if due.chat:
        written += _serve_chat(db, settings, now, held)
    return written


def next_time(settings: ChatSettings, now: datetime) -> datetime | None:
    """When the chat's next digest is due by its timetable; None for instant chats."""
    slot = schedule.next_slot(settings.cadence, settings.quiet, settings.zone, now)
    return slot.at if slot else None


def file_digest(
    db: Store, settings: ChatSettings, occasion: Occasion, now: datetime, *, here: Destination | None = None
) -> tuple[Outgoing, ...]:
    """Compose for a chat, write digest, told-marks and messages; what was written (nothing when nothing is new)."""
    where = settings.destination
    if occasion.priority is Priority.DIGEST:
        outbox.fold_backlog(db, where.chat_id, where.thread_id or 0, now)
    found = digest_store.candidates(db, where, now=now, subscriptions=occasion.subscriptions)
    if not found:
        return ()
    ids = {evidence.article_id for candidate in found for evidence in candidate.evidence}
    digest = compose(
        found,
        queries=[followed.typed for followed in subscription_store.subscriptions_of(db, where)],
        articles=article_store.articles_by_id(db, ids),
        at=now,
        limits=_limits(db, settings, occasion, now),
        coverage=sources.coverage(db, now - COVERED),
        next_at=next_time(settings, now),
        zone=settings.zone,
        names=sources.source_names(db),
    )
    filing = Filing(settings, occasion, here or where, now)
    silent = _editable(db, filing, digest) if occasion.instant else {}
    written = [
        filing.message(db, f"{occasion.slot}:{entry.story.id}", replace(digest, entries=(entry,)), edit=key)
        for entry, key in silent.items()
    ]
    rest = tuple(entry for entry in digest.entries if entry not in silent)
    written.append(filing.message(db, occasion.slot, replace(digest, entries=rest)))
    return tuple(message for messages in written for message in messages)


@dataclass(frozen=True, slots=True)
class Filing:
    """Writes composed digests of one chat down: the digest, what it tells, and its messages."""

    settings: ChatSettings
    occasion: Occasion
    to: Destination
    now: datetime

    def message(self, db: Store, slot: str, digest: Digest, *, edit: str | None = None) -> tuple[Outgoing, ...]:
        """The messages of a digest, written; none when it is empty or this slot was served already.

        `edit` is the delivery whose message is to be changed in place, without a sound.
        """
        where = self.settings.destination
        digest_id = None if digest.is_empty else digest_store.save_digest(db, where, slot, digest)
        if digest_id is None:
            return ()
        parts = render(digest, words_for(self.settings.language), digest_id=digest_id)
        messages = tuple(self._outgoing(db, digest_id, number, part, edit) for number, part in enumerate(parts))
        told = [(story, revision, number) for number, part in enumerate(parts) for story, revision in part.stories]
        digest_store.mark_told(db, where, digest_id, told, self.now)
        for message in messages:
            outbox.enqueue(db, message, self.now)
        return messages

    def _outgoing(self, db: Store, digest_id: int, number: int, part: Part, edit: str | None) -> Outgoing:
        settings, is_here = self.settings, self.to == self.settings.destination
        payload: dict[str, object] = {
            "text": part.html.markup,
            "parse_mode": "HTML",
            "link_preview_options": {"is_disabled": True},
            "reply_markup": keyboard(part.buttons, None if is_here else settings.destination),
        }
        earlier = _earlier_delivery(db, settings, part.stories[0][0]) if len(part.stories) == 1 and is_here else None
        if edit is not None:
            payload["edit_delivery"] = edit
        elif earlier is not None:
            payload["reply_to_delivery"] = earlier
        return Outgoing(
            key=f"digest:{digest_id}:{number}",
            chat_id=self.to.chat_id,
            method="sendMessage" if edit is None else "editMessageText",
            payload=payload,
            thread_id=self.to.thread_id,
            priority=self.occasion.priority,
            digest_id=digest_id,
            part=number,
            deadline=self._deadline(),
        )

    def _deadline(self) -> datetime | None:
        """When the message is better told anew with the next digest."""
        return self.now + URGENT_DEADLINE if self.occasion.urgent else next_time(self.settings, self.now)


def _editable(db: Store, filing: Filing, digest: Digest) -> dict[Entry, str]:
    """Small updates of stories whose last message tells nothing else: that message is changed instead of sending one more."""
    found: dict[Entry, str] = {}
    where = filing.settings.destination
    for entry in digest.entries:
        told = digest_store.told(db, where, entry.story.id) if entry.status is Status.UPDATED else None
        if told is None or not is_small(entry.changes, told.at, filing.now):
            continue
        if digest_store.stories_of_message(db, told.digest_id, told.part) == 1:
            found[entry] = f"digest:{told.digest_id}:{told.part}"
    return found


def _earlier_delivery(db: Store, settings: ChatSettings, story: StoryId) -> str | None:
    """The message that told an updated story before: the update is an answer to it."""
    told = digest_store.told(db, settings.destination, story)
    return None if told is None else f"digest:{told.digest_id}:{told.part}"


def _serve_chat(db: Store, settings: ChatSettings, now: datetime, held: datetime | None) -> int:
    where = settings.destination
    if settings.cadence.kind is CadenceKind.INSTANT:
        if held is not None:
            digest_store.schedule_chat(db, where, next_at=held)
            return 0
        occasion = Occasion(f"instant:{now.isoformat()}", _default_rhythm(db, where), instant=True)
        written = file_digest(db, settings, occasion, now)
        digest_store.schedule_chat(db, where, next_at=None, told_at=now if written else None)
        return len(written)
    slot = schedule.last_slot(settings.cadence, settings.quiet, settings.zone, now)
    written = ()
    if slot is not None and settings.next_digest_at is not None and slot.at >= settings.next_digest_at:
        written = file_digest(db, settings, Occasion(slot.label, _default_rhythm(db, where)), now)
    digest_store.schedule_chat(db, where, next_at=next_time(settings, now), told_at=now if slot else None)
    return len(written)


def _default_rhythm(db: Store, where: Destination) -> tuple[int, ...]:
    """The subscriptions that come with the chat's own digests."""
    return tuple(found.id for found in subscription_store.subscriptions_of(db, where) if found.cadence is None)


def _serve_own_rhythms(
    db: Store, settings: ChatSettings, ids: tuple[int, ...], now: datetime, held: datetime | None
) -> int:
    """One digest for all subscriptions with a rhythm of their own that are due together."""
    written: tuple[Outgoing, ...] = ()
    if held is None:
        slot = f"own:{now.isoformat()}"
        written = file_digest(db, settings, Occasion(slot, ids, instant=True), now)
    for found in subscription_store.subscriptions_of(db, settings.destination):
        if found.id in ids and found.cadence is not None:
            next_slot = schedule.next_slot(found.cadence, settings.quiet, settings.zone, now)
            digest_store.schedule_subscription(db, found.id, held or (next_slot.at if next_slot else None))
    return len(written)


def _urgent(settings: ChatSettings, now: datetime) -> Occasion:
    return Occasion(f"urgent:{now.isoformat()}", priority=Priority.URGENT, urgent=settings.urgent is not None)


def _limits(db: Store, settings: ChatSettings, occasion: Occasion, now: datetime) -> Limits:
    where = settings.destination
    least = settings.min_severity
    if occasion.urgent and settings.urgent is not None and settings.urgent.rank > least.rank:
        least = settings.urgent
    return Limits(
        min_severity=least,
        muted_stories=chat_store.mutes_of(db, where, MuteKind.STORY, now),
        muted_sources=chat_store.mutes_of(db, where, MuteKind.SOURCE, now),
        muted_keywords=chat_store.mutes_of(db, where, MuteKind.KEYWORD, now),
    )
