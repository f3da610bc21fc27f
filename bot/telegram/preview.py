"""What following a query would have brought: how it was understood, what it finds in the archive, and what it nearly finds."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import zip_longest
from time import perf_counter
from typing import TYPE_CHECKING

from bot.telegram.markup import EMPTY, Html, clip, code, isolated, italic, join, link, parts, text
from digests.errors import QueryError
from digests.matching import And, Keyword, Matcher, as_typed, parse, understand
from digests.model import QueryId, Strictness
from digests.store import articles, sources, traces
from digests.text import Script, script_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from bot.telegram.services import Services
    from bot.telegram.wording import Words
    from digests.matching import KeywordReading, Query, Understanding
    from digests.model import Article, ArticleId, Match
    from digests.store import Store

__all__ = ["Preview", "Sample", "caret", "preview", "shown_preview", "with_operators"]

LOOKED_BACK = timedelta(days=30)
SAMPLES, NEAR_MISSES, NAMES = 3, 2, 5
DAYS_FOR_A_RATE = 3  # fewer say nothing of a week
MOST_NAMES, MOST_LIKELY = 10, 200  # looked up in the full-text index
SCRIPTS = (Script.LATIN, Script.ARABIC, Script.DEVANAGARI)  # in which the region's news are written, by use
READ_IN = {"ur": Script.ARABIC}  # by language of the answers; others read Latin letters
OPERATOR = re.compile(r"(?<=\w)\s+(and|or|not)\s+(?=\w)")  # written small, they are words of a phrase
WANTED, BROAD = QueryId(1), QueryId(2)


@dataclass(frozen=True, slots=True)
class Sample:
    """An article that a query finds, and the words by which it does."""

    title: str
    url: str | None
    source: str
    at: datetime
    seen: datetime
    words: str


@dataclass(frozen=True, slots=True)
class Preview:
    """The result of trying a query on the archive; `read` articles of `days` days were looked at."""

    query: Query
    understanding: Understanding
    count: int
    samples: tuple[Sample, ...]
    near: tuple[Sample, ...]
    read: int
    days: float

    @property
    def per_week(self) -> float:
        return self.count * 7 / max(self.days, 1.0)


def preview(store: Store, typed: str, strictness: Strictness, desk: Services, now: datetime) -> Preview:
    """Try a query on the archive of 30 days, within the desk's time. Raises QueryError; saves nothing.

    Articles that hold a name of what is looked for come from the full-text index, so that a rare name is found in all of
    the archive; the time that is left goes to the newest others, for spelling variants and near misses. When time or
    numbers do not suffice, the count is that of a shorter time, and says so.
    """
    lexicon = desk.lexicon()
    understanding = understand(as_typed(typed, lexicon), lexicon, desk.gazetteer)
    query = understanding.query
    trial = Trial(Matcher(lexicon, desk.gazetteer), sources.source_names(store))
    trial.matcher.add(WANTED, query, strictness)
    if strictness is Strictness.NORMAL:
        trial.matcher.add(BROAD, query, Strictness.BROAD)
    began = perf_counter()
    likely, horizon = _likely(store, understanding, now - LOOKED_BACK)
    left = trial.run(likely, began + 0.7 * desk.probe_seconds)
    if left is not None:
        horizon = left.seen
    if perf_counter() < began + desk.probe_seconds:
        newest = articles.newest_articles(store, since=horizon, limit=desk.probe_articles)
        left = trial.run(newest, began + desk.probe_seconds)
        if left is not None and not query.positive:
            horizon = left.seen
    counted = sorted((each for each in trial.found if each.seen >= horizon), key=lambda each: each.at, reverse=True)
    first = traces.first_article(store, horizon) or now
    return Preview(
        query=query,
        understanding=understanding,
        count=len(counted),
        samples=tuple(counted[:SAMPLES]),
        near=tuple(trial.near[:NEAR_MISSES]),
        read=articles.count_articles(store, since=horizon),
        days=(now - first) / timedelta(days=1),
    )


@dataclass(slots=True)
class Trial:
    """A query tried on one article after the other."""

    matcher: Matcher
    names: Mapping[str, str]  # of sources, by id
    found: list[Sample] = field(default_factory=list)
    near: list[Sample] = field(default_factory=list)
    tried: set[ArticleId] = field(default_factory=set)

    def run(self, some: Iterable[Article], until: float) -> Article | None:
        """Try articles until a time of the performance counter; the first there was no time for, or None."""
        for article in some:
            if perf_counter() > until:
                return article
            if article.id not in self.tried:
                self.tried.add(article.id)
                self._judge(article)
        return None

    def _judge(self, article: Article) -> None:
        hits = {hit.query_id: hit.matches for hit in self.matcher.match(article)}
        if WANTED in hits:
            self.found.append(_sample(article, hits[WANTED], self.names))
        elif BROAD in hits:
            self.near.append(_sample(article, hits[BROAD], self.names))


def _likely(store: Store, understanding: Understanding, since: datetime) -> tuple[list[Article], datetime]:
    """Articles that hold a name of what is looked for, newest first, and since when they are all of them.

    Of keywords joined by AND those of the rarest are enough.
    """
    by_keyword: dict[Keyword, dict[ArticleId, Article]] = {}
    horizon = since
    for keyword in understanding.query.positive:
        reading = next((each for each in understanding.readings if each.keyword == keyword), None)
        found: dict[ArticleId, Article] = {}
        for name in list(dict.fromkeys((keyword.text, *(reading.names if reading else ()))))[:MOST_NAMES]:
            some = articles.search(store, name, limit=MOST_LIKELY)
            if len(some) == MOST_LIKELY:
                horizon = max(horizon, min(article.seen for article in some))
            found |= {article.id: article for article in some if article.seen >= since}
        by_keyword[keyword] = found
    tree = understanding.query.tree
    needed = [by_keyword[node] for node in tree.nodes if node in by_keyword] if isinstance(tree, And) else []
    chosen = [min(needed, key=len)] if needed else list(by_keyword.values())
    every = {article.id: article for found in chosen for article in found.values() if article.seen >= horizon}
    return sorted(every.values(), key=lambda article: article.seen, reverse=True), horizon


def shown_preview(words: Words, found: Preview) -> Html:
    """How the query was understood, what the archive says, samples, and what was near."""
    lines = [_reading(words, reading) for reading in found.understanding.readings[:6]]
    canonical = found.query.canonical
    known = {found.understanding.readings[0].typed.casefold(), found.understanding.readings[0].keyword.text.casefold()}
    if len(found.understanding.readings) > 1 or canonical.casefold() not in known:
        lines.append(words("preview.read_as", query=code(canonical)))
    meant = with_operators(found)
    if meant is not None:
        lines.append(words("preview.operators", query=code(meant)))
    lines.append(_count(words, found))
    lines += [_sample_shown(sample) for sample in found.samples]
    if found.near:
        lines.append(italic(words("preview.near")))
        lines += [_sample_shown(sample) for sample in found.near]
    return join("\n", lines)


def with_operators(found: Preview) -> str | None:
    """The query that was probably meant when a phrase that nobody knows has "and", "or" or "not" in it; else None."""
    phrases = [reading.typed for reading in found.understanding.readings if reading.kind not in {"entity", "place"}]
    if len(found.understanding.readings) > 1 or not any(OPERATOR.search(phrase) for phrase in phrases):
        return None
    meant = OPERATOR.sub(lambda word: f" {word[1].upper()} ", phrases[0])
    try:
        parse(meant)
    except QueryError:
        return None
    return meant


def caret(query: str, position: int) -> str:
    """The query with a caret under the place that cannot be read; long queries are cut around it."""
    start = max(0, position - 30)
    end = min(len(query), start + 60)
    head, tail = "…" if start else "", "…" if end < len(query) else ""
    shown = " ".join(query[start:end].split("\n"))
    return f"{head}{shown}{tail}\n{' ' * (len(head) + min(position, len(query)) - start)}^"


def _reading(words: Words, reading: KeywordReading) -> Html:
    keyword, label = reading.keyword.text, reading.label or reading.keyword.text
    lines = EMPTY
    if reading.was_corrected:
        lines = words("preview.meant", typed=reading.typed, keyword=keyword) + parts("\n")
    if reading.kind in {"entity", "place"}:
        shown = join(" · ", [parts(isolated(text(name).markup)) for name in _varied(reading.names, words.language)])
        more = len(reading.names) - NAMES
        named: dict[str, object] = {"keyword": keyword, "entity": label, "names": shown}
        if not reading.names:
            said = words("preview.known", keyword=keyword, entity=label)
        elif more > 0:
            said = words("preview.entity_more", n=more, **named)
        else:
            said = words("preview.entity", **named)
    else:
        said = words(f"preview.{reading.kind}", keyword=keyword)
    if reading.suggestions:
        said += parts("\n") + words("preview.maybe", names=", ".join(reading.suggestions))
    return lines + said


def _varied(names: Iterable[str], language: str) -> list[str]:
    """Some of the names: of each script of the region one before a second of any, the reader's script first, others last."""
    by_script: dict[Script, list[str]] = {}
    rest: list[str] = []
    order = sorted(SCRIPTS, key=lambda script: script is not READ_IN.get(language, Script.LATIN))
    for name in names:
        script = script_of(name)
        (by_script.setdefault(script, []) if script in order else rest).append(name)
    rounds = zip_longest(*(by_script.get(script, ()) for script in order))
    return [*(name for turn in rounds for name in turn if name is not None), *rest][:NAMES]


def _count(words: Words, found: Preview) -> Html:
    if not found.read:
        return words("preview.empty")
    if not found.count:
        return words("preview.none", n=found.read)
    days = max(1, round(found.days))
    said = words("preview.count", count=found.count, read=found.read, n=days)
    if found.days < DAYS_FOR_A_RATE:
        return said
    if found.per_week >= 14:
        return join(", ", (said, words("preview.per_day", n=round(found.per_week / 7))))
    if found.per_week >= 1:
        return join(", ", (said, words("preview.per_week", n=round(found.per_week))))
    return join(", ", (said, words("preview.rarely")))


def _sample(article: Article, matches: Iterable[Match], names: Mapping[str, str]) -> Sample:
    best = next(iter(matches), None)
    source = names.get(article.source, article.source)
    return Sample(article.heading, article.url, source, article.time, article.seen, best.words if best else "")


def _sample_shown(sample: Sample) -> Html:
    found = text(f"“{clip(sample.words, 60)}”") if sample.words else EMPTY
    return parts("• ") + join(" · ", (link(text(clip(sample.title, 120)), sample.url), text(sample.source), found))
