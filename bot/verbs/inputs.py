"""Paths, folders, addresses and standard input as RawArticles, one complaint for each that cannot be read."""

from __future__ import annotations

import codecs
import json
import re
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol

import click

from digests.cleaning.dates import read_time
from digests.errors import SourceError, UnreadableSource
from digests.model import DateOrigin, DatePrecision, Media, RawArticle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = [
    "PATHS",
    "PATHS_IF_ANY",
    "Input",
    "article_from_json",
    "articles_in",
    "count_files",
    "read_inputs",
    "utc_now",
]

PATHS = click.argument("paths", nargs=-1, required=True, metavar="PATH|URL|-...")
PATHS_IF_ANY = click.argument("paths", nargs=-1, metavar="[PATH|URL|-]...")

LARGEST_FILE = 10_000_000  # bytes of one article
LARGEST_LINE = 5_000_000  # bytes of one article in a file of JSON lines
HTML_ENDINGS = (".html", ".htm", ".xhtml")
LINES_ENDINGS = (".jsonl", ".ndjson")
IGNORED_ENDINGS = (".jpg", ".jpeg", ".png", ".gif", ".pdf", ".zip", ".gz", ".css", ".js", ".ico", ".svg", ".mp4")
BINARY_BEGINS = (
    b"%PDF",
    b"PK\x03\x04",
    b"\x1f\x8b",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"\x7fELF",
    b"SQLite format 3",
)
CONTROLS = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1b"))
HALF_CHARACTER = re.compile("[\ud800-\udfff]")  # JSON can hold them, no encoding and no database can
FIELDS = ("url", "title", "text", "html", "published", "source", "language")


class Lines(Protocol):
    """What is read line by line."""

    def readline(self, limit: int, /) -> bytes:
        """The next line, or so many bytes of it; empty at the end."""
        ...


@dataclass(frozen=True, slots=True)
class Input:
    """One thing to read: where it came from, and the article or what is wrong with it."""

    label: str
    raw: RawArticle | None = None
    problem: str = ""


def read_inputs(
    names: Iterable[str], now: datetime, *, fetch: Callable[[str, datetime], RawArticle] | None = None
) -> Iterator[Input]:
    """Every article named by paths, folders (recursively), addresses and `-`; each that cannot be read says why."""
    for name in names:
        try:
            if name == "-":
                yield from _standard_input(now)
            elif name.startswith(("http://", "https://")):
                yield _fetched(name, now, fetch)
            else:
                yield from _path(Path(name), now)
        except (SourceError, OSError) as error:
            yield Input(name, problem=_plain(name, error))


def count_files(names: Iterable[str]) -> int:
    """How many files are meant, as far as that can be told without reading them."""
    return sum(sum(1 for _ in _files(Path(name))) if Path(name).is_dir() else 1 for name in names)


def article_from_json(value: Any, now: datetime) -> RawArticle:  # whatever JSON can hold
    """An article as a JSON object: url, title, text, html, published (ISO 8601), source, language.

    All are optional but one of text and html. Raises UnreadableSource with the field that is wrong.
    """
    if not isinstance(value, dict):
        raise UnreadableSource("not a JSON object with url, title, text or html")
    for field in FIELDS:
        if not isinstance(value.get(field), str | None):
            raise UnreadableSource(f"{field!r} must be a text, not {type(value[field]).__name__}")
    value = {field: HALF_CHARACTER.sub("\ufffd", value[field]) for field in FIELDS if value.get(field)}
    text, html = value.get("text"), value.get("html")
    if not text and not html:
        raise UnreadableSource("neither 'text' nor 'html' is there")
    published, precision = None, DatePrecision.MINUTE
    if value.get("published"):
        found = read_time(value["published"])
        if found is None:
            raise UnreadableSource(f"'published' is no ISO 8601 time: {value['published'][:40]!r}")
        published, precision = found
    return RawArticle(
        content=html or text or "",
        media=(Media.HTML if _is_page(html) else Media.FRAGMENT) if html else Media.TEXT,
        seen=now,
        url=value.get("url"),
        title=value.get("title") or None,
        published=published,
        published_origin=DateOrigin.GIVEN,
        published_precision=precision,
        source=value.get("source"),
        language=value.get("language"),
    )


def _path(path: Path, now: datetime) -> Iterator[Input]:
    if path.is_dir():
        found = list(_files(path))
        if not found:
            raise UnreadableSource("no file in this folder can be read as an article")
        for file in found:
            try:
                yield from _file(file, now)
            except (SourceError, OSError) as error:
                yield Input(str(file), problem=_plain(str(file), error))
    else:
        yield from _file(path, now)


def _files(path: Path) -> Iterator[Path]:
    """Files of a folder in a stable order, hidden ones and what is plainly no article left out."""
    if not path.is_dir():
        yield path
        return
    for file in sorted(path.rglob("*")):
        hidden = any(part.startswith(".") for part in file.relative_to(path).parts)
        is_readable = file.is_file() or (
            file.is_symlink() and not file.is_dir()
        )  # a dangling link is told, not skipped
        if is_readable and not hidden and file.suffix.lower() not in IGNORED_ENDINGS:
            yield file


