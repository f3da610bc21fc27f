"""None, one or several of something in little memory: one stands there by itself, without a tuple around it.

Most keywords have one form and one follower. With a hundred thousand of them the tuples would take an eighth of the index.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Entry", "each_of", "of_these", "with_another", "without"]

T = TypeVar("T")

Entry: TypeAlias = T | tuple[T, ...] | None
"""What is kept: nothing, one, or a tuple of several. Never of things that are tuples themselves."""


def each_of(entry: Entry[T]) -> tuple[T, ...]:
    """The things of an entry."""
    return () if entry is None else entry if isinstance(entry, tuple) else (entry,)


def of_these(items: Sequence[T]) -> Entry[T]:
    """The entry of these things."""
    return items[0] if len(items) == 1 else tuple(items) or None


def with_another(entry: Entry[T], one: T) -> Entry[T]:
    """The entry with one thing more, behind the others."""
    return one if entry is None else (*each_of(entry), one)


def without(entry: Entry[T], one: T) -> Entry[T]:
    """The entry without this thing."""
    return of_these([other for other in each_of(entry) if other != one])
