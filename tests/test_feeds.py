"""Feeds as publishers write them: rightly, wrongly and with bad intent."""

import json
import random
import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digests.errors import UnreadableSource
from digests.feeds import feed_links, read_feed
from digests.feeds.charset import as_utf8
from digests.feeds.dates import read_date
from digests.feeds.text import absolute, without_markup, words_in
from digests.model import Media

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
URL = "https://outlet.example.org/news/feed.xml"


def rss(items, head="", declaration="<?xml version='1.0'?>"):
    return f"{declaration}<rss version='2.0'><channel><title>Outlet</title>{head}{items}</channel></rss>".encode()


def item(title="Road closed", guid="1", link="https://outlet.example.org/a", date="", text="Text"):
    return (
        f"<item><title>{title}</title><guid isPermaLink='false'>{guid}</guid><link>{link}</link>"
        f"<pubDate>{date}</pubDate><description>{text}</description></item>"
    )


def read(body, charset=None, url=URL):
    return read_feed(body, url, charset, NOW)


def only(body, charset=None):
    (found,) = read(body, charset).items
    return found


KINDS = {
    "rss 0.91": b"<rss version='0.91'><channel><title>O</title><item><title>Road closed</title>"
    b"<link>https://e.example.org/1</link></item></channel></rss>",
    "rss 0.90": b"<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://my.netscape.com/rdf/simple/0.9/'>"
    b"<channel><title>O</title></channel><item><title>Road closed</title><link>https://e.example.org/1</link></item></rdf:RDF>",
    "rss 1.0": b"<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/'>"
    b"<channel><title>O</title></channel><item><title>Road closed</title><link>https://e.example.org/1</link></item></rdf:RDF>",
    "atom": b"<feed xmlns='http://www.w3.org/2005/Atom'><title>O</title><entry><title>Road closed</title>"
    b"<link href='https://e.example.org/1'/><id>x</id></entry></feed>",
    "atom without namespace": b"<feed><title>O</title><entry><title>Road closed</title>"
    b"<link href='https://e.example.org/1'/></entry></feed>",
    "json feed": json.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": "O",
            "items": [{"id": 7, "url": "https://e.example.org/1", "title": "Road closed"}],
        }
    ).encode(),
    "cut off": b"<rss version='2.0'><channel><item><title>Road closed</title><link>https://e.example.org/1</link></item><item><ti",
}


@pytest.mark.parametrize("body", KINDS.values(), ids=KINDS.keys())
def test_every_kind_of_feed_gives_its_items(body):
    found = read(body).items[0]
    assert (found.title, found.url) == ("Road closed", "https://e.example.org/1")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"   \n",
        b"\x00" * 40,
        b"<html><body><p>hello</p></body></html>",
        b"just text",
        b"{}",
        b"{",
        b"[" * 9999,
        b"\xff\xd8\xff\xe0JFIF",
        b'{"items":' * 20_000,
        b'{"items": 5}',
        b"/etc/passwd",
        b"http://127.0.0.1/feed",
    ],
    ids=range(13),
)
def test_what_is_no_feed_is_refused_with_a_sentence(body):
    with pytest.raises(UnreadableSource, match=r"outlet\.example\.org"):
        read(body)


def test_a_feed_without_items_is_a_feed():
    assert read(rss("")).items == ()


# --- Encodings -------------------------------------------------------------------------------------------------------

URDU = "طورخم سرحد بند"


@pytest.mark.parametrize(
    ("body", "label"),
    [
        (rss(item(URDU)), None),
        (rss(item(URDU)), "windows-1252"),
        (rss(item(URDU)), "ISO-8859-1"),
        (rss(item(URDU)), "no-such-charset"),
        (rss(item(URDU), declaration="<?xml version='1.0' encoding='windows-1252'?>"), None),
        (rss(item(URDU), declaration='<?xml version="1.0" encoding="us-ascii"?>'), None),
        (b"\xef\xbb\xbf" + rss(item(URDU)), "windows-1256"),
        (rss(item(URDU)).decode().encode("utf-16"), None),
        (rss(item(URDU)).decode().encode("utf-16-le"), None),
        (rss(item(URDU)).decode().encode("utf-16-be"), "utf-8"),
        (rss(item(URDU)).decode().encode("utf-32-le"), None),
    ],
    ids=range(11),
)
def test_urdu_is_read_whatever_the_label_says(body, label):
    assert only(body, label).title == URDU


