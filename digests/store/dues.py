"""Who is due for a digest, and when: the columns that are the schedule."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from digests.model import Destination, Severity
from digests.store.driver import from_text, to_text

if TYPE_CHECKING:
    from datetime import datetime

    from digests.model import ArticleId, Story
    from digests.store.driver import Store

__all__ = [
    "Due",
    "due",
    "due_of",
    "end_pauses",
    "next_due_at",
    "note_heartbeat",
    "postpone",
    "schedule_chat",
    "schedule_subscription",
    "silent_since",
    "unscheduled_chats",
    "unscheduled_subscriptions",
    "urgent_done",
    "wake_followers",
    "wake_late",
]

SETTLING, PATIENCE = timedelta(seconds=2), timedelta(seconds=10)
"""An instant digest waits until nothing more came for the chat so long, and at most so long: outlets report one event
within seconds of each other, and a round of checks reads many feeds at once. One event is to be one message."""

INSTANT = "cadence LIKE '%\"instant\"%'"


@dataclass(frozen=True, slots=True)
class Due:
    """What is due at one destination: the chat's own rhythm, single subscriptions, urgent stories."""

    chat: bool
    subscriptions: frozenset[int]
    urgent: bool


def wake_followers(db: Store, article_id: ArticleId, story: Story, now: datetime) -> int:
    """Make chats due that follow what the article matched, or were told the story before; how many are concerned.

    Instant rhythms are due when the news has settled; others only when the story is as severe as the chat calls urgent.
    Who knows the story as it is now is left alone.
    """
    # Driven by the article's few matches, row by row: SQLite would look through all chats for an UPDATE of many.
    reached = ", ".join(f"'{severity.value}'" for severity in Severity if severity.rank <= story.severity.rank)
    concerned = db.rows(
        f"""
        SELECT c.chat_id AS chat, c.thread_id AS thread, own,
            by_default = 1 AND {INSTANT} AND (next_digest_at IS NULL OR next_digest_at > :now) AS at_once,
            urgent_at IS NULL AND urgent IN ({reached}) AS is_urgent
        FROM (
            SELECT chat_id, thread_id, max(by_default) AS by_default, max(own) AS own FROM (
                SELECT s.chat_id, s.thread_id, 0 AS known, CASE WHEN s.cadence IS NULL THEN 1 ELSE 0 END AS by_default,
                    CASE WHEN s.cadence IS NULL THEN 0 ELSE 1 END AS own
                    FROM matches m JOIN subscriptions s ON s.query_id = m.query_id
                    WHERE m.article_id = :article AND s.paused = 0
                UNION ALL SELECT chat_id, thread_id, CASE WHEN revision >= :revision THEN 1 ELSE 0 END, 1, 1
                    FROM told WHERE story_id = :story) every_reason
            GROUP BY chat_id, thread_id HAVING max(known) = 0) found
        JOIN chats c ON c.chat_id = found.chat_id AND c.thread_id = found.thread_id
        WHERE c.state <> 'gone'
        """,
        {"article": article_id, "story": story.id, "revision": story.revision, "now": to_text(now)},
    )
    times = {"settled": to_text(now + SETTLING), "patience": to_text(now + PATIENCE)}
    params = [{**row, **times} for row in concerned]
    db.execute_many(
        """
        UPDATE chats SET hold_until = coalesce(hold_until, :patience),
            next_digest_at = CASE WHEN hold_until < :settled THEN hold_until ELSE :settled END
        WHERE chat_id = :chat AND thread_id = :thread
        """,
        [each for each in params if each["at_once"]],
    )
    db.execute_many(
        f"""
        UPDATE subscriptions SET next_digest_at = :settled
        WHERE chat_id = :chat AND thread_id = :thread AND {INSTANT} AND paused = 0
        AND (next_digest_at IS NULL OR next_digest_at > :settled)
        """,
        [each for each in params if each["own"]],
    )
    db.execute_many(
        "UPDATE chats SET urgent_at = :settled WHERE chat_id = :chat AND thread_id = :thread",
        [each for each in params if each["is_urgent"]],
    )
    return len(concerned)


