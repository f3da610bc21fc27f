"""The people's side: what somebody with a Telegram app can do, so that the bot hears of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.rehearsal.backend import admin_rights
from bot.rehearsal.methods.chats import open_topic
from bot.rehearsal.texts import Formatted, read_text
from bot.rehearsal.world import (
    ANONYMOUS_ADMIN,
    Callback,
    Chat,
    ChatKind,
    InlineQuery,
    Member,
    Message,
    Rank,
    Topic,
    User,
)

if TYPE_CHECKING:
    from bot.rehearsal.backend import Backend
    from bot.rehearsal.world import Json

SUPERGROUP_ID = -1_000_000_000_000


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with the app open. Where a method takes a chat, None is the private chat with the bot."""

    user: User
    backend: Backend

    @property
    def id(self) -> int:
        return self.user.id

    @property
    def chat(self) -> Chat:
        """The private chat with the bot."""
        return self.backend.world.chats[self.user.id]

    # --- writing ---

    async def say(
        self,
        chat: Chat | int | None,
        text: str,
        *,
        thread: int | Topic | None = None,
        reply_to: Message | None = None,
        anonymous: bool = False,
    ) -> Message:
        """Write a message. `anonymous` lets the admin of a group speak as the group."""
        return self.put(chat, read_text(text, None, None), thread=thread, reply_to=reply_to, anonymous=anonymous)

    async def write(self, text: str) -> Message:
        """Write to the bot in private."""
        return await self.say(None, text)

    async def forward(self, message: Message, to: Chat | int | None = None) -> Message:
        """Forward any message, of a channel for instance, to the bot."""
        return self.put(
            to, message.content,
            forward=message.forward or origin_of(message), photo=message.photo, document=message.document,
        )  # fmt: skip

    async def send_document(
        self,
        chat: Chat | int | None,
        name: str,
        content: bytes,
        *,
        mime: str = "application/octet-stream",
        caption: str = "",
    ) -> Message:
        """Send a file."""
        document = self.backend.world.keep_file("documents", name, mime, content, None)
        return self.put(chat, read_text(caption, None, None, caption=True), document=document)

    async def edit(self, message: Message, text: str) -> Message:
        """Change the text of a message of one's own."""
        message.content = read_text(text, None, None)
        message.edit_date = self.backend.now()
        message.edits += 1
        self.backend.changed()
        self.backend.tell(message, edited=True)
        return message

    async def post(self, channel: Chat | int, text: str) -> Message:
        """Publish in a channel as its admin."""
        chat = self.resolve(channel)
        message = self.backend.add_message(chat, None, read_text(text, None, None), sender_chat=chat)
        self.backend.tell(message)
        return message

    def put(
        self,
        where: Chat | int | None,
        content: Formatted,
        *,
        thread: int | Topic | None = None,
        reply_to: Message | None = None,
        anonymous: bool = False,
        **details: object,
    ) -> Message:
        chat = self.resolve(where)
        if chat.kind is ChatKind.PRIVATE:
            chat.started = True
        elif not chat.member(self.user).is_present:
            raise LookupError(f"{self.user.first_name} is not in chat {chat.id}")
        thread_id = thread.id if isinstance(thread, Topic) else thread
        sender, sender_chat = self.user, None
        if anonymous:
            sender, sender_chat = anonymous_admin(self.backend), chat
        message = self.backend.add_message(
            chat, sender, content, sender_chat=sender_chat, thread_id=thread_id, reply_to=reply_to, **details
        )
        self.backend.tell(message)
        return message

    # --- tapping ---

    async def press(self, message: Message, label: str | None = None, *, data: str | None = None) -> Callback:
        """Tap a button by its label. With `data`, one that stood there once. Raises LookupError for none like it."""
        if data is None:
            button = message.button(label or "")
            data = button.data
            if data is None:
                raise LookupError(f"button {button.text!r} opens {button.url or button.raw}: the bot is not told")
        world = self.backend.world
        callback = Callback(str(4_000_000_000 + world.next_number()), self.user, message, data)
        world.callbacks[callback.id] = callback
        body = {
            "id": callback.id,
            "from": self.user.as_json(),
            "message": message.as_json(),
            "chat_instance": str(message.chat.id),
            "data": data,
        }
        self.backend.updates.push("callback_query", body, chat_id=message.chat.id)
        return callback

    async def inline(self, query: str, offset: str = "") -> InlineQuery:
        """Type `@bot query` in some chat."""
        world = self.backend.world
        asked = InlineQuery(str(5_000_000_000 + world.next_number()), self.user, query, offset)
        world.inline_queries[asked.id] = asked
        body = {"id": asked.id, "from": self.user.as_json(), "query": query, "offset": offset, "chat_type": "private"}
        self.backend.updates.push("inline_query", body)
        return asked

    async def choose(self, query: InlineQuery, result_id: str, chat: Chat | int | None = None) -> Message:
        """Take one of the results of an inline query: it is sent into the chat via the bot."""
        result = next(one for one in query.results or () if one["id"] == result_id)
        content = result.get("formatted") or Formatted(result.get("title", ""))
        where = self.resolve(chat)
        message = self.backend.add_message(
            where, self.user, content, via_bot=self.backend.bot, markup=result.get("reply_markup")
        )
        self.backend.tell(message)
        body = {"result_id": result_id, "from": self.user.as_json(), "query": query.query}
        self.backend.updates.push("chosen_inline_result", body)
        return message

    # --- coming and going ---

    async def block(self) -> None:
        """Block the bot."""
        self.chat.blocked = True
        self.backend.set_place(self.chat, self.user, Member(self.backend.bot, Rank.KICKED))

    async def unblock(self) -> None:
        self.chat.blocked = False
        self.backend.set_place(self.chat, self.user, Member(self.backend.bot))

    async def deactivate(self) -> None:
        """Delete the account. The bot is not told."""
        self.user.deactivated = True

    async def join(self, chat: Chat | int) -> None:
        """Enter a group or channel."""
        where = self.resolve(chat)
        self.backend.set_place(where, self.user, Member(self.user))
        self.service(where, {"new_chat_members": [self.user.as_json()]})

    async def leave(self, chat: Chat | int) -> None:
        where = self.resolve(chat)
        self.backend.set_place(where, self.user, Member(self.user, Rank.LEFT))
        self.service(where, {"left_chat_member": self.user.as_json()})

    async def add_bot(self, chat: Chat | int, *, admin: bool = False) -> None:
        """Add the bot to a group, or to a channel, where bots are always admins."""
        where = self.resolve(chat)
        await self.place_bot(where, Rank.ADMIN if admin or where.kind is ChatKind.CHANNEL else Rank.MEMBER)
        self.service(where, {"new_chat_members": [self.backend.bot.as_json()]})

    async def remove_bot(self, chat: Chat | int) -> None:
        """Throw the bot out."""
        await self.place_bot(self.resolve(chat), Rank.KICKED)

    async def place_bot(self, chat: Chat | int, rank: Rank, rights: frozenset[str] | None = None) -> None:
        """Give the bot another rank: an admin without `rights` gets all of them."""
        where = self.resolve(chat)
        given = (admin_rights(where) if rights is None else rights) if rank is Rank.ADMIN else frozenset()
        self.backend.set_place(where, self.user, Member(self.backend.bot, rank, given))

    async def promote(self, chat: Chat | int, person: Person, rank: Rank = Rank.ADMIN) -> None:
        """Make somebody admin, or with another rank what it says."""
        where = self.resolve(chat)
        rights = admin_rights(where) if rank is Rank.ADMIN else frozenset()
        self.backend.set_place(where, self.user, Member(person.user, rank, rights))

    async def open_topic(self, chat: Chat | int, name: str) -> Topic:
        """A new topic in a forum."""
        return open_topic(self.backend, self.resolve(chat), name)

    async def migrate(self, chat: Chat | int) -> Chat:
        """Turn a basic group into a supergroup, which has another id. The bot is told in both."""
        old = self.resolve(chat)
        new = Chat(SUPERGROUP_ID + old.id, ChatKind.SUPERGROUP, old.title, members=dict(old.members))
        self.backend.world.chats[new.id] = new
        old.migrated_to = new.id
        self.service(old, {"migrate_to_chat_id": new.id})
        self.service(new, {"migrate_from_chat_id": old.id})
        return new

    async def delete_chat(self, chat: Chat | int) -> None:
        """Delete a group. A supergroup's bot is not told."""
        where = self.resolve(chat)
        where.gone = True
        self.backend.changed()

    def service(self, chat: Chat, body: Json) -> None:
        if chat.kind is not ChatKind.CHANNEL:
            self.backend.tell(self.backend.add_message(chat, self.user, Formatted(""), service=body))

    def resolve(self, chat: Chat | int | None) -> Chat:
        if isinstance(chat, Chat):
            return chat
        return self.chat if chat is None else self.backend.world.chats[chat]


def anonymous_admin(backend: Backend) -> User:
    """The account in whose name anonymous admins write."""
    user = backend.world.users.get(ANONYMOUS_ADMIN)
    if user is None:
        user = User(ANONYMOUS_ADMIN, "Group", username="GroupAnonymousBot", is_bot=True)
        backend.world.users[user.id] = user
    return user


def origin_of(message: Message) -> Json:
    """Where a forwarded message comes from."""
    if message.sender_chat is not None and message.chat.kind is ChatKind.CHANNEL:
        chat = message.sender_chat.as_json()
        return {"type": "channel", "date": message.date, "chat": chat, "message_id": message.id}
    if message.sender_chat is not None:
        return {"type": "chat", "date": message.date, "sender_chat": message.sender_chat.as_json()}
    sender = message.sender.as_json() if message.sender else {}
    return {"type": "user", "date": message.date, "sender_user": sender}
