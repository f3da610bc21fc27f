"""The bot complains to its admins once for each trouble of delivery, and once when it is over."""

from datetime import timedelta

import pytest

from bot.complaints import delivery_over, delivery_trouble, teller
from bot.delivery.events import Event, EventKind
from digests.model import Outgoing
from digests.store import outbox
from digests.store.sqlite import SqliteStore
from tests.telling import NOW

ADMINS = -100200


@pytest.fixture
def db(tmp_path):
    with SqliteStore.open(tmp_path / "k.db") as store, store.immediate() as transaction:
        yield transaction


def told(db):
    return [row["payload"] for row in db.rows("SELECT payload FROM deliveries WHERE chat_id = :c", {"c": ADMINS})]


def test_a_trouble_is_told_once_and_its_end_once(db):
    tell = teller(ADMINS)
    for minute in range(5):
        delivery_trouble(db, Event(EventKind.DEAD, chat_id=7), tell, NOW + timedelta(minutes=minute))
    assert len(told(db)) == 1
    assert "given up" in told(db)[0]
    for hour in (2, 3):
        delivery_over(db, tell, NOW + timedelta(hours=hour))
    assert len(told(db)) == 2
    assert "Over since" in told(db)[1]


def test_it_is_not_over_while_deliveries_still_fail(db):
    tell = teller(ADMINS)
    delivery_trouble(db, Event(EventKind.DEAD, chat_id=7), tell, NOW)
    number = outbox.enqueue(db, Outgoing("k", 7, "sendMessage", {"text": "x"}), NOW)
    outbox.settle_failed(db, number, "refused", NOW)
    delivery_over(db, tell, NOW + timedelta(minutes=30))
    assert len(told(db)) == 1


def test_what_went_well_is_no_trouble_and_nobody_is_told_without_an_admin_chat(db):
    delivery_trouble(db, Event(EventKind.SENT, chat_id=7), teller(ADMINS), NOW)
    delivery_trouble(db, Event(EventKind.DEAD, chat_id=7), teller(None), NOW)
    assert told(db) == []
