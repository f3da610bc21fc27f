"""What one question says of words as articles write them, each asked once."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Judged"]

MOST_REMEMBERED = 100_000  # words


class Judged(dict[str, bool]):
    """Answers by the word as written; a word that is new is asked about. Clear it when the answers may be others.

    It is a dictionary, so that looking up a word that was asked about costs no call.
    """

    def __init__(self, question: Callable[[str], bool]) -> None:
        super().__init__()
        self.question = question

    def __missing__(self, written: str) -> bool:
        if len(self) >= MOST_REMEMBERED:
            self.clear()
        answer = self[written] = self.question(written)
        return answer
