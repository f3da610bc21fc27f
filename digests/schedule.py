"""When a chat's digest is due: local slots that fire exactly once each, and quiet hours that hold.

A slot is a local wall-clock time. Where the clocks go forward over it, it fires at the end of the gap; where they go
back, at its first occurrence. Quiet hours move a slot to their end; they never drop it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from digests.errors import UserMistake
from digests.store.chats import Cadence, CadenceKind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from digests.store.chats import Quiet

__all__ = ["Slot", "held_until", "last_slot", "local", "next_slot", "zone_of"]


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """One due time: `at` in UTC after quiet hours, `label` its local date and time as scheduled."""

    at: datetime
    label: str


@lru_cache(maxsize=512)
def zone_of(name: str) -> ZoneInfo:
    """The time zone of an IANA name. Raises UserMistake when there is none of that name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UserMistake(f"there is no time zone {name!r}; a city name such as Karachi or Kabul works too") from error


def local(at: datetime, zone: str) -> datetime:
    """The same moment on the clocks of the zone."""
    return at.astimezone(zone_of(zone))


def next_slot(cadence: Cadence, quiet: Quiet | None, zone: str, after: datetime) -> Slot | None:
    """The first slot strictly after a moment; None for INSTANT, which has no slots."""
    if cadence.kind is CadenceKind.INSTANT:
        return None
    first = local(after, zone).date() - timedelta(days=2)
    later = (slot for day in _days(first, 11) for slot in _slots(cadence, quiet, zone, day) if slot.at > after)
    soonest = next(later)
    # Slots of one gap, or held by the same quiet hours, fall on one moment: the latest of them is told.
    return max((soonest, *(slot for slot in _near(later) if slot.at == soonest.at)), key=lambda slot: slot.label)


def last_slot(cadence: Cadence, quiet: Quiet | None, zone: str, until: datetime) -> Slot | None:
    """The latest slot not after a moment; None for INSTANT."""
    if cadence.kind is CadenceKind.INSTANT:
        return None
    first = local(until, zone).date() - timedelta(days=9)
    return max(slot for day in _days(first, 11) for slot in _slots(cadence, quiet, zone, day) if slot.at <= until)


def held_until(quiet: Quiet | None, zone: str, at: datetime) -> datetime | None:
    """The end of the quiet hours that a moment lies in; None when it lies in none."""
    if quiet is None or quiet.start == quiet.end:
        return None
    there = local(at, zone)
    if not quiet.holds(there.time().replace(tzinfo=None)):
        return None
    day = there.date()
    if there.time() >= quiet.end:
        day += timedelta(days=1)
    end = _utc(day, quiet.end, zone)
    # When the clocks go back, the end's first occurrence may be past already while its hours come again.
    return end if end > at else end + timedelta(hours=1)


def _days(first: date, count: int) -> Iterator[date]:
    return (first + timedelta(days=index) for index in range(count))


def _near(slots: Iterator[Slot]) -> list[Slot]:
    return [slot for _, slot in zip(range(24), slots, strict=False)]


def _slots(cadence: Cadence, quiet: Quiet | None, zone: str, day: date) -> Iterator[Slot]:
    if cadence.kind is CadenceKind.WEEKLY and day.weekday() != cadence.day:
        return
    times = [cadence.at]
    if cadence.kind is CadenceKind.EVERY:
        step = min(max(cadence.hours, 1), 24)
        times = [time(hour) for hour in range(0, 24, step)]
    for wall in times:
        at = _utc(day, wall, zone)
        yield Slot(held_until(quiet, zone, at) or at, f"{day} {wall:%H:%M}")


def _utc(day: date, wall: time, zone: str) -> datetime:
    """The moment of a local time: its first occurrence, or the end of the gap that swallows it."""
    tz = zone_of(zone)
    at = datetime.combine(day, wall, tz)
    utc = at.astimezone(UTC)
    if utc.astimezone(tz).replace(tzinfo=None) == at.replace(tzinfo=None):
        return utc
    early, late = at.replace(fold=1).astimezone(UTC), utc
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) / 2
        before_change = middle.astimezone(tz).utcoffset() == at.replace(fold=0).utcoffset()
        early, late = (middle, late) if before_change else (early, middle)
    return late.replace(microsecond=0) + timedelta(seconds=1 if late.microsecond > 500_000 else 0)
