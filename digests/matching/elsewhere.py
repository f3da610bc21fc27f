"""Places that only share a name with the one that is followed: Lebanon, Tennessee; Damascus steel; the Niger Delta."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from digests.text import fold

if TYPE_CHECKING:
    from digests.matching.page import Page

__all__ = ["is_in_a_state", "longer_names", "words_in_longer_names"]

STATES = frozenset(
    [
        "alabama",
        "alaska",
        "arizona",
        "arkansas",
        "california",
        "colorado",
        "connecticut",
        "delaware",
        "florida",
        "idaho",
        "illinois",
        "indiana",
        "iowa",
        "kansas",
        "kentucky",
        "louisiana",
        "maine",
        "maryland",
        "massachusetts",
        "michigan",
        "minnesota",
        "mississippi",
        "missouri",
        "montana",
        "nebraska",
        "nevada",
        "ohio",
        "oklahoma",
        "oregon",
        "pennsylvania",
        "tennessee",
        "texas",
        "utah",
        "vermont",
        "virginia",
        "wisconsin",
        "wyoming",
        "ontario",
        "manitoba",
        "saskatchewan",
        "queensland",
    ]
)


@cache
def longer_names() -> frozenset[str]:
    """Folded names of other things that begin or end with the name of a place."""
    text = (resources.files("digests.matching") / "data" / "longer_names.txt").read_text("utf-8")
    return frozenset(fold(line) for line in text.splitlines() if line and not line.startswith("#"))


@cache
def words_in_longer_names() -> frozenset[str]:
    """The words of those names: most places are in none of them, and need no further look."""
    return frozenset(word for name in longer_names() for word in name.split())


def is_in_a_state(page: Page, last: int) -> bool:
    """Whether a state of the United States, Canada or Australia follows behind a comma."""
    after = last + 1
    if after >= len(page.written) or page.between(last).strip() != "," or not page.is_capital(after):
        return False
    return page.folded(after) in STATES
