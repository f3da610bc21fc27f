"""The composition root: every part of the service is built here, and parts meet nowhere else.

Order of a stop: nothing new comes in (poller, polling, web), what was asked is answered, what is in flight is sent,
the line is closed, the database is closed.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import TYPE_CHECKING, TypeAlias, TypeVar

import structlog

from bot.db import Db
from bot.delivery.connection import Connection
from bot.delivery.pace import Pace
from bot.delivery.sender import Policy, Sender, WhenInDoubt
from bot.digester import Desk, Digester
from bot.intake import LiveIntake
from bot.operations import Steward, housekeeping
from bot.outside import Internet, Lists
from bot.release import own_version
from bot.sources.check import Checker, Rules
from bot.sources.fetch import Fetcher, FetchOptions, Kind, user_agent
from bot.sources.guard import Guard
from bot.sources.poller import Poller
from bot.sources.reading import raw_of_page
from bot.sources.workers import Workers
from bot.telegram.application import build
from bot.telegram.inbox import Inbox
from bot.telegram.services import Services
from bot.toolbox import LiveMatching, Toolbox, follow_stored
from digests.errors import ConfigError, DeliveryError, DigestError, Problem, TryLater, UserMistake
from digests.model import Outgoing, Priority
from digests.publishers import Catalogue
from digests.store import outbox, sources
from digests.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence

    from telegram import User

    from config.settings import Settings
    from digests.intake import Prepared, Tools
    from digests.matching import Lexicon
    from digests.model import RawArticle, Source
    from digests.store import Store

__all__ = ["App", "Tell", "read_page", "run"]

log = structlog.get_logger(__name__)
T = TypeVar("T")
LARGEST_DOCUMENT = 20_000_000  # bytes: what the Bot API lets a bot download
IDENTIFY_PAUSES = (1.0, 2.0, 5.0, 15.0, 30.0)


Tell: TypeAlias = "Callable[[Store, str, bool, datetime], None]"
"""Writes a complaint (or that it is over) to the admins into the outbox, inside the transaction that found it."""


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
        app = await App.build(settings, stack, own_sources=own_sources)
        await app.run(stop)


async def read_page(settings: Settings, url: str, now: datetime) -> RawArticle:
    """One page through the guarded client, for the command line."""
    async with Fetcher(Guard(settings.fetch_allow), _fetch_options(settings), lambda: now) as fetcher:
        return raw_of_page(await fetcher.get(url, kind=Kind.PAGE), now)


@dataclass
class Learned:
    """What changes while the bot runs: the lexicon with the names that admins added, and the catalogue."""

    box: Toolbox
    matching: LiveMatching
    catalogue: Catalogue
    now: Callable[[], datetime]

    def lexicon(self) -> Lexicon:
        return self.box.lexicon

    def tools(self) -> Tools:
        return self.box.tools(self.matching, self.catalogue)

    def relearn(self, store: Store) -> None:
        """After names of entities changed in the database."""
        self.box.learn_names(store)
        self.matching.relearn(self.box.lexicon)


@dataclass
class App:
    """The running parts."""

    settings: Settings
    db: Db
    line: Connection
    learned: Learned
    fetcher: Fetcher
    workers: Workers
    intake: LiveIntake
    poller: Poller[Prepared]
    digester: Digester
    sender: Sender
    tell: Tell
    now: Callable[[], datetime] = utc_now
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    heard: Callable[[], float] = lambda: 0.0  # seconds since Telegram last answered a poll

    @classmethod
    async def build(
        cls,
        settings: Settings,
        stack: contextlib.AsyncExitStack,
        *,
        own_sources: Sequence[Source] | None = None,
        now: Callable[[], datetime] = utc_now,
    ) -> App:
        """Open the database and the ways out, load what people follow. What was opened is closed by the stack."""
        db = await Db(settings.db).open()
        stack.push_async_callback(db.close)
        box = Toolbox(settings)
        catalogue = Catalogue(own_sources) if own_sources is not None else box.catalogue
        await db.write(lambda store: sources.sync_sources(store, catalogue.sources, now()))
        await db.read(box.learn_names)
        matching = box.matching()
        await db.read(follow_stored, matching)
        learned = Learned(box, matching, catalogue, now)
        line = await stack.enter_async_context(Connection(_token(settings), str(settings.telegram_api)))
        fetcher = await stack.enter_async_context(Fetcher(Guard(settings.fetch_allow), _fetch_options(settings), now))
        workers = await stack.enter_async_context(Workers())
        policy = Policy(when_in_doubt=WhenInDoubt(settings.resend.value), in_flight=settings.in_flight)
        pace = Pace(settings.send_rate)
        sender = Sender(db, line, now=now, boot_id=secrets.token_hex(8), pace=pace, policy=policy)
        digester = Digester(db, now=now, wake_sender=sender.wake)
        intake = LiveIntake(db, workers, learned.tools, now=now, stored=digester.wake)
        tell = _teller(settings.admin_chat)
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
        poller = Poller(db, checker, now)
        return cls(settings, db, line, learned, fetcher, workers, intake, poller, digester, sender, tell, now)

    async def run(self, stop: asyncio.Event) -> None:
        """Everything at once, until `stop` is set or something cannot go on."""
        closing = asyncio.Event()
        try:
            async with asyncio.TaskGroup() as group:
                sending = group.create_task(self.sender.run(closing), name="sender")
                incoming = [
                    group.create_task(self.poller.run(stop), name="poller"),
                    group.create_task(self.digester.run(stop), name="digester"),
                    group.create_task(self._converse(stop), name="conversation"),
                    group.create_task(
                        housekeeping(self.db, self.settings, self.now, stop, self.tell), name="housekeeping"
                    ),
                ]
                await asyncio.gather(*incoming)
                closing.set()
                await sending
        except ExceptionGroup as group_error:
            raise _first(group_error) from group_error

    async def _converse(self, stop: asyncio.Event) -> None:
        """Telegram's side: who we are, what people say, what is answered."""
        me = await _unless(stop, self._identify())
        if me is None:
            return
        talk = build(self._services(me), self.line.bot)
        await talk.start()
        inbox = Inbox(self.db, talk.handle, now=self.now)
        self.heard = inbox.seconds_since_poll
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(inbox.poll(self.line.updates, stop), name="updates")
                group.create_task(inbox.work(stop), name="answers")
        finally:
            await talk.stop()

    async def _identify(self) -> User:
        """The bot's own name, as soon as Telegram can be reached. Raises BotRefused for a wrong token."""
        attempt = 0
        while True:
            try:
                await self.line.call("getMe", {})
                return await self.line.bot.get_me()
            except DeliveryError as error:
                if not isinstance(error, TryLater):
                    raise
                log.warning("telegram_unreachable", error=str(error))
                await asyncio.sleep(IDENTIFY_PAUSES[min(attempt, len(IDENTIFY_PAUSES) - 1)])
                attempt += 1

    def _services(self, me: User) -> Services:
        settings = self.settings
        return Services(
            db=self.db,
            bot_id=me.id,
            username=me.username or "",
            admins=tuple(settings.admins),
            admin_chat=settings.admin_chat,
            access=settings.access,
            default_zone=str(settings.default_zone),
            now=self.now,
            wake=self.sender.wake,
            wake_digester=self.digester.wake,
            lexicon=self.learned.lexicon,
            relearn=self._relearn,
            matcher=self.learned.matching,
            digests=Desk(),
            outside=Internet(self.db, self.fetcher, self.workers, self.intake, self.poller, self.now),
            opml=Lists(),
            operations=Steward(self.db, self.settings, self.now, self._heard, self._reload, self._pause),
            download=self._download,
            version=own_version(),
            sources_changed=self.poller.wake,
        )

    def _heard(self) -> float:
        return self.heard()

    async def _download(self, file_id: str) -> bytes:
        """A file that somebody sent to the bot. Raises UserMistake when it is too large."""
        file = await self.line.bot.get_file(file_id)
        if file.file_size is not None and file.file_size > LARGEST_DOCUMENT:
            raise UserMistake(f"the file is too large (at most {LARGEST_DOCUMENT // 1_000_000} MB)")
        return bytes(await file.download_as_bytearray())

    def _reload(self) -> str:
        """Read the operator's sources and lexicon again."""
        fresh = Toolbox(self.settings)
        box = self.learned.box
        before = len(box.lexicon.entities), len(self.learned.catalogue.sources)
        catalogue, lexicon = fresh.catalogue, fresh.lexicon
        with SqliteStore.open(self.settings.db, read_only=True) as store:
            fresh.learn_names(store)
        self.learned.box, self.learned.catalogue = fresh, catalogue
        self.learned.matching.relearn(fresh.lexicon)
        return (
            f"{len(lexicon.entities)} entities (before {before[0]}), "
            f"{len(catalogue.sources)} sources (before {before[1]}); new feeds are polled after a restart"
        )

    def _pause(self, on: bool) -> None:
        self.digester.paused = on
        if not on:
            self.digester.wake()

    def _relearn(self) -> None:
        """Names changed: read them again in the background; articles meanwhile are read with the names before."""
        task = asyncio.get_running_loop().create_task(self.db.read(self.learned.relearn))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)


