"""Writes digests/stories/words.gz, the shares of texts that hold each word: `python -m tests.tools.make_words NAME FILE[:CAP]…`.

Each FILE holds texts of one kind, one a line, at best the first 1,000 characters of news. A word gets its largest share
over the files, so that a function word of one language is one in all. CAP is the largest share that a file may give: in
reports of attacks "killed" is everywhere and must still count a little. What the packaged table was counted from is
said in docs/stories.md; the threshold of placing (TAU) belongs to the table and must be measured anew with another.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from digests.stories.likeness import encode_table
from digests.text import tokenize

if TYPE_CHECKING:
    from collections.abc import Iterable

TABLE = Path(__file__).parents[2] / "digests" / "stories" / "words.gz"
CHARACTERS = 1_000
LEAST_TEXTS = 3  # that hold a word; fewer would be names of single texts
LONGEST_WORD = 30
KEPT = 30_000


def shares_of(texts: Iterable[str], cap: float) -> dict[str, float]:
    """The share of the texts that hold each word, at most `cap`."""
    holders: Counter[str] = Counter()
    total = 0
    for text in texts:
        total += 1
        holders.update({token.folded for token in tokenize(text[:CHARACTERS])})
    return {
        word: min(count / total, cap)
        for word, count in holders.items()
        if count >= LEAST_TEXTS and 1 < len(word) <= LONGEST_WORD and not word.isdecimal()
    }


def main(name: str, *sources: str) -> None:
    largest: dict[str, float] = {}
    for source in sources:
        path, _, cap = source.partition(":")
        with Path(path).open(encoding="utf-8") as lines:
            for word, share in shares_of(lines, float(cap or 1)).items():
                largest[word] = max(share, largest.get(word, 0.0))
    kept = sorted(largest.items(), key=lambda item: (-item[1], item[0]))[:KEPT]
    TABLE.write_bytes(encode_table(name, dict(kept)))
    print(f"{TABLE}: {len(kept)} words, {TABLE.stat().st_size} bytes")


if __name__ == "__main__":
    main(*sys.argv[1:])
