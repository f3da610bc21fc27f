"""Chats of every kind, who may do what in them, and what the bot is told."""

import pytest
from telegram.constants import ChatMemberStatus
from telegram.error import BadRequest, ChatMigrated, Forbidden

from bot.rehearsal import ChatKind, Rank

GROUP, SUPER, CHANNEL = -500, -1001000000500, -1001000000600


@pytest.fixture
async def amina(api):
    return api.person(7, "Amina", "ur", started=True)


async def updates_of(ptb):
    """All waiting updates, which are confirmed thereby."""
    updates = await ptb.get_updates()
    if updates:
        await ptb.get_updates(offset=updates[-1].update_id + 1)
    return updates


# --- private chats -----------------------------------------------------------------------------------------------------


async def test_a_person_must_write_first(api, ptb):
    zahid = api.person(8, "Zahid")
    with pytest.raises(Forbidden, match="can't initiate conversation"):
        await ptb.send_message(8, "hello")
    await zahid.write("/start")
    assert (await ptb.send_message(8, "hello")).text == "hello"


async def test_blocking_is_told_and_felt_until_it_is_taken_back(ptb, amina):
    await amina.block()
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await ptb.send_message(7, "hello")
    await amina.unblock()
    await ptb.send_message(7, "hello")
    blocked, unblocked = await updates_of(ptb)
    assert blocked.my_chat_member.new_chat_member.status == ChatMemberStatus.BANNED
    assert unblocked.my_chat_member.new_chat_member.status == ChatMemberStatus.MEMBER


async def test_a_deleted_account_is_not_told_but_felt(ptb, amina):
    await amina.deactivate()
    with pytest.raises(Forbidden, match="user is deactivated"):
        await ptb.send_message(7, "hello")
    assert await updates_of(ptb) == ()


async def test_chat_actions_and_edits_of_people_are_seen(ptb, amina):
    await ptb.send_chat_action(7, "typing")
    assert amina.chat.actions == ["typing"]
    message = await amina.write("/folow TTP")
    await amina.edit(message, "/follow TTP")
    first, second = await updates_of(ptb)
    assert (first.message.text, second.edited_message.text) == ("/folow TTP", "/follow TTP")


# --- groups ------------------------------------------------------------------------------------------------------------


async def test_in_groups_a_bot_sees_commands_and_answers_only(api, ptb, amina):
    group = api.group(SUPER, "Desk", amina)
    await amina.say(group, "good morning")
    await amina.say(group, "/follow@another_bot TTP")
    await amina.say(group, "/follow TTP")
    await amina.say(group, "/list@khabardar_rehearsal_bot")
    told = await ptb.send_message(SUPER, "Following TTP")
    await amina.say(group, "thanks", reply_to=group.log[told.message_id])
    texts = [update.message.text for update in await updates_of(ptb)]
    assert texts == ["/follow TTP", "/list@khabardar_rehearsal_bot", "thanks"]
    await amina.place_bot(group, Rank.ADMIN)
    await amina.say(group, "good night")
    assert (await updates_of(ptb))[-1].message.text == "good night"


@pytest.mark.parametrize(
    ("rank", "error", "words"),
    [
        (Rank.KICKED, Forbidden, "bot was kicked from the supergroup chat"),
        (Rank.LEFT, Forbidden, "bot is not a member of the supergroup chat"),
        (Rank.RESTRICTED, BadRequest, "Not enough rights to send text messages to the chat"),
    ],
)
async def test_a_bot_without_a_place_in_a_group_cannot_write(api, ptb, amina, rank, error, words):
    api.group(SUPER, "Desk", amina, bot=rank)
    with pytest.raises(error, match=words):
        await ptb.send_message(SUPER, "hello")


async def test_coming_going_and_promotion_are_told(api, ptb, amina):
    zahid = api.person(8, "Zahid")
    group = api.group(SUPER, "Desk", amina, bot=Rank.LEFT)
    await amina.add_bot(group)
    await zahid.join(group)
    await amina.promote(group, zahid)
    admins = await ptb.get_chat_administrators(SUPER)
    assert {admin.user.id for admin in admins} == {7, 8}
    assert (await ptb.get_chat_member(SUPER, 8)).status == "administrator"
    assert await ptb.get_chat_member_count(SUPER) == 3
    await zahid.leave(group)
    assert (await ptb.get_chat_member(SUPER, 8)).status == "left"
    await amina.remove_bot(group)
    kinds = [next(iter(update.to_dict().keys() - {"update_id"})) for update in await updates_of(ptb)]
    assert kinds == ["my_chat_member", "message", "message", "message", "my_chat_member"]


async def test_a_bot_can_leave_and_a_deleted_group_refuses(api, ptb, amina):
    group = api.group(GROUP, "Desk", amina, kind=ChatKind.GROUP)
    await amina.delete_chat(group)
    with pytest.raises(Forbidden, match="the group chat was deleted"):
        await ptb.send_message(GROUP, "hello")
    api.group(SUPER, "Desk", amina)
    assert await ptb.leave_chat(SUPER)
    with pytest.raises(Forbidden, match="bot is not a member"):
        await ptb.get_chat(SUPER)


