"""Which items of a feed are the same item, whatever their publisher does to guids, dates and links.

The rules follow Miniflux (internal/reader/rss/adapter.go), with one change: where a guid stands for several items we
add the words and not the position, because positions move with every new item.
"""

from __future__ import annotations

from collections import Counter
from hashlib import blake2b
from typing import TYPE_CHECKING

from digests.cleaning.urls import canonical_url
from digests.feeds.text import words_in

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["fingerprint", "keys"]


def fingerprint(title: str, content: str) -> str:
    """A short name for the words of an item, equal when only markup, blanks or case differ."""
    return _short(f"{words_in(title)}\n{words_in(content)}".casefold())


def keys(items: Sequence[tuple[str, str | None, str]]) -> list[str]:
    """The key of each item, given its guid ('' for none), URL and fingerprint."""
    guids = Counter(guid for guid, _, _ in items if guid)
    pages = Counter((guid, url) for guid, url, _ in items)
    names = []
    for guid, url, words in items:
        if guid and guids[guid] == 1:
            names.append(_short(f"guid\n{guid}"))
        elif url and pages[guid, url] == 1:
            names.append(_short(f"url\n{guid}\n{canonical_url(url)}"))
        else:
            names.append(_short(f"words\n{guid}\n{url or ''}\n{words}"))
    return names


def _short(text: str) -> str:
    return blake2b(text.encode("utf-8", "replace"), digest_size=12).hexdigest()
