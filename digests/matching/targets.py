"""What the index keeps of a keyword: its forms as numbers, and whose they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digests.matching.several import each_of

if TYPE_CHECKING:
    from digests.matching.forms import Meaning
    from digests.matching.query import Keyword
    from digests.matching.several import Entry
    from digests.model import QueryId

__all__ = ["Form", "Target"]


class Form:
    """A form in the index: the numbers of its words, and whose it is."""

    __slots__ = ("flags", "name", "owner", "words")

    def __init__(self, name: str, words: tuple[int, ...], flags: int, owner: Target) -> None:
        self.name = name
        self.words = words
        self.flags = flags
        self.owner = owner


class Target:
    """One keyword at one strictness, whoever follows it: its forms and the queries it is part of."""

    __slots__ = ("followers", "keyword", "meaning", "searched")

    def __init__(self, keyword: Keyword, meaning: Meaning | None) -> None:
        self.keyword = keyword
        self.meaning = meaning  # kept only when the keyword stands for something in the lexicon or gazetteer
        self.searched: Entry[Form] = None
        self.followers: Entry[QueryId] = None

    @property
    def entity(self) -> str | None:
        return self.meaning.reading.label if self.meaning else None

    @property
    def forms(self) -> tuple[Form, ...]:
        """What is looked for, in the order of its names."""
        return each_of(self.searched)

    @property
    def queries(self) -> tuple[QueryId, ...]:
        """Whose keyword it is."""
        return each_of(self.followers)
