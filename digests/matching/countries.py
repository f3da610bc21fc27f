"""Every country's names and adjectives in the languages of the articles, as data (data/countries.tsv).

The names are Unicode CLDR's (Unicode licence), with further usual names of our own; the adjectives are ours.
"""

from __future__ import annotations

from functools import cache
from importlib import resources

__all__ = ["country_words"]


@cache
def country_words() -> tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]:
    """Per country: its ISO 3166-1 alpha-2 code, its names (the English one first), its adjectives and demonyms."""
    data = (resources.files("digests.matching") / "data" / "countries.tsv").read_text("utf-8")
    rows = (line.split("\t") for line in data.splitlines() if line and not line.startswith("#"))
    return tuple(
        (code, tuple(names.split("|")), tuple(filter(None, adjectives.split("|")))) for code, names, adjectives in rows
    )
