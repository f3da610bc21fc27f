"""The update inbox: stored before it is confirmed, worked on once, in order per chat."""

import asyncio
import contextlib
from datetime import UTC, datetime

import pytest

from bot.db import Db
from bot.delivery import Connection, Timeouts
from bot.rehearsal.faults import Fault, Rule
from bot.rehearsal.refusal import conflict
from bot.rehearsal.server import BotApi
from bot.telegram.inbox import Inbox, Limits, received
from digests.errors import BotRefused, StoreBusy, UserMistake
from digests.store import inbox as store_inbox

QUICK = Limits(poll=2, retry_delay=0.01, seconds=5)


def now():
    return datetime.now(UTC)


def update(number, chat=7, text="hello"):
    return {"update_id": number, "message": {"message_id": number, "chat": {"id": chat}, "text": text}}


@contextlib.asynccontextmanager
async def working(tmp_path, handle, *, limits=QUICK, failures=None):
    """An inbox at work on a database; what is accepted is handled."""
    db = await Db(tmp_path / "k.db").open()
    stop = asyncio.Event()
    desk = Inbox(db, handle, now=now, limits=limits, on_failed=(failures if failures is not None else []).append)
    task = asyncio.create_task(desk.work(stop))
    try:
        yield desk, db, stop
    finally:
        stop.set()
        await task
        await db.close()


async def states(db):
    rows = await db.read(lambda store: store.rows("SELECT update_id, state, tries FROM inbox ORDER BY update_id"))
    return {row["update_id"]: (row["state"], row["tries"]) for row in rows}


async def test_an_update_that_comes_ten_times_has_one_effect(tmp_path):
    seen = []

    async def handle(body):
        seen.append(body["update_id"])

    async with working(tmp_path, handle) as (desk, db, _):
        assert [await desk.accept(update(5)) for _ in range(10)] == [True] + [False] * 9
        assert await desk.drain(30)
        await desk.accept(update(5))
        assert await desk.drain(30)
        assert await states(db) == {5: ("done", 1)}
    assert seen == [5]


async def test_updates_of_a_chat_are_worked_on_in_order_and_chats_in_parallel(tmp_path):
    seen, together, most, three = [], set(), 0, asyncio.Event()

    async def handle(body):
        nonlocal most
        chat = body["message"]["chat"]["id"]
        assert chat not in together
        together.add(chat)
        most = max(most, len(together))
        if len(together) == 3:
            three.set()
        await asyncio.wait_for(three.wait(), 10)  # three chats meet here, or the test fails
        seen.append((chat, body["update_id"]))
        together.discard(chat)

    async with working(tmp_path, handle, limits=Limits(chats=3)) as (desk, _, _stop):
        for number in range(30):
            await desk.accept(update(number, chat=number % 6))
        assert await desk.drain(30)
    assert len(seen) == 30
    assert most == 3
    for chat in range(6):
        assert [number for place, number in seen if place == chat] == list(range(chat, 30, 6))


async def test_work_that_fails_is_tried_three_times_and_then_told(tmp_path):
    failures = []

    async def handle(body):
        if body["update_id"] == 1:
            raise ValueError("broken")

    async with working(tmp_path, handle, failures=failures) as (desk, db, _):
        await desk.accept(update(1))
        await desk.accept(update(2))  # the same chat goes on afterwards
        assert await desk.drain(30)
        assert await states(db) == {1: ("failed", 3), 2: ("done", 1)}
    (failure,) = failures
    assert failure.update.update_id == 1
    assert failure.reason == "ValueError: broken"


async def test_work_that_hangs_does_not_hold_its_chat_for_ever(tmp_path):
    async def handle(body):
        if body["update_id"] == 1:
            await asyncio.Event().wait()

    async with working(tmp_path, handle, limits=Limits(seconds=0.05, tries=2, retry_delay=0.01)) as (desk, db, _):
        await desk.accept(update(1))
        await desk.accept(update(2))
        assert await desk.drain(30)
        assert await states(db) == {1: ("failed", 2), 2: ("done", 1)}


async def test_effect_and_mark_are_one_transaction_so_a_crash_after_it_repeats_nothing(tmp_path):
    effects = []
    holder = {}

    async def handle(body):
        number = body["update_id"]
        if await holder["db"].write(store_inbox.mark_done, number, now()):
            effects.append(number)
        raise RuntimeError("dies after the commit")

    async with working(tmp_path, handle) as (desk, db, _):
        holder["db"] = db
        await desk.accept(update(3))
        assert await desk.drain(30)
        assert await states(db) == {3: ("done", 1)}
    assert effects == [3]


