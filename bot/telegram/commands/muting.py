"""/mute: a story, a source or a keyword, for a time or until it is taken back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.telegram.commands.command import Command, Right
from bot.telegram.commands.schedule import settings_for
from bot.telegram.entries import entry_menu, named_story
from bot.telegram.markup import Html, bold, clip, join, text
from bot.telegram.menus import rows
from bot.telegram.request import Answer, Button, Refusal
from bot.telegram.rhythm import duration_of, shown_time
from digests.model import StoryId
from digests.store import chats, sources, stories, subscriptions
from digests.store.chats import MuteKind

if TYPE_CHECKING:
    from datetime import timedelta

    from bot.telegram.request import Request
    from bot.telegram.services import Services
    from digests.store import Store
    from digests.store.chats import Mute

__all__ = ["ACTIONS", "COMMANDS", "mute_story"]

LENGTHS = ("1d", "7d", "30d")
TIMED = re.compile(r"(.+?)\s+((?:for\s+)?\d{1,3}\s*[a-z]+)", re.DOTALL | re.IGNORECASE)


def mute(store: Store, request: Request, desk: Services) -> Answer:
    """Mute what is named; without a name, what is muted now."""
    if not request.args:
        return show(store, request, desk)
    settings_for(store, request, desk)
    timed = TIMED.fullmatch(request.args.strip())
    length = duration_of(timed[2]) if timed else None
    said = (timed[1] if timed and length else request.args).split()
    kind = said[0].lower() if len(said) > 1 and said[0].lower() in set(MuteKind) else ""
    name = " ".join(said[1:] if kind else said)
    if not kind or kind == MuteKind.KEYWORD:
        keyword = _keyword(store, request, name)
        if keyword is not None:
            return _muted(store, request, MuteKind.KEYWORD, keyword, length)
    if not kind or kind == MuteKind.SOURCE:
        source = _source(store, name)
        if source is not None:
            return _muted(store, request, MuteKind.SOURCE, source, length)
    if (not kind or kind == MuteKind.STORY) and (story := stories.story(store, StoryId(name.lower()))) is not None:
        return _muted(store, request, MuteKind.STORY, story.id, length)
    raise Refusal("mute.unknown", name=name[:100])


def mute_story(store: Store, request: Request, desk: Services) -> Answer:
    """The button under a digest; of several entries, which?"""
    settings_for(store, request, desk)
    story_id = named_story(store, request)
    if story_id is None:
        return entry_menu(store, request, "mute", "mute.which")
    return _muted(store, request, MuteKind.STORY, story_id, None)


def lengthen(store: Store, request: Request, desk: Services) -> Answer:
    """How long: chosen by button after the fact."""
    key, _, said = (request.pressed.id if request.pressed else "").partition("-")
    found = chats.unmute(store, request.where, int(key) if key.isdigit() else 0)
    length = duration_of(said)
    if found is None or length is None:
        raise Refusal("menu.expired")
    return _muted(store, request, found.kind, found.value, length)


def unmute(store: Store, request: Request, desk: Services) -> Answer:
    """Take a mute back."""
    found = chats.unmute(store, request.where, request.pressed.number if request.pressed else 0)
    if found is None:
        raise Refusal("mute.gone")
    said = request.words("mute.back", what=_shown(store, request, found))
    return Answer.of(said, (Button(request.words.plain("menu.mutes"), "mutes"),), edit=True)


def show(store: Store, request: Request, desk: Services) -> Answer:
    """What is muted now, with a button for each to take it back."""
    words = request.words
    found = chats.mutes(store, request.where, request.now)
    is_menu = request.pressed is not None
    if not found:
        return Answer.of(words("mute.none"), edit=is_menu)
    zone = _zone(store, request)
    lines = [words("mute.title", n=len(found))]
    for number, each in enumerate(found, 1):
        until = words("mute.until", time=shown_time(each.until, zone)) if each.until else words("mute.for_good")
        lines.append(Html(f"{number}. ") + _shown(store, request, each) + Html(" · ") + until)
    buttons = [Button(f"🔔 {number}", "unmute", each.id) for number, each in enumerate(found, 1)]
    return Answer.of(join("\n", lines), *rows(buttons, 5), edit=is_menu)


def _muted(store: Store, request: Request, kind: MuteKind, value: str, length: timedelta | None) -> Answer:
    words = request.words
    until = request.now + length if length else None
    number = chats.mute(store, request.where, kind, value, until)
    made = chats.Mute(number, kind, value, until)
    shown = words("mute.until", time=shown_time(until, _zone(store, request))) if until else words("mute.for_good")
    buttons = [Button(words.plain(f"mute.for_{each}"), "mutefor", f"{number}-{each}") for each in LENGTHS]
    undo = Button(words.plain("menu.undo"), "unmute", number)
    is_own = request.pressed is not None and request.pressed.action in {"mutefor", "unmute"}
    return Answer.of(
        words("mute.done", what=_shown(store, request, made), until=shown), tuple(buttons), (undo,), edit=is_own
    )


def _shown(store: Store, request: Request, mute: Mute) -> Html:
    """What is muted, in words."""
    name = mute.value
    if mute.kind is MuteKind.STORY:
        story = stories.story(store, StoryId(mute.value))
        name = clip(story.title, 120) if story else mute.value
    if mute.kind is MuteKind.SOURCE:
        row = sources.source_row(store, mute.value)
        name = row.source.name if row else mute.value
    return request.words(f"mute.{mute.kind.value}", name=bold(text(name)))


def _keyword(store: Store, request: Request, name: str) -> str | None:
    """What is followed under that name."""
    followed = subscriptions.subscriptions_of(store, request.where)
    return next((each.typed for each in followed if each.typed.casefold() == name.casefold()), None)


def _source(store: Store, name: str) -> str | None:
    """The id of the source of that name, id or domain; a domain that is no source's is muted as it is."""
    wanted = name.casefold().removeprefix("www.")
    for row in sources.source_rows(store):
        names = {
            row.source.id.casefold(),
            row.source.name.casefold(),
            *(each.casefold() for each in row.source.domains),
        }
        if wanted in names:
            return row.source.id
    return wanted if "." in wanted and " " not in wanted else None


def _zone(store: Store, request: Request) -> str:
    settings = chats.chat(store, request.where)
    return settings.zone if settings else "UTC"


COMMANDS = (Command("mute", run=mute, right=Right.MANAGE),)
ACTIONS = (
    Command("mutes", run=show, right=Right.MANAGE),
    Command("mute", run=mute_story, right=Right.MANAGE),
    Command("mutefor", run=lengthen, right=Right.MANAGE),
    Command("unmute", run=unmute, right=Right.MANAGE),
)
