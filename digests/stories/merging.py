"""Whether two live stories are one event after all: reports in different languages share no words, only facts.

The rule was measured on nine languages (docs/stories.md): a place and the number of killed in common, the same kind,
close in time, and nothing that speaks against it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from digests.stories.forbidding import forbidden
from digests.stories.kinds import are_related
from digests.stories.live import RECENT
from digests.stories.names import shared
from digests.stories.placing import RARE_PLACE, TAU, rarity, score
from digests.stories.tolls import MANY
from digests.stories.whereabouts import EXACT

if TYPE_CHECKING:
    from collections.abc import Callable

    from digests.stories.live import LiveStory

__all__ = ["are_bridged", "may_be_halves", "may_merge"]

APART = timedelta(days=2)
BRIDGED = 4  # articles of a story that may still turn out to be of another one
NAMES = 2.0  # names in common, beside the figures, that need no known place
SAME_LANGUAGE_LIKENESS = TAU  # words must say it too when they can


def may_merge(one: LiveStory, other: LiveStory, holders: Callable[[str], int]) -> bool:
    """Whether both stories tell one event."""
    if one.closed or other.closed or abs(one.last_seen - other.last_seen) > APART:
        return False
    if not one.killed & other.killed or (one.injured and other.injured and not one.injured & other.injured):
        return False
    # The same number of dead in two raids of two days is common; in two languages one of the days may be misread.
    apart = 0 if one.languages & other.languages else 1
    if not are_related(one.kind, other.kind) or not _days_agree(one, other, apart):
        return False
    return _meet(one, other, holders) and (not one.languages & other.languages or _sound_alike(one, other))


def may_be_halves(one: LiveStory, other: LiveStory) -> bool:
    """Whether a report that fits two stories may show them to be one: one is small, and nothing forbids to join them.

    To be asked before the report has joined: one that tells of two events must not make one of them.
    """
    small, large = by_size(one, other)
    if len(small.members) > BRIDGED or not small.kinds or abs(small.last_seen - large.last_seen) > APART:
        return False
    if _are_abroad(small, large) or any(forbidden(dossier, large) for dossier in small.dossiers):
        return False
    return not any(forbidden(dossier, small) for dossier in large.dossiers[:BRIDGED])


def _are_abroad(one: LiveStory, other: LiveStory) -> bool:
    """Whether both name places, and none in a country of the other: a list of news fits many stories."""
    ours, theirs = ({spot.rpartition("|")[2] for spot in story.own_spots} for story in (one, other))
    return bool(ours and theirs) and ours.isdisjoint(theirs)


def are_bridged(one: LiveStory, other: LiveStory, holders: Callable[[str], int]) -> bool:
    """Whether every article of the smaller story would join the larger one, now that the report has joined one of them."""
    small, large = by_size(one, other)
    return all(score(dossier, large, holders).joins for dossier in small.dossiers)


def by_size(one: LiveStory, other: LiveStory) -> tuple[LiveStory, LiveStory]:
    first, second = sorted((one, other), key=lambda story: (len(story.members), -story.order))
    return first, second


def _sound_alike(one: LiveStory, other: LiveStory) -> bool:
    """Whether words say it too, as they must in one language, and nothing forbids it that would forbid to join."""
    if any(forbidden(dossier, other) for dossier in one.dossiers[-RECENT:] if dossier.language in other.languages):
        return False
    return max((other.best_member(vector) for vector in one.recent), default=0.0) >= SAME_LANGUAGE_LIKENESS


def _meet(one: LiveStory, other: LiveStory, holders: Callable[[str], int]) -> bool:
    """Whether they share a place that says something, or so many killed and injured that it needs no place."""
    same_language = bool(one.languages & other.languages)
    for spot in one.own_spots & other.own_spots:
        says = next(seat.dossier.spots[spot] for seat in one.members.values() if spot in seat.dossier.spots)
        if same_language and says < EXACT:
            continue  # two attacks in one province on one day are told in the same words
        if says * rarity(holders(spot)) > RARE_PLACE:
            return True
    if not same_language and any(shared(names, other.recent_names) >= NAMES for names in one.recent_names):
        return True
    pairs = _figures(one) & _figures(other)
    return any(killed + injured >= MANY for killed, injured in pairs)


def _figures(live: LiveStory) -> set[tuple[int, int]]:
    facts = [seat.dossier.facts for seat in live.members.values()]
    return {(fact.killed.value, fact.injured.value) for fact in facts if fact.killed and fact.injured}


def _days_agree(one: LiveStory, other: LiveStory, apart: int) -> bool:
    if not one.days or not other.days:
        return True
    return min(abs((a - b).days) for a in one.days for b in other.days) <= apart
