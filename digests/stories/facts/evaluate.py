"""How often the facts read from labelled lines are the labelled ones.

A line is a JSON object: `title`, `text`, `published`, `language`, and what is to be scored: `killed`, `injured` (null:
the article states none), `kind`, `place`, `event_date`, `claim` (the group, null: nobody claims). Figures are scored
exactly: a wrong figure lowers precision and recall, a missing one recall only.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

from digests.model import Article, ClaimStatus, DateOrigin, Published, article_id
from digests.stories.facts import read_facts
from digests.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from digests.model import Facts
    from digests.stories.facts.names import Names

__all__ = ["FIELDS", "Miss", "Report", "Score", "article_of", "evaluate"]

FIELDS = ("killed", "injured", "kind", "place", "event_date", "claim")
UNDATED = datetime(2026, 1, 1, tzinfo=UTC)  # an undated line needs some day to be seen on
ALWAYS = ("killed", "injured")  # these fields are scored on every line that names them, null too


@dataclass(frozen=True, slots=True)
class Miss:
    """One wrong or missing fact."""

    field: str
    title: str
    expected: str
    found: str
    sentence: str


@dataclass(slots=True)
class Score:
    """Counts of one field."""

    right: int = 0
    wrong: int = 0  # found, but not what the label says
    missed: int = 0  # labelled, but not found or found wrongly

    @property
    def precision(self) -> float:
        return self.right / max(1, self.right + self.wrong)

    @property
    def recall(self) -> float:
        return self.right / max(1, self.right + self.missed)

    @property
    def f1(self) -> float:
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


@dataclass(slots=True)
class Report:
    """Scores by field, and every miss."""

    scores: dict[str, Score] = field(default_factory=lambda: {name: Score() for name in FIELDS})
    misses: list[Miss] = field(default_factory=list)


def article_of(line: Mapping[str, object]) -> Article:
    """The article of a labelled line; its first line of text is the lead."""
    title, body = str(line.get("title") or ""), str(line.get("text") or "")
    published = line.get("published")
    at = None
    if published:
        at = datetime.fromisoformat(str(published))
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return Article(
        id=article_id(cast("str | None", line.get("url")), title, body),
        title=title,
        body=body,
        lead_end=len(body.split("\n", 1)[0]),
        seen=at or UNDATED,
        published=Published(at, DateOrigin.GIVEN) if at else None,
        language=str(line.get("language") or ""),
    )


def evaluate(lines: Iterable[str], names: Names) -> Report:
    """Reads the facts of every line and compares them with its labels. Blank lines are skipped."""
    report = Report()
    for text in lines:
        if text.strip():
            line: dict[str, object] = json.loads(text)
            compare(report, line, read_facts(article_of(line), names))
    return report


def compare(report: Report, line: Mapping[str, object], facts: Facts) -> None:
    for name in FIELDS:
        if name not in line:
            continue
        expected = line[name]
        found, sentence = found_value(facts, name, expected)
        score = report.scores[name]
        right = expected is not None and is_same(found, expected)
        score.right += right
        score.wrong += found is not None and not right
        score.missed += expected is not None and not right
        if not right and (found is not None or expected is not None):
            report.misses.append(Miss(name, str(line.get("title") or ""), str(expected), str(found), sentence))


def is_same(found: object, expected: object) -> bool:
    return found is not None and (found == expected or fold(str(found)) == fold(str(expected)))


def found_value(facts: Facts, name: str, expected: object) -> tuple[object, str]:
    """The value of a field and its sentence; of the places, the labelled one if it is among the first two."""
    if name in ALWAYS:
        count = facts.killed if name == "killed" else facts.injured
        return (count.value, count.sentence.text) if count else (None, "")
    if name == "kind":
        return (facts.kind.kind.value, facts.kind.sentence.text) if facts.kind else (None, "")
    if name == "event_date":
        return (facts.event_date.day.isoformat(), facts.event_date.sentence.text) if facts.event_date else (None, "")
    if name == "claim":
        claim = facts.claim if facts.claim and facts.claim.status is ClaimStatus.CLAIMED else None
        return (claim.group, claim.sentence.text) if claim else (None, "")
    for place in facts.places[:2]:
        if is_same(place.name, expected):
            return place.name, place.sentence.text
    return (facts.places[0].name, facts.places[0].sentence.text) if facts.places else (None, "")
