"""Which delivery goes next. Pure: the time is an argument (seconds of a monotonic clock).

Order: within a chat by priority, then as written down, one at a time. Among chats the more urgent priority first, the
older delivery first within it. So that nothing starves, every fourth choice counts a delivery as one priority higher for
each minute that it has waited; the other three do not, so that an answer to a person never waits behind a long broadcast.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from digests.model import Priority

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Item", "Pacer", "Spacing"]

AGED_TURN = 4
AGEING = 60.0


@dataclass(frozen=True, slots=True)
class Spacing:
    """Seconds between two messages in one chat.

    Telegram counts about one a second in a private chat, and 20 a minute in a group, channel or forum (a whole forum
    counts as one). `rest` and `group_rest` are the least times from the answer to a message to the next call: what was
    slow on its way may have been counted late.
    """

    private: float = 1.02
    group: float = 3.05
    rest: float = 1.005
    group_rest: float = 3.005

    def after(self, chat_id: int, cost: int, started: float, answered: float) -> float:
        """When the chat may be written to again."""
        if chat_id > 0:
            return max(started + self.private * cost, answered + min(self.rest, self.private))
        return max(started + self.group * cost, answered + min(self.group_rest, self.group) * cost)


@dataclass(slots=True)
class Item:
    """A delivery that waits. `since` is when it was written down, on the monotonic clock."""

    id: int
    chat_id: int
    priority: Priority
    cost: int = 1
    since: float = 0.0

    def __lt__(self, other: Item) -> bool:
        """The order within a chat."""
        return (self.priority, self.id) < (other.priority, other.id)


@dataclass(slots=True)
class Line:
    """What waits for one chat."""

    items: list[Item] = field(default_factory=list)
    busy: bool = False
    free_at: float = float("-inf")


class Pacer:
    """Knows all that waits, chat by chat, and says what may go next."""

    def __init__(self, spacing: Spacing | None = None) -> None:
        self._spacing = spacing or Spacing()
        self._lines: dict[int, Line] = {}
        self._known: set[int] = set()
        self._fronts: list[list[tuple[int, int]]] = [[] for _ in Priority]  # (delivery, chat) for chats that are free
        self._resting: list[tuple[float, int]] = []  # (free at, chat)
        self._later: list[tuple[float, int, Item]] = []  # (due, delivery, item)
        self._turn = 0
        self._groups_from = float("-inf")

    def __len__(self) -> int:
        """How many deliveries wait or are being sent."""
        return len(self._known)

    def begin(self, now: float) -> None:
        """A process begins: groups wait for one spacing, because what an earlier one sent at its end still counts."""
        self._groups_from = now + self._spacing.group

    def offer(self, item: Item, now: float, due: float = float("-inf")) -> None:
        """Add a delivery that is not to be sent before `due`. One that is known already is left as it is."""
        if item.id in self._known:
            return
        self._known.add(item.id)
        self._place(item, now, due)

    def resume(self, item: Item, now: float, due: float) -> None:
        """Add a delivery that an earlier boot tried: like `again`, nothing else in its chat goes before it."""
        if item.id in self._known:
            return
        self._known.add(item.id)
        line = self._line(item.chat_id)
        heapq.heappush(line.items, item)
        line.free_at = max(line.free_at, due)
        self._expose(item.chat_id, now)

    def take(self, now: float) -> Item | None:
        """The delivery to send now, None when there is none. Its chat is busy until `finish`."""
        self._advance(now)
        front = self._choose(now)
        if front is None:
            return None
        line = self._lines[front[1]]
        line.busy = True
        return heapq.heappop(line.items)

    def next_change(self) -> float | None:
        """When something that cannot go now may go, None when only a new delivery or a finished one changes that."""
        times = [heap[0][0] for heap in (self._resting, self._later) if heap]
        return min(times) if times else None

    def finish(self, item: Item, now: float, *, started: float | None = None) -> None:
        """The delivery is settled, its chat free again after the spacing. `started` is None when no call was made."""
        self._known.discard(item.id)
        self._release(item, now, started)

    def again(self, item: Item, now: float, due: float, *, started: float | None = None) -> None:
        """Send it again at `due`, and nothing else in its chat before it: the order of a chat is kept."""
        self._release(item, now, started)
        line = self._line(item.chat_id)
        heapq.heappush(line.items, item)
        line.free_at = max(line.free_at, due)
        self._expose(item.chat_id, now)

    def later(self, item: Item, now: float, due: float, *, started: float | None = None) -> None:
        """Send it again at `due`; what else waits for its chat goes on."""
        self._release(item, now, started)
        self._place(item, now, due)

    def close(self, chat_id: int, until: float, now: float) -> None:
        """Nothing goes to the chat before `until`."""
        line = self._line(chat_id)
        line.free_at = max(line.free_at, until)
        self._expose(chat_id, now)

    def move(self, old: int, new: int, now: float) -> None:
        """What waits for the chat `old` goes to the chat `new`."""
        for _, _, item in self._later:
            if item.chat_id == old:
                item.chat_id = new
        line = self._lines.pop(old, None)
        if line is None:
            return
        target = self._line(new)
        target.free_at = max(target.free_at, line.free_at)
        for item in line.items:
            item.chat_id = new
            heapq.heappush(target.items, item)
        self._expose(new, now)

    # --- inside ------------------------------------------------------------------------------------------------------

    def _line(self, chat_id: int) -> Line:
        line = self._lines.get(chat_id)
        if line is None:
            line = self._lines[chat_id] = Line(free_at=self._groups_from if chat_id < 0 else float("-inf"))
        return line

    def _place(self, item: Item, now: float, due: float) -> None:
        if due > now:
            heapq.heappush(self._later, (due, item.id, item))
            return
        line = self._line(item.chat_id)
        heapq.heappush(line.items, item)
        if line.items[0] is item:
            self._expose(item.chat_id, now)

    def _release(self, item: Item, now: float, started: float | None) -> None:
        line = self._line(item.chat_id)
        line.busy = False
        if started is not None:
            line.free_at = max(line.free_at, self._spacing.after(item.chat_id, item.cost, started, now))
        self._expose(item.chat_id, now)

    def _expose(self, chat_id: int, now: float) -> None:
        """Let the chat's first delivery compete as soon as the chat is free; forget a chat with nothing to remember."""
        line = self._lines[chat_id]
        if line.busy:
            return
        if line.free_at > now:
            heapq.heappush(self._resting, (line.free_at, chat_id))
        elif line.items:
            first = line.items[0]
            heapq.heappush(self._fronts[first.priority], (first.id, chat_id))
        else:
            del self._lines[chat_id]

    def _advance(self, now: float) -> None:
        while self._later and self._later[0][0] <= now:
            _, _, item = heapq.heappop(self._later)
            self._place(item, now, now)
        while self._resting and self._resting[0][0] <= now:
            _, chat_id = heapq.heappop(self._resting)
            if chat_id in self._lines:
                self._expose(chat_id, now)

    def _choose(self, now: float) -> tuple[int, int] | None:
        tops = list(self._tops(now))
        if not tops:
            return None
        self._turn = (self._turn + 1) % AGED_TURN
        level, (delivery, chat_id) = tops[0]
        if self._turn == 0:
            level, (delivery, chat_id) = min(tops, key=lambda top: self._aged(top[0], top[1], now))
        heapq.heappop(self._fronts[level])
        return delivery, chat_id

    def _aged(self, level: int, front: tuple[int, int], now: float) -> tuple[float, int]:
        item = self._lines[front[1]].items[0]
        return level - (now - item.since) // AGEING, item.id

    def _tops(self, now: float) -> Iterator[tuple[int, tuple[int, int]]]:
        """The first delivery of each priority that may go now, with what is out of date swept away."""
        for level, front in enumerate(self._fronts):
            while front:
                delivery, chat_id = front[0]
                line = self._lines.get(chat_id)
                if line and not line.busy and line.free_at <= now and line.items and line.items[0].id == delivery:
                    yield level, front[0]
                    break
                heapq.heappop(front)