def _token(settings: Settings) -> str:
    return settings.telegram_token.get_secret_value() if settings.telegram_token else ""


def _fetch_options(settings: Settings) -> FetchOptions:
    return FetchOptions(user_agent(own_version(), settings.contact))


def _teller(admin_chat: int | None) -> Tell:
    """To the admin chat, when there is one."""

    def tell(store: Store, sentence: str, over: bool, now: datetime) -> None:
        if admin_chat is None:
            return
        mark = "✅" if over else "⚠️"
        key = f"trouble:{now.isoformat()}:{sentence[:80]}"
        payload: dict[str, object] = {"text": f"{mark} {sentence}", "link_preview_options": {"is_disabled": True}}
        outbox.enqueue(store, Outgoing(key, admin_chat, "sendMessage", payload, priority=Priority.URGENT), now)

    return tell


async def _unless(stop: asyncio.Event, work: Coroutine[object, object, T]) -> T | None:
    """The result of the work, or None when `stop` comes first."""
    task, stopped = asyncio.ensure_future(work), asyncio.ensure_future(stop.wait())
    done, _ = await asyncio.wait({task, stopped}, return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if task in done:
        return task.result()
    task.cancel()
    return None


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """The error of ours inside a group, or else its first."""
    flat = list(_flat(group))
    return next((error for error in flat if isinstance(error, DigestError)), flat[0])


def _flat(group: BaseExceptionGroup[BaseException]) -> Sequence[BaseException]:
    found: list[BaseException] = []
    for error in group.exceptions:
        found.extend(_flat(error) if isinstance(error, BaseExceptionGroup) else [error])
    return found
