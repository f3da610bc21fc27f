"""Flood control: how often a bot may write, and what happens to one that writes more often.

Telegram publishes the limits as rules of thumb only (core.telegram.org/bots/faq: about 30 messages a second in all, one a
second in a chat, 20 a minute in a group). The stand-in takes them at their strictest, as sliding windows: no window of
that length, wherever it begins, may hold more.
"""

from __future__ import annotations

import math
from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.rehearsal.refusal import too_many

if TYPE_CHECKING:
    from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Window:
    """At most `count` messages in any `seconds`."""

    count: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Limits:
    """What a bot may send. Edits count like messages; an album costs its number of files. None switches one off."""

    overall: Window | None = Window(30, 1)
    private: Window | None = Window(1, 1)
    group: Window | None = Window(20, 60)
    least_wait: int = 1  # the smallest retry_after, in whole seconds


@dataclass(slots=True)
class Flood:
    """The windows of one bot and what they saw."""

    limits: Limits | None
    refused: int = 0  # answers 429
    during_wait: int = 0  # of these, calls made although a retry_after had not passed
    sent: dict[int | None, deque[float]] = field(default_factory=lambda: defaultdict(deque))
    closed_until: dict[int | None, float] = field(default_factory=dict)

    def close(self, chat_id: int | None, now: datetime, wait: timedelta) -> None:
        """Refuse everything to a chat (None: to all of them) for a time, with or without limits."""
        self.closed_until[chat_id] = now.timestamp() + wait.total_seconds()

    def admit(self, chat_id: int, now: datetime, *, private: bool, cost: int = 1) -> None:
        """Count a message. Raises Refusal 429 with retry_after when it comes too early."""
        moment = now.timestamp()
        for key in (chat_id, None):
            until = self.closed_until.get(key, 0.0)
            if moment < until:
                self.refused += 1
                self.during_wait += 1
                raise too_many(max(1, math.ceil(until - moment)))
        if self.limits is None:
            return
        chat_window = self.limits.private if private else self.limits.group
        windows = ((chat_id, chat_window), (None, self.limits.overall))
        for key, window in windows:
            if window is not None:
                self.refuse_beyond(key, window, moment, cost)
        for key, window in windows:
            if window is not None:
                self.sent[key].extend([moment] * cost)

    def refuse_beyond(self, key: int | None, window: Window, moment: float, cost: int) -> None:
        times = self.sent[key]
        while times and times[0] <= moment - window.seconds:
            times.popleft()
        if not times or len(times) + cost <= window.count:
            return
        free_at = times[min(len(times), len(times) + cost - window.count) - 1] + window.seconds
        wait = max(self.limits.least_wait if self.limits else 1, math.ceil(free_at - moment))
        self.refused += 1
        self.closed_until[key] = moment + wait
        raise too_many(wait)
