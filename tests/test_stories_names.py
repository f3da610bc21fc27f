"""Names that sound alike in any script."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.sounds import sound_of
from digests.stories.desk import Desk
from digests.stories.dossier import examine
from digests.stories.names import names_of, shared
from tests.story_cases import article, facts

SCRIPTS = (
    ("Shamsiddin", "Шамсиддин"),
    ("Torkham", "تورخم", "طورخم", "Торхам"),
    ("Sariab", "سریاب", "सरियाब"),
    ("Muzaffarabad", "مظفرآباد"),
    ("Zaporizhzhia", "Запорожье"),
    ("Nabatieh", "النبطية", "נבטיה"),
    ("Obeid", "Обейд"),
    ("Şırnak", "Shirnak", "Ширнак"),
    ("Kharkiv", "Харькове"),
)


@pytest.mark.parametrize("written", SCRIPTS, ids=lambda names: names[0])
def test_a_name_sounds_the_same_in_every_script(written):
    assert len({sound_of(name) for name in written}) == 1


@pytest.mark.parametrize(
    ("one", "other"), [("Keran", "آخرون"), ("Quetta", "Kabul"), ("Mardan", "Multan"), ("Kharan", "Kohat")]
)
def test_other_names_sound_otherwise(one, other):
    assert sound_of(one) != sound_of(other)


def test_reports_in_two_languages_share_the_names_and_not_the_words_of_every_day():
    ours = names_of(
        article(1, "Blast on Sariab Road", "A bomb went off near Barech Market, Zarghun Marri of the levies said.")
    )
    theirs = names_of(article(2, "سریاب روڈ پر دھماکہ", "بریچ مارکیٹ کے قریب بم پھٹا، لیویز کے زرغون مری نے بتایا۔"))
    others = names_of(article(3, "گیس کا دھماکہ", "پشاور کے کارخانو بازار میں سلنڈر پھٹنے سے دو افراد زخمی ہوئے۔"))
    assert shared(ours, [theirs]) >= 2
    assert shared(ours, [others]) == 0
    assert shared(ours, []) == 0


def test_a_name_is_counted_once_however_many_members_tell_it():
    ours = names_of(article(1, "Blast on Sariab Road", "The road was closed."))
    assert shared(ours, [ours, ours]) == shared(ours, [ours])


def test_names_help_a_report_in_another_language_to_its_story():
    """The town is one that no gazetteer knows; the figure, the hour and the names tell the event."""
    desk = Desk()
    english = article(
        1, "Three killed in ambush at Zardkhel", "Gunmen fired at Shamsuddin Barakzai near Kotkai Spin Zardkhel."
    )
    urdu = article(
        2,
        "زردخیل میں فائرنگ",
        "مسلح افراد نے کوٹکئی کے قریب شمس الدین بارکزئی پر فائرنگ کی۔",
        language="ur",
        minutes=40,
    )
    first = desk.place(english, examine(english, facts(3, places=())))
    second = desk.place(urdu, examine(urdu, facts(3, places=())))
    assert second.story.id == first.story.id
    assert second.why["points"]["names"] > 0


@given(st.text())
def test_any_word_has_a_sound_of_latin_consonants(word):
    assert set(sound_of(word)) <= set("abdfgjklmnrstxk")
