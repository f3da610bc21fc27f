"""Local slots fire exactly once each; quiet hours hold and never drop."""

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digests.errors import UserMistake
from digests.schedule import held_until, last_slot, local, next_slot, zone_of
from digests.store.chats import Cadence, CadenceKind, Quiet

DAILY = Cadence(CadenceKind.DAILY, at=time(8, 0))
ZONES = [
    "Asia/Karachi", "Asia/Kabul", "Asia/Tehran", "Europe/London", "America/New_York", "Australia/Lord_Howe",
    "Africa/Casablanca", "Pacific/Apia", "America/St_Johns", "Asia/Kathmandu", "Europe/Berlin", "Asia/Kolkata",
    "America/Santiago", "Pacific/Chatham", "Asia/Beirut", "UTC",
]  # fmt: skip


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


def test_a_daily_digest_comes_at_the_local_time():
    slot = next_slot(DAILY, None, "Asia/Karachi", utc(2026, 3, 1, 12))
    assert slot.at == utc(2026, 3, 2, 3)
    assert slot.label == "2026-03-02 08:00"


def test_a_weekly_digest_comes_on_its_day_only():
    weekly = Cadence(CadenceKind.WEEKLY, at=time(18, 0), day=4)
    slot = next_slot(weekly, None, "Asia/Kabul", utc(2026, 3, 1, 12))
    assert local(slot.at, "Asia/Kabul").strftime("%A %H:%M") == "Friday 18:00"


def test_every_six_hours_means_local_midnight_six_noon_and_six():
    every = Cadence(CadenceKind.EVERY, hours=6)
    at, labels = utc(2026, 3, 1), []
    for _ in range(4):
        slot = next_slot(every, None, "Asia/Kolkata", at)
        labels.append(slot.label[-5:])
        at = slot.at
    assert labels == ["06:00", "12:00", "18:00", "00:00"]


def test_quiet_hours_move_a_slot_to_their_end():
    late = Cadence(CadenceKind.DAILY, at=time(23, 30))
    slot = next_slot(late, Quiet(time(22), time(7)), "Asia/Karachi", utc(2026, 3, 1, 12))
    assert slot.at == utc(2026, 3, 2, 2)
    assert slot.label == "2026-03-01 23:30"


def test_a_moment_in_quiet_hours_is_held_until_they_end():
    quiet = Quiet(time(22), time(7))
    assert held_until(quiet, "Asia/Karachi", utc(2026, 3, 1, 18)) == utc(2026, 3, 2, 2)
    assert held_until(quiet, "Asia/Karachi", utc(2026, 3, 1, 8)) is None
    assert held_until(Quiet(time(7), time(7)), "UTC", utc(2026, 3, 1, 7)) is None


def test_a_slot_inside_the_gap_fires_at_the_end_of_the_gap():
    slot = next_slot(Cadence(CadenceKind.DAILY, at=time(2, 30)), None, "America/New_York", utc(2026, 3, 8, 4))
    assert slot.at == utc(2026, 3, 8, 7)
    assert local(slot.at, "America/New_York").time() == time(3, 0)


def test_a_slot_that_comes_twice_fires_the_first_time():
    half_past_one = Cadence(CadenceKind.DAILY, at=time(1, 30))
    slot = next_slot(half_past_one, None, "America/New_York", utc(2026, 11, 1, 0))
    assert slot.at == utc(2026, 11, 1, 5, 30)
    assert next_slot(half_past_one, None, "America/New_York", slot.at).label == "2026-11-02 01:30"


def test_instant_has_no_slots():
    assert next_slot(Cadence(), None, "UTC", utc(2026, 1, 1)) is None
    assert last_slot(Cadence(), None, "UTC", utc(2026, 1, 1)) is None


def test_a_zone_that_does_not_exist_is_the_persons_mistake():
    with pytest.raises(UserMistake, match="Mars/Base"):
        zone_of("Mars/Base")


@pytest.mark.parametrize("zone", ZONES)
def test_every_local_day_of_two_years_gets_its_digest_exactly_once(zone):
    for cadence in (Cadence(CadenceKind.DAILY, at=time(2, 15)), Cadence(CadenceKind.DAILY, at=time(0, 0))):
        at, labels = utc(2025, 1, 1), []
        while at < utc(2027, 1, 1):
            slot = next_slot(cadence, None, zone, at)
            assert slot.at > at
            assert last_slot(cadence, None, zone, slot.at) == slot
            labels.append(slot.label)
            at = slot.at
        days = [datetime.fromisoformat(label).date() for label in labels]
        assert all(later - earlier == timedelta(days=1) for earlier, later in pairwise(days))


cadences = st.one_of(
    st.builds(Cadence, st.just(CadenceKind.EVERY), hours=st.integers(1, 24)),
    st.builds(Cadence, st.just(CadenceKind.DAILY), at=st.times(max_value=time(23, 59))),
    st.builds(Cadence, st.just(CadenceKind.WEEKLY), at=st.times(max_value=time(23, 59)), day=st.integers(0, 6)),
)
quiets = st.none() | st.builds(Quiet, st.times(), st.times())


@settings(max_examples=200, deadline=None)
@given(cadences, quiets, st.sampled_from(ZONES), st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1)))
def test_the_next_slot_is_the_last_one_when_its_time_has_come(cadence, quiet, zone, naive):
    after = naive.replace(tzinfo=UTC)
    slot = next_slot(cadence, quiet, zone, after)
    assert after < slot.at < after + timedelta(days=9)
    assert last_slot(cadence, quiet, zone, slot.at).at == slot.at
    before = last_slot(cadence, quiet, zone, after)
    assert before.at <= after


@settings(max_examples=200, deadline=None)
@given(
    st.builds(Quiet, st.times(), st.times()),
    st.sampled_from(ZONES),
    st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1)),
)
def test_what_is_held_is_let_go_within_a_day_and_a_bit(quiet, zone, naive):
    at = naive.replace(tzinfo=UTC)
    until = held_until(quiet, zone, at)
    if until is not None:
        assert at < until <= at + timedelta(hours=26)
