"""Updates, webhooks, flood limits and faults: what lies between a bot and Telegram."""

import asyncio
from datetime import UTC, datetime, timedelta

import aiohttp
import httpx
import pytest
from aiohttp import web
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram.error import BadRequest, Conflict, NetworkError, RetryAfter, TelegramError, TimedOut

from bot.rehearsal import BotApi, Fault, Limits, Rule, Window
from bot.rehearsal.flood import Flood
from bot.rehearsal.refusal import Refusal, forbidden
from tests.rehearsal_fixtures import library_bot


class Clock:
    """A clock that is told what time it is."""

    def __init__(self) -> None:
        self.time = datetime(2026, 3, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def advance(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


@pytest.fixture
async def amina(api):
    return api.person(7, "Amina", started=True)


# --- polling -----------------------------------------------------------------------------------------------------------


async def test_updates_stay_until_an_offset_confirms_them(ptb, amina):
    for text in ("one", "two", "three"):
        await amina.write(text)
    first = await ptb.get_updates(limit=2)
    assert [update.message.text for update in first] == ["one", "two"]
    assert [update.message.text for update in await ptb.get_updates()] == ["one", "two", "three"]
    rest = await ptb.get_updates(offset=first[-1].update_id + 1)
    assert [update.message.text for update in rest] == ["three"]
    assert [update.message.text for update in await ptb.get_updates()] == ["three"]
    await amina.write("four")
    assert [update.message.text for update in await ptb.get_updates(offset=-1)] == ["four"]
    assert [update.message.text for update in await ptb.get_updates()] == ["four"]


async def test_a_long_poll_wakes_when_something_is_said(api, ptb, amina):
    waiting = asyncio.create_task(ptb.get_updates(timeout=20))
    await asyncio.wait_for(api.updates.polling.wait(), 5)
    await amina.write("hello")
    async with asyncio.timeout(5):
        assert [update.message.text for update in await waiting] == ["hello"]


@pytest.mark.usefixtures("amina")
async def test_a_second_poller_ends_the_first_with_409(api, ptb):
    first = asyncio.create_task(ptb.get_updates(timeout=20))
    await asyncio.wait_for(api.updates.polling.wait(), 5)
    async with library_bot(api) as other:
        assert await other.get_updates(timeout=0) == ()
    with pytest.raises(Conflict, match="terminated by other getUpdates request"):
        await first


async def test_kinds_that_nobody_asked_for_are_not_sent(ptb, amina):
    await ptb.get_updates(allowed_updates=["callback_query"])
    await amina.write("hello")
    assert await ptb.get_updates() == ()
    await ptb.get_updates(allowed_updates=[])
    await amina.write("hello again")
    assert [update.message.text for update in await ptb.get_updates()] == ["hello again"]


async def test_an_update_can_come_twice(api, ptb, amina):
    await amina.write("/follow TTP")
    (update,) = await ptb.get_updates()
    await ptb.get_updates(offset=update.update_id + 1)
    api.updates.deliver({"update_id": update.update_id, "message": amina.chat.history[0].as_json()}, 7)
    (again,) = await ptb.get_updates()
    assert (again.update_id, again.message.text) == (update.update_id, "/follow TTP")


# --- webhook -----------------------------------------------------------------------------------------------------------


class Hook:
    """A real web server that takes pushes, or refuses the first few."""

    def __init__(self, *, refuse: int = 0, answer: dict | None = None) -> None:
        self.refuse = refuse
        self.answer = answer
        self.seen: list[tuple[str | None, dict]] = []
        self.tries = 0

    async def handle(self, request: web.Request) -> web.Response:
        self.tries += 1
        if self.tries <= self.refuse:
            return web.Response(status=500)
        body = await request.json()
        self.seen.append((request.headers.get("X-Telegram-Bot-Api-Secret-Token"), body))
        return web.json_response(self.answer) if self.answer else web.Response()

    async def __aenter__(self):
        application = web.Application()
        application.router.add_post("/hook", self.handle)
        self.runner = web.AppRunner(application, access_log=None)
        await self.runner.setup()
        await web.TCPSite(self.runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self.runner.addresses[0][1]}/hook"
        return self

    async def __aexit__(self, *_):
        await self.runner.cleanup()


async def test_a_webhook_gets_updates_in_order_with_its_secret(api, ptb, amina):
    await amina.write("before")
    async with Hook() as hook:
        await ptb.set_webhook(hook.url, secret_token="s3cret-Token_", allowed_updates=["message"])
        with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active"):
            await ptb.get_updates()
        for number in range(5):
            await amina.write(str(number))
        await asyncio.wait_for(api.updates.settled.wait(), 5)
        assert {secret for secret, _ in hook.seen} == {"s3cret-Token_"}
        assert [body["message"]["text"] for _, body in hook.seen] == ["before", "0", "1", "2", "3", "4"]
        info = await ptb.get_webhook_info()
        assert (info.url, info.pending_update_count, info.allowed_updates) == (hook.url, 0, ("message",))
        await ptb.delete_webhook()
        await amina.write("after")
        assert [update.message.text for update in await ptb.get_updates()] == ["after"]


async def test_a_push_is_repeated_until_it_is_taken():
    async with BotApi(webhook_wait=0.01) as api, library_bot(api) as bot, Hook(refuse=3) as hook:
        amina = api.person(7, "Amina")
        await bot.set_webhook(hook.url)
        await amina.write("hello")
        await asyncio.wait_for(api.updates.settled.wait(), 5)
        assert (hook.tries, len(hook.seen)) == (4, 1)
        assert "500" in (await bot.get_webhook_info()).last_error_message


async def test_a_webhook_may_answer_with_a_call(api, ptb, amina):
    async with Hook(answer={"method": "sendMessage", "chat_id": 7, "text": "at once"}) as hook:
        await ptb.set_webhook(hook.url)
        await amina.write("/start")
        assert (await api.wait_for(amina, 1))[0].text == "at once"


async def test_pending_updates_can_be_dropped(ptb, amina):
    await amina.write("old")
    await ptb.delete_webhook(drop_pending_updates=True)
    assert await ptb.get_updates() == ()


# --- flood -------------------------------------------------------------------------------------------------------------


async def test_a_second_message_within_a_second_is_refused_with_a_wait():
    clock = Clock()
    async with BotApi(now=clock, limits=Limits()) as api, library_bot(api) as bot:
        for person in (7, 8):
            api.person(person, "P", started=True)
        await bot.send_message(7, "one")
        with pytest.raises(RetryAfter):
            await bot.send_message(7, "two")
        await bot.send_message(8, "another chat")
        assert (api.flood.refused, api.flood.during_wait) == (1, 0)
        with pytest.raises(RetryAfter):
            await bot.send_message(7, "two, impatiently")
        assert (api.flood.refused, api.flood.during_wait) == (2, 1)
        clock.advance(1.01)
        await bot.send_message(7, "two")
        assert [message.text for message in api.chat(7).messages] == ["one", "two"]
        assert [call.status for call in api.calls_to("sendMessage", 7)] == [200, 429, 429, 200]


async def test_groups_take_20_a_minute_edits_included():
    clock = Clock()
    async with BotApi(now=clock, limits=Limits()) as api:
        owner = api.person(7, "P")
        api.group(-1001, "Desk", owner)
        for number in range(10):
            clock.advance(2)
            sent = await api.call("sendMessage", {"chat_id": -1001, "text": str(number)})
            edit = {"chat_id": -1001, "message_id": sent["message_id"], "text": f"{number}!"}
            await api.call("editMessageText", edit)
        with pytest.raises(Refusal) as caught:
            await api.call("sendMessage", {"chat_id": -1001, "text": "x"})
        assert caught.value.parameters == {"retry_after": 42}


@pytest.mark.usefixtures("amina")
async def test_a_chat_can_be_closed_by_hand_without_limits(api, ptb):
    api.person(8, "Zahid", started=True)
    api.flood.close(7, api.backend.clock(), timedelta(seconds=7))
    with pytest.raises(RetryAfter):
        await ptb.send_message(7, "x")
    assert (await ptb.send_message(8, "x")).text == "x"


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 0.5), st.integers(1, 4)), max_size=150))
def test_no_window_ever_holds_more_than_its_limit(steps):
    limits = Limits(overall=Window(6, 1), private=Window(1, 1), group=Window(3, 10))
    flood, clock, accepted, waits = Flood(limits), Clock(), [], []
    for pause, chat in steps:
        clock.advance(pause)
        try:
            flood.admit(chat, clock(), private=chat < 3)
        except Refusal as refusal:
            waits.append(refusal.parameters["retry_after"])
        else:
            accepted.append((clock().timestamp(), chat))
    for start, _ in accepted:
        inside = [chat for time, chat in accepted if start <= time < start + 1]
        assert len(inside) <= 6
        assert all(inside.count(chat) <= 1 for chat in (1, 2))
        later = [chat for time, chat in accepted if start <= time < start + 10]
        assert all(later.count(chat) <= 3 for chat in (3, 4))
    assert len(accepted) + len(waits) == len(accepted) + flood.refused == len(steps)
    assert min(waits, default=1) >= 1


