"""/stats, /health, /backup, /audit, /reload, /maintenance: how the installation does, and looking after it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bot.telegram.commands.command import Command, Right
from bot.telegram.markup import Html, bold, clip, code, join, text
from bot.telegram.menus import pager
from bot.telegram.render import told_at
from bot.telegram.request import Answer, Button, Refusal
from bot.telegram.rhythm import as_of
from digests.errors import DigestError
from digests.store import chats, ledger

if TYPE_CHECKING:
    from bot.telegram.commands.command import Act
    from bot.telegram.request import Request
    from bot.telegram.services import Services
    from digests.store import Store

__all__ = ["ACTIONS", "COMMANDS", "MAINTENANCE"]

PER_PAGE = 15
MAINTENANCE = "maintenance"  # a named value: on while nothing is fetched and no digest composed


async def stats(request: Request, desk: Services) -> Act:
    """Articles, matches, deliveries, delay and backlog as figures."""
    figures = await desk.operations.stats()
    lines = [request.words("stats.title")]
    lines += [Html("• ") + text(each.name) + Html(": ") + bold(text(each.value)) for each in figures]
    lines.append(as_of(request.words, request.now))
    again = (Button(request.words.plain("menu.again"), "stats"), Button(request.words.plain("menu.health"), "health"))
    return lambda _: Answer.of(join("\n", lines), again, edit=request.pressed is not None)


async def health(request: Request, desk: Services) -> Act:
    """What is well and what is not, with what to do."""
    vitals = await desk.operations.health()
    words = request.words
    lines = [words("health.well" if all(each.well for each in vitals) else "health.trouble")]
    lines += [Html("🟢 " if each.well else "🔴 ") + text(each.name) + Html(": ") + text(each.detail) for each in vitals]
    again = (Button(words.plain("menu.again"), "health"), Button(words.plain("menu.stats"), "stats"))

    def answer(store: Store) -> Answer:
        troubles = ledger.open_troubles(store)
        shown = [*lines, *(Html("⚠️ ") + text(clip(trouble.message, 300)) for trouble in troubles[:15])]
        shown.append(as_of(words, request.now))
        return Answer.of(join("\n", shown), again, edit=request.pressed is not None)

    return answer


async def backup(request: Request, desk: Services) -> Act:
    """A backup now; the file stays on the machine."""
    try:
        path = await desk.operations.backup()
    except DigestError as error:
        raise Refusal("backup.failed", reason=str(error)) from error

    def answer(store: Store) -> Answer:
        ledger.audit(store, request.user_id, "backup", subject=path.name, now=request.now)
        return Answer.of(request.words("backup.done", path=code(path.name), n=max(1, path.stat().st_size // 1024)))

    return answer


async def reload(request: Request, desk: Services) -> Act:
    """Sources, lexicon and settings from the files again; wrong files change nothing."""
    try:
        changed = await desk.operations.reload()
    except DigestError as error:
        raise Refusal("reload.failed", reason=clip(str(error), 1500)) from error

    def answer(store: Store) -> Answer:
        ledger.audit(store, request.user_id, "reload", detail=changed, now=request.now)
        return Answer.of(request.words("reload.done", changed=changed))

    return answer


def audit(store: Store, request: Request, desk: Services) -> Answer:
    """What admins did, newest first."""
    words = request.words
    page = request.pressed.page if request.pressed else 0
    found = ledger.audit_lines(store, PER_PAGE + 1, page * PER_PAGE)
    if not found:
        return Answer.of(words("audit.none"), edit=request.pressed is not None)
    settings = chats.chat(store, request.here)
    zone = settings.zone if settings else "UTC"
    lines = [words("audit.title")]
    for line in found[:PER_PAGE]:
        who = ledger.person(store, line.actor)
        actor = text(who.name) if who and who.name else code(str(line.actor))
        said = join(
            " · ", (told_at(line.at, zone), actor, text(line.action), text(line.subject), text(clip(line.detail, 80)))
        )
        lines.append(Html("• ") + said)
    pages = page + (2 if len(found) > PER_PAGE else 1)
    return Answer.of(join("\n", lines), pager(words, "audit", "", page, pages), edit=request.pressed is not None)


def maintenance(store: Store, request: Request, desk: Services) -> Answer:
    """On: nothing is fetched and no digest composed until it is off again. Nothing is lost meanwhile."""
    words = request.words
    choice = request.args.strip().lower() if request.command else request.pressed.id if request.pressed else ""
    is_on = ledger.named_value(store, MAINTENANCE) == "on"
    if choice not in {"", "on", "off"}:
        raise Refusal("maintenance.what")
    after: tuple[partial[None], ...] = ()
    if choice:
        is_on = choice == "on"
        ledger.set_named_value(store, MAINTENANCE, choice)
        ledger.audit(store, request.user_id, "maintenance", subject=choice, now=request.now)
        after = (partial(desk.operations.maintain, is_on),)
    button = Button(words.plain("maintenance.off" if is_on else "maintenance.on"), "maintain", "off" if is_on else "on")
    answer = Answer.of(
        words("maintenance.is_on" if is_on else "maintenance.is_off"), (button,), edit=request.pressed is not None
    )
    return Answer(answer.replies, after=after)


COMMANDS = (
    Command("stats", ahead=stats, right=Right.ADMIN),
    Command("health", ahead=health, right=Right.ADMIN),
    Command("backup", ahead=backup, right=Right.ADMIN),
    Command("audit", run=audit, right=Right.ADMIN),
    Command("reload", ahead=reload, right=Right.ADMIN),
    Command("maintenance", run=maintenance, right=Right.OWNER),
)
ACTIONS = (
    Command("stats", ahead=stats, right=Right.ADMIN),
    Command("health", ahead=health, right=Right.ADMIN),
    Command("audit", run=audit, right=Right.ADMIN),
    Command("maintain", run=maintenance, right=Right.OWNER),
)
