"""Telegram's side of the running bot: who we are, how updates come in, and the desk at which commands are worked."""

from __future__ import annotations

import asyncio
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

import structlog
from telegram.error import TelegramError

from bot.delivery.answers import translated
from bot.editing import Editor
from bot.operations import Steward
from bot.release import own_version
from bot.telegram.application import build
from bot.telegram.inbox import ALLOWED_UPDATES, Inbox
from bot.telegram.services import Services
from bot.waiting import unless
from digests.errors import Ambiguous, BadMessage, DeliveryError, StoreError, TryLater, UserMistake

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from telegram import User

    from bot.parts import Parts
    from bot.telegram.inbox import Failure

__all__ = ["FrontDesk", "webhook_path"]

T = TypeVar("T")

log = structlog.get_logger(__name__)
LARGEST_DOCUMENT = 20_000_000  # bytes: what the Bot API lets a bot download
PAUSES = (1.0, 2.0, 5.0, 15.0, 30.0)


class FrontDesk:
    """Hears people out and has them answered. Updates are polled, or come by webhook when one is set."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._inbox: Inbox | None = None

    def heard(self) -> float:
        """Seconds since Telegram last answered a poll; 0 for a webhook, where silence is normal."""
        polls = self._inbox is not None and self._parts.settings.webhook_url is None
        return self._inbox.seconds_since_poll() if polls and self._inbox is not None else 0.0

    async def accept(self, update: Mapping[str, Any]) -> None:
        """Store one update of the webhook. Raises StoreError: Telegram sends it again."""
        if self._inbox is None:
            raise StoreError("the bot is starting; the update comes again")
        await self._inbox.accept(update)

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop` is set. Raises BotRefused when Telegram refuses the bot."""
        me = await unless(stop, self._identify())
        if me is None:
            return
        parts = self._parts
        talk = build(self._services(me), parts.line.bot)
        await talk.start()

        def failed(failure: Failure) -> None:
            _note(failure)
            if failure.update is not None:
                parts.in_background(talk.give_up(failure.update.body))

        self._inbox = Inbox(parts.db, talk.handle, now=parts.now, on_failed=failed)
        try:
            async with asyncio.TaskGroup() as group:
                if parts.settings.webhook_url is None:
                    group.create_task(self._inbox.poll(parts.line.updates, stop), name="updates")
                group.create_task(self._inbox.work(stop), name="answers")
                group.create_task(talk.run(stop), name="broadcasts")
        finally:
            await talk.stop()

    async def _identify(self) -> User:
        """The bot's own name, as soon as Telegram can be reached. Raises BotRefused for a wrong token."""
        line = self._parts.line
        await _at_last(lambda: line.call("getMe", {}))  # ours first: the library's complaint of a wrong token shows it
        await _at_last(self._announce)
        await _at_last(line.bot.initialize)
        return line.bot.bot

    async def _announce(self) -> None:
        """Where Telegram shall deliver updates. Nothing that waits is dropped."""
        settings = self._parts.settings
        if settings.webhook_url is None:
            try:
                await self._parts.line.call("deleteWebhook", {"drop_pending_updates": False})
            except BadMessage as error:  # if there is a webhook after all, the first poll says so
                log.warning("webhook_not_deleted", error=str(error))
            return
        secret = settings.webhook_secret.get_secret_value() if settings.webhook_secret else ""
        hook = {"url": str(settings.webhook_url), "secret_token": secret, "allowed_updates": list(ALLOWED_UPDATES)}
        await self._parts.line.call("setWebhook", hook)

    def _services(self, me: User) -> Services:
        parts = self._parts
        return Services(
            db=parts.db,
            username=me.username or "",
            admins=tuple(parts.settings.admins),
            admin_chat=parts.settings.admin_chat,
            access=parts.settings.access,
            default_zone=str(parts.settings.default_zone),
            now=parts.now,
            wake=parts.sender.wake,
            wake_digester=parts.digester.wake,
            lexicon=parts.learned.lexicon,
            relearn=self._relearn,
            matcher=parts.learned.matching,
            digests=parts.desk,
            outside=parts.internet,
            opml=parts.lists,
            operations=Steward(parts.db, parts.settings, parts.now, self.heard, parts.learned.reload, parts.pause),
            download=self._download,
            version=own_version(),
            sources_changed=parts.poller.wake,
            editor=Editor(parts.intake, parts.now),
            gazetteer=parts.learned.box.places,
        )

    async def _download(self, file_id: str) -> bytes:
        """A file that somebody sent to the bot. Raises UserMistake when it is too large."""
        file = await self._parts.line.bot.get_file(file_id)
        if file.file_size is not None and file.file_size > LARGEST_DOCUMENT:
            raise UserMistake(f"the file is too large (at most {LARGEST_DOCUMENT // 1_000_000} MB)")
        return bytes(await file.download_as_bytearray())

    def _relearn(self) -> None:
        """Names changed: read them again beside the loop; articles meanwhile are read with the names before."""
        self._parts.in_background(self._parts.db.read(self._parts.learned.relearn))


async def _at_last(call: Callable[[], Awaitable[T]]) -> T:
    """The result of a call that may be made again and again, once Telegram answers it: one bad answer ends no start.

    Raises a DeliveryError that will not pass.
    """
    for pause in chain(PAUSES, repeat(PAUSES[-1])):
        try:
            return await call()
        except (DeliveryError, TelegramError) as found:
            error = found if isinstance(found, DeliveryError) else translated(found)
            if not isinstance(error, (TryLater, Ambiguous)):
                raise error from found
            log.warning("telegram_unreachable", error=str(error))
        await asyncio.sleep(pause)
    raise AssertionError  # the loop has no end


def webhook_path(url: str) -> str:
    """The path under which our own server answers what Telegram delivers to `url`."""
    return urlsplit(url).path or "/"


def _note(failure: Failure) -> None:
    update = failure.update.update_id if failure.update else None
    log.warning("update_failed", update=update, error=failure.reason)
