"""Checks every feed when it is due. What is due stands in the database, so a restart neither forgets nor storms."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Generic, TypeVar

import structlog

from bot.sources.reading import Prepared
from digests.errors import StoreError
from digests.store import feeds

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.db import Db
    from bot.sources.check import Checker
    from digests.store.sources import FeedId, FeedRow

__all__ = ["Poller"]

log = structlog.get_logger()
PreparedT = TypeVar("PreparedT", bound=Prepared)

AT_ONCE = 128
# Feeds that failed the last time share a quarter of the places: however many are dead, the others do not wait for them.
TROUBLED_AT_ONCE = 32
PER_HOST = 2
BATCH = 500
ROUND = 1.0
SHORTEST_NAP = 0.05
LONGEST_NAP = 30.0  # a feed that is added or wanted now by another way than `wake` is seen within this time
STORE_REST = 20.0  # after a failed write nothing is asked for so long, then one feed alone tries
SET_BACK = timedelta(hours=1)


class Poller(Generic[PreparedT]):
    """One task; each check is a task of its group."""

    def __init__(
        self,
        db: Db,
        checker: Checker[PreparedT],
        now: Callable[[], datetime],
        *,
        observe: Callable[[str], None] | None = None,
        store_rest: float = STORE_REST,
    ) -> None:
        """`observe` is told the result of every check in a word; `store_rest` are seconds of rest after a failed write."""
        self._db = db
        self._checker = checker
        self._now = now
        self._observe = observe
        self._wake = asyncio.Event()
        self.running: dict[FeedId, FeedRow] = {}
        self._hosts: Counter[str] = Counter()
        self._tasks: dict[FeedId, asyncio.Task[None]] = {}
        self._queue: list[FeedRow] = []
        self._filled_at = 0.0
        self._store_rest = store_rest
        self._store_fails = False
        self._rest_until = 0.0
        self._troubled = 0
        self.last_round_at: datetime | None = None
        self.paused = False  # maintenance: nothing new is fetched

    def wake(self) -> None:
        """Look at once for what is due, after a feed was added or wanted now."""
        self._wake.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Check feeds until `stop` is set. Checks under way are then given up: they are repeated, not lost."""
        async with asyncio.TaskGroup() as group:
            stopper = group.create_task(self._wake_at(stop))
            while not stop.is_set():
                self._wake.clear()
                try:
                    nap = await self._start_due(group)
                except StoreError as error:
                    log.warning("poller_store", error=str(error))
                    nap = self._store_rest
                self.last_round_at = self._now()
                with suppress(TimeoutError):
                    async with asyncio.timeout(nap):
                        await self._wake.wait()
            for task in (stopper, *self._tasks.values()):
                task.cancel()

    async def _wake_at(self, stop: asyncio.Event) -> None:
        await stop.wait()
        self._wake.set()

    async def _start_due(self, group: asyncio.TaskGroup) -> float:
        """Start what is due and has a place; the seconds until there may be more to do."""
        if self.paused:
            return LONGEST_NAP
        loop = asyncio.get_running_loop()
        if (rest := self._rest_until - loop.time()) > 0:
            return rest
        self._start_queued(group)
        if len(self.running) < AT_ONCE and (not self._queue or loop.time() - self._filled_at >= ROUND):
            self._queue = await self._due()
            self._filled_at = loop.time()
            self._start_queued(group)
        if self.running or self._queue:
            return ROUND
        next_due = await self._db.read(feeds.next_due_at)
        until = (next_due - self._now()).total_seconds() if next_due else LONGEST_NAP
        return min(max(until, SHORTEST_NAP), LONGEST_NAP)

    async def _due(self) -> list[FeedRow]:
        # A check that ends while these rows are read still stands in them as due: it was not forgotten, it was done.
        under_way = set(self.running)
        busy = [host for host, number in self._hosts.items() if number >= PER_HOST]
        good = await self._db.read(feeds.due_feeds, self._now(), BATCH, failing=False, busy_hosts=busy)
        troubled = await self._db.read(feeds.due_feeds, self._now(), BATCH, failing=True, busy_hosts=busy)
        return [feed for feed in (*good, *troubled) if feed.id not in under_way]

    def _start_queued(self, group: asyncio.TaskGroup) -> None:
        waiting = []
        for feed in self._queue:
            if feed.id in self.running:
                continue
            lane_full = feed.failures > 0 and self._troubled >= TROUBLED_AT_ONCE
            if (
                len(self.running) >= (1 if self._store_fails else AT_ONCE)
                or self._hosts[feed.host] >= PER_HOST
                or lane_full
            ):
                waiting.append(feed)
                continue
            self.running[feed.id] = feed
            self._hosts[feed.host] += 1
            self._troubled += feed.failures > 0
            self._tasks[feed.id] = group.create_task(self._check(feed))
        self._queue = waiting

    async def _check(self, feed: FeedRow) -> None:
        result = "error"
        try:
            result = await self._checker.check(feed)
            self._store_fails = False
        except StoreError as error:
            # The feed is still due. Outlets are not asked again and again for what cannot be written down.
            log.warning("feed_not_stored", feed=feed.url, error=str(error))
            self._store_fails = True
            self._rest_until = asyncio.get_running_loop().time() + self._store_rest
        except Exception:
            # The top of this task: a fault of ours with one feed must not end the others.
            log.exception("feed_check_failed", feed=feed.url)
            await self._set_back(feed)
        finally:
            self._leave(feed)
            if self._observe:
                self._observe(result)

    async def _set_back(self, feed: FeedRow) -> None:
        try:
            now = self._now()
            await self._db.write(feeds.record_failure, feed.id, "internal error; see the log", now + SET_BACK, now)
        except StoreError as error:
            log.warning("feed_not_stored", feed=feed.url, error=str(error))

    def _leave(self, feed: FeedRow) -> None:
        self.running.pop(feed.id, None)
        self._tasks.pop(feed.id, None)
        self._troubled -= feed.failures > 0
        self._hosts[feed.host] -= 1
        if not self._hosts[feed.host]:
            del self._hosts[feed.host]
        self._wake.set()
