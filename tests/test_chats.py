"""Settings of chats, subscriptions, people and troubles as rows."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.model import Destination, Grade, Match, Strictness, Zone
from digests.store import chats, feedback, ledger, moves, privacy, subscriptions
from digests.store.chats import Cadence, CadenceKind, ChatKind, ChatState, MuteKind, Quiet
from digests.store.sqlite import SqliteStore

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HERE = Destination(7)
TIMES = st.times().map(lambda at: at.replace(second=0, microsecond=0))


@pytest.fixture
def store(tmp_path):
    with SqliteStore.open(tmp_path / "k.db") as db, db.immediate():
        yield db


def known(store, where=HERE):
    return chats.ensure_chat(store, where, ChatKind.PRIVATE, "Amina", NOW)


def follow(store, query="TTP", where=HERE, by=7):
    return subscriptions.follow(store, where, query, Strictness.NORMAL, typed=query, by=by, now=NOW)


@given(st.builds(Cadence, st.sampled_from(CadenceKind), st.just(6), TIMES, st.integers(0, 6)))
def test_a_rhythm_survives_the_store(cadence):
    again = Cadence.from_json(cadence.to_json())
    assert again.kind is cadence.kind
    assert again.to_json() == cadence.to_json()


@given(TIMES, TIMES)
def test_quiet_hours_hold_from_their_start_and_not_at_their_end(start, end):
    quiet = Quiet.from_json(Quiet(start, end).to_json())
    if start != end:
        assert quiet.holds(start)
        assert not quiet.holds(end)


def test_quiet_hours_may_pass_midnight():
    night = Quiet(time(22), time(7))
    assert [night.holds(time(hour)) for hour in (21, 22, 0, 6, 7, 12)] == [False, True, True, True, False, False]


def test_a_chat_that_was_gone_is_back_when_somebody_writes(store):
    known(store)
    chats.mark_gone(store, 7, "blocked by the user")
    assert chats.chats_in_state(store, ChatState.GONE)[0].state_reason == "blocked by the user"
    assert known(store).state is ChatState.ACTIVE
    assert chats.revive(store, 7, NOW) is False


def test_a_mute_ends_by_itself(store):
    chats.mute(store, HERE, MuteKind.SOURCE, "example.org", NOW + timedelta(days=1))
    chats.mute(store, HERE, MuteKind.STORY, "s1", None)
    assert chats.mutes_of(store, HERE, MuteKind.SOURCE, NOW) == {"example.org"}
    later = NOW + timedelta(days=2)
    assert [each.value for each in chats.mutes(store, HERE, later)] == ["s1"]


def test_two_chats_share_one_query_until_both_have_left(store):
    first, second = follow(store), follow(store, where=Destination(8))
    assert (first.new_query, second.new_query) == (True, False)
    assert subscriptions.live_queries(store) == [first.subscription.query]
    subscriptions.unfollow(store, HERE, first.subscription.id)
    assert not subscriptions.is_unused(store, first.subscription.query.id)
    subscriptions.unfollow(store, Destination(8), second.subscription.id)
    assert subscriptions.is_unused(store, first.subscription.query.id)
    assert subscriptions.live_queries(store) == []
    assert follow(store).new_query
    subscriptions.unfollow(store, HERE, subscriptions.subscriptions_of(store, HERE)[0].id)
    subscriptions.drop_unused_queries(store)
    assert subscriptions.query(store, first.subscription.query.id) is None


def test_somebody_elses_subscription_cannot_be_reached_by_its_number(store):
    mine = follow(store).subscription
    assert subscriptions.subscription(store, Destination(8), mine.id) is None
    assert subscriptions.unfollow(store, Destination(8), mine.id) is None
    assert subscriptions.subscription(store, HERE, mine.id) == mine


def test_evidence_survives_the_store():
    match = Match("TTP", "Tehrik-i-Taliban Pakistan", "TTP", Zone.LEAD, 3, 6, "TTP", Grade.EXACT, 100.0)
    assert subscriptions.matches_from_json(subscriptions.matches_to_json([match, match])) == (match, match)


def test_a_trouble_is_told_once_and_its_end_once(store):
    assert ledger.open_trouble(store, "feed:1", "it fails", NOW)
    assert not ledger.open_trouble(store, "feed:1", "it fails", NOW)
    ledger.trouble_told(store, "feed:1", NOW)
    over = ledger.close_trouble(store, "feed:1", NOW)
    assert over is not None
    assert over.message == "it fails"
    assert ledger.close_trouble(store, "feed:1", NOW) is None
    assert ledger.open_trouble(store, "feed:1", "it fails again", NOW)
    assert [each.message for each in ledger.open_troubles(store)] == ["it fails again"]


def test_nobody_hears_the_end_of_a_trouble_that_was_never_told(store):
    ledger.open_trouble(store, "feed:1", "it fails", NOW)
    assert ledger.close_trouble(store, "feed:1", NOW) is None


def test_a_group_that_moves_takes_its_feedback_and_buttons_along(store):
    group, moved = Destination(-5), Destination(-1005)
    known(store, group)
    found = follow(store, where=group).subscription
    match = Match("TTP", None, "TTP", Zone.BODY, 0, 3, "TTP", Grade.EXACT, 100.0)
    feedback.add_feedback(store, group, "s1", match, found=found, now=NOW)
    number = ledger.keep_typed(store, -5, "Quetta", NOW)
    moves.move_chat(store, -5, -1005)
    assert len(feedback.feedback_of(store, moved)) == 1
    assert ledger.typed(store, -1005, number) == "Quetta"


def test_forgetting_a_person_keeps_a_block_and_what_groups_follow(store):
    ledger.meet(store, 7, "Amina", NOW)
    ledger.set_access(store, 7, ledger.Access.BLOCKED, NOW)
    follow(store, where=Destination(-5))
    follow(store, "BLA")
    gone = privacy.forget(store, 7, 7, 1, NOW)
    assert len(gone) == 1
    left = ledger.person(store, 7)
    assert left is not None
    assert (left.name, left.access) == ("", ledger.Access.BLOCKED)
    assert subscriptions.subscriptions_of(store, Destination(-5))[0].added_by is None
