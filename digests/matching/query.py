"""A query as a tree of keywords and filters, in the one order and the one way to write it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, TypeAlias

from digests.text import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["And", "Filter", "FilterKind", "Keyword", "Leaf", "Node", "Not", "Or", "Query", "leaves"]

OPERATORS = frozenset({"AND", "OR", "NOT"})
PLAIN = re.compile(r"[^\s\"“”„«»()=:]+(?: [^\s\"“”„«»()=:]+)*")


class FilterKind(Enum):
    SOURCE = "source"
    LANGUAGE = "lang"


@dataclass(frozen=True, slots=True)
class Keyword:
    """One word or phrase to find, as typed. `exact` switches other names and spellings off."""

    text: str
    exact: bool = False

    @property
    def folded(self) -> str:
        return fold(self.text)

    def __str__(self) -> str:
        needs_quotes = not PLAIN.fullmatch(self.text) or any(word in OPERATORS for word in self.text.split())
        return f"{'=' if self.exact else ''}{chr(34) + self.text + chr(34) if needs_quotes else self.text}"


@dataclass(frozen=True, slots=True)
class Filter:
    kind: FilterKind
    value: str

    def __str__(self) -> str:
        return f"{self.kind.value}:{self.value}"


@dataclass(frozen=True, slots=True)
class Not:
    node: Node

    def __str__(self) -> str:
        return f"NOT {_inside(self.node)}"


@dataclass(frozen=True, slots=True)
class And:
    nodes: tuple[Node, ...]

    def __str__(self) -> str:
        first, *others = self.nodes
        return _inside(first) + "".join(f" {n}" if isinstance(n, Not) else f" AND {_inside(n)}" for n in others)


@dataclass(frozen=True, slots=True)
class Or:
    nodes: tuple[Node, ...]

    def __str__(self) -> str:
        return " OR ".join(map(_inside, self.nodes))


Node: TypeAlias = "Keyword | Filter | Not | And | Or"
Leaf: TypeAlias = "Keyword | Filter"


def _inside(node: Node) -> str:
    return f"({node})" if isinstance(node, (And, Or)) else str(node)


@dataclass(frozen=True, slots=True)
class Query:
    """A query as a tree in its canonical order: equal queries are equal values."""

    tree: Node

    @classmethod
    def of(cls, tree: Node) -> Query:
        """The query that a tree in any order says."""
        return cls(_ordered(tree))

    @property
    def needs_something(self) -> bool:
        """Whether it can only be true of an article that contains one of its positive keywords."""
        return _needs_something(self.tree)

    @property
    def canonical(self) -> str:
        """The one way to write this query; parsing it gives the same query."""
        return str(self.tree)

    @property
    def keywords(self) -> tuple[Keyword, ...]:
        """All keywords, those behind NOT included."""
        return tuple(leaf for leaf in leaves(self.tree) if isinstance(leaf, Keyword))

    @property
    def positive(self) -> tuple[Keyword, ...]:
        """The keywords one of which must be found for the query to be true."""
        return tuple(leaf for leaf in leaves(self.tree, positive=True) if isinstance(leaf, Keyword))

    def evaluate(self, is_true: Callable[[Leaf], bool]) -> bool:
        """Whether the query is true when its leaves are as `is_true` says."""
        return evaluate(self.tree, is_true)

    def replace(self, change: Callable[[Keyword], Node]) -> Query:
        """The same query with each keyword changed, or several in its place."""
        return Query.of(_replaced(self.tree, change))

    def __str__(self) -> str:
        return self.canonical


def leaves(node: Node, *, positive: bool = False) -> Iterator[Leaf]:
    """The leaves in order; with `positive`, those behind NOT are left out."""
    if isinstance(node, (Keyword, Filter)):
        yield node
    elif isinstance(node, Not):
        if not positive:
            yield from leaves(node.node)
    else:
        for child in node.nodes:
            yield from leaves(child, positive=positive)


def evaluate(node: Node, is_true: Callable[[Leaf], bool]) -> bool:
    if isinstance(node, Not):
        return not evaluate(node.node, is_true)
    if isinstance(node, And):
        return all(evaluate(child, is_true) for child in node.nodes)
    if isinstance(node, Or):
        return any(evaluate(child, is_true) for child in node.nodes)
    return is_true(node)


def _replaced(node: Node, change: Callable[[Keyword], Node]) -> Node:
    if isinstance(node, Keyword):
        return change(node)
    if isinstance(node, Filter):
        return node
    if isinstance(node, Not):
        return Not(_replaced(node.node, change))
    return type(node)(tuple(_replaced(child, change) for child in node.nodes))


def _ordered(node: Node) -> Node:
    """The node with nested ANDs and ORs flattened, doubles dropped, and children in a fixed order, NOTs last."""
    if isinstance(node, Not):
        inner = _ordered(node.node)
        return inner.node if isinstance(inner, Not) else Not(inner)
    if not isinstance(node, (And, Or)):
        return node
    kind = type(node)
    children: list[Node] = []
    for child in map(_ordered, node.nodes):
        children.extend(child.nodes if isinstance(child, kind) else [child])
    unique = sorted(dict.fromkeys(children), key=_rank)
    return unique[0] if len(unique) == 1 else kind(tuple(unique))


def _rank(node: Node) -> tuple[int, str, str]:
    text = str(node)
    return (2 if isinstance(node, Not) else 1 if isinstance(node, Filter) else 0, text.casefold(), text)


def _needs_something(node: Node) -> bool:
    if isinstance(node, Keyword):
        return True
    if isinstance(node, And):
        return any(map(_needs_something, node.nodes))
    if isinstance(node, Or):
        return all(map(_needs_something, node.nodes))
    return False
