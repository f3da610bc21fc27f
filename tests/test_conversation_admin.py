"""What admins say: sources, people, broadcasts, names, articles, operations."""

import contextlib
import json
import random
from dataclasses import replace

from aiohttp import web

from bot.editing import Editor
from bot.intake import LiveIntake
from bot.operations import Steward
from bot.outside import Internet, Lists
from bot.sources.check import Checker, Rules
from bot.sources.fetch import Fetcher, FetchOptions
from bot.sources.guard import Guard
from bot.sources.poller import Poller
from bot.sources.workers import Workers
from bot.telegram.broadcasts import Broadcasts
from bot.telegram.commands import COMMANDS
from bot.telegram.menu import show_commands
from config.settings import load
from config.values import Access, read_network
from digests.matching.lexicon import Entity, EntityKind
from digests.model import Media, RawArticle
from digests.store import sources
from tests.talking import BOMBING, ENTITIES, MORE, OWNER, SOURCES, Clock, room, screen

ADMINS = -1003
FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>Hill Courier</title><link>{base}/</link>
<item><title>Bridge opens in Gilgit</title><link>{base}/bridge</link><guid>1</guid></item></channel></rss>"""
HOME = """<html><head><title>Hill Courier</title>
<link rel="alternate" type="application/rss+xml" title="Hill Courier" href="/feed.xml"></head><body>News</body></html>"""
PAGE = "<html><head><title>{title}</title></head><body><article><h1>{title}</h1><p>{body}</p></article></body></html>"
OPML = b"""<?xml version="1.0"?><!DOCTYPE opml [<!ENTITY x SYSTEM "file:///etc/passwd">]><opml version="2.0"><body>
<outline text="News of &lt;b&gt;Quetta&lt;/b&gt;&lt;script&gt;alert(1)&lt;/script&gt;" type="rss" xmlUrl="https://news.example.org/rss"/>
<outline text="Bad" type="rss" xmlUrl="javascript:alert(1)"/></body></opml>"""


@contextlib.asynccontextmanager
async def outlet(*, has_feed=True):
    """A publisher's site on loopback."""
    app = web.Application()

    async def home(_):
        return web.Response(text=HOME, content_type="text/html")

    async def feed(request):
        if not has_feed:
            raise web.HTTPNotFound
        base = f"http://{request.host}"
        return web.Response(text=FEED.format(base=base), content_type="application/rss+xml")

    async def story(_):
        return web.Response(text=PAGE.format(title=BOMBING[0], body=BOMBING[1]), content_type="text/html")

    async def bare(_):
        return web.Response(text="<html><body>Nothing here</body></html>", content_type="text/html")

    app.add_routes([web.get("/", home), web.get("/feed.xml", feed), web.get("/story", story), web.get("/bare", bare)])
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@contextlib.asynccontextmanager
async def connected(talk):
    """The conversation with its real way out: fetcher, workers, intake, poller."""
    async with (
        Workers() as workers,
        Fetcher(Guard((read_network("127.0.0.1/32"),)), FetchOptions("test"), talk.clock) as fetcher,
    ):
        intake = LiveIntake(talk.db, workers, lambda: talk.tools, now=talk.clock)
        checker = Checker(
            talk.db, fetcher, workers, intake, Rules(), now=talk.clock, random=random.Random(1), tell=lambda *_: None
        )
        talk.intake = intake
        poller = Poller(talk.db, checker, talk.clock)
        talk.way_out.inner = Internet(talk.db, fetcher, workers, intake, poller, talk.clock)
        yield


class WayOut:
    """Stands where the way out will be, which needs the database that the room opens."""

    inner: Internet
    editor: Editor

    async def merge(self, *stories):
        return await self.editor.merge(*stories)

    async def split(self, *what):
        return await self.editor.split(*what)

    async def correct(self, *what):
        return await self.editor.correct(*what)

    def __getattr__(self, name):
        return getattr(self.inner, name)


async def test_only_admins_by_number_reach_admin_commands(tmp_path):
    async with room(tmp_path, admin_chat=ADMINS) as talk:
        owner, amina = talk.api.person(OWNER, "Owner"), talk.api.person(7, "Amina")
        admins = talk.api.group(ADMINS, "Admins", owner)
        elsewhere = talk.api.group(-1009, "Elsewhere", owner)
        await amina.join(admins)
        await talk.settle()
        for command in ("admin", "sources", "users", "broadcast x", "backup", "audit", "import", "alias a = b"):
            assert "Only admins of the bot" in (await talk.say(amina, f"/{command}", admins)).text
        screen("admin", await talk.say(owner, "/admin", admins))
        assert "Not here" in (await talk.say(owner, "/admin", elsewhere)).text


