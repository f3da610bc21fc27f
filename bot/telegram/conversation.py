"""From an update to its answer: who asks, may they, one transaction for effect, reply and done-mark, then the waking."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import structlog
from telegram.error import BadRequest, TelegramError

from bot.telegram.commands import ACTIONS, COMMANDS
from bot.telegram.commands.access import Verdict, knock, welcome
from bot.telegram.commands.command import Command, Right
from bot.telegram.commands.follow import query_mistake
from bot.telegram.commands.ingest import forwarded, post_of_channel, reads_channel
from bot.telegram.commands.start import expired, expired_menu, plain, unknown_command
from bot.telegram.hearing import Heard, from_button, from_message
from bot.telegram.posting import outgoing
from bot.telegram.request import Answer, Refusal
from bot.telegram.wording import words_for
from digests.errors import EmptyArticle, QueryError, SourceError, UserMistake
from digests.model import Destination
from digests.store import chats, inbox, ledger, outbox, subscriptions
from digests.store.chats import ChatKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from telegram import Bot, CallbackQuery, Update

    from bot.telegram.commands.command import Act, Run
    from bot.telegram.request import Request
    from bot.telegram.rights import Rights
    from bot.telegram.services import Services
    from digests.model import QueryId
    from digests.store import Store

__all__ = ["Conversation", "perform", "refused"]

log = structlog.get_logger(__name__)

EDITED = Command("edited", run=lambda _, request, __: Answer.of(request.words("error.edited")))
EXPIRED = Command("expired", run=expired)
FORWARDED = Command("forwarded", ahead=forwarded)
KNOCK = Command("knock", run=knock)
UNKNOWN = Command("unknown", run=unknown_command)
WORD = Command("word", ahead=plain)


@dataclass(slots=True)
class Conversation:
    """Works updates one by one; what an update did is committed together with its done-mark."""

    desk: Services
    bot: Bot
    rights: Rights

    async def on_message(self, update: Update) -> None:
        """A message, or an edited one."""
        message = update.effective_message
        heard = None
        if message is not None:
            heard = from_message(message, update.update_id, self.desk.now(), self.desk.username)
        if heard is None:
            await self.done(update.update_id)
            return
        command = _command_of(heard)
        if command is None:
            await self.done(update.update_id)
        else:
            await self._work(heard, command)

    async def on_button(self, update: Update) -> None:
        """A pressed button: answered first, so that no spinner is left turning, then worked."""
        query = update.callback_query
        assert query is not None  # noqa: S101 - the router sends callback queries only
        heard = from_button(query, update.update_id, self.desk.now())
        if heard is None:
            await self._answer(query, words_for(query.from_user.language_code or "en").plain("menu.expired_short"))
            await self.done(update.update_id)
            return
        pressed = heard.request.pressed
        command = EXPIRED if pressed is None else ACTIONS.get(pressed.action, EXPIRED)
        await self._work(heard, command, query)

    async def on_channel_post(self, update: Update) -> None:
        """A post of a channel is an article when an admin asked for that; otherwise it is nobody's business."""
        post = update.channel_post
        if post is not None and await self.desk.db.read(reads_channel, post.chat.id):
            raw = post_of_channel(post, self.desk.now())
            if raw is not None:
                with suppress(SourceError, EmptyArticle):
                    await self.desk.outside.read_raw(raw)
        await self.done(update.update_id)

    async def on_anything_else(self, update: Update) -> None:
        """Kinds of update that nothing is done about."""
        await self.done(update.update_id)

    async def done(self, update_id: int) -> None:
        """Nothing is to be done about an update."""
        await self.desk.db.write(inbox.mark_done, update_id, self.desk.now())

    async def apologise(self, update: Update) -> None:
        """Working an update failed for good: say so, rather than nothing."""
        now = self.desk.now()
        heard = None
        if update.callback_query is not None:
            await self._answer(update.callback_query)
            heard = from_button(update.callback_query, update.update_id, now)
        elif update.effective_message is not None:
            heard = from_message(update.effective_message, update.update_id, now, self.desk.username)
        if heard is not None and (heard.request.command or heard.request.pressed or heard.request.is_private):
            sorry = Answer.of(heard.request.words("error.internal"))
            await self.desk.db.write(say, heard.request, sorry)
            self.desk.wake()

    async def _work(self, heard: Heard, command: Command, query: CallbackQuery | None = None) -> None:
        request, answered = heard.request, False
        try:
            request, verdict = await self._informed(heard)
            command = await self._permitted(request, command, verdict, anonymous=heard.anonymous)
            if query is not None:
                answered = await self._answer(query)
            answer = await self.desk.db.write(perform, request, await self._act(request, command), heard.anonymous)
        except UserMistake as mistake:
            if query is not None and not answered:
                await self._answer(query, refused(request, mistake).replies[0].text.plain)
                act: Act = partial(_said, Answer())
            else:
                act = partial(_refused, request, mistake)
            answer = await self.desk.db.write(perform, request, act, heard.anonymous)
        for effect in answer.after:
            effect()
        if answer.left:
            await self.desk.db.write(_forget_unused, answer.left, self.desk)
        self.desk.wake()

    async def _act(self, request: Request, command: Command) -> Act:
        if command.ahead is not None:
            return await command.ahead(request, self.desk)
        assert command.run is not None  # noqa: S101 - a command has one of the two
        return partial(_run, command.run, request, self.desk)

    async def _informed(self, heard: Heard) -> tuple[Request, Verdict]:
        """The request with the role of whoever asks, the language of the chat and the channel that is meant; may they ask?"""
        request = heard.request
        role, language, verdict = await self.desk.db.read(_standing, heard, self.desk)
        request = replace(request, role=role, language=language)
        if heard.channel is not None:
            channel = await self.rights.channel(heard.channel, request.user_id)
            title = channel.title or str(heard.channel)
            request = replace(request, where=Destination(channel.id), kind=ChatKind.CHANNEL, title=title)
        return request, verdict

    async def _permitted(self, request: Request, command: Command, verdict: Verdict, *, anonymous: bool) -> Command:
        """The command, when the person may use it here. Raises Refusal that says what to do instead."""
        if command.right >= Right.ADMIN:
            _admins_only(request, command, self.desk)
            return command
        if command.is_private and not request.is_private:
            raise Refusal("right.private", bot=self.desk.username, command=command.name)
        if command.right is Right.ANYONE:
            return command
        if verdict is Verdict.KNOCK:
            return KNOCK
        if verdict is not Verdict.WELCOME:
            raise Refusal(f"access.{verdict.value}", id=request.user_id)
        if request.kind is ChatKind.CHANNEL and not request.is_private:
            raise Refusal("right.channel", bot=self.desk.username)  # an answer would be a post in the channel
        in_group = not request.is_private and not anonymous
        if command.right is Right.MANAGE and in_group and not await self._leads_group(request):
            raise Refusal("right.group_admin")
        return command

    async def _leads_group(self, request: Request) -> bool:
        return await self.rights.is_group_admin(request.here.chat_id, request.user_id)

    async def _answer(self, query: CallbackQuery, shown: str | None = None) -> bool:
        """Stop the spinner. A query that is too old to be answered needs no answer."""
        try:
            await self.bot.answer_callback_query(query.id, text=shown[:200] if shown else None, show_alert=bool(shown))
        except BadRequest:
            pass
        except TelegramError as error:
            log.warning("callback not answered", error=type(error).__name__)
        return True


