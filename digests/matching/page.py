"""One zone of one article, as the rules of matching look at it: words with offsets, case, lines and sentences."""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cached_property
from itertools import islice, pairwise
from operator import itemgetter
from string import ascii_lowercase, ascii_uppercase
from typing import TYPE_CHECKING

from digests.matching.words import (
    ARTICLES_AS_HEARD,
    CONNECTORS,
    FUNCTION_WORDS,
    is_common,
    is_english,
    is_frequent,
    is_name,
    is_person,
    is_word,
)
from digests.model import Zone
from digests.text import cut, fold, fold_token, fold_tokens, mask_links, starts_of_words

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Page", "zone_pages"]

LONGEST_TEXT = 100_000  # characters; a longer article is a book, and its beginning tells what it is about
MOST_TOKENS = 20_000
TURKISH_CASE = re.compile("(?<=[^\\W\\d_])['’](?:n?[dt][ae]n?|[yn]?[aeıiuü]|n?[ıiuü]n|y?l[ae]|[dt][ae]ki)$")
STOP = re.compile(r"[.;!?؟۔।॥。！？]|\n[ \t]*\n")
SAMPLE = 200  # words that tell an article's language
ABBREVIATION = re.compile(r"\.\s*$")
HASHTAG = re.compile(r"#(\w+)")
CAMEL = re.compile(r"[^\W\d_a-zà-ÿ]{2,}(?![a-zà-ÿ])|[^\W\d_][a-zà-ÿ]{2,}")
WIDEST = 4  # characters between two words of one phrase: flattened lists of tags have more
CASED = re.compile(r"[^\W\d_]")
CAPITALS, SMALL_LETTERS = str.maketrans("", "", ascii_uppercase), str.maketrans("", "", ascii_lowercase)


