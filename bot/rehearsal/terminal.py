"""Lines that somebody types while the loop goes on."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from typing import TextIO

CHUNK = 65536


class Typed:
    """The lines of a stream, one at a time, without a thread that would outlive the program. Use it with `with`."""

    def __init__(self, stream: TextIO) -> None:
        self._descriptor = stream.fileno()
        self._lines: asyncio.Queue[str | None] = asyncio.Queue()
        self._rest = b""
        self._watched = False

    def __enter__(self) -> Self:
        try:
            asyncio.get_running_loop().add_reader(self._descriptor, self._read)
            self._watched = True
        except PermissionError:  # a plain file is always ready and cannot be watched
            while self._read():
                pass
        return self

    def __exit__(self, *_: object) -> None:
        if self._watched:
            asyncio.get_running_loop().remove_reader(self._descriptor)

    async def line(self) -> str | None:
        """The next line without its end; None when there are no more."""
        return await self._lines.get()

    def _read(self) -> bool:
        """Take in what is there; whether more may come."""
        chunk = os.read(self._descriptor, CHUNK)
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        for line in lines:
            self._lines.put_nowait(line.decode(errors="replace"))
        if chunk:
            return True
        if self._rest:
            self._lines.put_nowait(self._rest.decode(errors="replace"))
        self._lines.put_nowait(None)
        self.__exit__()
        self._watched = False
        return False
