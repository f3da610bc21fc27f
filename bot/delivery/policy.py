"""What the sender is told: the line it speaks through, and what it may do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Line", "Policy", "WhenInDoubt", "possible_repeat"]


class Line(Protocol):
    """Whatever makes calls of the Bot API: `Connection`."""

    async def call(self, method: str, parameters: Mapping[str, object]) -> object:
        """The result as JSON. Raises a DeliveryError."""
        ...


class WhenInDoubt(StrEnum):
    """What to do with a message of which nobody knows whether Telegram accepted it."""

    RESEND = "resend"  # once more, saying that it may be a repeat
    HOLD = "hold"  # never; it is listed


@dataclass(frozen=True, slots=True)
class Policy:
    when_in_doubt: WhenInDoubt = WhenInDoubt.RESEND
    in_flight: int = 8  # enough for 28 a second up to 280 ms round trip
    repeat_after: timedelta = timedelta(seconds=30)
    call_limit: float = 120.0  # seconds for one call, however slowly the answer drips
    grace: float = 5.0  # seconds that calls in flight are given at the end


def possible_repeat(_language: str) -> str:
    """The words at the head of a message that may have arrived before."""
    return "↻ This may be a repeat."
