"""Whether an article and a story name places that may be one: the same town, another district, another province."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digests.model import Zone
from digests.stories.distance import are_apart, are_near, divisions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from digests.model import Place
    from digests.stories.dossier import Dossier
    from digests.stories.live import LiveStory

__all__ = [
    "EXACT",
    "are_other_provinces",
    "is_at_own_spot",
    "is_elsewhere",
    "is_other_district",
    "is_other_headline",
    "is_other_spot",
    "spot_of",
]

EXACT = 0.9  # what sharing a town or district says; regions and countries say less


def spot_of(place: Place) -> str:
    """The key of a place: "name|country"."""
    return f"{place.name}|{place.country}"


def is_at_own_spot(dossier: Dossier, story: LiveStory) -> bool:
    """Whether both name a town or district in common."""
    return any(says >= EXACT and spot in story.own_spots for spot, says in dossier.spots.items())


def is_elsewhere(dossier: Dossier, story: LiveStory) -> bool:
    """Whether both name towns or districts, and none in common or nearby; districts are compared when both name them."""
    exact = {spot: says for spot, says in dossier.spots.items() if says >= EXACT}
    if not exact or exact.keys() & story.spots.keys():
        return False
    others = exact_spots(story)
    ours, theirs = districts_of(exact), districts_of(others)
    if not (ours and theirs):
        ours, theirs = list(exact), list(others)
    return bool(theirs) and all(are_apart(one, other) for one in ours for other in theirs)


def is_other_spot(dossier: Dossier, story: LiveStory) -> bool:
    """As `is_elsewhere`, and whether both name other spots of a district that they share."""
    ours = {spot for spot, says in dossier.spots.items() if says >= EXACT}
    theirs = exact_spots(story).keys()
    shared = ours & theirs
    if any(dossier.spots[spot] >= 1 for spot in shared):
        return False
    return bool(ours - shared and theirs - shared) and not are_near(ours - shared, theirs - shared)


def are_other_provinces(dossier: Dossier, story: LiveStory) -> bool:
    """Whether both name provinces or places in them, and none in common: Paktia and Ghazni."""
    ours, theirs = ({spot for spot in spots if divisions(spot)} for spots in (dossier.spots, story.own_spots))
    if not ours or not theirs or ours & story.spots.keys():
        return False
    codes, others = ({code for spot in spots for code in divisions(spot)} for spots in (ours, theirs))
    # Both sides of a border tell one event by their own towns.
    in_one_country = {code.partition(".")[0] for code in codes} == {code.partition(".")[0] for code in others}
    return in_one_country and codes.isdisjoint(others)


def is_other_district(dossier: Dossier, story: LiveStory) -> bool:
    """As `is_other_spot`; neighbouring districts are other ones too."""
    exact, others = {spot: says for spot, says in dossier.spots.items() if says >= EXACT}, exact_spots(story)
    ours, theirs = districts_of(exact), districts_of(others)
    if ours and theirs and exact.keys().isdisjoint(others):
        return True
    return is_other_spot(dossier, story)


def is_other_headline(dossier: Dossier, story: LiveStory) -> bool:
    """Whether headlines and first sentences of both name towns or districts, and all of them lie apart.

    Further down a report names other places too: where else something happened that day.
    """
    ours = headline_spots(dossier)
    theirs = {spot for seat in story.members.values() for spot in headline_spots(seat.dossier)}
    return bool(ours and theirs) and all(one != other and are_apart(one, other) for one in ours for other in theirs)


def headline_spots(dossier: Dossier) -> set[str]:
    """The towns and districts of the title and of the first sentences, down to the one that tells the killed."""
    facts = dossier.facts
    exact = [(place, spot) for place in facts.places if dossier.spots.get(spot := spot_of(place), 0) >= EXACT]
    told = [fact.sentence for fact in (facts.killed, facts.injured, facts.kind, facts.event_date) if fact]
    starts = [one.start for one in (*told, *(place.sentence for place in facts.places)) if one.zone is Zone.BODY]
    last = min(starts, default=0)
    if facts.killed and facts.killed.sentence.zone is Zone.BODY:
        last = facts.killed.sentence.start
    return {spot for place, spot in exact if place.sentence.zone is Zone.TITLE or place.sentence.start <= last}


def exact_spots(story: LiveStory) -> dict[str, float]:
    spots = (spot for seat in story.members.values() for spot in seat.dossier.spots.items())
    return {spot: says for spot, says in spots if says >= EXACT}


def districts_of(spots: Mapping[str, float]) -> list[str]:
    return [spot for spot, says in spots.items() if says < 1]
