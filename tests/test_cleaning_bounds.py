"""Pages that are none, pages beyond the parser's bounds, and pages that hold no article: a reason or the article, in bounded time."""

from __future__ import annotations

import gzip
import zlib
from datetime import UTC, datetime

import pytest

from digests.cleaning import clean
from digests.cleaning.bounds import shallow, slim
from digests.errors import EmptyArticle
from digests.model import Article, Media, RawArticle

NOW = datetime(2026, 11, 28, tzinfo=UTC)
URL = "https://hill-gazette.example.org/news/7"
TITLE = "Two guards killed at a checkpost near Wana"
PARAGRAPHS = (
    "Gunmen killed two guards at a checkpost near Wana before dawn on Friday and fled into the hills, the police said.",
    "A third guard was flown to the hospital in Dera Ismail Khan, where surgeons said that his condition was stable.",
    "The road to Tanai was closed until noon while soldiers searched the villages on both sides of the river.",
)
STORY = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
HEADLINES = (
    "Blast in Tank hurts a trader", "Crossing at Chaman opens again", "Elders of Kurram meet the governor",
    "Snow closes the Lowari tunnel", "Two drones brought down over Khost", "Court frees three activists", "Polio campaign starts in Bannu",
)  # fmt: skip


def page(story: str = STORY, *, head: str = "", before: str = "", title: str = TITLE) -> str:
    return (
        f"<html><head><title>{title} | The Hill Gazette</title>{head}</head><body><div><a href='/'>Home</a></div>{before}"
        f"<main><article><h1>{title}</h1>{story}</article></main><footer>© The Hill Gazette</footer></body></html>"
    )


def read(content: str | bytes, media: Media = Media.HTML) -> Article:
    return clean(RawArticle(content, media, NOW, url=URL)).article


def teaser(number: int, headline: str) -> str:
    return f"<a href='/n/{number}'>{headline}</a><p>{headline}, officials said, and promised to tell more by the evening.</p>"


PDF = (
    b"%PDF-1.6\n1 0 obj\n<< /Length 900 >>\nstream\n"
    + zlib.compress(" ".join(PARAGRAPHS).encode() * 9)
    + b"\nendstream\n%%EOF"
)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (PDF, "a PDF file"),
        (b"\r\n" + PDF, "a PDF file"),
        (PDF.decode("latin-1"), "a PDF file"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(range(256)) * 40, "a picture"),
        (b"PK\x03\x04" + bytes(range(256)) * 40, "an archive or an office document"),
        (bytes(range(256)) * 40, "no text"),
        ("\ufffd\ufffdab \ufffd" * 400, "no text"),
        (b'{"status": "ok", "items": [{"id": 1, "title": "Blast"}]}', "data"),
        (
            '<?xml version="1.0"?><rss version="2.0"><channel><item><title>Blast</title></item></channel></rss>',
            "a feed",
        ),
    ],
)
def test_what_is_no_page_is_refused_by_what_it_is(content, reason):
    with pytest.raises(EmptyArticle, match=f"it is {reason}"):
        read(content)


@pytest.mark.parametrize(
    "html",
    [
        page("<div>" * 5000 + STORY + "</div>" * 5000),
        page("<span><b>" * 3000 + STORY),
        page(before="<ul><li>" * 900 + "menu" + "</ul>" * 900),
        page("<table><tr><td>" * 300 + STORY + "</td></tr></table>" * 300),
    ],
    ids=["blocks", "never closed", "lists before", "tables"],
)
def test_an_article_below_thousands_of_elements_is_found(html):
    assert read(html).body == "\n".join(PARAGRAPHS)


@pytest.mark.parametrize(
    "html",
    [
        page(head="<script>var state = {" + '"key": "<p>Durand Line</p>",' * 150_000 + "}</script>"),
        page(head="<style>" + ".box{color:red}" * 250_000 + "</style>"),
        page(before="<!-- " + "old layout " * 300_000 + "-->"),
        page(before='<img src="data:image/png;base64,' + "QUJD" * 900_000 + '">'),
        page(before="<nav>" + "".join(f"<a href='/t/{n}'>tag {n}</a>" for n in range(60_000)) + "</nav>"),
        page(before="<script>var never = 'closed"),
    ],
    ids=["script", "style", "comment", "picture", "links", "script without end"],
)
def test_an_article_behind_megabytes_is_found(html):
    assert read(html).body == "\n".join(PARAGRAPHS)


