"""The sender: the only caller of Telegram's send methods. It empties the outbox at the pace that Telegram allows.

outbox rows -> Pacer (which next) -> claim (committed) -> Pace (when) -> call -> decide -> settle (committed)
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from itertools import chain, repeat
from typing import TYPE_CHECKING, TypeVar

from bot.delivery.backlog import Backlog
from bot.delivery.calls import call_of
from bot.delivery.decisions import Decision, Failed, Sent, Stop, decide, message_id
from bot.delivery.events import Event, EventKind, event_of
from bot.delivery.pace import Pace
from bot.delivery.pacer import Pacer
from bot.delivery.policy import Line, Policy, WhenInDoubt, possible_repeat
from bot.delivery.settling import Settled, settle
from digests.errors import Ambiguous, BotRefused, DeliveryError, StoreError, TryLater
from digests.store import outbox

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from bot.db import Db
    from bot.delivery.pacer import Item
    from digests.store import Store
    from digests.store.outbox import Claimed

__all__ = ["Sender"]

T = TypeVar("T")

LONGEST_CLAIM = 1.2  # seconds that a claimed delivery may wait for its token: the slowest pace is one a second
LEAD = 0.075  # seconds before its token from which on a delivery may be claimed
LEAD_AT_LAST = 0.025  # the same while calls are under way: time enough to commit the claim
HUNG = 3.0  # seconds after which a call without an answer leaves its place to another
MOST_HUNG = 8
PROBE_LIMIT = 10.0
STORE_PAUSES = (0.5, 1.0, 2.0, 5.0)


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
        self._backlog = Backlog(db, self._pacer, now, clock)
        self._tasks: dict[asyncio.Task[None], float] = {}  # calls under way, and when they began
        self._is_claiming = False  # the next delivery is being claimed, or waits for its token
        self._ahead: tuple[Item, Claimed] | None = None  # it was claimed beside the settling of another
        self._fault: BaseException | None = None
        self._halted = asyncio.Event()

    def wake(self) -> None:
        """There is something new in the outbox. Cheap; call it after each commit that enqueued."""
        self._backlog.has_news = True
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
            if self._ahead is not None:
                await self._give_back(self._ahead[0])
        if self._fault is not None:
            raise self._fault

    # --- one delivery after the other --------------------------------------------------------------------------------

    async def _step(self) -> None:
        await self._look()
        if self._ahead is not None:
            ahead, self._ahead = self._ahead, None
            await self._launch(*ahead)
            self._is_claiming = False
            return
        if self._is_claiming or self._is_full():
            await self._pause(HUNG)
            return
        # An answer that comes in time claims the next delivery in the transaction that settles its own.
        early = self._pace.delay(self._clock()) - (LEAD_AT_LAST if self._tasks else LEAD)
        if early > 0:
            await self._pause(early)
            return
        if self._pace.is_ill:
            await self._probe()
            return
        item = self._take()
        if item is None:
            await self._rest()
            return
        claimed = await self._claim(item)
        if claimed is not None:
            await self._launch(item, claimed)
        self._is_claiming = False

    def _take(self) -> Item | None:
        """The delivery to claim next, None when there is none or one is claimed already."""
        if self._is_claiming or self._halted.is_set() or self._pace.is_ill:
            return None
        item = self._pacer.take(self._clock())
        self._is_claiming = item is not None
        return item

    def _is_full(self) -> bool:
        """Whether enough calls are under way. One that hangs leaves its place to another after a while."""
        young = sum(1 for started in self._tasks.values() if self._clock() - started < HUNG)
        return young >= self._policy.in_flight or len(self._tasks) >= self._policy.in_flight + MOST_HUNG

    async def _rest(self) -> None:
        if not len(self._pacer) and not self._tasks and not self._backlog.has_news:
            self._idle.set()
        change, chore = self._pacer.next_change(), self._backlog.next_chore
        wait = (chore if change is None else min(change, chore)) - self._clock()
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
        if claimed is None:
            self._drop(item)
        return claimed

    def _drop(self, item: Item) -> None:
        """It was cancelled, superseded or moved to another chat meanwhile."""
        self._pacer.finish(item, self._clock())
        self._backlog.look_again_soon()

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
        self._tasks[task] = self._clock()
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
        self._tasks.pop(task, None)
        if not task.cancelled() and (error := task.exception()) is not None and self._fault is None:
            self._fault = error
            self._halt()
        self._signal.set()

    async def _deliver(self, item: Item, claimed: Claimed) -> None:
        started = self._clock()
        decision = await self._outcome(claimed)
        answered = self._clock()
        self._pace.ended(started, answered, item.cost)
        now = self._now()
        is_due = isinstance(decision, Sent) and self._pace.delay(answered) <= LEAD
        following = self._take() if is_due else None
        settled, ahead = await self._surely(lambda: self._db.write(self._settle, claimed, decision, now, following))
        self._arrange(item, settled, started, answered)
        age = max((now - claimed.created_at).total_seconds(), 0.0)
        self._on_event(event_of(claimed, decision, settled, age))
        if following is not None:
            await self._keep(following, ahead)
        if isinstance(decision, Stop):
            raise decision.error

    def _settle(
        self, db: Store, claimed: Claimed, decision: Decision, now: datetime, following: Item | None
    ) -> tuple[Settled, Claimed | None]:
        """Write down what became of a delivery, and claim the next one: a transaction and a wait for the disk less."""
        settled = settle(db, claimed, decision, now, self._policy.repeat_after)
        if following is None:
            return settled, None
        return settled, outbox.claim(db, following.id, following.chat_id, self._boot_id, now)

    async def _keep(self, item: Item, claimed: Claimed | None) -> None:
        """Keep what was claimed ahead for the next step."""
        if claimed is not None and not self._halted.is_set():
            self._ahead = item, claimed
            return
        if claimed is None:
            self._drop(item)
        else:
            await self._give_back(item)
        self._is_claiming = False

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
            try:
                await self._backlog.recover(self._boot_id, resend=resend)
            except StoreError as error:
                self._tell(EventKind.STORE, detail=str(error))
                await self._sleep(STORE_PAUSES[1])
            else:
                return

    async def _look(self) -> None:
        """Read of what waits, and take back what is overdue."""
        try:
            overdue = await self._backlog.chores()
            if self._backlog.has_news:
                await self._backlog.read()
        except StoreError as error:
            self._tell(EventKind.STORE, detail=str(error))
            await self._sleep(STORE_PAUSES[1])
        else:
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
        if not (self._backlog.has_news or self._ahead or self._halted.is_set()):
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
