"""What an article is about, by its words: conflict, or a field in which the short names of conflict news mean something else.

Naive Bayes over whole articles, as in Maron: Automatic indexing: an experimental inquiry (1961). What English words weigh is
derived from public texts by tests/tools/make_fields.py; `data/fields.txt` and `data/conflict.txt` add words of all languages.
"""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from digests.text import fold

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

__all__ = ["Leaning", "leaning_of", "listed"]

WEIGHT = 20  # tenths, of a word that was listed by hand
ENOUGH = 15  # weighed words by which a text shows its field


@dataclass(frozen=True, slots=True)
class Leaning:
    """How much the words of a text lean to conflict (above 0) or to other fields, in tenths a word."""

    mean: float
    weighed: int  # words
    total: float  # the same summed up
    ours: int  # distinct words that only conflict news puts beside a name
    others: int  # distinct words of other fields

    @property
    def is_sure(self) -> bool:
        """Whether the text is long enough for its mean to tell something."""
        return self.weighed >= ENOUGH


def leaning_of(words: AbstractSet[str]) -> Leaning:
    """What a text with these folded words is about."""
    table = weights()
    found = [table[word] for word in words if word in table]
    return Leaning(
        mean=sum(found) / len(found) if found else 0.0,
        weighed=len(found),
        total=float(sum(found)),
        ours=len(words & listed("conflict")),
        others=len(words & listed("fields")),
    )


@cache
def listed(name: str) -> frozenset[str]:
    """Folded words of a list, those in Latin letters in the plural too."""
    text = (resources.files("digests.matching") / "data" / f"{name}.txt").read_text("utf-8")
    found = {fold(word) for line in text.splitlines() if not line.startswith("#") for word in line.split()}
    return frozenset(found | {word + "s" for word in found if word.isascii() and len(word) > 3})


@cache
def weights() -> dict[str, int]:
    """What each word weighs, in tenths."""
    packed = (resources.files("digests.matching") / "data" / "field_words.gz").read_bytes()
    table = dict.fromkeys(listed("fields"), -WEIGHT) | dict.fromkeys(listed("conflict"), WEIGHT)
    for line in gzip.decompress(packed).decode().split("\n"):
        word, _, tenths = line.partition(" ")
        table[word] = int(tenths)
    return table
