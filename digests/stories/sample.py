"""Sets of hashes cut to a size, so that they can still be compared: all values below a limit, the same limit for everyone.

"Scaled" or FracMinHash sketches (Irber et al. 2022).
"""

from __future__ import annotations

from array import array
from base64 import b85decode, b85encode
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from zlib import crc32

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["BITS", "Sample", "by_hash", "comparable", "sample", "sample_of"]

BITS = 32
SPREAD, LAST = 2_654_435_761, 0xFFFF_FFFF


def none() -> array[int]:
    return array("I")


@dataclass(frozen=True, slots=True)
class Sample:
    """The hashes of a set, sorted: all of them below `2 ** (32 - level)`."""

    hashes: array[int] = field(default_factory=none)
    level: int = 0

    def dump(self) -> str:
        return f"{self.level}:{b85encode(self.hashes.tobytes()).decode()}"

    @classmethod
    def load(cls, level: str, packed: str) -> Sample:
        hashes = array("I")
        hashes.frombytes(b85decode(packed))
        return cls(hashes, int(level))

    def below(self, level: int) -> set[int]:
        """The values below the limit of a level that is not lower than its own."""
        return set(self.hashes) if level == self.level else {v for v in self.hashes if v < 1 << (BITS - level)}


def sample(texts: Iterable[str], most: int) -> Sample:
    """The hashes of distinct texts, at most so many."""
    return sample_of(by_hash(texts), most)


def by_hash(texts: Iterable[str]) -> dict[int, str]:
    """Distinct texts by their hashes, which are the same in every process."""
    # A checksum is five times as fast as a cryptographic hash; the odd factor spreads it over all 32 bits (Knuth 6.4).
    return {crc32(text.encode("utf-8", "surrogatepass")) * SPREAD & LAST: text for text in set(texts)}


def sample_of(hashes: Iterable[int], most: int) -> Sample:
    """Of distinct hashes, at most so many."""
    kept = sorted(hashes)
    level = 0
    while len(kept) > most:
        level += 1
        kept = [value for value in kept if value < 1 << (BITS - level)]
    return Sample(array("I", kept), level)


def comparable(one: Sample, other: Sample) -> tuple[set[int], set[int]]:
    """Both sets below the same limit."""
    level = max(one.level, other.level)
    return one.below(level), other.below(level)
