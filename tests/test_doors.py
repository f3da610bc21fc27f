"""The other doors: looking for feeds, lists of feeds, the drop folder, the history of a feed."""

import asyncio
import os
from datetime import UTC, datetime

import pytest
import pytest_asyncio
from aiohttp import web
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sources.backfill import history
from bot.sources.discover import find_feeds
from bot.sources.dropfolder import DropFolder
from bot.sources.fetch import Fetcher, FetchOptions
from bot.sources.guard import Guard
from bot.sources.opml import read_opml, write_opml
from bot.sources.workers import WorkerLimits, Workers
from config.values import read_network
from digests.errors import EmptyArticle, StoreError, UnreadableSource, UserMistake
from digests.model import Source, SourceKind
from digests.store import sources
from digests.store.sqlite import SqliteStore

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
module_loop = pytest.mark.asyncio(loop_scope="module")


def rss(*titles, older=""):
    link = f"<atom:link xmlns:atom='http://www.w3.org/2005/Atom' rel='next' href='{older}'/>" if older else ""
    items = "".join(f"<item><title>{title}</title><guid>{title}</guid></item>" for title in titles)
    return f"<rss version='2.0'><channel><title>Outlet</title><language>ur</language>{link}{items}</channel></rss>"


class Site:
    def __init__(self):
        self.paths, self.asked, self.base = {}, [], ""

    async def answer(self, request):
        self.asked.append(request.path_qs)
        found = self.paths.get(request.path_qs, self.paths.get(request.path))
        if found is None:
            raise web.HTTPNotFound
        return web.Response(text=found, content_type="text/html")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def workers():
    async with Workers(WorkerLimits(processes=1)) as pool:
        yield pool


@pytest_asyncio.fixture(loop_scope="module")
async def site():
    here = Site()
    app = web.Application()
    app.router.add_get("/{path:.*}", here.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    here.base = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield here
    await runner.cleanup()


@pytest_asyncio.fixture(loop_scope="module")
async def fetcher():
    async with Fetcher(Guard([read_network("127.0.0.0/8")]), FetchOptions("khabardar/test"), lambda: NOW) as client:
        yield client


# --- Looking for feeds -----------------------------------------------------------------------------------------------


@module_loop
async def test_the_address_of_a_feed_is_that_feed(site, fetcher, workers):
    site.paths["/feed"] = rss("A", "B")
    (found,) = await find_feeds(f"{site.base}/feed", fetcher, workers, NOW)
    assert (found.url, found.title, found.items, found.language) == (f"{site.base}/feed", "Outlet", 2, "ur")


@module_loop
async def test_a_page_leads_to_the_feeds_that_it_names_and_that_work(site, fetcher, workers):
    site.paths["/"] = (
        "<link rel=alternate type=application/rss+xml href=/one><link rel=alternate type=application/rss+xml href=/broken>"
        "<link rel=alternate type=application/atom+xml href=/two>"
    )
    site.paths |= {"/one": rss("A"), "/two": rss("B"), "/broken": "<html>"}
    found = await find_feeds(site.base, fetcher, workers, NOW)
    assert [feed.url for feed in found] == [f"{site.base}/one", f"{site.base}/two"]


@module_loop
async def test_a_page_that_names_none_is_tried_at_the_usual_places(site, fetcher, workers):
    site.paths |= {"/": "<html><p>News</p></html>", "/rss.xml": rss("A")}
    (found,) = await find_feeds(f"{site.base}/", fetcher, workers, NOW)
    assert found.url == f"{site.base}/rss.xml"


@module_loop
async def test_a_page_without_a_feed_is_said_to_have_none(site, fetcher, workers):
    site.paths["/"] = "<html><p>News</p></html>"
    with pytest.raises(UnreadableSource, match="names no feed"):
        await find_feeds(f"{site.base}/", fetcher, workers, NOW)
    assert len(site.asked) <= 12


# --- History ---------------------------------------------------------------------------------------------------------


@module_loop
async def test_the_history_follows_the_links_of_the_feed(site, fetcher, workers):
    site.paths |= {"/feed": rss("C", older="/p2"), "/p2": rss("B", older="/p3"), "/p3": rss("A", older="/feed")}
    pages = [page async for page in history(f"{site.base}/feed", fetcher, workers, NOW)]
    assert [item.title for page in pages for item in page.feed.items] == ["C", "B", "A"]


@module_loop
async def test_the_history_tries_page_numbers_and_stops_when_they_repeat(site, fetcher, workers):
    site.paths |= {"/feed": rss("B"), "/feed?paged=2": rss("A")}
    pages = [page async for page in history(f"{site.base}/feed", fetcher, workers, NOW)]
    assert [item.title for page in pages for item in page.feed.items] == ["B", "A"]
    assert len(site.asked) == 3
    assert len([page async for page in history(f"{site.base}/feed", fetcher, workers, NOW, pages=1)]) == 1


# --- OPML ------------------------------------------------------------------------------------------------------------


def test_what_is_written_is_read_again(tmp_path):
    outlet = Source(
        "o", 'Outlet "A" & sons', "o", "PK", "ur", SourceKind.WIRE, (), ("https://e.example.org/a?b=1&c=2",)
    )
    with SqliteStore.open(tmp_path / "k.db") as db, db.immediate():
        sources.add_source(db, outlet, added_by=1, now=NOW)
        written = write_opml(sources.source_rows(db))
    found = read_opml(written)
    assert [(feed.url, feed.title) for feed in found.feeds] == [
        ("https://e.example.org/a?b=1&c=2", 'Outlet "A" & sons')
    ]
    assert found.refused == ()


def test_what_cannot_be_read_of_a_list_is_told_with_its_reason():
    body = (
        b"<opml version='2.0'><body><outline text='News'><outline type='rss' text='A' xmlUrl='https://e.example.org/a'/>"
        b"<outline type='rss' text='A again' xmlUrl='https://e.example.org/a'/>"
        b"<outline type='rss' text='File' xmlUrl='file:///etc/passwd'/></outline></body></opml>"
    )
    found = read_opml(body)
    assert [feed.url for feed in found.feeds] == ["https://e.example.org/a"]
    assert [address for address, _ in found.refused] == ["file:///etc/passwd"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html></html>",
        b"not xml",
        b"<opml>" * 50_000,
        b"x" * 5_000_001,
        b"<!DOCTYPE o [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><opml><body><outline text='&a;'/></body></opml>",
        b"<opml><body>"
        + b"".join(b"<outline xmlUrl='https://e.example.org/%d'/>" % n for n in range(5001))
        + b"</body></opml>",
    ],
    ids=range(7),
)
def test_what_is_no_list_is_refused(body):
    with pytest.raises(UserMistake):
        read_opml(body)


