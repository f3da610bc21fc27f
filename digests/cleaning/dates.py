"""Times as pages write them, and which of them can be true."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from itertools import chain

from digests.cleaning.lunar import LUNAR_MONTHS, from_lunar
from digests.cleaning.solar import SOLAR_MONTHS, SOLAR_YEARS, from_solar
from digests.model import DatePrecision
from digests.text import MARKS

__all__ = ["is_plausible", "read_time", "scan_time"]

OLDEST = datetime(1995, 1, 1, tzinfo=UTC)
AHEAD = timedelta(days=1)
LONGEST = 64  # longer strings are no dates, and some date parsers take minutes for them

LETTERS = str.maketrans("يىك", "ییک")
DIGITS = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩०१२३४५६७८९", "0123456789" * 3)
MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january جنوری يناير جانفي ژانویه جنوري जनवरी januar janvier enero ocak января січня",
            "feb february فروری فبراير فيفري فوریه فبروري फरवरी फ़रवरी februar février febrero şubat февраля лютого",
            "mar march مارچ مارس مارچ मार्च märz mars marzo mart марта березня",
            "apr april اپریل أبريل ابريل أفريل آوریل اپریل अप्रैल avril abril nisan апреля квітня",
            "may مئی مايو ماي مه می मई mai mayo mayıs мая травня",
            "jun june جون يونيو جوان ژوئن जून juni juin junio haziran июня червня",
            "jul july جولائی يوليو جويلية ژوئیه جولای जुलाई juli juillet julio temmuz июля липня",
            "aug august اگست أغسطس اغسطس أوت اوت آگست अगस्त août agosto ağustos августа серпня",
            "sep sept september ستمبر سبتمبر سپتامبر سپتمبر सितंबर सितम्बर septembre septiembre eylül сентября вересня",
            "oct october اکتوبر أكتوبر اكتوبر اکتبر अक्टूबर अक्तूबर oktober octobre octubre ekim октября жовтня",
            "nov november نومبر نوفمبر نوامبر نومبر नवंबर नवम्बर novembre noviembre kasım ноября листопада",
            "dec december دسمبر ديسمبر دسامبر दिसंबर दिसम्बर dezember décembre diciembre aralık декабря грудня",
        ),
        start=1,
    )
    for name in names.split()
}
# Months of the Levant, some of two words.
MONTHS |= {
    "كانون الثاني": 1, "شباط": 2, "آذار": 3, "نيسان": 4, "أيار": 5, "حزيران": 6, "تموز": 7, "آب": 8, "أيلول": 9,
    "تشرين الأول": 10, "تشرين الثاني": 11, "كانون الأول": 12, "كانون ثاني": 1, "تشرين أول": 10, "تشرين ثاني": 11, "كانون أول": 12,
    "تشرين الاول": 10, "كانون الاول": 12, "اذار": 3, "ايار": 5, "ايلول": 9,
}  # fmt: skip
MONTHS |= {name.translate(LETTERS): number for name, number in MONTHS.items()}
# Zones that pages of the region and its observers write; hours east of Greenwich.
ZONES = {"utc": 0.0, "gmt": 0.0, "z": 0.0, "pkt": 5.0, "pst": -8.0, "ist": 5.5, "aft": 4.5, "irst": 3.5, "ast": 3.0,
         "est": -5.0, "edt": -4.0, "bst": 1.0, "cet": 1.0, "cest": 2.0, "gst": 4.0, "msk": 3.0}  # fmt: skip
CLOCK = re.compile(
    r"(?<!\d)([01]?\d|2[0-3])[:.]([0-5]\d)(?::([0-5]\d))?"
    r"\s*(am\b|pm\b|a\.m\.|p\.m\.|(?:صباحا|صباحًا|مساء|مساءً|ص|م)(?!\w)|ق\.ظ|ب\.ظ|بعد از ظهر|قبل از ظهر)?",
    re.IGNORECASE,
)
AFTERNOON = frozenset(("pm", "م", "مساء", "مساءً", "بظ", "بعد از ظهر"))
ZONE = re.compile(r"(?:\b(?P<name>UTC|GMT|PKT|IST|AFT|IRST|EST|EDT|BST|CET|CEST|GST|MSK)\b|(?P<offset>[+-]\d\d:?\d\d))")
MONTH = rf"[^\W\d_][\w{MARKS}]{{1,11}}"
# The same month by its other name: "نوفمبر/تشرين الثاني".
OTHER = r"(?:\s*/\s*[^\W\d_]{2,9}(?:\s[^\W\d_]{3,7})?)?"
DAY_FIRST = rf"(?P<d>[0-3]?\d)(?:st|nd|rd|th)?[\s.,،/-]+(?P<m>{MONTH}){OTHER}[\s.,،/-]+(?P<y>(?:19|20)\d\d)"
MONTH_FIRST = rf"(?P<m2>{MONTH})[\s.]+(?P<d2>[0-3]?\d)(?:st|nd|rd|th)?,?\s+(?P<y2>(?:19|20)\d\d)"
NUMERIC = r"(?P<y3>(?:19|20)\d\d)[-/.](?P<m3>[01]?\d)[-/.](?P<d3>[0-3]?\d)"
# Solar years of Iran and Afghanistan; two words, as in "تشرين الثاني", are months of the Levant.
SOLAR = rf"(?P<d5>[0-3]?\d)\s+(?P<m5>[^\W\d_]{{2,9}}){OTHER}(?:\s+ماه)?\s*[،,]?\s+(?:سال\s+)?(?P<y5>1[34]\d\d)"
SOLAR_MONTH_FIRST = r"(?P<m8>[^\W\d_]{2,9})\s+(?P<d8>[0-3]?\d)(?:مه|م|ه)?\s*[،,]?\s+(?P<y8>1[34]\d\d)"
SOLAR_YEAR_FIRST = r"(?P<y9>1[34]\d\d)\s+(?:ل\s+)?(?:کال\s+)?د\s+(?P<m9>[^\W\d_]{2,9})\s+(?P<d9>[0-3]?\d)"
SOLAR_NUMERIC = r"(?P<y6>1[34]\d\d)[-/.](?P<m6>[01]?\d)[-/.](?P<d6>[0-3]?\d)"
LEVANT = r"(?P<d7>[0-3]?\d)\s+(?P<m7>[^\W\d_]{4,6}\s[^\W\d_]{3,6})[\s/،]+(?:[^\W\d_]{4,7}\s+)?(?P<y7>(?:19|20)\d\d)"
NUMERIC_MONTH_FIRST = r"(?P<m10>0?[1-9]|1[0-2])/(?P<d10>[0-3]?\d)/(?P<y10>(?:19|20)\d\d)"  # as in the United States
NUMERIC_DAY_FIRST = r"(?P<d4>[0-3]?\d)[/.-](?P<m4>0?[1-9]|1[0-2])[/.-](?P<y4>(?:19|20)\d\d)"
DATE = re.compile(
    rf"(?<![\w-])(?:{NUMERIC}|{LEVANT}|{DAY_FIRST}|{MONTH_FIRST}|{NUMERIC_DAY_FIRST}|{NUMERIC_MONTH_FIRST}|{SOLAR_NUMERIC}|{SOLAR}|"
    rf"{SOLAR_MONTH_FIRST}|{SOLAR_YEAR_FIRST})(?!\d)"
)

LUNAR = re.compile(
    r"(?:(?<!\d)(?P<day>[0-3]?\d)|(?P<first>یکم|غرة))\s+(?P<month>[^\W\d_‌]{2,8}(?:[\s‌][^\W\d_]{3,8})?)\s*[،,]?\s+(?P<year>14\d\d)"
    r"(?:\s*(?:ھ|هـ|ہجری|هجری|ه)|(?!\d))"
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
    if re.fullmatch(r"1\d{9}(?:\d{3})?", text):
        return datetime.fromtimestamp(int(text[:10]), UTC), DatePrecision.MINUTE
    for parse in (datetime.fromisoformat, parsedate_to_datetime):
        at = _parsed(parse, text)
        if at is not None:
            return _aware(at, DatePrecision.MINUTE)
    return scan_time(text)


def scan_time(line: str) -> tuple[datetime, DatePrecision] | None:
    """The first written date in a line, with the clock time that follows or precedes it, if any."""
    line = line[:400].translate(DIGITS)
    days = ((found, _day(found)) for found in DATE.finditer(line))
    lunar = ((found, _lunar_day(found)) for found in LUNAR.finditer(line))
    for found, day in chain(days, lunar):
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
    for group in ("3", "", "2", "4", "5", "6", "7", "8", "9", "10"):
        year, written, day = parts[f"y{group}"], parts[f"m{group}"], parts[f"d{group}"]
        if not year:
            continue
        names = SOLAR_MONTHS if int(year) in SOLAR_YEARS else MONTHS
        number = int(written) if written.isdigit() else names.get(_plain(written), 0)
        try:
            if int(year) in SOLAR_YEARS:
                return from_solar(int(year), number, int(day))
            return datetime(int(year), number, int(day), tzinfo=UTC)
        except ValueError:
            return None
    return None


def _plain(month: str) -> str:
    """A name of a month as the tables have it: in small letters, its Arabic letters in the Persian form."""
    return " ".join(month.casefold().replace("\u200c", " ").translate(LETTERS).split())


def _lunar_day(found: re.Match[str]) -> datetime | None:
    month = LUNAR_MONTHS.get(_plain(found["month"]), 0)
    try:
        return from_lunar(int(found["year"]), month, int(found["day"] or 1))
    except ValueError:
        return None


def _at_clock(day: datetime, clock: re.Match[str], after: str) -> datetime:
    hour, minute, half = int(clock[1]), int(clock[2]), (clock[4] or "").lower().replace(".", "")
    if half and hour <= 12:
        hour = hour % 12 + (12 if half in AFTERNOON else 0)
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
