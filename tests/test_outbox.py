"""The outbox: what is written down is sent once, and nothing disappears."""

from datetime import UTC, datetime, timedelta

import pytest

from digests.model import DeliveryState, Outgoing, Priority
from digests.store import inbox, moves, outbox, to_text
from digests.store.sqlite import SqliteStore

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CHAT, GROUP, SUPERGROUP = 7, -40, -1000000000040


@pytest.fixture
def db():
    with SqliteStore.in_memory() as store:
        yield store


def message(key="a", chat=CHAT, **more):
    more.setdefault("priority", Priority.DIGEST)
    return Outgoing(key=key, chat_id=chat, method=more.pop("method", "sendMessage"), payload={"text": key}, **more)


def put(db, *outgoing):
    return [outbox.enqueue(db, each, NOW) for each in outgoing]


def state(db, delivery_id):
    return DeliveryState(db.value("SELECT state FROM deliveries WHERE id = :id", {"id": delivery_id}))


def follow(db, chat, thread=0, query=1):
    db.execute(
        "INSERT INTO queries (id, canonical, strictness) VALUES (:id, :id, 'normal') ON CONFLICT DO NOTHING",
        {"id": query},
    )
    db.execute(
        "INSERT INTO subscriptions (chat_id, thread_id, query_id, typed, since) VALUES (:c, :t, :q, 'x', :now)",
        {"c": chat, "t": thread, "q": query, "now": to_text(NOW)},
    )


def open_chat(db, chat, thread=0, **columns):
    columns = {"chat_id": chat, "thread_id": thread, "created_at": to_text(NOW), **columns}
    names = ", ".join(columns)
    db.execute(f"INSERT INTO chats ({names}) VALUES ({', '.join(':' + name for name in columns)})", columns)


def tell(db, digest, part=0, story="s1", *, chat=CHAT, revision=1):
    db.execute(
        "INSERT INTO told (chat_id, story_id, revision, digest_id, part, told_at) VALUES (:c, :s, :r, :d, :p, :now)",
        {"c": chat, "s": story, "r": revision, "d": digest, "p": part, "now": to_text(NOW)},
    )


def told(db, chat=CHAT):
    return {row["story_id"] for row in db.rows("SELECT story_id FROM told WHERE chat_id = :c", {"c": chat})}


def test_writing_the_same_message_down_twice_changes_nothing(db):
    first, second = put(db, message("reply:1:0"), message("reply:1:0"))
    assert first is not None
    assert second is None
    assert db.value("SELECT count(*) FROM deliveries") == 1


def test_a_delivery_is_claimed_once(db):
    (one,) = put(db, message())
    claimed = outbox.claim(db, one, CHAT, "boot", NOW)
    assert claimed is not None
    assert (claimed.payload, claimed.attempt, claimed.repeats) == ({"text": "a"}, 1, 0)
    assert outbox.claim(db, one, CHAT, "boot", NOW) is None
    outbox.settle_sent(db, one, 55, NOW)
    assert state(db, one) is DeliveryState.SENT
    assert outbox.waiting(db, NOW) == []


def test_what_waits_is_told_with_its_age_and_its_delay(db):
    outbox.enqueue(db, message("a", not_before=NOW + timedelta(hours=1)), NOW)
    outbox.enqueue(db, message("b", priority=Priority.REPLY), NOW - timedelta(seconds=90))
    late, reply = outbox.waiting(db, NOW)
    assert late.delay == timedelta(hours=1)
    assert (reply.age, reply.delay, reply.priority) == (timedelta(seconds=90), timedelta(0), Priority.REPLY)
    assert outbox.waiting(db, NOW, after=late.id) == [reply]


def test_a_clock_that_was_put_back_delays_a_retry_by_minutes_not_by_days(db):
    (one,) = put(db, message())
    outbox.claim(db, one, CHAT, "boot", NOW)
    outbox.back_to_ready(db, one, NOW + timedelta(seconds=4), "no connection")
    (row,) = outbox.waiting(db, NOW - timedelta(days=1))
    assert row.delay <= outbox.LONGEST_RETRY
    outbox.close_chat_until(db, CHAT, NOW + timedelta(seconds=60), NOW)
    assert outbox.closed_chats(db, NOW - timedelta(days=1)) == {CHAT: timedelta(seconds=60)}
    assert outbox.closed_chats(db, NOW + timedelta(seconds=61)) == {}


# --- After a crash ---------------------------------------------------------------------------------------------------


