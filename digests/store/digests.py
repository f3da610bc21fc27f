"""Digests that were composed, what each chat was told of each story, and which chat is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from digests.codec import from_json, to_json
from digests.compose import Candidate, Evidence
from digests.model import ArticleId, Destination, Digest, Severity, Story, StoryId
from digests.store.driver import from_text, to_text
from digests.store.subscriptions import matches_from_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from digests.store.driver import Store

__all__ = [
    "Due",
    "Told",
    "candidates",
    "digest",
    "due",
    "follow_merge",
    "last_digest",
    "mark_told",
    "next_due_at",
    "save_digest",
    "schedule_chat",
    "schedule_subscription",
    "stories_of_message",
    "told",
    "unscheduled",
    "wake_followers",
    "wake_late",
]

TABLES = """
CREATE TABLE digests (
    id INTEGER PRIMARY KEY,
    chat_id BIGINT NOT NULL,
    thread_id BIGINT NOT NULL DEFAULT 0,
    slot TEXT NOT NULL,                    -- local date and time, or urgent:STORY:REVISION, or asked:UPDATE
    composed_at TEXT NOT NULL,
    digest TEXT NOT NULL,                  -- the Digest as JSON
    UNIQUE (chat_id, thread_id, slot)
);
CREATE TABLE told (
    chat_id BIGINT NOT NULL,
    thread_id BIGINT NOT NULL DEFAULT 0,
    story_id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    digest_id BIGINT NOT NULL,
    part INTEGER NOT NULL DEFAULT 0,       -- the delivery (digest_id, part) that carries it
    told_at TEXT NOT NULL,
    PRIMARY KEY (chat_id, thread_id, story_id, revision)
);
CREATE INDEX told_digest ON told(digest_id, part);
CREATE INDEX told_story ON told(story_id)
"""

MEMORY = timedelta(days=14)
"""How long after its last article a story is looked at again for changes. Longer than any story lives (10 days)."""


@dataclass(frozen=True, slots=True)
class Due:
    """A destination whose time has come: for the chat's own rhythm, for single subscriptions, or for urgent stories."""

    destination: Destination
    chat: bool
    subscriptions: tuple[int, ...]
    urgent: bool


@dataclass(frozen=True, slots=True)
class Told:
    """What a chat was last told of a story, and which message carried it."""

    story_id: StoryId
    revision: int
    digest_id: int
    part: int
    at: datetime


# --- Who is due ------------------------------------------------------------------------------------------------------


def wake_followers(db: Store, article_id: ArticleId, story: Story, now: datetime) -> int:
    """Make chats due that follow what the article matched, or were told the story before; how many rows were woken.

    Instant rhythms are due now; others only when the story is as severe as the chat calls urgent.
    """
    params = {
        "article": article_id,
        "story": story.id,
        "now": to_text(now),
        "rank": story.severity.rank,
        **{severity.value: severity.rank for severity in Severity},
    }
    concerned = """
        (EXISTS (SELECT 1 FROM subscriptions s JOIN matches m ON m.query_id = s.query_id
            WHERE s.chat_id = chats.chat_id AND s.thread_id = chats.thread_id AND s.paused = 0
            AND m.article_id = :article {rhythm})
         OR EXISTS (SELECT 1 FROM told t WHERE t.chat_id = chats.chat_id AND t.thread_id = chats.thread_id
            AND t.story_id = :story))
    """
    woken = db.execute(
        f"""
        UPDATE chats SET next_digest_at = :now
        WHERE state <> 'gone' AND cadence LIKE '%"instant"%' AND (next_digest_at IS NULL OR next_digest_at > :now)
        AND {concerned.format(rhythm="AND s.cadence IS NULL")}
        """,
        params,
    )
    woken += db.execute(
        """
        UPDATE subscriptions SET next_digest_at = :now
        WHERE cadence LIKE '%"instant"%' AND paused = 0
        AND (EXISTS (SELECT 1 FROM matches m WHERE m.query_id = subscriptions.query_id AND m.article_id = :article)
             OR EXISTS (SELECT 1 FROM told t WHERE t.chat_id = subscriptions.chat_id
                AND t.thread_id = subscriptions.thread_id AND t.story_id = :story))
        """,
        params,
    )
    return woken + db.execute(
        f"""
        UPDATE chats SET urgent_at = :now
        WHERE state <> 'gone' AND urgent_at IS NULL AND urgent <> 'none'
        AND CASE urgent WHEN 'critical' THEN :critical WHEN 'high' THEN :high WHEN 'normal' THEN :normal ELSE :low END
            <= :rank
        AND {concerned.format(rhythm="")}
        """,
        params,
    )


