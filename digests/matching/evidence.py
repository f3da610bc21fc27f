"""What a reader is shown of a form that was found, and whether an article passes a filter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digests.matching.forms import Flag
from digests.matching.query import FilterKind
from digests.matching.spelling import Kind
from digests.model import Grade, Match, Zone

if TYPE_CHECKING:
    from digests.matching.page import Page
    from digests.matching.phrases import Place
    from digests.matching.query import Filter
    from digests.matching.targets import Form
    from digests.model import Article

__all__ = ["evidence", "order", "passes", "strongest"]

MOST_EVIDENCE = 5  # matches kept for one keyword of one article
RANK = {grade: rank for rank, grade in enumerate(Grade)}


def passes(leaf: Filter, article: Article) -> bool:
    """Whether an article is of the filter's source or language."""
    if leaf.kind is FilterKind.LANGUAGE:
        return article.language.casefold().split("-")[0] == leaf.value.split("-")[0]
    wanted = leaf.value
    named = {article.source.casefold(), article.publisher.casefold()} - {""}
    host = host_of(article.url)
    return (
        wanted in named
        or host == wanted
        or host.endswith("." + wanted)
        or any(one.endswith("." + wanted) for one in named)
    )


def host_of(url: str | None) -> str:
    """The host of a URL without user, port and www."""
    if not url or "://" not in url:
        return ""
    host = url.split("://", 1)[1].split("/", 1)[0].split("?", 1)[0].rsplit("@", 1)[-1].split(":", 1)[0]
    return host.casefold().removeprefix("www.")


def evidence(form: Form, place: Place, page: Page, article: Article) -> Match:
    """What a reader is shown of a form found at a place."""
    first, last = place.first, place.last
    start, end = (page.starts[first], page.end(last)) if last >= 0 else (first, first - last - 1)
    zone = page.zone
    if zone is Zone.BODY and end <= article.lead_end:
        zone = Zone.LEAD
    target = form.owner
    return Match(
        keyword=target.keyword.text,
        entity=target.entity,
        name=form.name,
        zone=zone,
        start=start,
        end=end,
        words=page.text[start:end],
        grade=grade_of(form, place),
        score=round(place.score, 1),
    )


def grade_of(form: Form, place: Place) -> Grade:
    if place.kind == Kind.EDIT:
        return Grade.TYPO
    if place.kind == Kind.SKELETON or form.flags & Flag.JOINED:
        return Grade.SPELLING
    if place.kind == Kind.INFLECTION or form.flags & Flag.ADJECTIVE:
        return Grade.INFLECTION
    return Grade.ALIAS if form.flags & Flag.ALIAS or place.spelled_out else Grade.EXACT


def order(match: Match) -> tuple[float, int, int, int]:
    return (-match.score, RANK[match.grade], 0 if match.zone is Zone.TITLE else 1, match.start)


def strongest(matches: list[Match]) -> list[Match]:
    """The best evidence, without what lies inside better evidence."""
    if len(matches) == 1:
        return matches
    kept: list[Match] = []
    for match in sorted(matches, key=lambda one: (order(one)[:3], one.start - one.end, one.start)):
        inside = any(
            (one.zone is Zone.TITLE) is (match.zone is Zone.TITLE) and one.start < match.end and match.start < one.end
            for one in kept
        )
        if not inside:
            kept.append(match)
            if len(kept) == MOST_EVIDENCE:
                break
    return kept
