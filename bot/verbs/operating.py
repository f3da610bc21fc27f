"""doctor, backup, restore, migrate, check, opml: keeping an installation well."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot import doctor as examination
from bot.sources import opml as opml_files
from bot.telegram.commands.feeds import source_of_feed
from bot.telegram.services import FoundFeed
from bot.verbs.inputs import utc_now
from bot.verbs.output import DONE, FAILED, WRONG_USE, complain, json_line, say
from bot.verbs.reading import opened
from config import check as files
from config import settings as settings_files
from config import sources as source_files
from digests.errors import ConfigError, UserMistake
from digests.store import sources as source_store
from digests.store.sqlite import FileLock, SqliteStore
from digests.store.upkeep import PREFIX, back_up
from digests.store.upkeep import restore as restore_file

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.doctor import Finding
    from config.settings import Settings

__all__ = ["backup", "check", "doctor", "migrate", "opml", "restore"]

MARKS = {"ok": "✓", "warning": "!", "trouble": "✗"}


@click.command("doctor")
@click.option("--network/--no-network", default=True, help="Also ask Telegram.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line.")
@click.pass_obj
def doctor(flags: Mapping[str, object], network: bool, as_json: bool) -> None:
    """Look for what is wrong and say what to do. Exit code 1 when something needs doing."""
    try:
        settings = settings_files.load(os.environ, flags)
    except ConfigError as error:
        found = [
            examination.Finding("settings", examination.Level.TROUBLE, str(problem), "correct it; docs/settings.md")
            for problem in error.problems
        ]
    else:
        found = list(examination.examine(settings, network=network))
    for one in found:
        _show(one, as_json=as_json)
    sys.exit(FAILED if any(one.level is examination.Level.TROUBLE for one in found) else DONE)


@click.command("backup")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.pass_obj
def backup(settings: Settings, file: Path | None) -> None:
    """Write a checked copy of the database, also while the bot runs."""
    folder = settings.backup_dir or settings.db.absolute().parent
    target = file or folder / f"{PREFIX}{utc_now():%Y%m%d-%H%M%S}.db"
    say(str(back_up(settings.db, target)))


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_obj
def restore(settings: Settings, file: Path) -> None:
    """Put a backup in the place of the database, after checking it. The database that was there is kept beside it."""
    kept = restore_file(file, settings.db)
    say(f"{settings.db} restored from {file}" + (f"; the one before is {kept}" if kept else ""))


@click.command("migrate")
@click.pass_obj
def migrate(settings: Settings) -> None:
    """Bring the database's schema up to date. The bot does so by itself when it starts."""
    with FileLock(settings.db):
        pending: list[str] = []
        if settings.db.exists():
            with SqliteStore.open(settings.db, read_only=True) as store:
                pending = store.pending_migrations()
        SqliteStore.open(settings.db).close()
    say(f"{settings.db}: " + (f"applied {', '.join(pending)}" if pending else "up to date"))


@click.command("check")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line.")
@click.pass_obj
def check(flags: Mapping[str, object], as_json: bool) -> None:
    """Check settings, sources and lexicon, and show what is in force. Exit code 2 when something is wrong."""
    try:
        effective = settings_files.load_effective(os.environ, flags)
    except ConfigError as error:
        for problem in error.problems:
            complain(str(problem))
        sys.exit(WRONG_USE)
    for shown in settings_files.shown(effective):
        line = {"setting": shown.key, "value": shown.value, "origin": shown.origin}
        json_line(line) if as_json else say(f"{shown.key:<16} {shown.value:<44} {shown.origin}")
    problems = files.check(effective.settings)
    for problem in problems:
        complain(str(problem))
    sys.exit(WRONG_USE if problems else DONE)


@click.group("opml")
def opml() -> None:
    """Sources from and to an OPML file."""


@opml.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_obj
def opml_import(settings: Settings, file: Path) -> None:
    """Add the feeds of an OPML file as sources; says which were added, known or refused, and why."""
    listed = opml_files.read_opml(_content(file))
    refused = [f"{address}: {why}" for address, why in listed.refused]
    added = known = 0
    with opened(settings) as store:
        for feed in listed.feeds:
            try:
                with store.immediate() as db:
                    known_urls = {one.url for row in source_store.source_rows(db) for one in row.feeds}
                    source_store.add_source(
                        db, source_of_feed(FoundFeed(feed.url, feed.title, 0)), added_by=None, now=utc_now()
                    )
                    is_new = feed.url not in known_urls
            except UserMistake as error:
                refused.append(str(error))
                continue
            added, known = added + is_new, known + (not is_new)
    for reason in refused:
        complain(reason)
    say(f"{added} added, {known} known, {len(refused)} refused")
    sys.exit(FAILED if refused else DONE)


@opml.command("export")
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.pass_obj
def opml_export(settings: Settings, file: Path | None) -> None:
    """Write all sources as OPML, to FILE or to standard output."""
    with (
        SqliteStore.in_memory() if not settings.db.exists() else SqliteStore.open(settings.db, read_only=True) as store
    ):
        if not settings.db.exists():
            with store.immediate() as db:
                source_store.sync_sources(db, source_files.load(settings.config), utc_now())
        with store.snapshot() as db:
            found = source_store.source_rows(db)
    content = opml_files.write_opml(found)
    if file is None:
        say(content.decode())
    else:
        file.write_bytes(content)
        say(f"{len(found)} sources written to {file}")


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise click.UsageError(f"{file}: {(error.strerror or str(error)).lower()}") from error


def _show(found: Finding, *, as_json: bool) -> None:
    if as_json:
        json_line({"name": found.name, "level": found.level.value, "detail": found.detail, "remedy": found.remedy})
        return
    say(f"{MARKS[found.level.value]} {found.name:<20} {found.detail}")
    if found.remedy:
        say(f"  {'':<20} → {found.remedy}")
