"""Texts of one template on different days and events are no copies; short texts with a few words replaced are."""

from __future__ import annotations

import random
from datetime import timedelta
from itertools import combinations

import pytest

from digests.stories import Desk, examine
from digests.stories.copies import Sketch, agree, containment, is_copy, is_filled_again, sketch_of
from digests.stories.marks import Mark, marks_of
from digests.text import spans
from tests.story_cases import START, article, facts

TEMPLATES = {
    "weather": (
        (
            "The weather office has forecast rain with thunder in {0} from {1} to {2}. Flash floods may come down the streams of {3}, and"
            " landslides may close the roads in the hills. Temperatures on {4} reached {5} degrees in {6} and {7} in {8}. Farmers are advised"
            " to look after their crops, and travellers to stay away from rivers until the spell is over."
        ),
        [
            ("Kohistan and Dir", "Friday", "Sunday", "Swat", "Wednesday", "38", "Dadu", "31", "Lahore"),
            ("Kohistan and Dir", "Saturday", "Monday", "Swat", "Thursday", "37", "Sibi", "30", "Lahore"),
            ("Poonch and Murree", "Tuesday", "Thursday", "Haveli", "Sunday", "41", "Turbat", "33", "Multan"),
        ],
    ),
    "earthquake": (
        (
            "An earthquake of magnitude {0} shook {1} on {2}, the seismic centre said. The epicentre was in {3} at a depth of {4} kilometres, and"
            " the tremors were felt at {5}. People ran out of their houses and recited verses. No loss of life or damage was reported at once,"
            " but rescue workers were told to be ready, and schools were inspected by engineers in the morning."
        ),
        [
            ("4.7", "Swat", "Monday", "the Hindu Kush", "187", "2:14pm"),
            ("4.4", "Swat", "Tuesday", "the Hindu Kush", "165", "9:31am"),
            ("5.1", "Islamabad", "Thursday", "Badakhshan", "210", "11:40pm"),
        ],
    ),
    "market": (
        (
            "The stock exchange closed {0} on {1}. The index moved by {2} points, or {3} per cent, and ended at {4}. Of {5} companies that were"
            " traded, {6} gained and {7} lost. {8} led the volumes with {9} shares. Brokers said that investors were waiting for the review of"
            " the loan programme, and that foreign funds had neither bought nor sold in large numbers."
        ),
        [
            ("higher", "Monday", "1,204", "1.02", "119,310", "468", "261", "171", "Hub Power", "48,310,112"),
            ("lower", "Tuesday", "642", "0.54", "118,668", "471", "158", "274", "Pak Refinery", "39,004,518"),
            ("higher", "Wednesday", "88", "0.07", "118,757", "459", "214", "203", "Bank of Punjab", "51,780,233"),
        ],
    ),
    "statement": (
        (
            "In the past day {0} attacks were counted along the front, the general staff said on {1}. In the direction of {2} the enemy attacked"
            " {3} times, near {4} it was stopped {5} times. Aircraft carried out {6} strikes and dropped {7} guided bombs. In addition {8} drones"
            " were used for attacks, and positions and settlements were shelled {9} times, also with rocket launchers."
        ),
        [
            ("142", "Monday", "Pokrovsk", "45", "Lyman", "19", "61", "98", "4,120", "3,305"),
            ("167", "Tuesday", "Pokrovsk", "51", "Lyman", "22", "74", "121", "4,377", "3,490"),
            ("119", "Friday", "Huliaipole", "33", "Kupiansk", "11", "58", "83", "3,944", "3,012"),
        ],
    ),
}
SHORT = (
    (
        "Gunmen opened fire on a vaccination team in the Damadola area of Bajaur on Monday morning and killed a policeman who guarded it."
        " Two health workers escaped unhurt. The attackers fled on a motorcycle, the police said. The campaign was suspended until further"
        " orders from the district administration."
    ),
    (
        "At least eleven people died when a bus plunged into a ravine near Zhob late on Saturday, rescue workers said. It had been on its way"
        " from Quetta to Islamabad with thirty-four passengers. Rain hampered the rescue, and four of the injured were in a critical condition."
    ),
    (
        "Ten people were killed when a missile hit a building of nine storeys in Ternopil early on Wednesday, the interior minister said."
        " Firefighters carried residents down ladders through the smoke. Forty-eight missiles were launched that night, of which forty-one were"
        " shot down, according to the air force."
    ),
)


