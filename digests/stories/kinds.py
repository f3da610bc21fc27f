"""Which kinds of event reports of one event confuse."""

from __future__ import annotations

from digests.model import Kind

__all__ = ["ATTACKS", "BOMBS", "GUNS", "STRIKES", "are_related"]

# Kinds that reports of one event confuse: the first word of a blast, a raid or a fire-fight is often another one.
FAMILIES = (
    frozenset({Kind.SUICIDE_BOMB, Kind.IED, Kind.ATTACK}),
    frozenset({Kind.GRENADE, Kind.ATTACK}),
    frozenset({Kind.ARMED_CLASH, Kind.ATTACK, Kind.ABDUCTION, Kind.ARRESTS}),
    frozenset({Kind.AIR_STRIKE, Kind.SHELLING, Kind.ATTACK}),
    frozenset({Kind.AIR_STRIKE, Kind.SHELLING, Kind.IED}),  # "explosions were heard": remote violence of ACLED's
    frozenset({Kind.PROTEST, Kind.RIOT}),
    frozenset({Kind.OTHER, Kind.ARMED_CLASH}),  # a crossing is closed after a clash
)

BOMBS = frozenset({Kind.IED, Kind.GRENADE})
GUNS = frozenset({Kind.ATTACK, Kind.ARMED_CLASH})
ATTACKS = frozenset().union(*FAMILIES[:5])
STRIKES = frozenset(
    {Kind.AIR_STRIKE, Kind.SHELLING, Kind.IED, Kind.SUICIDE_BOMB, Kind.GRENADE, Kind.ATTACK}
)  # over in a moment


def are_related(one: Kind | None, other: Kind | None) -> bool:
    """Whether reports of one event may name these kinds; two without a kind are accidents or disasters both."""
    return one == other or any({one, other} <= family for family in FAMILIES)
