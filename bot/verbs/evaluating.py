"""eval match | stories | clean: precision, recall, F1 and the misses on labelled lines."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.toolbox import Toolbox
from bot.verbs.given import pass_settings
from bot.verbs.inputs import article_from_json, utc_now
from bot.verbs.output import DONE, FAILED, JSON, complain, json_line, say
from digests.cleaning import clean
from digests.cleaning.evaluate import evaluate_cleaning
from digests.errors import DigestError
from digests.matching import evaluate as evaluate_matching
from digests.publishers import attributed
from digests.stories import evaluate as stories
from digests.stories.facts import read_facts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from config.settings import Settings

__all__ = ["evaluate"]


TEXTS = ("keyword", "text", "title", "html", "raw", "body", "url", "published", "source", "language")
KINDS: dict[str, type] = dict.fromkeys(TEXTS, str) | {"match": bool, "killed": int, "injured": int, "keywords": list}
NAMES = {str: "a text", bool: "true or false", int: "a whole number", list: "a list"}


@click.command("eval")
@click.argument("what", type=click.Choice(["match", "stories", "clean"]))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--misses/--no-misses", default=True, help="List what was decided wrongly.")
@JSON
@pass_settings
def evaluate(settings: Settings, what: str, file: Path, misses: bool, as_json: bool) -> None:
    """Precision, recall, F1 and the misses on labelled lines (FILE.jsonl)."""
    lines, broken = read_lines(file)
    if not lines:
        raise click.UsageError(f"{file}: no labelled line could be read")
    figures, missed = measured(what, lines, Toolbox(settings))
    if misses:
        for miss in missed:
            json_line({"miss": miss}) if as_json else say(" · ".join(f"{key}: {value}" for key, value in miss.items()))
    if as_json:
        json_line(figures)
    else:
        for name, value in figures.items():
            say(f"{name:<28} {value:.3f}" if isinstance(value, float) else f"{name:<28} {value}")
    sys.exit(FAILED if broken else DONE)


def measured(what: str, lines: Sequence[dict[str, Any]], box: Toolbox) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The figures and the misses of one kind of evaluation."""
    if what == "match":
        return _matching(lines, box)
    if what == "stories":
        return _stories(lines, box)
    labelled = [line for line in lines if (line.get("html") or line.get("raw")) and "body" in line]
    _refuse_none(labelled, "html or raw, and body")
    return evaluate_cleaning(labelled, now=utc_now())


def _matching(lines: Sequence[dict[str, Any]], box: Toolbox) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    labelled = [line for line in lines if {"keyword", "text", "match"} <= line.keys()]
    _refuse_none(labelled, "keyword, text and match")
    score = evaluate_matching(labelled, box.lexicon, box.places)
    figures = {
        "cases": score.total,
        "precision": score.precision,
        "recall": score.recall,
        "f1": score.f1,
        "wrong hits": score.wrong_hits,
        "missed": score.missed,
    }
    return figures, [
        {
            "kind": "missed" if case.wanted else "wrong hit",
            "keyword": case.keyword,
            "text": case.text,
            "found": case.matches[0].words if case.matches else None,
        }
        for case in score.wrong
    ]


def _stories(lines: Sequence[dict[str, Any]], box: Toolbox) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    cases = [case for line in lines if "story" in line if (case := _story_case(line, box)) is not None]
    _refuse_none(cases, "an article and story")
    report = stories.evaluate(stories.reading_order(cases))
    figures: dict[str, Any] = {"articles": report.articles, "stories": report.stories, "found": report.found}
    for name, score in (
        ("pairwise", report.pairs),
        ("bcubed", report.items),
        ("english pairwise", report.english_pairs),
        ("english bcubed", report.english_items),
        ("updates", report.updates.score),
        ("killed", report.killed),
        ("injured", report.injured),
    ):
        figures |= {f"{name} precision": score.precision, f"{name} recall": score.recall, f"{name} f1": score.f1}
    figures["false updates per 100"] = report.updates.false_per_100
    return figures, [{"note": miss} for miss in report.misses]


def _story_case(line: dict[str, Any], box: Toolbox) -> stories.Case | None:
    """A labelled article, cleaned and read as on the road; None (and a complaint) when nothing is left of it."""
    try:
        raw = article_from_json({**line, "published": line.get("published") or None}, utc_now())
        article = attributed(clean(raw).article, raw.source, box.catalogue)
    except DigestError as error:
        complain(f"{line.get('url') or line.get('title')}: {error}")
        return None
    return stories.Case(
        article, read_facts(article, box.names), str(line["story"]), line.get("killed"), line.get("injured")
    )


def _refuse_none(cases: Sequence[object], needed: str) -> None:
    if not cases:
        raise click.UsageError(f"no line has {needed}; docs/verbs.md shows what each kind of evaluation reads")


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
        if problem := _problem(value):
            complain(f"{file}:{number}: {problem}")
            broken += 1
        else:
            lines.append(value)
    return lines, broken


def _problem(value: Any) -> str:  # whatever JSON can hold
    """What is wrong with a labelled line; '' when its fields have the kinds that docs/verbs.md names."""
    if not isinstance(value, dict):
        return "not a JSON object"
    for field, kind in KINDS.items():
        if value.get(field) is not None and not isinstance(value[field], kind):
            return f"{field!r} must be {NAMES[kind]}, not {type(value[field]).__name__}"
    return ""
