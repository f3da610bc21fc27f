"""Following: what people say, what comes back, what the database holds."""

import json

import pytest

from bot.telegram.preview import _varied
from digests.store.subscriptions import live_queries
from tests.talking import BOMBING, CLASH, FLOOD, room, screen

FOLLOWED = "SELECT chat_id, typed, paused, min_severity, languages FROM subscriptions ORDER BY id"


async def test_a_new_person_follows_a_first_keyword_in_two_taps(tmp_path):
    async with room(tmp_path) as talk:
        amina = talk.api.person(7, "Amina")
        welcome = await talk.say(amina, "/start")
        screen("start", welcome)
        answer = await talk.press(amina, welcome, "TTP")
        screen("follow-from-start", answer)
        assert [row["typed"] for row in await talk.rows(FOLLOWED)] == ["TTP"]
        assert not talk.api.unanswered


async def test_a_plain_word_is_offered_to_follow_or_to_search(tmp_path):
    async with room(tmp_path) as talk:
        amina = talk.api.person(7, "Amina")
        offer = await talk.say(amina, "Quetta floods")
        screen("plain-word", offer)
        assert await talk.rows(FOLLOWED) == []
        await talk.press(amina, offer, "➕ Follow")
        assert [row["typed"] for row in await talk.rows(FOLLOWED)] == ["Quetta floods"]


async def test_words_that_look_like_a_command_or_an_address_are_met_halfway(tmp_path):
    async with room(tmp_path) as talk:
        amina = talk.api.person(7, "Amina")
        offer = await talk.say(amina, "follow TTP")
        assert "What shall I do with TTP?" in offer.text
        await talk.press(amina, offer, "➕ Follow")
        assert [row["typed"] for row in await talk.rows(FOLLOWED)] == ["TTP"]
        assert "the command /settings?" in (await talk.say(amina, "settings")).text
        assert "the command" not in (await talk.say(amina, "broadcast")).text
        assert "That is an address" in (await talk.say(amina, "https://example.org/a?b=c")).text
        assert "no picture yet" in (await talk.say(amina, "/trend TTP")).text
        assert "Nothing is saved" in (await talk.say(amina, "/test Bannu")).text


async def test_a_corrected_keyword_is_listed_as_it_was_read_and_can_be_had_as_it_was_typed(tmp_path):
    async with room(tmp_path) as talk:
        amina = talk.api.person(7, "Amina")
        answer = await talk.say(amina, "/follow Pakistani Talibann")
        screen("follow-corrected", answer)
        assert [row["typed"] for row in await talk.rows(FOLLOWED)] == ["Pakistani Taliban"]
        await talk.press(amina, answer, "➕ Follow: =Pakistani Talibann")
        assert [row["typed"] for row in await talk.rows(FOLLOWED)] == ["Pakistani Taliban", "=Pakistani Talibann"]


async def test_operators_in_small_letters_are_a_phrase_that_can_be_turned_into_a_query(tmp_path):
    async with room(tmp_path) as talk:
        amina = talk.api.person(7, "Amina")
        answer = await talk.say(amina, "/follow TTP and Islamabad")
        screen("follow-phrase-and", answer)
        await talk.press(amina, answer, "➕ Follow: TTP AND Islamabad")
        assert [row["typed"] for row in await talk.rows(FOLLOWED)] == ["TTP and Islamabad", "TTP AND Islamabad"]
        for fine in ("Jammu and Kashmir", '"war and peace" OR TTP', "Portland", "and"):
            assert "one phrase" not in (await talk.say(amina, f"/test {fine}")).text, fine


async def test_following_tells_what_was_understood_and_what_the_archive_holds(tmp_path):
    async with room(tmp_path) as talk:
        amina = talk.api.person(7, "Amina")
        await talk.publish(BOMBING, "https://wire.example.org/1", ago=30)
        await talk.publish(CLASH, "https://valley.example.net/2", ago=20)
        await talk.publish(FLOOD, "https://valley.example.net/3", ago=2)
        answer = await talk.say(amina, "/follow TTP AND bombing")
        screen("follow-with-archive", answer)
        assert answer.links == ("https://wire.example.org/1",)
        assert len(talk.matching) == 1


async def test_testing_a_query_saves_nothing(tmp_path):
    async with room(tmp_path) as talk:
        amina = talk.api.person(7, "Amina")
        await talk.publish(FLOOD, "https://valley.example.net/3", ago=2)
        answer = await talk.say(amina, "/test floods NOT cricket")
        screen("test", answer)
        assert await talk.rows("SELECT id FROM queries UNION ALL SELECT id FROM subscriptions") == []
        assert len(talk.matching) == 0
        await talk.press(amina, answer, "➕ Follow")
        assert [row["typed"] for row in await talk.rows(FOLLOWED)] == ["floods NOT cricket"]


