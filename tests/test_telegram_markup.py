"""Markup: whatever comes in, Telegram accepts what goes out, and drops nothing of it."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.rehearsal.texts import read_text
from bot.telegram import markup
from bot.telegram.markup import Html, bold, clip, code, italic, join, link, moment, pre, quote, text, usable_url
from bot.telegram.posting import split
from tests.talking import START

NASTY = st.sampled_from(
    [
        *list("<>&\"'@#/$.:؟\u202e\u2066\u200d\u200ć😀🇵🇰\n\t\x00�"),
        "http://a.example.org",
        "@someone",
        "</b>",
        "&nbsp;",
        "کابل",
    ]
)
WILD = st.lists(st.one_of(NASTY, st.text(max_size=8)), max_size=12).map("".join)


def parsed(html):
    return read_text(f"x{html.markup}", "HTML", None)


def automatic(shown):
    """What Telegram would make a link, a mention, a tag or a command of by itself."""
    import tdjson

    answer = tdjson.td_execute(json.dumps({"@type": "getTextEntities", "text": shown}).encode())
    found = {each["type"]["@type"] for each in json.loads(answer).get("entities", [])}
    return found - {"textEntityTypeMediaTimestamp"}  # of answers to videos only


@settings(max_examples=400, deadline=None)
@given(WILD, WILD, WILD)
def test_wild_text_is_accepted_in_every_part_and_does_nothing(one, two, three):
    pieces = [text(one), bold(text(two)), italic(text(three)), code(one), pre(two), quote(text(three), expandable=True)]
    whole = join("\n", [*pieces, link(text(one), two), moment(START, "2 Mar")])
    assert parsed(whole).text.startswith("x")
    for piece in (text(one), text(two), text(three)):
        assert automatic(piece.plain) == set()


@settings(max_examples=400, deadline=None)
@given(WILD, st.one_of(WILD, WILD.map("https://news.example.org/{}".format), WILD.map("http://{}".format)))
def test_a_link_is_kept_or_written_out(name, url):
    made = link(text(name), url)
    entities = parsed(made).entities
    if made.markup.startswith("<a "):
        assert [entity["type"] for entity in entities] == ["text_link"]
    else:
        assert usable_url(url) is None or not url


@pytest.mark.parametrize(
    ("given_url", "kept"),
    [
        ("https://example.org/a?b=c#d", "https://example.org/a?b=c#d"),
        ("example.org/a", "https://example.org/a"),
        ("//example.org/a", "https://example.org/a"),
        ("http://example.org/a b|c", "http://example.org/a%20b%7Cc"),
        (
            "https://пример.example.org/новости",
            "https://xn--e1afmkfd.example.org/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8",
        ),
        ("http://127.0.0.1:8080/x", "http://127.0.0.1:8080/x"),
        ("https://example.org/\u202egpj.exe", "https://example.org/gpj.exe"),
        ("javascript:alert(1)", None),
        ("ftp://example.org/x", None),
        ("http://localhost/x", None),
        ("http://[::1]/x", None),
        ("https://example.org:99999/", None),
        ("https://", None),
        ("", None),
        ("https://a..example.org/", None),
        ("http://x@[v1.y]@", None),
        ("https://example.org/" + "x" * 5000, None),
    ],
)
def test_urls_are_repaired_or_refused(given_url, kept):
    assert usable_url(given_url) == kept
    if kept is not None:
        assert len(parsed(link(text("name"), given_url)).entities) == 1


def test_a_url_that_telegram_would_drop_is_written_out():
    assert link(text("Outlet"), "http://intranet/story").plain == "Outlet (http:\u2060//\u2060intranet/\u2060story)"
    assert link(text("Outlet"), None).plain == "Outlet"


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=400), st.integers(1, 60))
def test_clipping_never_exceeds_and_never_tears(value, limit):
    cut = clip(value, limit)
    assert markup.utf16_length(cut) <= max(limit, 1)
    if cut != value:
        assert cut.endswith("…")
        assert value.startswith(cut[:-1])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(WILD, st.integers(1, 400)), min_size=1, max_size=40))
def test_long_answers_are_split_between_lines_and_lose_nothing(lines):
    whole = join("\n", [bold(text(words)) + text("x" * size) for words, size in lines])
    pieces = split(whole)
    assert "\n".join(piece.markup for piece in pieces) == whole.markup
    for piece in pieces:
        assert piece.length <= markup.MAX_LENGTH
        assert piece.entities <= markup.MAX_ENTITIES
        parsed(piece)


def test_lengths_and_entities_are_counted_as_telegram_counts():
    html = bold(text("a😀&<")) + link(text("x"), "https://example.org") + Html("\n") + quote(text("q"), expandable=True)
    assert html.plain == "a😀&<x\nq"
    assert html.length == 8
    assert html.entities == len(parsed(html).entities) == 3
