"""Names of several words in another script: the same consonants side by side."""

from datetime import UTC, datetime

import pytest

from digests.matching import Entity, EntityKind, Lexicon, Matcher, parse
from digests.model import Article, Grade, QueryId, article_id


def article(text):
    return Article(article_id(None, "", text), "", text, len(text), datetime(2026, 3, 1, tzinfo=UTC))


def found(keyword, text):
    matcher = Matcher(Lexicon())
    matcher.add(QueryId(1), parse(keyword))
    hits = matcher.match(article(text))
    return hits[0].matches[0] if hits else None


@pytest.mark.parametrize(
    ("keyword", "text", "words"),
    [
        ("Gulalai Marjan", "سماجی کارکن گلالئی مرجان کی ضمانت منظور ہو گئی۔", "گلالئی مرجان"),
        ("gulalai marjan", "د ګلالۍ مرجان غږ واورئ.", "ګلالۍ مرجان"),
        ("Parvez Shamsuddin", "عدالت نے پرویز شمس‌الدین کو طلب کر لیا۔", None),  # three words there
        ("Naveed Khattak", "Суд допросил Навида Хаттака по делу.", "Навида Хаттака"),
        ("Naveed Khattak", "नवीद खट्टक को रिहा किया गया।", "नवीद खट्टक"),
        ("نوید خٹک", "Police said Naveed Khattak was released.", "Naveed Khattak"),
        ("نوید خٹک", "Police said naveed khattak was released.", None),  # names have capitals
        ("Naveed Khattak", "نوید نے کہا کہ خٹک وہاں تھا۔", None),  # not side by side
        ("Ali Khan", "علی خان نے کہا۔", None),  # too few consonants to tell a name
        ("market closure", "مرکت کلوسر", None),  # words of every day are no name
        ("=Naveed Khattak", "نوید خٹک کو رہا کیا گیا۔", None),
    ],
)
def test_a_name_of_two_words_is_found_in_other_scripts(keyword, text, words):
    match = found(keyword, text)
    assert (match.words if match else None) == words


def test_it_is_another_spelling_and_quotes_the_article():
    text = "سماجی کارکن گلالئی مرجان کی ضمانت"
    match = found("Gulalai Marjan", text)
    assert match.grade is Grade.SPELLING
    assert text[match.start : match.end] == match.words


def test_a_query_that_is_removed_is_found_no_more_and_its_twin_stays():
    matcher = Matcher(Lexicon())
    matcher.add(QueryId(1), parse("Naveed Khattak"))
    matcher.add(QueryId(2), parse("Navid Khatak"))
    page = article("نوید خٹک کو رہا کیا گیا۔")
    assert [hit.query_id for hit in matcher.match(page)] == [1, 2]
    matcher.remove(QueryId(1))
    assert [hit.query_id for hit in matcher.match(page)] == [2]
    matcher.remove(QueryId(2))
    assert matcher.match(page) == []


def test_a_name_that_comes_to_stand_for_a_group_is_a_sound_no_more():
    matcher = Matcher(Lexicon())
    matcher.add(QueryId(1), parse("Naveed Khattak"))
    page = article("نوید خٹک کو رہا کیا گیا۔")
    assert len(matcher.match(page)) == 1
    matcher.relearn(Lexicon([Entity("Naveed Khattak", EntityKind.ARMED_GROUP, ("Naveed Khattak",))]))
    assert matcher.match(page) == []
    matcher.relearn(Lexicon())
    assert len(matcher.match(page)) == 1
