"""The road of one article: prepared, committed, idempotent, and the chats it makes due."""

from dataclasses import replace
from datetime import timedelta

import pytest

from digests import gazetteer
from digests.errors import EmptyArticle
from digests.intake import Fate, Prepared, Tools, commit, prepare
from digests.matching import Entity, EntityKind, Lexicon, Matcher, parse
from digests.model import Destination, Digest, Media, RawArticle, Source, SourceKind, Strictness
from digests.publishers import Catalogue
from digests.store import articles, chats, digests, subscriptions
from digests.store import stories as story_store
from digests.store.articles import fingerprint
from digests.store.sqlite import SqliteStore
from digests.stories import Desk, examine
from digests.stories.facts import Names
from tests import story_cases
from tests.telling import NOW

TITLE = "Four policemen killed in attack on Bannu checkpost"
TEXT = (
    "BANNU: Four policemen were killed when gunmen attacked a checkpost on the Bannu road before dawn on Monday, the "
    "district police officer said. The TTP claimed responsibility for the attack in a message to reporters."
)
ENTITIES = (Entity("Tehrik-i-Taliban Pakistan", EntityKind.ARMED_GROUP, ("Tehrik-i-Taliban Pakistan", "TTP")),)
READER = Destination(7)


class Matching:
    """The real matcher with the number that tells of changes."""

    def __init__(self):
        self.matcher = Matcher(Lexicon(ENTITIES), gazetteer.load())
        self.version = 0

    def follow(self, number, typed):
        self.matcher.add(number, parse(typed), Strictness.NORMAL)
        self.version += 1

    def match(self, article):
        return self.matcher.match(article)


@pytest.fixture
def tools():
    return Tools(Catalogue([]), Matching(), Names(gazetteer=gazetteer.load(), entities=ENTITIES))


@pytest.fixture
def db(tmp_path):
    with SqliteStore.open(tmp_path / "k.db") as store, store.immediate() as transaction:
        chats.ensure_chat(transaction, READER, chats.ChatKind.PRIVATE, "Amina", NOW - timedelta(hours=1))
        subscriptions.follow(
            transaction, READER, "TTP", Strictness.NORMAL, typed="TTP", by=7, now=NOW - timedelta(hours=1)
        )
        yield transaction


def raw(title=TITLE, text=TEXT, url="https://valley.example.org/bannu", seen=NOW):
    return RawArticle(text, Media.TEXT, seen, url=url, title=title, published=seen)


def take(db, desk, tools, one, now=NOW, **options):
    return commit(db, prepare(one, tools), desk, tools, now, **options)


def due(db):
    return chats.chat(db, READER).next_digest_at


def test_an_article_is_stored_matched_placed_and_its_follower_is_due(db, tools):
    tools.matching.follow(1, "TTP")
    outcome = take(db, Desk(), tools, raw())
    assert outcome.fate is Fate.STORED
    assert outcome.story.facts.killed.value == 4
    assert [hit.query_id for hit in outcome.hits] == [1]
    assert due(db) is not None


def test_the_same_article_twice_changes_nothing(db, tools):
    tools.matching.follow(1, "TTP")
    desk = Desk()
    first = take(db, desk, tools, raw())
    again = take(db, desk, tools, raw(url="https://m.valley.example.org/bannu?utm_source=x"))
    assert again.fate is Fate.KNOWN
    assert again.article_id == first.article_id
    assert articles.count_articles(db) == 1
    assert len(story_store.stories(db)) == 1


def test_a_higher_toll_under_the_same_address_is_an_edit_that_brings_a_revision(db, tools):
    desk = Desk()
    take(db, desk, tools, raw())
    later = raw(title=TITLE.replace("Four", "Nine"), text=TEXT.replace("Four", "Nine"), seen=NOW + timedelta(hours=3))
    outcome = take(db, desk, tools, later, NOW + timedelta(hours=3))
    assert outcome.fate is Fate.EDITED
    assert outcome.story.revision == 2
    assert outcome.story.facts.killed.value == 9


def test_a_query_followed_between_reading_and_storing_misses_nothing(db, tools):
    prepared = prepare(raw(), tools)
    assert prepared.hits == ()
    tools.matching.follow(1, "TTP")
    outcome = commit(db, prepared, Desk(), tools, NOW)
    assert [hit.query_id for hit in outcome.hits] == [1]
    assert due(db) is not None


