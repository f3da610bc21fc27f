"""How good the stories are on labelled articles: pairwise and BCubed scores, toll updates, figures.

BCubed: Bagga and Baldwin, Entity-based cross-document coreferencing using the vector space model (1998); its F1 is that
of the mean precision and mean recall over articles.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import combinations
from typing import TYPE_CHECKING, Any

from digests.cleaning import clean
from digests.errors import UserMistake
from digests.model import DatePrecision, Media, RawArticle
from digests.stories.changes import is_rise
from digests.stories.desk import Desk
from digests.stories.dossier import examine
from digests.stories.facts import read_facts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from digests.model import Article, ArticleId, Count, Facts, StoryId
    from digests.stories.desk import Placement
    from digests.stories.facts import Names

__all__ = ["Case", "Report", "Score", "Updates", "bcubed", "evaluate", "pairwise", "read_cases", "reading_order"]

UNDATED = datetime(2100, 1, 1, tzinfo=UTC)  # articles without a date are read last
DAY_LENGTH = len("2026-01-31")


@dataclass(frozen=True, slots=True)
class Case:
    """A labelled article: the story it belongs to, and the figures that it tells of its main event."""

    article: Article
    facts: Facts
    story: str
    killed: int | None = None
    injured: int | None = None


@dataclass(frozen=True, slots=True)
class Score:
    """Precision and recall between 0 and 1; both are 1 when there was nothing to find and nothing was found."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0

    def __str__(self) -> str:
        return f"precision {self.precision:.3f}  recall {self.recall:.3f}  F1 {self.f1:.3f}"


@dataclass(frozen=True, slots=True)
class Updates:
    """Rises of the toll that were told, against those that were worth telling."""

    right: int
    told: int
    due: int
    followups: int

    @property
    def score(self) -> Score:
        return _score(self.right, self.told, self.due)

    def __str__(self) -> str:
        found = f"{self.right} right of {self.told} told, {self.due} due"
        return f"{self.score}  ({found}; {self.false_per_100:.1f} false per 100 follow-ups)"

    @property
    def false_per_100(self) -> float:
        """False updates in a hundred follow-up articles."""
        return 100 * (self.told - self.right) / self.followups if self.followups else 0.0


@dataclass(frozen=True, slots=True)
class Report:
    """All scores of one run, and what went wrong in words."""

    articles: int
    stories: int  # as labelled
    found: int  # as placed
    pairs: Score
    items: Score  # BCubed
    english_pairs: Score
    english_items: Score
    updates: Updates
    killed: Score
    injured: Score
    misses: tuple[str, ...]

    def lines(self) -> list[str]:
        """The report as a person reads it."""
        return [
            f"{self.articles} articles in {self.stories} stories, placed in {self.found}",
            f"all languages  pairwise  {self.pairs}",
            f"               BCubed    {self.items}",
            f"English        pairwise  {self.english_pairs}",
            f"               BCubed    {self.english_items}",
            f"toll updates             {self.updates}",
            f"killed         {self.killed}",
            f"injured        {self.injured}",
        ]


def read_cases(lines: Iterable[str], names: Names) -> list[Case]:
    """The labelled lines as cases, cleaned and with their facts, in reading order; empty lines are left out.

    A line is an article as JSON (url, title, text or html, published, source, language) with story, killed and injured.
    Raises UserMistake with the number of a line that is none, EmptyArticle when nothing is left of one.
    """
    cases = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                row = json.loads(line)
                raw, label = raw_article(row), str(row["story"])
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise UserMistake(f"line {number} is no labelled article: {error!r}") from error
            article = clean(raw).article
            killed, injured = row.get("killed"), row.get("injured")
            cases.append(Case(article, read_facts(article, names), label, killed, injured))
    return reading_order(cases)


def raw_article(row: Mapping[str, Any]) -> RawArticle:
    """The article of a labelled line; a date without a clock is precise to the day."""
    published = row.get("published")
    at = datetime.fromisoformat(published) if published else None
    if at is not None and at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    html = row.get("html")
    return RawArticle(
        content=html or row["text"],
        media=Media.HTML if html else Media.TEXT,
        seen=at or UNDATED,
        url=row.get("url"),
        title=row.get("title"),
        published=at,
        published_precision=DatePrecision.DAY if published and len(published) == DAY_LENGTH else DatePrecision.MINUTE,
        source=row.get("source"),
        language=row.get("language"),
    )


def reading_order(cases: Iterable[Case]) -> list[Case]:
    """By published time, undated ones last; the given order decides between equals."""
    return sorted(cases, key=lambda case: (case.article.published is None, case.article.time))


