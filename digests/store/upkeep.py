"""Keeping the database well: checked backups, restoring, retention, and what doctor looks at."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING

from digests.errors import StoreError
from digests.store.driver import to_text
from digests.store.sqlite import FileLock, SqliteStore

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from digests.store.driver import Store

__all__ = ["Pruned", "back_up", "damage", "database_bytes", "prune", "prune_backups", "restore", "wal_reset_bug"]

PREFIX = "khabardar-"
FIXED_IN = (3, 51, 3)


@dataclass(frozen=True, slots=True)
class Pruned:
    """What retention removed."""

    articles: int
    stories: int
    deliveries: int


def back_up(database: Path, target: Path) -> Path:
    """A checked copy of the database, also while the bot runs. It appears under its name only when it is whole.

    Raises StoreError when the copy cannot be written or is damaged.
    """
    if not database.exists():
        raise StoreError(f"{database}: there is no database to back up; set KHABARDAR_DB")
    temporary = target.with_name(f".{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary.unlink(missing_ok=True)
        os.close(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        with contextlib.closing(_read_only(database)) as source:
            source.execute("VACUUM INTO ?", (str(temporary),))
        found = damage(temporary)
        if found:
            raise StoreError(f"{database}: the backup is damaged ({found}); run khabardar doctor")
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        temporary.replace(target)
    except (OSError, sqlite3.Error) as error:
        raise StoreError(
            f"{target}: the backup could not be written ({error}); check the folder and its space"
        ) from error
    finally:
        temporary.unlink(missing_ok=True)
    return target


def restore(backup: Path, database: Path) -> Path | None:
    """Put a checked backup in the place of the database; where the replaced one was kept, None when there was none.

    Raises StoreError when the backup is damaged or of a later version, StoreBusy when the bot is running.
    """
    if not backup.is_file():
        raise StoreError(f"{backup}: there is no such file")
    found = damage(backup)
    if found:
        raise StoreError(f"{backup}: not a sound backup ({found}); choose an older one")
    with FileLock(database):
        fresh = database.with_name(f".{database.name}.restored")
        fresh.unlink(missing_ok=True)
        shutil.copyfile(backup, fresh)
        fresh.chmod(0o600)
        SqliteStore.open(fresh).close()  # brings its schema up to date, or refuses a later version
        kept = None
        if database.exists():
            kept = database.with_name(f"{database.name}.before-restore")
            database.replace(kept)
        for side in ("-wal", "-shm"):
            database.with_name(database.name + side).unlink(missing_ok=True)
        fresh.replace(database)
        for side in ("-wal", "-shm"):
            fresh.with_name(fresh.name + side).unlink(missing_ok=True)
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


def prune_backups(folder: Path, keep: int) -> list[Path]:
    """Remove all but the newest backups of this folder; those removed."""
    found = sorted(folder.glob(f"{PREFIX}*.db"), reverse=True)
    for old in found[keep:]:
        old.unlink(missing_ok=True)
    return found[keep:]


def prune(db: Store, before: datetime, *, limit: int = 2000) -> Pruned:
    """Forget articles first seen before then, stories without articles, and what was told of them; at most `limit`.

    What feeds brought is remembered longer than its text, so that an old item never comes as new: feed_items stay.
    """
    params = {"before": to_text(before), "limit": limit}
    old = "SELECT id FROM articles WHERE seen_at < :before ORDER BY seen_at LIMIT :limit"
    db.execute(f"DELETE FROM article_words WHERE article_id IN ({old})", params)
    articles = db.execute(f"DELETE FROM articles WHERE id IN ({old})", params)
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


def _read_only(database: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True, timeout=30, isolation_level=None)
