"""Manners towards one host: a few requests at a time, and silence for as long as it asks for."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from digests.errors import FetchError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Mapping

__all__ = ["LONGEST_PAUSE", "Hosts", "fresh_for", "retry_after"]

LONGEST_PAUSE = timedelta(hours=24)


@dataclass(slots=True)
class Host:
    slots: asyncio.Semaphore
    users: int = 0


@dataclass(slots=True)
class Hosts:
    """Every host that is being talked to."""

    per_host: int
    now: Callable[[], datetime]
    known: dict[str, Host] = field(default_factory=dict)
    paused: dict[str, datetime] = field(default_factory=dict)

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncGenerator[None]:
        """Wait for one of the host's slots. Raises FetchError while the host asked to be left alone."""
        self._refuse_paused(host)
        entry = self.known.setdefault(host, Host(asyncio.Semaphore(self.per_host)))
        entry.users += 1
        try:
            async with entry.slots:
                self._refuse_paused(host)
                yield
        finally:
            entry.users -= 1
            if not entry.users:
                self.known.pop(host, None)

    def pause(self, host: str, delay: timedelta) -> None:
        """Let nobody talk to the host for so long; a longer pause that was asked for before stays."""
        until = self.now() + min(delay, LONGEST_PAUSE)
        self.paused = {name: time for name, time in self.paused.items() if time > self.now()}
        self.paused[host] = max(until, self.paused.get(host, until))

    def _refuse_paused(self, host: str) -> None:
        rest = self.paused.get(host, self.now()) - self.now()
        if rest > timedelta(0):
            raise FetchError(
                f"{host}: asked to be left alone for {round(rest.total_seconds())} s more", retry_after=rest
            )


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """How long Retry-After asks to wait: seconds, or a time relative to the server's own clock. At most a day."""
    value = headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        return min(timedelta(seconds=min(int(value[:9]), 10**8)), LONGEST_PAUSE)
    until = _date(value)
    if until is None:
        return None
    rest = until - (_date(headers.get("Date", "")) or now)
    return min(max(rest, timedelta(0)), LONGEST_PAUSE)


def fresh_for(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """How long the answer says that it stays current: max-age, else Expires. At most a day."""
    for directive in headers.get("Cache-Control", "").lower().split(","):
        name, _, value = directive.strip().partition("=")
        value = value.strip('" ')
        if name == "max-age" and value.isascii() and value.isdigit():
            return min(timedelta(seconds=min(int(value[:9]), 10**8)), LONGEST_PAUSE)
    until = _date(headers.get("Expires", ""))
    if until is None:
        return None
    rest = until - (_date(headers.get("Date", "")) or now)
    return min(rest, LONGEST_PAUSE) if rest > timedelta(0) else None


def _date(value: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(value[:64])
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return date if date.tzinfo else None
