"""Digests that were composed, and what each chat was told of each story."""

from __future__ import annotations

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
CREATE INDEX told_digest ON told(digest_id, part)
"""