def _command_of(heard: Heard) -> Command | None:
    """What a message asks for; None for what is nobody's business."""
    request = heard.request
    if heard.is_edited:
        return EDITED if (request.command or request.args) and request.is_private else None
    if request.command:
        return COMMANDS.get(request.command) or (UNKNOWN if request.is_private or heard.is_addressed else None)
    if request.forwarded is not None:
        return FORWARDED if request.is_private else None
    if request.document_id is not None:
        return COMMANDS["import"] if request.is_private else None
    return WORD if request.is_private else None


def _admins_only(request: Request, command: Command, desk: Services) -> None:
    if request.role is ledger.Role.READER:
        raise Refusal("right.admin")
    if command.right is Right.OWNER and request.role is not ledger.Role.OWNER:
        raise Refusal("right.owner")
    if not request.is_private and request.here.chat_id != desk.admin_chat:
        raise Refusal("right.not_here", bot=desk.username)


def _standing(store: Store, heard: Heard, desk: Services) -> tuple[ledger.Role, str, Verdict]:
    """Role, language and welcome of whoever asks."""
    request = heard.request
    chat = chats.chat(store, request.here) or chats.chat(store, Destination(request.here.chat_id))
    language = chat.language if chat is not None else words_for(request.language).language
    person = None if heard.anonymous else ledger.person(store, request.user_id)
    role = person.role if person is not None else ledger.Role.READER
    if request.user_id in desk.admins:
        role = ledger.Role.OWNER
    return role, language, welcome(store, request, desk, person=person, role=role)


def perform(store: Store, request: Request, act: Act, anonymous: bool) -> Answer:
    """One transaction: the update is done, who asked, what it did, what is said of it. Nothing when it was done before."""
    if not inbox.mark_done(store, request.update_id, request.now):
        return Answer()
    if not anonymous:
        ledger.meet(store, request.user_id, request.user_name, request.now)
    if request.pressed is None:  # whoever writes can be written to, also when nobody said that they are back
        chats.revive(store, request.here.chat_id, request.now)
    answer = act(store)
    say(store, request, answer)
    for effect in answer.last:
        effect()
    return answer


def _forget_unused(store: Store, left: Iterable[QueryId], desk: Services) -> None:
    """In a transaction of its own: whoever follows one of them from now on waits for it, and tells the matcher again."""
    for query_id in left:
        if subscriptions.is_unused(store, query_id):
            desk.matcher.remove(query_id)


def say(store: Store, request: Request, answer: Answer) -> None:
    """Write what is said into the outbox."""
    replies = (call for number, reply in enumerate(answer.replies) for call in outgoing(request, number, reply))
    for call in (*replies, *answer.outgoing):
        outbox.enqueue(store, call, request.now)


def refused(request: Request, mistake: UserMistake) -> Answer:
    """What to say of something that cannot be done."""
    if isinstance(mistake, Refusal):
        if mistake.key == "menu.expired" and not mistake.buttons:
            return expired_menu(request)
        return Answer.of(request.words(mistake.key, **mistake.values), *mistake.buttons)
    return Answer.of(request.words("error.mistake", message=str(mistake)))


def _run(run: Run, request: Request, desk: Services, store: Store) -> Answer:
    return run(store, request, desk)


def _refused(request: Request, mistake: UserMistake, store: Store) -> Answer:
    if isinstance(mistake, QueryError):
        return query_mistake(store, request, mistake)
    return refused(request, mistake)


def _said(answer: Answer, _: Store) -> Answer:
    return answer
