"""Facts of an incident: what one article says of its main event, each with the sentence that says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digests.model import Facts
from digests.stories.facts.casualties import casualties
from digests.stories.facts.passages import passages
from digests.stories.facts.vocabulary import vocabulary

if TYPE_CHECKING:
    from digests.model import Article

__all__ = ["read_facts"]


def read_facts(article: Article, names: object) -> Facts:
    """What this article says of its main event. No evidence, no fact."""
    parts = passages(article)
    words = vocabulary(article.language, article.title + "\n" + article.body[:2000])
    published = article.time.date() if article.published else None
    figures = casualties(parts, words, published)
    return Facts(
        killed=figures.killed,
        injured=figures.injured,
        attackers_killed=figures.attackers_killed,
        attackers_only=figures.attackers_only,
    )
