"""Who is told what, and when: rhythms, quiet hours, urgency, changes, and nothing twice."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise

import pytest

from bot.db import Db
from bot.digester import Digester, serve
from bot.filing import scene_at
from digests.model import Priority, Severity
from digests.store import chats, digests, dues, outbox, subscriptions
from digests.store import stories as story_store
from digests.store.chats import Cadence, CadenceKind, MuteKind, Quiet
from tests.serving import AMINA, BASHIR, CLASH, FLOOD, PATIENCE, SETTLING, court, house
from tests.talking import Clock, room

DAILY = Cadence(CadenceKind.DAILY, at=time(8))
WEEKLY = Cadence(CadenceKind.WEEKLY, at=time(8), day=4)  # Friday
NIGHT = Quiet(time(22), time(7))


def day(number, hour=8, minute=0, month=3):
    return datetime(2026, month, number, hour, minute, tzinfo=UTC)


# --- At once ---------------------------------------------------------------------------------------------------------


async def test_an_instant_chat_hears_of_a_new_story_once(tmp_path):
    async with house(tmp_path) as home:
        await home.follow(AMINA, "TTP")
        await home.publish(court(12))
        (message,) = await home.told()
        assert "Suicide bombing kills 12" in message.text
        assert "Harbour Wire" in message.text
        assert await home.told() == []
        await home.publish(court(12), "post")
        assert await home.told() == []


async def test_who_follows_something_else_hears_nothing(tmp_path):
    async with house(tmp_path) as home:
        await home.follow(AMINA, "TTP")
        await home.follow(BASHIR, "Quetta")
        await home.publish(court(12))
        assert [message.chat_id for message in await home.told()] == [7]


async def test_two_reports_within_seconds_are_one_message(tmp_path):
    async with house(tmp_path) as home:
        await home.follow(AMINA, "TTP")
        await home.publish(court(12))
        home.clock.forward(seconds=1.5)
        await home.publish(court(20, later=True), "post")
        assert await home.told(after=timedelta(seconds=1)) == []
        (message,) = await home.told(after=timedelta(seconds=1))
        assert "killed 20" in message.text
        assert "2 independent publishers" in message.text
        assert "UPDATED" not in message.text


async def test_a_steady_stream_does_not_hold_the_first_news_back(tmp_path):
    async with house(tmp_path) as home:
        await home.follow(AMINA, "Islamabad")
        begun = home.clock()
        messages = []
        for killed in range(3, 20):
            await home.publish(court(killed), ("wire", "post", "coast")[killed % 3])
            messages = await home.told(after=timedelta(seconds=1))
            if messages:
                break
        assert begun + SETTLING < home.clock() <= begun + PATIENCE + timedelta(seconds=1)
        assert len(messages) == 1


async def test_articles_of_the_archive_never_come_as_new(tmp_path):
    async with house(tmp_path) as home:
        await home.follow(AMINA, "TTP")
        await home.publish(court(12), archive=True)
        assert await home.told() == []
        assert not await home.ask(AMINA)
        await home.publish(court(12), "post")
        (message,) = await home.told()
        assert "1 new" in message.text


async def test_asking_tells_what_is_new_and_marks_it_as_told(tmp_path):
    async with house(tmp_path) as home:
        await home.follow(AMINA, "TTP", cadence=DAILY, urgent=None)
        await home.publish(court(12))
        assert await home.told() == []
        assert len(await home.ask(AMINA)) == 1
        assert not await home.ask(AMINA)
        assert await home.at(day(3)) == []


# --- Changes ---------------------------------------------------------------------------------------------------------


async def test_a_small_change_soon_afterwards_edits_the_message_and_a_large_one_answers_it(tmp_path):
    async with house(tmp_path) as home:
        await home.follow(AMINA, "TTP")
        await home.publish(court(12))
        (first,) = await home.told()
        home.clock.forward(minutes=10)
        await home.publish(court(15, later=True), "post")
        (edit,) = await home.told()
        assert (edit.method, edit.payload["edit_delivery"]) == ("editMessageText", first.key)
        assert "killed 12 → 15 (Valley Post)" in edit.text
        home.clock.forward(minutes=10)
        await home.publish(court(40, later=True), "coast")
        (answer,) = await home.told()
        assert (answer.method, answer.payload["reply_to_delivery"]) == ("sendMessage", edit.key)
        assert "killed 15 → 40" in answer.text


async def test_small_changes_add_up_to_a_sounding_one(tmp_path):
    async with house(tmp_path) as home:
        await home.follow(AMINA, "TTP")
        await home.publish(court(12))
        await home.told()
        methods = []
        for killed in (15, 18):  # 18 is half more than the 12 that were last heard of
            home.clock.forward(minutes=10)
            await home.publish(court(killed, later=True), "post")
            methods += [message.method for message in await home.told()]
        assert methods == ["editMessageText", "sendMessage"]


async def test_an_update_after_an_hour_is_a_message_of_its_own(tmp_path):
    async with house(tmp_path) as home:
        await home.follow(AMINA, "TTP")
        await home.publish(court(12))
        (first,) = await home.told()
        home.clock.forward(hours=1)
        await home.publish(court(15, later=True), "post")
        (update,) = await home.told()
        assert (update.method, update.payload["reply_to_delivery"]) == ("sendMessage", first.key)


async def test_a_message_that_tells_other_stories_too_is_not_edited(tmp_path):
    async with house(tmp_path) as home:
        await home.follow(AMINA, "TTP")
        await home.publish(court(12))
        await home.publish(CLASH, "post")
        (both,) = await home.told()
        assert "2 new" in both.text
        home.clock.forward(minutes=10)
        await home.publish(court(15, later=True), "post")
        (update,) = await home.told()
        assert (update.method, update.payload["reply_to_delivery"]) == ("sendMessage", both.key)


async def test_a_change_reaches_who_was_told_even_if_the_new_article_matches_nothing(tmp_path):
    async with house(tmp_path) as home:
        await home.follow(AMINA, "ambulances")
        title, body = court(12)
        await home.publish((title, body + " Dozens of ambulances came."))
        assert len(await home.told()) == 1
        home.clock.forward(hours=2)
        await home.publish(court(30, later=True), "post")
        (update,) = await home.told()
        assert "killed 12 → 30" in update.text


async def test_a_correction_goes_to_everyone_told_whatever_they_filter(tmp_path):
    async with house(tmp_path) as home:
        made = await home.follow(AMINA, "TTP", min_severity=Severity.HIGH)
        story = await home.publish(court(12))
        await home.told()
        home.clock.forward(hours=2)
        await home.publish(court(30, later=True), "post")
        await home.told()
        await home.change(made, min_severity=Severity.CRITICAL)
        home.clock.forward(minutes=5)
        left = await home.db.write(take_out, home, story.id)
        assert left.story.severity is not Severity.CRITICAL
        (message,) = await home.told()
        assert "1 corrected" in message.text
        assert "killed 30 → 12 (corrected)" in message.text
        assert message.method == "sendMessage"


async def test_what_was_taken_back_before_it_was_told_needs_no_correction(tmp_path):
    async with house(tmp_path) as home:
        await home.follow(AMINA, "TTP")
        await set_cadence(home, AMINA, DAILY, urgent=None)
        story = await home.publish(court(12))
        assert len(await home.at(day(3))) == 1
        await home.publish(court(30, later=True), "post")
        await home.db.write(take_out, home, story.id)
        assert "CORRECTED" not in "".join(message.text for message in await home.at(day(4)))


def take_out(store, home, story_id):
    """An admin takes the last article of a story out of it."""
    story = story_store.story(store, story_id)
    taken = home.desk.split(story_id, story.members[-1].article_id)
    story_store.save_split(store, taken, home.clock())
    dues.wake_followers(store, story.members[-1].article_id, taken.left.story, home.clock())
    return taken.left


async def test_a_merge_of_two_told_stories_tells_nothing_again(tmp_path):
    async with house(tmp_path) as home:
        await home.follow(AMINA, "TTP")
        one = await home.publish(court(12))
        other = await home.publish(CLASH, "post")
        assert one.id != other.id
        await home.told()
        await home.db.write(chats.mute, AMINA, MuteKind.STORY, other.id, None)

        def merge(store):
            placement = home.desk.merge(one.id, other.id)
            story_store.save_merge(store, placement, home.clock())
            before = placement.story.revision - (1 if placement.revision else 0)
            digests.follow_merge(store, other.id, one.id, before)
            dues.wake_followers(store, placement.story.members[-1].article_id, placement.story, home.clock())
            return chats.mutes_of(store, AMINA, MuteKind.STORY, home.clock())

        home.clock.forward(hours=2)
        assert one.id in await home.db.write(merge)
        assert await home.told() == []
        assert not await home.ask(AMINA)


# --- Timetables ------------------------------------------------------------------------------------------------------


async def test_a_daily_chat_is_told_in_its_slot_only_and_once(tmp_path):
    async with house(tmp_path) as home:
        await home.follow(AMINA, "TTP", cadence=None, urgent=None)
        await home.follow(BASHIR, "TTP", urgent=None)
        await set_cadence(home, BASHIR, DAILY)
        await home.publish(court(12))
        assert [message.chat_id for message in await home.told()] == [7]
        assert await home.at(day(3, 7, 59)) == []
        (message,) = await home.at(day(3, 8))
        assert message.chat_id == 8
        assert "next digest 04 Mar 08:00 UTC" in message.text
        assert await home.at(day(3, 8, 1)) == []
        assert await home.at(day(4, 8)) == []


async def set_cadence(home, where, cadence, **more):
    def work(store):
        chat = chats.chat(store, where)
        chats.save_settings(store, replace(chat, cadence=cadence, next_digest_at=None, **more))

    await home.db.write(work)
    await home.digester.sweep()


async def test_a_slot_is_told_once_by_two_digesters_of_one_moment(tmp_path):
    async with house(tmp_path) as home:
        await home.follow(AMINA, "TTP")
        await set_cadence(home, AMINA, DAILY, urgent=None)
        await home.publish(court(12))
        home.clock.at = day(3)
        scene = await home.db.read(scene_at, home.clock())
        written = [await home.db.write(serve, AMINA, home.clock(), scene) for _ in range(2)]
        assert written == [1, 0]


async def test_a_slot_that_passed_while_the_bot_was_off_is_told_after_the_start_and_not_again(tmp_path):
    clock = Clock()
    async with house(tmp_path, clock) as home:
        await home.follow(AMINA, "TTP")
        await set_cadence(home, AMINA, DAILY, urgent=None)
        await home.publish(court(12))
    for moment, count in ((day(3, 13), 1), (day(3, 14), 0), (day(4, 8), 0)):
        clock.at = moment
        db = await Db(tmp_path / "k.db").open()
        assert await Digester(db, now=clock, wake_sender=lambda: None).sweep() == count
        await db.close()


@pytest.mark.parametrize(("zone", "month", "change"), [("Europe/Berlin", 3, 29), ("Europe/Berlin", 10, 25)])
async def test_a_slot_inside_the_hour_that_is_skipped_or_comes_twice_is_told_once(tmp_path, zone, month, change):
    async with house(tmp_path, Clock(day(change - 1, 6, month=month))) as home:
        await home.follow(AMINA, "TTP")
        await set_cadence(home, AMINA, Cadence(CadenceKind.DAILY, at=time(2, 30)), zone=zone, urgent=None)
        counts = []
        for number in range(3):
            await home.publish(court(12 + 20 * number, later=number > 0), ("wire", "post", "coast")[number])
            counts.append(sum([len(await home.told(after=timedelta(minutes=30))) for _ in range(48)]))
        assert counts == [1, 1, 1]


async def test_a_subscription_may_have_a_rhythm_of_its_own(tmp_path):
    async with house(tmp_path) as home:
        await home.follow(AMINA, "Islamabad", urgent=None)
        await home.follow(AMINA, "Bannu", cadence=WEEKLY)
        await home.publish(court(12))
        await home.publish(CLASH, "post")
        (at_once,) = await home.told()
        assert "Islamabad court" in at_once.text
        assert "Bannu" not in at_once.text
        assert await home.at(day(6, 7, 59)) == []
        (weekly,) = await home.at(day(6, 8))
        assert "Two soldiers killed in clash in Bannu" in weekly.text
        assert "Islamabad court" not in weekly.text


async def test_a_new_subscription_does_not_put_off_the_slot_of_another(tmp_path):
    async with house(tmp_path) as home:
        await home.follow(AMINA, "Bannu", cadence=WEEKLY, urgent=None)
        await home.digester.sweep()
        await home.publish(CLASH)
        home.clock.at = day(6, 8)
        await home.follow(AMINA, "Quetta", cadence=WEEKLY)
        (weekly,) = await home.told()
        assert "Bannu" in weekly.text


# --- Quiet hours and what is urgent ----------------------------------------------------------------------------------


async def test_quiet_hours_hold_everything_and_then_one_digest_comes(tmp_path):
    async with house(tmp_path, Clock(day(2, 23))) as home:
        await home.follow(AMINA, "TTP", quiet=NIGHT)
        await home.publish(court(12))
        assert await home.told() == []
        home.clock.forward(hours=2)
        await home.publish(CLASH, "post")
        assert await home.told() == []
        assert await home.at(day(3, 6, 59)) == []
        (digest,) = await home.at(day(3, 7))
        assert "2 new" in digest.text


async def test_what_is_urgent_passes_quiet_hours_once_and_is_not_told_again_in_the_morning(tmp_path):
    async with house(tmp_path, Clock(day(2, 23))) as home:
        await home.follow(AMINA, "TTP", quiet=NIGHT, urgent=Severity.CRITICAL)
        await home.publish(CLASH)
        await home.publish(court(12))
        assert await home.told() == []
        await home.publish(court(12, later=True), "post")  # a second publisher says so: critical
        (urgent,) = await home.told()
        assert urgent.priority == Priority.URGENT
        assert "Islamabad court" in urgent.text
        assert "Bannu" not in urgent.text
        (morning,) = await home.at(day(3, 7))
        assert "Bannu" in morning.text
        assert "Islamabad" not in morning.text


async def test_what_is_urgent_passes_a_daily_rhythm_and_who_wants_none_is_left_alone(tmp_path):
    async with house(tmp_path) as home:
        for where, urgent in ((AMINA, Severity.HIGH), (BASHIR, None)):
            await home.follow(where, "TTP")
            await set_cadence(home, where, DAILY, urgent=urgent)
        await home.publish(court(12))
        assert [message.chat_id for message in await home.told()] == [7]
        assert [message.chat_id for message in await home.at(day(3))] == [8]


async def test_what_is_urgent_in_a_subscription_with_a_rhythm_of_its_own_comes_too(tmp_path):
    async with house(tmp_path) as home:
        await home.follow(AMINA, "TTP", cadence=WEEKLY, urgent=Severity.HIGH)
        await home.publish(court(12))
        assert len(await home.told()) == 1
        assert await home.at(day(6)) == []


# --- Pauses, mutes, filters ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cadence", [Cadence(), DAILY])
async def test_a_pause_loses_nothing_and_ends_by_itself(tmp_path, cadence):
    async with house(tmp_path) as home:
        await home.follow(AMINA, "TTP")
        await set_cadence(home, AMINA, cadence, urgent=None)
        await home.db.write(chats.pause, AMINA, day(20, 15))
        await home.publish(court(12))
        home.clock.forward(days=10)
        await home.publish(CLASH, "post")
        assert await home.told() == []
        assert await home.at(day(20, 14)) == []
        (digest,) = await home.at(day(20, 15))
        assert "2 new" in digest.text
        assert await home.db.read(dues.next_due_at) != day(20, 15)


async def test_resuming_within_a_slot_that_was_told_waits_for_the_next(tmp_path):
    async with house(tmp_path) as home:
        await home.follow(AMINA, "TTP")
        await set_cadence(home, AMINA, DAILY, urgent=None)
        await home.publish(court(12))
        assert len(await home.at(day(3))) == 1
        await home.db.write(chats.pause, AMINA, None)
        await home.publish(CLASH, "post")
        await home.db.write(chats.resume, AMINA, home.clock())
        assert await home.told() == []
        assert len(await home.at(day(4))) == 1


async def test_a_paused_subscription_tells_afterwards_what_came_meanwhile(tmp_path):
    async with house(tmp_path) as home:
        made = await home.follow(AMINA, "Bannu", urgent=None)
        await home.follow(AMINA, "Islamabad")
        await home.change(made, paused=True)
        await home.publish(CLASH)
        await home.publish(court(12), "post")
        (message,) = await home.told()
        assert "Bannu" not in message.text
        await home.change(made, paused=False)
        assert len(await home.ask(AMINA)) == 1


async def test_what_is_muted_is_not_told(tmp_path):
    async with house(tmp_path) as home:
        await home.follow(AMINA, "TTP")
        await home.db.write(chats.mute, AMINA, MuteKind.SOURCE, "wire", None)
        await home.publish(court(12))
        assert await home.told() == []
        await home.publish(CLASH, "post")
        (message,) = await home.told()
        home.clock.forward(hours=2)
        story = (await home.rows("SELECT story_id FROM told"))[0]["story_id"]
        await home.db.write(chats.mute, AMINA, MuteKind.STORY, story, home.clock() + timedelta(days=1))
        title, body = CLASH
        await home.publish((title.replace("Two", "Nine"), body.replace("Two", "Nine")), "coast")
        assert await home.told() == []
        assert "Bannu" in message.text


async def test_each_subscription_has_its_own_languages_severity_and_strictness(tmp_path):
    async with house(tmp_path) as home:
        made = await home.follow(AMINA, "Quetta")
        for what in ({"languages": ("ur",)}, {"min_severity": Severity.HIGH}, {"min_score": 101.0}, {"paused": True}):
            await home.change(made, **what)
            await home.publish((FLOOD[0], f"{FLOOD[1]} Report {what}."), "wire")
            assert await home.told() == [], what
        await home.change(made)
        assert len(await home.ask(AMINA)) == 1


async def test_title_and_quote_are_in_the_readers_language_if_an_outlet_wrote_in_it(tmp_path):
    async with house(tmp_path) as home:
        await home.follow(AMINA, "TTP")
        await set_cadence(home, AMINA, DAILY, urgent=None)
        urdu = (
            "اسلام آباد کچہری کے باہر خودکش دھماکہ، 12 افراد ہلاک",
            (
                "اسلام آباد میں ضلعی کچہری کے باہر خودکش دھماکے میں 12 افراد ہلاک اور 27 زخمی ہو گئے۔ پولیس کے مطابق تحریک طالبان "
                "پاکستان نے حملے کی ذمہ داری قبول کر لی ہے۔ زخمیوں کو ہسپتال منتقل کر دیا گیا۔"
            ),
        )
        first = await home.publish(urdu, "coast", language="ur")
        second = await home.publish(court(12), "post")
        assert first.id == second.id
        (message,) = await home.at(day(3))
        assert "Suicide bombing kills 12" in message.text
        assert "“…people and injured 27 outside" in message.text


# --- What could not be delivered -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "end", [outbox.settle_failed, lambda db, each, why, now: outbox.supersede(db, [each], why, now)]
)
async def test_what_could_not_be_delivered_comes_again_marked_late(tmp_path, end):
    async with house(tmp_path) as home:
        await home.follow(AMINA, "TTP")
        await home.publish(court(12))
        (message,) = await home.told(send=False)
        await home.db.write(end, message.id, "no way", home.clock())
        (again,) = await home.told()
        assert "(late)" in again.text
        assert "1 new" in again.text
        home.clock.forward(hours=2)
        await home.publish(court(40, later=True), "post")
        (update,) = await home.told()
        assert "(late)" not in update.text
        assert update.payload["reply_to_delivery"] == again.key


async def test_what_is_muted_meanwhile_does_not_wake_the_chat_for_ever(tmp_path):
    async with house(tmp_path) as home:
        await home.follow(AMINA, "TTP")
        story = await home.publish(court(12))
        (message,) = await home.told(send=False)
        await home.db.write(chats.mute, AMINA, MuteKind.STORY, story.id, None)
        await home.db.write(outbox.settle_failed, message.id, "no way", home.clock())
        assert await home.told() == []
        assert await home.told() == []
        assert await home.db.read(dues.next_due_at) is None


async def test_a_backlog_becomes_one_digest(tmp_path):
    events = [
        ("Dam near Skardu overflows", "SKARDU: A dam overflowed after days of rain and the valley road was closed."),
        ("Nurses end strike in Lahore", "LAHORE: Nurses went back to work after the province agreed to pay them."),
        ("Chaman crossing shut", "CHAMAN: Traders waited with their trucks as the border gate was shut for repairs."),
        ("Court frees editor in Quetta", "QUETTA: A court set a newspaper editor free who had been held since May."),
        ("Train derails at Sukkur", "SUKKUR: Seven coaches of a night train left the rails; no passenger was hurt."),
    ]
    async with house(tmp_path) as home:
        await home.follow(AMINA, "officials")
        messages = []
        for title, body in events:
            await home.publish((title, f"{body} The news was confirmed by officials on Monday."))
            messages = await home.told(send=False)
            home.clock.forward(minutes=5)
        (digest,) = messages
        assert "5 new" in digest.text
        ready = [message.key for message in await home.outbox() if message.state == "ready"]
        assert ready == [digest.key]


# --- Silence ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cadence", [Cadence(), DAILY, WEEKLY])
async def test_a_silent_week_ends_with_one_sign_of_life_if_wanted(tmp_path, cadence):
    async with house(tmp_path, Clock(day(2))) as home:
        await home.follow(AMINA, "TTP")
        await home.follow(BASHIR, "TTP")
        await set_cadence(home, AMINA, cadence, heartbeat=True)
        found = []
        for number in range(3, 28):
            found += [(number, message) for message in await home.at(day(number))]
        assert {message.chat_id for _, message in found} == {7}
        gaps = [later - earlier for (earlier, _), (later, _) in pairwise(found)]
        assert 2 <= len(found) <= 3
        assert gaps == [7] * len(gaps)
        assert "Nothing new for what you follow. · 0 of 3 sources read" in found[0][1].text


async def test_a_week_with_news_needs_no_sign_of_life(tmp_path):
    async with house(tmp_path, Clock(day(2))) as home:
        await home.follow(AMINA, "TTP", heartbeat=True)
        await home.at(day(5))
        await home.publish(court(12))
        assert len(await home.told()) == 1
        assert await home.at(day(10)) == []
        (sign,) = await home.at(day(12, 9))
        assert sign.digest_id is None


# --- Trouble ---------------------------------------------------------------------------------------------------------


async def test_a_chat_whose_digest_fails_does_not_keep_others_from_theirs(tmp_path):
    async with house(tmp_path) as home:
        for where in (AMINA, BASHIR):
            await home.follow(where, "TTP")
        await home.publish(court(12))
        await home.db.write(lambda store: store.execute("UPDATE chats SET zone = 'Mars/Base' WHERE chat_id = 7"))
        assert [message.chat_id for message in await home.told()] == [8]
        assert await home.told() == []
        await home.db.write(lambda store: store.execute("UPDATE chats SET zone = 'UTC' WHERE chat_id = 7"))
        assert [message.chat_id for message in await home.told(after=timedelta(minutes=10))] == [7]


async def test_edits_of_edits_change_the_one_message_that_people_see(tmp_path):
    async with room(tmp_path) as talk:
        amina = talk.api.person(7, "Amina")
        await talk.say(amina, "/follow TTP")
        await talk.publish(court(20), "https://wire.example.org/1")
        await talk.digests()
        first = amina.chat.messages[-1]
        count = len(amina.chat.messages)
        for killed in (24, 28):
            talk.clock.forward(minutes=5)
            await talk.publish(court(killed, later=True), f"https://valley.example.net/{killed}")
            await talk.digests()
        (told,) = amina.chat.messages[count - 1 :]
        assert told.id == first.id
        assert "killed 24 → 28" in told.text


async def test_the_loop_serves_by_itself_and_stops_when_told(tmp_path):
    import asyncio

    async with house(tmp_path) as home:
        await home.follow(AMINA, "TTP")
        await home.publish(court(12))
        home.clock.at += SETTLING
        served, stop = asyncio.Event(), asyncio.Event()
        loop = Digester(home.db, now=home.clock, wake_sender=served.set)
        running = asyncio.create_task(loop.run(stop))
        await asyncio.wait_for(served.wait(), 10)
        stop.set()
        await asyncio.wait_for(running, 10)
        assert len(await home.outbox()) == 1
        assert await home.db.read(subscriptions.count_subscriptions, AMINA) == 1
