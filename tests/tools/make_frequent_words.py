"""Derives digests/matching/data/frequent.txt.gz, frequent words of other languages: `python -m tests.tools.make_frequent_words`.

Source (facts only: which words are frequent): the lists of wordfreq 3.1 (R. Speer, 2022; code Apache 2.0, data CC BY-SA 4.0),
which is not among the dependencies: `pip install wordfreq` first. A word that the packaged lexicon finds, in whatever way, is
left out, for it may be a name; those of them that are words of every day are in also_frequent.txt.
"""

from __future__ import annotations

import gzip
import sys
import unicodedata
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from config import lexicon
from digests import gazetteer
from digests.errors import QueryError
from digests.matching import Lexicon, Matcher, parse
from digests.matching.words import is_english, is_name
from digests.model import Article, QueryId, article_id
from digests.text import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

HERE = Path(__file__).resolve().parents[2] / "digests" / "matching" / "data"
MANY, SOME, FEW = 12_000, 10_000, 4_000
COUNTS = {
    **dict.fromkeys(("ar", "de", "es", "fa", "fr", "he", "id", "it", "pt", "ru", "tr", "uk"), MANY),
    **dict.fromkeys(("bn", "hi", "ur"), SOME),
    **dict.fromkeys(("bg", "cs", "da", "el", "fi", "hu", "ms", "nb", "nl", "pl", "ro", "sh", "sk", "sv"), FEW),
}


def main() -> None:
    from wordfreq import top_n_list

    write([])  # or what is listed already would be found by no name
    matcher = Matcher(Lexicon(lexicon.load()), gazetteer.load())
    for number, entity in enumerate(matcher.lexicon.entities):
        try:
            matcher.add(QueryId(number), parse(f'"{entity.name}"'))
        except QueryError as error:
            print(f"{entity.name}: {error}", file=sys.stderr)
    found = set()
    for language, count in COUNTS.items():
        for word in top_n_list(language, count):
            folded = fold(word)
            if is_plain(folded) and not is_english(folded) and not is_name(folded) and not is_found(matcher, word):
                found.add(folded)
        print(f"{language}: {len(found)} words", file=sys.stderr)
    write(sorted(found))


def write(words: Sequence[str]) -> None:
    with gzip.GzipFile(HERE / "frequent.txt.gz", "wb", compresslevel=9, mtime=0) as out:
        out.write("\n".join(words).encode())


def is_plain(folded: str) -> bool:
    """Whether it is long enough, and of letters and vowel signs alone."""
    return len(folded) > 2 and all(char.isalpha() or unicodedata.category(char)[0] == "M" for char in folded)


def is_found(matcher: Matcher, word: str) -> bool:
    """Whether any entity is found in the word, in small letters or with a capital."""
    return any(
        matcher.match(Article(article_id(None, "", text), "", text, len(text), datetime(2026, 1, 1, tzinfo=UTC)))
        for text in (f"- {word} -", f"- {word[:1].upper()}{word[1:]} -")
    )


if __name__ == "__main__":
    main()
