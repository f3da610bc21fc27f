"""How verbs speak: results to standard output, progress and troubles to standard error, one line each."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Any, TypeVar

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

__all__ = ["DONE", "FAILED", "WRONG_USE", "complain", "json_line", "progress", "say"]

DONE, FAILED, WRONG_USE = 0, 1, 2
LONG = 25  # inputs from which a bar is worth it

T = TypeVar("T")


def json_line(value: Mapping[str, Any]) -> None:
    """One JSON object on a line of its own."""
    say(json.dumps(value, ensure_ascii=False, default=str))


def say(text: str = "") -> None:
    """A line of the result. A reader that went away (`| head`) ends the program quietly."""
    try:
        click.echo(text.encode("utf-8", "backslashreplace").decode())
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(DONE)


def complain(message: str) -> None:
    """One line about something that went wrong while the rest goes on."""
    click.echo(f"khabardar: {' '.join(message.split())}", err=True)


def progress(items: Iterable[T], what: str, *, total: int | None) -> Iterator[T]:
    """The items, with a bar on standard error when it is a terminal and the work is long."""
    console = Console(stderr=True)
    if not console.is_terminal or (total is not None and total < LONG):
        yield from items
        return
    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        yield from bar.track(items, total=total, description=what)
