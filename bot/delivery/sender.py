"""The sender: the only caller of Telegram's send methods. It empties the outbox at the pace that Telegram allows.

outbox rows -> Pacer (which next) -> claim (committed) -> Pace (when) -> call -> decide -> settle (committed)
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from itertools import chain, repeat
from typing import TYPE_CHECKING, Protocol, TypeVar

from bot.delivery.calls import call_of
from bot.delivery.decisions import Decision, Failed, Sent, Stop, decide, message_id
from bot.delivery.events import Event, EventKind, event_of
from bot.delivery.pace import Pace
from bot.delivery.pacer import Item, Pacer
from bot.delivery.settling import Settled, settle
from digests.errors import Ambiguous, BotRefused, DeliveryError, StoreError, TryLater
from digests.store import outbox

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from datetime import datetime

    from bot.db import Db
    from digests.store.outbox import Claimed, Waiting

__all__ = ["Line", "Policy", "Sender", "WhenInDoubt", "possible_repeat"]

T = TypeVar("T")

LONGEST_CLAIM = 1.2  # seconds that a claimed delivery may wait for its token: the slowest pace is one a second
LEAD = 0.075  # seconds before its token at which a delivery is claimed: time enough to commit the claim
CHORES = 5.0
RELOAD = 60.0
SOON = 1.0
PROBE_LIMIT = 10.0
STORE_PAUSES = (0.5, 1.0, 2.0, 5.0)


class Line(Protocol):
    """Whatever makes calls of the Bot API: `Connection`."""

    async def call(self, method: str, parameters: Mapping[str, object]) -> object:
        """The result as JSON. Raises a DeliveryError."""
        ...


class WhenInDoubt(StrEnum):
    """What to do with a message of which nobody knows whether Telegram accepted it."""

    RESEND = "resend"  # once more, saying that it may be a repeat
    HOLD = "hold"  # never; it is listed


@dataclass(frozen=True, slots=True)
class Policy:
    when_in_doubt: WhenInDoubt = WhenInDoubt.RESEND
    in_flight: int = 4  # enough for 28 a second up to 140 ms round trip
    repeat_after: timedelta = timedelta(seconds=30)
    call_limit: float = 120.0  # seconds for one call, however slowly the answer drips
    grace: float = 6.0  # seconds that calls in flight are given at the end


def possible_repeat(_language: str) -> str:
    """The words at the head of a message that may have arrived before."""
    return "↻ This may be a repeat."


class Sender:
    """Sends what is in the outbox until it is told to stop.

    `repeat_mark(language)` gives the words at the head of a possible repeat; keep them below 64 characters.
    `on_event` is called in the loop and must not block.
    """

    def __init__(
        self,
        db: Db,
        line: Line,
        *,
        now: Callable[[], datetime],
        boot_id: str,
        pacer: Pacer | None = None,
        pace: Pace | None = None,
        policy: Policy | None = None,
        clock: Callable[[], float] = time.monotonic,
        repeat_mark: Callable[[str], str] = possible_repeat,
        on_event: Callable[[Event], None] = lambda _: None,
    ) -> None:
        self._db = db
        self._line = line
        self._now = now
        self._boot_id = boot_id
        self._pacer = Pacer() if pacer is None else pacer  # an empty one is false
        self._pace = pace or Pace()
        self._policy = policy or Policy()
        self._clock = clock
        self._repeat_mark = repeat_mark
        self._on_event = on_event
        self._signal = asyncio.Event()
        self._idle = asyncio.Event()
        self._news = True
        self._newest = 0
        self._reload_at = self._chores_at = float("-inf")
        self._tasks: set[asyncio.Task[None]] = set()
        self._fault: BaseException | None = None
        self._halted = asyncio.Event()

    def wake(self) -> None:
        """There is something new in the outbox. Cheap; call it after each commit that enqueued."""
        self._news = True
        self._idle.clear()
        self._signal.set()

    async def drain(self, limit: float) -> bool:
        """Wait until nothing waits any more, at most `limit` seconds; whether it came to that."""
        self.wake()
        await _wait(self._idle, limit)
        return self._idle.is_set()

    async def run(self, stop: asyncio.Event) -> None:
        """Send until `stop` is set, then let the calls in flight end (at most `grace` seconds).

        Raises BotRefused when Telegram refuses the bot itself.
        """
        watch = asyncio.create_task(self._watch(stop))
        try:
            await self._recover()
            while not self._halted.is_set():
                await self._step()
        finally:
            watch.cancel()
            await self._finish()
        if self._fault is not None:
            raise self._fault

    # --- one delivery after the other --------------------------------------------------------------------------------

    async def _step(self) -> None:
        await self._chores()
        if self._news:
            self._news = False
            await self._load()
        if len(self._tasks) >= self._policy.in_flight:
            await self._pause(CHORES)
            return
        early = self._pace.delay(self._clock()) - LEAD
        if early > 0:
            await self._pause(early)
            return
        if self._pace.is_ill:
            await self._probe()
            return
        item = self._pacer.take(self._clock())
        if item is None:
            await self._rest()
            return
        claimed = await self._claim(item)
        if claimed is not None:
            await self._launch(item, claimed)

    async def _rest(self) -> None:
        if not len(self._pacer) and not self._tasks and not self._news:
            self._idle.set()
        change = self._pacer.next_change()
        wait = min(self._reload_at if change is None else min(change, self._reload_at), self._chores_at) - self._clock()
        await self._pause(max(wait, 0.001))

    async def _probe(self) -> None:
        """Ask something harmless before the next message is risked."""
        try:
            async with asyncio.timeout(PROBE_LIMIT):
                await self._line.call("getMe", {})
        except BotRefused as error:
            self._fault = error
            self._halt()
        except (DeliveryError, TimeoutError):
            self._pace.in_doubt(self._clock())
        else:
            self._pace.seems_well()

    async def _claim(self, item: Item) -> Claimed | None:
        try:
            claimed = await self._db.write(outbox.claim, item.id, item.chat_id, self._boot_id, self._now())
        except StoreError as error:
            self._tell(EventKind.STORE, detail=str(error))
            self._pacer.again(item, self._clock(), self._clock())
            await self._sleep(STORE_PAUSES[1])
            return None
        if claimed is None:  # cancelled, superseded, or moved to another chat meanwhile: look again soon
            self._pacer.finish(item, self._clock())
            self._reload_at = min(self._reload_at, self._clock() + SOON)
        return claimed

    async def _launch(self, item: Item, claimed: Claimed) -> None:
        """Wait for the token, then make the call in a task of its own. Without a token soon the claim is given back."""
        while (delay := self._pace.delay(self._clock(), item.cost)) > 0 and not self._halted.is_set():
            if delay > LONGEST_CLAIM:
                break
            await self._sleep(delay)
        if self._halted.is_set() or delay > 0 or self._pace.is_ill:
            await self._give_back(item)
            return
        self._pace.spend(self._clock(), item.cost)
        task = asyncio.create_task(self._deliver(item, claimed), name=f"delivery-{item.id}")
        self._tasks.add(task)
        task.add_done_callback(self._done)

    async def _give_back(self, item: Item) -> None:
        while True:
            try:
                await self._db.write(outbox.unclaim, item.id)
            except StoreError as error:
                self._tell(EventKind.STORE, detail=str(error))
                if self._halted.is_set():
                    return  # it stays in doubt: the next boot takes it over
                await self._sleep(STORE_PAUSES[1])
            else:
                self._pacer.again(item, self._clock(), self._clock())
                return

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None and self._fault is None:
            self._fault = error
            self._halt()
        self._signal.set()

    async def _deliver(self, item: Item, claimed: Claimed) -> None:
        started = self._clock()
        decision = await self._outcome(claimed)
        answered = self._clock()
        self._pace.ended(started, answered, item.cost)
        now, repeat_after = self._now(), self._policy.repeat_after
        settled = await self._surely(lambda: self._db.write(settle, claimed, decision, now, repeat_after))
        self._arrange(item, settled, started, answered)
        age = max((now - claimed.created_at).total_seconds(), 0.0)
        self._on_event(event_of(claimed, decision, settled, age))
        if isinstance(decision, Stop):
            raise decision.error

    async def _outcome(self, claimed: Claimed) -> Decision:
        try:
            return await self._make_call(claimed)
        except Exception as error:  # noqa: BLE001 - a row that trips us up must not stop all others, boot after boot
            return Failed(f"cannot be made into a call: {type(error).__name__}: {error}")

    async def _make_call(self, claimed: Claimed) -> Decision:
        mark = self._repeat_mark(claimed.language) if claimed.repeats else ""
        method, parameters = call_of(claimed, mark)
        error: DeliveryError
        try:
            async with asyncio.timeout(self._policy.call_limit):
                result = await self._line.call(method, parameters)
        except TimeoutError:
            error = Ambiguous(f"no answer within {self._policy.call_limit:g} s")
        except DeliveryError as caught:
            error = caught
        else:
            self._pace.answered()
            return Sent(message_id(result))
        self._note(claimed, error)
        return decide(claimed, error, resend=self._policy.when_in_doubt is WhenInDoubt.RESEND)

    def _note(self, claimed: Claimed, error: DeliveryError) -> None:
        """Tell the pace what the answer says of the line as a whole."""
        clock = self._clock()
        match error:
            case TryLater(flood=True):
                self._pace.answered()
                if self._pace.flood(clock, claimed.chat_id, error.delay.total_seconds()):
                    self._tell(EventKind.SLOWED, detail=f"{self._pace.current(clock):g} a second")
            case TryLater():
                self._pace.no_connection(clock)
            case Ambiguous():
                self._pace.in_doubt(clock)
            case _:
                self._pace.answered()

    def _arrange(self, item: Item, settled: Settled, started: float, answered: float) -> None:
        """Tell the pacer what was written into the database."""
        if settled.again is not None and settled.keeps_order:
            self._pacer.again(item, answered, answered + settled.again.total_seconds(), started=started)
        elif settled.again is not None:
            self._pacer.later(item, answered, answered + settled.again.total_seconds(), started=started)
        else:
            self._pacer.finish(item, answered, started=started)
        if settled.moved_to is not None:
            self._pacer.move(item.chat_id, settled.moved_to, answered)
        if settled.news:
            self.wake()

    # --- what waits --------------------------------------------------------------------------------------------------

    async def _recover(self) -> None:
        """Take over what an earlier boot left, as soon as the database lets us."""
        resend = self._policy.when_in_doubt is WhenInDoubt.RESEND
        while not self._halted.is_set():
            now = self._now()
            try:
                await self._db.write(outbox.recover, self._boot_id, now, resend=resend)
                closed = await self._db.read(outbox.closed_chats, now)
            except StoreError as error:
                self._tell(EventKind.STORE, detail=str(error))
                await self._sleep(STORE_PAUSES[1])
            else:
                for chat_id, delay in closed.items():
                    self._pacer.close(chat_id, self._clock() + delay.total_seconds(), self._clock())
                return

    async def _load(self) -> None:
        """Read what was enqueued since the last time."""
        try:
            while True:
                rows = await self._db.read(outbox.waiting, self._now(), after=self._newest)
                if not rows:
                    return
                self._offer(rows)
                self._newest = rows[-1].id
        except StoreError as error:
            self._tell(EventKind.STORE, detail=str(error))
            self._news = True
            await self._sleep(STORE_PAUSES[1])

    def _offer(self, rows: list[Waiting]) -> None:
        clock = self._clock()
        for row in rows:
            item = Item(row.id, row.chat_id, row.priority, row.cost, clock - row.age.total_seconds())
            self._pacer.offer(item, clock, clock + row.delay.total_seconds())

    async def _chores(self) -> None:
        """Take back what is overdue; look again at everything, for what others put back into the outbox."""
        clock = self._clock()
        if clock >= self._reload_at:
            self._reload_at = clock + RELOAD
            self._newest = 0
            self._news = True
        if clock >= self._chores_at:
            self._chores_at = clock + CHORES
            try:
                overdue = await self._db.write(outbox.supersede_overdue, self._now())
            except StoreError as error:
                self._tell(EventKind.STORE, detail=str(error))
                return
            for _ in range(overdue):
                self._tell(EventKind.SUPERSEDED, detail="deadline passed")

    # --- waiting, stopping, telling ----------------------------------------------------------------------------------

    def _halt(self) -> None:
        self._halted.set()
        self._signal.set()

    async def _watch(self, stop: asyncio.Event) -> None:
        await stop.wait()
        self._halt()

    async def _pause(self, seconds: float) -> None:
        """Wait until something happens, at most so long."""
        self._signal.clear()
        if not (self._news or self._halted.is_set()):
            await _wait(self._signal, seconds)

    async def _sleep(self, seconds: float) -> None:
        """Wait so long, or until the sender has to stop."""
        await _wait(self._halted, seconds)

    async def _finish(self) -> None:
        """Let the calls in flight end. What does not end in time stays `sending`: the next boot takes it over."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=self._policy.grace)
        for task in tuple(self._tasks):
            task.cancel()
        if self._tasks:
            await asyncio.wait(tuple(self._tasks), timeout=1)

    async def _surely(self, work: Callable[[], Awaitable[T]]) -> T:
        """Do the work as soon as the database lets us: what Telegram accepted must not be forgotten."""
        for pause in chain(STORE_PAUSES, repeat(STORE_PAUSES[-1])):
            try:
                return await work()
            except StoreError as error:
                self._tell(EventKind.STORE, detail=str(error))
                await asyncio.sleep(pause)
        raise AssertionError  # the loop has no end

    def _tell(self, kind: EventKind, *, detail: str) -> None:
        self._on_event(Event(kind, detail=detail))


async def _wait(event: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
