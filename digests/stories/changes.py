"""What an article changes of its story: which new figures and claims are worth telling, and what the story shows.

A revision is compared with what was told (`Ledger`), not with the last article, so that small rises add up.
The thresholds of `is_rise` and `is_injured_rise` were measured; docs/stories.md has the figures.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Self

from digests.model import (
    Change,
    Claim,
    ClaimStatus,
    Count,
    EventDate,
    Facts,
    Kind,
    KindOfEvent,
    Place,
    Sentence,
    Zone,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from digests.stories.dossier import Dossier

__all__ = ["Ledger", "combine", "corrected", "is_injured_rise", "is_rise", "opening", "taken_back", "weigh"]

SMALL = 10  # below this every death counts
LARGE_ENOUGH = 3
LARGE_SHARE = 1.2
INJURED_MORE, INJURED_SHARE = 10, 1.5
LOWEST_CORRECTION = 0.2  # a publisher's own figure that falls below this share is of something else
ONE_SIDED = frozenset({Kind.AIR_STRIKE, Kind.SHELLING})  # who strikes from afar has no dead
SHOWN_PLACES, SHOWN_ACTORS = 6, 6
BY_EDITOR = Sentence("Corrected by an editor.", Zone.BODY, 0, 0)  # stands where an article's sentence would


@dataclass(frozen=True, slots=True)
class Ledger:
    """What the current revision of a story says, by which the next one is measured."""

    killed: int | None = None
    killed_at: datetime | None = None  # the time of the article that brought the figure
    killed_by: str = ""  # its publisher
    attackers_only: bool = False
    injured: int | None = None
    claim: str = ""  # the group that claims it
    by_editor: tuple[str, ...] = ()  # fields that an admin corrected and no article changed since

    def dump(self) -> str:
        """The ledger as JSON."""
        at = self.killed_at.isoformat() if self.killed_at else None
        told = [self.killed, at, self.killed_by, self.attackers_only, self.injured, self.claim]
        return json.dumps([*told, list(self.by_editor)] if self.by_editor else told)

    @classmethod
    def load(cls, text: str) -> Self:
        """The ledger that `dump` wrote."""
        killed, at, by, attackers_only, injured, claim, *more = json.loads(text)
        killed_at = datetime.fromisoformat(at) if at else None
        return cls(killed, killed_at, by, attackers_only, injured, claim, tuple(more[0]) if more else ())

    def freed(self, field: str) -> Self:
        """The ledger without an admin's word on a field, which an article changed since."""
        return replace(self, by_editor=tuple(each for each in self.by_editor if each != field))


def opening(dossier: Dossier) -> Ledger:
    """What revision 1 of a story says, from its first article."""
    facts = dossier.facts
    return Ledger(
        killed=facts.killed.value if facts.killed else None,
        killed_at=dossier.time if facts.killed else None,
        killed_by=dossier.publisher if facts.killed else "",
        attackers_only=facts.attackers_only,
        injured=facts.injured.value if facts.injured else None,
        claim=_claimant(facts),
    )


def is_rise(old: int | None, new: int) -> bool:
    """Whether a new number of killed is worth telling."""
    if old is None:
        return True
    return new > old and (old < SMALL or new - old >= LARGE_ENOUGH or new >= LARGE_SHARE * old)


def is_injured_rise(old: int | None, new: int) -> bool:
    """Whether a new number of injured is worth telling by itself."""
    return old is not None and new - old >= INJURED_MORE and new >= INJURED_SHARE * old


def weigh(ledger: Ledger, dossier: Dossier, original: Dossier | None = None) -> tuple[tuple[Change, ...], Ledger]:
    """The material changes that an article brings, and the ledger after them; no changes when nothing is worth telling.

    `original` is the article it copies: figures that stand there already are not news.
    """
    facts, known = dossier.facts, original.facts if original else Facts()
    changes: list[Change] = []
    after = ledger
    killed = facts.killed
    if killed and not _same(killed, known.killed) and not _is_stale(ledger, dossier):
        correction = _is_correction(ledger, dossier, killed)
        if correction or _is_told(ledger, facts, killed):
            old = None if ledger.attackers_only and not facts.attackers_only else ledger.killed
            changes.append(Change("killed", _text(old), _text(killed.value), dossier.source, correction))
            after = replace(
                after.freed("killed"),
                killed=killed.value,
                killed_at=dossier.time,
                killed_by=dossier.publisher,
                attackers_only=facts.attackers_only,
            )
    injured = facts.injured
    if injured and not _same(injured, known.injured) and not _is_stale(ledger, dossier):
        small = bool(changes) and ledger.injured != injured.value and injured.value >= (ledger.injured or 0)
        if small or is_injured_rise(ledger.injured, injured.value):
            changes.append(Change("injured", _text(ledger.injured), _text(injured.value), dossier.source))
            after = replace(after.freed("injured"), injured=injured.value)
    claimant = _claimant(facts)
    if claimant and claimant != ledger.claim and claimant != _claimant(known):
        changes.append(Change("claim", ledger.claim, claimant, dossier.source))
        after = replace(after.freed("claim"), claim=claimant)
    if not changes and ledger.injured is None and injured and "injured" not in ledger.by_editor:
        after = replace(after, injured=injured.value)
    return tuple(changes), after


