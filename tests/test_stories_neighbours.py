"""Attacks of one day in neighbouring places, and the reports that go on with one of them."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from config import lexicon
from digests import gazetteer
from digests.model import Article, DateOrigin, DatePrecision, Published, article_id
from digests.stories.desk import Desk
from digests.stories.distance import are_apart, kilometres
from digests.stories.dossier import Dossier, examine
from digests.stories.facts import Names, read_facts
from digests.stories.titles import title_of
from tests.story_cases import facts

NAMES = Names(gazetteer.load(), tuple(lexicon.load()))


def report(number, day, title, body, language="en"):
    at = datetime(2026, 8, day, tzinfo=UTC)
    url = f"https://paper{number}.example/{number}"
    return Article(
        id=article_id(url, title, body),
        title=title,
        body=body,
        lead_end=body.find(".") + 1,
        seen=at,
        url=url,
        source=f"paper{number}.example",
        publisher=f"paper{number}.example",
        language=language,
        published=Published(at, DateOrigin.META, DatePrecision.DAY),
    )


def placed(*reports):
    """The story of each report, after all were placed, and the desk's last placement."""
    desk = Desk()
    last = [desk.place(one, examine(one, read_facts(one, NAMES))) for one in reports][-1]
    return [desk.story_of(one.id) for one in reports], last


BAJAUR = report(
    1,
    4,
    "Three killed in roadside blast in Bajaur",
    "KHAR: Three tribal elders were killed and five injured in a roadside bomb blast in Bajaur on Tuesday, police said.",
)
MOHMAND = report(
    2,
    4,
    "Three killed in roadside blast in Mohmand",
    "GHALANAI: Three labourers were killed and five injured in a roadside bomb blast in Mohmand on Tuesday, police said.",
)
FUNERAL = report(
    3,
    5,
    "Elders killed in Bajaur laid to rest",
    "KHAR: The three tribal elders killed in Tuesday's roadside blast in Bajaur were laid to rest on Wednesday.",
)
GRENADE = report(
    4,
    4,
    "Grenade attack on Turbat police station injures three",
    "TURBAT: Three policemen were injured when motorcyclists threw a hand grenade at the police station in Turbat on Tuesday.",
)
GUNMEN = report(
    5,
    4,
    "Labour contractor shot dead in Turbat",
    "TURBAT: Gunmen on a motorcycle shot dead a labour contractor in the Absar area of Turbat on Tuesday, police said.",
)


def test_blasts_alike_in_neighbouring_districts_on_one_day_are_two_stories():
    (bajaur, mohmand), _ = placed(BAJAUR, MOHMAND)
    assert bajaur != mohmand


def test_a_grenade_and_a_shooting_in_one_town_on_one_day_are_two_stories():
    (grenade, gunmen), _ = placed(GRENADE, GUNMEN)
    assert grenade != gunmen


def test_dead_attackers_of_one_district_and_dead_police_of_the_next_are_two_stories():
    raid = report(
        41,
        4,
        "Two militants killed in Kulgam encounter",
        "KULGAM: Two militants were killed in a gunfight with security forces in south Kashmir's Kulgam district on Tuesday, "
        "the army said. Two rifles were recovered.",
    )
    ambush = report(
        42,
        4,
        "Three police killed in ambush in south Kashmir's Tral",
        "SRINAGAR: Three policemen were killed and five injured when militants ambushed their vehicle in the Tral area of "
        "Pulwama district in south Kashmir on Tuesday, officials said.",
    )
    stories, _ = placed(raid, ambush)
    assert len(set(stories)) == 2


def test_a_blast_of_the_morning_and_one_of_the_evening_are_two_stories():
    morning = report(
        46,
        4,
        "Two policemen killed as roadside bomb hits van in Bannu",
        "BANNU: Two constables were killed and three injured when a roadside bomb hit their van in Bannu on Tuesday morning.",
    )
    evening = report(
        47,
        4,
        "Loud explosion heard near Bannu cantonment",
        "A powerful explosion was heard across Bannu city on Tuesday evening, followed by gunfire near the cantonment.",
    )
    late = report(
        48,
        4,
        "Two policemen killed by bomb in Bannu",
        "BANNU: Police said late on Tuesday that two constables were killed and three injured when a roadside bomb hit their van.",
    )
    stories, _ = placed(morning, evening, late)
    assert stories[0] == stories[2] != stories[1]


