"""Whatever is said or tapped: answered, nothing refused by Telegram, nothing failed."""

import random
import string

from bot.outside import Lists
from bot.telegram.commands import ACTIONS, COMMANDS
from digests.errors import FetchError
from tests.talking import BOMBING, CLASH, OWNER, room

NASTY = [
    "", " ", "<b>", "&nbsp;", "</code>", "@someone", "/start", "#x", "\u202eabc", "٣", "-1", "0", "99999999999999999999", "1e9",
    "TTP", "TTP AND", "NOT", '"', "((((", "=", "= =", "a = b", "new = ,", "new [x] y = z", "zone", "zone \u0000", "quiet", "quiet 1-2",
    "daily", "daily 99", "weekly", "every", "every 0", "urgent", "urgent x", "on", "off", "opml", "json", "http://", "https://a.example.org/x",
    "javascript:alert(1)", "@channel", "@nowhere TTP", "-1001234567890 x", "7d", "story", "source x", "keyword", "🇵🇰" * 40, "کابل", "काबुल",
    "x" * 3000, "a b c d", "1 2", "1 999", "s" * 64, "%00", "\\", "`", "{n}", "{0}", "\n\n", "'; DROP TABLE chats; --",
]  # fmt: skip


class Unreachable:
    """A world in which no address answers."""

    async def find_feeds(self, url):
        raise FetchError(f"{url}: nobody answers")

    async def read_url(self, url):
        raise FetchError(f"{url}: nobody answers")

    async def check_source(self, source_id):
        raise FetchError(f"{source_id}: nobody answers")


QUIET_COMMANDS = {"stats", "health", "backup", "reload", "maintenance", "import"}  # told in test_conversation_admin.py


async def test_wild_commands_are_answered(tmp_path):
    wild = random.Random(20260302)
    async with room(tmp_path, outside=Unreachable(), opml=Lists()) as talk:
        people = [talk.api.person(7, "Amina"), talk.api.person(OWNER, "Owner"), talk.api.person(8, "بلال", "ur")]
        await talk.publish(BOMBING, "https://wire.example.org/1", ago=2)
        for person in people:
            await talk.say(person, "/follow TTP")
        talk.clock.forward(minutes=5)
        await talk.publish(CLASH, "https://valley.example.net/2")
        await talk.digests()
        for name in sorted(set(COMMANDS) - QUIET_COMMANDS):
            for _ in range(3):
                said = f"/{name} {wild.choice(NASTY)}"[:4096]
                answer = await talk.say(wild.choice(people), said)
                assert answer is not None, said
        for _ in range(30):
            words = "".join(wild.choice(NASTY)[:200] for _ in range(wild.randint(1, 3))) or "x"
            await talk.say(wild.choice(people), f".{words}"[:4096])
        failed = await talk.rows("SELECT body, error FROM inbox WHERE state <> 'done'")
        assert failed == []


async def test_wild_buttons_are_answered(tmp_path):
    wild = random.Random(20260303)
    letters = string.ascii_letters + string.digits + "_.,+=-"
    async with room(tmp_path, outside=Unreachable(), opml=Lists()) as talk:
        people = [talk.api.person(7, "Amina"), talk.api.person(OWNER, "Owner")]
        for person in people:
            await talk.say(person, "/follow TTP")
        talk.clock.forward(minutes=5)
        await talk.publish(BOMBING, "https://wire.example.org/1")
        await talk.digests()
        menus = {person.id: await talk.say(person, "/list") for person in people}
        for action in sorted(set(ACTIONS) - QUIET_COMMANDS - {"maintain", "forgetyes", "castgo"}):
            for number in range(3):
                person = wild.choice(people)
                key = wild.choice(
                    ["", "1", "2", "0", "-5", "99999999", "1-7d", "1-chat", "daily-2500", "instant", "+", ".", "en"]
                )
                if number == 2:
                    key = "".join(wild.choice(letters) for _ in range(wild.randint(0, 20)))
                await talk.press(
                    person, menus[person.id], data=f"v1:{action}:{key}:{wild.choice([0, 0, 1, 2, 99])}"[:64]
                )
        assert await talk.rows("SELECT body, error FROM inbox WHERE state <> 'done'") == []
