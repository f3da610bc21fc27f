"""Updates of Telegram as Requests. Nothing is asked of anybody here: what an update says is all that is known."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from telegram import InaccessibleMessage, Message, MessageOriginChannel, MessageOriginChat

from bot.telegram.menus import unpack
from bot.telegram.request import Forwarded, Request
from digests.model import Destination
from digests.store.chats import ChatKind
from digests.store.ledger import Role

if TYPE_CHECKING:
    from datetime import datetime

    from telegram import CallbackQuery, Chat, MaybeInaccessibleMessage, User

__all__ = ["ANONYMOUS", "Heard", "from_button", "from_message"]

ANONYMOUS = 1087968824  # the user id that stands for an anonymous admin
COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@([A-Za-z0-9_]{1,64}))?(?:\s+(.*))?", re.DOTALL)
CHANNEL = re.compile(r"(@[A-Za-z][A-Za-z0-9_]{3,31}|-100\d{5,13})(?:\s+(.*))?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Heard:
    """A request as it came, before anybody looked up who asks and what they may do."""

    request: Request
    anonymous: bool = False  # an admin of the group who writes in its name
    channel: str | int | None = None  # the channel that is to be set up instead of this chat
    is_edited: bool = False
    is_addressed: bool = False  # the command names this bot


def from_message(message: Message, update_id: int, now: datetime, username: str) -> Heard | None:
    """What a message asks, or None when it is not for this bot."""
    user, chat = message.from_user, message.chat
    anonymous = message.sender_chat is not None and message.sender_chat.id == chat.id and chat.type != "private"
    if user is None or (user.is_bot and not anonymous) or _is_own_result(message, username):
        return None
    said = message.text or message.caption or ""
    command, args, channel = "", said.strip(), None
    found = COMMAND.fullmatch(said.strip()) if message.forward_origin is None else None
    if found is not None:
        if found[2] and found[2].lower() != username.lower():
            return None
        command, args = found[1].lower(), (found[3] or "").strip()
        named = CHANNEL.fullmatch(args) if chat.type == "private" else None
        if named is not None:
            channel, args = named[1], (named[2] or "").strip()
    elif chat.type != "private" and message.forward_origin is None:
        return None  # in groups people talk to each other
    here = _here(chat, message)
    request = Request(
        update_id=update_id,
        user_id=user.id,
        user_name=user.full_name,
        here=here,
        where=here,
        kind=ChatKind(chat.type),
        title=chat.title or user.full_name,
        command=command,
        args=args,
        language=user.language_code or "en",
        now=now,
        role=Role.READER,
        message_id=message.message_id,
        document_id=message.document.file_id if message.document else None,
        forwarded=_forwarded(message),
        reply_to=message.reply_to_message.message_id if message.reply_to_message else None,
    )
    target = int(channel) if channel and channel.startswith("-") else channel
    is_addressed = found is not None and found[2] is not None
    return Heard(request, anonymous, target, is_edited=message.edit_date is not None, is_addressed=is_addressed)


def from_button(query: CallbackQuery, update_id: int, now: datetime) -> Heard | None:
    """What a pressed button asks, or None when its message is nowhere."""
    message: MaybeInaccessibleMessage | None = query.message
    if message is None:
        return None
    editable = not isinstance(message, InaccessibleMessage)
    read = unpack(query.data or "", message.message_id if editable else None)
    user: User = query.from_user
    here = _here(message.chat, message)
    request = Request(
        update_id=update_id,
        user_id=user.id,
        user_name=user.full_name,
        here=here,
        where=here,
        kind=ChatKind(message.chat.type),
        title=message.chat.title or user.full_name,
        command="",
        args="",
        language=user.language_code or "en",
        now=now,
        role=Role.READER,
        message_id=message.message_id if editable else None,
        pressed=read[0] if read else None,
    )
    return Heard(request, channel=read[1] if read else None)


def _is_own_result(message: Message, username: str) -> bool:
    """Whether somebody chose a story that inline mode of this bot offered: that was said to others, not to the bot."""
    via = message.via_bot
    return via is not None and (via.username or "").lower() == username.lower()


def _here(chat: Chat, message: MaybeInaccessibleMessage) -> Destination:
    """The chat, or the topic of a forum. The General topic is the chat itself: its thread id 1 would be refused."""
    if isinstance(message, Message) and message.is_topic_message and message.message_thread_id not in {None, 1}:
        return Destination(chat.id, message.message_thread_id)
    return Destination(chat.id)


def _forwarded(message: Message) -> Forwarded | None:
    if message.forward_origin is None:
        return None
    entities = {**message.parse_entities(["url", "text_link"]), **message.parse_caption_entities(["url", "text_link"])}
    links = tuple(dict.fromkeys(entity.url or shown for entity, shown in entities.items()))
    origin = message.forward_origin
    title = ""
    if isinstance(origin, MessageOriginChannel):
        title = origin.chat.title or ""
    elif isinstance(origin, MessageOriginChat):
        title = origin.sender_chat.title or ""
    return Forwarded(message.text or message.caption or "", links, title, origin.date)
