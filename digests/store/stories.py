"""Stories, which article belongs to which and why, and what memory is rebuilt from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from digests.codec import from_json, to_json
from digests.model import ArticleId, Story, StoryId
from digests.store.driver import from_text, to_text

if TYPE_CHECKING:
    from datetime import datetime

    from digests.model import Article
    from digests.store.driver import Store
    from digests.stories import Dossier, Placement, Split

__all__ = [
    "SavedMember",
    "SavedStory",
    "bans",
    "changed_stories",
    "count_stories",
    "live_stories",
    "members_of_live_stories",
    "newest",
    "save_correction",
    "save_merge",
    "save_placement",
    "save_split",
    "stories",
    "story",
    "story_of",
    "why",
]

TABLES = """
CREATE TABLE stories (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    severity TEXT NOT NULL,
    revision INTEGER NOT NULL,
    first_seen_at TEXT NOT NULL,
    changed_at TEXT NOT NULL,         -- published time of the article that brought the revision
    last_article_at TEXT NOT NULL,
    last_position INTEGER NOT NULL,   -- of its latest article in the order of placing
    closed INTEGER NOT NULL DEFAULT 0,  -- only copies may join it
    saved_at TEXT NOT NULL,           -- when it was written last
    revised_at TEXT NOT NULL,         -- when its revision was written
    ledger TEXT NOT NULL,             -- what the revision says, as JSON
    story TEXT NOT NULL               -- the Story as JSON
);
CREATE INDEX stories_changed ON stories(revised_at);
CREATE INDEX stories_latest ON stories(last_article_at);
CREATE INDEX stories_position ON stories(last_position);
CREATE INDEX stories_revision ON stories(id, revision, changed_at, severity);
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

LIVE = "last_article_at >= :since OR last_position > :position"


@dataclass(frozen=True, slots=True)
class SavedStory:
    """A story as memory needs it again: its value and what its revision says (as JSON)."""

    story: Story
    ledger: str
    closed: bool


@dataclass(frozen=True, slots=True)
class SavedMember:
    """An article's place in a story, with its dossier as JSON."""

    article_id: ArticleId
    story_id: StoryId
    position: int
    copy_of: ArticleId | None
    dossier: str


# --- Writing ---------------------------------------------------------------------------------------------------------


def save_placement(db: Store, article: Article, dossier: Dossier, placement: Placement, now: datetime) -> None:
    """Write where the article went and what its story is now. Writing it twice is harmless."""
    db.execute(
        """
        INSERT INTO story_articles (article_id, story_id, position, copy_of, dossier, why, placed_at)
        VALUES (:article, :story, :position, :copy_of, :dossier, :why, :now)
        ON CONFLICT (article_id) DO UPDATE SET story_id = excluded.story_id, copy_of = excluded.copy_of,
            dossier = excluded.dossier, why = excluded.why
        """,
        {
            "article": article.id,
            "story": placement.story.id,
            "position": placement.position,
            "copy_of": placement.copy_of,
            "dossier": dossier.dump(),
            "why": to_json(placement.why),
            "now": to_text(now),
        },
    )
    for old in placement.merged:
        _rename(db, old, placement.story.id, now)
    _save_story(db, placement, now)


def save_merge(db: Store, placement: Placement, now: datetime) -> None:
    """Write that an admin made one story of two (`Desk.merge`)."""
    for old in placement.merged:
        _rename(db, old, placement.story.id, now)
    db.execute(
        """
        DELETE FROM story_bans WHERE story_id = :story
        AND article_id IN (SELECT article_id FROM story_articles WHERE story_id = :story)
        """,
        {"story": placement.story.id},
    )
    _save_story(db, placement, now)


def save_correction(db: Store, placement: Placement, now: datetime) -> None:
    """Write that an admin corrected what a story says (`Desk.correct`)."""
    _save_story(db, placement, now)


def save_split(db: Store, split: Split, now: datetime) -> None:
    """Write that an admin took an article out of its story, and that neither may join the other again."""
    _save_story(db, split.left, now)
    _save_story(db, split.taken, now)
    db.execute(
        "UPDATE story_articles SET story_id = :story, copy_of = NULL, why = :why WHERE article_id = :article",
        {"story": split.taken.story.id, "why": to_json(split.taken.why), "article": split.article_id},
    )
    db.execute("UPDATE story_articles SET copy_of = NULL WHERE copy_of = :article", {"article": split.article_id})
    forbidden = [(split.article_id, split.left.story.id)]
    forbidden += [(member.article_id, split.taken.story.id) for member in split.left.story.members]
    db.execute_many(
        """
        INSERT INTO story_bans (article_id, story_id) VALUES (:article, :story)
        ON CONFLICT (article_id, story_id) DO NOTHING
        """,
        [{"article": article, "story": story_id} for article, story_id in forbidden],
    )


