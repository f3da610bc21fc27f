"""Room in memory for large answers: a hundred feeds of ten megabytes are not held at once."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["LARGE", "Room"]

LARGE = 512 * 1024  # bytes; below, a body needs no place


class Room:
    """At most one of a few places, for as long as the block lasts.

    >>> async with Room(places) as room:
    ...     await room.take(len(body), deadline)
    """

    def __init__(self, places: asyncio.Semaphore) -> None:
        self._places = places
        self._taken = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._taken:
            self._taken = False
            self._places.release()

    async def take(self, size: int, *deadlines: asyncio.Timeout) -> float:
        """Wait for a place when `size` bytes need one; how many seconds it took, by which the deadlines are moved."""
        if self._taken or size <= LARGE:
            return 0.0
        loop = asyncio.get_running_loop()
        begun, ends = loop.time(), [deadline.when() for deadline in deadlines]
        _move(deadlines, [None for _ in ends])
        await self._places.acquire()
        self._taken = True
        waited = loop.time() - begun
        _move(deadlines, [None if end is None else end + waited for end in ends])
        return waited


def _move(deadlines: Iterable[asyncio.Timeout], ends: Iterable[float | None]) -> None:
    for deadline, end in zip(deadlines, ends, strict=True):
        deadline.reschedule(end)
