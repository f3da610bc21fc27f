"""From an item of a feed to a prepared article: the page is read where the feed gives only a summary."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from bot.sources.fetch import Fetched, Fetcher, Kind
from digests.errors import EmptyArticle, FetchError, SourceError, UnreadableSource
from digests.model import DateOrigin, Media, RawArticle
from digests.store.feed_items import ItemState

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.sources.triage import Work
    from digests.feeds import Item
    from digests.model import Article, ArticleId
    from digests.store import Store
    from digests.store.sources import FeedRow

__all__ = ["Intake", "Prepared", "Reader", "Reading", "raw_of_item", "raw_of_page"]

PAGES = ("text/html", "application/xhtml+xml", "text/plain", "application/octet-stream", "")


class Prepared(Protocol):
    """An article that is cleaned and matched, ready to be committed."""

    @property
    def article(self) -> Article: ...


PreparedT = TypeVar("PreparedT", bound=Prepared)
T = TypeVar("T")


class Intake(Protocol[PreparedT]):
    """The road behind the door: what happens to a RawArticle."""

    async def prepare(self, raw: RawArticle) -> PreparedT:
        """Clean and match. Raises EmptyArticle when nothing is left, UnreadableSource when the page cannot be worked."""
        ...

    def commit(self, store: Store, prepared: PreparedT, *, archive: bool) -> ArticleId:
        """Store the article, its story and its matches. `archive`: too old to be told as news."""
        ...

    async def write(self, function: Callable[[Store], T]) -> T:
        """One write transaction in which `commit` may be called; what it changed in memory is dropped when it fails."""
        ...


@dataclass(frozen=True, slots=True)
class Reading(Generic[PreparedT]):
    """What became of one item before it is stored. `prepared` is None when there is nothing to store."""

    work: Work
    state: ItemState
    prepared: PreparedT | None = None

    @property
    def is_archive(self) -> bool:
        """Too old to be told as news: by the feed's date, or where it gives none by what the article itself says."""
        if self.work.archive or self.prepared is None or self.work.item.published:
            return self.work.archive
        said = self.prepared.article.published
        return said is not None and said.at < self.work.since


class Reader(Generic[PreparedT]):
    """Prepares items of feeds."""

    def __init__(self, fetcher: Fetcher, intake: Intake[PreparedT], now: Callable[[], datetime]) -> None:
        self._fetcher = fetcher
        self._intake = intake
        self._now = now

    async def read(self, feed: FeedRow, work: Work) -> Reading[PreparedT]:
        """The prepared article of an item, with the full text of its page if the feed gives only a summary.

        A page that cannot be read costs the full text, never the news: the summary is taken, and the page is tried
        again at the next checks if that may help.
        """
        item = work.item
        own = await self._prepared(raw_of_item(item, feed, self._now()))
        if work.archive or item.url is None or not item.is_summary:
            return Reading(work, ItemState.STORED if own else ItemState.EMPTY, own)
        try:
            page = await self._page(item, feed)
        except FetchError:
            return Reading(work, ItemState.STORED if work.last_try else ItemState.RETRY, own)
        except SourceError:
            page = None
        best = _longer(page, own)
        return Reading(work, ItemState.STORED if best else ItemState.EMPTY, best)

    async def _page(self, item: Item, feed: FeedRow) -> PreparedT | None:
        if item.url is None:
            return None
        async with self._fetcher.room() as room:
            answer = await self._fetcher.get(item.url, kind=Kind.PAGE, room=room)
            if answer.content_type not in PAGES:
                raise UnreadableSource(f"{answer.url}: is no page ({answer.content_type})")
            return await self._prepared(raw_of_page(answer, self._now(), item=item, feed=feed))

    async def _prepared(self, raw: RawArticle) -> PreparedT | None:
        try:
            return await self._intake.prepare(raw)
        except (EmptyArticle, UnreadableSource):
            return None


def raw_of_item(item: Item, feed: FeedRow, now: datetime) -> RawArticle:
    """The item as the feed gives it."""
    content = item.content if item.content.strip() else item.summary
    return RawArticle(
        content=content if content.strip() else item.title,
        media=item.media if content.strip() else Media.TEXT,
        seen=now,
        url=item.url,
        title=item.title or None,
        published=item.published,
        published_origin=DateOrigin.FEED,
        source=feed.source_id,
        language=item.language or feed.language or None,
        author=item.author or None,
    )


def raw_of_page(answer: Fetched, now: datetime, *, item: Item | None = None, feed: FeedRow | None = None) -> RawArticle:
    """A page as it was fetched; what a feed says of it are hints."""
    return RawArticle(
        content=answer.body,
        media=Media.TEXT if answer.content_type == "text/plain" else Media.HTML,
        seen=now,
        url=item.url if item else answer.url,
        title=(item.title or None) if item else None,
        published=item.published if item else None,
        published_origin=DateOrigin.FEED if item else DateOrigin.GIVEN,
        source=feed.source_id if feed else None,
        language=(item.language or feed.language or None) if item and feed else None,
        author=(item.author or None) if item else None,
        charset=answer.charset,
    )


def _longer(page: PreparedT | None, own: PreparedT | None) -> PreparedT | None:
    """A wall of consent or a stub is shorter than the summary that led to it: then the summary is the better article."""
    if page is None or own is None:
        return page or own
    return page if len(page.article.body) >= len(own.article.body) else own


async def read_all(reader: Reader[PreparedT], feed: FeedRow, works: list[Work]) -> list[Reading[PreparedT]]:
    """The items of one slice, side by side, in their order."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(reader.read(feed, work)) for work in works]
    return [task.result() for task in tasks]
