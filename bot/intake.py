"""The road's door in the running service: articles are cleaned in a killable process, examined in a thread, committed in
the writer's transaction. Whoever brings articles (poller, push, files, people) comes through here.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

from digests.cleaning import clean
from digests.intake import commit, examined
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
        stored: Callable[[], None] = lambda: None,
    ) -> None:
        """`tools` are asked for anew for every article; `stored` is called after each commit."""
        self._db = db
        self._workers = workers
        self._tools = tools
        self._now = now
        self._stored = stored
        self._desk: Desk | None = None

    async def prepare(self, raw: RawArticle) -> Prepared:
        """Clean and examine. Raises EmptyArticle, or UnreadableSource when the page takes too much time or memory."""
        cleaned = await self._workers.run(clean, raw)
        return await asyncio.to_thread(examined, cleaned, raw.source, self._tools())

    def commit(self, store: Store, prepared: Prepared, *, archive: bool) -> ArticleId:
        """Store the article, its story and its matches; only inside `write`."""
        return self.take_in(store, prepared, archive=archive).article_id

    def take_in(self, store: Store, prepared: Prepared, *, archive: bool = False) -> Outcome:
        """As `commit`; everything that became of the article."""
        return commit(store, prepared, self.desk(store), self._tools(), self._now(), archive=archive)

    def desk(self, store: Store) -> Desk:
        """The live stories, restored from the rows when they are not in memory."""
        if self._desk is None:
            self._desk = Desk.restore(store, now=self._now())
        return self._desk

    async def write(self, function: Callable[[Store], T]) -> T:
        """One transaction in which articles may be committed."""
        result = await self._db.write(self._guarded, function)
        self._stored()
        return result

    def forget(self) -> None:
        """Restore the stories from the rows before the next article."""
        self._desk = None

    def _guarded(self, store: Store, function: Callable[[Store], T]) -> T:
        try:
            return function(store)
        except BaseException:
            self._desk = None
            raise
