"""Chats (and topics of forums) that receive digests, with their settings and schedule."""

from __future__ import annotations

TABLES = """
CREATE TABLE chats (
    chat_id BIGINT NOT NULL,
    thread_id BIGINT NOT NULL DEFAULT 0,   -- 0: the chat itself
    kind TEXT NOT NULL DEFAULT 'private',  -- private, group, supergroup, channel
    title TEXT NOT NULL DEFAULT '',
    language TEXT NOT NULL DEFAULT 'en',
    zone TEXT NOT NULL DEFAULT 'UTC',
    cadence TEXT NOT NULL DEFAULT '{"kind": "instant"}',
    quiet TEXT,                            -- {"from": "22:00", "to": "07:00"} in local time
    urgent TEXT NOT NULL DEFAULT 'critical',  -- severity that may pass quiet hours and digests; 'none' for never
    min_severity TEXT NOT NULL DEFAULT 'low',
    heartbeat INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL DEFAULT 'active',  -- active, paused, gone
    state_reason TEXT,
    paused_until TEXT,
    next_digest_at TEXT,
    last_digest_at TEXT,
    created_at TEXT NOT NULL,
    PRIMARY KEY (chat_id, thread_id)
);
CREATE INDEX chats_due ON chats(next_digest_at) WHERE state = 'active';
CREATE TABLE mutes (
    id INTEGER PRIMARY KEY,
    chat_id BIGINT NOT NULL,
    thread_id BIGINT NOT NULL DEFAULT 0,
    kind TEXT NOT NULL,                    -- story, source, keyword
    value TEXT NOT NULL,
    until TEXT,
    UNIQUE (chat_id, thread_id, kind, value)
)
"""
