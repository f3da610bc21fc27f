"""The outbox: every message that is to be sent is a row here before it is sent."""

from __future__ import annotations

TABLES = """
CREATE TABLE deliveries (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    digest_id BIGINT,
    part INTEGER NOT NULL DEFAULT 0,
    chat_id BIGINT NOT NULL,
    thread_id BIGINT NOT NULL DEFAULT 0,
    method TEXT NOT NULL,
    payload TEXT NOT NULL,
    priority INTEGER NOT NULL,
    state TEXT NOT NULL DEFAULT 'ready',
    not_before TEXT,
    deadline TEXT,
    boot_id TEXT,
    lease_until TEXT,
    attempt INTEGER NOT NULL DEFAULT 0,
    repeats INTEGER NOT NULL DEFAULT 0,
    message_id BIGINT,
    error TEXT,
    created_at TEXT NOT NULL,
    settled_at TEXT
);
CREATE INDEX deliveries_ready ON deliveries(priority, id) WHERE state = 'ready';
CREATE INDEX deliveries_open ON deliveries(chat_id, id) WHERE state IN ('ready', 'sending');
CREATE INDEX deliveries_digest ON deliveries(digest_id, part)
"""