def sketch(number: int, body: str) -> Sketch:
    return sketch_of(article(number, body=body))


def edited(body: str, share: float, random_: random.Random) -> str:
    others = " ".join(SHORT).split()
    return " ".join(random_.choice(others) if random_.random() < share else word for word in body.split())


@pytest.mark.parametrize("name", TEMPLATES)
def test_one_template_filled_twice_makes_no_copies(name):
    wording, slots = TEMPLATES[name]
    for one, other in combinations([sketch(number, wording.format(*some)) for number, some in enumerate(slots)], 2):
        share = containment(one, other)
        assert is_filled_again(share, one, other) or not is_copy(share, one, other)


@pytest.mark.parametrize("name", TEMPLATES)
def test_an_edited_text_of_a_template_is_still_a_copy(name):
    wording, slots = TEMPLATES[name]
    random_ = random.Random(7)
    found = 0
    for _ in range(50):
        body = wording.format(*random_.choice(slots))
        one, other = sketch(1, body), sketch(2, edited(body, 0.08, random_))
        share = containment(one, other)
        found += is_copy(share, one, other) and not is_filled_again(share, one, other)
    assert found >= 49


@pytest.mark.parametrize("share", [0.05, 0.1])
def test_short_texts_with_words_replaced_are_copies(share):
    random_ = random.Random(3)
    found = 0
    for _ in range(100):
        body = random_.choice(SHORT)
        one, other = sketch(1, body), sketch(2, edited(body, share, random_))
        part = containment(one, other)
        found += is_copy(part, one, other) and not is_filled_again(part, one, other)
    assert found >= 98


def test_a_text_with_a_third_of_another_is_a_copy_and_no_template():
    bodies = [wording.format(*slots[0]) for wording, slots in TEMPLATES.values()]
    one = sketch(1, f"{bodies[0]} {bodies[1]}")
    other = sketch(2, f"{bodies[0]} {bodies[2]}")
    share = containment(one, other)
    assert not is_filled_again(share, one, other)


def test_a_misread_day_separates_no_text_that_agrees_in_everything_else():
    body = SHORT[1]
    again = body.replace("late on Saturday", "late on Sunday")
    assert agree(sketch(1, body), sketch(2, again))
    desk = Desk()
    first, second = article(1, body=body), article(2, "Bus falls into ravine", again, minutes=90)
    for one, day in ((first, START.date()), (second, START.date() - timedelta(days=3))):
        desk.place(one, examine(one, facts(day=day)))
    assert desk.story_of(first.id) == desk.story_of(second.id)


def test_words_are_marked_by_what_they_tell_of_an_event():
    text = "Officials said that three men died near Zhob on Monday. Doctors said so."
    marks = marks_of(text, spans(text), "en")
    assert marks["three"] is marks["monday"] is Mark.FIGURE
    assert marks["zhob"] is Mark.NAME
    assert marks["said"] is marks["that"] is Mark.LITTLE
    assert marks["doctors"] is Mark.MUCH


def test_a_sketch_comes_back_with_all_its_parts_and_an_older_one_without():
    whole = sketch(1, SHORT[0])
    assert Sketch.load(whole.dump()) == whole
    older = Sketch.load(":".join(whole.dump().split(":")[:3]))
    assert (older.hashes, older.size, older.words.hashes) == (whole.hashes, whole.size, type(whole.hashes)("I"))
