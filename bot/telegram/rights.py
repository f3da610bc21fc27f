"""Who may change what, asked of Telegram and remembered for a minute. Shown or hidden buttons are no access control."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from telegram import ChatMemberAdministrator, ChatMemberOwner
from telegram.error import BadRequest, Forbidden

from bot.telegram.request import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from telegram import Bot, ChatFullInfo, ChatMember

__all__ = ["Rights"]

REMEMBERED = timedelta(seconds=60)


@dataclass(slots=True)
class Rights:
    """Answers of getChatMember, at most a minute old."""

    bot: Bot
    now: Callable[[], datetime]
    known: dict[tuple[int, int], tuple[datetime, ChatMember | None]] = field(default_factory=dict)

    async def is_group_admin(self, chat_id: int, user_id: int) -> bool:
        """Whether a person may change what a group follows."""
        return isinstance(await self._member(chat_id, user_id), ChatMemberAdministrator | ChatMemberOwner)

    async def channel(self, name: str | int, user_id: int) -> ChatFullInfo:
        """The channel, when both the person and the bot may post there. Raises Refusal that says what is missing."""
        try:
            chat = await self.bot.get_chat(name)
        except (BadRequest, Forbidden) as error:
            raise Refusal("channel.unknown", name=name, bot=self.bot.username) from error
        if chat.type != "channel":
            raise Refusal("channel.not_a_channel", name=chat.title or name)
        if not _may_post(await self._member(chat.id, user_id)):
            raise Refusal("channel.not_yours", title=chat.title or name)
        if not _may_post(await self._member(chat.id, self.bot.id)):
            raise Refusal("channel.not_mine", title=chat.title or name, bot=self.bot.username)
        return chat

    def forget(self, chat_id: int) -> None:
        """Somebody's rights in that chat changed."""
        for key in [key for key in self.known if key[0] == chat_id]:
            del self.known[key]

    async def _member(self, chat_id: int, user_id: int) -> ChatMember | None:
        """What Telegram says of a person in a chat, None when it knows nothing of them there."""
        now = self.now()
        found = self.known.get((chat_id, user_id))
        if found is not None and timedelta(0) <= now - found[0] < REMEMBERED:
            return found[1]
        try:
            member = await self.bot.get_chat_member(chat_id, user_id)
        except (BadRequest, Forbidden):
            member = None
        if len(self.known) > 10_000:
            self.known.clear()
        self.known[chat_id, user_id] = (now, member)
        return member


def _may_post(member: ChatMember | None) -> bool:
    return isinstance(member, ChatMemberOwner) or (
        isinstance(member, ChatMemberAdministrator) and bool(member.can_post_messages)
    )
