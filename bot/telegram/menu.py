"""Telegram's own menu of commands: what people see behind the slash, by kind of chat and by language."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

import structlog
from telegram import (
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    BotCommandScopeDefault,
)
from telegram.error import BadRequest, Forbidden

from bot.telegram.commands import COMMANDS
from bot.telegram.commands.command import Right
from bot.telegram.wording import LANGUAGES, words_for
from digests.store import ledger

if TYPE_CHECKING:
    from collections.abc import Iterator

    from telegram import Bot

    from bot.telegram.services import Services
    from digests.store import Store

__all__ = ["show_commands"]

log = structlog.get_logger(__name__)

NAME = "commands"  # of the named values, followed by scope and language


async def show_commands(desk: Services, bot: Bot) -> int:
    """Tell Telegram which commands there are, where that changed since the last time; how many lists were sent.

    What is shown is no access control: rights are checked at each command.
    """
    sent = 0
    for scope, language, commands in _lists(desk):
        name = f"{NAME}:{_scope_name(scope)}:{language}"
        shown = "\n".join(f"{each.command} {each.description}" for each in commands)
        digest = blake2b(shown.encode(), digest_size=16).hexdigest()
        if await desk.db.read(ledger.named_value, name) == digest:
            continue
        try:
            await bot.set_my_commands(commands, scope=scope, language_code=language or None)
        except (BadRequest, Forbidden) as error:  # an admin who never wrote to the bot has no chat with it yet
            log.info("commands not shown", scope=_scope_name(scope), error=str(error))
            continue
        await desk.db.write(_remember, name, digest)
        sent += 1
    return sent


def _lists(desk: Services) -> Iterator[tuple[BotCommandScope, str, list[BotCommand]]]:
    everybody = [each for each in COMMANDS.values() if each.is_listed and each.right < Right.ADMIN]
    in_groups = [each for each in everybody if not each.is_private]
    admins = [each for each in COMMANDS.values() if each.is_listed]
    chats = dict.fromkeys((*desk.admins, *((desk.admin_chat,) if desk.admin_chat is not None else ())))
    scopes: list[tuple[BotCommandScope, list[str]]] = [
        (BotCommandScopeDefault(), [each.name for each in in_groups]),
        (BotCommandScopeAllPrivateChats(), [each.name for each in everybody]),
        (BotCommandScopeAllGroupChats(), [each.name for each in in_groups]),
        *((BotCommandScopeChat(chat), [each.name for each in admins]) for chat in chats),
    ]
    for scope, names in scopes:
        for code in LANGUAGES:
            words = words_for(code)
            commands = [BotCommand(name, words.plain(f"command.{name}")[:256]) for name in names]
            yield scope, "" if code == "en" else code, commands


def _scope_name(scope: BotCommandScope) -> str:
    return f"{scope.type}:{scope.chat_id}" if isinstance(scope, BotCommandScopeChat) else str(scope.type)


def _remember(store: Store, name: str, digest: str) -> None:
    ledger.set_named_value(store, name, digest)