def evaluate(cases: Sequence[Case]) -> Report:
    """Place the articles in the given order on an empty desk and compare with the labels."""
    desk = Desk()
    placements = [desk.place(case.article, examine(case.article, case.facts)) for case in cases]
    found: dict[ArticleId, StoryId] = {}
    for case, placement in zip(cases, placements, strict=True):
        story = desk.story_of(case.article.id)  # after merges; None when it has left memory
        found[case.article.id] = placement.story.id if story is None else story
    placed = [found[case.article.id] for case in cases]
    labels = [case.story for case in cases]
    english = [index for index, case in enumerate(cases) if case.article.language == "en"]
    english_labels, english_placed = [labels[i] for i in english], [placed[i] for i in english]
    return Report(
        articles=len(cases),
        stories=len(set(labels)),
        found=len(set(placed)),
        pairs=pairwise(labels, placed),
        items=bcubed(labels, placed),
        english_pairs=pairwise(english_labels, english_placed),
        english_items=bcubed(english_labels, english_placed),
        updates=_updates(cases, placements),
        killed=_figures((case.killed, _value(case.facts.killed)) for case in cases),
        injured=_figures((case.injured, _value(case.facts.injured)) for case in cases),
        misses=tuple(_misses(cases, placed, placements)),
    )


def pairwise(labels: Sequence[str], placed: Sequence[str]) -> Score:
    """Of the pairs of articles put together, how many belong together; and the reverse."""
    together = _pairs(Counter(placed))
    belong = _pairs(Counter(labels))
    right = _pairs(Counter(zip(labels, placed, strict=True)))
    return _score(right, together, belong)


def bcubed(labels: Sequence[str], placed: Sequence[str]) -> Score:
    """For each article, how many of its story belong there and how many of its event are there, on average."""
    if not labels:
        return Score(1.0, 1.0)
    both = Counter(zip(labels, placed, strict=True))
    of_label, of_story = Counter(labels), Counter(placed)
    count = len(labels)
    precision = sum(n * n / of_story[story] for (_, story), n in both.items()) / count
    recall = sum(n * n / of_label[label] for (label, _), n in both.items()) / count
    return Score(precision, recall)


def _pairs(sizes: Mapping[object, int]) -> int:
    return sum(size * (size - 1) // 2 for size in sizes.values())


def _score(right: int, told: int, due: int) -> Score:
    return Score(right / told if told else 1.0, right / due if due else 1.0)


def _figures(pairs: Iterable[tuple[int | None, int | None]]) -> Score:
    both = list(pairs)
    right = sum(label is not None and label == read for label, read in both)
    return _score(right, sum(r is not None for _, r in both), sum(label is not None for label, _ in both))


def _value(count: Count | None) -> int | None:
    return count.value if count else None


def _updates(cases: Sequence[Case], placements: Sequence[Placement]) -> Updates:
    right = told = due = followups = 0
    seen: set[str] = set()
    for case, placement, (is_due, _) in zip(cases, placements, _due(cases), strict=True):
        followups += case.story in seen
        seen.add(case.story)
        is_told = _tells_rise(placement)
        right += is_due and is_told
        told += is_told
        due += is_due
    return Updates(right, told, due, followups)


def _due(cases: Sequence[Case]) -> Iterable[tuple[bool, int | None]]:
    """For each article whether its label is a rise worth telling, and the label that was told before."""
    last: dict[str, int] = {}
    for case in cases:
        old = last.get(case.story)
        is_due = old is not None and case.killed is not None and is_rise(old, case.killed)
        yield is_due, old
        if case.killed is not None and (old is None or is_due):
            last[case.story] = case.killed


def _tells_rise(placement: Placement) -> bool:
    changes = placement.revision.changes if placement.revision else ()
    return any(change.field == "killed" and change.old and not change.correction for change in changes)


def _misses(cases: Sequence[Case], placed: Sequence[str], placements: Sequence[Placement]) -> Iterable[str]:
    """Stories that hold several events, and events that fell into several stories."""
    events, stories = defaultdict[str, list[int]](list), defaultdict[str, list[int]](list)
    for index, (case, story) in enumerate(zip(cases, placed, strict=True)):
        events[case.story].append(index)
        stories[story].append(index)
    for members in stories.values():
        for one, other in combinations(members, 2):
            if cases[one].story != cases[other].story:
                yield f"wrongly together: {_named(cases[one])} / {_named(cases[other])}: {placements[other].why}"
                break
    for label, members in events.items():
        groups = list(dict.fromkeys(placed[index] for index in members))
        for group in groups[1:]:
            first = next(index for index in members if placed[index] == group)
            yield f"split from {label}: {_named(cases[first])}: {placements[first].why}"
    for case, placement, (is_due, old) in zip(cases, placements, _due(cases), strict=True):
        if is_due != _tells_rise(placement):
            changes = placement.revision.changes if placement.revision else ()
            told = ", ".join(f"{change.field} {change.old} -> {change.new}" for change in changes) or "nothing"
            yield f"{'missed' if is_due else 'false'} update: {_named(case)}: label {old} -> {case.killed}, told {told}"


def _named(case: Case) -> str:
    day = f"{case.article.time:%Y-%m-%d}" if case.article.published else "undated"
    return f"[{case.story} {day} {case.article.language}] {case.article.heading[:80]}"
