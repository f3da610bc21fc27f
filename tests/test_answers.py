"""What an answer of Telegram means: the cause decides, and whatever is not certainly a refusal is ambiguous."""

import base64
from datetime import timedelta

import aiohttp
import pytest
from aiohttp.client_reqrep import ConnectionKey
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.delivery.answers import is_unchanged, translated
from bot.delivery.connection import Connection
from bot.rehearsal.faults import Fault, Rule
from bot.rehearsal.server import BotApi
from digests.errors import (
    Ambiguous,
    BadMarkup,
    BadMessage,
    BotRefused,
    ChatGone,
    ChatMoved,
    MessageGone,
    NotAllowed,
    TopicGone,
    TryLater,
)


def caused(error, cause):
    error.__cause__ = cause
    return error


REFUSED = aiohttp.ClientConnectorError(ConnectionKey("h", 443, True, None, None, None, None), OSError(111, "refused"))
UNREADABLE = TelegramError("Invalid server response")


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (caused(NetworkError("x"), REFUSED), TryLater),
        (caused(TimedOut(), aiohttp.ConnectionTimeoutError("slow")), TryLater),
        (caused(NetworkError("x"), aiohttp.ClientOSError(104, "reset")), Ambiguous),
        (caused(NetworkError("x"), aiohttp.ServerDisconnectedError()), Ambiguous),
        (caused(NetworkError("x"), aiohttp.ClientPayloadError("half an answer")), Ambiguous),
        (caused(TimedOut(), aiohttp.SocketTimeoutError("slow")), Ambiguous),
        (caused(NetworkError("Unknown error in HTTP implementation"), OSError("?")), Ambiguous),
        (caused(NetworkError("Unknown"), UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogate")), BadMessage),
        (NetworkError("Bad Gateway (502)"), Ambiguous),
        (NetworkError("Internal Server Error: restart"), Ambiguous),
        (caused(NetworkError("Bad Gateway (502)"), UNREADABLE), Ambiguous),
        (NetworkError("Request Entity Too Large"), BadMessage),
        (caused(TelegramError("Invalid server response"), ValueError("json")), Ambiguous),
        (KeyError("result"), Ambiguous),
        (RetryAfter(7), TryLater),
        (ChatMigrated(-100123), ChatMoved),
        (Forbidden("Forbidden: bot was blocked by the user"), ChatGone),
        (Forbidden("Forbidden: user is deactivated"), ChatGone),
        (Forbidden("Forbidden: bot was kicked from the supergroup chat"), ChatGone),
        (Forbidden("Forbidden: bot is not a member of the channel chat"), ChatGone),
        (Forbidden("Forbidden: the group chat was deleted"), ChatGone),
        (Forbidden("Forbidden: bot can't initiate conversation with a user"), ChatGone),
        (Forbidden("Forbidden: something new"), NotAllowed),
        (BadRequest("Bad Request: chat not found"), ChatGone),
        (BadRequest("Bad Request: not enough rights to send text messages to the chat"), NotAllowed),
        (BadRequest("Bad Request: need administrator rights in the channel chat"), NotAllowed),
        (BadRequest("Bad Request: CHAT_WRITE_FORBIDDEN"), NotAllowed),
        (BadRequest("Bad Request: message thread not found"), TopicGone),
        (BadRequest("Bad Request: TOPIC_CLOSED"), TopicGone),
        (BadRequest("Bad Request: can't parse entities: Unsupported start tag"), BadMarkup),
        (BadRequest("Bad Request: message to edit not found"), MessageGone),
        (BadRequest("Bad Request: message to be replied not found"), MessageGone),
        (BadRequest("Bad Request: message is too long"), BadMessage),
        (caused(Forbidden("Forbidden (403). Parsing failed"), UNREADABLE), TryLater),
        (caused(BadRequest("Bad Request (400). Parsing failed"), UNREADABLE), TryLater),
        (caused(InvalidToken("Not Found (404). Parsing failed"), UNREADABLE), TryLater),
        (InvalidToken("Unauthorized"), BotRefused),
        (InvalidToken("Not Found"), BotRefused),
        (InvalidToken("Not Found: method not found"), BadMessage),
        (Conflict("Conflict: terminated by other getUpdates request"), BotRefused),
    ],
)
def test_every_exception_of_a_call_has_its_meaning(error, kind):
    assert type(translated(error)) is kind


def test_the_wait_of_a_429_is_kept_even_when_the_answer_hides_it():
    said = translated(RetryAfter(timedelta(seconds=7)))
    hidden = translated(NetworkError("Too Many Requests: retry after 41"))
    silent = translated(NetworkError("Too Many Requests (429)"))
    assert (said.delay, said.flood) == (timedelta(seconds=7), True)
    assert (hidden.delay, hidden.flood) == (timedelta(seconds=41), True)
    assert silent.flood
    assert silent.delay > timedelta(seconds=5)


def test_an_edit_that_changes_nothing_is_success():
    assert is_unchanged(BadRequest("Bad Request: message is not modified: specified new message content ..."))
    assert not is_unchanged(BadRequest("Bad Request: message to edit not found"))


def test_a_conflict_says_what_to_do():
    assert "webhook" in str(translated(Conflict("Conflict: can't use getUpdates method while webhook is active")))
    assert "another token" in str(translated(Conflict("Conflict: terminated by other getUpdates request")))


async def test_the_line_translates_what_the_stand_in_says():
    async with BotApi() as api, Connection(api.token, api.url) as line:
        with pytest.raises(ChatGone):
            await line.call("sendMessage", {"chat_id": 404, "text": "x"})
        api.person(7, "Amina", started=True)
        with pytest.raises(BadMarkup):
            await line.call("sendMessage", {"chat_id": 7, "text": "<b", "parse_mode": "HTML"})
        with pytest.raises(BadMessage):
            await line.call("sendMessage", {"chat_id": 7, "text": "\ud800"})
        with pytest.raises(BadMessage):
            await line.call("../getMe", {})
        sent = await line.call("sendMessage", {"chat_id": 7, "text": "x", "reply_markup": None})
        again = {"chat_id": 7, "message_id": sent["message_id"], "text": "x"}
        assert await line.call("editMessageText", again) is True


async def test_files_go_up_and_come_down():
    raw = b"\x00binary\xff"
    content = base64.b64encode(raw).decode()
    async with BotApi() as api, Connection(api.token, api.url) as line:
        api.person(7, "Amina", started=True)
        document = {"filename": "a ü.bin", "base64": content}
        sent = await line.call("sendDocument", {"chat_id": 7, "document": document, "caption": "خبردار"})
        file = await line.bot.get_file(sent["document"]["file_id"])
        assert bytes(await file.download_as_bytearray()) == raw
        assert api.chat(7).messages[0].text == "خبردار"


async def test_the_library_does_not_close_the_line_under_the_sender():
    async with BotApi() as api, Connection(api.token, api.url) as line:
        async with line.bot:
            assert (await line.bot.get_me()).is_bot
        assert await line.call("getMe", {})


async def test_the_token_shows_in_no_log(caplog):
    caplog.set_level("DEBUG")
    async with BotApi() as api, Connection(api.token, api.url) as line:
        api.person(7, "Amina", started=True)
        await line.call("sendMessage", {"chat_id": 7, "text": "x"})
        api.faults.add(Rule(Fault.TRUNCATED))
        with pytest.raises(Ambiguous) as caught:
            await line.call("sendMessage", {"chat_id": 7, "text": "x"})
        secret = api.token.partition(":")[2]
        assert secret not in caplog.text
        assert secret not in str(caught.value)