async def test_an_owner_appoints_an_admin_who_cannot_appoint_others(tmp_path):
    async with room(tmp_path) as talk:
        owner, amina, bilal = (talk.api.person(n, name) for n, name in ((OWNER, "Owner"), (7, "Amina"), (8, "Bilal")))
        await talk.say(amina, "/start")
        await talk.say(bilal, "/start")
        card = await talk.say(owner, "/user 7")
        screen("user", card)
        await talk.press(owner, card, "🛠 Make admin")
        assert "Khabardar" in (await talk.say(amina, "/admin")).text
        assert "Make admin" not in str((await talk.say(amina, "/user 8")).buttons)
        assert "Only owners" in (await talk.say(amina, "/access closed")).text
        assert "Owners are named in the settings" in (await talk.say(amina, f"/block {OWNER}")).text
        await talk.say(amina, "/block 8")
        assert "has blocked you" in (await talk.say(bilal, "/list")).text
        screen("users", await talk.say(owner, "/users"))
        assert "Whose?" in (await talk.say(owner, "/user abc")).text
        assert "I have not met" in (await talk.say(owner, "/user 4242")).text
        screen("audit", await talk.say(owner, "/audit"))


async def test_the_access_mode_is_changed_by_command_and_button(tmp_path):
    async with room(tmp_path) as talk:
        owner, amina = talk.api.person(OWNER, "Owner"), talk.api.person(7, "Amina")
        menu = await talk.say(owner, "/access closed")
        assert "This bot is private" in (await talk.say(amina, "/start")).text
        await talk.press(owner, menu, "open to everybody")
        assert "tells you when the news" in (await talk.say(amina, "/start")).text
        assert "Access is one of" in (await talk.say(owner, "/access maybe")).text


async def test_a_source_is_found_by_the_address_of_its_page(tmp_path):
    way_out = WayOut()
    async with outlet() as site, outlet(has_feed=False) as other, room(tmp_path, outside=way_out) as talk:
        talk.way_out = way_out
        owner = talk.api.person(OWNER, "Owner")
        async with connected(talk):
            added = await talk.say(owner, f"/addsource {site}/")
            assert "Hill Courier is read from now on (1 article in its feed)" in added.text
            rows = await talk.rows("SELECT url FROM feeds WHERE state = 'active'")
            assert [row["url"] for row in rows] == [f"{site}/feed.xml"]
            assert "is read already" in (await talk.say(owner, f"/addsource {site}/")).text
            assert "names no feed" in (await talk.say(owner, f"/addsource {other}/bare")).text
            assert "🔴" in (await talk.say(owner, f"/addsource {site}/missing")).text
            assert "is not an address" in (await talk.say(owner, "/addsource javascript:alert(1)")).text
            assert "Send the address" in (await talk.say(owner, "/addsource")).text
            card = await talk.say(owner, "/source Hill Courier")
            await talk.press(owner, card, "⏸ Pause")
            assert "Paused" in card.text
            await talk.press(owner, card, "▶️ Resume")
            await talk.press(owner, card, "🔄 Check now")
            await talk.press(owner, card, "🗑 Remove")
            assert "no longer read" in card.text
            assert (await talk.rows("SELECT state FROM sources"))[0]["state"] == "removed"
            await talk.press(owner, card, "↩️ Undo")
            assert (await talk.rows("SELECT state FROM sources"))[0]["state"] == "active"
            listed = await talk.say(owner, "/sources")
            assert "1 source" in listed.text
            assert "There is no source" in (await talk.say(owner, "/removesource Mars Daily")).text


