"""Queries (each stored and evaluated once), who follows them, and what they matched."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from digests.model import Destination, Grade, Match, QueryId, Severity, Strictness, Zone
from digests.store.chats import Cadence
from digests.store.driver import from_text, to_text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from digests.model import Article, Hit
    from digests.store.driver import Store

__all__ = [
    "Followed",
    "StoredQuery",
    "Subscription",
    "count_matches",
    "count_subscriptions",
    "drop_unused_queries",
    "follow",
    "followers",
    "follows_anything",
    "forget_subscriptions",
    "from_memo",
    "is_unused",
    "live_queries",
    "matches_from_json",
    "matches_to_json",
    "query",
    "refollow",
    "save_hits",
    "save_subscription",
    "subscription",
    "subscriptions_of",
    "to_memo",
    "unfollow",
    "weekly_matches",
]

TABLES = """
CREATE TABLE queries (
    id INTEGER PRIMARY KEY,
    canonical TEXT NOT NULL,
    strictness TEXT NOT NULL,
    UNIQUE (canonical, strictness)
);
CREATE TABLE subscriptions (
    id INTEGER PRIMARY KEY,
    chat_id BIGINT NOT NULL,
    thread_id BIGINT NOT NULL DEFAULT 0,
    query_id BIGINT NOT NULL REFERENCES queries(id),
    typed TEXT NOT NULL,
    languages TEXT NOT NULL DEFAULT '[]',
    min_severity TEXT NOT NULL DEFAULT 'low',
    min_score REAL NOT NULL DEFAULT 0,
    cadence TEXT,                          -- NULL: the chat's
    next_digest_at TEXT,                   -- for a rhythm of its own
    paused INTEGER NOT NULL DEFAULT 0,
    added_by BIGINT,
    since TEXT NOT NULL,                   -- articles seen before are archive
    UNIQUE (chat_id, thread_id, query_id)
);
CREATE INDEX subscriptions_query ON subscriptions(query_id);
CREATE INDEX subscriptions_due ON subscriptions(next_digest_at) WHERE next_digest_at IS NOT NULL;
CREATE TABLE matches (
    query_id BIGINT NOT NULL,
    article_id TEXT NOT NULL REFERENCES articles(id) ON DELETE CASCADE,
    score REAL NOT NULL,
    matches TEXT NOT NULL,                 -- the evidence, as JSON
    matched_at TEXT NOT NULL,
    PRIMARY KEY (query_id, article_id)
);
CREATE INDEX matches_article ON matches(article_id);
CREATE INDEX matches_time ON matches(query_id, matched_at)
"""


@dataclass(frozen=True, slots=True)
class StoredQuery:
    id: QueryId
    canonical: str
    strictness: Strictness


@dataclass(frozen=True, slots=True)
class Subscription:
    """A destination follows a query."""

    id: int
    destination: Destination
    query: StoredQuery
    typed: str
    languages: tuple[str, ...]  # empty: all
    min_severity: Severity
    min_score: float  # matches below are left out; raised by "Not relevant"
    cadence: Cadence | None  # None: the chat's
    paused: bool
    added_by: int | None
    since: datetime


@dataclass(frozen=True, slots=True)
class Followed:
    """What following did: `is_new` is False when this was followed before, `new_query` asks for it to be evaluated."""

    subscription: Subscription
    is_new: bool
    new_query: bool


SELECT = """
    SELECT subscriptions.*, queries.canonical, queries.strictness
    FROM subscriptions JOIN queries ON queries.id = subscriptions.query_id
