"""The async door to the store: one writer thread, readers apart. One function sent through it is one transaction."""

from __future__ import annotations

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Concatenate, ParamSpec, Self, TypeVar

from digests.errors import StoreError
from digests.store.sqlite import FileLock, SqliteStore

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from digests.store import Store

__all__ = ["Db"]

READERS = 4

P = ParamSpec("P")
T = TypeVar("T")


class Db:
    """Runs store functions off the event loop.

    `await db.write(fn, *args)` runs `fn(store, *args)` in one write transaction; writes happen one after the other.
    `await db.read(fn, *args)` runs it in one read transaction that sees only what was committed.
    A cancelled caller does not cancel its write.
    """

    def __init__(self, path: Path, *, observe: Callable[[float], None] = lambda _: None) -> None:
        """`observe` is told the seconds of every write transaction."""
        self.path = path
        self._observe = observe
        self._lock = FileLock(path)
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="db-writer")
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="db-reader")
        self._reader_of_thread = threading.local()
        self._opened: list[SqliteStore] = []
        self._store: SqliteStore | None = None

    async def open(self) -> Self:
        """Take the file's lock and bring the schema up to date. Raises StoreBusy, SchemaTooNew or StoreError."""
        self._lock.acquire()
        try:
            self._store = await asyncio.get_running_loop().run_in_executor(self._writer, SqliteStore.open, self.path)
        except BaseException:
            self._lock.release()
            raise
        return self

    async def write(self, function: Callable[Concatenate[Store, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await asyncio.shield(
            asyncio.get_running_loop().run_in_executor(self._writer, partial(self._write, function, *args, **kwargs))
        )

    async def read(self, function: Callable[Concatenate[Store, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await asyncio.get_running_loop().run_in_executor(
            self._readers, partial(self._read, function, *args, **kwargs)
        )

    async def close(self) -> None:
        """Finish the writes that were asked for, then close. Closing twice is harmless."""
        if self._store is None:
            return
        self._readers.shutdown()
        for reader in self._opened:
            reader.close()
        # The writer goes last: a connection that only reads cannot empty the write-ahead log into the file.
        await asyncio.get_running_loop().run_in_executor(self._writer, self._store.close)
        self._store = None
        self._writer.shutdown()
        self._lock.release()

    def _write(self, function: Callable[Concatenate[Store, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        if self._store is None:
            raise StoreError("the database is closed")
        begun = time.perf_counter()
        try:
            with self._store.immediate() as store:
                return function(store, *args, **kwargs)
        finally:
            self._observe(time.perf_counter() - begun)

    def _read(self, function: Callable[Concatenate[Store, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        reader: SqliteStore | None = getattr(self._reader_of_thread, "store", None)
        if reader is None:
            reader = SqliteStore.open(self.path, read_only=True)
            self._reader_of_thread.store = reader
            self._opened.append(reader)
        with reader.snapshot() as store:
            return function(store, *args, **kwargs)
