"""Writes digests/matching/data/field_words.gz from texts by field: `python -m tests.tools.make_fields FOLDER`.

FOLDER holds a folder for each field (`conflict`, and any others: business, medicine, ...), and in it files of one text a line; each file
is one collection, and counts as much as any other of its field. Kept are words, not names, with what they weigh: the
logarithm of how much more often a text on conflict holds the word than one of the other fields, in tenths.
"""

from __future__ import annotations

import gzip
import math
import sys
from collections import Counter
from pathlib import Path

from digests.matching.words import FUNCTION_WORDS, is_english, is_name, is_word
from digests.text import fold, spans

DATA = Path(__file__).parents[2] / "digests" / "matching" / "data"
LEAST = 6  # texts that hold a word
SMOOTH = 0.0008
HEAVY, LIGHTEST = 30, 5  # tenths


def shares(file: Path, seen: Counter[str]) -> dict[str, float]:
    """The share of the texts of one collection that hold a word."""
    held: Counter[str] = Counter()
    texts = file.read_text("utf-8").splitlines()
    for text in texts:
        held.update({fold(word) for word, _ in spans(text)})
    seen.update(held)
    return {word: count / len(texts) for word, count in held.items()}


def mean(tables: list[dict[str, float]]) -> dict[str, float]:
    words = {word for table in tables for word in table}
    return {word: sum(table.get(word, 0.0) for table in tables) / len(tables) for word in words}


def is_kept(word: str, tenths: int) -> bool:
    return (
        abs(tenths) >= LIGHTEST
        and len(word) > 2
        and word.isalpha()
        and word not in FUNCTION_WORDS
        and (is_english(word) or (tenths < 0 and not is_word(word)))
        and not (is_name(word) and not is_english(word))
    )


def main(folder: Path) -> None:
    seen: Counter[str] = Counter()
    fields = {
        field.name: mean([shares(file, seen) for file in sorted(field.glob("*.txt"))])
        for field in sorted(folder.iterdir())
        if field.is_dir()
    }
    ours = fields.pop("conflict")
    lines = []
    for word in sorted(word for word, count in seen.items() if count >= LEAST):
        others = [field.get(word, 0.0) for field in fields.values()]
        theirs = (max(others) + sum(others) / len(others)) / 2
        tenths = round(10 * math.log((ours.get(word, 0.0) + SMOOTH) / (theirs + SMOOTH)))
        if is_kept(word, tenths):
            lines.append(f"{word} {max(-HEAVY, min(HEAVY, tenths))}")
    packed = gzip.compress("\n".join(lines).encode(), mtime=0)
    (DATA / "field_words.gz").write_bytes(packed)
    print(f"{len(lines)} words of {', '.join(fields)}; {len(packed)} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