def test_a_siege_two_weeks_after_a_blast_in_the_same_city_is_another_story():
    blast = report(
        43,
        4,
        "Mogadishu truck bomb: toll reaches 158",
        "The number of people killed by last Saturday's truck bomb in Mogadishu has risen to 158, officials said. At least 22 "
        "were reported dead at first.",
    )
    first = report(
        44,
        3,
        "At least 22 killed in Mogadishu truck blast",
        "A truck bomb killed at least 22 people in Mogadishu on Saturday, August 1.",
    )
    siege = report(
        45,
        12,
        "Mogadishu hotel siege: 25 dead as security forces end attack",
        "At least 25 people have been killed in an attack on a hotel in Mogadishu, officials say, after troops ended an "
        "overnight siege. A car bomb went off at the gate on Tuesday. It comes after a truck bomb in Mogadishu killed 158.",
    )
    stories, _ = placed(first, blast, siege)
    assert stories[0] == stories[1] != stories[2]


def test_a_funeral_that_names_its_day_and_the_attacks_joins_the_attack():
    (bajaur, mohmand, funeral), _ = placed(BAJAUR, MOHMAND, FUNERAL)
    assert funeral == bajaur != mohmand


def test_the_days_of_the_first_sentences_come_back_from_the_store():
    dossier = examine(FUNERAL, read_facts(FUNERAL, NAMES))
    assert {day.day for day in dossier.named} == {4, 5}
    assert Dossier.load(FUNERAL.id, dossier.dump()).named == dossier.named


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("Chaman|PK", "Spin Boldak|AF", False),
        ("Torkham|PK", "Landi Kotal|PK", False),
        ("Kech|PK", "Turbat|PK", False),
        ("Bajaur|PK", "Mohmand|PK", True),
        ("North Waziristan|PK", "South Waziristan|PK", True),
        ("Tank|PK", "Lakki Marwat|PK", True),
        ("Kabul|AF", "Nowhere at all|AF", True),
    ],
)
def test_places_are_apart_when_no_event_can_be_in_both(one, other, apart):
    assert are_apart(one, other) is apart
    assert are_apart(other, one) is apart


def test_kilometres_are_those_of_the_great_circle():
    assert kilometres((34.53, 69.17), (33.72, 73.04)) == pytest.approx(369, abs=5)  # Kabul, Islamabad


def test_an_english_title_with_the_toll_takes_over():
    urdu = report(6, 4, "بنوں میں دھماکہ، سات افراد جاں بحق", "بنوں میں دھماکہ ہوا۔", language="ur")
    first = report(7, 4, "Seven killed in Bannu blast", "Seven people were killed in a blast in Bannu on Tuesday.")
    later = report(
        8, 5, "Bannu blast toll rises to nine", "The death toll of the Bannu blast rose to nine on Wednesday."
    )
    dossiers = [examine(one, read_facts(one, NAMES)) for one in (urdu, first, later)]
    assert title_of(dossiers, dossiers[2].facts, urdu.title) == later.title
    assert title_of(dossiers[:2], dossiers[1].facts, urdu.title) == first.title
    assert title_of(dossiers[:1], facts(), urdu.title) == urdu.title


def test_a_title_stays_while_it_carries_the_toll():
    first = report(7, 4, "Seven killed in Bannu blast", "Seven people were killed in a blast in Bannu on Tuesday.")
    second = report(9, 4, "Bannu explosion leaves seven dead", "Seven people died in an explosion in Bannu on Tuesday.")
    dossiers = [examine(one, read_facts(one, NAMES)) for one in (first, second)]
    assert title_of(dossiers, dossiers[0].facts, first.title) == first.title


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("Militant attacks claimed 214 lives in March, says think tank", "Attacks left 214 people dead in March."),
        (
            "New data on caplacizumab in immune TTP",
            "Two of 145 patients with the blood disorder died in the clinical trial of the drug, a therapy for TTP.",
        ),
    ],
)
def test_a_sum_over_a_month_and_a_medical_page_have_no_toll(title, body):
    assert read_facts(report(10, 4, title, body), NAMES).killed is None


@pytest.mark.parametrize(
    ("body", "killed", "injured"),
    [
        (
            "Troops killed seven militants. A search goes on to eliminate any other terrorist found in the area.",
            7,
            None,
        ),
        ("Prayers for the policemen who embraced martyrdom in the attack were offered in Bannu.", None, None),
        (
            "Two more passengers injured in Saturday's accident near Wadh died in Karachi, taking the death toll to 15.",
            15,
            None,
        ),
        ("Nine members of a family on a picnic drowned in the river.", 9, None),
    ],
)
def test_figures_are_of_those_who_died(body, killed, injured):
    found = read_facts(report(11, 4, "", body), NAMES)
    assert (found.killed and found.killed.value, found.injured and found.injured.value) == (killed, injured)


