"""Which function plays which method."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from bot.rehearsal.backend import Backend

Play = Callable[[Backend, dict[str, Any]], Any | Awaitable[Any]]
table: dict[str, Play] = {}


def plays(method: str) -> Callable[[Play], Play]:
    """Enter a function as the one that plays `method`."""

    def enter(play: Play) -> Play:
        table[method] = play
        return play

    return enter
