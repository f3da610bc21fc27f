"""How well an article fits a story: likeness of words, decay by time, points for facts, and what forbids it.

    score = likeness * decay + points;  the best story if its score reaches TAU, else a new one

The weights were measured together with the table of words (likeness.py) on labelled articles: docs/stories.md.
Every part of the sum is kept (`Score.why`), because /why, /split and debugging live on it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from digests.model import ClaimStatus
from digests.stories.distance import are_near, lie_within, may_be_town_of
from digests.stories.forbidding import NIGHT, NO_DAY, WINDOW, forbidden
from digests.stories.kinds import are_related
from digests.stories.names import shared
from digests.stories.recalling import recalls
from digests.stories.tolls import (
    CLOSE,
    MANY,
    TOLL_FACTOR,
    TOLL_SLACK,
    has_injured_of,
    has_no_other_toll,
    may_be_toll_of,
    rises_from_many,
)
from digests.stories.whereabouts import EXACT, is_at_own_spot, is_elsewhere

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from digests.model import Kind, StoryId
    from digests.stories.dossier import Dossier
    from digests.stories.live import LiveStory

__all__ = ["RARE_PLACE", "TAU", "WINDOW", "Score", "rarity", "score"]

TAU = 0.19
MEMBER_MARGIN = 0.05  # the best member alone must come this close to TAU: no chain through the centroid
AGREEING_WORDS = 0.2  # the same for figures that agree: in a large town some always do
UNDATED_LIKENESS = 0.42  # words that tell the event of a report that names no day; other attacks on a town share .3
RISEN_LIKENESS = 0.25  # the same, where the toll may have risen from that of many dead in the same place
AMONG_LIKENESS = 0.2  # the same, where the toll lies among those of many dead in the same place
LEAST_WORDS = 0.1  # facts alone do not join texts of one language: one event shares some of its words
FREE_DAYS, HALF_LIFE_DAYS = 1.0, 8.0
STORIES = 1_000  # the usual number of live stories; a live count would make answers depend on one machine's past
PLACE_POINTS, PLACE_CAP, NO_PLACE, OTHER_TOWN = 0.09, 0.16, -0.08, -0.04
OF_OTHER_TOWN = 0.02
PLACELESS, NO_EVENT = -0.04, -0.05  # an article without place or figures, against a story that has them
BARE = -0.15  # neither figures nor a kind: a visit or a match in the same town, told with the same ministers
BARE_WORDS = 0.4  # likeness to a member that it needs in its own language
SAME_KIND, OTHER_KIND = 0.03, -0.04
SAME_KILLED, OTHER_KILLED, SAME_INJURED = 0.05, -0.05, 0.04
SAME_ONE = 0.02  # one killed in both says little
SAME_DAY, NEXT_DAY, OTHER_DAY = 0.03, -0.03, -0.08
# In another language no words can be shared: the place, the kind and the day, or the hour, have to tell.
SAME_DAY_FOREIGN, SAME_HOURS_FOREIGN, RELATED_FOREIGN = 0.12, 0.11, 0.03
NAME_POINTS, TWO_NAMES, NAMES_CAP = 0.06, 0.12, 0.12  # names that sound alike
FEWER_SIGNS = 0.03  # what words would have said is not there
SAME_CLAIM, OTHER_CLAIM = 0.02, -0.03
LATE = -0.08  # a story of weeks ago, against one of these days
AGREEMENT, RARE_PLACE = 0.12, 0.15
FEW_OF_A_PROVINCE = 3  # killed or injured in common: one dead here and one there are no event of a province
GOES_ON_FOREIGN = 0.09  # a toll that may have risen from the story's, by a report that says that it goes on
GOES_ON_FOR = timedelta(days=4)
FEW = 9  # killed and injured, both the same and of one day, that tell one event in another language


@dataclass(frozen=True, slots=True)
class Score:
    """How well an article fits one story, with every part of the sum."""

    story_id: StoryId
    total: float
    alone: float  # the same with the best member instead of the centroid
    likeness: float
    decay: float
    points: dict[str, float]
    forbidden: str = ""
    bare: bool = False  # one of both tells of no event
    words: float = 1.0  # likeness to the best member; 1 when the languages differ, because words cannot meet then

    @property
    def rank(self) -> float:
        """The total, a little less for a story of other towns: of two that fit, the one of the place that is named."""
        return self.total - (OF_OTHER_TOWN if self.points.get("towns") else 0.0)

    @property
    def joins(self) -> bool:
        if self.bare and self.words < BARE_WORDS:
            return False
        enough = self.total >= TAU and self.alone >= TAU - MEMBER_MARGIN
        return enough and self.words >= LEAST_WORDS and not self.forbidden

    def why(self) -> dict[str, Any]:  # JSON has no narrower type
        """The decision's numbers as JSON can hold them."""
        found: dict[str, Any] = {
            "story": self.story_id,
            "score": round(self.total, 3),
            "likeness": round(self.likeness, 3),
            "decay": round(self.decay, 3),
            "points": {name: round(value, 3) for name, value in self.points.items() if value},
        }
        if self.forbidden:
            found["forbidden"] = self.forbidden
        return found


