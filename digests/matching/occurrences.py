"""Which words of the vocabulary stand in a page; where exactly is worked out only for the few that are asked for."""

from __future__ import annotations

from itertools import compress
from operator import attrgetter
from typing import TYPE_CHECKING

from digests.matching.glances import NOTHING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from digests.matching.glances import Glance, Glances
    from digests.matching.index import Found, Vocabulary
    from digests.matching.page import Page

__all__ = ["Occurrences"]


class Occurrences:
    """Word of the vocabulary -> position in the page -> how it was found there.

    A word that is `present` may turn out to stand nowhere: some answers are guesses until they are asked for.
    """

    __slots__ = ("_found", "_vocabulary", "added", "answered", "answers", "different", "present", "row")

    def __init__(self, page: Page, vocabulary: Vocabulary, glances: Glances) -> None:
        self._vocabulary = vocabulary
        self.row = [*map(glances.__getitem__, page.written)]  # by position
        self.different = dict.fromkeys(self.row)  # in the order of the page
        self.different.pop(NOTHING, None)
        self.answered = [one for one in self.different if one.answer is not None]
        self.answers = [one.answer for one in self.answered if one.answer is not None]
        self.added: list[int] = []  # words that no single word of the page stands for
        self.present = set[int]().union(*[answer.numbers for answer in self.answers])
        self._found: dict[int, dict[int, Found]] = {}

    def has(self, quality: str) -> bool:
        """Whether a word's glance has this quality."""
        return any(map(attrgetter(quality), self.different))

    def where(self, quality: str) -> Iterator[int]:
        """The positions of the words whose glances have this quality."""
        return compress(range(len(self.row)), map(attrgetter(quality), self.row))

    def add_at(self, position: int, one: Found) -> None:
        """A word was found at one position, unless it was found there already."""
        self.present.add(one.word)
        self.added.append(one.word)
        self[one.word].setdefault(position, one)

    def locate(self, words: Iterable[int]) -> None:
        """Work out where these words stand, all in one look at the page."""
        wanted = set(words) - self._found.keys()
        if not wanted:
            return
        self._found.update((word, {}) for word in wanted)
        proved: dict[Glance, list[Found]] = {}
        for glance, answer in zip(self.answered, self.answers, strict=True):
            if not wanted.isdisjoint(answer.numbers):
                found = [self._vocabulary.proved(answer, word) for word in wanted.intersection(answer.numbers)]
                proved[glance] = [one for one in found if one is not None]
        row, placed = self.row, self._found
        for position in compress(range(len(row)), map(proved.__contains__, row)):
            for one in proved[row[position]]:
                placed[one.word][position] = one

    def __getitem__(self, word: int) -> dict[int, Found]:
        if word not in self._found:
            self.locate((word,))
        return self._found[word]
