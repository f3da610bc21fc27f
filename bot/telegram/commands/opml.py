"""/import and the admin's /export: lists of feeds, in and out as documents."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING

from bot.telegram.commands.command import Command, Right
from bot.telegram.commands.feeds import source_of_feed
from bot.telegram.markup import Html, clip, code, join, text, usable_url
from bot.telegram.request import Answer, Button, Document, Refusal, Reply
from digests.errors import UserMistake
from digests.store import ledger, sources

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.telegram.commands.command import Act
    from bot.telegram.request import Request
    from bot.telegram.services import FoundFeed, Services
    from digests.store import Store

__all__ = ["ACTIONS", "COMMANDS"]

SHOWN = 8
MOST_FEEDS = 2000


async def bring(request: Request, desk: Services) -> Act:
    """An OPML file: what is in it, and what of that is new. Nothing is added before the button."""
    if request.document_id is None:
        raise Refusal("import.what")
    document_id = request.document_id
    feeds = _usable(desk.opml.read(await _content(desk, document_id)))
    return partial(_preview, request=request, document_id=document_id, feeds=feeds)


async def bring_confirmed(request: Request, desk: Services) -> Act:
    """The same file again, now added."""
    number = request.pressed.number if request.pressed else 0
    document_id = await desk.db.read(ledger.typed, request.here.chat_id, number)
    if document_id is None:
        raise Refusal("menu.expired")
    feeds = _usable(desk.opml.read(await _content(desk, document_id)))
    return partial(_add, request=request, desk=desk, feeds=feeds)


def take(store: Store, request: Request, desk: Services) -> Answer:
    """All sources as OPML or JSON."""
    rows_ = sources.source_rows(store)
    wanted = request.pressed.id if request.pressed else request.args.strip().lower()
    if wanted == "json":
        listed = [
            {
                "id": row.source.id,
                "name": row.source.name,
                "owner": row.source.owner,
                "country": row.source.country,
                "language": row.source.language,
                "kind": row.source.kind.value,
                "domains": list(row.source.domains),
                "feeds": [feed.url for feed in row.feeds],
                "origin": row.origin.value,
                "state": row.state.value,
            }
            for row in rows_
        ]
        document = Document("sources.json", json.dumps(listed, ensure_ascii=False, indent=1).encode())
    else:
        document = Document("sources.opml", desk.opml.write(rows_))
    return Answer((Reply(request.words("export.sources", n=len(rows_)), document=document),))


def _preview(store: Store, request: Request, document_id: str, feeds: Sequence[FoundFeed]) -> Answer:
    words = request.words
    known = {feed.url for row in sources.source_rows(store) for feed in row.feeds}
    new = [feed for feed in feeds if feed.url not in known]
    lines = [words("import.found", n=len(feeds), new=len(new))]
    lines += [Html("• ") + text(clip(feed.title, 60)) + Html(" ") + code(clip(feed.url, 120)) for feed in new[:SHOWN]]
    if not new:
        return Answer.of(join("\n", lines))
    number = ledger.keep_typed(store, request.here.chat_id, document_id, request.now)
    return Answer.of(join("\n", lines), (Button(words.plain("import.add", n=len(new)), "importgo", number),))


def _add(store: Store, request: Request, desk: Services, feeds: Sequence[FoundFeed]) -> Answer:
    known = {feed.url for row in sources.source_rows(store) for feed in row.feeds}
    added = 0
    for feed in feeds:
        if feed.url in known:
            continue
        try:
            sources.add_source(store, source_of_feed(feed), added_by=request.user_id, now=request.now)
        except UserMistake:  # another name of a feed that is read already
            continue
        added += 1
    ledger.audit(store, request.user_id, "import", detail=f"{added} feeds", now=request.now)
    return Answer(Answer.of(request.words("import.done", n=added), edit=True).replies, after=(desk.sources_changed,))


async def _content(desk: Services, document_id: str) -> bytes:
    assert desk.download is not None  # noqa: S101 - `build` sets it
    return await desk.download(document_id)


def _usable(feeds: Sequence[FoundFeed]) -> list[FoundFeed]:
    found = [feed for feed in feeds if usable_url(feed.url) is not None]
    if not found:
        raise Refusal("import.none")
    if len(found) > MOST_FEEDS:
        raise Refusal("import.too_many", n=MOST_FEEDS)
    return found


COMMANDS = (Command("import", ahead=bring, right=Right.ADMIN),)
ACTIONS = (
    Command("importgo", ahead=bring_confirmed, right=Right.ADMIN),
    Command("take", run=take, right=Right.ADMIN),
)
