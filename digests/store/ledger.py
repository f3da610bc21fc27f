"""Small facts about the installation: named values, people and roles, the audit log, open troubles, names added by admins."""

from __future__ import annotations

TABLES = """
CREATE TABLE named_values (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
CREATE TABLE people (
    user_id BIGINT PRIMARY KEY,
    name TEXT NOT NULL DEFAULT '',
    access TEXT NOT NULL DEFAULT 'new',    -- new, requested, allowed, blocked
    role TEXT NOT NULL DEFAULT 'reader',   -- reader, admin, owner
    first_seen_at TEXT NOT NULL
);
CREATE TABLE audit (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    actor BIGINT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL DEFAULT '',
    detail TEXT NOT NULL DEFAULT ''
);
CREATE TABLE troubles (
    key TEXT PRIMARY KEY,
    message TEXT NOT NULL,
    opened_at TEXT NOT NULL,
    told_at TEXT,
    closed_at TEXT
);
CREATE TABLE entity_names (
    entity TEXT NOT NULL,
    name TEXT NOT NULL,
    action TEXT NOT NULL,                  -- add, remove
    kind TEXT NOT NULL DEFAULT '',
    added_by BIGINT,
    at TEXT NOT NULL,
    PRIMARY KEY (entity, name)
)
"""
