"""Which of its members' titles stands over a story."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from digests.model import Zone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from digests.model import Facts
    from digests.stories.dossier import Dossier

__all__ = ["title_of"]

FIRST_LANGUAGE = "en"  # what most readers of several languages read; a digest prefers the chat's own anyway


def title_of(members: Sequence[Dossier], facts: Facts, shown: str) -> str:
    """The title of a story of these members (in order of placing), which shows `shown` until now.

    In English if a member is, else in the language of most members. `shown` stays while it is in that language and its
    article tells the story's toll; then the newest title that carries the toll, or whose article tells it, takes over.
    """
    titled = [member for member in members if member.title_key]
    if not titled:
        return shown
    counts = Counter(member.language for member in titled)
    language = FIRST_LANGUAGE if FIRST_LANGUAGE in counts else max(counts, key=lambda code: counts[code])
    readable = [member for member in titled if member.language == language]
    telling = [member for member in readable if _tells(member, facts)]
    carrying = [member for member in telling if member.facts.killed and member.facts.killed.sentence.zone is Zone.TITLE]
    for group in (carrying, telling, readable):
        if any(member.title == shown for member in group):
            return shown
        if group:
            return group[-1 if group is not readable else 0].title
    return shown


def _tells(member: Dossier, facts: Facts) -> bool:
    """Whether the member tells the toll that the story shows, and of the same side."""
    told, killed = member.facts, facts.killed
    if killed is None or told.killed is None:
        return False
    return killed.low <= told.killed.value <= killed.value and told.attackers_only == facts.attackers_only
