"""The database: whether it is sound, whose it is, and what in it waits or failed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.doctor.findings import fine, trouble, warning
from digests.errors import DigestError, SchemaTooNew, StoreBusy
from digests.model import DeliveryState
from digests.store import feeds, inbox, ledger, outbox
from digests.store.sqlite import FileLock, SqliteStore
from digests.store.upkeep import damage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bot.doctor.findings import Finding
    from config.settings import Settings
    from digests.store import Store

__all__ = ["look_at_database"]

MANY_WAITING = 5000
LARGE_LOG = 256_000_000
MOST_TROUBLES = 20


def look_at_database(settings: Settings) -> Iterator[Finding]:
    database = settings.db
    if database.absolute().parent.is_dir():
        yield from _lock(database)
    if not database.exists():
        yield fine("database", "not there yet; the first run makes it")
        return
    yield from _rights(database)
    yield from _log(database)
    if found := damage(database):
        yield trouble("database", f"{database}: {found}", "khabardar restore BACKUP")
        return
    try:
        with SqliteStore.open(database, read_only=True) as store:
            store.refuse_later()
            if pending := store.pending_migrations():
                remedy = "khabardar migrate; the bot does so by itself when it starts"
                yield warning("schema", f"{len(pending)} migrations to apply", remedy)
                return
            yield fine("database", f"sound, {database.stat().st_size / 1e6:.1f} MB")
            with store.snapshot() as db:
                yield from _contents(db)
    except SchemaTooNew as error:
        yield trouble("schema", str(error).split(";", maxsplit=1)[0], "update Khabardar, or restore an older backup")
    except DigestError as error:
        yield trouble("database", str(error), "close what uses the file, then khabardar doctor again")


def _lock(database: Path) -> Iterator[Finding]:
    try:
        with FileLock(database):
            yield fine("running", "no other khabardar uses the database")
    except StoreBusy as error:
        yield fine("running", str(error).split(";", maxsplit=1)[0])
    except DigestError as error:
        yield trouble("running", str(error).split(";", maxsplit=1)[0], "let this user write in the database's folder")


def _rights(database: Path) -> Iterator[Finding]:
    if database.stat().st_mode & 0o077:
        remedy = f"chmod 600 {database}"
        yield warning("database rights", "others on this machine may read what people watch", remedy)


def _log(database: Path) -> Iterator[Finding]:
    log = database.with_name(f"{database.name}-wal")
    if log.exists() and log.stat().st_size > LARGE_LOG:
        remedy = "close other programs that read the file, then restart the bot"
        yield warning("database log", f"{log} grew to {log.stat().st_size / 1e6:.0f} MB", remedy)


def _contents(db: Store) -> Iterator[Finding]:
    failing, total = feeds.failing_share(db)
    if failing * 4 > total:
        yield warning("feeds", f"{failing} of {total} failing", "/sources shows their errors; is this machine online?")
    else:
        yield fine("feeds", f"{failing} of {total} failing")
    depth = outbox.depth(db)
    waiting = depth.get(DeliveryState.READY, 0)
    if waiting > MANY_WAITING:
        yield warning("outbox", f"{waiting} waiting", "is the bot running and Telegram reachable?")
    else:
        yield fine("outbox", f"{waiting} waiting")
    lost = depth.get(DeliveryState.UNCERTAIN, 0) + depth.get(DeliveryState.DEAD, 0)
    if lost:
        yield warning("undelivered", f"{lost} messages uncertain or given up", "/health lists them with their reasons")
    failed = inbox.depth(db)["failed"]
    if failed:
        yield warning("inbox", f"{failed} updates could not be worked on", "the log of their time says why")
    for open_trouble in ledger.open_troubles(db)[:MOST_TROUBLES]:
        yield warning(
            "open trouble", open_trouble.message, "it was told to the admin chat; docs/operations.md explains it"
        )
