"""The live stories in memory: one article after the other is placed, and the stories change at once.

Serial by nature: placing reads what the last placing wrote. The same articles in the same order give the same stories
and the same ids, also when the desk was rebuilt from its rows in between.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Self

from digests.errors import UserMistake
from digests.model import EPOCH, Article, ArticleId, Revision, Story, StoryId
from digests.store import stories as story_store
from digests.stories.changes import Ledger, corrected
from digests.stories.dossier import Dossier
from digests.stories.growth import amend, begin, grow, reread, unite, without
from digests.stories.index import StoryIndex
from digests.stories.likeness import load_idf
from digests.stories.live import LiveStory, Seat
from digests.stories.merging import are_bridged, may_be_halves, may_merge
from digests.stories.originals import Originals
from digests.stories.placing import TAU, WINDOW, Score, score
from digests.stories.tolls import has_injured_of, may_be_toll_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from digests.store import Store

__all__ = ["Desk", "Placement", "Split", "story_id_of"]

CLOSELY = 12  # candidates that are compared in full
REMEMBERED = 5_000  # placings after which an idle story may leave memory
MOST_STORIES = 20_000
FUTURE = timedelta(days=1)  # how far ahead an article may be dated and still be believed
TWINS_APART = timedelta(hours=20)  # between the first reports of two attacks on one place
SWEEP = 256  # placings between two looks at what is idle


@dataclass(frozen=True, slots=True)
class Placement:
    """Where an article went, what it changed, and why: everything that `save_placement` writes."""

    story: Story
    is_new: bool
    copy_of: ArticleId | None
    revision: Revision | None  # the new material revision that the article brought, None if it brought none
    merged: tuple[StoryId, ...]  # ids that are aliases of the story from now on
    why: dict[str, Any]  # as JSON can hold it
    position: int
    ledger: Ledger
    closed: bool = False  # only copies may join it


@dataclass(frozen=True, slots=True)
class Split:
    """A story that was taken apart by an admin: what is left of it, and the article's own story."""

    left: Placement
    taken: Placement
    article_id: ArticleId


def story_id_of(article_id: ArticleId, salt: str = "") -> StoryId:
    """A story's id, derived from its first article's, so that a replay gives the same ids."""
    key = f"{salt}{article_id}".encode("utf-8", "surrogatepass")
    return StoryId("s" + blake2b(key, digest_size=6).hexdigest())