def test_a_road_or_company_named_after_a_town_is_no_place():
    body = "A blast near Karachi Company market in Islamabad injured ten people on Tuesday, rescue officials said."
    assert [place.name for place in read_facts(report(12, 4, "Blast in Islamabad", body), NAMES).places] == [
        "Islamabad"
    ]


def test_seven_men_of_a_group_and_seven_militants_are_the_same_dead():
    body = "Seven militants belonging to the outlawed group were killed in an operation in Sarwakai, sources said."
    found = read_facts(report(13, 4, "Sarwakai operation: seven TTP men killed", body), NAMES)
    assert found.attackers_only
    assert found.killed is not None
    assert found.killed.value == 7


def test_another_language_joins_by_town_kind_and_day_before_the_toll_is_known():
    first = report(
        20,
        4,
        "Blast heard near a checkpost in Bannu",
        "BANNU: A blast was heard near a checkpost in Bannu on Tuesday, police said.",
    )
    later = report(
        21, 4, "بنوں: چوکی کے قریب دھماکا، چھ افراد جاں بحق", "بنوں میں منگل کو پولیس چوکی کے قریب بم دھماکے میں چھ افراد جاں بحق اور 14 زخمی ہو گئے۔",
        language="ur",
    )  # fmt: skip
    found, _ = placed(first, later)
    assert found[0] == found[1]


def test_a_follow_up_may_tell_fewer_killed_and_injured_than_the_attack_had():
    attack = report(
        22,
        4,
        "Bomb on a van kills two in Turbat",
        "TURBAT: A bomb attached to a van killed two people and injured six in Turbat on Tuesday.",
    )
    death = report(
        23, 5, "Technician dies after Turbat van bomb",
        "TURBAT: A technician has died of his wounds after Tuesday's bomb on a van in Turbat. Five of the injured are still in hospital.",
    )  # fmt: skip
    found, _ = placed(attack, death)
    assert found[0] == found[1]


def test_two_operations_in_one_district_days_apart_are_two_stories():
    mir_ali = report(
        24, 4, "Nine militants killed in Mir Ali operation",
        "RAWALPINDI: Security forces killed nine militants in an operation in Mir Ali, North Waziristan, on Tuesday, the army said.",
    )  # fmt: skip
    shawal = report(
        25, 9, "Nine militants killed in Shawal operation",
        "RAWALPINDI: Security forces killed nine militants in an operation in the Shawal area of North Waziristan, the army said.",
    )  # fmt: skip
    found, _ = placed(mir_ali, shawal)
    assert found[0] != found[1]


def test_a_briefing_with_bullets_joins_none_of_the_events_it_lists():
    strike = report(
        26,
        4,
        "Medic killed in drone strike on Kharkiv",
        "KYIV: A medic was killed and eight people were injured in a drone strike on Kharkiv on Tuesday.",
    )
    briefing = report(
        27, 4, "What we know on Tuesday",
        "• A medic was killed and eight people were injured in a drone strike on Kharkiv.\n• Shelling of Nikopol hurt two people.\n"
        "• A village near Huliaipole was captured, the ministry said.",
    )  # fmt: skip
    found, _ = placed(strike, briefing)
    assert found[0] != found[1]


def test_the_name_of_a_group_alone_makes_no_story_of_two_short_reports():
    court = report(
        28, 4, "Court in Karachi sentences TTP financier to 14 years",
        "A court in Karachi sentenced a man who collected money for the TTP to fourteen years in prison. His lawyer announced an appeal.",
    )  # fmt: skip
    talks = report(
        29, 4, "Talks between government and TTP in Geneva collapse",
        "Negotiations with the TTP in Geneva broke down when the delegates could not agree on the release of prisoners.",
    )  # fmt: skip
    for reports in ((court, talks), (talks, court)):
        found, _ = placed(*reports)
        assert found[0] != found[1]


