"""Updates as they come from a Bot API server, older or newer than the library: what we use of them can always be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from telegram import Update

if TYPE_CHECKING:
    from collections.abc import Mapping

    from telegram import Bot

__all__ = ["read_update"]

MESSAGES = frozenset({"message", "edited_message", "channel_post", "edited_channel_post"})
# What the conversation reads of a message. Polls, games and the like are none of our business, and the library refuses
# a whole update for one field of them that its version knows and the server's does not.
USED = frozenset({
    "message_id", "message_thread_id", "is_topic_message", "from", "sender_chat", "chat", "date", "edit_date",
    "forward_origin", "is_automatic_forward", "via_bot", "text", "entities", "caption", "caption_entities", "document",
    "migrate_to_chat_id", "migrate_from_chat_id",
})  # fmt: skip
NAMED = frozenset({"message_id", "chat", "date"})  # of a message that another one answers


def read_update(body: Mapping[str, Any], bot: Bot) -> Update:
    """The update as the library reads it; one that it cannot read is read without what we do not use."""
    try:
        return Update.de_json(dict(body), bot)
    except (TypeError, ValueError, KeyError, AttributeError):
        return Update.de_json({name: _reduced(name, value) for name, value in body.items()}, bot)


def _reduced(name: str, value: Any) -> Any:
    if name in MESSAGES:
        return _reduced_message(value)
    if name == "callback_query" and "message" in value:
        return {**value, "message": _reduced_message(value["message"])}
    return value


def _reduced_message(message: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in message.items() if name in USED}
    if "reply_to_message" in message:
        replied = message["reply_to_message"]
        kept["reply_to_message"] = {name: value for name, value in replied.items() if name in NAMED}
    return kept
