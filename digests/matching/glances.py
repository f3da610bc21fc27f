"""What one glance at a written word tells of all that is looked for.

Nine words of ten are of use to nobody, and the same words come again in every article. Each is asked once what it may be:
a word of the vocabulary, half of one, part of a name in other letters, the head of an organisation's name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from digests.text import Script, script_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Set as AbstractSet

    from digests.matching.index import Answer, Vocabulary

__all__ = ["NOTHING", "Glance", "Glances"]

MOST_REMEMBERED = 100_000  # words


class Glance:
    """What a written word may be: `answer`, what it stands for in the vocabulary; and in whose sight it begins something."""

    __slots__ = ("answer", "begins", "is_head", "is_run", "sounds")

    def __init__(self, answer: Answer | None, *, begins: bool, sounds: bool, is_head: bool, is_run: bool) -> None:
        self.answer = answer
        self.begins = begins  # a word that the page writes as two
        self.sounds = sounds  # a name in other letters
        self.is_head = is_head  # of an organisation's name
        self.is_run = is_run  # of letters in a script without spaces


NOTHING = Glance(None, begins=False, sounds=False, is_head=False, is_run=False)
"""All words that are of use to nobody."""


class Glances(dict[str, Glance]):
    """Glances by the word as written. Clear it when something else is looked for.

    It is a dictionary, so that `map` can look up all words of a page without a call for each of them.
    """

    def __init__(self, vocabulary: Vocabulary, sounds: Callable[[str], bool], heads: AbstractSet[str]) -> None:
        """`sounds` tells whether a written word begins a name in other letters; `heads` are those of organisations."""
        super().__init__()
        self.vocabulary = vocabulary
        self.sounds = sounds
        self.heads = heads

    def __missing__(self, written: str) -> Glance:
        if len(self) >= MOST_REMEMBERED:
            self.clear()
        answer = self.vocabulary.answer(written)
        begins, sounds = self.vocabulary.halves.may_begin(written), self.sounds(written)
        is_head = written in self.heads
        is_run = not written.isascii() and script_of(written) is Script.NO_SPACES
        is_something = answer is not None or begins or sounds or is_head or is_run
        glance = self[written] = (
            Glance(answer, begins=begins, sounds=sounds, is_head=is_head, is_run=is_run) if is_something else NOTHING
        )
        return glance
