"""How far apart two places of stories are: reports of one event may name the town or the crossing next to it."""

from __future__ import annotations

from functools import lru_cache
from math import asin, cos, radians, sin, sqrt
from typing import TYPE_CHECKING

from digests.gazetteer import GeoKind, load
from digests.text import fold

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

__all__ = ["are_apart", "are_near", "kilometres"]

EARTH_KM = 6371.0
NEAR_KM = 25.0
IN_DISTRICT_KM = 40.0  # a district is a point in the gazetteer, and its towns lie around it


def are_near(ours: Iterable[str], theirs: Collection[str]) -> bool:
    """Whether a place of each side may be where one event happened."""
    return any(not are_apart(one, other) for one in ours for other in theirs)


@lru_cache(maxsize=20_000)
def are_apart(one: str, other: str) -> bool:
    """Whether two places, each as "name|country", cannot be where one event happened: over 25 km, a town and a district 40 km.

    A name that several places of a country have is each of them. A place without coordinates is apart from all others.
    """
    ours, theirs = positions(one), positions(other)
    return all(kilometres(a[:2], b[:2]) > (NEAR_KM if a[2] == b[2] else IN_DISTRICT_KM) for a in ours for b in theirs)


@lru_cache(maxsize=20_000)
def positions(spot: str) -> tuple[tuple[float, float, bool], ...]:
    """Latitude, longitude and whether it is a town, of each place that the spot may be."""
    name, _, country = spot.rpartition("|")
    return tuple(
        (place.latitude, place.longitude, place.kind is GeoKind.TOWN)
        for place in load().by_name(fold(name))
        if place.country == country and (place.latitude or place.longitude)
    )


def kilometres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """The great-circle distance of two points in degrees, by the haversine formula (R. W. Sinnott, 1984)."""
    up, along = radians(other[0] - one[0]), radians(other[1] - one[1])
    half = sin(up / 2) ** 2 + cos(radians(one[0])) * cos(radians(other[0])) * sin(along / 2) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(half)))
