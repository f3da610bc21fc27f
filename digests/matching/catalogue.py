"""The forms of all keywords, filed by the number of their word, or of one word of their phrase."""

from __future__ import annotations

from array import array
from itertools import chain
from typing import TYPE_CHECKING

from digests.matching.forms import Flag, written_as_one
from digests.matching.several import each_of, with_another, without
from digests.matching.words import is_common

if TYPE_CHECKING:
    from digests.matching.index import Answer, Vocabulary
    from digests.matching.occurrences import Occurrences
    from digests.matching.several import Entry
    from digests.matching.targets import Form

__all__ = ["Catalogue"]

NO_PARTNER, SEVERAL = -1, -2


class Catalogue:
    """Which forms have one word, and which phrases are found by a word, their pivot."""

    __slots__ = ("age", "inside", "partner", "partners", "phrases", "single", "vocabulary")

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.single: list[Entry[Form]] = []
        self.phrases: list[Entry[Form]] = []
        self.partner = array("i")  # of a pivot of one phrase: another word of it; else NO_PARTNER or SEVERAL
        self.partners: dict[int, array[int]] = {}  # of a pivot of several phrases: another word of each
        self.inside: dict[str, list[int]] = {}  # first two characters -> words to find inside runs of letters
        self.age = 0  # changes so far

    def add(self, form: Form) -> None:
        """File a form; its words are in the vocabulary."""
        self.age += 1
        missing = len(self.vocabulary.words) - len(self.single)
        self.single.extend([None] * missing)
        self.phrases.extend([None] * missing)
        self.partner.extend([NO_PARTNER] * missing)
        if len(form.words) > 1:
            pivot = self.pivot(form)
            self.keep_phrases(pivot, with_another(self.phrases[pivot], form))
            self.file_as_one(form, pivot)
            return
        number = form.words[0]
        if form.flags & Flag.GAPPY:
            self.file_as_one(form, number)
        text = self.vocabulary.words[number]
        if text[0] == "#" and self.single[number] is None:
            self.inside.setdefault(text[1:3], []).append(number)
        self.single[number] = with_another(self.single[number], form)

    def remove(self, form: Form) -> None:
        """Forget a form, and that it uses its words."""
        self.age += 1
        for number in form.words:
            self.vocabulary.drop(number)
        if len(form.words) > 1:
            pivot = self.pivot(form)
            self.keep_phrases(pivot, without(self.phrases[pivot], form))
            return
        number = form.words[0]
        self.single[number] = without(self.single[number], form)
        text = self.vocabulary.words[number]
        if text[0] == "#" and self.single[number] is None:
            self.inside[text[1:3]].remove(number)

    def keep_phrases(self, pivot: int, entry: Entry[Form]) -> None:
        self.phrases[pivot] = entry
        if isinstance(entry, tuple):
            self.partner[pivot] = SEVERAL
            self.partners[pivot] = array("i", [partner(form, pivot) for form in entry])
        else:
            self.partner[pivot] = NO_PARTNER if entry is None else partner(entry, pivot)
            self.partners.pop(pivot, None)

    def spelled(self, form: Form) -> list[str]:
        """The form's words as the vocabulary has them."""
        return [self.vocabulary.words[number] for number in form.words]

    def as_one(self, form: Form) -> frozenset[str]:
        """The form's words written as one word, where that is allowed."""
        words = tuple(self.spelled(form))
        if form.flags & (Flag.RIGID | Flag.JOINED) or any(word[0] == "^" for word in words):
            return frozenset()
        return written_as_one(form.name, words)

    def file_as_one(self, form: Form, number: int) -> None:
        for whole in self.as_one(form):
            self.vocabulary.file_as_one(whole, number)

    def pivot(self, form: Form) -> int:
        """The word of a phrase by which it is found: the longest that is no common word; it never changes."""
        words = self.vocabulary.words
        return max(
            form.words,
            key=lambda number: (not is_common(words[number]), words[number][0] == "^", len(words[number]), -number),
        )

    def of_word(self, number: int) -> tuple[Form, ...]:
        """The forms that have only this word."""
        return each_of(self.single[number]) if number < len(self.single) else ()

    def of_pivot(self, number: int) -> tuple[Form, ...]:
        """The phrases that are found by this word."""
        return each_of(self.phrases[number])

    def candidates(self, occurrences: Occurrences) -> tuple[list[int], list[Form]]:
        """What a page may hold: words that are forms by themselves (or ~pivots of what is written as one), and the phrases
        whose ends stand there. Most phrases lack one of them: nothing more is done for them.
        """
        present, singles, pivots = occurrences.present, [], []
        for answer in occurrences.answers:
            if answer.age != self.age:
                self.look(answer)
            if answer.singles:
                singles.append(answer.singles)
            if answer.partners and not present.isdisjoint(answer.partners):
                pivots.append(answer.numbers)
        added = occurrences.added
        return (
            list(
                dict.fromkeys([*chain.from_iterable(singles), *(one for one in added if self.single[one] is not None)])
            ),
            self.complete(dict.fromkeys([*chain.from_iterable(pivots), *added]), present),
        )

    def look(self, answer: Answer) -> None:
        """Note which of an answer's words are forms by themselves, and with which words others make phrases."""
        answer.age = self.age
        single, known = self.single, self.partner
        answer.singles = tuple([number for number in answer.numbers if number < 0 or single[number] is not None])
        partners = array("i")
        for number in answer.numbers:
            other = known[number] if number >= 0 else NO_PARTNER
            if other >= 0:
                partners.append(other)
            elif other == SEVERAL:
                partners += self.partners[number]
        answer.partners = partners or ()

    def complete(self, pivots: dict[int, None], present: set[int]) -> list[Form]:
        """The phrases of these pivots whose ends stand in the page."""
        return [
            form
            for pivot in pivots
            if pivot >= 0
            for form in each_of(self.phrases[pivot])
            if form.words[0] in present and form.words[-1] in present
        ]


def partner(form: Form, pivot: int) -> int:
    """Another word of the phrase, which stands at one of its ends."""
    return form.words[0] if form.words[0] != pivot else form.words[-1]
