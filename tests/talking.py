"""A whole conversation for tests: people, the stand-in for Telegram, the real library, inbox, outbox, matcher and digester.

    async with room(tmp_path) as talk:
        amina = talk.api.person(7, "Amina", "en")
        answer = await talk.say(amina, "/follow TTP")

`screen(name, message)` compares what a person sees with tests/screens/NAME.txt; UPDATE_SCREENS=1 writes the files anew.
"""

import asyncio
import contextlib
import os
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from bot.db import Db
from bot.delivery import Connection, Pace, Pacer, Sender, Spacing, Timeouts
from bot.digester import Desk as DigestDesk
from bot.digester import Digester
from bot.rehearsal import BotApi, render
from bot.telegram.application import Talk, build
from bot.telegram.inbox import Inbox
from bot.telegram.inbox import Limits as InboxLimits
from bot.telegram.services import Services
from bot.toolbox import LiveMatching
from config.values import Access
from digests import gazetteer
from digests.intake import Tools, commit, prepare
from digests.matching import Entity, EntityKind, Lexicon
from digests.model import Media, RawArticle, Source, SourceKind
from digests.publishers import Catalogue
from digests.store import ledger
from digests.store.dues import SETTLING
from digests.stories import Desk
from digests.stories.facts import Names

SCREENS = Path(__file__).parent / "screens"
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
OWNER = 1
SENDING = {"sendMessage", "editMessageText", "sendDocument", "answerCallbackQuery", "answerInlineQuery"}

ENTITIES = (
    Entity(
        "Tehrik-i-Taliban Pakistan", EntityKind.ARMED_GROUP,
        ("Tehrik-i-Taliban Pakistan", "TTP", "Pakistani Taliban", "تحریک طالبان پاکستان"), country="PK",
        not_plural=frozenset({"TTP"}),
    ),
    Entity("Balochistan Liberation Army", EntityKind.ARMED_GROUP, ("Balochistan Liberation Army", "BLA"), country="PK"),
)  # fmt: skip
SOURCES = (
    Source("harbour-wire", "Harbour Wire", "Harbour Group", "PK", "en", SourceKind.WIRE, ("wire.example.org",)),
    Source("valley-post", "Valley Post", "Valley Post", "PK", "en", SourceKind.INDEPENDENT, ("valley.example.net",)),
)
BOMBING = (
    "Suicide bombing kills 12 outside Islamabad court",
    (
        "ISLAMABAD: A suicide bomber killed 12 people and injured 27 outside a district court in Islamabad on Monday, police "
        "said. The Tehrik-i-Taliban Pakistan claimed responsibility for the attack in a statement. Rescue workers took the "
        "injured to two hospitals in the capital, where doctors said several were in a serious condition."
    ),
)
MORE = (
    "Toll of Islamabad court bombing rises to 15",
    (
        "ISLAMABAD: The death toll of Monday's suicide bombing outside a district court in Islamabad rose to 15 as three of "
        "the injured died in hospital, police said. The Tehrik-i-Taliban Pakistan has claimed responsibility for the attack "
        "on the court. At least 27 people were injured."
    ),
)
CLASH = (
    "Two soldiers killed in clash in Bannu",
    (
        "BANNU: Two soldiers were killed when TTP fighters attacked a check post in Bannu district on Monday night, the "
        "military said. Troops returned fire and searched the area until the morning."
    ),
)
FLOOD = (
    "Quetta markets reopen after floods",
    (
        "QUETTA: Markets in Quetta reopened on Monday after a week of floods that had cut the city off from the highway. "
        "Traders said that they had lost most of their goods to the water."
    ),
)


@dataclass
class Clock:
    """A clock that moves when it is told."""

    at: datetime = START

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **step: float) -> None:
        self.at += timedelta(**step)


class Nobody:
    """Nothing outside can be reached in this conversation, and nobody looks after the installation."""

    def __getattr__(self, name):
        raise AssertionError(f"nobody should have asked for {name}")


@cache
def places():
    return gazetteer.load()


class Learned:
    """The lexicon with the names that admins added, as the running bot keeps it."""

    def __init__(self, db, matching, lexicon):
        self.db, self.matching, self.files, self.lexicon = db, matching, lexicon, lexicon
        self.reading = []

    def relearn(self):
        self.reading.append(asyncio.ensure_future(self.db.read(self._learn)))

    def _learn(self, store):
        changes = ledger.entity_names(store)
        self.lexicon = self.files.changed(
            added=[(each.entity, each.name) for each in changes if each.added],
            removed=[(each.entity, each.name) for each in changes if not each.added],
        )
        self.matching.relearn(self.lexicon)