"""


def follow(
    db: Store, where: Destination, canonical: str, strictness: Strictness, *, typed: str, by: int | None, now: datetime
) -> Followed:
    """Subscribe the destination to a query. Following twice changes nothing."""
    query_id, new_query = _query_id(db, canonical, strictness)
    added = db.rows(
        """
        INSERT INTO subscriptions (chat_id, thread_id, query_id, typed, added_by, since)
        VALUES (:chat, :thread, :query, :typed, :by, :now)
        ON CONFLICT (chat_id, thread_id, query_id) DO NOTHING RETURNING id
        """,
        {**_key(where), "query": query_id, "typed": typed, "by": by, "now": to_text(now)},
    )
    row = db.row(
        SELECT + "WHERE chat_id = :chat AND thread_id = :thread AND query_id = :query",
        {**_key(where), "query": query_id},
    )
    assert row is not None  # noqa: S101 - it was written one statement ago
    return Followed(_subscription(row), bool(added), new_query)


def subscription(db: Store, where: Destination, subscription_id: int) -> Subscription | None:
    """The destination's own subscription of that number."""
    row = db.row(
        SELECT + "WHERE subscriptions.id = :id AND chat_id = :chat AND thread_id = :thread",
        {**_key(where), "id": subscription_id},
    )
    return None if row is None else _subscription(row)


def subscriptions_of(db: Store, where: Destination) -> list[Subscription]:
    """What the destination follows, in the order of following."""
    rows = db.rows(
        SELECT + "WHERE chat_id = :chat AND thread_id = :thread ORDER BY subscriptions.since, subscriptions.id",
        _key(where),
    )
    return [_subscription(row) for row in rows]


def count_subscriptions(db: Store, where: Destination) -> int:
    return int(
        db.value("SELECT count(*) FROM subscriptions WHERE chat_id = :chat AND thread_id = :thread", _key(where))
    )


def follows_anything(db: Store, chat_id: int) -> bool:
    """Whether the chat, or any of its topics, follows something."""
    return db.value("SELECT 1 FROM subscriptions WHERE chat_id = :chat LIMIT 1", {"chat": chat_id}) is not None


def followers(db: Store, query_id: QueryId) -> list[Subscription]:
    """Everybody who follows a query and did not pause it."""
    rows = db.rows(SELECT + "WHERE query_id = :query AND paused = 0 ORDER BY subscriptions.id", {"query": query_id})
    return [_subscription(row) for row in rows]


def save_subscription(db: Store, changed: Subscription) -> bool:
    """Write what a person may set of a subscription. True when its query is new and has to be evaluated.

    Another strictness is another query. What the one before found and the new one would find too goes with it: nothing
    that is still to be told is lost.
    """
    query_id, new_query = _query_id(db, changed.query.canonical, changed.query.strictness)
    if query_id != changed.query.id:
        _take_matches_along(db, changed, query_id)
    db.execute(
        "DELETE FROM subscriptions WHERE chat_id = :chat AND thread_id = :thread AND query_id = :query AND id <> :id",
        {**_key(changed.destination), "query": query_id, "id": changed.id},
    )
    db.execute(
        """
        UPDATE subscriptions SET query_id = :query, languages = :languages, min_severity = :min_severity,
            min_score = :min_score, paused = :paused, cadence = :cadence,
            next_digest_at = CASE WHEN coalesce(cadence, '') = coalesce(:cadence, '') THEN next_digest_at END
        WHERE id = :id
        """,
        {
            "id": changed.id,
            "query": query_id,
            "languages": json.dumps(list(changed.languages)),
            "min_severity": changed.min_severity,
            "min_score": changed.min_score,
            "cadence": changed.cadence.to_json() if changed.cadence else None,
            "paused": int(changed.paused),
        },
    )
    return new_query


def unfollow(db: Store, where: Destination, subscription_id: int) -> Subscription | None:
    """End a subscription. What it was, or None when it is gone already. Ask `is_unused` afterwards."""
    found = subscription(db, where, subscription_id)
    if found is not None:
        db.execute("DELETE FROM subscriptions WHERE id = :id", {"id": subscription_id})
    return found


