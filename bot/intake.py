"""The road's door in the running service: articles are cleaned in a killable process, examined in a thread, committed in
the writer's transaction. Whoever brings articles (poller, push, files, people) comes through here.
"""

from __future__ import annotations

import asyncio
import shutil
from typing import TYPE_CHECKING, TypeVar

from digests.cleaning import clean
from digests.errors import StoreError
from digests.intake import Fate, commit, examined
from digests.store import stories as story_store
from digests.stories import Desk

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.db import Db
    from bot.sources.workers import Workers
    from digests.intake import Outcome, Prepared, Tools
    from digests.model import ArticleId, RawArticle
    from digests.store import Store

__all__ = ["LiveIntake"]

T = TypeVar("T")


class LiveIntake:
    """Prepares articles beside the event loop and commits them one after the other.

    The stories live in memory as well as in rows. A transaction that fails drops the memory, and the next one restores
    it from the rows, so that both always agree.
    """

    def __init__(
        self,
        db: Db,
        workers: Workers,
        tools: Callable[[], Tools],
        *,
        now: Callable[[], datetime],
        committed: Callable[[], None] = lambda: None,
        stored: Callable[[Outcome], None] = lambda _: None,
        min_free: int = 0,
    ) -> None:
        """`tools` are asked for anew for every article. `committed` is called after each commit, `stored` for each article
        that is new. Below `min_free` bytes on the disk nothing is taken in: what is there must still be delivered.
        """
        self._db = db
        self._workers = workers
        self._tools = tools
        self._now = now
        self._committed = committed
        self._stored = stored
        self._min_free = min_free
        self._desk: Desk | None = None

    def why_full(self) -> str | None:
        """Why nothing can be taken in now, or None."""
        free = shutil.disk_usage(self._db.path.absolute().parent).free
        return None if free >= self._min_free else f"the disk is nearly full ({free / 1e6:.0f} MB free)"

    async def prepare(self, raw: RawArticle, *, awaited: bool = False) -> Prepared:
        """Clean and examine, before what is polled if it is `awaited` by somebody.

        Raises EmptyArticle, or UnreadableSource when the page takes too much time or memory.
        """
        cleaned = await (self._workers.run_first if awaited else self._workers.run)(clean, raw)
        return await asyncio.to_thread(examined, cleaned, raw.source, self._tools())

    def commit(self, store: Store, prepared: Prepared, *, archive: bool) -> ArticleId:
        """Store the article, its story and its matches; only inside `write`."""
        return self.take_in(store, prepared, archive=archive).article_id

    def take_in(self, store: Store, prepared: Prepared, *, archive: bool = False) -> Outcome:
        """As `commit`; everything that became of the article."""
        outcome = commit(store, prepared, self.desk(store), self._tools(), self._now(), archive=archive)
        if outcome.fate in (Fate.STORED, Fate.COPY):
            self._stored(outcome)
        return outcome

    def desk(self, store: Store) -> Desk:
        """The live stories, restored from the rows when they are not in memory or a transaction of theirs was lost."""
        if self._desk is None or self._desk.position != story_store.newest(store)[0]:
            self._desk = Desk.restore(store, now=self._now())
        return self._desk

    async def write(self, function: Callable[[Store], T]) -> T:
        """One transaction in which articles may be committed. Raises StoreError, also when the disk is nearly full."""
        full = self.why_full()
        if full is not None:
            raise StoreError(full)
        try:
            result = await self._db.write(self._guarded, function)
        except StoreError:
            self._desk = None  # the commit itself may have failed
            raise
        self._committed()
        return result

    def _guarded(self, store: Store, function: Callable[[Store], T]) -> T:
        try:
            return function(store)
        except BaseException:
            self._desk = None
            raise
