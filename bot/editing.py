"""Editorial corrections of stories: what an admin joins or takes apart stays so, and everybody who was told knows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from digests.store import digests as digest_store
from digests.store import dues
from digests.store import stories as story_store

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.intake import LiveIntake
    from digests.model import ArticleId, Change, Story, StoryId
    from digests.store import Store

__all__ = ["Editor"]


@dataclass(frozen=True, slots=True)
class Editor:
    """Changes the live stories and their rows in one transaction of the intake."""

    intake: LiveIntake
    now: Callable[[], datetime]

    async def merge(self, kept: StoryId, absorbed: StoryId) -> Story:
        """One story of two; the other's id stays valid. Doing it twice changes nothing. Raises UserMistake."""

        def work(store: Store) -> Story:
            known = story_store.story(store, absorbed)
            if known is not None and known.id == kept:
                return known
            placement = self.intake.desk(store).merge(kept, absorbed)
            story_store.save_merge(store, placement, self.now())
            before = placement.story.revision - (1 if placement.revision is not None else 0)
            digest_store.follow_merge(store, absorbed, placement.story.id, before)
            if placement.revision is not None and placement.story.members:
                newest = placement.story.members[-1].article_id
                dues.wake_followers(store, newest, placement.story, self.now())
            return placement.story

        return await self.intake.write(work)

    async def split(self, story_id: StoryId, article_id: ArticleId) -> tuple[Story, Story]:
        """What is left, and the story of its own that the article has from now on. Raises UserMistake."""

        def work(store: Store) -> tuple[Story, Story]:
            split = self.intake.desk(store).split(story_id, article_id)
            story_store.save_split(store, split, self.now())
            for changed in (split.left.story, split.taken.story):
                dues.wake_followers(store, article_id, changed, self.now())
            return split.left.story, split.taken.story

        return await self.intake.write(work)

    async def correct(self, story_id: StoryId, field: str, value: str) -> tuple[Story, Change | None]:
        """The story with the figure or claim corrected, and the change; None when it is told so already.

        Everybody who was told hears of it. Raises UserMistake.
        """

        def work(store: Store) -> tuple[Story, Change | None]:
            placement = self.intake.desk(store).correct(story_id, field, value, self.now())
            if placement.revision is None:
                return placement.story, None
            story_store.save_correction(store, placement, self.now())
            dues.wake_followers(store, placement.story.members[-1].article_id, placement.story, self.now())
            return placement.story, placement.revision.changes[0]

        return await self.intake.write(work)
