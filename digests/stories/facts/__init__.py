"""Facts of an incident: what one article says of its main event, each with the sentence that says so."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digests.model import Facts, Kind
from digests.stories.cues import is_summary
from digests.stories.facts.casualties import Casualties, casualties
from digests.stories.facts.claims import actors, claim
from digests.stories.facts.dates import event_date
from digests.stories.facts.kind import kind_of_event
from digests.stories.facts.names import Names
from digests.stories.facts.passages import passages
from digests.stories.facts.patterns import load_patterns
from digests.stories.facts.places import places
from digests.stories.facts.vocabulary import vocabulary

if TYPE_CHECKING:
    from digests.model import Article

__all__ = ["Names", "read_facts"]


# What happens after an event, unless nobody was killed.
AFTERMATH = frozenset((Kind.ARRESTS, Kind.PROTEST))

MEDICAL = re.compile(
    r"\b(?:patients|clinical|therap(?:y|ies)|treatments?|dos(?:e|es|ing)|trials?|placebo|syndrome|disease|diagnos\w+|symptoms?|tumou?rs?"
    r"|platelets?|thrombo\w+|haemophilia|hemophilia|drugs?|regulator|disorders?|infections?|vaccines?|cancer)\b",
    re.IGNORECASE,
)
MEDICAL_WORDS = 3  # different ones, so that a report of an attack may mention patients and treatment
OTHER_WORDS = 3
READ_FOR_TOPIC = 1_500


def is_medical(article: Article) -> bool:
    """Whether the page is about an illness and its treatment."""
    text = f"{article.title}\n{article.body[:READ_FOR_TOPIC]}"
    return len({word.casefold() for word in MEDICAL.findall(text)}) >= MEDICAL_WORDS


def is_of_sport(article: Article) -> bool:
    """Whether the page is about games or markets, where the injured are players."""
    text = f"{article.title}\n{article.body[:READ_FOR_TOPIC]}".lower()
    return len(set(load_patterns().other.findall(text))) >= OTHER_WORDS


def is_of_computers(article: Article) -> bool:
    """Whether the page is about attacks on computers, where processes and hosts are killed."""
    text = f"{article.title}\n{article.body[:READ_FOR_TOPIC]}".lower()
    return len(set(load_patterns().cyber.findall(text))) >= OTHER_WORDS


def read_facts(article: Article, names: Names) -> Facts:
    """What this article says of its main event. No evidence, no fact: each carries its sentence and where it stands.

    Any text is read in bounded time (its first 20,000 characters) and never raises.
    """
    parts = passages(article)
    words = vocabulary(article.language, article.title + "\n" + article.body[:2000])
    published = article.published.at.date() if article.published else None
    day = article.time.date()
    kind = kind_of_event(parts)
    # What an agreement ends is told further below: only its own headline could speak of its victims.
    main = parts if kind is None or kind.kind is not Kind.AGREEMENT else [part for part in parts if part.rank <= 1]
    # A sum over a time is no toll, and the dead of a medical page are patients.
    is_other = kind is None and (is_medical(article) or is_of_sport(article))
    is_sum = is_other or is_summary(article) or is_of_computers(article)
    figures = Casualties() if is_sum else casualties(main, words, day)
    if figures.killed is not None and (kind is None or kind.kind in AFTERMATH):
        kind = kind_of_event(parts, but=AFTERMATH, deadly=figures.killed.value > 1) or kind
    return Facts(
        killed=figures.killed,
        injured=figures.injured,
        attackers_killed=figures.attackers_killed,
        attackers_only=figures.attackers_only,
        kind=kind,
        places=places(parts, names),
        event_date=event_date(parts, words, published),
        actors=actors(parts, names),
        claim=claim(parts, names, words, day),
    )
