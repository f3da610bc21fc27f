"""What a page says of itself: JSON-LD, OpenGraph and meta elements, the canonical link, visible time elements."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from digests.cleaning.dates import is_plausible, read_time
from digests.cleaning.urls import link_url, same_site
from digests.model import DateOrigin, Published

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from lxml.html import HtmlElement

__all__ = ["Metadata", "read_metadata"]

ARTICLE_TYPES = re.compile(r"(?:Article|BlogPosting|Report|LiveBlogPosting)$")
META_TIMES = (
    "article:published_time", "og:article:published_time", "datepublished", "date", "dc.date", "dc.date.issued",
    "dcterms.created", "parsely-pub-date", "sailthru.date", "publish-date", "publishdate", "pubdate", "article.published",
)  # fmt: skip
LARGEST_JSON = 400_000
DEEPEST = 8


@dataclass(frozen=True, slots=True)
class Metadata:
    """Fields are empty when the page does not say."""

    title: str = ""
    url: str | None = None
    published: Published | None = None
    language: str = ""
    author: str = ""
    site: str = ""
    tags: tuple[str, ...] = ()


def read_metadata(tree: HtmlElement, *, url: str | None, now: datetime) -> Metadata:
    """What the page declares, best origin first. A canonical address counts only on the page's own site."""
    meta = _meta(tree)
    linked = _json_ld(tree)
    return Metadata(
        title=_title(tree, meta, linked),
        url=_canonical(tree, meta, url),
        published=_published(tree, meta, linked, now),
        language=(_text(linked.get("inLanguage")) or tree.get("lang") or meta.get("og:locale") or "")[:2].lower(),
        author=_author(linked.get("author")) or meta.get("author", ""),
        site=meta.get("og:site_name", ""),
        tags=_tags(meta, linked),
    )


def _meta(tree: HtmlElement) -> dict[str, str]:
    """Meta elements by lower-case name; the first of each wins, but tags are collected."""
    found: dict[str, str] = {}
    for element in tree.iter("meta"):
        name = (element.get("property") or element.get("name") or element.get("itemprop") or "").strip().lower()
        content = " ".join((element.get("content") or "").split())
        if not name or not content:
            continue
        if name == "article:tag" and name in found:
            found[name] += f", {content}"
        found.setdefault(name, content)
    return found


def _json_ld(tree: HtmlElement) -> dict[str, Any]:
    """The first JSON-LD object that describes an article; {} when there is none or it is broken."""
    for script in tree.xpath('//script[@type="application/ld+json"]'):
        text = (script.text_content() or "").strip()
        if not text or len(text) > LARGEST_JSON:
            continue
        try:
            data = json.loads(text, strict=False)
        except (ValueError, RecursionError):
            continue
        for thing in _things(data, 0):
            kinds = thing.get("@type")
            if any(isinstance(kind, str) and ARTICLE_TYPES.search(kind) for kind in _as_list(kinds)):
                return thing
    return {}


def _things(data: object, depth: int) -> Iterator[dict[str, Any]]:
    if depth > DEEPEST:
        return
    if isinstance(data, list):
        for item in data[:200]:
            yield from _things(item, depth + 1)
    elif isinstance(data, dict):
        yield data
        for key in ("@graph", "mainEntity", "mainEntityOfPage"):
            yield from _things(data.get(key), depth + 1)


def _as_list(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _text(value: object) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""


def _title(tree: HtmlElement, meta: dict[str, str], linked: dict[str, Any]) -> str:
    site = meta.get("og:site_name", "")
    headings = [" ".join(h1.text_content().split()) for h1 in tree.iter("h1")]
    alone = headings[0] if len(headings) == 1 and len(headings[0].split()) >= 3 else ""
    page = next((" ".join(title.text_content().split()) for title in tree.iter("title")), "")
    leading = next((text for text in headings if len(text.split()) >= 3 and page.startswith(text)), "")
    for title in (
        _text(linked.get("headline")),
        meta.get("og:title", ""),
        alone or leading,
        meta.get("twitter:title", ""),
        page,
    ):
        if title:
            return _without_site(title, site)
    return ""


def _without_site(title: str, site: str) -> str:
    """The headline without ` | Outlet` behind it."""
    for mark in (" | ", " - ", " – ", " — ", " :: ", " » "):
        head, found, tail = title.rpartition(mark)
        if (
            found
            and len(head.split()) >= 3
            and (tail.casefold() == site.casefold() or (mark == " | " and len(tail.split()) <= 4))
        ):
            return head.strip()
    return title


def _canonical(tree: HtmlElement, meta: dict[str, str], url: str | None) -> str | None:
    own = link_url(url)
    for said in (*tree.xpath('//link[@rel="canonical"]/@href'), meta.get("og:url")):
        found = link_url(str(said), base=url) if said else None
        if found and (own is None or same_site(found, own)) and not _is_front_page(found, own):
            return found
    return own


def _is_front_page(found: str, own: str | None) -> bool:
    """Broken templates name the front page, or one section, as the canonical address of every article."""
    path = found.split("/", 3)[3] if found.count("/") >= 3 else ""
    return not path.strip("/") and own is not None and found.strip("/") != own.strip("/")


def _published(tree: HtmlElement, meta: dict[str, str], linked: dict[str, Any], now: datetime) -> Published | None:
    said = [(_text(linked.get(key)), DateOrigin.JSON_LD) for key in ("datePublished", "dateCreated")]
    said += [(meta.get(name, ""), DateOrigin.META) for name in META_TIMES]
    times = tree.xpath("//article//time[@datetime] | //main//time[@datetime] | //header//time[@datetime]")
    times = times or tree.xpath("(//h1)[1]/ancestor::*[position() < 4]//time[@datetime]")
    said += [(str(element.get("datetime")), DateOrigin.TIME_ELEMENT) for element in times[:3]]
    for text, origin in said:
        found = read_time(text)
        if found is not None and is_plausible(found[0], now):
            return Published(found[0], origin, found[1])
    return None


def _author(value: object) -> str:
    names = [_text(item.get("name")) if isinstance(item, dict) else _text(item) for item in _as_list(value)]
    return ", ".join(dict.fromkeys(name for name in names if name))[:200]


def _tags(meta: dict[str, str], linked: dict[str, Any]) -> tuple[str, ...]:
    words: list[str] = []
    for value in (linked.get("keywords"), meta.get("article:tag"), meta.get("news_keywords"), meta.get("keywords")):
        for item in _as_list(value):
            words += [" ".join(word.split()) for word in re.split("[,;،]", _text(item))]
    return tuple(dict.fromkeys(word for word in words if word and len(word) <= 60))[:30]
