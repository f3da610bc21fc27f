"""The sentences that facts are read from: the title, then the sentences of the body, each once and in order."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from digests.model import Sentence, Zone
from digests.sentences import BULLETS, sentences

if TYPE_CHECKING:
    from digests.model import Article

__all__ = ["Passage", "passages"]

MOST_CHARACTERS = 20_000
MOST_OF_ONE = 2_000  # a sentence longer than this is a page without punctuation
# A line that leads to another article tells of another event.
TEASER = re.compile(
    r"\W*(?:also )?(?:read|watch|see|more|related|trending|recommended)(?: (?:also|more|full|on|too|next|this))?\s*(?::|\||-|–|>)"
)
RANK_OF_BULLET = 4  # of the lines under a title: some tell of other events
LEAST_WORDS = 4  # shorter lines of a body are furniture or headings


@dataclass(frozen=True, slots=True)
class Passage:
    """One sentence. `rank` is 0 for the title, then 1, 2, ... for the sentences of the body that tell something."""

    text: str  # the whole zone
    zone: Zone
    start: int
    end: int
    rank: int

    @property
    def words(self) -> str:
        return self.text[self.start : self.end]

    @property
    def sentence(self) -> Sentence:
        """The passage as the evidence of a fact."""
        return Sentence(self.words, self.zone, self.start, self.end)


@lru_cache(maxsize=1)  # who has read the facts of an article asks for its days next
def passages(article: Article) -> tuple[Passage, ...]:
    """The passages of an article; a body that repeats the title begins after it."""
    title = article.title[:MOST_OF_ONE]
    found = [Passage(article.title, Zone.TITLE, start, end, 0) for start, end in sentences(title)]
    known = {" ".join(title.split()).casefold().rstrip(".")}
    body = article.body[:MOST_CHARACTERS]
    rank = 0
    for start, last in sentences(body):
        end = min(last, start + MOST_OF_ONE)
        key = " ".join(body[start:end].split()).casefold().rstrip(".")
        if key in known:
            continue
        known.add(key)
        if TEASER.match(key):
            continue
        if rank == 0 and body[start] in BULLETS and body[start + 1 : start + 2].isspace():
            found.append(Passage(article.body, Zone.BODY, start, end, RANK_OF_BULLET))
            continue
        if key.count(" ") + 1 >= LEAST_WORDS:
            rank += 1
        found.append(Passage(article.body, Zone.BODY, start, end, max(rank, 1)))
    return tuple(found)