async def test_links_and_forwarded_posts_are_read(tmp_path):
    way_out = WayOut()
    async with outlet() as site, room(tmp_path, outside=way_out) as talk:
        talk.way_out = way_out
        owner, amina = talk.api.person(OWNER, "Owner"), talk.api.person(7, "Amina")
        await talk.say(amina, "/follow TTP")
        async with connected(talk):
            read = await talk.say(owner, f"/ingest {site}/story")
            assert "Read: Suicide bombing kills 12" in read.text
            assert "1 followed query is true of it" in read.text
            assert "Known already" in (await talk.say(owner, f"/ingest {site}/story")).text
            assert "Known already" in (await talk.say(owner, f"{site}/story")).text
            await talk.digests()
            assert "Suicide bombing" in amina.chat.messages[-1].text
            channel = talk.api.channel(-1002, "Front Line", owner)
            post = await owner.post(channel, BOMBING[1].replace("Islamabad", "Peshawar").replace("12", "9"))
            await talk.settle()
            await owner.forward(post)
            await talk.settle()
            assert "Read: " in owner.chat.messages[-1].text
            assert len(await talk.rows("SELECT id FROM articles")) == 2
            assert "Send an address" in (await talk.say(owner, "/ingest")).text
            assert "🔴" in (await talk.say(owner, f"/ingest {site}/missing")).text


async def test_stories_are_taken_apart_and_joined_again(tmp_path):
    way_out = WayOut()
    async with room(tmp_path, outside=way_out, editor=way_out) as talk:
        talk.way_out = way_out
        owner, amina = talk.api.person(OWNER, "Owner"), talk.api.person(7, "Amina")
        await talk.say(amina, "/follow TTP")
        await talk.say(owner, "/follow TTP")
        talk.clock.forward(minutes=5)
        async with connected(talk):
            way_out.editor = Editor(talk.intake, talk.clock)
            for story in (BOMBING, MORE):
                await way_out.read_raw(
                    RawArticle(story[1], Media.TEXT, talk.clock(), title=story[0], published=talk.clock())
                )
                talk.clock.forward(minutes=30)
            digest = await talk.say(owner, "/digest")
            assert "1 new" in digest.text
            apart = await talk.say(owner, "/split 1 2")
            assert "Two stories now" in apart.text
            assert len(await talk.rows("SELECT id FROM stories")) == 2
            await talk.press(owner, apart, "↩️ Undo")
            assert "One story now, of 2 articles" in apart.text
            assert len({row["story_id"] for row in await talk.rows("SELECT story_id FROM story_articles")}) == 1
            assert "Which two?" in (await talk.say(owner, "/merge 1")).text
            assert "one story already" in (await talk.say(owner, "/merge 1 1")).text
            assert "there is no number 9" in (await talk.say(owner, "/split 1 9")).text
            assert "Only admins" in (await talk.say(amina, "/split 1 1")).text
            actions = [row["action"] for row in await talk.rows("SELECT action FROM audit ORDER BY id")]
            assert actions == ["split", "merge"]


async def test_a_correction_reaches_everybody_who_was_told_and_can_be_taken_back(tmp_path):
    way_out = WayOut()
    async with room(tmp_path, outside=way_out, editor=way_out) as talk:
        talk.way_out = way_out
        owner, amina = talk.api.person(OWNER, "Owner"), talk.api.person(7, "Amina")
        for person in (amina, owner):
            await talk.say(person, "/follow TTP")
        talk.clock.forward(minutes=5)
        async with connected(talk):
            way_out.editor = Editor(talk.intake, talk.clock)
            await way_out.read_raw(
                RawArticle(BOMBING[1], Media.TEXT, talk.clock(), title=BOMBING[0], published=talk.clock())
            )
            await talk.digests()
            assert "killed 12 · injured 27" in amina.chat.messages[-1].text
            talk.clock.forward(minutes=90)
            done = await talk.say(owner, "/correct 1 killed 10")
            screen("corrected", done)
            await talk.digests()
            told = amina.chat.messages[-1].text
            assert "CORRECTED" in told
            assert "killed 12 → 10 (corrected)" in told
            assert "so already" in (await talk.say(owner, "/correct 1 killed 10")).text
            await talk.press(owner, done, "↩️ Undo")
            assert "killed 10 → 12 (corrected)" in done.text
            await talk.say(owner, "/correct 1 claim nobody")
            await talk.digests()
            assert "claim Tehrik-i-Taliban Pakistan → – (corrected)" in amina.chat.messages[-1].text
            await talk.say(owner, "/correct 1 claim bla")
            await talk.say(owner, "/correct 1 injured none")
            story = await talk.say(owner, "/story 1")
            assert "claimed by Balochistan Liberation Army" in story.text
            assert "· injured" not in story.text
            for wrong in (
                "",
                "1",
                "1 killed",
                "1 killed many",
                "1 killed -3",
                "1 dead 3",
                "99 killed 3",
                "zz killed 3",
            ):
                assert await talk.say(owner, f"/correct {wrong}") is not None
            assert "Only admins" in (await talk.say(amina, "/correct 1 killed 3")).text
            actions = [row["action"] for row in await talk.rows("SELECT action FROM audit ORDER BY id")]
            assert actions == ["correct"] * 5