@pytest.mark.parametrize(
    "crowd", ["<ul>" + "<li>" * 90_000 + "</ul>", "<br>" * 90_000, "<i></i>" * 40_000], ids=["items", "breaks", "empty"]
)
def test_an_article_among_tens_of_thousands_of_elements_is_found(crowd):
    article = read(page(before=crowd))
    assert article.title == TITLE
    assert article.body == "\n".join(PARAGRAPHS)


def test_linked_data_survives_when_a_large_page_is_slimmed():
    data = (
        '<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "2026-11-27T05:00:00Z"}</script>'
    )
    html = page(head=data + "<script>" + "x=1;" * 200_000 + "</script>")
    assert "x=1" not in slim(html)
    assert read(html).published.at == datetime(2026, 11, 27, 5, tzinfo=UTC)


def test_an_ordinary_page_is_left_as_it_is():
    assert slim(page()) == page()
    assert shallow(page()) == page()


def test_a_page_that_was_sent_packed_is_unpacked():
    assert read(gzip.compress(page().encode())).body == "\n".join(PARAGRAPHS)


NOTICES = {
    "it asks for consent": "<h2>We value your privacy</h2><p>We and our 731 partners store and access personal data on your device.</p>"
    "<p>You can change your choices at any time by clicking the link below.</p>",
    "it is for subscribers": "<h1>Sign in to read this story</h1><p>New here? Register for free and read four stories a month.</p>",
    "it says that there is nothing": "<h1>Page not found</h1><p>Sorry, the page you are looking for may have been moved.</p><p>Try a search.</p>",
    "it asks for a script": "<h1>One moment</h1><p>Please enable JavaScript and cookies so that we can show you this page.</p>",
}


@pytest.mark.parametrize(("reason", "body"), NOTICES.items(), ids=list(NOTICES))
def test_a_page_of_notices_says_what_it_wants(reason, body):
    with pytest.raises(EmptyArticle, match=reason):
        read(f"<html><head><title>The Hill Gazette</title></head><body>{body}<button>OK</button></body></html>")


def test_below_an_offer_to_subscribe_nothing_is_the_article():
    offer = "<div><h2>This content is for subscribers</h2><p>Choose your plan</p><ul><li>Digital: Rs 250 a month</li></ul></div>"
    assert read(page(f"<p>{PARAGRAPHS[0]}</p>{offer}")).body == PARAGRAPHS[0]


@pytest.mark.parametrize(
    "items",
    [
        "".join(f"<article><h3>{teaser(n, text)}</h3></article>" for n, text in enumerate(HEADLINES)),
        "".join(
            f"<div><time datetime='2026-11-2{n}'></time>{teaser(n, text)}</div>" for n, text in enumerate(HEADLINES)
        ),
        "".join(
            f"<a href='/n/{n}'><h4>{text}</h4><p>{text}, officials said.</p></a>" for n, text in enumerate(HEADLINES)
        ),
    ],
    ids=["cards", "results", "linked cards"],
)
def test_a_list_of_other_articles_is_none(items):
    with pytest.raises(EmptyArticle):
        read(f"<html><head><title>Topic: Wana</title></head><body><h1>Wana</h1>{items}</body></html>")


def test_a_round_up_with_its_own_text_is_an_article():
    told = "".join(f"<h3>{text}</h3><p>{text}, as our correspondent saw on the same day.</p>" for text in HEADLINES)
    assert HEADLINES[3] in read(page(told, title="Seven days on the border")).body


def test_tables_that_lay_out_a_page_are_no_text():
    story = STORY
    for number in range(4):
        story = f"<table><tr><td><a href='/a{number}'>Archive</a></td><td>{story}</td><td><a href='/d'>Durand Line</a></td></tr></table>"
    assert read(page(story)).body == "\n".join(PARAGRAPHS)
