"""The many ways in which feeds write a time, read as aware UTC or not at all."""

from __future__ import annotations

import re
import warnings
from calendar import timegm
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from time import struct_time

    from dateparser.date import DateDataParser

__all__ = ["plausible", "read_date"]

EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)
# dateparser needs 35 s for 50,000 dashes; no honest date is longer than this.
LONGEST = 64
# Zones that outlets of the region write and feedparser silently reads as UTC (offsets: the IANA time zone database).
# IST is read as India's: the bot reads South Asia, and Ireland's outlets write GMT offsets.
ZONES = {
    "PKT": "+0500",
    "IST": "+0530",
    "AFT": "+0430",
    "IRST": "+0330",
    "IRDT": "+0430",
    "NPT": "+0545",
    "BDT": "+0600",
    "UZT": "+0500",
    "TJT": "+0500",
    "TMT": "+0500",
    "GST": "+0400",
    "AST": "+0300",
    "TRT": "+0300",
    "MSK": "+0300",
    "EET": "+0200",
    "EEST": "+0300",
    "CET": "+0100",
    "CEST": "+0200",
    "BST": "+0100",
    "SGT": "+0800",
    "HKT": "+0800",
}
NAMED_ZONE = re.compile(r"\b(" + "|".join(ZONES) + r")\b\.?\s*$", re.IGNORECASE)

# email.utils reads "4:05 pm" as five past four in the morning.
HALF_DAY = re.compile(r"\d\s*[ap]\.?\s?m\b", re.IGNORECASE)


def read_date(text: object, now: datetime, parsed: struct_time | None = None, language: str = "") -> datetime | None:
    """The time that the text means, or None when it means none or none that can be true.

    `parsed` is what feedparser made of the same text. Tried in order: a zone by name that feedparser does not know,
    feedparser, RFC 5322, ISO 8601, then dateparser in the feed's language and in English.
    """
    text = text.strip() if isinstance(text, str) else ""
    if len(text) > LONGEST:
        text = ""
    if named := NAMED_ZONE.search(text):
        text = text[: named.start()] + ZONES[named[1].upper()]
        parsed = None
    for found in (_from_tuple(parsed), None if HALF_DAY.search(text) else _from_email(text), _from_iso(text)):
        if found is not None and (good := plausible(found, now)):
            return good
    if parsed is not None or not any(character.isdigit() for character in text):
        return None
    return plausible(_from_words(text, language, now), now)


def plausible(time: datetime | None, now: datetime) -> datetime | None:
    """The time in UTC if an article of the web can have it, else None. A time without zone is taken as UTC."""
    if time is None:
        return None
    try:
        utc = time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except (OverflowError, ValueError):
        return None
    return utc if EARLIEST <= utc <= now + timedelta(days=1) else None


def _from_tuple(parsed: struct_time | None) -> datetime | None:
    try:
        return None if parsed is None else datetime.fromtimestamp(timegm(parsed), UTC)
    except (OverflowError, ValueError, OSError, TypeError):
        return None


def _from_email(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _from_iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _from_words(text: str, language: str, now: datetime) -> datetime | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # dateparser itself uses what its dependencies deprecate
        try:
            hour = now.replace(minute=0, second=0, microsecond=0, tzinfo=None)
            found: datetime | None = _dateparser(language, hour).get_date_data(text)["date_obj"]
        except (ValueError, OverflowError, TypeError, IndexError, AttributeError, RecursionError, KeyError):
            return None  # dateparser raises what its many locale rules raise
    return found


@lru_cache(8)
def _dateparser(language: str, hour: datetime) -> DateDataParser:
    from dateparser.date import DateDataParser  # noqa: PLC0415 - 0.2 s that most feeds never need
    from dateparser.languages.loader import default_loader  # noqa: PLC0415 - as above

    known = default_loader.get_locale_map()
    code = language.partition("-")[0].lower()
    languages = [code, "en"] if code in known and code != "en" else ["en"]
    settings = {"TIMEZONE": "UTC", "RETURN_AS_TIMEZONE_AWARE": True, "RELATIVE_BASE": hour}
    return DateDataParser(languages=languages, settings=settings)