def score(dossier: Dossier, story: LiveStory, holders: Callable[[str], int]) -> Score:
    """How well the article fits the story; `holders` tells how many live stories name a place."""
    centroid, member = story.centroid.cosine(dossier.vector), story.best_member(dossier.vector)
    words = member if dossier.language in story.languages else 1.0
    if dossier.event_day is not None and dossier.event_day in story.days and rises_from_many(dossier, story, CLOSE):
        words = max(words, LEAST_WORDS)  # few towns see two such attacks on one day
    likeness = 0.5 * centroid + 0.5 * member
    is_late = recalls(dossier, story)
    decay = decay_of(dossier.time, story) if dossier.dated and not is_late else 1.0
    points = fact_points(dossier, story, holders)
    if is_late:
        points["late"] = LATE
    if words < AGREEING_WORDS:
        points.pop("agreement", None)
    sum_of_points = sum(points.values())
    reason = forbidden(dossier, story)
    if reason == NO_DAY and dossier.follows and likeness >= RISEN_LIKENESS and rises_from_many(dossier, story):
        reason = ""  # "toll of the ambush of November 21 reaches 52"
    if reason == NO_DAY and has_no_other_toll(dossier, story):
        # A place and a toll that lies among those of many dead tell much; in another language words cannot.
        is_of_many = "agreement" in points and (dossier.victims or 0) >= MANY
        enough = dossier.language not in story.languages or likeness >= AMONG_LIKENESS
        reason = "" if likeness >= UNDATED_LIKENESS or (is_of_many and enough) else reason
    return Score(
        story_id=story.story.id,
        total=likeness * decay + sum_of_points,
        alone=member * decay + sum_of_points,
        likeness=likeness,
        decay=decay,
        points=points,
        forbidden=reason,
        bare=points.get("no event") == BARE,
        words=words,
    )


def decay_of(time: datetime, story: LiveStory) -> float:
    """How much of the likeness counts: all within a day of the story, half of it eight days later."""
    distance = max(story.first_seen - time, time - story.last_seen, timedelta())
    days: float = distance / timedelta(days=1)
    return math.pow(0.5, max(0.0, days - FREE_DAYS) / HALF_LIFE_DAYS)


def rarity(holders: int) -> float:
    """How much it says that two articles name a place that `holders` live stories name: about 1 for one, 0 for all."""
    return max(0.0, math.log((STORIES + 1) / (holders + 0.5)) / math.log(STORIES + 2))


def fact_points(dossier: Dossier, story: LiveStory, holders: Callable[[str], int]) -> dict[str, float]:
    """Points for and against by the facts of both, each under its name."""
    facts = dossier.facts
    points: dict[str, float] = {}
    rare_place = _place_points(dossier, story, holders, points)  # how much it says
    kind = facts.kind.kind if facts.kind else None
    foreign = dossier.language not in story.languages
    related = _kind_points(kind, story, points, foreign=foreign)
    same_killed = facts.killed is not None and facts.killed.value in story.killed
    if facts.killed and story.killed:
        same = SAME_KILLED if facts.killed.value > 1 else SAME_ONE
        is_of_other_side = facts.attackers_only and not story.tells_attackers
        far = not is_of_other_side and _is_far(facts.killed.value, story.killed)
        points["killed"] = same if same_killed else OTHER_KILLED * far
    same_injured = has_injured_of(dossier, story)
    if same_injured:
        points["injured"] = SAME_INJURED
    if foreign:
        points["names"] = min(NAMES_CAP, NAME_POINTS * shared(dossier.names, story.recent_names))
    claim = facts.claim if facts.claim and facts.claim.status is ClaimStatus.CLAIMED else None
    same_claim = claim is not None and claim.group == story.ledger.claim and related
    has_common = points.get("places", 0) > 0 or points.get("names", 0) >= TWO_NAMES
    has_common = has_common or same_killed or same_injured or (same_claim and points.get("places", 0) == 0)
    gap = _day_points(dossier, story, points, supported=has_common)
    if foreign and "hours" not in points and related and _is_next_toll(dossier, story):
        points["goes on"] = GOES_ON_FOREIGN
    if foreign and (
        same_killed
        or same_injured
        or gap == 0
        or "hours" in points
        or points["names"] >= NAME_POINTS
        or "goes on" in points
    ):
        points["other language"] = FEWER_SIGNS
    if claim and story.ledger.claim:
        one, other = sorted((claim.group, story.ledger.claim), key=len)
        points["claim"] = SAME_CLAIM if one == other else 0.0 if other.startswith(one) else OTHER_CLAIM
    has_figures = facts.killed is not None or facts.injured is not None
    story_has_figures = bool(story.killed or story.injured)
    if not has_figures and kind not in story.kinds and story_has_figures:
        is_aftermath = related and dossier.follows  # a crossing that is still closed after the clash
        points["no event"] = 0.0 if is_aftermath else NO_EVENT if kind or dossier.follows else BARE
    if (has_figures or kind) and not story.kinds and not story_has_figures:
        points["no event"] = BARE
    if _agree(dossier, story, rare_place=rare_place, related=related, gap=gap):
        points["agreement"] = AGREEMENT
    return points


