"""Many expressions looked up at once by the letters they begin with.

Of some thousand words of a report hardly one begins like a word for a blast or an arrest; trying every expression at
every word took most of the time of reading facts.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["Expressions"]

Name = TypeVar("Name")

LETTERS = 3  # by which expressions are found
WORD_START = re.compile(r"(?<!\w)\w")
# "And", "by", "the" are written as part of the Arabic word that follows.
ARABIC = re.compile(r"[وفبلك]?ال|لل|[وفبلك]")
ALEF = "ا"
FIRST_ARABIC = frozenset("وفبلكا")
ENDS_A_LETTER = "?*{"  # behind a letter: it may be missing


@dataclass(frozen=True, slots=True)
class Expressions(Generic[Name]):
    """Named expressions over lower-case text, each of which begins at the beginning of a word."""

    by_letters: dict[str, tuple[tuple[Name, re.Pattern[str]], ...]]
    few_letters: frozenset[str]  # first letters of those that are found by one or two

    @classmethod
    def of(cls, named: Iterable[tuple[Name, Iterable[str]]]) -> Expressions[Name]:
        """Compiles the expressions of each name."""
        grouped: dict[tuple[str, int], list[str]] = defaultdict(list)
        names = []
        for position, (name, expressions) in enumerate(named):
            names.append(name)
            for expression in expressions:
                for letters in beginnings(expression):
                    grouped[letters, position].append(expression)
        found: dict[str, list[tuple[Name, re.Pattern[str]]]] = defaultdict(list)
        for (letters, position), expressions in sorted(grouped.items(), key=lambda item: item[0][1]):
            found[letters].append((names[position], re.compile("|".join(expressions))))
        few = frozenset(letters[0] for letters in found if len(letters) < LETTERS)
        return cls({letters: tuple(patterns) for letters, patterns in found.items()}, few)

    def find(self, text: str) -> Iterator[tuple[Name, int, int]]:
        """Each expression that matches: its name, and where. Matches of one name do not overlap."""
        ends: dict[Name, int] = {}
        get, others = self.by_letters.get, self.few_letters | FIRST_ARABIC
        for word in WORD_START.finditer(text):
            start = word.start()
            if get(text[start : start + LETTERS]) is None and text[start] not in others:
                continue  # most words
            for begin, patterns in self.candidates(text, start):
                for name, pattern in patterns:
                    found = pattern.match(text, begin) if ends.get(name, 0) <= begin else None
                    if found is not None:
                        ends[name] = found.end()
                        yield name, begin, found.end()

    def candidates(self, text: str, start: int) -> Iterator[tuple[int, tuple[tuple[Name, re.Pattern[str]], ...]]]:
        """The expressions that begin with the letters of the word at `start`, and where they begin."""
        patterns = self.by_letters.get(text[start : start + LETTERS])
        if patterns is not None:
            yield start, patterns
        first = text[start]
        if first in self.few_letters:
            for size in range(1, LETTERS):
                patterns = self.by_letters.get(text[start : start + size])
                if patterns is not None:
                    yield start, patterns
        if first in FIRST_ARABIC:
            for begin in behind_prefixes(text, start):
                patterns = self.by_letters.get(text[begin : begin + LETTERS])
                if patterns is not None:
                    yield begin, patterns


def behind_prefixes(text: str, start: int) -> tuple[int, ...]:
    """Where the word itself may begin behind what Arabic writes before it."""
    found = ARABIC.match(text, start)
    if found is None:
        return ()
    one = start + 1
    return (found.end(),) if found.end() == one or text[start] == ALEF else (one, found.end())


def beginnings(expression: str) -> set[str]:
    """The first letters, up to three, of all that an expression matches; fewer where the expression leaves them open.

    An expression must begin with a letter or a group of them.
    """
    letters = ""
    while expression.startswith("(?<!"):  # what must not stand before
        expression = expression[expression.index(")") + 1 :]
    for position, char in enumerate(expression):
        if len(letters) == LETTERS:
            break
        if expression.startswith("(?:", position):
            return {letters + more for more in of_group(expression, position, LETTERS - len(letters))}
        after = expression[position + 1 : position + 2]
        if not (char.isalnum() or char in " -'") or after in tuple(ENDS_A_LETTER):
            break
        letters += char
    return {letters}


def of_group(expression: str, start: int, most: int) -> set[str]:
    """The beginnings of the alternatives of a group that begins at `start`, each with what follows the group."""
    depth, last, parts = 0, start + 3, []
    for position in range(start, len(expression)):
        char = expression[position]
        if expression[position - 1 : position] == "\\":
            continue
        depth += (char == "(") - (char == ")")
        if (char == "|" and depth == 1) or depth == 0:
            parts.append(expression[last:position])
            last = position + 1
        if depth == 0:
            break
    rest = expression[last:]
    if rest[:1] == "?":  # the group may be missing
        parts, rest = [*(part + rest[1:] for part in parts), rest[1:]], ""
    return {letters[:most] for part in parts for letters in beginnings(part + rest)}
