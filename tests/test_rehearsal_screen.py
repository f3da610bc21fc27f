"""The chat as it is drawn: bubbles on a terminal, plain lines elsewhere."""

import io

import pytest
from rich.console import Console

from bot.rehearsal.screen import Screen

ENTRY = {
    "chat_id": 7,
    "text": '🔴 <b>Blast in <a href="https://example.org/a">Quetta</a></b>\n<blockquote>“…the TTP said…”</blockquote>',
    "parse_mode": "HTML",
    "reply_markup": {
        "inline_keyboard": [[{"text": "Why?", "callback_data": "w"}, {"text": "Mute", "callback_data": "m"}]]
    },
}


@pytest.fixture
async def amina(api):
    return api.person(7, "Amina", started=True)


def drawn(api, chat, *, terminal: bool) -> tuple[Screen, Console]:
    console = Console(
        file=io.StringIO(), width=60, force_terminal=terminal, color_system="standard" if terminal else None
    )
    return Screen(console, api, chat), console


async def test_bubbles_stand_left_and_right_with_buttons_below(api, amina):
    screen, console = drawn(api, amina.chat, terminal=True)
    await amina.write("/start")
    await api.call("sendMessage", ENTRY)
    screen.draw()
    lines = console.file.getvalue().splitlines()
    mine = next(line for line in lines if "/start" in line)
    theirs = next(line for line in lines if "Blast in" in line)
    assert mine.startswith(" " * 30)
    assert not theirs.startswith(" ")
    assert "https://example.org/a" in theirs, "the link can be clicked"
    assert any("[Why?]" in line and "[Mute]" in line for line in lines)
    assert all(len(line) < 200 for line in lines)


async def test_plain_lines_write_links_out_and_never_break_them(api, amina):
    screen, console = drawn(api, amina.chat, terminal=False)
    await amina.write("/start")
    await api.call("sendMessage", {**ENTRY, "text": ENTRY["text"].replace("org/a", "org/" + "a" * 200)})
    screen.draw()
    assert console.file.getvalue() == (
        "you:\n    /start\nbot:\n    🔴 Blast in Quetta <https://example.org/" + "a" * 200 + ">\n"
        "    │ “…the TTP said…”\n    [Why?] [Mute]\n"
    )


@pytest.mark.parametrize("terminal", [True, False])
async def test_only_what_is_new_is_drawn_and_edits_are_called_edits(api, amina, terminal):
    screen, console = drawn(api, amina.chat, terminal=terminal)
    sent = await api.call("sendMessage", {"chat_id": 7, "text": "killed 12"})
    screen.draw()
    screen.draw()
    assert console.file.getvalue().count("killed 12") == 1
    await api.call("editMessageText", {"chat_id": 7, "message_id": sent["message_id"], "text": "killed 15"})
    screen.draw()
    assert console.file.getvalue().count("killed 15") == 1
    assert "edited" in console.file.getvalue()


async def test_the_answer_to_a_tap_is_shown_for_a_moment(api, amina):
    screen, console = drawn(api, amina.chat, terminal=False)
    await api.call("sendMessage", ENTRY)
    tap = await amina.press(amina.chat.last, "Mute")
    await api.call("answerCallbackQuery", {"callback_query_id": tap.id, "text": "Muted for a week"})
    screen.draw()
    screen.draw()
    assert console.file.getvalue().count("Muted for a week") == 1


async def test_pictures_and_documents_have_a_line_of_their_own(api, amina):
    screen, console = drawn(api, amina.chat, terminal=True)
    await amina.send_document(None, "feeds.opml", b"<opml/>", caption="/import")
    screen.draw()
    assert "[document feeds.opml]" in console.file.getvalue()
