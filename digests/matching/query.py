"""The query language: keywords joined by AND, OR, NOT, parentheses and filters, read into a tree.

    query   = both { OR both }              a space between words means a phrase
    both    = one { AND [NOT] one | NOT one }
    one     = ( query ) | ["="] keyword | source:NAME | lang:CODE
    keyword = words | "words"

A query that cannot be read is answered with the place and, where one is near, a corrected query; it is never read as
something else. The grammar is small enough for a hand-written parser, which knows best what to suggest.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from digests.errors import QueryError
from digests.matching.words import FUNCTION_WORDS
from digests.text import Script, fold, script_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["And", "Filter", "FilterKind", "Keyword", "Node", "Not", "Or", "Query", "parse"]

LONGEST = 1000  # characters of a query
# What people write instead of the two letters of ISO 639-1.
LANGUAGES = {
    "english": "en", "eng": "en", "urdu": "ur", "urd": "ur", "pashto": "ps", "pushto": "ps", "pus": "ps", "persian": "fa",
    "farsi": "fa", "dari": "fa", "prs": "fa", "fas": "fa", "arabic": "ar", "ara": "ar", "hindi": "hi", "hin": "hi",
    "russian": "ru", "french": "fr", "spanish": "es", "german": "de", "turkish": "tr", "chinese": "zh", "ukrainian": "uk",
}  # fmt: skip
MOST_KEYWORDS = 50
MOST_WORDS = 12  # of a phrase
DEEPEST = 20


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
        return Query(_ordered(_replaced(self.tree, change)))

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


# Reading ------------------------------------------------------------------------------------------------------------

OPERATORS = frozenset({"AND", "OR", "NOT"})
QUOTES = {'"': '"', "“": "”", "”": "”", "„": "“", "«": "»", "»": "«"}
CLOSING = '"”“»«'
INVISIBLE = re.compile(
    "[\u0000-\u0008\u000e-\u001f\u007f\u00ad\u200b\u200d\u200e\u200f\u061c\u202a-\u202e\u2060\u2066-\u2069\ufeff]"
)
PLAIN = re.compile(r"[^\s\"“”„«»()=:]+(?: [^\s\"“”„«»()=:]+)*")
LIKE_FILTERS = {
    "site": "source", "src": "source", "sources": "source", "from": "source", "outlet": "source", "language": "lang",
    "lng": "lang", "languages": "lang", "langs": "lang", "souce": "source", "sorce": "source", "feed": "source",
}  # fmt: skip


class Piece(NamedTuple):
    """A piece of the query text: kind is word, phrase, filter, =, (, ), AND, OR or NOT."""

    kind: str
    text: str
    start: int
    end: int


def parse(text: str) -> Query:
    """The query that `text` says. Raises QueryError, whose message, position and suggestion are for the person."""
    return Reader(text).query()


class Reader:
    """One reading of one query text."""

    def __init__(self, text: str) -> None:
        self.text = text
        if len(text) > LONGEST:
            raise self.wrong(f"This query has {len(text)} characters; {LONGEST} are the most.", LONGEST)
        self.pieces = list(self.split())
        self.index = 0
        self.depth = 0
        self.count = 0

    def wrong(self, message: str, position: int, suggestion: str | None = None) -> QueryError:
        if suggestion is not None:
            suggestion = " ".join(suggestion.split()) or None
        return QueryError(message, query=self.text, position=position, suggestion=suggestion)

    def without(self, start: int, end: int, instead: str = " ") -> str:
        return self.text[:start] + instead + self.text[end:]

    # Pieces

    def split(self) -> Iterator[Piece]:
        clean = INVISIBLE.sub(" ", self.text)
        index = 0
        while index < len(clean):
            char = clean[index]
            if char.isspace():
                index += 1
            elif char in "()":
                yield Piece(char, char, index, index + 1)
                index += 1
            elif char in QUOTES:
                end = self.closing(clean, index)
                yield Piece("phrase", clean[index + 1 : end], index, end + 1)
                index = end + 1
            elif char == "=":
                yield Piece("=", char, index, index + 1)
                index += 1
            else:
                end = index
                while end < len(clean) and not clean[end].isspace() and clean[end] not in '()"“”„«»':
                    end += 1
                yield self.word(clean[index:end], index, end)
                index = end

    def closing(self, clean: str, start: int) -> int:
        wanted = QUOTES[clean[start]]
        for index in range(start + 1, len(clean)):
            if clean[index] == wanted or (clean[start] in '"“„' and clean[index] in CLOSING):
                return index
        raise self.wrong("This quotation mark is never closed.", start, self.text.rstrip() + wanted)

    def word(self, word: str, start: int, end: int) -> Piece:
        if word in OPERATORS:
            return Piece(word, word, start, end)
        if word in {"&&", "&", "+", "||", "|"}:
            instead = "OR" if "|" in word else "AND"
            raise self.wrong(f"Write {instead} for “{word}”.", start, self.without(start, end, f" {instead} "))
        if word.startswith(("-", "!")) and len(word) > 1 and word[1].isalnum() and start > 0:
            raise self.wrong(
                f"Write NOT {word[1:]} to leave a word out.", start, self.without(start, end, f" NOT {word[1:]}")
            )
        name, colon, value = word.partition(":")
        lower = name.lower()
        if colon and lower in {"source", "lang"}:
            if not value:
                raise self.wrong(f"Nothing stands after “{name}:”.", end, self.without(start, end))
            return Piece("filter", f"{lower}:{value}", start, end)
        if colon and lower in LIKE_FILTERS:
            right = LIKE_FILTERS[lower]
            raise self.wrong(
                f"There is no filter “{name}:”; did you mean “{right}:”?",
                start,
                self.without(start, start + len(name), right),
            )
        return Piece("word", word, start, end)

    # Grammar

    def query(self) -> Query:
        if not self.pieces:
            raise self.wrong("This query is empty: write the words to follow, for example: TTP AND Islamabad", 0)
        tree = _ordered(self.any_of())
        if self.index < len(self.pieces):
            piece = self.pieces[self.index]
            raise self.wrong("This parenthesis closes nothing.", piece.start, self.without(piece.start, piece.end))
        query = Query(tree)
        if not _needs_something(tree):
            raise self.not_only(query)
        return query

    def not_only(self, query: Query) -> QueryError:
        found = next((piece for piece in self.pieces if piece.kind == "NOT"), None)
        if found is None or not any(isinstance(leaf, Keyword) for leaf in leaves(query.tree)):
            return self.wrong(
                "A filter alone would bring everything: add a word to follow.", 0, f"TTP AND {self.text.strip()}"
            )
        message = (
            "This query says only what to leave out, so that it would bring everything else: add a word to follow."
        )
        wanted = " ".join(piece.text for piece in self.pieces if piece.kind == "word")
        return self.wrong(message, found.start, wanted or None)

    def peek(self) -> str:
        return self.pieces[self.index].kind if self.index < len(self.pieces) else ""

    def take(self) -> Piece:
        self.index += 1
        return self.pieces[self.index - 1]

    def any_of(self) -> Node:
        nodes = [self.all_of()]
        while self.peek() == "OR":
            self.take()
            nodes.append(self.all_of())
        return nodes[0] if len(nodes) == 1 else Or(tuple(nodes))

    def all_of(self) -> Node:
        nodes = [self.one()]
        while True:
            kind = self.peek()
            if kind == "AND":
                self.take()
                nodes.append(self.one())
            elif kind in {"NOT", "filter"} or (kind and isinstance(nodes[-1], Filter) and kind not in {"OR", ")"}):
                nodes.append(self.one())  # a filter or NOT beside a word needs no AND
            elif kind in {"(", "word", "phrase", "="}:
                piece = self.pieces[self.index]
                message = "Say how these belong together: AND, OR or NOT is missing here."
                raise self.wrong(message, piece.start, self.without(piece.start, piece.start, " AND "))
            else:
                return nodes[0] if len(nodes) == 1 else And(tuple(nodes))

    def one(self) -> Node:
        kind = self.peek()
        if kind == "NOT":
            self.take()
            self.go_deeper()
            node = Not(self.one())
            self.depth -= 1
            return node
        if kind == "(":
            return self.group()
        if kind == "filter":
            return self.filter()
        if kind in {"=", "word", "phrase"}:
            return self.keyword()
        return self.nothing_here(kind)

    def filter(self) -> Node:
        piece = self.take()
        name, _, value = piece.text.partition(":")
        value = value.strip(".,;/").removeprefix("www.").casefold()
        if name == "source":
            return Filter(FilterKind.SOURCE, value)
        if len(value) == 2 and value.isascii() and value.isalpha():
            return Filter(FilterKind.LANGUAGE, value)
        meant = LANGUAGES.get(value)
        message = f"lang: takes a code of two letters, such as lang:ur or lang:en; there is no {value!r}."
        instead = f" lang:{meant} " if meant else " "
        raise self.wrong(message, piece.start, self.without(piece.start, piece.end, instead))

    def nothing_here(self, kind: str) -> Node:
        before = self.pieces[self.index - 1] if self.index else None
        here = self.pieces[self.index] if kind else None
        if before is not None and before.kind in OPERATORS:
            position = here.start if here else before.start
            raise self.wrong(
                f"A word is missing after {before.text}.", position, self.without(before.start, before.end)
            )
        if here is not None and here.kind in OPERATORS:
            raise self.wrong(f"A word is missing before {here.text}.", here.start, self.without(here.start, here.end))
        if here is not None:
            raise self.wrong(
                "Nothing stands between these parentheses." if before else "This parenthesis closes nothing.",
                here.start,
            )
        raise self.wrong("A word is missing at the end.", len(self.text))

    def group(self) -> Node:
        opening = self.take()
        self.go_deeper()
        node = self.any_of()
        self.depth -= 1
        if self.peek() != ")":
            raise self.wrong("This parenthesis is never closed.", opening.start, self.text.rstrip() + ")")
        self.take()
        return node

    def go_deeper(self) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.wrong(
                f"More than {DEEPEST} parentheses stand inside one another.", self.pieces[self.index - 1].start
            )

    def keyword(self) -> Keyword:
        exact = False
        start = self.pieces[self.index].start
        while self.peek() == "=":
            exact = True
            end = self.take().end
            if self.peek() not in {"word", "phrase", "="}:
                raise self.wrong("Nothing stands after “=”.", start, self.without(start, end))
        if self.peek() == "phrase":
            text = self.take().text
        else:
            words = [self.take().text]
            while self.peek() == "word":
                words.append(self.take().text)
            text = " ".join(words)
        self.count += 1
        if self.count > MOST_KEYWORDS:
            raise self.wrong(f"This query has more than {MOST_KEYWORDS} keywords.", start)
        return self.checked(Keyword(tidy(text), exact), start)

    def checked(self, keyword: Keyword, start: int) -> Keyword:
        words = keyword.folded.split()
        if not words:
            raise self.wrong("Here is no word that could be found in an article.", start)
        if len(words) > MOST_WORDS:
            raise self.wrong(
                f"This phrase has {len(words)} words; {MOST_WORDS} are the most. Join shorter ones with AND.", start
            )
        if len(words) == 1 and len(words[0]) == 1 and script_of(words[0]) is not Script.HANGUL:
            raise self.wrong("One letter alone is in almost every article: write a longer word.", start)
        if all(word in FUNCTION_WORDS for word in words) and not keyword.text.isupper():
            raise self.wrong(f"“{keyword.text}” is in almost every article: add a word that tells more.", start)
        return keyword


def tidy(text: str) -> str:
    """A keyword's text without surrounding punctuation and doubled spaces."""
    text = " ".join(text.replace('"', " ").split())
    around = " ,;:!?…*#"
    if re.search(r"\b\w\.\w\.", text):  # U.S. keeps its last dot
        return text.strip(around)
    return text.lstrip(around).rstrip(around + ".")


def _needs_something(node: Node) -> bool:
    """Whether the query can only be true of an article that contains one of its positive keywords."""
    if isinstance(node, Keyword):
        return True
    if isinstance(node, And):
        return any(map(_needs_something, node.nodes))
    if isinstance(node, Or):
        return all(map(_needs_something, node.nodes))
    return False
