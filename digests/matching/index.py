"""The vocabulary of all forms, and the question which of its words an article's word may be.

Exact words are found in a dictionary. Spelling variants are found through the strings of `spelling.keys`, kept as one
sorted array of 64-bit numbers (40 bits of the string's hash, 24 bits of the word's number): eight bytes for each string,
where a dictionary of strings would take ten times that. New words wait in a small dictionary until they are merged.
Whatever the array finds is verified by the rules, so that a collision of hashes costs time and never an answer.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from digests.matching.inflections import (
    APOSTROPHE,
    ELISIONS,
    around_apostrophe,
    demonyms,
    derivations,
    inflections,
    keyword_inflections,
)
from digests.matching.spelling import (
    DERIVED_FROM,
    DIGIT,
    EXACT,
    INFLECTED,
    TITLED,
    Kind,
    Likeness,
    Shape,
    given_names,
    keys,
    likeness,
    may_be_alike,
    shape,
    skeleton_of,
)
from digests.matching.words import is_common, is_english, is_name, is_person, is_word
from digests.text import Script, fold_token, script_of

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Found", "Vocabulary"]

HASH_BITS = 40
WORD_BITS = 24
HASH_MASK = (1 << HASH_BITS) - 1
WORD_MASK = (1 << WORD_BITS) - 1
SHARDS = 64
SHARD_SHIFT = HASH_BITS - 6
CACHE_SIZE = 100_000
LONGEST_WORD = 60  # longer words are found exactly only
UNFUZZY = (Script.NO_SPACES, Script.HANGUL, Script.OTHER)


class Found(NamedTuple):
    """A word of the vocabulary that an article's word may stand for."""

    word: int
    kind: Kind
    score: float
    strong: bool
    more: int = 0  # further words of the page that belong to it (cease-fire)