def test_what_was_old_when_it_was_first_seen_wakes_nobody(db, tools):
    tools.matching.follow(1, "TTP")
    outcome = take(db, Desk(), tools, raw(), archive=True)
    assert outcome.fate is Fate.STORED
    assert due(db) is None


def test_new_wording_of_an_article_whose_story_is_over_leaves_the_story_alone(db, tools):
    take(db, Desk(), tools, raw())
    before = story_store.stories(db)[0]
    edited = raw(text=TEXT.replace("Four", "Nine") + " The road was reopened.", seen=NOW + timedelta(days=40))
    outcome = take(db, Desk(), tools, edited, NOW + timedelta(days=40))
    assert outcome.fate is Fate.EDITED
    assert outcome.story == before
    assert "reopened" in articles.article(db, outcome.article_id).body


def test_a_page_that_changes_with_every_request_stops_being_read_again(db, tools):
    desk = Desk()
    for number in range(30):
        outcome = take(db, desk, tools, raw(text=f"{TEXT} Read {number} times."))
    assert outcome.fate is Fate.KNOWN
    assert articles.known(db, articles.article(db, outcome.article_id), "").edits == 24


def test_the_owner_of_the_site_is_found_in_the_catalogue(db, tools):
    source = Source(
        "valley", "Valley Post", "Valley Group", "PK", "en", SourceKind.INDEPENDENT, ("valley.example.org",)
    )
    outcome = take(db, Desk(), replace(tools, catalogue=Catalogue([source])), raw())
    stored = articles.article(db, outcome.article_id)
    assert (stored.source, stored.publisher) == ("valley", "Valley Group")


def test_nothing_left_after_cleaning_says_why(tools):
    with pytest.raises(EmptyArticle, match="nothing left after cleaning"):
        prepare(RawArticle("Home\nMenu", Media.TEXT, NOW, url="https://valley.example.org/x"), tools)


def test_two_attacks_above_one_long_background_are_two_stories(db, tools):
    background = (
        " The province has seen a rise in violence since the ceasefire ended, according to a report of a research institute "
        "that counts attacks on security forces in the districts along the border. Officials say that the groups use the hills "
        "to move men and weapons at night. Residents of several valleys have asked for more posts on the main roads and for "
        "mobile service to be restored, which was cut after an earlier operation. The government has announced a new plan."
    )
    desk = Desk()
    one = "BANNU: Seven policemen were killed when a bomb hit their van in Bannu on Monday, the district police officer said."
    two = "PANJGUR: Three soldiers were killed when gunmen attacked their post in Panjgur on Monday, the administration said."
    first = take(db, desk, tools, raw("Police van bombed in Bannu", one + background, "https://valley.example.org/1"))
    second = take(
        db, desk, tools, raw("Gunmen attack post in Panjgur", two + background, "https://coast.example.net/2")
    )
    assert second.fate is Fate.STORED
    assert first.story.id != second.story.id


def test_whoever_was_told_a_story_that_merges_into_another_knows_that_one(db, tools):
    def handed_in(one, said):
        dossier = examine(one, said)
        return commit(db, Prepared(one, (), fingerprint(one), (), 0, dossier), desk, tools, one.seen)

    desk = Desk()
    english = handed_in(story_cases.article(1), story_cases.facts(3))
    urdu = "کوئٹہ کی سبزی منڈی میں بم دھماکے میں سات افراد جاں بحق ہوگئے۔"
    other = handed_in(
        story_cases.article(2, "سبزی منڈی", urdu, minutes=3, language="ur"), story_cases.facts(7, 18, places=())
    )
    assert other.story.id != english.story.id
    number = digests.save_digest(db, READER, "now", Digest(("Quetta",), (), NOW, None, None, "UTC"))
    digests.mark_told(db, READER, number, [(other.story.id, 1, 0)], NOW)
    bridge = handed_in(story_cases.article(3, body=story_cases.RETOLD, minutes=60), story_cases.facts(7, 18))
    assert bridge.story.id == english.story.id
    told = digests.told(db, READER, english.story.id)
    assert told is not None
    assert told.revision == bridge.story.revision - 1  # the merge itself is news: the toll of the whole
