"""Names as they sound, in any script: what reports of one event in different languages share.

Rare words are reduced to their consonants (digests/sounds.py). Words of two consonants say nothing, those of three little.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING
from zlib import crc32

from digests.sounds import consonants_in, sound_of
from digests.stories.likeness import load_idf
from digests.text import Script, fold_token, script_of, spans

if TYPE_CHECKING:
    from collections.abc import Iterable

    from digests.model import Article

__all__ = ["names_of", "shared"]

CHARACTERS = 800  # where an event's names stand
RARE = 6.0  # the weight of a word (likeness.py) from which it may be a name
RARE_OF_PAIR = 4.5  # the same of two words: a common first name and a common surname are one person
SHORT, LONG, PAIR = (
    3,
    4,
    5,
)  # consonants: of a word that says little, of one that says much, of two words written as one
SHORT_SAYS = 0.4
MOST = 120


def names_of(article: Article) -> array[int]:
    """The sounds of the rare words of the title and the beginning, and of two neighbours written as one, hashed.

    In scripts with capitals only words with one count. The lowest bit says whether the sound is a long one.
    """
    weight = load_idf().weight
    found: dict[int, None] = {}
    before, before_weight = "", 0.0
    for text, _ in spans(f"{article.title}. {article.body[:CHARACTERS]}"):
        if text[0].islower() or text[0].isdecimal():
            before = ""
            continue
        word = text.partition("'")[0].partition("’")[0]
        folded = fold_token(word)
        if not folded or (script_of(folded) is Script.LATIN and not word[0].isupper()):
            before = ""
            continue
        own = weight(folded)
        if own >= RARE:
            _add(found, sound_of(word), SHORT)
        if before and own and before_weight and max(own, before_weight) >= RARE_OF_PAIR:
            _add(found, sound_of(before + word), PAIR)
        before, before_weight = word, own
    return array("I", sorted(list(found)[:MOST]))


def shared(ours: array[int], theirs: Iterable[array[int]]) -> float:
    """How many names both have in common; one of three consonants counts for less than half."""
    wanted = set(ours)
    common = set().union(*(wanted.intersection(names) for names in theirs)) if wanted else set()
    return sum(1.0 if name & 1 else SHORT_SAYS for name in common)


def _add(found: dict[int, None], sound: str, least: int) -> None:
    consonants = consonants_in(sound)
    if consonants >= least:
        found[crc32(sound.encode()) & ~1 | (consonants >= LONG)] = None
