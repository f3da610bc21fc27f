"""/merge and /split: an admin joins two stories, or takes an article out of one. Both can be taken back."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bot.telegram.commands.command import Command, Right
from bot.telegram.entries import meant_story
from bot.telegram.markup import bold, clip, code, join, text
from bot.telegram.request import Answer, Button, Refusal
from digests.model import StoryId
from digests.store import ledger

if TYPE_CHECKING:
    from bot.telegram.commands.command import Act
    from bot.telegram.request import Request
    from bot.telegram.services import Editing, Services
    from digests.model import Story
    from digests.store import Store

__all__ = ["ACTIONS", "COMMANDS"]


async def merge(request: Request, desk: Services) -> Act:
    """Two stories, by id or by number in the last digest, become the first of them."""
    said = request.args.split()
    if len(said) != 2:
        raise Refusal("merge.what")
    first, second = [await desk.db.read(meant_story, request.with_args(each)) for each in said]
    if first.id == second.id:
        raise Refusal("merge.one")
    return await _merged(request, desk, first.id, second.id)


async def merge_back(request: Request, desk: Services) -> Act:
    """Undo a split."""
    left, _, taken = (request.pressed.id if request.pressed else "").partition("+")
    return await _merged(request, desk, StoryId(left), StoryId(taken))


async def split(request: Request, desk: Services) -> Act:
    """Take an article, by its number in /story, out of its story: it gets one of its own and does not come back."""
    said = request.args.split()
    if len(said) != 2 or not said[1].isdecimal() or len(said[1]) > 4:
        raise Refusal("split.what")
    told = await desk.db.read(meant_story, request.with_args(said[0]))
    members = sorted(told.members, key=lambda member: member.published)
    if not 1 <= int(said[1]) <= len(members):
        raise Refusal("split.no_article", n=len(members), number=said[1])
    left, taken = await _editor(desk).split(told.id, members[int(said[1]) - 1].article_id)

    def answer(store: Store) -> Answer:
        words = request.words
        detail = f"{members[int(said[1]) - 1].url or ''} -> {taken.id}"
        ledger.audit(store, request.user_id, "split", subject=left.id, detail=detail, now=request.now)
        shown = words("split.done", left=_named(left), taken=_named(taken))
        return Answer.of(shown, (Button(words.plain("menu.undo"), "mergeback", f"{left.id}+{taken.id}"),))

    return answer


async def _merged(request: Request, desk: Services, kept: StoryId, absorbed: StoryId) -> Act:
    story = await _editor(desk).merge(kept, absorbed)
    return partial(_tell_merge, request=request, story=story, absorbed=absorbed)


def _tell_merge(store: Store, request: Request, story: Story, absorbed: StoryId) -> Answer:
    ledger.audit(store, request.user_id, "merge", subject=story.id, detail=absorbed, now=request.now)
    words = request.words
    shown = words("merge.done", story=_named(story), n=len(story.members))
    sources = Button(words.plain("told.button.sources"), "sources", story.id)
    return Answer.of(shown, (sources,), edit=request.pressed is not None)


def _named(story: Story) -> object:
    return join(" ", (bold(text(clip(story.title, 150))), code(story.id)))


def _editor(desk: Services) -> Editing:
    if desk.editor is None:
        raise Refusal("merge.closed")
    return desk.editor


COMMANDS = (Command("merge", ahead=merge, right=Right.ADMIN), Command("split", ahead=split, right=Right.ADMIN))
ACTIONS = (Command("mergeback", ahead=merge_back, right=Right.ADMIN),)
