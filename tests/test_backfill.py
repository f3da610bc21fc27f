"""`khabardar backfill`: the history of a feed, page after page, found by searches and told to nobody."""

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from aiohttp import web

from bot.app import backfill_source
from config import settings as settings_files
from digests.errors import UserMistake
from digests.store import articles
from digests.store.sqlite import SqliteStore

PAGES = 3


@pytest.fixture
async def history():
    """A feed with two older pages, as RFC 5005 links them."""
    base = []

    async def feed(request):
        page = int(request.query.get("page", "1"))
        older = f"<atom:link rel='next' href='{base[0]}/feed.xml?page={page + 1}'/>" if page < PAGES else ""
        at = format_datetime(datetime.now(UTC) - timedelta(days=30 * page))
        text = (
            f"The bridge over the river was closed for repairs in month {page}, the works department said on Sunday. "
            * 8
        )
        item = f"<title>Bridge closed in month {page}</title><link>{base[0]}/news/{page}</link><pubDate>{at}</pubDate>"
        return web.Response(
            content_type="application/rss+xml",
            text="<rss version='2.0' xmlns:atom='http://www.w3.org/2005/Atom'><channel><title>Hill Gazette</title>"
            f"{older}<item>{item}<description>{text}</description></item></channel></rss>",
        )

    app = web.Application()
    app.router.add_get("/feed.xml", feed)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    base.append(f"http://127.0.0.1:{runner.addresses[0][1]}")
    yield base[0]
    await runner.cleanup()


async def test_the_history_of_a_feed_is_stored_as_archive_and_an_unknown_source_is_named(tmp_path, history):
    (tmp_path / "sources.toml").write_text(
        f'[[source]]\nid = "hill-gazette"\nname = "Hill Gazette"\nowner = "Hill Gazette"\ncountry = "PK"\nlanguage = "en"\n'
        f'kind = "independent"\ndomains = ["hill-gazette.example.org"]\nfeeds = ["{history}/feed.xml"]\n'
    )
    flags = {"config": tmp_path, "db": tmp_path / "k.db", "fetch_allow": "127.0.0.1/32"}
    settings = settings_files.load({}, flags)
    told = []
    stored = await backfill_source(settings, "hill-gazette", 50, lambda *step: told.append(step))
    assert stored == PAGES
    assert told[-1] == (PAGES, PAGES)
    assert await backfill_source(settings, f"{history}/feed.xml", 50, lambda *_: None) == 0
    with pytest.raises(UserMistake, match="no source with this id"):
        await backfill_source(settings, "nobody", 1, lambda *_: None)

    def found():
        with SqliteStore.open(tmp_path / "k.db", read_only=True) as db:
            return articles.search(db, "bridge"), db.value("SELECT min(archive) FROM articles")

    hits, archive = await asyncio.to_thread(found)
    assert len(hits) == PAGES
    assert archive == 1
