"""What a digest tells: new stories, what changed since, each once."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from digests.compose import Limits, changes_since, compose, excerpt, is_small, links
from digests.model import Change, Severity, Status, Zone
from tests.telling import BODY, NOW, article, candidate, match, member, rise, story


def digest_of(*candidates, limits=None, names=None):
    articles = {one.id: one for one in (article(), article("a2"), article("a3"))}
    return compose(candidates, queries=["TTP", "Bannu"], articles=articles, at=NOW, limits=limits, names=names)


def test_a_story_never_told_is_new():
    (entry,) = digest_of(candidate(story())).entries
    assert entry.status is Status.NEW
    assert entry.changes == ()
    assert entry.links[0].url == "https://valley-post.example.org/a1"


def test_a_story_told_in_its_present_revision_is_not_told_again():
    assert digest_of(candidate(story(), told=1)).is_empty


def test_an_update_says_what_changed_since_this_chat_was_told():
    told = story(revisions=(rise(2, 4, 6), rise(3, 6, 9)))
    (entry,) = digest_of(candidate(told, told=1)).entries
    assert entry.status is Status.UPDATED
    assert [(change.field, change.old, change.new) for change in entry.changes] == [("killed", "4", "9")]
    (entry,) = digest_of(candidate(told, told=2)).entries
    assert [(change.old, change.new) for change in entry.changes] == [("6", "9")]


def test_a_change_that_was_taken_back_before_it_was_told_is_no_change():
    back_again = story(revisions=(rise(2, 4, 6), rise(3, 6, 4, correction=True)))
    assert changes_since(back_again, 1) == ()
    assert digest_of(candidate(back_again, told=1)).is_empty


def test_a_correction_is_told_as_such():
    (entry,) = digest_of(candidate(story(revisions=(rise(2, 4, 3, correction=True),)), told=1)).entries
    assert entry.status is Status.CORRECTED


def test_one_story_found_by_two_queries_is_one_entry_with_both_words():
    one = story()
    bannu = match("Bannu", keyword="Bannu")
    digest = digest_of(candidate(one), candidate(one, query="Bannu", matches=(bannu,)))
    (entry,) = digest.entries
    assert {found.keyword for found in entry.matches} == {"TTP", "Bannu"}
    assert digest.queries == ("TTP", "Bannu")


def test_the_most_severe_comes_first_then_the_newest():
    old, new = story(name="s1"), story(name="s2", changed=NOW + timedelta(hours=1))
    worst = story(name="s3", severity=Severity.CRITICAL, changed=NOW - timedelta(days=1))
    told = digest_of(candidate(old), candidate(new), candidate(worst)).entries
    assert [entry.story.id for entry in told] == ["s3", "s2", "s1"]


def test_what_was_muted_is_spared():
    for limits in (
        Limits(muted_stories=frozenset({"s1"})),
        Limits(muted_sources=frozenset({"valley-post"})),
        Limits(muted_keywords=frozenset({"TTP"})),
        Limits(min_severity=Severity.CRITICAL),
    ):
        assert digest_of(candidate(story()), limits=limits).is_empty


def test_an_archived_article_alone_makes_no_news_but_an_update_of_a_told_story_is_told():
    assert digest_of(candidate(story(), archive=True)).is_empty
    assert not digest_of(candidate(story(revisions=(rise(2, 4, 9),)), told=1, archive=True)).is_empty


def test_each_publisher_is_linked_once_with_its_newest_text_and_copies_come_last():
    first, later, copy, other = (
        article("a1"),
        article("a4"),
        article("a2", source="wire"),
        article("a3", source="coast"),
    )
    told = story(member(first), member(copy, copy_of=first.id), member(other), member(later))
    assert [(link.name, link.url[-2:], link.copy) for link in links(told)] == [
        ("valley-post", "a4", False), ("coast", "a3", False), ("wire", "a2", True),
    ]  # fmt: skip


def test_who_brought_an_update_is_linked_first():
    first, second = article("a1"), article("a2", source="coast")
    told = story(member(first), member(second), revisions=(rise(2, 4, 9, by="coast"),))
    assert [link.name for link in links(told, {"coast": "Coast Daily"}, since=1)] == ["Coast Daily", "valley-post"]


def test_links_lose_what_only_says_where_a_reader_came_from():
    one = member(article(), url="https://valley.example.org/a?id=7&utm_source=feed")
    assert links(story(one))[0].url == "https://valley.example.org/a?id=7"


def test_an_excerpt_quotes_the_words_where_they_stand():
    found = excerpt(article(), match())
    assert found.text[found.start : found.end] == "TTP"
    assert "claimed the attack" in found.text


@given(st.text(min_size=1, max_size=400), st.integers(0, 399), st.integers(1, 40))
def test_an_excerpt_marks_exactly_the_words_of_any_text(body, start, length):
    start = min(start, len(body) - 1)
    words = body[start : start + length]
    one = replace(match(), start=start, end=start + len(words), words=words)
    found = excerpt(article(body=body), one)
    shown = found.text[found.start : found.end]
    assert shown.split() == words.split()


def test_evidence_is_quoted_from_the_text_rather_than_from_the_title():
    title = replace(match(), zone=Zone.TITLE, start=0, end=9, words="Checkpost")
    (entry,) = digest_of(candidate(story(), matches=(title, match()))).entries
    assert entry.excerpt.text[entry.excerpt.start : entry.excerpt.end] == "TTP"
    assert BODY.startswith("Four")


def test_a_small_rise_soon_after_the_last_message_needs_no_sound():
    small, half = (Change("killed", "10", "11"),), (Change("killed", "10", "15"),)
    soon, later = NOW + timedelta(minutes=20), NOW + timedelta(hours=2)
    assert is_small(small, NOW, soon)
    assert not is_small(small, NOW, later)
    assert not is_small(half, NOW, soon)
    assert not is_small((Change("claim", "", "TTP"),), NOW, soon)
    assert not is_small((Change("killed", "10", "9", correction=True),), NOW, soon)
