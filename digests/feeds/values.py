"""What is read from a feed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from digests.feeds.text import words_in

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from digests.model import Media

# Below this many characters a feed gives a teaser, not the article (WordPress cuts excerpts at 55 words, some 350).
SUMMARY_LENGTH = 600
CUT = re.compile(
    r"(?:…|\.\.\.|\[(?:…|\.\.\.)\]|read more|continue reading|full story|مزید پڑھیں|نور ولولئ|ادامه مطلب|المزيد|और पढ़ें)[\s\W]{0,5}$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a feed, every string free of control characters.

    `key` names the entry within its feed across polls. `fingerprint` is of its words: it changes with the text and not
    with dates, ids or markup. `url` is absolute http(s) or None, `published` plausible UTC or None.
    """

    key: str
    fingerprint: str
    title: str
    content: str
    media: Media
    url: str | None = None
    published: datetime | None = None
    summary: str = ""
    author: str = ""
    language: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to read and nowhere to go."""
        return not (self.url or self.title.strip() or self.content.strip())

    @property
    def is_summary(self) -> bool:
        """Whether the feed gives only the beginning of the article, so that its page has to be read."""
        text = words_in(self.content)
        return len(text) < SUMMARY_LENGTH or CUT.search(text[-60:]) is not None


@dataclass(frozen=True, slots=True)
class Feed:
    """One reading of a feed. `items` stand in the feed's order; `cut` says that the feed had more than are read."""

    title: str
    items: tuple[Item, ...]
    home: str | None = None
    language: str = ""
    ttl: timedelta | None = None  # how long the feed asks to be left alone
    older: str | None = None  # the page of the feed with older items, if it has pages (RFC 5005)
    cut: bool = False
