"""Rhythms, times of day and lengths of time: as people write them, as buttons carry them, as they are shown."""

from __future__ import annotations

import re
from datetime import time, timedelta
from typing import TYPE_CHECKING

from bot.telegram.markup import Html, moment
from bot.telegram.request import Button, Refusal
from bot.telegram.zones import offset_label
from digests.schedule import local
from digests.store.chats import Cadence, CadenceKind, Quiet

if TYPE_CHECKING:
    from datetime import datetime

    from bot.telegram.wording import Words

__all__ = [
    "as_of",
    "cadence_buttons", "cadence_of", "cadence_shown", "duration_of", "night_of", "said_cadence", "said_clock", "said_quiet",
    "shown_time",
]  # fmt: skip

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAY_NAMES = {form: index for index, day in enumerate(DAYS) for form in (day, f"{day}s", day[:3])} | {
    "tues": 1, "weds": 2, "thur": 3, "thurs": 3,
}  # fmt: skip
CLOCK = r"(\d{1,2})(?:[:.]?(\d{2}))?\s*(am|pm)?"
EVERY = re.compile(r"(?:every\s+)?(\d{1,3})\s*(?:h|hours?)|every\s+(\d{1,3})|hourly|every\s+hour")
DAILY = re.compile(rf"(?:daily|every\s+day)(?:\s+(?:at\s+)?{CLOCK})?")
BARE_TIME = re.compile(rf"at\s+{CLOCK}|(\d{{1,2}})[:.](\d{{2}})\s*(am|pm)?|(\d{{1,2}})()\s*(am|pm)")
WEEKLY = re.compile(rf"weekly(?:\s+(?:on\s+)?([a-z]{{3,9}}))?(?:\s+(?:at\s+)?{CLOCK})?")
ON_A_DAY = re.compile(rf"(?:every\s+|on\s+)?({'|'.join(DAY_NAMES)})(?:\s+(?:at\s+)?{CLOCK})?")
QUIET = re.compile(rf"quiet\s+(?:hours\s+)?(?:from\s+)?{CLOCK}\s*(?:-|–|to|until|and|\s)\s*{CLOCK}")
DURATION = re.compile(r"(?:for\s+)?(\d{1,3})\s*(h|d|w|hours?|days?|weeks?)")


# --- As people write them


def said_cadence(said: str) -> Cadence | None:
    """The rhythm that people mean: "every 6", "daily 7:30", "weekly friday 6 pm". Raises Refusal for an impossible one."""
    if said in {"instant", "now", "at once", "immediately"}:
        return Cadence()
    if (every := EVERY.fullmatch(said)) is not None:
        hours = int(every[1] or every[2] or 1)
        if not 1 <= hours <= 24:
            raise Refusal("schedule.hours")
        return Cadence(CadenceKind.EVERY, hours=hours)
    if (daily := DAILY.fullmatch(said)) is not None:
        return Cadence(CadenceKind.DAILY, at=said_clock(daily.groups()))
    if (bare := BARE_TIME.fullmatch(said)) is not None:
        first = next(index for index in (1, 4, 7) if bare[index])
        return Cadence(CadenceKind.DAILY, at=said_clock(bare.groups()[first - 1 : first + 2]))
    if (weekly := WEEKLY.fullmatch(said) or ON_A_DAY.fullmatch(said)) is not None:
        day = DAY_NAMES.get(weekly[1]) if weekly[1] else 0
        if day is None:
            raise Refusal("schedule.day", day=weekly[1])
        return Cadence(CadenceKind.WEEKLY, at=said_clock(weekly.groups()[1:]), day=day)
    return None