def test_what_another_boot_was_sending_is_repeated_once_and_marked(db):
    (one,) = put(db, message())
    outbox.claim(db, one, CHAT, "first boot", NOW)
    assert outbox.recover(db, "second boot", NOW, resend=True) == 1
    claimed = outbox.claim(db, one, CHAT, "second boot", NOW)
    assert claimed is not None
    assert claimed.repeats == 1
    outbox.recover(db, "third boot", NOW, resend=True)
    assert outbox.claim(db, one, CHAT, "third boot", NOW) is None  # never a third time
    (listed,) = outbox.undeliverable(db)
    assert (listed.id, listed.state) == (one, DeliveryState.UNCERTAIN)


def test_with_hold_nothing_is_repeated_and_everything_is_listed(db):
    (one,) = put(db, message())
    outbox.claim(db, one, CHAT, "first boot", NOW)
    outbox.recover(db, "second boot", NOW, resend=False)
    assert outbox.waiting(db, NOW) == []
    assert [row.id for row in outbox.undeliverable(db)] == [one]


def test_an_interrupted_edit_is_simply_made_again(db):
    (one,) = put(db, message(method="editMessageText"))
    outbox.claim(db, one, CHAT, "first boot", NOW)
    outbox.recover(db, "second boot", NOW, resend=False)
    claimed = outbox.claim(db, one, CHAT, "second boot", NOW)
    assert claimed is not None
    assert claimed.repeats == 0


def test_a_message_that_cannot_say_that_it_is_a_repeat_is_never_repeated(db):
    (one,) = put(db, message(method="copyMessage"))
    outbox.claim(db, one, CHAT, "first boot", NOW)
    outbox.recover(db, "second boot", NOW, resend=True)
    assert state(db, one) is DeliveryState.UNCERTAIN
    assert outbox.waiting(db, NOW) == []


def test_a_repeat_that_was_certainly_not_accepted_is_still_a_marked_repeat(db):
    (one,) = put(db, message())
    outbox.claim(db, one, CHAT, "boot", NOW)
    outbox.mark_uncertain(db, one, "read timeout", NOW, again_at=NOW)
    outbox.claim(db, one, CHAT, "boot", NOW)
    outbox.back_to_ready(db, one, None, "no connection")
    claimed = outbox.claim(db, one, CHAT, "boot", NOW)
    assert claimed is not None
    assert claimed.repeats == 1


def test_a_person_may_have_an_uncertain_or_dead_message_sent_after_all(db):
    one, two = put(db, message("a"), message("b"))
    outbox.claim(db, one, CHAT, "boot", NOW)
    outbox.mark_uncertain(db, one, "read timeout", NOW, again_at=None)
    outbox.settle_failed(db, two, "refused", NOW)
    assert outbox.retry(db, one, NOW)
    assert outbox.retry(db, two, NOW)
    again, fresh = (outbox.claim(db, each, CHAT, "boot", NOW) for each in (one, two))
    assert again is not None
    assert fresh is not None
    assert (again.repeats, fresh.repeats) == (1, 0)
    assert not outbox.retry(db, one, NOW)


# --- Stories come back -----------------------------------------------------------------------------------------------


def test_a_deadline_never_drops_a_story(db):
    overdue = NOW - timedelta(minutes=1)
    one, two, three = put(
        db,
        message("a", digest_id=1, part=0, deadline=overdue),
        message("b", digest_id=1, part=1, deadline=NOW + timedelta(hours=1)),
        message("c", deadline=overdue),
    )
    tell(db, 1, 0, "late")
    tell(db, 1, 1, "in time")
    assert outbox.supersede_overdue(db, NOW) == 2
    assert state(db, one) is DeliveryState.SUPERSEDED
    assert state(db, two) is DeliveryState.READY
    assert state(db, three) is DeliveryState.DEAD  # it carries no story that could come again: it is listed
    assert told(db) == {"in time"}
    assert db.value("SELECT story_id FROM late_stories") == "late"
    assert [row.id for row in outbox.undeliverable(db)] == [three]


def test_an_overdue_delivery_is_not_claimed(db):
    (one,) = put(db, message("a", digest_id=1, deadline=NOW - timedelta(seconds=1)))
    tell(db, 1)
    assert outbox.claim(db, one, CHAT, "boot", NOW) is None
    assert state(db, one) is DeliveryState.SUPERSEDED
    assert told(db) == set()


