"""Words that an article writes as two: cease-fire, M-23.

Any two neighbours of an article could be one word together. Most cannot: nothing in the vocabulary begins with the one, or
nothing ends with the other. That is what is known here, so that few pairs need to be looked up.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from digests.matching.inflections import APOSTROPHE
from digests.matching.judged import Judged
from digests.matching.keyfile import Sieve
from digests.matching.spelling import Kind
from digests.matching.words import FUNCTION_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

__all__ = ["Halves", "wholes", "without_ending"]

SHORTEST = 3  # letters of each half
MOST_PAIRS = 20_000  # neighbours that are remembered
LONGEST_OF_ACRONYM = 5  # letters of the first half
# Every fifth word of an English text; in small letters they are never half of anything.
EVERYWHERE = (
    "said says have has had will would could should can may did does not been being who whom which what when while where "
    "but than then they them you she him our your all any such some there these those how now also only about after napping"
)
NO_HALVES = FUNCTION_WORDS | frozenset(EVERYWHERE.split())


class Halves:
    """Which written words may be halves of the vocabulary's words."""

    __slots__ = ("beginnings", "enders", "endings", "filed", "strangers")

    def __init__(self) -> None:
        self.beginnings, self.endings = Sieve(), Sieve()
        self.filed = 0  # words of the vocabulary
        self.enders = Judged(self.may_end)
        self.strangers: set[tuple[str, str]] = set()  # neighbours that are no word together

    def file(self, words: Sequence[str]) -> None:
        """Remember the halves of the words that are new since the last time; `words` are all of the vocabulary."""
        if self.filed == len(words):
            return
        self.enders.clear()
        self.strangers.clear()
        new = [word for word in islice(words, self.filed, None) if len(word) >= 2 * SHORTEST and word[0] not in "^#"]
        self.filed = len(words)
        self.beginnings.add([hash(word[:cut]) for word in new for cut in range(SHORTEST, len(word) - SHORTEST + 1)])
        self.endings.add([hash(word[cut:]) for word in new for cut in range(SHORTEST, len(word) - SHORTEST + 1)])
        if self.beginnings.is_full:
            size = 1 << (2 * self.beginnings.count - 1).bit_length()
            self.beginnings, self.endings, self.filed = Sieve(size), Sieve(size), 0
            self.file(words)

    def pairs(self, written: Sequence[str], beginners: Iterable[int]) -> Iterator[int]:
        """The positions, of these of words that may begin one, where a word and the next may be one word together."""
        enders, strangers, last = self.enders, self.strangers, len(written) - 1
        for position in beginners:
            if position == last:
                return
            other = written[position + 1]
            if enders[other] and (written[position], other) not in strangers:
                yield position

    def part(self, pair: tuple[str, str]) -> None:
        """Remember that two neighbours are no word together."""
        if len(self.strangers) >= MOST_PAIRS:
            self.strangers.clear()
        self.strangers.add(pair)

    def may_begin(self, written: str) -> bool:
        if written in NO_HALVES:
            return False
        small = written.lower()
        return (is_half(small) and self.beginnings.may_have(small)) or is_half_of_acronym(written)

    def may_end(self, written: str) -> bool:
        if written in NO_HALVES:
            return False
        small = written.lower()
        if is_half(small) and (
            self.endings.may_have(small) or (small[-1] == "s" and self.endings.may_have(small[:-1]))
        ):
            return True
        return is_rest_of_acronym(written)


def wholes(one: str, other: str) -> Iterator[tuple[str, int, float]]:
    """What two neighbouring words, as written, may be together, with how well they are it."""
    low, high = one.lower(), other.lower()
    if is_half(low) and is_half(high):
        if FUNCTION_WORDS.isdisjoint((low, high)):
            yield low + high, Kind.INFLECTION, 97.0
        if min(len(low), len(high)) > SHORTEST and high[-1] == "s":
            yield low + high[:-1], Kind.INFLECTION, 96.0
    if is_half_of_acronym(one) and is_rest_of_acronym(other):
        yield "^" + low + without_ending(high), Kind.EXACT, 100.0


def is_half(small: str) -> bool:
    """Whether a word in small letters may be half of another."""
    return len(small) > SHORTEST or (len(small) == SHORTEST and small not in FUNCTION_WORDS)


def is_rest_of_acronym(written: str) -> bool:
    """Whether a word may be what an acronym ends in: 23, C, and as Turkish and English have it C'ye, 23's."""
    rest = without_ending(written)
    return rest.isupper() or rest.isdecimal()


def without_ending(written: str) -> str:
    return written if written.isalnum() else APOSTROPHE.split(written)[0]


def is_half_of_acronym(written: str) -> bool:
    return len(written) <= LONGEST_OF_ACRONYM and written.isupper()