def wake_late(db: Store, now: datetime) -> int:
    """Make instant chats due that were given stories back since they were last looked at."""
    return db.execute(
        f"""
        UPDATE chats SET next_digest_at = :now
        WHERE state = 'active' AND {INSTANT} AND (next_digest_at IS NULL OR next_digest_at > :now)
        AND (chat_id, thread_id) IN (SELECT chat_id, thread_id FROM late_stories)
        AND EXISTS (
            SELECT 1 FROM late_stories l WHERE l.chat_id = chats.chat_id AND l.thread_id = chats.thread_id
            AND l.at >= coalesce(chats.last_digest_at, '')
            AND NOT EXISTS (SELECT 1 FROM told t WHERE t.chat_id = l.chat_id AND t.thread_id = l.thread_id
                AND t.story_id = l.story_id AND t.revision >= l.revision))
        """,
        {"now": to_text(now)},
    )


def end_pauses(db: Store, now: datetime) -> int:
    """Chats whose pause is over are active again, and looked at at once; how many these were."""
    return db.execute(
        """
        UPDATE chats SET state = 'active', state_reason = NULL, paused_until = NULL, next_digest_at = :now
        WHERE state = 'paused' AND paused_until <= :now
        """,
        {"now": to_text(now)},
    )


def due(db: Store, now: datetime, *, limit: int = 200) -> list[Destination]:
    """Active destinations whose time has come: urgent ones first, then who waits longest."""
    rows = db.rows(
        """
        SELECT chat_id, thread_id FROM (
            SELECT chat_id, thread_id, 0 AS rank, next_digest_at AS at FROM chats
                WHERE state = 'active' AND next_digest_at <= :now
            UNION ALL SELECT chat_id, thread_id, 1, urgent_at FROM chats WHERE state = 'active' AND urgent_at <= :now
            UNION ALL SELECT s.chat_id, s.thread_id, 0, s.next_digest_at FROM subscriptions s
                WHERE s.next_digest_at <= :now AND s.paused = 0 AND EXISTS (SELECT 1 FROM chats c
                    WHERE c.chat_id = s.chat_id AND c.thread_id = s.thread_id AND c.state = 'active')) waiting
        GROUP BY chat_id, thread_id ORDER BY max(rank) DESC, min(at), chat_id, thread_id LIMIT :limit
        """,
        {"now": to_text(now), "limit": limit},
    )
    return [Destination(row["chat_id"], row["thread_id"] or None) for row in rows]


def due_of(db: Store, where: Destination, now: datetime) -> Due | None:
    """What is due at a destination; None when nothing is, or not any more."""
    params = {**_key(where), "now": to_text(now)}
    row = db.row(
        """
        SELECT next_digest_at <= :now AS chat, urgent_at <= :now AS urgent FROM chats
        WHERE chat_id = :chat AND thread_id = :thread AND state = 'active'
        """,
        params,
    )
    if row is None:
        return None
    own = db.rows(
        """
        SELECT id FROM subscriptions
        WHERE chat_id = :chat AND thread_id = :thread AND paused = 0 AND next_digest_at <= :now
        """,
        params,
    )
    found = Due(bool(row["chat"]), frozenset(each["id"] for each in own), bool(row["urgent"]))
    return found if found.chat or found.subscriptions or found.urgent else None


def next_due_at(db: Store) -> datetime | None:
    """When the next chat or subscription is due, or a pause ends; None when nothing is scheduled."""
    found: str | None = db.value(
        """
        SELECT min(at) FROM (
            SELECT min(next_digest_at) AS at FROM chats WHERE state = 'active'
            UNION ALL SELECT min(urgent_at) FROM chats WHERE state = 'active' AND urgent_at IS NOT NULL
            UNION ALL SELECT min(paused_until) FROM chats WHERE state = 'paused'
            UNION ALL SELECT * FROM (SELECT s.next_digest_at FROM subscriptions s
                WHERE s.next_digest_at IS NOT NULL AND s.paused = 0 AND EXISTS (SELECT 1 FROM chats c
                    WHERE c.chat_id = s.chat_id AND c.thread_id = s.thread_id AND c.state = 'active')
                ORDER BY s.next_digest_at LIMIT 1) own) soonest
        """
    )
    return from_text(found)


