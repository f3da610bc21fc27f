"""What is read of Bengali reports: figures with their classifiers, towns with the endings of cases, days."""

from datetime import UTC, date, datetime

import pytest

from digests.model import Kind
from tests.test_facts import read


@pytest.mark.parametrize(
    ("text", "killed", "injured"),
    [
        ("ঢাকায় বিস্ফোরণে কমপক্ষে ২৭ জন নিহত ও ৬০ জন আহত হয়েছেন।", 27, 60),
        ("করাচিতে বোমা হামলায় নিহত হয়েছেন ছয়জন, আহত ২০।", 6, 20),
        ("খুলনায় দুই পুলিশ কর্মকর্তাসহ ছয়জন নিহত হয়েছেন। আহত হয়েছেন অন্তত ৪০ জন।", 6, 40),
        ("শ্রীনগরে জঙ্গি হামলায় ২৬ জন পর্যটকের মৃত্যু হয়েছে।", 26, None),
        ("কাবুলে হামলায় নিহতের সংখ্যা বেড়ে ৩২ জনে দাঁড়িয়েছে।", 32, None),
        ("চট্টগ্রামে চার জঙ্গিকে গ্রেপ্তার করা হয়েছে।", None, None),
    ],
)
def test_figures(text, killed, injured):
    facts = read(text, language="bn")
    assert (facts.killed.value if facts.killed else None) == killed
    assert (facts.injured.value if facts.injured else None) == injured


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("ঢাকায় বিস্ফোরণে ২৭ জন নিহত হয়েছেন।", "Dhaka"),
        ("কাবুলে বিস্ফোরণে ২৭ জন নিহত হয়েছেন।", "Kabul"),
        ("দিল্লিতে বিস্ফোরণে ২৭ জন নিহত হয়েছেন।", "Delhi"),
        ("মণিপুরে সংঘর্ষে চারজন নিহত হয়েছেন।", "Manipur"),
    ],
)
def test_a_town_is_known_with_the_ending_of_its_case(text, place):
    assert [one.name for one in read(text, language="bn").places] == [place]


def test_a_bomb_is_no_town_of_the_congo():
    facts = read("বোমা বিস্ফোরণে সিলেটে ৬ জন নিহত হয়েছেন।", language="bn")
    assert [one.name for one in facts.places] == ["Sylhet"]
    assert facts.kind.kind is Kind.IED


def test_yesterday_and_a_weekday_are_days():
    facts = read("গতকাল শনিবার ঢাকায় ছয়জন নিহত হয়েছেন।", language="bn", published=datetime(2017, 3, 26, 9, tzinfo=UTC))
    assert facts.event_date.day == date(2017, 3, 25)