def test_a_true_single_byte_label_is_believed():
    body = rss(item("Café"), declaration="<?xml version='1.0' encoding='iso-8859-1'?>").decode().encode("latin-1")
    assert only(body).title == "Café"
    assert only(rss(item("كابل")).decode().encode("windows-1256"), "windows-1256").title == "كابل"


def test_latin1_bytes_under_a_utf8_label_are_read():
    assert only(rss(item("Café")).decode().encode("latin-1"), "utf-8").title == "Café"


def test_windows_quotes_under_a_latin1_label_are_quotes():
    body = (
        rss(item("A\x93quote\x94"), declaration="<?xml version='1.0' encoding='iso-8859-1'?>")
        .decode()
        .encode("latin-1")
    )
    assert only(body).title == "A“quote”"


def test_codecs_that_are_no_encodings_are_not_used():
    assert only(rss(item("Road")), "rot13").title == "Road"
    assert as_utf8(b"<rss/>", "zlib")[1] is None


# --- Text ------------------------------------------------------------------------------------------------------------


def test_titles_are_plain_text_however_often_they_are_escaped():
    assert (
        only(rss(item("Army&amp;nbsp;&amp;mdash; &lt;b&gt;TTP&lt;/b&gt; &amp;amp;amp; co"))).title == "Army — TTP & co"
    )
    assert only(rss(item("Rs 5 &lt; 6 said the minister"))).title == "Rs 5 < 6 said the minister"
    assert without_markup("Quetta<br/>blast: <b>T</b>TP") == "Quetta blast: TTP"


def test_code_in_a_title_is_not_read():
    code = "&lt;script&gt;location.href='x'&lt;/script&gt;"
    assert only(rss(item(f"Army {code}closes &lt;style&gt;b {{}}&lt;/STYLE &gt;road &lt;!-- sold --&gt;"))).title == (
        "Army closes road"
    )
    assert without_markup("How <script> tags <b>work</b>") == "How tags work"
    assert words_in("<p>One<script>two()</script></p> three") == "One three"


def test_no_control_character_survives():
    body = json.dumps(
        {
            "items": [
                {"title": "a\u0000b\u0007c", "content_text": "x\ud800\u0001y", "url": "https://e.example.org/\u0001a"}
            ]
        }
    )
    found = only(body.encode())
    assert (found.title, found.content) == ("abc", "xy")
    assert found.url == "https://e.example.org/a"
    found.content.encode()


def test_the_longest_text_of_an_item_is_its_content():
    body = rss(
        "<item xmlns:content='http://purl.org/rss/1.0/modules/content/'><title>T</title><description>Short</description>"
        "<content:encoded><![CDATA[<p>The whole article, much longer.</p>]]></content:encoded></item>"
    )
    found = only(body)
    assert found.content == "<p>The whole article, much longer.</p>"
    assert found.media is Media.FRAGMENT
    assert found.summary == "Short"


@pytest.mark.parametrize(
    ("text", "summary"),
    [
        ("Short.", True),
        ("word " * 200, False),
        ("They want no more. " * 50, False),
        ("word " * 200 + "…", True),
        ("word " * 200 + "[...]", True),
        ("word " * 200 + "Read more »", True),
    ],
)
def test_a_summary_is_told_from_an_article(text, summary):
    assert only(rss(item(text=text))).is_summary is summary


# --- Addresses -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("/a?x=1&amp;y=2", "https://outlet.example.org/a?x=1&y=2"),
        ("b", "https://outlet.example.org/news/b"),
        ("//cdn.example.net/c", "https://cdn.example.net/c"),
        ("https://e.example.org/a b", "https://e.example.org/a%20b"),
        ("javascript:alert(1)", None),
        ("file:///etc/passwd", None),
        ("https://user:secret@e.example.org/", "https://e.example.org/"),
        ("https://[::1", None),
        ("https://e.example.org:99999/", None),
        ("https://e.example.org\\@127.0.0.1/", None),
        ("https://" + "a" * 3000, None),
    ],
)
def test_links_are_absolute_or_absent(link, expected):
    assert only(rss(item(link=link, guid="g"))).url == expected


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60), st.sampled_from([URL, "http://[::1]/", "x"]))
def test_any_text_is_an_absolute_address_or_none(text, base):
    found = absolute(text, base)
    assert found is None or found.startswith(("http://", "https://"))


