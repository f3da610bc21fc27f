"""/follow and /test: what was understood, what it would have found, and a way back."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from bot.telegram.commands.command import Command, Right
from bot.telegram.hearing import ANONYMOUS
from bot.telegram.markup import bold, code, join, pre, text
from bot.telegram.menus import rows
from bot.telegram.preview import Preview, caret, preview, shown_preview, with_operators
from bot.telegram.request import Answer, Button, Refusal
from digests.matching import Keyword, parse
from digests.model import Strictness
from digests.schedule import held_until
from digests.store import chats, ledger, subscriptions
from digests.text import fold

if TYPE_CHECKING:
    from bot.telegram.commands.command import Act
    from bot.telegram.request import Request
    from bot.telegram.services import Services
    from digests.errors import QueryError
    from digests.matching import Lexicon, Query
    from digests.store import Store
    from digests.store.subscriptions import Subscription

__all__ = ["ACTIONS", "COMMANDS", "SUGGESTED", "follow", "offer", "query_mistake", "suggestions", "typed_of"]

SUGGESTED = ("TTP", "Kabul", "Balochistan", "Kashmir", "ISKP", "Durand Line")
LONGEST_QUERY = 400


async def follow(request: Request, desk: Services) -> Act:
    """Follow a query, and show what that means."""
    typed = _query_of(request)
    found = await desk.db.read(preview, typed, Strictness.NORMAL, desk, request.now)
    return partial(_save, request=request, desk=desk, typed=typed, found=found)


async def test(request: Request, desk: Services) -> Act:
    """Try a query without following it."""
    return await offer(request, desk)


async def offer(request: Request, desk: Services, title: str = "test.title") -> Act:
    """What a query means and finds, with a button to follow it. Nothing is saved but the words behind the button."""
    typed = _query_of(request)
    found = await desk.db.read(preview, typed, Strictness.NORMAL, desk, request.now)

    def answer(store: Store) -> Answer:
        words = request.words
        number = ledger.keep_typed(store, request.here.chat_id, typed, request.now)
        said = join("\n", (words(title, query=bold(text(typed))), shown_preview(words, found)))
        follow_it = (Button(words.plain("word.follow"), "follow", number),)
        return Answer.of(said, follow_it, *_meant_instead(store, request, found))

    return answer


async def trend(request: Request, desk: Services) -> Act:
    """How much is said of a keyword, in words: there is no picture of it yet."""
    return await offer(request, desk, "trend.title")


async def follow_typed(request: Request, desk: Services) -> Act:
    """The button under a word, a test or a correction."""
    return await follow(request.with_args(await typed_of(request, desk)), desk)


async def test_typed(request: Request, desk: Services) -> Act:
    return await offer(request.with_args(await typed_of(request, desk)), desk)


async def follow_suggested(request: Request, desk: Services) -> Act:
    """One of the first keywords that /start offers."""
    number = request.pressed.number if request.pressed else 0
    if not 0 <= number < len(SUGGESTED):
        raise Refusal("menu.expired", buttons=suggestions())
    return await follow(request.with_args(SUGGESTED[number]), desk)


def suggestions() -> tuple[tuple[Button, ...], ...]:
    return rows([Button(name, "suggest", index) for index, name in enumerate(SUGGESTED)], 3)


async def typed_of(request: Request, desk: Services) -> str:
    """The words behind the pressed button. Raises Refusal when they are forgotten."""
    number = request.pressed.number if request.pressed else 0
    found = await desk.db.read(ledger.typed, request.here.chat_id, number)
    if found is None:
        raise Refusal("menu.expired")
    return found


def query_mistake(store: Store, request: Request, mistake: QueryError) -> Answer:
    """A query that cannot be read: where, why, and the correction one tap away."""
    words = request.words
    lines = [words("query.wrong", message=str(mistake)), pre(caret(mistake.query, mistake.position))]
    buttons: list[Button] = []
    if mistake.suggestion:
        number = ledger.keep_typed(store, request.here.chat_id, mistake.suggestion, request.now)
        asked = request.pressed.action if request.pressed else request.command
        action = "test" if asked == "test" else "follow"
        lines.append(words("query.try", query=code(mistake.suggestion)))
        buttons.append(Button(f"{words.plain(f'word.{action}')}: {mistake.suggestion}", action, number))
    lines.append(words("query.help"))
    return Answer.of(join("\n", lines), tuple(buttons))


def _query_of(request: Request) -> str:
    typed = " ".join(request.args.split())
    if not typed:
        raise Refusal("follow.what", buttons=suggestions())
    if len(typed) > LONGEST_QUERY:
        raise Refusal("follow.too_long", n=LONGEST_QUERY)
    return typed


def _save(store: Store, request: Request, desk: Services, typed: str, found: Preview) -> Answer:
    words, where = request.words, request.where
    settings = chats.ensure_chat(
        store, where, request.kind, request.title, request.now, language=request.language, zone=desk.default_zone
    )
    if subscriptions.count_subscriptions(store, where) >= desk.max_subscriptions:
        raise Refusal("follow.too_many", n=desk.max_subscriptions)
    if found.understanding.corrections:
        typed = found.query.canonical
    known = _same_meaning(store, request, found.query, desk.lexicon())
    by = None if request.user_id == ANONYMOUS else request.user_id
    canonical = known.query.canonical if known else found.query.canonical
    strictness = known.query.strictness if known else Strictness.NORMAL
    done = subscriptions.follow(store, where, canonical, strictness, typed=typed, by=by, now=request.now)
    subscription = done.subscription
    shown = bold(text(typed))
    lines = [words("follow.done" if done.is_new else "follow.already", query=shown), shown_preview(words, found)]
    rhythm = words(f"cadence.will_{settings.cadence.kind.value}")
    if held_until(settings.quiet, settings.zone, request.now):
        rhythm = words("cadence.will_quiet")
    lines.append(rhythm)
    buttons = (
        (
            Button(words.plain("cadence.instant"), "cadence", "instant"),
            Button(words.plain("cadence.six_hours"), "cadence", "every-6"),
            Button(words.plain("cadence.morning"), "cadence", "daily-0800"),
        ),
        (
            Button(words.plain("menu.undo" if done.is_new else "sub.stop"), "unfollow", subscription.id),
            Button(words.plain("sub.change"), "sub", subscription.id),
            Button(words.plain("menu.list"), "list"),
        ),
    )
    learn = partial(desk.matcher.add, subscription.query.id, found.query, subscription.query.strictness)
    answer = Answer.of(join("\n", lines), *_meant_instead(store, request, found), *buttons)
    return replace(answer, last=(learn,) if done.new_query else ())


def _meant_instead(store: Store, request: Request, found: Preview) -> tuple[tuple[Button, ...], ...]:
    """What else may have been meant, one tap away: "TTP AND Islamabad" in capitals, a corrected keyword as it was typed."""
    meant = with_operators(found)
    if len(found.understanding.corrections) == len(found.understanding.readings) == 1:
        meant = str(Keyword(found.understanding.readings[0].typed, exact=True))
    if meant is None:
        return ()
    number = ledger.keep_typed(store, request.here.chat_id, meant, request.now)
    return ((Button(f"{request.words.plain('word.follow')}: {meant}", "follow", number),),)


def _same_meaning(store: Store, request: Request, query: Query, lexicon: Lexicon) -> Subscription | None:
    """What is followed already and means the same: `ttp`, `TTP` and the group's full name are one."""
    wanted = _meaning(query, lexicon)
    followed = subscriptions.subscriptions_of(store, request.where)
    return next((each for each in followed if _meaning(parse(each.query.canonical), lexicon) == wanted), None)


def _meaning(query: Query, lexicon: Lexicon) -> str:
    def named(keyword: Keyword) -> Keyword:
        if keyword.exact:
            return keyword
        entity = lexicon.resolve(keyword.text)
        return replace(keyword, text=entity.name if entity else fold(keyword.text))

    return query.replace(named).canonical


COMMANDS = (
    Command("follow", ahead=follow, right=Right.MANAGE),
    Command("test", ahead=test),
    Command("trend", ahead=trend, is_listed=False),
)
ACTIONS = (
    Command("follow", ahead=follow_typed, right=Right.MANAGE),
    Command("suggest", ahead=follow_suggested, right=Right.MANAGE),
    Command("test", ahead=test_typed),
)