# --- faults ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "error", "cause", "accepted"),
    [
        (Fault.BAD_GATEWAY, NetworkError, None, 0),
        (Fault.BAD_GATEWAY_AFTER, NetworkError, None, 1),
        (Fault.RESET_BEFORE, NetworkError, httpx.ReadError, 0),
        (Fault.RESET_AFTER, NetworkError, httpx.ReadError, 1),
        (Fault.TIMEOUT_BEFORE, TimedOut, httpx.ReadTimeout, 0),
        (Fault.TIMEOUT_AFTER, TimedOut, httpx.ReadTimeout, 1),
        (Fault.TRUNCATED, TelegramError, None, 1),
    ],
)
async def test_faults_look_to_the_library_as_the_real_ones_do(api, ptb, amina, fault, error, cause, accepted):
    rule = api.faults.add(Rule(fault, method="sendMessage"))
    with pytest.raises(error) as caught:
        await ptb.send_message(7, "x", read_timeout=0.3)
    assert not isinstance(caught.value, BadRequest)
    if cause is not None:
        assert isinstance(caught.value.__cause__, cause)
    assert len(amina.chat.messages) == accepted
    assert rule.struck == 1
    assert api.calls[-1].fault is fault
    assert (await ptb.send_message(7, "y")).text == "y"


