"""What following a query would have brought: how it was understood, what it finds in the archive, and what it nearly finds."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import timedelta
from itertools import zip_longest
from time import perf_counter
from typing import TYPE_CHECKING

from bot.telegram.markup import EMPTY, Html, clip, code, isolated, italic, join, link, parts, text
from digests.matching import Matcher, parse, understand
from digests.model import QueryId, Strictness
from digests.store import articles, sources

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from bot.telegram.services import Services
    from bot.telegram.wording import Words
    from digests.matching import KeywordReading, Query, Understanding
    from digests.model import Article, Match
    from digests.store import Store

__all__ = ["Preview", "Sample", "caret", "preview", "shown_preview"]

LOOKED_BACK = timedelta(days=30)
SAMPLES, NEAR_MISSES, NAMES = 3, 2, 5
DAYS_FOR_A_RATE = 3  # fewer say nothing of a week
WANTED, BROAD = QueryId(1), QueryId(2)


@dataclass(frozen=True, slots=True)
class Sample:
    """An article that a query finds, and the words by which it does."""

    title: str
    url: str | None
    source: str
    at: datetime
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
    """Try a query on the newest stored articles, within the desk's limits. Raises QueryError; saves nothing."""
    lexicon = desk.lexicon()
    understanding = understand(parse(typed), lexicon, desk.gazetteer)
    query = understanding.query
    matcher = Matcher(lexicon, desk.gazetteer)
    matcher.add(WANTED, query, strictness)
    if strictness is Strictness.NORMAL:
        matcher.add(BROAD, query, Strictness.BROAD)
    names = sources.source_names(store)
    found: list[Sample] = []
    near: list[Sample] = []
    read, oldest = 0, now
    enough = perf_counter() + desk.probe_seconds
    for article in articles.newest_articles(store, since=now - LOOKED_BACK, limit=desk.probe_articles):
        hits = {hit.query_id: hit.matches for hit in matcher.match(article)}
        if WANTED in hits:
            found.append(_sample(article, hits[WANTED], names))
        elif BROAD in hits:
            near.append(_sample(article, hits[BROAD], names))
        read, oldest = read + 1, min(oldest, article.seen)
        if perf_counter() > enough:
            break
    return Preview(
        query=query,
        understanding=understanding,
        count=len(found),
        samples=tuple(found[:SAMPLES]),
        near=tuple(near[:NEAR_MISSES]),
        read=read,
        days=(now - oldest) / timedelta(days=1),
    )


def shown_preview(words: Words, found: Preview) -> Html:
    """How the query was understood, what the archive says, samples, and what was near."""
    lines = [_reading(words, reading) for reading in found.understanding.readings[:6]]
    canonical = found.query.canonical
    if (
        len(found.understanding.readings) > 1
        or canonical.casefold() != found.understanding.readings[0].typed.casefold()
    ):
        lines.append(words("preview.read_as", query=code(canonical)))
    lines.append(_count(words, found))
    lines += [_sample_shown(sample) for sample in found.samples]
    if found.near:
        lines.append(italic(words("preview.near")))
        lines += [_sample_shown(sample) for sample in found.near]
    return join("\n", lines)


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
        shown = join(" · ", [parts(isolated(text(name).markup)) for name in _varied(reading.names)])
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


def _varied(names: Iterable[str]) -> list[str]:
    """Some of the names, of each script one before a second of any."""
    by_script: dict[str, list[str]] = {}
    for name in names:
        letter = next((c for c in name if c.isalpha()), "-")
        by_script.setdefault(unicodedata.name(letter, "-").split()[0], []).append(name)
    rounds = zip_longest(*by_script.values())
    return [name for turn in rounds for name in turn if name is not None][:NAMES]


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
    return Sample(article.heading, article.url, source, article.time, best.words if best else "")


def _sample_shown(sample: Sample) -> Html:
    found = text(f"“{clip(sample.words, 60)}”") if sample.words else EMPTY
    return parts("• ") + join(" · ", (link(text(clip(sample.title, 120)), sample.url), text(sample.source), found))
