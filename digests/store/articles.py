"""Articles as cleaned, every URL they are known by, and their full text for /search."""

from __future__ import annotations

TABLES = """
CREATE TABLE articles (
    id TEXT PRIMARY KEY,
    url TEXT,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    lead_end INTEGER NOT NULL,
    published_at TEXT,
    published_origin TEXT,
    published_precision TEXT,
    seen_at TEXT NOT NULL,
    source TEXT NOT NULL DEFAULT '',
    publisher TEXT NOT NULL DEFAULT '',
    language TEXT NOT NULL DEFAULT '',
    author TEXT NOT NULL DEFAULT '',
    credit TEXT NOT NULL DEFAULT '',
    tags TEXT NOT NULL DEFAULT '[]',
    captions TEXT NOT NULL DEFAULT '[]',
    fingerprint TEXT NOT NULL,        -- of the folded words of the body
    edits INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX articles_seen ON articles(seen_at);
CREATE INDEX articles_fingerprint ON articles(fingerprint);
CREATE TABLE article_urls (
    url TEXT PRIMARY KEY,
    article_id TEXT NOT NULL REFERENCES articles(id) ON DELETE CASCADE
)
"""
