"""How many messages Telegram may have counted in the last second. Pure: times are arguments."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

__all__ = ["Window"]

SPAN = 1.005
TRIPS = 64
BLOCKED = 0.02  # seconds to look again when only an answer can make room


@dataclass(slots=True)
class Window:
    """At most `most` messages in any second, as Telegram counts them.

    Calls that left in good order may arrive in a heap: when the line or the other side stalls for a moment, all that was
    under way is counted at the end of the stall, and the calls after it are too many for that second. When exactly a
    message was counted is not known, only that it was not later than its answer less the quickest way back and forth.
    """

    most: int
    _under_way: int = 0
    _counted: deque[tuple[float, int]] = field(default_factory=deque)  # not later than, messages
    _total: int = 0
    _trips: deque[float] = field(default_factory=lambda: deque(maxlen=TRIPS))

    def delay(self, now: float, cost: int = 1) -> float:
        """Seconds until a call that counts for `cost` messages has room."""
        self._forget(now)
        too_many = self._under_way + self._total + min(cost, self.most) - self.most
        if too_many <= 0:
            return 0.0
        for at, messages in self._counted:
            too_many -= messages
            if too_many <= 0:
                return max(at + SPAN - now, 0.0)
        return BLOCKED

    def start(self, cost: int = 1) -> None:
        """A call leaves."""
        self._under_way += cost

    def end(self, started: float, answered: float, cost: int = 1) -> None:
        """Its answer came, whatever it said."""
        self._under_way -= cost
        self._trips.append(answered - started)
        self._counted.append((answered - min(self._trips), cost))
        self._total += cost

    def _forget(self, now: float) -> None:
        while self._counted and self._counted[0][0] <= now - SPAN:
            self._total -= self._counted.popleft()[1]
