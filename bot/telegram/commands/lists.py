"""/list and /unfollow: everything that is followed, and every setting of it by buttons."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from bot.telegram.commands.command import Command, Right
from bot.telegram.commands.follow import suggestions
from bot.telegram.markup import Html, bold, code, join, text
from bot.telegram.menus import pager, rows
from bot.telegram.request import Answer, Button, Refusal
from bot.telegram.rhythm import cadence_buttons, cadence_of, cadence_shown
from digests.errors import QueryError
from digests.matching import parse
from digests.model import Severity, Strictness
from digests.store import chats, ledger, subscriptions

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.telegram.request import Request
    from bot.telegram.services import Services
    from bot.telegram.wording import Words
    from digests.store import Store
    from digests.store.subscriptions import Subscription

__all__ = ["ACTIONS", "COMMANDS", "ended", "show_list"]

PER_PAGE = 10
LANGUAGE_CHOICES = ("en", "ur", "ps", "fa", "ar", "hi", "ru", "fr")


def show_list(store: Store, request: Request, desk: Services) -> Answer:
    """What is followed here; a button for each."""
    words = request.words
    followed = subscriptions.subscriptions_of(store, request.where)
    is_menu = request.pressed is not None
    if not followed:
        return Answer.of(words("list.empty"), *suggestions(), edit=is_menu)
    pages = (len(followed) - 1) // PER_PAGE + 1
    page = min(request.pressed.page if request.pressed else 0, pages - 1)
    shown = followed[page * PER_PAGE : (page + 1) * PER_PAGE]
    week = request.now - timedelta(days=7)
    lines = [words("list.title", n=len(followed))]
    for number, subscription in enumerate(shown, page * PER_PAGE + 1):
        count = subscriptions.weekly_matches(store, subscription.query.id, week)
        mark = words("list.paused") if subscription.paused else Html()
        lines.append(words("list.line", number=number, query=bold(text(subscription.typed)), n=count) + mark)
    buttons = [Button(f"{subscription.typed}", "sub", subscription.id) for subscription in shown]
    return Answer.of(
        join("\n", lines), *rows(buttons), pager(words, "list", "", page, pages), _bottom(request), edit=is_menu
    )


def unfollow(store: Store, request: Request, desk: Services) -> Answer:
    """Stop following what is named; without a name, the list to choose from."""
    followed = subscriptions.subscriptions_of(store, request.where)
    if not request.args or not followed:
        return show_list(store, request, desk)
    wanted = request.args.casefold()
    found = [each for each in followed if wanted in {each.typed.casefold(), each.query.canonical.casefold()}]
    if not found and (canonical := _canonical(request.args)) is not None:
        found = [each for each in followed if each.query.canonical == canonical]
    if not found:
        near = [Button(each.typed, "sub", each.id) for each in followed[:PER_PAGE]]
        raise Refusal("unfollow.unknown", typed=request.args[:100], buttons=rows(near))
    return ended(store, request, desk, found[0])


def ended(store: Store, request: Request, desk: Services, subscription: Subscription) -> Answer:
    """The subscription is over; a button takes that back."""
    words = request.words
    subscriptions.unfollow(store, request.where, subscription.id)
    number = ledger.keep_typed(store, request.here.chat_id, subscriptions.to_memo(subscription), request.now)
    buttons = (Button(words.plain("menu.undo"), "refollow", number), Button(words.plain("menu.list"), "list"))
    said = words("unfollow.done", query=bold(text(subscription.typed)))
    answer = Answer.of(said, buttons, edit=request.pressed is not None)
    return replace(answer, left=(subscription.query.id,))


def end(store: Store, request: Request, desk: Services) -> Answer:
    return ended(store, request, desk, _pressed(store, request))


def take_back(store: Store, request: Request, desk: Services) -> Answer:
    """Followed again, with every setting, and nothing missed that was found meanwhile."""
    memo = ledger.typed(store, request.here.chat_id, request.pressed.number if request.pressed else 0)
    try:
        ended_one = subscriptions.from_memo(memo or "", request.where)
        query = parse(ended_one.query.canonical)
    except (ValueError, QueryError):
        raise Refusal("menu.expired") from None
    if subscriptions.count_subscriptions(store, request.where) >= desk.max_subscriptions:
        raise Refusal("follow.too_many", n=desk.max_subscriptions)
    done = subscriptions.refollow(store, ended_one)
    back = done.subscription
    words = request.words
    learn = partial(desk.matcher.add, back.query.id, query, back.query.strictness)
    buttons = (Button(words.plain("sub.change"), "sub", back.id), Button(words.plain("menu.list"), "list"))
    answer = Answer.of(words("unfollow.back", query=bold(text(back.typed))), buttons, edit=True)
    return replace(answer, last=(learn,) if done.new_query else (), after=(desk.wake_digester,))


def show(store: Store, request: Request, desk: Services) -> Answer:
    """One subscription with its settings."""
    return _menu(store, request, _pressed(store, request))


def pause(store: Store, request: Request, desk: Services) -> Answer:
    return _change(store, request, desk, lambda found: replace(found, paused=not found.paused))


def strictness(store: Store, request: Request, desk: Services) -> Answer:
    """Exact, normal, broad and round again. Another strictness is another query for the matcher."""
    order = list(Strictness)

    def turn(found: Subscription) -> Subscription:
        chosen = order[(order.index(found.query.strictness) + 1) % len(order)]
        return replace(found, query=replace(found.query, strictness=chosen))

    return _change(store, request, desk, turn)


def severity(store: Store, request: Request, desk: Services) -> Answer:
    """Low, normal, high, critical and round again."""
    order = sorted(Severity, key=lambda each: each.rank)

    def turn(found: Subscription) -> Subscription:
        return replace(found, min_severity=order[(order.index(found.min_severity) + 1) % len(order)])

    return _change(store, request, desk, turn)


def languages(store: Store, request: Request, desk: Services) -> Answer:
    """The choice of languages, or one of them switched."""
    page = request.pressed.page if request.pressed else 0
    if not 1 <= page <= len(LANGUAGE_CHOICES):
        return _language_menu(request, _pressed(store, request))
    code = LANGUAGE_CHOICES[page - 1]

    def switch(found: Subscription) -> Subscription:
        kept = [each for each in found.languages if each != code]
        return replace(found, languages=tuple(kept if code in found.languages else [*found.languages, code]))

    changed = switch(_pressed(store, request))
    subscriptions.save_subscription(store, changed)
    return _language_menu(request, changed)


def rhythm(store: Store, request: Request, desk: Services) -> Answer:
    """A rhythm of its own: the choice."""
    subscription = _pressed(store, request)
    words = request.words
    shown = words("sub.cadence_ask", query=bold(text(subscription.typed)))
    own = Button(words.plain("sub.cadence_chat"), "subcad", f"{subscription.id}-chat")
    return Answer.of(
        shown, *cadence_buttons(words, "subcad", f"{subscription.id}-"), (own, _back(request, subscription)), edit=True
    )


def set_rhythm(store: Store, request: Request, desk: Services) -> Answer:
    """A rhythm of its own: chosen."""
    key, _, choice = (request.pressed.id if request.pressed else "").partition("-")
    subscription = subscriptions.subscription(store, request.where, int(key) if key.isdigit() else 0)
    cadence = None if choice == "chat" else cadence_of(choice)
    if subscription is None or (cadence is None and choice != "chat"):
        raise Refusal("menu.expired")
    changed = replace(subscription, cadence=cadence)
    subscriptions.save_subscription(store, changed)
    desk_after = (desk.wake_digester,)
    return replace(_menu(store, request, changed), after=desk_after)


def _change(store: Store, request: Request, desk: Services, change: Callable[[Subscription], Subscription]) -> Answer:
    before = _pressed(store, request)
    wanted = change(before)
    new_query = subscriptions.save_subscription(store, wanted)
    last: list[Callable[[], None]] = []
    saved = subscriptions.subscription(store, request.where, before.id) or wanted
    if new_query:
        query = parse(saved.query.canonical)
        last.append(partial(desk.matcher.add, saved.query.id, query, saved.query.strictness))
    left = () if saved.query.id == before.query.id else (before.query.id,)
    return replace(_menu(store, request, saved), last=tuple(last), left=left)


def _menu(store: Store, request: Request, found: Subscription) -> Answer:
    words = request.words
    week = subscriptions.weekly_matches(store, found.query.id, request.now - timedelta(days=7))
    settings = chats.chat(store, found.destination)
    own = cadence_shown(words, found.cadence) if found.cadence else words("sub.cadence_chat")
    lines = [
        words("sub.title", query=bold(text(found.typed))),
        words("sub.read_as", query=code(found.query.canonical)),
        words("sub.week", n=week),
        words("sub.strictness", value=words(f"strictness.{found.query.strictness.value}")),
        words("sub.severity", value=words(f"severity.{found.min_severity.value}")),
        words("sub.languages", value=_languages_shown(words, found.languages)),
        words("sub.cadence", value=own),
    ]
    if found.min_score > 0:
        lines.append(words("sub.tuned", n=round(found.min_score)))
    if found.paused:
        lines.append(words("sub.is_paused"))
    if settings is not None and settings.state is chats.ChatState.PAUSED:
        lines.append(words("pause.still"))
    key = found.id
    buttons = [
        Button(words.plain("sub.resume" if found.paused else "sub.pause"), "subpause", key),
        Button(words.plain("sub.set_cadence"), "subrhythm", key),
        Button(words.plain("sub.set_strictness"), "substrict", key),
        Button(words.plain("sub.set_severity"), "subsev", key),
        Button(words.plain("sub.set_languages"), "sublang", key),
        Button(words.plain("sub.stop"), "unfollow", key),
    ]
    if found.min_score > 0:
        buttons.append(Button(words.plain("sub.untune"), "subtune", key))
    return Answer.of(join("\n", lines), *rows(buttons), (Button(words.plain("menu.list"), "list"),), edit=True)


def _languages_shown(words: Words, codes: tuple[str, ...]) -> str:
    names = [words.plain(f"language.{code}") if code in LANGUAGE_CHOICES else code for code in codes]
    return ", ".join(names) or words.plain("sub.all_languages")


def untune(store: Store, request: Request, desk: Services) -> Answer:
    """Forget what "Not relevant" taught this subscription."""
    return _change(store, request, desk, lambda found: replace(found, min_score=0.0))


def _language_menu(request: Request, found: Subscription) -> Answer:
    words = request.words
    buttons = [
        Button(
            f"{'✅ ' if code in found.languages else ''}{words.plain(f'language.{code}')}", "sublang", found.id, number
        )
        for number, code in enumerate(LANGUAGE_CHOICES, 1)
    ]
    return Answer.of(
        words("sub.languages_ask", query=bold(text(found.typed))), *rows(buttons), (_back(request, found),), edit=True
    )


def _pressed(store: Store, request: Request) -> Subscription:
    found = subscriptions.subscription(store, request.where, request.pressed.number if request.pressed else 0)
    if found is None:
        raise Refusal("sub.gone", buttons=((Button(request.words.plain("menu.list"), "list"),),))
    return found


def _back(request: Request, found: Subscription) -> Button:
    return Button(request.words.plain("menu.back"), "sub", found.id)


def _bottom(request: Request) -> tuple[Button, ...]:
    words = request.words
    return (Button(words.plain("menu.digest"), "digest"), Button(words.plain("menu.schedule"), "schedule"))


def _canonical(typed: str) -> str | None:
    try:
        return parse(typed).canonical
    except QueryError:
        return None


COMMANDS = (
    Command("list", run=show_list),
    Command("unfollow", run=unfollow, right=Right.MANAGE),
)
ACTIONS = (
    Command("list", run=show_list),
    Command("sub", run=show, right=Right.MANAGE),
    Command("unfollow", run=end, right=Right.MANAGE),
    Command("refollow", run=take_back, right=Right.MANAGE),
    Command("subpause", run=pause, right=Right.MANAGE),
    Command("substrict", run=strictness, right=Right.MANAGE),
    Command("subsev", run=severity, right=Right.MANAGE),
    Command("sublang", run=languages, right=Right.MANAGE),
    Command("subrhythm", run=rhythm, right=Right.MANAGE),
    Command("subcad", run=set_rhythm, right=Right.MANAGE),
    Command("subtune", run=untune, right=Right.MANAGE),
)
