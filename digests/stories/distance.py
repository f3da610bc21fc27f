"""How two places of stories lie to each other: reports of one event may name the town next to it, or only its province."""

from __future__ import annotations

from functools import lru_cache
from math import asin, cos, radians, sin, sqrt
from typing import TYPE_CHECKING

from digests.gazetteer import GeoKind, load
from digests.text import fold

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from digests.gazetteer import GeoPlace

__all__ = ["are_apart", "are_near", "divisions", "kilometres", "lie_within", "may_be_town_of"]

EARTH_KM = 6371.0
NEAR_KM = 25.0
IN_DISTRICT_KM = 40.0  # a district is a point in the gazetteer, and its towns lie around it


def are_near(ours: Iterable[str], theirs: Collection[str]) -> bool:
    """Whether a place of each side may be where one event happened."""
    return any(not are_apart(one, other) for one in ours for other in theirs)


def may_be_town_of(ours: Iterable[str], theirs: Collection[str]) -> bool:
    """Whether one side names a district and the other a town near its middle, which may lie in it."""
    return any(not are_apart(one, other) for one in ours for other in theirs if _is_town(one) != _is_town(other))


@lru_cache(maxsize=20_000)
def _is_town(spot: str) -> bool:
    return any(place.kind is GeoKind.TOWN for place in meanings(spot))


@lru_cache(maxsize=4_000)
def are_apart(one: str, other: str) -> bool:
    """Whether two places, each as "name|country", cannot be where one event happened: over 25 km, a town and a district 40 km.

    A name that several places of a country have is each of them. A place without coordinates is apart from all others.
    """
    ours, theirs = positions(one), positions(other)
    return all(kilometres(a[:2], b[:2]) > (NEAR_KM if a[2] == b[2] else IN_DISTRICT_KM) for a in ours for b in theirs)


def lie_within(narrow: Iterable[str], wide: Collection[str]) -> bool:
    """Whether one side names only regions and countries, and a place of the other lies in one of them."""
    return not any(map(_is_exact, wide)) and any(_contains(one, other) for other in narrow for one in wide)


@lru_cache(maxsize=20_000)
def _is_exact(spot: str) -> bool:
    kinds = {place.kind for place in meanings(spot)}
    return not kinds.isdisjoint((GeoKind.TOWN, GeoKind.AREA)) and GeoKind.REGION not in kinds  # Balkh is both


@lru_cache(maxsize=20_000)
def _contains(wide: str, narrow: str) -> bool:
    """Whether one place, a region or a country, is where the other lies, each as "name|country"."""
    if wide.rpartition("|")[2] != narrow.rpartition("|")[2]:
        return False
    kinds = {place.kind for place in meanings(wide)}
    return GeoKind.COUNTRY in kinds or (GeoKind.REGION in kinds and not divisions(wide).isdisjoint(divisions(narrow)))


@lru_cache(maxsize=20_000)
def divisions(spot: str) -> frozenset[str]:
    """The first-order divisions ("PK.02" is Balochistan) that the place may lie in or consist of."""
    return frozenset(f"{p.country}.{code}" for p in meanings(spot) for code in p.admin1.split("+") if code)


def meanings(spot: str) -> list[GeoPlace]:
    """The places of the gazetteer that "name|country" may be."""
    name, _, country = spot.rpartition("|")
    return [place for place in load().by_name(fold(name)) if place.country == country]


@lru_cache(maxsize=20_000)
def positions(spot: str) -> tuple[tuple[float, float, bool], ...]:
    """Latitude, longitude and whether it is a town, of each place that the spot may be."""
    return tuple(
        (place.latitude, place.longitude, place.kind is GeoKind.TOWN)
        for place in meanings(spot)
        if place.latitude or place.longitude
    )


def kilometres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """The great-circle distance of two points in degrees, by the haversine formula (R. W. Sinnott, 1984)."""
    up, along = radians(other[0] - one[0]), radians(other[1] - one[1])
    half = sin(up / 2) ** 2 + cos(radians(one[0])) * cos(radians(other[0])) * sin(along / 2) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(half)))
