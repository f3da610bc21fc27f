"""What an article spells an acronym out as: "thrombotic thrombocytopenic purpura (TTP)", International Diabetes Federation."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digests.matching.words import FUNCTION_WORDS
from digests.text import tokenize

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digests.matching.page import Page

__all__ = ["capitalised", "expansions"]

SHORTEST_SPELLED = 3  # letters of an acronym that any capitalised words may spell out
INTRODUCING = frozenset(
    {"the", "or", "a", "an", "for", "short", "which", "stands", "means", "meaning", "ie", "eg", "le", "la", "les"}
)


def capitalised(page: Page, acronym: str) -> Iterator[list[str]]:
    """Runs of capitalised words whose initials are the acronym: "International Diabetes Federation" for IDF."""
    if len(acronym) < SHORTEST_SPELLED:
        return
    for start in range(len(page.written)):
        if not page.is_capital(start) or page.folded(start)[:1] != acronym[0] or page.is_caps_line(start):
            continue
        words: list[str] = []
        for index in range(start, min(start + 2 * len(acronym), len(page.written))):
            word = page.folded(index)
            if index > start and page.between(index - 1) not in {" ", "-"}:
                break
            if page.is_capital(index) and word[:1] == acronym[len(words)] and len(word) > 1:
                words.append(word)
                if len(words) == len(acronym):
                    yield words
                    break
            elif word not in FUNCTION_WORDS:
                break


def expansions(text: str, acronym: str) -> list[list[str]]:
    """The words that a text gives for an acronym, as in "thrombotic thrombocytopenic purpura (TTP)" or the other way round."""
    found = []
    for match in re.finditer(rf"\(\s*[“\"']?{re.escape(acronym)}s?\b", text, re.IGNORECASE):
        before = [token.folded for token in tokenize(text[max(0, match.start() - 120) : match.start()])]
        spelled = spells(before[-len(acronym) - 3 :], acronym)
        if spelled:
            found.append(spelled)
    for match in re.finditer(
        rf"\b{re.escape(acronym)}s?(?:\s*[(,:–—=-]|\s+(?:stands|means|is))\s*(?=([^)]{{3,120}}))", text, re.IGNORECASE
    ):
        after = [token.folded for token in tokenize(match.group(1))][: len(acronym) + 6]
        while after and after[0] in INTRODUCING:
            del after[0]
        for count in range(len(acronym), len(after) + 1):
            if spells(after[:count], acronym) == after[:count]:
                found.append(after[:count])
                break
    return found


def spells(words: list[str], acronym: str) -> list[str]:
    """The last of these words whose initials spell the acronym; function words may be left out."""
    for start in range(len(words) - len(acronym), -1, -1):
        part = words[start:]
        initials = "".join(word[0] for word in part)
        short = "".join(word[0] for word in part if word not in FUNCTION_WORDS)
        if acronym in {initials, short}:
            return part
    return []
