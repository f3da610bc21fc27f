"""The state behind the stand-in: people, chats of every kind, their members, topics and messages.

These values change as a rehearsal goes on. `as_json()` is the object as the Bot API hands it out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.rehearsal.texts import Formatted

ANONYMOUS_ADMIN = 1087968824  # the user that stands for an anonymous admin of a group
Json = dict[str, Any]


class ChatKind(StrEnum):
    PRIVATE = "private"
    GROUP = "group"
    SUPERGROUP = "supergroup"
    CHANNEL = "channel"


class Rank(StrEnum):
    """Where somebody stands in a chat, in the Bot API's words."""

    OWNER = "creator"
    ADMIN = "administrator"
    MEMBER = "member"
    RESTRICTED = "restricted"
    LEFT = "left"
    KICKED = "kicked"


ADMIN_RIGHTS = frozenset({
    "can_manage_chat", "can_delete_messages", "can_manage_video_chats", "can_restrict_members", "can_promote_members",
    "can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories", "can_delete_stories",
    "can_pin_messages", "can_manage_topics", "can_post_messages", "can_edit_messages",
})  # fmt: skip


@dataclass(slots=True)
class User:
    """A Telegram account: a person or the bot."""

    id: int
    first_name: str
    language: str | None = None
    username: str | None = None
    is_bot: bool = False
    deactivated: bool = False

    def as_json(self) -> Json:
        body: Json = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
        if self.username:
            body["username"] = self.username
        if self.language:
            body["language_code"] = self.language
        return body


@dataclass(slots=True)
class Member:
    """Somebody's place in a chat."""

    user: User
    rank: Rank = Rank.MEMBER
    rights: frozenset[str] = frozenset()
    anonymous: bool = False

    @property
    def is_admin(self) -> bool:
        return self.rank in {Rank.OWNER, Rank.ADMIN}

    @property
    def is_present(self) -> bool:
        return self.rank not in {Rank.LEFT, Rank.KICKED}

    def may(self, right: str) -> bool:
        return self.rank is Rank.OWNER or (self.rank is Rank.ADMIN and right in self.rights)

    def as_json(self) -> Json:
        body: Json = {"status": self.rank.value, "user": self.user.as_json()}
        match self.rank:
            case Rank.OWNER:
                body["is_anonymous"] = self.anonymous
            case Rank.ADMIN:
                body |= {"can_be_edited": False, "is_anonymous": self.anonymous}
                body |= {right: right in self.rights for right in sorted(ADMIN_RIGHTS)}
            case Rank.KICKED:
                body["until_date"] = 0
            case Rank.RESTRICTED:
                body |= {"is_member": True, "until_date": 0} | dict.fromkeys(RESTRICTIONS, False)
            case _:
                pass
        return body


RESTRICTIONS = (
    "can_send_messages", "can_send_audios", "can_send_documents", "can_send_photos", "can_send_videos",
    "can_send_video_notes", "can_send_voice_notes", "can_send_polls", "can_send_other_messages",
    "can_add_web_page_previews", "can_change_info", "can_invite_users", "can_pin_messages", "can_manage_topics",
    "can_react_to_messages", "can_edit_tag",
)  # fmt: skip


