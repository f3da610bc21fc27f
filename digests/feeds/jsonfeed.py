"""JSON Feed 1 and 1.1 (jsonfeed.org), read leniently."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from digests.errors import UnreadableSource
from digests.feeds.dates import read_date
from digests.feeds.draft import Draft, DraftFeed
from digests.model import Media

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["read_json_feed"]


def read_json_feed(body: bytes, url: str, now: datetime, limit: int) -> DraftFeed:
    """The feed in the JSON document, at most `limit` items of it. Raises UnreadableSource."""
    try:
        document = json.loads(body.decode("utf-8-sig", "replace"), strict=False)
    except (ValueError, RecursionError) as error:
        raise UnreadableSource(
            f"{url}: looks like JSON Feed, but is no JSON; ask the publisher or use another"
        ) from error
    if not isinstance(document, dict) or not isinstance(document.get("items"), list):
        raise UnreadableSource(f"{url}: is JSON, but no JSON Feed (it has no list of items)")
    listed = [item for item in document["items"] if isinstance(item, dict)]
    language = _text(document, "language")
    return DraftFeed(
        title=_text(document, "title"),
        items=[_draft(item, now, language) for item in listed[:limit]],
        home=_text(document, "home_page_url"),
        language=language,
        older=_text(document, "next_url"),
        cut=len(listed) > limit,
    )


def _draft(item: dict[str, Any], now: datetime, language: str) -> Draft:
    markup, text, summary = _text(item, "content_html"), _text(item, "content_text"), _text(item, "summary")
    language = _text(item, "language") or language
    dates = (read_date(item.get(name), now, language=language) for name in ("date_published", "date_modified"))
    return Draft(
        guid=_text(item, "id"),
        link=_text(item, "url") or _text(item, "external_url") or _text(item, "id"),
        title=_text(item, "title"),
        content=markup or text or summary,
        media=Media.FRAGMENT if markup else Media.TEXT,
        summary=summary,
        published=next((date for date in dates if date), None),
        author=_author(item),
        language=_text(item, "language"),
    )


def _author(item: dict[str, Any]) -> str:
    authors = item.get("authors")
    named = [*(authors if isinstance(authors, list) else ()), item.get("author")]
    return ", ".join(_text(author, "name") for author in named if isinstance(author, dict) and _text(author, "name"))


def _text(mapping: dict[str, Any], name: str) -> str:
    value = mapping.get(name)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)  # ids are often numbers
    return value if isinstance(value, str) else ""
