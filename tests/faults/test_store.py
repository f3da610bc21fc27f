"""A full disk, a locked database, a second instance, a clock that jumps: nothing is lost, nothing is told twice."""

import asyncio
import contextlib
import signal
import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

from bot.db import Db
from bot.delivery import Connection, EventKind, Pace, Pacer, Policy, Sender, Spacing, Timeouts
from bot.rehearsal.faults import Fault, Rule
from digests.errors import StoreError
from digests.model import Outgoing
from digests.store import outbox

LONG = pytest.mark.long


@contextlib.asynccontextmanager
async def sending(lab, now, events, boot="boot"):
    db = await Db(lab.db).open()
    stop = asyncio.Event()
    async with Connection(lab.api.token, lab.api.url, Timeouts(connect=5, read=30)) as line:
        sender = Sender(
            db, line, now=now, boot_id=boot, pacer=Pacer(Spacing(0, 0, 0)), pace=Pace(200.0),
            policy=Policy(repeat_after=timedelta(seconds=0.1)), on_event=events.append,
        )  # fmt: skip
        task = asyncio.create_task(sender.run(stop))
        try:
            yield db, sender
        finally:
            stop.set()
            await task
            await db.close()


@pytest.mark.parametrize("times", [1, pytest.param(10, marks=LONG)])
async def test_a_disk_that_is_full_for_a_while_costs_no_message_and_no_repeat(lab, figures, times):
    for _ in range(times):
        lab.enqueue(150)
        pid = await lab.bots.start(**lab.options(squeeze=[0.3, 1.0], rate=100.0))
        await lab.until_empty(60)
        assert (await lab.bots.end(pid, signal.SIGTERM))["status"] == 0
        assert lab.is_intact()
    found = lab.verdict()
    figures(times=times, found=found)
    assert (found.lost, found.repeats, found.disordered) == (0, 0, 0)


async def test_a_full_database_refuses_new_messages_and_tells(lab):
    def now():
        return datetime.now(UTC)

    events = []
    async with sending(lab, now, events) as (db, sender):
        pages = await db.write(lambda store: store.value("PRAGMA page_count"))
        await db.write(lambda store: store.rows(f"PRAGMA max_page_count = {pages}"))
        with pytest.raises(StoreError, match="full"):
            for number in range(500):
                await db.write(outbox.enqueue, Outgoing(f"x{number}", 1, "sendMessage", {"text": "x" * 900}), now())
        await db.write(lambda store: store.rows("PRAGMA max_page_count = 1000000"))
        await db.write(outbox.enqueue, Outgoing("last", 1, "sendMessage", {"text": "last"}), now())
        assert await sender.drain(30)
    assert lab.api.chat(1).messages[-1].text == "last"


@pytest.mark.parametrize("seconds", [1.0, pytest.param(35.0, marks=LONG)])
async def test_a_database_that_is_locked_by_another_program_is_waited_for(lab, figures, seconds):
    lab.enqueue(100)
    pid = await lab.bots.start(**lab.options(rate=100.0))
    await lab.api.until(lambda: lab.accepted() >= 10 or None, 30)
    other = sqlite3.connect(lab.db, isolation_level=None, timeout=10)
    other.execute("BEGIN IMMEDIATE")
    await asyncio.sleep(seconds)
    other.execute("ROLLBACK")
    other.close()
    await lab.until_empty(60)
    assert (await lab.bots.end(pid, signal.SIGTERM))["status"] == 0
    found = lab.verdict()
    figures(seconds=seconds, found=found)
    assert (found.lost, found.repeats, found.disordered) == (0, 0, 0)


@pytest.mark.parametrize("times", [1, pytest.param(20, marks=LONG)])
async def test_a_second_instance_ends_with_a_clear_message(lab, times):
    lab.enqueue(60)
    first = await lab.bots.start(**lab.options(rate=60.0 / times))
    await lab.api.until(lambda: lab.accepted() or None, 30)
    for _ in range(times):
        second = await lab.bots.start(**lab.options())
        assert (await lab.bots.wait(second))["status"] == 1
    await lab.until_empty(90)
    await lab.bots.end(first, signal.SIGTERM)
    assert f"in use by another khabardar (process {first})" in (lab.folder / "log").read_text()
    found = lab.verdict()
    assert (found.lost, found.repeats) == (0, 0)


@pytest.mark.parametrize("jump", [timedelta(hours=-1), timedelta(days=1), timedelta(days=-400)])
async def test_a_clock_that_jumps_does_no_harm(lab, jump):
    offset = timedelta(0)

    def now():
        return datetime.now(UTC) + offset

    lab.enqueue(60)
    lab.api.faults.add(Rule(Fault.RESET_AFTER, method="sendMessage", skip=10))
    lab.api.faults.add(Rule(Fault.RESET_BEFORE, method="sendMessage", skip=20))
    events = []
    async with sending(lab, now, events) as (db, sender):
        await lab.api.until(lambda: lab.accepted() >= 30 or None, 30)
        offset = jump
        due = Outgoing("d60", 1, "sendMessage", {"text": "d60"}, not_before=now() + timedelta(seconds=0.2))
        await db.write(outbox.enqueue, due, now())
        lab.load += 1
        assert await sender.drain(30)
    offset = timedelta(0)
    async with sending(lab, now, events, boot="second boot") as (_, sender):
        assert await sender.drain(30)
    found = lab.verdict()
    assert (found.lost, found.unmarked, found.repeats) == (0, 0, 1)
    assert EventKind.STORE not in {event.kind for event in events}
