"""No secret in any log line, whoever writes it and at whatever level."""

import io
import json
import logging

import httpx
import pytest
import structlog
import telegram

from bot.logs import Redactor, configure

TOKEN = "7654321098:AAE-invented_token_of_a_test-0123456789"
SECRET = "a-push-token-of-the-operator"


@pytest.fixture
def lines():
    stream = io.StringIO()
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    yield stream
    for handler in root.handlers[:]:
        root.removeHandler(handler)
    for handler in before:
        root.addHandler(handler)
    root.setLevel(level)
    structlog.reset_defaults()


def fail(error):
    raise error


@pytest.mark.parametrize("style", ["text", "json"])
def test_no_token_and_no_secret_is_written(lines, style):
    configure("debug", style, secrets=[SECRET], stream=lines)
    log = structlog.get_logger("room")
    log.debug("asked", url=f"https://api.telegram.org/bot{TOKEN}/getMe", nested={"key": [TOKEN]})
    logging.getLogger("library").warning("failed for %s with %s", f"bot{TOKEN.replace(':', '%3A')}", SECRET)
    try:
        fail(RuntimeError(f"no answer from /bot{TOKEN}/sendMessage"))
    except RuntimeError:
        log.exception("failed", secret=SECRET)
    written = lines.getvalue()
    assert len(written.splitlines()) >= 3
    assert "AAE-invented" not in written
    assert SECRET not in written
    assert "[secret]" in written


async def test_the_telegram_library_writes_no_token_even_at_debug(lines):
    configure("debug", "json", stream=lines)
    bot = telegram.Bot(TOKEN, base_url="http://127.0.0.1:1/bot")
    with pytest.raises(telegram.error.TelegramError):
        await bot.get_me()
    async with httpx.AsyncClient() as client:
        with pytest.raises(httpx.HTTPError):
            await client.get(f"http://127.0.0.1:1/bot{TOKEN}/getMe")
    structlog.get_logger().info("done")
    assert "done" in lines.getvalue()
    assert "AAE-invented" not in lines.getvalue()


def test_json_lines_are_json_with_level_time_and_fields(lines):
    configure("info", "json", stream=lines)
    structlog.get_logger("room").info("feed_failed", feed="https://outlet.example.org/feed", failures=2)
    structlog.get_logger("room").debug("not_shown")
    (line,) = lines.getvalue().splitlines()
    found = json.loads(line)
    assert found["event"] == "feed_failed"
    assert (found["level"], found["failures"]) == ("info", 2)
    assert found["timestamp"].endswith("Z")


def test_a_traceback_shows_no_values_of_variables(lines):
    configure("info", "json", stream=lines)
    body = "what a person wrote"
    try:
        fail(ValueError(len(body)))
    except ValueError:
        structlog.get_logger().exception("failed")
    assert "what a person wrote" not in lines.getvalue()
    assert "ValueError" in lines.getvalue()


def test_what_only_looks_like_a_token_stays():
    redact = Redactor(["short"])
    for text in ("12:30:45", "chat 123456: hello", "https://example.org:8080/a", "sha256:" + "a" * 64, "short"):
        assert redact(text) == text