def wake_late(db: Store, now: datetime) -> int:
    """Make instant chats due whose messages could not be delivered and were given back."""
    return db.execute(
        """
        UPDATE chats SET next_digest_at = :now
        WHERE state = 'active' AND cadence LIKE '%"instant"%' AND next_digest_at IS NULL AND EXISTS (
            SELECT 1 FROM late_stories l WHERE l.chat_id = chats.chat_id AND l.thread_id = chats.thread_id
            AND NOT EXISTS (SELECT 1 FROM told t WHERE t.chat_id = l.chat_id AND t.thread_id = l.thread_id
                AND t.story_id = l.story_id AND t.revision >= l.revision))
        """,
        {"now": to_text(now)},
    )


def due(db: Store, now: datetime, *, limit: int = 200) -> list[Due]:
    """Active destinations whose time has come, longest waiting first. A pause that is over counts as active."""
    rows = db.rows(
        """
        SELECT c.chat_id, c.thread_id, c.next_digest_at <= :now AS chat, c.urgent_at <= :now AS urgent,
            (SELECT json_group_array(s.id) FROM subscriptions s WHERE s.chat_id = c.chat_id
                AND s.thread_id = c.thread_id AND s.paused = 0 AND s.next_digest_at <= :now) AS subscriptions
        FROM chats c
        WHERE (c.state = 'active' OR (c.state = 'paused' AND c.paused_until <= :now))
        AND (c.next_digest_at <= :now OR c.urgent_at <= :now OR EXISTS (
            SELECT 1 FROM subscriptions s WHERE s.chat_id = c.chat_id AND s.thread_id = c.thread_id
            AND s.paused = 0 AND s.next_digest_at <= :now))
        ORDER BY coalesce(c.next_digest_at, c.urgent_at, :now), c.chat_id LIMIT :limit
        """,
        {"now": to_text(now), "limit": limit},
    )
    return [
        Due(
            Destination(row["chat_id"], row["thread_id"] or None),
            chat=bool(row["chat"]),
            subscriptions=tuple(from_json(list[int], row["subscriptions"])),
            urgent=bool(row["urgent"]),
        )
        for row in rows
    ]


def next_due_at(db: Store) -> datetime | None:
    """When the next chat or subscription is due; None when none is scheduled."""
    found: str | None = db.value(
        """
        SELECT min(at) FROM (
            SELECT min(next_digest_at) AS at FROM chats WHERE state = 'active'
            UNION ALL SELECT min(urgent_at) FROM chats WHERE state = 'active'
            UNION ALL SELECT min(paused_until) FROM chats WHERE state = 'paused'
            UNION ALL SELECT min(s.next_digest_at) FROM subscriptions s JOIN chats c
                ON c.chat_id = s.chat_id AND c.thread_id = s.thread_id WHERE c.state = 'active' AND s.paused = 0)
        """
    )
    return from_text(found)


def unscheduled(db: Store) -> list[Destination]:
    """Destinations with a timetable and no next time yet."""
    rows = db.rows(
        """
        SELECT chat_id, thread_id FROM chats
        WHERE state = 'active' AND next_digest_at IS NULL AND cadence NOT LIKE '%"instant"%'
        UNION SELECT chat_id, thread_id FROM subscriptions
        WHERE paused = 0 AND cadence IS NOT NULL AND next_digest_at IS NULL AND cadence NOT LIKE '%"instant"%'
        """
    )
    return [Destination(row["chat_id"], row["thread_id"] or None) for row in rows]


