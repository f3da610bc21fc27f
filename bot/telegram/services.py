"""What the conversation needs of the rest of the house. app.py hands in the real parts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from datetime import datetime
    from pathlib import Path

    from bot.db import Db
    from config.values import Access as AccessMode
    from digests.gazetteer import Gazetteer
    from digests.matching import Lexicon, Query
    from digests.model import ArticleId, Change, Destination, Outgoing, QueryId, RawArticle, Story, StoryId, Strictness
    from digests.store import Store
    from digests.store.sources import SourceRow

__all__ = [
    "DigestDesk",
    "Editing",
    "Figure",
    "FoundFeed",
    "LiveQueries",
    "Operations",
    "Opml",
    "Outside",
    "ReadArticle",
    "Services",
    "Vital",
]


class LiveQueries(Protocol):
    """The matcher that reads every article. `add` may come before the commit that stores a query, `remove` only after."""

    def add(self, query_id: QueryId, query: Query, strictness: Strictness) -> None: ...

    def remove(self, query_id: QueryId) -> None: ...


class DigestDesk(Protocol):
    """Composes digests."""

    def compose_now(
        self, store: Store, where: Destination, here: Destination, now: datetime, update_id: int
    ) -> Sequence[Outgoing]:
        """What is new for `where`, told and marked as told, sent to `here`; nothing when nothing is new."""
        ...


@dataclass(frozen=True, slots=True)
class FoundFeed:
    """A feed that a page offers: `items` is how many articles it holds now."""

    url: str
    title: str
    items: int
    language: str = ""


@dataclass(frozen=True, slots=True)
class ReadArticle:
    """What became of an article that was handed in."""

    title: str
    url: str | None
    is_new: bool
    story: Story | None
    queries: int  # how many followed queries are true of it


class Outside(Protocol):
    """Everything that leaves the machine. Raises SourceError, EmptyArticle or UserMistake."""

    async def find_feeds(self, url: str) -> Sequence[FoundFeed]: ...

    async def read_url(self, url: str) -> ReadArticle: ...

    async def read_raw(self, raw: RawArticle) -> ReadArticle: ...

    async def check_source(self, source_id: str) -> int:
        """Have all feeds of a source checked now; how many there are."""
        ...


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of /stats."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Vital:
    """One line of /health: what is looked at, whether it is well, and what to do when it is not."""

    name: str
    well: bool
    detail: str


class Editing(Protocol):
    """Corrections of stories. Raises UserMistake."""

    async def merge(self, kept: StoryId, absorbed: StoryId) -> Story: ...

    async def split(self, story_id: StoryId, article_id: ArticleId) -> tuple[Story, Story]: ...

    async def correct(self, story_id: StoryId, field: str, value: str) -> tuple[Story, Change | None]: ...


class Opml(Protocol):
    """Lists of feeds as files."""

    def read(self, content: bytes) -> Sequence[FoundFeed]:
        """The feeds of an OPML file, each once. Raises UserMistake that says what is wrong with the file."""
        ...

    def write(self, sources: Sequence[SourceRow]) -> bytes: ...


class Operations(Protocol):
    """What keeps the installation alive."""

    async def stats(self) -> Sequence[Figure]: ...

    async def health(self) -> Sequence[Vital]: ...

    async def backup(self) -> Path: ...

    async def reload(self) -> str:
        """Read sources, lexicon and settings again; what changed, in one line. Raises ConfigError and keeps the old ones."""
        ...

    def maintain(self, on: bool) -> None:
        """While it is on nothing is fetched and no digest is composed; people are told so."""
        ...


@dataclass(frozen=True, slots=True)
class Services:
    """The desk at which every command is worked."""

    db: Db
    username: str  # of the bot, without the @
    admins: tuple[int, ...]  # owners, by the settings
    admin_chat: int | None
    access: AccessMode
    default_zone: str
    now: Callable[[], datetime]
    wake: Callable[[], None]  # the sender: there is something in the outbox
    wake_digester: Callable[[], None]  # a schedule changed
    lexicon: Callable[[], Lexicon]
    relearn: Callable[[], None]  # the names of entities changed in the database
    matcher: LiveQueries
    digests: DigestDesk
    outside: Outside
    operations: Operations
    opml: Opml
    editor: Editing | None = None
    gazetteer: Gazetteer | None = None
    download: Callable[[str], Awaitable[bytes]] | None = None  # a file that somebody sent, by its id; `build` sets it
    version: str = ""
    sources_changed: Callable[[], None] = lambda: None  # wakes the poller
    max_subscriptions: int = 200
    probe_articles: int = 2000
    probe_seconds: float = 0.5
