"""The inbox: every update of Telegram is a row here before it is confirmed."""

from __future__ import annotations

TABLES = """
CREATE TABLE inbox (
    update_id BIGINT PRIMARY KEY,
    chat_id BIGINT NOT NULL DEFAULT 0,
    body TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting',  -- waiting, done, failed
    tries INTEGER NOT NULL DEFAULT 0,
    error TEXT,
    received_at TEXT NOT NULL,
    done_at TEXT
);
CREATE INDEX inbox_waiting ON inbox(update_id) WHERE state = 'waiting'
"""
