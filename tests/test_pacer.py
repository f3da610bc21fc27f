"""Which delivery goes next, and when: pure decisions on a clock that is told what time it is."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.delivery.pace import Pace
from bot.delivery.pacer import Item, Pacer, Spacing
from digests.model import Priority

GROUP = -1001


def offered(*items: Item, now: float = 0.0) -> Pacer:
    pacer = Pacer()
    for item in items:
        pacer.offer(item, now)
    return pacer


def order(pacer: Pacer, now: float) -> list[int]:
    """What is sent when each call takes no time and chats wait for their spacing."""
    sent = []
    while len(pacer):
        item = pacer.take(now)
        if item is None:
            change = pacer.next_change()
            assert change is not None
            now = max(now, change)
            continue
        sent.append(item.id)
        pacer.finish(item, now, started=now)
    return sent


def test_a_chat_gets_its_messages_in_order_one_at_a_time():
    pacer = offered(Item(1, 7, Priority.DIGEST), Item(2, 7, Priority.DIGEST))
    first = pacer.take(0)
    assert first is not None
    assert first.id == 1
    assert pacer.take(0) is None  # the chat is busy
    pacer.finish(first, 0.2, started=0.1)
    assert pacer.take(1.0) is None  # too early for a private chat
    assert pacer.next_change() == pytest.approx(1.205)  # a second after the answer
    second = pacer.take(1.21)
    assert second is not None
    assert second.id == 2


def test_a_group_waits_longer_than_a_person_and_an_album_counts_its_photos():
    spacing = Spacing()
    assert spacing.after(7, 1, 10.0, 10.0) == pytest.approx(11.02)
    assert spacing.after(GROUP, 1, 10.0, 10.0) == pytest.approx(13.05)
    assert spacing.after(GROUP, 4, 10.0, 10.0) == pytest.approx(22.2)
    assert spacing.after(GROUP, 1, 10.0, 12.0) == pytest.approx(15.005)  # slow on its way: counted late, perhaps


def test_twenty_messages_to_a_group_never_fit_into_a_minute_however_slow_each_is_on_its_way():
    spacing, random, now = Spacing(), Random(7), 0.0
    counted = []
    for _ in range(200):
        answered = now + random.choice([0.01, 0.2, 2.5])
        counted.append(random.choice([now, answered]))
        now = spacing.after(GROUP, 1, now, answered)
    assert all(later - earlier > 60 for earlier, later in zip(counted, counted[20:], strict=False))


def test_after_a_start_groups_wait_for_what_an_earlier_process_may_have_sent():
    pacer = Pacer()
    pacer.begin(100.0)
    pacer.offer(Item(1, GROUP, Priority.REPLY), 100.0)
    pacer.offer(Item(2, 7, Priority.BROADCAST), 100.0)
    first = pacer.take(100.0)
    assert first is not None
    assert first.id == 2
    assert pacer.take(100.1) is None
    assert pacer.next_change() == pytest.approx(103.05)


def test_an_answer_to_a_person_overtakes_a_broadcast():
    broadcast = [Item(i, i, Priority.BROADCAST) for i in range(1, 20)]
    pacer = offered(*broadcast, Item(50, 50, Priority.REPLY), Item(40, 40, Priority.URGENT))
    assert order(pacer, 0)[:2] == [50, 40]


def test_an_answer_overtakes_what_waits_for_the_same_chat():
    pacer = offered(Item(1, 7, Priority.BROADCAST), Item(2, 7, Priority.REPLY))
    assert order(pacer, 0) == [2, 1]


def test_a_broadcast_moves_on_although_urgent_messages_never_end():
    pacer = offered(*[Item(i, i, Priority.BROADCAST, since=0.0) for i in range(1, 11)])
    sent = []
    for step in range(100):
        now = 200 + step / 28
        pacer.offer(Item(1000 + step, 1000 + step, Priority.URGENT, since=now), now)
        pacer.offer(Item(2000 + step, 2000 + step, Priority.URGENT, since=now), now)
        item = pacer.take(now)
        assert item is not None
        sent.append(item.priority)
        pacer.finish(item, now, started=now)
    assert sent.count(Priority.BROADCAST) == 10
    assert sent[:8].count(Priority.BROADCAST) == 2  # every fourth, so that urgent messages keep three quarters


def test_an_answer_never_waits_behind_more_than_one_aged_message():
    pacer = offered(*[Item(i, i, Priority.BROADCAST, since=0.0) for i in range(1, 1000)])
    for turn in range(8):
        now = 400.0 + turn
        for _ in range(turn):
            item = pacer.take(now)
            assert item is not None
            pacer.finish(item, now, started=now)
        pacer.offer(Item(5000 + turn, 5000 + turn, Priority.REPLY, since=now), now)
        first, second = pacer.take(now), pacer.take(now)
        assert first is not None
        assert second is not None
        assert Priority.REPLY in {first.priority, second.priority}
        pacer.finish(first, now, started=now)
        pacer.finish(second, now, started=now)


def test_a_closed_chat_waits_and_the_others_go_on():
    pacer = offered(Item(1, 7, Priority.DIGEST), Item(2, 8, Priority.DIGEST))
    pacer.close(7, 60.0, 0.0)
    item = pacer.take(0)
    assert item is not None
    assert item.id == 2
    pacer.finish(item, 0.0, started=0.0)
    assert pacer.take(59.9) is None
    late = pacer.take(60.0)
    assert late is not None
    assert late.id == 1


def test_a_retry_keeps_its_place_and_a_repeat_does_not():
    pacer = offered(Item(1, 7, Priority.DIGEST), Item(2, 7, Priority.DIGEST), Item(3, 8, Priority.DIGEST), now=0)
    one = pacer.take(0)
    assert one is not None
    pacer.again(one, 0.1, due=5.0, started=0.0)
    three = pacer.take(0.1)
    assert three is not None
    assert three.id == 3
    assert pacer.take(4.9) is None  # the second message of chat 7 waits for the first
    one = pacer.take(5.0)
    assert one is not None
    assert one.id == 1
    pacer.later(one, 5.1, due=35.0, started=5.0)
    two = pacer.take(6.2)
    assert two is not None
    assert two.id == 2
    pacer.finish(two, 6.3, started=6.2)
    again = pacer.take(35.0)
    assert again is not None
    assert again.id == 1


def test_what_is_known_is_not_taken_twice():
    pacer = offered(Item(1, 7, Priority.DIGEST))
    item = pacer.take(0)
    assert item is not None
    pacer.offer(Item(1, 7, Priority.DIGEST), 0)
    pacer.finish(item, 0, started=0)
    assert pacer.take(100) is None
    assert len(pacer) == 0


def test_what_waits_for_a_chat_that_moved_goes_to_the_new_one():
    pacer = offered(Item(1, GROUP, Priority.DIGEST), Item(2, GROUP, Priority.DIGEST), Item(3, -2002, Priority.DIGEST))
    pacer.offer(Item(4, GROUP, Priority.DIGEST), 0, due=50)
    first = pacer.take(0)
    assert first is not None
    pacer.again(first, 0, due=0, started=0)
    pacer.move(GROUP, -2002, 0)
    taken = []
    now = 0.0
    while len(pacer):
        item = pacer.take(now)
        if item is None:
            change = pacer.next_change()
            assert change is not None
            now = change
            continue
        assert item.chat_id == -2002
        taken.append(item.id)
        pacer.finish(item, now, started=now)
    assert taken == [1, 2, 3, 4]


def test_memory_does_not_grow_with_chats_that_were_served():
    pacer = offered(*[Item(i, i, Priority.BROADCAST) for i in range(1, 2001)])
    order(pacer, 0)
    pacer.offer(Item(9999, 9999, Priority.REPLY), 1e6)
    assert pacer.take(1e6) is not None
    assert len(pacer._lines) <= 1
    assert not pacer._resting


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from([1, 2, 3, -4, -5]), st.sampled_from(list(Priority)), st.integers(1, 3)),
        min_size=1,
        max_size=40,
    ),
    st.integers(0, 10_000),
)
def test_whatever_is_offered_goes_out_once_and_never_too_early(rows, seed):
    pacer, now, random = Pacer(), 0.0, Random(seed)
    for number, (chat, priority, cost) in enumerate(rows, start=1):
        pacer.offer(Item(number, chat, priority, cost, since=now), now, due=random.choice([0.0, 0.0, 30.0]))
    sent: list[Item] = []
    free_at: dict[int, float] = {}
    in_flight: list[Item] = []
    while len(pacer):
        item = pacer.take(now)
        if item is not None:
            assert free_at.get(item.chat_id, 0.0) <= now
            assert item.chat_id not in {other.chat_id for other in in_flight}
            in_flight.append(item)
        if in_flight and (item is None or random.random() < 0.5):
            done = in_flight.pop(random.randrange(len(in_flight)))
            fate = random.random()
            if fate < 0.2:
                pacer.again(done, now, due=now + 2, started=now)
            elif fate < 0.3:
                pacer.later(done, now, due=now + 2, started=now)
            else:
                pacer.finish(done, now, started=now)
                sent.append(done)
            free_at[done.chat_id] = Spacing().after(done.chat_id, done.cost, now, now)
        elif item is None:
            change = pacer.next_change()
            assert change is not None
            now = max(now, change)
    assert sorted(item.id for item in sent) == list(range(1, len(rows) + 1))


# --- The global pace -------------------------------------------------------------------------------------------------


def starts(pace: Pace, count: int, late: float = 0.0, now: float = 0.0) -> list[float]:
    times = []
    for _ in range(count):
        now += pace.delay(now) + late
        pace.spend(now)
        pace.ended(now, now)
        times.append(now)
    return times


def most_in_a_second(times: list[float]) -> int:
    return max(sum(1 for other in times if time <= other < time + 1) for time in times)


@pytest.mark.parametrize("late", [0.0, 0.001, 0.005, 0.015])
def test_the_pace_is_kept_although_timers_wake_late_and_no_second_holds_thirty(late):
    times = starts(Pace(), 300, late)
    assert 299 / (times[-1] - times[0]) >= 27.5
    assert most_in_a_second(times) <= 29


def test_time_in_which_nothing_was_sent_is_not_caught_up():
    pace = Pace()
    starts(pace, 50)
    times = starts(pace, 60, now=100.0)
    assert most_in_a_second(times) <= 29
    assert times[1] - times[0] == pytest.approx(1 / 28)


def test_an_album_costs_the_tokens_of_its_photos():
    pace = Pace()
    pace.spend(0.0, 10)
    assert pace.delay(0.0) == pytest.approx(10 / 28)


def test_three_chats_that_report_a_flood_halve_the_pace_and_quiet_brings_it_back():
    pace = Pace()
    assert not pace.flood(100.0, 1)
    assert not pace.flood(100.1, 1)  # the same chat again says nothing about the whole
    assert not pace.flood(100.2, 2)
    assert pace.flood(100.3, 3)
    assert pace.current(100.4) == pytest.approx(14)
    assert pace.current(110.4) == pytest.approx(15)
    assert pace.current(100.3 + 139) == pytest.approx(27)
    assert pace.current(100.3 + 141) == pytest.approx(28)


def test_a_flood_that_goes_on_halves_again_but_never_stops():
    pace, now = Pace(), 100.0
    for chat in range(60):
        now += 1.5
        pace.flood(now, chat)
    assert pace.current(now) == pytest.approx(1)


def test_floods_far_apart_leave_the_pace_alone():
    pace = Pace()
    assert not any(pace.flood(100.0 + 6 * chat, chat) for chat in range(10))
    assert pace.current(200.0) == pytest.approx(28)


def test_without_a_connection_calls_become_rare_and_the_first_answer_ends_that():
    pace, now, calls = Pace(), 0.0, 0
    while now < 600:
        now += pace.delay(now)
        pace.spend(now)
        pace.ended(now, now)
        pace.no_connection(now)
        calls += 1
    assert calls <= 26  # ten minutes: 1, 2, 4, 8, 16 and then each 30 s
    pace.answered()
    assert pace.delay(now) < 0.036


def test_a_flood_of_all_chats_is_a_short_pause_for_all_of_them():
    pace = Pace()
    for chat, wait in enumerate((3.0, 2.0, 40.0)):
        pace.flood(100.0, chat, wait)
    assert pace.delay(100.0) == pytest.approx(2.0)
    for chat in range(10, 13):
        pace.flood(110.0, chat, 600.0)
    assert pace.delay(110.0) == pytest.approx(5.0)


def test_answers_in_doubt_in_a_row_make_calls_rare_before_everything_is_in_doubt():
    pace, now, calls = Pace(), 0.0, 0
    while now < 600:
        now += pace.delay(now)
        pace.spend(now)
        pace.ended(now, now)
        pace.in_doubt(now)
        calls += 1
    assert calls <= 28
    assert pace.is_ill
    pace.seems_well()
    assert not pace.is_ill
    pace.answered()
    pace.in_doubt(now)
    assert pace.delay(now) < 0.036


def arrivals(random: Random, count: int, stall: float, chance: float, in_flight: int = 8) -> list[float]:
    """When a server that stalls now and then counts the messages, each somewhere between its call and its answer."""
    pace, now, counted = Pace(), 0.0, []
    under_way: list[tuple[float, float]] = []  # (answered, started)
    stalled_until = 0.0
    for _ in range(count):
        while True:
            for answered, started in sorted(each for each in under_way if each[0] <= now):
                pace.ended(started, answered)
                under_way.remove((answered, started))
            wait = pace.delay(now)
            if wait <= 0 and len(under_way) < in_flight:
                break
            next_answer = min((answered for answered, _ in under_way), default=now + 1)
            now = (
                next_answer
                if len(under_way) >= in_flight
                else min(now + max(wait, 0.001), max(next_answer, now + 0.001))
            )
        pace.spend(now)
        if random.random() < chance:
            stalled_until = now + stall
        arrived = max(now + 0.005, stalled_until)
        counted.append(arrived)
        under_way.append((arrived + 0.005, now))
    return counted


@pytest.mark.parametrize("stall", [0.0, 0.05, 0.15, 0.4])
def test_a_server_that_stalls_counts_no_more_than_thirty_in_any_second(stall):
    times = arrivals(Random(3), 600, stall, 0.05)
    assert most_in_a_second(times) <= 30
    assert 599 / (times[-1] - times[0]) >= (27.5 if stall <= 0.05 else 20)


def test_a_slow_but_steady_line_costs_no_pace():
    pace, now, ends = Pace(), 0.0, []
    for _ in range(300):
        now += pace.delay(now)
        while ends and ends[0] <= now:
            at = ends.pop(0)
            pace.ended(at - 0.14, at)
        now += pace.delay(now)
        pace.spend(now)
        ends.append(now + 0.14)
    assert 299 / now >= 27.5
