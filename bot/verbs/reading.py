"""clean, match, ingest, stories, digest: from files and addresses to what a subscriber would be told."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.telegram.render import as_text, render
from bot.telegram.wording import words_for
from bot.toolbox import Toolbox, follow_stored
from bot.verbs.fetching import fetch_page
from bot.verbs.gathering import add_queries, gather, read_into
from bot.verbs.inputs import count_files, read_inputs, utc_now
from bot.verbs.output import DONE, FAILED, complain, json_line, progress, say
from digests.cleaning import canonical_url, clean
from digests.codec import to_plain
from digests.errors import EmptyArticle, QueryError
from digests.intake import attributed
from digests.matching import parse, understand
from digests.model import Strictness
from digests.store import stories as story_store
from digests.store.sqlite import FileLock, SqliteStore

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from bot.verbs.inputs import Input
    from config.settings import Settings
    from digests.matching import Query
    from digests.model import Article, Cleaned, Digest, Match, Story

__all__ = ["clean_verb", "digest_verb", "ingest_verb", "match_verb", "stories_verb"]

PATHS = click.argument("paths", nargs=-1, metavar="PATH|URL|-...")
JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object per line.")
QUERIES = click.option("-q", "--query", "queries", multiple=True, metavar="QUERY", help="A query; may be repeated.")
STRICTNESS = click.option(
    "--strictness", type=click.Choice([level.value for level in Strictness]), default="normal", show_default=True
)


@click.command("clean")
@PATHS
@JSON
@click.pass_obj
def clean_verb(settings: Settings, paths: Sequence[str], as_json: bool) -> None:
    """Show what is kept of a page: title, published, language, url, body, tags, removed."""
    box, failed = Toolbox(settings), False
    for found in _inputs(settings, paths):
        cleaned = _cleaned(found, box)
        failed = failed or cleaned is None
        if cleaned is not None:
            json_line(cleaned_as_json(found.label, cleaned)) if as_json else say(_cleaned_as_text(found.label, cleaned))
    sys.exit(FAILED if failed else DONE)


@click.command("match")
@PATHS
@QUERIES
@click.option("--queries", "file", type=click.Path(path_type=Path), help="A file with one query a line.")
@STRICTNESS
@JSON
@click.pass_obj
def match_verb(
    settings: Settings, paths: Sequence[str], queries: Sequence[str], file: Path | None, strictness: str, as_json: bool
) -> None:
    """Which queries match where: article, query, entity, zone, start, end, words, grade, score."""
    box, failed = Toolbox(settings), False
    asked = _read_queries(queries, file, box)
    matching = box.matching()
    add_queries(matching, asked, strictness)
    for found in _inputs(settings, paths):
        cleaned = _cleaned(found, box)
        failed = failed or cleaned is None
        if cleaned is None:
            continue
        for hit in matching.match(cleaned.article):
            for match in hit.matches:
                line = _match_as_json(found.label, asked[hit.query_id - 1][0], match)
                json_line(line) if as_json else say(_match_as_text(line, cleaned.article, match))
    sys.exit(FAILED if failed else DONE)


@click.command("ingest")
@PATHS
@click.option("--archive", is_flag=True, help="Store to be found, tell nobody.")
@JSON
@click.pass_obj
def ingest_verb(settings: Settings, paths: Sequence[str], archive: bool, as_json: bool) -> None:
    """Read articles into the database: files, folders recursively, .jsonl lines, addresses, or - for standard input."""
    box = Toolbox(settings)
    with opened(settings) as store:
        with store.snapshot() as before:
            box.learn_names(before)
            matching = box.matching()
            follow_stored(before, matching)
        total = count_files(paths)
        reading = read_into(store, _inputs(settings, paths), box, matching, now=utc_now(), total=total, archive=archive)
    for found, outcome in reading.outcomes:
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
    sys.exit(FAILED if reading.failures else DONE)


@click.command("stories")
@click.argument("paths", nargs=-1, metavar="[PATH|URL|-]...")
@click.option("--days", type=click.IntRange(1, 36_500), default=3650, help="Only stories that changed in so many days.")
@click.option("--limit", type=click.IntRange(1), default=1000, show_default=True)
@JSON
@click.pass_obj
def stories_verb(settings: Settings, paths: Sequence[str], days: int, limit: int, as_json: bool) -> None:
    """Stories with their articles, facts, publishers, severity and revision: of the database, or of PATHs (not stored)."""
    now = utc_now()
    box, failures = Toolbox(settings), 0
    with _store_for(settings, paths) as store:
        if paths:
            reading = read_into(store, _inputs(settings, paths), box, box.matching(), now=now, total=count_files(paths))
            failures = reading.failures
        with store.snapshot() as db:
            for story in story_store.stories(db, since=now - timedelta(days=days), limit=limit):
                json_line(story_as_json(story)) if as_json else say(_story_as_text(story))
    sys.exit(FAILED if failures else DONE)


@click.command("digest")
@click.argument("paths", nargs=-1, metavar="[PATH|URL|-]...")
@QUERIES
@click.option("--queries", "file", type=click.Path(path_type=Path), help="A file with one query a line.")
@STRICTNESS
@click.option("--format", "form", type=click.Choice(["text", "html", "json"]), default="text", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option("--language", default="en", show_default=True, help="Language of the digest's own words.")
@click.pass_obj
def digest_verb(
    settings: Settings,
    paths: Sequence[str],
    queries: Sequence[str],
    file: Path | None,
    strictness: str,
    form: str,
    as_json: bool,
    language: str,
) -> None:
    """The digest that a subscriber of QUERY would get. Nothing is sent; with PATHs nothing is stored."""
    now, box, failures = utc_now(), Toolbox(settings), 0
    asked = _read_queries(queries, file, box)
    matching = box.matching()
    add_queries(matching, asked, strictness)
    with _store_for(settings, paths) as store:
        if paths:
            inputs = _inputs(settings, paths)
            reading = read_into(store, inputs, box, box.matching(), now=now, total=count_files(paths))
            failures = reading.failures
        with store.snapshot() as db:
            names = {source.id: source.name for source in box.catalogue.sources}
            digest = gather(db, asked, matching, now=now, everything=bool(paths), names=names)
    _print_digest(digest, "json" if as_json else form, language)
    sys.exit(FAILED if failures else DONE)


def story_as_json(story: Story) -> dict[str, Any]:
    """A story as other programs may rely on it: see `khabardar stories` in docs/verbs.md."""
    facts = to_plain(story.facts)
    return {
        "id": story.id,
        "title": story.title,
        "articles": [
            {
                "url": member.url,
                "title": member.title,
                "source": member.source,
                "published": member.published.isoformat(),
                "language": member.language,
                "copy_of": member.copy_of,
            }
            for member in story.members
        ],
        "publishers": list(story.publishers),
        "independent": story.independent,
        "facts": {name: facts[name] for name in ("killed", "injured", "attackers_killed", "attackers_only", "kind",
                                                 "places", "event_date", "actors", "claim")},
        "severity": story.severity.value,
        "revision": story.revision,
        "first_seen": story.first_seen.isoformat(),
        "last_changed": story.last_changed.isoformat(),
    }  # fmt: skip


def digest_as_json(digest: Digest) -> dict[str, Any]:
    """A digest as other programs may rely on it."""
    return {
        "queries": list(digest.queries),
        "at": digest.at.isoformat(),
        "entries": [
            {
                "story": entry.story.id,
                "status": entry.status.value,
                "changes": [to_plain(change) for change in entry.changes],
                "title": entry.story.title,
                "severity": entry.story.severity.value,
                "revision": entry.revision,
                "links": [to_plain(link) for link in entry.links],
                "evidence": {
                    "excerpt": to_plain(entry.excerpt) if entry.excerpt else None,
                    "matches": [to_plain(match) for match in entry.matches],
                },
            }
            for entry in digest.entries
        ],
    }


def cleaned_as_json(label: str, cleaned: Cleaned) -> dict[str, Any]:
    article = cleaned.article
    published = article.published
    return {
        "article": label,
        "title": article.title,
        "published": published.at.isoformat() if published else None,
        "published_origin": published.origin.value if published else None,
        "published_precision": published.precision.value if published else None,
        "language": article.language,
        "url": article.url,
        "canonical_url": canonical_url(article.url),
        "source": article.source,
        "author": article.author,
        "lead": article.lead,
        "body": article.body,
        "tags": list(article.tags),
        "captions": list(article.captions),
        "removed": list(cleaned.removed),
    }


# --- Inputs ----------------------------------------------------------------------------------------------------------


def _inputs(settings: Settings, paths: Sequence[str]) -> Iterator[Input]:
    if not paths:
        raise click.UsageError("name at least one PATH, URL or - (see --help)")
    found = read_inputs(paths, utc_now(), fetch=lambda url, now: fetch_page(settings, url, now))
    return progress(found, "reading", total=None) if len(paths) > 1 else found


def _cleaned(found: Input, box: Toolbox) -> Cleaned | None:
    if found.raw is None:
        complain(found.problem)
        return None
    try:
        cleaned = clean(found.raw)
    except EmptyArticle as error:
        complain(str(error).replace("the text:", f"{found.label}:", 1))
        return None
    return replace(cleaned, article=attributed(cleaned.article, found.raw.source, box.catalogue))


def _read_queries(queries: Sequence[str], file: Path | None, box: Toolbox) -> list[tuple[str, Query]]:
    """The queries as typed and as understood; a mistyped name is resolved with a note, as /follow does."""
    typed = list(queries)
    if file is not None:
        try:
            lines = file.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise click.UsageError(f"{file}: cannot be read as UTF-8 text ({error})") from error
        typed += [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    if not typed:
        raise click.UsageError("name at least one query with -q QUERY or --queries FILE")
    return [(text, _understood(text, box)) for text in typed]


def _understood(text: str, box: Toolbox) -> Query:
    try:
        query = parse(text)
    except QueryError as error:
        hint = f"; try: {error.suggestion}" if error.suggestion else ""
        raise click.UsageError(f"{text!r}: {error}\n  {error.query}\n  {' ' * error.position}^{hint}") from error
    reading = understand(query, box.lexicon, box.places)
    for corrected in reading.corrections:
        complain(
            f"{corrected.typed!r} read as {corrected.keyword.text!r}; write ={corrected.typed} to search it as typed"
        )
    return reading.query


@contextmanager
def _store_for(settings: Settings, paths: Sequence[str]) -> Generator[SqliteStore, None, None]:
    """An empty store in memory for PATHs, else the database, only read."""
    if paths:
        with SqliteStore.in_memory() as store:
            yield store
    elif not settings.db.exists():
        raise click.UsageError(f"{settings.db}: there is no database yet; ingest something first, or name PATHs")
    else:
        with SqliteStore.open(settings.db, read_only=True) as store:
            yield store


@contextmanager
def opened(settings: Settings) -> Generator[SqliteStore, None, None]:
    """The database for writing, held for this process alone."""
    with FileLock(settings.db), SqliteStore.open(settings.db) as store:
        yield store


# --- Texts -----------------------------------------------------------------------------------------------------------


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


def _cleaned_as_text(label: str, cleaned: Cleaned) -> str:
    article = cleaned.article
    published = (
        f"{article.published.at:%Y-%m-%d %H:%M} UTC ({article.published.origin})" if article.published else "unknown"
    )
    return "\n".join((
        f"article    {label}",
        f"title      {article.title or '(none)'}",
        f"published  {published}",
        f"language   {article.language or 'unknown'}",
        f"url        {article.url or '(none)'}",
        f"tags       {', '.join(article.tags) or '(none)'}",
        f"removed    {len(cleaned.removed)} lines (--json lists them)",
        "",
        article.body,
        "",
    ))  # fmt: skip


def _story_as_text(story: Story) -> str:
    lines = [
        f"{story.id}  [{story.severity}] {story.title}  (revision {story.revision}, {story.independent} independent)"
    ]
    facts = story.facts
    said = [
        f"killed {facts.killed.value}" if facts.killed else "",
        f"injured {facts.injured.value}" if facts.injured else "",
    ]
    said += [facts.kind.kind.value if facts.kind else "", facts.places[0].name if facts.places else ""]
    if any(said):
        lines.append("    " + " · ".join(part for part in said if part))
    lines += [
        f"    {member.published:%Y-%m-%d %H:%M}  {member.source or '-':<24} {member.title}{'  (copy)' if member.copy_of else ''}"
        for member in story.members
    ]
    return "\n".join(lines)


def _print_digest(digest: Digest, form: str, language: str) -> None:
    if form == "json":
        json_line(digest_as_json(digest))
        return
    parts = render(digest, words_for(language))
    if not parts and form == "text":
        complain("nothing matched")
    for part in parts:
        say(part.html.markup if form == "html" else as_text(part.html))
        say()
