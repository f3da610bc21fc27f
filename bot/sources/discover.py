"""From whatever address a person gives to the feed behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.sources.fetch import Fetched, Fetcher, Kind
from digests.errors import SourceError, UnreadableSource
from digests.feeds import PAGE_MARK, Feed, feed_links, read_feed, read_page

if TYPE_CHECKING:
    from datetime import datetime

    from bot.sources.workers import Workers

__all__ = ["FeedFound", "find_feeds"]

MOST_NAMED = 6
MOST_TRIED = 10


@dataclass(frozen=True, slots=True)
class FeedFound:
    """A feed that can be read: `items` it holds now, and when the newest was published."""

    url: str
    title: str
    items: int
    language: str = ""
    home: str | None = None
    newest: datetime | None = None


async def find_feeds(url: str, fetcher: Fetcher, workers: Workers, now: datetime) -> list[FeedFound]:
    """The feed at `url`, or the feeds of the page there, each read once so that it is known to work.

    Looks at what the page names, then at the usual places. A page without any is itself watched for new links; its
    address then ends with `#page`. Raises SourceError: FetchError when the page cannot be had now, UnreadableSource when
    there is nothing to follow.
    """
    if "://" not in url:
        url = f"https://{url}"
    page = await fetcher.get(url, kind=Kind.FEED)  # a person asked for this one address: no crawling
    try:
        return [_found(page, await workers.run_first(read_feed, page.body, page.url, page.charset, now))]
    except UnreadableSource:
        links = await workers.run_first(feed_links, page.body, page.url)
    found = [feed for named, _ in links.named[:MOST_NAMED] if (feed := await _try(named, fetcher, workers, now))]
    if found:
        return _distinct(found)
    for place in links.usual[:MOST_TRIED]:
        if feed := await _try(place, fetcher, workers, now):
            return [feed]
    return [await _watched(page, workers)]


async def _try(url: str, fetcher: Fetcher, workers: Workers, now: datetime) -> FeedFound | None:
    try:
        answer = await fetcher.get(url, kind=Kind.FEED)
        return _found(answer, await workers.run_first(read_feed, answer.body, answer.url, answer.charset, now))
    except SourceError:
        return None


async def _watched(page: Fetched, workers: Workers) -> FeedFound:
    try:
        read = await workers.run_first(read_page, page.body, page.url, page.charset)
    except UnreadableSource as error:
        raise UnreadableSource(
            f"{page.url}: names no feed, has none in the usual places, and links to no articles; give the feed's address"
        ) from error
    return FeedFound(page.url + PAGE_MARK, read.title, len(read.items), read.language, page.url)


def _found(answer: Fetched, feed: Feed) -> FeedFound:
    newest = max((item.published for item in feed.items if item.published), default=None)
    return FeedFound(answer.url, feed.title, len(feed.items), feed.language, feed.home, newest)


def _distinct(found: list[FeedFound]) -> list[FeedFound]:
    return list({feed.url: feed for feed in found}.values())
