"""Groups, topics, channels, anonymous admins, membership, and who may do what."""

from bot.rehearsal import Rank
from bot.rehearsal.world import ChatKind
from config.values import Access
from digests.store import chats
from tests.talking import BOMBING, OWNER, room, screen

FOLLOWED = "SELECT chat_id, thread_id, typed, added_by FROM subscriptions ORDER BY id"
GROUP, CHANNEL, ADMINS = -1001, -1002, -1003


async def test_only_admins_of_a_group_change_what_it_follows(tmp_path):
    async with room(tmp_path) as talk:
        chief, member = talk.api.person(7, "Chief"), talk.api.person(8, "Member")
        group = talk.api.group(GROUP, "Desk", chief)
        await member.join(group)
        await talk.settle()
        screen("group-refused", await talk.say(member, "/follow TTP", group))
        assert await talk.rows(FOLLOWED) == []
        answer = await talk.say(chief, "/follow TTP", group)
        assert "Following TTP" in answer.text
        assert [(row["chat_id"], row["typed"]) for row in await talk.rows(FOLLOWED)] == [(GROUP, "TTP")]
        tapped = await member.press(answer, "↩️ Undo")
        await talk.settle()
        assert "Only admins of this group" in tapped.answer["text"]
        assert len(await talk.rows(FOLLOWED)) == 1
        assert "1 keyword" in (await talk.say(member, "/list", group)).text


async def test_a_demoted_admin_loses_the_right_at_once(tmp_path):
    async with room(tmp_path) as talk:
        chief, deputy = talk.api.person(7, "Chief"), talk.api.person(8, "Deputy")
        group = talk.api.group(GROUP, "Desk", chief, bot=Rank.ADMIN)
        await deputy.join(group)
        await chief.promote(group, deputy)
        await talk.settle()
        await talk.say(deputy, "/follow TTP", group)
        assert len(await talk.rows(FOLLOWED)) == 1
        await chief.promote(group, deputy, Rank.MEMBER)
        await talk.settle()
        assert "Only admins of this group" in (await talk.say(deputy, "/follow BLA", group)).text
        assert len(await talk.rows(FOLLOWED)) == 1


async def test_an_anonymous_admin_speaks_for_the_group_but_never_for_the_bot(tmp_path):
    async with room(tmp_path) as talk:
        chief = talk.api.person(OWNER, "Chief")
        group = talk.api.group(GROUP, "Desk", chief)
        answer = await talk.say(chief, "/follow TTP", group, anonymous=True)
        assert "Following TTP" in answer.text
        assert (await talk.rows(FOLLOWED))[0]["added_by"] is None
        assert await talk.rows("SELECT user_id FROM people") == []
        assert "Only admins of the bot" in (await talk.say(chief, "/admin", group, anonymous=True)).text


async def test_commands_for_other_bots_and_talk_among_people_are_left_alone(tmp_path):
    async with room(tmp_path) as talk:
        chief = talk.api.person(7, "Chief")
        group = talk.api.group(GROUP, "Desk", chief, bot=Rank.ADMIN)
        assert await talk.say(chief, "/follow@OtherBot TTP", group) is None
        assert await talk.say(chief, "/nonsense", group) is None
        assert await talk.say(chief, "TTP attacked a post", group) is None
        assert "Did you mean /follow" in (await talk.say(chief, "/folow@khabardar_rehearsal_bot x", group)).text
        assert await talk.say(chief, "/follow@khabardar_rehearsal_bot TTP", group) is not None
        assert len(await talk.rows(FOLLOWED)) == 1
        waiting = await talk.rows("SELECT state, count(*) AS n FROM inbox GROUP BY state")
        assert [row["state"] for row in waiting] == ["done"]


async def test_each_topic_of_a_forum_follows_its_own(tmp_path):
    async with room(tmp_path) as talk:
        chief = talk.api.person(7, "Chief")
        forum = talk.api.group(GROUP, "Forum", chief, forum=True)
        kabul = await chief.open_topic(forum, "Kabul")
        await talk.settle()
        answer = await talk.say(chief, "/follow Kabul", forum, thread=kabul)
        assert answer.thread_id == kabul.id
        changed = await talk.press(chief, answer, "📋 My list", chat=forum)
        assert changed is None
        assert "1 keyword" in answer.text
        general = await talk.say(chief, "/follow TTP", forum)
        assert general.thread_id is None
        rows = await talk.rows(FOLLOWED)
        assert [(row["thread_id"], row["typed"]) for row in rows] == [(kabul.id, "Kabul"), (0, "TTP")]
        listed = await talk.say(chief, "/list", forum, thread=kabul)
        assert "Kabul" in listed.text
        assert "TTP" not in listed.text


