"""Whether the event of an article was in the morning or in the evening of its day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digests.model import DayPart
from digests.stories.facts.dates import READ, WORD, days_in, folded

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from digests.stories.facts.passages import Passage
    from digests.stories.facts.vocabulary import Vocabulary

__all__ = ["part_of_day"]

BESIDE = 2  # words between a day and its part: "on Saturday, in the evening"


def part_of_day(
    passages: Sequence[Passage], vocabulary: Vocabulary, published: date | None, event: date | None
) -> DayPart | None:
    """The part of the day that stands beside the name of the event's day; None where none or several do."""
    if event is None:
        return None
    told = {
        part
        for passage in passages
        if passage.rank <= READ
        for day in days_in(passage, vocabulary, published)
        if day.day == event and not day.aftermath
        for part in parts_beside(passage, day.start, vocabulary)
    }
    return told.pop() if len(told) == 1 else None


def parts_beside(passage: Passage, start: int, vocabulary: Vocabulary) -> set[DayPart]:
    before = [match.group() for match in WORD.finditer(passage.words[:start])][-BESIDE:]
    _, *after = [match.group() for match in WORD.finditer(passage.words[start : start + 60])][: BESIDE + 2]
    values = (vocabulary.dayparts.get(folded(word)) for word in (*before, *after[:BESIDE]))
    return {DayPart(value) for value in values if value is not None}
