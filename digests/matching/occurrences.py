"""Which words of the vocabulary stand in a page; where exactly is worked out only for the few that are asked for."""

from __future__ import annotations

from itertools import chain
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

    __slots__ = ("_answers", "_found", "_page", "_vocabulary", "present")

    def __init__(self, page: Page, vocabulary: Vocabulary) -> None:
        self._page = page
        self._vocabulary = vocabulary
        self._answers = vocabulary.answers(page.written)
        # In the order of the page.
        self.present: dict[int, None] = dict.fromkeys(chain.from_iterable(self._answers.values()))
        self._found: dict[int, dict[int, Found]] = {}

    def add_at(self, position: int, one: Found) -> None:
        """A word was found at one position, unless it was found there already."""
        self.present.setdefault(one.word)
        self[one.word].setdefault(position, one)

    def locate(self, words: Iterable[int]) -> None:
        """Work out where these words stand, all in one look at the page."""
        wanted = set(words) - self._found.keys()
        if not wanted:
            return
        self._found.update((word, {}) for word in wanted)
        by_written: dict[str, list[Found]] = {}
        for written_word, answer in self._answers.items():
            if not wanted.isdisjoint(answer):
                proved = [self._vocabulary.proved(answer, word) for word in wanted.intersection(answer)]
                by_written[written_word] = [one for one in proved if one is not None]
        written = self._page.written
        for position in [position for position, word in enumerate(written) if word in by_written]:
            for one in by_written[written[position]]:
                self._found[one.word][position] = one

    def __getitem__(self, word: int) -> dict[int, Found]:
        if word not in self._found:
            self.locate((word,))
        return self._found[word]
