"""All queries against one article in one pass.

Each distinct word of the article is looked up once in the vocabulary of all forms; forms whose rarest word was found are
verified; the queries that own a form that was found are evaluated. What a query finds depends on its own words, the
lexicon and the known-word lists only, never on which other queries exist.
"""

from __future__ import annotations

from operator import add
from threading import RLock
from typing import TYPE_CHECKING

from digests.matching.catalogue import Catalogue
from digests.matching.context import Context
from digests.matching.evidence import evidence, order, passes, strongest
from digests.matching.forms import Flag, Meaning, Places, mean
from digests.matching.glances import Glances
from digests.matching.index import Vocabulary
from digests.matching.lexicon import EntityKind
from digests.matching.namesakes import is_firm
from digests.matching.neighbours import HEADS_WRITTEN, is_inside_another, organisations
from digests.matching.occurrences import Occurrences
from digests.matching.page import Page, zone_pages
from digests.matching.phrases import Place, alone, phrase
from digests.matching.query import Filter, Keyword, Query
from digests.matching.refusals import why_other
from digests.matching.several import of_these, with_another, without
from digests.matching.sounding import SoundingNames
from digests.matching.spelling import Kind
from digests.matching.targets import Form, Target
from digests.model import Article, Hit, Match, QueryId, Strictness

if TYPE_CHECKING:
    from collections.abc import Iterable

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
        self.catalogue = Catalogue(self.vocabulary)
        self.sounding = SoundingNames()
        self.glances = Glances(self.vocabulary, self.sounding.may_begin, HEADS_WRITTEN)

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
                target.followers = with_another(target.followers, query_id)

    def remove(self, query_id: QueryId) -> None:
        """Follow a query no longer. Unknown ids are ignored."""
        with self.lock:
            query = self.queries.pop(query_id, None)
            if query is None:
                return
            targets = self.targets[self.strictness.pop(query_id, Strictness.NORMAL)]
            for keyword in dict.fromkeys(query.keywords):
                target = targets[keyword]
                target.followers = without(target.followers, query_id)
                if target.followers is None:
                    del targets[keyword]
                    self.empty(target)

    def relearn(self, lexicon: Lexicon) -> None:
        """Use a changed lexicon from the next article on; only keywords whose meaning changed are looked at again."""
        with self.lock:
            self.lexicon = lexicon
            for strictness, target in [
                (strictness, one) for strictness, known in self.targets.items() for one in known.values()
            ]:
                meaning = mean(target.keyword, strictness, lexicon, self.gazetteer)
                words = {(draft.name, draft.words, int(draft.flags)) for draft in meaning.drafts}
                known = {(form.name, tuple(self.catalogue.spelled(form)), form.flags) for form in target.forms}
                if words != known or kind_of(target.meaning) != kind_of(meaning):
                    self.empty(target)
                    self.fill(target, meaning)
                target.meaning = Meaning(meaning.reading, ()) if meaning.reading.label else None

    def target(self, keyword: Keyword, strictness: Strictness) -> Target:
        target = self.targets[strictness].get(keyword)
        if target is None:
            target = self.targets[strictness][keyword] = Target(keyword, None)
            self.fill(target, mean(keyword, strictness, self.lexicon, self.gazetteer))
        return target

    def empty(self, target: Target) -> None:
        """Forget the forms of a target."""
        self.glances.clear()
        for form in target.forms:
            self.sounding.remove(form, self.catalogue.spelled(form))
            self.catalogue.remove(form)

    def fill(self, target: Target, meaning: Meaning) -> None:
        """Give a target the forms of its meaning."""
        self.glances.clear()
        target.meaning = Meaning(meaning.reading, ()) if meaning.reading.label else None
        forms = []
        for name, words, flags in meaning.drafts:
            numbers = tuple(map(self.vocabulary.add, words))
            if len(numbers) == 1:
                self.vocabulary.may_be_alone(numbers[0])
            if len(numbers) > 1 or flags & Flag.BROAD:
                self.vocabulary.may_be_weak(numbers)
            form = Form(name, numbers, int(flags), target)
            self.catalogue.add(form)
            self.sounding.add(form, words)
            forms.append(form)
        target.searched = of_these(forms)

    # Matching

    def match(self, article: Article) -> list[Hit]:
        """The queries that are true of the article with their evidence, in the order of their ids."""
        with self.lock:
            pages = zone_pages(article.title, article.body)
            found: dict[Target, list[tuple[Form, Match]]] = {}
            context = Context(pages, self.lexicon)
            for page in [page for page in pages if page.written]:
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
        singles, complete = self.catalogue.candidates(occurrences)
        present = occurrences.present
        occurrences.locate([*singles, *(word for form in complete for word in form.words if word in present)])
        for number in singles:
            if number < 0:
                yield from self.written_as_one(page, ~number, occurrences[number])
        for number in singles:
            if number >= 0:
                yield from self.singles_at(page, number, occurrences, context)
        for form in complete:
            yield from self.phrase_at(page, form, occurrences, context)
        yield from self.sounding.places(page, occurrences.where("sounds"))
        if occurrences.has("is_head"):
            yield from self.spelled_out(page, occurrences.where("is_head"))
        if occurrences.has("is_run"):
            yield from self.inner(page)

    def spelled_out(self, page: Page, heads: Iterable[int]) -> Iterable[tuple[Form, Place]]:
        """Acronyms that nothing is known of, by the full names of organisations that have their initials."""
        for first, last, initials in organisations(page, heads):
            number = self.vocabulary.number.get("^" + initials)
            for form in () if number is None else self.catalogue.of_word(number):
                if form.owner.meaning is None and not form.flags & Flag.RIGID:
                    yield form, Place(first, last, 90.0, Kind.EXACT, spelled_out=True)

    def singles_at(
        self, page: Page, number: int, occurrences: Occurrences, context: Context
    ) -> Iterable[tuple[Form, Place]]:
        """Forms of one word that was found."""
        for form in self.catalogue.of_word(number):
            counts = context.counts(form)
            if not counts and not may_be_told_by_its_case(form):
                continue
            for place in alone(page, number, form.flags, occurrences, self.vocabulary.words[number]):
                if not counts and not page.is_turkish_case(place.first):
                    continue
                if not why_other(form, page, place, context, self.lexicon):
                    yield form, place

    def phrase_at(
        self, page: Page, form: Form, occurrences: Occurrences, context: Context
    ) -> Iterable[tuple[Form, Place]]:
        """A phrase whose rarest word was found, and whose ends were."""
        if len(form.words) > 2 and not occurrences.present.issuperset(form.words):
            return
        for place in phrase(page, form.words, form.flags, occurrences):
            if context.counts(form) and not why_other(form, page, place, context, self.lexicon):
                yield form, place

    def written_as_one(self, page: Page, pivot: int, at: Iterable[int]) -> Iterable[tuple[Form, Place]]:
        """Forms of several words that the page writes as one word."""
        for form in (*self.catalogue.of_pivot(pivot), *self.catalogue.of_word(pivot)):
            wholes = self.catalogue.as_one(form)
            for position in at:
                if page.folded(position) in wholes and not (
                    page.is_known(position, form.name) or is_firm(page, position)
                ):
                    yield form, Place(position, position, 97.0, Kind.SKELETON)

    def occurrences(self, page: Page) -> Occurrences:
        """Which words of the vocabulary stand where in the page."""
        self.vocabulary.settle()
        occurrences = Occurrences(page, self.vocabulary, self.glances)
        self.joins(page, occurrences)
        for position, part in page.parts_of_hashtags():
            for found in self.vocabulary.sure(part):
                occurrences.add_at(position, found)
        return occurrences

    def joins(self, page: Page, occurrences: Occurrences) -> None:
        """Words that the page writes as two: cease-fire, M-23."""
        for position, found in self.vocabulary.joined(page.written, occurrences.where("begins")):
            if page.between(position) in JOINING and not is_letter_apart(page, position):
                occurrences.add_at(position, found)

    def inner(self, page: Page) -> Iterable[tuple[Form, Place]]:
        """Words of scripts without spaces, inside runs of letters. Their places count characters of the text, not words."""
        words, text = self.vocabulary.words, page.text
        inside = self.catalogue.inside
        pairs = set(map(add, text, text[1:]))
        for start in inside.keys() & pairs:
            for number in inside[start]:
                wanted = words[number][1:]
                for form in self.catalogue.of_word(number):
                    at = text.find(wanted)
                    while at >= 0 and is_inside_another(form, text, at, len(wanted), self.lexicon):
                        at = text.find(wanted, at + 1)
                    if at >= 0:
                        yield form, Place(at, -1 - len(wanted), 100.0, Kind.EXACT)


