"""Articles in the store: known by address or by words, found by words, forgotten when old."""

from dataclasses import replace
from datetime import timedelta

import pytest

from digests.model import ArticleId, DateOrigin, DatePrecision, Published
from digests.store import articles
from digests.store.sqlite import SqliteStore
from tests.telling import NOW, article


@pytest.fixture
def db(tmp_path):
    with SqliteStore.open(tmp_path / "k.db") as store, store.immediate() as transaction:
        yield transaction


def save(db, one, **options):
    articles.save_article(db, one, articles.fingerprint(one), **options)


def test_an_article_comes_back_as_it_was_saved(db):
    one = replace(
        article(), tags=("Bannu",), captions=("A post",), credit="AFP", author="Staff",
        published=Published(NOW, DateOrigin.FEED, DatePrecision.DAY),
    )  # fmt: skip
    save(db, one)
    assert articles.article(db, one.id) == one
    assert articles.articles_by_id(db, [one.id, ArticleId("none")]) == {one.id: one}


def test_an_article_is_known_by_any_form_of_its_address_and_by_its_words_from_the_same_publisher(db):
    one = article()
    save(db, one)
    print_ = articles.fingerprint(one)
    mobile = replace(one, id=ArticleId("b"), url="https://m.valley-post.example.org/a1?utm_source=x")
    assert articles.known(db, mobile, "other words").id == one.id
    moved = replace(one, id=ArticleId("c"), url="https://valley-post.example.org/moved")
    assert articles.known(db, moved, print_).id == one.id
    elsewhere = replace(moved, publisher="coast")
    assert articles.known(db, elsewhere, print_) is None


def test_the_same_words_in_another_dress_have_the_same_fingerprint():
    one = article()
    dressed = replace(one, title=one.title.upper(), body=one.body.replace(" ", "\n"))
    assert articles.fingerprint(dressed) == articles.fingerprint(one)
    assert articles.fingerprint(replace(one, body=one.body + " More.")) != articles.fingerprint(one)


def test_new_wording_replaces_the_old_in_the_search(db):
    one = article(body="The bridge at Chitral was closed.")
    save(db, one)
    save(db, replace(one, body="The tunnel at Lowari was closed."))
    assert articles.search(db, "lowari tunnel")[0].id == one.id
    assert articles.search(db, "bridge") == []
    assert articles.count_articles(db) == 1


@pytest.mark.parametrize("words", ["bannu ROAD", "polic", "TTP"])
def test_words_are_found_in_any_order_and_case_the_last_by_its_beginning(db, words):
    save(db, article())
    assert [one.id for one in articles.search(db, words)] == ["a1"]


@pytest.mark.parametrize("words", ["", "   ", '"', "* OR 1", "xyz) NEAR(", "وزیرستان", "\u200f", "a" * 5000])
def test_wild_words_find_nothing_and_break_nothing(db, words):
    save(db, article())
    assert articles.search(db, words) == []


def test_urdu_words_are_found_whatever_letters_they_were_typed_with(db):
    save(db, article(body="كوئٹه ميں پوليس نے سڑك بند كر دی۔", language="ur"))
    assert len(articles.search(db, "کوئٹہ پولیس")) == 1


def test_old_articles_are_forgotten_with_their_words_oldest_first(db):
    for day in range(4):
        save(db, replace(article(f"a{day}"), seen=NOW - timedelta(days=10 - day)))
    assert articles.forget_articles(db, NOW - timedelta(days=8), 1) == 1
    assert articles.article(db, ArticleId("a0")) is None
    assert articles.forget_articles(db, NOW - timedelta(days=8), 10) == 1
    assert {one.id for one in articles.search(db, "bannu")} == {"a2", "a3"}
