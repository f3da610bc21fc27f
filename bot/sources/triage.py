"""Which items of a reading are news, which are edits, and which were seen before. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from digests.cleaning.urls import canonical_url
from digests.store.feed_items import ItemState, SeenItem

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from digests.feeds import Item
    from digests.store.feed_items import Known, KnownItem

__all__ = ["Triage", "Work", "fresh_since", "triage"]

WINDOW = timedelta(hours=48)
MARGIN = timedelta(minutes=10)
MOST_TRIES = 3
MOST_EDITS = 24  # as lemon24/reader: some pages change with every request
# Fewer characters than this may be the same in two articles ("Curfew timings for today"): words alone do not say that
# an item under a new address was seen before.
TELLING_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Work:
    """An item to take in. `archive`: to be stored and found, but too old to be told as news (before `since`)."""

    item: Item
    url: str | None  # canonical, for remembering
    since: datetime
    archive: bool
    edited: bool = False
    retried: bool = False
    last_try: bool = False


@dataclass(frozen=True, slots=True)
class Triage:
    """What to do with a reading: take in `work`, remember `twins` (known under another key), leave `unchanged` keys."""

    work: tuple[Work, ...]
    twins: tuple[SeenItem, ...]
    unchanged: tuple[str, ...]


def fresh_since(now: datetime, good_at: datetime | None) -> datetime:
    """Items published before are archive: 48 h, or as long as the feed could not be read, so that an outage loses nothing."""
    return min(now - WINDOW, (good_at or now) - MARGIN)


def triage(items: Iterable[Item], known: Known, since: datetime, *, first: bool) -> Triage:
    """Sort the items of one reading. `first`: the feed was never read before, so undated items are archive."""
    work: list[Work] = []
    twins: list[SeenItem] = []
    unchanged: list[str] = []
    done: set[str] = set()
    for item in items:
        if item.key in done or item.is_empty:
            continue
        done.add(item.key)
        url = canonical_url(item.url)
        seen = known.by_key.get(item.key)
        twin = None if seen else _twin(item, url, known)
        before = seen or twin
        if before is None:
            archive = item.published < since if item.published else first
            work.append(Work(item, url, since, archive))
        elif _is_settled(item, before):
            unchanged.append(item.key)
            if twin:
                twins.append(SeenItem(item.key, url, item.fingerprint, twin.state, twin.article_id))
        else:
            edited = before.fingerprint != item.fingerprint
            last_try = not edited and before.tries + 1 >= MOST_TRIES
            work.append(Work(item, url, since, before.seen_at < since, edited, not edited, last_try))
    return Triage(tuple(work), tuple(twins), tuple(unchanged))


def _twin(item: Item, url: str | None, known: Known) -> KnownItem | None:
    """The same article under another key: its page is known, or its words are and say enough."""
    if url and (same_page := known.by_url.get(url)):
        return same_page
    if url is None or len(item.content) >= TELLING_LENGTH:
        return known.by_fingerprint.get(item.fingerprint)
    return None


def _is_settled(item: Item, before: KnownItem) -> bool:
    if before.fingerprint == item.fingerprint:
        return before.state is not ItemState.RETRY
    return before.edits >= MOST_EDITS
