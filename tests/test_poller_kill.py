"""kill -9 at random moments of polling: every article arrives once, and no 304 hides one."""

import asyncio
import os
import random
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import web

from bot.db import Db
from digests.model import Source, SourceKind
from digests.store import sources

ROOT = Path(__file__).parents[1]
OUTLETS, ITEMS, KILLS = 6, 40, 4


def body(outlet):
    date = f"{datetime.now(UTC):%a, %d %b %Y %H:00:00 +0000}"
    items = "".join(
        f"<item><title>Report {number} of outlet {outlet}</title><guid isPermaLink='false'>{number}</guid>"
        f"<pubDate>{date}</pubDate><description>Road {number} near {outlet} was closed by the army. {'Word. ' * 200}"
        "</description></item>"
        for number in range(ITEMS)
    )
    return f"<rss version='2.0'><channel><title>{outlet}</title>{items}</channel></rss>"


@pytest.fixture
async def base():
    async def feed(request):
        if request.headers.get("If-None-Match") == '"1"':
            return web.Response(status=304)
        await asyncio.sleep(0.05)
        text = body(request.match_info["outlet"])
        return web.Response(text=text, content_type="application/rss+xml", headers={"ETag": '"1"'})

    app = web.Application()
    app.router.add_get("/{outlet}", feed)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


async def start(path):
    return await asyncio.create_subprocess_exec(
        sys.executable,
        str(ROOT / "tests" / "tools" / "poll_feeds.py"),
        str(path),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


async def test_killed_at_any_moment_every_article_arrives_once(tmp_path, base):
    seed = random.randrange(2**32)
    print("seed", seed)
    chance, path = random.Random(seed), tmp_path / "k.db"
    db = await Db(path).open()
    outlets = [Source(f"o{n}", f"O{n}", "x", "PK", "en", SourceKind.WIRE, (), (f"{base}/{n}",)) for n in range(OUTLETS)]
    await db.write(sources.sync_sources, outlets, datetime.now(UTC))
    await db.close()
    unfinished = 0
    for delay in (
        0.0,
        *(chance.uniform(0.0, 1.2) for _ in range(KILLS - 1)),
    ):  # the first before anything can be finished
        process = await start(path)
        assert await process.stdout.readline() == b"polling\n"
        await asyncio.sleep(delay)
        if process.returncode is None:
            unfinished += 1
            process.kill()
        await process.wait()
    process = await start(path)
    assert await asyncio.wait_for(process.wait(), 60) == 0
    db = await Db(path).open()
    found = await db.read(lambda store: store.rows("SELECT name, value FROM named_values WHERE name LIKE 'article:%'"))
    await db.close()
    assert unfinished
    assert len(found) == OUTLETS * ITEMS
    assert {row["value"] for row in found} == {"1"}
