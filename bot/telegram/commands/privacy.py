"""/export and /forgetme: what is kept of a person is theirs to have and to delete, also when they may not use the bot."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bot.telegram.commands import opml
from bot.telegram.commands.command import Command, Right
from bot.telegram.request import Answer, Button, Document, Reply
from digests.store import privacy
from digests.store.ledger import Role

if TYPE_CHECKING:
    from bot.telegram.request import Request
    from bot.telegram.services import Services
    from digests.store import Store

__all__ = ["ACTIONS", "COMMANDS", "export_own"]


def export_own(store: Store, request: Request, desk: Services) -> Answer:
    """Everything that is kept of the person, as a JSON document. For admins also the sources: `/export opml`, `json`."""
    if request.role is not Role.READER and request.args.strip().lower() in {"opml", "json"}:
        return opml.take(store, request, desk)
    kept = privacy.everything_of(store, request.user_id, request.here.chat_id)
    content = json.dumps(kept, ensure_ascii=False, indent=1).encode()
    document = Document(f"khabardar-{request.user_id}.json", content)
    return Answer((Reply(request.words("export.done"), document=document),))


def ask(store: Store, request: Request, desk: Services) -> Answer:
    """Deleting cannot be undone: ask once."""
    words = request.words
    buttons = (
        (Button(words.plain("forgetme.yes"), "forgetyes"), Button(words.plain("forgetme.no"), "settings")),
        (Button(words.plain("menu.export"), "export"),),
    )
    return Answer.of(words("forgetme.ask"), *buttons)


def forget(store: Store, request: Request, desk: Services) -> Answer:
    """Delete everything of the person, in all tables."""
    gone = privacy.forget(store, request.user_id, request.here.chat_id, request.update_id, request.now)
    return Answer((Reply(request.words("forgetme.done"), edit=True),), left=tuple(gone))


COMMANDS = (
    Command("export", run=export_own, right=Right.ANYONE, is_private=True),
    Command("forgetme", run=ask, right=Right.ANYONE, is_private=True),
)
ACTIONS = (
    Command("export", run=export_own, right=Right.ANYONE, is_private=True),
    Command("forgetme", run=ask, right=Right.ANYONE, is_private=True),
    Command("forgetyes", run=forget, right=Right.ANYONE, is_private=True),
)
