"""The same text again: sets of hashed shingles, how much of one is contained in the other, and an index of them.

Containment of 4-word shingles, as in Broder: On the resemblance and containment of documents (1997). Of long texts only
the hashes below a limit are kept, the same limit for everyone ("scaled" or FracMinHash sketches, Irber et al. 2022), so
that containment can be estimated between a sketch and any other.
"""

from __future__ import annotations

from array import array
from base64 import b85decode, b85encode
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zlib import crc32

from digests.text import spans

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from digests.model import Article, ArticleId

__all__ = ["COPY", "LEAST", "SHARES_TEXT", "CopyIndex", "Sketch", "common", "containment", "is_copy", "sketch_of"]

COPY = 0.5  # at least this share of the smaller text stands in the other: a copy
SHARES_TEXT = 0.3  # not a copy, but not an independent text either
SHORT_COPY = 0.8  # the same for short texts, where a box of the page weighs as much as the news
LEAST, SHORT = 20, 30  # shingles: nothing can be proved below the first, a text is short below the second
WIDTH = 4  # words in a shingle
LONGEST = 6_000  # shingles of a text that are looked at
KEPT = 512  # hashes of a sketch
LEAST_SAMPLE = 8  # hashes that the smaller text must have in a comparison
INDEXED = 40  # smallest hashes of a sketch that find candidates
POSTINGS = 40  # a hash of more articles than these is furniture
BITS = 32


@dataclass(frozen=True, slots=True)
class Sketch:
    """The hashed shingles of a text, sorted: all of them below `2 ** (32 - level)`; `size` shingles before that cut."""

    hashes: array[int]
    size: int = 0
    level: int = 0

    @property
    def is_short(self) -> bool:
        """Whether the text is too short to prove that another one is its copy."""
        return self.size < LEAST

    def dump(self) -> str:
        return f"{self.size}:{self.level}:" + b85encode(self.hashes.tobytes()).decode()

    @classmethod
    def load(cls, text: str) -> Sketch:
        size, level, packed = text.split(":", 2)
        hashes = array("I")
        hashes.frombytes(b85decode(packed))
        return cls(hashes, int(size), int(level))


def sketch_of(article: Article) -> Sketch:
    """The sketch of the article's body (of its title too when there is little body)."""
    words = [word.casefold() for word, _ in spans(article.body)]
    if len(words) < LEAST + WIDTH:
        words = [word.casefold() for word, _ in spans(article.title)] + words
    words = words[: LONGEST + WIDTH - 1]
    shingles = {" ".join(words[start : start + WIDTH]) for start in range(len(words) - WIDTH + 1)}
    hashes = sorted({_hashed(shingle) for shingle in shingles})
    level = 0
    while len(hashes) > KEPT:
        level += 1
        hashes = [value for value in hashes if value < 1 << (BITS - level)]
    return Sketch(array("I", hashes), len(shingles), level)


def _hashed(shingle: str) -> int:
    # A checksum is five times as fast as a cryptographic hash; the odd factor spreads it over all 32 bits (Knuth 6.4).
    return crc32(shingle.encode("utf-8", "surrogatepass")) * 2_654_435_761 & 0xFFFF_FFFF


def containment(one: Sketch, other: Sketch, without: Collection[int] = ()) -> float:
    """How much of the smaller text stands in the other, 0 to 1; 0 when one of them is too short to tell.

    `without` are hashes that count for neither: furniture of a source.
    """
    if one.is_short or other.is_short:
        return 0.0
    first, second = _comparable(one, other)
    if without:
        first, second = first.difference(without), second.difference(without)
    smaller = min(len(first), len(second))
    return len(first & second) / smaller if smaller >= LEAST_SAMPLE else 0.0


def is_copy(share: float, one: Sketch, other: Sketch) -> bool:
    """Whether a containment of this share shows that one text copies the other."""
    return share >= (COPY if min(one.size, other.size) >= SHORT else SHORT_COPY)


def common(one: Sketch, other: Sketch) -> set[int]:
    """The hashes that both sketches hold."""
    first, second = _comparable(one, other)
    return first & second


def _comparable(one: Sketch, other: Sketch) -> tuple[set[int], set[int]]:
    level = max(one.level, other.level)
    return tuple(  # type: ignore[return-value]  # a tuple of exactly the two
        set(sketch.hashes) if sketch.level == level else {v for v in sketch.hashes if v < 1 << (BITS - level)}
        for sketch in (one, other)
    )


class CopyIndex:
    """Articles by their smallest hashes, and the latest articles of each source to know its furniture by."""

    REMEMBERED = 60  # articles of a source

    def __init__(self) -> None:
        self._postings: dict[int, ArticleId | list[ArticleId]] = {}  # most hashes have one holder: no list for it
        self._latest: dict[str, deque[tuple[ArticleId, Sketch]]] = {}

    def add(self, article_id: ArticleId, source: str, sketch: Sketch) -> None:
        for value in sketch.hashes[:INDEXED]:
            holders = self._postings.get(value)
            if holders is None:
                self._postings[value] = article_id
            elif isinstance(holders, str):
                self._postings[value] = [holders, article_id]
            elif len(holders) < POSTINGS:
                holders.append(article_id)
        if source:
            self._latest.setdefault(source, deque(maxlen=self.REMEMBERED)).append((article_id, sketch))

    def remove(self, article_id: ArticleId, source: str, sketch: Sketch) -> None:
        for value in sketch.hashes[:INDEXED]:
            holders = self._postings.get(value)
            if holders in (article_id, [article_id]):
                del self._postings[value]
            elif isinstance(holders, list) and article_id in holders:
                holders.remove(article_id)
        latest = self._latest.get(source)
        if latest is not None:
            kept = [item for item in latest if item[0] != article_id]
            if len(kept) < len(latest):
                self._latest[source] = deque(kept, maxlen=self.REMEMBERED)
            if not kept:
                del self._latest[source]

    def candidates(self, sketch: Sketch, most: int = 12) -> list[ArticleId]:
        """Articles that share at least two of the indexed hashes, most shared first."""
        shared: dict[ArticleId, int] = {}
        for value in sketch.hashes[: INDEXED * 2]:
            holders = self._postings.get(value, ())
            for holder in (holders,) if isinstance(holders, str) else holders:
                shared[holder] = shared.get(holder, 0) + 1
        found = [(count, holder) for holder, count in shared.items() if count > 1]
        found.sort(key=lambda item: (-item[0], item[1]))
        return [holder for _, holder in found[:most]]

    def furniture(self, source: str, hashes: Iterable[int], exempt: Collection[ArticleId]) -> set[int]:
        """Those of the hashes that at least two articles of the source hold which are not `exempt` (of the story itself)."""
        asked = set(hashes)
        seen: set[int] = set()
        again: set[int] = set()
        for article_id, sketch in self._latest.get(source, ()):
            if article_id not in exempt:
                held = asked.intersection(sketch.hashes)
                again |= held & seen
                seen |= held
        return again
