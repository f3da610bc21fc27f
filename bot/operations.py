"""What an admin asks of the running installation: figures, vital signs, a backup, reading the files again, maintenance."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.telegram.services import Figure, Vital
from digests.errors import StoreError
from digests.model import DeliveryState
from digests.store import articles, chats, feeds, inbox, ledger, outbox, stories, subscriptions, upkeep

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from bot.db import Db
    from bot.parts import Tell
    from config.settings import Settings
    from digests.store import Store

__all__ = ["Steward", "housekeeping", "look_after"]

DAY = timedelta(days=1)
OLDEST_WAITING = timedelta(minutes=10)
PRUNE_AT_ONCE = 500
LOOK_EVERY = timedelta(minutes=1)
TIDY_EVERY = timedelta(hours=1)
OVER = {
    "disk": "There is room on the disk again",
    "outbox": "Messages no longer wait",
    "housekeeping": "Backups and retention work again",
}


@dataclass
class Steward:
    """`telegram_age` tells how long ago Telegram last answered; `reload` and `pause` act on the running parts."""

    db: Db
    settings: Settings
    now: Callable[[], datetime]
    telegram_age: Callable[[], float]
    reload_files: Callable[[], str]
    pause: Callable[[bool], None]

    async def stats(self) -> Sequence[Figure]:
        """Articles, stories, messages, delay, backlog, sizes."""
        return await self.db.read(self._stats)

    async def health(self) -> Sequence[Vital]:
        """Whether everything that must run does."""
        return await self.db.read(self._health)

    async def backup(self) -> Path:
        """A checked copy of the database, beside it or in the folder of the settings. Raises StoreError."""
        folder = self.settings.backup_dir or self.settings.db.absolute().parent
        target = folder / f"{upkeep.PREFIX}{self.now():%Y%m%d-%H%M%S}.db"
        return await asyncio.to_thread(upkeep.back_up, self.settings.db, target)

    async def reload(self) -> str:
        """Read sources and lexicon again. Raises ConfigError and keeps what was."""
        return await asyncio.to_thread(self.reload_files)

    def maintain(self, on: bool) -> None:
        self.pause(on)

    def _stats(self, db: Store) -> list[Figure]:
        now = self.now()
        depth, sent = outbox.depth(db), outbox.sent_since(db, now - DAY)
        failing, total = feeds.failing_share(db)
        free = shutil.disk_usage(self.settings.db.absolute().parent).free
        return [
            Figure("articles, 24 h", str(articles.count_articles(db, since=now - DAY))),
            Figure("articles", str(articles.count_articles(db))),
            Figure("stories", str(stories.count_stories(db))),
            Figure("feeds", f"{total}, {failing} failing"),
            Figure("chats", str(len(chats.chats_in_state(db, chats.ChatState.ACTIVE)))),
            Figure("matched articles, 24 h", str(subscriptions.count_matches(db, now - DAY))),
            Figure("messages sent, 24 h", str(len(sent))),
            Figure("waited before sending", _spread(sent)),
            *(Figure(f"messages {state.value}", str(count)) for state, count in depth.items()),
            Figure("oldest waiting", f"{outbox.oldest_waiting(db, now).total_seconds():.0f} s"),
            Figure("updates waiting", str(inbox.depth(db)["waiting"])),
            Figure("database", f"{upkeep.database_bytes(self.settings.db) / 1e6:.1f} MB"),
            Figure("disk free", f"{free / 1e9:.1f} GB"),
        ]

    def _health(self, db: Store) -> list[Vital]:
        age, waiting = self.telegram_age(), outbox.oldest_waiting(db, self.now())
        failing, total = feeds.failing_share(db)
        depth, updates = outbox.depth(db), inbox.depth(db)
        free = shutil.disk_usage(self.settings.db.absolute().parent).free
        lost = outbox.undeliverable(db, limit=5)
        vitals = [
            Vital("Telegram", age < 120, f"last answer {age:.0f} s ago"),
            Vital(
                "outbox",
                waiting < OLDEST_WAITING,
                f"{depth.get(DeliveryState.READY, 0)} waiting, oldest {waiting.total_seconds():.0f} s",
            ),
            Vital("feeds", failing * 4 <= total, f"{failing} of {total} failing; /sources shows why"),
            Vital("disk", free > self.settings.min_free, f"{free / 1e9:.1f} GB free"),
            Vital("updates", not updates["failed"], f"{updates['waiting']} waiting, {updates['failed']} failed"),
        ]
        vitals += [Vital("undelivered", False, f"chat {one.chat_id}: {one.reason}") for one in lost]
        vitals += [Vital("trouble", False, trouble.message) for trouble in ledger.open_troubles(db)]
        return vitals


async def housekeeping(
    db: Db, settings: Settings, now: Callable[[], datetime], stop: asyncio.Event, tell: Tell
) -> None:
    """`look_after` each minute, tidying each hour, until `stop` is set."""
    tidied: datetime | None = None
    while not stop.is_set():
        is_due = tidied is None or now() - tidied >= TIDY_EVERY
        tidied = now() if is_due else tidied
        await look_after(db, settings, now(), tell, tidy=is_due)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LOOK_EVERY.total_seconds()):
                await stop.wait()


async def look_after(db: Db, settings: Settings, now: datetime, tell: Tell, *, tidy: bool) -> None:
    """Look whether disk and outbox are well; with `tidy` also forget what is old and see to the day's backup.

    What is wrong is told to the admins once, and again when it is over.
    """
    problems = {"disk": _disk_problem(settings)}
    if tidy:
        problems["housekeeping"] = await _tidied(db, settings, now)
    # A database that cannot even be written is told by /readyz and the log of whoever needs it.
    with contextlib.suppress(StoreError):
        await db.write(_note, problems, now, tell)


async def _tidied(db: Db, settings: Settings, now: datetime) -> str:
    """Retention and the day's backup; what went wrong, '' when nothing did."""
    before = now - timedelta(days=settings.retention_days)
    try:
        pruned = PRUNE_AT_ONCE
        while pruned == PRUNE_AT_ONCE:  # small transactions: nobody waits long for the writer
            pruned = (await db.write(upkeep.prune, before, limit=PRUNE_AT_ONCE)).articles
        folder = settings.backup_dir
        if folder is not None:
            target = folder / f"{upkeep.PREFIX}{now:%Y%m%d}.db"
            if not target.exists():
                await asyncio.to_thread(upkeep.back_up, settings.db, target)
                await asyncio.to_thread(upkeep.prune_backups, folder, settings.backup_keep)
    except StoreError as error:
        return str(error)
    return ""


def _spread(waited: Sequence[timedelta]) -> str:
    """The half and the slowest of times that are sorted."""
    if not waited:
        return "–"
    half, last = (each.total_seconds() for each in (waited[len(waited) // 2], waited[-1]))
    return f"half less than {half:.1f} s, the slowest {last:.0f} s"


def _disk_problem(settings: Settings) -> str:
    free = shutil.disk_usage(settings.db.absolute().parent).free
    if free >= settings.min_free:
        return ""
    return f"The disk is nearly full ({free / 1e6:.0f} MB free): nothing new is read until some space is freed"


def _note(db: Store, problems: Mapping[str, str], now: datetime, tell: Tell) -> None:
    waiting = outbox.oldest_waiting(db, now)
    queue = ""
    if waiting > OLDEST_WAITING:
        queue = (
            f"Messages have been waiting for more than {OLDEST_WAITING.total_seconds() / 60:.0f} minutes; see /health"
        )
    for key, problem in {**problems, "outbox": queue}.items():
        if problem and ledger.open_trouble(db, key, problem, now):
            tell(db, problem, False, now)
            ledger.trouble_told(db, key, now)
        elif not problem and ledger.close_trouble(db, key, now) is not None:
            tell(db, OVER[key], True, now)
