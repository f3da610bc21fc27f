"""/admin: the overview, with the way to everything that an admin can do."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.telegram.commands.access import access_mode
from bot.telegram.commands.command import Command, Right
from bot.telegram.markup import Html, clip, join, text
from bot.telegram.menus import rows
from bot.telegram.request import Answer, Button
from bot.telegram.rhythm import as_of
from digests.model import DeliveryState
from digests.store import articles, feedback, ledger, outbox, sources
from digests.store.ledger import Access

if TYPE_CHECKING:
    from bot.telegram.request import Request
    from bot.telegram.services import Services
    from digests.store import Store

__all__ = ["ACTIONS", "COMMANDS"]

DAY = timedelta(days=1)


def overview(store: Store, request: Request, desk: Services) -> Answer:
    """Sources, queue, people, last troubles, versions; a button to each."""
    words = request.words
    listed = sources.source_rows(store)
    depth = outbox.depth(store)
    waiting = sum(depth.get(state, 0) for state in (DeliveryState.READY, DeliveryState.SENDING))
    asking = len(ledger.people(store, access=Access.REQUESTED))
    lines = [
        words("admin.title", version=desk.version or "–"),
        words("admin.sources", n=len(listed), failing=sum(row.is_failing for row in listed)),
        words("admin.articles", n=articles.count_articles(store, since=request.now - DAY)),
        words("admin.queue", n=waiting, uncertain=depth.get(DeliveryState.UNCERTAIN, 0)),
        words("admin.people", n=len(ledger.people(store)), asking=asking),
        words("admin.access", mode=words(f"access.mode_{access_mode(store, desk).value}")),
        words("admin.feedback", n=feedback.feedback_count(store, request.now - 7 * DAY)),
    ]
    troubles = ledger.open_troubles(store)
    lines += [Html("⚠️ ") + text(clip(trouble.message, 200)) for trouble in troubles[-5:]]
    if not troubles:
        lines.append(words("admin.no_trouble"))
    lines.append(as_of(words, request.now))
    buttons = [
        Button(words.plain("admin.to_sources"), "feeds"),
        Button(words.plain("admin.to_people"), "people"),
        Button(words.plain("menu.health"), "health"),
        Button(words.plain("menu.stats"), "stats"),
        Button(words.plain("admin.to_audit"), "audit"),
        Button(words.plain("admin.to_opml"), "take", "opml"),
        Button(words.plain("menu.again"), "admin"),
    ]
    return Answer.of(join("\n", lines), *rows(buttons, 2), edit=request.pressed is not None)


COMMANDS = (Command("admin", run=overview, right=Right.ADMIN),)
ACTIONS = (Command("admin", run=overview, right=Right.ADMIN),)
