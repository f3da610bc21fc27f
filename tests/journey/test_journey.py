"""One article from its source to the message in Telegram, with the process killed between every two steps.

Whatever the moment of the kill, the reader gets what a walk without a kill brings: the entry, once. Only where the kill
fell between Telegram's acceptance and our note of it may the message come once more, and then it says so.
"""

import asyncio
import json
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

import pytest
from aiohttp import web

from tests.journey.traveller import READER, STEPS

ROOT = Path(__file__).parents[2]
TITLE = "Checkpost on the Bannu road attacked"
TEXT = (
    "BANNU: Four policemen were killed when gunmen attacked a checkpost on the Bannu road before dawn on Monday, the "
    "district police officer said. The TTP claimed responsibility for the attack in a message to reporters.\n\n"
    "Reinforcements reached the post within the hour. A search of the hills behind the road went on until the evening, "
    "and the road was closed to lorries, officials said. Two of the injured were taken to the hospital in Bannu."
)
ENDS_ASKING = ("claimed", "accepted")  # killed there, nobody can know whether Telegram has the message


@pytest.fixture(scope="module")
def traveller():
    """A process that has loaded everything and walks in forks."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.journey.traveller"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        cwd=ROOT,
    )
    assert json.loads(process.stdout.readline()) == {"ready": True}

    async def walk(**options):
        def order():
            process.stdin.write(json.dumps(options).encode() + b"\n")
            process.stdin.flush()
            return json.loads(process.stdout.readline())["status"]

        return await asyncio.to_thread(order)

    yield walk
    process.stdin.close()
    process.wait()
    process.stdout.close()


@pytest.fixture
async def site():
    """An outlet on loopback: a feed with a summary, and the article's page."""
    base = []

    async def feed(_):
        return web.Response(
            content_type="application/rss+xml",
            text=f"<rss version='2.0'><channel><title>Valley Post</title><item><title>{TITLE}</title>"
            f"<link>{base[0]}/news/bannu</link><guid>bannu-1</guid><description>Four policemen…</description>"
            f"<pubDate>{format_datetime(datetime.now(UTC))}</pubDate>"
            "</item></channel></rss>",
        )

    async def page(_):
        body = "".join(f"<p>{part}</p>" for part in TEXT.split("\n\n"))
        return web.Response(
            content_type="text/html",
            text=f"<html><head><title>{TITLE}</title></head><body><article><h1>{TITLE}</h1>{body}</article></body></html>",
        )

    app = web.Application()
    app.router.add_get("/feed.xml", feed)
    app.router.add_get("/news/bannu", page)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    base.append(f"http://127.0.0.1:{runner.addresses[0][1]}")
    yield base[0]
    await runner.cleanup()


def options_for(tmp_path, api, site, origin):
    options = {
        "db": str(tmp_path / "k.db"),
        "api": api.url,
        "token": api.token,
        "allow": "127.0.0.1/32",
        "feeds": [f"{site}/feed.xml"],
    }
    if origin == "file":
        file = tmp_path / "article.json"
        file.write_text(json.dumps({"url": f"{site}/news/bannu", "title": TITLE, "text": TEXT}), encoding="utf-8")
        options["file"] = str(file)
    return options


FROM_FILE = (None, "fetched", "prepared", "stored")  # from there on the road is the same


@pytest.mark.parametrize(
    ("origin", "kill_after"), [*(("feed", step) for step in (None, *STEPS)), *(("file", step) for step in FROM_FILE)]
)
async def test_a_kill_between_two_steps_changes_nothing_for_the_reader(
    tmp_path, api, site, traveller, origin, kill_after
):
    api.person(READER.chat_id, "Amina", "en", started=True)
    options = options_for(tmp_path, api, site, origin)
    if kill_after is not None:
        assert await traveller(**options, kill_after=kill_after) == -signal.SIGKILL
    assert await traveller(**options) == 0

    told = [message for message in api.chat(READER.chat_id).messages if TITLE in message.text]
    repeats = [message for message in told if "may be a repeat" in message.text]
    assert len(told) - len(repeats) == (0 if kill_after == "claimed" else 1)
    assert len(repeats) == (1 if kill_after in ENDS_ASKING else 0)
    for message in told:
        assert f"{site}/news/bannu" in message.links
        assert "killed 4" in message.text
        assert "TTP claimed responsibility" in message.text


async def test_a_second_walk_over_the_same_source_tells_nothing_again(tmp_path, api, site, traveller):
    api.person(READER.chat_id, "Amina", "en", started=True)
    options = options_for(tmp_path, api, site, "feed")
    assert await traveller(**options) == 0
    before = [message.text for message in api.chat(READER.chat_id).messages]
    assert await traveller(**options) == 0
    assert [message.text for message in api.chat(READER.chat_id).messages] == before
