"""Sending, forwarding and copying."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.rehearsal.keyboards import checked_markup, is_link
from bot.rehearsal.methods.table import plays
from bot.rehearsal.refusal import bad_request
from bot.rehearsal.texts import Formatted, read_text

if TYPE_CHECKING:
    from bot.rehearsal.backend import Backend
    from bot.rehearsal.world import Chat, Json, Message

Arguments = dict[str, Any]
CHAT_ACTIONS = frozenset({
    "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document",
    "choose_sticker", "find_location", "record_video_note", "upload_video_note",
})  # fmt: skip


@plays("sendMessage")
def send_message(backend: Backend, arguments: Arguments) -> Json:
    content = read_text(arguments["text"], arguments.get("parse_mode"), arguments.get("entities"))
    options = arguments.get("link_preview_options") or {}
    if "url" in options and not is_link(options["url"]):
        raise bad_request("WEBPAGE_URL_INVALID")
    return post(backend, "sendMessage", arguments, content, preview=not options.get("is_disabled", False)).as_json()


def caption(arguments: Arguments) -> Formatted:
    """The caption of a file, empty when there is none."""
    text = arguments.get("caption") or ""
    return read_text(text, arguments.get("parse_mode"), arguments.get("caption_entities"), caption=True)


def post(backend: Backend, method: str, arguments: Arguments, content: Formatted, **details: Any) -> Message:
    """The message that a send method brings into the chat. Raises Refusal for all that can be wrong with the place."""
    markup = checked_markup(arguments.get("reply_markup"))
    chat = backend.writable(arguments["chat_id"])
    reply_to = backend.replied(chat, arguments.get("reply_parameters"))
    thread_id = backend.thread(chat, arguments.get("message_thread_id"), reply_to)
    if not details.get("album"):
        backend.admit(chat)
    return bot_message(
        backend, chat, content,
        markup=markup, thread_id=thread_id, reply_to=reply_to, sent_as=(method, arguments),
        silent=bool(arguments.get("disable_notification")), **details,
    )  # fmt: skip


def bot_message(backend: Backend, chat: Chat, content: Formatted, **details: Any) -> Message:
    """A message of the bot; in a channel the channel itself speaks."""
    if chat.kind == "channel":
        return backend.add_message(chat, None, content, sender_chat=chat, **details)
    return backend.add_message(chat, backend.bot, content, **details)


@plays("forwardMessage")
def forward_message(backend: Backend, arguments: Arguments) -> Json:
    original = source_message(backend, arguments, "forward")
    origin: Json = {"type": "user", "date": original.date}
    if original.sender_chat is not None:
        origin = {"type": "channel", "date": original.date, "chat": original.sender_chat.as_json()}
        origin["message_id"] = original.id
    elif original.sender is not None:
        origin["sender_user"] = original.sender.as_json()
    return post(
        backend, "forwardMessage", arguments, original.content,
        photo=original.photo, document=original.document, forward=original.forward or origin,
    ).as_json()  # fmt: skip


@plays("copyMessage")
def copy_message(backend: Backend, arguments: Arguments) -> Json:
    original = source_message(backend, arguments, "copy")
    content = caption(arguments) if original.has_file and "caption" in arguments else original.content
    copy = post(backend, "copyMessage", arguments, content, photo=original.photo, document=original.document)
    return {"message_id": copy.id}


def source_message(backend: Backend, arguments: Arguments, purpose: str) -> Message:
    return backend.message(backend.reachable(arguments["from_chat_id"]), arguments["message_id"], purpose)


@plays("sendChatAction")
def send_chat_action(backend: Backend, arguments: Arguments) -> bool:
    chat = backend.writable(arguments["chat_id"])
    if arguments["action"] not in CHAT_ACTIONS:
        raise bad_request("wrong parameter action in request")
    backend.thread(chat, arguments.get("message_thread_id"), None)
    chat.actions.append(arguments["action"])
    return True
