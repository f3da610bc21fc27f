"""Reads the query language: keywords joined by AND, OR, NOT, parentheses and filters.

    query   = both { OR both }              a space between words means a phrase
    both    = one { AND [NOT] one | NOT one }
    one     = ( query ) | ["="] keyword | source:NAME | lang:CODE
    keyword = words | "words"

A query that cannot be read is answered with the place and, where one is near, a corrected query; it is never read as
something else. The grammar is small enough for a hand-written parser, which knows best what to suggest.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from digests.errors import QueryError
from digests.matching.query import OPERATORS, And, Filter, FilterKind, Keyword, Node, Not, Or, Query, leaves
from digests.matching.words import FUNCTION_WORDS
from digests.text import Script, script_of

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["parse"]

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
QUOTES = {'"': '"', "“": "”", "”": "”", "„": "“", "«": "»", "»": "«"}
CLOSING = '"”“»«'
INVISIBLE = re.compile(
    "[\u0000-\u0008\u000e-\u001f\u007f\u00ad\u200b\u200d\u200e\u200f\u061c\u202a-\u202e\u2060\u2066-\u2069\ufeff]"
)
GERSHAYIM = re.compile('(?<=[\u05d0-\u05ea])["”](?=[\u05d0-\u05ea])')  # in Hebrew acronyms it is no quotation mark
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
        clean = GERSHAYIM.sub("״", INVISIBLE.sub(" ", self.text))
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
        query = Query.of(self.any_of())
        if self.index < len(self.pieces):
            piece = self.pieces[self.index]
            raise self.wrong("This parenthesis closes nothing.", piece.start, self.without(piece.start, piece.end))
        if not query.needs_something:
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
