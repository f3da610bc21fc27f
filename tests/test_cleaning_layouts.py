"""Flattened pages in the manner of real scrapes: what is furniture goes, what is the article stays, its headline is found."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from digests.cleaning import clean
from digests.cleaning.dates import scan_time
from digests.cleaning.language import language_of
from digests.cleaning.solar import from_solar
from digests.errors import EmptyArticle
from digests.model import Article, Media, RawArticle

NOW = datetime(2026, 11, 28, tzinfo=UTC)
TITLE = "Roadside bomb kills three soldiers in Tank"
BODY = (
    "A roadside bomb killed three soldiers and wounded five others in the Tank district on Monday, officials said.",
    "The convoy was on its way from Jandola when the device went off near a bridge, a police officer said.",
    "“We heard a loud blast and saw smoke,” said a shopkeeper, Haji Rahim.",
    "No group immediately claimed responsibility for the attack.",
)


def read(*lines: str) -> Article:
    return clean(RawArticle("\n".join(lines), Media.TEXT, NOW)).article


PAGES = {
    "navigation before, headline twice": (
        ("Home", "Pakistan", "World", "Business", "Sport", "Opinion", "Epaper", "Search", TITLE, TITLE, "Our Correspondent"),
        ("Related Stories", "Durand Line fence damaged by floods in Kurram"),
    ),
    "a list of headlines before": (
        ("LATEST NEWS", "Durand Line crossing closed for a third day as talks fail", "Stocks gain 400 points", "TRENDING",
         "Rupee strengthens against dollar", "Court case adjourned till Friday next", "", TITLE, "By Zahid Khan", "3 min read"),
        ("MORE FROM PAKISTAN", "Durand Line crossing closed for a third day as talks fail", "Schools to close early for smog"),
    ),
    "consent before": (
        ("We value your privacy", "We and our 842 partners store information on a device, such as cookies, and use personal data.",
         "You can change your preferences at any time by clicking the privacy settings link below.", "Accept all", TITLE),
        ("Newsletter", "Sign up to our daily briefing and never miss a story about the Durand Line."),
    ),
    "headline with the outlet's name": (
        (f"{TITLE} - Example News", "Example News » Pakistan » KP", TITLE, "Last updated: 24 Nov, 2026 05:32pm", TITLE),
        ("Published in Example News, November 25th, 2026", "Durand Line trade resumes after two weeks"),
    ),
    "caption and advertisement": (
        (TITLE, "Security personnel inspect the site of the Durand Line blast. — AFP/File"),
        ("Story continues below advertisement", "Watch: Durand Line crossing reopens"),
    ),
    "paywall": (
        (TITLE,),
        ("This article is for subscribers only.", "Already a subscriber? Log in", "Readers on the Durand Line"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PAGES)
def test_a_flattened_page_gives_its_article_and_nothing_else(name: str) -> None:
    before, after = PAGES[name]
    article = read(*before, *BODY, *after)
    assert article.title == TITLE
    assert [line for line in article.body.split("\n") if line] == list(BODY)


def test_wrapped_lines_are_no_headline() -> None:
    text = "\n\n".join(line.replace(" and ", " and\n", 1) for line in BODY)
    assert read(TITLE, "", text).title == TITLE


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("دوشنبه ۳ آذر ۱۴۰۴ - ۱۰:۳۵", "2025-11-24 10:35"),
        ("۱۴۰۴/۰۹/۰۳", "2025-11-24 00:00"),
        ("۳ قوس ۱۴۰۴", "2025-11-24 00:00"),
        ("24 نومبر 2025", "2025-11-24 00:00"),
        ("24 تشرين الثاني/نوفمبر 2025", "2025-11-24 00:00"),
        ("24 नवंबर 2025", "2025-11-24 00:00"),
        ("24 ноября 2025, 12:30", "2025-11-24 12:30"),
        ("24 Kasım 2025", "2025-11-24 00:00"),
        ("1404 people in 3 camps", None),
    ],
)
def test_dates_are_read_in_the_calendars_and_languages_of_the_sources(written: str, day: str | None) -> None:
    found = scan_time(written)
    assert (found and found[0].strftime("%Y-%m-%d %H:%M")) == day


def test_the_solar_year_begins_when_its_leap_years_say() -> None:
    assert from_solar(1403, 12, 30) == datetime(2025, 3, 20, tzinfo=UTC)
    assert from_solar(1405, 1, 1) == datetime(2026, 3, 21, tzinfo=UTC)
    with pytest.raises(ValueError, match="no day"):
        from_solar(1405, 8, 31)


@pytest.mark.parametrize(
    ("headline", "language"),
    [
        ("Blast in Quetta kills five", "en"),
        ("Drone strike in Waziristan", "en"),
        ("Боевики напали на блокпост", "ru"),
        ("Обстріл Херсона: є поранені", "uk"),
        ("दिल्ली में धमाका", "hi"),
        ("Suriye'de hava saldırısı", "tr"),
        ("په ننګرهار کې ډرون برید", "ps"),
        ("کرم میں جھڑپیں جاری", "ur"),
        ("حمله انتحاری در مسجد شیعیان", "fa"),
    ],
)
def test_a_headline_is_enough_to_tell_the_language(headline: str, language: str) -> None:
    assert language_of(headline) == language


def page(body: str) -> RawArticle:
    html = f"<html><head><title>Talks on the border go on</title></head><body>{body}</body></html>"
    return RawArticle(html, Media.HTML, NOW, url="https://news.example.com/a")


LISTED = "".join(
    f'<article><h2><a href="/{n}">Attack number {n} in the province kills people</a></h2><p>A teaser of story {n}.</p></article>'
    for n in range(20)
)


@pytest.mark.parametrize(
    "body", [LISTED, "<h1>Talks go on</h1><p>Subscribe to continue reading.</p>", "<video src=a.mp4></video>"]
)
def test_a_page_without_an_article_is_none_for_its_title(body: str) -> None:
    with pytest.raises(EmptyArticle, match="nothing left after cleaning"):
        clean(page(body))


def test_what_a_feed_says_of_an_empty_page_is_still_news() -> None:
    raw = replace(page("<video src=a.mp4></video>"), title="Video: talks on the border go on in Torkham")
    assert clean(raw).article.title == "Video: talks on the border go on in Torkham"


def test_thousands_of_attributes_are_dropped_before_parsing() -> None:
    attributes = " ".join(f"a{n}=b" for n in range(20_000))
    article = clean(page(f"<div {attributes}><p>{BODY[0]}</p><p>{BODY[1]}</p></div>")).article
    assert BODY[0] in article.body
