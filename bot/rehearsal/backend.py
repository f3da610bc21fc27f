"""What all methods stand on: the world, the clock, the rules of access, and word of every change."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bot.rehearsal.refusal import bad_request, forbidden
from bot.rehearsal.world import ADMIN_RIGHTS, Chat, ChatKind, Json, Member, Message, Rank, User, World

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.rehearsal.flood import Flood
    from bot.rehearsal.texts import Formatted
    from bot.rehearsal.updates import Updates

GROUP_NAMES = {ChatKind.GROUP: "group", ChatKind.SUPERGROUP: "supergroup", ChatKind.CHANNEL: "channel"}


@dataclass(slots=True)
class Backend:
    """One Telegram with one bot."""

    world: World
    updates: Updates
    flood: Flood
    clock: Callable[[], datetime]
    reads_all: bool = False  # privacy mode switched off: the bot sees every message of its groups
    change: asyncio.Event = field(default_factory=asyncio.Event)

    def now(self) -> int:
        """Unix seconds, as the Bot API tells time."""
        return int(self.clock().timestamp())

    def changed(self) -> None:
        """Wake everybody who waits for something to happen."""
        self.change.set()
        self.change = asyncio.Event()

    @property
    def bot(self) -> User:
        return self.world.bot

    # --- access ---

    def chat(self, identifier: int | str) -> Chat:
        """The chat by id or @username. Raises Refusal when the bot does not know it."""
        found = self.world.chats.get(identifier) if isinstance(identifier, int) else self.world.chat_by_name(identifier)
        if found is None:
            raise bad_request("chat not found")
        return found

    def reachable(self, identifier: int | str) -> Chat:
        """A chat that the bot may look at and act in. Raises Refusal as the real server words it."""
        chat = self.chat(identifier)
        if chat.migrated_to is not None:
            raise bad_request("group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat.migrated_to)
        if chat.kind is ChatKind.PRIVATE:
            return chat
        name = GROUP_NAMES[chat.kind]
        if chat.gone:
            raise forbidden(f"the {name} chat was deleted")
        place = chat.member(self.bot)
        if place.rank is Rank.KICKED:
            raise forbidden(f"bot was kicked from the {name} chat")
        if place.rank is Rank.LEFT:
            raise forbidden(f"bot is not a member of the {name} chat")
        return chat

    def writable(self, identifier: int | str) -> Chat:
        """A chat in which the bot may write. Raises Refusal when it may not."""
        chat = self.reachable(identifier)
        if chat.kind is ChatKind.PRIVATE:
            user = self.world.users.get(chat.id)
            if user is not None and user.deactivated:
                raise forbidden("user is deactivated")
            if chat.blocked:
                raise forbidden("bot was blocked by the user")
            if not chat.started:
                raise forbidden("bot can't initiate conversation with a user")
        elif chat.kind is ChatKind.CHANNEL:
            if not chat.member(self.bot).may("can_post_messages"):
                raise bad_request("need administrator rights in the channel chat")
        elif chat.member(self.bot).rank is Rank.RESTRICTED:
            raise bad_request("not enough rights to send text messages to the chat")
        return chat

    def thread(self, chat: Chat, thread_id: int | None, reply_to: Message | None) -> int | None:
        """The topic that a message goes to. Outside of forums a topic is ignored, as Telegram does."""
        if not chat.is_forum:
            return None
        if thread_id is None:
            return reply_to.thread_id if reply_to is not None else None
        topic = chat.topics.get(thread_id)
        if topic is None:  # so is General, number 1, which is reached by leaving the thread out
            raise bad_request("message thread not found")
        if topic.closed and not chat.member(self.bot).may("can_manage_topics"):
            raise bad_request("TOPIC_CLOSED")
        return thread_id

    def replied(self, chat: Chat, parameters: Json | None) -> Message | None:
        """The message that is answered. Raises Refusal when it is not there and must be."""
        if not parameters:
            return None
        where = self.reachable(parameters["chat_id"]) if "chat_id" in parameters else chat
        message = where.log.get(parameters["message_id"])
        if message is None or message.deleted:
            if parameters.get("allow_sending_without_reply"):
                return None
            raise bad_request("message to be replied not found")
        return message

    def message(self, chat: Chat, message_id: int, purpose: str) -> Message:
        """A message that is there. Raises Refusal "message to `purpose` not found"."""
        message = chat.log.get(message_id)
        if message is None or message.deleted:
            raise bad_request(f"message to {purpose} not found")
        return message

    def admit(self, chat: Chat, cost: int = 1) -> None:
        """Count a message against the flood limits. Raises Refusal 429."""
        self.flood.admit(chat.id, self.clock(), private=chat.kind is ChatKind.PRIVATE, cost=cost)

    # --- what happens ---

    def add_message(self, chat: Chat, sender: User | None, content: Formatted, **details: Any) -> Message:
        """A new message at the end of a chat. Who waits for changes is told."""
        message = Message(chat.next_id, chat, self.now(), sender, content, **details)
        chat.next_id += 1
        chat.log[message.id] = message
        self.changed()
        return message

    def tell(self, message: Message, *, edited: bool = False) -> None:
        """Tell the bot of a message of somebody else, if it is one that bots get to see."""
        if not self.sees(message):
            return
        kind = "channel_post" if message.chat.kind is ChatKind.CHANNEL else "message"
        self.updates.push(f"edited_{kind}" if edited else kind, message.as_json(), chat_id=message.chat.id)

    def sees(self, message: Message) -> bool:
        """Privacy mode: in groups a bot sees commands, answers to itself and service messages."""
        chat = message.chat
        place = chat.member(self.bot)
        if chat.kind is ChatKind.PRIVATE:
            return not chat.blocked
        if not place.is_present:
            return False
        if chat.kind is ChatKind.CHANNEL:
            return place.is_admin
        if self.reads_all or place.is_admin or message.service:
            return True
        if message.reply_to is not None and message.reply_to.is_from_bot:
            return True
        return self.is_command_for_bot(message.text)

    def is_command_for_bot(self, text: str) -> bool:
        if not text.startswith("/"):
            return False
        _, at, name = text.split(maxsplit=1)[0].partition("@")
        return not at or name.lower() == (self.bot.username or "").lower()

    def set_place(self, chat: Chat, by: User, member: Member) -> None:
        """Move somebody to another place in a chat and tell the bot."""
        before = chat.member(member.user)
        chat.members[member.user.id] = member
        body = {
            "chat": chat.as_json(),
            "from": by.as_json(),
            "date": self.now(),
            "old_chat_member": before.as_json(),
            "new_chat_member": member.as_json(),
        }
        if member.user is self.bot:
            self.updates.push("my_chat_member", body, chat_id=chat.id)
        elif chat.member(self.bot).is_admin:
            self.updates.push("chat_member", body, chat_id=chat.id)
        self.changed()


def admin_rights(chat: Chat) -> frozenset[str]:
    """All rights that an admin can have in that kind of chat."""
    channel_only = {"can_post_messages", "can_edit_messages"}
    group_only = {"can_pin_messages", "can_manage_topics"}
    return ADMIN_RIGHTS - (group_only if chat.kind is ChatKind.CHANNEL else channel_only)