def test_a_backlog_is_taken_back_for_one_merged_digest(db):
    ids = put(db, *[message(f"d{n}", digest_id=n, part=0) for n in range(5)], message("reply", priority=Priority.REPLY))
    for digest in range(5):
        tell(db, digest, story=f"s{digest}")
    outbox.claim(db, ids[0], CHAT, "boot", NOW)
    assert outbox.fold_backlog(db, CHAT, 0, NOW, more_than=3) == 4
    assert told(db) == {"s0"}  # it is on its way
    assert [row.id for row in outbox.waiting(db, NOW)] == [ids[5]]
    assert outbox.fold_backlog(db, CHAT, 0, NOW) == 0


def test_a_story_that_is_refused_again_and_again_does_not_go_in_circles(db):
    for digest in range(1, 6):
        if told(db):
            break
        tell(db, digest)
        (one,) = put(db, message(f"d{digest}", digest_id=digest))
        outbox.claim(db, one, CHAT, "boot", NOW)
        outbox.settle_failed(db, one, "refused", NOW)
    assert digest == 5  # given back three times, then kept
    assert len(outbox.undeliverable(db)) == 4


# --- Chats -----------------------------------------------------------------------------------------------------------


def test_a_chat_that_is_gone_costs_no_more_work(db):
    open_chat(db, CHAT)
    one, two = put(db, message("a", digest_id=1), message("b"))
    tell(db, 1)
    outbox.claim(db, one, CHAT, "boot", NOW)
    assert outbox.settle_gone(db, CHAT, "bot was blocked by the user", NOW) == 2
    assert {state(db, one), state(db, two)} == {DeliveryState.DEAD}
    assert told(db) == set()
    assert db.row("SELECT state, state_reason FROM chats") == {
        "state": "gone",
        "state_reason": "bot was blocked by the user",
    }
    (three,) = put(db, message("broadcast", priority=Priority.BROADCAST))
    assert state(db, three) is DeliveryState.DEAD
    assert "blocked" in outbox.undeliverable(db)[0].reason
    (four,) = put(db, message("reply", priority=Priority.REPLY))  # somebody there just wrote
    assert state(db, four) is DeliveryState.READY


def test_three_strikes_pause_a_chat_and_a_success_forgives_them(db):
    open_chat(db, GROUP)
    one, two = put(db, message("a", GROUP), message("b", GROUP))
    assert outbox.strike(db, GROUP, "not enough rights", NOW) == 1
    assert outbox.strike(db, GROUP, "not enough rights", NOW) == 2
    outbox.settle_sent(db, one, 1, NOW)
    assert [outbox.strike(db, GROUP, "not enough rights", NOW) for _ in range(3)] == [1, 2, 3]
    assert db.value("SELECT state FROM chats") == "paused"
    assert state(db, two) is DeliveryState.DEAD


def test_a_group_that_moves_takes_everything_along(db):
    open_chat(db, GROUP, kind="group", language="ur", zone="Asia/Karachi")
    follow(db, GROUP)
    tell(db, 3, chat=GROUP)
    db.execute("INSERT INTO mutes (chat_id, kind, value) VALUES (:c, 'story', 's9')", {"c": GROUP})
    db.execute(
        "INSERT INTO digests (id, chat_id, slot, composed_at, digest) VALUES (3, :c, 'x', :now, '{}')",
        {"c": GROUP, "now": to_text(NOW)},
    )
    (one,) = put(db, message("a", GROUP))
    inbox.insert_all(db, [inbox.Received(1, GROUP, {"update_id": 1})], NOW)
    assert outbox.move_chat(db, GROUP, SUPERGROUP)
    for table in ("chats", "subscriptions", "told", "mutes", "digests", "deliveries", "inbox"):
        assert db.value(f"SELECT count(*) FROM {table} WHERE chat_id = :c", {"c": GROUP}) == 0, table
        assert db.value(f"SELECT count(*) FROM {table} WHERE chat_id = :c", {"c": SUPERGROUP}) == 1, table
    assert db.row("SELECT kind, language, zone FROM chats") == {
        "kind": "supergroup",
        "language": "ur",
        "zone": "Asia/Karachi",
    }
    assert not outbox.move_chat(db, GROUP, GROUP)
    outbox.move_chat(db, GROUP, SUPERGROUP)
    assert db.value("SELECT count(*) FROM subscriptions") == 1
    assert outbox.claim(db, one, SUPERGROUP, "boot", NOW) is not None
    put(db, message("later", GROUP))  # an old id in somebody's settings still works
    assert db.value("SELECT chat_id FROM deliveries WHERE key = 'later'") == SUPERGROUP


