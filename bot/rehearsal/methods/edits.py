"""Changing, deleting and pinning what was sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.rehearsal.keyboards import checked_markup
from bot.rehearsal.methods.messages import caption
from bot.rehearsal.methods.table import plays
from bot.rehearsal.refusal import NOT_MODIFIED, bad_request
from bot.rehearsal.texts import Formatted, read_text
from bot.rehearsal.world import ChatKind

if TYPE_CHECKING:
    from bot.rehearsal.backend import Backend
    from bot.rehearsal.world import Chat, Json, Message

Arguments = dict[str, Any]
DELETABLE_SECONDS = 48 * 3600
MOST_AT_ONCE = 100


@plays("editMessageText")
def edit_text(backend: Backend, arguments: Arguments) -> Json | bool:
    if "text" not in arguments:
        raise bad_request("message text is empty")
    content = read_text(arguments["text"], arguments.get("parse_mode"), arguments.get("entities"))
    message = editable(backend, arguments)
    if message.has_file:
        raise bad_request("there is no text in the message to edit")
    options = arguments.get("link_preview_options") or {}
    return change(backend, message, arguments, content, preview=not options.get("is_disabled", False))


@plays("editMessageCaption")
def edit_caption(backend: Backend, arguments: Arguments) -> Json | bool:
    content = caption(arguments)
    message = editable(backend, arguments)
    if not message.has_file:
        raise bad_request("there is no caption in the message to edit")
    return change(backend, message, arguments, content)


@plays("editMessageReplyMarkup")
def edit_markup(backend: Backend, arguments: Arguments) -> Json | bool:
    message = editable(backend, arguments)
    return change(backend, message, arguments, message.content)


def editable(backend: Backend, arguments: Arguments) -> Message:
    """The bot's own message that shall change. Raises Refusal."""
    if "chat_id" not in arguments or "message_id" not in arguments:
        if "inline_message_id" in arguments:
            raise bad_request("MESSAGE_ID_INVALID")
        raise bad_request("message identifier is not specified")
    chat = backend.writable(arguments["chat_id"])
    message = backend.message(chat, arguments["message_id"], "edit")
    if not message.is_from_bot:
        raise bad_request("message can't be edited")
    return message


def change(
    backend: Backend, message: Message, arguments: Arguments, content: Formatted, *, preview: bool | None = None
) -> Json:
    """The message after the edit. Without `reply_markup` its buttons go away, as they do at Telegram."""
    markup = checked_markup(arguments.get("reply_markup"))
    same_preview = preview is None or preview == message.preview
    if content == message.content and markup == message.markup and same_preview:
        raise bad_request(NOT_MODIFIED)
    backend.admit(message.chat)
    message.content, message.markup = content, markup
    message.preview = message.preview if preview is None else preview
    message.edit_date = backend.now()
    message.edits += 1
    backend.changed()
    return message.as_json()


@plays("deleteMessage")
def delete_message(backend: Backend, arguments: Arguments) -> bool:
    chat = backend.reachable(arguments["chat_id"])
    message = backend.message(chat, arguments["message_id"], "delete")
    if not may_delete(backend, chat, message):
        raise bad_request("message can't be deleted")
    message.deleted = True
    backend.changed()
    return True


@plays("deleteMessages")
def delete_messages(backend: Backend, arguments: Arguments) -> bool:
    """Messages that are not there are passed over."""
    chat = backend.reachable(arguments["chat_id"])
    if not 1 <= len(arguments["message_ids"]) <= MOST_AT_ONCE:
        raise bad_request("too many message identifiers specified")
    there = [message for key in arguments["message_ids"] if (message := chat.log.get(key)) and not message.deleted]
    if not all(may_delete(backend, chat, message) for message in there):
        raise bad_request("message can't be deleted")
    for message in there:
        message.deleted = True
    backend.changed()
    return True


def may_delete(backend: Backend, chat: Chat, message: Message) -> bool:
    if chat.member(backend.bot).may("can_delete_messages"):
        return True
    is_young = backend.now() - message.date < DELETABLE_SECONDS
    return is_young and (message.is_from_bot or chat.kind is ChatKind.PRIVATE)


@plays("pinChatMessage")
def pin(backend: Backend, arguments: Arguments) -> bool:
    message = pinnable(backend, arguments, "pin")
    message.pinned = True
    backend.changed()
    return True


@plays("unpinChatMessage")
def unpin(backend: Backend, arguments: Arguments) -> bool:
    if "message_id" in arguments:
        pinnable(backend, arguments, "unpin").pinned = False
        return True
    for message in reversed(backend.reachable(arguments["chat_id"]).history):
        if message.pinned:
            message.pinned = False
            return True
    raise bad_request("message to unpin not found")


def pinnable(backend: Backend, arguments: Arguments, purpose: str) -> Message:
    chat = backend.writable(arguments["chat_id"])
    right = "can_edit_messages" if chat.kind is ChatKind.CHANNEL else "can_pin_messages"
    if chat.kind is not ChatKind.PRIVATE and not chat.member(backend.bot).may(right):
        raise bad_request("not enough rights to manage pinned messages in the chat")
    return backend.message(chat, arguments["message_id"], purpose)
