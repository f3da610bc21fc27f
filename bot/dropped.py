"""The watched folder: what a file holds walks the same road as everything else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sources.dropfolder import DropFolder
from bot.verbs.inputs import articles_in
from digests.errors import EmptyArticle, UnreadableSource

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from bot.intake import LiveIntake
    from digests.intake import Outcome
    from digests.store import Store

__all__ = ["watch_drop_folder"]


async def watch_drop_folder(
    folder: Path | None, intake: LiveIntake, now: Callable[[], datetime], stop: asyncio.Event
) -> None:
    """Take in files of the folder until `stop` is set; return at once when none is set."""
    if folder is None:
        return

    async def take(name: str, content: bytes) -> None:
        stored, problems = 0, []
        for found in articles_in(name, content, now()):
            if found.raw is None:
                problems.append(found.problem)
                continue
            try:
                prepared = await intake.prepare(found.raw)
            except (EmptyArticle, UnreadableSource) as error:
                problems.append(str(error))
                continue

            def take_in(store: Store, prepared: object = prepared) -> Outcome:
                return intake.take_in(store, prepared)  # type: ignore[arg-type] # bound here, so that the loop cannot move on

            await intake.write(take_in)
            stored += 1
        if not stored:
            raise UnreadableSource("; ".join(problems[:3]) or f"{name}: nothing in it")

    await DropFolder(folder, take).run(stop)
