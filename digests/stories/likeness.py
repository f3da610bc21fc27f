"""How alike two texts are in their words: sparse vectors of rare words, and the cosine between them.

The weight of a word is `(1 + ln n) * idf` (Manning, Raghavan, Schütze: Introduction to Information Retrieval, 2008,
section 6.4), the table of document frequencies is frozen and named: thresholds of placing were measured with it.
"""

from __future__ import annotations

import gzip
import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from sys import intern
from typing import TYPE_CHECKING

from digests.text import fold_tokens, spans, tokenize

if TYPE_CHECKING:
    from digests.model import Article

__all__ = ["Centroid", "Idf", "Vector", "cosine", "encode_table", "load_idf", "vector_from", "vector_of"]

Vector = Mapping[str, float]

BODY_CHARACTERS = 800  # the event stands in the beginning; background paragraphs bridge events
TITLE_CHARACTERS = 300
HEAVIEST = 85  # the largest number of words that a dict holds in its second-smallest table
CENTROID_TRIM, CENTROID_KEEP = 360, 240
STOP_SHARE = 0.12  # a word in more than this share of all texts says nothing
STEP = 8.0  # steps of the table per factor e
UNKNOWN = 0.5 / 10_000  # the share of a word that the table does not know

ONE_WORD = 0.14  # what a single word may add: two short texts on one group share its name, and no event

WEIGHTS = tuple(weight / 1000 for weight in range(1001))

# Words that date or frame an article instead of telling the event, in the languages of our sources.
CALENDAR = """
january february march april may june july august september october november december jan feb mar apr jun jul aug sep
sept oct nov dec monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun today yesterday
tomorrow daily news report reports reported reporter reporters correspondent update updated updates published am pm pkt
gmt utc ist http https www com html read more said says saying told according also would could
janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre lundi mardi mercredi jeudi vendredi
samedi dimanche enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre lunes martes
miercoles jueves viernes sabado domingo
پیر منگل بدھ جمعرات جمعہ ہفتہ اتوار جنوری فروری مارچ اپریل مئی جون جولائی اگست ستمبر اکتوبر نومبر دسمبر
شنبه یکشنبه دوشنبه سه‌شنبه چهارشنبه پنجشنبه جمعه الاثنین الثلاثاء الأربعاء الخمیس الجمعة السبت الأحد
सोमवार मंगलवार बुधवार गुरुवार शुक्रवार शनिवार रविवार जनवरी फरवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर अक्टूबर नवंबर दिसंबर
"""
# Function words of languages for which the table has no texts: Persian and Dari, Pashto, Hindi.
FUNCTION_WORDS = """
و در به از که این آن را با است بود شد شده شدند برای یک تا بر خود هم یا اما نیز پس اگر می‌شود کرد کرده کردند گفت گفته
می های ها هایی دیگر باید دارد دارند داشت پیش روز امروز دیروز سال ماه نیست هر چه بین میان سوی مورد حال
په د چې کې او له ته یې دی ده دي شوي شوې وي وه دا هم سره پر لپاره نه خو یو یوه وایي وویل ویلي کړي کړې کړ کړه شو شوه ګڼ
بل نور ورو ورځ نن پرون کال هغه دغه هغو باندې څخه پورې
के की का में है हैं और से को ने पर यह कि एक भी हो था थे थी गया गई गए कर किया लिए इस उस तो ही जो अपने बाद कहा बताया रहे
रहा रही तक साथ कुछ नहीं दिया दी लोग लोगों वाले
"""


@dataclass(frozen=True, slots=True)
class Idf:
    """Document frequencies of words: the share of texts that hold a word, in steps of a logarithm. `id` names the table."""

    id: str
    steps: Mapping[str, int]
    stop: frozenset[str]

    def weight(self, word: str) -> float:
        """How much a word says: 0 for a stop word, about 9.9 for one that the table does not know."""
        if word in self.stop:
            return 0.0
        return weight_of(self.steps.get(word))


