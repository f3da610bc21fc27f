"""Bytes of a feed to items with an identity: RSS 0.9x to 2.0, RDF, Atom, JSON Feed."""

from digests.feeds.links import FeedLinks, feed_links
from digests.feeds.reader import MAX_ITEMS, read_feed
from digests.feeds.values import Feed, Item

__all__ = ["MAX_ITEMS", "Feed", "FeedLinks", "Item", "feed_links", "read_feed"]
