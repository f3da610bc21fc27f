"""Rhythm, zone, quiet hours, pauses, settings: by words and by buttons."""

import json
from datetime import timedelta

from tests.talking import START, room, screen

CHAT = "SELECT * FROM chats WHERE chat_id = :chat"


async def one(talk, chat=7):
    return (await talk.rows(CHAT, chat=chat))[0]


async def test_the_schedule_is_a_menu(tmp_path):
    async with room(tmp_path) as talk:
        amina = talk.api.person(7, "Amina")
        menu = await talk.say(amina, "/schedule")
        screen("schedule", menu)
        await talk.press(amina, menu, "🌅 Time …")
        await talk.press(amina, menu, "07:00")
        row = await one(talk)
        assert json.loads(row["cadence"]) == {"kind": "daily", "at": "07:00"}
        assert row["next_digest_at"] == "2026-03-03T07:00:00.000Z"
        await talk.press(amina, menu, "🌙 Quiet")
        await talk.press(amina, menu, "22:00–07:00")
        await talk.press(amina, menu, "🚨 Urgent")
        await talk.press(amina, menu, "high")
        screen("schedule-set", menu)
        row = await one(talk)
        assert json.loads(row["quiet"]) == {"from": "22:00", "to": "07:00"}
        assert row["urgent"] == "high"
        assert not talk.api.unanswered


RHYTHMS = (
    ("instant", {"kind": "instant"}),
    ("every 6", {"kind": "every", "hours": 6}),
    ("every 6 hours", {"kind": "every", "hours": 6}),
    ("12h", {"kind": "every", "hours": 12}),
    ("hourly", {"kind": "every", "hours": 1}),
    ("daily", {"kind": "daily", "at": "08:00"}),
    ("Daily 7:30", {"kind": "daily", "at": "07:30"}),
    ("daily at 7 pm", {"kind": "daily", "at": "19:00"}),
    ("weekly", {"kind": "weekly", "at": "08:00", "day": 0}),
    ("weekly fri 18:15", {"kind": "weekly", "at": "18:15", "day": 4}),
    ("every day at 8", {"kind": "daily", "at": "08:00"}),
    ("8:15", {"kind": "daily", "at": "08:15"}),
    ("at 9 pm", {"kind": "daily", "at": "21:00"}),
    ("every hour", {"kind": "every", "hours": 1}),
    ("fridays at 9", {"kind": "weekly", "at": "09:00", "day": 4}),
    ("thurs", {"kind": "weekly", "at": "08:00", "day": 3}),
    ("weekly on Sunday at 12am", {"kind": "weekly", "at": "00:00", "day": 6}),
)
WRONG = (
    ("monthly", "I did not understand that schedule"),
    ("sometimes", "I did not understand that schedule"),
    ("every 40", "Every 1 to 24 hours"),
    ("daily 25:00", "There is no time 25:00"),
    ("daily 13 pm", "There is no time 13:00 pm"),
    ("weekly blursday", "There is no day “blursday”"),
    ("quiet 22:00-22:00", "/pause"),
    ("zone Atlantis City", "I know no place called “Atlantis City”"),
    ("x" * 4000, "I did not understand that schedule"),
)
ZONES = (
    ("Karachi", "Asia/Karachi"),
    ("kabul", "Asia/Kabul"),
    ("کابل", "Asia/Kabul"),
    ("Нью-Йорк", "America/New_York"),
    ("Asia/Kathmandu", "Asia/Kathmandu"),
    ("Pakistan", "Asia/Karachi"),
    ("Genève", "Europe/Zurich"),
    ("utc", "UTC"),
)


async def test_a_rhythm_in_words(tmp_path):
    async with room(tmp_path) as talk:
        amina = talk.api.person(7, "Amina")
        for said, cadence in RHYTHMS:
            answer = await talk.say(amina, f"/schedule {said}")
            assert "Schedule saved" in answer.text, said
            assert json.loads((await one(talk))["cadence"]) == cadence, said


async def test_a_schedule_that_cannot_be_is_refused_with_the_way_out(tmp_path):
    async with room(tmp_path) as talk:
        amina = talk.api.person(7, "Amina")
        await talk.say(amina, "/schedule every 3")
        for said, told in WRONG:
            answer = await talk.say(amina, f"/schedule {said}"[:4096])
            assert told in answer.text, said
            assert json.loads((await one(talk))["cadence"]) == {"kind": "every", "hours": 3}, said


async def test_a_zone_by_the_name_of_a_city(tmp_path):
    async with room(tmp_path) as talk:
        amina = talk.api.person(7, "Amina")
        for said, zone in ZONES:
            await talk.say(amina, f"/schedule zone {said}")
            assert (await one(talk))["zone"] == zone, said


async def test_a_city_name_that_several_places_have_offers_the_others(tmp_path):
    async with room(tmp_path) as talk:
        amina = talk.api.person(7, "Amina")
        answer = await talk.say(amina, "/schedule zone Hyderabad")
        screen("zone-several", answer)
        assert (await one(talk))["zone"] == "Asia/Kolkata"
        await talk.press(amina, answer, "Hyderabad, Pakistan")
        assert (await one(talk))["zone"] == "Asia/Karachi"


