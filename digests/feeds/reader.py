"""The one way from the bytes of a feed to a Feed.

feedparser was chosen because the faster parsers silently lose titles (docs/sources.md, "Why it is built so"). A hostile
body can keep it busy for minutes: whoever reads bodies of strangers runs this in a process that can be killed.
"""

from __future__ import annotations

import contextlib
import io
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from digests.errors import UnreadableSource
from digests.feeds.charset import as_utf8
from digests.feeds.dates import read_date
from digests.feeds.draft import Draft, DraftFeed
from digests.feeds.identity import fingerprint, keys
from digests.feeds.jsonfeed import read_json_feed
from digests.feeds.text import absolute, without_controls, without_markup
from digests.feeds.values import Feed, Item
from digests.model import Media

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

__all__ = ["MAX_ITEMS", "read_feed"]

MAX_ITEMS = 10_000
MAX_CONTENT = 1_000_000  # characters of one item; the longest articles have a tenth
MAX_SUMMARY = 10_000
PERIODS = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(weeks=1),
    "monthly": timedelta(days=30),
    "yearly": timedelta(days=365),
}


def read_feed(body: bytes, url: str, charset: str | None, now: datetime, *, limit: int = MAX_ITEMS) -> Feed:
    """The feed in `body`, found at `url`; `charset` is what the HTTP header said, a hint and no order.

    Raises UnreadableSource when the body is no feed.
    """
    if not body.strip():
        raise UnreadableSource(f"{url}: the answer is empty")
    body, label = as_utf8(body, charset)
    if body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{":
        draft = read_json_feed(body, url, now, limit)
    else:
        draft = _read_xml(body, url, label, now, limit)
    return _finished(draft, url)


def _read_xml(body: bytes, url: str, label: str | None, now: datetime, limit: int) -> DraftFeed:
    kind = "application/xml" + (f"; charset={label}" if label else "")
    try:
        # A string or plain bytes would be tried as a URL and as a file name: only a file object is safe.
        import feedparser  # noqa: PLC0415 - the workers read feeds: the bot itself need not hold the parser

        parsed = feedparser.parse(
            io.BytesIO(body),
            response_headers={"content-type": kind, "content-location": url},
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except (ValueError, LookupError, AttributeError, AssertionError, TypeError, RecursionError, OverflowError) as error:
        raise UnreadableSource(f"{url}: the feed is broken beyond reading ({type(error).__name__})") from error
    entries = parsed.get("entries", [])
    if not entries and not parsed.get("version"):
        raise UnreadableSource(f"{url}: is no feed; /addsource can look for the feed of a page")
    head = parsed.get("feed", {})
    language = _text(head.get("language"))
    return DraftFeed(
        title=_text(head.get("title")),
        items=[_draft(entry, now, language) for entry in entries[:limit]],
        home=_text(head.get("link")),
        language=language,
        ttl=_ttl(head),
        older=_linked(head, ("prev-archive", "next")),
        cut=len(entries) > limit,
    )


def _draft(entry: dict[str, Any], now: datetime, language: str) -> Draft:
    content, media = _content(entry)
    guid = _text(entry.get("id"))
    return Draft(
        guid=guid,
        link=_text(entry.get("feedburner_origlink"))
        or _text(entry.get("link"))
        or _linked(entry, ("alternate",))
        or (guid if guid.startswith(("http://", "https://")) else ""),
        title=_text(entry.get("title")),
        content=content,
        media=media,
        summary=_text(entry.get("summary")),
        published=_published(entry, now, language),
        author=_text(entry.get("author")),
        language=_text(entry.get("language")),
    )


def _content(entry: dict[str, Any]) -> tuple[str, Media]:
    """The longest text that the item carries: some feeds put the article in the summary and a teaser in the content."""
    details = [*_dictionaries(entry.get("content")), *_dictionaries([entry.get("summary_detail")])]
    if not details:
        return _text(entry.get("summary")), Media.FRAGMENT
    longest = max(details, key=lambda detail: len(_text(detail.get("value"))))
    plain = longest.get("type") == "text/plain"
    return _text(longest.get("value")), Media.TEXT if plain else Media.FRAGMENT


def _published(entry: dict[str, Any], now: datetime, language: str) -> datetime | None:
    """When it was published; the time of its last change only if it says nothing else."""
    for name in ("published", "created", "updated"):
        # `in`, because feedparser answers a missing `updated` with `published` and a warning.
        if name in entry.keys():  # noqa: SIM118 - as above: `in entry` of a FeedParserDict maps names
            found = read_date(dict.get(entry, name), now, dict.get(entry, f"{name}_parsed"), language)
            if found:
                return found
    return None


def _ttl(head: dict[str, Any]) -> timedelta | None:
    """How long the feed asks to be left alone: `ttl` in minutes, or the syndication module's period and frequency."""
    with contextlib.suppress(ValueError, OverflowError):
        if text := _text(head.get("ttl")).strip():
            return timedelta(minutes=int(text)) if 0 < int(text) <= 10_080 else None
        if period := PERIODS.get(_text(head.get("sy_updateperiod")).strip().lower()):
            frequency = int(_text(head.get("sy_updatefrequency")).strip() or 1)
            return period / frequency if frequency > 0 else None
    return None


def _linked(mapping: dict[str, Any], relations: tuple[str, ...]) -> str:
    for relation in relations:
        for link in _dictionaries(mapping.get("links")):
            if link.get("rel") == relation and _text(link.get("href")):
                return _text(link.get("href"))
    return ""


def _dictionaries(value: object) -> Iterable[dict[str, Any]]:
    return (item for item in value if isinstance(item, dict)) if isinstance(value, list) else ()


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _finished(draft: DraftFeed, url: str) -> Feed:
    home = absolute(draft.home, url)
    pages = [absolute(item.link, home or url) for item in draft.items]
    prints = [fingerprint(item.title, item.content[:MAX_CONTENT]) for item in draft.items]
    names = keys(
        [(item.guid.strip(), page, words) for item, page, words in zip(draft.items, pages, prints, strict=True)]
    )
    return Feed(
        title=without_markup(draft.title),
        items=tuple(
            Item(
                key=name,
                fingerprint=words,
                title=without_markup(item.title),
                content=without_controls(item.content[:MAX_CONTENT]),
                media=item.media,
                url=page,
                published=item.published,
                summary=without_controls(item.summary[:MAX_SUMMARY]),
                author=without_markup(item.author),
                language=without_markup(item.language)[:20],
            )
            for item, page, words, name in zip(draft.items, pages, prints, names, strict=True)
        ),
        home=home,
        language=without_markup(draft.language)[:20],
        ttl=draft.ttl,
        older=absolute(draft.older, url),
        cut=draft.cut,
    )
