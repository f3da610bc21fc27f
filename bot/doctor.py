"""Finds what is wrong with an installation, and says what to do. Each check is one function; none changes anything."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import sqlite3
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import TYPE_CHECKING
from zoneinfo import available_timezones

import aiohttp

from config.check import check as check_files
from digests.errors import DigestError, StoreBusy
from digests.model import DeliveryState
from digests.store import feeds, inbox, outbox
from digests.store.sqlite import FileLock, SqliteStore
from digests.store.upkeep import damage, wal_reset_bug

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from config.settings import Settings

__all__ = ["Finding", "Level", "examine"]

CLOCK_TOLERANCE = timedelta(seconds=30)
ENOUGH_FREE = 1_000_000_000
MANY_WAITING = 5000


class Level(StrEnum):
    OK = "ok"
    WARNING = "warning"
    TROUBLE = "trouble"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: how it is, and what to do when it is not well."""

    name: str
    level: Level
    detail: str
    remedy: str = ""


def examine(settings: Settings, *, network: bool = True) -> Iterator[Finding]:
    """Every check, one after the other. `network` also asks Telegram."""
    local: tuple[Callable[[Settings], Iterator[Finding]], ...] = (
        _python, _zones, _sqlite, _folder, _disk, _files, _lock, _database, _admins, _secrets, _port, _webhook, _backups,
    )  # fmt: skip
    for look in local:
        yield from look(settings)
    if network:
        yield from asyncio.run(_telegram(settings))


def _python(_: Settings) -> Iterator[Finding]:
    yield Finding("python", Level.OK, sys.version.split()[0])


def _zones(_: Settings) -> Iterator[Finding]:
    if len(available_timezones()) > 400:
        yield Finding("time zones", Level.OK, f"{len(available_timezones())} zones")
    else:
        yield Finding("time zones", Level.TROUBLE, "no time zone data", "install the package tzdata")


def _sqlite(_: Settings) -> Iterator[Finding]:
    old = wal_reset_bug()
    if not old:
        yield Finding("sqlite", Level.OK, sqlite3.sqlite_version)
        return
    remedy = "one khabardar per file is safe; never open the file for writing with another program while it runs"
    yield Finding("sqlite", Level.WARNING, f"{old} has the WAL-reset bug (fixed in 3.51.3)", remedy)


def _folder(settings: Settings) -> Iterator[Finding]:
    folder = settings.db.absolute().parent
    if not folder.is_dir():
        yield Finding(
            "database folder", Level.TROUBLE, f"{folder} does not exist", f"mkdir -p {folder}, or set KHABARDAR_DB"
        )
    elif not os.access(folder, os.W_OK | os.X_OK):
        yield Finding(
            "database folder", Level.TROUBLE, f"{folder} cannot be written", f"give this user write access to {folder}"
        )
    else:
        yield Finding("database folder", Level.OK, str(folder))


def _disk(settings: Settings) -> Iterator[Finding]:
    folder = next((parent for parent in settings.db.absolute().parents if parent.is_dir()), None)
    if folder is None:
        return
    free = shutil.disk_usage(folder).free
    shown = f"{free / 1e9:.1f} GB free"
    if free < settings.min_free:
        yield Finding("disk", Level.TROUBLE, shown, "free some space: below this nothing new is read")
    elif free < ENOUGH_FREE:
        yield Finding("disk", Level.WARNING, shown, "free some space, or lower retention_days")
    else:
        yield Finding("disk", Level.OK, shown)


def _files(settings: Settings) -> Iterator[Finding]:
    problems = check_files(settings)
    if not problems:
        yield Finding("sources and lexicon", Level.OK, "no problem found")
    for problem in problems[:20]:
        yield Finding(
            "sources and lexicon", Level.TROUBLE, str(problem), "correct the file; khabardar check lists everything"
        )


def _lock(settings: Settings) -> Iterator[Finding]:
    if not settings.db.absolute().parent.is_dir():
        return
    try:
        with FileLock(settings.db):
            yield Finding("running", Level.OK, "no other khabardar uses the database")
    except StoreBusy as error:
        yield Finding("running", Level.OK, str(error).split(";", maxsplit=1)[0])
    except DigestError as error:
        yield Finding("running", Level.TROUBLE, str(error))


def _database(settings: Settings) -> Iterator[Finding]:
    if not settings.db.exists():
        yield Finding("database", Level.OK, "not there yet; the first run makes it")
        return
    mode = settings.db.stat().st_mode & 0o077
    if mode:
        yield Finding(
            "database rights", Level.WARNING, "others on this machine may read it", f"chmod 600 {settings.db}"
        )
    found = damage(settings.db)
    if found:
        yield Finding("database", Level.TROUBLE, found, "khabardar restore BACKUP")
        return
    try:
        with SqliteStore.open(settings.db, read_only=True) as store:
            pending = store.pending_migrations()
            if pending:
                yield Finding(
                    "schema", Level.WARNING, f"{len(pending)} migrations to apply", "khabardar migrate, or just run"
                )
                return
            yield Finding("database", Level.OK, f"sound, {settings.db.stat().st_size / 1e6:.1f} MB")
            yield from _contents(store)
    except DigestError as error:
        yield Finding("database", Level.TROUBLE, str(error))


