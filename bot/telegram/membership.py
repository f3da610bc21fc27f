"""What becomes of chats: blocked and unblocked, added and removed, promoted, moved to a supergroup."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from telegram import ChatMemberAdministrator, ChatMemberBanned, ChatMemberLeft, ChatMemberOwner, ChatMemberRestricted

from bot.telegram.commands.start import SUGGESTED
from bot.telegram.markup import verbatim
from bot.telegram.menus import keyboard, rows
from bot.telegram.request import Button
from bot.telegram.wording import words_for
from digests.model import Destination, Outgoing, Priority
from digests.store import chats, inbox, outbox
from digests.store.chats import ChatKind
from digests.store.ledger import audit

if TYPE_CHECKING:
    from datetime import datetime

    from telegram import ChatMember, ChatMemberUpdated, Update

    from bot.telegram.rights import Rights
    from bot.telegram.services import Services
    from digests.store import Store

__all__ = ["Membership"]


@dataclass(slots=True)
class Membership:
    """Acts on membership updates, so that nobody has to wait for a refused message to learn of them."""

    desk: Services
    rights: Rights

    async def on_own_change(self, update: Update) -> None:
        """The bot's own place in a chat changed."""
        changed = update.my_chat_member
        assert changed is not None  # noqa: S101 - the router sends these only
        self.rights.forget(changed.chat.id)
        now = self.desk.now()
        await self.desk.db.write(own_change, changed, update.update_id, self.desk.default_zone, now)
        self.desk.wake()
        self.desk.wake_digester()

    async def on_other_change(self, update: Update) -> None:
        """Somebody else's place changed: what is remembered of rights there is old."""
        if update.chat_member is not None:
            self.rights.forget(update.chat_member.chat.id)
        await self.desk.db.write(inbox.mark_done, update.update_id, self.desk.now())

    async def on_service_message(self, update: Update) -> None:
        """A group became a supergroup: everything is kept under its new id."""
        message = update.effective_message
        now = self.desk.now()
        if message is not None and message.migrate_to_chat_id is not None:
            move = partial(_moved, old=message.chat.id, new=message.migrate_to_chat_id)
            await self.desk.db.write(move, update.update_id, now)
        elif message is not None and message.migrate_from_chat_id is not None:
            move = partial(_moved, old=message.migrate_from_chat_id, new=message.chat.id)
            await self.desk.db.write(move, update.update_id, now)
        else:
            await self.desk.db.write(inbox.mark_done, update.update_id, now)


def own_change(store: Store, changed: ChatMemberUpdated, update_id: int, zone: str, now: datetime) -> None:
    """Gone chats get nothing more and keep what they follow; chats that are back get what they missed."""
    chat, after = changed.chat, changed.new_chat_member
    if not _is_present(after):
        reason = "blocked by the user" if chat.type == "private" else "the bot was removed"
        chats.mark_gone(store, chat.id, reason)
        outbox.cancel_chat(store, chat.id, f"chat gone: {reason}", now)
    else:
        chats.revive(store, chat.id, now)
        if not _is_present(changed.old_chat_member) or _was_promoted(changed):
            greeting = _greeting(changed, update_id)
            if greeting is not None:
                if chat.type != "channel":
                    words = words_for(changed.from_user.language_code or "en")
                    chats.ensure_chat(
                        store,
                        Destination(chat.id),
                        ChatKind(chat.type),
                        chat.title or "",
                        now,
                        language=words.language,
                        zone=zone,
                    )
                outbox.enqueue(store, greeting, now)
    inbox.mark_done(store, update_id, now)


def _greeting(changed: ChatMemberUpdated, update_id: int) -> Outgoing | None:
    """The first words in a group; for a channel they go to whoever made the bot its admin."""
    chat, person = changed.chat, changed.from_user
    words = words_for(person.language_code or "en")
    if chat.type == "private":
        return None
    if chat.type == "channel":
        if not isinstance(changed.new_chat_member, ChatMemberAdministrator):
            return None
        name = f"@{chat.username}" if chat.username else str(chat.id)
        said = words("channel.welcome", title=chat.title or name, name=verbatim(name))
        buttons = ((Button(words.plain("menu.list"), "list"), Button(words.plain("menu.schedule"), "schedule")),)
        shown = keyboard(buttons, Destination(chat.id))
        to = person.id
    else:
        said = words("start.group", name=chat.title or "")
        shown = keyboard(rows([Button(each, "suggest", index) for index, each in enumerate(SUGGESTED)], 3))
        to = chat.id
    payload: dict[str, object] = {"text": said.markup, "parse_mode": "HTML", "reply_markup": shown}
    return Outgoing(f"greeting:{update_id}", to, "sendMessage", payload, priority=Priority.REPLY)


def _moved(store: Store, update_id: int, now: datetime, *, old: int, new: int) -> None:
    if outbox.move_chat(store, old, new):
        audit(store, 0, "chat moved", subject=str(old), detail=str(new), now=now)
    inbox.mark_done(store, update_id, now)


def _is_present(member: ChatMember) -> bool:
    if isinstance(member, ChatMemberRestricted):
        return bool(member.is_member)
    return not isinstance(member, ChatMemberLeft | ChatMemberBanned)


def _was_promoted(changed: ChatMemberUpdated) -> bool:
    admins = ChatMemberAdministrator | ChatMemberOwner
    return (
        changed.chat.type == "channel"
        and isinstance(changed.new_chat_member, admins)
        and not isinstance(changed.old_chat_member, admins)
    )
