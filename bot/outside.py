"""What leaves the machine on a person's request: reading a link, finding a page's feeds, checking a source now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sources import opml
from bot.sources.discover import find_feeds
from bot.sources.fetch import Kind
from bot.sources.reading import raw_of_page
from bot.telegram.services import FoundFeed, ReadArticle
from digests.errors import UserMistake
from digests.intake import Fate
from digests.store import feeds, sources

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from bot.db import Db
    from bot.intake import LiveIntake
    from bot.sources.fetch import Fetcher
    from bot.sources.poller import Poller
    from bot.sources.workers import Workers
    from digests.intake import Outcome, Prepared
    from digests.model import RawArticle
    from digests.store import Store

__all__ = ["Internet", "Lists"]


class Internet:
    """The conversation's way out, through the one guarded client."""

    def __init__(
        self,
        db: Db,
        fetcher: Fetcher,
        workers: Workers,
        intake: LiveIntake,
        poller: Poller[Prepared],
        now: Callable[[], datetime],
    ) -> None:
        self._db = db
        self._fetcher = fetcher
        self._workers = workers
        self._intake = intake
        self._poller = poller
        self._now = now

    async def find_feeds(self, url: str) -> Sequence[FoundFeed]:
        """The feeds of a page, or the feed itself. Raises SourceError."""
        found = await find_feeds(url, self._fetcher, self._workers, self._now())
        return [FoundFeed(feed.url, feed.title, feed.items, feed.language) for feed in found]

    async def read_url(self, url: str) -> ReadArticle:
        """Fetch and store the article at an address. Raises SourceError or EmptyArticle."""
        answer = await self._fetcher.get(url, kind=Kind.PAGE)
        return await self.read_raw(raw_of_page(answer, self._now()))

    async def read_raw(self, raw: RawArticle) -> ReadArticle:
        """Store an article that was handed in."""
        prepared = await self._intake.prepare(raw, awaited=True)

        def take_in(store: Store) -> Outcome:
            return self._intake.take_in(store, prepared)

        outcome = await self._intake.write(take_in)
        return ReadArticle(
            title=prepared.article.heading,
            url=prepared.article.url,
            is_new=outcome.fate is not Fate.KNOWN,
            story=outcome.story,
            queries=len(outcome.hits),
        )

    async def check_source(self, source_id: str) -> int:
        """Ask for a check of all feeds of a source; how many there are."""

        def soon(store: Store) -> int:
            row = sources.source_row(store, source_id)
            if row is None:
                raise UserMistake(f"there is no source {source_id!r}")
            for feed in row.feeds:
                feeds.check_soon(store, feed.id, self._now())
            return len(row.feeds)

        count = await self._db.write(soon)
        self._poller.wake()
        return count


class Lists:
    """Lists of feeds as OPML files."""

    def read(self, content: bytes) -> Sequence[FoundFeed]:
        """The feeds of an OPML file. Raises UserMistake."""
        return [FoundFeed(feed.url, feed.title, 0) for feed in opml.read_opml(content).feeds]

    def write(self, rows: Sequence[sources.SourceRow]) -> bytes:
        return opml.write_opml(rows)
