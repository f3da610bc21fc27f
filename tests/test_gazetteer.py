from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digests.gazetteer import GeoKind, load
from digests.text import fold

GAZETTEER = load()


def first(name: str) -> tuple[str, str]:
    place = GAZETTEER.by_name(fold(name))[0]
    return place.name, place.country


@pytest.mark.parametrize(
    ("name", "main", "country"),
    [
        ("Wana", "Wana", "PK"),
        ("Miran Shah", "Miranshah", "PK"),
        ("Menbiç", "Manbij", "SY"),
        ("Nabatiyeh", "Nabatieh", "LB"),
        ("Dschenin", "Jenin", "PS"),
        ("Jersón", "Kherson", "UA"),
        ("Komanda", "Komanda", "CD"),
        ("Datta Khel", "Datta Khel", "PK"),
        ("Pahalgam", "Pahalgam", "IN"),
        ("Islamabad", "Islamabad", "PK"),
        ("کابل", "Kabul", "AF"),
        ("پشاور", "Peshawar", "PK"),
        ("पहलगाम", "Pahalgam", "IN"),
        ("Кабул", "Kabul", "AF"),
        ("North Waziristan", "North Waziristan", "PK"),
        ("شمالی وزیرستان", "North Waziristan", "PK"),
        ("Tirah Valley", "Tirah", "PK"),
        ("Nangarhar", "Nangarhar", "AF"),
        ("Baluchistan", "Balochistan", "PK"),
    ],
)
def test_a_place_is_found_by_any_of_its_names(name: str, main: str, country: str) -> None:
    assert first(name) == (main, country)


def test_a_country_is_a_place_and_has_an_english_name() -> None:
    assert GAZETTEER.by_name("pakistan")[0].kind is GeoKind.COUNTRY
    assert GAZETTEER.countries["AF"] == "Afghanistan"
    assert len(GAZETTEER.countries) > 200


def test_districts_and_provinces_are_no_towns() -> None:
    assert GAZETTEER.by_name("kurram")[0].kind is GeoKind.AREA
    assert GAZETTEER.by_name("balochistan")[0].kind is GeoKind.REGION


def test_folded_names_of_the_file_are_those_of_today() -> None:
    # When the folding of words changes, the file must be made anew: python -m tests.tools.make_gazetteer
    wrong = [
        (place.name, name)
        for place in GAZETTEER.places[::50]
        for name in place.names
        if len(fold(name)) > 2 and place not in GAZETTEER.by_name(fold(name))
    ]
    assert not wrong


def test_airport_codes_and_transcriptions_are_no_names() -> None:
    assert not GAZETTEER.by_name("kbl")
    assert not GAZETTEER.by_name("ka bu er")


def test_places_are_a_sequence_that_can_be_sliced() -> None:
    assert [place.id for place in GAZETTEER.places[:3]] == [GAZETTEER.places[index].id for index in range(3)]
    assert GAZETTEER.places[-1].name


@settings(max_examples=100)
@given(st.text(max_size=30))
def test_an_unknown_name_has_no_places(name: str) -> None:
    assert bool(GAZETTEER.by_name(name)) is (name in GAZETTEER)
