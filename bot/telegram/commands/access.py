"""Who may use the bot: open to all, on request, or closed. Admins let people in with a button."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from bot.telegram.commands.command import Command, Right
from bot.telegram.hearing import ANONYMOUS
from bot.telegram.markup import Html, bold, code, text
from bot.telegram.request import Answer, Button, Refusal, Reply
from bot.telegram.wording import words_for
from config.values import Access as AccessMode
from digests.model import Destination
from digests.store import chats, ledger, subscriptions
from digests.store.ledger import Access, Role

if TYPE_CHECKING:
    from datetime import datetime

    from bot.telegram.request import Request
    from bot.telegram.services import Services
    from digests.store import Store
    from digests.store.ledger import Person

__all__ = [
    "ACTIONS",
    "MODE",
    "Verdict",
    "access_mode",
    "admin_chats",
    "decide",
    "knock",
    "set_standing",
    "to_admins",
    "welcome",
]

MODE = "access"  # the named value that an admin's choice is kept under; without it the settings count
BLOCKED = "blocked by an admin"


class Verdict(StrEnum):
    """What becomes of somebody who writes; the values name the sentences of refusal."""

    WELCOME = "welcome"
    KNOCK = "knock"
    WAITING = "waiting"
    CLOSED = "closed"
    BLOCKED = "blocked"
    ANONYMOUS = "anonymous"


def access_mode(store: Store, desk: Services) -> AccessMode:
    chosen = ledger.named_value(store, MODE)
    return AccessMode(chosen) if chosen else desk.access


def welcome(store: Store, request: Request, desk: Services, *, person: Person | None, role: Role) -> Verdict:
    """Whether a person may use the bot, by who they are, by the access mode, and by the chat they write in."""
    if role is not Role.READER:
        return Verdict.WELCOME
    access = person.access if person is not None else Access.NEW
    if access is Access.BLOCKED:
        return Verdict.BLOCKED
    mode = access_mode(store, desk)
    in_use = not request.is_private and subscriptions.follows_anything(store, request.here.chat_id)
    if mode is AccessMode.OPEN or access is Access.ALLOWED or in_use:
        return Verdict.WELCOME
    if request.user_id == ANONYMOUS:
        return Verdict.ANONYMOUS
    if mode is AccessMode.CLOSED:
        return Verdict.CLOSED
    return Verdict.WAITING if access is Access.REQUESTED else Verdict.KNOCK


def knock(store: Store, request: Request, desk: Services) -> Answer:
    """Somebody new asks to be let in: the admins get two buttons."""
    ledger.set_access(store, request.user_id, Access.REQUESTED, request.now)
    admin_words = words_for("en")
    asked = admin_words("access.request", name=bold(text(request.user_name)), id=code(str(request.user_id)))
    buttons = (
        Button(admin_words.plain("access.allow"), "allow", request.user_id),
        Button(admin_words.plain("access.refuse"), "refuse", request.user_id),
    )
    return Answer((Reply(request.words("access.asked")), *to_admins(desk, asked, (buttons,))))


def admin_chats(desk: Services) -> tuple[Destination, ...]:
    """Where admins are told things: the admin chat, or the owners' own chats when there is none."""
    if desk.admin_chat is not None:
        return (Destination(desk.admin_chat),)
    return tuple(Destination(user_id) for user_id in desk.admins)


def to_admins(desk: Services, said: Html, buttons: tuple[tuple[Button, ...], ...] = ()) -> tuple[Reply, ...]:
    return tuple(Reply(said, buttons, to=chat) for chat in admin_chats(desk))


def set_standing(store: Store, user_id: int, access: Access, now: datetime) -> None:
    """Let a person in or block them. Who is blocked gets no digests; who is let in again gets what was kept meanwhile."""
    ledger.set_access(store, user_id, access, now)
    own = Destination(user_id)
    settings = chats.chat(store, own)
    if access is Access.BLOCKED:
        chats.pause(store, own, None, reason=BLOCKED)
    elif settings is not None and settings.state_reason == BLOCKED:
        chats.resume(store, own, now)


def decide(store: Store, request: Request, desk: Services, access: Access) -> Answer:
    """An admin's word on a person, told to both; said twice it changes nothing."""
    assert request.pressed is not None  # noqa: S101 - reached by a button only
    user_id = request.pressed.number
    person = ledger.person(store, user_id)
    if person is None:
        raise Refusal("people.unknown", id=user_id)
    words = request.words
    done = words(f"access.{access.value}_done", name=bold(text(person.name)), id=code(str(user_id)))
    if person.access is access:
        return Answer.of(done, edit=True)
    set_standing(store, user_id, access, request.now)
    ledger.audit(store, request.user_id, access.value, subject=str(user_id), now=request.now)
    told = Reply(words_for("en")(f"access.{access.value}_told"), to=Destination(user_id))
    other = "refuse" if access is Access.ALLOWED else "allow"
    change = Button(words.plain(f"access.{other}"), other, user_id)
    return Answer((Reply(done, ((change,),), edit=True), told))


def _allow(store: Store, request: Request, desk: Services) -> Answer:
    return decide(store, request, desk, Access.ALLOWED)


def _refuse(store: Store, request: Request, desk: Services) -> Answer:
    return decide(store, request, desk, Access.BLOCKED)


ACTIONS = (Command("allow", run=_allow, right=Right.ADMIN), Command("refuse", run=_refuse, right=Right.ADMIN))
