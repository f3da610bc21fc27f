"""The poller against real servers on loopback and a real database."""

import asyncio
import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web

from bot.db import Db
from bot.sources.check import Checker, Rules
from bot.sources.fetch import Fetcher, FetchOptions
from bot.sources.guard import Guard
from bot.sources.poller import Poller
from bot.sources.workers import Workers
from config.values import read_network
from digests.cleaning import clean
from digests.errors import EmptyArticle
from digests.model import Article, Source, SourceKind
from digests.store import feeds, ledger, sources

START = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
LONG = "Residents of the valley said the road was closed after the blast. " * 12


class Clock:
    """Tells the time that the test says."""

    def __init__(self):
        self.time = START

    def __call__(self):
        return self.time

    def forward(self, **delta):
        self.time += timedelta(**delta)


@dataclass
class Ready:
    article: Article


class Road:
    """An intake that cleans for real and keeps what was committed in a list that dies with a failed transaction."""

    def __init__(self, db):
        self.db = db
        self.told, self.archived, self.poison = [], [], set()

    async def prepare(self, raw):
        return Ready(clean(raw).article)

    def commit(self, _store, prepared, *, archive):
        if prepared.article.title in self.poison:
            raise RuntimeError("a fault of ours")
        (self.archived if archive else self.told).append(prepared.article)
        return prepared.article.id

    async def write(self, function):
        before = list(self.told), list(self.archived)
        try:
            return await self.db.write(function)
        except BaseException:
            self.told, self.archived = before
            raise


class Outlet:
    """A publisher's server: `answer` is what the feed's address says next."""

    def __init__(self):
        self.items, self.pages, self.asked = [], {}, []
        self.answer = None
        self.conditional = True

    def add(self, title, *, guid=None, text=LONG, at=START, link=None):
        self.items.insert(0, (title, guid or title, text, at, link or f"/{title.replace(' ', '-')}"))

    def xml(self):
        entries = "".join(
            f"<item><title>{title}</title><guid isPermaLink='false'>{guid}</guid><link>{link}</link>"
            f"<pubDate>{at:%a, %d %b %Y %H:%M:%S} +0000</pubDate><description><![CDATA[<p>{text}</p>]]></description></item>"
            for title, guid, text, at, link in self.items
        )
        return f"<rss version='2.0'><channel><title>Outlet</title><link>/</link>{entries}</channel></rss>"

    async def feed(self, request):
        self.asked.append(request)
        if self.answer is not None:
            return self.answer(request)
        body = self.xml()
        etag = f'"{hash(body)}"'
        if self.conditional and request.headers.get("If-None-Match") == etag:
            return web.Response(status=304)
        return web.Response(text=body, content_type="application/rss+xml", headers={"ETag": etag})

    async def page(self, request):
        if request.path not in self.pages:
            raise web.HTTPNotFound
        return web.Response(text=self.pages[request.path], content_type="text/html")


@dataclass
class Room:
    """Everything around one outlet."""

    outlet: Outlet
    base: str
    db: Db
    road: Road
    checker: Checker
    clock: Clock
    said: list

    async def check(self):
        rows = await self.db.read(lambda store: [row for s in sources.source_rows(store) for row in s.feeds])
        return await self.checker.check(rows[0])

    async def feed(self):
        return (await self.db.read(lambda store: sources.source_rows(store)))[0].feeds[0]


def source(url, name="outlet"):
    return Source(name, name.title(), name, "PK", "en", SourceKind.INDEPENDENT, ("127.0.0.1",), (url,))


@pytest.fixture
async def room(tmp_path):
    outlet, clock, said = Outlet(), Clock(), []
    app = web.Application()
    app.router.add_get("/feed", outlet.feed)
    app.router.add_get("/moved", outlet.feed)
    app.router.add_get("/{page:.*}", outlet.page)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    base = f"http://127.0.0.1:{runner.addresses[0][1]}"
    db = await Db(tmp_path / "k.db").open()
    await db.write(sources.sync_sources, [source(f"{base}/feed")], clock())
    guard = Guard([read_network("127.0.0.1/32")])
    async with Fetcher(guard, FetchOptions("khabardar/test"), clock) as fetcher, Workers() as workers:
        road = Road(db)
        checker = Checker(
            db,
            fetcher,
            workers,
            road,
            Rules(),
            now=clock,
            random=random.Random(1),
            tell=lambda _store, sentence, over, _now: said.append((sentence, over)),
        )
        yield Room(outlet, base, db, road, checker, clock, said)
    await db.close()
    await runner.cleanup()


def titles(articles):
    return sorted(article.title for article in articles)


async def test_a_new_item_is_taken_in_once(room):
    room.outlet.add("Road closed in the valley")
    assert await room.check() == "new"
    assert await room.check() == "unchanged"
    assert titles(room.road.told) == ["Road closed in the valley"]
