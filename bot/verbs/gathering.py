"""A digest, or stories, without subscribers: what a query would be told of files, or of what is stored."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.verbs.output import complain, labelled, progress
from digests.compose import Candidate, Evidence, compose
from digests.errors import DigestError, EmptyArticle
from digests.intake import commit, prepare
from digests.store import articles as article_store
from digests.store import stories as story_store
from digests.stories import Desk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    from bot.toolbox import LiveMatching, Toolbox
    from bot.verbs.inputs import Input
    from digests.intake import Outcome
    from digests.matching import Query
    from digests.model import Digest
    from digests.store import Store
    from digests.store.sqlite import SqliteStore

__all__ = ["gather", "read_into"]

WINDOW = timedelta(days=14)
MOST_ARTICLES = 50_000


def read_into(
    store: SqliteStore,
    inputs: Iterable[Input],
    box: Toolbox,
    matching: LiveMatching,
    *,
    now: datetime,
    total: int | None,
    archive: bool = False,
    told: Callable[[Input, Outcome], None] = lambda _found, _outcome: None,
) -> int:
    """Walk each input down the road, one transaction each, and tell what became of it; how many failed.

    What cannot be read is said, and the rest goes on.
    """
    tools = box.tools(matching)
    with store.snapshot() as before:
        desk = Desk.restore(before, now=now)
    failures = 0
    for found in progress(inputs, "reading", total=total):
        if found.raw is None:
            complain(found.problem)
            failures += 1
            continue
        try:
            prepared = prepare(found.raw, tools)
            with store.immediate() as transaction:
                outcome = commit(transaction, prepared, desk, tools, now, archive=archive)
        except DigestError as error:
            if not isinstance(error, EmptyArticle):  # the desk knows what the database forgot
                with store.snapshot() as before:
                    desk = Desk.restore(before, now=now)
            complain(labelled(found.label, error))
            failures += 1
        else:
            told(found, outcome)
    return failures


def gather(
    store: Store,
    queries: Sequence[tuple[str, Query]],
    matching: LiveMatching,
    *,
    now: datetime,
    everything: bool,
    names: Mapping[str, str] | None = None,
) -> Digest:
    """The digest of these queries over stored articles: all of them, or those of the last two weeks."""
    since = now - WINDOW * (1000 if everything else 1)
    typed = dict(enumerate((text for text, _ in queries), start=1))
    found: list[Candidate] = []
    articles = {}
    for article in article_store.newest_articles(store, since=since, limit=MOST_ARTICLES):
        hits = matching.match(article)
        story = story_store.story_of(store, article.id) if hits else None
        if story is None:
            continue
        articles[article.id] = article
        found.extend(
            Candidate(
                story, (Evidence(typed[hit.query_id], article.id, article.source, article.language, hit.matches),)
            )
            for hit in hits
            if hit.query_id in typed
        )
    return compose(found, queries=list(typed.values()), articles=articles, at=now, names=names)
