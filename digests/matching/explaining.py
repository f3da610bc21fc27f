"""Why a query is true of an article, or why not, in words for a person: the rule that accepted, or the nearest miss."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rapidfuzz.distance import OSA

from digests.matching.context import Context
from digests.matching.evidence import passes
from digests.matching.forms import Places, mean
from digests.matching.matcher import Matcher
from digests.matching.page import zone_pages
from digests.matching.phrases import alone
from digests.matching.query import Filter, Keyword, Query, leaves
from digests.matching.refusals import why_refused
from digests.matching.spelling import Kind, compare, likeness, shape
from digests.matching.words import SNAPSHOT, is_common, is_name
from digests.model import Grade, Match, QueryId, Strictness
from digests.text import fold_token

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digests.matching.lexicon import Lexicon
    from digests.matching.page import Page
    from digests.model import Article

__all__ = ["Explanation", "NearMiss", "Reason", "explain"]

SHOWN_NAMES = 6
RULES = {
    Grade.EXACT: "the same words",
    Grade.INFLECTION: "an inflected form",
    Grade.ALIAS: "another name of it",
    Grade.SPELLING: "another spelling",
    Grade.TYPO: "a plausible typo, or the same words in another order",
}


@dataclass(frozen=True, slots=True)
class NearMiss:
    """The article's words that came nearest to a keyword, and why they were refused."""

    words: str
    start: int
    end: int
    refused: str


@dataclass(frozen=True, slots=True)
class Reason:
    """One leaf of the query: whether it is true of the article, by which evidence or for want of what."""

    leaf: str
    found: bool
    matches: tuple[Match, ...] = ()
    nearest: NearMiss | None = None
    names: tuple[str, ...] = ()

    def __str__(self) -> str:
        if self.matches:
            best = self.matches[0]
            entity = f" ({best.entity})" if best.entity else ""
            return f"{self.leaf}: found “{best.words}” in the {best.zone.value}, {RULES[best.grade]}{entity}, score {best.score:g}"
        if self.found:
            return f"{self.leaf}: true of this article"
        near = f"; nearest: “{self.nearest.words}”, {self.nearest.refused}" if self.nearest else ""
        names = f" (looked for {', '.join(self.names[:SHOWN_NAMES])})" if self.names else ""
        return f"{self.leaf}: not found{names}{near}"


@dataclass(frozen=True, slots=True)
class Explanation:
    """Whether the query is true of the article, and why, leaf by leaf. `snapshot` names the known-word lists used."""

    query: str
    matched: bool
    reasons: tuple[Reason, ...]
    snapshot: str = SNAPSHOT

    @property
    def nearest(self) -> NearMiss | None:
        """The nearest miss of the first keyword that was not found."""
        return next((reason.nearest for reason in self.reasons if reason.nearest), None)

    def __str__(self) -> str:
        head = f"{self.query}: {'matches' if self.matched else 'does not match'}"
        return "\n".join([head, *(f"  {reason}" for reason in self.reasons)])


def explain(
    query: Query,
    article: Article,
    lexicon: Lexicon,
    strictness: Strictness = Strictness.NORMAL,
    gazetteer: Places | None = None,
) -> Explanation:
    """Why the query matches the article or not; computed by the same code as the live matcher."""
    matcher = Matcher(lexicon, gazetteer)
    matcher.add(QueryId(0), query, strictness)
    matched = bool(matcher.match(article))
    reasons = [
        because_filter(leaf, article)
        if isinstance(leaf, Filter)
        else because(leaf, article, lexicon, strictness, gazetteer)
        for leaf in dict.fromkeys(leaves(query.tree))
    ]
    return Explanation(query.canonical, matched, tuple(reasons))


def because_filter(leaf: Filter, article: Article) -> Reason:
    return Reason(str(leaf), passes(leaf, article))


def because(
    keyword: Keyword, article: Article, lexicon: Lexicon, strictness: Strictness, gazetteer: Places | None
) -> Reason:
    matcher = Matcher(lexicon, gazetteer)
    matcher.add(QueryId(0), Query(keyword), strictness)
    hits = matcher.match(article)
    if hits:
        return Reason(str(keyword), found=True, matches=hits[0].matches)
    meaning = mean(keyword, strictness, lexicon, gazetteer)
    names = tuple(dict.fromkeys(draft.name for draft in meaning.drafts))
    wanted = {word.lstrip("^#") for draft in meaning.drafts for word in draft.words}
    nearest = next(refused(matcher, article), None) or nearest_miss(wanted, article)
    return Reason(str(keyword), found=False, names=names, nearest=nearest)


def refused(matcher: Matcher, article: Article) -> Iterator[NearMiss]:
    """Where a name stands in the article letter by letter and does not count, each with the rule that refuses it."""
    pages = zone_pages(article.title, article.body)
    context = Context(pages, matcher.lexicon)
    for page in pages:
        occurrences = matcher.occurrences(page)
        singles, _ = matcher.catalogue.candidates(occurrences)
        for number in [number for number in singles if number >= 0]:
            for form in matcher.catalogue.of_word(number):
                for place in alone(page, number, form.flags, occurrences, matcher.vocabulary.words[number]):
                    why = why_refused(form, page, place, context, matcher.lexicon)
                    start, end = page.starts[place.first], page.end(place.last)
                    if why:
                        yield NearMiss(page.text[start:end], start, end, why)


def nearest_miss(wanted: set[str], article: Article) -> NearMiss | None:
    """The article's word that is most like one of the wanted, with the rule that refused it."""
    best: tuple[float, Page, int, str] | None = None
    for page in zone_pages(article.title, article.body):
        for position, folded in distinct(page):
            for word in wanted:
                score = OSA.normalized_similarity(word, folded, score_cutoff=0.5)
                if score and (best is None or score > best[0]):
                    best = (score, page, position, word)
    if best is None:
        return None
    _, page, position, word = best
    return NearMiss(page.written[position], page.starts[position], page.end(position), refusal(word, page, position))


def distinct(page: Page) -> Iterator[tuple[int, str]]:
    seen: set[str] = set()
    for position, written in enumerate(page.written):
        folded = fold_token(written)
        if folded and folded not in seen:
            seen.add(folded)
            yield position, folded


def refusal(word: str, page: Page, position: int) -> str:
    """Why a word of the article does not stand for the wanted word."""
    written = page.written[position]
    folded = fold_token(written)
    if word == folded:
        return "the same letters, but its capitals, its neighbours or its context speak for something else"
    found = compare(shape(word), shape(folded))
    if found is None:
        return f"too different from “{word}”"
    if found[0] != Kind.EXACT and is_common(folded):
        return "an ordinary word of its own"
    how = likeness(shape(word), shape(folded), small=written.islower())
    if how is None or not how.strong:
        return "a known name of its own" if is_name(folded) else f"too short to tell from “{word}” on its own"
    return f"like “{word}”, but other words of the phrase are not beside it"
