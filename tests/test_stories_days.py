"""Reports of one day in any order, undated ones among a story's tolls, and what comes days after."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from digests.model import DateOrigin, DatePrecision, Published
from digests.stories.cues import is_followup
from tests.test_stories_neighbours import placed, report

STRIKE = report(
    1,
    3,
    "Missile hits Kharkiv apartment building, one dead",
    "KYIV: A missile hit an apartment building in Kharkiv on Monday, killing one person and injuring three, the governor said.",
)
NEXT_STRIKE = report(
    2,
    9,
    "Russian missile hits residential building in Kharkiv",
    "KYIV: Missiles hit the centre of Kharkiv and one struck a residential building, the mayor said. A fire broke out.",
)
PROBE = report(
    3,
    9,
    "Missile that hit Kharkiv building was made last year, probe says",
    "KYIV: Parts of the missile that hit an apartment building in Kharkiv on Monday last week, killing one person and "
    "injuring three, were made last year, prosecutors say after an inquiry.",
)


def test_a_headline_that_says_what_struck_days_later_tells_another_strike():
    stories, last = placed(STRIKE, NEXT_STRIKE)
    assert stories[0] != stories[1]
    assert "another attack, days later" in str(last.why)


def test_an_inquiry_days_later_goes_on_with_the_strike():
    stories, _ = placed(STRIKE, PROBE)
    assert stories[0] == stories[1]


STATION = report(
    1,
    4,
    "Взрыв на вокзале в Волгограде: погибли 13 человек",
    "Взрыв прогремел на железнодорожном вокзале в Волгограде. Погибли 13 человек, ранены 50, сообщили власти.",
    "ru",
)
TROLLEYBUS = report(
    2,
    5,
    "В Волгограде взорвали троллейбус",
    "Взрыв прогремел в троллейбусе в Волгограде 5 августа. Погибли 10 человек, сообщили власти.",
    "ru",
)


def test_fewer_dead_of_a_day_after_the_story_was_told_are_those_of_another_event():
    stories, last = placed(STATION, TROLLEYBUS)
    assert stories[0] != stories[1]
    assert "happened after the story was told" in str(last.why)


NINETY = report(
    1,
    8,
    "90 killed by massive car bomb in Mogadishu",
    "MOGADISHU: At least 90 people were killed in a truck bombing at a checkpoint in Mogadishu on Saturday, officials said.",
)
TWENTY = replace(
    report(
        2,
        8,
        "At least 20 killed in Mogadishu car bomb",
        "MOGADISHU: A car bomb exploded at a busy checkpoint in Mogadishu on Saturday morning, killing at least 20 people.",
    ),
    published=Published(datetime(2026, 8, 8, 8, 10, tzinfo=UTC), DateOrigin.META, DatePrecision.MINUTE),
)


@pytest.mark.parametrize("order", [(NINETY, TWENTY), (TWENTY, NINETY)])
def test_reports_of_one_day_of_which_one_has_no_hour_join_in_any_order(order):
    stories, _ = placed(*order)
    assert stories[0] == stories[1]


FIRST_TOLL = report(
    1,
    8,
    "Blast at Quetta railway station kills 16",
    "QUETTA: At least 16 people were killed and 30 injured in a blast at the railway station of Quetta on Saturday.",
)
LATER_TOLL = report(
    2,
    9,
    "Toll of Quetta railway station blast rises to 26",
    "QUETTA: The toll of Saturday's blast at the railway station of Quetta rose to 26 on Sunday; 60 people were injured.",
)
UNDATED = replace(
    report(
        3,
        30,
        "Quetta railway station blast leaves 25 dead",
        "A blast at the railway station of Quetta has killed 25 people and injured 46, officials confirmed.",
    ),
    published=None,
)


def test_an_undated_report_between_the_tolls_of_a_story_joins_it():
    stories, _ = placed(FIRST_TOLL, LATER_TOLL, UNDATED)
    assert len(set(stories)) == 1


FIRST_CLASH = report(
    1,
    4,
    "Six killed as Afghan border forces fire on Chaman",
    "CHAMAN: Six people were killed and 17 injured when Afghan border forces fired on houses in Chaman on Tuesday.",
)
SECOND_CLASH = report(
    2,
    7,
    "Afghan shelling injures 12 people in Chaman",
    "CHAMAN: Twelve people were hurt by shelling of Afghan border forces in Chaman. "
    "In the earlier incident six civilians were killed and 17 injured.",
)


def test_a_report_of_injured_that_tells_the_story_s_dead_as_another_event_s_is_apart():
    stories, last = placed(FIRST_CLASH, SECOND_CLASH)
    assert stories[0] != stories[1]
    assert "told as another event" in str(last.why)


BASE = report(
    1,
    10,
    "Suicide bomber kills 48 soldiers at Aden base",
    "ADEN: A suicide bomber killed 48 soldiers and wounded 29 on Monday as they lined up for pay at a base in Aden.",
)
CLAIM_OF_THE_NEXT = report(
    2,
    18,
    "Group claims killing of 49 soldiers in Aden",
    "The group has claimed a suicide bombing that left 49 soldiers dead at a base in Aden. The bomber struck on Tuesday. "
    "Tuesday's attack happened eight days after another bombing killed 48 soldiers and wounded 29 others.",
)


def test_the_claim_of_a_like_attack_days_later_that_tells_the_first_one_s_dead_is_apart():
    stories, last = placed(BASE, CLAIM_OF_THE_NEXT)
    assert stories[0] != stories[1]
    assert "told as another event" in str(last.why)


@pytest.mark.parametrize(
    ("title", "goes_on"),
    [
        ("IS claims Afghan bank bombing that killed eight", True),
        ("Group claims deadly Quetta church attack", True),
        ("Blast claims 12 lives in Quetta", False),
        ("Army claims dozens killed in attack", False),
        ("Speaker backs martial rule extension after Sultan Kudarat blast", True),
        ("Troops kill four after attack on checkpoint", False),
    ],
)
def test_who_claims_an_attack_or_answers_it_goes_on_with_it(title, goes_on):
    assert is_followup(report(1, 4, title, "Nothing more was told.")) is goes_on


def test_a_measure_that_begins_today_goes_on_with_the_attack_that_it_follows():
    station = report(
        21,
        2,
        "Suicide bomber kills 24 at Quetta railway station",
        "QUETTA: A suicide bomber blew himself up at the railway station of Quetta on Sunday, killing 24 people and wounding 53.",
    )
    trains = report(
        22,
        4,
        "Train service from Quetta suspended for four days",
        "QUETTA: The railways have suspended all trains to and from Quetta for four days beginning Tuesday, a spokesperson said. "
        "The move follows Sunday's suicide attack at the station, in which two dozen people lost their lives.",
    )
    stories, _ = placed(station, trains)
    assert stories[0] == stories[1]


def test_a_toll_that_is_lowered_days_later_goes_on_with_its_story():
    raid = report(
        23,
        9,
        "Mali : 95 morts dans une attaque contre un village près de Bankass",
        "BAMAKO : Des hommes armés ont tué 95 habitants d'un village près de Bankass dimanche soir, a dit le gouvernement.",
        "fr",
    )
    lowered = report(
        24,
        13,
        "Mali : le bilan de la tuerie près de Bankass ramené à 35 morts",
        "BAMAKO : Les autorités ont révisé à la baisse, mercredi, le bilan du massacre près de Bankass : 35 personnes ont été "
        "tuées, et non 95 comme annoncé.",
        "fr",
    )
    stories, _ = placed(raid, lowered)
    assert stories[0] == stories[1]
