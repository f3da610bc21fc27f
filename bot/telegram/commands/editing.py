"""/merge, /split, /correct: an admin joins stories, takes an article out of one, or corrects what one says.

All of it can be taken back, and whoever was told hears of it.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from bot.telegram.commands.command import Command, Right
from bot.telegram.entries import meant_story
from bot.telegram.markup import bold, clip, code, join, text
from bot.telegram.render import told_change
from bot.telegram.request import Answer, Button, Refusal
from digests.model import StoryId
from digests.store import ledger

if TYPE_CHECKING:
    from bot.telegram.commands.command import Act
    from bot.telegram.request import Request
    from bot.telegram.services import Editing, Services
    from digests.model import Change, Story
    from digests.store import Store

__all__ = ["ACTIONS", "COMMANDS"]

CORRECTION = re.compile(r"(\S+)\s+(killed|injured|claim)\s+(.{1,100})", re.DOTALL | re.IGNORECASE)
UNKNOWN = frozenset({"none", "unknown", "nobody", "-", "–"})
LARGEST = 1_000_000


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


async def correct(request: Request, desk: Services) -> Act:
    """Another figure or claim than the articles say: `/correct 1 killed 12`, `/correct 1 claim nobody`."""
    said = CORRECTION.fullmatch(request.args.strip())
    if said is None:
        raise Refusal("correct.what")
    field, value = said[2].lower(), _value(desk, said[2].lower(), " ".join(said[3].split()))
    story = await desk.db.read(meant_story, request.with_args(said[1]))
    return await _corrected(request, desk, story.id, field, value)


async def correct_back(request: Request, desk: Services) -> Act:
    """Undo a correction: what was told before is told again, as a correction."""
    kept = await desk.db.read(ledger.typed, request.here.chat_id, request.pressed.number if request.pressed else 0)
    story_id, _, rest = (kept or "").partition("\n")
    field, _, value = rest.partition("\n")
    if not field:
        raise Refusal("menu.expired")
    return await _corrected(request, desk, StoryId(story_id), field, value)


def _value(desk: Services, field: str, said: str) -> str:
    """What is to be told: a number, or a group by its full name; '' for nothing known."""
    if said.casefold() in UNKNOWN:
        return ""
    if field == "claim":
        entity = desk.lexicon().resolve(said)
        return entity.name if entity else said
    number = said.replace(",", "")
    if not number.isdecimal() or int(number[:8]) > LARGEST:
        raise Refusal("correct.number", said=said)
    return str(int(number[:8]))


async def _corrected(request: Request, desk: Services, story_id: StoryId, field: str, value: str) -> Act:
    story, change = await _editor(desk).correct(story_id, field, value)
    return partial(_tell_correction, request=request, story=story, field=field, change=change)


def _tell_correction(store: Store, request: Request, story: Story, field: str, change: Change | None) -> Answer:
    words = request.words
    if change is None:
        return Answer.of(words("correct.known", story=_named(story)), edit=request.pressed is not None)
    detail = f"{field} {change.old or '–'} -> {change.new or '–'}"
    ledger.audit(store, request.user_id, "correct", subject=story.id, detail=detail, now=request.now)
    kept = f"{story.id}\n{field}\n{change.old}"
    back = Button(
        words.plain("menu.undo"), "corrback", ledger.keep_typed(store, request.here.chat_id, kept, request.now)
    )
    shown = words("correct.done", story=_named(story), change=told_change(change, words))
    return Answer.of(shown, (back,), edit=request.pressed is not None)


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


COMMANDS = (
    Command("merge", ahead=merge, right=Right.ADMIN),
    Command("split", ahead=split, right=Right.ADMIN),
    Command("correct", ahead=correct, right=Right.ADMIN),
)
ACTIONS = (
    Command("mergeback", ahead=merge_back, right=Right.ADMIN),
    Command("corrback", ahead=correct_back, right=Right.ADMIN),
)
