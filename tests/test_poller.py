"""The poller against real servers on loopback and a real database."""

import asyncio
import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
from aiohttp import web

from bot.db import Db
from bot.sources.backfill import backfill, history
from bot.sources.check import Checker, Rules
from bot.sources.fetch import Fetcher, FetchOptions
from bot.sources.guard import Guard
from bot.sources.poller import Poller
from bot.sources.workers import Workers
from config.values import read_network
from digests.cleaning import clean
from digests.errors import StoreError, UserMistake
from digests.model import Article, Source, SourceKind
from digests.store import feeds, sources

pytestmark = pytest.mark.asyncio(loop_scope="module")

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
        self.told, self.archived, self.poison, self.full = [], [], set(), False

    async def prepare(self, raw):
        return Ready(clean(raw).article)

    def commit(self, _store, prepared, *, archive):
        if prepared.article.title in self.poison:
            raise RuntimeError("a fault of ours")
        if self.full:
            raise StoreError("the disk is nearly full")
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
    fetcher: Fetcher

    async def check(self):
        rows = await self.db.read(lambda store: [row for s in sources.source_rows(store) for row in s.feeds])
        return await self.checker.check(rows[0])

    async def feed(self):
        return (await self.db.read(sources.source_rows))[0].feeds[0]


def source(url, name="outlet"):
    return Source(name, name.title(), name, "PK", "en", SourceKind.INDEPENDENT, ("127.0.0.1",), (url,))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def workers():
    async with Workers() as pool:
        yield pool


@pytest_asyncio.fixture(loop_scope="module")
async def room(tmp_path, workers):
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
    async with Fetcher(guard, FetchOptions("khabardar/test"), clock) as fetcher:
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
        yield Room(outlet, base, db, road, checker, clock, said, fetcher)
    await db.close()
    await runner.cleanup()


def titles(articles):
    return sorted(article.title for article in articles)


async def test_a_new_item_is_taken_in_once(room):
    room.outlet.add("Road closed in the valley")
    assert await room.check() == "new"
    assert await room.check() == "unchanged"
    assert titles(room.road.told) == ["Road closed in the valley"]


async def test_the_second_request_is_conditional_and_a_304_changes_nothing(room):
    room.outlet.add("Road closed")
    await room.check()
    await room.check()
    assert "If-None-Match" not in room.outlet.asked[0].headers
    assert "If-None-Match" in room.outlet.asked[1].headers
    assert (await room.feed()).failures == 0


async def test_rotated_guids_new_dates_and_republished_items_are_no_news(room):
    room.outlet.add("Road closed", guid="one")
    room.outlet.add("Bridge open again", guid="two", text=LONG + "The bridge holds.")
    await room.check()
    first = list(room.outlet.items)
    room.outlet.items = [(title, f"{guid}-rotated", text, at, link) for title, guid, text, at, link in first]
    await room.check()
    room.outlet.items = [(title, guid, text, at + timedelta(hours=5), link) for title, guid, text, at, link in first]
    room.clock.forward(hours=6)
    await room.check()
    room.outlet.items = []
    await room.check()
    room.outlet.items = first
    await room.check()
    assert titles(room.road.told) == ["Bridge open again", "Road closed"]


async def test_an_edited_item_goes_down_the_road_again_but_not_without_end(room):
    room.outlet.add("Road closed", guid="one")
    for number in range(30):
        room.outlet.items[0] = ("Road closed", "one", f"{LONG} Version {number}.", START, "/road")
        await room.check()
    assert len({article.id for article in room.road.told}) == 1
    assert len(room.road.told) == 25


async def test_old_items_are_archive_and_items_of_an_outage_are_news(room):
    room.outlet.add("Three days old", at=START - timedelta(days=3))
    await room.check()
    room.outlet.answer = lambda _request: web.Response(status=500)
    await room.check()
    room.clock.forward(days=5)
    room.outlet.answer = None
    room.outlet.add("Written during the outage", at=START + timedelta(hours=1))
    await room.check()
    assert titles(room.road.archived) == ["Three days old"]
    assert titles(room.road.told) == ["Written during the outage"]