def schedule_chat(
    db: Store,
    where: Destination,
    *,
    next_at: datetime | None,
    told_at: datetime | None = None,
    urgent_done: bool = False,
) -> None:
    """When the chat's next digest is due (None: when something comes), and when its last one was composed."""
    db.execute(
        """
        UPDATE chats SET next_digest_at = :next, last_digest_at = coalesce(:told, last_digest_at),
            urgent_at = CASE WHEN :done THEN NULL ELSE urgent_at END,
            state = CASE WHEN state = 'paused' THEN 'active' ELSE state END, paused_until = NULL
        WHERE chat_id = :chat AND thread_id = :thread AND state <> 'gone'
        """,
        {**_key(where), "next": to_text(next_at), "told": to_text(told_at), "done": int(urgent_done)},
    )


def schedule_subscription(db: Store, subscription_id: int, next_at: datetime | None) -> None:
    """When a subscription with a rhythm of its own is due next."""
    db.execute(
        "UPDATE subscriptions SET next_digest_at = :next WHERE id = :id",
        {"id": subscription_id, "next": to_text(next_at)},
    )


# --- What to tell ----------------------------------------------------------------------------------------------------


def candidates(
    db: Store,
    where: Destination,
    *,
    now: datetime,
    subscriptions: Sequence[int] | None = None,
    everything: bool = False,
) -> list[Candidate]:
    """Stories that what the chat follows has found and that it was not told in their present revision.

    `subscriptions` limits it to these; `everything` adds stories that were told already (for /digest, /why, previews).
    """
    chosen = "" if subscriptions is None else "AND s.id IN (SELECT value FROM json_each(:chosen))"
    untold = "" if everything else "AND (told.revision IS NULL OR told.revision < st.revision)"
    rows = db.rows(
        f"""
        SELECT st.story, s.typed, m.matches, m.article_id, a.source, a.language, a.archive,
            told.revision AS told_revision, told.told_at, late.story_id IS NOT NULL AS given_back
        FROM subscriptions s
        JOIN matches m ON m.query_id = s.query_id AND m.matched_at >= :horizon
        JOIN story_articles sa ON sa.article_id = m.article_id
        JOIN stories st ON st.id = sa.story_id
        JOIN articles a ON a.id = m.article_id
        LEFT JOIN (SELECT story_id, max(revision) AS revision, max(told_at) AS told_at FROM told
            WHERE chat_id = :chat AND thread_id = :thread GROUP BY story_id) told ON told.story_id = st.id
        LEFT JOIN (SELECT DISTINCT story_id FROM late_stories
            WHERE chat_id = :chat AND thread_id = :thread) late ON late.story_id = st.id
        WHERE s.chat_id = :chat AND s.thread_id = :thread AND s.paused = 0 {chosen}
        AND m.matched_at >= s.since AND m.score >= s.min_score {untold}
        AND (s.languages = '[]' OR a.language = '' OR EXISTS
            (SELECT 1 FROM json_each(s.languages) l WHERE l.value = a.language))
        AND {_rank("st.severity")} >= {_rank("s.min_severity")}
        ORDER BY st.changed_at DESC, m.score DESC LIMIT 5000
        """,
        {
            **_key(where),
            "horizon": to_text(_horizon(db, where, now)),
            "chosen": to_json(list(subscriptions or ())),
        },
    )
    return [
        Candidate(
            story=from_json(Story, row["story"]),
            evidence=(
                Evidence(
                    row["typed"],
                    ArticleId(row["article_id"]),
                    row["source"],
                    row["language"],
                    matches_from_json(row["matches"]),
                    archive=bool(row["archive"]),
                ),
            ),
            told_revision=row["told_revision"],
            told_at=from_text(row["told_at"]),
            given_back=bool(row["given_back"]),
        )
        for row in rows
    ]


def _horizon(db: Store, where: Destination, now: datetime) -> datetime:
    """Far enough back for every story that is alive, and for all that came while the chat was paused."""
    last = db.value(
        "SELECT coalesce(last_digest_at, created_at) FROM chats WHERE chat_id = :chat AND thread_id = :thread",
        _key(where),
    )
    return min(now, from_text(last) if last else now) - MEMORY


def _rank(column: str) -> str:
    return f"CASE {column} WHEN 'critical' THEN 3 WHEN 'high' THEN 2 WHEN 'normal' THEN 1 ELSE 0 END"


