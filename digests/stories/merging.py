"""Whether two live stories are one event after all: reports in different languages share no words, only facts.

The rule was measured on nine languages (docs/stories.md): a place and the number of killed in common, the same kind,
close in time, and nothing that speaks against it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from digests.stories.placing import FAMILIES, MANY, RARE_PLACE, TAU, rarity

if TYPE_CHECKING:
    from collections.abc import Callable

    from digests.model import Kind
    from digests.stories.live import LiveStory

__all__ = ["may_merge"]

APART = timedelta(days=2)
SAME_LANGUAGE_LIKENESS = TAU  # words must say it too when they can


def may_merge(one: LiveStory, other: LiveStory, holders: Callable[[str], int]) -> bool:
    """Whether both stories tell one event."""
    if one.closed or other.closed or abs(one.last_seen - other.last_seen) > APART:
        return False
    if not one.killed & other.killed or (one.injured and other.injured and not one.injured & other.injured):
        return False
    # The same number of dead in two raids of two days is common; in two languages one of the days may be misread.
    apart = 0 if one.languages & other.languages else 1
    if not _same_kind(one.kind, other.kind) or not _days_agree(one, other, apart):
        return False
    if not _meet(one, other, holders):
        return False
    if one.languages & other.languages:
        return max((other.best_member(vector) for vector in one.recent), default=0.0) >= SAME_LANGUAGE_LIKENESS
    return True


def _meet(one: LiveStory, other: LiveStory, holders: Callable[[str], int]) -> bool:
    """Whether they share a place that says something, or so many killed and injured that it needs no place."""
    for spot in one.own_spots & other.own_spots:
        says = next(seat.dossier.spots[spot] for seat in one.members.values() if spot in seat.dossier.spots)
        if says * rarity(holders(spot)) > RARE_PLACE:
            return True
    pairs = _figures(one) & _figures(other)
    return any(killed + injured >= MANY for killed, injured in pairs)


def _figures(live: LiveStory) -> set[tuple[int, int]]:
    facts = [seat.dossier.facts for seat in live.members.values()]
    return {(fact.killed.value, fact.injured.value) for fact in facts if fact.killed and fact.injured}


def _same_kind(one: Kind | None, other: Kind | None) -> bool:
    if one is None or other is None:
        return False
    return one == other or any({one, other} <= family for family in FAMILIES)


def _days_agree(one: LiveStory, other: LiveStory, apart: int) -> bool:
    if not one.days or not other.days:
        return True
    return min(abs((a - b).days) for a in one.days for b in other.days) <= apart
