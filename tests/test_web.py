"""Health, readiness, metrics and the webhook."""

import asyncio
import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest

from bot.db import Db
from bot.metrics import Metrics
from bot.web import Health, Lag, Webhook, WebParts, WebServer
from bot.web.health import database_check, recent_check
from digests.errors import ConfigError, StoreError, UserMistake

NOW = datetime(2026, 11, 23, tzinfo=UTC)
SECRET = "a-webhook-secret"


async def ask(server, path, method="GET", **kwargs):
    async with (
        aiohttp.ClientSession() as client,
        client.request(method, f"http://127.0.0.1:{server.port}{path}", **kwargs) as response,
    ):
        return response.status, await response.text(), response.headers


def parts(**kwargs):
    return WebParts(**{"health": Health(Lag(), {}), **kwargs})


async def test_a_living_process_says_so():
    async with WebServer(parts(), "127.0.0.1", 0) as server:
        status, text, headers = await ask(server, "/healthz")
    assert (status, json.loads(text)["alive"]) == (200, True)
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Server"] == "khabardar"


async def test_a_process_whose_loop_hangs_is_not_healthy():
    lag, stop = Lag(every=0.01), asyncio.Event()
    watching = asyncio.create_task(lag.run(stop))
    await asyncio.sleep(0.05)
    assert lag.seconds < 0.5
    time.sleep(0.6)  # noqa: ASYNC251 - this is the hang
    await asyncio.sleep(0.05)
    assert lag.seconds > 0.4
    stop.set()
    await watching
    lag.recent.append(6.0)
    async with WebServer(parts(health=Health(lag, {})), "127.0.0.1", 0) as server:
        assert (await ask(server, "/healthz"))[0] == 503


async def test_readiness_names_what_is_wrong(tmp_path):
    db = await Db(tmp_path / "k.db").open()
    polled = [NOW]
    clock = [NOW]
    checks = {
        "database": database_check(db),
        "poller": recent_check("the poller", lambda: polled[0], timedelta(minutes=2), lambda: clock[0]),
    }
    async with WebServer(parts(health=Health(Lag(), checks)), "127.0.0.1", 0) as server:
        assert (await ask(server, "/readyz"))[0] == 200
        clock[0] += timedelta(minutes=3)
        status, text, _ = await ask(server, "/readyz")
        assert status == 503
        assert json.loads(text)["checks"] == {"database": "ok", "poller": "the poller: nothing for 180 s"}
        await db.close()
        assert json.loads((await ask(server, "/readyz"))[1])["checks"]["database"] != "ok"


async def test_metrics_are_for_this_machine_only():
    metrics = Metrics()
    metrics.observe_fetch("ok", 0.2)
    metrics.observe_check("new")
    async with WebServer(parts(metrics=metrics.text), "127.0.0.1", 0) as server:
        status, text, _ = await ask(server, "/metrics")
        assert status == 200
        assert 'khabardar_fetch_total{result="ok"} 1.0' in text
        assert (await ask(server, "/metrics", headers={"X-Forwarded-For": "127.0.0.1"}))[0] == 403


def test_two_sets_of_metrics_never_meet():
    one, other = Metrics(), Metrics()
    one.observe_push("stored")
    assert b'khabardar_pushes_total{result="stored"} 1.0' in one.text()
    assert b'khabardar_pushes_total{result="stored"}' not in other.text()


async def test_what_is_not_served_is_not_there():
    async with WebServer(parts(), "127.0.0.1", 0) as server:
        for path in ("/articles", "/metrics", "/telegram", "/", "/../etc/passwd"):
            status, text, _ = await ask(server, path)
            assert status == 404
            assert json.loads(text)["error"]
        assert (await ask(server, "/healthz", "POST"))[0] == 405


async def test_a_taken_port_is_said_in_a_sentence():
    async with WebServer(parts(), "127.0.0.1", 0) as server:
        with pytest.raises(ConfigError, match=rf"127\.0\.0\.1:{server.port}"):
            await WebServer(parts(), "127.0.0.1", server.port).__aenter__()


# --- Webhook ---------------------------------------------------------------------------------------------------------


class Line:
    def __init__(self):
        self.updates, self.fault = [], None

    async def accept(self, update):
        if self.fault:
            raise self.fault
        self.updates.append(update)


@pytest.mark.parametrize(
    ("secret", "body", "status"),
    [
        (SECRET, {"update_id": 1}, 200),
        ("wrong", {"update_id": 1}, 403),
        ("", {"update_id": 1}, 403),
        (SECRET, [1], 400),
        (SECRET, {"update": 1}, 400),
        (SECRET, "{", 400),
    ],
)
async def test_only_updates_with_the_secret_are_accepted(secret, body, status):
    line = Line()
    hook = Webhook("/telegram/hook", SECRET, line.accept)
    async with WebServer(parts(webhook=hook), "127.0.0.1", 0) as server:
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret}
        data = body if isinstance(body, str) else json.dumps(body)
        assert (await ask(server, "/telegram/hook", "POST", data=data, headers=headers))[0] == status
    assert line.updates == ([{"update_id": 1}] if status == 200 else [])


async def test_an_update_that_is_not_stored_is_not_confirmed():
    line = Line()
    line.fault = StoreError("disk I/O error")
    hook = Webhook("/telegram/hook", SECRET, line.accept)
    async with WebServer(parts(webhook=hook), "127.0.0.1", 0) as server:
        headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
        assert (await ask(server, "/telegram/hook", "POST", json={"update_id": 1}, headers=headers))[0] == 503
    assert SECRET not in repr(hook)


async def test_what_the_inbox_cannot_take_for_an_update_is_refused_for_good():
    line = Line()
    line.fault = UserMistake("not an update of Telegram")
    hook = Webhook("/telegram/hook", SECRET, line.accept)
    async with WebServer(parts(webhook=hook), "127.0.0.1", 0) as server:
        headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
        assert (await ask(server, "/telegram/hook", "POST", json={"update_id": True}, headers=headers))[0] == 400


def test_every_metric_is_documented():
    page = (Path(__file__).parents[1] / "docs" / "push.md").read_text(encoding="utf-8")
    families = {family.name.removeprefix("khabardar_") for family in Metrics().registry.collect()}
    assert families
    for name in families:
        assert f"`{name}" in page, name
