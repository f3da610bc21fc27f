"""Digests that were composed, what each chat was told of each story, and what it is still to be told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from digests.codec import from_json, to_json
from digests.compose import Candidate, Evidence
from digests.model import ArticleId, Destination, Digest, Severity, Story, StoryId
from digests.store.driver import from_text, to_text
from digests.store.subscriptions import matches_from_json

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from digests.store.driver import Store

__all__ = [
    "Told",
    "candidates",
    "digest",
    "follow_merge",
    "has_digest",
    "last_digest",
    "mark_told",
    "save_digest",
    "stories_of_message",
    "told",
]

TABLES = """
CREATE TABLE digests (
    id INTEGER PRIMARY KEY,
    chat_id BIGINT NOT NULL,
    thread_id BIGINT NOT NULL DEFAULT 0,
    slot TEXT NOT NULL,                    -- local date and time, or now:TIME:STORY:REVISION, or asked:UPDATE
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
    silent INTEGER NOT NULL DEFAULT 0,     -- 1: an earlier message was changed in place, without a sound
    PRIMARY KEY (chat_id, thread_id, story_id, revision)
);
CREATE INDEX told_digest ON told(digest_id, part);
CREATE INDEX told_story ON told(story_id, chat_id, thread_id, revision)
"""

MEMORY = timedelta(days=14)
"""How long after its last article a story is looked at again for changes. Longer than any story lives (10 days)."""

MOST_STORIES, MOST_FOUND = 500, 10_000


@dataclass(frozen=True, slots=True)
class Told:
    """What a chat was last told of a story and by which message, and when it last heard a sound for it."""

    story_id: StoryId
    revision: int
    digest_id: int
    part: int
    at: datetime
    sounded_at: datetime
    sounded_revision: int


# --- What to tell ----------------------------------------------------------------------------------------------------


def candidates(db: Store, where: Destination, *, now: datetime) -> list[Candidate]:
    """Stories that what the chat follows has found and that it was not told in their present revision.

    One for each story, with everything that found it, newest change first; at most MOST_STORIES, the rest comes next time.
    """
    found: dict[StoryId, list[dict[str, Any]]] = {}
    for row in _untold(db, where, now):
        rows = found.setdefault(StoryId(row["story_id"]), [])
        rows.append(row)
    chosen = list(found)[:MOST_STORIES]
    stories = db.rows(
        "SELECT id, story FROM stories WHERE id IN (SELECT value FROM json_each(:ids))", {"ids": to_json(chosen)}
    )
    by_id = {row["id"]: row["story"] for row in stories}
    return [_candidate(from_json(Story, by_id[story_id]), found[story_id]) for story_id in chosen]


def _candidate(story: Story, rows: list[dict[str, Any]]) -> Candidate:
    told, late = rows[0]["told"], rows[0]["late"]
    evidence = tuple(
        Evidence(
            row["typed"],
            ArticleId(row["article_id"]),
            row["source"],
            row["language"],
            matches_from_json(row["matches"]),
            archive=bool(row["archive"]),
            subscription=row["id"],
            min_severity=Severity(row["min_severity"]),
        )
        for row in sorted(rows, key=lambda row: (-row["score"], row["position"], row["id"]))
    )
    return Candidate(story, evidence, told_revision=told, given_back=late is not None and late > (told or 0))


def _untold(db: Store, where: Destination, now: datetime) -> list[dict[str, Any]]:
    """Everything that found such stories. What is told already is left out by lookups in indexes that hold all they need.

    What is not severe enough is left out too, but not for stories that were told: a correction must reach the reader.
    """
    return db.rows(
        f"""
        SELECT sa.story_id, sa.position, s.id, s.typed, s.min_severity, m.score, m.matches, m.article_id,
            a.source, a.language, a.archive,
            (SELECT max(t.revision) FROM told t WHERE t.chat_id = :chat AND t.thread_id = :thread
                AND t.story_id = st.id) AS told,
            (SELECT max(l.revision) FROM late_stories l WHERE l.chat_id = :chat AND l.thread_id = :thread
                AND l.story_id = st.id) AS late
        FROM subscriptions s
        JOIN matches m ON m.query_id = s.query_id AND m.matched_at >= :horizon AND m.matched_at >= s.since
        JOIN story_articles sa ON sa.article_id = m.article_id
        JOIN stories st ON st.id = sa.story_id
        JOIN articles a ON a.id = m.article_id
        WHERE s.chat_id = :chat AND s.thread_id = :thread AND s.paused = 0 AND m.score >= s.min_score
        AND NOT EXISTS (SELECT 1 FROM told t WHERE t.chat_id = :chat AND t.thread_id = :thread
            AND t.story_id = st.id AND t.revision >= st.revision)
        AND ({_rank("st.severity")} >= {_rank("s.min_severity")} OR EXISTS (SELECT 1 FROM told t
            WHERE t.chat_id = :chat AND t.thread_id = :thread AND t.story_id = st.id))
        AND (s.languages = '[]' OR a.language = '' OR EXISTS
            (SELECT 1 FROM json_each(s.languages) l WHERE l.value = a.language))
        ORDER BY st.changed_at DESC, st.id LIMIT :most
        """,
        {**_key(where), "horizon": to_text(_horizon(db, where, now)), "most": MOST_FOUND},
    )


def _rank(column: str) -> str:
    ranks = " ".join(f"WHEN '{severity.value}' THEN {severity.rank}" for severity in Severity)
    return f"CASE {column} {ranks} END"


def _horizon(db: Store, where: Destination, now: datetime) -> datetime:
    """Far enough back for every story that is alive, and for all that came while the chat was paused."""
    last = db.value(
        "SELECT coalesce(last_digest_at, created_at) FROM chats WHERE chat_id = :chat AND thread_id = :thread",
        _key(where),
    )
    return min(now, from_text(last) if last else now) - MEMORY


# --- What was told ---------------------------------------------------------------------------------------------------


def has_digest(db: Store, where: Destination, slot: str) -> bool:
    """Whether this slot of this chat has its digest already."""
    return (
        db.value(
            "SELECT 1 FROM digests WHERE chat_id = :chat AND thread_id = :thread AND slot = :slot",
            {**_key(where), "slot": slot},
        )
        is not None
    )


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
    db: Store,
    where: Destination,
    digest_id: int,
    stories: Iterable[tuple[StoryId, int, int]],
    now: datetime,
    *,
    silent: bool = False,
) -> None:
    """Note that these (story, revision, part of the digest) are told; `silent` when an earlier message was changed."""
    db.execute_many(
        """
        INSERT INTO told (chat_id, thread_id, story_id, revision, digest_id, part, told_at, silent)
        VALUES (:chat, :thread, :story, :revision, :digest, :part, :now, :silent)
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
                "silent": int(silent),
            }
            for story, revision, part in stories
        ],
    )