async def test_a_wrong_query_is_shown_its_place_and_a_correction_to_tap(tmp_path):
    async with room(tmp_path) as talk:
        amina = talk.api.person(7, "Amina")
        answer = await talk.say(amina, "/follow (TTP OR BLA AND attack")
        screen("wrong-query", answer)
        assert await talk.rows(FOLLOWED) == []
        fixed = next(button.text for row in answer.buttons for button in row)
        await talk.press(amina, answer, fixed)
        assert len(await talk.rows(FOLLOWED)) == 1


async def test_what_was_followed_can_be_undone_and_the_undoing_too(tmp_path):
    async with room(tmp_path) as talk:
        amina = talk.api.person(7, "Amina")
        answer = await talk.say(amina, "/follow Bannu")
        await talk.press(amina, answer, "↩️ Undo")
        screen("undone", amina.chat.messages[-1])
        assert await talk.rows(FOLLOWED) == []
        assert len(talk.matching) == 0
        await talk.press(amina, amina.chat.messages[-1], "↩️ Undo")
        assert [row["typed"] for row in await talk.rows(FOLLOWED)] == ["Bannu"]
        assert len(talk.matching) == 1


async def test_taking_the_end_of_a_subscription_back_restores_its_settings_and_what_was_found(tmp_path):
    async with room(tmp_path) as talk:
        amina = talk.api.person(7, "Amina")
        await talk.say(amina, "/schedule daily 8")
        followed = await talk.say(amina, "/follow TTP")
        await talk.press(amina, followed, "⚙️ Change")
        await talk.press(amina, followed, "🎯 Matching")
        await talk.press(amina, followed, "🔴 Severity")
        before = await talk.rows("SELECT typed, min_severity, since FROM subscriptions")
        assert before[0]["min_severity"] == "normal"
        talk.clock.forward(minutes=5)
        await talk.publish(BOMBING, "https://wire.example.org/1")
        ended = await talk.say(amina, "/unfollow ttp")
        assert len(talk.matching) == 0
        await talk.press(amina, ended, "↩️ Undo")
        assert "Following TTP again" in ended.text
        assert await talk.rows("SELECT typed, min_severity, since FROM subscriptions") == before
        assert [query.strictness for query in await talk.db.read(live_queries)] == ["broad"]
        assert len(talk.matching) == 1
        await talk.press(amina, ended, "⚙️ Change")
        for _ in range(3):  # exact, all names, broad again
            await talk.press(amina, ended, "🎯 Matching")
        talk.clock.forward(days=1)
        await talk.digests()
        assert "Suicide bombing kills 12" in amina.chat.messages[-1].text
        await talk.press(amina, ended, data="v1:refollow:99:0")
        await talk.say(amina, "not a subscription")
        await talk.press(amina, ended, data="v1:refollow:2:0")
        assert len(await talk.rows(FOLLOWED)) == 1


async def test_following_twice_changes_nothing_and_says_so(tmp_path):
    async with room(tmp_path) as talk:
        amina = talk.api.person(7, "Amina")
        await talk.say(amina, "/follow TTP")
        answer = await talk.say(amina, "/follow ttp")
        assert "You follow ttp already" in answer.text
        assert len(await talk.rows(FOLLOWED)) == 1


async def test_the_same_update_twice_is_one_effect_and_one_answer(tmp_path):
    async with room(tmp_path) as talk:
        amina = talk.api.person(7, "Amina")
        await talk.say(amina, "/follow TTP")
        row = (await talk.rows("SELECT body FROM inbox ORDER BY update_id DESC LIMIT 1"))[0]
        for _ in range(3):
            await talk.talk.handle(json.loads(row["body"]))
        await talk.settle()
        assert len(amina.chat.messages) == 1
        assert len(await talk.rows(FOLLOWED)) == 1
        menu = await talk.press(amina, amina.chat.messages[-1], "⚙️ Change")
        await talk.press(amina, amina.chat.messages[-1], "⏸ Pause")
        row = (await talk.rows("SELECT body FROM inbox ORDER BY update_id DESC LIMIT 1"))[0]
        await talk.talk.handle(json.loads(row["body"]))
        await talk.settle()
        assert menu is None
        assert (await talk.rows(FOLLOWED))[0]["paused"] == 1


async def test_unfollowing_by_name_in_any_case(tmp_path):
    async with room(tmp_path) as talk:
        amina = talk.api.person(7, "Amina")
        for said in ("/unfollow TTP", "/unfollow ttp", "/unfollow  Ttp "):
            await talk.say(amina, "/follow TTP")
            answer = await talk.say(amina, said)
            assert "No longer following TTP" in answer.text
            assert await talk.rows(FOLLOWED) == []