async def test_a_channel_is_managed_from_a_private_chat_when_both_have_the_right(tmp_path):
    async with room(tmp_path) as talk:
        chief, stranger = talk.api.person(7, "Chief"), talk.api.person(8, "Stranger")
        channel = talk.api.channel(CHANNEL, "Watch", chief, username="watchers")
        await chief.write("/start")
        await talk.settle()
        screen("channel-refused", await talk.say(stranger, "/follow @watchers TTP"))
        answer = await talk.say(chief, "/follow @watchers TTP")
        screen("channel-followed", answer)
        assert [(row["chat_id"], row["typed"]) for row in await talk.rows(FOLLOWED)] == [(CHANNEL, "TTP")]
        await talk.press(chief, answer, "⚙️ Change")
        await talk.press(chief, answer, "⏸ Pause")
        assert (await talk.rows("SELECT paused FROM subscriptions"))[0]["paused"] == 1
        await talk.press(chief, answer, "▶️ Resume")
        schedule = await talk.say(chief, "/schedule @watchers daily 9")
        assert "Watch" in schedule.text
        settings = await talk.rows("SELECT chat_id, cadence FROM chats WHERE cadence LIKE '%daily%'")
        assert [row["chat_id"] for row in settings] == [CHANNEL]
        assert channel.messages == []
        assert "I do not know the channel" in (await talk.say(chief, "/follow @nowhere_at_all TTP")).text


async def test_a_button_under_a_post_of_a_channel_is_answered_without_posting(tmp_path):
    async with room(tmp_path) as talk:
        chief, reader = talk.api.person(7, "Chief"), talk.api.person(8, "Reader")
        channel = talk.api.channel(CHANNEL, "Watch", chief, username="watchers")
        await talk.say(chief, "/follow @watchers TTP")
        talk.clock.forward(minutes=5)
        await talk.publish(BOMBING, "https://wire.example.org/1")
        await talk.digests()
        post = channel.messages[-1]
        await reader.join(channel)
        await talk.settle()
        tapped = await reader.press(post, "❔ Why?")
        await talk.settle()
        assert "https://t.me/khabardar_rehearsal_bot" in tapped.answer["text"]
        assert channel.messages[-1] is post


async def test_a_channels_button_is_checked_each_time(tmp_path):
    async with room(tmp_path) as talk:
        chief, stranger = talk.api.person(7, "Chief"), talk.api.person(8, "Stranger")
        talk.api.channel(CHANNEL, "Watch", chief, username="watchers")
        answer = await talk.say(chief, "/follow @watchers TTP")
        stop = next(button.data for row in answer.buttons for button in row if button.text == "↩️ Undo")
        other = await talk.say(stranger, "/start")
        tapped = await stranger.press(other, data=stop)
        await talk.settle()
        assert "You are not an admin of Watch" in tapped.answer["text"]
        assert len(await talk.rows(FOLLOWED)) == 1


async def test_being_made_admin_of_a_channel_is_answered_in_private(tmp_path):
    async with room(tmp_path) as talk:
        chief = talk.api.person(7, "Chief", started=True)
        channel = talk.api.group(CHANNEL, "Watch", chief, kind=ChatKind.CHANNEL, username="watchers", bot=Rank.LEFT)
        await chief.place_bot(channel, Rank.ADMIN)
        await talk.settle()
        screen("channel-welcome", chief.chat.messages[-1])


async def test_a_person_who_blocks_is_served_again_after_unblocking(tmp_path):
    async with room(tmp_path) as talk:
        amina = talk.api.person(7, "Amina")
        await talk.say(amina, "/follow TTP")
        await amina.block()
        await talk.settle()
        row = (await talk.rows("SELECT state, state_reason FROM chats"))[0]
        assert (row["state"], row["state_reason"]) == ("gone", "blocked by the user")
        talk.clock.forward(minutes=5)
        await talk.publish(BOMBING, "https://wire.example.org/1")
        await talk.digests()
        assert not talk.api.calls_to("sendMessage", 7)[1:]
        await amina.unblock()
        await talk.settle()
        assert (await talk.rows("SELECT state FROM chats"))[0]["state"] == "active"
        await talk.digests()
        assert "Suicide bombing" in amina.chat.messages[-1].text


async def test_whoever_writes_is_there_again_whatever_was_heard_before(tmp_path):
    async with room(tmp_path) as talk:
        amina = talk.api.person(7, "Amina")
        await talk.say(amina, "/follow TTP")
        await talk.db.write(chats.mark_gone, 7, "blocked by the user")
        await talk.say(amina, "/list")
        assert (await talk.rows("SELECT state FROM chats"))[0]["state"] == "active"


