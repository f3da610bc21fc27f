"""RawArticle in, Article out."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from digests.cleaning.bounds import LARGEST, feed_or_data, file_kind, head_of, is_crowded, slim, stripped, unpacked
from digests.cleaning.credits import agency_credit
from digests.cleaning.dates import is_plausible, scan_time
from digests.cleaning.decoding import CONTROLS, decode
from digests.cleaning.flat import Flat, flatten_free, trimmed
from digests.cleaning.language import language_of
from digests.cleaning.metadata import Metadata, read_metadata
from digests.cleaning.notices import is_titled_as_none, notice_in
from digests.cleaning.page import body_of, fragment_text, headings, is_index, parse, tree_text
from digests.cleaning.urls import canonical_url, link_url
from digests.errors import EmptyArticle
from digests.model import Article, Cleaned, DateOrigin, Media, Published, RawArticle, article_id
from digests.publishers import registrable_domain

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["clean"]

LEAST_LETTERS = 12
DECLARED = (DateOrigin.JSON_LD, DateOrigin.META)
SHORT = 600  # characters of a page that may be nothing but a notice
TAGS = re.compile(r"<(?:p|br|div|span|a|b|i|em|strong|img|ul|li|h\d)\b[^>]{0,500}>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Parts:
    """What was read of a page, before hints and defaults are put in."""

    body: str
    said: Metadata
    tags: tuple[str, ...] = ()
    captions: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


def clean(raw: RawArticle) -> Cleaned:
    """The article's own words, with title, time, canonical address and language.

    Source and publisher are the site's domain, or what the sender said, until `intake` looks them up in the catalogue.
    Raises EmptyArticle, with a reason in plain words, when nothing is left.
    """
    where = raw.url or raw.source or "the text"
    content = unpacked(raw.content) if isinstance(raw.content, bytes) else raw.content
    if kind := file_kind(content):
        raise EmptyArticle(f"{where}: it is {kind}, not a page")
    text = decode(content, raw.charset)
    if raw.media is Media.HTML and (kind := feed_or_data(text)):
        raise EmptyArticle(f"{where}: it is {kind}, not a page")
    parts = _of_page(text, raw) if raw.media is Media.HTML else _of_text(text, raw)
    title = _one_line(raw.title or parts.said.title)
    body = parts.body
    # A page is no article for its title: a list, a video or a consent page has one too. What a feed says of it is news.
    own = body if raw.media is Media.HTML and not raw.title else title + body
    if sum(character.isalpha() for character in own) < LEAST_LETTERS:
        raise EmptyArticle(_why_empty(text, raw))
    url = parts.said.url or link_url(raw.url)
    domain = registrable_domain(url or "")
    article = Article(
        id=article_id(canonical_url(url), title, body),
        title=title,
        body=body,
        lead_end=_lead_end(body),
        seen=raw.seen,
        url=url,
        published=_published(raw, parts.said),
        source=raw.source or domain,
        publisher=domain or raw.source or "",
        language=language_of(f"{title}\n{body}", raw.language or parts.said.language),
        author=_one_line(raw.author or parts.said.author)[:200],
        credit=agency_credit(raw.author or parts.said.author, body),
        tags=tuple(dict.fromkeys(parts.tags + parts.said.tags)),
        captions=parts.captions,
    )
    return Cleaned(article, parts.removed)


def _of_page(html: str, raw: RawArticle) -> Parts:
    html = slim(html)
    if is_crowded(html):
        return _of_crowded_page(html, raw)
    html, tree = parse(html)
    if tree is None:
        return Parts("", Metadata())
    said = read_metadata(tree, url=raw.url, now=raw.seen)
    links = frozenset(" ".join(element.text_content().split()) for element in tree.iter("a"))
    flat = trimmed(body_of(html, tree, raw.url), title=raw.title or said.title or None, links=links)
    is_declared = said.published is not None and said.published.origin in DECLARED
    if not is_declared and is_index(tree, flat.body):
        return Parts("", said)
    if len(flat.body) < SHORT and (is_titled_as_none(said.title) or any(map(is_titled_as_none, headings(tree)))):
        return Parts("", said)
    kept = set(flat.body.split("\n"))
    lines = tree_text(tree).split("\n")
    if said.published is None:
        said = replace(said, published=_dateline(lines, said.title, raw.seen))
    removed = (line for line in lines if line not in kept)
    return Parts(flat.body, said, flat.tags, flat.captions, tuple(dict.fromkeys(removed))[:1000])


def _of_crowded_page(html: str, raw: RawArticle) -> Parts:
    """What can be read of a page with tens of thousands of elements in bounded time."""
    _, head = parse(head_of(html))
    said = Metadata() if head is None else read_metadata(head, url=raw.url, now=raw.seen)
    flat = flatten_free(stripped(html), title=raw.title or said.title or None)
    if said.published is None:
        said = replace(said, published=_said_by(flat, raw.seen).published)
    return Parts(flat.body, said, flat.tags, flat.captions, flat.removed[:1000])


def _dateline(lines: list[str], title: str, now: datetime) -> Published | None:
    """The first time written near the headline of a page that declares none."""
    start = next((index for index, line in enumerate(lines) if title and line == title), 0)
    for line in lines[max(0, start - 3) : start + 10]:
        found = scan_time(line) if len(line) < 120 else None
        if found is not None and is_plausible(found[0], now):
            return Published(found[0], DateOrigin.DATELINE, found[1])
    return None


def _of_text(text: str, raw: RawArticle) -> Parts:
    if raw.media is Media.FRAGMENT or (len(TAGS.findall(text[:20_000])) >= 2):
        text = fragment_text(text)
    flat = flatten_free(text, title=raw.title)
    return Parts(flat.body, _said_by(flat, raw.seen), flat.tags, flat.captions, flat.removed)


def _said_by(flat: Flat, now: datetime) -> Metadata:
    published = None
    if flat.time is not None and is_plausible(flat.time, now):
        published = Published(flat.time, DateOrigin.DATELINE, flat.precision)
    return Metadata(title=flat.title, published=published)


def _published(raw: RawArticle, said: Metadata) -> Published | None:
    """A time that was handed in by a person wins; a feed's is believed when the page itself says nothing."""
    given = None
    if raw.published is not None and is_plausible(raw.published, raw.seen):
        given = Published(raw.published, raw.published_origin, raw.published_precision)
    if given is not None and given.origin is DateOrigin.GIVEN:
        return given
    strong = said.published is not None and said.published.origin in DECLARED
    return said.published if strong else given or said.published


def _lead_end(body: str) -> int:
    """The end of the first paragraph; a first line that is no sentence (a place, a sub-heading) does not stand alone."""
    end = body.find("\n")
    while 0 <= end < 80 and len(body) > end + 1:
        following = body.find("\n", end + 1)
        end = following if following > end else len(body)
    return len(body) if end < 0 else end


def _one_line(text: str) -> str:
    return unicodedata.normalize("NFC", " ".join(CONTROLS.sub("", text).split()))[:1000]


def _why_empty(text: str, raw: RawArticle) -> str:
    where = raw.url or raw.source or "the text"
    if not text.strip():
        return f"{where}: it is empty"
    if "\ufffd" in text[:2000] and raw.media is Media.TEXT:
        return f"{where}: it is not text in a known encoding; save it as UTF-8"
    why = _what_it_says(text) or "no article text on this page"
    if len(text) > LARGEST:
        why = f"no article text in the {LARGEST / 1e6:g} million characters of this page that are read"
    return f"{where}: nothing left after cleaning ({why})"


def _what_it_says(text: str) -> str | None:
    """What a page without an article wants of its reader."""
    lines = fragment_text(text[:200_000]).split("\n")[:200]
    return next((kind for kind in map(notice_in, lines) if kind), None)
