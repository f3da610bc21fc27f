"""The same text again: containment of shingles, furniture of a source, headlines without text."""

import random
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from digests.stories import Desk, examine
from digests.stories.copies import COPY, CopyIndex, Sketch, common, containment, is_copy, sketch_of
from tests.story_cases import BOMBING, CRICKET, article, facts

WORDS = [f"word{number}" for number in range(4_000)]


def text(seed: int, words: int = 400) -> str:
    random_ = random.Random(seed)
    return " ".join(random_.choice(WORDS) for _ in range(words))


def edited(body: str, share: float, seed: int = 1) -> str:
    random_ = random.Random(seed)
    return " ".join(random_.choice(WORDS) if random_.random() < share else word for word in body.split())


def sketch(body: str) -> Sketch:
    return sketch_of(article(1, body=body))


def test_edited_and_furnished_and_halved_texts_are_copies():
    found = total = 0
    for seed in range(40):
        body = text(seed)
        half = " ".join(body.split()[:200])
        for changed in (
            edited(body, 0.05),
            edited(body, 0.10),
            f"Home World Sport\n{body}\n{text(seed + 900, 60)}",
            half,
        ):
            total += 1
            found += is_copy(containment(sketch(body), sketch(changed)), sketch(body), sketch(changed))
    assert found / total >= 0.98


def test_different_texts_are_no_copies():
    sketches = [sketch(text(seed)) for seed in range(60)]
    pairs = [(one, other) for at, one in enumerate(sketches) for other in sketches[:at]]
    assert sum(containment(one, other) >= COPY for one, other in pairs) / len(pairs) <= 0.001


def test_a_short_text_inside_a_very_long_one_is_found_by_estimate():
    long_text = text(3, 5_000)
    assert sketch(long_text).level > 0
    assert containment(sketch(long_text), sketch(" ".join(long_text.split()[1_000:1_300]))) > 0.9


def test_nothing_is_proved_by_a_few_words():
    assert containment(sketch("Blast in Quetta, more soon"), sketch("Blast in Quetta, more soon")) == 0.0


def test_a_sketch_comes_back_from_text_as_it_went_in():
    for body in (BOMBING, "", text(5, 3_000)):
        assert Sketch.load(sketch(body).dump()) == sketch(body)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=400), st.text(max_size=400))
def test_containment_of_any_texts_lies_between_0_and_1(one, other):
    share = containment(sketch(one), sketch(other))
    assert 0.0 <= share <= 1.0
    assert share == containment(sketch(other), sketch(one))


def test_the_index_finds_half_a_text_and_forgets_what_was_removed():
    index = CopyIndex()
    bodies = {article(number).id: text(number) for number in range(200)}
    for article_id, body in bodies.items():
        index.add(article_id, "source", sketch(body))
    for article_id, body in bodies.items():
        assert article_id in index.candidates(sketch(" ".join(body.split()[:200])))
    for article_id, body in bodies.items():
        index.remove(article_id, "source", sketch(body))
        assert article_id not in index.candidates(sketch(body))


def test_what_a_source_puts_under_every_article_proves_no_copy():
    box = text(77, 120)
    desk = Desk()
    for number in range(5):
        one = article(
            number, f"Council of town {number} meets", f"{text(number, 90)}\n{box}", source="same.example.org"
        )
        placement = desk.place(one, examine(one, facts(kind=None, places=())))
        assert placement.copy_of is None
        assert placement.is_new


def test_furniture_of_a_source_proves_no_copy_by_another_source():
    box = text(77, 60)
    desk = Desk()
    for number in range(3):
        one = article(
            number, f"Council of town {number} meets", f"{text(number, 90)}\n{box}", source="first.example.org"
        )
        desk.place(one, examine(one, facts(kind=None, places=())))
    other = article(9, "A poem", f"{text(99, 40)}\n{box}", source="second.example.org")
    assert containment(sketch(other.body), sketch(f"{text(1, 90)}\n{box}")) >= COPY
    assert desk.place(other, examine(other, facts(kind=None, places=()))).copy_of is None


def test_a_copy_under_another_publisher_joins_as_a_link_and_no_witness():
    desk = Desk()
    first = article(1)
    desk.place(first, examine(first, facts(4, 11)))
    again = article(2, "Explosion in Quetta", f"World | Asia\n{BOMBING}\nAll rights reserved.", minutes=30)
    placement = desk.place(again, examine(again, facts(4, 11)))
    assert placement.copy_of == first.id
    assert placement.why["rule"] == "copy"
    assert placement.story.independent == 1
    assert placement.revision is None


def test_the_copy_of_a_copy_names_the_original():
    desk = Desk()
    for number in range(3):
        one = article(number, body=edited(BOMBING, 0.03, seed=number), minutes=number)
        placement = desk.place(one, examine(one, facts(4, 11)))
    assert placement.copy_of == article(0, body=edited(BOMBING, 0.03, seed=0)).id


def test_the_same_headline_without_text_is_one_flash_unless_figures_differ():
    title = "Explosion reported near Quetta railway station"
    desk = Desk()
    first, again = (article(n, title, "Details awaited.", minutes=n) for n in range(2))
    desk.place(first, examine(first, facts(2)))
    assert desk.place(again, examine(again, facts(2))).copy_of == first.id
    late = article(5, title, "Details awaited.", minutes=60 * 24 * 4)
    assert desk.place(late, examine(late, facts(9, day=late.time.date()))).is_new


def test_one_template_with_another_day_and_toll_is_another_event():
    operation = (
        "RAWALPINDI: Security forces killed {} militants in an operation in the Spinwam area of North Waziristan on {}, "
        "the media wing of the military said. Weapons and ammunition were recovered from the dead, who had taken part in "
        "attacks on forces and civilians. A search of the area was under way to find any other militant, it said."
    )
    desk = Desk()
    first = article(1, "Eight militants killed: military", operation.format("eight", "Thursday"))
    one = examine(first, facts(8, day=first.time.date(), attackers_only=True))
    second = article(2, "Six militants killed: military", operation.format("six", "Monday"), minutes=60 * 24 * 4)
    two = examine(second, facts(6, day=second.time.date(), attackers_only=True))
    assert containment(one.sketch, two.sketch) >= COPY
    desk.place(first, one)
    assert desk.place(second, two).is_new


def test_common_hashes_are_those_of_the_shared_sentence():
    shared = "the council will meet again on the first day of the month to vote on the road"
    one, other = sketch(f"{text(1, 50)} {shared}"), sketch(f"{shared} {text(2, 50)}")
    assert len(common(one, other)) == len(shared.split()) - 3


def test_the_same_article_is_no_copy_of_itself():
    desk = Desk()
    one = article(1)
    desk.place(one, examine(one, facts(4)))
    placement = desk.place(replace(one, title="Bomb in Quetta"), examine(one, facts(4)))
    assert (placement.is_new, placement.copy_of, len(placement.story.members)) == (False, None, 1)


def test_sport_and_bombs_share_no_text():
    assert containment(sketch(BOMBING), sketch(CRICKET)) == 0.0