def said_clock(said: tuple[str | None, ...]) -> time:
    """A time of day from hour, minute and am or pm. Raises Refusal when there is no such time."""
    hour, minute, half = int(said[0] or 8), int(said[1] or 0), said[2]
    if half:
        if not 1 <= hour <= 12:
            raise Refusal("schedule.clock", time=f"{hour}:{minute:02d} {half}")
        hour = hour % 12 + (12 if half == "pm" else 0)
    if hour > 23 or minute > 59:
        raise Refusal("schedule.clock", time=f"{hour}:{minute:02d}")
    return time(hour, minute)


def said_quiet(said: str) -> Quiet | None:
    """The quiet hours that people mean: "quiet 22:00-07:00", "quiet 10pm to 7am". None when it says something else."""
    found = QUIET.fullmatch(said)
    if found is None:
        return None
    start, end = said_clock(found.groups()[:3]), said_clock(found.groups()[3:])
    if start == end:
        raise Refusal("quiet.whole_day")
    return Quiet(start, end)


def duration_of(said: str) -> timedelta | None:
    """A length of time as people write it: 8h, 3 days, 2w. None when it is none."""
    found = DURATION.fullmatch(said.strip().lower())
    if found is None or int(found[1]) == 0:
        return None
    unit = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}[found[2][0]]
    return int(found[1]) * unit


# --- As buttons carry them


def cadence_of(code: str) -> Cadence | None:
    """The rhythm that a button's id stands for; None for anything else."""
    if code == "instant":
        return Cadence()
    if (every := re.fullmatch(r"every-(\d{1,2})", code)) is not None:
        return Cadence(CadenceKind.EVERY, hours=int(every[1])) if 1 <= int(every[1]) <= 24 else None
    found = re.fullmatch(r"(?:daily|weekly-([0-6]))-([01]\d|2[0-3])([0-5]\d)", code)
    if found is None:
        return None
    at = time(int(found[2]), int(found[3]))
    if found[1] is None:
        return Cadence(CadenceKind.DAILY, at=at)
    return Cadence(CadenceKind.WEEKLY, at=at, day=int(found[1]))


def night_of(code: str) -> Quiet:
    """The quiet hours that a button's id stands for."""
    return Quiet(time(int(code[:2]), int(code[2:4])), time(int(code[5:7]), int(code[7:])))


def cadence_buttons(words: Words, action: str, prefix: str = "") -> tuple[tuple[Button, ...], ...]:
    """The usual rhythms."""
    return (
        (
            Button(words.plain("cadence.instant"), action, f"{prefix}instant"),
            Button(words.plain("cadence.every", n=1), action, f"{prefix}every-1"),
            Button(words.plain("cadence.every", n=6), action, f"{prefix}every-6"),
        ),
        (
            Button(words.plain("cadence.morning"), action, f"{prefix}daily-0800"),
            Button(words.plain("cadence.evening"), action, f"{prefix}daily-1800"),
            Button(words.plain("cadence.monday"), action, f"{prefix}weekly-0-0800"),
        ),
    )


# --- As they are shown


def cadence_shown(words: Words, cadence: Cadence) -> Html:
    """The rhythm in words."""
    match cadence.kind:
        case CadenceKind.INSTANT:
            return words("cadence.is_instant")
        case CadenceKind.EVERY:
            return words("cadence.every", n=cadence.hours)
        case CadenceKind.DAILY:
            return words("cadence.is_daily", at=f"{cadence.at:%H:%M}")
        case CadenceKind.WEEKLY:
            return words("cadence.is_weekly", at=f"{cadence.at:%H:%M}", day=words(f"day.{cadence.day}"))


def shown_time(at: datetime, zone: str) -> Html:
    """A moment on the reader's clock, with the zone's time for clients that cannot tell."""
    there = local(at, zone)
    return moment(at, f"{there:%-d %b %H:%M} ({offset_label(zone, at)})")


def as_of(words: Words, now: datetime) -> Html:
    """When an overview was made, to the second: refreshed at once it still differs, or Telegram would refuse the edit."""
    return words("menu.as_of", time=f"{now:%H:%M:%S} UTC")