class Desk:
    """All live stories. Not safe for use by two threads; drop it and restore it when its transaction failed."""

    def __init__(self) -> None:
        self._stories: dict[StoryId, LiveStory] = {}
        self._story_of: dict[ArticleId, StoryId] = {}
        self._bans: set[tuple[ArticleId, StoryId]] = set()
        self._originals = Originals()
        self._index = StoryIndex()
        self._position = 0
        self._clock = EPOCH

    def __len__(self) -> int:
        return len(self._stories)

    @property
    def position(self) -> int:
        """How many articles were ever placed: equal to the newest row's when memory and rows agree."""
        return self._position

    def story_of(self, article_id: ArticleId) -> StoryId | None:
        """The live story that the article belongs to."""
        return self._story_of.get(article_id)

    def place(self, article: Article, dossier: Dossier) -> Placement:
        """The article's story, chosen and changed in memory at once.

        An article that was placed before stays in its story; a new reading of it may bring a revision.
        """
        if dossier.article_id != article.id:  # the article is known under an earlier id
            dossier = replace(dossier, article_id=article.id)
        if article.id in self._story_of:
            return self._read_again(dossier)
        self._position += 1
        self._clock = max(self._clock, min(dossier.time, article.seen + FUTURE))
        if self._position % SWEEP == 0:
            self._sweep()
        copied = self._originals.find(dossier, lambda other: not self._is_banned(dossier, self._story_of[other]))
        if copied is not None:
            live = self._stories[self._story_of[copied.original]]
            root = live.members[copied.original].copy_of or copied.original
            return self._join(live, Seat(dossier, self._position, root), copied.why)
        tells_event = dossier.facts.kind is not None or dossier.facts.killed is not None
        if dossier.roundup or not (dossier.dated or tells_event):
            rule = "round-up" if dossier.roundup else "undated and no event"
            return self._start(dossier, {"rule": rule}, closed=True)
        scores = self._scores(dossier)
        why = _explained(scores)
        if scores and scores[0].joins:
            best = self._stories[scores[0].story_id]
            return self._join(best, Seat(dossier, self._position, None), why, self._other_half(best, scores))
        return self._start(dossier, why)

    def merge(self, kept: StoryId, absorbed: StoryId) -> Placement:
        """Make one story of two on an admin's word; the second id becomes an alias of the first.

        Raises UserMistake when one of them is not live.
        """
        first, second = self._live(kept), self._live(absorbed)
        if first is second:
            raise UserMistake(f"{kept} and {absorbed} are one story already")
        self._bans -= {(a, kept) for a in second.members} | {(a, absorbed) for a in first.members}
        live, revision = self._unite(first, second)
        return self._placement(live, {"rule": "merged by an admin"}, revision=revision, merged=(absorbed,))

    def split(self, story_id: StoryId, article_id: ArticleId) -> Split:
        """Take an article out of its story on an admin's word, for good: it gets a story of its own.

        Raises UserMistake when the story is not live, does not hold the article, or holds nothing else.
        """
        live = self._live(story_id)
        if article_id not in live.members:
            raise UserMistake(f"{article_id} is not in story {story_id}")
        if len(live.members) == 1:
            raise UserMistake(f"story {story_id} has only this one article")
        seat = live.members[article_id]._replace(copy_of=None)
        left, revision = without(live, article_id)
        self._replace(live, left)
        salt = "split:" if story_id_of(article_id) in (story_id, *left.story.aliases) else ""
        taken = begin(story_id_of(article_id, salt), seat)
        self._forget_article(seat.dossier)
        self._keep(taken)
        self._bans |= {(article_id, story_id), *((member, taken.story.id) for member in left.members)}
        why = {"rule": "split by an admin", "from": story_id}
        return Split(
            left=self._placement(left, why, revision=revision),
            taken=self._placement(taken, why, position=seat.position, is_new=True),
            article_id=article_id,
        )

    def correct(self, story_id: StoryId, field: str, value: str, at: datetime) -> Placement:
        """Tell another figure or claim on an admin's word; the placement has no revision when it is told so already.

        `field` is killed, injured or claim; '' means that nothing is known of it. Raises UserMistake when the story is
        not live.
        """
        live = self._live(story_id)
        change, ledger = corrected(live.ledger, live.story.facts, field, value, at)
        revision = amend(live, ledger, (change,), at) if change else None
        return self._placement(live, {"rule": "corrected by an admin"}, revision=revision)

    @classmethod
    def restore(cls, db: Store, *, now: datetime) -> Self:
        """The desk as it stood after the last committed placing."""
        desk = cls()
        position, newest = story_store.newest(db)
        if newest is None:
            return desk
        since, after = min(newest, now + FUTURE) - WINDOW, position - REMEMBERED
        for saved in story_store.live_stories(db, since=since, position=after):
            live = LiveStory(saved.story, Ledger.load(saved.ledger), closed=saved.closed)
            desk._stories[saved.story.id] = live
        for row in story_store.members_of_live_stories(db, since=since, position=after):
            seat = Seat(Dossier.load(row.article_id, row.dossier), row.position, row.copy_of)
            desk._recall(row.story_id, seat)
        desk._bans = set(story_store.bans(db))
        desk._position = position
        return desk

    def _recall(self, story_id: StoryId, seat: Seat) -> None:
        live = self._stories[story_id]
        live.take(seat)
        self._index_member(live, seat)
        self._clock = max(self._clock, seat.dossier.time)

    # Choosing -------------------------------------------------------------------------------------------------------

    def _scores(self, dossier: Dossier) -> list[Score]:
        """The stories that fit best, the best first; ties go to the older story."""
        found = []
        holders = self._holders_at(dossier.time)
        for story_id in self._index.candidates(dossier, self._stories, CLOSELY, WINDOW):
            if not self._is_banned(dossier, story_id):
                live = self._stories[story_id]
                found.append((score(dossier, live, holders), live.order))
        found.sort(key=lambda item: (bool(item[0].forbidden), -item[0].rank, item[1]))
        return self._latest_of_twins(dossier, [item for item, _ in found])

    def _holders_at(self, time: datetime) -> Callable[[str], int]:
        """How many stories of that time name a place."""

        @cache
        def holders(spot: str) -> int:
            return sum(self._stories[story_id].is_alive(time, WINDOW) for story_id in self._index.holders(spot))

        return holders

    def _latest_of_twins(self, dossier: Dossier, scores: list[Score]) -> list[Score]:
        """The scores, with the second first when the best two are attacks of one kind on one place and it fits better.

        The story whose day is named, or that the toll fits, or the injured; else, for a report that names no day, the later
        one: it speaks of the latest attack, and the older story only has more words to be alike.
        """
        if len(scores) < 2 or not (scores[0].joins and scores[1].joins):
            return scores
        best, second = (self._stories[item.story_id] for item in scores[:2])
        apart = abs(second.first_seen - best.first_seen) >= TWINS_APART
        if not apart or best.kind != second.kind or not best.own_spots & second.own_spots & dossier.spots.keys():
            return scores
        if dossier.event_day is not None and dossier.event_day in best.days:
            return scores
        swapped = [scores[1], scores[0], *scores[2:]]
        for signs in (
            [story.was_told_on(dossier.named) for story in (best, second)],
            [may_be_toll_of(dossier, story) for story in (best, second)],
            [has_injured_of(dossier, story) for story in (best, second)],
        ):
            if signs[0] != signs[1]:
                return scores if signs[0] else swapped
        return swapped if best.first_seen < second.first_seen <= dossier.time else scores

    def _is_banned(self, dossier: Dossier, story_id: StoryId) -> bool:
        return (dossier.article_id, story_id) in self._bans

    # Changing -------------------------------------------------------------------------------------------------------

    def _start(self, dossier: Dossier, why: dict[str, Any], *, closed: bool = False) -> Placement:
        live = begin(story_id_of(dossier.article_id), Seat(dossier, self._position, None), closed=closed)
        self._keep(live)
        return self._after(live, why, is_new=True)

    def _join(self, live: LiveStory, seat: Seat, why: dict[str, Any], second: LiveStory | None = None) -> Placement:
        """Add the article; `second` is another story that it may show to be the same."""
        revision = grow(live, seat)
        self._index_member(live, seat)
        return self._after(live, why, revision=revision, copy_of=seat.copy_of, second=second)

    def _read_again(self, dossier: Dossier) -> Placement:
        live = self._stories[self._story_of[dossier.article_id]]
        old = live.members.get(dossier.article_id)
        if old is None:  # it left a very large story's memory
            return self._placement(live, {"rule": "read again"})
        fresh, revision = reread(live, dossier)
        self._replace(live, fresh)
        why = {"rule": "read again"}
        return self._placement(fresh, why, revision=revision, copy_of=old.copy_of, position=old.position)

    def _after(
        self,
        live: LiveStory,
        why: dict[str, Any],
        *,
        is_new: bool = False,
        revision: Revision | None = None,
        copy_of: ArticleId | None = None,
        second: LiveStory | None = None,
    ) -> Placement:
        """The placement, after looking for stories that turned out to be the same event."""
        partner = None if live.closed or copy_of else self._partner(live)
        if partner is None and second is not None and are_bridged(live, second, self._holders_at(live.last_seen)):
            partner = second
        if partner is None:
            return self._placement(live, why, is_new=is_new, revision=revision, copy_of=copy_of)
        kept, absorbed = sorted((live, partner), key=lambda story: story.order)
        merged = absorbed.story.id
        united, more = self._unite(kept, absorbed)
        why = {**why, "merged": merged}
        return self._placement(united, why, revision=more or (revision if kept is live else None), merged=(merged,))

    def _partner(self, live: LiveStory) -> LiveStory | None:
        holders = self._holders_at(live.last_seen)
        for story_id in self._index.with_figures_of(live.dossiers[-1:]):
            other = self._stories[story_id]
            if other is not live and may_merge(live, other, holders) and not self._never_together(live, other):
                return other
        return None

    def _other_half(self, best: LiveStory, scores: list[Score]) -> LiveStory | None:
        """The second story that an article would join, if both may be one."""
        second = self._stories[scores[1].story_id] if len(scores) > 1 and scores[1].joins else None
        if second is None or self._never_together(best, second) or not may_be_halves(best, second):
            return None
        return second

    def _never_together(self, one: LiveStory, other: LiveStory) -> bool:
        return any((a, other.story.id) in self._bans for a in one.members) or any(
            (a, one.story.id) in self._bans for a in other.members
        )

    def _unite(self, kept: LiveStory, absorbed: LiveStory) -> tuple[LiveStory, Revision | None]:
        united, revision = unite(kept, absorbed)
        self._drop(absorbed)
        self._replace(kept, united)
        return united, revision

    def _placement(
        self,
        live: LiveStory,
        why: dict[str, Any],
        *,
        is_new: bool = False,
        revision: Revision | None = None,
        copy_of: ArticleId | None = None,
        merged: tuple[StoryId, ...] = (),
        position: int | None = None,
    ) -> Placement:
        return Placement(
            story=live.story,
            is_new=is_new,
            copy_of=copy_of,
            revision=revision,
            merged=merged,
            why=why,
            position=self._position if position is None else position,
            ledger=live.ledger,
            closed=live.closed,
        )

    # Memory ---------------------------------------------------------------------------------------------------------

    def _live(self, story_id: StoryId) -> LiveStory:
        live = self._stories.get(story_id)
        if live is None:
            raise UserMistake(
                f"story {story_id} is not live any more; only stories of the last ten days can be changed"
            )
        return live

    def _keep(self, live: LiveStory) -> None:
        self._stories[live.story.id] = live
        for seat in live.members.values():
            self._index_member(live, seat)

    def _index_member(self, live: LiveStory, seat: Seat) -> None:
        self._story_of[seat.dossier.article_id] = live.story.id
        self._originals.add(seat.dossier, live)
        if not live.closed:
            self._index.add(live, seat.dossier)

    def _forget_article(self, dossier: Dossier) -> None:
        self._originals.remove(dossier)
        self._story_of.pop(dossier.article_id, None)

    def _drop(self, live: LiveStory) -> None:
        self._index.remove(live)
        for seat in live.members.values():
            self._forget_article(seat.dossier)
        del self._stories[live.story.id]

    def _replace(self, old: LiveStory, new: LiveStory) -> None:
        self._drop(old)
        self._keep(new)

    def _sweep(self) -> None:
        """Let idle stories leave memory; their rows stay. Depends on positions and times only, never on a clock."""
        for live in list(self._stories.values()):
            if is_idle(live.touched, live.last_seen, self._position, self._clock):
                self._drop(live)
        surplus = len(self._stories) - MOST_STORIES
        if surplus > 0:
            for live in sorted(self._stories.values(), key=lambda story: story.touched)[:surplus]:
                self._drop(live)


def is_idle(touched: int, last_seen: datetime, position: int, clock: datetime) -> bool:
    """Whether a story may leave memory: no article within the window, and none among the latest placings."""
    return last_seen < clock - WINDOW and touched <= position - REMEMBERED


def _explained(scores: list[Score]) -> dict[str, Any]:
    why: dict[str, Any] = {"rule": "score", "tau": TAU, "words": load_idf().id}
    if scores:
        why |= scores[0].why() if scores[0].joins else {"best": scores[0].why()}
    if len(scores) > 1:
        why["runner_up"] = scores[1].why()
    return why
