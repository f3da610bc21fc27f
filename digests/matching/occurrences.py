"""Which words of the vocabulary stand in a page; where exactly is worked out only for the few that are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from digests.matching.index import Found
    from digests.matching.page import Page

__all__ = ["Occurrences"]


class Occurrences:
    """Word of the vocabulary -> position in the page -> how it was found there."""

    __slots__ = ("_found", "_page", "present")

    def __init__(self, page: Page) -> None:
        self._page = page
        # In the order of the page: the article's words, as written, that each word was found by.
        self.present: dict[int, list[tuple[str, Found]]] = {}
        self._found: dict[int, dict[int, Found]] = {}

    def add_at(self, position: int, one: Found) -> None:
        """A word was found at one position, unless it was found there already."""
        self.present.setdefault(one.word, [])
        self[one.word].setdefault(position, one)

    def locate(self, words: Iterable[int]) -> None:
        """Work out where these words stand, all in one look at the page."""
        wanted: dict[str, list[Found]] = {}
        for word in words:
            if word not in self._found:
                self._found[word] = {}
                for written, one in self.present[word]:
                    wanted.setdefault(written, []).append(one)
        for position, written in enumerate(self._page.written) if wanted else ():
            if written in wanted:
                for one in wanted[written]:
                    self._found[one.word][position] = one

    def __getitem__(self, word: int) -> dict[int, Found]:
        if word not in self._found:
            self.locate((word,))
        return self._found[word]
