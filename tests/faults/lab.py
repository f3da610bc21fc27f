"""The fault laboratory: a database, the strict stand-in, and bots that are real processes to be killed."""

import asyncio
import contextlib
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.rehearsal.faults import Fault
from digests.model import Outgoing, Priority
from digests.store import outbox
from digests.store.sqlite import SqliteStore

NURSERY = Path(__file__).with_name("nursery.py")
ROOT = NURSERY.parents[2]
MARK = "↻"


def now():
    return datetime.now(UTC)


class Nursery:
    """Starts, kills and awaits bots."""

    def __init__(self):
        self._process = subprocess.Popen(
            [sys.executable, str(NURSERY)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )

    def close(self):
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()

    def _answer(self, order):
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    async def start(self, **options):
        return (await asyncio.to_thread(self._answer, {"start": options}))["pid"]

    async def wait(self, pid):
        return await asyncio.to_thread(self._answer, {"wait": pid})

    async def end(self, pid, number=signal.SIGKILL):
        os.kill(pid, number)
        return await self.wait(pid)


@dataclass
class Verdict:
    """What arrived, compared with what was written down."""

    sent: int
    lost: int
    repeats: int
    unmarked: int
    thrice: int
    disordered: int
    listed: int
    refused: int


class Lab:
    """One experiment: a load, a database, a stand-in."""

    def __init__(self, folder, api, bots, chats=20):
        self.folder, self.api, self.bots = folder, api, bots
        self.db = folder / "k.db"
        self.chats = chats
        self.load = 0
        self._looked_at = self._accepted = 0
        for chat in range(1, chats + 1):
            api.person(chat, "P", started=True)

    def options(self, **more):
        return {
            "db": str(self.db), "api": self.api.url, "token": self.api.token, "log": str(self.folder / "log"), **more
        }  # fmt: skip

    @contextlib.contextmanager
    def store(self):
        with SqliteStore.open(self.db) as store, store.immediate():
            yield store

    def enqueue(self, count):
        """Write `count` messages down, spread over the chats."""
        with self.store() as store:
            for number in range(self.load, self.load + count):
                outbox.enqueue(
                    store,
                    Outgoing(
                        f"d{number}", number % self.chats + 1, "sendMessage", {"text": f"d{number}"},
                        priority=Priority.DIGEST,
                    ),
                    now(),
                )  # fmt: skip
        self.load += count

    def accepted(self):
        """How many messages Telegram has taken."""
        calls = self.api.calls
        for call in calls[self._looked_at :]:
            self._accepted += call.method == "sendMessage" and call.status == 200
        self._looked_at = len(calls)
        return self._accepted

    def depth(self):
        with SqliteStore.open(self.db, read_only=True) as store:
            return outbox.depth(store)

    def waiting(self):
        """How many deliveries are not settled yet."""
        with SqliteStore.open(self.db, read_only=True) as store:
            return store.value(
                "SELECT count(*) FROM deliveries WHERE state IN ('ready', 'sending')"
                " OR (state = 'uncertain' AND not_before IS NOT NULL)"
            )

    def is_intact(self):
        with sqlite3.connect(self.db) as raw:
            answer = raw.execute("PRAGMA integrity_check").fetchone()[0]
        raw.close()
        return answer == "ok"

    async def until_empty(self, patience=60.0):
        async with asyncio.timeout(patience):
            while self.waiting():  # noqa: ASYNC110 - another process changes it: nobody can tell us when
                await asyncio.sleep(0.1)

    def executed(self):
        """How many commands have had their effect."""
        with SqliteStore.open(self.db, read_only=True) as store:
            return int(store.value("SELECT value FROM named_values WHERE name = 'commands'") or 0)

    async def until_executed(self, count, patience=60.0):
        async with asyncio.timeout(patience):
            while self.executed() < count:  # noqa: ASYNC110 - another process changes it: nobody can tell us when
                await asyncio.sleep(0.1)

    async def finish(self, patience=60.0, **options):
        """Let a bot that nobody disturbs deliver the rest; how it ended."""
        pid = await self.bots.start(**self.options(**options))
        await self.until_empty(patience)
        return await self.bots.end(pid, signal.SIGTERM)

    def verdict(self):
        copies, unmarked, disordered = Counter(), 0, 0
        for chat in range(1, self.chats + 1):
            last = -1
            seen = set()
            for message in self.api.chat(chat).messages:
                number = int(re.search(r"d(\d+)", message.text)[1])
                copies[number] += 1
                marked = message.text.startswith(MARK)
                unmarked += number in seen and not marked
                if not marked:
                    disordered += number < last
                    last = max(last, number)
                seen.add(number)
        with SqliteStore.open(self.db, read_only=True) as store:
            listed = {int(row.key[1:]) for row in outbox.undeliverable(store, limit=1_000_000)}
        return Verdict(
            sent=sum(copies.values()),
            lost=sum(1 for number in range(self.load) if not copies[number] and number not in listed),
            repeats=sum(count - 1 for count in copies.values()),
            unmarked=unmarked,
            thrice=sum(1 for count in copies.values() if count > 2),
            disordered=disordered,
            listed=len(listed),
            refused=self.api.flood.refused,
        )

    def ambiguous_calls(self):
        """Calls that Telegram took, although the bot could not know."""
        return sum(1 for call in self.api.calls if call.fault is not None and Fault(call.fault).has_effect)
