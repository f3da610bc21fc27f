"""The first words: /start with its deep links, /help, plain words, old buttons, commands that do not exist."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rapidfuzz import process

from bot.telegram.commands import follow, ingest
from bot.telegram.commands.command import Command, Right
from bot.telegram.markup import bold, code, join, parts, text
from bot.telegram.menus import rows
from bot.telegram.request import Answer, Button, Refusal, Reply
from digests.store import chats, ledger, subscriptions
from digests.store.ledger import Access, Role

if TYPE_CHECKING:
    from bot.telegram.commands.command import Act
    from bot.telegram.request import Request
    from bot.telegram.services import Services
    from digests.store import Store

__all__ = ["ACTIONS", "COMMANDS", "SUGGESTED", "expired", "expired_menu", "home", "plain", "unknown_command"]

SUGGESTED = ("TTP", "Kabul", "Balochistan", "Kashmir", "ISKP", "Durand Line")
LONGEST_WORD = 200


async def start(request: Request, desk: Services) -> Act:
    """Welcome, with a first keyword one tap away. A deep link's payload is looked up, never executed."""
    payload = request.args.split()[0] if request.args else ""
    found = re.fullmatch(r"f-([a-z0-9-]{1,62})", payload)
    if found is not None:
        for entity in desk.lexicon().entities:
            if slug(entity.name) == found[1]:
                return await follow.offer(request.with_args(entity.name), desk)
    return lambda store: _welcome(store, request, desk)


def slug(name: str) -> str:
    """An entity's name as it stands in a deep link."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:60]


def _welcome(store: Store, request: Request, desk: Services) -> Answer:
    settings = chats.ensure_chat(
        store, request.here, request.kind, request.title, request.now, language=request.language, zone=desk.default_zone
    )
    words = request.words
    count = subscriptions.count_subscriptions(store, settings.destination)
    buttons = [Button(name, "suggest", index) for index, name in enumerate(SUGGESTED)]
    key = "start.again" if count else "start.welcome" if request.is_private else "start.group"
    more = (Button(words.plain("menu.list"), "list"), Button(words.plain("menu.help"), "help"))
    welcome = Answer.of(words(key, n=count, name=request.user_name), *rows(buttons, 3), more if count else more[1:])
    return Answer((*welcome.replies, *_asking(store, request)))


def _asking(store: Store, request: Request) -> tuple[Reply, ...]:
    """For an admin, who waits to be let in: a question that was sent before the admin's first /start never arrived."""
    asking = len(ledger.people(store, access=Access.REQUESTED))
    if request.role is Role.READER or not request.is_private or not asking:
        return ()
    said = request.words("admin.people", n=len(ledger.people(store)), asking=asking)
    return (Reply(said, ((Button(request.words.plain("admin.to_people"), "people"),),)),)


def home(store: Store, request: Request, desk: Services) -> Answer:
    """What the bot can do, by groups, with buttons to the most used."""
    words = request.words
    buttons = (
        (Button(words.plain("menu.list"), "list"), Button(words.plain("menu.digest"), "digest")),
        (Button(words.plain("menu.schedule"), "schedule"), Button(words.plain("menu.settings"), "settings")),
    )
    said = words("help.text")
    if request.role is not ledger.Role.READER:
        said = said + words("help.admin")
    return Answer.of(said, *buttons, edit=request.pressed is not None)


async def plain(request: Request, desk: Services) -> Act:
    """Words without a command: offer to follow or to search them. An address that an admin sends is read."""
    if re.fullmatch(r"https?://\S+", request.args) is not None:
        if request.role is Role.READER:
            raise Refusal("word.link")
        return await ingest.ingest(request, desk)
    return lambda store: plain_word(store, request)


def plain_word(store: Store, request: Request) -> Answer:
    """Follow it, search it, try it first? "follow TTP" without its slash is about TTP."""
    words = request.words
    typed = " ".join(request.args.split())
    first, _, rest = typed.lstrip("/ ").partition(" ")
    if first.casefold() in {"follow", "search", "test"} and rest:
        typed = rest
    if not typed:
        raise Refusal("word.not_text")
    if len(typed) > LONGEST_WORD:
        raise Refusal("word.long")
    number = ledger.keep_typed(store, request.here.chat_id, typed, request.now)
    buttons = (
        Button(words.plain("word.follow"), "follow", number),
        Button(words.plain("word.search"), "search", number),
        Button(words.plain("word.test"), "test", number),
    )
    lines = [words("word.offer", typed=bold(text(typed)))]
    if typed.casefold() in _known(request):
        lines.append(words("word.command", command=parts(f"/{typed.casefold()}")))
    return Answer.of(join("\n", lines), buttons[:2], buttons[2:])


def unknown_command(store: Store, request: Request, desk: Services) -> Answer:
    """A command that does not exist: the nearest one that does."""
    likely = process.extractOne(request.command, _known(request), score_cutoff=70)
    near = code(f"/{likely[0]}") if likely else code("/help")
    return Answer.of(request.words("error.unknown_command", command=code(f"/{request.command}"), near=near))


def _known(request: Request) -> list[str]:
    """The commands that this person may use."""
    from bot.telegram.commands import COMMANDS as KNOWN  # noqa: PLC0415 - the table is made of this module too

    right = Right.ADMIN if request.role is ledger.Role.READER else Right.OWNER + 1
    return [name for name, known in KNOWN.items() if known.right < right]


def expired(store: Store, request: Request, desk: Services) -> Answer:
    """A button of another version."""
    return expired_menu(request)


def expired_menu(request: Request) -> Answer:
    """A button about something that is gone: say so and give a fresh menu."""
    words = request.words
    buttons = (Button(words.plain("menu.list"), "list"), Button(words.plain("menu.help"), "help"))
    return Answer.of(words("menu.expired"), buttons)


COMMANDS = (
    Command("start", ahead=start),
    Command("help", run=home),
)
ACTIONS = (Command("help", run=home),)
