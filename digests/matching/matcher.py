"""All queries against one article in one pass.

Each distinct word of the article is looked up once in the vocabulary of all forms; forms whose rarest word was found are
verified; the queries that own a form that was found are evaluated. What a query finds depends on its own words, the
lexicon and the known-word lists only, never on which other queries exist.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import add
from typing import TYPE_CHECKING

from digests.matching.context import Context
from digests.matching.forms import Flag, Meaning, Places, mean
from digests.matching.index import Found, Vocabulary
from digests.matching.page import Page, zone_pages
from digests.matching.phrases import Occurrences, Place, alone, phrase
from digests.matching.query import Filter, FilterKind, Keyword, Query
from digests.matching.spelling import EXACT, Kind
from digests.matching.words import FUNCTION_WORDS, is_common
from digests.model import Article, Grade, Hit, Match, QueryId, Strictness, Zone

if TYPE_CHECKING:
    from digests.matching.lexicon import Lexicon

__all__ = ["Matcher", "passes"]

MOST_EVIDENCE = 5  # matches kept for one keyword of one article
RANK = {grade: rank for rank, grade in enumerate(Grade)}


class Form:
    """A form in the index: the numbers of its words, and whose it is."""

    __slots__ = ("flags", "name", "owner", "words")

    def __init__(self, name: str, words: tuple[int, ...], flags: int, owner: Target) -> None:
        self.name = name
        self.words = words
        self.flags = flags
        self.owner = owner


class Target:
    """One keyword at one strictness, whoever follows it: its forms and the queries it is part of."""

    __slots__ = ("forms", "keyword", "meaning", "queries")

    def __init__(self, keyword: Keyword, meaning: Meaning | None) -> None:
        self.keyword = keyword
        self.meaning = meaning  # kept only when the keyword stands for something in the lexicon or gazetteer
        self.forms: tuple[Form, ...] = ()
        self.queries: tuple[QueryId, ...] = ()

    @property
    def entity(self) -> str | None:
        return self.meaning.reading.label if self.meaning else None


TargetKey = tuple[str, Strictness]


class Matcher:
    """Finds which queries are true of an article, and shows the evidence."""

    def __init__(self, lexicon: Lexicon, gazetteer: Places | None = None) -> None:
        self.lexicon = lexicon
        self.gazetteer = gazetteer
        self.vocabulary = Vocabulary()
        self.queries: dict[QueryId, tuple[Query, Strictness]] = {}
        self.targets: dict[TargetKey, Target] = {}
        self.single: dict[int, tuple[Form, ...]] = {}
        self.phrases: dict[int, tuple[Form, ...]] = {}  # by the number of their pivot
        self.inside: dict[str, list[int]] = {}  # first two characters -> words to find inside runs of letters

    def __len__(self) -> int:
        return len(self.queries)

    # Keeping queries

    def add(self, query_id: QueryId, query: Query, strictness: Strictness = Strictness.NORMAL) -> None:
        """Follow a query from the next article on. An id that is known is replaced."""
        if query_id in self.queries:
            self.remove(query_id)
        self.queries[query_id] = (query, strictness)
        for keyword in dict.fromkeys(query.keywords):
            target = self.target(keyword, strictness)
            target.queries = (*target.queries, query_id)

    def remove(self, query_id: QueryId) -> None:
        """Follow a query no longer. Unknown ids are ignored."""
        entry = self.queries.pop(query_id, None)
        if entry is None:
            return
        query, strictness = entry
        for keyword in dict.fromkeys(query.keywords):
            key = (str(keyword), strictness)
            target = self.targets[key]
            target.queries = tuple(one for one in target.queries if one != query_id)
            if not target.queries:
                del self.targets[key]
                for form in target.forms:
                    self.unlink(form)

    def relearn(self, lexicon: Lexicon) -> None:
        """Use a changed lexicon from the next article on; only keywords whose meaning changed are looked at again."""
        self.lexicon = lexicon
        for (_, strictness), target in list(self.targets.items()):
            meaning = mean(target.keyword, strictness, lexicon, self.gazetteer)
            words = {(draft.name, draft.words, int(draft.flags)) for draft in meaning.drafts}
            if words != {(form.name, tuple(self.spelled(form)), form.flags) for form in target.forms}:
                for form in target.forms:
                    self.unlink(form)
                self.fill(target, meaning)

    def spelled(self, form: Form) -> list[str]:
        return [self.vocabulary.words[number] for number in form.words]

    def target(self, keyword: Keyword, strictness: Strictness) -> Target:
        key = (str(keyword), strictness)
        target = self.targets.get(key)
        if target is None:
            target = self.targets[key] = Target(keyword, None)
            self.fill(target, mean(keyword, strictness, self.lexicon, self.gazetteer))
        return target

    def fill(self, target: Target, meaning: Meaning) -> None:
        """Give a target the forms of its meaning."""
        target.meaning = Meaning(meaning.reading, ()) if meaning.reading.label else None
        forms = []
        for name, words, flags in meaning.drafts:
            form = Form(name, tuple(map(self.vocabulary.add, words)), int(flags), target)
            self.link(form)
            forms.append(form)
        target.forms = tuple(forms)

    def link(self, form: Form) -> None:
        if len(form.words) > 1:
            pivot = self.pivot(form)
            self.phrases[pivot] = (*self.phrases.get(pivot, ()), form)
            return
        number = form.words[0]
        if number not in self.single:
            text = self.vocabulary.words[number]
            if text[0] == "#":
                self.inside.setdefault(text[1:3], []).append(number)
        self.single[number] = (*self.single.get(number, ()), form)

    def unlink(self, form: Form) -> None:
        for number in form.words:
            self.vocabulary.drop(number)
        table, number = (self.phrases, self.pivot(form)) if len(form.words) > 1 else (self.single, form.words[0])
        rest = tuple(one for one in table[number] if one is not form)
        if rest:
            table[number] = rest
            return
        del table[number]
        text = self.vocabulary.words[number]
        if text[0] == "#":
            self.inside[text[1:3]].remove(number)

    def pivot(self, form: Form) -> int:
        """The word of a phrase by which it is found: the longest that is no common word; it never changes."""
        words = self.vocabulary.words
        return max(
            form.words,
            key=lambda number: (not is_common(words[number]), words[number][0] == "^", len(words[number]), -number),
        )

    # Matching

    def match(self, article: Article) -> list[Hit]:
        """The queries that are true of the article with their evidence, in the order of their ids."""
        pages = zone_pages(article.title, article.body)
        found: dict[int, list[Match]] = {}
        owners: dict[int, Target] = {}
        context = Context(pages)
        for page in pages:
            for form, place in self.places(page, context):
                target = form.owner
                owners[id(target)] = target
                found.setdefault(id(target), []).append(evidence(form, place, page, article))
        if not found:
            return []
        best = {number: strongest(matches) for number, matches in found.items()}
        candidates = sorted({query_id for target in owners.values() for query_id in target.queries})
        hits = (self.judge(query_id, article, best) for query_id in candidates)
        return [hit for hit in hits if hit is not None]

    def judge(self, query_id: QueryId, article: Article, found: dict[int, list[Match]]) -> Hit | None:
        """The query's hit, if it is true of the article."""
        query, strictness = self.queries[query_id]

        def matches_of(keyword: Keyword) -> list[Match]:
            return found.get(id(self.targets[(str(keyword), strictness)]), [])

        def is_true(leaf: Keyword | Filter) -> bool:
            return bool(matches_of(leaf)) if isinstance(leaf, Keyword) else passes(leaf, article)

        if not query.evaluate(is_true):
            return None
        matches = [match for keyword in dict.fromkeys(query.positive) for match in matches_of(keyword)]
        return Hit(query_id, tuple(sorted(matches, key=order))) if matches else None

    def places(self, page: Page, context: Context) -> Iterable[tuple[Form, Place]]:
        """Every form that stands in the page, with where."""
        occurrences = self.occurrences(page)
        words = self.vocabulary.words
        for number in occurrences:
            for form in self.single.get(number, ()):
                for place in alone(page, number, form.flags, occurrences, words[number]):
                    if self.counts(form, context):
                        yield form, place
            for form in self.phrases.get(number, ()):
                if all(word in occurrences for word in form.words):
                    for place in phrase(page, form.words, form.flags, occurrences):
                        if self.counts(form, context):
                            yield form, place
        yield from self.inner(page)

    def counts(self, form: Form, context: Context) -> bool:
        """Whether an ambiguous name means its entity here."""
        meaning = form.owner.meaning
        if not form.flags & Flag.AMBIGUOUS or meaning is None or meaning.reading.entity is None:
            return True
        return context.speaks_for(meaning.reading.entity, form.name, typed=not form.flags & Flag.ALIAS)

    def occurrences(self, page: Page) -> Occurrences:
        """Which words of the vocabulary stand where in the page."""
        occurrences: Occurrences = {}
        vocabulary = self.vocabulary
        if vocabulary.pending:
            vocabulary.settle()
        cache = vocabulary.cache
        for position, written in enumerate(page.written):
            try:
                found = cache[written]
            except KeyError:
                found = vocabulary.lookup(written)
            if found is not None:
                for one in found:
                    at = occurrences.get(one.word)
                    if at is None:
                        occurrences[one.word] = {position: one}
                    else:
                        at[position] = one
        self.joins(page, occurrences)
        return occurrences

    def joins(self, page: Page, occurrences: Occurrences) -> None:
        """Words that the page writes as two: cease-fire, M-23."""
        number = self.vocabulary.number
        lower = [word.lower() for word in page.written]
        pairs = list(map(add, lower, lower[1:]))
        for pair in number.keys() & pairs:
            for position in positions(pairs, pair):
                one, other = lower[position], lower[position + 1]
                if len(one) < 3 or len(other) < 3 or len(pair) < 6 or one in FUNCTION_WORDS or other in FUNCTION_WORDS:
                    continue
                if page.between(position) in JOINING and self.vocabulary.used[number[pair]] > 0:
                    known = Found(number[pair], Kind.INFLECTION, 97.0, strong=True, more=1)
                    occurrences.setdefault(number[pair], {}).setdefault(position, known)
        short = ["^" + pair if len(pair) <= 6 else "" for pair in pairs]
        for pair in number.keys() & short:
            for position in positions(short, pair):
                one, other = page.written[position], page.written[position + 1]
                if one.isupper() and (other.isupper() or other.isdecimal()) and page.between(position) in JOINING:
                    occurrences.setdefault(number[pair], {}).setdefault(position, Found(number[pair], *EXACT, more=1))

    def inner(self, page: Page) -> Iterable[tuple[Form, Place]]:
        """Words of scripts without spaces, inside runs of letters. Their places count characters of the text, not words."""
        if not self.inside:
            return
        words, text = self.vocabulary.words, page.text
        pairs = set(map(add, text, text[1:]))
        for start in self.inside.keys() & pairs:
            for number in self.inside[start]:
                at = text.find(words[number][1:])
                if at >= 0:
                    for form in self.single.get(number, ()):
                        yield form, Place(at, -1 - len(words[number][1:]), 100.0, Kind.EXACT)


