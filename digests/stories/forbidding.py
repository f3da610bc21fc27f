"""What forbids that an article is about a story's event, however alike the words are.

Two attacks of one day in neighbouring districts are told in the same words, often with the same figures; only the place,
the day and the kind tell them apart.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from digests.model import Kind, Zone
from digests.stories.kinds import ATTACKS, BOMBS, GUNS, STRIKES, are_related
from digests.stories.tolls import (
    CLOSE,
    MANY,
    RISES_FOR,
    TEN,
    TOLL_FACTOR,
    TOLL_SLACK,
    adds_no_figure,
    are_other_dead,
    has_figures,
    has_figures_of,
    has_same_figures,
    hurt_others,
    kind_of,
    lies_among_tolls_of,
    may_be_toll_of,
    recalls_figures_of,
    rises_from_many,
    tells_other,
)
from digests.stories.whereabouts import (
    are_other_provinces,
    is_at_own_spot,
    is_elsewhere,
    is_other_district,
    is_other_headline,
    is_other_spot,
)

if TYPE_CHECKING:
    from datetime import date

    from digests.stories.dossier import Dossier
    from digests.stories.live import LiveStory

__all__ = ["NIGHT", "NO_DAY", "WINDOW", "forbidden"]

WINDOW = timedelta(days=10)
NO_DAY = "of no day, and with no figures of it"
GROWN = 1.3  # what a toll grows to at most after that
ONE_NIGHT = timedelta(hours=10)  # at least, between the reports of two nights
LONG_AFTER = 2  # days after which a report of another day, with far fewer dead, goes on with no story
LONG_AFTER_ATTACK = 4  # days
# Headlines that say who or what struck: days after an attack, and without a word of a follow-up, they tell another.
STRUCK = re.compile(
    r"\b(?:hits?|struck|kills?|explode[sd]?|detonate[sd]?|blows?|blew|rips?|ripped|rocks?|storm(?:s|ed)?|slam(?:s|med)?"
    r"|open(?:s|ed)? fire|fires? (?:at|on))\b",
    re.IGNORECASE,
)
ESSAY_OF_EVENT = timedelta(days=5)
BARE_ESSAY = timedelta(days=2)  # one without a figure of the event
NIGHT = timedelta(hours=18)  # within which another language may name the day before or after


def forbidden(dossier: Dossier, story: LiveStory) -> str:
    """Why the article cannot be about the story's event; '' if nothing forbids it.

    A report written soon after the day that it names tells an event of that day, unless it says that it goes on with an
    earlier one, repeats its figures or names its day too. A day long before its own date is often background, and only
    costs points.
    """
    told = story.event_day
    if told and (told - dossier.days[1]).days >= 1:
        return "written before the event"
    if not dossier.dated and not story.is_alive(dossier.time, WINDOW):
        is_told = (
            has_figures_of(dossier, story)
            or recalls_figures_of(dossier, story)
            or lies_among_tolls_of(dossier, story)
            or _names_day_of(dossier, story)
        )
        return "" if is_told else NO_DAY
    reason = next((why for is_other, why in OTHERS if is_other(dossier, story)), "")
    if not reason and dossier.language in story.languages:
        reason = _another_report(dossier, story)
    if reason or _goes_on(dossier, story):
        return reason
    if dossier.event_day is None or not dossier.is_fresh:
        late = dossier.dated and (dossier.days[0] - (told or story.first_day)).days >= 2
        is_other = tells_other(dossier, story) and not _is_day_of(dossier.event_day, story)
        if late and is_other and not rises_from_many(dossier, story, CLOSE) and not _tells_a_part(dossier, story):
            return "other figures, days later"
        return _of_days_later(dossier, story) if late else ""
    return _another_day(dossier, story)


def _of_days_later(dossier: Dossier, story: LiveStory) -> str:
    """Why a report that names no day, and came days after the story, is that of another event."""
    if _is_attack_again(dossier, story):
        return "another attack, days later"
    is_report = has_figures(dossier.facts) and dossier.language in story.languages
    return "another place, days later" if is_report and is_other_spot(dossier, story) else ""


def _tells_a_part(dossier: Dossier, story: LiveStory) -> bool:
    """Whether a follow-up on the story's place tells, below its headline, fewer than ten dead and than anybody: some of them."""
    killed = dossier.facts.killed
    if killed is None or not story.killed or not dossier.follows or killed.sentence.zone is Zone.TITLE:
        return False
    return killed.value < min(TEN, *story.killed) and is_at_own_spot(dossier, story)


