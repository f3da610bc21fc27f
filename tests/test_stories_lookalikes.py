"""Attacks on one city, of one kind, told by the same outlets in the same words, some days apart: always two stories."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from config import lexicon
from digests import gazetteer
from digests.model import Article, DateOrigin, Published, article_id
from digests.stories.desk import Desk
from digests.stories.dossier import examine
from digests.stories.evaluate import Case, evaluate, reading_order
from digests.stories.facts import Names, read_facts

WORDINGS = (
    (
        "{deed} kills {killed} in {city}",
        (
            "A {deed} near a {site} in {city} killed at least {killed} people and wounded {injured} on {day}, police said. The "
            "blast damaged several shops and vehicles. Rescue teams moved the injured to hospitals and the area was cordoned off."
        ),
    ),
    (
        "At least {killed} dead in {deed} at {site} in {city}",
        (
            "At least {killed} people were killed and {injured} others injured when a {deed} hit a {site} in {city} on {day}, "
            "officials told reporters. No group immediately claimed responsibility. The prime minister condemned the attack."
        ),
    ),
    (
        "{city} {deed}: {killed} martyred, {injured} injured",
        (
            "{killed} people embraced martyrdom while {injured} sustained injuries in a {deed} near a {site} in {city}, rescue "
            "sources said. A search operation has been launched and the nature of the explosion is being determined."
        ),
    ),
    (
        "Toll in {city} {deed} rises to {risen}",
        (
            "The death toll from the {deed} at a {site} in {city} rose to {risen} after some of the injured died in hospital, "
            "doctors said on {next_day}. {injured} people were still being treated."
        ),
    ),
)
CITIES = ("Peshawar", "Quetta", "Kabul", "Bannu", "Karachi", "Dera Ismail Khan")
DEEDS = ("suicide bombing", "bomb blast", "roadside bomb attack")
SITES = ("police station", "market", "bus terminal", "mosque", "school", "court", "bank", "hotel")
FIRST = datetime(2026, 1, 5, 6, tzinfo=UTC)


def attacks(days_apart, seed):
    """Two attacks on each city; the cities two weeks after one another."""
    names = Names(gazetteer.load(), tuple(lexicon.load()))
    random_ = random.Random(seed)
    for number, city in enumerate(CITIES):
        deed = random_.choice(DEEDS)
        tolls, sites = random_.sample(range(2, 21), 2), random_.sample(SITES, 2)
        for event in range(2):
            at = FIRST + timedelta(days=15 * number + days_apart * event)
            figures = {"killed": tolls[event], "injured": tolls[event] * 2 + 3, "risen": tolls[event] + 2}
            for outlet, (title, body) in enumerate(WORDINGS):
                told = at + timedelta(hours=2 * outlet + (20 if outlet == 3 else 0))
                words = {"deed": deed, "city": city, "site": sites[event], "day": f"{at:%A}", "next_day": f"{told:%A}"}
                yield case(
                    names,
                    outlet,
                    told,
                    f"{number}-{event}",
                    title.format(**words, **figures),
                    body.format(**words, **figures),
                )


def case(names, outlet, told, story, title, body):
    url = f"https://outlet{outlet}.example.org/{story}"
    article = Article(
        id=article_id(url, title, body),
        title=title,
        body=body,
        lead_end=len(body),
        seen=told,
        url=url,
        published=Published(told, DateOrigin.GIVEN),
        source=f"outlet{outlet}.example.org",
        publisher=f"outlet{outlet}.example.org",
        language="en",
    )
    return Case(article, read_facts(article, names), story)


@pytest.mark.parametrize("days_apart", [1, 2, 3, 6, 9])
def test_attacks_days_apart_are_never_one_story(days_apart):
    for seed in range(3):
        report = evaluate(reading_order(attacks(days_apart, seed)))
        assert report.pairs.precision == 1.0, report.misses
        assert report.pairs.recall >= 0.95, report.misses


@pytest.mark.parametrize("days_apart", [0, 3])
def test_the_words_of_one_attack_with_another_town_are_no_copy(days_apart):
    names = Names(gazetteer.load(), tuple(lexicon.load()))
    title, body = WORDINGS[2]
    filled = {"killed": 20, "injured": 43, "deed": "suicide bombing", "site": "market"}
    cases = [
        case(
            names,
            outlet,
            FIRST + timedelta(days=days_apart * outlet),
            city,
            title.format(city=city, **filled),
            body.format(city=city, **filled),
        )
        for outlet, city in enumerate(("Peshawar", "Kabul"))
    ]
    desk = Desk()
    placements = [desk.place(one.article, examine(one.article, one.facts)) for one in cases]
    assert placements[1].copy_of is None
