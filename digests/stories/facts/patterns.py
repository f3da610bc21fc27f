"""The expressions of events.toml, compiled once."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from digests.model import ClaimStatus, Kind
from digests.stories.facts.beginnings import Expressions

__all__ = ["Patterns", "load_patterns"]


@dataclass(frozen=True, slots=True)
class Patterns:
    """What to look for in lower-case text. `claims` are asked in their order; `unclaimed` says that nobody claims.

    `kinds` are named by the kind of event and whether the words go with several kinds, `topics` by the kind of page.
    """

    kinds: Expressions[tuple[Kind, bool]]
    topics: Expressions[str]
    claims: dict[ClaimStatus, re.Pattern[str]]
    unclaimed: re.Pattern[str]
    claim_hints: tuple[str, ...]  # one of them stands in every sentence that a pattern of claims matches
    latin_hints: tuple[str, ...]  # those of them in Latin letters without accents


# "And", "by", "the" are written as part of the Arabic word that follows.
ARABIC_PREFIXES = "(?:[وفبلك]?ال|لل|[وفبلك])??"


def alternation(expressions: list[str]) -> re.Pattern[str]:
    return re.compile(r"(?<!\w)" + ARABIC_PREFIXES + "(?:" + "|".join(expressions) + ")")


@cache
def load_patterns() -> Patterns:
    text = (resources.files(__package__) / "events.toml").read_text(encoding="utf-8")
    tables: dict[str, dict[str, list[str]]] = tomllib.loads(text)
    claims = tables["claim"]
    return Patterns(
        kinds=Expressions.of(
            ((Kind(name), is_weak), expressions)
            for table, is_weak in (("kinds", False), ("weak", True))
            for name, expressions in tables[table].items()
        ),
        topics=Expressions.of(
            (name, [rf"(?:{one})" for one in expressions]) for name, expressions in tables["context"].items()
        ),
        claims={status: alternation(claims[status.value]) for status in ClaimStatus},
        unclaimed=alternation(claims["none"]),
        claim_hints=tuple(claims["hints"]),
        latin_hints=tuple(filter(str.isascii, claims["hints"])),
    )
