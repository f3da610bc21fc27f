"""One number, word or mark of a sentence, and whom a word names."""

from __future__ import annotations

from dataclasses import dataclass

from digests.stories.facts.small_words import small_words
from digests.stories.facts.vocabulary import Sign

__all__ = ["MOST", "Item", "describes_person", "is_one"]

MOST = 100_000  # a larger number of dead in one event is a population, a sum of money or nonsense


@dataclass(slots=True)
class Item:
    """One number, word, phrase or mark. `low` and `high` are set for numbers; offsets are those of the whole text."""

    sign: int  # bits of Sign
    start: int
    end: int
    word: str = ""
    low: int = 0
    high: int = 0
    about: bool = False

    def has(self, sign: int) -> bool:
        return bool(self.sign & sign)


def describes_person(items: list[Item], index: int) -> bool:
    """Whether a word that is a unit elsewhere tells who somebody is: "bus passengers", "a district police officer"."""
    item = items[index]
    if not item.has(Sign.UNIT) or item.has(Sign.PERSON | Sign.CUE | Sign.MONTH | Sign.MAGNITUDE):
        return False
    is_many = item.word.endswith("s") and not item.word.endswith(("ss", "us"))
    return not is_many and index + 1 < len(items) and items[index + 1].has(Sign.PERSON)


def is_one(items: list[Item], index: int) -> bool:
    """Whether the person word at `index` names one person and no thing: "a police station" is none."""
    word = items[index].word
    if not word.isascii() and not items[index].has(Sign.SINGLE):
        return False  # in other scripts most nouns for people do not tell one from many
    if word.endswith(("s", "men", "children", "people", "personnel")) or word in (
        "police",
        "suspected",
        "taliban",
        "paramilitary",
    ):
        return False
    following = items[index + 1] if index + 1 < len(items) else None
    return following is None or not (following.has(Sign.UNIT) or following.word in small_words("many_dead"))
