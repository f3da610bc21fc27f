"""/sources, /source, /addsource, /removesource: what is read, how it goes, and adding by the address of any page."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bot.telegram.commands.command import Command, Right
from bot.telegram.markup import Html, bold, clip, code, join, link, text, usable_url
from bot.telegram.menus import pager, rows
from bot.telegram.render import told_at
from bot.telegram.request import Answer, Button, Refusal
from digests.errors import SourceError
from digests.model import Source, SourceKind
from digests.store import chats, ledger, sources
from digests.store.sources import SourceState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.telegram.commands.command import Act
    from bot.telegram.request import Request
    from bot.telegram.services import FoundFeed, Services
    from digests.store import Store
    from digests.store.sources import SourceRow

__all__ = ["ACTIONS", "COMMANDS", "find", "source_of_feed"]

PER_PAGE = 12
MOST_FEEDS = 6


def show_all(store: Store, request: Request, desk: Services) -> Answer:
    """All sources, those in trouble first; a button for each."""
    words = request.words
    found = sorted(sources.source_rows(store), key=lambda row: (not row.is_failing, row.source.name.casefold()))
    is_menu = request.pressed is not None
    if not found:
        return Answer.of(words("sources.none"), edit=is_menu)
    pages = (len(found) - 1) // PER_PAGE + 1
    page = min(request.pressed.page if request.pressed else 0, pages - 1)
    shown = found[page * PER_PAGE : (page + 1) * PER_PAGE]
    failing = sum(row.is_failing for row in found)
    lines = [words("sources.title", n=len(found), failing=failing)]
    lines += [
        Html(f"{_mark(row)} ") + text(clip(row.source.name, 60)) + Html(" · ") + code(row.source.id) for row in shown
    ]
    buttons = [Button(clip(row.source.name, 30), "feed", _key(row)) for row in shown if _key(row)]
    return Answer.of(join("\n", lines), *rows(buttons, 2), pager(words, "feeds", "", page, pages), edit=is_menu)


def show(store: Store, request: Request, desk: Services) -> Answer:
    """One source with its feeds, how they go, and what can be done."""
    if not request.args and request.pressed is None:
        return show_all(store, request, desk)
    return _shown(store, request, _meant(store, request))


def pause(store: Store, request: Request, desk: Services) -> Answer:
    row = _meant(store, request)
    state = SourceState.PAUSED if row.state is SourceState.ACTIVE else SourceState.ACTIVE
    return _changed(store, request, desk, row, state)


def remove(store: Store, request: Request, desk: Services) -> Answer:
    """No longer read. What it brought stays, and a button takes it back."""
    if not request.args and request.pressed is None:
        raise Refusal("source.which")
    return _changed(store, request, desk, _meant(store, request), SourceState.REMOVED)


async def check(request: Request, desk: Services) -> Act:
    """Read it now."""
    row = await desk.db.read(_meant, request)
    try:
        new = await desk.outside.check_source(row.source.id)
        said = request.words("source.checked", name=bold(text(row.source.name)), n=new)
    except SourceError as error:
        said = request.words("source.failed", name=bold(text(row.source.name)), reason=str(error))
    menu = (Button(request.words.plain("menu.back"), "feed", _key(row)),)
    return lambda _: Answer.of(said, menu)


async def find(request: Request, desk: Services) -> Act:
    """Add what a page offers: its only feed at once, a choice when there are several."""
    url = usable_url(request.args.split()[0]) if request.args else None
    if url is None:
        raise Refusal("addsource.what" if not request.args else "addsource.no_url", url=request.args[:200])
    try:
        found = await desk.outside.find_feeds(url)
    except SourceError as error:
        raise Refusal("addsource.unreadable", url=url, reason=str(error)) from error
    if not found:
        raise Refusal("addsource.none", url=url)
    if len(found) == 1:
        return partial(_add, request=request, desk=desk, feed=found[0])
    return partial(_choice, request=request, found=found)


async def add_chosen(request: Request, desk: Services) -> Act:
    """One of several feeds, by button. It is looked at again: the page may have changed since."""
    url = await desk.db.read(ledger.typed, request.here.chat_id, request.pressed.number if request.pressed else 0)
    if url is None:
        raise Refusal("menu.expired")
    return await find(request.with_args(url), desk)


def source_of_feed(feed: FoundFeed) -> Source:
    """A source for a feed whose publisher is not in the catalogue: named and owned by its host."""
    host = (urlsplit(feed.url).hostname or "").removeprefix("www.").removeprefix("feeds.").removeprefix("rss.")
    return Source(
        id=re.sub(r"[^a-z0-9.-]", "-", host.lower()),
        name=clip(feed.title.strip(), 80) or host,
        owner=host,
        country="",
        language=feed.language[:2].lower(),
        kind=SourceKind.INDEPENDENT,
        domains=(host,),
        feeds=(feed.url,),
    )


def _add(store: Store, request: Request, desk: Services, feed: FoundFeed) -> Answer:
    words = request.words
    known = next((row for row in sources.source_rows(store) if any(each.url == feed.url for each in row.feeds)), None)
    if known is not None and known.state is SourceState.ACTIVE:
        said = words("addsource.known", name=bold(text(known.source.name)), url=code(feed.url))
        return Answer.of(said, (Button(words.plain("menu.more"), "feed", _key(known)),))
    row = sources.add_source(store, source_of_feed(feed), added_by=request.user_id, now=request.now)
    ledger.audit(store, request.user_id, "add source", subject=row.source.id, detail=feed.url, now=request.now)
    said = words("addsource.done", name=bold(text(row.source.name)), n=feed.items, url=code(feed.url))
    buttons = (
        Button(words.plain("source.check"), "feedcheck", _key(row)),
        Button(words.plain("menu.undo"), "feedgone", _key(row)),
    )
    return Answer(Answer.of(said, buttons).replies, after=(desk.sources_changed,))


def _choice(store: Store, request: Request, found: Sequence[FoundFeed]) -> Answer:
    words = request.words
    lines, buttons = [words("addsource.choose", n=len(found))], []
    for feed in found[:MOST_FEEDS]:
        lines.append(Html("• ") + text(clip(feed.title, 80)) + Html(" ") + code(feed.url))
        number = ledger.keep_typed(store, request.here.chat_id, feed.url, request.now)
        buttons.append(Button(clip(feed.title, 40) or feed.url, "feedadd", number))
    return Answer.of(join("\n", lines), *rows(buttons, 1))


def _changed(store: Store, request: Request, desk: Services, row: SourceRow, state: SourceState) -> Answer:
    words = request.words
    sources.set_source_state(store, row.source.id, state)
    ledger.audit(store, request.user_id, f"source {state.value}", subject=row.source.id, now=request.now)
    after = (desk.sources_changed,)
    if state is SourceState.REMOVED:
        back = Button(words.plain("menu.undo"), "feedpause", _key(row))
        said = words("source.removed", name=bold(text(row.source.name)))
        return Answer(Answer.of(said, (back,), edit=request.pressed is not None).replies, after=after)
    fresh = sources.source_row(store, row.source.id) or row
    return Answer(_shown(store, request, fresh).replies, after=after)


def _shown(store: Store, request: Request, row: SourceRow) -> Answer:
    words, source = request.words, row.source
    settings = chats.chat(store, request.here)
    zone = settings.zone if settings else "UTC"
    lines = [
        Html(f"{_mark(row)} ") + bold(text(source.name)),
        join(" · ", (code(source.id), text(source.kind.value), text(source.country), text(source.language))),
        words(f"source.{row.state.value}"),
    ]
    for feed in row.feeds[:10]:
        lines.append(Html("• ") + link(text(clip(feed.url, 100)), feed.url))
        read = words("source.read", time=told_at(feed.good_at, zone)) if feed.good_at else words("source.never_read")
        every = words("source.every", n=max(1, feed.interval_seconds // 60))
        lines.append(Html("   ") + join(" · ", (read, every)))
        if feed.failures:
            lines.append(Html("   ") + words("source.failures", n=feed.failures, reason=clip(feed.error or "", 200)))
        if feed.moved_to:
            lines.append(Html("   ") + words("source.moved", url=code(feed.moved_to)))
    key = _key(row)
    active = row.state is SourceState.ACTIVE
    buttons = (
        Button(words.plain("source.pause" if active else "source.resume"), "feedpause", key),
        Button(words.plain("source.check"), "feedcheck", key),
        Button(words.plain("source.remove"), "feedgone", key),
    )
    return Answer.of(
        join("\n", lines), buttons, (Button(words.plain("menu.back"), "feeds"),), edit=request.pressed is not None
    )


def _meant(store: Store, request: Request) -> SourceRow:
    """By the id, name or address that was typed, or by a button, which carries the number of a feed."""
    every = sources.source_rows(store, states=tuple(SourceState))
    if request.pressed is not None:
        number = request.pressed.number
        found = next((row for row in every if any(feed.id == number for feed in row.feeds)), None)
    else:
        wanted = request.args.strip().casefold()
        found = next(
            (
                row
                for row in every
                if wanted in {row.source.id.casefold(), row.source.name.casefold(), *(feed.url for feed in row.feeds)}
                or wanted.removeprefix("www.") in row.source.domains
            ),
            None,
        )
    if found is None:
        raise Refusal("source.unknown", name=request.args[:100])
    return found


def _key(row: SourceRow) -> int | str:
    """What a button carries: a feed's number is short, a source's id may not be."""
    return row.feeds[0].id if row.feeds else ""


def _mark(row: SourceRow) -> str:
    if row.state is not SourceState.ACTIVE:
        return "⏸"
    return "🔴" if row.is_failing else "🟢"


COMMANDS = (
    Command("sources", run=show_all, right=Right.ADMIN),
    Command("source", run=show, right=Right.ADMIN),
    Command("addsource", ahead=find, right=Right.ADMIN),
    Command("removesource", run=remove, right=Right.ADMIN),
)
ACTIONS = (
    Command("feeds", run=show_all, right=Right.ADMIN),
    Command("feed", run=show, right=Right.ADMIN),
    Command("feedpause", run=pause, right=Right.ADMIN),
    Command("feedcheck", ahead=check, right=Right.ADMIN),
    Command("feedgone", run=remove, right=Right.ADMIN),
    Command("feedadd", ahead=add_chosen, right=Right.ADMIN),
)
