"""Precision, recall and F1 on labelled lines: `{"keyword", "text", "match"}`.

Each keyword is treated as a query somebody follows: mistyped names are put right first, as /follow does.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from digests.errors import QueryError
from digests.matching.matcher import Matcher
from digests.matching.understanding import as_typed, understand
from digests.model import Article, Match, QueryId, Strictness, article_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from digests.matching.lexicon import Lexicon
    from digests.matching.understanding import NamedPlaces

__all__ = ["Case", "Score", "evaluate", "read_case"]


@dataclass(frozen=True, slots=True)
class Case:
    """One labelled line and what was found for it."""

    keyword: str
    text: str
    wanted: bool
    found: bool
    matches: tuple[Match, ...] = ()
    why: str = ""
    error: str = ""  # the keyword could not be read

    @property
    def is_right(self) -> bool:
        return self.wanted is self.found

    def __str__(self) -> str:
        kind = "right" if self.is_right else "missed" if self.wanted else "wrong hit"
        words = (
            f" found “{self.matches[0].words}” ({self.matches[0].grade.value}, {self.matches[0].name})"
            if self.matches
            else ""
        )
        return f"{kind}: {self.keyword} | {self.text}{words}{f' [{self.error}]' if self.error else ''}"


@dataclass(slots=True)
class Score:
    """Counts over cases, the figures they give, and the cases that went wrong."""

    right_hits: int = 0
    wrong_hits: int = 0
    missed: int = 0
    right_refusals: int = 0
    corrections: dict[str, str] = field(default_factory=dict)
    wrong: list[Case] = field(default_factory=list)

    @property
    def total(self) -> int:
        return self.right_hits + self.wrong_hits + self.missed + self.right_refusals

    @property
    def precision(self) -> float:
        return self.right_hits / (self.right_hits + self.wrong_hits) if self.right_hits + self.wrong_hits else 1.0

    @property
    def recall(self) -> float:
        return self.right_hits / (self.right_hits + self.missed) if self.right_hits + self.missed else 1.0

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def count(self, case: Case) -> None:
        if case.is_right:
            self.right_hits += case.wanted
            self.right_refusals += not case.wanted
            return
        self.missed += case.wanted
        self.wrong_hits += not case.wanted
        self.wrong.append(case)


def evaluate(
    lines: Iterable[Mapping[str, object]],
    lexicon: Lexicon,
    gazetteer: NamedPlaces | None = None,
    strictness: Strictness = Strictness.NORMAL,
) -> Score:
    """The figures for labelled lines. A keyword that cannot be read counts as finding nothing."""
    score = Score()
    matchers: dict[str, Matcher | str] = {}
    for line in lines:
        keyword, text, wanted = str(line["keyword"]), str(line["text"]), bool(line["match"])
        if keyword not in matchers:
            matchers[keyword] = follow(keyword, lexicon, gazetteer, strictness, score)
        matcher = matchers[keyword]
        if isinstance(matcher, str):
            score.count(Case(keyword, text, wanted, found=False, why=str(line.get("why", "")), error=matcher))
            continue
        hits = matcher.match(read_case(text))
        matches = hits[0].matches if hits else ()
        score.count(Case(keyword, text, wanted, found=bool(hits), matches=matches, why=str(line.get("why", ""))))
    return score


def follow(
    keyword: str, lexicon: Lexicon, gazetteer: NamedPlaces | None, strictness: Strictness, score: Score
) -> Matcher | str:
    """A matcher of this one query, as /follow would start it; else why it cannot be followed."""
    try:
        understood = understand(as_typed(keyword, lexicon), lexicon, gazetteer)
    except QueryError as error:
        return str(error)
    for reading in understood.corrections:
        score.corrections[reading.typed] = reading.keyword.text
    matcher = Matcher(lexicon, gazetteer)
    matcher.add(QueryId(0), understood.query, strictness)
    return matcher


def read_case(text: str) -> Article:
    """A labelled text as an article of one paragraph without title."""
    return Article(
        id=article_id(None, "", text), title="", body=text, lead_end=len(text), seen=datetime(2026, 1, 1, tzinfo=UTC)
    )
