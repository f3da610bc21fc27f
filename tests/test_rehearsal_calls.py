"""The stand-in refuses what Telegram refuses, in Telegram's words, over real HTTP."""

import json

import aiohttp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.rehearsal.describe import describe
from bot.rehearsal.methods import table
from bot.rehearsal.refusal import Refusal
from bot.rehearsal.schema import bot_api


@pytest.fixture
async def post(api):
    """Calls a method as raw HTTP and gives status and description (or result)."""
    api.person(7, "Amina", started=True)

    async with aiohttp.ClientSession() as session:

        async def call(method, *, token=None, **kind):
            async with session.post(f"{api.base_url}{token or api.token}/{method}", **kind) as response:
                body = await response.json()
                assert body["ok"] == (response.status == 200)
                return response.status, body.get("result", body.get("description"))

        yield call


KEYBOARD = {"inline_keyboard": [[{"text": "Why?", "callback_data": "v1:why:1:0"}]]}
MESSAGE = {"chat_id": 7, "text": "hello"}


@pytest.mark.parametrize("form", ["urlencoded", "json", "multipart", "query", "json in form"])
async def test_a_call_may_come_in_every_form(post, form):
    values = {"chat_id": "7", "text": "کیا خبر ہے & + 100 %", "reply_markup": json.dumps(KEYBOARD)}
    writer = aiohttp.FormData(values, default_to_multipart=True)
    kinds = {
        "urlencoded": {"data": values},
        "json": {"json": {**values, "chat_id": 7, "reply_markup": KEYBOARD}},
        "multipart": {"data": writer},
        "query": {"params": values},
        "json in form": {"json": values},
    }
    status, result = await post("sendMessage", **kinds[form])
    assert status == 200, result
    assert result["text"] == values["text"]
    assert result["reply_markup"] == KEYBOARD


async def test_method_names_have_no_case(post):
    status, result = await post("GETME")
    assert status == 200
    assert result["is_bot"] is True


@pytest.mark.parametrize(
    ("method", "arguments", "status", "words"),
    [
        ("sendMesage", MESSAGE, 404, "Not Found: method not found"),
        ("sendMessage", {"chat_id": 7}, 400, "message text is empty"),
        ("sendMessage", {"chat_id": 7, "text": ""}, 400, "message text is empty"),
        ("sendMessage", {"chat_id": 7, "text": " \n\u200b"}, 400, "text must be non-empty"),
        ("sendMessage", {"text": "x"}, 400, "chat_id is empty"),
        ("sendMessage", {**MESSAGE, "disable_web_page_preview": True}, 400, "unknown parameter"),
        ("sendMessage", {**MESSAGE, "chat_id": 8}, 400, "chat not found"),
        ("sendMessage", {**MESSAGE, "chat_id": "@nobody"}, 400, "chat not found"),
        ("sendMessage", {**MESSAGE, "chat_id": 7.5}, 400, "Integer"),
        ("sendMessage", {**MESSAGE, "chat_id": True}, 400, "Integer"),
        ("sendMessage", {**MESSAGE, "chat_id": 2**80}, 400, "Integer"),
        ("sendMessage", {**MESSAGE, "message_thread_id": "one"}, 400, "Integer"),
        ("sendMessage", {**MESSAGE, "disable_notification": "perhaps"}, 400, "Boolean"),
        ("sendMessage", {**MESSAGE, "parse_mode": "BBCode"}, 400, "unsupported parse_mode"),
        ("sendMessage", {**MESSAGE, "text": ["x"]}, 400, "String"),
        ("sendMessage", {**MESSAGE, "reply_markup": "{"}, 400, "can't parse reply markup JSON object"),
        ("sendMessage", {**MESSAGE, "reply_markup": [1]}, 400, "reply_markup"),
        ("sendMessage", {**MESSAGE, "link_preview_options": {"disabled": True}}, 400, 'unknown field "disabled"'),
        ("sendMessage", {**MESSAGE, "link_preview_options": {"is_disabled": 1}}, 400, "Boolean"),
        ("sendMessage", {**MESSAGE, "reply_parameters": {}}, 400, 'can\'t find field "message_id"'),
        ("sendMessage", {**MESSAGE, "entities": [{"type": "bold", "offset": 0}]}, 400, "length"),
        ("sendMessage", {**MESSAGE, "entities": [{"type": "bold", "offset": 3, "length": 9}]}, 400, "outside"),
        ("sendMessage", {**MESSAGE, "text": "x" * 4097}, 400, "Bad Request: message is too long"),
        ("sendMessage", {**MESSAGE, "text": "🔴" * 2049}, 400, "Bad Request: message is too long"),
        ("sendMessage", {**MESSAGE, "text": "x" * 32769}, 400, "Bad Request: text is too long"),
        ("sendMessage", {**MESSAGE, "text": "<b>x", "parse_mode": "HTML"}, 400, "Bad Request: can't parse entities"),
        ("sendMessage", {**MESSAGE, "text": "a.b", "parse_mode": "MarkdownV2"}, 400, "can't parse entities"),
        ("sendMessage", {**MESSAGE, "reply_parameters": {"message_id": 99}}, 400, "message to be replied not found"),
        ("sendChatAction", {"chat_id": 7, "action": "dance"}, 400, "wrong parameter action in request"),
        ("editMessageText", {"chat_id": 7, "message_id": 99, "text": "x"}, 400, "message to edit not found"),
        ("deleteMessage", {"chat_id": 7, "message_id": 99}, 400, "message to delete not found"),
        ("answerCallbackQuery", {"callback_query_id": "1"}, 400, "query is too old"),
        ("getFile", {"file_id": "ABC"}, 400, "invalid file_id"),
        ("sendDocument", {"chat_id": 7, "document": "ABC"}, 400, "wrong file identifier/HTTP URL specified"),
        ("setMyCommands", {"commands": [{"command": "Start!", "description": "x"}]}, 400, "BOT_COMMAND_INVALID"),
        ("setMyCommands", {"commands": [{"command": "start"}]}, 400, "description"),
        ("setMyCommands", {"commands": [], "scope": {"type": "planet"}}, 400, "scope is none of"),
        (
            "setMyCommands",
            {"commands": [], "scope": {"type": "chat"}},
            400,
            "BotCommandScopeChat: can't find field \"c",
        ),
        ("setMyCommands", {"commands": [], "language_code": "english"}, 400, "language code"),
        ("setWebhook", {"url": "http://example.org/hook"}, 400, "HTTPS"),
        ("setWebhook", {"url": "https://example.org/hook", "secret_token": "spaces no"}, 400, "unallowed characters"),
        ("sendDice", {"chat_id": 7}, 400, "does not play sendDice"),
    ],
)
async def test_what_telegram_refuses_is_refused_in_its_words(post, method, arguments, status, words):
    answered, description = await post(method, json=arguments)
    assert (answered, words in str(description)) == (status, True), description


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([[{"text": "x"}]], "Text buttons are unallowed"),
        ([[{"text": "x", "callback_data": ""}]], "Text buttons are unallowed"),
        ([[{"text": " ", "callback_data": "x"}]], "non-empty"),
        ([[{"text": "x", "callback_data": "x" * 65}]], "BUTTON_DATA_INVALID"),
        ([[{"text": "x", "callback_data": "ڈ" * 33}]], "BUTTON_DATA_INVALID"),
        ([[{"text": "x", "url": "javascript:alert(1)"}]], "wrong HTTP URL"),
        ([[{"text": "x", "url": "http://localhost/"}]], "wrong HTTP URL"),
        ([[{"text": "x", "callback_data": "x", "url": "https://example.org"}]], "more than one kind"),
        ([[{"text": "x", "callback_data": "x"}] * 9], "more than 8"),
        ([[{"text": "x", "callback_data": "x"}] * 5] * 21, "reply markup is too long"),
        ([{"text": "x", "callback_data": "x"}], "Array"),
        ([[{"callback_data": "x"}]], 'can\'t find field "text"'),
        ([[{"text": 5, "callback_data": "x"}]], "String"),
    ],
)
async def test_keyboards_that_telegram_would_not_show_are_refused(post, rows, words):
    status, description = await post("sendMessage", json={**MESSAGE, "reply_markup": {"inline_keyboard": rows}})
    assert (status, words in description) == (400, True), description