def refollow(db: Store, ended: Subscription) -> Followed:
    """Take the end of a subscription back: all its settings, and since when it was followed."""
    done = follow(
        db, ended.destination, ended.query.canonical, ended.query.strictness,
        typed=ended.typed, by=ended.added_by, now=ended.since,
    )  # fmt: skip
    if not done.is_new:
        return done
    back = replace(ended, id=done.subscription.id, query=done.subscription.query)
    save_subscription(db, back)
    return replace(done, subscription=back)


def to_memo(found: Subscription) -> str:
    """A subscription as text, for the button that takes its end back."""
    cadence = found.cadence.to_json() if found.cadence else None
    return json.dumps(
        [
            found.typed, found.query.canonical, found.query.strictness, list(found.languages), found.min_severity,
            found.min_score, cadence, found.paused, found.added_by, to_text(found.since),
        ],
        ensure_ascii=False,
    )  # fmt: skip


def from_memo(memo: str, where: Destination) -> Subscription:
    """The subscription that `to_memo` wrote, without numbers of its own. Raises ValueError for any other text."""
    typed, canonical, strictness, languages, severity, score, cadence, paused, by, since = json.loads(memo)
    return Subscription(
        id=0,
        destination=where,
        query=StoredQuery(QueryId(0), canonical, Strictness(strictness)),
        typed=typed,
        languages=tuple(languages),
        min_severity=Severity(severity),
        min_score=score,
        cadence=Cadence.from_json(cadence) if cadence else None,
        paused=paused,
        added_by=by,
        since=from_text(since),
    )


def is_unused(db: Store, query_id: QueryId) -> bool:
    """Whether nobody follows a query, so that it needs no evaluation. Its matches stay until `drop_unused_queries`."""
    return db.value("SELECT 1 FROM subscriptions WHERE query_id = :id LIMIT 1", {"id": query_id}) is None


def drop_unused_queries(db: Store) -> None:
    """Forget the queries that nobody follows any more, with their matches."""
    rows = db.rows(
        "SELECT id FROM queries WHERE NOT EXISTS (SELECT 1 FROM subscriptions s WHERE s.query_id = queries.id)"
    )
    db.execute_many("DELETE FROM matches WHERE query_id = :id", rows)
    db.execute_many("DELETE FROM queries WHERE id = :id", rows)


def query(db: Store, query_id: QueryId) -> StoredQuery | None:
    row = db.row("SELECT id, canonical, strictness FROM queries WHERE id = :id", {"id": query_id})
    return None if row is None else StoredQuery(QueryId(row["id"]), row["canonical"], Strictness(row["strictness"]))


def live_queries(db: Store) -> list[StoredQuery]:
    """All queries that somebody follows, for the matcher to start with."""
    rows = db.rows(
        """
        SELECT id, canonical, strictness FROM queries
        WHERE EXISTS (SELECT 1 FROM subscriptions WHERE subscriptions.query_id = queries.id) ORDER BY id
        """
    )
    return [StoredQuery(QueryId(row["id"]), row["canonical"], Strictness(row["strictness"])) for row in rows]


def save_hits(db: Store, article: Article, hits: Iterable[Hit], now: datetime) -> None:
    """Write which queries are true of an article, with the evidence. Queries that went away meanwhile are left out."""
    db.execute_many(
        """
        INSERT INTO matches (query_id, article_id, score, matches, matched_at)
        SELECT :query, :article, :score, :matches, :now WHERE EXISTS (SELECT 1 FROM queries WHERE id = :query)
        ON CONFLICT (query_id, article_id) DO UPDATE SET score = excluded.score, matches = excluded.matches
        """,
        [
            {
                "query": hit.query_id,
                "article": article.id,
                "score": max((match.score for match in hit.matches), default=100.0),
                "matches": matches_to_json(hit.matches),
                "now": to_text(now),
            }
            for hit in hits
        ],
    )