# --- Times -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mon, 23 Nov 2026 10:00:00 +0500", "2026-11-23T05:00"),
        ("Mon, 23 Nov 2026 10:00:00 PKT", "2026-11-23T05:00"),
        ("Sun, 22 Nov 2026 10:00:00 IST", "2026-11-22T04:30"),
        ("2026-11-23T05:00:00Z", "2026-11-23T05:00"),
        ("2026-11-23 05:00:00", "2026-11-23T05:00"),
        ("3 hours ago", "2026-11-23T03:00"),
        ("22 November 2026, 4:05 pm", "2026-11-22T16:05"),
        ("22 نومبر 2026", "2026-11-22T00:00"),
        ("Thu, 01 Jan 1970 00:00:00 +0000", None),
        ("0000-00-00", None),
        ("Tue, 01 Dec 2026 10:00:00 +0000", None),
        ("yesterday's paper", None),
        ("", None),
        ("Mon, 99 Nov 2026 99:99:99 +9999", None),
    ],
)
def test_times_are_read_in_utc_or_not_at_all(text, expected):
    found = only(rss(item(date=text), head="<language>ur</language>")).published
    assert (found and found.strftime("%Y-%m-%dT%H:%M")) == expected
    assert found is None or found.tzinfo is UTC


@pytest.mark.parametrize("text", ["-" * 50_000, "1 " * 25_000, "Mon, " * 10_000, "2026-" * 64, "9" * 64, "1:" * 32])
def test_no_date_takes_long(text):
    read_date("3 hours ago", NOW)  # loads dateparser
    start = time.process_time()
    read(rss(item(date=text)))
    assert time.process_time() - start < 1


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=80))
def test_any_text_is_a_plausible_time_or_none(text):
    found = read_date(text, NOW)
    assert found is None or datetime(1995, 1, 1, tzinfo=UTC) <= found <= NOW + timedelta(days=1)


# --- Identity --------------------------------------------------------------------------------------------------------


def keys(body):
    return [found.key for found in read(body).items]


def test_an_item_keeps_its_key_when_its_text_date_and_link_change():
    before = keys(rss(item("Road closed", "1", "https://e.example.org/a", "Mon, 23 Nov 2026 01:00:00 +0000")))
    after = keys(rss(item("Road open", "1", "https://e.example.org/b", "Mon, 23 Nov 2026 05:00:00 +0000", "New")))
    assert before == after


def test_items_that_share_a_guid_are_told_apart_by_page_and_then_by_words():
    shared = [item("A", "same", "https://e.example.org/a"), item("B", "same", "https://e.example.org/b")]
    assert len(set(keys(rss("".join(shared))))) == 2
    one_page = [item("A", "same", "https://e.example.org/"), item("B", "same", "https://e.example.org/", text="Other")]
    assert len(set(keys(rss("".join(one_page))))) == 2
    pushed_down = item("C", "same", "https://e.example.org/", text="Third") + "".join(one_page)
    assert keys(rss(pushed_down))[1:] == keys(rss("".join(one_page)))


def test_an_item_without_guid_is_its_page_without_tracking():
    plain = "<item><title>A</title><link>https://e.example.org/a</link></item>"
    tracked = "<item><title>A</title><link>https://e.example.org/a?utm_source=rss</link></item>"
    assert keys(rss(plain)) == keys(rss(tracked))


def test_the_fingerprint_is_of_the_words():
    one = only(rss(item(text="&lt;p&gt;The road  is closed.&lt;/p&gt;", date="Mon, 23 Nov 2026 01:00:00 +0000")))
    two = only(rss(item(text="the road is closed.", guid="2")))
    other = only(rss(item(text="the road is open.")))
    assert one.fingerprint == two.fingerprint != other.fingerprint


# --- Rhythm, pages, size ---------------------------------------------------------------------------------------------


