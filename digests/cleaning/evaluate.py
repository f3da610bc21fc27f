"""How much of an article's own text cleaning keeps, and how little else.

The measure is that of scrapinghub/article-extraction-benchmark (Extraction Benchmark, 2020): precision and recall over
bags of shingles of four words, averaged over pages.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from digests.cleaning.clean import clean
from digests.errors import EmptyArticle
from digests.model import Media, RawArticle

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

__all__ = ["body_scores", "evaluate_cleaning"]

WORD = re.compile(r"\w+")
SIZE = 4


def evaluate_cleaning(lines: Sequence[dict[str, Any]], *, now: datetime) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Figures and misses on lines `{"html" or "raw", "url", "body", "title", "published"}`, the last two optional.

    `body` is the expected text; an empty one says that the page has no article. Misses are pages with F1 below 0.9 and
    wrong titles or times.
    """
    scores: list[tuple[float, float]] = []
    misses: list[dict[str, Any]] = []
    asked = Counter[str]()
    right = Counter[str]()
    for number, line in enumerate(lines, start=1):
        name = str(line.get("url") or line.get("id") or f"line {number}")
        html = line.get("html")
        raw = RawArticle(html or line.get("raw") or "", Media.HTML if html else Media.TEXT, now, url=line.get("url"))
        try:
            article = clean(raw).article
        except EmptyArticle:
            article = None
        body = article.body if article else ""
        score = body_scores(line.get("body") or "", body)
        scores.append(score)
        if _f1(*score) < 0.9:
            misses.append({"page": name, "precision": round(score[0], 3), "recall": round(score[1], 3)})
        found = {
            "title": article.title if article else "",
            "published": article.published.at.isoformat()[:10] if article and article.published else "",
        }
        for field, value in found.items():
            if line.get(field) is None:
                continue
            asked[field] += 1
            expected = str(line[field])[:10] if field == "published" else str(line[field])
            if WORD.findall(value.casefold()) == WORD.findall(expected.casefold()):
                right[field] += 1
            else:
                misses.append({"page": name, field: value, "expected": expected})
    precision = sum(p for p, _ in scores) / len(scores)
    recall = sum(r for _, r in scores) / len(scores)
    figures: dict[str, Any] = {
        "pages": len(scores),
        "precision": precision,
        "recall": recall,
        "f1": _f1(precision, recall),
    }
    for field in asked:
        figures[f"{field} right"] = right[field] / asked[field]
    return figures, misses


def body_scores(expected: str, found: str) -> tuple[float, float]:
    """Precision and recall of a text against the expected one, over bags of four-word shingles."""
    gold, have = _shingles(expected), _shingles(found)
    if not gold and not have:
        return 1.0, 1.0
    common = sum((gold & have).values())
    precision = common / sum(have.values()) if have else float(not gold)
    recall = common / sum(gold.values()) if gold else float(not have)
    return precision, recall


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = WORD.findall(text.casefold())
    if 0 < len(words) < SIZE:
        return Counter([tuple(words)])
    return Counter(tuple(words[start : start + SIZE]) for start in range(len(words) - SIZE + 1))


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0
