"""clean: what is kept of a page."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from bot.verbs.fetching import inputs_of
from bot.verbs.given import pass_settings
from bot.verbs.inputs import PATHS
from bot.verbs.output import DONE, FAILED, JSON, complain, json_line, labelled, say
from config import sources as source_files
from digests.cleaning import canonical_url, clean
from digests.errors import EmptyArticle
from digests.publishers import Catalogue, attributed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.verbs.inputs import Input
    from config.settings import Settings
    from digests.model import Cleaned

__all__ = ["clean_verb", "cleaned_input"]


@click.command("clean")
@PATHS
@JSON
@pass_settings
def clean_verb(settings: Settings, paths: Sequence[str], as_json: bool) -> None:
    """Show what is kept of a page: title, published, language, url, body, tags, removed."""
    catalogue, failed = Catalogue(source_files.load(settings.config)), False
    for found in inputs_of(settings, paths):
        cleaned = cleaned_input(found, catalogue)
        failed = failed or cleaned is None
        if cleaned is not None:
            json_line(cleaned_as_json(found.label, cleaned)) if as_json else say(_cleaned_as_text(found.label, cleaned))
    sys.exit(FAILED if failed else DONE)


def cleaned_input(found: Input, catalogue: Catalogue) -> Cleaned | None:
    """What is kept of an input; None, and a complaint, when it cannot be read or nothing is left of it."""
    if found.raw is None:
        complain(found.problem)
        return None
    try:
        cleaned = clean(found.raw)
    except EmptyArticle as error:
        complain(labelled(found.label, error))
        return None
    return replace(cleaned, article=attributed(cleaned.article, found.raw.source, catalogue))


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
