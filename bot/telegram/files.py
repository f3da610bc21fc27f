"""Files that people send, fetched from Telegram with a limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from telegram.error import BadRequest

from bot.telegram.request import Refusal

if TYPE_CHECKING:
    from telegram import Bot

__all__ = ["MAX_FILE", "download"]

MAX_FILE = 5_000_000  # bytes; the Bot API itself hands out at most 20 MB


async def download(bot: Bot, file_id: str) -> bytes:
    """The file's content. Raises Refusal when it is too large or gone."""
    try:
        file = await bot.get_file(file_id)
    except BadRequest as error:
        raise Refusal("file.gone") from error
    if file.file_size is not None and file.file_size > MAX_FILE:
        raise Refusal("file.too_large", n=MAX_FILE // 1_000_000)
    content = bytes(await file.download_as_bytearray())
    if len(content) > MAX_FILE:
        raise Refusal("file.too_large", n=MAX_FILE // 1_000_000)
    return content
