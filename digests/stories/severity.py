"""How grave a story is, by the written criteria of docs/severity.md."""

from __future__ import annotations

from digests.model import ClaimStatus, Facts, Kind, Severity

__all__ = ["MANY_KILLED", "severity_of"]

MANY_KILLED = 10
SEVERAL_KILLED = 3
GRAVE_KINDS = frozenset({Kind.SUICIDE_BOMB, Kind.AIR_STRIKE, Kind.ABDUCTION})
NEVER_CRITICAL = frozenset({Kind.ACCIDENT})  # grave, yet nothing that a follower of a conflict must know at once
CONFIRMED_BY = 2  # independent groups of publishers


def severity_of(facts: Facts, groups_with_many_killed: int) -> Severity:
    """The severity of a story with these facts.

    `groups_with_many_killed` is the number of independent groups of publishers that tell ten killed or more.
    """
    killed = facts.killed.value if facts.killed else 0
    kind = facts.kind.kind if facts.kind else None
    may_be_critical = not facts.attackers_only and kind not in NEVER_CRITICAL
    if killed >= MANY_KILLED and may_be_critical and groups_with_many_killed >= CONFIRMED_BY:
        return Severity.CRITICAL
    claimed = facts.claim is not None and facts.claim.status is ClaimStatus.CLAIMED
    if killed >= SEVERAL_KILLED or kind in GRAVE_KINDS or claimed:
        return Severity.HIGH
    if kind is None and not killed and facts.injured is None:
        return Severity.LOW
    return Severity.NORMAL
