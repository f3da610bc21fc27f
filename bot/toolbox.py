"""What reading articles needs, built from the settings: the catalogue, the lexicon, the gazetteer, the live queries."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from config import lexicon as lexicon_files
from config import sources as source_files
from digests import gazetteer
from digests.intake import Tools
from digests.matching import Lexicon, Matcher, parse
from digests.publishers import Catalogue
from digests.store import ledger
from digests.store import subscriptions as subscription_store
from digests.stories.facts import Names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from config.settings import Settings
    from digests.gazetteer import Gazetteer
    from digests.matching import Entity, Query
    from digests.model import Article, Hit, QueryId, Strictness
    from digests.store import Store

__all__ = ["LiveMatching", "Toolbox"]


class LiveMatching:
    """The queries of all subscribers, ready to read an article; safe to use from several threads.

    `version` grows with every change, so that an article read before a change is known to need a second look.
    """

    def __init__(self, lexicon: Lexicon, places: Gazetteer | None) -> None:
        self._lock = threading.Lock()
        self._places = places
        self._queries: dict[QueryId, tuple[Query, Strictness]] = {}
        self._matcher = Matcher(lexicon, places)
        self.version = 0

    def add(self, query_id: QueryId, query: Query, strictness: Strictness) -> None:
        with self._lock:
            self._queries[query_id] = (query, strictness)
            self._matcher.add(query_id, query, strictness)
            self.version += 1

    def remove(self, query_id: QueryId) -> None:
        with self._lock:
            if self._queries.pop(query_id, None) is not None:
                self._matcher.remove(query_id)
                self.version += 1

    def match(self, article: Article) -> Sequence[Hit]:
        with self._lock:
            return self._matcher.match(article)

    def relearn(self, lexicon: Lexicon) -> None:
        """Read the same queries with other names of entities, from the next article on."""
        fresh = Matcher(lexicon, self._places)
        with self._lock:
            for query_id, (query, strictness) in self._queries.items():
                fresh.add(query_id, query, strictness)
            self._matcher = fresh
            self.version += 1

    def __len__(self) -> int:
        return len(self._queries)


@lru_cache(maxsize=1)
def lexicon_of(entities: tuple[Entity, ...]) -> Lexicon:
    """The lexicon of these entities, built once while they stay the same."""
    return Lexicon(entities)


@lru_cache(maxsize=1)
def names_of(lexicon: Lexicon) -> Names:
    """The names by which facts are told, built once for a lexicon."""
    return Names(gazetteer=gazetteer.load(), entities=lexicon.entities)


@dataclass
class Toolbox:
    """Built once for a process; what a verb does not ask for is not loaded."""

    settings: Settings

    @cached_property
    def catalogue(self) -> Catalogue:
        return Catalogue(source_files.load(self.settings.config))

    @cached_property
    def lexicon(self) -> Lexicon:
        return lexicon_of(tuple(lexicon_files.load(self.settings.config)))

    @cached_property
    def places(self) -> Gazetteer:
        return gazetteer.load()

    @cached_property
    def names(self) -> Names:
        return names_of(self.lexicon)

    def matching(self) -> LiveMatching:
        """An empty matcher."""
        return LiveMatching(self.lexicon, self.places)

    def tools(self, matching: LiveMatching, catalogue: Catalogue | None = None) -> Tools:
        return Tools(catalogue or self.catalogue, matching, self.names)

    def learn_names(self, store: Store) -> None:
        """Put the names that admins added or removed in chat on top of the lexicon's files."""
        changes = ledger.entity_names(store)
        self.lexicon = lexicon_of(tuple(lexicon_files.load(self.settings.config))).changed(
            added=[(change.entity, change.name) for change in changes if change.added],
            removed=[(change.entity, change.name) for change in changes if not change.added],
        )
        self.__dict__.pop("names", None)


def follow_stored(store: Store, matching: LiveMatching) -> None:
    """Load every query that somebody follows."""
    for stored in subscription_store.live_queries(store):
        matching.add(stored.id, parse(stored.canonical), stored.strictness)
