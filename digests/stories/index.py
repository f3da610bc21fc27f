"""Which live stories an article may belong to: an inverted index over heavy words, places, and places with figures.

Everything is capped, so that the cost of an article does not grow with the number of stories.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from digests.stories.distance import divisions
from digests.stories.likeness import heaviest
from digests.stories.recalling import recalls

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import timedelta

    from digests.model import StoryId
    from digests.stories.dossier import Dossier
    from digests.stories.live import LiveStory

__all__ = ["StoryIndex", "figure_keys"]

ASKED_WORDS = 24
ASKED_NAMES = 5
STORY_WORDS = 96
LONGEST = 200  # stories of a posting: a word in more says nothing, of a place the newest are looked at
RANKED = 60
PARTNERS = 20  # stories of a posting that are looked at for a merge
COUNTRY_SAYS = 0.2  # a country and a figure are no key
PLACE_WEIGHT, DIVISION_WEIGHT, NAME_WEIGHT, FIGURE_WEIGHT = 0.06, 0.01, 0.03, 0.3


class Postings:
    """Which stories hold a key, newest last. Most keys have one holder, and no list is kept for it."""

    __slots__ = ("_holders",)

    def __init__(self) -> None:
        self._holders: dict[str | int, StoryId | list[StoryId]] = {}

    def of(self, key: str | int) -> Sequence[StoryId]:
        holders = self._holders.get(key)
        if holders is None:
            return ()
        return (holders,) if isinstance(holders, str) else holders

    def add(self, key: str | int, story_id: StoryId) -> None:
        holders = self._holders.get(key)
        if holders is None:
            self._holders[key] = story_id
        elif isinstance(holders, str):
            self._holders[key] = [holders, story_id]
        else:
            holders.append(story_id)
            if len(holders) > LONGEST + 1:
                del holders[0]

    def remove(self, key: str | int, story_id: StoryId) -> None:
        holders = self._holders.get(key)
        if holders in (story_id, [story_id]):
            del self._holders[key]
        elif isinstance(holders, list) and story_id in holders:
            holders.remove(story_id)


class StoryIndex:
    """Postings from words and places to stories, newest last."""

    def __init__(self) -> None:
        self._words = Postings()
        self._spots = Postings()

    def add(self, live: LiveStory, dossier: Dossier) -> None:
        """Let the story be found by this member's words and places."""
        for word in heaviest(dossier.vector.items(), ASKED_WORDS):
            if word not in live.index_words and len(live.index_words) < STORY_WORDS:
                live.index_words.append(word)
                self._words.add(word, live.story.id)
        for key, _ in weighted_keys(dossier):
            if key not in live.index_spots:
                live.index_spots.append(key)
                self._spots.add(key, live.story.id)

    def remove(self, live: LiveStory) -> None:
        for word in live.index_words:
            self._words.remove(word, live.story.id)
        for key in live.index_spots:
            self._spots.remove(key, live.story.id)

    def holders(self, spot: str) -> Sequence[StoryId]:
        """The stories that name the place, at most the latest 200."""
        return self._spots.of(spot)

    def with_figures_of(self, dossiers: Iterable[Dossier]) -> list[StoryId]:
        """Stories that tell the same figures (with the same place, or all of them) as one of these articles, newest first."""
        keys = dict.fromkeys(key for dossier in dossiers for key in figure_keys(dossier))
        return list(dict.fromkeys(holder for key in keys for holder in self._spots.of(key)[-PARTNERS:][::-1]))

    def candidates(
        self, dossier: Dossier, stories: Mapping[StoryId, LiveStory], most: int, window: timedelta
    ) -> list[StoryId]:
        """The open stories of the article's time that share most with it: first by the index, then by their centroids.

        An article without a date may be of any time.
        """
        shared: dict[StoryId, float] = {}
        for word in heaviest(dossier.vector.items(), ASKED_WORDS):
            holders = self._words.of(word)
            if len(holders) <= LONGEST:
                weight = dossier.vector[word]
                for holder in holders:
                    shared[holder] = shared.get(holder, 0.0) + weight * weight
        extra: dict[StoryId, float] = {}
        for key, weight in weighted_keys(dossier):
            for holder in self._spots.of(key):
                extra[holder] = extra.get(holder, 0.0) + weight
        for holder, weight in extra.items():
            shared[holder] = shared.get(holder, 0.0) + weight
        open_ones = [item for item in shared.items() if is_open(stories[item[0]], dossier, window)]
        ranked = sorted(open_ones, key=lambda item: (-item[1], item[0]))[:RANKED]
        closer = [
            (stories[holder].centroid.cosine(dossier.vector) + extra.get(holder, 0.0), holder) for holder, _ in ranked
        ]
        closer.sort(key=lambda item: (-item[0], item[1]))
        return [holder for _, holder in closer[:most]]


def is_open(story: LiveStory, dossier: Dossier, window: timedelta) -> bool:
    """Whether the story takes articles of this time, or this one, which names its day or toll weeks later."""
    if story.closed:
        return False
    return not dossier.dated or story.is_alive(dossier.time, window) or recalls(dossier, story)


def weighted_keys(dossier: Dossier) -> list[tuple[str | int, float]]:
    """The keys of places, names and figures by which an article finds stories, each with what sharing it adds."""
    keys: list[tuple[str | int, float]] = [(spot, PLACE_WEIGHT * says) for spot, says in dossier.spots.items()]
    keys += [(division, DIVISION_WEIGHT) for division in divisions_of(dossier)]
    # Names are sorted by their hashes: two articles that share some share the smallest of them too.
    long_ones = [name for name in dossier.names if name & 1][:ASKED_NAMES]
    keys += [(name, NAME_WEIGHT) for name in long_ones]
    return keys + [(key, FIGURE_WEIGHT) for key in figure_keys(dossier)]


def divisions_of(dossier: Dossier) -> list[str]:
    """The provinces of its places: a report of one event may name only the province, another only the town."""
    return sorted(frozenset().union(*map(divisions, dossier.spots)))


def figure_keys(dossier: Dossier) -> list[str]:
    """Keys under which articles meet, in any language, that tell the same figures with or without the same place."""
    killed, injured = dossier.facts.killed, dossier.facts.injured
    if killed is None:
        return []
    keys = [f"{spot}#{killed.value}" for spot, says in dossier.spots.items() if says > COUNTRY_SAYS]
    return keys if injured is None else [*keys, f"#{killed.value}/{injured.value}"]