def count_matches(db: Store, since: datetime) -> int:
    """How many of the articles seen since then were found by something that is followed."""
    sql = """
        SELECT count(*) FROM articles a
        WHERE seen_at >= :since AND EXISTS (SELECT 1 FROM matches m WHERE m.article_id = a.id)
        """
    return int(db.value(sql, {"since": to_text(since)}))


def weekly_matches(db: Store, query_id: QueryId, since: datetime) -> int:
    """How many articles matched a query since then."""
    return int(
        db.value(
            "SELECT count(*) FROM matches WHERE query_id = :query AND matched_at >= :since",
            {"query": query_id, "since": to_text(since)},
        )
    )


def forget_subscriptions(db: Store, chat_id: int) -> list[QueryId]:
    """Delete what a chat follows, followed and said; the queries nobody follows any more."""
    ids = db.rows("SELECT DISTINCT query_id FROM subscriptions WHERE chat_id = :chat", {"chat": chat_id})
    db.execute("DELETE FROM subscriptions WHERE chat_id = :chat", {"chat": chat_id})
    db.execute("DELETE FROM feedback WHERE chat_id = :chat", {"chat": chat_id})
    gone = [QueryId(row["query_id"]) for row in ids if is_unused(db, QueryId(row["query_id"]))]
    drop_unused_queries(db)
    return gone


def matches_to_json(matches: Iterable[Match]) -> str:
    return json.dumps(
        [[m.keyword, m.entity, m.name, m.zone, m.start, m.end, m.words, m.grade, m.score] for m in matches],
        ensure_ascii=False,
    )


def matches_from_json(text: str) -> tuple[Match, ...]:
    return tuple(
        Match(keyword, entity, name, Zone(zone), start, end, words, Grade(grade), score)
        for keyword, entity, name, zone, start, end, words, grade, score in json.loads(text)
    )


def _query_id(db: Store, canonical: str, strictness: Strictness) -> tuple[QueryId, bool]:
    """The number of a query, and whether nobody follows it yet."""
    names = {"canonical": canonical, "strictness": strictness}
    found = db.value("SELECT id FROM queries WHERE canonical = :canonical AND strictness = :strictness", names)
    if found is not None:
        return QueryId(found), is_unused(db, QueryId(found))
    added = db.value("INSERT INTO queries (canonical, strictness) VALUES (:canonical, :strictness) RETURNING id", names)
    return QueryId(added), True


def _take_matches_along(db: Store, changed: Subscription, query_id: QueryId) -> None:
    """Evidence of the query before, as far as the new strictness allows it."""
    rows = db.rows(
        "SELECT article_id, score, matches, matched_at FROM matches WHERE query_id = :old AND matched_at >= :since",
        {"old": changed.query.id, "since": to_text(changed.since)},
    )
    if changed.query.strictness is Strictness.EXACT:
        rows = [row for row in rows if any(m.grade is Grade.EXACT for m in matches_from_json(row["matches"]))]
    db.execute_many(
        """
        INSERT INTO matches (query_id, article_id, score, matches, matched_at)
        VALUES (:query, :article_id, :score, :matches, :matched_at) ON CONFLICT (query_id, article_id) DO NOTHING
        """,
        [{**row, "query": query_id} for row in rows],
    )


def _key(where: Destination) -> dict[str, int]:
    return {"chat": where.chat_id, "thread": where.thread_id or 0}


def _subscription(row: dict[str, Any]) -> Subscription:
    return Subscription(
        id=row["id"],
        destination=Destination(row["chat_id"], row["thread_id"] or None),
        query=StoredQuery(QueryId(row["query_id"]), row["canonical"], Strictness(row["strictness"])),
        typed=row["typed"],
        languages=tuple(json.loads(row["languages"])),
        min_severity=Severity(row["min_severity"]),
        min_score=row["min_score"],
        cadence=Cadence.from_json(row["cadence"]) if row["cadence"] else None,
        paused=bool(row["paused"]),
        added_by=row["added_by"],
        since=from_text(row["since"]),
    )
