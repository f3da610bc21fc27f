"""Digests and what is asked of them: why, sources, search, not relevant, mute."""

from tests.talking import BOMBING, CLASH, FLOOD, MORE, room, screen

TYPO = (
    "Army clears road near Miranshah",
    (
        "MIRANSHA: The army cleared the road to Miranshah on Monday after a roadside bomb was found near a school, officials "
        "said. Nobody was hurt. Traffic went on in the afternoon, and the market in the town opened again."
    ),
)


async def test_a_digest_tells_why_and_all_sources_and_is_told_once(tmp_path):
    async with room(tmp_path) as talk:
        amina = talk.api.person(7, "Amina")
        await talk.say(amina, "/follow TTP")
        talk.clock.forward(minutes=5)
        await talk.publish(BOMBING, "https://wire.example.org/1")
        talk.clock.forward(minutes=5)
        digest = await talk.say(amina, "/digest")
        screen("digest", digest)
        assert "https://wire.example.org/1" in digest.links
        screen("why", await talk.press(amina, digest, "❔ Why?"))
        screen("story", await talk.press(amina, digest, "🔗 All sources"))
        screen("digest-nothing-new", await talk.say(amina, "/digest"))
        talk.clock.forward(hours=2)
        await talk.publish(MORE, "https://valley.example.net/2")
        talk.clock.forward(minutes=5)
        screen("digest-updated", await talk.say(amina, "/digest"))
        screen("story-updated", await talk.say(amina, "/story 1"))
        assert not talk.api.unanswered


async def test_of_several_entries_a_button_asks_which(tmp_path):
    async with room(tmp_path) as talk:
        amina = talk.api.person(7, "Amina")
        await talk.say(amina, "/follow TTP")
        talk.clock.forward(minutes=5)
        await talk.publish(BOMBING, "https://wire.example.org/1")
        await talk.publish(CLASH, "https://valley.example.net/2")
        digest = await talk.say(amina, "/digest")
        which = await talk.press(amina, digest, "❔ Why?")
        screen("why-which", which)
        label = which.buttons[1][0].text
        trace = await talk.press(amina, which, label)
        assert "Bannu" in trace.text
        assert "found “TTP” in the" in trace.text
        assert (await talk.say(amina, "/why 2")).text == trace.text
        assert "2 entries; there is no number 9" in (await talk.say(amina, "/why 9")).text


async def test_a_story_muted_by_its_button_is_not_told_again(tmp_path):
    async with room(tmp_path) as talk:
        amina = talk.api.person(7, "Amina")
        await talk.say(amina, "/follow TTP")
        talk.clock.forward(minutes=5)
        await talk.publish(BOMBING, "https://wire.example.org/1")
        digest = await talk.say(amina, "/digest")
        muted = await talk.press(amina, digest, "🔕 Mute story")
        screen("muted", muted)
        talk.clock.forward(hours=2)
        await talk.publish(MORE, "https://valley.example.net/2")
        assert "Nothing new" in (await talk.say(amina, "/digest")).text
        await talk.press(amina, muted, "7 days")
        assert (await talk.rows("SELECT kind, until FROM mutes"))[0]["until"] is not None
        listed = await talk.say(amina, "/mute")
        screen("mutes", listed)
        await talk.press(amina, listed, "🔔 1")
        assert await talk.rows("SELECT id FROM mutes") == []
        assert "UPDATED" in (await talk.say(amina, "/digest")).text


async def test_sources_and_keywords_are_muted_by_name(tmp_path):
    async with room(tmp_path) as talk:
        amina = talk.api.person(7, "Amina")
        await talk.say(amina, "/follow TTP")
        muted = await talk.say(amina, "/mute some.example.org 7d")
        assert "example.\u2060org is muted until 9 Mar 09:00 (UTC)" in muted.text
        assert "The keyword TTP is muted until you take it back" in (await talk.say(amina, "/mute keyword ttp")).text
        assert "I know no keyword, source or story “Mars” here" in (await talk.say(amina, "/mute Mars 2d")).text
        assert len(await talk.rows("SELECT id FROM mutes")) == 2


async def test_a_mute_has_a_length_in_words(tmp_path):
    async with room(tmp_path) as talk:
        amina = talk.api.person(7, "Amina")
        await talk.say(amina, "/follow Durand Line")
        muted = await talk.say(amina, "/mute durand line for 2 days")
        assert "The keyword Durand Line is muted until 4 Mar" in muted.text
        assert "until you take it back" in (await talk.say(amina, "/mute Durand Line")).text