async def test_a_group_greets_when_added_and_is_quiet_when_removed(tmp_path):
    async with room(tmp_path) as talk:
        chief = talk.api.person(7, "Chief")
        group = talk.api.group(GROUP, "Desk", chief, bot=Rank.LEFT)
        await chief.add_bot(group)
        await talk.settle()
        screen("group-welcome", group.messages[-1])
        await talk.press(chief, group.messages[-1], "TTP", chat=group)
        assert len(await talk.rows(FOLLOWED)) == 1
        await chief.remove_bot(group)
        await talk.settle()
        assert {row["state"] for row in await talk.rows("SELECT state FROM chats")} == {"gone"}
        assert len(await talk.rows(FOLLOWED)) == 1


async def test_a_group_that_becomes_a_supergroup_keeps_everything(tmp_path):
    async with room(tmp_path) as talk:
        chief = talk.api.person(7, "Chief")
        group = talk.api.group(-55, "Desk", chief, kind=ChatKind.GROUP)
        await talk.say(chief, "/follow TTP", group)
        await talk.say(chief, "/schedule daily 9", group)
        moved = await chief.migrate(group)
        await talk.settle()
        assert {row["chat_id"] for row in await talk.rows(FOLLOWED)} == {moved.id}
        assert {row["chat_id"] for row in await talk.rows("SELECT chat_id FROM chats")} == {moved.id}
        assert "1 keyword" in (await talk.say(chief, "/list", moved)).text


async def test_strangers_ask_to_be_let_in_and_an_admin_decides(tmp_path):
    async with room(tmp_path, access=Access.REQUEST, admin_chat=ADMINS) as talk:
        owner, amina = talk.api.person(OWNER, "Owner"), talk.api.person(7, "Amina")
        admins = talk.api.group(ADMINS, "Admins", owner)
        await amina.join(admins)
        await talk.settle()
        screen("access-asked", await talk.say(amina, "/follow TTP"))
        assert await talk.rows(FOLLOWED) == []
        request = admins.messages[-1]
        screen("access-request", request)
        screen("access-waiting", await talk.say(amina, "/start"))
        tapped = await amina.press(request, "✅ Let in")
        await talk.settle()
        assert "Only admins of the bot" in tapped.answer["text"]
        await talk.press(owner, request, "✅ Let in", chat=admins)
        assert "You may use the bot now" in amina.chat.messages[-1].text
        assert "Following TTP" in (await talk.say(amina, "/follow TTP")).text
        assert [row["action"] for row in await talk.rows("SELECT action FROM audit")] == ["allowed"]
        again = request
        await talk.press(owner, again, "⛔ Block", chat=admins)
        screen("access-blocked", await talk.say(amina, "/list"))
        state = (await talk.rows("SELECT state, state_reason FROM chats WHERE chat_id = 7"))[0]
        assert (state["state"], state["state_reason"]) == ("paused", "blocked by an admin")
        await talk.say(owner, "/allow 7", admins)
        assert (await talk.rows("SELECT state FROM chats WHERE chat_id = 7"))[0]["state"] == "active"


async def test_a_closed_bot_names_the_number_to_give_to_its_admin(tmp_path):
    async with room(tmp_path, access=Access.CLOSED) as talk:
        owner, amina = talk.api.person(OWNER, "Owner"), talk.api.person(7, "Amina")
        screen("access-closed", await talk.say(amina, "/start"))
        await talk.say(owner, "/allow 7")
        assert "tells you when the news" in (await talk.say(amina, "/start")).text
        assert "Following TTP" in (await talk.say(amina, "/follow TTP")).text


async def test_edited_forwarded_and_wordless_messages_are_told_what_to_do(tmp_path):
    async with room(tmp_path) as talk:
        amina = talk.api.person(7, "Amina")
        said = await amina.write("/follow TPP")
        await talk.settle()
        await amina.edit(said, "/follow TTP")
        await talk.settle()
        assert "I do not act on edited messages" in amina.chat.messages[-1].text
        word = await amina.write("TPP")
        await talk.settle()
        await amina.edit(word, "TTP")
        await talk.settle()
        assert "I do not act on edited messages" in amina.chat.messages[-1].text
        count = len(amina.chat.messages)
        amina.service(amina.chat, {"message_auto_delete_timer_changed": {"message_auto_delete_time": 86400}})
        await talk.settle()
        assert len(amina.chat.messages) == count
        mine = await amina.write("/unfollow TTP")
        await talk.settle()
        count = len(await talk.rows(FOLLOWED))
        await amina.forward(mine)
        await talk.settle()
        assert "Only admins can hand in posts" in amina.chat.messages[-1].text
        assert len(await talk.rows(FOLLOWED)) == count
        await amina.send_document(None, "photo.bin", b"x")
        await talk.settle()
        assert "Only admins" in amina.chat.messages[-1].text
        assert "Did you mean /follow" in (await talk.say(amina, "/folow TTP")).text


