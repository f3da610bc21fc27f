"""When a feed is checked next. Pure: the poller writes the answer into the feed's row."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from random import Random

__all__ = ["back_off", "is_silent", "jittered", "next_interval", "usual_gap"]

LONGEST = timedelta(hours=24)
SHORTEST = timedelta(seconds=1)
# Our own choice of interval lies between one and twelve floors (5 min to 1 h by default). A feed that writes once a
# week is read every hour all the same: what it writes is news when it comes.
MOST_FLOORS = 12
UNKNOWN_FLOORS = 3
CHECKS_PER_GAP = 4
RECENT = 20
SILENT_GAPS = 3
SILENT_AT_LEAST = timedelta(days=1)  # outlets sleep
JITTER = 0.1


def usual_gap(times: Iterable[datetime]) -> timedelta | None:
    """The mean time between the newest items, or None when fewer than two say when they were published."""
    newest: Sequence[datetime] = sorted(times, reverse=True)[:RECENT]
    return (newest[0] - newest[-1]) / (len(newest) - 1) if len(newest) > 1 else None


def next_interval(gap: timedelta | None, wishes: Iterable[timedelta | None], floor: timedelta) -> timedelta:
    """How long to wait before the next check: by how often the feed writes, and never shorter than it asks for.

    `wishes` are what the feed and its server say (ttl, max-age, Expires); at most a day of them is heard.
    """
    floor = max(floor, SHORTEST)
    own = gap / CHECKS_PER_GAP if gap is not None else floor * UNKNOWN_FLOORS
    own = max(floor, min(own, floor * MOST_FLOORS))
    return min(max([own, *(wish for wish in wishes if wish is not None)]), LONGEST)


def back_off(failures: int, interval: timedelta) -> timedelta:
    """How long to wait after that many failures in a row: doubled each time, at most a day."""
    doubled: timedelta = max(interval, SHORTEST) * (1 << min(failures, 20))
    return min(doubled, LONGEST)


def jittered(interval: timedelta, random: Random) -> timedelta:
    """The interval and up to a tenth more, so that feeds that were added together drift apart."""
    return interval * (1 + JITTER * random.random())


def is_silent(newest: datetime | None, gap: timedelta | None, now: datetime) -> bool:
    """Whether a feed has written nothing for three times its usual gap (and a day at least)."""
    if newest is None or gap is None:
        return False
    return now - newest > max(gap * SILENT_GAPS, SILENT_AT_LEAST)
