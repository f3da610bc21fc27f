"""All queries against one article in one pass.

Each distinct word of the article is looked up once in the vocabulary of all forms; forms whose rarest word was found are
verified; the queries that own a form that was found are evaluated. What a query finds depends on its own words, the
lexicon and the known-word lists only, never on which other queries exist.
"""

from __future__ import annotations

import re
from operator import add
from threading import RLock
from typing import TYPE_CHECKING

from digests.matching.context import Context
from digests.matching.evidence import evidence, order, passes, strongest
from digests.matching.forms import Flag, Meaning, Places, mean, written_as_one
from digests.matching.index import Vocabulary
from digests.matching.neighbours import is_inside_another, organisations
from digests.matching.occurrences import Occurrences
from digests.matching.page import Page, zone_pages
from digests.matching.phrases import Place, alone, phrase
from digests.matching.query import Filter, Keyword, Query
from digests.matching.refusals import why_other
from digests.matching.spelling import Kind
from digests.matching.targets import Form, Target
from digests.matching.words import is_common
from digests.model import Article, Hit, Match, QueryId, Strictness

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from digests.matching.lexicon import Lexicon

__all__ = ["Matcher"]


class Matcher:
    """Finds which queries are true of an article, and shows the evidence.

    It may be used from several threads: articles are matched in a worker's thread while a person follows something new.
    """

    def __init__(self, lexicon: Lexicon, gazetteer: Places | None = None) -> None:
        self.lexicon = lexicon
        self.gazetteer = gazetteer
        self.vocabulary = Vocabulary()
        self.lock = RLock()  # held for one article, or one change
        self.queries: dict[QueryId, Query] = {}
        self.strictness: dict[QueryId, Strictness] = {}  # of those that are not followed normally
        self.targets: dict[Strictness, dict[Keyword, Target]] = {strictness: {} for strictness in Strictness}
        # By the number of their word, or of their pivot. Most words have one form: it stands there without a tuple.
        self.single: list[Form | tuple[Form, ...] | None] = []
        self.phrases: list[Form | tuple[Form, ...] | None] = []
        self.partners: dict[int, tuple[int, ...]] = {}  # of a pivot of several phrases: another word of each
        self.inside: dict[str, list[int]] = {}  # first two characters -> words to find inside runs of letters

    def __len__(self) -> int:
        return len(self.queries)

    # Keeping queries

    def add(self, query_id: QueryId, query: Query, strictness: Strictness = Strictness.NORMAL) -> None:
        """Follow a query from the next article on. An id that is known is replaced."""
        with self.lock:
            if query_id in self.queries:
                self.remove(query_id)
            self.queries[query_id] = query
            if strictness is not Strictness.NORMAL:
                self.strictness[query_id] = strictness
            for keyword in dict.fromkeys(query.keywords):
                target = self.target(keyword, strictness)
                target.queries = (*target.queries, query_id)

    def remove(self, query_id: QueryId) -> None:
        """Follow a query no longer. Unknown ids are ignored."""
        with self.lock:
            query = self.queries.pop(query_id, None)
            if query is None:
                return
            targets = self.targets[self.strictness.pop(query_id, Strictness.NORMAL)]
            for keyword in dict.fromkeys(query.keywords):
                target = targets[keyword]
                target.queries = tuple(one for one in target.queries if one != query_id)
                if not target.queries:
                    del targets[keyword]
                    for form in target.forms:
                        self.unlink(form)

    def relearn(self, lexicon: Lexicon) -> None:
        """Use a changed lexicon from the next article on; only keywords whose meaning changed are looked at again."""
        with self.lock:
            self.lexicon = lexicon
            for strictness, target in [
                (strictness, one) for strictness, known in self.targets.items() for one in known.values()
            ]:
                meaning = mean(target.keyword, strictness, lexicon, self.gazetteer)
                target.meaning = Meaning(meaning.reading, ()) if meaning.reading.label else None
                words = {(draft.name, draft.words, int(draft.flags)) for draft in meaning.drafts}
                if words != {(form.name, tuple(self.spelled(form)), form.flags) for form in target.forms}:
                    for form in target.forms:
                        self.unlink(form)
                    self.fill(target, meaning)

    def spelled(self, form: Form) -> list[str]:
        return [self.vocabulary.words[number] for number in form.words]

    def target(self, keyword: Keyword, strictness: Strictness) -> Target:
        target = self.targets[strictness].get(keyword)
        if target is None:
            target = self.targets[strictness][keyword] = Target(keyword, None)
            self.fill(target, mean(keyword, strictness, self.lexicon, self.gazetteer))
        return target

    def fill(self, target: Target, meaning: Meaning) -> None:
        """Give a target the forms of its meaning."""
        target.meaning = Meaning(meaning.reading, ()) if meaning.reading.label else None
        forms = []
        for name, words, flags in meaning.drafts:
            numbers = tuple(map(self.vocabulary.add, words))
            if len(numbers) == 1:
                self.vocabulary.may_be_alone(numbers[0])
            if len(numbers) > 1 or flags & Flag.BROAD:
                self.vocabulary.may_be_weak(numbers)
            form = Form(name, numbers, int(flags), target)
            self.link(form)
            forms.append(form)
        target.forms = tuple(forms)

    def link(self, form: Form) -> None:
        missing = len(self.vocabulary.words) - len(self.single)
        self.single.extend([None] * missing)
        self.phrases.extend([None] * missing)
        if len(form.words) > 1:
            pivot = self.pivot(form)
            self.keep_phrases(pivot, with_form(self.phrases[pivot], form))
            self.file_as_one(form, pivot)
            return
        number = form.words[0]
        if form.flags & Flag.GAPPY:
            self.file_as_one(form, number)
        text = self.vocabulary.words[number]
        if text[0] == "#" and self.single[number] is None:
            self.inside.setdefault(text[1:3], []).append(number)
        self.single[number] = with_form(self.single[number], form)

    def keep_phrases(self, pivot: int, entry: Form | tuple[Form, ...] | None) -> None:
        self.phrases[pivot] = entry
        if isinstance(entry, tuple):
            self.partners[pivot] = tuple(form.words[0] if form.words[0] != pivot else form.words[-1] for form in entry)
        else:
            self.partners.pop(pivot, None)

    def file_as_one(self, form: Form, number: int) -> None:
        for whole in self.as_one(form):
            self.vocabulary.file_as_one(whole, number)

    def as_one(self, form: Form) -> frozenset[str]:
        """The form's words written as one word, where that is allowed."""
        words = tuple(self.spelled(form))
        if form.flags & (Flag.RIGID | Flag.JOINED) or any(word[0] == "^" for word in words):
            return frozenset()
        return written_as_one(form.name, words)

    def unlink(self, form: Form) -> None:
        for number in form.words:
            self.vocabulary.drop(number)
        if len(form.words) > 1:
            pivot = self.pivot(form)
            self.keep_phrases(pivot, without_form(self.phrases[pivot], form))
            return
        number = form.words[0]
        self.single[number] = without_form(self.single[number], form)
        text = self.vocabulary.words[number]
        if text[0] == "#" and self.single[number] is None:
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
        with self.lock:
            pages = zone_pages(article.title, article.body)
            found: dict[Target, list[tuple[Form, Match]]] = {}
            context = Context(pages, self.lexicon)
            for page in pages:
                for form, place in self.places(page, context):
                    found.setdefault(form.owner, []).append((form, evidence(form, place, page, article)))
            if not found:
                return []
            best = {target: strongest(in_order_of_names(target, matches)) for target, matches in found.items()}
            candidates = sorted({query_id for target in found for query_id in target.queries})
            hits = (self.judge(query_id, article, best) for query_id in candidates)
            return [hit for hit in hits if hit is not None]

    def judge(self, query_id: QueryId, article: Article, found: dict[Target, list[Match]]) -> Hit | None:
        """The query's hit, if it is true of the article."""
        query = self.queries[query_id]
        targets = self.targets[self.strictness.get(query_id, Strictness.NORMAL)]

        def matches_of(keyword: Keyword) -> list[Match]:
            return found.get(targets[keyword], [])

        def is_true(leaf: Keyword | Filter) -> bool:
            return bool(matches_of(leaf)) if isinstance(leaf, Keyword) else passes(leaf, article)

        if not query.evaluate(is_true):
            return None
        matches = [match for keyword in dict.fromkeys(query.positive) for match in matches_of(keyword)]
        return Hit(query_id, tuple(sorted(matches, key=order))) if matches else None

    def places(self, page: Page, context: Context) -> Iterable[tuple[Form, Place]]:
        """Every form that stands in the page, with where."""
        occurrences = self.occurrences(page)
        present, single = occurrences.present, self.single
        joined = [number for number in present if number < 0]
        words = [number for number in present if number >= 0 and single[number] is not None]
        complete = self.complete(present)
        occurrences.locate([*joined, *words, *(word for form in complete for word in form.words if word in present)])
        for number in joined:
            yield from self.written_as_one(page, ~number, occurrences[number])
        for number in words:
            yield from self.singles_at(page, number, occurrences, context)
        for form in complete:
            yield from self.phrase_at(page, form, occurrences, context)
        yield from self.spelled_out(page)
        yield from self.inner(page)

    def complete(self, present: Mapping[int, object]) -> list[Form]:
        """The phrases whose ends stand in the page. Most lack one of them: nothing more is done for them."""
        phrases, partners, standing = self.phrases, self.partners, present.keys()
        found: list[Form] = []
        for pivot in present:
            entry = phrases[pivot] if pivot >= 0 else None
            if isinstance(entry, Form):
                if entry.words[0] in present and entry.words[-1] in present:
                    found.append(entry)
            elif entry is not None and not standing.isdisjoint(partners[pivot]):
                found.extend([form for form in entry if form.words[0] in present and form.words[-1] in present])
        return found

    def spelled_out(self, page: Page) -> Iterable[tuple[Form, Place]]:
        """Acronyms that nothing is known of, by the full names of organisations that have their initials."""
        for first, last, initials in organisations(page):
            number = self.vocabulary.number.get("^" + initials)
            if number is None or number >= len(self.single):
                continue
            for form in forms_at(self.single[number]):
                if form.owner.meaning is None and not form.flags & Flag.RIGID:
                    yield form, Place(first, last, 90.0, Kind.EXACT, spelled_out=True)

    def singles_at(
        self, page: Page, number: int, occurrences: Occurrences, context: Context
    ) -> Iterable[tuple[Form, Place]]:
        """Forms of one word that was found."""
        for form in forms_at(self.single[number]):
            if not context.counts(form):
                continue
            for place in alone(page, number, form.flags, occurrences, self.vocabulary.words[number]):
                if not why_other(form, page, place, context, self.lexicon):
                    yield form, place

    def phrase_at(
        self, page: Page, form: Form, occurrences: Occurrences, context: Context
    ) -> Iterable[tuple[Form, Place]]:
        """A phrase whose rarest word was found, and whose ends were."""
        if len(form.words) > 2 and not occurrences.present.keys() >= set(form.words):
            return
        for place in phrase(page, form.words, form.flags, occurrences):
            if context.counts(form) and not why_other(form, page, place, context, self.lexicon):
                yield form, place

    def written_as_one(self, page: Page, pivot: int, at: Iterable[int]) -> Iterable[tuple[Form, Place]]:
        """Forms of several words that the page writes as one word."""
        for form in (*forms_at(self.phrases[pivot]), *forms_at(self.single[pivot])):
            wholes = self.as_one(form)
            for position in at:
                if page.folded(position) in wholes and not page.is_known(position, form.name):
                    yield form, Place(position, position, 97.0, Kind.SKELETON)

    def occurrences(self, page: Page) -> Occurrences:
        """Which words of the vocabulary stand where in the page."""
        occurrences = Occurrences(page, self.vocabulary)
        self.joins(page, occurrences)
        for position, part in page.parts_of_hashtags():
            for found in self.vocabulary.sure(part):
                occurrences.add_at(position, found)
        return occurrences

    def joins(self, page: Page, occurrences: Occurrences) -> None:
        """Words that the page writes as two: cease-fire, M-23."""
        for position, found in self.vocabulary.joined(page.written):
            if page.between(position) in JOINING:
                occurrences.add_at(position, found)

    def inner(self, page: Page) -> Iterable[tuple[Form, Place]]:
        """Words of scripts without spaces, inside runs of letters. Their places count characters of the text, not words."""
        words, text = self.vocabulary.words, page.text
        if not self.inside or text.isascii() or not NO_SPACES.search(text):
            return
        pairs = set(map(add, text, text[1:]))
        for start in self.inside.keys() & pairs:
            for number in self.inside[start]:
                wanted = words[number][1:]
                for form in forms_at(self.single[number]):
                    at = text.find(wanted)
                    while at >= 0 and is_inside_another(form, text, at, len(wanted), self.lexicon):
                        at = text.find(wanted, at + 1)
                    if at >= 0:
                        yield form, Place(at, -1 - len(wanted), 100.0, Kind.EXACT)


def in_order_of_names(target: Target, found: list[tuple[Form, Match]]) -> list[Match]:
    """The matches in the order of the target's names, so that which of two equals is shown depends on nobody's keywords."""
    if len(found) > 1:
        found.sort(key=lambda one: target.forms.index(one[0]))
    return [match for _, match in found]


def forms_at(entry: Form | tuple[Form, ...] | None) -> tuple[Form, ...]:
    return () if entry is None else entry if isinstance(entry, tuple) else (entry,)


def with_form(entry: Form | tuple[Form, ...] | None, form: Form) -> Form | tuple[Form, ...]:
    return form if entry is None else (*forms_at(entry), form)


def without_form(entry: Form | tuple[Form, ...] | None, form: Form) -> Form | tuple[Form, ...] | None:
    rest = tuple(one for one in forms_at(entry) if one is not form)
    return rest[0] if len(rest) == 1 else rest or None


NO_SPACES = re.compile(
    "[\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af]"
)
JOINING = frozenset({" ", "-", "‑", "–", "\u2010", "\u200c"})
