"""Things and people that only bear a followed name: a band, a street, a restaurant, a ship, somebody of that surname."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from digests.matching.fields import listed
from digests.matching.words import FUNCTION_WORDS, is_common
from digests.text import fold

if TYPE_CHECKING:
    from digests.matching.page import Page

__all__ = [
    "is_called_a_town",
    "is_called_a_trust",
    "is_counted",
    "is_firm",
    "is_introduced_as_a_thing",
    "names_a_thing",
    "things",
]

QUOTES = "\"“”„‟«»‹›'‘’‚「」『』"
QUOTATION_MARKS, NOTHING_OR_QUOTES = frozenset(QUOTES), frozenset({"", *QUOTES})
CLOSING = re.compile(f"[,.]?[{QUOTES}]")


@cache
def things() -> dict[str, frozenset[str]]:
    """What stands beside a name that a thing bears: words `before` it, words `behind` it, and `arts`; and `titles` of people."""
    text = (resources.files("digests.matching") / "data" / "namesakes.txt").read_text("utf-8")
    found: dict[str, set[str]] = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            kind, _, words = line.partition(":")
            found.setdefault(kind, set()).update(fold(word) for word in words.split())
    return {kind: frozenset(words) for kind, words in found.items()}


def names_a_thing(page: Page, first: int, last: int) -> bool:
    """Whether the words are the name of a thing: the band Beirut, USS Fallujah, Baghdad Street, “Kashmir” in a text on songs."""
    known = things()
    if first:
        before, between, is_capital = page.folded(first - 1), page.between(first - 1), page.is_capital(first - 1)
        if is_capital and before in known["ranks"] and between in {" ", ". "}:
            return True  # Admiral Togo
        if before in known["ships" if is_capital else "before"] and between.strip() in NOTHING_OR_QUOTES:
            return True
    if last + 1 < len(page.written) and page.between(last) in {" ", "-"} and page.is_capital(last + 1):
        return page.folded(last + 1) in known["behind"] and not page.is_caps_line(first)
    return is_quoted(page, first, last) and not known["arts"].isdisjoint(page.words)


LOOKED_THROUGH = 9  # words of an apposition
LONGEST_NAME = 5  # words that may follow the found one in the name that is explained


def is_introduced_as_a_thing(page: Page, last: int) -> bool:
    """Whether the name is explained as something of everyday life: "the Wagner Group, a family-run roofing firm"."""
    if last + 1 >= len(page.written):
        return False
    if page.between(last) == " " and page.written[last + 1] != "the" and not page.is_capital(last + 1):
        return False  # nearly all
    limit = min(last + LONGEST_NAME, len(page.written) - 1)
    while last < limit and page.is_capital(last + 1) and page.between(last) == " ":
        last += 1  # Wagner Group
    return last + 1 < len(page.written) and explains_a_thing(page, last)


def explains_a_thing(page: Page, last: int) -> bool:
    """Whether what stands behind a name calls it a thing of everyday life."""
    index = last + 1
    if page.folded(index) == "the" and page.between(last) == " ":
        return any(
            page.folded(near) in things()["animals"] for near in range(index + 1, min(index + 3, len(page.written)))
        )
    if page.between(last).strip() not in {",", "(", "—", "–", "-"}:
        return False
    if page.folded(index) not in things()["articles"]:
        return False
    found = False
    for position in range(index + 1, min(index + LOOKED_THROUGH, len(page.written))):
        word = page.folded(position)
        if word in listed("conflict") or word in things()["armed"]:
            return False
        is_animal = word in things()["animals"] and page.written[position].islower()  # a Lion is somebody
        found = found or word in things()["kinds"] or is_animal
        if page.between(position - 1).strip() and position > index + 1 and page.between(position - 1) != "-":
            break
    return found


def is_firm(page: Page, index: int) -> bool:
    """Whether a name that is written as one word begins that of a firm: WestBank Capital."""
    behind = index + 1
    if names_a_thing(page, index, index):
        return True
    return (
        behind < len(page.written)
        and page.between(index) == " "
        and page.is_capital(behind)
        and is_common(page.folded(behind))
        and not page.is_caps_line(index)
    )


def is_called_a_town(page: Page, first: int) -> bool:
    """Whether the name of a country is here that of a town: "the city of Armenia", "la ciudad colombiana de Armenia"."""
    before = [page.folded(index) for index in range(max(first - 3, 0), first)]
    if not before or before[-1] not in {"of", "de", "di", "da"}:
        return False
    return any(word in things()["towns"] for word in before[:-1])


def is_called_a_trust(page: Page, first: int) -> bool:
    """Whether a word before it says that the bearer is a charity or a firm: "the Norwegian charity NPA"."""
    return first > 0 and page.between(first - 1) == " " and page.folded(first - 1) in things()["trusts"]


def is_counted(page: Page, first: int, last: int) -> bool:
    """Whether an acronym behind "a" is a thing itself: to file a BLA with the regulator, but a BLA fighter."""
    if not first or page.folded(first - 1) not in {"a", "an"} or page.between(first - 1) != " ":
        return False
    if last + 1 >= len(page.written):
        return True
    between, behind = page.between(last), page.folded(last + 1)
    if between != " ":
        return between.lstrip()[:1] in {",", ".", ";", ")"}
    return behind in FUNCTION_WORDS and behind not in {"and", "or"}


def is_quoted(page: Page, first: int, last: int) -> bool:
    """Whether the words alone stand in quotation marks, as titles do."""
    start, end = page.starts[first], page.end(last)
    return page.text[max(start - 1, 0) : start] in QUOTATION_MARKS and CLOSING.match(page.text, end) is not None