class Vocabulary:
    """Numbers for words, and the words near a word."""

    __slots__ = (
        "bloom", "bloom_mask", "cache", "groups", "number", "pending", "pending_keys", "recent", "recent_size", "shards", "size",
        "skeletons", "used", "weak", "words",
    )  # fmt: skip

    def __init__(self) -> None:
        self.number: dict[str, int] = {}
        self.words: list[str] = []
        self.skeletons: list[str | None] = []  # of the words that may be spelt otherwise
        self.weak = bytearray()  # whether a weak answer is of use
        self.used = array("l")  # how many forms use the word
        self.shards = [array("Q") for _ in range(SHARDS)]
        self.size = 0
        self.bloom = bytearray(1)
        self.bloom_mask = 0
        self.recent: dict[int, list[int]] = {}
        self.recent_size = 0
        self.pending: list[int] = []
        self.pending_keys = array("Q")
        self.cache: dict[str, tuple[Found, ...] | None] = {}
        self.groups: dict[str, list[str]] = {}

    def add(self, word: str) -> int:
        """The number of a word, which is in use once more."""
        number = self.number.get(word)
        if number is None:
            number = len(self.words)
            self.number[word] = number
            self.words.append(word)
            self.skeletons.append(None)
            self.used.append(1)
            self.weak.append(0)
            if word[0] not in "^#":
                self.pending.append(number)
            self.forget(word)
            return number
        self.used[number] += 1
        if self.used[number] == 1:
            self.forget(word)
        return number

    def may_be_weak(self, numbers: Iterable[int]) -> None:
        """Say that a form can use weak answers for these words: their neighbours may make up for them."""
        for number in numbers:
            if not self.weak[number]:
                self.weak[number] = 1
                self.forget(self.words[number])

    def drop(self, number: int) -> None:
        """Say that one form less uses the word. An unused word is found no more; its number stays."""
        self.used[number] -= 1

    # Looking up

    def cached(self, written: str) -> tuple[Found, ...]:
        """As `lookup`, from the cache if the answer is there."""
        try:
            found = self.cache[written]
        except KeyError:
            found = self.lookup(written)
        return found or ()

    def lookup(self, written: str) -> tuple[Found, ...] | None:
        """The words that an article's word, as written, may stand for; None if none. Answers are kept."""
        folded = fold_token(written)
        script = script_of(folded)
        found = tuple(self.analyse(written, folded, script)) or None if folded else None
        if len(self.cache) >= CACHE_SIZE:
            self.cache.clear()
            self.groups.clear()
        self.cache[written] = found
        self.groups.setdefault(group_of(folded, script, written), []).append(written)
        return found

    def analyse(self, written: str, folded: str, script: Script) -> list[Found]:
        found: dict[int, Likeness] = {}
        number = self.number.get(folded)
        if number is not None:
            found[number] = EXACT
        if written[:1].isupper() or not written.isalnum():  # also l'ONU
            self.acronyms(written, folded, found)
        if script is not Script.NO_SPACES and len(folded) > 2:
            self.inflected(written, folded, script, found)
            if script not in UNFUZZY and len(folded) <= LONGEST_WORD:
                self.spellings(folded, small=written.islower(), found=found)
                for base in () if written.isalnum() else around_apostrophe(written):
                    self.spellings(base, small=written.islower(), found=found)
        listed = self.listed(found)
        if len(folded) > 5:
            listed.extend(Found(~number, *EXACT) for number in self.at("=" + folded))
        return listed

    def inflected(self, written: str, folded: str, script: Script, found: dict[int, Likeness]) -> None:
        """Bases of the word among the keywords, and keywords of the same base."""
        bases = inflections(folded, script, written)
        for base in bases:
            number = self.number.get(base)
            if number is not None and self.may_inflect(base, folded, written):
                found.setdefault(number, INFLECTED)
        if written.islower():
            for base in derivations(folded):
                number = self.number.get(base)
                if number is not None and is_common(base):
                    found.setdefault(number, DERIVED_FROM)
        for base in (folded, *bases):
            for number in self.at("~" + base.lstrip("~")):
                if self.may_inflect(self.words[number], folded, written):
                    found.setdefault(number, INFLECTED)

    def listed(self, found: dict[int, Likeness]) -> list[Found]:
        return [Found(number, *how) for number, how in found.items() if self.used[number] > 0]

    def may_inflect(self, base: str, folded: str, written: str) -> bool:
        """Whether an ending makes no other known name of it (Wales is no plural of a Mr Wale)."""
        if len(base) <= 4 and folded == base + "s" and written[:1].isupper():
            return False  # Hama and Hamas, Lao and Laos
        known = is_name(folded) and is_name(base) and not is_common(folded)
        return not known or not written.isalnum() or base in demonyms()

    def acronyms(self, written: str, folded: str, found: dict[int, Likeness]) -> None:
        """Acronyms in capitals, in the plural, or, from four letters, as French and Spanish papers write them."""
        base = without_elision(written)
        name = folded if base == written else fold_token(base)
        number, how = None, EXACT
        if base.isupper() or (len(base) <= 5 and base[-1].isupper()):  # also LeT, LoC
            number = self.number.get("^" + name)
        elif name[-1:] == "s" and base[:-1].isupper() and len(name) > 2:
            number, how = self.number.get("^" + name[:-1]), INFLECTED
        elif len(name) > 3 and base.istitle() and not is_english(name) and not is_person(name):
            number, how = self.number.get("^" + name), TITLED
        if number is not None:
            found[number] = how

    def spellings(self, folded: str, *, small: bool, found: dict[int, Likeness]) -> None:
        if (small and is_word(folded)) or len(folded) < 3:
            return
        known = is_word(folded) if small else is_english(folded)
        given = folded in given_names() and not small
        if known and not given and (small or len(folded) < 8):
            return
        if DIGIT.search(folded):
            return  # another number is another thing
        token = shape(folded)
        only_weak = len(folded) < 8 and is_name(folded)
        for number in self.filed_near(token, skeleton_only=known and token.script is Script.LATIN):
            if number in found or (only_weak and not self.weak[number]):
                continue
            word, skeleton = self.words[number], self.skeletons[number]
            if skeleton is None or not may_be_alike(word, skeleton, token):
                continue
            how = likeness(shape(word, skeleton), token, small=small)
            if how is not None:
                found[number] = how

    def filed_near(self, token: Shape, *, skeleton_only: bool) -> Iterable[int]:
        """The numbers of the words that share one of the token's strings, each once."""
        near: dict[int, None] = {}
        bloom, mask = self.bloom, self.bloom_mask
        for key in (token.skeleton,) if skeleton_only else keys(token):
            if bloom[hash(key) & mask] or self.recent:  # most strings are nobody's
                near.update(dict.fromkeys(self.at(key)))
        return near

    def at(self, key: str) -> list[int]:
        """The numbers of the words filed under this string (or under another string of the same hash)."""
        wanted = hash(key) & HASH_MASK
        numbers: list[int] = []
        if self.bloom[wanted & self.bloom_mask]:
            table = self.shards[wanted >> SHARD_SHIFT]
            index = bisect_left(table, wanted << WORD_BITS)
            end = (wanted + 1) << WORD_BITS
            while index < len(table) and table[index] < end:
                numbers.append(table[index] & WORD_MASK)
                index += 1
        if self.recent:
            numbers.extend(self.recent.get(wanted, ()))
        return numbers

    # Keeping

    def filed(self, number: int) -> list[int]:
        """The hashes under which a word is filed."""
        word = self.words[number]
        script = script_of(word)
        strings = ["~" + base.lstrip("~") for base in keyword_inflections(word, script)]
        if script not in UNFUZZY and len(word) <= LONGEST_WORD:
            shaped = shape(word)
            self.skeletons[number] = word if shaped.skeleton == word else shaped.skeleton
            strings.extend(keys(shaped))
        return [hash(string) & HASH_MASK for string in set(strings)]

    def file(self, key: str, number: int) -> None:
        """File a word under one more string, `=` and a word that stands for it."""
        self.forget(key[1:])
        self.pending_keys.append((hash(key) & HASH_MASK) << WORD_BITS | number)

    def settle(self) -> None:
        """File what waits; merge when it is much."""
        waiting = len(self.pending) * 8 + len(self.pending_keys)
        if waiting > 16_000 or self.recent_size > max(8000, self.size // 10):
            self.merge()
            return
        for number in self.pending:
            for entry in self.filed(number):
                self.recent.setdefault(entry, []).append(number)
            self.recent_size += 8
        for entry in self.pending_keys:
            self.recent.setdefault(entry >> WORD_BITS, []).append(entry & WORD_MASK)
        self.recent_size += len(self.pending_keys)
        self.pending.clear()
        del self.pending_keys[:]

    def merge(self) -> None:
        """Sort everything into the shards, one after the other, so that little memory is needed meanwhile."""
        shards = self.shards
        for number in self.pending:
            for entry in self.filed(number):
                shards[entry >> SHARD_SHIFT].append(entry << WORD_BITS | number)
        for entry in self.pending_keys:
            shards[entry >> SHARD_SHIFT + WORD_BITS].append(entry)
        for entry, numbers in self.recent.items():
            shards[entry >> SHARD_SHIFT].extend([entry << WORD_BITS | number for number in numbers])
        self.pending.clear()
        del self.pending_keys[:]
        self.recent.clear()
        self.recent_size = 0
        self.size = sum(map(len, shards))
        size = 1 << max(4 * self.size - 1, 1).bit_length() - 1
        self.bloom, self.bloom_mask = bytearray(size), size - 1
        bloom, mask = self.bloom, self.bloom_mask
        for index, shard in enumerate(shards):
            shards[index] = array("Q", sorted(set(shard)))
            for entry in shards[index]:
                bloom[(entry >> WORD_BITS) & mask] = 1

    def forget(self, word: str) -> None:
        """Forget the answers that a new word may change: those of words that begin alike, and of those with clitics."""
        if not self.cache:
            return
        folded = word.lstrip("^#")
        for group in {group_of(folded, script_of(folded), folded), "other"}:
            for written in self.groups.pop(group, ()):
                self.cache.pop(written, None)


def without_elision(written: str) -> str:
    """The word without what an apostrophe joins to it: NATO of NATO's, Otan of L'Otan."""
    parts = APOSTROPHE.split(written)
    if len(parts) > 1 and fold_token(parts[0]) in ELISIONS and parts[1]:
        return parts[1]
    return parts[0] or written


def group_of(folded: str, script: Script, written: str) -> str:
    """A coarse class of words such that a new word changes the answers of its own class and of "other" only."""
    if not folded or not folded[0].isalpha():
        return "other"
    if script is not Script.LATIN:
        return str(script.value)
    # An apostrophe may have hidden the beginning: d'Iran. The first sound depends on the first letters only.
    return first_sound(folded[:4]) if written.isalnum() else "other"


@lru_cache(maxsize=50_000)
def first_sound(beginning: str) -> str:
    return skeleton_of(beginning, Script.LATIN)[:1]