async def test_the_page_is_read_when_the_feed_gives_a_summary(room):
    room.outlet.add("Road closed", text="The road was closed …", link="/road")
    room.outlet.pages["/road"] = f"<html><body><article><h1>Road closed</h1><p>{LONG}</p></article></body></html>"
    await room.check()
    assert len(room.road.told[0].body) > 600


async def test_a_page_that_fails_costs_the_full_text_and_not_the_news(room):
    room.outlet.add("Road closed", text="The road to the valley was closed after a blast …", link="/missing")
    await room.check()
    assert titles(room.road.told) == ["Road closed"]


async def test_a_page_is_tried_again_while_its_server_is_down(room):
    down = True

    async def road(_request):
        if down:
            raise web.HTTPServiceUnavailable
        return web.Response(
            text=f"<html><body><article><p>{LONG}</p></article></body></html>", content_type="text/html"
        )

    app = web.Application()
    app.router.add_get("/{page:.*}", road)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    room.outlet.add(
        "Road closed",
        text="The road to the valley was closed …",
        link=f"http://127.0.0.1:{runner.addresses[0][1]}/road",
    )
    await room.check()
    assert [len(article.body) > 600 for article in room.road.told] == [False]
    down = False
    room.clock.forward(hours=1)  # robots.txt failed too, and is asked again after half an hour
    await room.check()
    assert [len(article.body) > 600 for article in room.road.told] == [False, True]
    await room.check()
    assert len(room.road.told) == 2
    await runner.cleanup()


async def test_one_article_that_cannot_be_stored_costs_only_itself_and_is_tried_again(room):
    for title in ("Road closed", "Bridge open", "Checkpoint moved"):
        room.outlet.add(title, text=f"{LONG} {title}.")
    room.road.poison = {"Bridge open"}
    await room.check()
    assert titles(room.road.told) == ["Checkpoint moved", "Road closed"]
    room.road.poison = set()
    await room.check()
    assert titles(room.road.told) == ["Bridge open", "Checkpoint moved", "Road closed"]
    assert await room.check() == "unchanged"


async def test_validators_are_not_stored_before_every_item_of_the_answer_is(room):
    room.outlet.add("Road closed")
    room.road.poison = {"Road closed"}
    await room.check()
    assert (await room.feed()).etag is None
    room.road.poison = set()
    await room.check()
    assert (await room.feed()).etag is not None


async def test_a_server_that_forgets_conditions_costs_no_second_reading(room):
    room.outlet.conditional = False
    room.outlet.add("Road closed")
    await room.check()
    assert await room.check() == "unchanged"


async def test_a_feed_that_moved_for_good_is_read_at_its_new_address(room):
    room.outlet.add("Road closed")

    def moved(request):
        if request.path == "/feed":
            raise web.HTTPMovedPermanently("/moved")
        return web.Response(text=room.outlet.xml(), content_type="application/rss+xml")

    room.outlet.answer = moved
    await room.check()
    assert (await room.feed()).url.endswith("/feed")
    await room.check()
    assert (await room.feed()).url == f"{room.base}/moved"
    synced = await room.db.write(sources.sync_sources, [source(f"{room.base}/feed")], room.clock())
    assert (synced.added, synced.removed) == (0, 0)
    assert (await room.feed()).url == f"{room.base}/moved"
    assert titles(room.road.told) == ["Road closed"]


async def test_retry_after_is_stored_for_the_whole_host(room):
    await room.db.write(sources.add_source, source(f"{room.base}/moved", "second"), added_by=1, now=room.clock())
    room.outlet.answer = lambda _request: web.Response(status=429, headers={"Retry-After": "7200"})
    await room.check()
    waiting = await room.db.read(lambda store: [s.feeds[0].next_check_at for s in sources.source_rows(store)])
    assert all(at >= START + timedelta(hours=2) for at in waiting)


