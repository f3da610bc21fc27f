"""What an answer of Telegram means for the delivery: exceptions of python-telegram-bot as errors of this project.

The cause decides, not the class: BadRequest and TimedOut are NetworkErrors in that library, and a connection that was
reset before Telegram accepted a message looks exactly like one that was reset after it. Whatever is not certainly a
refusal is Ambiguous. The classes of answers: docs/delivery.md.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import aiohttp
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from digests.errors import (
    Ambiguous,
    BadMarkup,
    BadMessage,
    BotRefused,
    ChatGone,
    ChatMoved,
    MessageGone,
    NotAllowed,
    TopicGone,
    TryLater,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from digests.errors import DeliveryError

__all__ = ["is_unchanged", "translated"]

NEVER_SENT = (
    aiohttp.ClientConnectorError,  # refused, unknown host, no TLS
    aiohttp.ClientProxyConnectionError,
    aiohttp.ClientHttpProxyError,
    aiohttp.ConnectionTimeoutError,  # no connection in time, or none free
)
NO_REQUEST = (UnicodeError, TypeError)
"""The call could not even be written as a request."""

AT_ONCE = timedelta(0)
PROXY_PAUSE = timedelta(seconds=30)
FLOOD_PAUSE = timedelta(seconds=30)
"""When an answer of 429 does not say how long."""

# Words of the server (tdlib/telegram-bot-api: Client.cpp, tdlib/td: error messages), in small letters.
UNCHANGED = "message is not modified"
NO_METHOD = "method not found"  # answered with 404 like a wrong token, by a server that is older than the method
MARKUP = ("can't parse entities", "can't parse message text", "can't parse caption", "unsupported start tag")
MESSAGE_GONE = (
    "message to edit not found",
    "message can't be edited",
    "message to be replied not found",
    "message to reply not found",
    "replied message not found",
    "message to delete not found",
    "message to copy not found",
    "message identifier is not specified",
    "message_id_invalid",
)
TOPIC_GONE = ("message thread not found", "topic_closed", "topic_deleted", "topic_id_invalid")
CHAT_GONE = (
    "chat not found",
    "user not found",
    "bot was blocked by the user",
    "user is deactivated",
    "bot was kicked",
    "bot is not a member",
    "group chat was deleted",
    "group chat was deactivated",
    "bot can't initiate conversation",
    "bot can't send messages to bots",
    "bots can't send messages to bots",
    "chat was deleted",
    "have no access to the chat",
    "channel_private",
    "peer_id_invalid",
    "input_user_deactivated",
    "user_is_blocked",
)
NOT_ALLOWED = (
    "not enough rights",
    "need administrator rights",
    "have no rights to send",
    "no rights to send",
    "chat_write_forbidden",
    "chat_admin_required",
    "chat_send_",
    "chat_restricted",
    "bot is not an administrator",
    "chat_guest_send_forbidden",
)
WAIT = re.compile(r"retry after (\d+)", re.IGNORECASE)


def is_unchanged(error: TelegramError) -> bool:
    """Whether Telegram says that an edit changes nothing: then it was done before."""
    return isinstance(error, BadRequest) and UNCHANGED in str(error).lower()


def translated(error: Exception) -> DeliveryError:
    """The error as the sender knows it. Every exception of a call has a translation."""
    if isinstance(error, RetryAfter):
        return TryLater(str(error), _seconds(error), flood=True)
    if isinstance(error, ChatMigrated):
        return ChatMoved(error.new_chat_id)
    if isinstance(error, (BadRequest, Forbidden, InvalidToken, Conflict)):
        return _refused(error)
    if isinstance(error, NetworkError):
        return _failed(error)
    return Ambiguous(_short(error) or type(error).__name__)  # an answer that cannot be read, or whatever else


def _refused(error: TelegramError) -> DeliveryError:
    """The server answered 400, 401, 403, 404 or 409."""
    if isinstance(error.__cause__, TelegramError):
        # The body was not Telegram's: something between us and Telegram refused the request.
        return TryLater(f"not an answer of Telegram: {_short(error)}", PROXY_PAUSE)
    if isinstance(error, InvalidToken) and NO_METHOD in str(error).lower():
        return BadMessage(str(error))
    if isinstance(error, InvalidToken):
        # Without the library's own words: in some of them it shows the token.
        return BotRefused("Telegram does not know this bot; check KHABARDAR_TELEGRAM_TOKEN")
    if isinstance(error, Conflict):
        return BotRefused(_conflict(str(error)))
    return _refusal(str(error), isinstance(error, Forbidden))


def _failed(error: NetworkError) -> DeliveryError:
    cause = error.__cause__
    text = _short(error)
    if isinstance(cause, NEVER_SENT):
        return TryLater(f"no connection to Telegram: {_short(cause) or type(cause).__name__}", AT_ONCE)
    if isinstance(cause, NO_REQUEST):
        return BadMessage(f"cannot be written as a request: {_short(cause)}")
    if text.startswith("Too Many Requests"):
        wait = WAIT.search(text)
        return TryLater(text, timedelta(seconds=int(wait[1])) if wait else FLOOD_PAUSE, flood=True)
    if text.startswith("Request Entity Too Large"):
        return BadMessage(text)
    return Ambiguous(text or type(error).__name__)


def _refusal(message: str, forbidden: bool) -> DeliveryError:
    text = message.lower()
    kinds: tuple[tuple[tuple[str, ...], Callable[[str], DeliveryError]], ...] = (
        (MARKUP, BadMarkup),
        (MESSAGE_GONE, MessageGone),
        (TOPIC_GONE, TopicGone),
        (NOT_ALLOWED, NotAllowed),
        (CHAT_GONE, ChatGone),
    )
    for words, make in kinds:
        if any(word in text for word in words):
            return make(message)
    return NotAllowed(message) if forbidden else BadMessage(message)


def _conflict(message: str) -> str:
    if "webhook" in message.lower():
        return f"this bot has a webhook, so updates cannot be polled ({message}); delete the webhook or use it"
    return f"another program polls with this bot's token ({message}); stop it, or use another token"


def _seconds(error: RetryAfter) -> timedelta:
    wait = error.retry_after
    return wait if isinstance(wait, timedelta) else timedelta(seconds=wait)


def _short(error: BaseException) -> str:
    text = " ".join(str(error).split())
    return text if len(text) <= 200 else text[:199] + "…"
