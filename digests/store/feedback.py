"""What readers called not relevant, so that one subscription learns from it and the operator can count it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from digests.model import Grade
from digests.store.driver import from_text, to_text

if TYPE_CHECKING:
    from datetime import datetime

    from digests.model import Destination, Match
    from digests.store.driver import Store
    from digests.store.subscriptions import Subscription

__all__ = ["Feedback", "add_feedback", "feedback_count", "feedback_of", "take_feedback_back"]

TABLES = """
CREATE TABLE feedback (
    id INTEGER PRIMARY KEY,
    chat_id BIGINT NOT NULL,
    thread_id BIGINT NOT NULL DEFAULT 0,
    subscription_id BIGINT,                -- NULL: no subscription of that keyword is left
    story_id TEXT NOT NULL,
    keyword TEXT NOT NULL,
    words TEXT NOT NULL,
    grade TEXT NOT NULL,
    score REAL NOT NULL,
    min_score_before REAL NOT NULL DEFAULT 0,
    at TEXT NOT NULL,
    UNIQUE (chat_id, thread_id, story_id, keyword)
)
"""


@dataclass(frozen=True, slots=True)
class Feedback:
    """A reader said that an entry is not relevant."""

    id: int
    subscription_id: int | None
    story_id: str
    keyword: str
    words: str
    grade: Grade
    score: float
    min_score_before: float
    at: datetime


def add_feedback(
    db: Store, where: Destination, story_id: str, match: Match, *, found: Subscription | None, now: datetime
) -> int:
    """Write down that an entry was not relevant. The number by which it can be taken back."""
    return int(
        db.value(
            """
            INSERT INTO feedback (chat_id, thread_id, subscription_id, story_id, keyword, words, grade, score,
                min_score_before, at)
            VALUES (:chat, :thread, :subscription, :story, :keyword, :words, :grade, :score, :before, :now)
            ON CONFLICT (chat_id, thread_id, story_id, keyword) DO UPDATE SET at = excluded.at
            RETURNING id
            """,
            {
                **_key(where),
                "subscription": found.id if found else None,
                "story": story_id,
                "keyword": match.keyword,
                "words": match.words,
                "grade": match.grade,
                "score": match.score,
                "before": found.min_score if found else 0.0,
                "now": to_text(now),
            },
        )
    )


def take_feedback_back(db: Store, where: Destination, feedback_id: int) -> Feedback | None:
    """Forget one "not relevant". What it was, or None when it was taken back already."""
    row = db.row(
        "DELETE FROM feedback WHERE id = :id AND chat_id = :chat AND thread_id = :thread RETURNING *",
        {**_key(where), "id": feedback_id},
    )
    return None if row is None else _feedback(row)


def feedback_of(db: Store, where: Destination) -> list[Feedback]:
    """Everything the destination called not relevant, newest first."""
    rows = db.rows(
        "SELECT * FROM feedback WHERE chat_id = :chat AND thread_id = :thread ORDER BY at DESC, id DESC", _key(where)
    )
    return [_feedback(row) for row in rows]


def feedback_count(db: Store, since: datetime) -> int:
    """How often readers pressed "Not relevant" since then, for the operator."""
    return int(db.value("SELECT count(*) FROM feedback WHERE at >= :since", {"since": to_text(since)}))


def _key(where: Destination) -> dict[str, int]:
    return {"chat": where.chat_id, "thread": where.thread_id or 0}


def _feedback(row: dict[str, Any]) -> Feedback:
    return Feedback(
        id=row["id"],
        subscription_id=row["subscription_id"],
        story_id=row["story_id"],
        keyword=row["keyword"],
        words=row["words"],
        grade=Grade(row["grade"]),
        score=row["score"],
        min_score_before=row["min_score_before"],
        at=from_text(row["at"]),
    )
