"""Which items of a feed are the same item, whatever their publisher does to guids, dates and links.

The rules follow Miniflux (internal/reader/rss/adapter.go), with one change: where a guid stands for several items we
add the words and not the position, because positions move with every new item.
"""

from __future__ import annotations

from collections import Counter
from hashlib import blake2b
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlsplit

from digests.feeds.text import words_in

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["fingerprint", "keys", "same_page"]

# Parameters that say where a reader came from, not what is read (the common core of public lists).
# Parameters that say where a reader came from, never what is read. Short names such as `ref` may name an article.
TRACKING = ("utm_", "fbclid", "gclid", "igshid", "mc_cid", "mc_eid", "at_medium", "at_campaign", "ns_mchannel", "cmpid")


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
            names.append(_short(f"url\n{guid}\n{same_page(url)}"))
        else:
            names.append(_short(f"words\n{guid}\n{url or ''}\n{words}"))
    return names


def same_page(url: str) -> str:
    """What is left of an address when scheme, `www.`, tracking parameters and a last slash are taken off: for comparing."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").removeprefix("www.")
        fields = parse_qsl(parts.query, keep_blank_values=True, max_num_fields=100)
    except ValueError:
        return url
    query = urlencode([(name, value) for name, value in fields if not name.lower().startswith(TRACKING)])
    return f"{host}{parts.path.rstrip('/')}{'?' if query else ''}{query}"


def _short(text: str) -> str:
    return blake2b(text.encode("utf-8", "replace"), digest_size=12).hexdigest()