async def test_what_an_earlier_boot_left_is_worked_on(tmp_path):
    db = await Db(tmp_path / "k.db").open()
    await db.write(store_inbox.insert_all, [received(update(n, chat=n)) for n in range(1, 51)], now())
    await db.write(store_inbox.begin, 1)  # it was being worked on when the process died
    await db.close()
    seen = []

    async def handle(body):
        seen.append(body["update_id"])

    async with working(tmp_path, handle) as (desk, _, _stop):
        assert await desk.drain(30)
    assert sorted(seen) == list(range(1, 51))


async def test_an_update_that_kills_the_process_is_given_up(tmp_path):
    db = await Db(tmp_path / "k.db").open()
    await db.write(store_inbox.insert_all, [received(update(1))], now())
    for _ in range(5):
        await db.write(store_inbox.begin, 1)
    await db.close()
    failures = []

    async def handle(_):
        raise AssertionError("must not be tried")

    async with working(tmp_path, handle, failures=failures) as (desk, db, _):
        assert await desk.drain(30)
        assert (await states(db))[1][0] == "failed"
    assert "process ended" in failures[0].reason


async def test_tries_that_a_kill_cut_off_are_no_failures_of_the_update(tmp_path):
    db = await Db(tmp_path / "k.db").open()
    await db.write(store_inbox.insert_all, [received(update(1))], now())
    for _ in range(4):
        await db.write(store_inbox.begin, 1)
    await db.close()
    tried = []

    async def handle(_):
        tried.append(1)
        if len(tried) < 3:
            raise RuntimeError("not yet")

    async with working(tmp_path, handle) as (desk, db, _):
        assert await desk.drain(30)
        assert (await states(db))[1][0] == "done"


async def test_an_update_that_was_stored_and_not_taken_up_is_taken_up_when_it_comes_again(tmp_path):
    seen = []

    async def handle(body):
        seen.append(body["update_id"])

    async with working(tmp_path, handle) as (desk, db, _):
        await db.write(store_inbox.insert_all, [received(update(5))], now())  # as if the process had been cut off here
        assert await desk.accept(update(5)) is False
        assert await desk.drain(30)
        assert await states(db) == {5: ("done", 1)}
    assert seen == [5]


async def test_trouble_of_the_database_is_not_counted_against_an_update(tmp_path):
    tried = []

    async def handle(body):
        tried.append(body["update_id"])
        if len(tried) < 3:
            raise StoreBusy("locked by another program")

    async with working(tmp_path, handle) as (desk, db, _):
        await desk.accept(update(1))
        assert await desk.drain(30)
        assert await states(db) == {1: ("done", 1)}


@pytest.mark.parametrize("body", [{}, {"update_id": "5"}, {"update_id": True}, {"update_id": 2**63}, {"message": {}}])
async def test_what_is_no_update_is_refused(tmp_path, body):
    async def handle(_):
        raise AssertionError

    async with working(tmp_path, handle) as (desk, db, _):
        with pytest.raises(UserMistake):
            await desk.accept(body)
        assert await states(db) == {}


@pytest.mark.parametrize(
    ("body", "chat"),
    [
        (update(1, chat=-100), -100),
        ({"update_id": 1, "callback_query": {"from": {"id": 3}, "message": {"chat": {"id": -5}}}}, -5),
        ({"update_id": 1, "callback_query": {"from": {"id": 3}, "inline_message_id": "x"}}, 3),
        ({"update_id": 1, "inline_query": {"from": {"id": 9}}}, 9),
        ({"update_id": 1, "my_chat_member": {"chat": {"id": -7}, "from": {"id": 9}}}, -7),
        ({"update_id": 1, "message": {"chat": {"id": 2**70}, "from": {"id": 9}}}, 9),
        ({"update_id": 1, "poll": {"id": "x"}}, 0),
        ({"update_id": 1, "message": "garbage"}, 0),
        ({"update_id": 1}, 0),
    ],
)
def test_an_update_belongs_to_its_chat_or_else_to_its_person(body, chat):
    found = received(body)
    assert found is not None
    assert found.chat_id == chat


# --- Polling ---------------------------------------------------------------------------------------------------------


@contextlib.asynccontextmanager
async def polling(tmp_path, api, handle, failures=None):
    async with (
        working(tmp_path, handle, failures=failures) as (desk, db, stop),
        Connection(api.token, api.url, Timeouts(connect=2, read=5)) as line,
    ):
        task = asyncio.create_task(desk.poll(line.updates, stop))
        try:
            yield desk, db, task
        finally:
            stop.set()
            await asyncio.gather(task, return_exceptions=True)