def test_the_feed_says_how_often_it_wants_to_be_read():
    assert read(rss("", head="<ttl>90</ttl>")).ttl == timedelta(minutes=90)
    assert read(rss("", head="<ttl>soon</ttl>")).ttl is None
    syndication = (
        "<sy:updatePeriod xmlns:sy='http://purl.org/rss/1.0/modules/syndication/'>hourly</sy:updatePeriod>"
        "<sy:updateFrequency xmlns:sy='http://purl.org/rss/1.0/modules/syndication/'>2</sy:updateFrequency>"
    )
    assert read(rss("", head=syndication)).ttl == timedelta(minutes=30)


def test_a_feed_of_too_many_items_is_cut_and_says_so():
    many = rss("".join(item(f"T{n}", str(n)) for n in range(30)))
    found = read_feed(many, URL, None, NOW, limit=10)
    assert len(found.items) == 10
    assert found.cut


def test_a_feed_in_pages_names_the_older_one():
    head = "<atom:link xmlns:atom='http://www.w3.org/2005/Atom' rel='next' href='?paged=2'/>"
    assert read(rss("", head=head)).older == "https://outlet.example.org/news/feed.xml?paged=2"


def test_entities_are_not_expanded_and_files_not_read(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("classified")
    bomb = "".join(f"<!ENTITY e{n} '{f'&e{n - 1};' * 10}'>" for n in range(1, 10))
    doctype = f"<?xml version='1.0'?><!DOCTYPE rss [<!ENTITY e0 'lol'><!ENTITY x SYSTEM '{secret.as_uri()}'>{bomb}]>"
    body = rss(item("A &x; &e9; B"), declaration=doctype)
    found = read(body)
    assert "classified" not in repr(found)
    assert len(repr(found)) < 10_000


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(sorted(KINDS)), st.integers(0, 2**32))
def test_a_damaged_feed_is_read_or_refused_and_never_breaks(kind, seed):
    chance, body = random.Random(seed), bytearray(KINDS[kind])
    for _ in range(chance.randint(1, 8)):
        place = chance.randrange(len(body) or 1)
        match chance.randrange(4):
            case 0:
                body[place : place + 1] = bytes([chance.randrange(256)])
            case 1:
                del body[place : place + chance.randrange(40)]
            case 2:
                body[place:place] = body[chance.randrange(len(body) + 1) :][:60]
            case 3:
                body[place:place] = chance.choice(
                    [b"<![CDATA[", b"&", b"]]>", b"<", b"\x00", b"<!--", b"&#xD800;", b"\xc3"]
                )
    try:
        found = read(bytes(body), chance.choice([None, "utf-8", "windows-1256", "utf-16", "x"]))
    except UnreadableSource:
        return
    assert all(entry.url is None or entry.url.startswith("http") for entry in found.items)


# --- Looking for the feed of a page ----------------------------------------------------------------------------------


def test_the_feeds_that_a_page_names_are_found():
    page = (
        b"<html><head><link rel='alternate' type='application/rss+xml' title='News &amp; views' href='/rss'>"
        b"<link rel='alternate' type='application/atom+xml' href='http://feeds.example.net/atom'>"
        b"<link rel='alternate' type='text/html' hreflang='ur' href='/ur'><link rel='stylesheet' href='/x.css'>"
        b"<link rel='alternate' type='application/rss+xml' href='/comments/feed'></head></html>"
    )
    found = feed_links(page, "https://outlet.example.org/world/")
    assert found.named == (("https://outlet.example.org/rss", "News & views"), ("http://feeds.example.net/atom", ""))
    assert "https://outlet.example.org/world/feed" in found.usual
    assert "https://outlet.example.org/rss.xml" in found.usual


@pytest.mark.parametrize("page", [b"", b"\x00\x01", b"<", b"<html", "<p>é".encode("latin-1")])
def test_a_page_that_cannot_be_read_names_no_feeds(page):
    assert feed_links(page, "https://outlet.example.org/").named == ()


@pytest.mark.parametrize(
    "piece", ["<!--", "<script>", "<script><style>", "<a", "<", "&", "&#", "<a <b", "-->", "<![CDATA["]
)
def test_measuring_markup_takes_linear_time(piece):
    start = time.process_time()
    words_in(piece * 200_000)
    without_markup(piece * 200_000)
    assert time.process_time() - start < 2