def _names_day_of(dossier: Dossier, story: LiveStory) -> bool:
    """Whether an article without a date names the day and a place of the story, and a toll that was or may be told of it."""
    day, killed = dossier.event_day, dossier.facts.killed
    is_early = killed is not None and bool(story.killed) and 0 <= min(story.killed) - killed.value <= killed.value
    if day is None or not is_at_own_spot(dossier, story) or not (is_early or may_be_toll_of(dossier, story)):
        return False
    return _is_day_of(day, story)


def _is_day_of(day: date | None, story: LiveStory) -> bool:
    """Whether a day is the story's; if its reports name none, whether it is that of the first of them or the one before."""
    if day is None or story.event_day is not None:
        return day is not None and day == story.event_day
    return abs((day - story.first_day).days) <= 1


def _is_next_strike(dossier: Dossier, story: LiveStory) -> bool:
    """Whether it tells "a second straight night" of strikes, and the story is that of a night before."""
    kind = dossier.facts.kind
    if not dossier.again or not dossier.dated or (kind and kind.kind not in STRIKES):
        return False
    is_later = dossier.time - story.first_seen >= ONE_NIGHT
    return is_later and not any(seat.dossier.again for seat in story.members.values())


def _is_late_essay(dossier: Dossier, story: LiveStory) -> bool:
    """Whether it is an analysis that came days after the event, and names not its day."""
    latest = ESSAY_OF_EVENT if has_figures(dossier.facts) else BARE_ESSAY
    late = dossier.dated and dossier.time - story.first_seen > latest
    return dossier.essay and late and (dossier.event_day is None or dossier.event_day != story.event_day)


def _ends_fights(dossier: Dossier, story: LiveStory) -> bool:
    """Whether it tells an agreement and no figures, and the story is an attack with dead: a truce is an event of its own."""
    facts = dossier.facts
    if kind_of(facts) is not Kind.AGREEMENT or has_figures(facts) or dossier.follows:
        return False
    return bool(story.killed) and Kind.AGREEMENT not in story.kinds


def _are_far_fewer(dossier: Dossier, story: LiveStory) -> bool:
    """Whether it tells a small part of the fewest dead that anybody told of the story, and came no sooner than its reports."""
    killed = dossier.facts.killed
    if killed is None or not story.killed or dossier.corrects or dossier.follows or dossier.facts.attackers_only:
        return False
    is_early = dossier.dated and (dossier.time <= story.last_seen or _may_be_before_all(dossier, story))
    return not is_early and killed.value < min(story.killed) / TOLL_FACTOR - TOLL_SLACK


def _may_be_before_all(dossier: Dossier, story: LiveStory) -> bool:
    """Whether all reports of the story have no hour, and are of its day: which came first is not known."""
    return all(
        seat.dossier.whole_day and seat.dossier.time.date() == dossier.time.date() for seat in story.members.values()
    )


def _is_other_part(dossier: Dossier, story: LiveStory) -> bool:
    """Whether one tells of the morning and the other of the evening of one day."""
    if dossier.part is None or dossier.follows or dossier.event_day != story.event_day:
        return False
    parts = story.parts
    return bool(parts) and dossier.part not in parts