def test_an_undated_report_in_another_language_joins_by_the_place_and_a_toll_of_many_dead():
    first = report(
        51,
        4,
        "At least 230 killed in Mogadishu truck bomb",
        "A truck bomb killed at least 230 people in Mogadishu on Tuesday.",
    )
    later = report(
        52,
        7,
        "Mogadishu truck bomb: death toll reaches 358",
        "The number of people killed by Tuesday's truck bomb in Mogadishu has risen to 358, the minister said.",
    )
    body = "Un camión bomba dejó más de 300 muertos en un cruce de Mogadiscio, según el servicio de ambulancias de Mogadiscio."
    undated = replace(report(53, 9, "Los muertos de Mogadiscio superan los 300", body, "es"), published=None)
    few = replace(
        report(54, 9, "Tres muertos en Mogadiscio", "Un ataque dejó tres muertos en Mogadiscio.", "es"), published=None
    )
    stories, _ = placed(first, later, undated, few)
    assert stories[0] == stories[1] == stories[2] != stories[3]


def test_attacks_of_one_day_in_two_provinces_are_two_stories():
    gardez = report(
        61,
        4,
        "At least 32 killed in attack on Gardez police",
        "At least 32 people were killed and over 200 wounded on Tuesday "
        "when insurgents attacked the police headquarters in Gardez, capital of Paktia province, officials said.",
    )
    ghazni = report(
        62,
        4,
        "Taliban bomb kills 30 at Ghazni district compound",
        "Taliban fighters detonated a Humvee outside a compound in "
        "Andar district of Ghazni province on Tuesday. Officials said 30 people were killed and 15 wounded. Earlier the same "
        "day they attacked the police headquarters in Gardez, in neighbouring Paktia.",
    )
    stories, _ = placed(gardez, ghazni)
    assert len(set(stories)) == 2


def test_a_truce_after_an_attack_is_a_story_of_its_own():
    ambush = report(
        63,
        4,
        "Gunmen kill 38 in Kurram convoy",
        "Gunmen opened fire on a convoy in Kurram district on Tuesday, killing 38 people, officials said.",
    )
    truce = report(
        64,
        6,
        "Rival groups in Kurram agree to seven-day truce",
        "Warring groups in Kurram district have agreed to a seven-day "
        "ceasefire, a spokesman said on Thursday. Both sides will exchange prisoners after the violence that began on Tuesday.",
    )
    stories, _ = placed(ambush, truce)
    assert len(set(stories)) == 2


def test_an_early_report_that_arrives_late_joins_the_attack_of_that_place_and_day():
    later = report(
        65,
        4,
        "Quetta car bombing leaves 13 dead",
        "QUETTA: A car bomb ripped through a police post in Quetta on Tuesday, leaving 13 people dead and 21 wounded.",
    )
    early = report(
        66,
        4,
        "Car bomb kills at least 11 in Quetta",
        "QUETTA: A car bomb exploded near a police office in Quetta on Tuesday, killing at least 11 people and wounding 20.",
    )
    raid = report(
        67,
        4,
        "Car bomb kills two in Quetta",
        "QUETTA: A car bomb exploded near a shop in Quetta on Tuesday, killing two people and wounding four.",
    )
    stories, _ = placed(later, early, raid)
    assert stories[0] == stories[1] != stories[2]


def test_an_analysis_days_later_that_names_not_the_event_s_day_is_a_story_of_its_own():
    blast = report(
        71,
        2,
        "Twin blasts kill 67 in Parachinar market",
        "Twin blasts killed 67 people in a market in Parachinar, Kurram, on Sunday.",
    )
    essay = report(
        72,
        11,
        "Analysis: Why Kurram keeps bleeding",
        "The blasts in Parachinar that killed 67 people were no accident of history. "
        "Kurram has seen blasts in its markets for years, and the people of Parachinar ask why.",
    )
    stories, _ = placed(blast, essay)
    assert len(set(stories)) == 2


def test_an_undated_toll_that_may_have_risen_joins_the_ambush_it_goes_on_with():
    first = report(
        73,
        4,
        "At least 42 killed in attack on convoy in Kurram",
        "At least 42 people were killed and 20 wounded when gunmen ambushed a passenger convoy in Kurram district on Tuesday.",
    )
    body = "The number of passengers killed in the ambush of a passenger convoy in Kurram has gone up to 52 after more of the injured died."
    later = replace(
        report(74, 9, "Kurram convoy attack toll reaches 52", body),
        published=None,
        seen=datetime(2027, 1, 1, tzinfo=UTC),
    )
    stories, _ = placed(first, later)
    assert stories[0] == stories[1]
