"""What people read: whatever a digest holds, Telegram takes it and drops nothing of it."""

import os
import re
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.rehearsal.render import rendered_text
from bot.rehearsal.texts import read_text
from bot.telegram.markup import MAX_ENTITIES, MAX_LENGTH, usable_url, utf16_length
from bot.telegram.render import as_text, render, sign_of_life, told_at, told_facts, told_links
from bot.telegram.wording import LANGUAGES, words_for
from digests.compose import Evidence, Limits, compose
from digests.model import (
    Change,
    Claim,
    ClaimStatus,
    Count,
    Coverage,
    Digest,
    Entry,
    Excerpt,
    Facts,
    Kind,
    KindOfEvent,
    Link,
    Place,
    Revision,
    Severity,
    Status,
    Zone,
)
from tests.talking import SCREENS
from tests.telling import NOW, article, candidate, count, match, member, rise, story

pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")  # wild digests are large

ROOM_FOR_A_NOTE = 150  # "may be a repeat", put at the head by the sender
SENTENCE = count(1).sentence

NASTY = st.sampled_from(
    [*"<>&\"'@#/$.:؟·\u202e\u2066\u2068\u2069\u200d\u200b\u0301😀🇵🇰\n\t\x00\ud800", "http://a.example.org", "@someone", "</b>", "<a href=",
     "&nbsp;", "کابل", "دھماکہ", "हमला", "a" * 300, " " * 40]
)  # fmt: skip
WILD = st.one_of(
    st.lists(st.one_of(NASTY, st.text(max_size=8)), max_size=10).map("".join),
    st.builds(lambda piece, times: piece * times, st.one_of(NASTY, st.text(min_size=1, max_size=12)), st.integers(100, 5000)),
)  # fmt: skip
URL = st.one_of(
    st.none(),
    WILD,
    WILD.map("https://news.example.org/{}".format),
    st.integers(1, 4500).map(lambda size: "https://news.example.org/" + "x" * size),
    st.sampled_from(
        ["javascript:alert(1)", "http://intranet/x", "https://", "ftp://example.org/x", "//example.org/a b"]
    ),
)
FIGURE = st.builds(
    lambda low, more, about: Count(low, low + more, about, SENTENCE), st.integers(0, 10**7), st.integers(0, 9), st.booleans()
)  # fmt: skip
FACTS = st.builds(
    Facts,
    killed=st.none() | FIGURE,
    injured=st.none() | FIGURE,
    attackers_killed=st.none() | FIGURE,
    attackers_only=st.booleans(),
    boasted=st.none() | FIGURE,
    kind=st.none() | st.sampled_from(Kind).map(lambda kind: KindOfEvent(kind, SENTENCE)),
    places=st.lists(WILD.map(lambda name: Place(name, "PK", SENTENCE)), max_size=2).map(tuple),
    claim=st.none() | st.builds(lambda name, status: Claim(name, status, SENTENCE), WILD, st.sampled_from(ClaimStatus)),
)
CHANGE = st.builds(
    Change, st.sampled_from(["killed", "injured", "claim", "other"]), WILD, WILD, said_by=WILD, correction=st.booleans()
)  # fmt: skip
LINKS = st.lists(st.builds(Link, WILD, URL, copy=st.booleans()), max_size=14).map(tuple)


@st.composite
def excerpts(draw):
    parts = [draw(WILD) for _ in range(3)]
    return Excerpt("".join(parts), len(parts[0]), len(parts[0]) + len(parts[1]), "wire")


@st.composite
def entries(draw):
    status = draw(st.sampled_from(Status))
    told = replace(
        story(name=f"s{draw(st.integers(0, 10**9))}", title=draw(WILD), severity=draw(st.sampled_from(Severity))),
        facts=draw(FACTS),
        independent=draw(st.integers(0, 2000)),
    )
    return Entry(
        story=told,
        status=status,
        revision=1,
        matches=(replace(match(), keyword=draw(WILD), words=draw(WILD)),),
        changes=() if status is Status.NEW else tuple(draw(st.lists(CHANGE, max_size=3))),
        links=draw(LINKS),
        excerpt=draw(st.none() | excerpts()),
        late=draw(st.booleans()),
    )


DIGESTS = st.builds(
    Digest,
    queries=st.lists(WILD, max_size=8).map(tuple),
    entries=st.lists(entries(), max_size=12, unique_by=lambda entry: entry.story.id).map(tuple),
    at=st.just(NOW),
    coverage=st.none() | st.builds(Coverage, st.integers(0, 99), st.integers(0, 99), st.lists(WILD, max_size=5).map(tuple)),
    next_at=st.none() | st.just(NOW + timedelta(hours=3)),
    zone=st.sampled_from(["UTC", "Asia/Karachi", "Asia/Kabul", "America/Sao_Paulo"]),
)  # fmt: skip


def bare(url):
    """Telegram adds the path of a bare host."""
    return url if url.count("/") > 2 and not url.endswith("/") else url.rstrip("/")