def _is_told_apart(dossier: Dossier, story: LiveStory) -> bool:
    """Whether the story's reports name its toll as that of another event, or it names theirs so: "hours earlier 11 died"."""
    killed = dossier.facts.killed
    if killed is None and not dossier.follows and hurt_others(dossier, story):
        return bool(story.killed) and story.killed <= set(dossier.facts.others)  # "in the earlier one six were killed"
    if killed is None or not story.killed or killed.value in story.killed or dossier.corrects:
        return False
    if dossier.facts.attackers_only and not story.tells_attackers:
        return False  # one who was shot on the day after goes on with the blast that killed five
    theirs = story.killed.intersection(dossier.facts.others)
    if theirs and _is_of_later_day(dossier, story):
        return True  # "Sunday's attack happened eight days after another that killed 48"
    if theirs and not any(number < killed.value <= TOLL_FACTOR * number + TOLL_SLACK for number in theirs):
        return True  # else it may be the toll that was told before
    told = {value for seat in story.members.values() for value in seat.dossier.facts.others}
    return killed.value in told and 2 * killed.value <= min(story.killed)


OTHERS = (
    (_is_told_apart, "told as another event"),
    (_is_next_strike, "the next strike after the story's"),
    (_is_other_part, "another hour of the day"),
    (_are_far_fewer, "far fewer dead"),
    (_is_late_essay, "an analysis, days after the event"),
    (_ends_fights, "an agreement after the event"),
)


def _another_report(dossier: Dossier, story: LiveStory) -> str:
    """Why it is the report of another event of that day, in a language in which words would be shared anyway."""
    day, told = dossier.event_day, story.event_day
    same_day = day == told if day and told else abs((dossier.days[0] - story.first_day).days) <= 1
    # Without figures it is no report of an attack: all towns of a summit or a sanction are places of one event.
    both_count = has_figures(dossier.facts) and bool(story.killed or story.injured)
    killed = dossier.facts.killed
    goes_on = dossier.follows and not (killed and story.killed and killed.value < min(story.killed))
    if (
        same_day
        and both_count
        and not goes_on
        and (
            is_elsewhere(dossier, story)
            or are_other_provinces(dossier, story)
            or (is_other_headline(dossier, story) and not has_same_figures(dossier, story))
        )
        and not has_figures_of(dossier, story)
    ):
        return "another place on that day"
    near = same_day or (day is not None and told is not None and abs((day - told).days) <= 1)
    if near and both_count and not dossier.follows and _is_other_deed(dossier, story):
        return "other figures of another deed"
    if near and not dossier.follows and are_other_dead(dossier, story) and is_other_district(dossier, story):
        return "dead attackers and dead victims of two places"
    return "other figures" if not dossier.follows and _is_smaller(dossier, story) else ""


def _another_day(dossier: Dossier, story: LiveStory) -> str:
    day, told = dossier.event_day, story.event_day
    recalls = told in dossier.named and adds_no_figure(dossier, story) and not _is_new_attack(dossier)
    if day is None or recalls or _are_talks(dossier, story):
        return ""
    gap = abs((day - told).days) if told else 0
    is_one_night = dossier.language not in story.languages and abs(dossier.time - story.first_seen) <= NIGHT
    if told and gap == 1 and is_one_night and not is_elsewhere(dossier, story):
        return ""
    if told and (gap >= 2 or (day > told and (tells_other(dossier, story) or hurt_others(dossier, story)))):
        return "another day"
    if gap == 1 and is_elsewhere(dossier, story):
        return "another day and place"
    after = (day - story.first_day).days
    killed = dossier.facts.killed
    is_fewer = killed is not None and bool(story.killed) and killed.value < min(story.killed)
    return "happened after the story was told" if after >= 2 or (after == 1 and told is None and is_fewer) else ""


def _is_new_attack(dossier: Dossier) -> bool:
    """Whether the headline tells an attack and no words of a follow-up: "Gunmen fire on camp, two days after the siege"."""
    kind = dossier.facts.kind
    if kind is None or kind.kind not in ATTACKS or dossier.follows or dossier.facts.killed:
        return False
    return kind.sentence.zone is Zone.TITLE


def _is_attack_again(dossier: Dossier, story: LiveStory) -> bool:
    """Whether the headline says that somebody or something struck, and that days after the story and with no figure of it."""
    kind, injured = dossier.facts.kind, dossier.facts.injured
    late = (dossier.days[0] - (story.event_day or story.first_day)).days >= LONG_AFTER_ATTACK
    if not late or kind is None or not _is_new_attack(dossier) or not STRUCK.search(kind.sentence.text):
        return False
    return injured is None or injured.value not in story.injured


