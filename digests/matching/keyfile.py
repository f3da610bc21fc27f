"""A card index in little memory: strings, and under each the numbers of words.

All of it is kept as sorted arrays of 64-bit numbers, 40 bits of a string's hash and 24 bits of a word's number: eight bytes
for each entry, where a dictionary of strings would take ten times that. New entries wait in a small dictionary until they
are merged. Two strings of one hash are not told apart: who asks verifies what was found.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

__all__ = ["KeyFile", "Sieve"]

HASH_BITS = 40
WORD_BITS = 24
HASH_MASK = (1 << HASH_BITS) - 1
WORD_MASK = (1 << WORD_BITS) - 1
SHARDS = 64
SHARD_SHIFT = HASH_BITS - 6
MANY = 16_000  # new entries that are merged at once
WAITING = 8_000  # entries that may always wait
SMALLEST = 1 << 13  # bytes
LINE = 63  # bytes of a cache line, but one
NEIGHBOUR, OTHER_BIT = 34, 31  # the bits of a hash that find the second bit of a sieve; below HASH_BITS


class Sieve:
    """A set of strings that never denies one of its own, and seldom takes a stranger for one: a Bloom filter of two bits.

    Both bits of a string lie within 64 bytes, which a processor fetches together (F. Putze, P. Sanders and J. Singler,
    Cache-, hash- and space-efficient Bloom filters, 2007).
    """

    __slots__ = ("bits", "count", "mask")

    def __init__(self, size: int = SMALLEST) -> None:
        """`size` bytes, a power of two: with two for each string, one stranger in sixty is let through."""
        self.bits = bytearray(size)
        self.mask = size - 1
        self.count = 0

    def add(self, hashes: Collection[int]) -> None:
        """Let strings of these hashes through."""
        bits, mask = self.bits, self.mask
        for hashed in hashes:
            place = hashed >> 3 & mask
            bits[place] |= 1 << (hashed & 7)
            bits[place ^ (hashed >> NEIGHBOUR & LINE)] |= 1 << (hashed >> OTHER_BIT & 7)
        self.count += len(hashes)

    def may_have(self, string: str) -> bool:
        hashed = hash(string)
        bits, place = self.bits, hashed >> 3 & self.mask
        if not bits[place] >> (hashed & 7) & 1:
            return False
        return bool(bits[place ^ (hashed >> NEIGHBOUR & LINE)] >> (hashed >> OTHER_BIT & 7) & 1)

    @property
    def is_full(self) -> bool:
        """Whether more than an eighth of all strangers may be let through."""
        return self.count > len(self.bits)


class KeyFile:
    """Numbers of words by the strings they are filed under."""

    __slots__ = ("fresh", "recent", "recent_size", "shards", "sieve", "size")

    def __init__(self) -> None:
        self.shards = [array("Q") for _ in range(SHARDS)]
        self.size = 0  # entries in the shards
        self.sieve = Sieve()  # of all strings but the fresh ones: most strings that are asked for are nobody's
        self.recent: dict[int, list[int]] = {}
        self.recent_size = 0
        self.fresh = array("Q")  # what was filed since the file was last asked

    def file(self, keys: Iterable[str], number: int) -> None:
        """File a word's number under these strings. Call `settle` before the next question."""
        self.fresh.extend([(hash(key) & HASH_MASK) << WORD_BITS | number for key in keys])

    def numbers(self, keys: Iterable[str]) -> list[int]:
        """The numbers filed under any of these strings, in the order of the strings."""
        bits, mask = (
            self.sieve.bits,
            self.sieve.mask,
        )  # asked here: a call for each string would cost more than the answer
        shards, recent = self.shards, self.recent
        found: list[int] = []
        for key in keys:
            hashed = hash(key)
            place = hashed >> 3 & mask
            if not bits[place] >> (hashed & 7) & 1:
                continue  # nearly all
            hashed &= HASH_MASK
            if not bits[place ^ (hashed >> NEIGHBOUR & LINE)] >> (hashed >> OTHER_BIT & 7) & 1:
                continue
            table, first = shards[hashed >> SHARD_SHIFT], hashed << WORD_BITS
            at, end, size = bisect_left(table, first), first + (1 << WORD_BITS), len(table)
            while at < size and table[at] < end:
                found.append(table[at] & WORD_MASK)
                at += 1
            if recent:
                found.extend(recent.get(hashed, ()))
        return found

    def settle(self) -> None:
        """Make what is fresh findable; merge all when it is much."""
        if len(self.fresh) > MANY or self.recent_size > max(WAITING, self.size // 10):
            self.merge()
            return
        for entry in self.fresh:
            self.recent.setdefault(entry >> WORD_BITS, []).append(entry & WORD_MASK)
        self.sieve.add([entry >> WORD_BITS for entry in self.fresh])
        self.recent_size += len(self.fresh)
        del self.fresh[:]

    def merge(self) -> None:
        """Sort everything into the shards, one after the other, so that little memory is needed meanwhile."""
        shards = self.shards
        for entry in self.fresh:
            shards[entry >> SHARD_SHIFT + WORD_BITS].append(entry)
        for hashed, numbers in self.recent.items():
            shards[hashed >> SHARD_SHIFT].extend([hashed << WORD_BITS | number for number in numbers])
        self.fresh = array("Q")
        self.recent.clear()
        self.recent_size = 0
        self.size = sum(map(len, shards))
        self.sieve = Sieve(max(SMALLEST, 1 << (2 * self.size - 1).bit_length()))
        for index, shard in enumerate(shards):
            shards[index] = array("Q", sorted(set(shard)))
            self.sieve.add([entry >> WORD_BITS for entry in shards[index]])
