"""Which entry of a digest is meant: by a button under it, by its number in the last digest, or by its story's id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.telegram.markup import clip
from bot.telegram.menus import rows
from bot.telegram.request import Answer, Button, Refusal
from digests.model import StoryId
from digests.store import digests, stories, traces

if TYPE_CHECKING:
    from bot.telegram.request import Request
    from digests.model import Entry, Story
    from digests.store import Store

__all__ = ["entry_menu", "entry_of", "meant_story", "named_story"]

MOST = 30


def named_story(store: Store, request: Request) -> StoryId | None:
    """The story that a button names: it carries a story's id, or a digest's number and part (page, from 1).

    None when that part told several. Raises Refusal when it is gone.
    """
    pressed = request.pressed
    if pressed is None:
        raise Refusal("menu.expired")
    if pressed.page == 0:
        found = stories.story(store, StoryId(pressed.id))
        if found is None:
            raise Refusal("entry.gone")
        return found.id
    told = _told(store, request)
    return told[0].story.id if len(told) == 1 else None


def entry_menu(store: Store, request: Request, action: str, question: str) -> Answer:
    """Which of several entries? A button for each."""
    digest = digests.digest(store, request.where, request.pressed.number if request.pressed else 0)
    told = _told(store, request)
    if digest is None or not told:
        raise Refusal("entry.gone")
    numbers = {entry.story.id: number for number, entry in enumerate(digest.entries, 1)}
    buttons = [
        Button(f"{numbers[entry.story.id]}. {clip(entry.story.title, 50)}", action, entry.story.id)
        for entry in told[:MOST]
    ]
    return Answer.of(request.words(question), *rows(buttons, 1))


def meant_story(store: Store, request: Request) -> Story:
    """The story that was typed: a number counts in the last digest, anything else is an id. Raises Refusal."""
    said = request.args.strip().lower().lstrip("#")
    if said.isdecimal() and len(said) <= 3:  # digits of every script
        latest = digests.last_digest(store, request.where)
        if latest is None:
            raise Refusal("why.no_digest")
        _, digest = latest
        if not 1 <= int(said) <= len(digest.entries):
            raise Refusal("why.no_entry", n=len(digest.entries), number=said)
        found = stories.story(store, digest.entries[int(said) - 1].story.id)
    else:
        found = stories.story(store, StoryId(said))
    if found is None:
        raise Refusal("story.unknown", id=said[:40])
    return found


def entry_of(store: Store, request: Request, story_id: StoryId) -> Entry | None:
    """The entry by which this chat was last told of a story, if it was."""
    told = digests.told(store, request.where, story_id)
    digest = digests.digest(store, request.where, told.digest_id) if told else None
    if digest is None:
        return None
    return next((entry for entry in digest.entries if entry.story.id == story_id), None)


def _told(store: Store, request: Request) -> list[Entry]:
    assert request.pressed is not None  # noqa: S101 - asked by the callers
    digest = digests.digest(store, request.where, request.pressed.number)
    if digest is None:
        raise Refusal("entry.gone")
    here = traces.stories_of_part(store, request.where, request.pressed.number, request.pressed.page - 1)
    return [entry for entry in digest.entries if entry.story.id in here] or list(digest.entries)
