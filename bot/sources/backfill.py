"""The history of a feed: its older pages, from the newest to the oldest, as archive."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from yarl import URL

from bot.sources.fetch import Kind
from bot.sources.reading import Prepared
from digests.errors import SourceError
from digests.feeds import read_feed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from datetime import datetime

    from bot.sources.check import Checker
    from bot.sources.fetch import Fetcher
    from bot.sources.workers import Workers
    from digests.feeds import Feed
    from digests.store.sources import FeedRow

__all__ = ["HistoryPage", "backfill", "history"]

MOST_PAGES = 100
PreparedT = TypeVar("PreparedT", bound=Prepared)


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """One page of a feed's history, the `number`-th."""

    number: int
    url: str
    feed: Feed


async def history(
    url: str, fetcher: Fetcher, workers: Workers, now: datetime, *, pages: int = MOST_PAGES
) -> AsyncIterator[HistoryPage]:
    """The pages of a feed's history until there are no more, or nothing new, or `pages` were read.

    Follows what the feed says (RFC 5005: `prev-archive`, `next`; JSON Feed: `next_url`); where it says nothing, tries
    the page numbers of WordPress. Raises SourceError only for the first page.
    """
    seen: set[str] = set()
    asked: set[str] = set()
    address: str | None = url
    for number in range(1, min(pages, MOST_PAGES) + 1):
        if address is None or address in asked:
            return
        asked.add(address)
        try:
            answer = await fetcher.get(address, kind=Kind.FEED)
            feed = await workers.run(read_feed, answer.body, answer.url, answer.charset, now)
        except SourceError:
            if number == 1:
                raise
            return  # the end of what the server keeps
        keys = {item.key for item in feed.items}
        if not keys - seen:
            return  # some servers answer every page number with the first page
        seen |= keys
        yield HistoryPage(number, answer.url, feed)
        address = feed.older or _numbered(url, number + 1)


async def backfill(
    feed: FeedRow,
    checker: Checker[PreparedT],
    pages: AsyncIterator[HistoryPage],
    *,
    progress: Callable[[int, int], None] = lambda _page, _stored: None,
) -> int:
    """Store a feed's history (of `history(feed.url, ...)`) as archive; how many articles it brought.

    `progress` is told the number of the page and the articles so far. What is there already is passed over, so that an
    interrupted back-fill is simply done again.
    """
    stored = 0
    async for page in pages:
        stored += await checker.take_archive(feed, page.feed)
        progress(page.number, stored)
    return stored


def _numbered(url: str, number: int) -> str:
    return str(URL(url).update_query(paged=str(number)))
