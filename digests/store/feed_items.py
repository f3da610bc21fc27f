"""What each feed has shown before: the memory that keeps old items from coming back as new.

The table stands in sources.py, beside the feeds.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from digests.model import ArticleId
from digests.store.driver import from_text, to_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from digests.store.driver import Store
    from digests.store.sources import FeedId

AT_ONCE = 300


class ItemState(StrEnum):
    """What became of an item."""

    STORED = "stored"
    EMPTY = "empty"  # nothing left after cleaning
    RETRY = "retry"  # stored from its summary, or not at all: to be read again
    FAILED = "failed"  # tried often enough


@dataclass(frozen=True, slots=True)
class KnownItem:
    """An item that was seen before."""

    key: str
    url: str | None
    fingerprint: str
    state: ItemState
    tries: int
    edits: int
    seen_at: datetime
    article_id: ArticleId | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the items of one reading: by key in this feed, by page and by words in all feeds of its source."""

    by_key: dict[str, KnownItem]
    by_url: dict[str, KnownItem]
    by_fingerprint: dict[str, KnownItem]


@dataclass(frozen=True, slots=True)
class SeenItem:
    """An item as it is to be remembered."""

    key: str
    url: str | None
    fingerprint: str
    state: ItemState
    article_id: ArticleId | None = None
    edited: bool = False
    retried: bool = False


def known_items(
    db: Store, feed_id: FeedId, keys: Sequence[str], urls: Sequence[str], fingerprints: Sequence[str]
) -> Known:
    """Everything that was seen before of these keys, canonical URLs and fingerprints."""
    siblings = "feed_id IN (SELECT id FROM feeds WHERE source_id = (SELECT source_id FROM feeds WHERE id = :feed))"
    return Known(
        {item.key: item for item in _find(db, feed_id, "item_key", keys, "feed_id = :feed")},
        {item.url: item for item in _find(db, feed_id, "url", urls, siblings) if item.url},
        {item.fingerprint: item for item in _find(db, feed_id, "fingerprint", fingerprints, siblings)},
    )


def remember_items(db: Store, feed_id: FeedId, items: Iterable[SeenItem], now: datetime) -> None:
    """Write down what became of items, in the transaction that stored their articles."""
    db.execute_many(
        """
        INSERT INTO feed_items (feed_id, item_key, url, fingerprint, article_id, state, seen_at, listed_at)
        VALUES (:feed, :key, :url, :fingerprint, :article, :state, :now, :now)
        ON CONFLICT (feed_id, item_key) DO UPDATE SET url = excluded.url, fingerprint = excluded.fingerprint,
            article_id = COALESCE(excluded.article_id, feed_items.article_id), state = excluded.state,
            tries = CASE WHEN :retried = 1 THEN feed_items.tries + 1 ELSE 1 END,
            edits = feed_items.edits + :edited, listed_at = excluded.listed_at
        """,
        [
            {
                "feed": feed_id,
                "key": item.key,
                "url": item.url,
                "fingerprint": item.fingerprint,
                "article": item.article_id,
                "state": item.state.value,
                "edited": int(item.edited),
                "retried": int(item.retried),
                "now": to_text(now),
            }
            for item in items
        ],
    )


def still_listed(db: Store, feed_id: FeedId, keys: Sequence[str], now: datetime) -> None:
    """The feed still has these items. Written once a day and item, so that an unchanged feed costs nothing."""
    for part in _parts(keys):
        names, params = _bound(part)
        db.execute(
            f"UPDATE feed_items SET listed_at = :now WHERE feed_id = :feed AND listed_at < :day AND item_key IN ({names})",
            {"feed": feed_id, "now": to_text(now), "day": to_text(now - timedelta(days=1)), **params},
        )


def forget_items(db: Store, before: datetime) -> int:
    """Drop the memory of items that no feed has listed since then."""
    return db.execute("DELETE FROM feed_items WHERE listed_at < :before", {"before": to_text(before)})


def _find(db: Store, feed_id: FeedId, column: str, values: Sequence[str], where: str) -> list[KnownItem]:
    found: list[KnownItem] = []
    for part in _parts(values):
        names, params = _bound(part)
        rows = db.rows(
            f"SELECT * FROM feed_items WHERE {where} AND {column} IN ({names}) ORDER BY seen_at DESC",
            {"feed": feed_id, **params},
        )
        found += [_known(row) for row in rows]
    return found


def _parts(values: Sequence[str]) -> list[Sequence[str]]:
    return [values[start : start + AT_ONCE] for start in range(0, len(values), AT_ONCE)]


def _bound(values: Sequence[str]) -> tuple[str, dict[str, str]]:
    params = {f"v{index}": value for index, value in enumerate(values)}
    return ", ".join(f":{name}" for name in params), params


def _known(row: dict[str, Any]) -> KnownItem:
    return KnownItem(
        key=row["item_key"],
        url=row["url"],
        fingerprint=row["fingerprint"],
        state=ItemState(row["state"]),
        tries=row["tries"],
        edits=row["edits"],
        seen_at=from_text(row["seen_at"]),
        article_id=ArticleId(row["article_id"]) if row["article_id"] else None,
    )
