"""Times as pages write them, and which of them can be true."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

from digests.cleaning.solar import SOLAR_MONTHS, SOLAR_YEARS, from_solar
from digests.model import DatePrecision
from digests.text import MARKS

__all__ = ["is_plausible", "read_time", "scan_time"]

OLDEST = datetime(1995, 1, 1, tzinfo=UTC)
AHEAD = timedelta(days=1)
LONGEST = 64  # longer strings are no dates, and some date parsers take minutes for them

DIGITS = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩०१२३४५६७८९", "0123456789" * 3)
MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january جنوری يناير जनवरी januar janvier enero ocak января січня",
            "feb february فروری فبراير फरवरी फ़रवरी februar février febrero şubat февраля лютого",
            "mar march مارچ مارس मार्च märz mars marzo mart марта березня",
            "apr april اپریل أبريل ابريل अप्रैल avril abril nisan апреля квітня",
            "may مئی مايو मई mai mayo mayıs мая травня",
            "jun june جون يونيو जून juni juin junio haziran июня червня",
            "jul july جولائی يوليو जुलाई juli juillet julio temmuz июля липня",
            "aug august اگست أغسطس अगस्त août agosto ağustos августа серпня",
            "sep sept september ستمبر سبتمبر सितंबर सितम्बर septembre septiembre eylül сентября вересня",
            "oct october اکتوبر أكتوبر अक्टूबर अक्तूबर oktober octobre octubre ekim октября жовтня",
            "nov november نومبر نوفمبر नवंबर नवम्बर novembre noviembre kasım ноября листопада",
            "dec december دسمبر ديسمبر दिसंबर दिसम्बर dezember décembre diciembre aralık декабря грудня",
        ),
        start=1,
    )
    for name in names.split()
}
# Months of the Levant, some of two words.
MONTHS |= {
    "كانون الثاني": 1, "شباط": 2, "آذار": 3, "نيسان": 4, "أيار": 5, "حزيران": 6, "تموز": 7, "آب": 8, "أيلول": 9,
    "تشرين الأول": 10, "تشرين الثاني": 11, "كانون الأول": 12,
}  # fmt: skip
# Zones that pages of the region and its observers write; hours east of Greenwich.
ZONES = {"utc": 0.0, "gmt": 0.0, "z": 0.0, "pkt": 5.0, "pst": -8.0, "ist": 5.5, "aft": 4.5, "irst": 3.5, "ast": 3.0,
         "est": -5.0, "edt": -4.0, "bst": 1.0, "cet": 1.0, "cest": 2.0, "gst": 4.0, "msk": 3.0}  # fmt: skip
CLOCK = re.compile(r"(?<!\d)([01]?\d|2[0-3])[:.]([0-5]\d)(?::([0-5]\d))?\s*(am|pm|a\.m\.|p\.m\.)?", re.IGNORECASE)
ZONE = re.compile(r"(?:\b(?P<name>UTC|GMT|PKT|IST|AFT|IRST|EST|EDT|BST|CET|CEST|GST|MSK)\b|(?P<offset>[+-]\d\d:?\d\d))")
MONTH = rf"[^\W\d_][\w{MARKS}]{{1,11}}"
DAY_FIRST = rf"(?P<d>[0-3]?\d)(?:st|nd|rd|th)?[\s.,/-]+(?P<m>{MONTH})[\s.,/-]+(?P<y>(?:19|20)\d\d)"
MONTH_FIRST = rf"(?P<m2>{MONTH})[\s.]+(?P<d2>[0-3]?\d)(?:st|nd|rd|th)?,?\s+(?P<y2>(?:19|20)\d\d)"
NUMERIC = r"(?P<y3>(?:19|20)\d\d)[-/.](?P<m3>[01]?\d)[-/.](?P<d3>[0-3]?\d)"
# Solar years of Iran and Afghanistan; two words, as in "تشرين الثاني", are months of the Levant.
SOLAR = r"(?P<d5>[0-3]?\d)\s+(?P<m5>[^\W\d_]{2,9})\s*[،,]?\s+(?P<y5>1[34]\d\d)"
SOLAR_NUMERIC = r"(?P<y6>1[34]\d\d)[-/.](?P<m6>[01]?\d)[-/.](?P<d6>[0-3]?\d)"
LEVANT = r"(?P<d7>[0-3]?\d)\s+(?P<m7>[^\W\d_]{4,6}\s[^\W\d_]{5,6})[\s/،]+(?:[^\W\d_]{4,7}\s+)?(?P<y7>(?:19|20)\d\d)"
NUMERIC_DAY_FIRST = r"(?P<d4>[0-3]?\d)[/.-](?P<m4>[01]?\d)[/.-](?P<y4>(?:19|20)\d\d)"
DATE = re.compile(
    rf"(?<![\w-])(?:{NUMERIC}|{LEVANT}|{DAY_FIRST}|{MONTH_FIRST}|{NUMERIC_DAY_FIRST}|{SOLAR_NUMERIC}|{SOLAR})(?!\d)"
)


def is_plausible(at: datetime, now: datetime) -> bool:
    """Whether an article seen at `now` can have been published at `at`: from 1995 until a day ahead."""
    return OLDEST <= at <= now + AHEAD


def read_time(text: str | None) -> tuple[datetime, DatePrecision] | None:
    """A time that stands alone in a string, as in metadata: ISO 8601, RFC 5322, or a written date. Naive means UTC."""
    if not text or len(text) > LONGEST:
        return None
    text = text.strip().translate(DIGITS)
    if re.fullmatch(r"(?:19|20)\d\d-[01]\d-[0-3]\d", text):
        return _aware(_parsed(datetime.fromisoformat, text), DatePrecision.DAY)
    for parse in (datetime.fromisoformat, parsedate_to_datetime):
        at = _parsed(parse, text)
        if at is not None:
            return _aware(at, DatePrecision.MINUTE)
    return scan_time(text)


def scan_time(line: str) -> tuple[datetime, DatePrecision] | None:
    """The first written date in a line, with the clock time that follows or precedes it, if any."""
    line = line[:400].translate(DIGITS)
    for found in DATE.finditer(line):
        day = _day(found)
        if day is None:
            continue
        near = line[found.end() : found.end() + 32]
        clock = CLOCK.search(near) or CLOCK.search(line[max(0, found.start() - 24) : found.start()])
        if clock is None:
            return _aware(day, DatePrecision.DAY)
        return _aware(_at_clock(day, clock, near), DatePrecision.MINUTE)
    return None


def _day(found: re.Match[str]) -> datetime | None:
    parts = found.groupdict()
    for group in ("3", "", "2", "4", "5", "6", "7"):
        year, written, day = parts[f"y{group}"], parts[f"m{group}"], parts[f"d{group}"]
        if not year:
            continue
        names = SOLAR_MONTHS if int(year) in SOLAR_YEARS else MONTHS
        number = int(written) if written.isdigit() else names.get(" ".join(written.casefold().split()), 0)
        try:
            if int(year) in SOLAR_YEARS:
                return from_solar(int(year), number, int(day))
            return datetime(int(year), number, int(day), tzinfo=UTC)
        except ValueError:
            return None
    return None


def _at_clock(day: datetime, clock: re.Match[str], after: str) -> datetime:
    hour, minute, half = int(clock[1]), int(clock[2]), (clock[4] or "").lower().replace(".", "")
    if half and hour <= 12:
        hour = hour % 12 + (12 if half == "pm" else 0)
    zone = ZONE.search(after)
    offset = timedelta(0)
    if zone is not None and zone["name"]:
        offset = timedelta(hours=ZONES[zone["name"].lower()])
    elif zone is not None and zone.start() >= clock.end() - 1:
        sign = -1 if zone["offset"][0] == "-" else 1
        digits = zone["offset"][1:].replace(":", "")
        offset = sign * timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    if abs(offset) >= timedelta(hours=24):
        offset = timedelta(0)
    return day.replace(hour=hour, minute=minute, second=int(clock[3] or 0), tzinfo=timezone(offset))


def _parsed(parse: object, text: str) -> datetime | None:
    try:
        at = parse(text)  # type: ignore[operator] # one of two standard parsers
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return at if isinstance(at, datetime) else None


def _aware(at: datetime | None, precision: DatePrecision) -> tuple[datetime, DatePrecision] | None:
    if at is None:
        return None
    try:
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC), precision
    except (OverflowError, ValueError):
        return None