async def test_posts_of_a_channel_are_read_only_when_an_admin_said_so(tmp_path):
    way_out = WayOut()
    async with room(tmp_path, outside=way_out) as talk:
        talk.way_out = way_out
        owner = talk.api.person(OWNER, "Owner")
        channel = talk.api.channel(-1002, "Front Line", owner, username="frontline")
        async with connected(talk):
            await owner.post(channel, BOMBING[1])
            await talk.settle()
            assert await talk.rows("SELECT id FROM articles") == []
            assert "is read as articles from now on" in (await talk.say(owner, "/ingest @frontline")).text
            await owner.post(channel, BOMBING[1])
            await talk.settle()
            urls = [row["url"] for row in await talk.rows("SELECT url FROM articles")]
            assert len(urls) == 1
            assert urls[0].startswith("https://t.me/frontline/")


async def test_an_opml_file_is_shown_before_it_is_added_and_comes_out_again(tmp_path):
    async with room(tmp_path, opml=Lists()) as talk:
        owner = talk.api.person(OWNER, "Owner")
        await owner.send_document(None, "feeds.opml", OPML, mime="text/x-opml")
        await talk.settle()
        preview = owner.chat.messages[-1]
        screen("import", preview)
        assert await talk.rows("SELECT id FROM feeds") == []
        await talk.press(owner, preview, "✅ Add 1 feed")
        rows = await talk.rows("SELECT url FROM feeds")
        assert [row["url"] for row in rows] == ["https://news.example.org/rss"]
        out = await talk.say(owner, "/export opml")
        assert b"https://news.example.org/rss" in out.document.content
        listed = json.loads((await talk.say(owner, "/export json")).document.content)
        assert listed[0]["feeds"] == ["https://news.example.org/rss"]
        await owner.send_document(None, "feeds.opml", b"x" * 6_000_000)
        await talk.settle()
        assert "larger than 5 MB" in owner.chat.messages[-1].text
        await owner.send_document(None, "notes.txt", b"not a list of feeds")
        await talk.settle()
        assert owner.chat.messages[-1].text
        assert "Send me an OPML file" in (await talk.say(owner, "/import")).text


async def test_a_broadcast_is_previewed_confirmed_followed_and_ended(tmp_path):
    async with room(tmp_path) as talk:
        owner = talk.api.person(OWNER, "Owner")
        people = [talk.api.person(number, f"Reader {number}") for number in range(10, 16)]
        for each in people:
            await talk.say(each, "/start")
        await talk.say(owner, "/start")
        preview = await talk.say(
            owner, "/broadcast Maintenance at 20:00 <b>tonight</b>, see https://status.example.org/x"
        )
        screen("broadcast-preview", preview)
        assert all(len(each.chat.messages) == 1 for each in people)
        progress = await talk.press(owner, preview, "📣 Send to 7 chats")
        assert "0 of 7 arrived" in progress.text
        casting = Broadcasts(talk.desk)
        assert await casting.step()
        assert await talk.sender.drain(10)
        await casting.step()
        assert await talk.sender.drain(10)
        assert progress.text == "📣 Done: 7 arrived, 0 failed."
        for each in people:
            assert "Maintenance at 20:00 <b>tonight</b>" in each.chat.messages[-1].text
            assert "https://status.example.org/x" in each.chat.messages[-1].text
        again = await talk.press(owner, preview, "📣 Send to 7 chats")
        assert "has been sent" in again.text
        assert not await casting.step()


