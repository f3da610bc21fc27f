"""The running parts of the service, as app.py built them: what its front desk and its web server are given."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from bot.digester import Desk
from bot.outside import Lists

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from datetime import datetime

    from bot.db import Db
    from bot.delivery.connection import Connection
    from bot.delivery.sender import Sender
    from bot.digester import Digester
    from bot.intake import LiveIntake
    from bot.learning import Learned
    from bot.metrics import Metrics
    from bot.outside import Internet
    from bot.sources.poller import Poller
    from config.settings import Settings
    from digests.intake import Prepared
    from digests.store import Store

__all__ = ["Parts", "Tell"]

Tell: TypeAlias = "Callable[[Store, str, bool, datetime], None]"
"""Writes a complaint (or that it is over) to the admins into the outbox, inside the transaction that found it."""


@dataclass
class Parts:
    """Everything that runs, side by side."""

    settings: Settings
    now: Callable[[], datetime]
    db: Db
    metrics: Metrics
    line: Connection
    learned: Learned
    intake: LiveIntake
    poller: Poller[Prepared]
    digester: Digester
    sender: Sender
    internet: Internet
    tell: Tell
    desk: Desk = field(default_factory=Desk)
    lists: Lists = field(default_factory=Lists)
    background: set[asyncio.Task[object]] = field(default_factory=set)

    def in_background(self, work: Coroutine[object, object, object]) -> None:
        """Have something done beside the loop, and keep hold of it until it is."""
        task = asyncio.get_running_loop().create_task(work)
        self.background.add(task)
        task.add_done_callback(self.background.discard)

    def pause(self, on: bool) -> None:
        """Maintenance: while it is on nothing is fetched and no digest is composed."""
        self.digester.paused = self.poller.paused = on
        self.digester.wake()
        self.poller.wake()
