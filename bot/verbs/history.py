"""backfill: what a feed wrote before it was followed, for searches and for trying queries."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn

from bot.verbs.given import pass_settings
from bot.verbs.output import JSON, json_line, say

if TYPE_CHECKING:
    from config.settings import Settings

__all__ = ["backfill_verb"]


@click.command("backfill")
@click.argument("source")
@click.option("--pages", type=click.IntRange(1, 100), default=50, show_default=True, help="Pages of history at most.")
@JSON
@pass_settings
def backfill_verb(settings: Settings, source: str, pages: int, as_json: bool) -> None:
    """Read the history of a SOURCE (its id, or a feed's address) into the archive: to be found, told to nobody.

    The bot must not be running. An interrupted back-fill is simply done again.
    """
    from bot.app import backfill_source  # noqa: PLC0415 - the network is loaded only here

    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(source)

        def told(page: int, stored: int) -> None:
            bar.update(task, description=f"{source}: page {page}, {stored} articles")

        stored = asyncio.run(backfill_source(settings, source, pages, told))
    json_line({"source": source, "articles": stored}) if as_json else say(f"{source}: {stored} articles")
