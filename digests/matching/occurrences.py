"""Which words of the vocabulary stand in a page; where exactly is worked out only for the few that are asked for."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from digests.matching.index import Answer, Found
    from digests.matching.page import Page

__all__ = ["Occurrences"]


class Occurrences:
    """Word of the vocabulary -> position in the page -> how it was found there."""

    __slots__ = ("_answers", "_found", "_page", "present")

    def __init__(self, page: Page, answers: Mapping[str, Answer]) -> None:
        self._page = page
        self._answers = answers  # by the words of the page, as written
        self.present = dict.fromkeys(chain.from_iterable(answers.values()))  # the numbers, in the order of the page
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
        by_written = {
            written: [answer[word] for word in answer if word in wanted]
            for written, answer in self._answers.items()
            if not wanted.isdisjoint(answer)
        }
        written = self._page.written
        for position in [position for position, word in enumerate(written) if word in by_written]:
            for one in by_written[written[position]]:
                self._found[one.word][position] = one

    def __getitem__(self, word: int) -> dict[int, Found]:
        if word not in self._found:
            self.locate((word,))
        return self._found[word]
