"""The real library writes, people see what Telegram's own parser made of it."""

import io
from html import escape

import pytest
import telegram
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram import (
    BotCommand,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputMediaDocument,
    InputTextMessageContent,
    LinkPreviewOptions,
    MessageEntity,
)
from telegram.error import BadRequest

from bot.rehearsal import as_html, render
from bot.rehearsal.refusal import Refusal
from bot.rehearsal.texts import piece, read_text, units
from bot.rehearsal.world import Chat, ChatKind, Message

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x02\x00\x00\x00\x03\x08\x02\x00\x00\x00"
    b"\x12\x16\xf1M\x00\x00\x00\x00IEND\xaeB`\x82"
)


@pytest.fixture
async def amina(api):
    return api.person(7, "Amina", "ur", started=True)


# --- text --------------------------------------------------------------------------------------------------------------


async def test_markup_becomes_text_entities_links_and_readable_lines(ptb, amina):
    text = (
        '🔴 <b>Blast in <a href="https://example.org/a?x=1&amp;y=2">Quetta</a></b> at '
        '<tg-time unix="1763000000" format="t">09:13</tg-time>\n'
        "<blockquote expandable>first\nsecond</blockquote>\n<code>TTP</code> &lt;end&gt;"
    )
    await ptb.send_message(7, text, parse_mode="HTML", link_preview_options=LinkPreviewOptions(is_disabled=True))
    got = amina.chat.last
    assert got.text == "🔴 Blast in Quetta at 09:13\nfirst\nsecond\nTTP <end>"
    assert got.links == ("https://example.org/a?x=1&y=2",)
    assert [entity["type"] for entity in got.entities] == [
        "bold", "text_link", "date_time", "expandable_blockquote", "code",
    ]  # fmt: skip
    assert not got.preview
    assert render(got) == ("🔴 Blast in Quetta <https://example.org/a?x=1&y=2> at 09:13\n│ first\n│ second\nTTP <end>")
    assert as_html(got) == text


async def test_markdown_and_counted_entities_say_the_same(ptb, amina):
    await ptb.send_message(7, "*bold* [link](https://example.org/)", parse_mode="MarkdownV2")
    first = amina.chat.last
    await ptb.send_message(
        7, "bold link",
        entities=[MessageEntity("bold", 0, 4), MessageEntity("text_link", 5, 4, url="https://example.org/")],
    )  # fmt: skip
    assert amina.chat.last.content == first.content


@pytest.mark.parametrize("link", ["javascript:alert(1)", "ftp://example.org/x", "http://", "https://nodot/x"])
async def test_links_that_telegram_drops_are_dropped(ptb, amina, link):
    await ptb.send_message(7, f'<a href="{link}">Dawn</a>', parse_mode="HTML")
    assert (amina.chat.last.text, amina.chat.last.links) == ("Dawn", ())


async def test_only_the_first_100_entities_survive(ptb, amina):
    await ptb.send_message(7, "".join(f"<b>{n}</b> " for n in range(120)), parse_mode="HTML")
    assert len(amina.chat.last.entities) == 100
    assert piece(amina.chat.last.text, amina.chat.last.entities[-1]) == "99"


async def test_links_mentions_commands_and_tags_are_found_without_markup(ptb, amina):
    await ptb.send_message(7, "see https://example.org/a @someone /start #tag <code>@inside</code>", parse_mode="HTML")
    kinds = [entity["type"] for entity in amina.chat.last.entities]
    assert kinds == ["url", "mention", "bot_command", "hashtag", "code"]


@pytest.mark.parametrize(("text", "is_fine"), [("🔴" * 2048, True), ("🔴" * 2048 + "x", False), ("خ" * 4096, True)])
@pytest.mark.usefixtures("amina")
async def test_length_is_counted_in_utf16_units_after_parsing(ptb, text, is_fine):
    call = ptb.send_message(7, f"<b>{text}</b>", parse_mode="HTML")
    if is_fine:
        assert (await call).text == text
    else:
        with pytest.raises(BadRequest, match="Message is too long"):
            await call


