"""Which words of the vocabulary stand in a page; where exactly is worked out only for the few that are asked for."""

from __future__ import annotations

from itertools import compress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from digests.matching.index import Found, Vocabulary
    from digests.matching.page import Page

__all__ = ["Occurrences"]


class Occurrences:
    """Word of the vocabulary -> position in the page -> how it was found there.

    A word that is `present` may turn out to stand nowhere: some answers are guesses until they are asked for.
    """

    __slots__ = ("_found", "_page", "_vocabulary", "added", "answers", "present")

    def __init__(self, page: Page, vocabulary: Vocabulary) -> None:
        self._page = page
        self._vocabulary = vocabulary
        self.answers = vocabulary.answers(page.different)  # in the order of the page
        self.added: list[int] = []  # words that no single word of the page stands for
        self.present = set[int]().union(*[answer.numbers for answer in self.answers.values()])
        self._found: dict[int, dict[int, Found]] = {}

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
        by_written: dict[str, list[Found]] = {}
        for written_word, answer in self.answers.items():
            if not wanted.isdisjoint(answer.numbers):
                proved = [self._vocabulary.proved(answer, word) for word in wanted.intersection(answer.numbers)]
                by_written[written_word] = [one for one in proved if one is not None]
        written = self._page.written
        for position in compress(range(len(written)), map(by_written.__contains__, written)):
            for one in by_written[written[position]]:
                self._found[one.word][position] = one

    def __getitem__(self, word: int) -> dict[int, Found]:
        if word not in self._found:
            self.locate((word,))
        return self._found[word]
