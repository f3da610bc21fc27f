"""Why things are as they are: how each article came into its story, and which of a chat's queries found it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from digests.model import ArticleId, StoryId
from digests.store.driver import from_text, to_text
from digests.store.subscriptions import matches_from_json

if TYPE_CHECKING:
    from datetime import datetime

    from digests.model import Destination, Match
    from digests.store.driver import Store

__all__ = ["Found", "Joined", "first_article", "found_by", "joined", "stories_of_part", "story_of_article"]


@dataclass(frozen=True, slots=True)
class Joined:
    """One article's way into its story: `why` is the decision as it was taken, with its numbers."""

    article_id: ArticleId
    copy_of: ArticleId | None
    why: dict[str, Any]  # as JSON can hold it


@dataclass(frozen=True, slots=True)
class Found:
    """A followed query that is true of an article of a story."""

    typed: str
    min_score: float
    article_id: ArticleId
    matches: tuple[Match, ...]


def joined(db: Store, story_id: StoryId) -> list[Joined]:
    """How the articles of a story came together, in the order of placing."""
    rows = db.rows(
        "SELECT article_id, copy_of, why FROM story_articles WHERE story_id = :story ORDER BY position",
        {"story": story_id},
    )
    return [
        Joined(
            ArticleId(row["article_id"]), ArticleId(row["copy_of"]) if row["copy_of"] else None, json.loads(row["why"])
        )
        for row in rows
    ]


def found_by(db: Store, where: Destination, story_id: StoryId) -> list[Found]:
    """Which of the destination's subscriptions found which article of a story, best match first."""
    rows = db.rows(
        """
        SELECT subscriptions.typed, subscriptions.min_score, matches.article_id, matches.matches
        FROM subscriptions
        JOIN matches ON matches.query_id = subscriptions.query_id
        JOIN story_articles ON story_articles.article_id = matches.article_id
        WHERE subscriptions.chat_id = :chat AND subscriptions.thread_id = :thread
        AND story_articles.story_id = :story
        ORDER BY matches.score DESC, matches.article_id LIMIT 50
        """,
        {"chat": where.chat_id, "thread": where.thread_id or 0, "story": story_id},
    )
    return [
        Found(row["typed"], row["min_score"], ArticleId(row["article_id"]), matches_from_json(row["matches"]))
        for row in rows
    ]


def stories_of_part(db: Store, where: Destination, digest_id: int, part: int) -> frozenset[StoryId]:
    """The stories that one message of a digest told."""
    rows = db.rows(
        """
        SELECT story_id FROM told
        WHERE chat_id = :chat AND thread_id = :thread AND digest_id = :digest AND part = :part
        """,
        {"chat": where.chat_id, "thread": where.thread_id or 0, "digest": digest_id, "part": part},
    )
    return frozenset(StoryId(row["story_id"]) for row in rows)


def first_article(db: Store, since: datetime) -> datetime | None:
    """When the oldest stored article since then was first seen."""
    found: str | None = db.value("SELECT min(seen_at) FROM articles WHERE seen_at >= :since", {"since": to_text(since)})
    return from_text(found)


def story_of_article(db: Store, article_id: ArticleId) -> StoryId | None:
    found = db.value("SELECT story_id FROM story_articles WHERE article_id = :article", {"article": article_id})
    return None if found is None else StoryId(found)