def judged(html):
    """What Telegram's own parser makes of it. Every link and every other entity must be there."""
    shown = read_text(html.markup, "HTML", None)
    assert html.length <= MAX_LENGTH - ROOM_FOR_A_NOTE
    assert utf16_length(shown.text) <= MAX_LENGTH
    links = [each["url"] for each in shown.entities if each["type"] == "text_link"]
    written = [unescape(url) for url in re.findall(r'<a href="([^"]*)"', html.markup)]
    assert [bare(url) for url in links] == [bare(url) for url in written]
    assert html.entities <= MAX_ENTITIES - 5
    assert {each["type"] for each in shown.entities} <= {
        "bold", "italic", "text_link", "date_time", "expandable_blockquote", "code"
    }  # fmt: skip
    return shown


def check_digest(digest, language):
    parts = render(digest, words_for(language), digest_id=10**12)
    told = [each for part in parts for each in part.stories]
    assert told == [(entry.story.id, entry.revision) for entry in digest.entries]
    remaining = list(digest.entries)
    for part in parts:
        shown = judged(part.html)
        links = {bare(each["url"]) for each in shown.entities if each["type"] == "text_link"}
        here, remaining = remaining[: len(part.stories)], remaining[len(part.stories) :]
        for entry in here:
            usable = {bare(url) for link in entry.links if link.url and (url := usable_url(link.url))}
            assert not usable or links & usable, "no link of an entry that has one"
        assert as_text(part.html).strip()
        data = [button for row in part.buttons for button in row]
        assert [button.action for button in data] == ["why", "mute", "irrelevant", "sources"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(DIGESTS, st.sampled_from(LANGUAGES))
def test_whatever_a_digest_holds_telegram_takes_it_and_drops_nothing(digest, language):
    check_digest(digest, language)


@pytest.mark.long
@pytest.mark.timeout(3600)
@settings(max_examples=5000, deadline=None, suppress_health_check=list(HealthCheck))
@given(DIGESTS, st.sampled_from(LANGUAGES))
def test_tens_of_thousands_of_wild_strings_are_taken(digest, language):
    """5,000 digests; each holds more than ten wild strings."""
    check_digest(digest, language)


@settings(max_examples=60, deadline=None)
@given(st.tuples(FACTS, LINKS, st.lists(WILD, max_size=5)), st.sampled_from(LANGUAGES))
def test_the_pieces_that_other_answers_use_are_taken_too(pieces, language):
    (facts, links, names), words = pieces, words_for(language)
    for html in (
        told_facts(facts, words),
        sign_of_life(Coverage(1, 2, tuple(names)), NOW, "Asia/Kabul", words),
        told_at(NOW, "Asia/Karachi"),
    ):
        if not html.is_unseen:
            judged(html)
    made = told_links(links, words)
    if not made.is_unseen and len(made.markup.encode()) < 30_000:
        judged(made)


def digest_of(*entries, **more):
    return Digest(("TTP",), entries, NOW, **more)


def entry_of(told=None, **more):
    return Entry(
        told or story(), Status.NEW, 1, (match(),), links=(Link("Valley Post", "https://valley.example.org/a"),), **more
    )


def test_a_number_that_is_followed_makes_no_card_number_with_our_count():
    both = digest_of(entry_of(story(name="s1")), entry_of(story(name="s2")))
    (part,) = render(replace(both, queries=("1111 1111 1111",)), words_for("en"))
    judged(part.html)


def test_a_long_digest_is_split_between_entries_and_says_which_part_it_is():
    many = [entry_of(story(name=f"s{number}", title=f"Event {number} " + "words " * 40)) for number in range(40)]
    parts = render(digest_of(*many), words_for("en"))
    assert len(parts) > 2
    for number, part in enumerate(parts, 1):
        assert f"({number}/{len(parts)})" in part.html.plain
        first = part.html.plain.split("\n\n")[1]
        assert re.match(r"\d+\. ", first)
    assert [story_id for part in parts for story_id, _ in part.stories] == [f"s{number}" for number in range(40)]


def test_an_entry_that_is_much_too_long_keeps_its_title_and_a_link():
    links = tuple(Link(f"Outlet {number}", f"https://o{number}.example.org/" + "x" * 2000) for number in range(12))
    huge = replace(entry_of(story(title="خبر " * 1250)), links=links)
    (part,) = render(digest_of(huge), words_for("en"))
    shown = judged(part.html)
    assert "خبر خبر" in shown.text
    assert any(each["type"] == "text_link" for each in shown.entities)


def test_an_original_without_an_address_does_not_hide_the_copy_that_has_one():
    words = words_for("en")
    made = told_links((Link("Desk", None), Link("Wire", "https://wire.example.org/1", copy=True)), words)
    assert 'href="https://wire.example.org/1"' in made.markup
    made = told_links((Link("Desk", "http://intranet/1"), Link("Wire", "https://wire.example.org/1", copy=True)), words)
    assert 'href="https://wire.example.org/1"' in made.markup


def test_a_name_with_a_middle_dot_does_not_tear_its_link():
    links = tuple(Link(f"News · {number}", f"https://o{number}.example.org/" + "x" * 3900) for number in range(8))
    (part,) = render(digest_of(replace(entry_of(), links=links)), words_for("en"))
    assert judged(part.html).text.count("News · ") >= 1


def test_no_tag_arises_where_the_words_that_matched_meet_their_sentence():
    for before, hit, after in (
        ("a #", "TTP", " b"),
        ("see ", "#", "TTP"),
        ("at ", "@", "someone"),
        ("card 1234", "5678", "12345678"),
        ("a #", "", "TTP"),
        ("a #·", "TTP", ""),
        ("0 0 0 0 0 0 0 0 ", "0 0 0 0 ", "0 0 0 0"),
        ("see example", ".org", " for more"),
        ("card 1234 ", "5678", " 1234 5678"),
    ):
        excerpt = Excerpt(before + hit + after, len(before), len(before) + len(hit), "wire")
        (part,) = render(digest_of(entry_of(excerpt=excerpt)), words_for("en"))
        judged(part.html)


def test_thousands_are_set_apart_and_ranges_are_shown():
    facts = Facts(killed=Count(1200, 1500, True, SENTENCE), injured=Count(12000, 12000, False, SENTENCE))
    assert told_facts(facts, words_for("en")).plain == "killed about 1,200–1,500 · injured 12,000"


def test_the_year_is_shown_for_times_long_ago_only():
    assert told_at(NOW, "Asia/Karachi", today=NOW).plain == "02 Mar 17:00 PKT"
    assert told_at(NOW - timedelta(days=400), "UTC", today=NOW).plain == "26 Jan 2025 12:00 UTC"


def screen(name, digest, language="en"):
    """What a person sees must be what the file says; UPDATE_SCREENS=1 writes the files anew."""
    shown = "\n\n— — —\n\n".join(
        rendered_text(read_text(part.html.markup, "HTML", None)) for part in render(digest, words_for(language))
    )
    path = SCREENS / f"{name}.txt"
    if os.environ.get("UPDATE_SCREENS"):
        path.write_text(shown + "\n", encoding="utf-8")
    assert path.read_text(encoding="utf-8") == shown + "\n"


NAMES = {"valley-post": "Valley Post", "wire": "Harbour Wire", "coast": "Coast Daily", "sahar": "سحرِ نو"}


def typical():
    """A morning's digest: one updated story of several outlets, one new of one, one corrected."""
    court = (
        article("a1", title="Suicide bombing outside district court in Islamabad", source="wire"),
        article("a2", source="valley-post"), article("a3", source="coast"), article("a4", source="sahar", language="ur"),
    )  # fmt: skip
    changes = (Change("killed", "12", "15", "valley-post"), Change("injured", "20", "36", "valley-post"))
    first = story(
        member(court[0]), member(court[1]), member(court[2], copy_of=court[0].id), member(court[3]), name="s1",
        severity=Severity.CRITICAL, title="Toll of Islamabad court bombing rises to 15", killed=15,
        revisions=(Revision(2, NOW - timedelta(hours=1), changes, court[1].id),),
    )  # fmt: skip
    claim = Claim("Tehrik-i-Taliban Pakistan", ClaimStatus.CLAIMED, SENTENCE)
    facts = replace(first.facts, kind=KindOfEvent(Kind.SUICIDE_BOMB, SENTENCE), claim=claim,
                    places=(Place("Islamabad", "PK", SENTENCE),))  # fmt: skip
    first = replace(first, facts=facts, independent=3)
    clash = article("b1", title="Four policemen killed at a checkpost near Bannu", source="valley-post")
    second = story(member(clash), name="s2", title=clash.title)
    third = story(
        member(article("c1", source="coast")), name="s3", severity=Severity.NORMAL, title="Clash on the Bannu road", killed=2,
        revisions=(rise(2, 5, 2, by="coast", correction=True),),
    )  # fmt: skip
    articles = {one.id: one for one in (*court, clash, article("c1", source="coast"))}
    aliased = match("TTP", keyword="Pakistani Taliban")
    found = (
        candidate(first, told=1, source="wire"),
        replace(candidate(second, source="valley-post"), given_back=True),
        replace(candidate(third, told=1), evidence=(
            Evidence("Bannu", third.members[0].article_id, "coast", "en", (aliased,)),
        )),
    )  # fmt: skip
    return compose(
        found, queries=["TTP", "Bannu"], articles=articles, at=NOW, limits=Limits(), names=NAMES,
        coverage=Coverage(14, 15, ("Coast Daily",)), next_at=NOW + timedelta(hours=6), zone="Asia/Karachi",
    )  # fmt: skip


def test_a_typical_digest_reads_well():
    digest = typical()
    assert [entry.status for entry in digest.entries] == [Status.UPDATED, Status.NEW, Status.CORRECTED]
    screen("rendered-digest", digest)
    screen("rendered-digest-ur", digest, "ur")


def test_a_digest_of_one_new_story_reads_well():
    told = typical().entries[1]
    screen("rendered-single", replace(typical(), entries=(told,), queries=("TTP",), next_at=None))
    assert told.excerpt is not None
    assert told.matches[0].zone is Zone.BODY
