"""stories and digest: what a subscriber would be told of files, or of what is stored."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.toolbox import Toolbox
from bot.verbs.fetching import inputs_of
from bot.verbs.gathering import gather, read_into
from bot.verbs.given import pass_settings
from bot.verbs.inputs import PATHS_IF_ANY, count_files, utc_now
from bot.verbs.output import DONE, FAILED, JSON, complain, json_line, say
from bot.verbs.queries import QUERIES, QUERY_FILE, STRICTNESS, add_queries, read_queries
from digests.codec import to_plain
from digests.errors import StoreError
from digests.store import stories as story_store
from digests.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence

    from bot.verbs.inputs import Input
    from config.settings import Settings
    from digests.intake import Outcome
    from digests.model import Digest, Story

__all__ = ["digest_verb", "stories_verb"]


@click.command("stories")
@PATHS_IF_ANY
@click.option("--days", type=click.IntRange(1, 36_500), default=3650, help="Only stories that changed in so many days.")
@click.option("--limit", type=click.IntRange(1), default=1000, show_default=True)
@JSON
@pass_settings
def stories_verb(settings: Settings, paths: Sequence[str], days: int, limit: int, as_json: bool) -> None:
    """Stories with their articles, facts, publishers, severity and revision: of the database, or of PATHs (not stored)."""
    now = utc_now()
    box, failures = Toolbox(settings), 0
    names: dict[str, str] = {}
    with store_for(settings, paths) as store:
        if paths:
            inputs, told = inputs_of(settings, paths), partial(_name_by_file, names)
            failures = read_into(store, inputs, box, box.matching(), now=now, total=count_files(paths), told=told)
        with store.snapshot() as db:
            for story in story_store.stories(db, since=now - timedelta(days=days), limit=limit):
                json_line(story_as_json(story)) if as_json else say(_story_as_text(story, names))
    sys.exit(FAILED if failures else DONE)


@click.command("digest")
@PATHS_IF_ANY
@QUERIES
@QUERY_FILE
@STRICTNESS
@click.option("--format", "form", type=click.Choice(["text", "html", "json"]), default="text", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option("--language", default="en", show_default=True, help="Language of the digest's own words.")
@pass_settings
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
    asked = read_queries(queries, file, box)
    matching = box.matching()
    add_queries(matching, asked, strictness)
    names = {source.id: source.name for source in box.catalogue.sources}
    with store_for(settings, paths) as store:
        if paths:
            inputs, told = inputs_of(settings, paths), partial(_name_by_file, names)
            failures = read_into(store, inputs, box, box.matching(), now=now, total=count_files(paths), told=told)
        with store.snapshot() as db:
            digest = gather(db, asked, matching, now=now, everything=bool(paths), names=names)
    _print_digest(digest, "json" if as_json else form, language)
    sys.exit(FAILED if failures else DONE)


def _name_by_file(names: dict[str, str], found: Input, outcome: Outcome) -> None:
    """What says neither its source nor its address is called by its file, the first that held it."""
    names.setdefault(outcome.article_id, Path(found.label).name)


@contextmanager
def store_for(settings: Settings, paths: Sequence[str]) -> Generator[SqliteStore, None, None]:
    """An empty store in memory for PATHs, else the database, only read."""
    if paths:
        with SqliteStore.in_memory() as store:
            yield store
    elif not settings.db.exists():
        raise click.UsageError(f"{settings.db}: there is no database yet; ingest something first, or name PATHs")
    else:
        with SqliteStore.open(settings.db, read_only=True) as store:
            store.refuse_later()
            if store.pending_migrations():
                raise StoreError(
                    f"{settings.db}: made by an earlier version; bring it up to date with khabardar migrate"
                )
            yield store


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
        "facts": {name: facts[name] for name in ("killed", "injured", "attackers_killed", "attackers_only", "boasted",
                                                 "kind", "places", "event_date", "actors", "claim")},
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


def _story_as_text(story: Story, names: Mapping[str, str]) -> str:
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
        f"    {member.published:%Y-%m-%d %H:%M}  {member.source or names.get(member.article_id, '-'):<24} {member.title}"
        f"{'  (copy)' if member.copy_of else ''}"
        for member in story.members
    ]
    return "\n".join(lines)


def _print_digest(digest: Digest, form: str, language: str) -> None:
    if form == "json":
        json_line(digest_as_json(digest))
        return
    # The look of messages is needed by people only.
    from bot.telegram.render import as_text, render  # noqa: PLC0415
    from bot.telegram.wording import LANGUAGES, words_for  # noqa: PLC0415

    if language not in LANGUAGES:
        raise click.UsageError(f"--language: the bot does not speak {language!r}; it speaks {' and '.join(LANGUAGES)}")
    parts = render(digest, words_for(language))
    if not parts and form == "text":
        complain("nothing matched")
    for part in parts:
        say(part.html.markup if form == "html" else as_text(part.html))
        say()
