"""The errors of the whole project, drawn once.

    DigestError
      ConfigError         settings, sources or lexicon: all problems at once, each with its place
      SourceError
        FetchError        temporary: try again later
        UnreadableSource  permanent until the source changes
      EmptyArticle        nothing left after cleaning
      StoreError
        SchemaTooNew      the database was written by a later version
        StoreBusy         another process holds the database
      DeliveryError
        TryLater          `delay` says how long
        ChatGone          blocked, kicked, deleted: `reason` says which
        ChatMoved         `new_chat_id` says where
        BadMessage        Telegram refused the message itself
          BadMarkup       its markup cannot be read
          MessageGone     the message to edit or to answer is not there any more
        NotAllowed        the bot may not write in the chat, until an admin of the chat lets it
        TopicGone         the topic of the forum is closed or deleted
        Ambiguous         it cannot be known whether Telegram accepted the message
        BotRefused        Telegram refuses the bot itself: wrong token, or another program polls with it
      UserMistake         answered to the person, not logged as a fault
        QueryError        a query that cannot be read; `position` points at the place

Every message is one line for a person: what, where, what to do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta


class DigestError(Exception):
    """Anything this project raises on purpose."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong in the operator's files: where (file and key), what, and what to do."""

    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


class ConfigError(DigestError):
    """All problems of the configuration at once."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class SourceError(DigestError):
    """A source could not be read."""


class FetchError(SourceError):
    """A temporary failure of a source. `retry_after` is the server's own wish, if it said one."""

    def __init__(self, message: str, *, retry_after: timedelta | None = None, status: int | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.status = status


class UnreadableSource(SourceError):
    """What the source answered cannot be used until the source changes."""


class EmptyArticle(DigestError):
    """Nothing is left of the page after cleaning. The message says why in plain words."""


class StoreError(DigestError):
    """The database cannot do what was asked."""


class SchemaTooNew(StoreError):
    """The database was written by a later version of Khabardar."""


class StoreBusy(StoreError):
    """Another process holds the database."""


class DeliveryError(DigestError):
    """A message was not delivered."""


class TryLater(DeliveryError):
    """The message was certainly not accepted and may be sent again after `delay`."""

    def __init__(self, message: str, delay: timedelta, *, flood: bool = False) -> None:
        super().__init__(message)
        self.delay = delay
        self.flood = flood


class ChatGone(DeliveryError):
    """The chat cannot be written to any more."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class ChatMoved(DeliveryError):
    """The group became a supergroup with another id."""

    def __init__(self, new_chat_id: int) -> None:
        super().__init__(f"the chat moved to {new_chat_id}")
        self.new_chat_id = new_chat_id


class BadMessage(DeliveryError):
    """Telegram refused the message itself; sending it again will not help."""


class BadMarkup(BadMessage):
    """Telegram cannot read the message's markup."""


class MessageGone(BadMessage):
    """The message to edit or to answer is not there any more."""


class NotAllowed(DeliveryError):
    """The bot may not write in the chat, until an admin of the chat lets it."""


class TopicGone(DeliveryError):
    """The topic of the forum is closed or deleted."""


class BotRefused(DeliveryError):
    """Telegram refuses the bot itself: nothing can be sent or received until the operator acts."""


class Ambiguous(DeliveryError):
    """Telegram may or may not have accepted the message."""


class UserMistake(DigestError):
    """Something a person wrote that cannot be done. The message is the answer to that person."""


class QueryError(UserMistake):
    """A query that cannot be read: `position` is the index of the offending character, `suggestion` a corrected query."""

    def __init__(self, message: str, *, query: str, position: int, suggestion: str | None = None) -> None:
        super().__init__(message)
        self.query = query
        self.position = position
        self.suggestion = suggestion
