"""The road of one article: `prepare` is pure and may run anywhere; `commit` is one transaction.

    RawArticle -> clean -> match -> facts -> dossier      (prepare: no database, in parallel)
    Prepared   -> article + story + matches + who is due  (commit: one after the other)

Each step is idempotent: the same article twice changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from digests.cleaning import clean
from digests.publishers import attributed
from digests.store import articles as article_store
from digests.store import digests as digest_store
from digests.store import dues
from digests.store import stories as story_store
from digests.store import subscriptions as subscription_store
from digests.stories import examine
from digests.stories.facts import read_facts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from digests.model import Article, ArticleId, Cleaned, Hit, RawArticle, Story
    from digests.publishers import Catalogue
    from digests.store import Store
    from digests.stories import Desk, Dossier, Placement
    from digests.stories.facts import Names

__all__ = ["Fate", "Matching", "Outcome", "Prepared", "Tools", "commit", "examined", "prepare"]

MOST_EDITS = 24
"""Further edits of one article are kept off the road: some pages change with every request."""


class Matching(Protocol):
    """All queries at once. `version` grows with every query that comes or goes."""

    @property
    def version(self) -> int: ...

    def match(self, article: Article) -> Sequence[Hit]: ...


@dataclass(frozen=True, slots=True)
class Tools:
    """What preparing an article needs to know of the world."""

    catalogue: Catalogue
    matching: Matching
    names: Names


@dataclass(frozen=True, slots=True)
class Prepared:
    """An article with everything that can be said of it without looking at others."""

    article: Article
    removed: tuple[str, ...]
    fingerprint: str
    hits: tuple[Hit, ...]
    matching_version: int
    dossier: Dossier


class Fate(StrEnum):
    """What became of an article that was handed in."""

    STORED = "stored"
    COPY = "copy"  # stored; it carries the text of another article of its story
    EDITED = "edited"  # known, with new wording
    KNOWN = "known"  # nothing new


@dataclass(frozen=True, slots=True)
class Outcome:
    fate: Fate
    article_id: ArticleId
    story: Story | None = None
    hits: tuple[Hit, ...] = ()
    is_new_story: bool = False
    source: str = ""


def prepare(raw: RawArticle, tools: Tools) -> Prepared:
    """Clean, match and examine. Raises EmptyArticle with the reason when nothing is left after cleaning."""
    return examined(clean(raw), raw.source, tools)


def examined(cleaned: Cleaned, hint: str | None, tools: Tools) -> Prepared:
    """The second half of `prepare`, for whoever cleans in another process."""
    article = attributed(cleaned.article, hint, tools.catalogue)
    version = tools.matching.version
    return Prepared(
        article=article,
        removed=cleaned.removed,
        fingerprint=article_store.fingerprint(article),
        hits=tuple(tools.matching.match(article)),
        matching_version=version,
        dossier=examine(article, read_facts(article, tools.names)),
    )


def commit(db: Store, prepared: Prepared, desk: Desk, tools: Tools, now: datetime, *, archive: bool = False) -> Outcome:
    """Write the article, its place in a story and what it matched, and make due who follows it.

    Must run inside one transaction; when that fails, the Desk has to be restored from the database.
    """
    article = prepared.article
    known = article_store.known(db, article, prepared.fingerprint)
    if known is not None and (known.fingerprint == prepared.fingerprint or known.edits >= MOST_EDITS):
        if article.url:
            article_store.add_url(db, known.id, article.url)
        return Outcome(Fate.KNOWN, known.id, story_store.story_of(db, known.id), prepared.hits)
    if known is not None:
        article = replace(article, id=known.id)
    hits = prepared.hits
    if tools.matching.version != prepared.matching_version:
        # Somebody followed something meanwhile: nothing may be missed between the two.
        hits = tuple(tools.matching.match(article))
    article_store.save_article(db, article, prepared.fingerprint, archive=archive)
    if known is not None and desk.story_of(article.id) is None:
        story = story_store.story_of(db, article.id)
        if story is not None:
            # Its story is over and out of memory: the new wording is kept, the story stays as it was told.
            return Outcome(Fate.EDITED, article.id, story, hits, source=article.source)
    placement = desk.place(article, prepared.dossier)
    story_store.save_placement(db, article, prepared.dossier, placement, now)
    for old in placement.merged:
        before = placement.story.revision - (1 if placement.revision is not None else 0)
        digest_store.follow_merge(db, old, placement.story.id, before)
    subscription_store.save_hits(db, article, hits, now)
    if not archive:
        dues.wake_followers(db, article.id, placement.story, now)
    fate = _fate(placement, known is not None)
    return Outcome(fate, article.id, placement.story, hits, placement.is_new, article.source)


def _fate(placement: Placement, is_edit: bool) -> Fate:
    if is_edit:
        return Fate.EDITED
    return Fate.COPY if placement.copy_of is not None else Fate.STORED
