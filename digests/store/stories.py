"""Stories, which article belongs to which and why, and what memory is rebuilt from."""

from __future__ import annotations

TABLES = """
CREATE TABLE stories (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    severity TEXT NOT NULL,
    revision INTEGER NOT NULL,
    first_seen_at TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    last_article_at TEXT NOT NULL,
    story TEXT NOT NULL               -- the Story as JSON
);
CREATE INDEX stories_changed ON stories(changed_at);
CREATE TABLE story_articles (
    article_id TEXT PRIMARY KEY REFERENCES articles(id) ON DELETE CASCADE,
    story_id TEXT NOT NULL,
    position INTEGER NOT NULL,        -- order of placing over all stories
    copy_of TEXT,
    dossier TEXT NOT NULL,            -- what placing needs to know of the article, as JSON
    why TEXT NOT NULL,                -- the decision, as JSON
    placed_at TEXT NOT NULL
);
CREATE INDEX story_articles_story ON story_articles(story_id);
CREATE INDEX story_articles_position ON story_articles(position);
CREATE TABLE story_aliases (
    old_id TEXT PRIMARY KEY,
    new_id TEXT NOT NULL,
    at TEXT NOT NULL
);
CREATE TABLE story_bans (
    article_id TEXT NOT NULL,
    story_id TEXT NOT NULL,
    PRIMARY KEY (article_id, story_id)
)
"""
