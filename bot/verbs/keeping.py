"""backup, restore, migrate: the database as a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.verbs.given import pass_settings
from bot.verbs.inputs import utc_now
from bot.verbs.output import JSON, complain, json_line, say
from digests.store.sqlite import FileLock, SqliteStore
from digests.store.upkeep import PREFIX, back_up
from digests.store.upkeep import restore as restore_file

if TYPE_CHECKING:
    from config.settings import Settings

__all__ = ["backup", "migrate", "restore"]


@click.command("backup")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@JSON
@pass_settings
def backup(settings: Settings, file: Path | None, as_json: bool) -> None:
    """Write a checked copy of the database, also while the bot runs. Without FILE into the backup folder.

    The backup folder is the setting backup_dir, else the database's own folder.
    """
    folder = settings.backup_dir or settings.db.absolute().parent
    target = file or folder / f"{PREFIX}{utc_now():%Y%m%d-%H%M%S}.db"
    back_up(settings.db, target)
    line = {"backup": str(target), "bytes": target.stat().st_size}
    json_line(line) if as_json else say(str(target))


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path))
@JSON
@pass_settings
def restore(settings: Settings, file: Path, as_json: bool) -> None:
    """Put a backup in the place of the database, after checking it. The database that was there is kept beside it."""
    kept = restore_file(file, settings.db, utc_now())
    line = {"database": str(settings.db), "backup": str(file), "kept": str(kept) if kept else None}
    json_line(line) if as_json else say(
        f"{settings.db} restored from {file}" + (f"; the one before is {kept}" if kept else "")
    )


@click.command("migrate")
@JSON
@pass_settings
def migrate(settings: Settings, as_json: bool) -> None:
    """Bring the database's schema up to date. The bot does so by itself when it starts."""
    with FileLock(settings.db):
        pending: list[str] = []
        if settings.db.exists():
            with SqliteStore.open(settings.db, read_only=True) as store:
                pending = store.pending_migrations()
        else:
            complain(f"{settings.db}: there was no database; an empty one is made")
        SqliteStore.open(settings.db).close()
    line = {"database": str(settings.db), "applied": pending}
    json_line(line) if as_json else say(
        f"{settings.db}: " + (f"applied {', '.join(pending)}" if pending else "up to date")
    )
