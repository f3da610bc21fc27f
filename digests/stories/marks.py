"""What tells one event from the next in texts that are worded alike: figures, days and names."""

from __future__ import annotations

from enum import IntEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from digests.stories.facts.vocabulary import Sign, build, vocabulary
from digests.stories.likeness import load_idf
from digests.text import Script, fold_token, script_of

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

__all__ = ["Mark", "marks_of"]

RARE = 6.0  # the weight of a word (likeness.py) from which it may be a name
RARER = 3.5  # from which it is no everyday word
COUNTED = Sign.NUMBER | Sign.MONTH | Sign.ORDINAL
LONGEST = 64  # letters that tell what a word is: endless ones are not remembered
CASELESS = frozenset((Script.ARABIC, Script.DEVANAGARI))
ENDS = frozenset('.!?:\n"“”«»')


class Mark(IntEnum):
    """What a word tells of the event that a text reports."""

    LITTLE = 0
    MUCH = 1  # a rarer word
    FIGURE = 2  # a number or a day
    NAME = 3


def marks_of(
    text: str, words: Sequence[tuple[str, int]], language: str, wanted: Container[str] | None = None
) -> dict[str, Mark]:
    """Each distinct word, in small letters, with the most that it tells where it stands; of all words, or the `wanted` ones."""
    known = vocabulary(language, text).language
    marks: dict[str, Mark] = {}
    names = set()  # where they begin no sentence
    for written in dict.fromkeys(written for written, _ in words):
        word = written.casefold()
        if wanted is not None and word not in wanted:
            continue
        mark, is_capital = nature(written[:LONGEST], known)
        if is_capital and mark <= Mark.MUCH:
            names.add(written)
        if mark > marks.get(word, -1):
            marks[word] = mark
    for index in [index for index, (written, _) in enumerate(words) if index and written in names]:
        (before, start_before), (written, start) = words[index - 1 : index + 1]
        if not ENDS.intersection(text[start_before + len(before) : start]):
            marks[written.casefold()] = Mark.NAME
    return marks


@lru_cache(maxsize=20_000)
def nature(written: str, language: str) -> tuple[Mark, bool]:
    """What a word tells by itself, and whether it is a name where it begins no sentence.

    A rare word is a name where it has a capital, and where there are none.
    """
    folded, known = fold_token(written), build(language)
    is_capital = written[:1].isupper()
    if any(map(str.isdecimal, written)) or known.meaning(folded)[0] & COUNTED or folded in known.weekdays:
        return Mark.FIGURE, is_capital
    weight = load_idf().weight(folded)
    if weight >= RARE and (is_capital or script_of(written) in CASELESS):
        return Mark.NAME, is_capital
    return (Mark.MUCH if weight >= RARER else Mark.LITTLE), is_capital