async def test_a_source_that_fails_is_told_once_and_once_when_it_is_back(room):
    room.outlet.answer = lambda _request: web.Response(status=500)
    delays = []
    for _ in range(6):
        await room.check()
        delays.append((await room.feed()).next_check_at - room.clock())
        room.clock.time = (await room.feed()).next_check_at
    room.outlet.answer = None
    room.outlet.add("Road closed")
    await room.check()
    await room.check()
    assert [over for _, over in room.said] == [False, True]
    assert "answered 500" in room.said[0][0]
    assert delays == sorted(delays)
    assert delays[-1] > timedelta(hours=3)


async def test_a_source_that_falls_silent_is_told_once_and_once_when_it_writes_again(room):
    for hour in range(10):
        room.outlet.add(f"Report {hour}", text=f"{LONG} {hour}", at=START - timedelta(hours=hour))
    await room.check()
    for _ in range(3):
        room.clock.forward(days=2)
        await room.check()
    room.outlet.add("Back at work", at=room.clock())
    await room.check()
    assert [over for _, over in room.said] == [False, True]
    assert "has written nothing" in room.said[0][0]


async def test_a_page_that_is_no_feed_is_a_failure_with_a_reason(room):
    room.outlet.answer = lambda _request: web.Response(text="<html><p>hello</p></html>", content_type="text/html")
    assert await room.check() == "failed"
    assert "is no feed" in (await room.feed()).error


async def test_when_nearly_all_feeds_fail_the_network_is_blamed_once(room):
    room.outlet.answer = lambda _request: web.Response(status=502)
    for number in range(6):
        more = source(f"{room.base}/feed?{number}", f"outlet-{number}")
        await room.db.write(sources.add_source, more, added_by=1, now=room.clock())
    for _ in range(4):
        for row in await room.db.read(lambda store: [s.feeds[0] for s in sources.source_rows(store)]):
            await room.checker.check(row)
    assert len(room.said) == 1
    assert "network" in room.said[0][0]


async def test_the_poller_reads_what_is_due_and_nothing_else(room):
    room.outlet.add("Road closed")
    poller, stop = Poller(room.db, room.checker, room.clock), asyncio.Event()
    running = asyncio.create_task(poller.run(stop))
    await until(lambda: room.road.told)
    await until(lambda: not poller.running)
    asked = len(room.outlet.asked)
    feed = await room.feed()
    assert feed.next_check_at > room.clock()
    await room.db.write(feeds.check_soon, feed.id, room.clock())
    poller.wake()
    await until(lambda: len(room.outlet.asked) > asked)
    stop.set()
    await asyncio.wait_for(running, 5)
    assert len(room.outlet.asked) == asked + 1


async def test_a_dead_host_does_not_delay_the_others_and_never_gets_more_than_two_requests(room):
    connections = []
    over = asyncio.Event()

    async def hang(_reader, writer):
        connections.append(writer)
        await over.wait()
        writer.close()
        await writer.wait_closed()

    dead = await asyncio.start_server(hang, "127.0.0.1", 0)
    port = dead.sockets[0].getsockname()[1]
    feeds_of_dead = tuple(f"http://localhost:{port}/{number}" for number in range(40))
    slow = Source("slow", "Slow", "slow", "PK", "en", SourceKind.WIRE, (), feeds_of_dead)
    await room.db.write(sources.add_source, slow, added_by=1, now=room.clock() - timedelta(hours=1))
    room.outlet.add("Road closed")
    poller, stop = Poller(room.db, room.checker, room.clock), asyncio.Event()
    running = asyncio.create_task(poller.run(stop))
    await until(lambda: room.road.told)
    stop.set()
    await asyncio.wait_for(running, 5)
    assert 1 <= len(connections) <= 2
    over.set()
    dead.close()
    await dead.wait_closed()


async def until(claim, seconds=15):
    """Wait for something that another task brings about."""
    async with asyncio.timeout(seconds):
        while not claim():  # noqa: ASYNC110 - what is waited for is a row or a list, not an event
            await asyncio.sleep(0.01)