JOINING = frozenset({" ", "-", "‑", "–", "\u2010", "\u200c"})


def positions(items: Sequence[str], item: str) -> Iterable[int]:
    index = -1
    while True:
        try:
            index = items.index(item, index + 1)
        except ValueError:
            return
        yield index


def passes(leaf: Filter, article: Article) -> bool:
    """Whether an article is of the filter's source or language."""
    if leaf.kind is FilterKind.LANGUAGE:
        return article.language.casefold().split("-")[0] == leaf.value.split("-")[0]
    wanted = leaf.value
    named = {article.source.casefold(), article.publisher.casefold()} - {""}
    host = host_of(article.url)
    return (
        wanted in named
        or host == wanted
        or host.endswith("." + wanted)
        or any(one.endswith("." + wanted) for one in named)
    )


def host_of(url: str | None) -> str:
    """The host of a URL without user, port and www."""
    if not url or "://" not in url:
        return ""
    host = url.split("://", 1)[1].split("/", 1)[0].split("?", 1)[0].rsplit("@", 1)[-1].split(":", 1)[0]
    return host.casefold().removeprefix("www.")


def evidence(form: Form, place: Place, page: Page, article: Article) -> Match:
    """What a reader is shown of a form found at a place."""
    if place.last < 0:
        start, end = place.first, place.first - place.last - 1
    else:
        start, end = page.starts[place.first], page.end(place.last)
    zone = page.zone
    if zone is Zone.BODY and end <= article.lead_end:
        zone = Zone.LEAD
    target = form.owner
    return Match(
        keyword=target.keyword.text,
        entity=target.entity,
        name=form.name,
        zone=zone,
        start=start,
        end=end,
        words=page.text[start:end],
        grade=grade_of(form, place),
        score=round(place.score, 1),
    )


def grade_of(form: Form, place: Place) -> Grade:
    if place.kind is Kind.EDIT:
        return Grade.TYPO
    if place.kind is Kind.SKELETON or form.flags & Flag.JOINED:
        return Grade.SPELLING
    if place.kind is Kind.INFLECTION or form.flags & Flag.ADJECTIVE:
        return Grade.INFLECTION
    return Grade.ALIAS if form.flags & Flag.ALIAS else Grade.EXACT


def order(match: Match) -> tuple[float, int, int, int]:
    return (-match.score, RANK[match.grade], 0 if match.zone is Zone.TITLE else 1, match.start)


def strongest(matches: list[Match]) -> list[Match]:
    """The best evidence, without what lies inside better evidence."""
    kept: list[Match] = []
    for match in sorted(matches, key=lambda one: (order(one)[:3], one.start - one.end, one.start)):
        inside = any(
            (one.zone is Zone.TITLE) is (match.zone is Zone.TITLE) and one.start < match.end and match.start < one.end
            for one in kept
        )
        if not inside:
            kept.append(match)
            if len(kept) == MOST_EVIDENCE:
                break
    return kept