@dataclass
class Room:
    """Everything of one conversation."""

    api: BotApi
    db: Db
    desk: Services
    talk: Talk
    sender: Sender
    inbox: Inbox
    digester: Digester
    clock: Clock
    matching: LiveMatching
    stories: Desk
    tools: Tools
    learned: Learned

    async def say(self, person, text, chat=None, **how):
        """Say something and wait until all of it is worked and sent; the bot's newest message there, or None."""
        place = person.chat if chat is None else chat
        return await self._after(place, person.say(chat, text, **how))

    async def press(self, person, message, label=None, *, data=None, chat=None):
        """Tap a button; the bot's newest message there."""
        place = person.chat if chat is None else chat
        return await self._after(place, person.press(message, label, data=data))

    async def _after(self, place, doing):
        before = len(place.messages)
        await doing
        await self.settle()
        return place.messages[-1] if len(place.messages) > before else None

    async def settle(self):
        """Until every update is worked and every message is sent."""
        async with asyncio.timeout(10):
            await self.api.updates.settled.wait()
        assert await self.inbox.drain(10), "updates are still being worked"
        await asyncio.gather(*self.learned.reading)
        assert await self.sender.drain(10), "messages are still waiting"

    async def publish(self, story, url, *, ago=0.0):
        """An article goes down the whole road."""
        title, body = story
        seen = self.clock() - timedelta(hours=ago)
        raw = RawArticle(body, Media.TEXT, seen, url=url, title=title, published=seen)
        ready = prepare(raw, self.tools)
        ready = replace(ready, article=replace(ready.article, seen=seen))
        return await self.db.write(commit, ready, self.stories, self.tools, self.clock())

    async def digests(self):
        """Everybody who is due gets their digest, as soon as the news has settled."""
        self.clock.at += SETTLING
        await self.digester.sweep()
        assert await self.sender.drain(10)

    async def rows(self, sql, **values):
        return await self.db.read(lambda store: store.rows(sql, values))

    async def allow(self, user_id, role=ledger.Role.READER):
        await self.db.write(ledger.set_role, user_id, role, self.clock())


@contextlib.asynccontextmanager
async def room(
    tmp_path, *, access=Access.OPEN, admin_chat=None, outside=None, operations=None, opml=None, editor=None,
    entities=ENTITIES, **more,
):  # fmt: skip
    """The rooms of a bot that knows nobody yet. User 1 is its owner."""
    clock = Clock()
    stop = asyncio.Event()
    async with BotApi(now=clock, **more) as api:
        db = await Db(tmp_path / "k.db").open()
        lexicon = Lexicon(entities)
        matching = LiveMatching(lexicon, places())
        learned = Learned(db, matching, lexicon)
        async with Connection(api.token, api.url, Timeouts(connect=5, read=5, pool=5)) as line:
            sender = Sender(db, line, now=clock, boot_id="b", pacer=Pacer(Spacing(0, 0, 0)), pace=Pace(1000.0))
            digester = Digester(db, now=clock, wake_sender=sender.wake)
            desk = Services(
                db=db, username="khabardar_rehearsal_bot", admins=(OWNER,),
                admin_chat=admin_chat, access=access, default_zone="UTC", now=clock, wake=sender.wake,
                wake_digester=digester.wake, lexicon=lambda: learned.lexicon, relearn=learned.relearn, matcher=matching,
                digests=DigestDesk(), outside=outside or Nobody(), operations=operations or Nobody(),
                opml=opml or Nobody(), editor=editor, gazetteer=places(), version="1.2.3", probe_seconds=5.0,
            )  # fmt: skip
            talk = build(desk, line.bot)
            await talk.start()
            apologies = []

            def failed(failure):
                apologies.append(asyncio.ensure_future(talk.give_up(failure.update.body)))

            limits = InboxLimits(retry_delay=0.01)
            inbox = Inbox(db, talk.handle, now=clock, limits=limits, on_failed=failed)
            tasks = [
                asyncio.create_task(work)
                for work in (
                    sender.run(stop),
                    inbox.work(stop),
                    inbox.poll(line.updates, stop),
                )
            ]
            tools = Tools(Catalogue(SOURCES), matching, Names(gazetteer=places(), entities=lexicon.entities))
            try:
                yield Room(api, db, desk, talk, sender, inbox, digester, clock, matching, Desk(), tools, learned)
                assert not api.unanswered, "a pressed button was never answered"
                # An edit that changes nothing is refused too; to the sender, and to us, that is success.
                refused = [
                    call
                    for call in api.calls
                    if call.method in SENDING and call.status == 400 and "is not modified" not in str(call.answer)
                ]
                assert not refused, f"Telegram refused: {refused[0]}"
            finally:
                stop.set()
                await asyncio.gather(*tasks, return_exceptions=True)
                await talk.stop()
                await db.close()


def screen(name, message):
    """What a person sees must be what the file says."""
    assert message is not None, "the bot said nothing"
    shown = render(message) + "\n"
    path = SCREENS / f"{name}.txt"
    if os.environ.get("UPDATE_SCREENS"):
        path.write_text(shown, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == shown
