"""Facts of an incident: what one article says of its main event, each with the sentence that says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digests.model import Facts, Kind
from digests.stories.facts.casualties import casualties
from digests.stories.facts.claims import actors, claim
from digests.stories.facts.dates import event_date
from digests.stories.facts.kind import kind_of_event
from digests.stories.facts.names import Names
from digests.stories.facts.passages import passages
from digests.stories.facts.places import places
from digests.stories.facts.vocabulary import vocabulary

if TYPE_CHECKING:
    from digests.model import Article

__all__ = ["Names", "read_facts"]


# What happens after an event, unless nobody was killed.
AFTERMATH = frozenset((Kind.ARRESTS, Kind.PROTEST))


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
    figures = casualties(main, words, day)
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