def _file(path: Path, now: datetime) -> Iterator[Input]:
    ending = path.suffix.lower()
    if path.exists() and not path.is_file():
        raise UnreadableSource("not a regular file; name a file or a folder")
    with path.open("rb") as file:
        if ending in LINES_ENDINGS:
            yield from _lines(str(path), file, now)
            return
        content = file.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        size = path.stat().st_size / 1_000_000
        raise UnreadableSource(
            f"{size:.0f} MB is too large for one article (at most {LARGEST_FILE // 1_000_000} MB); split it"
        )
    yield from articles_in(str(path), content, now)


def articles_in(name: str, content: bytes, now: datetime) -> Iterator[Input]:
    """The articles that a file of this name holds. Raises UnreadableSource when it is empty, binary or broken JSON."""
    ending = Path(name).suffix.lower()
    if ending in LINES_ENDINGS:
        yield from _lines(name, BytesIO(content), now)
        return
    _refuse_binary(content)
    if ending == ".json":
        yield from _json(name, content, now)
        return
    yield Input(name, RawArticle(content, Media.HTML if ending in HTML_ENDINGS else _media(content), now))


def _lines(label: str, file: Lines, now: datetime) -> Iterator[Input]:
    """Each line an article as JSON."""
    number, found = 0, False
    while line := file.readline(LARGEST_LINE + 1):
        number += 1
        place = f"{label}:{number}"
        if len(line) > LARGEST_LINE:
            found = True
            yield Input(place, problem=f"{place}: a line over {LARGEST_LINE // 1_000_000} MB was passed over; split it")
            while line and not line.endswith(b"\n"):
                line = file.readline(LARGEST_LINE)
        elif line.strip():
            found = True
            yield _line(place, line, now)
    if not found:
        raise UnreadableSource("the file is empty")


def _standard_input(now: datetime) -> Iterator[Input]:
    """JSON lines when the first thing is an object, else one page or text."""
    label = "standard input"
    if sys.stdin is None:
        yield Input(label, problem=f"{label}: it is closed; name a file instead")
        return
    start = sys.stdin.buffer.readline(LARGEST_LINE + 1)
    while start and not start.strip():
        start = sys.stdin.buffer.readline(LARGEST_LINE + 1)
    if start.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"{"):
        yield from _lines(label, Rejoined(start, sys.stdin.buffer), now)
        return
    content = start + sys.stdin.buffer.read(LARGEST_FILE + 1 - len(start))
    if len(content) > LARGEST_FILE:
        yield Input(
            label, problem=f"{label}: over {LARGEST_FILE // 1_000_000} MB is too large for one article; split it"
        )
        return
    try:
        _refuse_binary(content)
    except UnreadableSource as error:
        yield Input(label, problem=f"{label}: {error}")
        return
    yield Input(label, RawArticle(content, _media(content), now))


class Rejoined:
    """Lines of a stream of which the first was read already."""

    def __init__(self, first: bytes, rest: BinaryIO) -> None:
        self._first, self._rest = first, rest

    def readline(self, limit: int, /) -> bytes:
        first, self._first = self._first, b""
        return first or self._rest.readline(limit)


def _line(place: str, line: bytes, now: datetime) -> Input:
    try:
        return Input(place, article_from_json(json.loads(line), now))
    except UnicodeDecodeError:
        return Input(place, problem=f"{place}: not UTF-8; save the file as UTF-8")
    except (ValueError, RecursionError) as error:
        return Input(place, problem=f"{place}: broken JSON ({error}); one JSON object a line is needed")
    except UnreadableSource as error:
        return Input(place, problem=f"{place}: {error}")


def _json(label: str, content: bytes, now: datetime) -> Iterator[Input]:
    try:
        value = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise UnreadableSource(
            f"broken JSON ({error}); one article as an object, or a list of them, is needed"
        ) from error
    for number, item in enumerate(value if isinstance(value, list) else [value], start=1):
        place = f"{label}[{number}]" if isinstance(value, list) else label
        try:
            yield Input(place, article_from_json(item, now))
        except UnreadableSource as error:
            yield Input(place, problem=f"{place}: {error}")


def _fetched(url: str, now: datetime, fetch: Callable[[str, datetime], RawArticle] | None) -> Input:
    if fetch is None:
        raise UnreadableSource("addresses cannot be read here; name a file")
    return Input(url, fetch(url, now))


def _refuse_binary(content: bytes) -> None:
    if not content.strip():
        raise UnreadableSource("the file is empty")
    head = content[:8000]
    is_utf16 = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if head.startswith(BINARY_BEGINS) or (not is_utf16 and len(head.translate(None, CONTROLS)) < len(head) * 0.98):
        raise UnreadableSource("binary data, not text or HTML; a text in UTF-16 must be saved as UTF-8")


def _media(content: bytes) -> Media:
    return Media.HTML if _is_page(content[:2000].decode("utf-8", "replace")) else Media.TEXT


def _is_page(text: str | None) -> bool:
    head = (text or "").lstrip("\ufeff \t\r\n")[:2000].lower()
    return head.startswith(("<!doctype html", "<html")) or ("<html" in head and "<head" in head)


def _plain(name: str, error: Exception) -> str:
    if isinstance(error, OSError):
        return f"{name}: {(error.strerror or str(error)).lower()}; check the path and its rights"
    message = str(error)
    return message if message.startswith(f"{name}: ") else f"{name}: {message}"


def utc_now() -> datetime:
    """The one clock of the command line."""
    return datetime.now(UTC)
