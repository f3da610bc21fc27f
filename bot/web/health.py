"""Whether the process lives (/healthz) and whether it can do its work (/readyz)."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import structlog
from aiohttp import web

from digests.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from datetime import datetime, timedelta

    from bot.db import Db
    from digests.store import Store

__all__ = ["Health", "Lag", "database_check", "recent_check"]

log = structlog.get_logger(__name__)

LONGEST_LAG = 5.0
CHECK_SECONDS = 3.0


@dataclass(slots=True)
class Lag:
    """How late the event loop woke up, the worst of the last twenty times: `run` is a task beside the others."""

    every: float = 0.5
    observe: Callable[[float], None] | None = None
    recent: deque[float] = field(default_factory=lambda: deque(maxlen=20))

    @property
    def seconds(self) -> float:
        return max(self.recent, default=0.0)

    async def run(self, stop: asyncio.Event) -> None:
        loop = asyncio.get_running_loop()
        while not stop.is_set():
            due = loop.time() + self.every
            await asyncio.sleep(self.every)
            self.recent.append(max(0.0, loop.time() - due))
            if self.observe:
                self.observe(self.recent[-1])


class Health:
    """Answers for both addresses. A check returns None when all is well, else a sentence."""

    def __init__(self, lag: Lag, checks: Mapping[str, Callable[[], Awaitable[str | None]]]) -> None:
        self._lag = lag
        self._checks = dict(checks)

    async def live(self, _request: web.Request) -> web.Response:
        """503 when the event loop was more than five seconds late."""
        good = self._lag.seconds < LONGEST_LAG
        return web.json_response(
            {"alive": good, "lag_seconds": round(self._lag.seconds, 3)}, status=200 if good else 503
        )

    async def ready(self, _request: web.Request) -> web.Response:
        """503 when any check says that something is wrong, with what."""
        results = await asyncio.gather(*(self._result(check) for check in self._checks.values()))
        said = {name: sentence or "ok" for name, sentence in zip(self._checks, results, strict=True)}
        good = not any(results)
        return web.json_response({"ready": good, "checks": said}, status=200 if good else 503)

    async def _result(self, check: Callable[[], Awaitable[str | None]]) -> str | None:
        try:
            async with asyncio.timeout(CHECK_SECONDS):
                return await check()
        except TimeoutError:
            return f"no answer within {CHECK_SECONDS:g} s"
        except Exception as error:
            # The answer to "is all well?" when the question itself fails.
            log.exception("check_failed")
            return f"the check itself failed ({type(error).__name__})"


def database_check(db: Db) -> Callable[[], Awaitable[str | None]]:
    """Whether a transaction can be written."""

    def touch(store: Store) -> None:
        store.execute(
            "INSERT INTO named_values (name, value) VALUES ('ready', '') ON CONFLICT (name) DO UPDATE SET value = ''"
        )

    async def check() -> str | None:
        try:
            await db.write(touch)
        except StoreError as error:
            return str(error)
        return None

    return check


def recent_check(
    what: str, last: Callable[[], datetime | None], longest: timedelta, now: Callable[[], datetime]
) -> Callable[[], Awaitable[str | None]]:
    """Whether something that happens again and again (the poller's round) happened lately."""
    begun = now()

    async def check() -> str | None:
        silent = now() - (last() or begun)
        return None if silent <= longest else f"{what}: nothing for {silent.total_seconds():.0f} s"

    return check