def test_white_space_controls_and_direction_marks_go_as_telegram_lets_them_go():
    got = read_text("  \u202e<b>a\tb</b>\u2066 \n<i>c</i>\u2028\r\n  ", "HTML", None)
    assert got.text == "a b\u2066 \nc"
    assert [piece(got.text, entity) for entity in got.entities] == ["a b", "c"]


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=st.sampled_from("ab<>&;/\"'= \n🔴خ\u202e\u200b\x00\r@#1.") | st.characters(), max_size=60))
def test_any_text_is_read_or_refused_and_its_entities_lie_inside(text):
    for mode in ("HTML", "MarkdownV2", "Markdown", None):
        try:
            got = read_text(text, mode, None)
        except Refusal:
            continue
        end = units(got.text)
        assert got.text.strip()
        assert all(0 <= one["offset"] < one["offset"] + one["length"] <= end for one in got.entities)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("biu"), st.text("xy 🔴خ<&", min_size=1, max_size=8)), min_size=1, max_size=6))
def test_html_made_from_a_message_is_the_same_message_again(parts):
    html = "x" + "".join(f"<{tag}>{escape(text)}</{tag}>." for tag, text in parts)
    once = read_text(html, "HTML", None)
    message = Message(1, Chat(1, ChatKind.PRIVATE, "x"), 0, None, once)
    again = read_text(as_html(message), "HTML", None)
    assert again.text == once.text


# --- edits and deletions -----------------------------------------------------------------------------------------------


async def test_an_edit_changes_the_message_in_place_and_takes_its_buttons_away(ptb, amina):
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("Why?", callback_data="w")]])
    sent = await ptb.send_message(7, "killed 12", reply_markup=markup)
    with pytest.raises(BadRequest, match="Message is not modified"):
        await ptb.edit_message_text("killed 12", 7, sent.message_id, reply_markup=markup)
    edited = await ptb.edit_message_text("killed <b>15</b>", 7, sent.message_id, parse_mode="HTML")
    assert edited.edit_date is not None
    assert (amina.chat.last.text, amina.chat.last.labels, amina.chat.last.edits) == ("killed 15", (), 1)
    await ptb.edit_message_reply_markup(7, sent.message_id, reply_markup=markup)
    assert amina.chat.last.labels == ("Why?",)
    assert len(amina.chat.messages) == 1


async def test_messages_of_others_and_deleted_ones_cannot_be_edited(ptb, amina):
    hers = await amina.write("hello")
    with pytest.raises(BadRequest, match="Message can't be edited"):
        await ptb.edit_message_text("x", 7, hers.id)
    sent = await ptb.send_message(7, "mine")
    assert await ptb.delete_message(7, sent.message_id)
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await ptb.edit_message_text("x", 7, sent.message_id)
    assert amina.chat.messages == []


async def test_replies_forwards_and_copies_keep_their_origin(ptb, amina):
    first = await ptb.send_message(7, "story")
    answer = await first.reply_text("update", do_quote=True)
    assert answer.reply_to_message.message_id == first.message_id
    assert amina.chat.last.reply_to.text == "story"
    forwarded = await ptb.forward_message(7, 7, first.message_id)
    assert forwarded.forward_origin.sender_user.id == ptb.id
    copied = await ptb.copy_message(7, 7, first.message_id)
    assert amina.chat.log[copied.message_id].text == "story"


# --- files -------------------------------------------------------------------------------------------------------------


async def test_documents_go_out_and_come_back(ptb, amina):
    sent = await ptb.send_document(
        7, io.BytesIO(b"a,b\n"), filename="export.csv", caption="<b>Yours</b>", parse_mode="HTML"
    )
    assert amina.chat.last.document.content == b"a,b\n"
    assert render(amina.chat.last) == "(document export.csv, 4 bytes)\nYours"
    again = await ptb.send_document(7, sent.document.file_id)
    assert again.document.file_id == sent.document.file_id
    upload = await amina.send_document(None, "feeds.opml", b"<opml/>", mime="text/x-opml", caption="/import")
    (update,) = await ptb.get_updates()
    assert (update.message.document.file_name, update.message.caption) == ("feeds.opml", "/import")
    file = await ptb.get_file(update.message.document.file_id)
    assert bytes(await file.download_as_bytearray()) == upload.document.content


async def test_pictures_have_their_size_and_what_is_none_is_refused(ptb, amina):
    sent = await ptb.send_photo(7, PNG, caption="x" * 1024)
    assert (sent.photo[0].width, sent.photo[0].height) == (2, 3)
    with pytest.raises(BadRequest, match="Message caption is too long"):
        await ptb.send_photo(7, PNG, caption="x" * 1025)
    with pytest.raises(BadRequest, match="Image_process_failed"):
        await ptb.send_photo(7, b"not a picture")
    with pytest.raises(BadRequest, match="There is no text in the message to edit"):
        await ptb.edit_message_text("x", 7, sent.message_id)
    await ptb.edit_message_caption(7, sent.message_id, caption="new")
    assert amina.chat.last.text == "new"


