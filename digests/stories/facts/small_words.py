"""The small words of small_words.toml, that the rules about figures look for."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

from digests.text import fold_token

__all__ = ["small_words"]


@cache
def small_words(name: str) -> frozenset[str]:
    """One list of the file, folded."""
    return all_lists()[name]


@cache
def all_lists() -> dict[str, frozenset[str]]:
    lists: dict[str, str] = tomllib.loads((resources.files(__package__) / "small_words.toml").read_text("utf-8"))
    return {name: frozenset(map(fold_token, words.split())) for name, words in lists.items()}