async def test_migration_gives_the_new_id_to_whoever_writes_to_the_old(api, ptb, amina):
    group = api.group(GROUP, "Desk", amina, kind=ChatKind.GROUP)
    new = await amina.migrate(group)
    with pytest.raises(ChatMigrated) as caught:
        await ptb.send_message(GROUP, "hello")
    assert caught.value.new_chat_id == new.id
    assert (await ptb.send_message(new.id, "hello")).chat.type == "supergroup"
    old, fresh = await updates_of(ptb)
    assert (old.message.migrate_to_chat_id, fresh.message.migrate_from_chat_id) == (new.id, GROUP)


async def test_anonymous_admins_speak_as_the_group(api, ptb, amina):
    group = api.group(SUPER, "Desk", amina)
    await amina.say(group, "/follow TTP", anonymous=True)
    (update,) = await updates_of(ptb)
    assert update.message.sender_chat.id == SUPER
    assert update.message.from_user.username == "GroupAnonymousBot"
    with pytest.raises(BadRequest, match="Participant_id_invalid"):
        await ptb.get_chat_member(SUPER, update.message.from_user.id)


# --- topics ------------------------------------------------------------------------------------------------------------


async def test_topics_take_messages_and_general_is_left_out(api, ptb, amina):
    forum = api.group(SUPER, "Desk", amina, forum=True)
    topic = await amina.open_topic(forum, "Alerts")
    await amina.say(forum, "/digest", thread=topic)
    (update,) = await updates_of(ptb)
    assert update.message.message_thread_id == topic.id
    sent = await ptb.send_message(SUPER, "digest", message_thread_id=topic.id)
    assert (sent.message_thread_id, sent.is_topic_message) == (topic.id, True)
    for wrong in (1, topic.id + 50):
        with pytest.raises(BadRequest, match="Message thread not found"):
            await ptb.send_message(SUPER, "digest", message_thread_id=wrong)
    assert (await ptb.send_message(SUPER, "digest")).message_thread_id is None


async def test_a_closed_topic_refuses_and_a_plain_group_ignores_topics(api, ptb, amina):
    forum = api.group(SUPER, "Desk", amina, forum=True)
    topic = await amina.open_topic(forum, "Alerts")
    topic.closed = True
    with pytest.raises(BadRequest, match="Topic_closed"):
        await ptb.send_message(SUPER, "digest", message_thread_id=topic.id)
    with pytest.raises(BadRequest, match="Not enough rights to manage topics"):
        await ptb.reopen_forum_topic(SUPER, topic.id)
    await amina.place_bot(forum, Rank.ADMIN)
    await ptb.reopen_forum_topic(SUPER, topic.id)
    created = await ptb.create_forum_topic(SUPER, "More")
    assert (await ptb.send_message(SUPER, "x", message_thread_id=created.message_thread_id)).text == "x"
    api.group(GROUP, "Plain", amina, kind=ChatKind.GROUP)
    assert (await ptb.send_message(GROUP, "x", message_thread_id=5)).message_thread_id is None


# --- channels ----------------------------------------------------------------------------------------------------------


async def test_channels_need_an_admin_with_the_right_to_post(api, ptb, amina):
    channel = api.channel(CHANNEL, "News", amina, username="news_of_the_desk")
    sent = await ptb.send_message("@news_of_the_desk", "digest")
    assert (sent.sender_chat.id, sent.from_user) == (CHANNEL, None)
    await amina.post(channel, "https://example.org/story")
    (update,) = await updates_of(ptb)
    assert update.channel_post.text == "https://example.org/story"
    await amina.place_bot(channel, Rank.ADMIN, frozenset({"can_manage_chat"}))
    with pytest.raises(BadRequest, match="Need administrator rights in the channel chat"):
        await ptb.send_message(CHANNEL, "digest")


async def test_a_post_of_a_channel_can_be_forwarded_to_the_bot(api, ptb, amina):
    channel = api.channel(CHANNEL, "News", amina, username="news_of_the_desk")
    post = await amina.post(channel, "Blast in Quetta")
    await amina.forward(post)
    update = (await updates_of(ptb))[-1]
    assert update.message.text == "Blast in Quetta"
    assert update.message.forward_origin.chat.username == "news_of_the_desk"
    assert update.message.forward_origin.message_id == post.id


async def test_pins_need_their_right(api, ptb, amina):
    group = api.group(SUPER, "Desk", amina)
    sent = await ptb.send_message(SUPER, "digest")
    with pytest.raises(BadRequest, match="Not enough rights to manage pinned messages"):
        await ptb.pin_chat_message(SUPER, sent.message_id)
    await amina.place_bot(group, Rank.ADMIN)
    await ptb.pin_chat_message(SUPER, sent.message_id)
    assert (await ptb.get_chat(SUPER)).pinned_message.text == "digest"
