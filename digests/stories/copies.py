"""The same text again: sets of hashed shingles, how much of one is contained in the other, and an index of them.

Containment of 4-word shingles, as in Broder: On the resemblance and containment of documents (1997); of short texts also of
pairs of words, because one word replaced breaks four shingles and two pairs. A text that was filled into a template
again is no copy: its figures, days and names differ far more than its other words.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from itertools import pairwise
from math import comb
from typing import TYPE_CHECKING

from digests.stories.marks import Mark, marks_of
from digests.stories.sample import BITS, Sample, by_hash, comparable, sample, sample_of
from digests.text import spans

if TYPE_CHECKING:
    from array import array
    from collections.abc import Collection, Iterable

    from digests.model import Article, ArticleId

__all__ = [
    "CHANCE",
    "CHANCE_LATER",
    "COPY",
    "LEAST",
    "SHARES_TEXT",
    "CopyIndex",
    "Sketch",
    "agree",
    "common",
    "containment",
    "is_copy",
    "is_filled_again",
    "sketch_of",
]

COPY = 0.5  # at least this share of the smaller text stands in the other: a copy
SHARES_TEXT = 0.3  # not a copy, but not an independent text either
SHORT_COPY = 0.8  # the same for short texts, where a box of the page weighs as much as the news
LEAST, SHORT = 20, 30  # shingles: nothing can be proved below the first, a text is short below the second
PAIRED = 120  # shingles of a text up to which its pairs of words are kept
PAIRS_COPY, PAIRS_SHORT_COPY = 0.5, 0.8  # shares of the smaller text's pairs: a copy
PAIRED_SHARE = 0.2  # of its shingles, with them
WIDTH = 4  # words in a shingle
LONGEST = 6_000  # shingles of a text that are looked at
KEPT = 512  # hashes of a sketch
KEPT_WORDS = 160  # distinct words, with what they tell
LEAST_SAMPLE = 8  # hashes that the smaller text must have in a comparison
SCATTERED = 1.6  # shingles that are broken for each word lost, if words were replaced one by one
LEAST_MARKS = 2  # marks that the smaller text must have to tell a template
AGREEING, AGREED = 5, 0.75  # marks, and the share of them in common, by which two texts tell of one event
EDITED, REWRITTEN = 0.08, 0.12  # shares of words that editors replace: seldom more than the second
CHANCE = 0.004  # of losing so many marks by editing: a template below it
CHANCE_LATER = 0.01  # the same when the other text came more than a day later, as daily statements do
INDEXED = 28  # smallest hashes of a sketch that find candidates
POSTINGS = 40  # a hash of more articles than these is furniture
NOTHING = Sample()


@dataclass(frozen=True, slots=True)
class Sketch:
    """The hashed shingles of a text as `Sample` keeps them; `size` shingles before that cut."""

    hashes: array[int]
    size: int = 0
    level: int = 0
    words: Sample = NOTHING
    marks: bytes = b""  # the `Mark` of each of the words
    pairs: Sample = NOTHING  # of neighbouring words, in short texts

    @property
    def is_short(self) -> bool:
        """Whether the text is too short to prove that another one is its copy."""
        return self.size < LEAST

    @property
    def shingles(self) -> Sample:
        return Sample(self.hashes, self.level)

    def marked(self, level: int) -> dict[Mark, set[int]]:
        """The words below the limit of a level, by what they tell."""
        below: dict[Mark, set[int]] = {mark: set() for mark in Mark}
        for value, mark in zip(self.words.hashes, self.marks, strict=True):
            if value < 1 << (BITS - level):
                below[Mark(mark)].add(value)
        return below

    def dump(self) -> str:
        marks = "".join(map(str, self.marks))
        return ":".join([str(self.size), *(part.dump() for part in (self.shingles, self.words, self.pairs)), marks])

    @classmethod
    def load(cls, text: str) -> Sketch:
        size, level, packed, *more = text.split(":")
        shingles = Sample.load(level, packed)
        if not more:
            return cls(shingles.hashes, int(size), shingles.level)
        words, pairs = Sample.load(*more[:2]), Sample.load(*more[2:4])
        return cls(shingles.hashes, int(size), shingles.level, words, bytes(map(int, more[4])), pairs)


def sketch_of(article: Article) -> Sketch:
    """The sketch of the article's body (of its title too when there is little body)."""
    text, written = article.body, spans(article.body)
    if len(written) < LEAST + WIDTH:
        text = f"{article.title}\n{text}"
        written = spans(text)
    written = written[: LONGEST + WIDTH - 1]
    words = [word.casefold() for word, _ in written]
    shingles = set(map(" ".join, zip(*(words[start:] for start in range(WIDTH)), strict=False)))
    hashes = by_hash(words)
    kept, known = sample(shingles, KEPT), sample_of(hashes, KEPT_WORDS)
    marks = marks_of(text, written, article.language, {hashes[value] for value in known.hashes})
    return Sketch(
        kept.hashes,
        len(shingles),
        kept.level,
        known,
        bytes(marks[hashes[value]] for value in known.hashes),
        sample(map(" ".join, pairwise(words)), KEPT) if len(shingles) <= PAIRED else NOTHING,
    )