def unscheduled_chats(db: Store) -> list[Destination]:
    """Active destinations without a next time that need one: a timetable, or a sign of life in silent weeks."""
    rows = db.rows(
        f"""
        SELECT chat_id, thread_id FROM chats
        WHERE state = 'active' AND next_digest_at IS NULL AND (heartbeat = 1 OR NOT {INSTANT})
        """
    )
    return [Destination(row["chat_id"], row["thread_id"] or None) for row in rows]


def unscheduled_subscriptions(db: Store) -> list[tuple[int, Destination]]:
    """Subscriptions with a timetable of their own and no next time yet."""
    rows = db.rows(
        f"""
        SELECT id, chat_id, thread_id FROM subscriptions
        WHERE paused = 0 AND cadence IS NOT NULL AND next_digest_at IS NULL AND NOT {INSTANT}
        """
    )
    return [(row["id"], Destination(row["chat_id"], row["thread_id"] or None)) for row in rows]


def schedule_chat(
    db: Store, where: Destination, next_at: datetime | None, *, looked_at: datetime | None = None
) -> None:
    """When the chat's next digest is due (None: when something comes), and when it was last looked at what is new."""
    db.execute(
        """
        UPDATE chats SET next_digest_at = :next, hold_until = NULL, last_digest_at = coalesce(:looked, last_digest_at)
        WHERE chat_id = :chat AND thread_id = :thread
        """,
        {**_key(where), "next": to_text(next_at), "looked": to_text(looked_at)},
    )


def urgent_done(db: Store, where: Destination) -> None:
    """What was urgent for the chat is told."""
    db.execute("UPDATE chats SET urgent_at = NULL WHERE chat_id = :chat AND thread_id = :thread", _key(where))


def schedule_subscription(db: Store, subscription_id: int, next_at: datetime | None) -> None:
    """When a subscription with a rhythm of its own is due next."""
    db.execute(
        "UPDATE subscriptions SET next_digest_at = :next WHERE id = :id",
        {"id": subscription_id, "next": to_text(next_at)},
    )


def postpone(db: Store, where: Destination, until: datetime) -> None:
    """Nothing of the destination is due before then: its digest failed, and others must not wait for it."""
    params = {**_key(where), "until": to_text(until)}
    for table, column in (("chats", "next_digest_at"), ("chats", "urgent_at"), ("subscriptions", "next_digest_at")):
        db.execute(
            f"UPDATE {table} SET {column} = :until WHERE chat_id = :chat AND thread_id = :thread AND {column} < :until",
            params,
        )


def silent_since(db: Store, where: Destination) -> datetime | None:
    """Since when the chat has heard nothing: its last digest or sign of life, or its beginning."""
    found: str | None = db.value(
        """
        SELECT max(at) FROM (
            SELECT created_at AS at FROM chats WHERE chat_id = :chat AND thread_id = :thread
            UNION ALL SELECT heartbeat_at FROM chats WHERE chat_id = :chat AND thread_id = :thread
            UNION ALL SELECT max(composed_at) FROM digests WHERE chat_id = :chat AND thread_id = :thread) heard
        """,
        _key(where),
    )
    return from_text(found)


def note_heartbeat(db: Store, where: Destination, now: datetime) -> None:
    """A sign of life was given."""
    db.execute(
        "UPDATE chats SET heartbeat_at = :now WHERE chat_id = :chat AND thread_id = :thread",
        {**_key(where), "now": to_text(now)},
    )


def _key(where: Destination) -> dict[str, int]:
    return {"chat": where.chat_id, "thread": where.thread_id or 0}