# --- What was told ---------------------------------------------------------------------------------------------------


def save_digest(db: Store, where: Destination, slot: str, composed: Digest) -> int | None:
    """Write a digest down. None when this slot of this chat has its digest already: then nothing must be sent."""
    found: int | None = db.value(
        """
        INSERT INTO digests (chat_id, thread_id, slot, composed_at, digest) VALUES (:chat, :thread, :slot, :at, :digest)
        ON CONFLICT (chat_id, thread_id, slot) DO NOTHING RETURNING id
        """,
        {**_key(where), "slot": slot, "at": to_text(composed.at), "digest": to_json(composed)},
    )
    return found


def mark_told(
    db: Store, where: Destination, digest_id: int, stories: Iterable[tuple[StoryId, int, int]], now: datetime
) -> None:
    """Note that these (story, revision, part of the digest) are told."""
    db.execute_many(
        """
        INSERT INTO told (chat_id, thread_id, story_id, revision, digest_id, part, told_at)
        VALUES (:chat, :thread, :story, :revision, :digest, :part, :now)
        ON CONFLICT (chat_id, thread_id, story_id, revision) DO NOTHING
        """,
        [
            {
                **_key(where),
                "story": story,
                "revision": revision,
                "digest": digest_id,
                "part": part,
                "now": to_text(now),
            }
            for story, revision, part in stories
        ],
    )


def follow_merge(db: Store, old: StoryId, new: StoryId, revision: int) -> None:
    """After a merge: who was told the old story knows the new one up to that revision, and a mute of it goes on."""
    params = {"old": old, "new": new, "revision": revision}
    db.execute(
        """
        INSERT INTO told (chat_id, thread_id, story_id, revision, digest_id, part, told_at)
        SELECT chat_id, thread_id, :new, :revision, digest_id, part, told_at FROM told t WHERE story_id = :old
        AND revision = (SELECT max(revision) FROM told o WHERE o.story_id = :old AND o.chat_id = t.chat_id
            AND o.thread_id = t.thread_id)
        ON CONFLICT (chat_id, thread_id, story_id, revision) DO NOTHING
        """,
        params,
    )
    db.execute(
        """
        INSERT INTO mutes (chat_id, thread_id, kind, value, until)
        SELECT chat_id, thread_id, kind, :new, until FROM mutes WHERE kind = 'story' AND value = :old
        ON CONFLICT (chat_id, thread_id, kind, value) DO NOTHING
        """,
        params,
    )


def told(db: Store, where: Destination, story_id: StoryId) -> Told | None:
    """What the chat was last told of a story."""
    row = db.row(
        """
        SELECT revision, digest_id, part, told_at FROM told
        WHERE chat_id = :chat AND thread_id = :thread AND story_id = :story ORDER BY revision DESC LIMIT 1
        """,
        {**_key(where), "story": story_id},
    )
    if row is None:
        return None
    return Told(story_id, row["revision"], row["digest_id"], row["part"], from_text(row["told_at"]))


def stories_of_message(db: Store, digest_id: int, part: int) -> int:
    """How many stories one message tells."""
    return int(
        db.value("SELECT count(*) FROM told WHERE digest_id = :id AND part = :part", {"id": digest_id, "part": part})
    )


def digest(db: Store, where: Destination, digest_id: int) -> Digest | None:
    """A digest of this chat by its number."""
    text = db.value(
        "SELECT digest FROM digests WHERE id = :id AND chat_id = :chat AND thread_id = :thread",
        {**_key(where), "id": digest_id},
    )
    return None if text is None else from_json(Digest, text)


def last_digest(db: Store, where: Destination) -> tuple[int, Digest] | None:
    """The chat's newest digest that told something, with its number: what `/why N` counts in."""
    row = db.row(
        "SELECT id, digest FROM digests WHERE chat_id = :chat AND thread_id = :thread ORDER BY id DESC LIMIT 1",
        _key(where),
    )
    return None if row is None else (row["id"], from_json(Digest, row["digest"]))


def _key(where: Destination) -> dict[str, int]:
    return {"chat": where.chat_id, "thread": where.thread_id or 0}
