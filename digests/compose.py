"""Stories -> the Digest of one chat at one time. Pure: what is told follows from the arguments alone."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from digests.cleaning.urls import untracked
from digests.model import Digest, Entry, Excerpt, Link, Severity, Status, Zone

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from digests.model import Article, ArticleId, Change, Coverage, Match, Revision, Story, StoryId

__all__ = [
    "Candidate",
    "Evidence",
    "Limits",
    "changes_since",
    "compose",
    "excerpt",
    "is_small",
    "links",
    "narrowed",
    "quoted_articles",
]

EXCERPT_BEFORE, EXCERPT_AFTER = 90, 110  # characters around the words that matched
QUIET_HOUR = timedelta(hours=1)  # at most one sounding update of a story in this time, unless the toll rose by half


@dataclass(frozen=True, slots=True)
class Evidence:
    """One article of a story that a followed query is true of."""

    query: str  # as typed by the follower
    article_id: ArticleId
    source: str
    language: str
    matches: tuple[Match, ...]
    archive: bool = False  # it was old already when it was first seen
    subscription: int = 0
    min_severity: Severity = Severity.LOW  # of the subscription


@dataclass(frozen=True, slots=True)
class Candidate:
    """A story that a chat may have to be told, with what it was told of it before (None: nothing)."""

    story: Story
    evidence: tuple[Evidence, ...]
    told_revision: int | None = None
    given_back: bool = False  # it was to be told before and could not be delivered


@dataclass(frozen=True, slots=True)
class Limits:
    """What a chat wants to be spared."""

    min_severity: Severity = Severity.LOW
    muted_stories: frozenset[str] = frozenset()
    muted_sources: frozenset[str] = frozenset()
    muted_keywords: frozenset[str] = frozenset()


def compose(
    candidates: Iterable[Candidate],
    *,
    queries: Sequence[str],
    articles: Mapping[ArticleId, Article],
    at: datetime,
    limits: Limits | None = None,
    coverage: Coverage | None = None,
    next_at: datetime | None = None,
    zone: str = "UTC",
    language: str = "",
    names: Mapping[str, str] | None = None,
) -> Digest:
    """What to tell: stories never told, and told ones that changed since; most severe first, then newest.

    Nothing that was told in its present revision is told again, and nothing is told twice because two queries found it.
    `articles` are those to quote from (`quoted_articles`), `language` the reader's: a title in it is preferred. `names`
    are the Sources' names by their ids, and by the article's id what an article without a Source is called.
    """
    limits = limits or Limits()
    entries = [_entry(candidate, articles, limits, names or {}, language) for candidate in _one_per_story(candidates)]
    told = sorted((entry for entry in entries if entry is not None), key=_order)
    digest = Digest(tuple(dict.fromkeys(queries)), tuple(told), at, coverage, next_at, zone)
    return narrowed(digest, digest.entries)


def narrowed(digest: Digest, entries: Iterable[Entry]) -> Digest:
    """The same digest with only these entries, and only the queries that found them."""
    kept = tuple(entries)
    found = {query for entry in kept for query in entry.queries}
    return replace(digest, entries=kept, queries=tuple(query for query in digest.queries if query in found))


def quoted_articles(candidates: Iterable[Candidate], limits: Limits, language: str = "") -> set[ArticleId]:
    """The one article of each story that `compose` quotes from, for a reader of that language."""
    best = (_best_match(_heard(candidate, limits), language) for candidate in _one_per_story(candidates))
    return {found[0] for found in best if found is not None}


def changes_since(story: Story, revision: int) -> tuple[Change, ...]:
    """What changed after a revision, each field once: from what was told to what holds now."""
    by_field: dict[str, Change] = {}
    for change in (change for later in _after(story, revision) for change in later.changes):
        earlier = by_field.get(change.field)
        by_field[change.field] = (
            change if earlier is None else replace(change, old=earlier.old, correction=change.correction)
        )
    return tuple(change for change in by_field.values() if change.old != change.new)


def links(story: Story, names: Mapping[str, str] | None = None, since: int | None = None) -> tuple[Link, ...]:
    """One link a publisher: its newest text of its own that has an address. Who brought what is new after a revision
    comes first, copies last.

    `names` are as in `compose`; `since` is the revision that was told before.
    """
    brought = {later.article_id for later in _after(story, since)} if since is not None else set()
    own = [member for member in story.members if member.copy_of is None]
    copies = [member for member in story.members if member.copy_of is not None]
    ordered = sorted(own, key=lambda member: member.article_id not in brought)
    by_source: dict[str, Link] = {}
    for member in (*ordered, *copies):
        name = (names or {}).get(member.source or member.article_id) or member.source or _host(member.url)
        known = by_source.get(name)
        is_copy = member.copy_of is not None
        is_beside_the_news = bool(brought) and member.article_id not in brought
        better = member.url is not None and (known is None or known.url is None or not (is_copy or is_beside_the_news))
        if known is None or better:
            by_source[name] = Link(name, untracked(member.url) if member.url else None, copy=is_copy)
    return tuple(by_source.values())


def excerpt(article: Article, match: Match) -> Excerpt:
    """The sentence around the words that matched, cut at words: `text[start:end]` are exactly those words."""
    text = article.text(match.zone)
    before = text[max(0, match.start - EXCERPT_BEFORE) : match.start]
    after = text[match.end : match.end + EXCERPT_AFTER]
    if match.start > EXCERPT_BEFORE:
        before = "…" + before.partition(" ")[2] if " " in before else "…" + before
    if match.end + EXCERPT_AFTER < len(text):
        after = (after.rpartition(" ")[0] or after) + "…"
    before, words, after = (re.sub(r"\s", " ", part) for part in (before, match.words, after))
    before, after = before.lstrip(), after.rstrip()
    return Excerpt(before + words + after, len(before), len(before) + len(words), article.source)


def _one_per_story(candidates: Iterable[Candidate]) -> list[Candidate]:
    by_story: dict[StoryId, Candidate] = {}
    for candidate in candidates:
        known = by_story.get(candidate.story.id)
        both = candidate.evidence if known is None else (*known.evidence, *candidate.evidence)
        by_story[candidate.story.id] = replace(candidate, evidence=tuple(dict.fromkeys(both)))
    return list(by_story.values())


def _entry(
    candidate: Candidate,
    articles: Mapping[ArticleId, Article],
    limits: Limits,
    names: Mapping[str, str],
    language: str,
) -> Entry | None:
    story, told = candidate.story, candidate.told_revision
    changes = () if told is None else changes_since(story, told)
    status = _status(told, changes)
    evidence = _heard(candidate, limits)
    if status is not Status.CORRECTED:  # a correction goes to everyone who was told
        least = limits.min_severity.rank
        evidence = [found for found in evidence if max(least, found.min_severity.rank) <= story.severity.rank]
    is_news = not all(found.archive for found in evidence) if told is None else told < story.revision and bool(changes)
    if not evidence or not is_news:
        return None
    return Entry(
        story=replace(story, title=_title(story, language)),
        status=status,
        revision=story.revision,
        matches=_best_matches(evidence),
        changes=tuple(replace(change, said_by=names.get(change.said_by, change.said_by)) for change in changes),
        links=links(story, names, told),
        excerpt=_best_excerpt(evidence, articles, names, language),
        late=candidate.given_back,
        queries=tuple(dict.fromkeys(found.query for found in evidence)),
    )


def _heard(candidate: Candidate, limits: Limits) -> list[Evidence]:
    """What the reader did not mute."""
    if limits.muted_stories.intersection((candidate.story.id, *candidate.story.aliases)):
        return []
    return [
        found
        for found in candidate.evidence
        if found.source not in limits.muted_sources and found.query not in limits.muted_keywords
    ]


def _title(story: Story, language: str) -> str:
    """The story's title, or the newest one in the reader's language when that is in another."""
    now = next((member for member in story.members if member.title == story.title), None)
    if now is None or not language or now.language in {"", language}:
        return story.title
    readable = [member.title for member in story.members if member.language == language and member.title]
    return readable[-1] if readable else story.title


def _status(told: int | None, changes: tuple[Change, ...]) -> Status:
    if told is None:
        return Status.NEW
    return Status.CORRECTED if any(change.correction for change in changes) else Status.UPDATED


def is_small(changes: tuple[Change, ...], told_at: datetime, at: datetime) -> bool:
    """Whether an update comes so soon after the last message, and says so little more, that it needs no sound."""
    if at - told_at >= QUIET_HOUR:
        return False
    return not any(change.correction or change.field == "claim" or _rose_by_half(change) for change in changes)


def _rose_by_half(change: Change) -> bool:
    old, new = (re.search(r"\d+", value.replace(",", "")) for value in (change.old, change.new))
    if old is None or new is None:
        return True
    return int(new[0]) >= 1.5 * int(old[0])


def _best_matches(evidence: list[Evidence]) -> tuple[Match, ...]:
    """The best match of each keyword, best first."""
    by_keyword: dict[str, Match] = {}
    for match in (match for found in evidence for match in found.matches):
        known = by_keyword.get(match.keyword)
        if known is None or match.score > known.score:
            by_keyword[match.keyword] = match
    return tuple(sorted(by_keyword.values(), key=lambda match: -match.score))


def _best_match(evidence: Iterable[Evidence], language: str) -> tuple[ArticleId, Match] | None:
    """Words to be quoted: in the reader's language, and from a body rather than from a title, which the entry shows anyway."""
    quotable = [(found, match) for found in evidence for match in found.matches]
    if not quotable:
        return None

    def worth(item: tuple[Evidence, Match]) -> tuple[bool, bool, float, int]:
        found, match = item
        return found.language == language, match.zone is not Zone.TITLE, match.score, -match.start

    found, match = max(quotable, key=worth)
    return found.article_id, match


def _best_excerpt(
    evidence: Iterable[Evidence], articles: Mapping[ArticleId, Article], names: Mapping[str, str], language: str
) -> Excerpt | None:
    best = _best_match((found for found in evidence if found.article_id in articles), language)
    if best is None:
        return None
    found = excerpt(articles[best[0]], best[1])
    return replace(found, source=names.get(found.source, found.source))


def _after(story: Story, revision: int) -> list[Revision]:
    return [later for later in story.revisions if later.number > revision]


def _order(entry: Entry) -> tuple[int, float, str]:
    return -entry.story.severity.rank, -entry.story.last_changed.timestamp(), entry.story.id


def _host(url: str | None) -> str:
    found = re.match(r"https?://(?:www\.)?([^/:]+)", url or "")
    return found[1] if found else ""
