"""Every check, one after the other."""

from __future__ import annotations

import asyncio
from itertools import chain
from typing import TYPE_CHECKING

from bot.doctor.database import look_at_database
from bot.doctor.machine import look_at_machine
from bot.doctor.setup import look_at_setup
from bot.doctor.telegram import ask_telegram

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from bot.doctor.findings import Finding
    from config.settings import Settings

__all__ = ["examine"]


def examine(settings: Settings, now: datetime, *, network: bool = True) -> Iterator[Finding]:
    """What each check found. `network` also asks Telegram; `now` is the clock that is compared with Telegram's."""
    yield from chain(look_at_machine(settings), look_at_setup(settings, now), look_at_database(settings))
    if network:
        yield from asyncio.run(ask_telegram(settings, now))
