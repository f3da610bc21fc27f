"""The columns that are the schedule, and the marks of what was told."""

from datetime import timedelta

from digests.model import Destination, Severity
from digests.store import chats, digests, dues
from digests.store.chats import Cadence, ChatKind
from tests.serving import AMINA, BASHIR, PATIENCE, SETTLING, court, house

TOPIC = Destination(-1007, 5)


async def waking(home):
    rows = await home.rows("SELECT chat_id, next_digest_at, urgent_at FROM chats ORDER BY chat_id")
    return {row["chat_id"]: (row["next_digest_at"] is not None, row["urgent_at"] is not None) for row in rows}


async def test_only_followers_wake_and_for_urgent_news_only_who_wants_it(tmp_path):
    async with house(tmp_path) as home:
        await home.follow(AMINA, "TTP", urgent=Severity.HIGH)
        await home.follow(BASHIR, "Quetta", urgent=Severity.HIGH)
        await home.follow(TOPIC, "Islamabad", urgent=Severity.CRITICAL)
        await home.publish(court(12))
        assert await waking(home) == {7: (True, True), 8: (False, False), -1007: (True, False)}
        assert set(await home.db.read(dues.due, home.clock() + SETTLING)) == {AMINA, TOPIC}
        assert (await home.db.read(dues.due, home.clock() + SETTLING))[0] == AMINA
        assert await home.db.read(dues.due, home.clock()) == []


async def test_chats_that_are_gone_or_know_the_story_as_it_is_are_left_alone(tmp_path):
    async with house(tmp_path) as home:
        await home.follow(AMINA, "TTP")
        await home.follow(BASHIR, "TTP")
        await home.db.write(chats.mark_gone, 8, "blocked")
        await home.publish(court(12))
        assert await waking(home) == {7: (True, False), 8: (False, False)}
        assert len(await home.told()) == 1
        await home.publish(court(12), "post")
        assert await waking(home) == {7: (False, False), 8: (False, False)}


async def test_articles_one_after_the_other_hold_a_digest_for_a_while_only(tmp_path):
    async with house(tmp_path) as home:
        await home.follow(AMINA, "Islamabad")
        begun = home.clock()
        for killed in range(3, 13):
            await home.publish(court(killed))
            assert await home.db.read(dues.next_due_at) == min(home.clock() + SETTLING, begun + PATIENCE)
            home.clock.forward(seconds=1)


async def test_a_rhythm_of_its_own_wakes_the_subscription_and_not_the_chat(tmp_path):
    async with house(tmp_path) as home:
        await home.follow(AMINA, "TTP", cadence=Cadence(), urgent=None)
        await home.publish(court(12))
        assert await waking(home) == {7: (False, False)}
        due = await home.db.read(dues.due_of, AMINA, home.clock() + SETTLING)
        assert (due.chat, len(due.subscriptions), due.urgent) == (False, 1, False)
        assert len(await home.told()) == 1


async def test_what_is_not_active_is_not_due(tmp_path):
    async with house(tmp_path) as home:
        await home.follow(AMINA, "TTP")
        await home.publish(court(12))
        later = home.clock() + timedelta(hours=1)
        assert await home.db.read(dues.due_of, BASHIR, later) is None
        await home.db.write(chats.pause, AMINA, later + timedelta(hours=1))
        assert await home.db.read(dues.due_of, AMINA, later) is None
        assert await home.db.read(dues.due, later) == []
        assert await home.db.read(dues.next_due_at) == later + timedelta(hours=1)
        assert await home.db.write(dues.end_pauses, later) == 0
        assert await home.db.write(dues.end_pauses, later + timedelta(hours=1)) == 1
        assert await home.db.read(dues.due, later + timedelta(hours=1)) == [AMINA]


async def test_a_chat_that_is_postponed_is_due_for_nothing_until_then(tmp_path):
    async with house(tmp_path) as home:
        await home.follow(AMINA, "TTP", urgent=Severity.LOW)
        await home.follow(AMINA, "Islamabad", cadence=Cadence())
        await home.publish(court(12))
        until = home.clock() + timedelta(minutes=10)
        await home.db.write(dues.postpone, AMINA, until)
        assert await home.db.read(dues.due_of, AMINA, until - timedelta(seconds=1)) is None
        due = await home.db.read(dues.due_of, AMINA, until)
        assert due.chat
        assert due.urgent
        assert due.subscriptions


async def test_who_was_told_both_of_two_merged_stories_still_hears_what_changed(tmp_path):
    async with house(tmp_path) as home:
        for where in (AMINA, BASHIR):
            await home.db.write(chats.ensure_chat, where, ChatKind.PRIVATE, "Reader", home.clock())

        def work(store):
            digests.mark_told(store, AMINA, 1, [("kept", 1, 0), ("old", 2, 1)], home.clock())
            digests.mark_told(store, BASHIR, 2, [("old", 1, 0), ("old", 2, 0)], home.clock(), silent=True)
            for _ in range(2):
                digests.follow_merge(store, "old", "kept", 3)
            return digests.told(store, AMINA, "kept"), digests.told(store, BASHIR, "kept")

        both, one = await home.db.write(work)
        assert (both.revision, one.revision) == (1, 3)
        assert (one.digest_id, one.part) == (2, 0)


async def test_the_last_sound_is_remembered_behind_silent_changes(tmp_path):
    async with house(tmp_path) as home:
        first, later = home.clock(), home.clock() + timedelta(minutes=9)

        def work(store):
            digests.mark_told(store, AMINA, 1, [("s1", 1, 0)], first)
            digests.mark_told(store, AMINA, 2, [("s1", 2, 0)], later, silent=True)
            return digests.told(store, AMINA, "s1")

        told = await home.db.write(work)
        assert (told.revision, told.at, told.sounded_revision, told.sounded_at) == (2, later, 1, first)


async def test_a_slot_is_written_once(tmp_path):
    async with house(tmp_path) as home:
        await home.follow(AMINA, "TTP")
        await home.publish(court(12))
        await home.told()
        _, digest = await home.db.read(digests.last_digest, AMINA)
        assert await home.db.write(digests.save_digest, AMINA, "2026-03-02 08:00", digest) is not None
        assert await home.db.write(digests.save_digest, AMINA, "2026-03-02 08:00", digest) is None
        assert await home.db.read(digests.has_digest, AMINA, "2026-03-02 08:00")
        assert not await home.db.read(digests.has_digest, BASHIR, "2026-03-02 08:00")
