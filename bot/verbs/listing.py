"""opml import, opml export: sources from and to an OPML file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.sources import opml as opml_files
from bot.telegram.commands.feeds import source_of_feed
from bot.telegram.services import FoundFeed
from bot.verbs.given import pass_settings
from bot.verbs.inputs import utc_now
from bot.verbs.output import DONE, FAILED, JSON, complain, json_line, say
from config import sources as source_files
from digests.errors import StoreError, UserMistake
from digests.store import sources as source_store
from digests.store.sqlite import FileLock, SqliteStore

if TYPE_CHECKING:
    from config.settings import Settings

__all__ = ["opml"]


@click.group("opml")
def opml() -> None:
    """Sources from and to an OPML file."""


@opml.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@JSON
@pass_settings
def opml_import(settings: Settings, file: Path, as_json: bool) -> None:
    """Add the feeds of an OPML file as sources; says which were added, known or refused, and why."""
    try:
        listed = opml_files.read_opml(_content(file))
    except UserMistake as error:
        raise UserMistake(f"{file}: {error}") from error
    refused = [f"{address}: {why}" for address, why in listed.refused]
    added = known = 0
    with FileLock(settings.db), SqliteStore.open(settings.db) as store:
        with store.snapshot() as db:
            known_urls = {one.url for row in source_store.source_rows(db) for one in row.feeds}
        for feed in listed.feeds:
            if feed.url in known_urls:
                known += 1
                continue
            try:
                with store.immediate() as db:
                    source = source_of_feed(FoundFeed(feed.url, feed.title, 0))
                    source_store.add_source(db, source, added_by=None, now=utc_now())
            except UserMistake as error:
                refused.append(str(error))
            else:
                known_urls.add(feed.url)
                added += 1
    for reason in refused:
        complain(reason)
    line = {"added": added, "known": known, "refused": len(refused)}
    json_line(line) if as_json else say(f"{added} added, {known} known, {len(refused)} refused")
    sys.exit(FAILED if refused else DONE)


@opml.command("export")
@click.argument("file", type=click.Path(path_type=Path), required=False)
@pass_settings
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
        try:
            file.write_bytes(content)
        except OSError as error:
            raise StoreError(f"{file}: {(error.strerror or str(error)).lower()}; name another file") from error
        say(f"{len(found)} sources written to {file}")


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise click.UsageError(f"{file}: {(error.strerror or str(error)).lower()}") from error