def corrected(ledger: Ledger, facts: Facts, field: str, value: str, at: datetime) -> tuple[Change | None, Ledger]:
    """What an admin's word changes of what is shown (`facts`), and the ledger after it; None when it is shown so already.

    `field` is killed, injured or claim; an empty value means that nothing is known of it.
    """
    shown = {
        "killed": _text(facts.killed.value if facts.killed else None),
        "injured": _text(facts.injured.value if facts.injured else None),
        "claim": _claimant(facts),
    }[field]
    if shown == value:
        return None, ledger
    after = replace(ledger, by_editor=tuple(sorted({*ledger.by_editor, field})))
    number = int(value) if value.isdecimal() else None
    if field == "killed":  # reports from before are no news any more
        after = replace(after, killed=number, killed_at=at, killed_by="")
    elif field == "injured":
        after = replace(after, injured=number)
    else:
        after = replace(after, claim=value)
    return Change(field, shown, value, correction=True), after


def taken_back(told: Ledger, left: Ledger, removed: Dossier) -> tuple[Change, ...]:
    """Corrections when an article leaves its story: what only it said, told or not told any more."""
    changes = []
    facts = removed.facts
    for field, said, now in (
        ("killed", facts.killed and facts.killed.value, left.killed),
        ("injured", facts.injured and facts.injured.value, left.injured),
        ("claim", _claimant(facts) or None, left.claim or None),
    ):
        old = getattr(told, field) or None
        if said is not None and old == said and now != old:
            changes.append(Change(field, str(old), "" if now is None else str(now), correction=True))
    return tuple(changes)


def _is_told(ledger: Ledger, facts: Facts, killed: Count) -> bool:
    if facts.attackers_only and ledger.killed is not None and not ledger.attackers_only:
        return False  # dead attackers never raise a victims' toll
    if ledger.killed is not None and _is_boast(facts):
        return False  # what one side says of its own deeds raises no toll
    if ledger.attackers_only and not facts.attackers_only:
        return killed.value != ledger.killed  # the same dead, told without a word for attackers
    rough = killed.approximate and not killed.exceeds
    if rough and ledger.killed is not None and killed.value < LARGE_SHARE * ledger.killed:
        return False  # "nearly 70" after 69, but "more than 70" is more
    return is_rise(ledger.killed, killed.value)


def _is_boast(facts: Facts) -> bool:
    """Whether the killed are told by one side of its own deeds and by nobody else."""
    return facts.boasted is not None and facts.killed is not None and facts.boasted.value == facts.killed.value


def _is_correction(ledger: Ledger, dossier: Dossier, killed: Count) -> bool:
    """Whether a lower figure takes the told one back: the text says so, or the publisher lowers its own."""
    told = ledger.killed
    if told is None or killed.value >= told or dossier.facts.attackers_only != ledger.attackers_only:
        return False
    if dossier.corrects:
        return True
    own = bool(dossier.publisher) and dossier.publisher == ledger.killed_by and not killed.approximate
    in_title = dossier.facts.killed is not None and dossier.facts.killed.sentence.zone.value == "title"
    newer = ledger.killed_at is not None and dossier.time > ledger.killed_at
    return own and in_title and newer and killed.value >= LOWEST_CORRECTION * told


def _is_stale(ledger: Ledger, dossier: Dossier) -> bool:
    """Whether the article is older than the one that brought the told figure."""
    if ledger.killed_at is None:
        return False
    if dossier.whole_day:
        return dossier.time.date() < ledger.killed_at.date()
    return dossier.time < ledger.killed_at


def _same(new: Count, old: Count | None) -> bool:
    return old is not None and old.value == new.value


def _claimant(facts: Facts) -> str:
    return facts.claim.group if facts.claim and facts.claim.status is ClaimStatus.CLAIMED else ""


def _text(value: int | None) -> str:
    return "" if value is None else str(value)


# What the story shows -----------------------------------------------------------------------------------------------


def combine(members: Sequence[Dossier], ledger: Ledger) -> Facts:
    """The facts of the story as a reader is shown them, from those of its members (in order of placing).

    The killed are those of the ledger or a small, newer rise; of all other facts the one that most members tell.
    """
    killed, attackers = _shown_killed(members, ledger), _attackers_killed(members)
    kind = _most_common_kind(members)
    if killed and attackers and kind and kind.kind in ONE_SIDED and not ledger.attackers_only and _are_rivals(members):
        # "17 civilians" and "25 militants" are the same dead, counted by both sides.
        low, high = sorted((killed.value, attackers.value))
        killed, attackers = replace(killed, low=min(low, killed.low), high=high, approximate=True), None
    told = Facts(
        killed=killed,
        injured=_latest(((member, member.facts.injured) for member in members), ledger.injured),
        attackers_killed=attackers,
        attackers_only=killed is not None and ledger.attackers_only,
        boasted=_boasted(members, killed, ledger),
        kind=kind,
        places=_places(members),
        event_date=_event_date(members),
        actors=tuple(dict.fromkeys(actor for member in members for actor in member.facts.actors))[:SHOWN_ACTORS],
        claim=_claim(members, ledger),
    )
    return _as_corrected(told, ledger) if ledger.by_editor else told


