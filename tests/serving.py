"""The road from an article to the outbox, without Telegram: real store, matcher, stories and digester, a clock that is told.

async with house(tmp_path) as home:
    await home.follow(AMINA, "TTP")
    await home.publish(court(12), "wire")
    (message,) = await home.told()
"""

import contextlib
import json
from dataclasses import dataclass, field, replace

from bot.db import Db
from bot.digester import Desk as DigestDesk
from bot.digester import Digester
from bot.telegram.markup import Html
from bot.toolbox import LiveMatching
from digests.intake import Tools, commit, prepare
from digests.matching import Lexicon, parse
from digests.model import Destination, Media, RawArticle, Source, SourceKind, Strictness
from digests.publishers import Catalogue
from digests.store import chats, outbox, sources, subscriptions
from digests.store import stories as story_store
from digests.store.chats import ChatKind
from digests.store.dues import PATIENCE, SETTLING
from digests.stories import Desk
from digests.stories.facts import Names
from tests.talking import CLASH, ENTITIES, FLOOD, Clock, places

__all__ = ["AMINA", "BASHIR", "CLASH", "FLOOD", "PATIENCE", "SETTLING", "court", "house"]

AMINA, BASHIR = Destination(7), Destination(8)
OUTLETS = {
    name: Source(
        name, title, owner, "PK", "en", SourceKind.INDEPENDENT, (f"{name}.example.org",), (f"https://{name}.example.org/f",)
    )
    for name, title, owner in (
        ("wire", "Harbour Wire", "Harbour Group"), ("post", "Valley Post", "Valley Post"), ("coast", "Coast Daily", "Coast"),
    )
}  # fmt: skip


def court(killed, injured=27, *, later=False):
    """A suicide bombing in Islamabad as its first report, or as a later one that says how the toll rose."""
    if later:
        return (
            f"Toll of Islamabad court bombing rises to {killed}",
            (
                f"ISLAMABAD: The death toll of Monday's suicide bombing outside a district court in Islamabad rose to {killed} "
                "as some of the injured died in hospital, police said. The Tehrik-i-Taliban Pakistan has claimed responsibility "
                f"for the attack on the court. At least {injured} people were injured."
            ),
        )
    return (
        f"Suicide bombing kills {killed} outside Islamabad court",
        (
            f"ISLAMABAD: A suicide bomber killed {killed} people and injured {injured} outside a district court in Islamabad on "
            "Monday, police said. The Tehrik-i-Taliban Pakistan claimed responsibility for the attack in a statement. Rescue "
            "workers took the injured to two hospitals in the capital, where doctors said several were in a serious condition."
        ),
    )


@dataclass(frozen=True)
class Message:
    """One row of the outbox as a test looks at it."""

    id: int
    key: str
    chat_id: int
    method: str
    payload: dict
    priority: int
    digest_id: int | None
    state: str

    @property
    def text(self):
        return Html(self.payload["text"]).plain


@dataclass
class House:
    """Everything between an article and its messages."""

    db: Db
    clock: Clock
    matching: LiveMatching
    tools: Tools
    desk: Desk
    digester: Digester
    published: int = 0
    seen: set[int] = field(default_factory=set)

    async def follow(self, where, typed, *, cadence=None, strictness=Strictness.NORMAL, **settings):
        """Follow a query; `settings` are the chat's."""
        query = parse(typed)

        def work(store):
            chat = chats.ensure_chat(store, where, ChatKind.PRIVATE, "Reader", self.clock())
            if settings:
                chats.save_settings(store, replace(chat, **settings))
            made = subscriptions.follow(
                store, where, query.canonical, strictness, typed=typed, by=None, now=self.clock()
            ).subscription
            if cadence is not None:
                subscriptions.save_subscription(store, replace(made, cadence=cadence))
            return made

        made = await self.db.write(work)
        self.matching.add(made.query.id, query, strictness)
        return made

    async def change(self, subscription, **what):
        await self.db.write(subscriptions.save_subscription, replace(subscription, **what))

    async def publish(self, story, outlet="wire", *, archive=False, language=None):
        """An article goes down the road now; its story."""
        self.published += 1
        title, body = story
        url = f"https://{outlet}.example.org/{self.published}"
        now = self.clock()
        raw = RawArticle(body, Media.TEXT, now, url=url, title=title, published=now, source=outlet, language=language)
        ready = prepare(raw, self.tools)
        outcome = await self.db.write(commit, ready, self.desk, self.tools, now, archive=archive)
        return outcome.story

    async def told(self, *, after=SETTLING, send=True):
        """What the digester writes for everybody who is due a moment from now; sent, unless told otherwise."""
        self.clock.at += after
        await self.digester.sweep()
        fresh = [message for message in await self.outbox() if message.id not in self.seen]
        self.seen |= {message.id for message in fresh}
        if send:
            for message in fresh:
                await self.sent(message)
        return fresh

    async def ask(self, where):
        """/digest."""
        self.published += 1
        found = await self.db.write(DigestDesk().compose_now, where, where, self.clock(), self.published)
        self.seen |= {message.id for message in await self.outbox()}
        return found

    async def outbox(self):
        rows = await self.rows("SELECT * FROM deliveries ORDER BY id")
        return [
            Message(
                row["id"], row["key"], row["chat_id"], row["method"], json.loads(row["payload"]), row["priority"],
                row["digest_id"], row["state"],
            )
            for row in rows
        ]  # fmt: skip

    async def sent(self, message):
        def work(store):
            claimed = outbox.claim(store, message.id, message.chat_id, "b", self.clock())
            assert claimed is not None
            outbox.settle_sent(store, claimed.id, claimed.target or 1000 + claimed.id, self.clock())

        await self.db.write(work)

    async def rows(self, sql, **values):
        return await self.db.read(lambda store: store.rows(sql, values))

    async def at(self, when):
        """Let the time come, and see what is told then."""
        assert when >= self.clock()
        self.clock.at = when
        return await self.told(after=SETTLING * 0)

    async def story(self, story_id):
        return await self.db.read(story_store.story, story_id)


@contextlib.asynccontextmanager
async def house(tmp_path, clock=None):
    clock = clock or Clock()
    db = await Db(tmp_path / "k.db").open()
    try:
        await db.write(sources.sync_sources, OUTLETS.values(), clock())
        lexicon = Lexicon(ENTITIES)
        matching = LiveMatching(lexicon, places())
        tools = Tools(
            Catalogue(tuple(OUTLETS.values())), matching, Names(gazetteer=places(), entities=lexicon.entities)
        )
        digester = Digester(db, now=clock, wake_sender=lambda: None)
        yield House(db, clock, matching, tools, Desk(), digester)
    finally:
        await db.close()
