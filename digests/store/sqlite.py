"""SQLite as the store: one writer connection, explicit transactions, one process per file.

Why FULL sync, one writer and a file lock: docs/decisions.md, "One SQLite file".
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import sqlite_utils

from digests.errors import SchemaTooNew, StoreBusy, StoreError
from digests.store.schema import MIGRATIONS

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence

__all__ = ["FileLock", "SqliteStore"]

BUSY_SECONDS = 30


class SqliteStore:
    """A connection to one database file, used by one thread at a time.

    >>> with SqliteStore.open("khabardar.db") as db, db.immediate():
    ...     db.rows("SELECT id FROM articles")
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._db = sqlite_utils.Database(connection)

    @classmethod
    def open(cls, path: str | Path, *, read_only: bool = False) -> Self:
        """Open the file (created with mode 0600 when missing) and bring its schema up to date unless `read_only`.

        Raises StoreError when the file is no database, SchemaTooNew when a later version wrote it.
        """
        path = Path(path)
        if path.is_dir():
            raise StoreError(f"{path}: a folder, not a database file; name another with KHABARDAR_DB")
        try:
            if read_only:
                connection = _connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
                store = cls(connection)
            else:
                _create_private(path)
                connection = _connect(str(path))
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = FULL")
                connection.execute("PRAGMA foreign_keys = ON")
                store = cls(connection)
                store.migrate()
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except sqlite3.Error as error:
            raise _explained(error, path) from error
        except OSError as error:
            raise StoreError(f"{path}: {error.strerror or error}; choose another place with KHABARDAR_DB") from error
        return store

    @classmethod
    def in_memory(cls) -> Self:
        """A database that is gone when it is closed, for dry runs."""
        store = cls(_connect(":memory:"))
        store.migrate()
        return store

    def migrate(self) -> None:
        """Apply the migrations that are missing, all in one transaction, so that processes may start together."""
        with self.immediate():
            self.refuse_later()
            MIGRATIONS.apply(self._db)

    def refuse_later(self) -> None:
        """Raise SchemaTooNew when the database knows migrations that this version does not."""
        known = {migration.name for migration in MIGRATIONS._migrations}  # noqa: SLF001 - no public list
        later = [applied.name for applied in MIGRATIONS.applied(self._db) if applied.name not in known]
        if later:
            raise SchemaTooNew(
                f"{self._path()}: written by a later version of Khabardar (it knows {later[-1]}); "
                "update Khabardar, or restore a backup made by this version"
            )

    def pending_migrations(self) -> list[str]:
        """Names of the migrations that this version has and the database has not."""
        return [migration.name for migration in MIGRATIONS.pending(self._db)]

    @contextmanager
    def immediate(self) -> Generator[Self, None, None]:
        """One write transaction: committed at the end, rolled back on any error.

        Raises StoreBusy when another program holds the file, StoreError when the disk is full or the file damaged.
        """
        with self._translated():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    @contextmanager
    def snapshot(self) -> Generator[Self, None, None]:
        """One read transaction: every query in it sees the same state. Raises like `immediate`."""
        with self._translated():
            self._connection.execute("BEGIN")
            try:
                yield self
            finally:
                self._connection.execute("ROLLBACK")

    @contextmanager
    def _translated(self) -> Generator[None, None, None]:
        try:
            yield
        except (sqlite3.IntegrityError, sqlite3.ProgrammingError, sqlite3.InterfaceError):
            raise  # a mistake of ours, not of the file
        except sqlite3.DatabaseError as error:
            raise _explained(error, self._path()) from error

    def _path(self) -> Path:
        return Path(self._connection.execute("PRAGMA database_list").fetchone()[2] or ":memory:")

    def rows(self, sql: str, params: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        cursor = self._connection.execute(sql, params or {})
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def row(self, sql: str, params: Mapping[str, Any] | None = None) -> dict[str, Any] | None:
        rows = self.rows(sql, params)
        return rows[0] if rows else None

    def value(self, sql: str, params: Mapping[str, Any] | None = None) -> Any:
        rows = self._connection.execute(sql, params or {}).fetchall()
        return rows[0][0] if rows else None

    def execute(self, sql: str, params: Mapping[str, Any] | None = None) -> int:
        return self._connection.execute(sql, params or {}).rowcount

    def execute_many(self, sql: str, params: Sequence[Mapping[str, Any]]) -> None:
        self._connection.executemany(sql, params)

    def close(self) -> None:
        """Close the connection; closing twice is harmless."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class FileLock:
    """Holds a database file for this process, so that two instances never write the same file.

    The lock goes with the process, however it ends.
    """

    def __init__(self, database: str | Path) -> None:
        self._path = Path(f"{database}.lock")
        self._file: int | None = None

    def acquire(self) -> None:
        """Take the lock or raise StoreBusy with the number of the process that holds it."""
        try:
            handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            place = self._path.with_suffix("")
            if not place.parent.is_dir():
                raise StoreError(
                    f"{place}: its folder does not exist; make it, or name another with KHABARDAR_DB"
                ) from error
            raise StoreError(f"{place}: {error.strerror}; choose another place with KHABARDAR_DB") from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.read(handle, 32).decode("ascii", "replace").strip() or "unknown"
            os.close(handle)
            raise StoreBusy(
                f"{self._path.with_suffix('')}: in use by another khabardar (process {holder}); "
                "stop it first, or choose another database with KHABARDAR_DB"
            ) from error
        os.truncate(handle, 0)
        os.pwrite(handle, str(os.getpid()).encode(), 0)
        self._file = handle

    def release(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


def _connect(target: str, *, uri: bool = False) -> sqlite3.Connection:
    return sqlite3.connect(target, uri=uri, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)


def _create_private(path: Path) -> None:
    """The file holds what people watch: nobody else on the machine may read it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))


def _explained(error: sqlite3.Error, path: Path) -> StoreError:
    text = str(error)
    if "not a database" in text or "malformed" in text:
        return StoreError(f"{path}: the file is damaged or no database; restore it with: khabardar restore BACKUP")
    if "locked" in text:
        return StoreBusy(f"{path}: locked by another program; close it and try again")
    if "unable to open" in text:
        return StoreError(f"{path}: cannot be opened; its folder must be there and writable (KHABARDAR_DB)")
    if "full" in text or "disk I/O" in text:
        return StoreError(f"{path}: {text}; free some space on this disk")
    return StoreError(f"{path}: {text}")
