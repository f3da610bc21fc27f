"""Two attacks of one day in one country: what their reports say of each other tells them apart."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from digests.stories.cues import is_roundup
from digests.stories.dossier import Dossier, examine
from digests.stories.facts import read_facts
from tests.test_stories_neighbours import NAMES, placed, report

CLUB = report(
    1,
    6,
    "Twin blasts at snooker hall kill 56 in Quetta",
    "QUETTA: Two explosions minutes apart at a snooker hall in Quetta killed at least 56 people and wounded 100 on Thursday "
    "evening, police said. A car bomb went off as police and rescuers gathered on Alamdar Road. Hours earlier a bomb under "
    "a security vehicle in a market of the city killed 11 people.",
)
MARKET = report(
    2,
    6,
    "Eleven killed as bomb hits security vehicle in Quetta",
    "QUETTA: A bomb planted under a paramilitary vehicle exploded in a crowded market in Quetta on Thursday afternoon, "
    "killing 11 people and wounding 27, police said. Vegetable sellers were among the dead.",
)
NEXT_DAY = report(
    3,
    7,
    "Quetta snooker hall toll climbs to 81",
    "QUETTA: The death toll of Thursday's twin bombings at a snooker hall on Alamdar Road in Quetta climbed to 81 on Friday "
    "as wounded people died, hospital officials said. Hours before, 11 people had perished in the market of the city.",
)


@pytest.mark.parametrize("order", [(CLUB, MARKET, NEXT_DAY), (MARKET, CLUB, NEXT_DAY), (CLUB, NEXT_DAY, MARKET)])
def test_a_report_that_names_another_attack_is_not_joined_with_that_attack_s(order):
    stories, _ = placed(*order)
    of = dict(zip((one.title for one in order), stories, strict=True))
    assert of[CLUB.title] == of[NEXT_DAY.title] != of[MARKET.title]


def test_an_older_toll_of_the_same_attack_is_no_other_event():
    earlier = report(
        4,
        7,
        "Quetta snooker hall toll climbs to 81",
        "QUETTA: The death toll of the bombings at a snooker hall in Quetta climbed to 81 on Friday, officials said. A day "
        "earlier 56 people had been killed there.",
    )
    stories, _ = placed(CLUB, earlier)
    assert len(set(stories)) == 1


def test_headlines_of_two_towns_tell_two_attacks_though_each_report_names_both_towns():
    mastung = report(
        5,
        14,
        "Bomb kills 15 at election rally in Mastung",
        "At least 15 people were killed and 35 injured by a bomb at an election rally in Mastung on Friday, hospital "
        "officials said. A candidate of a regional party was among the dead. Rallies were bombed in Mastung and in Bannu "
        "within hours, the election commission said.",
    )
    bannu = report(
        6,
        14,
        "Bomb kills 14 at election rally in Bannu",
        "A bomb fixed to a motorcycle killed 14 people and injured 42 as an election rally in Bannu ended on Friday, police "
        "said. The party's leader was unhurt. The election commission asked for more guards after bombs hit rallies in "
        "Bannu and in Mastung.",
    )
    stories, _ = placed(mastung, bannu)
    assert len(set(stories)) == 2


def test_one_attack_under_the_names_of_its_town_and_of_its_district_stays_one():
    kulachi = report(
        7,
        18,
        "Three FC men killed as bomb hits vehicle in Kulachi",
        "KULACHI: Three men of the Frontier Corps were killed and five injured when a roadside bomb hit their vehicle in "
        "Kulachi on Tuesday, police said.",
    )
    district = report(
        8,
        18,
        "Roadside bomb kills three troops in Dera Ismail Khan",
        "A roadside bomb killed three paramilitary troops and injured five in Dera Ismail Khan on Tuesday, officials said. "
        "Their vehicle was on patrol near Kulachi.",
    )
    stories, _ = placed(kulachi, district)
    assert len(set(stories)) == 1


def test_the_killed_of_other_events_outlive_a_restart():
    dossier = examine(CLUB, read_facts(CLUB, NAMES))
    assert dossier.facts.others == (11,)
    assert Dossier.load(dossier.article_id, dossier.dump()).facts.others == (11,)


def test_a_late_report_belongs_to_the_attack_whose_day_it_names():
    january = report(
        9,
        1,
        "Bombs at Quetta club kill 81",
        "QUETTA: Two bombs at a club in Quetta killed 81 people and injured 120 on Saturday, police said.",
    )
    later = report(
        10,
        8,
        "Bomb at Quetta market kills 84",
        "QUETTA: A bomb at a market in Quetta killed 84 people and injured 160 on Saturday, police said.",
    )
    burial = report(
        11,
        9,
        "Thousands at funeral of Quetta bomb victims",
        "QUETTA: Thousands of people buried victims of the August 1 bombings in Quetta. Community leaders say that 90 "
        "people were killed by the bombs and 150 injured.",
    )
    stories, _ = placed(january, later, burial)
    assert stories[2] == stories[0] != stories[1]


@pytest.mark.parametrize(
    ("told", "later_told"),
    [("a guard", "a guard and two men of the staff"), ("seven people", "five people")],
    ids=["risen", "first count"],
)
def test_an_undated_report_joins_the_story_of_the_day_and_town_that_it_names(told, later_told):
    first = report(
        12,
        11,
        "Gunmen attack hotel in Gwadar",
        "GWADAR: Three gunmen stormed a hotel on a hill above the port of Gwadar on Tuesday afternoon and killed "
        f"{told}, officials said.",
    )
    later = replace(
        report(
            13,
            11,
            "Hotel on hill of Gwadar attacked by gunmen",
            f"Three gunmen entered a hotel on the hill of Gwadar on Tuesday, 11 August 2026, and killed {later_told}.",
        ),
        published=None,
        seen=datetime(2026, 11, 20, tzinfo=UTC),
    )
    stories, _ = placed(first, later)
    assert len(set(stories)) == 1


def test_a_toll_of_days_later_in_another_town_is_another_attack():
    truck = report(
        14,
        4,
        "Five soldiers killed as truck is ambushed in Poonch",
        "POONCH: Five soldiers were killed and one was injured on Tuesday when militants ambushed their truck in the forest "
        "of Poonch, the army said.",
    )
    forest = report(
        15,
        10,
        "Three more soldiers succumb to injuries after blast in Rajouri, toll now 5",
        "RAJOURI: Five soldiers were killed and one was injured in a blast in the forest of Rajouri on Monday, the army "
        "said. The operation is after the group that ambushed a truck last week.",
    )
    stories, _ = placed(truck, forest)
    assert len(set(stories)) == 2


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("Peshawar's bloody week", "Peshawar has buried more than 140 people in eight days, most of them worshippers."),
        (
            "دشت برچی؛ هدف حمله‌ها",
            (
                "پانزده اوت ۲۰۱۸ یک آموزشگاه با ۳۴ کشته هدف حمله انتحاری قرار گرفت؛ در اکتبر ۲۰۲۰ آموزشگاهی دیگر با ۳۰ کشته؛ "
                "در ماه می ۲۰۲۱ یک مکتب دخترانه با بیش از ۸۵ کشته؛ و در سال ۲۰۲۲ یک مرکز آموزشی دیگر با ۵۳ کشته هدف بود."
            ),
        ),
        ("Les attaques", "- 10 décembre 2019 : 71 morts.\n- 9 janvier 2020 : 89 morts.\n- 21 mars 2021 : 137 morts."),
    ],
)
def test_looks_back_are_round_ups(title, body):
    assert is_roundup(report(16, 9, title, body, "fr"))


def test_a_second_attack_in_as_many_days_is_not_the_first():
    police = report(
        17,
        8,
        "28 killed in suicide attack on police in Quetta",
        "A suicide bomber blew himself up at the funeral of a policeman in Quetta on Saturday, killing 28 people and "
        "wounding 50, police said.",
    )
    mosque = report(
        18,
        9,
        "Nine killed in gun attack in Quetta",
        "Gunmen opened fire outside a mosque in Quetta after prayers, killing at least nine people and wounding 20. It is the "
        "second attack in the city in as many days.",
    )
    stories, _ = placed(police, mosque)
    assert len(set(stories)) == 2


def test_what_ended_nine_days_later_with_more_dead_is_another_attack():
    centre = report(
        19,
        2,
        "13 killed in suicide bombing at Kabul education centre",
        "KABUL: Thirteen people were killed and 30 wounded when a bomber blew himself up at an education centre in Kabul on "
        "Sunday, the ministry said.",
    )
    university = report(
        20,
        11,
        "Attack on Kabul university leaves 19 dead",
        "The siege of Kabul's university has ended with 19 dead and 22 wounded, the ministry says. Last year a bomb at the "
        "gates killed eight people.",
    )
    stories, _ = placed(centre, university)
    assert len(set(stories)) == 2


def test_a_follow_up_may_tell_a_part_of_the_dead_below_its_headline():
    attack = report(
        21,
        26,
        "Six killed as bomber rams car of engineers in Bisham",
        "BISHAM: Five engineers and their driver were killed when a suicide bomber rammed his car into their vehicle in "
        "Bisham, Shangla district, on Tuesday, the police said.",
    )
    arrests = report(
        22,
        30,
        "Facilitators of the Bisham attack arrested, police say",
        "Four men who helped the bomber of Bisham have been arrested, the counter-terrorism police of Shangla district said. "
        "Five engineers were killed in the attack on their vehicle. Investigators traced the car.",
    )
    stories, _ = placed(attack, arrests)
    assert len(set(stories)) == 1
