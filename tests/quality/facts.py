"""The pinned floors of facts: `python -m tests.quality.facts` prints the figures and fails below a floor.

The cases are invented reports in the manner of news from the region, in eleven languages.
"""

from __future__ import annotations

import sys
from pathlib import Path

from config import lexicon
from digests import gazetteer
from digests.stories.facts import Names
from digests.stories.facts.evaluate import Report, evaluate

CASES = Path(__file__).with_name("facts.jsonl")
# F1 may not fall below these. They stand a little under what is reached, so that one arguable case may change.
FLOORS = {"killed": 0.98, "injured": 0.98, "kind": 0.97, "place": 0.98, "event_date": 0.99, "claim": 0.97}


def names() -> Names:
    """All that the packaged gazetteer and lexicon know."""
    return Names(gazetteer.load(), tuple(lexicon.load()))


def report() -> Report:
    return evaluate(CASES.read_text(encoding="utf-8").splitlines(), names())


def main() -> bool:
    """Prints a line for each field and each miss; True when all floors hold."""
    result = report()
    for miss in result.misses:
        print(f"  {miss.field}: expected {miss.expected}, found {miss.found} | {miss.title} | {miss.sentence[:100]}")
    held = True
    for field, floor in FLOORS.items():
        score = result.scores[field]
        held = held and score.f1 >= floor
        print(
            f"facts {field:10} precision {score.precision:.3f} recall {score.recall:.3f} F1 {score.f1:.3f} floor {floor}"
        )
    return held


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
