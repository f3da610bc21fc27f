"""/schedule, /pause, /resume: rhythm, time zone by city, quiet hours, and what may pass them."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.telegram.commands.command import Command, Right
from bot.telegram.markup import Html, join, text
from bot.telegram.menus import rows
from bot.telegram.request import Answer, Button, Refusal
from bot.telegram.rhythm import (
    cadence_buttons,
    cadence_of,
    cadence_shown,
    duration_of,
    night_of,
    said_cadence,
    said_quiet,
    shown_time,
)
from bot.telegram.zones import find_zones, offset_label, zone_like, zones_at_offset, zones_of_country
from digests.model import Severity
from digests.schedule import next_slot
from digests.store import chats, ledger
from digests.store.chats import Cadence, CadenceKind, ChatState, Quiet

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from bot.telegram.request import Request
    from bot.telegram.services import Services
    from bot.telegram.wording import Words
    from bot.telegram.zones import ZoneChoice
    from digests.store import Store
    from digests.store.chats import ChatSettings

__all__ = ["ACTIONS", "COMMANDS", "rescheduled", "settings_for"]

HOURS = (1, 3, 6, 12)
MORNINGS = ("0600", "0700", "0800", "1200", "1800", "2100")
NIGHTS = ("2200-0700", "2300-0600", "2300-0800", "0000-0700")


def schedule(store: Store, request: Request, desk: Services) -> Answer:
    """The schedule as it is, or changed by what was said: `daily 8:00`, `every 6`, `quiet 22-7`, `zone Kabul` …"""
    said = " ".join(request.args.lower().split())
    settings = settings_for(store, request, desk)
    if not said:
        return _menu(request, settings)
    if said.startswith("zone"):
        return zone(store, request.with_args(request.args.strip()[4:].strip()), desk)
    if said in {"quiet off", "quiet none", "quiet hours off", "no quiet hours"}:
        return _saved(store, request, desk, replace(settings, quiet=None))
    if (hours := said_quiet(said)) is not None:
        return _saved(store, request, desk, replace(settings, quiet=hours))
    if (severity := re.fullmatch(r"urgent (none|never|off|low|normal|high|critical)", said)) is not None:
        chosen = None if severity[1] in {"none", "never", "off"} else Severity(severity[1])
        return _saved(store, request, desk, replace(settings, urgent=chosen))
    cadence = said_cadence(said)
    if cadence is None:
        raise Refusal("schedule.unclear", buttons=_bottom(request.words))
    return _saved(store, request, desk, replace(settings, cadence=cadence))


def choose(store: Store, request: Request, desk: Services) -> Answer:
    """A rhythm by button."""
    cadence = cadence_of(request.pressed.id if request.pressed else "")
    if cadence is None:
        raise Refusal("menu.expired", buttons=_bottom(request.words))
    return _saved(store, request, desk, replace(settings_for(store, request, desk), cadence=cadence))


def zone(store: Store, request: Request, desk: Services) -> Answer:
    """The time zone of a city, a country or an IANA name; a choice when the name is of several places."""
    words = request.words
    if not request.args:
        return Answer.of(words("zone.ask"))
    named = request.args[:100]
    found = find_zones(named)
    if not found and (several := zones_of_country(named) or zones_at_offset(named, request.now)):
        raise Refusal("zone.which", name=named, buttons=_zone_buttons(several))
    if not found:
        like = zone_like(named)
        raise Refusal("zone.unknown", name=named, buttons=_zone_buttons(find_zones(like)[:2] if like else []))
    settings = settings_for(store, request, desk)
    answer = _saved(store, request, desk, replace(settings, zone=found[0].zone))
    if found[0].place == found[0].zone:
        return answer
    shown = answer.replies[0]
    key = "zone.set" if len(found) == 1 else "zone.set_others"
    said = join("\n", (words(key, place=found[0].place), shown.text))
    buttons = shown.buttons if len(found) == 1 else (*_zone_buttons(found[1:]), *shown.buttons[-1:])
    return replace(answer, replies=(replace(shown, text=said, buttons=buttons),))


def choose_zone(store: Store, request: Request, desk: Services) -> Answer:
    name = (request.pressed.id if request.pressed else "").replace(".", "/")
    found = find_zones(name)
    if not found:
        raise Refusal("menu.expired", buttons=_bottom(request.words))
    return _saved(store, request, desk, replace(settings_for(store, request, desk), zone=found[0].zone))


def quiet(store: Store, request: Request, desk: Services) -> Answer:
    """Quiet hours: the choice, or chosen."""
    words, choice = request.words, request.pressed.id if request.pressed else ""
    settings = settings_for(store, request, desk)
    if choice == "off":
        return _saved(store, request, desk, replace(settings, quiet=None))
    if choice in NIGHTS:
        return _saved(store, request, desk, replace(settings, quiet=night_of(choice)))
    buttons = [Button(f"{each[:2]}:{each[2:4]}–{each[5:7]}:{each[7:]}", "quiet", each) for each in NIGHTS]
    off = Button(words.plain("quiet.off"), "quiet", "off")
    return Answer.of(words("quiet.ask"), *rows(buttons), (off, *_back(words)), edit=True)


def urgent(store: Store, request: Request, desk: Services) -> Answer:
    """From which severity up a story comes at once, whatever the schedule says: the choice, or chosen."""
    words, choice = request.words, request.pressed.id if request.pressed else ""
    settings = settings_for(store, request, desk)
    if choice == "none":
        return _saved(store, request, desk, replace(settings, urgent=None))
    if choice in {each.value for each in Severity}:
        return _saved(store, request, desk, replace(settings, urgent=Severity(choice)))
    buttons = [Button(words.plain(f"severity.{each.value}"), "urgent", each.value) for each in Severity]
    never = Button(words.plain("urgent.never"), "urgent", "none")
    return Answer.of(words("urgent.ask"), *rows([*buttons, never]), _back(words), edit=True)


def more(store: Store, request: Request, desk: Services) -> Answer:
    """Choices that need a second tap: hours, times of day, days of the week, the zone."""
    words, choice = request.words, request.pressed.id if request.pressed else ""
    if choice == "every":
        buttons = [Button(words.plain("cadence.every", n=hours), "cadence", f"every-{hours}") for hours in HOURS]
        return Answer.of(words("schedule.every_ask"), *rows(buttons), _back(words), edit=True)
    if choice == "daily":
        buttons = [Button(f"{each[:2]}:{each[2:]}", "cadence", f"daily-{each}") for each in MORNINGS]
        return Answer.of(words("schedule.daily_ask"), *rows(buttons, 3), _back(words), edit=True)
    if choice == "weekly":
        buttons = [Button(words.plain(f"day.{day}"), "cadence", f"weekly-{day}-0800") for day in range(7)]
        return Answer.of(words("schedule.weekly_ask"), *rows(buttons, 2), _back(words), edit=True)
    if choice == "zone":
        names = ("Karachi", "Kabul", "Delhi", "Dubai", "London", "Geneva", "New York City")
        buttons = [_zone_button(name, found[0].zone) for name in names if (found := find_zones(name))]
        return Answer.of(words("zone.ask"), *rows(buttons), _back(words), edit=True)
    raise Refusal("menu.expired", buttons=_bottom(words))


def pause(store: Store, request: Request, desk: Services) -> Answer:
    """No digests for a while, or until /resume. What comes meanwhile is told afterwards."""
    words = request.words
    settings_for(store, request, desk)
    said = request.args or (request.pressed.id if request.pressed else "")
    if not said and request.pressed is None:
        buttons = [
            Button(words.plain("pause.hours", n=8), "pause", "8h"),
            Button(words.plain("pause.days", n=1), "pause", "1d"),
            Button(words.plain("pause.days", n=7), "pause", "7d"),
        ]
        chats.pause(store, request.where, None)
        resume_now = Button(words.plain("pause.resume"), "resume")
        return Answer.of(words("pause.open"), tuple(buttons), (resume_now,))
    length = duration_of(said)
    if length is None:
        raise Refusal("pause.unclear")
    until = request.now + length
    chats.pause(store, request.where, until)
    shown = shown_time(until, settings_for(store, request, desk).zone)
    resume_now = Button(words.plain("pause.resume"), "resume")
    return Answer.of(words("pause.until", time=shown), (resume_now,), edit=request.pressed is not None)


def resume(store: Store, request: Request, desk: Services) -> Answer:
    """Digests again, beginning with what came meanwhile."""
    words = request.words
    was = settings_for(store, request, desk).state
    chats.resume(store, request.where, request.now)
    key = "pause.over" if was is ChatState.PAUSED else "pause.was_not"
    answer = Answer.of(words(key), (Button(words.plain("menu.digest"), "digest"),), edit=request.pressed is not None)
    return replace(answer, after=(desk.wake_digester,))


# --- Shared with other commands --------------------------------------------------------------------------------------


def settings_for(store: Store, request: Request, desk: Services) -> ChatSettings:
    """The settings of what is being set up, made when there are none yet."""
    return chats.ensure_chat(
        store,
        request.where,
        request.kind,
        request.title,
        request.now,
        language=request.language,
        zone=desk.default_zone,
    )


def rescheduled(settings: ChatSettings, now: datetime) -> ChatSettings:
    """With the next digest where the new schedule puts it; an instant chat is looked at at once."""
    slot = next_slot(settings.cadence, settings.quiet, settings.zone, now)
    return replace(settings, next_digest_at=slot.at if slot else now)


# --- Here only -------------------------------------------------------------------------------------------------------


def _saved(store: Store, request: Request, desk: Services, settings: ChatSettings) -> Answer:
    before = settings_for(store, request, desk)
    changed = rescheduled(settings, request.now)
    chats.save_settings(store, changed)
    answer = _menu(request, changed, done=True)
    if _memo(before) != _memo(changed):
        number = ledger.keep_typed(store, request.here.chat_id, _memo(before), request.now)
        undo = (Button(request.words.plain("menu.undo"), "schedback", number),)
        shown = answer.replies[0]
        answer = replace(answer, replies=(replace(shown, buttons=(*shown.buttons, undo)),))
    return replace(answer, after=(desk.wake_digester,))


def _memo(settings: ChatSettings) -> str:
    """The schedule as text, for the button that brings it back."""
    quiet = settings.quiet
    hours = f"{quiet.start:%H%M}-{quiet.end:%H%M}" if quiet else ""
    return json.dumps([settings.cadence.to_json(), settings.zone, hours, settings.urgent or ""])


def _menu(request: Request, settings: ChatSettings, *, done: bool = False) -> Answer:
    words = request.words
    slot = next_slot(settings.cadence, settings.quiet, settings.zone, request.now)
    lines = [
        words("schedule.saved") if done else words("schedule.title"),
        words("schedule.rhythm", value=cadence_shown(words, settings.cadence)),
        words("schedule.zone", zone=settings.zone, offset=offset_label(settings.zone, request.now)),
        words("schedule.quiet", value=_quiet_shown(words, settings.quiet)),
        words(
            "schedule.urgent", value=words(f"severity.{settings.urgent}") if settings.urgent else words("urgent.never")
        ),
    ]
    if slot is not None:
        lines.append(words("schedule.next", time=shown_time(slot.at, settings.zone)))
    if _is_held(settings):
        lines.append(words("schedule.held", time=f"{settings.quiet.end:%H:%M}" if settings.quiet else ""))
    if settings.state is ChatState.PAUSED:
        lines.append(words("pause.still"))
    buttons = (
        *cadence_buttons(words, "cadence"),
        (
            Button(words.plain("schedule.more_every"), "more", "every"),
            Button(words.plain("schedule.more_daily"), "more", "daily"),
            Button(words.plain("schedule.more_weekly"), "more", "weekly"),
        ),
        (
            Button(words.plain("schedule.more_zone"), "more", "zone"),
            Button(words.plain("schedule.more_quiet"), "quiet", ""),
            Button(words.plain("schedule.more_urgent"), "urgent", ""),
        ),
    )
    return Answer.of(join("\n", lines), *buttons, edit=request.pressed is not None)


def take_back(store: Store, request: Request, desk: Services) -> Answer:
    """The schedule as it was before."""
    memo = ledger.typed(store, request.here.chat_id, request.pressed.number if request.pressed else 0)
    try:
        cadence, zone_name, hours, severity = json.loads(memo or "")
        before = replace(
            settings_for(store, request, desk),
            cadence=Cadence.from_json(cadence),
            zone=zone_name,
            quiet=night_of(hours) if hours else None,
            urgent=Severity(severity) if severity else None,
        )
    except (ValueError, TypeError):
        raise Refusal("menu.expired", buttons=_bottom(request.words)) from None
    return _saved(store, request, desk, before)


def show(store: Store, request: Request, desk: Services) -> Answer:
    """The menu again."""
    return _menu(request, settings_for(store, request, desk))


def _is_held(settings: ChatSettings) -> bool:
    """Whether the chosen time lies in the quiet hours, so that the digest comes at their end."""
    if settings.cadence.kind not in {CadenceKind.DAILY, CadenceKind.WEEKLY} or settings.quiet is None:
        return False
    return settings.quiet.holds(settings.cadence.at)


def _quiet_shown(words: Words, quiet: Quiet | None) -> Html:
    return words("quiet.none") if quiet is None else text(f"{quiet.start:%H:%M}–{quiet.end:%H:%M}")


def _zone_buttons(choices: Iterable[ZoneChoice]) -> tuple[tuple[Button, ...], ...]:
    return rows([_zone_button(choice.place, choice.zone) for choice in choices], 1)


def _zone_button(label: str, zone: str) -> Button:
    return Button(label, "zone", zone.replace("/", "."))


def _back(words: Words) -> tuple[Button, ...]:
    return (Button(words.plain("menu.back"), "schedule"),)


def _bottom(words: Words) -> tuple[tuple[Button, ...], ...]:
    return ((Button(words.plain("menu.schedule"), "schedule"),),)


COMMANDS = (
    Command("schedule", run=schedule, right=Right.MANAGE),
    Command("pause", run=pause, right=Right.MANAGE),
    Command("resume", run=resume, right=Right.MANAGE),
)
ACTIONS = (
    Command("schedule", run=show, right=Right.MANAGE),
    Command("cadence", run=choose, right=Right.MANAGE),
    Command("schedback", run=take_back, right=Right.MANAGE),
    Command("more", run=more, right=Right.MANAGE),
    Command("zone", run=choose_zone, right=Right.MANAGE),
    Command("quiet", run=quiet, right=Right.MANAGE),
    Command("urgent", run=urgent, right=Right.MANAGE),
    Command("pause", run=pause, right=Right.MANAGE),
    Command("resume", run=resume, right=Right.MANAGE),
)
