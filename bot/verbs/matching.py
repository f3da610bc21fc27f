"""match: which queries match where."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from bot.toolbox import Toolbox
from bot.verbs.cleaning import cleaned_input
from bot.verbs.fetching import inputs_of
from bot.verbs.given import pass_settings
from bot.verbs.inputs import PATHS
from bot.verbs.output import DONE, FAILED, JSON, json_line, say
from bot.verbs.queries import QUERIES, QUERY_FILE, STRICTNESS, add_queries, read_queries

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from config.settings import Settings
    from digests.model import Article, Match

__all__ = ["match_verb"]


@click.command("match")
@PATHS
@QUERIES
@QUERY_FILE
@STRICTNESS
@JSON
@pass_settings
def match_verb(
    settings: Settings, paths: Sequence[str], queries: Sequence[str], file: Path | None, strictness: str, as_json: bool
) -> None:
    """Which queries match where: article, query, entity, zone, start, end, words, grade, score."""
    box, failed = Toolbox(settings), False
    asked = read_queries(queries, file, box)
    matching = box.matching()
    add_queries(matching, asked, strictness)
    for found in inputs_of(settings, paths):
        cleaned = cleaned_input(found, box.catalogue)
        failed = failed or cleaned is None
        if cleaned is None:
            continue
        for hit in matching.match(cleaned.article):
            for match in hit.matches:
                line = _match_as_json(found.label, asked[hit.query_id - 1][0], match)
                json_line(line) if as_json else say(_match_as_text(line, cleaned.article, match))
    sys.exit(FAILED if failed else DONE)


def _match_as_json(label: str, query: str, match: Match) -> dict[str, Any]:
    return {
        "article": label,
        "query": query,
        "entity": match.entity,
        "zone": match.zone.value,
        "start": match.start,
        "end": match.end,
        "words": match.words,
        "grade": match.grade.value,
        "score": round(match.score, 1),
    }


def _match_as_text(line: dict[str, Any], article: Article, match: Match) -> str:
    text = article.text(match.zone)
    before, after = text[max(0, match.start - 40) : match.start], text[match.end : match.end + 40]
    context = f"{before}[{match.words}]{after}".replace("\n", " ")
    entity = f" = {line['entity']}" if line["entity"] else ""
    return (
        f"{line['article']}: {line['query']}{entity} ({line['zone']}, {line['grade']} {line['score']:g}): …{context}…"
    )
