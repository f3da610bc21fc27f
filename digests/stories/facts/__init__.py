"""Facts of an incident: what one article says of its main event, each with the sentence that says so."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digests.model import Facts, Kind
from digests.stories.cues import is_followup, is_list_of_events
from digests.stories.facts.background import of_the_past, other_events, turns_to_the_past
from digests.stories.facts.casualties import Casualties, casualties
from digests.stories.facts.claims import actors, claim
from digests.stories.facts.dates import event_date, of_earlier_days, publication_day
from digests.stories.facts.kind import kinds_told
from digests.stories.facts.names import Names
from digests.stories.facts.passages import passages
from digests.stories.facts.places import READ_CONTEXT, places
from digests.stories.facts.vocabulary import vocabulary

if TYPE_CHECKING:
    from digests.model import Article, KindOfEvent
    from digests.stories.facts.kind import KindsTold

__all__ = ["Names", "read_facts"]


MEDICAL = re.compile(
    r"\b(?:patients|clinical|therap(?:y|ies)|treatments?|dos(?:e|es|ing)|trials?|placebo|syndrome|disease|diagnos\w+|symptoms?|tumou?rs?"
    r"|fda|biologics?|antibod(?:y|ies)|efficacy|enrol\w+|platelets?|thrombo\w+|haemophilia|hemophilia|drugs?|regulator|disorders?|infections?|vaccines?|cancer)\b",
    re.IGNORECASE,
)
MEDICAL_WORDS = 3  # different ones, so that a report of an attack may mention patients and treatment
OTHER_WORDS = 3
READ_FOR_TOPIC = 1_500


def is_medical(article: Article) -> bool:
    """Whether the page is about an illness and its treatment."""
    text = f"{article.title}\n{article.body[:READ_FOR_TOPIC]}"
    return len({word.casefold() for word in MEDICAL.findall(text)}) >= MEDICAL_WORDS


def is_of_no_event(article: Article, told: KindsTold, kind: KindOfEvent | None) -> bool:
    """Whether the figures are those of no event: sums over a time, patients, players, processes on computers."""
    topics = told.topics()
    if kind is None and (is_medical(article) or topics.get("other", 0) >= OTHER_WORDS):
        return True
    return topics.get("cyber", 0) >= OTHER_WORDS or is_list_of_events(article)


def read_facts(article: Article, names: Names) -> Facts:
    """What this article says of its main event. No evidence, no fact: each carries its sentence and where it stands.

    Any text is read in bounded time (its first 20,000 characters) and never raises.
    """
    parts = passages(article)
    words = vocabulary(article.language, article.title + "\n" + article.body[:2000])
    published = publication_day(article.published)
    event_day = event_date(parts, words, published)
    # An article without a date is of the days of its event, if that is told with its year.
    day = event_day.day if event_day and published is None else article.time.date()
    others = other_events(parts, words)
    told = kinds_told(parts, others)
    kind = told.best()
    # What an agreement ends is told further below: only its own headline could speak of its victims.
    main = parts if kind is None or kind.kind is not Kind.AGREEMENT else [part for part in parts if part.rank <= 1]
    figures = casualties(main, words, day, follows=is_followup(article))
    if figures != Casualties() and is_of_no_event(article, told, kind):
        figures = Casualties()
    killed = figures.killed.value if figures.killed else 0
    toll = figures.killed.sentence if figures.killed else None
    kind = told.best(killed, harmed=bool(killed) or figures.injured is not None, toll=toll) or kind
    placing = [part for part in parts if part.rank <= READ_CONTEXT]
    past = turns_to_the_past(placing, words, day)
    turns = others | {start: min(turn, others.get(start, turn)) for start, turn in past.items()}
    earlier = of_earlier_days(parts, words, event_day.day, published) if event_day else frozenset()
    return Facts(
        killed=figures.killed,
        injured=figures.injured,
        attackers_killed=figures.attackers_killed,
        attackers_only=figures.attackers_only,
        boasted=figures.boasted,
        others=figures.others,
        kind=kind,
        places=places(placing, names, earlier | of_the_past(placing, words, day), turns),
        event_date=event_day,
        actors=actors(parts, names),
        claim=claim(parts, names, words, day),
    )
