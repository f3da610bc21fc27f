"""Delivery: the outbox's way to Telegram, paced and settled. How it behaves: docs/delivery.md."""

from bot.delivery.connection import TELEGRAM_API, Connection, Timeouts
from bot.delivery.events import Event, EventKind
from bot.delivery.pace import Pace
from bot.delivery.pacer import Pacer, Spacing
from bot.delivery.policy import Policy, WhenInDoubt
from bot.delivery.sender import Sender

__all__ = [
    "TELEGRAM_API",
    "Connection",
    "Event",
    "EventKind",
    "Pace",
    "Pacer",
    "Policy",
    "Sender",
    "Spacing",
    "Timeouts",
    "WhenInDoubt",
]
