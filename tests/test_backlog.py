"""What the sender holds of a long queue: its front, and whatever is urgent."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.db import Db
from bot.delivery.backlog import SLICE, Backlog
from bot.delivery.pacer import Pacer, Spacing
from digests.model import Outgoing, Priority
from digests.store import outbox

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
async def db(tmp_path):
    opened = await Db(tmp_path / "k.db").open()
    yield opened
    await opened.close()


async def enqueued(db, count, priority=Priority.BROADCAST, chats=7):
    def enqueue(store):
        start = int(store.value("SELECT count(*) FROM deliveries"))
        for number in range(start, start + count):
            out = Outgoing(f"d{number}", number % chats + 1, "sendMessage", {"text": "x"}, priority=priority)
            outbox.enqueue(store, out, NOW)

    await db.write(enqueue)


async def read_all(backlog):
    await backlog.chores()
    while backlog.has_news:
        await backlog.read()


async def served(backlog, pacer):
    """The ids in the order in which they are sent, each after a look at what waits."""
    sent = []
    while True:
        await read_all(backlog)
        item = pacer.take(0.0)
        if item is None:
            return sent
        sent.append(item.id)
        pacer.finish(item, 0.0)


async def test_a_queue_is_read_in_slices_so_that_sending_begins_with_the_first(db):
    await enqueued(db, SLICE + 5)
    pacer = Pacer()
    backlog = Backlog(db, pacer, lambda: NOW, lambda: 0.0)
    await backlog.read()
    assert (len(pacer), backlog.has_news) == (SLICE, True)
    await backlog.read()
    assert (len(pacer), backlog.has_news) == (SLICE + 5, False)


async def test_after_a_restart_a_chat_waits_for_what_was_tried_before(db):
    """Whatever the milliseconds between the end of its wait and the end of the chat's: the order is kept."""
    await enqueued(db, 8)  # of seven chats: 1 and 8 are of one chat
    (first, *_) = await db.read(outbox.waiting, NOW)
    await db.write(outbox.claim, first.id, first.chat_id, "an earlier boot", NOW)
    await db.write(outbox.back_to_ready, first.id, NOW + timedelta(seconds=60), "Too Many Requests")
    pacer = Pacer(Spacing(0, 0, 0))
    backlog = Backlog(db, pacer, lambda: NOW, lambda: 0.0)
    pacer.close(first.chat_id, 59.999, 0.0)
    assert await served(backlog, pacer) == [2, 3, 4, 5, 6, 7]
    assert pacer.take(59.9995) is None
    again = pacer.take(60.0)
    assert again is not None
    assert again.id == first.id


async def test_of_a_long_queue_only_the_front_is_held_and_an_answer_is_not_left_behind(db):
    await enqueued(db, 60)
    await enqueued(db, 1, Priority.REPLY)
    pacer = Pacer()
    backlog = Backlog(db, pacer, lambda: NOW, lambda: 0.0, most_held=20)
    await read_all(backlog)
    assert len(pacer) == 21
    item = pacer.take(0.0)
    assert item is not None
    assert item.priority is Priority.REPLY


async def test_what_was_left_in_the_database_follows_in_order_and_nothing_is_forgotten(db):
    await enqueued(db, 60)
    pacer = Pacer(Spacing(0, 0, 0))
    backlog = Backlog(db, pacer, lambda: NOW, lambda: 0.0, most_held=20)
    await read_all(backlog)
    await enqueued(db, 30)  # written while others are left behind: they come after those
    backlog.has_news = True
    sent = await served(backlog, pacer)
    assert sorted(sent) == list(range(1, 91))
    for chat in range(7):
        own = [number for number in sent if (number - 1) % 7 == chat]
        assert own == sorted(own)
