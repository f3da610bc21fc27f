"""What waits in the outbox, read slice by slice: sending begins with the first one, however much waits.

Of a very long queue only the front is held in memory. Answers and urgent entries are, wherever they stand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.delivery.pacer import Item
from digests.model import Priority
from digests.store import outbox

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.db import Db
    from bot.delivery.pacer import Pacer
    from digests.store.outbox import Waiting

__all__ = ["Backlog"]

SLICE = 2_000  # rows read at once: a hundredth of a second
MOST_HELD = 30_000  # deliveries in memory, about 300 bytes each; 18 minutes of work
RELOAD = 60.0
CHORES = 5.0
SOON = 1.0


class Backlog:
    """Keeps a pacer informed of what the outbox holds. Every method that reads or writes may raise StoreError."""

    def __init__(
        self,
        db: Db,
        pacer: Pacer,
        now: Callable[[], datetime],
        clock: Callable[[], float],
        most_held: int = MOST_HELD,
    ) -> None:
        self._db = db
        self._pacer = pacer
        self._now = now
        self._clock = clock
        self._most_held = most_held
        self._newest = 0
        self._left_from: int | None = None  # deliveries from this id on are left in the database for now
        self._reload_at = self._chores_at = float("-inf")
        self.has_news = True  # whether there is something to read

    @property
    def next_chore(self) -> float:
        """When `chores` has something to do again."""
        return min(self._reload_at, self._chores_at)

    async def recover(self, boot_id: str, *, resend: bool) -> None:
        """Take over what an earlier boot left: calls without an answer, chats that Telegram closed."""
        now = self._now()
        await self._db.write(outbox.recover, boot_id, now, resend=resend)
        for chat_id, delay in (await self._db.read(outbox.closed_chats, now)).items():
            self._pacer.close(chat_id, self._clock() + delay.total_seconds(), self._clock())
        self._pacer.begin(self._clock())

    async def read(self) -> None:
        """Read the next slice of what was enqueued since the last time; `has_news` says whether there is more."""
        self.has_news = False
        try:
            rows = await self._db.read(outbox.waiting, self._now(), after=self._newest, limit=SLICE)
        except BaseException:
            self.has_news = True
            raise
        if rows:
            self._offer(rows)
            self._newest = rows[-1].id
            self.has_news = self.has_news or len(rows) == SLICE

    async def chores(self) -> int:
        """Take back what is overdue (how many), and now and then look at everything again."""
        clock = self._clock()
        if self._left_from is not None and len(self._pacer) < self._most_held // 2:
            self._newest, self._left_from = self._left_from - 1, None
            self.has_news = True
        if clock >= self._reload_at:
            self._reload_at = clock + RELOAD
            self._newest = 0
            self.has_news = True
        if clock < self._chores_at:
            return 0
        self._chores_at = clock + CHORES
        return await self._db.write(outbox.supersede_overdue, self._now())

    def look_again_soon(self) -> None:
        """A delivery was not as the pacer knew it: others put something back into the outbox."""
        self._reload_at = min(self._reload_at, self._clock() + SOON)

    def _offer(self, rows: list[Waiting]) -> None:
        clock = self._clock()
        for row in rows:
            if self._is_left(row):
                continue
            item = Item(row.id, row.chat_id, row.priority, row.cost, clock - row.age.total_seconds())
            add = self._pacer.resume if row.keeps_order else self._pacer.offer
            add(item, clock, clock + row.delay.total_seconds())

    def _is_left(self, row: Waiting) -> bool:
        """Whether the delivery stays in the database for now. All that follow it do as well: a chat's order is kept."""
        if row.priority <= Priority.URGENT:
            return False
        if self._left_from is None and len(self._pacer) >= self._most_held:
            self._left_from = row.id
        return self._left_from is not None and row.id >= self._left_from
