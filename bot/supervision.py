"""What systemd is told of a running bot: that it is up, that its event loop lives, that it stops. Nothing without it.

The protocol is sd_notify(3): a datagram to the socket that NOTIFY_SOCKET names.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping

__all__ = ["notify", "supervised"]


@asynccontextmanager
async def supervised(env: Mapping[str, str]) -> AsyncGenerator[None, None]:
    """Say READY=1, then WATCHDOG=1 twice in each interval that systemd asked for, and STOPPING=1 at the end."""
    notify(env, "READY=1")
    seconds = _interval(env)
    beating = asyncio.create_task(_beat(env, seconds / 2), name="watchdog") if seconds else None
    try:
        yield
    finally:
        notify(env, "STOPPING=1")
        if beating is not None:
            beating.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await beating


def notify(env: Mapping[str, str], state: str) -> bool:
    """Tell systemd, if it asked to be told. A message that is not taken is no reason to stop; whether it was."""
    address = env.get("NOTIFY_SOCKET", "")
    if not address:
        return False
    if address.startswith("@"):  # a name without a file
        address = "\0" + address[1:]
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as line:
            line.setblocking(False)
            line.sendto(state.encode(), address)
    except OSError:
        return False
    return True


def _interval(env: Mapping[str, str]) -> float:
    """Seconds within which systemd wants a sign of life; 0 when it wants none."""
    wanted = env.get("WATCHDOG_USEC", "")
    return int(wanted) / 1_000_000 if wanted.isascii() and wanted.isdigit() else 0.0


async def _beat(env: Mapping[str, str], every: float) -> None:
    while True:
        notify(env, "WATCHDOG=1")
        await asyncio.sleep(every)
