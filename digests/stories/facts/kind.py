"""What kind of event an article reports, by the sub-event types of the ACLED codebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digests.model import Kind, KindOfEvent
from digests.stories.facts.patterns import load_patterns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from digests.stories.facts.passages import Passage

__all__ = ["kind_of_event"]

READ = 600  # characters of the body; the title counts twice
# What an event is rather than what accompanies it: a bombing is an attack too, and an attack makes people protest.
WEIGHTS = {
    Kind.AIR_STRIKE: 2.2,
    Kind.SHELLING: 1.6,
    Kind.IED: 1.5,
    Kind.GRENADE: 1.4,
    Kind.ARMED_CLASH: 1.5,
    Kind.ABDUCTION: 1.9,
    Kind.PROTEST: 1.3,
    Kind.RIOT: 1.5,
    Kind.AGREEMENT: 1.4,
    Kind.ARRESTS: 1.8,
    Kind.ATTACK: 1.0,
    Kind.ACCIDENT: 1.6,
    Kind.DISASTER: 1.7,
}


# These are told by words that have other uses.
NEED_CONTEXT = frozenset(
    (Kind.ARMED_CLASH, Kind.ATTACK, Kind.AGREEMENT, Kind.PROTEST, Kind.RIOT, Kind.SHELLING, Kind.IED)
)
MOST_OTHER = 2  # words of sport, markets or software in the beginning of a report of violence


def kind_of_event(
    passages: Sequence[Passage], *, but: frozenset[Kind] = frozenset(), deadly: bool = False
) -> KindOfEvent | None:
    """The kind of the main event, with the first sentence that says so; None when no word tells of an event.

    A suicide bombing is one as soon as the title or the first sentences call it so; else the kind with the most
    words, weighted, wins. `but` are kinds that are out of the question; a `deadly` event
    needs no other word of conflict.
    """
    scores: dict[Kind, float] = {}
    evidence: dict[Kind, Passage] = {}
    suicide = load_patterns().kinds[Kind.SUICIDE_BOMB]
    read = 0
    for passage in passages:
        if passage.rank and read >= READ:
            break
        words = passage.words.lower()
        read += len(words) * (passage.rank > 0)
        if suicide.search(words) and passage.rank <= 2:
            return KindOfEvent(Kind.SUICIDE_BOMB, passage.sentence)
        for kind, pattern in load_patterns().kinds.items():
            hits = len(pattern.findall(words))
            if hits and kind not in but:
                share = 2.0 if passage.rank == 0 else 1.0 if passage.rank < 3 else 0.6
                scores[kind] = scores.get(kind, 0.0) + min(hits, 3) * share * WEIGHTS.get(kind, 1.0)
                evidence.setdefault(kind, passage)
    if not scores:
        return None
    best = max(scores, key=lambda kind: scores[kind])
    if best in NEED_CONTEXT and not deadly and not is_conflict(passages):
        return None
    return KindOfEvent(best, evidence[best].sentence)


def is_conflict(passages: Sequence[Passage]) -> bool:
    """Whether title and beginning speak of violence or politics with arms; for other scripts than Latin always."""
    text = " \n ".join(passage.words for passage in passages[:12])[: 2 * READ].lower()
    if sum(map(str.isascii, text)) < 0.8 * len(text):
        return True
    patterns = load_patterns()
    others = set(patterns.other.findall(text))
    conflict = set(patterns.conflict.findall(text))
    return bool(conflict) and (len(others) <= MOST_OTHER or len(conflict) > len(others) + 1)
