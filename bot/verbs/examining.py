"""check and doctor: what is set, what is wrong, what to do."""

from __future__ import annotations

import http.client
import sys
from typing import TYPE_CHECKING

import click

from bot.verbs.given import pass_given
from bot.verbs.inputs import utc_now
from bot.verbs.output import DONE, FAILED, JSON, WRONG_USE, complain, json_line, say
from config import settings as settings_files
from digests.errors import ConfigError, FetchError

if TYPE_CHECKING:
    from bot.doctor import Finding
    from bot.verbs.given import Given
    from config.settings import Settings

__all__ = ["check", "doctor"]

HEALTH_PATIENCE = 5.0
LOOPBACK_OF = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - an address to ask, not to listen on
MARKS = {"ok": "✓", "warning": "!", "trouble": "✗"}


@click.command("check")
@JSON
@pass_given
def check(given: Given, as_json: bool) -> None:
    """Check settings, sources and lexicon, and show what is in force. Exit code 2 when something is wrong."""
    from config import check as files  # noqa: PLC0415 - the lexicon is loaded by this verb alone

    try:
        effective = given.effective()
    except ConfigError as error:
        raise ConfigError([*error.problems, *files.check(given.folder())]) from error
    for shown in settings_files.shown(effective):
        line = {"setting": shown.key, "value": shown.value, "origin": shown.origin}
        json_line(line) if as_json else say(f"{shown.key:<16} {shown.value:<44} {shown.origin}")
    problems = files.check(effective.settings.config)
    for problem in problems:
        complain(str(problem))
    sys.exit(WRONG_USE if problems else DONE)


@click.command("doctor")
@click.option("--network/--no-network", default=True, help="Also ask Telegram.")
@click.option("--alive", is_flag=True, help="Only ask the running bot whether it lives: exit code 0 or 1.")
@JSON
@pass_given
def doctor(given: Given, network: bool, alive: bool, as_json: bool) -> None:
    """Look for what is wrong and say what to do. Exit code 1 when something needs doing."""
    if alive:
        _ask_alive(given.settings(), as_json=as_json)
        return
    from bot import doctor as examination  # noqa: PLC0415 - check needs neither network nor database

    try:
        settings = given.settings()
    except ConfigError as error:
        found = [
            examination.Finding("settings", examination.Level.TROUBLE, str(problem), "correct it; docs/settings.md")
            for problem in error.problems
        ]
    else:
        found = list(examination.examine(settings, utc_now(), network=network))
    for one in found:
        _show(one, as_json=as_json)
    sys.exit(FAILED if any(one.level is examination.Level.TROUBLE for one in found) else DONE)


def _ask_alive(settings: Settings, *, as_json: bool) -> None:
    """For health checks of containers: what the running bot answers at /healthz."""
    host = LOOPBACK_OF.get(settings.web_host, settings.web_host)
    where = f"{host}:{settings.web_port}"
    line = http.client.HTTPConnection(host, settings.web_port, timeout=HEALTH_PATIENCE)
    try:
        line.request("GET", "/healthz")
        status = line.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        raise FetchError(
            f"{where}: no bot answers ({error}); is it running with this web_host and web_port?"
        ) from error
    finally:
        line.close()
    if status != http.client.OK:
        raise FetchError(f"{where}: the bot says it is not well ({status}); look at its log")
    json_line({"alive": True, "address": where}) if as_json else say(f"{where} lives")


def _show(found: Finding, *, as_json: bool) -> None:
    if as_json:
        json_line({"name": found.name, "level": found.level.value, "detail": found.detail, "remedy": found.remedy})
        return
    say(f"{MARKS[found.level.value]} {found.name:<20} {found.detail}")
    if found.remedy:
        say(f"  {'':<20} → {found.remedy}")
