"""How many messages a second may go out over all chats. Pure: the time is an argument (seconds of a monotonic clock)."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.delivery.window import Window

__all__ = ["Pace"]

CATCH_UP = 4
FLOOD_CHATS = 3
FLOOD_WINDOW = 5.0
DEAF = 1.0  # after halving: what is answered now was sent before
RECOVERY = 10.0
FLOOR = 1.0
LONGEST_PAUSE = 30.0
LONGEST_FLOOD_PAUSE = 5.0
DOUBTS = 3  # answers in doubt in a row from which on Telegram itself is taken to be ill


@dataclass(slots=True)
class Pace:
    """One token each 1/`rate` seconds, no burst, and never more than one above the rate in any second as Telegram counts.

    Lateness of up to four tokens is caught up within that, else timers that wake a little late and a disk that stalls
    would cost a tenth of the rate; longer idle time is not. When three chats report "too many requests" within five seconds the rate is
    halved after a short pause, and grows by one a second for each ten quiet seconds.
    """

    rate: float = 28.0
    _slowed: float | None = None  # the rate after the last flood
    _slowed_at: float = 0.0
    _quiet_since: float = 0.0
    _next: float = float("-inf")
    _paused_until: float = float("-inf")
    _pauses: int = 0
    _doubts: int = 0
    _flooded_until: float = float("-inf")
    _floods: list[tuple[float, int, float]] = field(default_factory=list)  # when, chat, wait
    _window: Window = field(init=False)

    def __post_init__(self) -> None:
        self._window = Window(int(self.rate) + 1)

    def current(self, now: float) -> float:
        """Messages a second at this time."""
        if self._slowed is None:
            return self.rate
        rate = self._slowed + (now - self._quiet_since) // RECOVERY
        if rate >= self.rate:
            self._slowed = None
            return self.rate
        return rate

    def delay(self, now: float, cost: int = 1) -> float:
        """Seconds until the next call, which counts for `cost` messages, may start; 0 when it may start now."""
        open_at = max(self._next, self._paused_until, self._flooded_until)
        return max(open_at - now, self._window.delay(now, cost), 0.0)

    def spend(self, now: float, cost: int = 1) -> None:
        """A call that counts for `cost` messages starts now. Tell `ended` when its answer came."""
        interval = 1 / self.current(now)
        on_time = now - self._next <= CATCH_UP * interval
        self._next = (self._next if on_time else now) + cost * interval
        self._window.start(cost)

    def ended(self, started: float, answered: float, cost: int = 1) -> None:
        """The answer to a call came, or none will."""
        self._window.end(started, answered, cost)

    def flood(self, now: float, chat_id: int, wait: float = 0.0) -> bool:
        """A chat reported "too many requests" for `wait` seconds. Whether all chats are slowed down because of it."""
        if self._slowed is not None:
            if now - self._slowed_at < DEAF:
                return False
            self._slowed = self.current(now)
        self._quiet_since = now
        self._floods = [each for each in self._floods if now - each[0] <= FLOOD_WINDOW and each[1] != chat_id]
        self._floods.append((now, chat_id, wait))
        if len(self._floods) < FLOOD_CHATS:
            return False
        shortest = min(wait for _, _, wait in self._floods)
        self._flooded_until = now + min(shortest, LONGEST_FLOOD_PAUSE)
        self._floods.clear()
        self._slowed, self._slowed_at = max(FLOOR, self.current(now) / 2), now
        return True

    @property
    def is_ill(self) -> bool:
        """Whether so many answers in a row were in doubt that no message is risked before a harmless call succeeds."""
        return self._doubts >= DOUBTS

    def in_doubt(self, now: float) -> None:
        """It is not known whether a call was accepted."""
        self._doubts += 1
        if self.is_ill:
            self.no_connection(now)

    def seems_well(self) -> None:
        """A harmless call succeeded. Pauses stay as long as they were until a message does."""
        self._doubts = 0
        self._paused_until = float("-inf")

    def no_connection(self, now: float) -> None:
        """Telegram cannot be reached: do not try for each chat in turn, but for one after 1, 2, 4 ... 30 s."""
        if now < self._paused_until:
            return  # a call of the same moment, already counted
        self._paused_until = now + min(2.0**self._pauses, LONGEST_PAUSE)
        self._pauses = min(self._pauses + 1, 10)

    def answered(self) -> None:
        """Telegram answered, whatever it said."""
        self._pauses = self._doubts = 0
        self._paused_until = float("-inf")
