"""The update inbox: an update of Telegram is stored before it is confirmed, and worked on once.

    getUpdates or webhook -> inbox row (committed) -> confirmed -> handler, in order per chat -> done | failed

The handler commits the update's effect, its replies and the done-mark in one transaction (`inbox.mark_done`), so that a
process that is killed at any moment answers each update exactly once.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import defaultdict, deque
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from digests.errors import BotRefused, DeliveryError, StoreError, TryLater, UserMistake
from digests.store import inbox
from digests.store.inbox import Received

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence
    from datetime import datetime

    from bot.db import Db

__all__ = ["ALLOWED_UPDATES", "Failure", "Inbox", "Limits", "Updates", "received"]

T = TypeVar("T")

ALLOWED_UPDATES = (
    "message",
    "edited_message",
    "channel_post",
    "edited_channel_post",
    "inline_query",
    "chosen_inline_result",
    "callback_query",
    "my_chat_member",
    "chat_member",
)
CONFLICTS, CONFLICTS_OF_THE_FIRST = 3, 5
"""Answers of 409 in a row until we believe that there is another poller: one may be our own last poll, not yet dead.
Whoever polled first is more patient, so that of two programs the one that was started second by mistake ends."""

FIRST_AFTER = 2.0
"""Seconds of polling after which a first answer of 409 says that the other one came later."""

FORGET_OFFSET = timedelta(hours=12)
"""After a week without updates Telegram starts again with any number, perhaps below the offset."""

PAUSES = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
CRASHES = 5


class Updates(Protocol):
    """Where updates are polled: `Connection.updates`."""

    async def __call__(self, offset: int | None, wait: float, kinds: Sequence[str]) -> list[dict[str, Any]]: ...


@dataclass(frozen=True, slots=True)
class Limits:
    chats: int = 32  # worked on at the same time
    tries: int = 3
    seconds: float = 60.0  # for one try
    poll: float = 30.0
    retry_delay: float = 0.5
    grace: float = 2.0  # for running handlers at the end


@dataclass(frozen=True, slots=True)
class Failure:
    """An update that could not be worked on, or a trouble of the inbox itself (`update` is None)."""

    update: Received | None
    reason: str


class Inbox:
    """Takes updates in and has each worked on once: in order per chat, chats in parallel.

    `handle(update)` works on one update; when it returns without having called `inbox.mark_done` the update is marked
    done afterwards. `on_failed` is called (in the loop, it must not block) when an update is given up.
    """

    def __init__(
        self,
        db: Db,
        handle: Callable[[dict[str, Any]], Awaitable[None]],
        *,
        now: Callable[[], datetime],
        limits: Limits | None = None,
        clock: Callable[[], float] = time.monotonic,
        on_failed: Callable[[Failure], None] = lambda _: None,
        pauses: Sequence[float] = PAUSES,
    ) -> None:
        self._db = db
        self._handle = handle
        self._now = now
        self._limits = limits or Limits()
        self._clock = clock
        self._on_failed = on_failed
        self._pauses = pauses  # seconds after the first, second, third ... trouble in a row
        self._known: set[int] = set()
        self._lines: dict[int, deque[Received]] = defaultdict(deque)
        self._busy: set[int] = set()
        self._ready: deque[int] = deque()
        self._signal = asyncio.Event()
        self._idle = asyncio.Event()
        self._last_poll = clock()

    def seconds_since_poll(self) -> float:
        """How long ago Telegram last answered a poll: what readiness is judged by."""
        return self._clock() - self._last_poll

    async def accept(self, update: Mapping[str, Any]) -> bool:
        """Store one update of the webhook; confirm it (200) only when this returns. Whether it was new.

        Raises UserMistake when it is no update, StoreError when it could not be stored: answer 503, it comes again.
        """
        arrived = received(update)
        if arrived is None:
            raise UserMistake("not an update of Telegram: update_id is missing")
        return await self._store([arrived]) > 0

    async def poll(self, updates: Updates, stop: asyncio.Event) -> None:
        """Fetch updates until `stop` is set. Raises BotRefused: the token is wrong, or another program polls with it."""
        offset: int | None = None
        conflicts = troubles = 0
        begun = heard = self._clock()
        patience = CONFLICTS
        while not stop.is_set():
            try:
                batch = await _unless(stop, updates(offset, self._limits.poll, ALLOWED_UPDATES))
                if batch is None:
                    return
                self._last_poll = self._clock()
                arrived = _all_received(batch)
                await self._store(arrived)
            except BotRefused as error:
                conflicts += 1
                if conflicts == 1:
                    patience = CONFLICTS_OF_THE_FIRST if self._clock() - begun > FIRST_AFTER else CONFLICTS
                if "another program" not in str(error) or conflicts >= patience:
                    raise
                await _pause(stop, self._pauses[conflicts - 1])
            except (DeliveryError, StoreError) as error:
                wait = error.delay.total_seconds() if isinstance(error, TryLater) else 0.0
                self._on_failed(Failure(None, str(error)))
                await _pause(stop, max(wait, self._pauses[min(troubles, len(self._pauses) - 1)]))
                troubles += 1
            else:
                conflicts = troubles = 0
                if arrived:
                    # Only now: the offset confirms them.
                    offset, heard = max(update.update_id for update in arrived) + 1, self._clock()
                elif self._clock() - heard > FORGET_OFFSET.total_seconds():
                    offset = None

    async def work(self, stop: asyncio.Event) -> None:
        """Work on stored updates until `stop` is set, then let the handlers that are running end."""
        tasks: set[asyncio.Task[None]] = set()
        watch = asyncio.create_task(self._watch(stop))
        try:
            await self._load(stop)
            while not stop.is_set():
                self._signal.clear()
                while self._ready and len(tasks) < self._limits.chats:
                    task = asyncio.create_task(self._work_on_chat(self._ready.popleft(), stop))
                    tasks.add(task)
                    task.add_done_callback(tasks.discard)
                    task.add_done_callback(lambda _: self._signal.set())
                if not tasks and not self._ready:
                    self._idle.set()
                await self._signal.wait()
            if tasks:
                await asyncio.wait(tasks, timeout=self._limits.grace)
        finally:
            watch.cancel()
            for task in tuple(tasks):
                task.cancel()

    async def drain(self, limit: float) -> bool:
        """Wait until every stored update is worked on, at most `limit` seconds; whether it came to that."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(limit):
                await self._idle.wait()
        return self._idle.is_set()

    # --- inside ------------------------------------------------------------------------------------------------------

    async def _store(self, updates: Sequence[Received]) -> int:
        if not updates:
            return 0
        new = await self._db.write(inbox.insert_all, updates, self._now())
        if new == len(updates):
            self._offer(updates)
        elif any(update.update_id not in self._known for update in updates):
            # Some were stored before. Were they offered as well? A reading that failed just after its commit offers none.
            await self._offer_waiting()
        return new

    async def _offer_waiting(self) -> None:
        self._offer(await self._db.read(inbox.waiting))

    async def _load(self, stop: asyncio.Event) -> None:
        """Take up what an earlier boot left."""
        while not stop.is_set():
            try:
                await self._offer_waiting()
            except StoreError as error:
                self._on_failed(Failure(None, str(error)))
                await _pause(stop, PAUSES[0])
            else:
                return

    def _offer(self, updates: Sequence[Received]) -> None:
        for update in updates:
            if update.update_id in self._known:
                continue
            self._known.add(update.update_id)
            line = self._lines[update.chat_id]
            line.append(update)
            if update.chat_id not in self._busy:
                self._busy.add(update.chat_id)
                self._ready.append(update.chat_id)
        self._idle.clear()
        self._signal.set()

    async def _work_on_chat(self, chat_id: int, stop: asyncio.Event) -> None:
        line = self._lines[chat_id]
        try:
            while line and not stop.is_set():
                update = line[0]
                await self._work_on(update, stop)
                line.popleft()
                self._known.discard(update.update_id)
        finally:
            self._busy.discard(chat_id)
            if not line:
                del self._lines[chat_id]

    async def _work_on(self, update: Received, stop: asyncio.Event) -> None:
        """Try until it is settled. Trouble of the database is not the update's fault: wait for it to end."""
        failures = 0  # of this boot: tries that were cut off by the end of the process are no failures
        while True:
            try:
                failure = await self._try(update, failures)
                if failure is None:
                    return
                failures += 1
                if failures >= self._limits.tries:
                    await self._give_up(update, _reason(failure, self._limits.seconds))
                    return
                await _pause(stop, self._limits.retry_delay)
            except StoreError as error:
                self._on_failed(Failure(None, str(error)))
                await _pause(stop, PAUSES[0])
            if stop.is_set():
                return

    async def _try(self, update: Received, failures: int) -> Exception | None:
        """Why it could not be worked on; None when the update is settled now."""
        tried = await self._db.write(inbox.begin, update.update_id)
        if tried is None:
            return None
        if tried - failures > CRASHES:
            await self._give_up(update, "the process ended each time it was tried")
            return None
        try:
            async with asyncio.timeout(self._limits.seconds):
                await self._handle(dict(update.body))
        except StoreError:
            await self._db.write(inbox.excuse, update.update_id)
            raise
        except Exception as error:  # noqa: BLE001 - the top of a task: whatever a handler raises
            return error
        await self._db.write(inbox.mark_done, update.update_id, self._now())
        return None

    async def _give_up(self, update: Received, reason: str) -> None:
        await self._db.write(inbox.mark_failed, update.update_id, reason, self._now())
        self._on_failed(Failure(update, reason))

    async def _watch(self, stop: asyncio.Event) -> None:
        await stop.wait()
        self._signal.set()