def _contents(store: SqliteStore) -> Iterator[Finding]:
    failing, total = feeds.failing_share(store)
    level = Level.OK if failing * 4 <= total else Level.WARNING
    yield Finding(
        "feeds", level, f"{failing} of {total} failing", "" if level is Level.OK else "see /sources for the errors"
    )
    depth = outbox.depth(store)
    waiting = depth.get(DeliveryState.READY, 0)
    level = Level.OK if waiting < MANY_WAITING else Level.WARNING
    yield Finding(
        "outbox", level, f"{waiting} waiting", "" if level is Level.OK else "is the bot running and Telegram reachable?"
    )
    lost = depth.get(DeliveryState.UNCERTAIN, 0) + depth.get(DeliveryState.DEAD, 0)
    if lost:
        yield Finding(
            "undelivered", Level.WARNING, f"{lost} messages uncertain or given up", "/health lists them with reasons"
        )
    failed = inbox.depth(store)["failed"]
    if failed:
        yield Finding("inbox", Level.WARNING, f"{failed} updates could not be worked on", "see the log of their time")


def _admins(settings: Settings) -> Iterator[Finding]:
    if settings.admins:
        yield Finding("admins", Level.OK, f"{len(settings.admins)} set")
    else:
        yield Finding(
            "admins", Level.WARNING, "none set: nobody can use admin commands", "set KHABARDAR_ADMINS to your user id"
        )
    if settings.admin_chat is None:
        yield Finding("admin chat", Level.WARNING, "none set: troubles are only logged", "set KHABARDAR_ADMIN_CHAT")


def _secrets(settings: Settings) -> Iterator[Finding]:
    folder = settings.config
    if folder is None:
        return
    file = folder / "settings.toml"
    if file.exists() and file.stat().st_mode & 0o044 and "token" in file.read_text("utf-8", "replace"):
        yield Finding("secrets", Level.WARNING, f"{file} holds a token and others may read it", f"chmod 600 {file}")


def _port(settings: Settings) -> Iterator[Finding]:
    if settings.web_port == 0:
        return
    with socket.socket(socket.AF_INET6 if ":" in settings.web_host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.web_host, settings.web_port))
        except OSError as error:
            where = f"{settings.web_host}:{settings.web_port}"
            yield Finding(
                "web port",
                Level.WARNING,
                f"{where} is taken ({error.strerror})",
                "fine if that is the bot; else set KHABARDAR_WEB_PORT",
            )
        else:
            yield Finding("web port", Level.OK, f"{settings.web_host}:{settings.web_port} is free")


def _webhook(settings: Settings) -> Iterator[Finding]:
    if settings.webhook_url is not None and str(settings.webhook_url).startswith("http://"):
        yield Finding(
            "webhook", Level.TROUBLE, "Telegram delivers to https only", "put a proxy with a certificate before the bot"
        )


def _backups(settings: Settings) -> Iterator[Finding]:
    folder = settings.backup_dir
    if folder is None:
        yield Finding("backups", Level.WARNING, "no daily backup", "set KHABARDAR_BACKUP_DIR")
        return
    newest = (
        max((file.stat().st_mtime for file in folder.glob("khabardar-*.db")), default=None) if folder.is_dir() else None
    )
    if newest is None:
        yield Finding(
            "backups",
            Level.WARNING,
            f"none in {folder} yet",
            "the running bot makes one a day; khabardar backup makes one now",
        )
    elif datetime.now(UTC).timestamp() - newest > timedelta(days=2).total_seconds():
        yield Finding(
            "backups", Level.WARNING, "the newest is older than two days", "is the bot running? is the folder writable?"
        )
    else:
        yield Finding("backups", Level.OK, str(folder))


async def _telegram(settings: Settings) -> Iterator[Finding]:
    """Token and clock, by one call of getMe. The token never appears in what is said."""
    if settings.telegram_token is None:
        return iter(
            [
                Finding(
                    "telegram", Level.TROUBLE, "no bot token", "get one from @BotFather; set KHABARDAR_TELEGRAM_TOKEN"
                )
            ]
        )
    base = str(settings.telegram_api).rstrip("/")
    try:
        timeout = aiohttp.ClientTimeout(total=15)
        async with (
            aiohttp.ClientSession(timeout=timeout, trust_env=False) as session,
            session.get(f"{base}/bot{settings.telegram_token.get_secret_value()}/getMe") as answer,
        ):
            body = await answer.json(content_type=None)
            said = answer.headers.get("Date")
    except (aiohttp.ClientError, TimeoutError, ValueError, OSError) as error:
        kind = type(error).__name__
        return iter(
            [
                Finding(
                    "telegram",
                    Level.TROUBLE,
                    f"{base} cannot be reached ({kind})",
                    "check the network, or KHABARDAR_TELEGRAM_API",
                )
            ]
        )
    found = []
    if isinstance(body, dict) and body.get("ok"):
        found.append(Finding("telegram", Level.OK, f"@{body['result'].get('username', '?')}"))
    else:
        found.append(Finding("telegram", Level.TROUBLE, "the token is refused", "copy it again from @BotFather"))
    if said:
        drift = abs(datetime.now(UTC) - parsedate_to_datetime(said))
        if drift > CLOCK_TOLERANCE:
            found.append(
                Finding(
                    "clock", Level.TROUBLE, f"off by {drift.total_seconds():.0f} s", "set the clock; use a time service"
                )
            )
        else:
            found.append(
                Finding(
                    "clock",
                    Level.OK,
                    "right to the second" if drift < timedelta(seconds=2) else f"off by {drift.total_seconds():.0f} s",
                )
            )
    return iter(found)
