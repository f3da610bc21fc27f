"""The running bot under the load that one machine is meant for, sped up: does it keep up, and in how much memory?

    python -m tests.bench.load [SECONDS] [SPEED]

`khabardar run` as a process with 10,000 feeds (loopback, each checked every 15 minutes, 304), 20,000 keywords and 50,000
subscriptions of 10,000 chats; 200,000 articles a day are pushed. SPEED runs all of it so many times faster.
"""

import asyncio
import os
import sys
import tempfile
import time
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import aiohttp
from aiohttp import web

from bot.rehearsal import BotApi
from digests.store.driver import to_text
from digests.store.sqlite import SqliteStore

FEEDS, KEYWORDS, CHATS, FOLLOWED, A_DAY, EVERY = 10_000, 20_000, 10_000, 5, 200_000, 900
PORT, WEB, SECRET, START = 18_950, 18_951, "t" * 32, 25
SOUNDS = [consonant + vowel for consonant in "b d g j k l m n r s t z sh kh".split() for vowel in "aeiou"]  # noqa: SIM905


def word(random):
    return "".join(random.choices(SOUNDS, k=random.randint(2, 4)))


def fill(path, names, random, speed):
    now = datetime.now(UTC)
    at, later = to_text(now), to_text(now + timedelta(hours=20))
    hosts = [f"127.1.{number // 250}.{number % 250 + 1}" for number in range(FEEDS)]
    due = [to_text(now + timedelta(seconds=START + random.random() * EVERY / speed)) for _ in range(FEEDS)]
    with SqliteStore.open(path) as store, store.immediate():
        store.execute_many(
            "INSERT INTO chats (chat_id, cadence, created_at, next_digest_at, last_digest_at)"
            """ VALUES (:id, '{"kind": "daily", "at": "08:00"}', :at, :later, :at)""",
            [{"id": 1000 + number, "at": at, "later": later} for number in range(CHATS)],
        )
        store.execute_many(
            "INSERT INTO queries (id, canonical, strictness) VALUES (:id, :name, 'normal')",
            [{"id": number, "name": name} for number, name in enumerate(names, 1)],
        )
        store.execute_many(
            "INSERT INTO subscriptions (chat_id, query_id, typed, since) VALUES (:chat, :query, :name, :at)",
            [
                {"chat": 1000 + n // FOLLOWED, "query": n % KEYWORDS + 1, "name": names[n % KEYWORDS], "at": at}
                for n in range(CHATS * FOLLOWED)
            ],
        )
        store.execute_many(
            "INSERT INTO sources (id, name, owner, kind, origin, added_at) VALUES (:id, :id, :id, 'independent', 'chat', :at)",
            [{"id": host, "at": at} for host in hosts],
        )
        store.execute_many(
            "INSERT INTO feeds (source_id, url, host, next_check_at, added_at, etag) VALUES (:host, :url, :host, :due, :at, 'x')",
            [
                {"host": host, "url": f"http://{host}:{PORT}/feed", "due": when, "at": at}
                for host, when in zip(hosts, due, strict=True)
            ],
        )


def memory(process):
    fields = dict(line.split(":", 1) for line in Path(f"/proc/{process}/status").read_text().splitlines())
    return int(fields["VmRSS"].split()[0]) // 1024


def seconds_of(process):
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def workers_of(process):
    return Path(f"/proc/{process}/task/{process}/children").read_text().split()


def article(number, names, words, random):
    sentences = []
    for _ in range(14):
        told = random.choices(words, k=random.randint(12, 22))
        if random.random() < 0.25:
            told.insert(3, random.choice(names))
        sentences.append(" ".join(told).capitalize() + ".")
    title = f"{random.choice(names)} {' '.join(random.choices(words, k=4))}"
    return {
        "url": f"http://outlet-{number % 500}.example.org/{number}",
        "title": title,
        "text": " ".join(sentences),
    }


async def push(until, speed, names, words, random):
    """Pushes at the rate of the day, `speed` times faster; how long each answer took."""
    waits, pause = [], 86_400 / A_DAY / speed
    headers = {"Authorization": f"Bearer {SECRET}"}
    async with aiohttp.ClientSession() as session:
        while time.monotonic() < until:
            start, body = time.monotonic(), article(len(waits), names, words, random)
            async with session.post(f"http://127.0.0.1:{WEB}/articles", json=body, headers=headers) as answer:
                assert answer.status in (200, 202), await answer.text()
            waits.append(time.monotonic() - start)
            await asyncio.sleep(max(0, pause - waits[-1]))
    return sorted(waits)


def environment(folder, api):
    packaged = tomllib.loads(Path("config/sources.toml").read_text(encoding="utf-8"))
    without = "".join(f'[[source]]\nid = "{source["id"]}"\nenabled = false\n' for source in packaged["source"])
    (folder / "sources.toml").write_text(without, encoding="utf-8")
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("KHABARDAR_")},
        "KHABARDAR_CONFIG": str(folder),
        "KHABARDAR_DB": str(folder / "k.db"),
        "KHABARDAR_TELEGRAM_TOKEN": api.token,
        "KHABARDAR_TELEGRAM_API": api.url,
        "KHABARDAR_WEB_PORT": str(WEB),
        "KHABARDAR_PUSH_TOKEN": SECRET,
        "KHABARDAR_FETCH_ALLOW": "127.0.0.0/8",
        "KHABARDAR_POLL_FLOOR": str(EVERY),
        "KHABARDAR_LOG_LEVEL": "warning",
    }


async def main(seconds=120, speed=4.0):
    random, asked = Random(3), []
    names = list({f"{word(random).title()} {word(random).title()}" for _ in range(KEYWORDS * 2)})[:KEYWORDS]
    words = [word(random) for _ in range(6000)]

    async def unchanged(_request):
        asked.append(1)
        return web.Response(status=304)

    app = web.Application()
    app.router.add_get("/feed", unchanged)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "0.0.0.0", PORT).start()
    with tempfile.TemporaryDirectory() as name:
        async with BotApi() as api:
            env = environment(Path(name), api)
            fill(Path(name) / "k.db", names, random, speed)
            bot = await asyncio.create_subprocess_exec(sys.executable, "-m", "bot", "run", env=env)
            await asyncio.sleep(START)
            before, start = seconds_of(bot.pid), time.monotonic()
            waits = await push(start + seconds, speed, names, words, random)
            took = time.monotonic() - start
            busy = (seconds_of(bot.pid) - before) / took
            print(
                f"{took:.0f} s: {len(waits) / took * 86_400:,.0f} articles a day, {len(asked) / took:.0f} feeds a second"
            )
            print(f"processor of the bot: {busy:.0%} of a core, {busy / speed:.0%} at the speed of the day")
            children = sum(memory(child) for child in workers_of(bot.pid))
            print(f"memory: the bot {memory(bot.pid)} MB, its workers together {children} MB")
            print(
                f"a pushed article, ms: p50 {waits[len(waits) // 2] * 1e3:.0f}  p95 {waits[len(waits) * 95 // 100] * 1e3:.0f}"
            )
            bot.terminate()
            await bot.wait()
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(main(*map(float, sys.argv[1:])))
