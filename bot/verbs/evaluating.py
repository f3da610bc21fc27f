"""eval match | stories | clean: precision, recall, F1 and the misses on labelled lines."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.toolbox import Toolbox
from bot.verbs.inputs import utc_now
from bot.verbs.output import DONE, FAILED, complain, json_line, say
from digests.cleaning.evaluate import evaluate_cleaning
from digests.matching.evaluate import evaluate_matching
from digests.stories.evaluate import evaluate_stories

if TYPE_CHECKING:
    from collections.abc import Sequence

    from config.settings import Settings

__all__ = ["evaluate"]


@click.command("eval")
@click.argument("what", type=click.Choice(["match", "stories", "clean"]))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--misses/--no-misses", default=True, help="List what was decided wrongly.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line: misses, then the figures.")
@click.pass_obj
def evaluate(settings: Settings, what: str, file: Path, misses: bool, as_json: bool) -> None:
    """Precision, recall, F1 and the misses on labelled lines (FILE.jsonl)."""
    lines, broken = read_lines(file)
    if not lines:
        raise click.UsageError(f"{file}: no labelled line could be read")
    figures, missed = measured(what, lines, settings)
    if misses:
        for miss in missed:
            json_line({"miss": miss}) if as_json else say(" · ".join(f"{key}: {value}" for key, value in miss.items()))
    if as_json:
        json_line(figures)
    else:
        for name, value in figures.items():
            say(f"{name:<28} {value:.3f}" if isinstance(value, float) else f"{name:<28} {value}")
    sys.exit(FAILED if broken else DONE)


def measured(
    what: str, lines: Sequence[dict[str, Any]], settings: Settings
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The figures and the misses of one kind of evaluation."""
    box = Toolbox(settings)
    if what == "match":
        return evaluate_matching(lines, box.lexicon, box.places)
    if what == "stories":
        return evaluate_stories(lines, box.tools(box.matching()), now=utc_now())
    return evaluate_cleaning(lines, now=utc_now())


def read_lines(file: Path) -> tuple[list[dict[str, Any]], int]:
    """The labelled lines of a file and how many could not be read; each of those is said."""
    lines: list[dict[str, Any]] = []
    broken = 0
    try:
        content = file.read_bytes().splitlines()
    except OSError as error:
        raise click.UsageError(f"{file}: {(error.strerror or str(error)).lower()}") from error
    for number, line in enumerate(content, start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError) as error:
            complain(f"{file}:{number}: broken JSON ({error}); one JSON object a line is needed")
            broken += 1
            continue
        if isinstance(value, dict):
            lines.append(value)
        else:
            complain(f"{file}:{number}: not a JSON object")
            broken += 1
    return lines, broken