async def test_updates_are_polled_and_confirmed_only_when_stored(tmp_path):
    texts = []

    async def handle(body):
        texts.append(body["message"]["text"])

    async with BotApi() as api:
        amina = api.person(7, "Amina", started=True)
        async with polling(tmp_path, api, handle) as (desk, db, _):
            for n in range(3):
                await amina.say(None, f"/say {n}")
            await api.until(lambda: len(texts) == 3)
            assert await desk.drain(30)
            stored = await states(db)
            assert desk.seconds_since_poll() < 5
        offsets = [call.arguments.get("offset") for call in api.calls_to("getUpdates")]
        assert offsets[0] is None
        assert all(int(offset) - 1 in stored for offset in offsets if offset is not None)
    assert texts == ["/say 0", "/say 1", "/say 2"]


async def test_what_could_not_be_stored_is_asked_for_again(tmp_path):
    """A full disk at the wrong moment: the next poll must not confirm what was never written down."""
    asked, stop = [], asyncio.Event()

    class FullOnce:
        def __init__(self, db):
            self.db, self.is_full = db, True

        async def write(self, *work):
            if self.is_full:
                self.is_full = False
                raise StoreBusy("database or disk is full")
            return await self.db.write(*work)

    async def updates(offset, _wait, _kinds):
        asked.append(offset)
        if offset is None:
            return [update(41), update(42)]
        stop.set()
        return []

    db = await Db(tmp_path / "k.db").open()
    await Inbox(FullOnce(db), None, now=now, pauses=(0.0,) * 6).poll(updates, stop)
    stored = await states(db)
    await db.close()
    assert asked == [None, None, 43]
    assert list(stored) == [41, 42]


async def test_a_bad_gateway_ends_no_polling(tmp_path):
    texts, failures = [], []

    async def handle(body):
        texts.append(body["message"]["text"])

    async with BotApi() as api:
        amina = api.person(7, "Amina", started=True)
        api.faults.add(Rule(Fault.BAD_GATEWAY, method="getUpdates"))
        await amina.say(None, "/still here")
        async with polling(tmp_path, api, handle, failures):
            await api.until(lambda: texts)
    assert texts == ["/still here"]
    assert failures


async def test_a_second_poller_ends_with_a_clear_message(tmp_path):
    async def handle(_):
        pass

    async with BotApi() as api:
        api.faults.add(
            Rule(
                Fault.REFUSE,
                method="getUpdates",
                times=None,
                refusal=conflict("terminated by other getUpdates request"),
            )
        )
        async with polling(tmp_path, api, handle) as (_, _db, task):
            with pytest.raises(BotRefused, match="another program polls with this bot's token"):
                await asyncio.wait_for(task, 10)


async def test_the_poller_that_was_there_first_outlasts_one_that_came_later(tmp_path):
    """A clock that is told the time: the first answer of 409 comes long after polling began."""
    asked, clock = [], [0.0]

    async def updates(_offset, _wait, _kinds):
        asked.append(1)
        clock[0] += 30.0
        if 1 < len(asked) <= 5:
            raise BotRefused("another program polls with this bot's token")
        if len(asked) == 7:
            stop.set()
        return []

    db = await Db(tmp_path / "k.db").open()
    stop = asyncio.Event()
    desk = Inbox(db, None, now=now, clock=lambda: clock[0], pauses=(0.0,) * 6)
    await desk.poll(updates, stop)
    await db.close()
    assert len(asked) == 7


async def test_answers_without_any_update_are_not_asked_for_again_at_once(tmp_path):
    asked, stop = [], asyncio.Event()

    async def updates(_offset, _wait, _kinds):
        asked.append(1)
        return [{"update_id": 2**70}, {"message": {}}]

    db = await Db(tmp_path / "k.db").open()
    desk = Inbox(db, None, now=now, pauses=(3600.0,) * 6)
    task = asyncio.create_task(desk.poll(updates, stop))
    for _ in range(50):
        await asyncio.sleep(0)
    stop.set()
    await task
    await db.close()
    assert len(asked) == 1


async def test_a_wrong_token_ends_polling_at_once(tmp_path):
    async def handle(_):
        pass

    async with (
        BotApi() as api,
        working(tmp_path, handle) as (desk, _, stop),
        Connection("1:wrong", api.url) as line,
    ):
        with pytest.raises(BotRefused, match="KHABARDAR_TELEGRAM_TOKEN"):
            await asyncio.wait_for(desk.poll(line.updates, stop), 5)


async def test_stopping_does_not_wait_for_the_long_poll(tmp_path):
    async def handle(_):
        pass

    async with (
        BotApi() as api,
        working(tmp_path, handle, limits=Limits(poll=60)) as (desk, _, stop),
        Connection(api.token, api.url) as line,
    ):
        task = asyncio.create_task(desk.poll(line.updates, stop))
        await asyncio.sleep(0)
        stop.set()
        await asyncio.wait_for(task, 30)