@dataclass(slots=True)
class Topic:
    """A topic of a forum. Its id is the id of the message that opened it."""

    id: int
    name: str
    closed: bool = False


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that went through Telegram."""

    id: str
    unique_id: str
    name: str
    path: str
    mime: str
    content: bytes = field(repr=False)
    size: tuple[int, int] | None = None  # width and height of a photo

    def as_json(self) -> Json:
        return {"file_id": self.id, "file_unique_id": self.unique_id, "file_size": len(self.content)}

    def as_document(self) -> Json:
        return {**self.as_json(), "file_name": self.name, "mime_type": self.mime}

    def as_photo(self) -> list[Json]:
        width, height = self.size or (1, 1)
        return [{**self.as_json(), "width": width, "height": height}]


@dataclass(frozen=True, slots=True)
class Button:
    """One button under a message: `data` comes back to the bot, `url` is opened, others are kept in `raw`."""

    text: str
    data: str | None = None
    url: str | None = None
    raw: Json = field(default_factory=dict)


@dataclass(slots=True)
class Message:
    """A message as the people in the chat see it now: text after parsing, entities, buttons, files.

    `text` is also the caption of a photo or document. `edits` counts the edits, `deleted` says that it is gone.
    `sent_as` is the call that brought it: method and parameters as the bot gave them.
    """

    id: int
    chat: Chat
    date: int
    sender: User | None
    content: Formatted
    sender_chat: Chat | None = None
    markup: Json | None = None
    thread_id: int | None = None
    reply_to: Message | None = None
    photo: StoredFile | None = None
    document: StoredFile | None = None
    forward: Json | None = None
    service: Json = field(default_factory=dict)
    silent: bool = False
    preview: bool = True
    album: str | None = None
    via_bot: User | None = None
    edit_date: int | None = None
    edits: int = 0
    deleted: bool = False
    pinned: bool = False
    sent_as: tuple[str, Json] | None = None

    @property
    def text(self) -> str:
        return self.content.text

    @property
    def entities(self) -> tuple[Json, ...]:
        return self.content.entities

    @property
    def links(self) -> tuple[str, ...]:
        """Where the links of the text lead, in order."""
        return tuple(entity["url"] for entity in self.entities if entity["type"] == "text_link")

    @property
    def buttons(self) -> tuple[tuple[Button, ...], ...]:
        rows = (self.markup or {}).get("inline_keyboard", ())
        return tuple(
            tuple(Button(one["text"], one.get("callback_data"), one.get("url"), one) for one in row) for row in rows
        )

    @property
    def labels_by_row(self) -> tuple[tuple[str, ...], ...]:
        return tuple(tuple(button.text for button in row) for row in self.buttons)

    @property
    def labels(self) -> tuple[str, ...]:
        """What stands on the buttons, row by row."""
        return tuple(label for row in self.labels_by_row for label in row)

    def button(self, label: str) -> Button:
        """The button with that label, else the first that contains it. Raises LookupError, naming those there are."""
        buttons = [button for row in self.buttons for button in row]
        for fits in (lambda text: text == label, lambda text: label in text):
            for button in buttons:
                if fits(button.text):
                    return button
        raise LookupError(f"no button {label!r} under message {self.id}: there are {list(self.labels)}")

    @property
    def is_from_bot(self) -> bool:
        return self.sent_as is not None

    def as_json(self, *, nested: bool = False) -> Json:
        body: Json = {"message_id": self.id, "date": self.date, "chat": self.chat.as_json()}
        if self.sender is not None:
            body["from"] = self.sender.as_json()
        if self.sender_chat is not None:
            body["sender_chat"] = self.sender_chat.as_json()
        if self.thread_id is not None:
            body |= {"message_thread_id": self.thread_id, "is_topic_message": True}
        if self.reply_to is not None and not nested:
            body["reply_to_message"] = self.reply_to.as_json(nested=True)
        body |= self.content_json()
        for key, value in (
            ("edit_date", self.edit_date), ("media_group_id", self.album), ("forward_origin", self.forward),
            ("via_bot", self.via_bot and self.via_bot.as_json()),
            ("reply_markup", self.markup if self.markup and "inline_keyboard" in self.markup else None),
        ):  # fmt: skip
            if value is not None:
                body[key] = value
        return body

    def content_json(self) -> Json:
        """Text or caption, files and service fields."""
        body: Json = dict(self.service)
        if self.photo is not None:
            body["photo"] = self.photo.as_photo()
        if self.document is not None:
            body["document"] = self.document.as_document()
        words, marks = ("caption", "caption_entities") if self.has_file else ("text", "entities")
        if self.content.text:
            body[words] = self.content.text
        if self.content.entities:
            body[marks] = list(self.content.entities)
        return body

    @property
    def has_file(self) -> bool:
        return self.photo is not None or self.document is not None


@dataclass(slots=True)
class Chat:
    """A conversation. `messages` are the bot's, as received; `history` is everything, both without deleted ones."""

    id: int
    kind: ChatKind
    title: str
    username: str | None = None
    is_forum: bool = False
    members: dict[int, Member] = field(default_factory=dict)
    topics: dict[int, Topic] = field(default_factory=dict)
    log: dict[int, Message] = field(default_factory=dict)
    next_id: int = 1
    started: bool = False  # a private chat: the person has written to the bot
    blocked: bool = False  # a private chat: the person has blocked the bot
    gone: bool = False  # a group that was deleted
    migrated_to: int | None = None
    actions: list[str] = field(default_factory=list)  # what sendChatAction showed

    @property
    def history(self) -> list[Message]:
        return [message for message in self.log.values() if not message.deleted]

    @property
    def messages(self) -> list[Message]:
        return [message for message in self.log.values() if message.is_from_bot and not message.deleted]

    @property
    def last(self) -> Message:
        """The bot's latest message. Raises LookupError when it never wrote here."""
        for message in reversed(self.log.values()):
            if message.is_from_bot and not message.deleted:
                return message
        raise LookupError(f"the bot wrote nothing in chat {self.id}")

    def member(self, user: User) -> Member:
        """Somebody's place here; who never came has left."""
        return self.members.get(user.id) or Member(user, Rank.LEFT)

    def as_json(self) -> Json:
        body: Json = {"id": self.id, "type": self.kind.value}
        body["first_name" if self.kind is ChatKind.PRIVATE else "title"] = self.title
        if self.username:
            body["username"] = self.username
        if self.is_forum:
            body["is_forum"] = True
        return body


