"""Articles as cleaned, every URL they are known by, and their full text for /search."""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from digests.cleaning.urls import canonical_url
from digests.model import Article, ArticleId, DateOrigin, DatePrecision, Published
from digests.store.driver import from_text, to_text
from digests.text import tokenize

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from digests.store.driver import Store

__all__ = [
    "Known",
    "add_url",
    "article",
    "articles_by_id",
    "count_articles",
    "fingerprint",
    "forget_articles",
    "known",
    "newest_articles",
    "save_article",
    "search",
]

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
    fingerprint TEXT NOT NULL,        -- of the folded words of title and body
    edits INTEGER NOT NULL DEFAULT 0,
    archive INTEGER NOT NULL DEFAULT 0 -- it was old when it was first seen: to be found, not to be told
);
CREATE INDEX articles_seen ON articles(seen_at);
CREATE INDEX articles_fingerprint ON articles(fingerprint);
CREATE TABLE article_urls (
    url TEXT PRIMARY KEY,              -- canonical: the key by which addresses of one page meet
    article_id TEXT NOT NULL REFERENCES articles(id) ON DELETE CASCADE
);
CREATE INDEX article_urls_article ON article_urls(article_id);
CREATE VIRTUAL TABLE article_words USING fts5(article_id UNINDEXED, words, tokenize = "unicode61 remove_diacritics 0")
"""


@dataclass(frozen=True, slots=True)
class Known:
    """An article that is stored already: under this address, or with these very words from the same publisher."""

    id: ArticleId
    fingerprint: str
    edits: int


def fingerprint(article: Article) -> str:
    """The same words give the same fingerprint, whatever their case, punctuation and white space."""
    words = " ".join(_words(article))
    return blake2b(words.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def known(db: Store, article: Article, its_fingerprint: str) -> Known | None:
    """The stored article that this one is, by its address, by its id, or by its words from the same publisher."""
    row = db.row(
        """
        SELECT id, fingerprint, edits FROM articles
        WHERE id = :id OR id = (SELECT article_id FROM article_urls WHERE url = :url)
           OR (fingerprint = :fingerprint AND publisher = :publisher)
        ORDER BY CASE WHEN id = :id THEN 0 ELSE 1 END, seen_at LIMIT 1
        """,
        {
            "id": article.id,
            "url": canonical_url(article.url),
            "fingerprint": its_fingerprint,
            "publisher": article.publisher,
        },
    )
    return None if row is None else Known(ArticleId(row["id"]), row["fingerprint"], row["edits"])


def save_article(db: Store, article: Article, its_fingerprint: str, *, archive: bool = False) -> None:
    """Write an article, or its new wording when it is stored already (first seen, source and archive mark stay)."""
    published = article.published
    db.execute(
        """
        INSERT INTO articles (id, url, title, body, lead_end, published_at, published_origin, published_precision,
            seen_at, source, publisher, language, author, credit, tags, captions, fingerprint, archive)
        VALUES (:id, :url, :title, :body, :lead_end, :published_at, :origin, :precision, :seen_at, :source, :publisher,
            :language, :author, :credit, :tags, :captions, :fingerprint, :archive)
        ON CONFLICT (id) DO UPDATE SET
            title = excluded.title, body = excluded.body, lead_end = excluded.lead_end, author = excluded.author,
            credit = excluded.credit, tags = excluded.tags, captions = excluded.captions,
            fingerprint = excluded.fingerprint, edits = articles.edits + 1
        """,
        {
            "id": article.id,
            "url": article.url,
            "title": article.title,
            "body": article.body,
            "lead_end": article.lead_end,
            "published_at": to_text(published.at) if published else None,
            "origin": published.origin if published else None,
            "precision": published.precision if published else None,
            "seen_at": to_text(article.seen),
            "source": article.source,
            "publisher": article.publisher,
            "language": article.language,
            "author": article.author,
            "credit": article.credit,
            "tags": json.dumps(article.tags, ensure_ascii=False),
            "captions": json.dumps(article.captions, ensure_ascii=False),
            "fingerprint": its_fingerprint,
            "archive": int(archive),
        },
    )
    if article.url:
        add_url(db, article.id, article.url)
    # By row number: a look-up by article_id would read the whole index of words.
    row = {"row": _word_row(article.id)}
    db.execute("DELETE FROM article_words WHERE rowid = :row", row)
    db.execute(
        "INSERT INTO article_words (rowid, article_id, words) VALUES (:row, :id, :words)",
        {**row, "id": article.id, "words": " ".join(_words(article))},
    )


def add_url(db: Store, article_id: ArticleId, url: str) -> None:
    """A further address of an article; an address stays with the article that had it first."""
    db.execute(
        "INSERT INTO article_urls (url, article_id) VALUES (:url, :id) ON CONFLICT (url) DO NOTHING",
        {"url": canonical_url(url) or url, "id": article_id},
    )


def forget_articles(db: Store, before: datetime, limit: int) -> int:
    """Delete articles first seen before then, oldest first, with their words; how many, at most `limit`."""
    rows = db.rows(
        "SELECT id FROM articles WHERE seen_at < :before ORDER BY seen_at LIMIT :limit",
        {"before": to_text(before), "limit": limit},
    )
    db.execute_many("DELETE FROM article_words WHERE rowid = :row", [{"row": _word_row(row["id"])} for row in rows])
    db.execute_many("DELETE FROM articles WHERE id = :id", rows)
    return len(rows)


def article(db: Store, article_id: ArticleId) -> Article | None:
    row = db.row("SELECT * FROM articles WHERE id = :id", {"id": article_id})
    return None if row is None else _article(row)


def articles_by_id(db: Store, ids: Iterable[ArticleId]) -> dict[ArticleId, Article]:
    """Those of the articles that are stored."""
    rows = db.rows(
        "SELECT * FROM articles WHERE id IN (SELECT value FROM json_each(:ids))", {"ids": json.dumps(list(ids))}
    )
    return {ArticleId(row["id"]): _article(row) for row in rows}


def newest_articles(db: Store, *, since: datetime, limit: int) -> list[Article]:
    """Stored articles first seen since then, newest first."""
    rows = db.rows(
        "SELECT * FROM articles WHERE seen_at >= :since ORDER BY seen_at DESC, id LIMIT :limit",
        {"since": to_text(since), "limit": limit},
    )
    return [_article(row) for row in rows]


def count_articles(db: Store, *, since: datetime | None = None) -> int:
    since_text = to_text(since) if since else ""
    return int(db.value("SELECT count(*) FROM articles WHERE seen_at >= :since", {"since": since_text}))


def search(db: Store, words: str, *, limit: int = 20, offset: int = 0) -> list[Article]:
    """Articles that hold all the words in any order, newest first; words are folded, the last may be a beginning."""
    terms = [token.folded.replace('"', "") for token in tokenize(words)][:12]
    terms = [term for term in terms if term]
    if not terms:
        return []
    asked = " ".join(f'"{term}"' for term in terms) + "*"
    rows = db.rows(
        """
        SELECT articles.* FROM article_words JOIN articles ON articles.id = article_words.article_id
        WHERE article_words MATCH :asked
        ORDER BY coalesce(articles.published_at, articles.seen_at) DESC, articles.id LIMIT :limit OFFSET :offset
        """,
        {"asked": asked, "limit": limit, "offset": offset},
    )
    return [_article(row) for row in rows]


def _word_row(article_id: str) -> int:
    """The number of an article's row in the index of words: 63 bits of a hash."""
    return int.from_bytes(blake2b(article_id.encode(), digest_size=8).digest()) >> 1


def _words(article: Article) -> Iterator[str]:
    for text in (article.title, article.body):
        for token in tokenize(text):
            yield token.folded


def _article(row: dict[str, Any]) -> Article:
    published = None
    if row["published_at"]:
        published = Published(
            from_text(row["published_at"]),
            DateOrigin(row["published_origin"]),
            DatePrecision(row["published_precision"]),
        )
    return Article(
        id=ArticleId(row["id"]),
        title=row["title"],
        body=row["body"],
        lead_end=row["lead_end"],
        seen=from_text(row["seen_at"]),
        url=row["url"],
        published=published,
        source=row["source"],
        publisher=row["publisher"],
        language=row["language"],
        author=row["author"],
        credit=row["credit"],
        tags=tuple(json.loads(row["tags"])),
        captions=tuple(json.loads(row["captions"])),
    )