async def test_a_source_removed_from_the_files_is_no_longer_polled_and_comes_back_with_its_memory(room):
    room.outlet.add("Road closed")
    await room.check()
    await room.db.write(sources.sync_sources, [], room.clock())
    assert await room.db.read(feeds.next_due_at) is None
    await room.db.write(sources.sync_sources, [source(f"{room.base}/feed")], room.clock())
    await room.check()
    assert titles(room.road.told) == ["Road closed"]


@pytest.mark.parametrize("state", [sources.SourceState.PAUSED, sources.SourceState.REMOVED])
async def test_what_was_done_in_chat_to_a_source_of_the_files_survives_a_restart(room, state):
    await room.db.write(sources.set_source_state, "outlet", state)
    await room.db.write(sources.sync_sources, [source(f"{room.base}/feed")], room.clock())
    assert (await room.db.read(sources.source_row, "outlet")).state is state
    assert await room.db.read(feeds.next_due_at) is None
    await room.db.write(sources.add_source, source(f"{room.base}/feed"), added_by=1, now=room.clock())
    if state is sources.SourceState.REMOVED:
        assert (await room.db.read(sources.source_row, "outlet")).state is sources.SourceState.ACTIVE


async def test_a_source_added_in_chat_survives_the_operators_files(room):
    mine = source("https://example.org/feed", "mine")
    await room.db.write(sources.add_source, mine, added_by=1, now=room.clock())
    await room.db.write(sources.sync_sources, [source(f"{room.base}/feed")], room.clock())
    rows = await room.db.read(sources.source_rows)
    assert [row.source.id for row in rows] == ["mine", "outlet"]


async def test_a_feed_of_another_source_is_refused_with_the_name_of_that_source(room):
    with pytest.raises(UserMistake, match="Outlet"):
        await room.db.write(sources.add_source, source(f"{room.base}/feed", "other"), added_by=1, now=room.clock())


async def test_coverage_counts_the_sources_that_were_read(room):
    room.outlet.add("Road closed")
    await room.db.write(sources.add_source, source("https://example.org/feed", "zeta"), added_by=1, now=room.clock())
    await room.check()
    found = await room.db.read(sources.coverage, START - timedelta(hours=1))
    assert (found.read, found.total, found.silent) == (1, 2, ())


async def test_the_last_errors_of_a_feed_are_kept_and_no_more(room):
    room.outlet.answer = lambda _request: web.Response(status=500)
    for _ in range(25):
        await room.check()
    events = await room.db.read(feeds.feed_events, (await room.feed()).id)
    assert len(events) == 20
    assert events[0].event == "failed"


async def test_every_due_feed_is_asked_once(room):
    more = Source(
        "more", "More", "more", "PK", "en", SourceKind.WIRE, (), tuple(f"{room.base}/feed?{n}" for n in range(30))
    )
    await room.db.write(sources.add_source, more, added_by=1, now=room.clock())
    poller, stop = Poller(room.db, room.checker, room.clock), asyncio.Event()
    running = asyncio.create_task(poller.run(stop))
    await until(lambda: len(room.outlet.asked) >= 31)
    await until(lambda: not poller.running)
    stop.set()
    await asyncio.wait_for(running, 5)
    assert len({request.path_qs for request in room.outlet.asked}) == len(room.outlet.asked) == 31


def front_page(*names):
    links = "".join(f"<li><a href='/news/{name}'>A headline long enough about {name}</a></li>" for name in names)
    return f"<html lang='en'><title>Outlet</title><nav><a href='/about'>All about us and our people</a></nav><ul>{links}</ul></html>"


def story(name, day="2026-11-23"):
    head = f'<script type="application/ld+json">{{"@type":"NewsArticle","datePublished":"{day}T05:00:00Z"}}</script>'
    return f"<html><head>{head}</head><body><article><h1>About {name}</h1><p>{LONG} {name}</p></article></body></html>"