async def test_100_buttons_in_rows_of_8_and_64_bytes_are_still_accepted(post):
    buttons = [{"text": "x", "callback_data": "y" * 64}] * 100
    rows = [buttons[start : start + 8] for start in range(0, 100, 8)]
    status, result = await post("sendMessage", json={**MESSAGE, "reply_markup": {"inline_keyboard": rows}})
    assert status == 200, result


async def test_wrong_tokens_and_paths_are_refused(api, post):
    assert await post("getMe", token="1:x") == (401, "Unauthorized")
    async with aiohttp.ClientSession() as session:
        for path in ("/", "/bot", f"/bot{api.token}", "/file/bot1:x/documents/a"):
            async with session.get(api.url + path) as response:
                assert response.status in {401, 404}


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff\xfe", b'{"chat_id":' + b"[" * 100_000])
async def test_unreadable_bodies_are_refused(post, body):
    status, _ = await post("sendMessage", data=body, headers={"Content-Type": "application/json"})
    assert status == 400


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
WILD_METHODS = ("sendMessage", "setMyCommands", "answerInlineQuery")


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_wild_parameters_raise_nothing_but_a_refusal(data):
    method = bot_api().method(data.draw(st.sampled_from(WILD_METHODS)))
    names = st.sampled_from(sorted(method.checks)) | st.text(max_size=5)
    arguments = data.draw(st.dictionaries(names, JSON_VALUES, max_size=4))
    try:
        read = method.read(arguments, {})
    except Refusal as refusal:
        said = refusal.description
    else:
        assert method.required <= read.keys() <= method.checks.keys()
        return
    assert said.startswith("Bad Request: ")


def test_every_method_that_is_played_is_described():
    assert set(table) <= set(bot_api().names)


def test_description_keeps_names_types_and_requirements_only():
    field = {"name": "commands", "types": ["Array of BotCommand"], "required": True, "description": "Prose."}
    scope = {"name": "scope", "types": ["Scope"], "required": False, "description": "Prose."}
    kind = {"name": "type", "types": ["String"], "required": True, "description": "Scope type, must be default"}
    made = describe({
        "version": "Bot API 0",
        "methods": {"setMyCommands": {"fields": [field, scope]}, "getMe": {}},
        "types": {
            "BotCommand": {"fields": [{"name": "command", "types": ["String"], "required": True, "description": ""}]},
            "Scope": {"subtypes": ["ScopeDefault"]},
            "ScopeDefault": {"fields": [kind]},
            "Unused": {"fields": []},
        },
    })  # fmt: skip
    assert made == {
        "version": "Bot API 0",
        "methods": {"setMyCommands": {"commands": "!BotCommand[]", "scope": "Scope"}, "getMe": {}},
        "types": {
            "BotCommand": {"command": "!String"},
            "Scope": ["ScopeDefault"],
            "ScopeDefault": {"type": "=default"},
        },
    }
