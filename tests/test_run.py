"""The bot as an operator runs it: `khabardar run` as a process, against the stand-in, with a feed and pushed articles."""

import asyncio
import os
import signal
import socket
import sys
import time
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from bot.rehearsal.faults import Fault, Rule

TOKEN = "push-token-of-the-tests"
TITLE = "Grenade thrown at police van in Quetta"
TEXT = (
    "QUETTA: Three policemen were injured when a grenade was thrown at their van on Sariab Road in Quetta on Tuesday, "
    "police said. The Balochistan Liberation Army claimed responsibility for the attack in a statement to reporters."
)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Bot:
    """A running `khabardar run`, its log in a file beside its database."""

    def __init__(self, environment):
        self.environment = environment
        self.log = Path(environment["KHABARDAR_DB"]).with_suffix(".log")
        self.process = None

    async def start(self):
        with self.log.open("w") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "run", env=self.environment, stderr=log
            )
        return self

    async def end(self, number=signal.SIGTERM):
        """The exit code, what was logged, and how long the end took; 0 sends no signal and waits for its own end."""
        begun = time.monotonic()
        if number and self.process.returncode is None:
            self.process.send_signal(number)
        code = await self.process.wait()
        return code, self.log.read_text(), time.monotonic() - begun


@pytest.fixture
def environment(tmp_path, api):
    folder = tmp_path / "config"
    folder.mkdir()
    base = {name: value for name, value in os.environ.items() if not name.startswith("KHABARDAR_")}
    return {
        **base,
        "KHABARDAR_CONFIG": str(folder),
        "KHABARDAR_DB": str(tmp_path / "k.db"),
        "KHABARDAR_TELEGRAM_TOKEN": api.token,
        "KHABARDAR_TELEGRAM_API": api.url,
        "KHABARDAR_ADMINS": "7",
        "KHABARDAR_ADMIN_CHAT": "7",
        "KHABARDAR_WEB_PORT": str(free_port()),
        "KHABARDAR_PUSH_TOKEN": TOKEN,
        "KHABARDAR_FETCH_ALLOW": "127.0.0.1/32",
        "KHABARDAR_POLL_FLOOR": "1",
        "PYTHONPATH": str(Path.cwd()),
    }


@pytest.fixture
async def feed():
    """An outlet whose feed holds what is put into `items`."""
    items = []

    async def answer(_):
        entries = "".join(
            f"<item><title>{title}</title><link>{link}</link><guid>{link}</guid><description>{text}</description>"
            f"<pubDate>{format_datetime(datetime.now(UTC))}</pubDate></item>"
            for title, link, text in items
        )
        return web.Response(
            content_type="application/rss+xml",
            text=f"<rss version='2.0'><channel><title>Coast Daily</title>{entries}</channel></rss>",
        )

    async def page(_):
        return web.Response(status=404)

    app = web.Application()
    app.router.add_get("/feed.xml", answer)
    app.router.add_get("/{path:.*}", page)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    items_and_url = items, f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield items_and_url
    await runner.cleanup()


async def push(port, **article):
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"http://127.0.0.1:{port}/articles", json=article, headers=headers) as answer,
    ):
        return answer.status, await answer.json()


async def test_a_person_follows_a_word_and_is_told_of_a_feeds_article(environment, api, feed):
    items, url = feed
    # A start survives bad answers.
    api.faults.add(Rule(Fault.BAD_GATEWAY, method="getMe"))
    api.faults.add(Rule(Fault.RESET_AFTER, method="deleteWebhook"))
    api.faults.add(Rule(Fault.TIMEOUT_BEFORE, method="setMyCommands", times=None))  # nor is the end held up by this one
    bot = await Bot(environment).start()
    amina = api.person(7, "Amina", "en")
    await amina.write("/start")
    await api.wait_for(amina, "Khabardar", patience=60)
    await amina.write("/follow BLA")
    await api.wait_for(amina, "Following", patience=30)
    await amina.write(f"/addsource {url}/feed.xml")
    await api.wait_for(amina, "Coast Daily", patience=30)
    items.append((TITLE, f"{url}/news/quetta", TEXT))
    told = await api.wait_for(amina, TITLE, patience=60)
    assert f"{url}/news/quetta" in told.links
    code, log, seconds = await bot.end()
    assert code == 0, log
    assert seconds < 10
    assert api.token not in log


async def test_a_pushed_article_is_told_once_and_a_killed_bot_comes_back(environment, api):
    port = int(environment["KHABARDAR_WEB_PORT"])
    bot = await Bot(environment).start()
    amina = api.person(7, "Amina", "en")
    await amina.write("/follow BLA")
    await api.wait_for(amina, "Following", patience=60)
    article = {"url": "https://coast.example.org/quetta", "title": TITLE, "text": TEXT, "source": "coast.example.org"}
    status, answer = await push(port, **article)
    assert status == 202
    assert answer["articles"][0]["status"] == "stored"
    await api.wait_for(amina, TITLE, patience=30)
    await bot.end(signal.SIGKILL)
    bot = await Bot(environment).start()
    before = len(amina.chat.messages)
    await amina.write("/list")
    await api.until(lambda: len(amina.chat.messages) > before, 60)
    assert (await push(port, **article))[0] == 200
    second = Bot(environment)
    second.log = second.log.with_name("second.log")
    await second.start()
    code, log, _ = await second.end(0)
    assert code == 1
    assert "in use by another khabardar" in log
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/readyz") as ready:
        assert ready.status == 200, await ready.text()
    code, log, _ = await bot.end()
    assert code == 0, log
    # Killed between Telegram's acceptance and our note of it, the message may come once more, and says so.
    told = [message.text for message in amina.chat.messages if TITLE in message.text]
    assert len([text for text in told if "may be a repeat" not in text]) == 1
    assert len(told) <= 2


async def test_a_wrong_token_ends_with_a_sentence_and_without_the_token(environment):
    wrong = "123456789:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    bot = await Bot({**environment, "KHABARDAR_TELEGRAM_TOKEN": wrong}).start()
    code, log, _ = await bot.end(0)
    assert code == 1
    assert "check KHABARDAR_TELEGRAM_TOKEN" in log
    assert wrong not in log


async def test_no_token_is_wrong_use(environment):
    bot = await Bot({**environment, "KHABARDAR_TELEGRAM_TOKEN": ""}).start()
    code, log, _ = await bot.end(0)
    assert code == 2
    assert "KHABARDAR_TELEGRAM_TOKEN" in log
    assert "khabardar rehearse" in log
