"""The feeds that a page names, and where feeds usually are when it names none."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import lxml.etree
import lxml.html

from digests.feeds.text import absolute, without_markup

__all__ = ["FeedLinks", "feed_links"]

TYPES = (
    "application/rss+xml",
    "application/atom+xml",
    "application/rdf+xml",
    "application/feed+json",
    "application/json",
)
USUAL = ("feed", "feed/", "rss", "rss.xml", "feed.xml", "atom.xml", "index.xml", "rss/", "feeds/posts/default")
MAX_LINKS = 10


@dataclass(frozen=True, slots=True)
class FeedLinks:
    """`named` are (URL, title) as the page gives them; `usual` are places worth a try when it gives none."""

    named: tuple[tuple[str, str], ...]
    usual: tuple[str, ...]


def feed_links(body: bytes, url: str) -> FeedLinks:
    """The feeds of the page in `body`, found at `url`. A page that cannot be read names none."""
    named: dict[str, str] = {}
    for link in _links(body):
        relation = (link.get("rel") or "").lower().split()
        kind = (link.get("type") or "").split(";")[0].strip().lower()
        if ("alternate" in relation or "feed" in relation) and (kind in TYPES or "feed" in relation):
            found = absolute(link.get("href"), url)
            if found and len(named) < MAX_LINKS and "/comments/" not in found:
                named.setdefault(found, without_markup(link.get("title") or ""))
    origin = urlsplit(url)._replace(path="/", query="", fragment="").geturl()
    bases = dict.fromkeys((urljoin(url, "./"), origin))
    usual = dict.fromkeys(urljoin(base, path) for base in bases for path in USUAL)
    return FeedLinks(tuple(named.items()), tuple(usual)[: 2 * MAX_LINKS])


def _links(body: bytes) -> list[lxml.html.HtmlElement]:
    try:
        tree = lxml.html.document_fromstring(body, parser=lxml.html.HTMLParser(recover=True, no_network=True))
    except (lxml.etree.LxmlError, ValueError, AssertionError):
        return []
    return list(tree.iter("link", "a"))[:20_000]
