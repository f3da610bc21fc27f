"""When feeds are checked next, as pure functions."""

import random
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sources.schedule import back_off, is_silent, jittered, next_interval, usual_gap

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def test_the_interval_follows_the_feed_within_bounds_and_its_wishes_up_to_a_day():
    floor, minutes = timedelta(minutes=5), lambda number: timedelta(minutes=number)
    assert next_interval(None, (), floor) == minutes(15)
    assert next_interval(minutes(4), (), floor) == minutes(5)
    assert next_interval(minutes(80), (None,), floor) == minutes(20)
    assert next_interval(timedelta(days=7), (), floor) == minutes(60)
    assert next_interval(minutes(4), (minutes(90), None), floor) == minutes(90)
    assert next_interval(minutes(4), (timedelta(days=9),), floor) == timedelta(days=1)
    assert next_interval(None, (), timedelta(0)) == timedelta(seconds=3)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_backing_off_only_ever_grows_and_ends_at_a_day(failures, seconds):
    once, more = (back_off(number, timedelta(seconds=seconds)) for number in (failures, failures + 1))
    assert timedelta(0) < once <= more <= timedelta(days=1)


def test_the_usual_gap_is_of_the_newest_items():
    hourly = [NOW - timedelta(hours=hour) for hour in range(30)]
    assert usual_gap([*hourly, NOW - timedelta(days=900)]) == timedelta(hours=1)
    assert usual_gap([NOW]) is None
    assert usual_gap([]) is None


def test_a_feed_is_silent_after_three_of_its_gaps_and_a_day_at_least():
    hour, week = timedelta(hours=1), timedelta(days=7)
    assert not is_silent(NOW - timedelta(hours=23), hour, NOW)
    assert is_silent(NOW - timedelta(hours=25), hour, NOW)
    assert not is_silent(NOW - timedelta(days=20), week, NOW)
    assert is_silent(NOW - timedelta(days=22), week, NOW)
    assert not is_silent(None, hour, NOW)


def test_jitter_adds_up_to_a_tenth_and_never_takes_away():
    chance = random.Random(1)
    found = [jittered(timedelta(minutes=10), chance) for _ in range(200)]
    assert timedelta(minutes=10) <= min(found) < max(found) <= timedelta(minutes=11)
