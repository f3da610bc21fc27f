"""/users, /user, /allow, /block, /access: who may use the bot, and who is its admin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.telegram.commands.access import MODE, access_mode, set_standing
from bot.telegram.commands.command import Command, Right
from bot.telegram.markup import Html, bold, code, join, text
from bot.telegram.menus import pager, rows
from bot.telegram.render import told_at
from bot.telegram.request import Answer, Button, Refusal, Reply
from bot.telegram.wording import words_for
from config.values import Access as AccessMode
from digests.model import Destination
from digests.store import chats, ledger, subscriptions
from digests.store.ledger import Access, Role

if TYPE_CHECKING:
    from bot.telegram.request import Request
    from bot.telegram.services import Services
    from digests.store import Store
    from digests.store.ledger import Person

__all__ = ["ACTIONS", "COMMANDS"]

PER_PAGE = 12
MARKS = {Access.NEW: "⚪", Access.REQUESTED: "🙋", Access.ALLOWED: "✅", Access.BLOCKED: "⛔"}


def show_all(store: Store, request: Request, desk: Services) -> Answer:
    """Everybody the bot has met, with those who wait for an answer first."""
    words = request.words
    found = sorted(ledger.people(store), key=lambda each: each.access is not Access.REQUESTED)
    pages = max(1, (len(found) - 1) // PER_PAGE + 1)
    page = min(request.pressed.page if request.pressed else 0, pages - 1)
    shown = found[page * PER_PAGE : (page + 1) * PER_PAGE]
    lines = [words("people.title", n=len(found), mode=words(f"access.mode_{access_mode(store, desk).value}"))]
    lines += [
        Html(f"{MARKS[each.access]} ")
        + text(each.name)
        + Html(" ")
        + code(str(each.user_id))
        + _role(request, each, desk)
        for each in shown
    ]
    buttons = [Button(each.name or str(each.user_id), "person", each.user_id) for each in shown]
    mode = (Button(words.plain("access.change"), "access"),)
    return Answer.of(
        join("\n", lines),
        *rows(buttons, 3),
        pager(words, "people", "", page, pages),
        mode,
        edit=request.pressed is not None,
    )


def show(store: Store, request: Request, desk: Services) -> Answer:
    """One person: access, role, what they follow."""
    return _shown(store, request, desk, _meant(store, request))


def allow(store: Store, request: Request, desk: Services) -> Answer:
    return _decide(store, request, desk, Access.ALLOWED)


def block(store: Store, request: Request, desk: Services) -> Answer:
    """Not served any more: no answers, no digests."""
    return _decide(store, request, desk, Access.BLOCKED)


def make_admin(store: Store, request: Request, desk: Services) -> Answer:
    """Admin or reader, turn about. Only owners appoint."""
    found = _meant(store, request)
    role = Role.READER if found.role is Role.ADMIN else Role.ADMIN
    ledger.set_role(store, found.user_id, role, request.now)
    ledger.audit(store, request.user_id, f"make {role.value}", subject=str(found.user_id), now=request.now)
    return _shown(store, request, desk, ledger.person(store, found.user_id) or found)


def access(store: Store, request: Request, desk: Services) -> Answer:
    """The access mode: the choice, or chosen."""
    words = request.words
    choice = request.args.strip().lower() if request.command else request.pressed.id if request.pressed else ""
    if choice in set(AccessMode):
        ledger.set_named_value(store, MODE, choice)
        ledger.audit(store, request.user_id, "access mode", subject=choice, now=request.now)
    elif choice:
        raise Refusal("access.modes")
    mode = access_mode(store, desk)
    buttons = [Button(words.plain(f"access.mode_{each.value}"), "access", each.value) for each in AccessMode]
    said = words("access.mode", mode=words(f"access.mode_{mode.value}"))
    return Answer.of(said, *rows(buttons, 1), edit=request.pressed is not None)


def _decide(store: Store, request: Request, desk: Services, wanted: Access) -> Answer:
    user_id = _user_id(request)
    known = ledger.person(store, user_id)
    if user_id in desk.admins and wanted is Access.BLOCKED:
        raise Refusal("people.is_owner")
    set_standing(store, user_id, wanted, request.now)
    ledger.audit(store, request.user_id, wanted.value, subject=str(user_id), now=request.now)
    found = ledger.person(store, user_id)
    assert found is not None  # noqa: S101 - it was written three statements ago
    answer = _shown(store, request, desk, found)
    if wanted is Access.ALLOWED and known is not None and known.access is not Access.ALLOWED:
        told = Reply(words_for("en")("access.allowed_told"), to=Destination(user_id))
        return Answer((*answer.replies, told))
    return answer


def _shown(store: Store, request: Request, desk: Services, found: Person) -> Answer:
    words = request.words
    zone = settings.zone if (settings := chats.chat(store, request.here)) else "UTC"
    followed = subscriptions.subscriptions_of(store, Destination(found.user_id))
    is_owner = found.user_id in desk.admins
    lines = [
        bold(text(found.name)) + Html(" ") + code(str(found.user_id)),
        words("people.access", value=words(f"people.access_{found.access.value}")),
        words("people.role", value=words("people.role_owner" if is_owner else f"people.role_{found.role.value}")),
        words("people.since", time=told_at(found.first_seen, zone)),
        words("people.follows", n=len(followed)),
    ]
    buttons = []
    if not is_owner:
        if found.access is not Access.ALLOWED:
            buttons.append(Button(words.plain("access.allow"), "person_in", found.user_id))
        if found.access is not Access.BLOCKED:
            buttons.append(Button(words.plain("access.refuse"), "person_out", found.user_id))
        if request.role is Role.OWNER:
            key = "people.unmake_admin" if found.role is Role.ADMIN else "people.make_admin"
            buttons.append(Button(words.plain(key), "person_role", found.user_id))
    back = (Button(words.plain("menu.back"), "people"),)
    return Answer.of(join("\n", lines), *rows(buttons, 2), back, edit=request.pressed is not None)


def _meant(store: Store, request: Request) -> Person:
    user_id = _user_id(request)
    found = ledger.person(store, user_id)
    if found is None:
        raise Refusal("people.unknown", id=user_id)
    return found


def _user_id(request: Request) -> int:
    said = request.args.split()[0] if request.args else ""
    number = int(said) if said.isdecimal() and len(said) <= 16 else 0
    if request.pressed is not None:
        number = request.pressed.number
    if number <= 0:
        raise Refusal("people.which", command=request.command or "user")
    return number


def _role(request: Request, found: Person, desk: Services) -> Html:
    role = Role.OWNER if found.user_id in desk.admins else found.role
    return Html() if role is Role.READER else Html(" · ") + request.words(f"people.role_{role.value}")


COMMANDS = (
    Command("users", run=show_all, right=Right.ADMIN),
    Command("user", run=show, right=Right.ADMIN),
    Command("allow", run=allow, right=Right.ADMIN),
    Command("block", run=block, right=Right.ADMIN),
    Command("access", run=access, right=Right.OWNER),
)
ACTIONS = (
    Command("people", run=show_all, right=Right.ADMIN),
    Command("person", run=show, right=Right.ADMIN),
    Command("person_in", run=allow, right=Right.ADMIN),
    Command("person_out", run=block, right=Right.ADMIN),
    Command("person_role", run=make_admin, right=Right.OWNER),
    Command("access", run=access, right=Right.OWNER),
)