async def test_a_page_without_a_feed_is_watched_for_new_links(room):
    pages = room.outlet.pages
    pages |= {"/latest": front_page("old"), "/news/old": story("old"), "/news/new": story("new")}
    pages["/news/evergreen"] = story("evergreen", "2025-01-05")
    await room.db.write(sources.sync_sources, [source(f"{room.base}/latest#page")], room.clock())
    await room.check()
    assert (titles(room.road.told), len(room.road.archived)) == ([], 1)
    pages["/latest"] = front_page("new", "evergreen", "old")
    room.clock.forward(hours=1)
    await room.check()
    assert [article.url for article in room.road.told] == [f"{room.base}/news/new"]
    assert len(room.road.archived) == 2
    assert await room.check() == "unchanged"


async def test_while_nothing_can_be_stored_outlets_are_left_alone_and_afterwards_nothing_is_missing(room):
    addresses = tuple(f"{room.base}/feed?{n}" for n in range(20))
    await room.db.write(
        sources.add_source,
        Source("more", "More", "more", "PK", "en", SourceKind.WIRE, (), addresses),
        added_by=1,
        now=room.clock(),
    )
    room.outlet.add("Road closed")
    room.road.full = True
    poller, stop = Poller(room.db, room.checker, room.clock, store_rest=0.3), asyncio.Event()
    running = asyncio.create_task(poller.run(stop))
    await until(lambda: room.outlet.asked)
    await asyncio.sleep(1)
    assert len(room.outlet.asked) <= 8  # two at once at first, then one in each 0.3 s
    room.road.full = False
    await until(lambda: len({request.path_qs for request in room.outlet.asked}) == 21 and not poller.running)
    stop.set()
    await asyncio.wait_for(running, 5)
    assert len(room.road.told) == 2  # once for each source: the feeds of one source are one memory


async def test_when_the_network_is_back_no_feed_waits_for_the_end_of_its_pause(room):
    gone = tuple(f"http://127.0.0.1:1/{number}" for number in range(6))
    more = Source("more", "More", "more", "PK", "en", SourceKind.WIRE, (), gone)
    await room.db.write(sources.add_source, more, added_by=1, now=room.clock())
    room.outlet.answer = lambda _request: web.Response(status=502)
    for _ in range(8):
        for row in await room.db.read(lambda store: [feed for s in sources.source_rows(store) for feed in s.feeds]):
            await room.checker.check(row)
    assert [over for _, over in room.said] == [False]
    room.outlet.answer = None
    rows = await room.db.read(sources.source_rows)
    outlet = next(row for row in rows if row.source.id == "outlet")
    await room.checker.check(outlet.feeds[0])
    waiting = await room.db.read(lambda store: [feed.next_check_at for feed in sources.source_row(store, "more").feeds])
    assert waiting == [room.clock()] * 6
    assert [over for _, over in room.said] == [False, True]


async def test_the_history_of_a_feed_is_archive_and_is_taken_once(room, workers):
    everything = [("Newest", "c"), ("Older", "b"), ("Oldest", "a")]

    def page(request):
        number = int(request.query.get("paged", "1"))
        room.outlet.items = [
            (title, guid, f"{LONG} {title}", START, f"/{guid}") for title, guid in everything[number - 1 : number]
        ]
        if not room.outlet.items:
            raise web.HTTPNotFound
        return web.Response(text=room.outlet.xml(), content_type="application/rss+xml")

    room.outlet.answer = page
    await room.check()
    feed, told = await room.feed(), []
    for expected in (2, 0):
        pages = history(feed.url, room.fetcher, workers, room.clock())
        brought = await backfill(
            feed, room.checker, pages, progress=lambda number, stored: told.append((number, stored))
        )
        assert brought == expected
    assert titles(room.road.told) == ["Newest"]
    assert titles(room.road.archived) == ["Older", "Oldest"]
    assert told == [(1, 0), (2, 1), (3, 2), (1, 0), (2, 0), (3, 0)]
