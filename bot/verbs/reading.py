"""ingest: the whole road into the database."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING

import click

from bot.toolbox import Toolbox, follow_stored
from bot.verbs.fetching import inputs_of
from bot.verbs.gathering import read_into
from bot.verbs.given import pass_settings
from bot.verbs.inputs import PATHS, count_files, utc_now
from bot.verbs.output import DONE, FAILED, JSON, json_line, say
from digests.store.sqlite import FileLock, SqliteStore

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.verbs.inputs import Input
    from config.settings import Settings
    from digests.intake import Outcome

__all__ = ["ingest_verb"]


@click.command("ingest")
@PATHS
@click.option("--archive", is_flag=True, help="Store to be found, tell nobody.")
@JSON
@pass_settings
def ingest_verb(settings: Settings, paths: Sequence[str], archive: bool, as_json: bool) -> None:
    """Read articles into the database: files, folders recursively, .jsonl lines, addresses, or - for standard input."""
    box = Toolbox(settings)
    total = count_files(paths)
    with FileLock(settings.db), SqliteStore.open(settings.db) as store:
        with store.snapshot() as before:
            box.learn_names(before)
            matching = box.matching()
            follow_stored(before, matching)
        failures = read_into(
            store,
            inputs_of(settings, paths),
            box,
            matching,
            now=utc_now(),
            total=total,
            archive=archive,
            told=partial(_show, as_json=as_json),
        )
    sys.exit(FAILED if failures else DONE)


def _show(found: Input, outcome: Outcome, *, as_json: bool) -> None:
    story = outcome.story
    line = {
        "article": found.label,
        "id": outcome.article_id,
        "fate": outcome.fate.value,
        "story": story.id if story else None,
        "title": story.title if story else None,
        "queries": len(outcome.hits),
    }
    json_line(line) if as_json else say(f"{line['fate']:<7} {line['story'] or '-':<18} {found.label}")
