"""What the running bot knows and may learn anew: the lexicon with the names that admins added, and the catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.toolbox import Toolbox, follow_stored
from digests.publishers import Catalogue
from digests.store import sources
from digests.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from bot.db import Db
    from bot.toolbox import LiveMatching
    from config.settings import Settings
    from digests.intake import Tools
    from digests.matching import Lexicon
    from digests.model import Source
    from digests.store import Store

__all__ = ["Learned", "learn"]


@dataclass
class Learned:
    """Each article is read with what is known at that moment."""

    settings: Settings
    box: Toolbox
    matching: LiveMatching
    catalogue: Catalogue

    def lexicon(self) -> Lexicon:
        return self.box.lexicon

    def tools(self) -> Tools:
        return self.box.tools(self.matching, self.catalogue)

    def relearn(self, store: Store) -> None:
        """After names of entities changed in the database."""
        self.box.learn_names(store)
        self.matching.relearn(self.box.lexicon)

    def reload(self) -> str:
        """Read the operator's sources and lexicon again; what is known now, in one line. Raises ConfigError."""
        fresh = Toolbox(self.settings)
        catalogue = fresh.catalogue
        with SqliteStore.open(self.settings.db, read_only=True) as store:
            fresh.learn_names(store)
        before = len(self.box.lexicon.entities), len(self.catalogue.sources)
        self.box, self.catalogue = fresh, catalogue
        self.matching.relearn(fresh.lexicon)
        return (
            f"{len(fresh.lexicon.entities)} entities (before {before[0]}), "
            f"{len(catalogue.sources)} sources (before {before[1]})"
        )


async def learn(
    db: Db, settings: Settings, now: Callable[[], datetime], own_sources: Sequence[Source] | None = None
) -> Learned:
    """Load everything for a start: files, names that admins added, and every query that somebody follows."""
    box = Toolbox(settings)
    catalogue = Catalogue(own_sources) if own_sources is not None else box.catalogue
    await db.write(lambda store: sources.sync_sources(store, catalogue.sources, now()))
    await db.read(box.learn_names)
    matching = box.matching()
    await db.read(follow_stored, matching)
    return Learned(settings, box, matching, catalogue)
