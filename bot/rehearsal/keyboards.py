"""What Telegram asks of the buttons under a message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yarl import URL

from bot.rehearsal.refusal import bad_request

if TYPE_CHECKING:
    from bot.rehearsal.world import Json

MAX_BUTTONS = 100
MAX_ROW = 8
MAX_DATA = 64
NOT_A_KIND = frozenset({"text", "icon_custom_emoji_id", "style"})


def checked_markup(markup: Json | None) -> Json | None:
    """The keyboard as it will be shown; None for none. Raises Refusal for one that Telegram would not show."""
    if not markup:
        return None
    rows = markup.get("inline_keyboard")
    if rows is None:
        return markup
    if sum(len(row) for row in rows) > MAX_BUTTONS:
        raise bad_request("reply markup is too long")
    for row in rows:
        if len(row) > MAX_ROW:
            raise bad_request(f"can't parse inline keyboard: a row has {len(row)} buttons, more than {MAX_ROW}")
        for button in row:
            check_button(button)
    kept = [row for row in rows if row]
    return {"inline_keyboard": kept} if kept else None


def check_button(button: Json) -> None:
    if not button["text"].strip():
        raise bad_request("can't parse inline keyboard button: text of a button must be non-empty")
    kinds = {key for key in button if key not in NOT_A_KIND}
    if not kinds or button.get("callback_data") == "":
        raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if len(kinds) > 1:
        raise bad_request(f"can't parse inline keyboard button: more than one kind: {', '.join(sorted(kinds))}")
    if "callback_data" in button and len(button["callback_data"].encode()) > MAX_DATA:
        raise bad_request("BUTTON_DATA_INVALID")
    if "url" in button and not is_link(button["url"]):
        raise bad_request(f"inline keyboard button URL '{button['url']}' is invalid: wrong HTTP URL")


def is_link(text: str) -> bool:
    """Whether Telegram would open it: http, https with a dotted host, or tg."""
    try:
        url = URL(text if "://" in text else f"http://{text}")
    except (ValueError, IndexError):
        return False
    if url.scheme == "tg":
        return True
    host = url.host or ""
    return url.scheme in {"http", "https"} and "." in host.strip(".") and " " not in text
