"""Who is independent of whom within a story: groups of articles that rest on one owner, one agency or one text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digests.stories.copies import SHARES_TEXT, containment

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from digests.stories.dossier import Dossier

__all__ = ["are_related", "count_groups", "join_groups"]


def are_related(one: Dossier, other: Dossier) -> bool:
    """Whether the two articles are no independent witnesses: same owner, same agency, or shared text."""
    if one.publisher and one.publisher == other.publisher:
        return True
    if one.credit and one.credit == other.credit:
        return True
    # An agency's own page and a paper that credits it: the credit is the publisher's name.
    if _is_credited(one, other) or _is_credited(other, one):
        return True
    if one.sketch.is_short and other.sketch.is_short and one.title_key and one.title_key == other.title_key:
        return True
    return containment(one.sketch, other.sketch) >= SHARES_TEXT


def _is_credited(agency: Dossier, paper: Dossier) -> bool:
    return bool(paper.credit) and paper.credit.casefold() in _names(agency)


def _names(dossier: Dossier) -> tuple[str, ...]:
    source, publisher = dossier.source.casefold(), dossier.publisher.casefold()
    return source, publisher, source.split(".", 1)[0], publisher.split(".", 1)[0]


def join_groups(groups: Sequence[int], related: Iterable[int]) -> tuple[int, ...]:
    """The groups of all members after one more article, whose group is the last; `related` are indices of members.

    >>> join_groups((0, 1, 2), (1, 2))
    (0, 1, 1, 1)
    """
    joined = {groups[index] for index in related}
    if not joined:
        return (*groups, max(groups, default=-1) + 1)
    lowest = min(joined)
    return (*(lowest if group in joined else group for group in groups), lowest)


def count_groups(groups: Iterable[int]) -> int:
    """How many independent groups there are."""
    return len(set(groups))
