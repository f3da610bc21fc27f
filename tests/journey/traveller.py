"""Runs as a program: walks the road with the real parts, and kills itself with SIGKILL after the step it is told.

Each order (a JSON line on standard input) is walked by a fork, so that a kill is a kill; one JSON answer a line.
"""

import asyncio
import contextlib
import json
import os
import signal
import sys
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random

from bot.db import Db
from bot.delivery.connection import Connection, Timeouts
from bot.delivery.sender import Policy, Sender
from bot.digester import Digester
from bot.intake import LiveIntake
from bot.learning import learn
from bot.sources.check import Checker, Rules
from bot.sources.fetch import Fetcher, FetchOptions
from bot.sources.guard import Guard
from bot.sources.workers import Workers
from bot.verbs.inputs import articles_in
from config import settings as settings_files
from digests import gazetteer
from digests.matching import parse
from digests.model import Destination, Source, SourceKind, Strictness
from digests.store import chats, feeds, subscriptions
from digests.store.dues import SETTLING

STEPS = ("started", "fetched", "prepared", "stored", "composed", "claimed", "accepted", "settled")
READER = Destination(7)


def now():
    return datetime.now(UTC)


class Walk:
    """One walk from the source to the message."""

    def __init__(self, options):
        self.options = options
        self.last = options.get("kill_after")
        self.content = Path(options["file"]).read_bytes() if "file" in options else b""

    def step(self, name):
        if name == self.last:
            os.kill(os.getpid(), signal.SIGKILL)

    async def run(self):
        flags = {"db": self.options["db"], "fetch_allow": self.options["allow"], "poll_floor": "0"}
        settings = settings_files.load({}, flags)
        sources = [
            Source("valley-post", "Valley Post", "Valley Post", "PK", "en", SourceKind.INDEPENDENT, ("valley.example.net",),
                   tuple(self.options["feeds"]))
        ]  # fmt: skip
        async with contextlib.AsyncExitStack() as stack:
            db = await Db(settings.db).open()
            stack.push_async_callback(db.close)
            learned = await learn(db, settings, now, sources)
            fetcher = await stack.enter_async_context(
                Fetcher(Guard(settings.fetch_allow), FetchOptions("khabardar-test"), now)
            )
            workers = await stack.enter_async_context(Workers())
            await db.write(self.follow)
            learned.matching.add(1, parse("TTP"), Strictness.NORMAL)
            self.step("started")
            intake = SteppingIntake(self, db, workers, learned.tools, now=now)
            if "file" in self.options:
                await self.from_file(intake)
            else:
                await self.from_feed(db, fetcher, workers, intake)
            self.step("stored")
            await Digester(db, now=lambda: now() + SETTLING, wake_sender=lambda: None).sweep()
            self.step("composed")
            line = SteppingLine(self, self.options["token"], self.options["api"], Timeouts(connect=2, read=2))
            await stack.enter_async_context(line)
            policy = Policy(repeat_after=timedelta(milliseconds=50))
            sender = Sender(db, line, now=now, boot_id=str(os.getpid()), policy=policy)
            stop = asyncio.Event()
            sending = asyncio.create_task(sender.run(stop))
            await sender.drain(20)
            self.step("settled")
            stop.set()
            await sending

    @staticmethod
    def follow(store):
        chats.ensure_chat(store, READER, chats.ChatKind.PRIVATE, "Amina", now())
        subscriptions.follow(store, READER, parse("TTP").canonical, Strictness.NORMAL, typed="TTP", by=7, now=now())

    async def from_file(self, intake):
        name, content = self.options["file"], self.content
        for found in articles_in(name, content, now()):
            self.step("fetched")
            prepared = await intake.prepare(found.raw)

            def take_in(store, prepared=prepared):
                return intake.take_in(store, prepared)

            await intake.write(take_in)

    async def from_feed(self, db, fetcher, workers, intake):
        rules = Rules(floor=timedelta(0))
        checker = Checker(db, fetcher, workers, intake, rules, now=now, random=Random(1), tell=lambda *_: None)
        await db.write(lambda store: store.execute("UPDATE feeds SET next_check_at = '2000-01-01T00:00:00.000Z'"))
        for feed in await db.read(feeds.due_feeds, now(), 10, failing=False):
            await checker.check(feed)


class SteppingIntake(LiveIntake):
    """The real door, with a place to die before and behind each step."""

    def __init__(self, walk, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._walk = walk

    async def prepare(self, raw):
        self._walk.step("fetched")
        prepared = await super().prepare(raw)
        self._walk.step("prepared")
        return prepared


class SteppingLine(Connection):
    """The real line to Telegram, with a place to die before and behind each call."""

    def __init__(self, walk, *args):
        super().__init__(*args)
        self._walk = walk

    async def call(self, method, parameters):
        self._walk.step("claimed")
        result = await super().call(method, parameters)
        self._walk.step("accepted")
        return result


@cache
def warm():
    """What every walk needs is loaded once."""
    gazetteer.load()


def main():
    warm()
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            try:
                asyncio.run(Walk(json.loads(line)).run())
            except BaseException as error:  # noqa: BLE001 - the fork ends here, whatever it was
                print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
                os._exit(1)
            os._exit(0)
        _, status = os.waitpid(pid, 0)
        print(json.dumps({"status": os.waitstatus_to_exitcode(status)}), flush=True)


if __name__ == "__main__":
    main()
