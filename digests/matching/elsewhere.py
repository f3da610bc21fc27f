"""Places that only share a name with the one that is followed: Lebanon, Tennessee; Damascus steel; the Niger Delta."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from digests.text import fold

if TYPE_CHECKING:
    from digests.matching.page import Page

__all__ = ["is_in_a_state", "is_town_of_a_state", "longer_names", "states_of_town", "words_in_longer_names"]

TOWNS = frozenset({"town", "city", "village", "suburb", "county"})
LONGEST_TITLE = 3  # words of "Texas town of"


def table(name: str) -> dict[str, frozenset[str]]:
    """The lines "key: one, two" of a file of this package's data."""
    text = (resources.files("digests.matching") / "data" / name).read_text("utf-8")
    lines = [line.partition(": ") for line in text.splitlines() if not line.startswith("#")]
    return {key: frozenset(values.split(", ")) for key, _, values in lines}


@cache
def states() -> dict[str, frozenset[str]]:
    """The folded `names` of states and provinces overseas, and their `short` forms as written, without dots."""
    return table("states.txt")


@cache
def towns_overseas() -> dict[str, frozenset[str]]:
    """The states in which there is a town of a name of the old world, all folded."""
    return table("towns_overseas.txt")


def states_of_town(name: str) -> frozenset[str]:
    """The states of the United States with a town of this folded name: Texas for Odessa."""
    return towns_overseas().get(name, frozenset())


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
    """Whether a state of the United States, Canada or Australia follows: "Lebanon, Ohio", "Odessa in Texas"."""
    after = last + 1
    if after + 1 < len(page.written) and page.folded(after) == "in" and page.between(last) == " ":
        after += 1
    elif after >= len(page.written) or page.between(last).strip() != ",":
        return False
    return page.is_capital(after) and is_state(page, after)


def is_state(page: Page, at: int) -> bool:
    """Whether the name of a state begins at this word, or its short form: N.Y., TX, Pa."""
    known = states()
    if page.folded(at) in known["names"] or page.written[at].replace(".", "") in known["short"]:
        return True
    return at + 1 < len(page.written) and f"{page.folded(at)} {page.folded(at + 1)}" in known["names"]


def is_town_of_a_state(page: Page, first: int) -> bool:
    """Whether the name stands behind "the Texas town of"."""
    return (
        first >= LONGEST_TITLE
        and page.folded(first - 1) == "of"
        and page.folded(first - 2) in TOWNS
        and page.folded(first - 3) in states()["names"]
    )
