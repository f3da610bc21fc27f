"""Finding the article that a new one copies: the same text, or the same headline when there is no text to compare."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from digests.stories.copies import CHANCE, CHANCE_LATER, CopyIndex, agree, common, containment, is_copy, is_filled_again
from digests.stories.distance import are_apart
from digests.stories.whereabouts import EXACT

if TYPE_CHECKING:
    from collections.abc import Callable

    from digests.model import ArticleId
    from digests.stories.dossier import Dossier
    from digests.stories.live import LiveStory

__all__ = ["Copied", "Originals"]

HEADLINE_WORDS = 4
OWN_COPY = 0.8  # a source seldom prints a text twice, but puts the same boxes under all of them
HEADLINE_TIME = timedelta(hours=24)
AS_LONG = 0.8  # of a text: it was neither cut nor put among others
SAME_EVENT = timedelta(hours=36)  # within which agreeing figures and names outweigh a day or a toll that differs


@dataclass(frozen=True, slots=True)
class Copied:
    """The article whose text this is, and what shows it."""

    original: ArticleId
    why: dict[str, Any]  # as JSON can hold it


class Originals:
    """All articles of live stories by their text and headline."""

    def __init__(self) -> None:
        self._dossiers: dict[ArticleId, tuple[Dossier, LiveStory]] = {}
        self._headlines: dict[str, ArticleId] = {}
        self._copies = CopyIndex()

    def add(self, dossier: Dossier, live: LiveStory) -> None:
        self._dossiers[dossier.article_id] = (dossier, live)
        self._copies.add(dossier.article_id, dossier.source, dossier.sketch)
        if len(dossier.title_key.split()) >= HEADLINE_WORDS:
            self._headlines[dossier.title_key] = dossier.article_id

    def remove(self, dossier: Dossier) -> None:
        if self._dossiers.pop(dossier.article_id, None) is None:
            return
        self._copies.remove(dossier.article_id, dossier.source, dossier.sketch)
        if self._headlines.get(dossier.title_key) == dossier.article_id:
            del self._headlines[dossier.title_key]

    def find(self, dossier: Dossier, is_allowed: Callable[[ArticleId], bool]) -> Copied | None:
        """The article that this one copies most, None when it copies none."""
        best, share = None, 0.0
        for candidate in self._copies.candidates(dossier.sketch):
            other, live = self._dossiers[candidate]
            found = containment(dossier.sketch, other.sketch)
            own = bool(dossier.source) and dossier.source == other.source
            if own and found < OWN_COPY:
                continue
            if is_copy(found, dossier.sketch, other.sketch):
                found = containment(dossier.sketch, other.sketch, self._furniture(dossier, other, live))
            proves = found > share and is_copy(found, dossier.sketch, other.sketch)
            if proves and not tell_of_two(found, dossier, other) and is_allowed(candidate):
                best, share = candidate, found
        if best is not None:
            return Copied(best, {"rule": "copy", "of": best, "containment": round(share, 3)})
        return self._same_headline(dossier, is_allowed)

    def _furniture(self, dossier: Dossier, other: Dossier, live: LiveStory) -> set[int]:
        shared = common(dossier.sketch, other.sketch)
        sources = {dossier.source, other.source} - {""}
        return {value for source in sources for value in self._copies.furniture(source, shared, live.members.keys())}

    def _same_headline(self, dossier: Dossier, is_allowed: Callable[[ArticleId], bool]) -> Copied | None:
        """Without enough text nothing can be proved: the same headline within a day, and no figure against it."""
        candidate = self._headlines.get(dossier.title_key)
        if candidate is None:
            return None
        other, _ = self._dossiers[candidate]
        if not (dossier.sketch.is_short or other.sketch.is_short) or not (dossier.dated and other.dated):
            return None
        near = abs(dossier.time - other.time) <= HEADLINE_TIME
        if not near or contradict(dossier, other) or not is_allowed(candidate):
            return None
        return Copied(candidate, {"rule": "same headline", "of": candidate})


def tell_of_two(share: float, one: Dossier, other: Dossier) -> bool:
    """Whether two texts of this containment tell of two events: a template filled again, or figures and days against each other.

    Where nearly all figures, days and names agree within a day, a single one that differs was edited or misread.
    """
    gap = abs(one.time - other.time)
    if is_filled_again(share, one.sketch, other.sketch, CHANCE_LATER if gap > HEADLINE_TIME else CHANCE):
        return True
    is_own = bool(one.source) and one.source == other.source
    return (is_own or gap > SAME_EVENT or not agree(one.sketch, other.sketch)) and contradict(one, other)


def contradict(one: Dossier, other: Dossier) -> bool:
    """Whether the facts say that a text with other dates, places and figures was filled in: two events told from one template,
    or above one long background.

    A source that prints its own text again with another toll brings an update, not a copy.
    """
    killed = one.facts.killed, other.facts.killed
    figures = killed[0] is not None and killed[1] is not None and killed[0].value != killed[1].value
    if figures and ((one.source and one.source == other.source) or _are_elsewhere(one, other)):
        return True
    if (abs(one.time - other.time) > SAME_EVENT or _are_as_long(one, other)) and _are_elsewhere(one, other):
        return True  # of half a text other towns are left
    if one.event_day and other.event_day:
        gap = abs((one.event_day - other.event_day).days)
        return gap >= 2 or bool(gap and figures)
    return figures and abs(one.time - other.time) > timedelta(days=2)


def _are_as_long(one: Dossier, other: Dossier) -> bool:
    shorter, longer = sorted((one.sketch.size, other.sketch.size))
    return shorter >= AS_LONG * longer


def _are_elsewhere(one: Dossier, other: Dossier) -> bool:
    """Whether both name towns or districts of their event, and none of them lies near one of the other's."""
    ours, theirs = ([spot for spot, says in dossier.spots.items() if says >= EXACT] for dossier in (one, other))
    return bool(ours and theirs) and all(are_apart(here, there) for here in ours for there in theirs)
