"""Keeping the database well: checked backups, restoring, retention, and what doctor looks at."""

from __future__ import annotations

import contextlib
import os
import re
import sqlite3
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from digests.errors import SchemaTooNew, StoreError
from digests.store import articles as article_store
from digests.store import feed_items, subscriptions
from digests.store.driver import to_text
from digests.store.sqlite import FileLock, SqliteStore

if TYPE_CHECKING:
    from collections.abc import Generator
    from datetime import datetime
    from pathlib import Path

    from digests.store.driver import Store

__all__ = [
    "PREFIX",
    "Pruned",
    "back_up",
    "damage",
    "database_bytes",
    "prune",
    "prune_backups",
    "restore",
    "wal_reset_bug",
]

PREFIX = "khabardar-"
BACKUP_NAME = re.compile(r"khabardar-\d{8}(-\d{6})?\.db")  # a database called khabardar-desk.db is none
FIXED_IN = (3, 51, 3)
ITEM_MEMORY = timedelta(days=365)
SIDES = ("-wal", "-shm")
SQLITE_BEGINS = b"SQLite format 3\x00"


@dataclass(frozen=True, slots=True)
class Pruned:
    """What retention removed."""

    articles: int
    stories: int
    deliveries: int


def back_up(database: Path, target: Path) -> Path:
    """A checked copy of the database, also while the bot runs. It appears under its name only when it is whole.

    An earlier backup of that name is replaced; any other file, and the database itself, are refused. Raises StoreError.
    """
    if not database.exists():
        raise StoreError(f"{database}: there is no database to back up; set KHABARDAR_DB")
    found = damage(database)
    if found:
        raise StoreError(f"{database}: it is damaged ({found}); restore it with: khabardar restore BACKUP")
    if target.exists() and target.samefile(database):
        raise StoreError(f"{target}: this is the database itself; name another file")
    if target.exists() and not _may_be_replaced(target):
        raise StoreError(f"{target}: this is no backup and is not overwritten; name another file")
    with _writing(target, "the backup could not be written"):
        target.parent.mkdir(parents=True, exist_ok=True)
        with _checked_copy(database, target) as copy:
            copy.replace(target)
        _sync_folder(target.parent)
    return target


def restore(backup: Path, database: Path, now: datetime) -> Path | None:
    """Put a checked backup in the place of the database; where the replaced one was kept, None when there was none.

    Raises StoreError when the backup is damaged or of a later version, StoreBusy when the bot is running; then nothing
    is changed.
    """
    if not backup.is_file():
        raise StoreError(f"{backup}: there is no such file")
    if database.exists() and backup.samefile(database):
        raise StoreError(f"{backup}: this is the database itself; name a backup")
    found = damage(backup)
    if found:
        raise StoreError(f"{backup}: not a sound backup ({found}); choose an older one")
    with (
        FileLock(database),
        _writing(database, "the backup could not be put in place"),
        _checked_copy(backup, database) as fresh,
    ):
        try:
            SqliteStore.open(fresh).close()  # brings its schema up to date
        except SchemaTooNew as error:
            raise SchemaTooNew(str(error).replace(str(fresh), str(backup))) from error
        kept = _set_aside(database, now) if database.exists() else None
        fresh.replace(database)
        _sync_folder(database.parent)
    return kept


def damage(database: Path) -> str:
    """What SQLite finds wrong with a file; '' when it is sound."""
    try:
        with contextlib.closing(_read_only(database)) as connection:
            found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
            tables = connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'articles'").fetchone()[0]
    except sqlite3.Error as error:
        return str(error)
    if found != "ok":
        return str(found)
    return "" if tables else "it holds no tables of Khabardar"


def backups(folder: Path) -> list[Path]:
    """The backups in a folder, the newest first: files named by their time, nothing else."""
    found = folder.glob(f"{PREFIX}*.db") if folder.is_dir() else ()
    return sorted((file for file in found if BACKUP_NAME.fullmatch(file.name)), reverse=True)


def prune_backups(folder: Path, keep: int) -> list[Path]:
    """Remove all but the newest backups of this folder; those removed. Raises StoreError."""
    old = backups(folder)[keep:]
    with _writing(folder, "old backups could not be removed"):
        for file in old:
            file.unlink(missing_ok=True)
    return old


