"""Bytes of a feed to items with an identity: RSS 0.9x to 2.0, RDF, Atom, JSON Feed."""

from digests.feeds.links import FeedLinks, feed_links
from digests.feeds.pages import PAGE_MARK, is_page, read_page
from digests.feeds.reader import MAX_ITEMS, read_feed
from digests.feeds.values import Feed, Item

__all__ = ["MAX_ITEMS", "PAGE_MARK", "Feed", "FeedLinks", "Item", "feed_links", "is_page", "read_feed", "read_page"]
