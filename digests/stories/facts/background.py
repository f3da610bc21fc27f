"""Which parts of a sentence speak of another event than the one the article is about."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from digests.text import fold_token

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from digests.stories.facts.passages import Passage
    from digests.stories.facts.vocabulary import Vocabulary

__all__ = ["Setting", "of_the_past", "other_events", "setting", "turns_to_the_past"]

YEAR = re.compile(r"(?<![\d$€£.,/:-])(?:19[5-9]\d|20[0-4]\d)(?![\d.,]\d|-\w|\w|%)")
PARTING = re.compile(r"[,،;؛:—–]|\s-\s|\b(?:it|they|he|who(?:m)?) (?:had )?(?:kidnapped|abducted|captured|seized)\b")

OPENS = 24  # characters
JUST_ENDED = 7  # days of the next month
CLAUSE_END = re.compile(r"[;؛:]|\s[—–-]\s")
# "Barely 24 hours after both had met, 38 people were killed": the clause is background, the news is not.
OPENING = re.compile(
    r"(?:[A-Z][A-Za-z/ ]+(?:\([^)]*\))?\s*[:–—-]+\s*)?(?:(?:barely|less than|just|only|nearly|about|some|more than)\s)?"
    r"(?:a|an|one|two|three|four|five|six|seven|\d+)?\s?(?:hours?|days?|weeks?)\s(?:after|before)\b[^,;:]{3,120},\s"
    # "In the deadliest attack on the force since 2010, 26 were killed": a record, and then the news.
    r"|(?:[A-Z][A-Za-z/ ]+(?:\([^)]*\))?\s*[:–—-]+\s*)?in (?:what \w+ |one of )?(?:the|its|their) (?:\w+ ){0,2}"
    r"(?:deadliest|worst|bloodiest|biggest|largest|first)\b[^,;:]{3,120},\s",
    re.IGNORECASE,
)
# "The deadliest attack since 2017" says nothing of the figure before it.
RECORD = re.compile(r"\b(?:deadliest|worst|bloodiest|biggest|largest|most|first|second|highest)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Setting:
    """Where a sentence turns to other events, by offsets into the zone's text."""

    turns: tuple[tuple[int, int], ...]  # spans of words like "last year", "in 2017"
    opening: tuple[int, int]  # a clause before the news, and its turns: "Barely 24 hours after both had met, 38 people"
    elsewhere: int | None  # offset of the first word that turns to another event of the day: "in a separate incident"
    years: tuple[int, ...]  # offsets of years other than the article's own
    recent: tuple[int, ...]  # beginnings of those turns that are no older than the event that a follow-up goes on with
    boast: tuple[int, int] | None  # from and to where one side tells its own deeds
    older_figure: bool  # "earlier", "initially"
    in_all: tuple[int, ...]  # offsets of words that make the number behind them the whole
    now: tuple[int, ...]  # offsets of words that name the day of the event: a weekday, today

    def turns_elsewhere(self, end: int) -> bool:
        """Whether the sentence turns to another event before a figure that ends here, or with the next word.

        "In a separate incident three died", "three were killed in a separate incident".
        """
        return self.elsewhere is not None and self.elsewhere <= end + 1

    def is_recent(self, text: str, start: int, end: int) -> bool:
        """Whether nothing makes the figure background but words like "three days after"."""
        return bool(self.recent) and not self.without_recent().is_background(text, start, end)

    def without_recent(self) -> Setting:
        """The setting without the turns that are no older than the event that a follow-up goes on with."""
        others = (turn for turn in self.turns if not any(turn[0] <= start < turn[1] for start in self.recent))
        return replace(self, turns=tuple(others))

    def is_background(self, text: str, start: int, end: int) -> bool:
        """Whether the figure at these offsets belongs to an event of the past.

        A turn of the sentence holds for all that follows it. It holds for a figure before it only when no comma lies
        between and no day of the event was named before: "killed seven in 2017", but not "killed seven on Monday, the
        worst attack since 2017".
        """
        for turn_start, turn_end in self.turns:
            if self.opening[0] <= turn_start < self.opening[1] <= start:
                continue
            if turn_end <= start:
                return True
            if turn_start >= end and turn_start - end < 90:
                between = text[end:turn_end]
                named = turn_start not in self.years and any(start < offset < turn_start for offset in self.now)
                if not (named or PARTING.search(between) or RECORD.search(between)):
                    return True
        return False


