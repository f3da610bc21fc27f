"""How the figures of an article stand to those of a story: repeated, risen, recalled, or of another event."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from digests.stories.kinds import ATTACKS, are_related
from digests.stories.whereabouts import is_at_own_spot, is_elsewhere

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digests.model import Facts, Kind
    from digests.stories.dossier import Dossier
    from digests.stories.live import LiveStory

__all__ = [
    "CLOSE",
    "MANY",
    "RISES_FOR",
    "SEVEN",
    "TEN",
    "TOLL_FACTOR",
    "TOLL_SLACK",
    "adds_no_figure",
    "are_other_dead",
    "has_figures",
    "has_figures_of",
    "has_injured_of",
    "has_no_other_toll",
    "has_same_figures",
    "hurt_others",
    "kind_of",
    "lies_among_tolls_of",
    "may_be_toll_of",
    "recalls_figures_of",
    "rises_from_many",
    "tells_other",
]

NUMBER = re.compile(r"(?<![\d.,])\d{2,4}(?![\d.,]\d)")
RISES_FOR = timedelta(days=6)  # a toll of many dead, without a word that it rose
SEVEN = 7  # killed at one place: enough for a report that names no day
TEN, SEVERAL = 10, 12  # killed; killed and injured together: hardly two events of a day share them
CLOSE = 0.75  # of a toll of many dead, which reports correct downwards too
MANY = 20  # killed: hardly two events of a few days share such a figure
TOLL_FACTOR, TOLL_SLACK = 2.5, 8


def rises_from_many(dossier: Dossier, story: LiveStory, least: float = 1.0) -> bool:
    """Whether a toll of many dead at the same place goes on rising: few towns see two such events within days.

    `least` is the share of the highest toll that it must reach. A report of a week later has to say that it goes on.
    """
    killed, kind = dossier.facts.killed, dossier.facts.kind
    if killed is None or not story.killed or dossier.facts.attackers_only or not dossier.spots.keys() & story.own_spots:
        return False
    if kind and story.kinds and not any(are_related(kind.kind, known) for known in story.kinds):
        return False
    if dossier.dated and not dossier.follows and dossier.time - story.last_seen > RISES_FOR:
        return False
    highest = max(story.killed)
    return MANY <= least * highest <= killed.value <= TOLL_FACTOR * highest and not is_elsewhere(dossier, story)


def has_figures_of(dossier: Dossier, story: LiveStory) -> bool:
    """Whether it tells the killed of a report of the story, if they are ten or more, else the killed and the injured.

    Dead attackers and dead victims are no common figure, nor are those of kinds that nobody confuses.
    """
    ours = dossier.facts
    for theirs, facts in tolls_of_side(ours, story):
        if ours.killed is None or theirs != ours.killed.value or not are_related(kind_of(facts), kind_of(ours)):
            continue
        injured = ours.injured.value if ours.injured and facts.injured else 0
        both = injured and facts.injured and facts.injured.value == injured
        if theirs >= TEN or (both and theirs + injured >= SEVERAL):
            return True
    return False


def recalls_figures_of(dossier: Dossier, story: LiveStory) -> bool:
    """Whether it tells the killed of the story at its place, or the sentence holds an earlier number: "101 at first, then 84"."""
    ours = dossier.facts
    if ours.killed is None:
        return False
    numbers = {int(number) for number in NUMBER.findall(ours.killed.sentence.text)}
    for theirs, facts in tolls_of_side(ours, story):
        if kind_of(ours) and not are_related(kind_of(facts), kind_of(ours)):
            continue
        if TEN <= theirs in numbers or (SEVEN <= theirs == ours.killed.value and is_at_own_spot(dossier, story)):
            return True
    return False


def lies_among_tolls_of(dossier: Dossier, story: LiveStory) -> bool:
    """Whether its killed, ten or more, and its injured lie between the lowest and the highest of the story, at its place.

    Or it tells so many injured as a report of the story, and killed that its toll may have risen to.
    """
    killed, injured = dossier.facts.killed, dossier.facts.injured
    if killed is None or killed.value < TEN or injured is None or dossier.facts.attackers_only:
        return False
    if not story.killed or not story.injured or not is_at_own_spot(dossier, story):
        return False
    if SEVERAL <= injured.value in story.injured and may_be_toll_of(dossier, story):
        return True
    if not min(story.killed) <= killed.value <= max(story.killed):
        return False
    return min(story.injured) <= injured.value <= max(story.injured)


def has_no_other_toll(dossier: Dossier, story: LiveStory) -> bool:
    """Whether its killed, if it tells any, are a figure of the story, or lie among those of one with many dead."""
    killed = dossier.facts.killed
    if killed is None or not story.killed:
        return killed is None
    if not any(tolls_of_side(dossier.facts, story)):
        return False
    return killed.value in story.killed or MANY <= min(story.killed) <= killed.value <= max(story.killed)


def may_be_toll_of(dossier: Dossier, story: LiveStory) -> bool:
    """Whether the killed are a figure that the story had, or one that it may have risen to."""
    killed = dossier.facts.killed
    if killed is None or not story.killed or killed.value in story.killed:
        return True
    highest = max(story.killed)
    return highest < killed.value <= TOLL_FACTOR * highest + TOLL_SLACK


def adds_no_figure(dossier: Dossier, story: LiveStory) -> bool:
    killed = dossier.facts.killed
    return killed is None or killed.value in story.killed or dossier.corrects


def has_same_figures(dossier: Dossier, story: LiveStory) -> bool:
    """Whether the killed and the injured, as far as they are told, are figures of the story: however few they are."""
    killed, injured = dossier.facts.killed, dossier.facts.injured
    return (killed is None or killed.value in story.killed) and (injured is None or injured.value in story.injured)


def has_injured_of(dossier: Dossier, story: LiveStory) -> bool:
    """Whether the injured are told, and are a figure that the story had."""
    injured = dossier.facts.injured
    return injured is not None and injured.value in story.injured


def are_other_dead(dossier: Dossier, story: LiveStory) -> bool:
    """Whether one tells of dead attackers only, and the other of dead victims only."""
    theirs = {seat.dossier.facts.attackers_only for seat in story.members.values() if seat.dossier.facts.killed}
    return dossier.facts.killed is not None and theirs == {not dossier.facts.attackers_only}


def hurt_others(dossier: Dossier, story: LiveStory) -> bool:
    """Whether a report without dead tells a number of injured that nobody told of the story."""
    killed, injured = dossier.facts.killed, dossier.facts.injured
    return killed is None and injured is not None and bool(story.injured) and injured.value not in story.injured


def tells_other(dossier: Dossier, story: LiveStory) -> bool:
    """Whether it tells a number of killed that nobody told of the story, in an attack as the story's."""
    killed, kind = dossier.facts.killed, dossier.facts.kind
    if (
        killed is None
        or kind is None
        or dossier.corrects
        or kind.kind not in ATTACKS
        or not ATTACKS & story.kinds.keys()
        or (dossier.facts.attackers_only and not story.tells_attackers)  # the attackers died days after
    ):
        return False
    return bool(story.killed) and killed.value not in story.killed


def tolls_of_side(ours: Facts, story: LiveStory) -> Iterator[tuple[int, Facts]]:
    """The killed that each report of the story tells, and its facts, where they are attackers as ours or victims as ours."""
    for seat in story.members.values():
        facts = seat.dossier.facts
        if facts.killed is not None and facts.attackers_only == ours.attackers_only:
            yield facts.killed.value, facts


def has_figures(facts: Facts) -> bool:
    """Whether it tells how many were killed or injured."""
    return bool(facts.killed or facts.injured)


def kind_of(facts: Facts) -> Kind | None:
    return facts.kind.kind if facts.kind else None
