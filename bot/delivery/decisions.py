"""What to do with a delivery after the call: decided here as a value, carried out by the sender. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.delivery.calls import as_new_message, as_plain_text
from digests.errors import (
    Ambiguous,
    BadMessage,
    BotRefused,
    ChatGone,
    ChatMoved,
    MessageGone,
    NotAllowed,
    TopicGone,
    TryLater,
)
from digests.store.outbox import LONGEST_RETRY, REPEATABLE, is_idempotent

if TYPE_CHECKING:
    from digests.errors import DeliveryError
    from digests.store.outbox import Claimed

__all__ = [
    "Again",
    "Barred",
    "Closed",
    "Decision",
    "Failed",
    "Gone",
    "InDoubt",
    "Moved",
    "Reworded",
    "Sent",
    "Stop",
    "decide",
    "message_id",
]

FLOOD_MARGIN = timedelta(seconds=0.1)


@dataclass(frozen=True, slots=True)
class Sent:
    message_id: int | None


@dataclass(frozen=True, slots=True)
class Again:
    """Certainly not accepted (or harmless to make twice): the same call after `delay`."""

    delay: timedelta
    reason: str


@dataclass(frozen=True, slots=True)
class Closed:
    """Too many requests: nothing to this chat for `delay`."""

    delay: timedelta
    reason: str


@dataclass(frozen=True, slots=True)
class InDoubt:
    """Nobody knows whether it was accepted. `repeat` says whether it goes out once more."""

    repeat: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Reworded:
    """Refused as it was: send it as `payloads` (the first takes the delivery's place, more follow it)."""

    method: str
    payloads: tuple[dict[str, Any], ...]
    thread_id: int
    fallback: str
    reason: str


@dataclass(frozen=True, slots=True)
class Failed:
    reason: str


@dataclass(frozen=True, slots=True)
class Gone:
    reason: str


@dataclass(frozen=True, slots=True)
class Barred:
    """No right to write here: strikes are counted."""

    reason: str


@dataclass(frozen=True, slots=True)
class Moved:
    new_chat_id: int


@dataclass(frozen=True, slots=True)
class Stop:
    """The bot itself is refused: the delivery waits until the operator acts."""

    error: BotRefused


Decision = Sent | Again | Closed | InDoubt | Reworded | Failed | Gone | Barred | Moved | Stop


def decide(claimed: Claimed, error: DeliveryError, *, resend: bool) -> Decision:  # noqa: PLR0911 - a line per class
    """What to do with a delivery whose call ended with this error."""
    match error:
        case TryLater(flood=True):
            return Closed(error.delay + FLOOD_MARGIN, str(error))
        case TryLater():
            return Again(max(error.delay, backoff(claimed.attempt)), str(error))
        case Ambiguous() if is_idempotent(claimed.method):
            return Again(backoff(claimed.attempt), str(error))
        case Ambiguous():
            return InDoubt(resend and not claimed.repeats and claimed.method in REPEATABLE, str(error))
        case ChatMoved():
            return Moved(error.new_chat_id)
        case ChatGone():
            return Gone(error.reason)
        case NotAllowed():
            return Barred(str(error))
        case BotRefused():
            return Stop(error)
        case _:
            return _other_form(claimed, error) or Failed(str(error))


def backoff(attempt: int) -> timedelta:
    """1, 2, 4 ... 300 seconds after the first, second, third ... attempt."""
    return min(timedelta(seconds=2 ** min(max(attempt, 1) - 1, 10)), LONGEST_RETRY)


def message_id(result: object) -> int | None:
    """The id of the message that a call made (of the first one for an album), None when it made none."""
    if isinstance(result, list):
        result = result[0] if result else None
    found = result.get("message_id") if isinstance(result, dict) else None
    return found if isinstance(found, int) else None


def _other_form(claimed: Claimed, error: DeliveryError) -> Decision | None:
    """The same content in a form that Telegram may take. Each form is tried once."""
    tried = claimed.fallback.split()
    reason = str(error)

    def reworded(name: str, payloads: list[dict[str, Any]], method: str = "", thread: int | None = None) -> Reworded:
        return Reworded(
            method or claimed.method,
            tuple(payloads),
            claimed.thread_id if thread is None else thread,
            " ".join([*tried, name]),
            reason,
        )

    match error:
        case TopicGone() if claimed.thread_id and "general" not in tried:
            return reworded("general", [claimed.payload], thread=0)
        case MessageGone() if claimed.method == "editMessageText" and "new" not in tried:
            return reworded("new", [as_new_message(claimed.payload)], method="sendMessage")
        case MessageGone() if claimed.method.startswith("send") and "new" not in tried:
            unbound = {k: v for k, v in claimed.payload.items() if k not in ("reply_parameters", "reply_to_delivery")}
            return reworded("new", [unbound])
        case MessageGone():
            return Sent(None) if claimed.method.startswith("delete") else None
        case BadMessage() if "plain" not in tried and (parts := as_plain_text(claimed.payload)):
            return reworded("plain", parts)
    return None