def other_events(passages: Sequence[Passage], vocabulary: Vocabulary) -> dict[int, int]:
    """Where sentences of the body turn to another event of the day, by the offset in the body at which they begin."""
    turns = ((one, vocabulary.elsewhere.search(one.words)) for one in passages if one.rank > 0)
    return {one.start: found.start() for one, found in turns if found is not None}


def turns_to_the_past(passages: Sequence[Passage], vocabulary: Vocabulary, day: date) -> dict[int, int]:
    """Where sentences below the first turn to another month or year, by the offset at which they begin.

    "It follows a similar raid in November on a hotel in Bamako."
    """
    found = {}
    for one in passages:
        if one.rank > 1:
            months = (
                match.start()
                for match in vocabulary.month_alone.finditer(one.words)
                if is_past(match[1], vocabulary, day)
            )
            years = (match.start() for match in YEAR.finditer(one.words) if int(match.group()) < day.year)
            turn = min((*months, *years), default=None)
            if turn is not None:
                found[one.start] = turn
    return found


def of_the_past(passages: Sequence[Passage], vocabulary: Vocabulary, day: date) -> frozenset[int]:
    """Where the sentences of the body below the first begin that open with another month or year: "In January three were hurt"."""
    found = set()
    for one in passages:
        if one.rank > 1:
            opening = one.words[:OPENS]
            month = vocabulary.month_alone.search(opening)
            year = YEAR.search(opening)
            if (month and is_past(month[1], vocabulary, day)) or (year and int(year.group()) < day.year):
                found.add(one.start)
    return frozenset(found)


def is_past(month: str, vocabulary: Vocabulary, day: date) -> bool:
    """Whether a month is not the article's own, nor the one that has just ended."""
    ago = (day.month - vocabulary.months.get(fold_token(month), day.month)) % 12
    return ago > 1 or (ago == 1 and day.day > JUST_ENDED)


def boast_in(passage: Passage, vocabulary: Vocabulary) -> tuple[int, int] | None:
    """Where a sentence tells what one side says it has done: to the next semicolon or colon."""
    words = passage.words
    found = vocabulary.boasts.search(words)
    if found is None:
        return None
    ends = CLAUSE_END.search(words, found.end())
    return passage.start + found.start(), passage.start + (ends.start() if ends else len(words))


def setting(passage: Passage, vocabulary: Vocabulary, day: date) -> Setting:
    """Reads the turns of one sentence of an article that appeared on `day`."""
    words = passage.words
    turns = [found.span() for found in vocabulary.background.finditer(words)]
    years = [found.span() for found in YEAR.finditer(words) if int(found.group()) != day.year]
    months = [found.span() for found in vocabulary.month_alone.finditer(words) if is_past(found[1], vocabulary, day)]
    turns += years + months
    offset = passage.start
    separate = vocabulary.elsewhere.search(words)
    opens = OPENING.match(words)
    return Setting(
        opening=(offset, offset + opens.end()) if opens else (0, 0),
        turns=tuple(sorted((start + offset, end + offset) for start, end in turns)),
        elsewhere=offset + separate.start() if separate else None,
        years=tuple(start + offset for start, _ in years),
        recent=(
            *(found.start() + offset for found in vocabulary.recent.finditer(words)),
            *(start + offset for start, _ in months),
        ),
        boast=boast_in(passage, vocabulary),
        older_figure=bool(vocabulary.earlier.search(words)),
        in_all=tuple(offset + found.end() for found in vocabulary.in_all.finditer(words)),
        now=tuple(offset + found.start() for found in vocabulary.days.finditer(words)),
    )