async def test_unfollowing_something_else_shows_what_is_followed(tmp_path):
    async with room(tmp_path) as talk:
        amina = talk.api.person(7, "Amina")
        await talk.say(amina, "/follow TTP")
        screen("unfollow-unknown", await talk.say(amina, "/unfollow Mars"))
        assert len(await talk.rows(FOLLOWED)) == 1


async def test_everything_of_a_subscription_is_set_by_buttons(tmp_path):
    async with room(tmp_path) as talk:
        amina = talk.api.person(7, "Amina")
        await talk.say(amina, "/follow TTP")
        await talk.say(amina, "/follow Bannu")
        listed = await talk.say(amina, "/list")
        screen("list", listed)
        await talk.press(amina, listed, "Bannu")
        menu = amina.chat.messages[-1]
        screen("subscription", menu)
        await talk.press(amina, menu, "⏸ Pause")
        await talk.press(amina, menu, "🔴 Severity")
        await talk.press(amina, menu, "🌐 Languages")
        screen("subscription-languages", menu)
        await talk.press(amina, menu, "Urdu")
        await talk.press(amina, menu, "‹ Back")
        await talk.press(amina, menu, "🎯 Matching")
        screen("subscription-changed", menu)
        row = (await talk.rows(FOLLOWED))[1]
        assert (row["paused"], row["min_severity"], row["languages"]) == (1, "normal", '["ur"]')
        strictness = await talk.rows(
            "SELECT canonical, strictness FROM subscriptions JOIN queries ON queries.id = query_id"
        )
        assert {(each["canonical"], each["strictness"]) for each in strictness} == {
            ("TTP", "normal"),
            ("Bannu", "broad"),
        }
        assert len(talk.matching) == 2
        await talk.press(amina, menu, "⏰ Rhythm")
        screen("subscription-rhythm", menu)
        await talk.press(amina, menu, "🌅 Daily 08:00")
        assert (await talk.rows("SELECT cadence FROM subscriptions WHERE typed = 'Bannu'"))[0]["cadence"] is not None
        await talk.press(amina, menu, "🗑 Stop following")
        assert [each["typed"] for each in await talk.rows(FOLLOWED)] == ["TTP"]


async def test_a_long_list_has_pages(tmp_path):
    async with room(tmp_path) as talk:
        amina = talk.api.person(7, "Amina")
        for number in range(13):
            await talk.say(amina, f"/follow Checkpost number {number}")
        listed = await talk.say(amina, "/list")
        assert "13 keywords" in listed.text
        await talk.press(amina, listed, "More ›")
        screen("list-second-page", listed)


async def test_following_has_a_limit_and_says_what_to_do(tmp_path):
    async with room(tmp_path) as talk:
        amina = talk.api.person(7, "Amina")
        answer = await talk.say(amina, "/follow " + "word " * 700)
        assert "at most 400 characters" in answer.text
        assert await talk.rows(FOLLOWED) == []


async def test_follow_without_a_query_offers_some(tmp_path):
    async with room(tmp_path) as talk:
        amina = talk.api.person(7, "Amina")
        screen("follow-what", await talk.say(amina, "/follow"))


async def test_a_name_in_markup_or_with_orders_in_it_is_only_a_name(tmp_path):
    async with room(tmp_path) as talk:
        amina = talk.api.person(7, "Amina <b>@admin</b> \u202e/ban")
        answer = await talk.say(amina, '/follow "<b>&lt; @someone /start #tag"')
        assert answer is not None
        kinds = {entity["type"] for entity in answer.entities}
        assert not kinds & {"mention", "bot_command", "hashtag", "url"}


@pytest.mark.parametrize(
    ("language", "shown"),
    [("en", ["Pakistani T.", "تحریک", "टीटीपी", "Fitna"]), ("ur", ["تحریک", "Pakistani T.", "टीटीपी"])],
)
def test_names_are_shown_in_the_readers_script_then_in_those_of_the_region(language, shown):
    names = ("巴塔", "ТТП", "Pakistani T.", "تحریک", "टीटीपी", "Fitna", "फ़ितना", "TTP")
    assert _varied(names, language)[: len(shown)] == shown
    assert _varied(("ТТП", "Taliban"), language) == ["Taliban", "ТТП"]


async def test_urdu_speakers_are_answered_in_urdu(tmp_path):
    async with room(tmp_path) as talk:
        bilal = talk.api.person(8, "بلال", "ur")
        screen("start-ur", await talk.say(bilal, "/start"))
        screen("follow-ur", await talk.say(bilal, "/follow تحریک طالبان پاکستان"))
        screen("list-ur", await talk.say(bilal, "/list"))
        screen("digest-ur", await talk.say(bilal, "/digest"))
        screen("help-ur", await talk.say(bilal, "/help"))
        screen("schedule-ur", await talk.say(bilal, "/schedule"))