def containment(one: Sketch, other: Sketch, without: Collection[int] = ()) -> float:
    """How much of the smaller text stands in the other, 0 to 1; 0 when one of them is too short to tell.

    `without` are hashes that count for neither: furniture of a source.
    """
    if one.is_short or other.is_short:
        return 0.0
    first, second = comparable(one.shingles, other.shingles)
    if without:
        first, second = first.difference(without), second.difference(without)
    smaller = min(len(first), len(second))
    return len(first & second) / smaller if smaller >= LEAST_SAMPLE else 0.0


def is_copy(share: float, one: Sketch, other: Sketch) -> bool:
    """Whether a containment of this share shows that one text copies the other."""
    is_long = min(one.size, other.size) >= SHORT
    if share >= (COPY if is_long else SHORT_COPY):
        return True
    if share < PAIRED_SHARE or not one.pairs.hashes or not other.pairs.hashes:
        return False
    first, second = comparable(one.pairs, other.pairs)
    in_common = len(first & second) / max(1, min(len(first), len(second)))
    return in_common >= (PAIRS_COPY if is_long else PAIRS_SHORT_COPY)


def is_filled_again(share: float, one: Sketch, other: Sketch, chance: float = CHANCE) -> bool:
    """Whether two texts of this containment differ by a template's slots: they lack more of each other's figures, days or names than
    editing explains, unless by this chance.
    """
    if min(one.size, other.size) < SHORT:
        chance = max(chance, CHANCE_LATER)
    lost, share_lost = lacking(one, other), 1 - share
    others = lost[Mark.MUCH]
    rate = min(max(EDITED, others[0] / max(1, others[1])), REWRITTEN)
    gone, of = map(sum, zip(*lost.values(), strict=True))
    if share_lost < SCATTERED * gone / max(1, of):
        return False  # a passage of another text: what it breaks stands together
    figures, names = lost[Mark.FIGURE], lost[Mark.NAME]
    both = figures[0] + names[0], figures[1] + names[1]
    return any(of >= LEAST_MARKS and chance_of(gone, of, rate) < chance for gone, of in (figures, names, both))


def agree(one: Sketch, other: Sketch) -> bool:
    """Whether two alike texts have nearly all figures, days and names in common."""
    lost = lacking(one, other)
    gone, of = map(sum, zip(lost[Mark.FIGURE], lost[Mark.NAME], strict=True))
    return of >= AGREEING and gone <= (1 - AGREED) * of


def lacking(one: Sketch, other: Sketch) -> dict[Mark, tuple[int, int]]:
    """How many words of the smaller text the other one lacks, and how many it has, by what they tell."""
    first, second = comparable(one.words, other.words)
    smaller, all_of_other = (one, second) if len(first) <= len(second) else (other, first)
    marked = smaller.marked(max(one.words.level, other.words.level))
    return {mark: (len(words - all_of_other), len(words)) for mark, words in marked.items()}


def chance_of(lost: int, of: int, rate: float) -> float:
    """The probability that so many or more of them are lost when each one is lost at this rate."""
    if rate >= 1:
        return 1.0
    return sum(comb(of, count) * rate**count * (1 - rate) ** (of - count) for count in range(lost, of + 1))


def common(one: Sketch, other: Sketch) -> set[int]:
    """The hashes that both sketches hold."""
    first, second = comparable(one.shingles, other.shingles)
    return first & second


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
