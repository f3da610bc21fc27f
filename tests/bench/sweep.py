"""One thousand feeds on loopback: a cold sweep, a sweep of 304s, and a sweep beside dead hosts.

    python -m tests.bench.sweep [FEEDS] [ITEMS] [DEAD]

The server is a process of its own; each outlet has an address of its own in 127.0.0.0/8, so that the limit of requests
per host counts as it would outside. Articles are cleaned in workers and counted, not matched: matching has its bench.
"""

import asyncio
import multiprocessing
import random
import resource
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aiohttp import web

from bot.db import Db
from bot.sources.check import Checker, Rules
from bot.sources.fetch import Fetcher, FetchOptions
from bot.sources.guard import Guard
from bot.sources.poller import Poller
from bot.sources.workers import Workers
from config.values import read_network
from digests.cleaning import clean
from digests.model import Source, SourceKind
from digests.store import sources

WORDS = "army police border market road district checkpoint convoy talks court school valley river bridge rain".split()  # noqa: SIM905
START = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


def body(outlet, items):
    chance = random.Random(outlet)
    parts = []
    for number in range(items):
        text = " ".join(chance.choices(WORDS, k=150))
        parts.append(
            f"<item><title>Report {number} of {outlet}</title><guid isPermaLink='false'>{outlet}-{number}</guid>"
            f"<link>http://outlet-{outlet}.example.org/{number}</link>"
            f"<pubDate>Mon, 23 Nov 2026 05:{number % 60:02}:00 +0000</pubDate><description>{text}</description></item>"
        )
    return f"<rss version='2.0'><channel><title>Outlet {outlet}</title>{''.join(parts)}</channel></rss>"


def serve(port, items):
    asked = {"full": 0, "not modified": 0}

    async def feed(request):
        if request.headers.get("If-None-Match"):
            asked["not modified"] += 1
            return web.Response(status=304)
        asked["full"] += 1
        text = body(int(request.match_info["outlet"]), items)
        return web.Response(text=text, content_type="application/rss+xml", headers={"ETag": '"1"'})

    async def hang(_request):
        await asyncio.sleep(3600)

    async def counts(_request):
        return web.json_response(asked)

    app = web.Application()
    app.router.add_get("/feed/{outlet}", feed)
    app.router.add_get("/dead/{outlet}", hang)
    app.router.add_get("/counts", counts)
    web.run_app(app, host="0.0.0.0", port=port, print=None, handle_signals=False)


class Cleaned:
    def __init__(self, article):
        self.article = article


class Counting:
    """The shortest road: cleaned in a worker, committed as a number."""

    def __init__(self, db, workers):
        self.db, self.workers, self.articles = db, workers, 0

    async def prepare(self, raw):
        return Cleaned((await self.workers.run(clean, raw)).article)

    def commit(self, _store, prepared, *, archive):
        self.articles += not archive
        return prepared.article.id

    async def write(self, function):
        return await self.db.write(function)


async def sweep(poller, until, lags):
    stop, start = asyncio.Event(), time.monotonic()
    running = asyncio.create_task(poller.run(stop))
    while not await until():
        before = time.monotonic()
        await asyncio.sleep(0.02)
        lags.append(time.monotonic() - before - 0.02)
    took = time.monotonic() - start
    stop.set()
    await running
    return took


async def main(number=1000, items=10, dead=200):
    port = 18_800 + random.randrange(900)
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(port, items), daemon=True)
    server.start()
    await asyncio.sleep(2)
    clock = [START]
    with tempfile.TemporaryDirectory() as folder:
        db = await Db(Path(folder) / "k.db").open()
        guard = Guard([read_network("127.0.0.0/8")])
        async with Fetcher(guard, FetchOptions("khabardar/bench"), lambda: clock[0]) as fetcher, Workers() as workers:
            road, lags = Counting(db, workers), []
            checker = Checker(
                db, fetcher, workers, road, Rules(), now=lambda: clock[0], random=random.Random(1), tell=lambda *_: None
            )

            async def all_checked():
                due = await db.read(
                    lambda s: s.value(
                        "SELECT count(*) FROM feeds WHERE next_check_at <= :now AND url LIKE '%/feed/%'",
                        {"now": clock[0].strftime("%Y-%m-%dT%H:%M:%S.000Z")},
                    )
                )
                return due == 0

            await db.write(sources.sync_sources, outlets(number, port, "feed"), clock[0])
            took = await sweep(Poller(db, checker, lambda: clock[0]), all_checked, lags)
            print(
                f"cold sweep of {number} feeds with {road.articles} articles: {took:.1f} s  (articles alone cost the rest)"
            )
            clock[0] += timedelta(hours=25)
            took = await sweep(Poller(db, checker, lambda: clock[0]), all_checked, lags)
            print(f"sweep of 304s: {took:.1f} s")
            clock[0] += timedelta(hours=25)
            hanging = outlets(dead, port, "dead")
            earlier = START - timedelta(days=1)
            await db.write(sources.sync_sources, [*outlets(number, port, "feed"), *hanging], earlier)
            took = await sweep(Poller(db, checker, lambda: clock[0]), all_checked, lags)
            print(f"sweep of 304s beside {dead} hosts that never answer, asked first: {took:.1f} s")
            lags.sort()
            print(
                f"loop lag ms: p50 {lags[len(lags) // 2] * 1e3:.1f}  p99 {lags[len(lags) * 99 // 100] * 1e3:.1f}  max {lags[-1] * 1e3:.1f}"
            )
            print(f"memory of this process {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")
            print("requests:", (await fetcher.get(f"http://127.0.0.1:{port}/counts", kind="feed")).body.decode())
        await db.close()
    server.kill()


def outlets(number, port, path):
    second = {"feed": 1, "dead": 2}[path]
    return [
        Source(
            f"{path}-{n}",
            f"Outlet {n}",
            f"owner-{n}",
            "PK",
            "en",
            SourceKind.INDEPENDENT,
            (),
            (f"http://127.{second}.{n // 250}.{n % 250 + 1}:{port}/{path}/{n}",),
        )
        for n in range(number)
    ]


if __name__ == "__main__":
    asyncio.run(main(*map(int, sys.argv[1:])))