async def test_a_country_or_an_offset_with_several_clocks_is_asked_about(tmp_path):
    async with room(tmp_path) as talk:
        amina = talk.api.person(7, "Amina")
        for said, label, zone in (
            ("USA", "Chicago", "America/Chicago"),
            ("Russia", "Novosibirsk", "Asia/Novosibirsk"),
            ("UK", "London", "Europe/London"),
            ("UTC+5:30", "Mumbai", "Asia/Kolkata"),
            ("gmt-5", "New York City", "America/New_York"),
        ):
            before = (await talk.rows(CHAT, chat=7) or [{"zone": "UTC"}])[0]["zone"]
            answer = await talk.say(amina, f"/schedule zone {said}")
            assert "Which city's?" in answer.text, said
            assert (await talk.rows(CHAT, chat=7) or [{"zone": "UTC"}])[0]["zone"] == before
            await talk.press(amina, answer, label)
            assert (await one(talk))["zone"] == zone
        assert "Clock of Atlantis, South Africa" in (await talk.say(amina, "/schedule zone Atlantis")).text
        assert "UTC (UTC)" in (await talk.say(amina, "/schedule zone GMT")).text


async def test_a_schedule_is_brought_back_with_one_tap(tmp_path):
    async with room(tmp_path) as talk:
        amina = talk.api.person(7, "Amina")
        await talk.say(amina, "/schedule daily 7:30")
        await talk.say(amina, "/schedule zone Kabul")
        await talk.say(amina, "/schedule quiet 22 to 6")
        await talk.say(amina, "/schedule urgent off")
        fields = ("cadence", "zone", "quiet", "urgent", "next_digest_at")
        before = {name: (await one(talk))[name] for name in fields}
        changed = await talk.say(amina, "/schedule every 3")
        await talk.press(amina, changed, "↩️ Undo")
        assert {name: (await one(talk))[name] for name in fields} == before
        await talk.press(amina, changed, "↩️ Undo")
        assert json.loads((await one(talk))["cadence"]) == {"kind": "every", "hours": 3}
        again = await talk.say(amina, "/schedule every 3")
        assert "Undo" not in str(again.buttons)
        await talk.press(amina, again, data="v1:schedback:999:0")
        assert "expired" in amina.chat.messages[-1].text


async def test_a_mistyped_city_is_guessed(tmp_path):
    async with room(tmp_path) as talk:
        amina = talk.api.person(7, "Amina")
        answer = await talk.say(amina, "/schedule zone Karacchi")
        screen("zone-mistyped", answer)
        await talk.press(amina, answer, "Karachi, Pakistan")
        assert (await one(talk))["zone"] == "Asia/Karachi"


async def test_a_time_inside_the_quiet_hours_says_when_the_digest_will_come(tmp_path):
    async with room(tmp_path) as talk:
        amina = talk.api.person(7, "Amina")
        await talk.say(amina, "/schedule quiet 10pm - 7am")
        answer = await talk.say(amina, "/schedule daily 23:30")
        assert "comes at their end, 07:00" in answer.text
        assert (await one(talk))["next_digest_at"] == "2026-03-03T07:00:00.000Z"


async def test_a_pause_keeps_what_comes_and_ends_by_itself_or_by_button(tmp_path):
    async with room(tmp_path) as talk:
        amina = talk.api.person(7, "Amina")
        answer = await talk.say(amina, "/pause 3d")
        screen("pause", answer)
        row = await one(talk)
        assert row["state"] == "paused"
        assert row["paused_until"].startswith((START + timedelta(days=3)).date().isoformat())
        await talk.press(amina, answer, "▶️ Resume now")
        assert (await one(talk))["state"] == "active"
        assert "was not paused" in (await talk.say(amina, "/resume")).text
        open_end = await talk.say(amina, "/pause")
        assert (await one(talk))["paused_until"] is None
        await talk.press(amina, open_end, "8 hours")
        assert (await one(talk))["paused_until"] == "2026-03-02T17:00:00.000Z"
        assert "For how long?" in (await talk.say(amina, "/pause until the rain ends")).text


async def test_settings_are_set_by_buttons_and_the_language_changes_at_once(tmp_path):
    async with room(tmp_path) as talk:
        amina = talk.api.person(7, "Amina")
        menu = await talk.say(amina, "/settings")
        screen("settings", menu)
        await talk.press(amina, menu, "🔴 Severity")
        await talk.press(amina, menu, "high")
        await talk.press(amina, menu, "💓 Sign of life")
        await talk.press(amina, menu, "🌐 Language")
        await talk.press(amina, menu, "اردو")
        row = await one(talk)
        assert (row["min_severity"], row["heartbeat"], row["language"]) == ("high", 1, "ur")
        assert "کس پر نظر" in (await talk.say(amina, "/follow")).text


async def test_old_and_foreign_buttons_get_a_fresh_menu(tmp_path):
    async with room(tmp_path) as talk:
        amina = talk.api.person(7, "Amina")
        menu = await talk.say(amina, "/schedule")
        for data in (
            "v0:schedule::0",
            "v1:nonsense:1:0",
            "v1:sub:99:0",
            "x" * 64,
            "v1:cadence:every-99:0",
            "v1:why:7:3",
        ):
            answer = await talk.press(amina, menu, data=data)
            assert answer is not None, data
        screen("menu-expired", await talk.press(amina, menu, data="v0:old:1:1"))
        assert not talk.api.unanswered
