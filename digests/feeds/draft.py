"""What either parser found, before it is made safe and gets its identity."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from digests.model import Media

if TYPE_CHECKING:
    from datetime import datetime, timedelta


@dataclass(slots=True)
class Draft:
    """An item as its feed wrote it."""

    guid: str
    link: str
    title: str
    content: str
    media: Media = Media.FRAGMENT
    summary: str = ""
    published: datetime | None = None
    author: str = ""
    language: str = ""


@dataclass(slots=True)
class DraftFeed:
    """A feed as it was written."""

    title: str
    items: list[Draft] = field(default_factory=list)
    home: str = ""
    language: str = ""
    ttl: timedelta | None = None
    older: str = ""
    cut: bool = False
