"""Whether two live stories are one event after all: reports in different languages share no words, only facts.

The rule was measured on nine languages (docs/stories.md): a place and the number of killed in common, the same kind,
close in time, and nothing that speaks against it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from digests.stories.placing import FAMILIES, RARE_PLACE, TAU, rarity

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
    if not _same_kind(one.kind, other.kind) or not _days_agree(one, other):
        return False
    shared = one.own_spots & other.own_spots
    says = {spot: weight for live in (one, other) for d in live.dossiers for spot, weight in d.spots.items()}
    if not any(says[spot] * rarity(holders(spot)) > RARE_PLACE for spot in shared):
        return False
    if one.languages & other.languages and one.scripts & other.scripts:
        return max((other.best_member(vector) for vector in one.recent), default=0.0) >= SAME_LANGUAGE_LIKENESS
    return True


def _same_kind(one: Kind | None, other: Kind | None) -> bool:
    if one is None or other is None:
        return False
    return one == other or any({one, other} <= family for family in FAMILIES)


def _days_agree(one: LiveStory, other: LiveStory) -> bool:
    if not one.days or not other.days:
        return True
    return min(abs((a - b).days) for a in one.days for b in other.days) <= 1
