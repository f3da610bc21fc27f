"""Queries of the command line: options, files of queries, and reading them as /follow does."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.verbs.output import complain
from digests.matching import as_typed, understand
from digests.model import QueryId, Strictness

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.toolbox import LiveMatching, Toolbox
    from digests.matching import Query

__all__ = ["QUERIES", "QUERY_FILE", "STRICTNESS", "add_queries", "read_queries"]

QUERIES = click.option("-q", "--query", "queries", multiple=True, metavar="QUERY", help="A query; may be repeated.")
QUERY_FILE = click.option("--queries", "file", type=click.Path(path_type=Path), help="A file with one query a line.")
STRICTNESS = click.option(
    "--strictness", type=click.Choice([level.value for level in Strictness]), default="normal", show_default=True
)


def read_queries(queries: Sequence[str], file: Path | None, box: Toolbox) -> list[tuple[str, Query]]:
    """The queries as typed and as understood; a mistyped name is resolved with a note, as /follow does.

    Raises QueryError for the first one that cannot be read.
    """
    typed = [*queries, *(_lines(file) if file is not None else ())]
    if not typed:
        raise click.UsageError("name at least one query with -q QUERY or --queries FILE")
    return [(text, _understood(text, box)) for text in typed]


def add_queries(matching: LiveMatching, queries: Sequence[tuple[str, Query]], strictness: str) -> None:
    """Follow the typed queries under the numbers 1, 2, ..."""
    for number, (_, query) in enumerate(queries, start=1):
        matching.add(QueryId(number), query, Strictness(strictness))


def _lines(file: Path) -> list[str]:
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        raise click.UsageError(f"{file}: {(error.strerror or str(error)).lower()}; check the path") from error
    except UnicodeDecodeError as error:
        raise click.UsageError(f"{file}: not UTF-8 (byte {error.start}); save the file as UTF-8") from error
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def _understood(text: str, box: Toolbox) -> Query:
    reading = understand(as_typed(text, box.lexicon), box.lexicon, box.places)
    for corrected in reading.corrections:
        complain(
            f"{corrected.typed!r} read as {corrected.keyword.text!r}; write ={corrected.typed} to search it as typed"
        )
    return reading.query