async def test_a_broadcast_can_be_dropped_or_stopped(tmp_path):
    async with room(tmp_path) as talk:
        owner, amina = talk.api.person(OWNER, "Owner"), talk.api.person(7, "Amina")
        await talk.say(amina, "/start")
        preview = await talk.say(owner, "/broadcast Hello")
        await talk.press(owner, preview, "Drop it")
        assert preview.text == "Dropped. Nothing was sent."
        preview = await talk.say(owner, "/broadcast Hello again")
        progress = await talk.press(owner, preview, "📣 Send to 1 chat")
        await talk.press(owner, progress, "⏹ Stop")
        assert "Stopped" in progress.text
        assert not await Broadcasts(talk.desk).step()
        assert len(amina.chat.messages) == 1
        assert "Say what" in (await talk.say(owner, "/broadcast")).text


async def test_names_are_added_and_taken_back(tmp_path):
    async with room(tmp_path) as talk:
        owner = talk.api.person(OWNER, "Owner")
        screen("entity", await talk.say(owner, "/entity TTP"))
        added = await talk.say(owner, "/alias TTP = Fitna al-Khawarij")
        screen("alias-added", added)
        rows = await talk.rows("SELECT entity, name, action FROM entity_names")
        assert [tuple(row.values()) for row in rows] == [(ENTITIES[0].name, "Fitna al-Khawarij", "add")]
        await talk.press(owner, added, "↩️ Undo")
        assert await talk.rows("SELECT entity FROM entity_names") == []
        assert (
            "is a name of Tehrik-i-Taliban Pakistan already"
            in (await talk.say(owner, "/alias TTP = Pakistani Taliban")).text
        )
        assert "Remove it there first" in (await talk.say(owner, "/alias BLA = TTP")).text
        assert "is not a name of" in (await talk.say(owner, "/alias remove BLA = Someone")).text
        assert "I know no entity" in (await talk.say(owner, "/alias Zzyzx = Something")).text
        assert "Add or remove a name" in (await talk.say(owner, "/alias")).text
        made = await talk.say(owner, "/entity new [armed group] Hill Front = HF, Front of the Hills")
        assert "with 3 names" in made.text
        assert "The kind in brackets" in (await talk.say(owner, "/entity new [club] Hill Club = HC")).text


async def test_an_entity_that_was_made_is_taken_back_with_all_its_names(tmp_path):
    async with room(tmp_path) as talk:
        owner = talk.api.person(OWNER, "Owner")
        made = await talk.say(owner, "/entity new [armed group] Hill Brigade = HB Front, حزب")
        assert "with 3 names" in made.text
        assert talk.learned.lexicon.resolve("HB Front") is not None
        await talk.press(owner, made, "↩️ Undo")
        assert await talk.rows("SELECT name FROM entity_names") == []
        assert talk.learned.lexicon.resolve("Hill Brigade") is None


async def test_a_new_name_counts_from_the_next_article_on(tmp_path):
    async with room(tmp_path) as talk:
        owner, amina = talk.api.person(OWNER, "Owner"), talk.api.person(7, "Amina")
        await talk.say(amina, "/follow TTP")
        talk.clock.forward(minutes=5)
        story = (BOMBING[0], BOMBING[1].replace("Tehrik-i-Taliban Pakistan", "Fitna al-Khawarij"))
        await talk.publish(story, "https://wire.example.org/1")
        assert "Nothing new" in (await talk.say(amina, "/digest")).text
        await talk.say(owner, "/alias TTP = Fitna al-Khawarij")
        other = (
            story[0].replace("Islamabad", "Quetta"),
            story[1].replace("Islamabad", "Quetta").replace("court", "market"),
        )
        await talk.publish(other, "https://valley.example.net/2")
        digest = await talk.say(amina, "/digest")
        assert "Fitna al-Khawarij" in digest.text
        made = await talk.say(owner, "/entity new [armed group] Hill Front = HFQ, Front of the Hills")
        assert "with 3 names" in made.text
        assert "Front of the Hills" in (await talk.say(owner, "/entity HFQ")).text