def prune(db: Store, before: datetime, *, limit: int = 2000) -> Pruned:
    """Forget articles first seen before then, stories without articles, and what was told of them; at most `limit`.

    What feeds listed is remembered a year longer than its text, so that an old item never comes as new.
    """
    params = {"before": to_text(before)}
    articles = article_store.forget_articles(db, before, limit)
    stories = db.execute(
        """
        DELETE FROM stories WHERE last_article_at < :before
        AND NOT EXISTS (SELECT 1 FROM story_articles a WHERE a.story_id = stories.id)
        """,
        params,
    )
    db.execute(
        "DELETE FROM told WHERE told_at < :before AND NOT EXISTS (SELECT 1 FROM stories s WHERE s.id = told.story_id)",
        params,
    )
    for table, column in (("story_aliases", "new_id"), ("story_bans", "story_id"), ("late_stories", "story_id")):
        db.execute(f"DELETE FROM {table} WHERE NOT EXISTS (SELECT 1 FROM stories s WHERE s.id = {table}.{column})")
    subscriptions.drop_unused_queries(db)
    feed_items.forget_items(db, before - ITEM_MEMORY)
    db.execute("DELETE FROM digests WHERE composed_at < :before", params)
    db.execute("DELETE FROM inbox WHERE done_at < :before", params)
    deliveries = db.execute(
        "DELETE FROM deliveries WHERE settled_at < :before AND state IN ('sent', 'superseded')"
        " AND id < (SELECT max(id) FROM deliveries)",
        params,
    )
    return Pruned(articles, stories, deliveries)


def database_bytes(database: Path) -> int:
    """Size of the database and its log."""
    sides = (database, database.with_name(database.name + "-wal"))
    return sum(side.stat().st_size for side in sides if side.exists())


def wal_reset_bug() -> str:
    """The SQLite in use, when it has the bug of sqlite.org/wal.html#walresetbug; '' when it was mended."""
    return "" if sqlite3.sqlite_version_info >= FIXED_IN else sqlite3.sqlite_version


@contextlib.contextmanager
def _checked_copy(source: Path, beside: Path) -> Generator[Path, None, None]:
    """A whole, checked, private copy in the folder of `beside`; it is gone afterwards unless it was moved away."""
    copy = beside.with_name(f".{beside.name}.{os.getpid()}.part")
    try:
        os.close(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
        with contextlib.closing(_read_only(source)) as connection:
            connection.execute("VACUUM INTO ?", (str(copy),))
        found = damage(copy)
        if found:
            raise StoreError(f"{source}: the copy is damaged ({found}); run khabardar doctor")
        with copy.open("rb") as file:
            os.fsync(file.fileno())
        yield copy
    finally:
        for side in ("", *SIDES):
            copy.with_name(copy.name + side).unlink(missing_ok=True)


def _set_aside(database: Path, now: datetime) -> Path:
    """The database under another name, with what its log still holds; it also stays where it is until it is replaced."""
    kept = database.with_name(f"{database.name}.before-{now:%Y%m%d-%H%M%S-%f}")
    try:
        os.link(database, kept)  # so that a crash between two steps never leaves no database at all
    except OSError:  # a file system without links
        database.replace(kept)
    # A log left behind would be played into the restored file.
    for side in SIDES:
        log = database.with_name(database.name + side)
        if log.exists():
            log.replace(kept.with_name(kept.name + side))
    return kept


@contextlib.contextmanager
def _writing(target: Path, what: str) -> Generator[None, None, None]:
    """Troubles of the disk as one line of ours."""
    try:
        yield
    except OSError as error:
        raise StoreError(
            f"{target}: {what} ({error.strerror or error}); check the folder, its rights and space"
        ) from error
    except sqlite3.Error as error:
        raise StoreError(f"{target}: {what} ({error}); check the disk's space, or run khabardar doctor") from error


def _may_be_replaced(target: Path) -> bool:
    if not target.is_file():
        return False
    with target.open("rb") as file:
        return file.read(len(SQLITE_BEGINS)) in (b"", SQLITE_BEGINS)


def _sync_folder(folder: Path) -> None:
    """Make a new name in a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _read_only(database: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True, timeout=30, isolation_level=None)
