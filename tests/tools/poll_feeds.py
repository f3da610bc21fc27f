"""A process that polls the feeds of a database until it is killed, or until nothing is due: for test_poller_kill.py.

python poll_feeds.py DATABASE
"""

import asyncio
import random
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.db import Db
from bot.sources.check import Checker, Rules
from bot.sources.fetch import Fetcher, FetchOptions
from bot.sources.guard import Guard
from bot.sources.poller import Poller
from bot.sources.workers import WorkerLimits, Workers
from config.values import read_network
from digests.cleaning import clean
from digests.store import feeds


class Cleaned:
    def __init__(self, article):
        self.article = article


class Road:
    """Commits each article as a counted row: a second commit of the same one would show."""

    def __init__(self, db):
        self.db = db

    async def prepare(self, raw):
        return Cleaned(clean(raw).article)

    def commit(self, store, prepared, *, archive):
        del archive
        store.execute(
            "INSERT INTO named_values (name, value) VALUES (:name, '1') "
            "ON CONFLICT (name) DO UPDATE SET value = named_values.value + 1",
            {"name": f"article:{prepared.article.title}"},
        )
        return prepared.article.id

    async def write(self, function):
        return await self.db.write(function)


def now():
    return datetime.now(UTC)


async def main(path):
    db = await Db(Path(path)).open()
    guard = Guard([read_network("127.0.0.0/8")])
    async with (
        Fetcher(guard, FetchOptions("khabardar/test"), now) as fetcher,
        Workers(WorkerLimits(processes=1)) as workers,
    ):
        checker = Checker(
            db,
            fetcher,
            workers,
            Road(db),
            Rules(timedelta(minutes=30)),
            now=now,
            random=random.Random(1),
            tell=lambda *_: None,
        )
        stop = asyncio.Event()
        polling = asyncio.create_task(Poller(db, checker, now).run(stop))
        print("polling", flush=True)
        while (await db.read(feeds.next_due_at)) <= now():  # noqa: ASYNC110 - rows are waited for, not an event
            await asyncio.sleep(0.05)
        stop.set()
        await polling
    await db.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