def _is_next_toll(dossier: Dossier, story: LiveStory) -> bool:
    """Whether a follow-up tells a toll to which that of the story may have risen, in a town or district of the story."""
    killed = dossier.facts.killed
    if not dossier.follows or killed is None or not story.killed or killed.value < max(story.killed):
        return False
    if not dossier.dated or dossier.time - story.last_seen > GOES_ON_FOR or not may_be_toll_of(dossier, story):
        return False
    return is_at_own_spot(dossier, story)


def _kind_points(kind: Kind | None, story: LiveStory, points: dict[str, float], *, foreign: bool) -> bool:
    """Points for the kind of event; whether both may be of one kind."""
    if kind is None or not story.kinds:
        return kind is None and not story.kinds
    if kind in story.kinds:
        points["kind"] = SAME_KIND
        return True
    related = any(are_related(kind, known) for known in story.kinds)
    points["kind"] = OTHER_KIND if not related else RELATED_FOREIGN if foreign else 0.0
    return related


def _day_points(dossier: Dossier, story: LiveStory, points: dict[str, float], *, supported: bool) -> int | None:
    """Points for the day of the event; the days between both, None when one of them does not say."""
    told, foreign = story.event_day, dossier.language not in story.languages
    gap = None if dossier.event_day is None or told is None else abs((dossier.event_day - told).days)
    at_once = dossier.dated and abs(dossier.time - story.first_seen) <= NIGHT
    if (gap is None or gap == 1) and foreign and at_once and supported:
        points["hours"] = SAME_HOURS_FOREIGN  # the day of a night is told as either
        return gap
    if gap is None:
        return None
    same = SAME_DAY_FOREIGN if foreign else SAME_DAY
    other = 0.0 if dossier.follows else NEXT_DAY if gap == 1 else OTHER_DAY  # the day of a funeral is not the event's
    points["day"] = (same if supported else 0.0) if gap == 0 else other
    return gap


def _agree(dossier: Dossier, story: LiveStory, *, rare_place: float, related: bool, gap: int | None) -> bool:
    """Whether figures together with a place or the kind tell one event, which needs no common language."""
    killed, injured = dossier.facts.killed, dossier.facts.injured
    same_killed = killed is not None and killed.value in story.killed
    same_injured = injured is not None and injured.value in story.injured
    if rare_place and rises_from_many(dossier, story, CLOSE):
        return True
    if same_killed and killed is not None and killed.value >= MANY and gap == 0:
        return True
    counted = [count.value for count, same in ((killed, same_killed), (injured, same_injured)) if count and same]
    is_of_province = (
        rare_place
        and (gap is None or gap <= (GOES_ON_FOR.days if dossier.follows else 1))
        and sum(counted) >= FEW_OF_A_PROVINCE
    )
    if is_of_province or (rare_place >= EXACT and counted):
        return related or (killed is not None and same_killed and killed.value >= MANY)
    if killed is None or injured is None or not (same_killed and same_injured):
        return False
    near, same_day = gap is None or gap <= 1, gap == 0
    least = FEW if same_day and dossier.language not in story.languages else MANY
    return related and near and killed.value + injured.value >= least


def _place_points(dossier: Dossier, story: LiveStory, holders: Callable[[str], int], points: dict[str, float]) -> float:
    """Points for shared places; how much the most exact of them says that is rare enough to tell the event, 0 for none."""
    own = story.own_spots
    if not dossier.spots or not own:
        if own and (story.killed or story.injured):
            points["places"] = PLACELESS
        return 0.0
    values = {spot: says * rarity(holders(spot)) for spot, says in dossier.spots.items() if spot in own}
    points["places"] = min(PLACE_CAP, PLACE_POINTS * sum(values.values())) if values else NO_PLACE
    if not values and dossier.language not in story.languages and are_near(dossier.spots, own):
        points["places"] = 0.0  # Chaman and Spin Boldak are one crossing, told from either side
    elif not values and (lie_within(dossier.spots, own) or lie_within(own, dossier.spots)):
        points["places"] = 0.0  # one names the town, the other its province
    elif not values and may_be_town_of(dossier.spots, own):
        points["places"] = 0.0  # Bagan lies in Kurram
    if values and is_elsewhere(dossier, story):
        points["towns"] = OTHER_TOWN
    return max((dossier.spots[spot] for spot, value in values.items() if value > RARE_PLACE), default=0.0)


def _is_far(killed: int, known: set[int]) -> bool:
    return killed > TOLL_FACTOR * max(known) + TOLL_SLACK or killed < min(known) / TOLL_FACTOR - TOLL_SLACK
