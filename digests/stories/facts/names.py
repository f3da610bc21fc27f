"""The names facts are told with: places of the gazetteer and entities of the lexicon."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING

from digests.text import Token, fold, fold_token, tokenize

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from digests.gazetteer import Gazetteer
    from digests.matching.lexicon import Entity

__all__ = ["Alias", "Found", "Names", "found_in", "tokens_of"]

LONGEST = 6  # words of a name
LONGEST_ACRONYM = 6
# Those before names of places only: N'Djamena is one name, which "n'" of the general ELISIONS would cut.
ELISION = re.compile(r"((?i:d|l|qu|jusqu|dell|all|nell|sull|dall))['’](?=[^\W\d_a-z][^\W\d_])")
SPOKEN_ACRONYM = 4  # letters from which on an acronym is spoken like a word


@dataclass(frozen=True, slots=True)
class Alias:
    """One name of an entity. An acronym counts in capitals only, from four letters on with one capital too; an ambiguous name needs the entity's other evidence."""

    entity: Entity
    acronym: bool
    ambiguous: bool


@dataclass(frozen=True)
class Names:
    """A gazetteer and entities, with an index of the entities' folded names."""

    gazetteer: Gazetteer
    entities: Sequence[Entity] = ()
    index: Mapping[str, tuple[Alias, ...]] = field(init=False, repr=False, compare=False)
    first_words: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        index: dict[str, tuple[Alias, ...]] = {}
        for entity in self.entities:
            ambiguous = {fold(name) for name in entity.ambiguous}
            for name, folded in zip(entity.names, entity.folds, strict=True):
                acronym = name.isascii() and name.replace("-", "").isupper() and len(name) <= LONGEST_ACRONYM
                if folded and all(alias.entity is not entity for alias in index.get(folded, ())):
                    index[folded] = (*index.get(folded, ()), Alias(entity, acronym, folded in ambiguous))
        object.__setattr__(self, "index", index)
        object.__setattr__(self, "first_words", frozenset(name.partition(" ")[0] for name in index))


@dataclass(frozen=True, slots=True)
class Found:
    """A name in a text: its alias, and which tokens and characters it covers."""

    alias: Alias
    first: int
    last: int  # position after the last token
    start: int
    end: int


def runs(tokens: Sequence[Token], first: int) -> Iterator[tuple[str, int]]:
    """The phrases that begin at a token, longest first, each with the position after its end."""
    phrases = list(accumulate((token.folded for token in tokens[first : first + LONGEST]), "{} {}".format))
    for length in range(len(phrases), 0, -1):
        yield phrases[length - 1], first + length


@lru_cache(maxsize=64)
def tokens_of(words: str) -> tuple[Token, ...]:
    """The tokens of a sentence, remembered: places, actors and claims are looked for in the same sentences."""
    return tuple(part for token in tokenize(words) for part in without_elision(token))


def without_elision(token: Token) -> tuple[Token, ...]:
    """A word of French or Italian as two when an apostrophe joins it to a name: "d'Ogossagou"."""
    found = ELISION.match(token.text)
    if found is None:
        return (token,)
    cut = token.start + found.end()
    name = token.text[found.end() :]
    return (
        Token(found[1], token.start, token.start + found.end(1), found[1].lower()),
        Token(name, cut, token.end, fold_token(name)),
    )


def found_in(words: str, names: Names, wanted: Callable[[Entity], bool]) -> list[Found]:
    """The wanted entities that a text names, in order, longest names first and none inside another."""
    tokens = tokens_of(words)
    found: list[Found] = []
    position = 0
    while position < len(tokens):
        if tokens[position].folded not in names.first_words:
            position += 1
            continue
        match = next(filter(None, (one(names, tokens, position, run, wanted) for run in runs(tokens, position))), None)
        if match is not None:
            found.append(match)
        position = match.last if match is not None else position + 1
    return found


def is_acronym(word: str) -> bool:
    """Whether letters stand for words: "BLA", and as some papers write them "Jnim", but not "Bla"."""
    return word.isupper() or (len(word) >= SPOKEN_ACRONYM and word.istitle())


def one(
    names: Names, tokens: Sequence[Token], first: int, run: tuple[str, int], wanted: Callable[[Entity], bool]
) -> Found | None:
    phrase, last = run
    for alias in names.index.get(phrase, ()):
        if wanted(alias.entity) and not (alias.acronym and not is_acronym(tokens[first].text)):
            return Found(alias, first, last, tokens[first].start, tokens[last - 1].end)
    return None