class Page:
    """The words of a text and questions about them. Positions are indices into `written`."""

    def __init__(self, zone: Zone, text: str) -> None:
        self.zone = zone
        self.text = text[:LONGEST_TEXT]
        self.masked = mask_links(self.text)
        self.pieces = cut(self.masked)
        self.written = self.pieces[1::2][:MOST_TOKENS]

    @cached_property
    def starts(self) -> list[int]:
        """Where the words start. Many articles hold nothing of interest and are never asked."""
        return starts_of_words(self.pieces)

    def end(self, index: int) -> int:
        return self.starts[index] + len(self.written[index])

    @cached_property
    def different(self) -> tuple[str, ...]:
        """The words as written, each once, in the order of the text."""
        return tuple(dict.fromkeys(self.written))

    def folded(self, index: int) -> str:
        return fold_token(self.written[index])

    def between(self, index: int) -> str:
        """What stands between a word and the next."""
        if self.masked is self.text:  # nothing was blanked: the pieces are those of the text itself
            return self.pieces[2 * index + 2]
        return self.text[self.end(index) : self.starts[index + 1]]

    @cached_property
    def words(self) -> frozenset[str]:
        """Its folded words, each once."""
        return frozenset(fold_tokens(self.different))

    @cached_property
    def phrases(self) -> frozenset[str]:
        """Its folded words, and the pairs of neighbours."""
        folds = fold_tokens(self.written)
        return frozenset({*folds, *map(" ".join, pairwise(folds))})

    @cached_property
    def is_caseless(self) -> bool:
        """Whether capitals mean nothing here: almost none are used (or the script has none)."""
        if len(self.written) < 6:
            return not any(word[0].isupper() for word in self.written) and len(self.written) > 3
        few = 0.02 * len(self.written)
        # The beginning of most texts decides.
        return all(
            sum(map(str.isupper, map(itemgetter(0), words))) < few for words in (self.written[:80], self.written)
        )

    @cached_property
    def is_english(self) -> bool:
        """Whether most words in small letters are English, function words left out: in other languages kabul and wana are words."""
        small = (word for word in self.written if word.islower() and word not in FUNCTION_WORDS)
        sample = list(islice(small, SAMPLE))
        return 2 * sum(map(is_english, sample)) >= len(sample)

    def is_capital(self, index: int) -> bool:
        return self.written[index][:1].isupper()

    def is_caps_line(self, index: int) -> bool:
        """Whether the words around are all written in capitals, as in some headlines."""
        start = self.text.rfind("\n", 0, self.starts[index]) + 1
        end = self.text.find("\n", self.starts[index])
        line = self.text[
            max(start, self.starts[index] - 200) : min(end if end >= 0 else len(self.text), self.starts[index] + 200)
        ]
        upper, letters = count_letters(line)
        return upper > 0.7 * letters and len(line.split()) > 2

    def is_dateline(self, index: int) -> bool:
        """Whether the word in capitals opens a line and is set off, as the place of a report is."""
        before = self.text[max(0, self.starts[index] - 40) : self.starts[index]].rsplit("\n", 1)[-1]
        after = self.text[self.end(index) : self.end(index) + 3].lstrip()
        if after[:1] == ",":
            if before.strip() or index + 1 >= len(self.written):
                return False
            return self.is_capital(index + 1) or self.written[index + 1].isdecimal()  # "GOMA, 3 mars"
        return not before.strip() and after[:1] in {":", "—", "–", "-", "(", "/"}

    def is_turkish_case(self, index: int) -> bool:
        """Whether the word is a name with the ending of a case behind an apostrophe: Kabil'de."""
        return self.is_capital(index) and TURKISH_CASE.search(self.written[index]) is not None

    def is_sentence_start(self, index: int) -> bool:
        return index == 0 or bool(STOP.search(self.between(index - 1))) or "\n" in self.between(index - 1)

    def breaks(self, index: int) -> bool:
        """Whether a sentence ends between a word and the next."""
        between = self.between(index)
        if between in {" ", "-"}:
            return False
        if len(between) > WIDEST or "#" in between:
            return True
        if not STOP.search(between):
            return False
        return not (len(self.written[index]) <= 3 and ABBREVIATION.search(between) and self.is_capital(index))

    def is_small(self, first: int, last: int) -> bool:
        """Whether these words are all written in small letters, but for an everyday one that begins a sentence.

        A surname, or a word that nothing is known of, is carelessly written then: the "durand line".
        """
        written = self.written[first : last + 1]
        if written[0][0].isupper() and self.is_sentence_start(first) and is_common(self.folded(first)):
            written = written[1:]
        return all(map(str.islower, written)) and not any(
            is_person(word) or not (is_word(word) or is_name(word)) for word in fold_tokens(written)
        )

    def has_comma(self, first: int, last: int) -> bool:
        """Whether a comma stands among these words."""
        return "," in self.text[self.starts[first] : self.starts[last]]

    def parts_of_hashtags(self) -> Iterator[tuple[int, str]]:
        """The words of hashtags in camel case, each with the position of its hashtag: Pahalgam of #PahalgamAttack."""
        if "#" not in self.masked:
            return
        for tag in HASHTAG.finditer(self.masked):
            parts = CAMEL.findall(tag[1])
            index = bisect_left(self.starts, tag.start(1)) if len(parts) > 1 else len(self.starts)
            if index < len(self.written) and self.written[index] == tag[1]:
                yield from ((index, part) for part in parts)

    def is_connector(self, index: int) -> bool:
        folded = self.folded(index)
        return folded in CONNECTORS or folded in ARTICLES_AS_HEARD

    def is_known(self, index: int, name: str) -> bool:
        """Whether the word is one by itself, not this name written as one: boosting is no "Boos Ting"."""
        folded = self.folded(index)
        return (
            is_english(folded) or is_frequent(folded) or (is_name(folded) and any(map(is_common, fold(name).split())))
        )

    def is_function_word(self, index: int) -> bool:
        return self.folded(index) in FUNCTION_WORDS


def count_letters(line: str) -> tuple[int, int]:
    """How many capitals and how many letters a line has."""
    if line.isascii():  # counted by what is left without them, many times as fast
        upper, lower = (len(line) - len(line.translate(letters)) for letters in (CAPITALS, SMALL_LETTERS))
        return upper, upper + lower
    found = CASED.findall(line)
    return sum(map(str.isupper, found)), len(found)


def zone_pages(title: str, body: str) -> tuple[Page, Page]:
    return Page(Zone.TITLE, title), Page(Zone.BODY, body)
