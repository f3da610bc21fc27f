"""One check of one feed: ask, read, take in what is new, write down when to come again."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import blake2b
from typing import TYPE_CHECKING, Concatenate, Generic, ParamSpec, Protocol, TypeVar

import structlog

from bot.sources import schedule
from bot.sources.fetch import Kind, Validators
from bot.sources.reading import Intake, Prepared, Reader, read_all
from bot.sources.triage import fresh_since, triage
from digests.cleaning.urls import canonical_url
from digests.errors import FetchError, SourceError, StoreError
from digests.feeds import MAX_ITEMS, PAGE_MARK, Feed, is_page, read_feed, read_page
from digests.store import feed_items, feeds, ledger
from digests.store.feed_items import ItemState, SeenItem

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from random import Random

    from bot.db import Db
    from bot.sources.fetch import Fetched, Fetcher
    from bot.sources.reading import Reading
    from bot.sources.room import Room
    from bot.sources.triage import Triage, Work
    from bot.sources.workers import Workers
    from digests.model import ArticleId
    from digests.store import Store
    from digests.store.sources import FeedRow

__all__ = ["Checker", "Rules"]

log = structlog.get_logger()
PreparedT = TypeVar("PreparedT", bound=Prepared)
P = ParamSpec("P")
T = TypeVar("T")

# Items in one transaction. Articles cost some milliseconds each, and whoever writes to the bot waits behind them.
SLICE = 10
TOLD_AFTER = 3  # failures in a row: with the back-off that is about an hour, and most troubles are over by then
NETWORK_SHARE = 0.8
NETWORK_AT_LEAST = 5
NETWORK = "sources:network"


@dataclass(frozen=True, slots=True)
class Rules:
    """What the operator set: the least time between two checks of a feed."""

    floor: timedelta = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Got:
    """A feed as it was fetched and read; `digest` is of its bytes."""

    answer: Fetched
    read: Feed
    digest: str | None


class Finish(Protocol[PreparedT]):
    """What the transaction of the last slice does at its end."""

    def __call__(self, store: Store, readings: Sequence[Reading[PreparedT]], /) -> None: ...


class Checker(Generic[PreparedT]):
    """Checks feeds."""

    def __init__(
        self,
        db: Db,
        fetcher: Fetcher,
        workers: Workers,
        intake: Intake[PreparedT],
        rules: Rules,
        *,
        now: Callable[[], datetime],
        random: Random,
        tell: Callable[[Store, str, bool, datetime], None],
    ) -> None:
        """`tell(store, sentence, over, now)` writes a message to the admins into the outbox, inside the transaction."""
        self._db = db
        self._fetcher = fetcher
        self._workers = workers
        self._intake = intake
        self._reader = Reader(fetcher, intake, now)
        self._rules = rules
        self._now = now
        self._random = random
        self._tell = tell
        # However many feeds are checked, one transaction of theirs waits for the database at a time: a person's command
        # stands behind that one and not behind a hundred.
        self._turn = asyncio.Lock()

    async def check(self, feed: FeedRow) -> str:
        """Check one feed and store the outcome. The result in a word: new, unchanged, postponed or failed."""
        try:
            async with self._fetcher.room() as room:
                got = await self._got(feed, room)
        except SourceError as error:
            return await self._failed(feed, error)
        if isinstance(got, Got):
            return await self._take(feed, got)
        await self._write(self._unchanged, feed, got)
        return "unchanged"

    async def _got(self, feed: FeedRow, room: Room) -> Got | Fetched:
        """The feed, fetched and read; the answer alone when nothing changed. Its body is held no longer than needed."""
        kind = Kind.PAGE if is_page(feed.url) else Kind.FEED
        known = Validators(feed.etag, feed.last_modified)
        answer = await self._fetcher.get(feed.url, kind=kind, validators=known, room=room)
        body, answer = answer.body, replace(answer, body=b"")
        digest = blake2b(body, digest_size=16).hexdigest() if body else None
        if answer.not_modified or (digest is not None and digest == feed.body_hash):
            return answer
        if is_page(feed.url):
            read = await self._workers.run(read_page, body, answer.url, answer.charset)
        else:
            read = await self._workers.run(read_feed, body, answer.url, answer.charset, self._now())
        return Got(answer, read, digest)

    async def _take(self, feed: FeedRow, got: Got) -> str:
        """Take in a reading slice by slice. The last slice carries the validators: a crash before it repeats the rest."""
        found = await self._db.read(self._triage, feed, got.read, self._now())
        slices = [found.work[start : start + SLICE] for start in range(0, len(found.work), SLICE)] or [()]
        again = False

        def finish(store: Store, readings: Sequence[Reading[PreparedT]]) -> None:
            full = again or any(reading.state is ItemState.RETRY for reading in readings)
            self._finished(store, feed, got, found, full=full)

        for works in slices:
            readings = await read_all(self._reader, feed, list(works))
            readings = await self._stored(feed, readings, finish if works is slices[-1] else None)
            again = again or any(reading.state is ItemState.RETRY for reading in readings)
        return "new" if found.work else "unchanged"

    async def take_archive(self, feed: FeedRow, read: Feed) -> int:
        """Take in what a feed wrote long ago: found by searches, told to nobody. How many articles were stored."""
        found = await self._db.read(self._triage, feed, read, self._now())
        works = [replace(work, archive=True) for work in found.work if not work.edited]
        stored = 0
        for start in range(0, len(works), SLICE):
            readings = await self._stored(feed, await read_all(self._reader, feed, works[start : start + SLICE]), None)
            stored += sum(reading.prepared is not None for reading in readings)
        return stored

    def _triage(self, db: Store, feed: FeedRow, read: Feed, now: datetime) -> Triage:
        urls = [url for item in read.items if (url := canonical_url(item.url))]
        known = feed_items.known_items(
            db, feed.id, [item.key for item in read.items], urls, [item.fingerprint for item in read.items]
        )
        return triage(read.items, known, fresh_since(now, feed.good_at), first=feed.good_at is None)

    async def _stored(
        self, feed: FeedRow, readings: list[Reading[PreparedT]], finish: Finish[PreparedT] | None
    ) -> list[Reading[PreparedT]]:
        """Store a slice in one transaction; if that fails, item by item, so that one bad article costs only itself."""
        try:
            await self._take_in(lambda store: self._commit(store, feed, readings, finish))
        except StoreError:
            raise  # the disk or the database: nothing is wrong with the articles
        except Exception:
            log.exception("slice_failed", feed=feed.url)
        else:
            return readings
        readings = [await self._stored_alone(feed, reading) for reading in readings]
        if finish:
            await self._write(finish, readings)
        return readings

    async def _stored_alone(self, feed: FeedRow, reading: Reading[PreparedT]) -> Reading[PreparedT]:
        try:
            await self._take_in(lambda store: self._commit(store, feed, [reading], None))
        except StoreError:
            raise
        except Exception:
            log.exception("item_failed", feed=feed.url, article=reading.work.item.url)
            state = ItemState.FAILED if reading.work.last_try else ItemState.RETRY
            reading = replace(reading, state=state, prepared=None)
            await self._take_in(lambda store: self._commit(store, feed, [reading], None))
        return reading

    async def _take_in(self, function: Callable[[Store], None]) -> None:
        async with self._turn:
            await self._intake.write(function)

    async def _write(self, function: Callable[Concatenate[Store, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        async with self._turn:
            return await self._db.write(function, *args, **kwargs)

    def _commit(
        self, db: Store, feed: FeedRow, readings: Sequence[Reading[PreparedT]], finish: Finish[PreparedT] | None
    ) -> None:
        seen = []
        for reading in readings:
            article = None
            if reading.prepared is not None:
                article = self._intake.commit(db, reading.prepared, archive=reading.is_archive)
            seen.append(_seen(reading.work, reading.state, article))
        feed_items.remember_items(db, feed.id, seen, self._now())
        if finish:
            finish(db, readings)

    def _finished(self, db: Store, feed: FeedRow, got: Got, found: Triage, *, full: bool) -> None:
        """The reading is stored to its end. `full`: some items are to be tried again, so the next answer must be full."""
        read, good = got.read, not full
        now = self._now()
        feed_items.remember_items(db, feed.id, found.twins, now)
        feed_items.still_listed(db, feed.id, found.unchanged, now)
        dates = [item.published for item in read.items if item.published]
        newest = max(dates, default=None) or (now if any(not work.edited for work in found.work) else None)
        if read.cut:
            self._trouble(
                db, f"feed:{feed.id}:cut", f"{_name(feed)} has more than {MAX_ITEMS} items; the rest is not read"
            )
        self._good(
            db,
            feed,
            got.answer,
            read.ttl,
            feeds.ReadFeed(
                etag=got.answer.validators.etag if good else None,
                last_modified=got.answer.validators.last_modified if good else None,
                body_hash=got.digest if good else None,
                gap=schedule.usual_gap(dates),
                newest_item_at=newest,
            ),
        )

    def _unchanged(self, db: Store, feed: FeedRow, answer: Fetched) -> None:
        """Nothing new; a 304 may still bring other validators (RFC 9110, 15.4.5)."""
        gap = timedelta(seconds=feed.gap_seconds) if feed.gap_seconds is not None else None
        etag, modified = answer.validators.etag or feed.etag, answer.validators.last_modified or feed.last_modified
        self._good(db, feed, answer, None, feeds.ReadFeed(etag, modified, feed.body_hash, gap, None))

    def _good(self, db: Store, feed: FeedRow, answer: Fetched, ttl: timedelta | None, read: feeds.ReadFeed) -> None:
        now = self._now()
        interval = schedule.next_interval(read.gap, (ttl, answer.fresh_for), self._rules.floor)
        if ttl is None and answer.not_modified:
            interval = max(
                interval, timedelta(seconds=min(feed.interval_seconds, 86_400)) if feed.good_at else interval
            )
        if feed.fixed_seconds is not None:
            interval = timedelta(seconds=feed.fixed_seconds)
        moved = answer.moved_to
        if moved and is_page(feed.url):
            moved += PAGE_MARK
        moved = None if moved == feed.url else moved
        check = feeds.GoodCheck(now, now + schedule.jittered(interval, self._random), interval, moved, read)
        feeds.record_good(db, feed.id, check)
        if moved and moved == feed.moved_to:
            feeds.move_feed(db, feed.id, moved, now)
        self._over(db, f"feed:{feed.id}:failing", f"{_name(feed)} can be read again")
        if self._over(db, NETWORK, "The sources can be reached again"):
            feeds.retry_unreached(db, now)
        newest = read.newest_item_at or feed.newest_item_at
        if schedule.is_silent(newest, read.gap, now) and now - feed.added_at > schedule.SILENT_AT_LEAST:
            self._trouble(
                db, f"feed:{feed.id}:silent", f"{_name(feed)} has written nothing since {newest:%d %b %H:%M} UTC"
            )
        else:
            self._over(db, f"feed:{feed.id}:silent", f"{_name(feed)} writes again")

    async def _failed(self, feed: FeedRow, error: SourceError) -> str:
        wait = error.retry_after if isinstance(error, FetchError) else None
        postponed = wait is not None and isinstance(error, FetchError) and error.status is None
        await self._write(self._record_failure, feed, str(error), wait, postponed=postponed)
        log.info("feed_failed", feed=feed.url, error=str(error), failures=feed.failures + 1)
        return "postponed" if postponed else "failed"

    def _record_failure(self, db: Store, feed: FeedRow, error: str, wait: timedelta | None, *, postponed: bool) -> None:
        now = self._now()
        if wait is not None:
            feeds.postpone_host(db, feed.host, now + wait)
        if postponed:
            return  # the host asked for silence before and nothing was asked now: no failure of this feed
        interval = timedelta(seconds=feed.fixed_seconds or min(feed.interval_seconds, 3600))
        delay = max(schedule.back_off(feed.failures, max(interval, self._rules.floor)), wait or timedelta(0))
        failures = feeds.record_failure(db, feed.id, error, now + schedule.jittered(delay, self._random), now)
        if failures < TOLD_AFTER:
            return
        failing, total = feeds.failing_share(db)
        if total >= NETWORK_AT_LEAST and failing >= total * NETWORK_SHARE:
            self._trouble(db, NETWORK, f"{failing} of {total} feeds cannot be reached: check this machine's network")
        else:
            self._trouble(db, f"feed:{feed.id}:failing", f"{_name(feed)} cannot be read: {error}")

    def _trouble(self, db: Store, key: str, sentence: str) -> None:
        now = self._now()
        if ledger.open_trouble(db, key, sentence, now):
            self._tell(db, sentence, False, now)
            ledger.trouble_told(db, key, now)

    def _over(self, db: Store, key: str, sentence: str) -> bool:
        """Whether there was such a trouble until now."""
        now = self._now()
        if ledger.close_trouble(db, key, now) is None:
            return False
        self._tell(db, sentence, True, now)
        return True


def _seen(work: Work, state: ItemState, article: ArticleId | None) -> SeenItem:
    item = work.item
    return SeenItem(item.key, work.url, item.fingerprint, state, article, work.edited, work.retried)


def _name(feed: FeedRow) -> str:
    return f"{feed.source_name} ({feed.url})"
