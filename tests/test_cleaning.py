"""From a page, a feed item or flattened text to an Article."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digests.cleaning import canonical_url, clean, untracked
from digests.cleaning.dates import read_time, scan_time
from digests.cleaning.flat import flatten_free
from digests.cleaning.language import language_of
from digests.errors import EmptyArticle
from digests.model import DateOrigin, DatePrecision, Media, RawArticle, Zone

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)

FLAT = """example.org, pub-1, DIRECT
Convoy attacked on the Bannu road as talks stall
Convoy attacked on the Bannu road as talks stall
Home
Politics
2026/02/27-08:15
Convoy attacked on the Bannu road as talks stall

A convoy of the Frontier Corps came under fire on the Bannu road early on Friday, the district administration said, and four soldiers were killed.

The attackers fled towards the hills after an exchange that lasted
about forty minutes, a spokesman told reporters in the town later in the day.

#Bannu   # Frontier Corps   # Talks
Convoy attacked on the Bannu road as talks stall
Old quarrel over the Durand Line returns to the headlines
Convoy attacked on the Bannu road as talks stall
You may also like
Five recipes for the cold season
"""

PAGE = """<!doctype html><html lang="en"><head><title>Bridge reopened in Chitral | The Valley Courier</title>
<link rel="canonical" href="https://www.valley-courier.example.org/news/bridge?utm_source=rss">
<meta property="og:site_name" content="The Valley Courier">
<script type="application/ld+json">{"@context":"https://schema.org","@type":"NewsArticle",
"headline":"Bridge reopened in Chitral","datePublished":"2026-02-20T09:30:00+05:00","keywords":"Chitral, roads"}</script>
</head><body><nav><a href="/">Home</a> <a href="/w">Waziristan desk</a></nav><main><article><h1>Bridge reopened in Chitral</h1>
<p>Engineers reopened the suspension bridge at the northern end of Chitral on Friday after nine days of repairs, and the first buses crossed before noon.</p>
<p>The bridge had been damaged by a landslide that followed a week of heavy rain. Traders said that the price of flour had doubled in the villages behind it.</p>
<p>The provincial works department said that a permanent structure would be tendered in the spring, and that a second crossing was being studied further down the valley.</p>
</article></main><aside><h3>More stories</h3><p>Shelling reported near the Kurram crossing</p></aside></body></html>"""


def raw(content, media=Media.TEXT, **hints):
    return RawArticle(content=content, media=media, seen=NOW, **hints)


def test_a_flattened_page_gives_its_own_article_only():
    cleaned = clean(raw(FLAT))
    article = cleaned.article
    assert article.title == "Convoy attacked on the Bannu road as talks stall"
    assert article.published.at == datetime(2026, 2, 27, 8, 15, tzinfo=UTC)
    assert article.published.origin is DateOrigin.DATELINE
    assert article.tags == ("Bannu", "Frontier Corps", "Talks")
    assert article.body.startswith("A convoy of the Frontier Corps")
    assert article.body.endswith("later in the day.")
    assert "Durand" not in article.body
    assert "Old quarrel over the Durand Line returns to the headlines" in cleaned.removed


def test_wrapped_lines_are_joined_and_paragraphs_kept():
    body = clean(raw(FLAT)).article.body
    assert "lasted about forty minutes" in body
    assert body.count("\n\n") == 1


def test_plain_text_without_a_title_loses_nothing_and_gets_no_invented_title():
    text = (
        "Quetta – The provincial minister said on Monday that two roads would stay closed.\n"
        "He spoke after a meeting of the security council.\n"
        "New rules\n"
        "Lorries may pass between six and nine in the morning only, he added."
    )
    article = clean(raw(text)).article
    assert article.title == ""
    assert article.body.split() == text.split()
    assert article.heading == "Quetta – The provincial minister said on Monday that two roads would stay closed."


def test_a_page_gives_title_time_address_and_body_without_furniture():
    cleaned = clean(raw(PAGE, Media.HTML, url="https://m.valley-courier.example.org/news/bridge?fbclid=1"))
    article = cleaned.article
    assert article.title == "Bridge reopened in Chitral"
    assert article.published.at == datetime(2026, 2, 20, 4, 30, tzinfo=UTC)
    assert article.published.origin is DateOrigin.JSON_LD
    assert article.url == "https://www.valley-courier.example.org/news/bridge?utm_source=rss"
    assert untracked(article.url) == "https://www.valley-courier.example.org/news/bridge"
    assert article.tags == ("Chitral", "roads")
    assert "Waziristan" not in article.body
    assert "Kurram" not in article.body
    assert "price of flour had doubled" in article.body
    assert article.body[: article.lead_end].endswith("before noon.")
    assert article.text(Zone.LEAD) == article.body


def test_a_page_that_declares_no_time_is_dated_by_the_line_under_its_headline():
    page = PAGE.replace('"datePublished":"2026-02-20T09:30:00+05:00",', "").replace(
        "</h1>", "</h1><div>By our correspondent</div><div>Published 20 February 2026, 9:30 AM PKT</div>"
    )
    published = clean(raw(page, Media.HTML)).article.published
    assert published.at == datetime(2026, 2, 20, 4, 30, tzinfo=UTC)
    assert published.origin is DateOrigin.DATELINE


@pytest.mark.parametrize(
    "content", ["", "   \n", b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0d" + bytes(range(256)) * 3, "Home\nMenu\nSearch"]
)
def test_a_page_without_an_article_is_refused_with_a_reason(content):
    with pytest.raises(EmptyArticle, match=r"example\.org/x: "):
        clean(raw(content, url="https://example.org/x"))


def test_utf8_urdu_under_a_wrong_label_is_read_as_utf8():
    text = "کوئٹہ میں پولیس نے بتایا کہ سڑک دو دن کے لیے بند رہے گی اور مسافر دوسرا راستہ اختیار کریں۔"
    article = clean(raw(text.encode(), charset="windows-1252")).article
    assert article.body == text
    assert article.language == "ur"


def test_a_date_a_year_ahead_is_not_believed():
    assert clean(raw(FLAT.replace("2026/02/27", "2027/02/27"))).article.published is None


def test_the_same_article_gets_the_same_id_from_every_form_of_its_address():
    one = clean(raw(PAGE, Media.HTML, url="https://www.valley-courier.example.org/news/bridge/amp")).article
    other = clean(raw(PAGE, Media.HTML, url="http://valley-courier.example.org/news/bridge?utm_medium=x#top")).article
    assert one.id == other.id


@pytest.mark.parametrize(
    ("address", "canonical"),
    [
        ("HTTP://WWW.Example.org:80/a/?utm_source=x&id=7#part", "https://example.org/a?id=7"),
        ("https://amp.example.org/story.amp.html", "https://example.org/story.html"),
        ("https://example.org/news/amp/1075", "https://example.org/news/1075"),
        ("https://example.org/?p=12&fbclid=zz", "https://example.org/?p=12"),
        ("http://example.org:8080/a", "http://example.org:8080/a"),
        ("javascript:alert(1)", None),
        ("https://", None),
        ("https://example.org:99999/", None),
        ("https://example.org/" + "a" * 3000, None),
    ],
)
def test_canonical_addresses(address, canonical):
    assert canonical_url(address) == canonical


@pytest.mark.parametrize(
    ("text", "at", "precision"),
    [
        ("2025/11/11-19:23", datetime(2025, 11, 11, 19, 23, tzinfo=UTC), DatePrecision.MINUTE),
        ("11 November 2025 | 7:23 PM PKT", datetime(2025, 11, 11, 14, 23, tzinfo=UTC), DatePrecision.MINUTE),
        ("۱۱ نومبر ۲۰۲۵", datetime(2025, 11, 11, tzinfo=UTC), DatePrecision.DAY),
        ("Tue, 11 Nov 2025 19:23:00 +0430", datetime(2025, 11, 11, 14, 53, tzinfo=UTC), DatePrecision.MINUTE),
        ("2025-05-21", datetime(2025, 5, 21, tzinfo=UTC), DatePrecision.DAY),
    ],
)
def test_written_times(text, at, precision):
    assert read_time(text) == (at, precision)


@pytest.mark.parametrize("text", ["31 February 2025", "-" * 60, "2025-13-45", "", "yesterday", "9" * 64])
def test_what_is_no_time_is_none(text):
    assert read_time(text) is None


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("شمالي وزیرستان کې د امنیتي ځواکونو پر یوه پوسته برید شوی او دوه کسان ټپیان دي.", "ps"),
        ("کوئٹہ میں دھماکے کے بعد ہسپتالوں میں ایمرجنسی نافذ کر دی گئی ہے۔", "ur"),
        ("سخنگوی وزارت داخله گفت که راه میان کابل و قندهار دوباره باز شده است.", "fa"),
        ("قالت الشرطة إن الطريق المؤدية إلى المدينة أغلقت أمام حركة السير صباح اليوم.", "ar"),
        ("श्रीनगर में पुलिस ने बताया कि मार्ग दो दिन तक बंद रहेगा।", "hi"),
        ("The road between the two towns was closed for two days.", "en"),
    ],
)
def test_languages_of_one_script_are_told_apart(text, language):
    assert language_of(text) == language


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=600))
def test_any_text_is_cleaned_or_refused(text):
    try:
        article = clean(raw(text)).article
    except EmptyArticle:
        return
    assert article.body or article.title
    assert 0 <= article.lead_end <= len(article.body)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(list(Media)))
def test_any_bytes_are_cleaned_or_refused(content, media):
    try:
        clean(raw(content, media))
    except EmptyArticle:
        return


@given(st.text(max_size=500))
def test_any_line_may_be_asked_for_its_time(line):
    found = scan_time(line)
    assert found is None or found[0].tzinfo is UTC


def test_an_endless_line_is_no_trouble():
    flat = flatten_free("word " * 400_000)
    assert len(flat.body) <= 20_000


def test_the_first_real_page_is_read_as_a_person_reads_it(seeds):
    article = clean(raw(seeds[0].read_bytes())).article
    assert article.title == (
        "Khawaja Asif: Hope for talks with Taliban is futile / Islamabad attack is ‘a message from Kabul’"
    )
    assert article.published.at == datetime(2025, 11, 11, 19, 23, tzinfo=UTC)
    assert article.tags == ("Afghanistan", "Taliban", "Pakistan", "TTP", "Kabul", "Taliban Pakistan")
    assert "Durand" not in article.body
    assert article.body.endswith("continues to falter.")


def test_the_second_real_page_keeps_every_word(seeds):
    text = seeds[1].read_text()
    cleaned = clean(raw(text))
    assert cleaned.article.title == ""
    assert cleaned.article.body.split() == text.split()
    assert cleaned.removed == ()
