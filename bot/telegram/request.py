"""What a person asks and what the bot answers, as values: commands are functions from one to the other."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.telegram.wording import Words, words_for
from digests.errors import UserMistake

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.telegram.markup import Html
    from digests.model import Destination, Outgoing, QueryId
    from digests.store.chats import ChatKind
    from digests.store.ledger import Role

__all__ = ["Answer", "Button", "Document", "Forwarded", "Pressed", "Refusal", "Reply", "Request"]


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button that was pressed: what its data said, and the message it hangs on (None when Telegram forgot it)."""

    action: str
    id: str
    page: int
    message_id: int | None

    @property
    def number(self) -> int:
        """The id as a number; 0 for an id that is none."""
        return int(self.id) if self.id.isascii() and self.id.lstrip("-").isdigit() and len(self.id) < 19 else 0


@dataclass(frozen=True, slots=True)
class Forwarded:
    """A post that was forwarded to the bot, or published in a channel where it is an admin."""

    text: str
    links: tuple[str, ...]
    origin: str  # title of the chat it came from, or ''
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Request:
    """One thing a person asks. `where` is what is being set up; `here` is where the answer goes."""

    update_id: int
    user_id: int
    user_name: str
    here: Destination
    where: Destination
    kind: ChatKind  # of `where`
    title: str  # of `where`
    command: str  # without the slash; '' for a plain word or a button
    args: str
    language: str
    now: datetime
    role: Role
    message_id: int | None = None
    pressed: Pressed | None = None
    document_id: str | None = None
    forwarded: Forwarded | None = None
    reply_to: int | None = None  # the message it replies to

    @property
    def words(self) -> Words:
        return words_for(self.language)

    @property
    def is_private(self) -> bool:
        return self.here.chat_id == self.user_id

    @property
    def is_elsewhere(self) -> bool:
        """Whether something else than the chat of the conversation is being set up: a channel."""
        return self.where != self.here

    def with_args(self, args: str) -> Request:
        return replace(self, args=args)


@dataclass(frozen=True, slots=True)
class Button:
    """A button: either an action of ours with a short id, or a link, or words to put into the input line."""

    label: str
    action: str = ""
    id: str | int = ""
    page: int = 0
    url: str | None = None
    inline: str | None = None  # switches to inline mode with this query


@dataclass(frozen=True, slots=True)
class Document:
    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """One message. `edit` asks to change the message whose button was pressed instead of sending another."""

    text: Html
    buttons: tuple[tuple[Button, ...], ...] = ()
    edit: bool = False
    document: Document | None = None
    to: Destination | None = None  # somewhere else than where was asked
    preview: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What is written with the effect of a command, in its transaction, and what is done beside it.

    A new query is told to the matcher in `last`: told after the commit, an article between the two would be missed. Told
    and then rolled back it does no harm, because evidence of a query that is not stored is not stored either.
    """

    replies: tuple[Reply, ...] = ()
    outgoing: tuple[Outgoing, ...] = ()  # ready messages of the digester
    last: tuple[Callable[[], None], ...] = ()  # done at the end of the transaction, before any article can be committed
    after: tuple[Callable[[], None], ...] = ()  # done once it is committed
    left: tuple[
        QueryId, ...
    ] = ()  # queries that nobody may follow any more: the matcher forgets those that nobody does

    @classmethod
    def of(cls, text: Html, *buttons: tuple[Button, ...], edit: bool = False) -> Answer:
        return cls((Reply(text, buttons, edit=edit),))


class Refusal(UserMistake):
    """Something that cannot be done; the sentence `key` says why and what to do next."""

    def __init__(self, key: str, *, buttons: tuple[tuple[Button, ...], ...] = (), **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values
        self.buttons = buttons
