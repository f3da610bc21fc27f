"""Outlets that do not exist, with feeds and pages on loopback: the news of a rehearsal.

Each outlet lives under a path that looks like its host, /indusledger.example.org/feed.xml. Articles marked `later` are
held back until `publish()` brings them, as an update to a story that was told already.
"""

from __future__ import annotations

import asyncio
import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING, Self

from aiohttp import web

from digests.model import Source, SourceKind

if TYPE_CHECKING:
    from collections.abc import Callable

FURNITURE = "An invented outlet: everything here was written for a rehearsal."


@dataclass(frozen=True, slots=True)
class Outlet:
    """An invented publisher, and the headlines that stand beside its articles."""

    id: str
    name: str
    domain: str
    kind: SourceKind
    language: str
    sidebar: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """An invented article. `later` ones are published when the newsroom is told to."""

    outlet: Outlet
    slug: str
    title: str
    paragraphs: tuple[str, ...]
    age: timedelta
    event: str  # pieces of one event tell one story
    later: bool = False
    credit: str = ""

    @property
    def path(self) -> str:
        return f"/{self.outlet.domain}/news/{self.slug}"


@cache
def pieces() -> tuple[Piece, ...]:
    """All invented articles, oldest first."""
    folder = files(__package__).joinpath("articles")
    outlets = {
        key: Outlet(
            key, value["name"], value["domain"], SourceKind(value["kind"]), value["language"], tuple(value["sidebar"])
        )
        for key, value in tomllib.loads(folder.joinpath("outlets.toml").read_text(encoding="utf-8")).items()
    }
    found = []
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        for raw in tomllib.loads(file.read_text(encoding="utf-8")).get("article", ()):
            paragraphs = tuple(part.strip() for part in raw["body"].strip().split("\n\n"))
            age = timedelta(minutes=raw["minutes_ago"])
            later, credit = raw.get("later", False), raw.get("credit", "")
            found.append(
                Piece(
                    outlets[raw["outlet"]],
                    raw["slug"],
                    raw["title"],
                    paragraphs,
                    age,
                    file.name.removesuffix(".toml"),
                    later,
                    credit,
                )
            )
    return tuple(sorted(found, key=lambda piece: -piece.age))