async def test_what_the_library_cannot_read_of_a_message_does_not_silence_the_bot(tmp_path):
    async with room(tmp_path) as talk:
        amina = talk.api.person(7, "Amina", started=True)
        options = [{"text": "a", "voter_count": 0}, {"text": "b", "voter_count": 0}]  # as before Bot API 9.6
        poll = {
            "id": "1", "question": "q", "options": options, "total_voter_count": 0, "is_closed": False,
            "is_anonymous": True, "type": "regular", "allows_multiple_answers": False,
        }  # fmt: skip
        message = {
            "message_id": 90, "date": 1772442000, "chat": amina.chat.as_json(), "from": amina.user.as_json(), "poll": poll
        }  # fmt: skip
        talk.api.updates.push("message", message, chat_id=7)
        await talk.settle()
        assert "I read words only" in amina.chat.messages[-1].text
        answering = {**message, "message_id": 91, "poll": None, "text": "/follow TTP", "reply_to_message": message}
        talk.api.updates.push("message", answering, chat_id=7)
        await talk.settle()
        assert "Following TTP" in amina.chat.messages[-1].text
        assert await talk.rows("SELECT error FROM inbox WHERE state <> 'done'") == []


async def test_a_deep_link_offers_its_entity_and_a_strangers_payload_does_nothing(tmp_path):
    async with room(tmp_path) as talk:
        amina = talk.api.person(7, "Amina")
        offer = await talk.say(amina, "/start f-tehrik-i-taliban-pakistan")
        screen("deep-link", offer)
        await talk.press(amina, offer, "➕ Follow")
        assert len(await talk.rows(FOLLOWED)) == 1
        for payload in ("f-../../etc", "DROP TABLE chats", "x" * 64, "f-"):
            assert await talk.say(amina, f"/start {payload}") is not None
        assert len(await talk.rows(FOLLOWED)) == 1


async def test_everything_of_a_person_is_handed_out_and_deleted(tmp_path):
    async with room(tmp_path) as talk:
        amina = talk.api.person(7, "Amina Secret")
        group = talk.api.group(GROUP, "Desk", amina)
        await talk.say(amina, "/follow TTP")
        await talk.say(amina, "word that nobody else types")
        await talk.say(amina, "/follow BLA", group)
        exported = await talk.say(amina, "/export")
        content = exported.document.content.decode()
        assert '"TTP"' in content
        assert "Amina Secret" in content
        refused = await talk.say(amina, "/forgetme", group)
        assert "in private" in refused.text
        ask = await talk.say(amina, "/forgetme")
        screen("forgetme", ask)
        await talk.press(amina, ask, "Yes, delete all")
        screen("forgotten", ask)
        assert [(row["chat_id"], row["added_by"]) for row in await talk.rows(FOLLOWED)] == [(GROUP, None)]
        assert len(talk.matching) == 1
        names = [row["name"] for row in await talk.rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in names:
            for row in await talk.rows(f'SELECT * FROM "{table}"'):
                if row.get("chat_id") == GROUP or "sqlite" in table:
                    continue
                assert "Amina Secret" not in str(row), (table, row)
                assert "nobody else types" not in str(row), (table, row)


async def test_what_is_mine_is_mine_even_when_the_bot_is_closed_to_me(tmp_path):
    async with room(tmp_path, access=Access.CLOSED) as talk:
        amina = talk.api.person(7, "Amina")
        assert (await talk.say(amina, "/export")).document is not None
        assert "Delete everything" in (await talk.say(amina, "/forgetme")).text


async def test_a_fault_of_ours_is_admitted_and_stays_on_the_record(tmp_path):
    class Broken:
        async def read_url(self, url):
            raise RuntimeError(url)

    async with room(tmp_path, outside=Broken()) as talk:
        owner = talk.api.person(OWNER, "Owner")
        await owner.write("/ingest https://news.example.org/1")
        answer = await talk.api.wait_for(owner, "That went wrong on my side")
        assert answer is not None
        rows = await talk.rows("SELECT state, tries, error FROM inbox")
        assert [(row["state"], row["tries"]) for row in rows] == [("failed", 3)]
        assert "Did you mean /help" in (await talk.say(owner, "/zzzzzz")).text
