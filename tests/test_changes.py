"""What is worth telling: rises of the toll, claims, corrections; and what a story shows."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from digests.stories import Desk, examine
from digests.stories.changes import Ledger, combine, corrected, is_injured_rise, is_rise, opening, weigh
from digests.stories.dossier import dump_facts, load_facts
from tests.story_cases import START, TITLE, article, count, facts


def dossier(number=1, said=None, *, minutes=0, source=None, title="Bomb explodes in Quetta vegetable market"):
    return examine(article(number, title, minutes=minutes, source=source), said or facts())


def told(killed=None, injured=None, **more):
    return opening(dossier(1, facts(killed, injured, **more)))


def changes_of(ledger, said, minutes=60, **more):
    changes, _ = weigh(ledger, dossier(2, said, minutes=minutes, **more))
    return [(change.field, change.old, change.new, change.correction) for change in changes]


def test_a_rise_is_told_when_it_is_large_enough():
    assert is_rise(None, 1)
    assert is_rise(4, 5)
    assert not is_rise(12, 14)
    assert is_rise(12, 15)
    assert not is_rise(50, 52)
    assert is_rise(50, 53)
    assert is_injured_rise(20, 36)
    assert not is_injured_rise(20, 29)
    assert not is_injured_rise(None, 36)


def test_the_change_is_spelled_out_with_the_injured():
    assert changes_of(told(12, 20), facts(15, 36)) == [("killed", "12", "15", False), ("injured", "20", "36", False)]


@given(st.lists(st.integers(1, 60), min_size=1, max_size=12))
def test_small_rises_add_up_and_a_toll_never_falls_by_itself(tolls):
    ledger, highest = told(tolls[0]), tolls[0]
    for number, toll in enumerate(tolls[1:], 1):
        _, ledger = weigh(ledger, dossier(number + 1, facts(toll), minutes=number))
        highest = max(highest, toll)
        assert ledger.killed <= highest
    assert not is_rise(ledger.killed, highest)


def test_an_older_article_that_arrives_late_changes_nothing():
    late = opening(dossier(1, facts(9), minutes=300))
    assert changes_of(late, facts(15), minutes=0) == []


def test_dead_attackers_never_raise_a_victims_toll():
    assert changes_of(told(3), facts(12, attackers_only=True)) == []
    assert changes_of(told(12, attackers_only=True), facts(2)) == [("killed", "", "2", False)]


def test_what_one_side_says_it_killed_raises_no_toll_and_is_shown_beside_it():
    boast = replace(facts(50), boasted=count(50))
    assert changes_of(told(11), boast) == []
    assert changes_of(Ledger(), boast) == [("killed", "", "50", False)]
    shown = combine([dossier(1, facts(11)), dossier(2, boast, minutes=60)], told(11))
    assert shown.killed.value == 11
    assert shown.boasted.value == 50


def test_a_rounded_figure_is_no_rise():
    about = replace(facts(), killed=count(70, approximate=True))
    assert changes_of(told(65), about) == []


def test_more_than_a_figure_is_a_rise():
    more = replace(facts(), killed=replace(count(70, approximate=True), exceeds=True))
    assert changes_of(told(65), more) == [("killed", "65", "70", False)]
    assert load_facts(dump_facts(more)).killed.exceeds


def test_a_claim_is_told_once_and_blame_never():
    assert changes_of(told(4), facts(4, claim="TTP")) == [("claim", "", "TTP", False)]
    assert changes_of(told(4, claim="TTP"), facts(4, claim="TTP")) == []
    assert changes_of(told(4, claim="TTP"), facts(4, claim="BLA")) == [("claim", "TTP", "BLA", False)]


def test_a_lower_figure_is_a_correction_only_when_the_text_says_so():
    assert changes_of(told(8), facts(5)) == []
    assert changes_of(told(8), facts(5), title="Police revise toll of Quetta blast") == [("killed", "8", "5", True)]


def test_a_publisher_that_lowers_its_own_headline_corrects_it():
    ledger = opening(dossier(1, facts(8), source="same.example.org"))
    lower = replace(facts(), killed=count(5, sentence=TITLE))
    assert changes_of(ledger, lower, source="same.example.org") == [("killed", "8", "5", True)]
    assert changes_of(ledger, lower, source="other.example.org") == []


def test_a_copy_brings_no_update_unless_its_figure_was_changed():
    first, copy = dossier(1, facts(12)), dossier(2, facts(15), minutes=30)
    assert weigh(opening(first), dossier(2, facts(12), minutes=30), first)[0] == ()
    assert [change.new for change in weigh(opening(first), copy, first)[0]] == ["15"]


def test_a_ledger_comes_back_from_json():
    _, mended = corrected(told(12, 20), facts(12, 20), "killed", "10", START)
    for ledger in (Ledger(), told(12, 20, claim="TTP"), mended):
        assert Ledger.load(ledger.dump()) == ledger


def test_what_an_admin_corrected_stands_until_a_later_article_changes_it():
    change, mended = corrected(told(12, 20), facts(12, 20), "killed", "10", START + timedelta(minutes=30))
    assert (change.old, change.new, change.correction) == ("12", "10", True)
    assert corrected(mended, facts(10, 20), "killed", "10", START)[0] is None
    assert changes_of(mended, facts(12, 20), minutes=20) == []
    shown = combine([dossier(1, facts(12, 20))], mended)
    assert (shown.killed.value, shown.injured.value) == (10, 20)
    assert changes_of(mended, facts(15, 20), minutes=60) == [("killed", "10", "15", False)]
    _, later = weigh(mended, dossier(2, facts(15, 20), minutes=60))
    assert later.by_editor == ()
    _, unknown = corrected(later, facts(15, 20, claim="TTP"), "claim", "", START)
    assert combine([dossier(1, facts(15, 20, claim="TTP"))], unknown).claim is None


def test_the_story_shows_small_rises_and_the_range_without_a_revision():
    desk = Desk()
    body = (
        "Police said that the bomb at the Hazar Ganji vegetable market in Quetta was hidden in a handcart of onions. {}"
    )
    stories = []
    for number, killed in enumerate((12, 13, 11)):
        one = article(number, body=body.format("More follows. " * number), minutes=number * 20)
        stories.append(desk.place(one, examine(one, facts(killed, 20))).story)
    assert [story.revision for story in stories] == [1, 1, 1]
    assert stories[1].facts.killed.value == 13
    assert (stories[2].facts.killed.low, stories[2].facts.killed.value) == (11, 13)


def test_an_edited_article_brings_its_new_figure_and_stays_one_member():
    desk = Desk()
    first = article(1)
    desk.place(first, examine(first, facts(4)))
    edited = replace(first, published=replace(first.published, at=first.time + timedelta(hours=1)))
    placement = desk.place(edited, examine(edited, facts(9)))
    assert [(change.old, change.new) for change in placement.revision.changes] == [("4", "9")]
    assert len(placement.story.members) == 1
    assert desk.place(edited, examine(edited, facts(9))).revision is None