def follow_merge(db: Store, old: StoryId, new: StoryId, revision: int) -> None:
    """After a merge: who was told the old story knows the new one up to that revision, and a mute of it goes on.

    Who was told both knows the new one as far as it was told, so that what changed since still comes.
    """
    params = {"old": old, "new": new, "revision": revision}
    db.execute(
        """
        INSERT INTO told (chat_id, thread_id, story_id, revision, digest_id, part, told_at, silent)
        SELECT chat_id, thread_id, :new, :revision, digest_id, part, told_at, silent FROM told t WHERE story_id = :old
        AND revision = (SELECT max(revision) FROM told o WHERE o.story_id = :old AND o.chat_id = t.chat_id
            AND o.thread_id = t.thread_id)
        AND NOT EXISTS (SELECT 1 FROM told n WHERE n.story_id = :new AND n.chat_id = t.chat_id
            AND n.thread_id = t.thread_id)
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
    rows = db.rows(
        """
        SELECT revision, digest_id, part, told_at, silent FROM told
        WHERE chat_id = :chat AND thread_id = :thread AND story_id = :story ORDER BY revision DESC
        """,
        {**_key(where), "story": story_id},
    )
    if not rows:
        return None
    last, sounded = rows[0], next((row for row in rows if not row["silent"]), rows[-1])
    return Told(
        story_id,
        last["revision"],
        last["digest_id"],
        last["part"],
        from_text(last["told_at"]),
        sounded_at=from_text(sounded["told_at"]),
        sounded_revision=sounded["revision"],
    )


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
