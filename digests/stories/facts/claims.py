"""Who says they did it, who denies it, and who is blamed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digests.matching.lexicon import EntityKind
from digests.model import Claim, ClaimStatus
from digests.stories.facts.background import setting
from digests.stories.facts.names import found_in
from digests.stories.facts.patterns import load_patterns

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from digests.matching.lexicon import Entity
    from digests.stories.facts.names import Found, Names
    from digests.stories.facts.passages import Passage
    from digests.stories.facts.vocabulary import Vocabulary

__all__ = ["actors", "claim"]

READ = 25  # passages
READ_FOR_ACTORS = 4
MOST_ACTORS = 6
# A group the lexicon does not know: words in quotation marks or with capitals before the claim.
QUOTED = re.compile(r"[\"“‘«']([A-Z][\w'’ -]{2,40})[\"”’»']")
CAPITALS = re.compile(
    r"(?:[A-Z][\w'’-]+|(?:al|ul|e|i|of|the|ud|and|de|del|la|des|du)(?=[\s-]))(?:[\s-](?:[A-ZÀ-Þ][\w'’-]+|(?:al|ul|e|i|of|ud|de|del|la|des|du)(?=[\s-])))*"
)
ENDS_IN_BY = re.compile(r"\b(?:by|par|por)\s*$")
STARTS_WITH_BY = re.compile(r"\s*(?:by|par|por)\s")
PASSIVE = re.compile(r"(?i)\b(?:is|are|was|were|been|being|suspected|believed)\b|[^\x00-\u02ff]")
# "Al Shabaab, which is linked to al Qaeda, claimed": who else is named there claims nothing.
ASIDE = re.compile(
    r"\b(?:which|that|who) (?:is|was|are|has been) (?:\w+ ){0,2}(?:linked|allied|affiliated|tied|loyal|close) to [^,.;]{1,60}|\b(?:an? )?(?:[\w-]+ ){0,2}(?:affiliate|offshoot|branch|ally|splinter|faction) of (?:the )?[^,.;]{1,60}(?=,)|\b(?:linked|allied|affiliated) (?:to|with) [^,.;]{1,60}(?=,)"
)
SAID_ITSELF = re.compile(r"sa(?:id|ys) (?:it|they) (?:had |have )?(?:carried|conducted|staged|launched)")
LEADING = re.compile(r"^(?:The|A|An|El|La|Le|Les|Los|L['’]) ?(?=[A-ZÀ-Þ])")
# Words with a capital that begin sentences or name speakers, not groups.
NO_GROUP = re.compile(
    r"(?i)^(?:from|at|near|by|with|for|to|an|it|in|on|he|she|they|no|but|also|police|officials?|mr|ms|dr|minister|prime|president|defence|interior|foreign|government|reuters|afp|ap|one|meanwhile|however|later|on)(?:\s|$)|\b(?:attacks?|blasts?|bombings?|explosions?|strikes?)$"
)


def is_group(entity: Entity) -> bool:
    return entity.kind is EntityKind.ARMED_GROUP


def is_actor(entity: Entity) -> bool:
    return entity.kind in (EntityKind.ARMED_GROUP, EntityKind.FORCE)


def claim(passages: Sequence[Passage], names: Names, vocabulary: Vocabulary, day: date) -> Claim | None:
    """The claim of the main event: claimed before denied before blamed; None when nobody is named."""
    best: dict[ClaimStatus, Claim] = {}
    for passage in passages[:READ]:
        found = claim_in(passage, names, vocabulary, day)
        if found is not None and found.status not in best:
            best[found.status] = found
        if ClaimStatus.CLAIMED in best:
            break
    return next((best[status] for status in ClaimStatus if status in best), None)


def claim_in(passage: Passage, names: Names, vocabulary: Vocabulary, day: date) -> Claim | None:
    words = passage.words
    lower = words.lower()
    if len(lower) != len(words):  # a letter that changes its length: offsets would lie
        lower = words
    patterns = load_patterns()
    hints = patterns.latin_hints if lower.isascii() else patterns.claim_hints
    if not any(map(lower.__contains__, hints)):
        return None
    for status, pattern in patterns.claims.items():
        found = pattern.search(lower)
        if found is None:
            continue
        if status is ClaimStatus.CLAIMED and patterns.unclaimed.search(lower[: found.end() + 40]):
            continue
        around = setting(passage, vocabulary, day)
        if around.is_background(passage.text, passage.start + found.start(), passage.start + found.end()):
            continue
        group = group_near(words, found, names, status)
        if group:
            return Claim(group, status, passage.sentence)
    return None


def group_near(words: str, found: re.Match[str], names: Names, status: ClaimStatus) -> str:
    """The armed group that belongs to a claim: after "by", else the nearest one before, else the nearest."""
    asides = [aside.span() for aside in ASIDE.finditer(words)]
    groups = [one for one in found_in(words, names, is_group) if not any(a < one.start < b for a, b in asides)]
    before = [group for group in groups if group.end <= found.start() + 1][::-1]
    after = [group for group in groups if group.start >= found.start()]
    is_by = bool(ENDS_IN_BY.search(found.group()) or STARTS_WITH_BY.match(words, found.end()))
    ordered: list[Found]
    if SAID_ITSELF.match(found.group()):  # an army says what it did in the same words
        return before[0].alias.entity.name if before else ""
    if (
        status is ClaimStatus.BLAMED
    ):  # who accuses stands before the word, who is suspected stands there only in the passive
        ordered = [*after, *before] if PASSIVE.search(words[max(0, found.start() - 12) : found.end()]) else after
    else:
        ordered = [*after, *before] if is_by else [*before, *after]
    if ordered:
        return ordered[0].alias.entity.name
    return unknown_group(words, found, is_by=is_by) if status is ClaimStatus.CLAIMED else ""


def unknown_group(words: str, found: re.Match[str], *, is_by: bool) -> str:
    """A group by the letters of its name: quoted, or words with capitals beside the claim; '' when there is none."""
    side = words[found.end() : found.end() + 80] if is_by else words[: found.start()]
    quoted = QUOTED.findall(side)
    if quoted:
        return str(quoted[0] if is_by else quoted[-1]).strip()
    runs = [LEADING.sub("", run.strip()) for run in CAPITALS.findall(side)]
    runs = [run for run in runs if len(run) > 2 and " " in run and run[0].isupper() and not NO_GROUP.search(run)]
    if not runs:
        return ""
    return str(runs[0] if is_by else runs[-1])


def actors(passages: Sequence[Passage], names: Names) -> tuple[str, ...]:
    """Armed groups and forces that the title and the first sentences name, in order, each once."""
    first = [passage for passage in passages if passage.rank <= READ_FOR_ACTORS]
    found = [item.alias for passage in first for item in found_in(passage.words, names, is_actor)]
    certain = {alias.entity.name for alias in found if not alias.ambiguous}
    return tuple(dict.fromkeys(alias.entity.name for alias in found if alias.entity.name in certain))[:MOST_ACTORS]