async def test_not_relevant_teaches_one_subscription_and_can_be_taken_back(tmp_path):
    async with room(tmp_path) as talk:
        amina, bilal = talk.api.person(7, "Amina"), talk.api.person(8, "Bilal")
        await talk.say(amina, '/follow "Miranshaw road"')
        await talk.say(amina, "/follow TTP")
        await talk.say(bilal, "/follow TTP")
        talk.clock.forward(minutes=5)
        await talk.publish(CLASH, "https://valley.example.net/2")
        digest = await talk.say(amina, "/digest")
        noted = await talk.press(amina, digest, "👎 Not relevant")
        screen("not-relevant", noted)
        kept = await talk.rows("SELECT chat_id, keyword, words FROM feedback")
        assert [(row["chat_id"], row["keyword"], row["words"]) for row in kept] == [(7, "TTP", "TTP")]
        assert len(await talk.rows("SELECT id FROM mutes WHERE chat_id = 7")) == 1
        assert "Bannu" in (await talk.say(bilal, "/digest")).text
        await talk.press(amina, noted, "↩️ Undo")
        assert await talk.rows("SELECT id FROM feedback UNION ALL SELECT id FROM mutes") == []


async def test_not_relevant_on_a_misspelling_leaves_such_spellings_out(tmp_path):
    async with room(tmp_path) as talk:
        amina = talk.api.person(7, "Amina")
        await talk.say(amina, "/follow Zarbakhtun")
        talk.clock.forward(minutes=5)
        story = (CLASH[0], CLASH[1] + " The fighting spread to the village of Zarbakhtan, residents said.")
        await talk.publish(story, "https://valley.example.net/9")
        digest = await talk.say(amina, "/digest")
        assert "Zarbakhtan" in digest.text
        answer = await talk.press(amina, digest, "👎 Not relevant")
        screen("not-relevant-learned", answer)
        learned = (await talk.rows("SELECT min_score FROM subscriptions"))[0]["min_score"]
        assert 0 < learned < 100
        assert "was tuned by “Not relevant”" in (await talk.say(amina, "/why 1")).text
        await talk.press(amina, answer, "↩️ Undo")
        assert (await talk.rows("SELECT min_score FROM subscriptions"))[0]["min_score"] == 0


async def test_the_archive_is_searched_by_pages(tmp_path):
    async with room(tmp_path) as talk:
        amina = talk.api.person(7, "Amina")
        await talk.publish(BOMBING, "https://wire.example.org/1", ago=3)
        await talk.publish(FLOOD, "https://valley.example.net/3", ago=2)
        screen("search", await talk.say(amina, "/search Islamabad court"))
        screen("search-nothing", await talk.say(amina, "/search cricket in Lahore"))
        assert "Search for what?" in (await talk.say(amina, "/search")).text


async def test_questions_about_nothing_say_what_to_do(tmp_path):
    async with room(tmp_path) as talk:
        amina = talk.api.person(7, "Amina")
        assert "/digest to get one now" in (await talk.say(amina, "/why 1")).text
        assert "I know no story “deadbeef”" in (await talk.say(amina, "/story deadbeef")).text
        assert "Which story?" in (await talk.say(amina, "/story")).text
        assert "You follow nothing yet" in (await talk.say(amina, "/digest")).text


async def test_inline_queries_list_the_latest_stories(tmp_path):
    async with room(tmp_path) as talk:
        amina = talk.api.person(7, "Amina")
        await talk.publish(BOMBING, "https://wire.example.org/1", ago=3)
        await talk.publish(FLOOD, "https://valley.example.net/3", ago=2)
        asked = await amina.inline("Pakistani Taliban")
        answer = await talk.api.answered(asked)
        assert [result["title"][2:] for result in answer["results"]] == [
            "Suicide bombing kills 12 outside Islamabad court"
        ]
        assert answer["is_personal"] is True
        await amina.choose(asked, answer["results"][0]["id"])
        await talk.settle()
        assert amina.chat.messages == [], "what was chosen is said to others, not to the bot"
        everything = await talk.api.answered(await amina.inline(""))
        assert len(everything["results"]) == 2
        nothing = await talk.api.answered(await amina.inline("x" * 250))
        assert nothing["results"] == []
        assert nothing["button"]["start_parameter"] == "inline"
