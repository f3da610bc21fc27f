"""The expressions of events.toml, compiled once."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from digests.model import ClaimStatus, Kind

__all__ = ["Patterns", "load_patterns"]


@dataclass(frozen=True, slots=True)
class Patterns:
    """What to look for in lower-case text. `claims` are asked in their order; `unclaimed` says that nobody claims."""

    kinds: dict[Kind, re.Pattern[str]]
    claims: dict[ClaimStatus, re.Pattern[str]]
    unclaimed: re.Pattern[str]
    conflict: re.Pattern[str]
    other: re.Pattern[str]
    cyber: re.Pattern[str]
    claim_hints: tuple[str, ...]  # one of them stands in every sentence that a pattern of claims matches


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
        kinds={Kind(name): alternation(expressions) for name, expressions in tables["kinds"].items()},
        claims={status: alternation(claims[status.value]) for status in ClaimStatus},
        unclaimed=alternation(claims["none"]),
        conflict=alternation(tables["context"]["conflict"]),
        other=re.compile(alternation(tables["context"]["other"]).pattern + r"(?!\w)"),
        cyber=alternation(tables["context"]["cyber"]),
        claim_hints=tuple(claims["hints"]),
    )