def _save_story(db: Store, placement: Placement, now: datetime) -> None:
    story = placement.story
    db.execute(
        """
        INSERT INTO stories (id, title, severity, revision, first_seen_at, changed_at, last_article_at, last_position,
            closed, saved_at, revised_at, ledger, story)
        VALUES (:id, :title, :severity, :revision, :first_seen, :changed, :last_article, :position,
            :closed, :now, :now, :ledger, :story)
        ON CONFLICT (id) DO UPDATE SET title = excluded.title, severity = excluded.severity,
            revision = excluded.revision, first_seen_at = excluded.first_seen_at, changed_at = excluded.changed_at,
            last_article_at = excluded.last_article_at, closed = excluded.closed, saved_at = excluded.saved_at,
            last_position = CASE WHEN excluded.last_position > stories.last_position
                THEN excluded.last_position ELSE stories.last_position END,
            revised_at = CASE WHEN excluded.revision > stories.revision
                THEN excluded.revised_at ELSE stories.revised_at END,
            ledger = excluded.ledger, story = excluded.story
        """,
        {
            "id": story.id,
            "title": story.title,
            "severity": story.severity.value,
            "revision": story.revision,
            "first_seen": to_text(story.first_seen),
            "changed": to_text(story.last_changed),
            "last_article": to_text(max(member.published for member in story.members)),
            "position": placement.position,
            "closed": int(placement.closed),
            "now": to_text(now),
            "ledger": placement.ledger.dump(),
            "story": to_json(story),
        },
    )


def _rename(db: Store, old: StoryId, new: StoryId, now: datetime) -> None:
    """The old id goes on answering, whatever was merged into it before."""
    names = {"old": old, "new": new, "now": to_text(now)}
    db.execute("UPDATE story_articles SET story_id = :new WHERE story_id = :old", names)
    db.execute("UPDATE story_aliases SET new_id = :new WHERE new_id = :old", names)
    db.execute(
        """
        INSERT INTO story_aliases (old_id, new_id, at) VALUES (:old, :new, :now)
        ON CONFLICT (old_id) DO UPDATE SET new_id = excluded.new_id, at = excluded.at
        """,
        names,
    )
    db.execute(
        """
        INSERT INTO story_bans (article_id, story_id) SELECT article_id, :new FROM story_bans WHERE story_id = :old
        ON CONFLICT (article_id, story_id) DO NOTHING
        """,
        names,
    )
    db.execute("DELETE FROM stories WHERE id = :old", names)


# --- Reading ---------------------------------------------------------------------------------------------------------


def story(db: Store, story_id: StoryId) -> Story | None:
    """The story with this id, or the one it was merged into; None when there is none."""
    text = db.value(
        """
        SELECT story FROM stories
        WHERE id = coalesce((SELECT new_id FROM story_aliases WHERE old_id = :id), :id)
        """,
        {"id": story_id},
    )
    return from_json(Story, text) if text is not None else None


def story_of(db: Store, article_id: ArticleId) -> Story | None:
    """The story that the article belongs to."""
    text = db.value(
        "SELECT s.story FROM stories s JOIN story_articles a ON a.story_id = s.id WHERE a.article_id = :article",
        {"article": article_id},
    )
    return from_json(Story, text) if text is not None else None


def stories(db: Store, *, since: datetime | None = None, limit: int = 100) -> list[Story]:
    """Stories with an article since that time, those with the newest article first."""
    rows = db.rows(
        """
        SELECT story FROM stories WHERE last_article_at >= :since
        ORDER BY last_article_at DESC, id LIMIT :limit
        """,
        {"since": to_text(since) or "", "limit": limit},
    )
    return [from_json(Story, row["story"]) for row in rows]


def changed_stories(db: Store, since: datetime, *, limit: int = 1000) -> list[Story]:
    """Stories whose latest revision (the first counts) was written after that time, the earliest first."""
    rows = db.rows(
        "SELECT story FROM stories WHERE revised_at > :since ORDER BY revised_at, id LIMIT :limit",
        {"since": to_text(since), "limit": limit},
    )
    return [from_json(Story, row["story"]) for row in rows]


def count_stories(db: Store) -> int:
    count: int = db.value("SELECT count(*) FROM stories")
    return count


def why(db: Store, article_id: ArticleId) -> str | None:
    """Why the article is in its story, as JSON: the rule, likeness, decay, every point, the runner-up."""
    text: str | None = db.value("SELECT why FROM story_articles WHERE article_id = :article", {"article": article_id})
    return text


# --- What memory is rebuilt from -------------------------------------------------------------------------------------


def newest(db: Store) -> tuple[int, datetime | None]:
    """The position of the latest placing, and the time of the newest article."""
    row = db.row("SELECT max(last_position) AS position, max(last_article_at) AS at FROM stories")
    return (row["position"] or 0, from_text(row["at"])) if row else (0, None)


def live_stories(db: Store, *, since: datetime, position: int) -> list[SavedStory]:
    """Stories with an article since that time, or placed after that position."""
    rows = db.rows(
        f"SELECT story, ledger, closed FROM stories WHERE {LIVE}", {"since": to_text(since), "position": position}
    )
    return [SavedStory(from_json(Story, row["story"]), row["ledger"], bool(row["closed"])) for row in rows]


def members_of_live_stories(db: Store, *, since: datetime, position: int) -> list[SavedMember]:
    """The articles of those stories in the order of placing."""
    rows: list[dict[str, Any]] = db.rows(
        f"""
        SELECT article_id, story_id, position, copy_of, dossier FROM story_articles
        WHERE story_id IN (SELECT id FROM stories WHERE {LIVE}) ORDER BY position
        """,
        {"since": to_text(since), "position": position},
    )
    return [SavedMember(**row) for row in rows]


def bans(db: Store) -> list[tuple[ArticleId, StoryId]]:
    """Articles that an admin took out of a story, and the story that they must not join again."""
    rows = db.rows("SELECT article_id, story_id FROM story_bans")
    return [(ArticleId(row["article_id"]), StoryId(row["story_id"])) for row in rows]
