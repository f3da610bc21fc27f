"""The solar calendar of Iran and Afghanistan, in which pages in Persian, Dari and Pashto write their dates."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

__all__ = ["SOLAR_MONTHS", "SOLAR_YEARS", "from_solar"]

SOLAR_YEARS = range(1374, 1480)
MONTHS_OF_31 = 6
# Names in Iran, in Dari and in Pashto.
SOLAR_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "فروردین حمل وری",
            "اردیبهشت ثور غویی",
            "خرداد جوزا غبرګولی",
            "تیر سرطان چنګاښ",
            "مرداد اسد زمری",
            "شهریور سنبله وږی",
            "مهر میزان تله",
            "آبان عقرب لړم",
            "آذر قوس لیندۍ",
            "دی جدی مرغومی",
            "بهمن دلو سلواغه",
            "اسفند حوت کب",
        ),
        start=1,
    )
    for name in names.split()
}
# Leap years come every fourth year, after 28 or 32 years a fifth: the remainders of the 33-year cycle in use (1343-1472).
LEAP = frozenset((1, 5, 9, 13, 17, 22, 26, 30))
CYCLE = 33
NEW_YEAR_1374 = datetime(1995, 3, 21, tzinfo=UTC)


def from_solar(year: int, month: int, day: int) -> datetime:
    """Midnight UTC of a day of the solar calendar. Raises ValueError for days that are none."""
    last = 31 if month <= MONTHS_OF_31 else 30
    if year not in SOLAR_YEARS or not 1 <= month <= 12 or not 1 <= day <= last:
        raise ValueError(f"no day of the solar calendar: {year}-{month}-{day}")
    leaps = sum(earlier % CYCLE in LEAP for earlier in range(SOLAR_YEARS.start, year))
    months = 31 * (month - 1) - max(0, month - 1 - MONTHS_OF_31)
    return NEW_YEAR_1374 + timedelta(days=365 * (year - SOLAR_YEARS.start) + leaps + months + day - 1)
