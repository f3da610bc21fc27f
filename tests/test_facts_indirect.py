"""Casualties told without a casualty word beside their number, and figures of two sides."""

from __future__ import annotations

import re

import pytest

from digests.model import Kind
from digests.stories.facts.beginnings import Expressions, beginnings
from tests.test_facts import figures, read


@pytest.mark.parametrize(
    ("text", "killed", "injured"),
    [
        ("Our reporter counted seven bodies at the gate.", 7, None),
        ("Nine people were killed, and three bodies were pulled from the river.", 9, None),
        ("Two policemen died and nine people have been taken to the DHQ Teaching Hospital.", 2, 9),
        ("Five soldiers are in hospital; one has lost a leg.", None, 5),
        ("A pupil died on Saturday, the third victim of the bomb on the train.", 3, None),
        ("A driver died of his wounds, becoming the 13th fatality of the ambush two days ago.", 13, None),
        ("A technician has died, which takes to three the number of people killed by a bomb on a staff van.", 3, None),
        ("Gunmen took nine men off a bus near Nushki and shot them.", 9, None),
        ("The seven policemen who were killed on Friday were buried.", 7, None),
        ("Two men who tried to run were shot dead.", 2, None),
        ("Seven people, including porters who had been hired by the day, were killed.", 7, None),
        ("At least 126 people, more than 100 of them children, were killed.", 126, None),
        ("Funerals were held for nine of the 25 people killed in the church.", 25, None),
        ("Gunmen shot dead two policemen and injured a third.", 2, 1),
        ("Cas: 2 x LEA killed, 3 x LEA wnd.", 2, 3),
        ("Market hit. 14 FATAL, 30 plus INJ (medical source).", 14, 30),
        ("9 KIA (6 civ drivers, 3 soldiers), 14 WIA.", 9, 14),
        ("Toll: 12. Injured: 41.", 12, 41),
        ("The toll stood at 148 last night.", 148, None),
        ("More than 150 people were killed or injured.", None, None),
        ("Two fatal attacks were reported.", None, None),
    ],
)
def test_casualties_are_read_where_no_word_counts_them(text: str, killed: int | None, injured: int | None) -> None:
    assert figures(text) == (killed, injured)


@pytest.mark.parametrize(
    ("text", "language", "killed", "injured"),
    [
        ("مقتل عاملين اثنين في هجوم على مستودع", "ar", 2, None),
        ("Soixante-treize personnes ont été tuées et vingt et une blessées.", "fr", 73, 21),
        ("Погиб 58-летний охранник, восемь человек ранены.", "ru", 1, 8),
        ("शहीद जवानों की संख्या बढ़कर 25 हो गई है।", "hi", 25, None),
        ("В результате нападения более 150 человек погибли или получили ранения.", "ru", None, None),
        ("جسد چهار تن به شفاخانه رسیده است.", "fa", 4, None),
        ("Un policía herido murió el lunes, lo que eleva a 35 la cifra de muertos.", "es", 35, None),
        ("Un blessé est décédé lundi, ce qui porte à 25 le nombre de morts.", "fr", 25, None),
    ],
)
def test_other_languages_tell_casualties_in_their_own_order(
    text: str, language: str, killed: int | None, injured: int | None
) -> None:
    assert figures(text, language=language) == (killed, injured)


def test_what_a_group_says_it_did_gives_way_to_other_figures() -> None:
    body = "Officials said three soldiers were martyred. The group claimed to have killed 18 soldiers near Mach."
    facts = read(body, "Group claims 18 soldiers killed in Mach; officials report three")
    assert facts.killed is not None
    assert facts.killed.value == 3
    assert facts.boasted is not None
    assert facts.boasted.value == 18


def test_what_only_one_side_says_of_its_deeds_is_uncertain() -> None:
    facts = read("The group said it had killed 18 soldiers near Mach on Monday.")
    assert facts.killed is not None
    assert (facts.killed.value, facts.killed.approximate) == (18, True)
    assert facts.boasted == facts.killed


def test_victims_that_a_group_claims_do_not_hide_the_attackers_that_were_killed() -> None:
    body = "The army said 12 militants had been killed in a raid. The group said its fighters had killed 30 soldiers."
    facts = read(body, "Army says 12 militants killed in raid")
    assert facts.killed is not None
    assert (facts.killed.value, facts.attackers_only) == (12, True)
    assert facts.boasted is not None
    assert facts.boasted.value == 30


def test_a_follow_up_tells_the_figure_of_the_event_it_goes_on_with() -> None:
    body = (
        "UN experts called for guards on Monday, three days after a bombing that killed 13 people at a mosque.\n\n"
        "They spoke to elders.\n\nThe elders asked for weapons.\n\nIt named a school, where 53 died."
    )
    assert figures(body, "UN experts urge protection") == (13, None)


def test_a_month_alone_is_that_of_another_event() -> None:
    body = "An elder died when a bomb hit his car on Saturday. In January a bomb in Wana killed nine people."
    assert figures(body)[0] == 1


def test_an_inquiry_tells_the_dead_of_the_attack_it_is_about_unless_it_was_in_another_year() -> None:
    assert figures("A commission blamed the police for the January attack, in which 75 people were killed.")[0] == 75
    assert figures("A court sentenced a man over a bombing that killed 16 people in 2017.")[0] is None


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Police arrest six suspects in raids, seize explosives", Kind.ARRESTS),
        ("Security forces seize arms cache in operation near border", Kind.OTHER),
        ("Forty inmates escape in jail break, forces launch search operation", Kind.OTHER),
        ("Gunmen kidnap five labourers; security forces launch operation", Kind.ABDUCTION),
        ("Hundreds rally after police raids on homes of activists", Kind.PROTEST),
        ("Militants killed in security operation", Kind.ARMED_CLASH),
    ],
)
def test_an_operation_without_harm_is_no_clash(title: str, kind: Kind) -> None:
    found = read("", title).kind
    assert found is not None
    assert found.kind is kind


def test_processes_on_computers_are_no_dead() -> None:
    body = "The ransomware killed 212 processes. We map each TTP to MITRE ATT&CK; the malware exploits servers."
    assert figures(body, "Intrusions of the quarter") == (None, None)


def test_expressions_are_found_by_their_first_letters() -> None:
    assert beginnings("(?:flash )?floods?") == {"fla", "flo"}
    assert beginnings("ieds?(?!\\w)") == {"ied"}
    found = Expressions.of([("water", ["(?:flash )?floods?"]), ("bomb", ["bombs?(?!ed)"])])
    assert [name for name, _, _ in found.find("flash floods and a bomb, not bombed")] == ["water", "bomb"]


def test_expressions_find_what_one_pattern_finds() -> None:
    words = ["قتل", "هجوم"]
    text = "والهجوم قتل اثنين"
    found = Expressions.of([("attack", words)])
    plain = re.findall("(?<!\\w)(?:[وفبلك]?ال|لل|[وفبلك])??(?:قتل|هجوم)", text)
    assert len(list(found.find(text))) == len(plain)
