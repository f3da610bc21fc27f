"""Whether an article goes on with an event of weeks ago: an arrest, a trial, the release of the abducted.

A story is closed to most articles ten days after its last one. One that says that it goes on, and names the very day of
the event or its toll of seven or more dead, at a town or district of the story, still belongs to it; so does one on people
who were abducted there.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from digests.model import Kind
from digests.stories.forbidding import WINDOW
from digests.stories.tolls import SEVEN, has_no_other_toll, kind_of
from digests.stories.whereabouts import is_at_own_spot

if TYPE_CHECKING:
    from digests.stories.dossier import Dossier
    from digests.stories.live import LiveStory

__all__ = ["recalls"]

LATEST = timedelta(days=120)
LATEST_RELEASE = timedelta(days=45)  # of the abducted, if neither day nor number is told


def recalls(dossier: Dossier, story: LiveStory) -> bool:
    """Whether the article, which came after the story's window, names its day or its toll, and its place."""
    if not (dossier.dated and dossier.follows and WINDOW < dossier.time - story.last_seen <= LATEST):
        return False
    killed = dossier.facts.killed
    is_toll = killed is not None and killed.value >= SEVEN and killed.value in story.killed
    is_toll = is_toll and dossier.language in story.languages  # where the words can tell it from another one
    is_release = (
        kind_of(dossier.facts) is story.kind is Kind.ABDUCTION and dossier.time - story.last_seen <= LATEST_RELEASE
    )
    names_day = story.event_day is not None and story.event_day in dossier.named and has_no_other_toll(dossier, story)
    return (is_toll or names_day or is_release) and is_at_own_spot(dossier, story)
