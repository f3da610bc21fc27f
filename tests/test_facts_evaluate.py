from __future__ import annotations

import json

from digests.gazetteer import load
from digests.stories.facts import Names
from digests.stories.facts.evaluate import evaluate

LINES = [
    {
        "title": "Three killed in Quetta blast",
        "text": "Five were injured.",
        "killed": 3,
        "injured": 5,
        "place": "Quetta",
    },
    {"title": "Blast heard in Kabul", "text": "Four people died on Sunday.", "killed": None, "published": "2024-05-13"},
    {"title": "Storm over Herat", "text": "Dozens were killed.", "killed": 40, "event_date": "2024-05-12"},
]


def test_right_wrong_and_missed_figures_are_counted_by_field() -> None:
    report = evaluate([json.dumps(line) for line in LINES] + ["", " "], Names(load()))
    killed = report.scores["killed"]
    assert (killed.right, killed.wrong, killed.missed) == (1, 1, 1)
    assert killed.precision == 0.5
    assert killed.recall == 0.5
    assert killed.f1 == 0.5
    assert (report.scores["injured"].right, report.scores["place"].right) == (1, 1)
    assert report.scores["event_date"].missed == 1
    assert report.scores["kind"].f1 == 0.0


def test_a_miss_shows_the_sentence_that_misled() -> None:
    report = evaluate([json.dumps(LINES[1])], Names(load()))
    assert [(miss.field, miss.expected, miss.found) for miss in report.misses] == [("killed", "None", "4")]
    assert "Four people died" in report.misses[0].sentence
