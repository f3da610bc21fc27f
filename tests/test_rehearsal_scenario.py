"""The rehearsal plays a whole subscription against any bot that speaks Telegram."""

import asyncio
import io
import os
import re

import aiohttp
import feedparser
import pytest
import telegram
from rich.console import Console
from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.rehearsal.newsroom import Newsroom, pieces
from bot.rehearsal.scenario import Patience, RehearsalEnv, rehearse


class SmallBot:
    """A bot just big enough for the script: it reads the feeds when asked and tells what it has not told."""

    def __init__(self, env: RehearsalEnv, *, broken_markup: bool = False, deaf: bool = False) -> None:
        self.env = env
        self.told: set[str] = set()
        self.broken_markup = broken_markup
        self.deaf = deaf

    async def run(self) -> None:
        env = self.env
        offset = 0
        async with telegram.Bot(env.telegram_token, base_url=f"{env.telegram_api}/bot") as bot:
            while True:
                for update in await bot.get_updates(offset=offset, timeout=20):
                    offset = update.update_id + 1
                    await self.answer(bot, update)

    async def answer(self, bot: telegram.Bot, update: telegram.Update) -> None:
        if update.callback_query:
            if not self.deaf:
                await update.callback_query.answer("because")
            return
        chat, text = update.message.chat_id, update.message.text
        if text == "/start":
            await bot.send_message(chat, "<b>Welcome</b>" if not self.broken_markup else "<b>oops", parse_mode="HTML")
        elif text.startswith("/follow"):
            await bot.send_message(chat, "Following")
            if "Durand" in text:
                await self.digest(bot, chat)
        elif text == "/digest":
            await self.digest(bot, chat)

    async def digest(self, bot: telegram.Bot, chat: int) -> None:
        new = []
        async with aiohttp.ClientSession() as session:
            for source in self.env.sources:
                async with session.get(source.feeds[0]) as response:
                    parsed = feedparser.parse(await response.read())
                for entry in parsed.entries:
                    async with session.get(entry.link) as page:
                        assert page.status == 200
                    if entry.link not in self.told:
                        new.append(f'<a href="{entry.link}">{entry.title}</a>')
                        self.told.add(entry.link)
        markup = InlineKeyboardMarkup([[InlineKeyboardButton("Why?", callback_data="why")]])
        await bot.send_message(chat, "\n".join(new) or "Nothing new", parse_mode="HTML", reply_markup=markup)


def screen() -> Console:
    return Console(file=io.StringIO(), width=100)


async def played(console: Console, **kind) -> int:
    patience = Patience(step=2, unasked=0.5, quiet=0.1)
    return await rehearse(
        lambda env: SmallBot(env, **kind).run(), console=console, interactive=False, patience=patience
    )


async def polling(env: RehearsalEnv) -> None:
    """A small bot that tells of news by itself, as the real one does."""
    bot = SmallBot(env)
    watch = asyncio.create_task(publish_watch(bot, env))
    try:
        await bot.run()
    finally:
        watch.cancel()


async def publish_watch(bot: SmallBot, env: RehearsalEnv) -> None:
    """Poll as the real bot does, so that the update comes without being asked for."""
    async with telegram.Bot(env.telegram_token, base_url=f"{env.telegram_api}/bot") as sender:
        while True:
            await asyncio.sleep(0.2)
            async with aiohttp.ClientSession() as session, session.get(env.sources[0].feeds[0]) as response:
                links = re.findall(r"<link>([^<]*/news/[^<]*)</link>", await response.text())
            if bot.told and set(links) - bot.told:
                await bot.digest(sender, env.admins[0])


async def test_the_script_is_played_to_its_end_and_drawn():
    console = screen()
    code = await rehearse(polling, console=console, interactive=False, patience=Patience(typed=0.2, quiet=0.1))
    shown = console.file.getvalue()
    assert code == 0, shown
    assert "Welcome" in shown
    assert "/follow TTP" in shown
    assert "[Why?]" in shown
    assert "because" in shown
    assert "toll rises to nine" in shown
    assert "0 refused calls" in shown


async def test_a_refused_call_is_shown_and_fails_the_rehearsal():
    console = screen()
    assert await played(console, broken_markup=True) == 1
    shown = " ".join(console.file.getvalue().split())
    assert "parse entities" in shown


async def test_a_bot_that_dies_ends_the_rehearsal_with_one_line():
    async def dies(_: RehearsalEnv) -> None:
        raise RuntimeError("no such table: chats")

    console = screen()
    assert await rehearse(dies, console=console, interactive=False) == 1
    assert "no such table: chats" in " ".join(console.file.getvalue().split())


@pytest.mark.parametrize("kind", ["pipe", "file"])
async def test_typed_lines_reach_the_bot_after_the_script(kind, tmp_path):
    typed = b"/digest\npress Why?\npress Nothing\n\nquit\n/start\n"
    if kind == "file":
        path = tmp_path / "typed.txt"
        path.write_bytes(typed)
        stream = path.open()
    else:
        reading, writing = os.pipe()
        os.write(writing, typed)
        os.close(writing)
        stream = os.fdopen(reading)
    console = screen()
    with stream:
        code = await rehearse(
            polling, console=console, interactive=True, stream=stream, patience=Patience(typed=0.2, quiet=0.1)
        )
    shown = console.file.getvalue()
    assert code == 0, shown
    assert shown.count("because") == 2
    assert "no message has a button 'Nothing'" in shown
    assert shown.count("/start") == 1


async def test_a_button_that_is_never_answered_fails_the_rehearsal():
    console = screen()
    assert await played(console, deaf=True) == 1
    assert "never" in console.file.getvalue()


async def test_newsroom_holds_back_the_update_until_it_is_published():
    async with Newsroom() as newsroom, aiohttp.ClientSession() as session:
        feed = next(source.feeds[0] for source in newsroom.sources if source.id == "indus-ledger")
        async with session.get(feed) as response:
            tag, before = response.headers["ETag"], feedparser.parse(await response.read())
        async with session.get(feed, headers={"If-None-Match": tag}) as response:
            assert response.status == 304
        assert len(newsroom.publish()) == 2
        async with session.get(feed, headers={"If-None-Match": tag}) as response:
            after = feedparser.parse(await response.read())
        assert len(after.entries) == len(before.entries) + 1
        assert "nine" in after.entries[0].title
        async with session.get(after.entries[0].link) as response:
            page = await response.text()
        assert "<h1>Bannu checkpost bombing: toll rises to nine" in page
        assert "Most read" in page


def test_the_invented_news_has_what_a_rehearsal_needs():
    found = pieces()
    first = [piece for piece in found if not piece.later]
    assert len(first) >= 12
    assert len({piece.event for piece in first}) >= 5
    assert len({piece.outlet.id for piece in found}) == 4
    assert all(piece.outlet.domain.endswith((".example.org", ".example.net")) for piece in found)
    bodies = [piece.paragraphs for piece in found]
    assert any(bodies.count(body) == 2 for body in bodies), "a copy of the wire"
    assert {piece.outlet.language for piece in found} == {"en", "ur"}
    assert any("TTPs" in piece.title for piece in found)