@settings(max_examples=100, deadline=None)
@given(
    st.binary(max_size=200) | st.text(max_size=200).map(lambda text: f"<opml><body><outline xmlUrl='{text}'".encode())
)
def test_any_bytes_are_a_list_or_refused(body):
    try:
        found = read_opml(body)
    except UserMistake:
        return
    assert all(feed.url.startswith("http") for feed in found.feeds)


# --- Drop folder -----------------------------------------------------------------------------------------------------


class Shelf:
    def __init__(self):
        self.taken, self.fault = [], None

    async def take(self, name, content):
        if self.fault:
            raise self.fault
        self.taken.append((name, content))


@pytest.fixture
def shelf():
    return Shelf()


async def test_a_file_is_taken_when_nobody_writes_into_it_any_more(tmp_path, shelf):
    folder = DropFolder(tmp_path, shelf.take)
    (tmp_path / "a.txt").write_text("One")
    assert await folder.look() == 0
    (tmp_path / "a.txt").write_text("One and more")
    assert await folder.look() == 0
    assert await folder.look() == 1
    assert shelf.taken == [("a.txt", b"One and more")]
    assert (tmp_path / "done" / "a.txt").read_text() == "One and more"
    assert await folder.look() == 0


async def test_two_files_of_one_name_are_both_kept(tmp_path, shelf):
    folder = DropFolder(tmp_path, shelf.take)
    for text in ("One", "Two"):
        (tmp_path / "a.txt").write_text(text)
        await folder.look()
        await folder.look()
    assert sorted(path.read_text() for path in (tmp_path / "done").iterdir()) == ["One", "Two"]


async def test_links_pipes_and_giants_are_refused_and_nothing_behind_them_is_read(tmp_path, shelf):
    secret = tmp_path.parent / f"{tmp_path.name}-secret"
    secret.write_text("classified")
    (tmp_path / "link.txt").symlink_to(secret)
    os.mkfifo(tmp_path / "pipe")
    with (tmp_path / "giant.txt").open("wb") as giant:
        giant.truncate(10_000_001)
    folder = DropFolder(tmp_path, shelf.take)
    await folder.look()
    await asyncio.wait_for(folder.look(), 5)
    assert shelf.taken == []
    assert sorted(path.name for path in (tmp_path / "failed").iterdir()) == ["giant.txt", "link.txt", "pipe"]
    assert secret.read_text() == "classified"


async def test_a_file_that_is_no_article_goes_to_failed_and_a_full_disk_leaves_it(tmp_path, shelf):
    folder = DropFolder(tmp_path, shelf.take)
    (tmp_path / "a.txt").write_text("x")
    shelf.fault = StoreError("disk full")
    await folder.look()
    with pytest.raises(StoreError):
        await folder.look()
    assert (tmp_path / "a.txt").exists()
    shelf.fault = EmptyArticle("nothing is left")
    await folder.look()
    assert (tmp_path / "failed" / "a.txt").exists()


async def test_the_folder_is_watched_until_it_is_stopped(tmp_path, shelf):
    stop = asyncio.Event()
    watching = asyncio.create_task(DropFolder(tmp_path, shelf.take, every=0.01).run(stop))
    (tmp_path / "a.txt").write_text("One")
    async with asyncio.timeout(5):
        while not shelf.taken:  # noqa: ASYNC110 - a list is waited for, not an event
            await asyncio.sleep(0.01)
    stop.set()
    await asyncio.wait_for(watching, 5)


async def test_a_folder_that_is_not_there_is_waited_for(tmp_path, shelf):
    stop = asyncio.Event()
    watching = asyncio.create_task(DropFolder(tmp_path / "later", shelf.take, every=0.01).run(stop))
    await asyncio.sleep(0.05)
    (tmp_path / "later").mkdir()
    (tmp_path / "later" / "a.txt").write_text("One")
    async with asyncio.timeout(5):
        while not shelf.taken:  # noqa: ASYNC110 - a list is waited for, not an event
            await asyncio.sleep(0.01)
    stop.set()
    await asyncio.wait_for(watching, 5)


@module_loop
async def test_a_page_without_feed_but_with_articles_is_itself_what_is_followed(site, fetcher, workers):
    site.paths["/"] = "<html><title>Outlet</title><a href='/a'>Road to the valley closed again</a></html>"
    (found,) = await find_feeds(f"{site.base}/", fetcher, workers, NOW)
    assert (found.url, found.title, found.items) == (f"{site.base}/#page", "Outlet", 1)
