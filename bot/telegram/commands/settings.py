"""/settings: language, severity, sign of life in silent weeks, and the way to everything else."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.telegram.commands.command import Command, Right
from bot.telegram.commands.schedule import settings_for
from bot.telegram.markup import join
from bot.telegram.menus import rows
from bot.telegram.request import Answer, Button
from bot.telegram.rhythm import cadence_shown
from bot.telegram.wording import LANGUAGES, words_for
from digests.model import Severity
from digests.store import chats

if TYPE_CHECKING:
    from bot.telegram.request import Request
    from bot.telegram.services import Services
    from digests.store import Store
    from digests.store.chats import ChatSettings

__all__ = ["ACTIONS", "COMMANDS", "show"]


def show(store: Store, request: Request, desk: Services) -> Answer:
    """All settings of this chat with buttons."""
    return _menu(request, settings_for(store, request, desk))


def language(store: Store, request: Request, desk: Services) -> Answer:
    """The language of the bot: the choice, or chosen."""
    choice = request.pressed.id if request.pressed else ""
    if choice in LANGUAGES:
        changed = replace(settings_for(store, request, desk), language=choice)
        chats.save_settings(store, changed)
        return _menu(replace(request, language=choice), changed)
    buttons = [Button(words_for(code).plain("language.own"), "language", code) for code in LANGUAGES]
    return Answer.of(request.words("settings.language_ask"), *rows(buttons), _back(request), edit=True)


def severity(store: Store, request: Request, desk: Services) -> Answer:
    """Least severity of what is told: the choice, or chosen."""
    choice = request.pressed.id if request.pressed else ""
    words = request.words
    if choice in {each.value for each in Severity}:
        changed = replace(settings_for(store, request, desk), min_severity=Severity(choice))
        chats.save_settings(store, changed)
        return _menu(request, changed)
    buttons = [Button(words.plain(f"severity.{each.value}"), "severity", each.value) for each in Severity]
    return Answer.of(words("settings.severity_ask"), *rows(buttons), _back(request), edit=True)


def heartbeat(store: Store, request: Request, desk: Services) -> Answer:
    """A sign of life in a silent week: on or off."""
    settings = settings_for(store, request, desk)
    changed = replace(settings, heartbeat=not settings.heartbeat)
    chats.save_settings(store, changed)
    return _menu(request, changed)


def _menu(request: Request, settings: ChatSettings) -> Answer:
    words = request.words
    lines = [
        words("settings.title"),
        words("settings.language", value=words("language.own")),
        words("settings.rhythm", value=cadence_shown(words, settings.cadence)),
        words("settings.zone", zone=settings.zone),
        words("settings.severity", value=words(f"severity.{settings.min_severity.value}")),
        words("settings.heartbeat", value=words("settings.on" if settings.heartbeat else "settings.off")),
    ]
    if not request.is_private:
        lines.append(words("settings.group"))
    elif not request.is_elsewhere:
        lines.append(words("settings.channel"))
    buttons = [
        Button(words.plain("settings.set_language"), "language"),
        Button(words.plain("menu.schedule"), "schedule"),
        Button(words.plain("settings.set_severity"), "severity"),
        Button(words.plain("settings.set_heartbeat"), "heartbeat"),
        Button(words.plain("menu.mutes"), "mutes"),
        Button(words.plain("menu.list"), "list"),
    ]
    if request.is_private and not request.is_elsewhere:
        buttons += [Button(words.plain("menu.export"), "export"), Button(words.plain("menu.forgetme"), "forgetme")]
    return Answer.of(join("\n", lines), *rows(buttons), edit=request.pressed is not None)


def _back(request: Request) -> tuple[Button, ...]:
    return (Button(request.words.plain("menu.back"), "settings"),)


COMMANDS = (Command("settings", run=show, right=Right.MANAGE),)
ACTIONS = (
    Command("settings", run=show, right=Right.MANAGE),
    Command("language", run=language, right=Right.MANAGE),
    Command("severity", run=severity, right=Right.MANAGE),
    Command("heartbeat", run=heartbeat, right=Right.MANAGE),
)