async def test_operations_answer_with_figures_and_signs_of_life(tmp_path):
    settings = load({"KHABARDAR_DB": str(tmp_path / "k.db")})
    done = []
    clock = Clock()

    class Later:
        def __getattr__(self, name):
            return getattr(self.steward, name)

    later = Later()
    async with room(tmp_path, operations=later) as talk:
        later.steward = Steward(talk.db, settings, clock, lambda: 0.0, lambda: "2 sources more", done.append)
        owner = talk.api.person(OWNER, "Owner")
        await talk.say(owner, "/follow TTP")
        await talk.publish(BOMBING, "https://wire.example.org/1")
        talk.clock.forward(seconds=1)
        stats = (await talk.say(owner, "/stats")).text
        assert "articles, 24 h: 1" in stats
        assert "matched articles, 24 h: 1" in stats
        assert "messages sent, 24 h: 1" in stats
        assert "waited before sending: half less than 0.0 s, the slowest 0 s" in stats
        assert "🩺" in (await talk.say(owner, "/health")).text
        assert "2 sources more" in (await talk.say(owner, "/reload")).text
        saved = await talk.say(owner, "/backup")
        assert "kB. It is on the machine" in saved.text
        assert [path.name for path in tmp_path.iterdir() if "20260302" in path.name]
        menu = await talk.say(owner, "/maintenance on")
        assert "nothing is fetched" in menu.text
        await talk.press(owner, menu, "▶️ End maintenance")
        assert done == [True, False]
        actions = {row["action"] for row in await talk.rows("SELECT action FROM audit")}
        assert actions == {"reload", "backup", "maintenance"}


async def test_telegrams_menu_of_commands_is_sent_when_it_changes_only(tmp_path):
    async with room(tmp_path) as talk:
        talk.api.person(OWNER, "Owner", started=True)
        bot = talk.talk.application.bot
        assert await show_commands(talk.desk, bot) == 8
        assert await show_commands(talk.desk, bot) == 0
        assert len(talk.api.calls_to("setMyCommands")) == 8
        private = next(
            call.arguments for call in talk.api.calls_to("setMyCommands") if "all_private_chats" in str(call.arguments)
        )
        assert "broadcast" not in str(private)
        assert "forgetme" in str(private)


async def test_the_help_of_an_admin_names_every_command(tmp_path):
    async with room(tmp_path) as talk:
        owner = talk.api.person(OWNER, "Owner")
        shown = (await talk.say(owner, "/help")).text
        listed = {name for name, command in COMMANDS.items() if command.is_listed}
        assert [name for name in listed - {"start", "help"} if f"/{name}" not in shown] == []


async def test_a_request_to_be_let_in_reaches_the_owners_when_there_is_no_admin_chat(tmp_path):
    async with room(tmp_path, access=Access.REQUEST) as talk:
        owner, amina = talk.api.person(OWNER, "Owner", started=True), talk.api.person(7, "Amina")
        await talk.say(amina, "/start")
        assert "Amina (7) would like to use the bot" in owner.chat.messages[-1].text
        await talk.press(owner, owner.chat.messages[-1], "✅ Let in")
        assert "You may use the bot now" in amina.chat.messages[-1].text


async def test_an_admin_who_starts_late_still_hears_who_asked_to_be_let_in(tmp_path):
    async with room(tmp_path, access=Access.REQUEST) as talk:
        owner, amina = talk.api.person(OWNER, "Owner"), talk.api.person(7, "Amina")
        await talk.say(amina, "/start")
        told = await talk.say(owner, "/start")
        assert "1 asking to be let in" in told.text
        await talk.press(owner, told, "👥 People")
        await talk.press(owner, told, "Amina")
        await talk.press(owner, told, "✅ Let in")
        assert "You may use the bot now" in amina.chat.messages[-1].text


async def test_an_entity_with_much_context_is_shown_on_one_screen(tmp_path):
    context = tuple(f"checkpost{n}" for n in range(900))
    names = ("Hill Front", "HFQ")
    wordy = Entity("Hill Front", EntityKind.ARMED_GROUP, names, ambiguous=frozenset({"HFQ"}), context=context)
    async with room(tmp_path, entities=(wordy,)) as talk:
        shown = await talk.say(talk.api.person(OWNER, "Owner"), "/entity Hill Front")
        assert "Counts only in context: HFQ" in shown.text
        assert len(shown.text) < 1000


async def test_sources_in_trouble_come_first(tmp_path):
    async with room(tmp_path) as talk:
        owner = talk.api.person(OWNER, "Owner")
        await talk.db.write(
            lambda store: sources.sync_sources(
                store, [_with_feed(source, f"https://{source.domains[0]}/rss") for source in SOURCES], talk.clock()
            )
        )
        screen("sources", await talk.say(owner, "/sources"))
        screen("source", await talk.say(owner, "/source valley-post"))


def _with_feed(source, url):
    return replace(source, feeds=(url,))
