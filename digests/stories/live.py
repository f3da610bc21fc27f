"""A story in memory: what placing compares an article with. All of it is rebuilt from the rows of its members."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from digests.stories.likeness import Centroid, cosine

if TYPE_CHECKING:
    from array import array
    from collections.abc import Iterable
    from datetime import date, datetime

    from digests.model import ArticleId, DayPart, Kind, Story
    from digests.stories.changes import Ledger
    from digests.stories.dossier import Dossier
    from digests.stories.likeness import Vector

__all__ = ["MEMBERS", "RECENT", "LiveStory", "Seat"]

RECENT = 8  # members whose vectors are compared one by one
MEMBERS = 500  # members that are kept in memory and shown
PLACE_SHARE = 0.3  # of the members must name a place that belongs to the story


class Seat(NamedTuple):
    """An article's place in a story: its dossier, its number in the order of placing, and what it copies."""

    dossier: Dossier
    position: int
    copy_of: ArticleId | None


class LiveStory:
    """The state of one story. `take` adds a member; everything else only reads.

    Members must be taken in the order of placing: then the state is the same after a restart.
    """

    __slots__ = (
        "centroid",
        "closed",
        "days",
        "first_day",
        "first_seen",
        "index_spots",
        "index_words",
        "injured",
        "killed",
        "kinds",
        "languages",
        "last_seen",
        "ledger",
        "members",
        "order",
        "recent",
        "recent_names",
        "spots",
        "story",
        "tellers",
        "touched",
    )

    def __init__(self, story: Story, ledger: Ledger, *, closed: bool = False) -> None:
        self.story = story
        self.ledger = ledger
        self.closed = closed  # nothing joins it but copies: round-ups and undated pages
        self.members: dict[ArticleId, Seat] = {}
        self.centroid = Centroid()
        self.recent: list[Vector] = []
        self.recent_names: list[array[int]] = []
        self.spots: Counter[str] = Counter()
        self.kinds: Counter[Kind] = Counter()
        self.days: Counter[date] = Counter()
        self.killed: set[int] = set()
        self.injured: set[int] = set()
        self.languages: set[str] = set()
        self.tellers = 0  # members that name a place
        self.index_words: list[str] = []  # lists: a set of 24 words takes 2 kB
        self.index_spots: list[str | int] = []
        self.touched = 0  # position of the latest member
        self.order = 0  # position of the first member
        self.first_seen: datetime = story.first_seen
        self.last_seen: datetime = story.first_seen
        self.first_day: date = story.first_seen.date()

    def take(self, seat: Seat) -> None:
        """Add a member. A copy adds no words: the same text twice is no more evidence than once."""
        dossier, position, copy_of = seat
        facts = dossier.facts
        if not self.members:
            self.order = position
            self.first_seen = self.last_seen = dossier.time
            self.first_day = dossier.days[1]
        self.touched = position
        self.members[dossier.article_id] = seat
        if dossier.dated:  # else its time is when somebody found it
            self.first_seen = min(self.first_seen, dossier.time)
            self.last_seen = max(self.last_seen, dossier.time)
            self.first_day = min(self.first_day, dossier.days[1])
        self.languages.add(dossier.language)
        if copy_of is None:
            self.centroid.add(dossier.vector)
            self.recent = [*self.recent[-RECENT + 1 :], dossier.vector]
            self.recent_names = [*self.recent_names[-RECENT + 1 :], dossier.names]
        self.spots.update(dossier.spots.keys())
        self.tellers += bool(dossier.spots)
        if facts.kind:
            self.kinds[facts.kind.kind] += 1
        if dossier.event_day and dossier.is_fresh and not dossier.follows:
            self.days[dossier.event_day] += 1
        if facts.killed:
            self.killed.add(facts.killed.value)
        if facts.injured:
            self.injured.add(facts.injured.value)
        if len(self.members) > MEMBERS:
            oldest = list(self.members)[MEMBERS // 5]
            del self.members[oldest]

    @property
    def own_spots(self) -> set[str]:
        """Places that belong to the story: enough of its members name them."""
        return {spot for spot, count in self.spots.items() if count >= PLACE_SHARE * self.tellers}

    @property
    def kind(self) -> Kind | None:
        """The kind that most members tell, ties to the first."""
        return max(self.kinds, key=lambda kind: self.kinds[kind], default=None)

    @property
    def event_day(self) -> date | None:
        """The day that most members tell, ties to the earlier."""
        return min(self.days, key=lambda day: (-self.days[day], day), default=None)

    def is_alive(self, time: datetime, window: timedelta) -> bool:
        """Whether an article of this time may still be about it."""
        return self.first_seen - window <= time <= self.last_seen + window

    def best_member(self, vector: Vector) -> float:
        """The likeness to the most similar of its recent members."""
        return max((cosine(vector, member) for member in self.recent), default=0.0)

    def was_told_on(self, days: Iterable[date]) -> bool:
        """Whether one of the days is that of one of its reports or the day before the first."""
        return any(self.first_day - timedelta(days=1) <= day <= self.last_seen.date() for day in days)

    @property
    def tells_attackers(self) -> bool:
        """Whether a report of it counts dead attackers only."""
        return any(seat.dossier.facts.attackers_only for seat in self.members.values())

    @property
    def parts(self) -> set[DayPart]:
        """The parts of its day that its reports tell."""
        return {seat.dossier.part for seat in self.members.values() if seat.dossier.part and not seat.dossier.follows}

    @property
    def dossiers(self) -> list[Dossier]:
        return [seat.dossier for seat in self.members.values()]

    def rebuilt(self, story: Story, ledger: Ledger, seats: Iterable[Seat]) -> LiveStory:
        """A story of these members, taken in the order of placing, as it would stand after a restart."""
        live = LiveStory(story, ledger, closed=self.closed)
        for seat in sorted(seats, key=lambda seat: seat.position):
            live.take(seat)
        return live