async def test_albums_come_as_messages_of_one_group(ptb, amina):
    sent = await ptb.send_media_group(
        7, [InputMediaDocument(b"1", filename="a"), InputMediaDocument(b"2", filename="b")]
    )
    assert len({message.media_group_id for message in sent}) == 1
    assert [message.document.content for message in amina.chat.messages] == [b"1", b"2"]


# --- buttons, inline, commands -----------------------------------------------------------------------------------------


async def test_a_pressed_button_waits_for_its_answer(api, ptb, amina):
    sent = await ptb.send_message(
        7, "entry", reply_markup=InlineKeyboardMarkup([[
            InlineKeyboardButton("Why?", callback_data="v1:why:1:0"),
            InlineKeyboardButton("Site", url="https://example.org"),
        ]]),
    )  # fmt: skip
    with pytest.raises(LookupError, match="there are"):
        await amina.press(amina.chat.last, "Mute")
    with pytest.raises(LookupError, match="opens"):
        await amina.press(amina.chat.last, "Site")
    tap = await amina.press(amina.chat.last, "Why?")
    old = await amina.press(amina.chat.last, data="v0:gone")
    assert api.unanswered == [tap, old]
    first, second = await ptb.get_updates()
    assert (first.callback_query.data, first.callback_query.message.message_id) == ("v1:why:1:0", sent.message_id)
    await first.callback_query.answer("x" * 200)
    with pytest.raises(BadRequest, match="Message_too_long"):
        await second.callback_query.answer("x" * 201)
    assert tap.text == "x" * 200
    assert api.unanswered == [old]


async def test_inline_results_are_checked_like_messages(api, ptb, amina):
    asked = await amina.inline("TTP")
    (update,) = await ptb.get_updates()

    def article(key, text):
        return InlineQueryResultArticle(key, "title", InputTextMessageContent(text, parse_mode="HTML"))

    for results, words in (
        ([article("1", "<b>x")], "parse entities"),
        ([article("1", "a"), article("1", "b")], "Result_id_duplicate"),
        ([article("x" * 65, "a")], "Result_id_invalid"),
    ):
        with pytest.raises(BadRequest, match=words):
            await ptb.answer_inline_query(update.inline_query.id, results)
    await ptb.answer_inline_query(update.inline_query.id, [article("1", "<b>Blast</b>")], is_personal=True)
    assert (await api.answered(asked))["is_personal"] is True
    sent = await amina.choose(asked, "1")
    assert (sent.text, sent.via_bot) == ("Blast", api.world.bot)


@pytest.mark.usefixtures("amina")
async def test_commands_are_kept_per_scope_and_language(ptb):
    await ptb.set_my_commands([BotCommand("follow", "Follow a name")])
    await ptb.set_my_commands([BotCommand("follow", "نام")], scope=BotCommandScopeAllPrivateChats(), language_code="ur")
    await ptb.set_my_commands([BotCommand("admin", "Overview")], scope=BotCommandScopeChat(7))
    assert [c.description for c in await ptb.get_my_commands()] == ["Follow a name"]
    urdu = await ptb.get_my_commands(scope=BotCommandScopeAllPrivateChats(), language_code="ur")
    assert [c.description for c in urdu] == ["نام"]
    await ptb.delete_my_commands(scope=BotCommandScopeChat(7))
    assert await ptb.get_my_commands(scope=BotCommandScopeChat(7)) == ()
    await ptb.set_my_description("News of names you watch")
    assert (await ptb.get_my_description()).description == "News of names you watch"
    assert (await ptb.get_my_name()).name == "Khabardar"


async def test_waiting_ends_with_what_came_instead(api, ptb, amina):
    await ptb.send_message(7, "Nothing new")
    with pytest.raises(TimeoutError, match="Nothing new"):
        await api.wait_for(amina, "Welcome", 0.05)
    assert [message.text for message in await api.wait_for(7, 1)] == ["Nothing new"]


def test_the_library_is_the_one_that_the_bot_uses():
    assert telegram.__version__.startswith("22.")
