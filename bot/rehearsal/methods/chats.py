"""Chats, their members and topics, as far as a bot asks about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.rehearsal.methods.table import plays
from bot.rehearsal.refusal import bad_request
from bot.rehearsal.texts import Formatted
from bot.rehearsal.world import ANONYMOUS_ADMIN, ChatKind, Member, Rank, Topic

if TYPE_CHECKING:
    from bot.rehearsal.backend import Backend
    from bot.rehearsal.world import Chat, Json

Arguments = dict[str, Any]


@plays("getChat")
def get_chat(backend: Backend, arguments: Arguments) -> Json:
    chat = backend.reachable(arguments["chat_id"])
    full: Json = {
        **chat.as_json(),
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(
            ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), False
        ),
    }
    pinned = [message for message in chat.history if message.pinned]
    if pinned:
        full["pinned_message"] = pinned[-1].as_json(nested=True)
    return full


@plays("getChatMember")
def get_chat_member(backend: Backend, arguments: Arguments) -> Json:
    chat = backend.reachable(arguments["chat_id"])
    user = backend.world.users.get(arguments["user_id"])
    if user is None:
        raise bad_request("invalid user_id specified")
    if chat.kind is ChatKind.CHANNEL and user is not backend.bot and not chat.member(backend.bot).is_admin:
        raise bad_request("CHAT_ADMIN_REQUIRED")
    if chat.kind is ChatKind.PRIVATE:
        return Member(user).as_json()
    if user.id == ANONYMOUS_ADMIN:
        raise bad_request("PARTICIPANT_ID_INVALID")
    return chat.member(user).as_json()


@plays("getChatAdministrators")
def get_chat_administrators(backend: Backend, arguments: Arguments) -> list[Json]:
    chat = backend.reachable(arguments["chat_id"])
    if chat.kind is ChatKind.PRIVATE:
        raise bad_request("there are no administrators in the private chat")
    if chat.kind is ChatKind.CHANNEL and not chat.member(backend.bot).is_admin:
        raise bad_request("member list is inaccessible")
    admins = [member for member in chat.members.values() if member.is_admin]
    return [member.as_json() for member in admins if not member.user.is_bot or member.user is backend.bot]


@plays("getChatMemberCount")
def get_chat_member_count(backend: Backend, arguments: Arguments) -> int:
    chat = backend.reachable(arguments["chat_id"])
    return 2 if chat.kind is ChatKind.PRIVATE else sum(member.is_present for member in chat.members.values())


@plays("leaveChat")
def leave_chat(backend: Backend, arguments: Arguments) -> bool:
    chat = backend.reachable(arguments["chat_id"])
    if chat.kind is ChatKind.PRIVATE:
        raise bad_request("chat member status can't be changed in private chats")
    backend.set_place(chat, backend.bot, Member(backend.bot, Rank.LEFT))
    return True


def forum(backend: Backend, arguments: Arguments) -> Chat:
    chat = backend.reachable(arguments["chat_id"])
    if not chat.is_forum:
        raise bad_request("the chat is not a forum")
    if not chat.member(backend.bot).may("can_manage_topics"):
        raise bad_request("not enough rights to manage topics")
    return chat


@plays("createForumTopic")
def create_forum_topic(backend: Backend, arguments: Arguments) -> Json:
    chat = forum(backend, arguments)
    topic = open_topic(backend, chat, arguments["name"])
    return {"message_thread_id": topic.id, "name": topic.name, "icon_color": 7322096}


def open_topic(backend: Backend, chat: Chat, name: str) -> Topic:
    """A new topic, opened by a service message that gives it its id."""
    topic = Topic(chat.next_id, name)
    chat.topics[topic.id] = topic
    service = {"forum_topic_created": {"name": name, "icon_color": 7322096}}
    backend.add_message(chat, backend.bot, Formatted(""), service=service, thread_id=topic.id)
    return topic


@plays("closeForumTopic")
def close_forum_topic(backend: Backend, arguments: Arguments) -> bool:
    topic = topic_of(forum(backend, arguments), arguments)
    if topic.closed:
        raise bad_request("TOPIC_NOT_MODIFIED")
    topic.closed = True
    return True


@plays("reopenForumTopic")
def reopen_forum_topic(backend: Backend, arguments: Arguments) -> bool:
    topic = topic_of(forum(backend, arguments), arguments)
    if not topic.closed:
        raise bad_request("TOPIC_NOT_MODIFIED")
    topic.closed = False
    return True


def topic_of(chat: Chat, arguments: Arguments) -> Topic:
    topic = chat.topics.get(arguments["message_thread_id"])
    if topic is None:
        raise bad_request("TOPIC_ID_INVALID")
    return topic