def _as_corrected(facts: Facts, ledger: Ledger) -> Facts:
    """The facts with what an admin said in place of what the articles say."""

    def count(value: int | None) -> Count | None:
        return None if value is None else Count(value, value, False, BY_EDITOR)

    if "killed" in ledger.by_editor:
        killed = count(ledger.killed)
        facts = replace(facts, killed=killed, attackers_only=killed is not None and ledger.attackers_only)
    if "injured" in ledger.by_editor:
        facts = replace(facts, injured=count(ledger.injured))
    if "claim" in ledger.by_editor:
        claim = Claim(ledger.claim, ClaimStatus.CLAIMED, BY_EDITOR) if ledger.claim else None
        facts = replace(facts, claim=claim)
    return facts


def _attackers_killed(members: Sequence[Dossier]) -> Count | None:
    return _latest(((member, member.facts.attackers_killed) for member in members), None)


def _boasted(members: Sequence[Dossier], killed: Count | None, ledger: Ledger) -> Count | None:
    """What one side says it has killed, as long as that is more than the figure of the others."""
    told = _latest(((member, member.facts.boasted) for member in members), None)
    victims = killed.value if killed is not None and not ledger.attackers_only else 0
    return told if told is not None and told.value > victims else None


def _are_rivals(members: Sequence[Dossier]) -> bool:
    """Whether nobody tells of victims and attackers together: then each side names the dead in its own way."""
    both = (member.facts for member in members if member.facts.attackers_killed and not member.facts.attackers_only)
    return not any(True for _ in both)


def _shown_killed(members: Sequence[Dossier], ledger: Ledger) -> Count | None:
    counts = [
        (member, member.facts.killed)
        for member in members
        if member.facts.killed and member.facts.attackers_only == ledger.attackers_only
    ]
    if ledger.killed is None or not counts:
        return None
    told = next((count for _, count in reversed(counts) if count.value == ledger.killed), counts[-1][1])
    shown = told
    for member, count in counts:
        is_newer = not _is_stale(ledger, member)
        if is_newer and shown.value < count.value < LARGE_SHARE * ledger.killed and not count.approximate:
            shown = count
    fresh = [count for member, count in counts if _is_newer(ledger, member)]
    low = min([shown.low, *(count.low for count in fresh if LOWEST_CORRECTION * shown.value <= count.low)])
    return replace(shown, low=low) if low != shown.low else shown


def _is_newer(ledger: Ledger, member: Dossier) -> bool:
    """Whether it was certainly published after the told figure: a lower figure then widens the range."""
    return ledger.killed_at is not None and member.time > ledger.killed_at and not member.whole_day


def _latest(counts: Iterable[tuple[Dossier, Count | None]], least: int | None) -> Count | None:
    """The highest figure of the latest report that is not below `least`."""
    found = [(member.time, count.value, count) for member, count in counts if count and count.value >= (least or 0)]
    return max(found, key=lambda item: (item[0], item[1]))[2] if found else None


def _most_common_kind(members: Sequence[Dossier]) -> KindOfEvent | None:
    kinds = [member.facts.kind for member in members if member.facts.kind]
    counts: Counter[Kind] = Counter(kind.kind for kind in kinds if kind.kind is not Kind.OTHER)
    counts = counts or Counter(kind.kind for kind in kinds)
    if not counts:
        return None
    best = max(counts.values())
    return next(kind for kind in kinds if counts[kind.kind] == best)


def _places(members: Sequence[Dossier]) -> tuple[Place, ...]:
    counts = Counter(place.name for member in members for place in member.facts.places)
    first: dict[str, Place] = {}
    for member in members:
        for place in member.facts.places:
            first.setdefault(place.name, place)
    order = {name: position for position, name in enumerate(first)}
    names = sorted(first, key=lambda name: (-counts[name], order[name]))
    return tuple(first[name] for name in names[:SHOWN_PLACES])


def _event_date(members: Sequence[Dossier]) -> EventDate | None:
    dates = [member.facts.event_date for member in members if member.facts.event_date]
    if not dates:
        return None
    counts = Counter(found.day for found in dates)
    best = max(counts.values())
    return next(found for found in dates if counts[found.day] == best)


def _claim(members: Sequence[Dossier], ledger: Ledger) -> Claim | None:
    claims = [member.facts.claim for member in members if member.facts.claim]
    claimed = [claim for claim in claims if claim.group == ledger.claim and claim.status is ClaimStatus.CLAIMED]
    return next(iter(claimed or claims), None)