def received(update: Mapping[str, Any]) -> Received | None:
    """The update with the chat (else the person) it belongs to, None when it is no update."""
    update_id = update.get("update_id")
    if not isinstance(update_id, int) or not _is_id(update_id):
        return None
    for kind, content in update.items():
        if kind != "update_id" and isinstance(content, dict):
            return Received(update_id, _chat_of(content), update)
    return Received(update_id, 0, update)


def _all_received(batch: Sequence[Mapping[str, Any]]) -> list[Received]:
    """The updates of an answer. Raises DeliveryError when it holds none of them: asked again at once, it would come again."""
    arrived = [found for update in batch if (found := received(update)) is not None]
    if batch and not arrived:
        raise DeliveryError("what the server sent as updates are none")
    return arrived


def _chat_of(content: Mapping[str, Any]) -> int:
    message = content.get("message")
    places = (content.get("chat"), message.get("chat") if isinstance(message, dict) else None, content.get("from"))
    for place in places:
        if isinstance(place, dict) and _is_id(place.get("id")):
            return int(place["id"])
    return 0


def _is_id(value: object) -> bool:
    """Whether it is a number that a database can hold: what a broken server sends must not end the polling."""
    return isinstance(value, int) and not isinstance(value, bool) and -(2**63) <= value < 2**63


def _reason(error: Exception, seconds: float) -> str:
    if isinstance(error, TimeoutError):
        return f"not done within {seconds:g} s"
    return f"{type(error).__name__}: {error}"


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await stop.wait()


async def _unless(stop: asyncio.Event, work: Awaitable[T]) -> T | None:
    """The result of the work, None when `stop` was set first: a long poll need not be waited for."""
    task = asyncio.ensure_future(work)
    watch = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait((task, watch), return_when=asyncio.FIRST_COMPLETED)
        return await task if task.done() else None
    finally:
        watch.cancel()
        task.cancel()
