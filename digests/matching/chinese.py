"""Chinese names in simplified and in traditional characters: 乌克兰 and 烏克蘭."""

from __future__ import annotations

from functools import cache
from importlib import resources

__all__ = ["simplified", "traditional"]


@cache
def tables() -> tuple[dict[int, int], dict[int, int]]:
    """The characters for `str.translate`: from simplified ones to traditional ones, and back."""
    text = (resources.files("digests.matching") / "data" / "traditional.txt").read_text("utf-8")
    pairs: list[tuple[int, int]] = []
    for line in text.splitlines():
        if not line.startswith("#"):
            simple, full = line.split()
            pairs.extend(zip(map(ord, simple), map(ord, full), strict=True))
    return dict(pairs), {full: simple for simple, full in pairs}


def traditional(text: str) -> str:
    """The text in traditional characters; other scripts stay as they are."""
    return text if text.isascii() else text.translate(tables()[0])


def simplified(text: str) -> str:
    """The text in simplified characters; other scripts stay as they are."""
    return text if text.isascii() else text.translate(tables()[1])