@pytest.mark.usefixtures("amina")
async def test_rules_choose_method_chat_and_place_in_line(api, ptb):
    api.person(8, "Zahid", started=True)
    api.faults.add(Rule(Fault.REFUSE, chat_id=8, skip=1, refusal=forbidden("bot was blocked by the user")))
    await ptb.send_message(7, "x")
    await ptb.send_message(8, "x")
    with pytest.raises(TelegramError, match="blocked"):
        await ptb.send_message(8, "y")
    await ptb.send_message(8, "z")
    assert [message.text for message in api.chat(8).messages] == ["x", "z"]


async def test_chance_is_repeatable():
    async def struck(seed: int) -> list[int]:
        async with BotApi(seed=seed) as api, aiohttp.ClientSession() as session:
            api.faults.add(Rule(Fault.BAD_GATEWAY, times=None, chance=0.3))
            found = []
            for _ in range(40):
                async with session.get(f"{api.base_url}{api.token}/getMe") as response:
                    found.append(response.status)
            return found

    one, two, other = await struck(1), await struck(1), await struck(2)
    assert one == two
    assert one != other
    assert {200, 502} == set(one)


async def test_an_outage_refuses_connections_and_forgets_nothing(api, ptb, amina):
    await ptb.send_message(7, "before")
    waiting = asyncio.create_task(ptb.get_updates(timeout=20))
    await asyncio.wait_for(api.updates.polling.wait(), 5)
    await api.go_down()
    with pytest.raises(NetworkError) as cut:
        await waiting
    assert isinstance(cut.value.__cause__, httpx.RemoteProtocolError | httpx.ReadError)
    with pytest.raises(NetworkError) as caught:
        await ptb.send_message(7, "lost")
    assert isinstance(caught.value.__cause__, httpx.ConnectError)
    await amina.write("/digest")
    await api.come_back()
    assert [update.message.text for update in await ptb.get_updates()] == ["/digest"]
    await ptb.send_message(7, "after")
    assert [message.text for message in amina.chat.messages] == ["before", "after"]


@pytest.mark.usefixtures("amina")
async def test_slow_answers_are_answers(api, ptb):
    api.faults.add(Rule(Fault.SLOW, delay=timedelta(milliseconds=50)))
    assert (await ptb.send_message(7, "x")).text == "x"


@pytest.mark.usefixtures("amina")
async def test_what_is_asked_is_logged_with_its_answer(api, ptb):
    await ptb.send_message(7, "x")
    with pytest.raises(BadRequest):
        await ptb.send_message(9, "x")
    good, bad = api.calls_to("sendMessage")
    assert (good.is_ok, good.arguments["text"], good.answer["result"]["text"]) == (True, "x", "x")
    assert (bad.status, bad.description) == (400, "Bad Request: chat not found")
    assert api.calls_to("sendMessage", 9) == [bad]
