"""A folder whose files become articles: whoever can write into it can hand in news.

A file is opened relative to the folder and never through a link, so that nobody can make the bot read another file.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from digests.errors import DigestError, StoreError, UnreadableSource

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

__all__ = ["DropFolder"]

log = structlog.get_logger(__name__)

EVERY_SECONDS = 2.0
LARGEST_FILE = 10_000_000
MOST_AT_ONCE = 500
DONE, FAILED = "done", "failed"


@dataclass(frozen=True, slots=True)
class Stamp:
    """A file as it was at one look. Two equal looks in a row say that nobody writes into it any more."""

    inode: int
    size: int
    changed_ns: int


class DropFolder:
    """Watches one folder. `take(name, content)` stores what a file holds; a file is moved only after that."""

    def __init__(
        self, folder: Path, take: Callable[[str, bytes], Awaitable[None]], *, every: float = EVERY_SECONDS
    ) -> None:
        """`take` raises a DigestError other than StoreError when nothing can be made of the file."""
        self._folder = folder
        self._take = take
        self._every = every
        self._seen: dict[str, Stamp] = {}

    async def run(self, stop: asyncio.Event) -> None:
        """Look again and again until `stop` is set."""
        while not stop.is_set():
            try:
                await self.look()
            except OSError as error:
                log.warning("drop_folder_unreadable", folder=str(self._folder), error=error.strerror)
            except StoreError as error:
                log.warning("drop_folder_not_stored", error=str(error))
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._every):
                    await stop.wait()

    async def look(self) -> int:
        """Take the files that have not changed since the last look; how many were dealt with. Raises OSError, StoreError."""
        folder = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            return await self._look(folder)
        finally:
            os.close(folder)

    async def _look(self, folder: int) -> int:
        names = sorted(name for name in os.listdir(folder) if not name.startswith(".") and name not in (DONE, FAILED))
        seen = {name: stamp for name in names[:MOST_AT_ONCE] if (stamp := _stamp(folder, name))}
        ready = [name for name, stamp in seen.items() if self._seen.get(name) == stamp]
        self._seen = seen
        for name in ready:
            await self._deal_with(folder, name)
        return len(ready)

    async def _deal_with(self, folder: int, name: str) -> None:
        try:
            await self._take(name, await asyncio.to_thread(_content, folder, name))
        except StoreError:
            raise  # the disk, not the file: it stays where it is
        except (DigestError, OSError) as error:
            log.warning("dropped_file_refused", file=name, error=str(error))
            _move(folder, name, FAILED)
        else:
            _move(folder, name, DONE)
        self._seen.pop(name, None)


def _stamp(folder: int, name: str) -> Stamp | None:
    try:
        status = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except OSError:
        return None
    if stat.S_ISDIR(status.st_mode):
        return None
    return Stamp(status.st_ino, status.st_size, status.st_mtime_ns)


def _content(folder: int, name: str) -> bytes:
    """What the file holds. Raises UnreadableSource for links, devices, pipes and what is too large."""
    try:
        # Without O_NONBLOCK, opening a pipe that nobody writes into would wait for ever.
        handle = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
    except OSError as error:
        raise UnreadableSource(f"{name}: cannot be read; links are not followed ({error.strerror})") from error
    with os.fdopen(handle, "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise UnreadableSource(f"{name}: is no regular file")
        content = file.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise UnreadableSource(f"{name}: larger than {LARGEST_FILE // 1_000_000} MB; split it")
    return content


def _move(folder: int, name: str, place: str) -> None:
    """Into `done` or `failed`, under a name that is free there."""
    with contextlib.suppress(FileExistsError):
        os.mkdir(place, 0o700, dir_fd=folder)
    target = os.open(place, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
    try:
        free, number = name, 0
        while _exists(target, free):
            number += 1
            free = f"{number}-{name}"
        os.rename(name, free, src_dir_fd=folder, dst_dir_fd=target)
    finally:
        os.close(target)


def _exists(folder: int, name: str) -> bool:
    try:
        os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True
