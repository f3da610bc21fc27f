"""Sources and their feeds: what to poll, when, and how it went."""

from __future__ import annotations

TABLES = """
CREATE TABLE sources (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    owner TEXT NOT NULL,
    country TEXT NOT NULL DEFAULT '',
    language TEXT NOT NULL DEFAULT '',
    kind TEXT NOT NULL,
    domains TEXT NOT NULL DEFAULT '[]',
    origin TEXT NOT NULL,             -- config, chat
    state TEXT NOT NULL DEFAULT 'active',  -- active, paused, removed
    added_by BIGINT,
    added_at TEXT NOT NULL
);
CREATE TABLE feeds (
    id INTEGER PRIMARY KEY,
    source_id TEXT NOT NULL REFERENCES sources(id),
    url TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL DEFAULT 'active',
    etag TEXT,
    last_modified TEXT,
    next_check_at TEXT NOT NULL,
    interval_seconds INTEGER NOT NULL DEFAULT 900,
    checked_at TEXT,
    good_at TEXT,
    newest_item_at TEXT,
    failures INTEGER NOT NULL DEFAULT 0,
    error TEXT,
    moved_to TEXT,
    moves INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX feeds_due ON feeds(next_check_at) WHERE state = 'active';
CREATE TABLE feed_items (
    feed_id BIGINT NOT NULL,
    item_key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    article_id TEXT,
    seen_at TEXT NOT NULL,
    PRIMARY KEY (feed_id, item_key)
);
CREATE INDEX feed_items_fingerprint ON feed_items(fingerprint)
"""
