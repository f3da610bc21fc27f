"""Lists of feeds as OPML 2.0 (opml.org/spec2.opml), in and out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import listparser

from bot.sources.guard import checked_url
from digests.errors import UnreadableSource, UserMistake
from digests.feeds.text import without_controls, without_markup

if TYPE_CHECKING:
    from collections.abc import Iterable

    from digests.store.sources import SourceRow

__all__ = ["Listed", "OpmlFeeds", "read_opml", "write_opml"]

LARGEST = 5_000_000
MOST_FEEDS = 5_000


@dataclass(frozen=True, slots=True)
class Listed:
    """One feed of a list."""

    url: str
    title: str


@dataclass(frozen=True, slots=True)
class OpmlFeeds:
    """The feeds of a file, each once, and what was refused: (address as written, why)."""

    feeds: tuple[Listed, ...]
    refused: tuple[tuple[str, str], ...]


def read_opml(content: bytes) -> OpmlFeeds:
    """The feeds of an OPML file. Raises UserMistake when it is none, or too large.

    listparser reads it with lxml's HTML parser, which knows no entities of a document and opens nothing.
    """
    if len(content) > LARGEST:
        raise UserMistake(f"the file is larger than {LARGEST // 1_000_000} MB; split it")
    try:
        parsed = listparser.parse(content) if content.strip() else {}
    except Exception as error:  # its handlers raise whatever a strange nesting makes them raise
        raise UserMistake(f"the file is no list of feeds ({type(error).__name__})") from error
    listed = parsed.get("feeds", [])
    if not listed:
        raise UserMistake("the file lists no feeds; it must be OPML with outlines that have an xmlUrl")
    if len(listed) > MOST_FEEDS:
        raise UserMistake(f"the file lists {len(listed)} feeds, more than {MOST_FEEDS}; split it")
    feeds: dict[str, Listed] = {}
    refused: list[tuple[str, str]] = []
    for entry in listed:
        written = without_controls(str(entry.get("url") or "")).strip()
        try:
            url = str(checked_url(written))
        except UnreadableSource as error:
            refused.append((written[:200], str(error)))
        else:
            feeds.setdefault(url, Listed(url, without_markup(str(entry.get("title") or ""))[:200] or url))
    return OpmlFeeds(tuple(feeds.values()), tuple(refused))


def write_opml(sources: Iterable[SourceRow], title: str = "Khabardar") -> bytes:
    """All feeds of the sources, one outline for each source."""
    root = ET.Element("opml", version="2.0")
    ET.SubElement(ET.SubElement(root, "head"), "title").text = title
    body = ET.SubElement(root, "body")
    for row in sources:
        name = without_controls(row.source.name)
        outline = ET.SubElement(body, "outline", text=name, title=name)
        for feed in row.feeds:
            ET.SubElement(outline, "outline", type="rss", text=name, title=name, xmlUrl=without_controls(feed.url))
    ET.indent(root)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written