def kind_of(meaning: Meaning | None) -> EntityKind | str | None:
    """What a keyword stands for, as far as it decides how its forms are looked for; None for nothing known."""
    if meaning is None or meaning.reading.label is None:
        return None
    return meaning.reading.entity.kind if meaning.reading.entity else meaning.reading.kind


def may_be_told_by_its_case(form: Form) -> bool:
    """Whether an ambiguous name is a place's: with the apostrophe and ending of a Turkish case it can be nothing else."""
    meaning = form.owner.meaning
    entity = meaning.reading.entity if meaning else None
    return bool(form.flags & Flag.AMBIGUOUS) and entity is not None and entity.kind is EntityKind.PLACE


def is_letter_apart(page: Page, position: int) -> bool:
    """Whether a single letter stands behind letters and a space: "FAR C airspace" is no FARC."""
    one, other = page.written[position], page.written[position + 1]
    return len(other) == 1 < len(one) and other.isalpha() and page.between(position) == " "


def in_order_of_names(target: Target, found: list[tuple[Form, Match]]) -> list[Match]:
    """The matches in the order of the target's names, so that which of two equals is shown depends on nobody's keywords."""
    if len(found) > 1:
        found.sort(key=lambda one: target.forms.index(one[0]))
    return [match for _, match in found]


JOINING = frozenset({" ", "-", "‑", "–", "\u2010", "\u200c"})
