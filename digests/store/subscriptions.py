"""Queries (each stored and evaluated once), who follows them, and what they matched."""

from __future__ import annotations

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
    paused INTEGER NOT NULL DEFAULT 0,
    added_by BIGINT,
    since TEXT NOT NULL,                   -- articles seen before are archive
    UNIQUE (chat_id, thread_id, query_id)
);
CREATE INDEX subscriptions_query ON subscriptions(query_id);
CREATE TABLE matches (
    query_id BIGINT NOT NULL,
    article_id TEXT NOT NULL REFERENCES articles(id) ON DELETE CASCADE,
    score REAL NOT NULL,
    matches TEXT NOT NULL,                 -- the evidence, as JSON
    matched_at TEXT NOT NULL,
    PRIMARY KEY (query_id, article_id)
);
CREATE INDEX matches_article ON matches(article_id)
"""