@cache
def weight_of(step: int | None) -> float:
    """The weight of words that stand at one step of the table; None for those that it does not know."""
    share = UNKNOWN if step is None else math.exp(-step / STEP)
    return 0.0 if share >= STOP_SHARE else math.log(1 + 1 / share)


@cache
def load_idf() -> Idf:
    """The packaged table (docs/stories.md says what it was counted from), read once per process in about 20 ms."""
    packed = (resources.files("digests.stories") / "words.gz").read_bytes()
    name, *lines = gzip.decompress(packed).decode().splitlines()
    steps = {}
    for line in lines:
        word, _, step = line.partition(" ")
        steps[intern(word)] = int(step)
    listed = frozenset(token.folded for token in tokenize(CALENDAR + FUNCTION_WORDS))
    return Idf(name, steps, listed)


def encode_table(name: str, shares: Mapping[str, float]) -> bytes:
    """The file that `load_idf` reads, from the share of texts (0 to 1) that hold each word."""
    lines = [f"{word} {round(-math.log(share) * STEP)}" for word, share in sorted(shares.items())]
    return gzip.compress("\n".join([name, *lines]).encode(), mtime=0)


def vector_of(article: Article, idf: Idf) -> dict[str, float]:
    """The article's heaviest words, with weights of unit length together; the title counts twice."""
    title, body = folded_words(article.title[:TITLE_CHARACTERS]), folded_words(article.body[:BODY_CHARACTERS])
    counts = Counter(word for word in title * 2 + body if len(word) > 1 and not word.isdecimal() and len(word) <= 40)
    weights = {word: (1 + math.log(count)) * idf.weight(word) for word, count in counts.items()}
    heaviest = sorted(weights.items(), key=lambda item: (-item[1], item[0]))[:HEAVIEST]
    length = math.sqrt(sum(weight * weight for _, weight in heaviest)) or 1.0
    return vector_from({word: round(1000 * weight / length) for word, weight in heaviest})


def folded_words(text: str) -> list[str]:
    """The folded words of a text."""
    return fold_tokens(word for word, _ in spans(text))


def vector_from(thousandths: Mapping[str, int]) -> dict[str, float]:
    """A vector of weights in thousandths, as JSON holds it; words and weights are shared by all vectors in memory."""
    return {intern(word): WEIGHTS[weight] for word, weight in thousandths.items() if weight > 0}


def cosine(one: Vector, other: Vector, limit: float = ONE_WORD) -> float:
    """The product of two vectors of unit length: 0 for no words in common, about 1 for the same words.

    No word adds more than `ONE_WORD`.
    """
    if len(other) < len(one):
        one, other = other, one
    total = 0.0
    # Never over a set: its order, and so the rounding, changes with each process.
    for word in filter(other.__contains__, one):
        total += min(one[word] * other[word], limit)
    return total


class Centroid:
    """The sum of the vectors of a story's members, cut to its heaviest words when it grows too long."""

    __slots__ = ("length", "sums")

    def __init__(self) -> None:
        self.sums: Mapping[str, float] = {}  # a story of one article shares the article's vector
        self.length = 0.0

    def add(self, vector: Vector) -> None:
        if not self.sums:
            self.sums = vector
        else:
            sums = dict(self.sums)
            for word, weight in vector.items():
                sums[word] = sums.get(word, 0.0) + weight
            if len(sums) > CENTROID_TRIM:
                sums = dict(sorted(sums.items(), key=lambda item: (-item[1], item[0]))[:CENTROID_KEEP])
            self.sums = sums
        self.length = math.sqrt(sum(weight * weight for weight in self.sums.values()))

    def cosine(self, vector: Vector) -> float:
        return cosine(vector, self.sums, ONE_WORD * self.length) / self.length if self.length else 0.0

    def heaviest(self, count: int) -> list[str]:
        return heaviest(self.sums.items(), count)


def heaviest(weights: Iterable[tuple[str, float]], count: int) -> list[str]:
    """The words of the largest weights, ties in the order of the alphabet."""
    return [word for word, _ in sorted(weights, key=lambda item: (-item[1], item[0]))[:count]]
