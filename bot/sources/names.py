"""Looking up host names without letting dead name servers hold up anything else."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from threading import Thread
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult

__all__ = ["ThreadResolver"]

# A lookup blocks its thread for up to 20 s when its servers are dead. As many as checks at a time, so that dead names
# never queue before a good one.
AT_ONCE = 128


class ThreadResolver(AbstractResolver):
    """getaddrinfo, each call on a thread that dies with it.

    The threads of an executor would be waited for when the program ends, dead name servers and all.
    """

    def __init__(self) -> None:
        self._free = asyncio.Semaphore(AT_ONCE)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[list[Any]] = loop.create_future()
        await self._free.acquire()

        def look_up() -> None:
            found: list[Any] | OSError
            try:
                found = socket.getaddrinfo(host, port, family, socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
            except (OSError, UnicodeError) as error:
                found = error if isinstance(error, OSError) else OSError(str(error))
            with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
                loop.call_soon_threadsafe(self._settle, answer, found)

        Thread(target=look_up, name="resolver", daemon=True).start()
        return [
            ResolveResult(
                hostname=host, host=str(address[0]), port=port, family=kind, proto=protocol, flags=socket.AI_NUMERICHOST
            )
            for kind, _, protocol, _, address in await answer
        ]

    def _settle(self, answer: asyncio.Future[list[Any]], found: list[Any] | OSError) -> None:
        self._free.release()
        if answer.done():  # whoever asked has given up
            return
        if isinstance(found, OSError):
            answer.set_exception(found)
        else:
            answer.set_result(found)

    async def close(self) -> None:
        """Nothing to close: the threads end by themselves."""
