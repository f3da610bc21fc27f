"""Menus without memory: what a button means stands in its data, `v1:action:id:page`, and nowhere else.

A fifth field names the channel that is managed, when that is not the chat of the conversation. Ids are row numbers or short
codes, never what a person typed: data holds at most 64 bytes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.telegram.request import Button, Pressed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.telegram.wording import Words
    from digests.model import Destination

__all__ = ["MAX_DATA", "VERSION", "keyboard", "pack", "pager", "rows", "unpack"]

VERSION = "v1"
MAX_DATA = 64
MAX_BUTTONS = 100
MAX_LABEL = 60
DATA = re.compile(r"v1:([a-z_]{1,16}):([A-Za-z0-9_.,+=-]{0,36}):(\d{1,4})(?::(-?\d{1,16}))?")


def pack(button: Button, where: Destination | None = None) -> str:
    """The data of a button. Raises ValueError when it would not fit."""
    data = f"{VERSION}:{button.action}:{button.id}:{button.page}" + (f":{where.chat_id}" if where else "")
    if DATA.fullmatch(data) is None or len(data) > MAX_DATA:
        raise ValueError(f"callback data that cannot be read back: {data!r}")
    return data


def unpack(data: str, message_id: int | None) -> tuple[Pressed, int | None] | None:
    """What was pressed and which other chat it is about, or None for data of another version or of a stranger."""
    found = DATA.fullmatch(data)
    if found is None:
        return None
    action, key, page, chat = found.groups()
    return Pressed(action, key, int(page), message_id), int(chat) if chat else None


def keyboard(buttons: Sequence[Sequence[Button]], where: Destination | None = None) -> dict[str, object]:
    """The buttons as Telegram's inline keyboard."""
    return {"inline_keyboard": [[_button(button, where) for button in row] for row in buttons if row]}


def rows(buttons: Sequence[Button], width: int = 2) -> tuple[tuple[Button, ...], ...]:
    """Buttons in rows of at most `width`."""
    kept = buttons[: MAX_BUTTONS - 10]
    return tuple(tuple(kept[start : start + width]) for start in range(0, len(kept), width))


def pager(words: Words, action: str, key: str | int, page: int, pages: int) -> tuple[Button, ...]:
    """Back and forward through pages counted from 0."""
    turns = []
    if page > 0:
        turns.append(Button(words.plain("menu.back"), action, key, page - 1))
    if page + 1 < pages:
        turns.append(Button(words.plain("menu.more"), action, key, page + 1))
    return tuple(turns)


def _button(button: Button, where: Destination | None) -> dict[str, object]:
    label = button.label if len(button.label) <= MAX_LABEL else button.label[: MAX_LABEL - 1] + "…"
    if button.url is not None:
        return {"text": label, "url": button.url}
    if button.inline is not None:
        return {"text": label, "switch_inline_query_current_chat": button.inline}
    return {"text": label, "callback_data": pack(button, where)}
