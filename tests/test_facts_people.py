"""People who are counted without a number of their own, and figures that belong to others than the victims."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from digests import gazetteer
from digests.matching.lexicon import Entity, EntityKind
from digests.model import Article, ArticleId, DateOrigin, Facts, Kind, Published
from digests.stories.facts import Names, read_facts

TUESDAY = datetime(2026, 3, 3, 9, tzinfo=UTC)
BLA = Entity("Balochistan Liberation Army", EntityKind.ARMED_GROUP, ("Balochistan Liberation Army",), "PK")
TTP = Entity("Tehrik-i-Taliban Pakistan", EntityKind.ARMED_GROUP, ("Tehrik-i-Taliban Pakistan", "TTP"), "PK")
NAMES = Names(gazetteer.load(), (BLA, TTP))


def read(body: str, title: str = "") -> Facts:
    published = Published(TUESDAY, DateOrigin.GIVEN)
    return read_facts(
        Article(ArticleId("a"), title, body, len(body), TUESDAY, published=published, language="en"), NAMES
    )


@pytest.mark.parametrize(
    ("text", "killed"),
    [
        ("Khan, his wife and two daughters were killed.", 4),
        ("Gunmen killed Malik Khan, his brother and a guard.", 3),
        ("Gunmen shot dead tribal elder Malik Taj Muhammad and his son in the bazaar.", 2),
        ("The blast killed a man, his wife and their three children, residents said.", 5),
        ("A car bomb killed a district police commander, three of his bodyguards and a civilian.", 5),
        ("Police said gunmen killed the mayor and two of his guards.", 3),
        ("The governor and his two guards were shot dead.", 3),
        ("In the north, his two guards and a driver were killed.", 3),
        ("He was killed, his brother told reporters.", 1),
        ("Nine bus passengers were shot dead on the highway.", 9),
        ("Nine bus passengers abducted, killed in Zhob", 9),
        ("Four soldiers were killed near 12 police posts.", 4),
    ],
)
def test_people_are_counted_by_who_they_belong_to(text: str, killed: int) -> None:
    facts = read(text)
    assert facts.killed
    assert facts.killed.value == killed


@pytest.mark.parametrize(
    ("text", "injured"),
    [
        ("Another three soldiers suffered bullet wounds.", 3),
        ("Six people died. Two other miners escaped with bullet wounds.", 2),
        ("Twelve people, a baby among them, were taken to hospital.", 12),
    ],
)
def test_the_hurt_are_told_by_many_words(text: str, injured: int) -> None:
    facts = read(text)
    assert facts.injured
    assert facts.injured.value == injured


def test_the_neutralised_are_attackers_and_what_they_did_before_is_no_toll() -> None:
    facts = read(
        "Security forces killed seven khwarij in two operations, the army said. In Lakki Marwat, four were sent to "
        "hell, while three were neutralised in Tank. They were involved in the killing of 11 civilians.",
        "Seven terrorists killed in two operations",
    )
    assert facts.killed
    assert facts.killed.value == 7
    assert facts.attackers_only


def test_bodies_that_were_brought_are_no_injured() -> None:
    assert read("Thirteen bodies were taken to hospital after the blast in the market.").injured is None


def test_the_victims_of_another_year_in_a_headline_are_background() -> None:
    facts = read(
        "A court on Tuesday sentenced five men to death.", "Court sentences five over 2019 blast that killed 13"
    )
    assert facts.killed is None


def test_the_day_of_the_event_is_told_before_the_day_of_the_report() -> None:
    facts = read("Rescuers searched the debris on Tuesday as the toll from Monday's bombing reached 100.")
    assert facts.event_date
    assert facts.event_date.day == date(2026, 3, 2)


def test_who_says_they_did_it_claims_it_and_an_army_does_not() -> None:
    facts = read("The Balochistan Liberation Army said it carried out the hijacking of the train and took 50 hostages.")
    assert facts.claim
    assert facts.claim.group == "Balochistan Liberation Army"
    told = read("The military said it carried out strikes on three hideouts of the TTP near the border, killing nine.")
    assert told.claim is None


def test_a_small_town_that_only_one_country_has_is_a_place_without_it() -> None:
    assert [place.name for place in read("A bomb struck a truck carrying coal miners in Harnai.").places] == ["Harnai"]


def test_a_name_that_is_a_village_far_away_is_no_place() -> None:
    facts = read("A bomb killed six people at a seminary. It appeared that Haq was the target, police said.")
    assert facts.places == ()


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Gunmen kill four labourers at coal mine and set machinery on fire", Kind.ATTACK),
        ("Fighter jets bomb hideouts in the mountains, 46 killed in strikes", Kind.AIR_STRIKE),
        ("Hostages sat beside gunmen wearing explosive vests on a hijacked train", Kind.ABDUCTION),
    ],
)
def test_the_deed_is_told_from_where_it_happened(title: str, kind: Kind) -> None:
    facts = read(f"{title}, officials said.", title)
    assert facts.kind
    assert facts.kind.kind is kind


@pytest.mark.parametrize(
    ("text", "killed"),
    [
        ("A fifth soldier has died following Tuesday's attack on a patrol, the army said.", 5),
        ("Ninth victim of Sariab Road blast dies in hospital", 9),
        ("At least 40 soldiers and pro-government militiamen were killed when the base was overrun.", 40),
        ("One bunker, three dead, nine hundred lorries at the crossing", 3),
        ("Experts urged protection on Monday, three days after a bombing killed 13 people at a mosque.", 13),
        ("Two soldiers died on Monday, three days after a bombing killed 13 people at a mosque.", 2),
    ],
)
def test_a_toll_is_told_by_the_last_victim_or_in_retrospect(text: str, killed: int) -> None:
    facts = read(text)
    assert facts.killed
    assert facts.killed.value == killed


def test_what_one_side_says_it_did_gives_way_to_other_figures() -> None:
    facts = read(
        "The group claimed to have killed 60 soldiers at the base.\nOfficials counted 40 soldiers killed there."
    )
    assert facts.killed
    assert facts.killed.value == 40


def test_items_of_a_briefing_are_no_toll() -> None:
    facts = read(
        "What we know at the end of the day.\n• Eight people were killed in Quetta.\n• A medic was killed in Turbat."
    )
    assert facts.killed is None


def test_players_are_no_casualties() -> None:
    facts = read("Two players were injured in the match of the league, and the coach hopes for more goals next season.")
    assert facts.injured is None


def test_turkish_reports_are_read() -> None:
    published = Published(TUESDAY, DateOrigin.GIVEN)
    body = "Humus kentinde bomba yüklü aracın patlatılması sonucu 5 kişi öldü, 16 kişi yaralandı."
    told = read_facts(Article(ArticleId("a"), "", body, len(body), TUESDAY, published=published, language="tr"), NAMES)
    assert told.killed
    assert told.injured
    assert (told.killed.value, told.injured.value) == (5, 16)


def test_the_wounded_who_died_since_are_not_counted_as_wounded() -> None:
    body = "دو مأمور زخمی در بیمارستان درگذشتند و شمار کشته‌شدگان به چهار نفر رسید."
    told = read_facts(Article(ArticleId("a"), "", body, len(body), TUESDAY, language="fa"), NAMES)
    assert told.injured is None
