"""The lunar calendar of Islam, in which some pages in Urdu, Arabic and Persian write their dates."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

__all__ = ["LUNAR_MONTHS", "LUNAR_YEARS", "from_lunar"]

LUNAR_YEARS = range(1415, 1520)
# Names in Arabic, Urdu and Persian, their letters in the Persian form; some of two words.
LUNAR_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "محرم|محرم الحرام|المحرم",
            "صفر|صفر المظفر",
            "ربيع الأول|ربیع الاول|ربيع الاول|ربیع‌الاول",
            "ربيع الآخر|ربيع الثاني|ربیع الثانی|ربیع الآخر",
            "جمادى الأولى|جمادی الاول|جمادی الاولی|جمادى الاولى|جمادی‌الاول",
            "جمادى الآخرة|جمادى الثانية|جمادی الثانی|جمادی الثانیہ|جمادی الآخر|جمادی‌الثانی",
            "رجب|رجب المرجب",
            "شعبان|شعبان المعظم",
            "رمضان|رمضان المبارک|رمضان المبارك",
            "شوال|شوال المکرم",
            "ذو القعدة|ذي القعدة|ذیقعد|ذوالقعدہ|ذوالقعده|ذیقعده|ذو القعدہ",
            "ذو الحجة|ذي الحجة|ذی الحج|ذوالحجہ|ذی‌الحجه|ذیحجه|ذی الحجہ|ذوالحجه",
        ),
        start=1,
    )
    for name in names.replace("ي", "ی").replace("ى", "ی").replace("ك", "ک").replace("\u200c", " ").split("|")
}
EPOCH = datetime(622, 7, 19, tzinfo=UTC)  # of the civil reckoning, as a day of our calendar carried back
LEAP_CYCLE, LEAPS = 30, 11


def from_lunar(year: int, month: int, day: int) -> datetime:
    """Midnight UTC of a day by the arithmetic calendar: where the moon is looked for it may be a day or two later.

    Raises ValueError for days that are none.
    """
    if year not in LUNAR_YEARS or not 1 <= month <= 12 or not 1 <= day <= 30:
        raise ValueError(f"no day of the lunar calendar: {year}-{month}-{day}")
    before = (year - 1) * 354 + (3 + LEAPS * year) // LEAP_CYCLE + 29 * (month - 1) + month // 2
    return EPOCH + timedelta(days=before + day - 1)
