"""check and doctor: what is set, what is wrong, what to do."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from bot.verbs.given import pass_given
from bot.verbs.inputs import utc_now
from bot.verbs.output import DONE, FAILED, JSON, WRONG_USE, complain, json_line, say
from config import check as files
from config import settings as settings_files
from digests.errors import ConfigError

if TYPE_CHECKING:
    from bot.doctor import Finding
    from bot.verbs.given import Given

__all__ = ["check", "doctor"]

MARKS = {"ok": "✓", "warning": "!", "trouble": "✗"}


@click.command("check")
@JSON
@pass_given
def check(given: Given, as_json: bool) -> None:
    """Check settings, sources and lexicon, and show what is in force. Exit code 2 when something is wrong."""
    effective = given.effective()
    for shown in settings_files.shown(effective):
        line = {"setting": shown.key, "value": shown.value, "origin": shown.origin}
        json_line(line) if as_json else say(f"{shown.key:<16} {shown.value:<44} {shown.origin}")
    problems = files.check(effective.settings)
    for problem in problems:
        complain(str(problem))
    sys.exit(WRONG_USE if problems else DONE)


@click.command("doctor")
@click.option("--network/--no-network", default=True, help="Also ask Telegram.")
@JSON
@pass_given
def doctor(given: Given, network: bool, as_json: bool) -> None:
    """Look for what is wrong and say what to do. Exit code 1 when something needs doing."""
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


def _show(found: Finding, *, as_json: bool) -> None:
    if as_json:
        json_line({"name": found.name, "level": found.level.value, "detail": found.detail, "remedy": found.remedy})
        return
    say(f"{MARKS[found.level.value]} {found.name:<20} {found.detail}")
    if found.remedy:
        say(f"  {'':<20} → {found.remedy}")
