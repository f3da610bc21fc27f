"""What kind of event an article reports, by the sub-event types of the ACLED codebook."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from digests.model import Kind, KindOfEvent
from digests.stories.facts.patterns import load_patterns

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from digests.model import Sentence
    from digests.stories.facts.passages import Passage

__all__ = ["KindsTold", "kinds_told"]

READ_FOR_TOPIC = 1_400  # characters of title and body
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
    Kind.OTHER: 1.6,
}
# These are told by words that have other uses.
NEED_CONTEXT = frozenset(
    (Kind.ARMED_CLASH, Kind.ATTACK, Kind.AGREEMENT, Kind.PROTEST, Kind.RIOT, Kind.SHELLING, Kind.IED, Kind.OTHER)
)
MOST_OTHER = 2  # words of sport, markets or software in the beginning of a report of violence
# Kinds of attack: "a bomb killed two in the ninth attack on the train" tells of a bomb.
EXACT = frozenset((Kind.AIR_STRIKE, Kind.SHELLING, Kind.IED, Kind.GRENADE))
# What happens after an event, unless nobody was killed.
AFTERMATH = frozenset((Kind.ARRESTS, Kind.PROTEST, Kind.OTHER))
# What forces and crowds do without harm: an "operation" or "explosives" beside it tell no fight and no blast.
QUIET = frozenset((Kind.ARRESTS, Kind.PROTEST, Kind.OTHER, Kind.ABDUCTION))
QUIET_BONUS = 1.5  # when nobody was hurt
LATER = 3  # the sentence up to which a suicide bombing is the event wherever the toll is told
WEAK_CLASH = 0.5  # share that "operation" and "raid" count


@dataclass(slots=True)
class KindsTold:
    """How strongly the beginning of an article tells each kind, and by which sentence first."""

    passages: Sequence[Passage]
    suicide: Passage | None = None
    suicides_later: list[Passage] = field(default_factory=list)  # told from the third sentence on
    strong: dict[Kind, float] = field(default_factory=dict)
    weak: dict[Kind, float] = field(default_factory=dict)  # by words such as "operation" and "explosives"
    evidence: dict[Kind, Passage] = field(default_factory=dict)
    topics_found: dict[str, int] | None = None

    def best(self, killed: int = 0, *, harmed: bool = True, toll: Sentence | None = None) -> KindOfEvent | None:
        """The kind of the main event; None when no word tells of an event.

        A suicide bombing is one as soon as the title or the first sentences call it so, or the sentence that tells the
        `toll`, or the one before it; else the kind with the most words, weighted, wins. Arrests and protests give way to the event in which people were `killed`; when nobody was
        `harmed`, they are the event rather than the "operation" that is told beside them.
        """
        if self.suicide is not None and (harmed or not self.is_quiet()):
            return KindOfEvent(Kind.SUICIDE_BOMB, self.suicide.sentence)
        scores = self.scores(harmed=harmed)
        if not scores:
            return None
        best = max(scores, key=lambda kind: scores[kind])
        if best is Kind.ATTACK:
            exact = [kind for kind in EXACT.intersection(self.strong) if self.evidence[kind].rank <= 1]
            best = max(exact, key=scores.__getitem__, default=best)
        if best is Kind.ACCIDENT and killed and self.is_told_before(Kind.ATTACK, best):
            best = Kind.ATTACK  # what burned down in it comes after
        suicide = self.suicide_beside(toll) if killed and best in (Kind.ATTACK, Kind.IED) else None
        if suicide is not None:
            return KindOfEvent(Kind.SUICIDE_BOMB, suicide.sentence)
        if killed and best in AFTERMATH:
            best = max((kind for kind in scores if kind not in AFTERMATH), key=scores.__getitem__, default=best)
        if best in NEED_CONTEXT and killed <= 1 and not self.is_conflict():
            return None
        return KindOfEvent(best, self.evidence[best].sentence)

    def is_told_before(self, kind: Kind, other: Kind) -> bool:
        """Whether the article tells of this kind, and in an earlier sentence than of the other."""
        return kind in self.strong and self.evidence[kind].rank < self.evidence[other].rank

    def suicide_beside(self, toll: Sentence | None) -> Passage | None:
        """The third sentence, or the one of the toll or just before it, if it tells of a suicide bombing."""
        rank = next((passage.rank for passage in self.passages if passage.sentence == toll), LATER)
        return next((passage for passage in self.suicides_later if passage.rank in {LATER, rank - 1, rank}), None)

    @property
    def beginning(self) -> str:
        """The title and the first sentences in lower case."""
        return " \n ".join(passage.words for passage in self.passages[:12])[:READ_FOR_TOPIC].lower()

    def topics(self) -> dict[str, int]:
        """How many different words of conflict, of sport and markets, and of computers the beginning has."""
        if self.topics_found is None:
            self.topics_found = topics_of(self.beginning)
        return self.topics_found

    def is_conflict(self) -> bool:
        """Whether the beginning speaks of violence or politics with arms; for other scripts than Latin always."""
        text = self.beginning
        if not text.isascii() and sum(map(str.isascii, text)) < 0.8 * len(text):
            return True
        others, conflict = self.topics().get("other", 0), self.topics().get("conflict", 0)
        return bool(conflict) and (others <= MOST_OTHER or conflict > others + 1)

    def is_quiet(self) -> bool:
        """Whether the title tells arrests, a protest, an abduction: "bomber arrested"."""
        return any(self.evidence[kind].rank == 0 for kind in QUIET.intersection(self.strong))

    def scores(self, *, harmed: bool) -> dict[Kind, float]:
        quiet = [] if harmed else [kind for kind in QUIET.intersection(self.strong) if self.evidence[kind].rank <= 1]
        scores = dict(self.strong)
        for kind in quiet:
            scores[kind] *= QUIET_BONUS
        if Kind.PROTEST in quiet:  # "sit-in for the missing", "tear gas and arrests at a march"
            scores[Kind.PROTEST] *= QUIET_BONUS
        if not quiet:
            for kind, score in self.weak.items():
                scores[kind] = scores.get(kind, 0.0) + score
        return scores


def kinds_told(passages: Sequence[Passage], others: Mapping[int, int]) -> KindsTold:
    """Reads the title and the first 600 characters for words of all kinds of event.

    `others` tells where sentences of the body turn to another event (`background.other_events`).
    """
    told = KindsTold(passages)
    kinds = load_patterns().kinds
    read = 0
    for passage in passages:
        if passage.rank and read >= READ:
            break
        words = passage.words.lower()
        read += len(words) * (passage.rank > 0)
        share = 2.0 if passage.rank == 0 else 1.0 if passage.rank < 3 else 0.6
        end = others.get(passage.start, len(words)) if passage.rank else len(words)
        hits = Counter(name for name, start, _ in kinds.find(words) if start < end)
        if hits[Kind.SUICIDE_BOMB, False]:
            if passage.rank <= 2:
                told.suicide = told.suicide or passage
            else:
                told.suicides_later.append(passage)
        for (kind, is_weak), count in hits.items():
            found = told.weak if is_weak else told.strong
            worth = WEIGHTS.get(kind, 1.0) * (WEAK_CLASH if is_weak and kind is Kind.ARMED_CLASH else 1.0)
            found[kind] = found.get(kind, 0.0) + min(count, 3) * share * worth
            told.evidence.setdefault(kind, passage)
    return told


def topics_of(text: str) -> dict[str, int]:
    """How many different words of each topic a lower-case text has."""
    words: dict[str, set[str]] = {}
    for topic, start, end in load_patterns().topics.find(text):
        words.setdefault(topic, set()).add(text[start:end])
    return {topic: len(found) for topic, found in words.items()}
