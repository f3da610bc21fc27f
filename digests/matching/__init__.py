"""Finds every subscriber's words in an article, in every spelling."""

from digests.matching.evaluate import Score, evaluate
from digests.matching.explaining import Explanation, NearMiss, Reason, explain
from digests.matching.lexicon import Entity, EntityKind, Lexicon
from digests.matching.matcher import Matcher
from digests.matching.parsing import parse
from digests.matching.query import And, Filter, FilterKind, Keyword, Not, Or, Query
from digests.matching.understanding import KeywordReading, Understanding, as_typed, understand

__all__ = [
    "And",
    "Entity",
    "EntityKind",
    "Explanation",
    "Filter",
    "FilterKind",
    "Keyword",
    "KeywordReading",
    "Lexicon",
    "Matcher",
    "NearMiss",
    "Not",
    "Or",
    "Query",
    "Reason",
    "Score",
    "Understanding",
    "as_typed",
    "evaluate",
    "explain",
    "parse",
    "understand",
]
