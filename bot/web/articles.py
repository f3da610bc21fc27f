"""The articles in the body of a push: each one, or what is wrong with it and where. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from digests.cleaning.decoding import CONTROLS
from digests.feeds.text import absolute
from digests.model import DateOrigin, Media, RawArticle

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["BadBody", "Pushed", "read_articles"]

FIELDS = {
    "url": 2048,
    "title": 1000,
    "text": 1_000_000,
    "html": 1_000_000,
    "published": 64,
    "source": 200,
    "language": 35,
}
MOST_ARTICLES = 500
LINES = ("application/x-ndjson", "application/jsonl", "application/x-jsonlines", "application/json-lines")
JSON = ("application/json",)
PAGE_BEGINS = ("<!doctype", "<html")


class BadBody(Exception):
    """The body as a whole cannot be read: the message says what and where."""


@dataclass(frozen=True, slots=True)
class Pushed:
    """One article of a body: `raw`, or what is wrong with it."""

    place: str
    raw: RawArticle | None = None
    problem: str = ""


def read_articles(body: bytes, content_type: str, now: datetime, *, source: str | None = None) -> list[Pushed]:
    """The articles of a JSON object, a list of them, or JSON Lines. `source` is the sender's own and overrules theirs.

    Raises BadBody when it is no JSON, or no object or list of objects.
    """
    lines = content_type in LINES
    found = [_pushed(place, value, now, source) for place, value in (_lines(body) if lines else _values(body))]
    if not found:
        raise BadBody("no article in it")
    return found


def is_readable(content_type: str) -> bool:
    """Whether articles can be pushed in this kind of body."""
    return content_type in (*JSON, *LINES)


def _values(body: bytes) -> Iterator[tuple[str, Any]]:
    value = _json(body, "the body")
    if not isinstance(value, list):
        value = [value]
    if len(value) > MOST_ARTICLES:
        raise BadBody(f"{len(value)} articles; at most {MOST_ARTICLES} at a time")
    return ((f"[{index}]", item) for index, item in enumerate(value))


def _lines(body: bytes) -> Iterator[tuple[str, Any]]:
    numbered = [(number, line) for number, line in enumerate(body.splitlines(), 1) if line.strip()]
    if len(numbered) > MOST_ARTICLES:
        raise BadBody(f"{len(numbered)} articles; at most {MOST_ARTICLES} at a time")
    for number, line in numbered:
        try:
            yield f"line {number}", _json(line, "the line")
        except BadBody as error:
            yield f"line {number}", error


def _json(text: bytes, what: str) -> Any:  # whatever JSON can hold
    try:
        return json.loads(text.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise BadBody(f"{what} is not UTF-8 (byte {error.start})") from error
    except json.JSONDecodeError as error:
        raise BadBody(f"{what} is no JSON: {error.msg} at character {error.pos}") from error
    except (ValueError, RecursionError) as error:
        raise BadBody(f"{what} is no JSON that can be read") from error


def _pushed(place: str, value: Any, now: datetime, source: str | None) -> Pushed:
    if isinstance(value, BadBody):
        return Pushed(place, problem=str(value))
    try:
        return Pushed(place, _article(value, now, source))
    except ValueError as error:
        return Pushed(place, problem=str(error))


def _article(value: Any, now: datetime, source: str | None) -> RawArticle:
    if not isinstance(value, dict):
        raise ValueError("must be an object with url, title and text or html")  # noqa: TRY004 - one kind for every problem
    if unknown := sorted(set(value) - set(FIELDS)):
        raise ValueError(f"unknown fields: {', '.join(map(ascii, unknown[:10]))}")
    fields = {name: text for name in FIELDS if (text := _text(value, name)) is not None}
    content, markup = fields.get("html") or fields.get("text") or "", bool(fields.get("html"))
    if not content:
        raise ValueError("one of text and html must be there")
    if fields.get("html") and fields.get("text"):
        raise ValueError("text and html: give one of them")
    url = None
    if fields.get("url") and (url := absolute(fields["url"], "")) is None:
        raise ValueError("url: must be an http or https address")
    page = markup and content.lstrip()[:20].lower().startswith(PAGE_BEGINS)
    return RawArticle(
        content=content,
        media=(Media.HTML if page else Media.FRAGMENT) if markup else Media.TEXT,
        seen=now,
        url=url,
        title=fields.get("title") or None,
        published=_time(fields["published"], now) if fields.get("published") else None,
        published_origin=DateOrigin.GIVEN,
        source=source or fields.get("source") or None,
        language=fields.get("language") or None,
    )


def _text(value: dict[str, Any], name: str) -> str | None:
    text = value.get(name)
    if text is None:
        return None
    if not isinstance(text, str):
        raise ValueError(f"{name}: must be a text")  # noqa: TRY004 - one kind for every problem
    if len(text) > FIELDS[name]:
        raise ValueError(f"{name}: longer than {FIELDS[name]} characters")
    return CONTROLS.sub("", text)


def _time(text: str, now: datetime) -> datetime:
    try:
        time = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise ValueError("published: must be ISO 8601, such as 2026-11-23T10:00:00+05:00") from error
    if time.tzinfo is None:
        raise ValueError("published: needs a time zone, such as +05:00 or Z")
    try:
        time = time.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("published: out of range") from error
    if (time - now).total_seconds() > 86_400:
        raise ValueError("published: lies in the future")
    return time