def _goes_on(dossier: Dossier, story: LiveStory) -> bool:
    """Whether the article repeats a high toll, or says that it goes on with an event and does not tell a smaller one."""
    killed = dossier.facts.killed
    in_title = killed is not None and killed.sentence.zone is Zone.TITLE
    if in_title and _is_of_later_day(dossier, story) and is_elsewhere(dossier, story):
        return False  # the toll of days later, in other towns
    if killed is None or not story.killed:
        return dossier.follows
    kind = dossier.facts.kind
    is_headline = in_title and kind is not None and kind.sentence.zone is Zone.TITLE
    is_retold = not is_headline and is_at_own_spot(dossier, story)
    if killed.value in story.killed and killed.value >= (TEN if is_retold else MANY):
        return True
    if rises_from_many(dossier, story):
        return True
    if dossier.dated and dossier.time - story.last_seen > RISES_FOR and killed.value > GROWN * max(story.killed):
        return False  # a week later the wounded die, and no more
    corrected = dossier.corrects and is_at_own_spot(dossier, story)  # "lowered to 35, and not 95"
    return dossier.follows and (
        corrected or killed.value >= max(min(story.killed), _least_of_later_day(dossier, story))
    )


def _least_of_later_day(dossier: Dossier, story: LiveStory) -> float:
    """What a report of days after the story's must tell at least, if it names a day of its own; else 0."""
    return CLOSE * max(story.killed) if _is_of_later_day(dossier, story) else 0


def _is_of_later_day(dossier: Dossier, story: LiveStory) -> bool:
    """Whether it was written soon after a day that it names, and that is days after the story's."""
    told, day = story.event_day, dossier.event_day
    return told is not None and day is not None and dossier.is_fresh and (day - told).days >= LONG_AFTER


def _are_talks(dossier: Dossier, story: LiveStory) -> bool:
    """Whether both tell an agreement: the day that is named is often that of the fights which it ends."""
    kind = dossier.facts.kind
    return kind is not None and kind.kind is Kind.AGREEMENT and Kind.AGREEMENT in story.kinds


def _is_other_deed(dossier: Dossier, story: LiveStory) -> bool:
    """Whether one tells of a bomb and the other of guns, and no figure is common to both."""
    facts = dossier.facts
    if facts.kind is None or not story.kinds or max(story.killed, default=0) >= MANY:
        return False
    shared = (facts.killed and facts.killed.value in story.killed) or (
        facts.injured and facts.injured.value in story.injured
    )
    ours, theirs = facts.kind.kind, story.kinds.keys()
    return not shared and ((ours in BOMBS and theirs <= GUNS) or (ours in GUNS and theirs <= BOMBS))


def _is_smaller(dossier: Dossier, story: LiveStory) -> bool:
    """Whether it tells fewer killed and fewer injured than anybody told of the story, and does not correct them.

    The first reports of a strike that kills twenty or more start far below, and in any order.
    """
    killed, injured = dossier.facts.killed, dossier.facts.injured
    if killed is None or injured is None or not story.killed or not story.injured or dossier.corrects:
        return False
    if killed.value in story.killed or injured.value in story.injured or max(story.killed) >= MANY:
        return False
    kind = dossier.facts.kind.kind if dossier.facts.kind else None
    if kind and story.kinds and not any(are_related(kind, known) for known in story.kinds):
        return True
    least = min(story.killed)
    if kind in story.kinds and _is_of_one_place_and_day(dossier, story) and killed.value >= CLOSE * least:
        return False  # an early report that arrives late
    return killed.value < least and injured.value < min(story.injured)


def _is_of_one_place_and_day(dossier: Dossier, story: LiveStory) -> bool:
    days = {seat.dossier.event_day or seat.dossier.days[0] for seat in story.members.values()}
    return (dossier.event_day or dossier.days[0]) in days and is_at_own_spot(dossier, story)