class Newsroom:
    """The web server of all outlets. Use it with `async with`; `now` is the clock for publication times."""

    def __init__(self, now: Callable[[], datetime] | None = None, port: int = 0) -> None:
        self._now = now or (lambda: datetime.now(UTC))
        self._port = port
        self._runner: web.AppRunner | None = None
        self._published: dict[str, datetime] = {}
        self.reads: dict[str, int] = {}  # how often each path was asked for
        self.change = asyncio.Event()

    async def __aenter__(self) -> Self:
        start = self._now()
        self._published = {piece.path: start - piece.age for piece in pieces() if not piece.later}
        application = web.Application()
        application.router.add_get("/{domain}/feed.xml", self._feed)
        application.router.add_get("/{domain}/news/{slug}", self._page)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        self._port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    @property
    def allow(self) -> str:
        """What KHABARDAR_FETCH_ALLOW is set to, so that these pages may be fetched."""
        return f"127.0.0.1/32:{self._port}"

    @property
    def sources(self) -> tuple[Source, ...]:
        """The outlets as a catalogue of sources, each with its feed on loopback."""
        outlets = {piece.outlet.id: piece.outlet for piece in pieces()}
        return tuple(
            Source(one.id, one.name, one.name, "PK", one.language, one.kind, (one.domain,), (self.feed_url(one),))
            for one in outlets.values()
        )

    def feed_url(self, outlet: Outlet) -> str:
        return f"{self.url}/{outlet.domain}/feed.xml"

    @property
    def online(self) -> list[Piece]:
        """What is published now, newest first."""
        shown = [piece for piece in pieces() if piece.path in self._published]
        return sorted(shown, key=lambda piece: self._published[piece.path], reverse=True)

    def publish(self) -> list[Piece]:
        """Bring the articles that were held back; those that are new now."""
        new = [piece for piece in pieces() if piece.path not in self._published]
        self._published |= dict.fromkeys((piece.path for piece in new), self._now())
        return new

    async def until_read(self, patience: float) -> bool:
        """Whether every published page was fetched, in seconds of patience at most."""
        try:
            async with asyncio.timeout(patience):
                while not all(piece.path in self.reads for piece in self.online):
                    await self.change.wait()
        except TimeoutError:
            return False
        return True

    async def _feed(self, request: web.Request) -> web.Response:
        items = [piece for piece in self.online if piece.outlet.domain == request.match_info["domain"]]
        self._count(request.path)
        if not items:
            return web.Response(status=404)
        changed = self._published[items[0].path]
        headers = {"Last-Modified": format_datetime(changed, usegmt=True), "ETag": f'"{len(items)}"'}
        if request.headers.get("If-None-Match") == headers["ETag"]:
            return web.Response(status=304, headers=headers)
        body = feed(items[0].outlet, self.url, [(piece, self._published[piece.path]) for piece in items])
        return web.Response(text=body, content_type="application/rss+xml", headers=headers)

    async def _page(self, request: web.Request) -> web.Response:
        self._count(request.path)
        for piece in self.online:
            if piece.path == request.path:
                return web.Response(text=page(piece, self._published[piece.path]), content_type="text/html")
        return web.Response(status=404)

    def _count(self, path: str) -> None:
        self.reads[path] = self.reads.get(path, 0) + 1
        self.change.set()
        self.change = asyncio.Event()


def feed(outlet: Outlet, base: str, items: list[tuple[Piece, datetime]]) -> str:
    """RSS 2.0 with summaries only, so that the full text has to be fetched."""
    entries = "".join(
        f"<item><title>{escape(piece.title)}</title><link>{base}{piece.path}</link>"
        f'<guid isPermaLink="false">{piece.outlet.domain}/{piece.slug}</guid>'
        f"<pubDate>{format_datetime(at, usegmt=True)}</pubDate>"
        f"<description>{escape(piece.paragraphs[0][:160])}…</description></item>"
        for piece, at in items
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>'
        f"<title>{escape(outlet.name)}</title><link>{base}/{outlet.domain}/</link>"
        f"<description>{FURNITURE}</description><language>{outlet.language}</language>{entries}</channel></rss>"
    )


def page(piece: Piece, at: datetime) -> str:
    """A page as outlets make them: navigation, the article, and headlines of other articles beside it."""
    outlet = piece.outlet
    direction = "rtl" if outlet.language == "ur" else "ltr"
    body = "".join(f"<p>{escape(paragraph)}</p>\n" for paragraph in piece.paragraphs)
    byline = f'<p class="byline">{escape(piece.credit or outlet.name)}</p>'
    aside = "".join(f'<li><a href="#">{escape(headline)}</a></li>' for headline in outlet.sidebar)
    return f"""<!doctype html>
<html lang="{outlet.language}" dir="{direction}"><head><meta charset="utf-8">
<title>{escape(piece.title)} - {escape(outlet.name)}</title>
<meta property="og:title" content="{escape(piece.title)}">
<meta property="og:site_name" content="{escape(outlet.name)}">
<meta property="article:published_time" content="{at.isoformat()}">
</head><body>
<nav><a href="#">Home</a> <a href="#">World</a> <a href="#">Business</a> <a href="#">Sport</a></nav>
<main><article><h1>{escape(piece.title)}</h1>{byline}<time datetime="{at.isoformat()}">{at:%d %B %Y %H:%M} UTC</time>
{body}</article></main>
<aside><h2>Most read</h2><ul>{aside}</ul></aside>
<footer>{FURNITURE}</footer>
</body></html>
"""
