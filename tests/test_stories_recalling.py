"""Events of weeks ago: an arrest, a release, and what only looks like one."""

from datetime import timedelta

import pytest

from digests.model import Kind
from digests.stories.desk import Desk
from digests.stories.dossier import examine
from tests.story_cases import START, article, facts

DAY = 24 * 60
ARREST = (
    "The counter-terrorism department said on Monday that it had arrested a facilitator of the {day} blast in the onion "
    "market of Hazar Ganji. He had brought the bomb to Quetta in a truck of onions, officials told reporters."
)


def joined(later, said, first=None):
    """Whether an article of forty days later joins the story of the bombing in the market."""
    desk = Desk()
    bombing = article(1)
    desk.place(bombing, examine(bombing, first or facts(12, 30, day=START.date())))
    desk.place(later, examine(later, said))
    return desk.story_of(bombing.id) == desk.story_of(later.id)


def arrest(day="March 2"):
    return article(2, "Facilitator of Hazar Ganji market blast arrested", ARREST.format(day=day), minutes=40 * DAY)


def named(at):
    return f"{at:%B} {at.day}"


def test_an_arrest_that_names_the_day_of_the_attack_goes_on_with_it():
    assert joined(arrest(named(START)), facts(None, None))
    assert not joined(arrest(named(START + timedelta(days=3))), facts(None, None))


@pytest.mark.parametrize(("killed", "expected"), [(12, True), (9, False), (None, False)])
def test_an_arrest_that_tells_its_toll_goes_on_with_it(killed, expected):
    assert joined(arrest("last month's"), facts(killed, None)) is expected


def test_a_new_attack_of_the_same_toll_does_not():
    title, body = (
        "Blast in Quetta kills 12",
        "A bomb went off in a bus in Quetta on Monday, killing 12 people, police said.",
    )
    assert not joined(article(2, title, body, minutes=40 * DAY), facts(12, None))


def test_the_abducted_who_come_free_weeks_later_belong_to_the_abduction():
    took = facts(None, None, kind=Kind.ABDUCTION, day=START.date())
    title = "Twelve onion traders abducted at Hazar Ganji market released"
    body = (
        "The traders who were abducted at the onion market of Hazar Ganji near Quetta came home on Monday, elders said."
    )
    assert joined(article(2, title, body, minutes=30 * DAY), facts(None, None, kind=Kind.ABDUCTION), first=took)
    assert not joined(article(2, title, body, minutes=60 * DAY), facts(None, None, kind=Kind.ABDUCTION), first=took)
