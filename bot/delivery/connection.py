"""The line to Telegram: the requests of python-telegram-bot, with the answers translated."""

from __future__ import annotations

import asyncio
import base64
import binascii
import logging
import os
from typing import TYPE_CHECKING, Any, Self

from telegram import Bot, InputFile
from telegram.error import TelegramError
from telegram.request import RequestData

# Not exported by the library, and the only way to make a call without its reading of the answer: an answer that it
# cannot read would look like a failure although Telegram accepted the message.
from telegram.request._requestparameter import RequestParameter

from bot.delivery.answers import is_unchanged, translated
from bot.delivery.request import AiohttpRequest
from digests.errors import Ambiguous, BadMessage, DeliveryError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["TELEGRAM_API", "Connection", "Timeouts"]

TELEGRAM_API = "https://api.telegram.org"
POOL = 48  # sends, those that hang, and what the library asks meanwhile

LOG_LEVELS = {
    "telegram.Bot": logging.WARNING,  # it logs addresses, and the token is part of them
    "telegram.request": logging.CRITICAL,  # logs answers it cannot read: people's messages; we raise and count them
}

os.environ.setdefault("PTB_TIMEDELTA", "1")  # else reading `RetryAfter.retry_after` warns


class Timeouts:
    """Seconds to wait for Telegram. The library's own 5 s are too short: each time-out is an ambiguous send."""

    def __init__(self, *, connect: float = 10, read: float = 30, pool: float = 5) -> None:
        self.connect = connect
        self.read = read
        self.pool = pool

    def request(self, size: int) -> AiohttpRequest:
        return AiohttpRequest(size, connect=self.connect, read=self.read, pool=self.pool)


class Connection:
    """Calls of the Bot API. `bot` is the library's bot on the same line, for everything that is not a send.

    >>> async with Connection(token, "http://127.0.0.1:8081") as line:
    ...     await line.call("sendMessage", {"chat_id": 1, "text": "Hello"})
    """

    def __init__(self, token: str, api: str = TELEGRAM_API, timeouts: Timeouts | None = None) -> None:
        for name, level in LOG_LEVELS.items():
            logging.getLogger(name).setLevel(level)
        timeouts = timeouts or Timeouts()
        self._sends = timeouts.request(POOL)
        self._polls = timeouts.request(2)  # apart, or a long poll and a burst of sends starve each other
        api = api.rstrip("/")
        self.bot: Bot = Bot(
            token,
            base_url=f"{api}/bot",
            base_file_url=f"{api}/file/bot",
            request=self._sends,
            get_updates_request=self._polls,
        )

    async def open(self) -> Self:
        await asyncio.gather(self._sends.initialize(), self._polls.initialize())
        return self

    async def close(self) -> None:
        """Closing twice is harmless."""
        await asyncio.gather(self._sends.close(), self._polls.close())

    async def __aenter__(self) -> Self:
        return await self.open()

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def call(self, method: str, parameters: Mapping[str, object]) -> object:
        """The result of a method, as JSON; True when an edit changes nothing. Raises a DeliveryError.

        A file is given as {"filename": ..., "base64": ...}; None values are left out.
        """
        return await self._post(self._sends, method, parameters)

    async def updates(self, offset: int | None, wait: float, kinds: Sequence[str]) -> list[dict[str, Any]]:
        """Updates from `offset` on, as JSON, after at most `wait` seconds. An offset confirms all updates before it."""
        parameters = {"offset": offset, "timeout": int(wait), "allowed_updates": list(kinds), "limit": 100}
        result = await self._post(self._polls, "getUpdates", parameters, read_timeout=wait + 15)
        if not isinstance(result, list):
            raise Ambiguous("getUpdates: the answer is no list")
        return [update for update in result if isinstance(update, dict)]

    async def _post(
        self,
        request: AiohttpRequest,
        method: str,
        parameters: Mapping[str, object],
        read_timeout: float | None = None,
    ) -> object:
        if not method.isalpha():
            raise BadMessage(f"no method of the Bot API: {method}")
        data = RequestData([_parameter(name, value) for name, value in parameters.items() if value is not None])
        waits = {} if read_timeout is None else {"read_timeout": read_timeout}
        try:
            return await request.post(f"{self.bot.base_url}/{method}", data, **waits)
        except DeliveryError:
            raise
        except TelegramError as error:
            if is_unchanged(error):
                return True
            raise translated(error) from error
        except Exception as error:  # whatever it is, the delivery has to be settled
            raise translated(error) from error


def _parameter(name: str, value: object) -> RequestParameter:
    if isinstance(value, dict) and value.keys() >= {"filename", "base64"}:
        return RequestParameter(name, None, [_file(value)])
    if name == "media" and isinstance(value, list):
        return _album(name, value)
    return RequestParameter(name, value, None)


def _album(name: str, items: list[Any]) -> RequestParameter:
    files: list[InputFile] = []
    media = []
    for item in items:
        content = item.get("media")
        if isinstance(content, dict):
            file = _file(content, attach=True)
            files.append(file)
            item = {**item, "media": file.attach_uri}  # noqa: PLW2901 - the item as it is sent
        media.append(item)
    return RequestParameter(name, media, files or None)


def _file(value: Mapping[str, Any], *, attach: bool = False) -> InputFile:
    try:
        content = base64.b64decode(value["base64"], validate=True)
    except (binascii.Error, TypeError, ValueError) as error:
        raise BadMessage(f"{value['filename']}: the file is not base64") from error
    return InputFile(content, filename=str(value["filename"]), attach=attach)