def test_no_table_with_chats_is_forgotten_when_a_group_moves(db):
    tables = {
        row["name"]
        for row in db.rows("SELECT name FROM sqlite_master WHERE type = 'table'")
        if any(column["name"] == "chat_id" for column in db.rows(f"PRAGMA table_info({row['name']})"))
    }
    assert tables - {"chats", "digests", "chat_limits"} == {*moves.KEYED, *moves.FREE}


def test_rows_that_the_new_chat_has_already_are_kept_once(db):
    for chat in (GROUP, SUPERGROUP):
        open_chat(db, chat, language="ur" if chat == GROUP else "en")
        tell(db, 3, chat=chat)
        db.execute("INSERT INTO mutes (chat_id, kind, value) VALUES (:c, 'story', 's9')", {"c": chat})
        db.execute(
            "INSERT INTO digests (chat_id, slot, composed_at, digest) VALUES (:c, 'x', :now, '{}')",
            {"c": chat, "now": to_text(NOW)},
        )
    follow(db, GROUP)
    outbox.move_chat(db, GROUP, SUPERGROUP)
    counts = {
        table: db.value(f"SELECT count(*) FROM {table} WHERE chat_id = :c", {"c": SUPERGROUP})
        for table in ("chats", "told", "mutes", "digests", "subscriptions")
    }
    assert counts == {"chats": 1, "told": 1, "mutes": 1, "digests": 2, "subscriptions": 1}
    assert db.value("SELECT language FROM chats") == "ur"


def test_a_chat_cannot_move_in_a_circle(db):
    assert outbox.move_chat(db, GROUP, SUPERGROUP)
    assert not outbox.move_chat(db, SUPERGROUP, GROUP)
    put(db, message("a", GROUP))
    assert db.value("SELECT chat_id FROM deliveries") == SUPERGROUP


# --- Looking ---------------------------------------------------------------------------------------------------------


def test_states_ages_and_places_can_be_looked_up(db):
    one, two, _ = put(db, message("d", digest_id=4, part=2), message("b:1"), message("b:2"))
    outbox.claim(db, one, CHAT, "boot", NOW)
    outbox.settle_sent(db, one, 991, NOW)
    outbox.settle_failed(db, two, "refused", NOW)
    assert outbox.message_of(db, 4, 2) == (CHAT, 991)
    assert outbox.message_of(db, 4, 3) is None
    counts = outbox.depth(db)
    assert (counts[DeliveryState.READY], counts[DeliveryState.DEAD], counts[DeliveryState.UNCERTAIN]) == (1, 1, 0)
    assert outbox.progress(db, "b:") == {DeliveryState.READY: 1, DeliveryState.DEAD: 1}
    assert outbox.oldest_waiting(db, NOW + timedelta(minutes=5)) == timedelta(minutes=5)
    assert outbox.cancel(db, "b:", "cancelled", NOW) == 1
    assert outbox.oldest_waiting(db, NOW) == timedelta(0)


def test_ids_only_ever_grow_although_old_rows_are_forgotten(db):
    one, two = put(db, message("a"), message("b"))
    for each in (one, two):
        outbox.settle_sent(db, each, 1, NOW)
    assert outbox.prune(db, NOW + timedelta(days=1)) == 1
    (three,) = put(db, message("c"))
    assert three > two


def test_a_referenced_message_is_found_when_it_was_sent(db):
    (one,) = put(db, message("first"))
    outbox.claim(db, one, CHAT, "boot", NOW)
    outbox.settle_sent(db, one, 77, NOW)
    edit = Outgoing("second", CHAT, "editMessageText", {"text": "x", "edit_delivery": "first"})
    other = Outgoing("third", 8, "editMessageText", {"text": "x", "edit_delivery": "first"})
    two, three = put(db, edit, other)
    claims = [outbox.claim(db, two, CHAT, "boot", NOW), outbox.claim(db, three, 8, "boot", NOW)]
    assert [claimed and claimed.target for claimed in claims] == [77, None]  # never a message of another chat


def test_what_waits_is_read_in_pages_without_a_gap(db):
    db.execute_many(
        "INSERT INTO deliveries (key, chat_id, method, payload, priority, created_at)"
        " VALUES (:key, :chat, 'sendMessage', '{}', 3, :now)",
        [{"key": str(n), "chat": n % 10_000 + 1, "now": to_text(NOW)} for n in range(20_000)],
    )
    seen, after = 0, 0
    while rows := outbox.waiting(db, NOW, after=after, limit=7000):
        seen, after = seen + len(rows), rows[-1].id
    assert seen == 20_000
