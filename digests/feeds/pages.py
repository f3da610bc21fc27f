"""A page without a feed, read as one: its links to articles are the items, and their text stands on their own pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import lxml.etree
import lxml.html

from digests.cleaning.urls import canonical_url, same_site
from digests.errors import UnreadableSource
from digests.feeds.identity import fingerprint, keys
from digests.feeds.text import absolute, without_markup
from digests.feeds.values import Feed, Item
from digests.model import Media

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["PAGE_MARK", "is_page", "read_page"]

PAGE_MARK = "#page"  # an address that ends so is watched as a page of links
MOST_LINKS = 200
SHORTEST_HEADLINE = 25
FEWEST_WORDS = 4
FURNITURE = {"nav", "footer", "aside", "form", "menu"}


def is_page(url: str) -> bool:
    """Whether the address is to be read as a page of links."""
    return url.endswith(PAGE_MARK)


def read_page(body: bytes, url: str, charset: str | None) -> Feed:
    """The articles that the page at `url` links to, in its order. Raises UnreadableSource when it links to none."""
    try:
        parser = lxml.html.HTMLParser(recover=True, no_network=True, encoding=_known(charset))
        tree = lxml.html.document_fromstring(body, parser=parser)
    except (lxml.etree.LxmlError, ValueError, AssertionError) as error:
        raise UnreadableSource(f"{url}: the page cannot be read") from error
    found: dict[str, str] = {}
    for link, words in _headlines(tree, url):
        if len(found) < MOST_LINKS or link in found:
            found[link] = max(found.get(link, ""), words, key=len)
    if not found:
        raise UnreadableSource(f"{url}: links to no articles; give the address of a page that lists them")
    prints = [fingerprint(link, "") for link in found]  # of the address: headlines of a front page change all day
    names = keys([("", link, words) for link, words in zip(found, prints, strict=True)])
    title = tree.findtext(".//title") or ""
    items = (
        Item(key, words, headline, "", Media.TEXT, url=link)
        for key, words, (link, headline) in zip(names, prints, found.items(), strict=True)
    )
    return Feed(without_markup(title), tuple(items), home=url, language=(tree.get("lang") or "")[:20])


def _headlines(tree: lxml.html.HtmlElement, url: str) -> Iterator[tuple[str, str]]:
    here = canonical_url(url)
    for anchor in tree.iter("a"):
        link = absolute(anchor.get("href"), url)
        if link is None or not same_site(link, url) or canonical_url(link) == here:
            continue
        words = without_markup(" ".join(anchor.itertext()) or anchor.get("title") or "")
        if len(words) < SHORTEST_HEADLINE or len(words.split()) < FEWEST_WORDS:
            continue
        if not any(parent.tag in FURNITURE or parent.get("role") == "navigation" for parent in anchor.iterancestors()):
            yield link, words


def _known(charset: str | None) -> str | None:
    """The encoding if libxml2 knows it; else it finds out by itself."""
    try:
        return charset if charset and lxml.html.HTMLParser(encoding=charset) is not None else None
    except LookupError:
        return None
