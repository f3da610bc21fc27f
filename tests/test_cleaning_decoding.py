"""Pages in old encodings, under wrong labels, and put together from parts in several; dates in the calendars of the sources."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from digests.cleaning import clean
from digests.cleaning.dates import read_time, scan_time
from digests.cleaning.decoding import decode
from digests.cleaning.lunar import from_lunar
from digests.model import Media, RawArticle

NOW = datetime(2026, 11, 28, 18, tzinfo=UTC)
ARABIC = (
    "قتل جنديان في هجوم على حاجز شرق مدينة الحسكة فجر الجمعة، بحسب مصدر في الشرطة.",
    "وقال المصدر إن المهاجمين فروا على دراجات نارية باتجاه الريف الجنوبي.",
    "ولم تعلن أي جهة مسؤوليتها عن الهجوم حتى الآن، ونقل الجرحى إلى المستشفى.",
)
RUSSIAN = (
    "Двое полицейских ранены при обстреле поста на въезде в Назрань, сообщили в министерстве.",
    "Нападавшие скрылись на автомобиле без номеров, их ищут в соседних районах.",
    "Движение по трассе закрыли до утра, на месте работают следователи и саперы.",
)


def page(paragraphs: tuple[str, ...], head: str = "", foot: str = "") -> str:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return f"<html><head>{head}</head><body><article><h1>{paragraphs[0][:40]}</h1>{text}</article>{foot}</body></html>"


def body(content: bytes, charset: str | None = None) -> str:
    return clean(RawArticle(content, Media.HTML, NOW, url="https://example.org/x", charset=charset)).article.body


@pytest.mark.parametrize(
    ("paragraphs", "encoding", "label", "header"),
    [
        (ARABIC, "cp1256", "windows-1256", None),
        (ARABIC, "cp1256", "", None),
        (ARABIC, "cp1256", "utf-8", None),
        (ARABIC, "cp1256", "iso-8859-1", None),
        (RUSSIAN, "cp1251", "utf-8", None),
        (RUSSIAN, "cp1251", "", "iso-8859-1"),
        (RUSSIAN, "koi8-r", "koi8-r", None),
        (RUSSIAN, "utf-8", "windows-1251", "windows-1251"),
        (ARABIC, "utf-16", "", None),
        (ARABIC, "utf-16-le", "", None),
    ],
)
def test_an_old_encoding_is_read_whatever_the_label_says(paragraphs, encoding, label, header):
    head = f'<meta charset="{label}">' if label else ""
    assert body(page(paragraphs, head).encode(encoding), header) == "\n".join(paragraphs)


@pytest.mark.parametrize(("paragraphs", "encoding"), [(ARABIC, "cp1256"), (RUSSIAN, "cp1251")])
def test_a_paragraph_in_another_encoding_is_read_by_the_letters_of_the_rest(paragraphs, encoding):
    whole = page(paragraphs, '<meta charset="utf-8">').encode()
    mixed = whole.replace(paragraphs[1].encode(), paragraphs[1].encode(encoding))
    assert body(mixed) == "\n".join(paragraphs)


def test_quotation_marks_of_an_old_word_processor_are_read_among_utf8():
    text = "Officials said so. پشاور ".encode() + "“We didn’t see it,” he said – and left.".encode("cp1252")
    assert decode(text) == "Officials said so. پشاور “We didn’t see it,” he said – and left."


@pytest.mark.parametrize("paragraphs", [ARABIC, RUSSIAN], ids=["Arabic", "Russian"])
def test_a_page_that_was_encoded_twice_is_read(paragraphs):
    whole = page(paragraphs * 2, '<meta charset="utf-8">').encode()
    twice = "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in whole).encode()
    assert body(twice) == "\n".join(dict.fromkeys(paragraphs * 2)) or body(twice) == "\n".join(paragraphs * 2)


def test_latin_letters_beside_each_other_are_left_as_they_are():
    text = "Ð and Ñ, café, naïve, “quoted” – señor, Ångström, Øresund, Ù. " * 40
    assert decode(text.encode()) == text


def test_a_stray_byte_spoils_no_other_letter():
    whole = page(ARABIC, '<meta charset="utf-8">', "<footer>الصحيفة</footer>").encode()
    assert body(whole.replace(b"<footer>", b"<footer>\xd9 ")) == "\n".join(ARABIC)


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("۲۷ نوامبر ۲۰۲۶", "2026-11-27"),
        ("د لیندۍ ۶مه ۱۴۰۵", "2026-11-27"),
        ("۱۴۰۴ د مرغومي ۱۲", "2026-01-02"),
        ("۲۰ اردیبهشت ماه ۱۴۰۵", "2026-05-10"),
        ("شنبه، ۷ قوس / آذر ۱۴۰۵", "2026-11-28"),
        ("۲۷ نومبر، ۲۰۲۶", "2026-11-27"),
        ("الجمعة، 27 نوفمبر، 2026", "2026-11-27"),
        ("27 نوفمبر/تشرين الثاني 2026", "2026-11-27"),
        ("2 كانون ثاني 2026", "2026-01-02"),
        ("27 أوت 2026", "2026-08-27"),
        ("11/27/2026", "2026-11-27"),
        ("12 رمضان 1447ھ", "2026-03-01"),
        ("یکم محرم الحرام 1448 ہجری", "2026-06-17"),
        ("جمعہ ۱۷ جمادی الثانی ۱۴۴۸ھ 27 نومبر 2026ء", "2026-11-27"),
    ],
)
def test_dates_are_read_in_every_calendar_of_the_sources(written, day):
    assert scan_time(written)[0].date().isoformat() == day


def test_halves_of_the_day_are_read_in_arabic_and_persian():
    assert scan_time("27 نوفمبر 2026 08:15 م")[0].hour == 20
    assert scan_time("27 نوفمبر 2026 08:15 صباحا")[0].hour == 8
    assert scan_time("۶ آذر ۱۴۰۵ ۰۸:۱۵ ب.ظ")[0].hour == 20


def test_seconds_since_1970_are_a_time():
    assert read_time("1795737600")[0] == datetime(2026, 11, 27, tzinfo=UTC)
    assert read_time("1795737600000")[0] == datetime(2026, 11, 27, tzinfo=UTC)


@pytest.mark.parametrize("line", ["5 صفر", "in 1447 soldiers of 1448 men", "32 رمضان 1447", "room 5 mehr 1405"])
def test_numbers_beside_words_are_no_dates(line):
    assert scan_time(line) is None


def test_a_day_the_moon_never_had_is_none():
    with pytest.raises(ValueError, match="no day"):
        from_lunar(1447, 13, 1)
