"""The composition root: every part of the service is built here, and parts meet nowhere else.

Order of a stop: nothing new comes in (poller, polling, web), what was asked is answered, what is in flight is sent,
the line is closed, the database is closed.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from datetime import UTC, datetime
from random import Random
from typing import TYPE_CHECKING

import structlog

from bot.complaints import SENTENCES as COMPLAINTS
from bot.complaints import delivery_trouble, teller, watch_deliveries
from bot.db import Db
from bot.delivery.connection import Connection
from bot.delivery.pace import Pace
from bot.delivery.policy import Policy, WhenInDoubt
from bot.delivery.sender import Sender
from bot.digester import Digester
from bot.dropped import watch_drop_folder
from bot.frontdesk import FrontDesk
from bot.intake import LiveIntake
from bot.learning import learn
from bot.memory import give_back
from bot.metrics import Metrics
from bot.operations import housekeeping
from bot.outside import Internet
from bot.parts import Parts
from bot.release import own_version
from bot.serving import counted, serve
from bot.sources.backfill import backfill, history
from bot.sources.check import Checker, Rules
from bot.sources.fetch import Fetcher, FetchOptions, Kind, user_agent
from bot.sources.guard import Guard
from bot.sources.poller import Poller
from bot.sources.reading import raw_of_page
from bot.sources.workers import Workers
from bot.telegram.wording import words_for
from bot.waiting import unless
from digests.errors import ConfigError, DigestError, Problem, UserMistake
from digests.store import sources

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence

    from bot.delivery.events import Event
    from config.settings import Settings
    from digests.intake import Outcome
    from digests.model import RawArticle, Source

__all__ = ["backfill_source", "build", "read_page", "run", "work"]

log = structlog.get_logger(__name__)

LEAVE = 3.0
"""Seconds that everything but the sender is given at the end: the sender needs the rest of the ten that we promise."""


def utc_now() -> datetime:
    return datetime.now(UTC)


async def run(settings: Settings, stop: asyncio.Event, *, own_sources: Sequence[Source] | None = None) -> None:
    """The bot until `stop` is set. Raises a DigestError that says in one line why it cannot go on."""
    if settings.telegram_token is None:
        raise ConfigError([
            Problem(
                "KHABARDAR_TELEGRAM_TOKEN",
                "no bot token; get one from @BotFather and set it, or try the bot without one: khabardar rehearse",
            )
        ])  # fmt: skip
    async with contextlib.AsyncExitStack() as stack:
        parts = await build(settings, stack, own_sources=own_sources)
        give_back()
        await work(parts, stop)


async def read_page(settings: Settings, url: str, now: datetime) -> RawArticle:
    """One page through the guarded client, for the command line."""
    async with Fetcher(Guard(settings.fetch_allow), _fetch_options(settings), lambda: now) as fetcher:
        return raw_of_page(await fetcher.get(url, kind=Kind.PAGE), now)


async def backfill_source(
    settings: Settings,
    name: str,
    pages: int,
    progress: Callable[[int, int], None],
    *,
    now: Callable[[], datetime] = utc_now,
) -> int:
    """Read the history of a source's feeds (by its id, or one feed's address); how many articles it brought.

    Raises UserMistake when there is no such source, SourceError when its first page cannot be read.
    """
    async with contextlib.AsyncExitStack() as stack:
        db = await Db(settings.db).open()
        stack.push_async_callback(db.close)
        learned = await learn(db, settings, now)
        fetcher = await stack.enter_async_context(Fetcher(Guard(settings.fetch_allow), _fetch_options(settings), now))
        workers = await stack.enter_async_context(Workers())
        intake = LiveIntake(db, workers, learned.tools, now=now, min_free=settings.min_free)
        rules, random = Rules(floor=settings.poll_floor), Random()  # noqa: S311 - spreads checks, guards nothing
        tell = teller(None)
        checker = Checker(db, fetcher, workers, intake, rules, now=now, random=random, tell=tell)
        rows = await db.read(sources.source_rows)
        found = [feed for row in rows for feed in row.feeds if name in (row.source.id, feed.url)]
        if not found:
            raise UserMistake(
                f"{name}: no source with this id and no feed with this address; see khabardar opml export"
            )
        stored = 0
        for feed in found:
            stored += await backfill(
                feed, checker, history(feed.url, fetcher, workers, now(), pages=pages), progress=progress
            )
        return stored


async def build(
    settings: Settings,
    stack: contextlib.AsyncExitStack,
    *,
    own_sources: Sequence[Source] | None = None,
    now: Callable[[], datetime] = utc_now,
) -> Parts:
    """Open the database and the ways out, load what people follow. What was opened is closed by the stack."""
    metrics = Metrics()
    db = await Db(settings.db, observe=metrics.db_commit_seconds.observe).open()
    stack.push_async_callback(db.close)
    learned = await learn(db, settings, now, own_sources)
    line = await stack.enter_async_context(Connection(_token(settings), str(settings.telegram_api)))
    fetcher = await stack.enter_async_context(
        Fetcher(Guard(settings.fetch_allow), _fetch_options(settings), now, observe=metrics.observe_fetch)
    )
    workers = await stack.enter_async_context(Workers(observe=metrics.observe_parse))
    tell = teller(settings.admin_chat)
    complaining: set[asyncio.Task[None]] = set()

    def on_event(event: Event) -> None:
        counted(metrics, event)
        if event.kind in COMPLAINTS:
            task = asyncio.get_running_loop().create_task(db.write(delivery_trouble, event, tell, now()))
            complaining.add(task)
            task.add_done_callback(complaining.discard)

    sender = Sender(
        db,
        line,
        now=now,
        boot_id=secrets.token_hex(8),
        pace=Pace(settings.send_rate),
        policy=Policy(when_in_doubt=WhenInDoubt(settings.resend.value), in_flight=settings.in_flight),
        repeat_mark=lambda language: words_for(language).plain("told.repeat"),
        on_event=on_event,
    )
    digester = Digester(db, now=now, wake_sender=sender.wake)

    def stored(outcome: Outcome) -> None:
        metrics.articles.labels(outcome.source or "unknown").inc()
        metrics.matches.inc(len(outcome.hits))

    intake = LiveIntake(
        db, workers, learned.tools, now=now, committed=digester.wake, stored=stored, min_free=settings.min_free
    )
    checker = Checker(
        db,
        fetcher,
        workers,
        intake,
        Rules(floor=settings.poll_floor),
        now=now,
        random=Random(),  # noqa: S311 - spreads checks over time, guards nothing
        tell=tell,
    )
    poller = Poller(db, checker, now, observe=metrics.observe_check)
    internet = Internet(db, fetcher, workers, intake, poller, now)
    return Parts(settings, now, db, metrics, line, learned, intake, poller, digester, sender, internet, tell)


async def work(parts: Parts, stop: asyncio.Event) -> None:
    """Everything at once, until `stop` is set or something cannot go on."""
    closing = asyncio.Event()
    front = FrontDesk(parts)
    jobs: dict[str, Coroutine[object, object, None]] = {
        "poller": parts.poller.run(stop),
        "digester": parts.digester.run(stop),
        "conversation": front.run(stop),
        "web": serve(parts, front, stop),
        "drop folder": watch_drop_folder(parts.settings.drop_folder, parts.intake, parts.now, stop),
        "complaints": watch_deliveries(parts.db, parts.tell, parts.now, stop),
        "housekeeping": housekeeping(parts.db, parts.settings, parts.now, stop, parts.tell),
    }
    try:
        async with asyncio.TaskGroup() as group:
            sending = group.create_task(parts.sender.run(closing), name="sender")
            await _until_over([group.create_task(one, name=name) for name, one in jobs.items()], stop)
            closing.set()  # nothing new comes in any more: what is in flight is sent
            await sending
    except ExceptionGroup as group_error:
        raise _first(group_error) from group_error


async def _until_over(jobs: Sequence[asyncio.Task[None]], stop: asyncio.Event) -> None:
    """Wait for the jobs. Once `stop` is set each has a few seconds to end by itself; then whatever it waits for is cut."""
    await unless(stop, asyncio.wait(jobs))
    _, late = await asyncio.wait(jobs, timeout=LEAVE)
    for job in late:
        log.warning("job_cut_short", job=job.get_name())
        job.cancel()
    if late:
        await asyncio.wait(late)


def _token(settings: Settings) -> str:
    return settings.telegram_token.get_secret_value() if settings.telegram_token else ""


def _fetch_options(settings: Settings) -> FetchOptions:
    return FetchOptions(
        user_agent(own_version(), settings.contact),
        timeout=settings.fetch_timeout,
        limit=settings.max_body,
        per_host=settings.per_host,
    )


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """The error of ours inside a group, or else its first."""
    flat = list(_flat(group))
    return next((error for error in flat if isinstance(error, DigestError)), flat[0])


def _flat(group: BaseExceptionGroup[BaseException]) -> Sequence[BaseException]:
    found: list[BaseException] = []
    for error in group.exceptions:
        found.extend(_flat(error) if isinstance(error, BaseExceptionGroup) else [error])
    return found
