"""How verbs speak: results to standard output, progress and troubles to standard error, one line each."""

from __future__ import annotations

import json
import os
import sys
import unicodedata
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Mapping

    from digests.errors import QueryError

__all__ = [
    "DONE",
    "FAILED",
    "INTERRUPTED",
    "JSON",
    "WRONG_USE",
    "complain",
    "flush",
    "json_line",
    "labelled",
    "pointed",
    "progress",
    "say",
]

DONE, FAILED, WRONG_USE = 0, 1, 2
INTERRUPTED = 130  # as shells say it: 128 and the number of SIGINT
LONG = 25  # inputs from which a bar is worth it
MOST_WORDS = 2000  # characters of a complaint: it may quote what strangers wrote

JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object per line.")

T = TypeVar("T")


def json_line(value: Mapping[str, Any]) -> None:
    """One JSON object on a line of its own."""
    say(json.dumps(value, ensure_ascii=False, default=str))


def say(text: str = "") -> None:
    """A line of the result, in UTF-8 whatever the locale. A reader that went away (`| head`) ends the program quietly."""
    with writing():
        click.echo(text.encode("utf-8", "backslashreplace"))


@contextmanager
def writing() -> Generator[None, None, None]:
    """Ends the program when standard output takes no more: quietly when nobody reads it, with a complaint on a full disk."""
    try:
        yield
    except BrokenPipeError:
        _leave(DONE)  # what was asked is done as far as anybody wanted it
    except OSError as error:
        complain(f"standard output: {(error.strerror or str(error)).lower()}; write the result to another place")
        _leave(FAILED)


def flush() -> None:
    """Write what is still held back of the result, when there is a standard output at all."""
    if sys.stdout is not None:
        with writing():
            sys.stdout.flush()


def _leave(code: int) -> NoReturn:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or the interpreter complains once more at its end
    sys.exit(code)


def complain(message: str, *below: str) -> None:
    """One line about something that went wrong while the rest goes on; `below` it what words alone cannot show."""
    lines = [f"khabardar: {' '.join(message.split())}", *(f"  {line}" for line in below)]
    click.echo("\n".join(line[:MOST_WORDS] for line in lines).encode("utf-8", "backslashreplace"), err=True)


def pointed(error: QueryError) -> list[str]:
    """The query with a caret under the place that is wrong, and a query that would be right, if one is known."""
    shown = "".join(character if character.isprintable() else " " for character in error.query)
    lines = [shown, f"{' ' * _columns(shown[: error.position])}^"]
    return [*lines, f"try: {error.suggestion}"] if error.suggestion else lines


def _columns(text: str) -> int:
    """How wide a terminal draws it: combining marks take no column, wide characters two."""
    return sum(
        0
        if unicodedata.category(character) in {"Mn", "Me", "Cf"}
        else 1 + (unicodedata.east_asian_width(character) in "WF")
        for character in text
    )


def labelled(label: str, error: Exception) -> str:
    """What is wrong with an input, with the name that it has for the caller."""
    message = str(error)
    return message.replace("the text:", f"{label}:", 1) if message.startswith("the text:") else f"{label}: {message}"


def progress(items: Iterable[T], what: str, *, total: int | None) -> Iterator[T]:
    """The items, with a bar on standard error when it is a terminal and the work is long."""
    if not sys.stderr.isatty() or (total is not None and total < LONG):
        yield from items
        return
    # Loaded here: most calls need no bar.
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        yield from bar.track(items, total=total, description=what)