@dataclass(slots=True)
class Callback:
    """A pressed button. `answer` holds the parameters of answerCallbackQuery once the bot answered."""

    id: str
    user: User
    message: Message
    data: str
    answer: Json | None = None
    answers: int = 0

    @property
    def text(self) -> str:
        """What the person was shown for a moment, or ''."""
        return str((self.answer or {}).get("text", ""))


@dataclass(slots=True)
class InlineQuery:
    """Something typed after @bot in any chat. `results` are the bot's answer, None until it came."""

    id: str
    user: User
    query: str
    offset: str = ""
    results: list[Json] | None = None
    answer: Json | None = None


@dataclass(slots=True)
class World:
    """Everything the stand-in knows."""

    bot: User
    users: dict[int, User] = field(default_factory=dict)
    chats: dict[int, Chat] = field(default_factory=dict)
    files: dict[str, StoredFile] = field(default_factory=dict)
    callbacks: dict[str, Callback] = field(default_factory=dict)
    inline_queries: dict[str, InlineQuery] = field(default_factory=dict)
    commands: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    profile: dict[tuple[str, str], str] = field(default_factory=dict)
    menu_buttons: dict[int, Json] = field(default_factory=dict)
    counter: int = 0

    def next_number(self) -> int:
        self.counter += 1
        return self.counter

    def chat_by_name(self, username: str) -> Chat | None:
        wanted = username.removeprefix("@").lower()
        named = (chat for chat in self.chats.values() if (chat.username or "").lower() == wanted)
        return next(named, None)

    def keep_file(self, folder: str, name: str, mime: str, content: bytes, size: tuple[int, int] | None) -> StoredFile:
        number = self.next_number()
        suffix = name.rsplit(".", 1)[-1] if "." in name else "bin"
        identity = f"{folder[:3].upper()}{number:012d}"
        stored = StoredFile(identity, f"U{identity}", name, f"{folder}/file_{number}.{suffix}", mime, content, size)
        self.files[identity] = stored
        return stored
