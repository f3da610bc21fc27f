"""The real python-telegram-bot around our conversation, with its manual life cycle (its examples/customwebhookbot).

Updates come from our durable inbox, never from PTB's Updater; replies leave through our outbox.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import structlog
from telegram import Update
from telegram.error import TelegramError
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    ChatMemberHandler,
    InlineQueryHandler,
    MessageHandler,
    TypeHandler,
    filters,
)

from bot.telegram.broadcasts import Broadcasts
from bot.telegram.conversation import Conversation
from bot.telegram.files import download
from bot.telegram.inline import InlineAnswers
from bot.telegram.membership import Membership
from bot.telegram.menu import show_commands
from bot.telegram.rights import Rights
from bot.telegram.updates import read_update
from bot.waiting import unless

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Awaitable, Callable, Coroutine, Mapping

    from telegram import Bot
    from telegram.ext import BaseHandler

    from bot.telegram.services import Services

__all__ = ["Talk", "build"]

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Talk:
    """The bot as a partner in conversation. `handle` works one update of the inbox and raises what went wrong."""

    application: Application[Any, Any, Any, Any, Any, Any]
    conversation: Conversation
    desk: Services
    failures: dict[int, BaseException] = field(default_factory=dict)

    async def start(self) -> None:
        await self.application.initialize()

    async def run(self, stop: asyncio.Event) -> None:
        """What goes on beside the conversation until `stop` is set: Telegram's menu of commands, broadcasts."""
        try:
            await unless(stop, show_commands(self.desk, self.application.bot))
        except TelegramError as error:  # shown at the next start; nothing depends on it
            log.warning("commands_not_shown", error=type(error).__name__)
        await Broadcasts(self.desk).run(stop)

    async def stop(self) -> None:
        await self.application.shutdown()

    async def handle(self, body: Mapping[str, Any]) -> None:
        """Work one update. Its effect, its replies and its done-mark are committed together, or nothing is."""
        update = read_update(body, self.application.bot)
        await self.application.process_update(update)
        failure = self.failures.pop(update.update_id, None)
        if failure is not None:
            raise failure

    async def give_up(self, body: Mapping[str, Any]) -> None:
        """An update failed for good: the person is told."""
        try:
            await self.conversation.apologise(read_update(body, self.application.bot))
        except Exception:
            log.exception("no_apology", update=body.get("update_id"))

    async def remember(self, update: object, context: Any) -> None:
        """PTB swallows errors; the inbox must see them, to try again."""
        if isinstance(update, Update):
            self.failures[update.update_id] = context.error


def build(desk: Services, bot: Bot) -> Talk:
    """The conversation at a desk. `bot` must speak to the Bot API server of the settings; it is initialised by `start`."""
    application = Application.builder().bot(bot).updater(None).concurrent_updates(False).build()
    desk = replace(desk, download=desk.download or partial(download, bot))
    rights = Rights(bot, desk.now)
    conversation = Conversation(desk, bot, rights)
    membership = Membership(desk, rights)
    inline = InlineAnswers(desk, bot)
    talk = Talk(application, conversation, desk)
    application.add_error_handler(talk.remember)
    handlers: list[BaseHandler[Any, Any, Any]] = [
        CallbackQueryHandler(_only_update(conversation.on_button)),
        InlineQueryHandler(_only_update(inline.on_query)),
        ChatMemberHandler(_only_update(membership.on_own_change), ChatMemberHandler.MY_CHAT_MEMBER),
        ChatMemberHandler(_only_update(membership.on_other_change), ChatMemberHandler.CHAT_MEMBER),
        MessageHandler(filters.StatusUpdate.ALL, _only_update(membership.on_service_message)),
        MessageHandler(filters.UpdateType.CHANNEL_POST, _only_update(conversation.on_channel_post)),
        MessageHandler(filters.UpdateType.MESSAGES, _only_update(conversation.on_message)),
        TypeHandler(Update, _only_update(conversation.on_anything_else)),
    ]
    application.add_handlers(handlers)
    return talk


def _only_update(work: Callable[[Update], Awaitable[None]]) -> Callable[[Any, Any], Coroutine[Any, Any, None]]:
    async def handle(update: Any, _: Any) -> None:
        await work(update)

    return handle
