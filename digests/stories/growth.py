"""How the value of a story changes when an article joins it, when two stories become one, or when one is taken apart."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from digests.model import Change, Member, Revision, Story, StoryId
from digests.stories.changes import combine, opening, taken_back, weigh
from digests.stories.live import LiveStory, Seat
from digests.stories.publishers import are_related, count_groups, join_groups
from digests.stories.severity import MANY_KILLED, severity_of
from digests.stories.titles import title_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from digests.model import ArticleId
    from digests.stories.changes import Ledger
    from digests.stories.dossier import Dossier

__all__ = ["amend", "begin", "grow", "reread", "unite", "without"]

COMPARED = 60  # members whose text is compared to know who is independent
REVISIONS = 100  # the first and the latest are kept


def begin(story_id: StoryId, seat: Seat, *, closed: bool = False) -> LiveStory:
    """A story of one article."""
    dossier = seat.dossier
    ledger = opening(dossier)
    facts = combine([dossier], ledger)
    story = Story(
        id=story_id,
        title=dossier.title,
        members=(member_of(seat, 0),),
        facts=facts,
        severity=severity_of(facts, _tells_many(dossier)),
        revisions=(Revision(1, dossier.time, (), dossier.article_id),),
        first_seen=dossier.time,
        last_changed=dossier.time,
    )
    live = LiveStory(story, ledger, closed=closed)
    live.take(seat)
    return live


def grow(live: LiveStory, seat: Seat) -> Revision | None:
    """Add an article to the story; the revision that it brings, if any."""
    dossier = seat.dossier
    known = list(live.members.values())
    groups = [member.group for member in live.story.members]
    compared = range(max(0, len(known) - COMPARED), len(known))
    joined = join_groups(groups, [i for i in compared if are_related(known[i].dossier, dossier)])
    live.take(seat)
    members = [*live.story.members, member_of(seat, 0)]
    members = [replace(member, group=group) for member, group in zip(members, joined, strict=True)]
    live.story = replace(live.story, members=tuple(m for m in members if m.article_id in live.members))
    original = live.members.get(seat.copy_of) if seat.copy_of else None
    changes, ledger = weigh(live.ledger, dossier, original.dossier if original else None)
    return revise(live, ledger, changes, dossier)


def reread(live: LiveStory, dossier: Dossier) -> tuple[LiveStory, Revision | None]:
    """The story with a new reading of one of its articles; what the old reading said already is not news."""
    old = live.members[dossier.article_id]
    seats = [seat if seat is not old else old._replace(dossier=dossier) for seat in live.members.values()]
    fresh = live.rebuilt(live.story, live.ledger, seats)
    shown = [
        replace(m, title=dossier.title, url=dossier.url) if m.article_id == dossier.article_id else m
        for m in live.story.members
    ]
    fresh.story = replace(live.story, members=tuple(shown))
    changes, ledger = weigh(live.ledger, dossier, old.dossier)
    return fresh, revise(fresh, ledger, changes, dossier)


def revise(live: LiveStory, ledger: Ledger, changes: tuple[Change, ...], dossier: Dossier) -> Revision | None:
    """Give the story its facts, severity and, when there are changes, its next revision."""
    live.story = replace(live.story, first_seen=min(live.story.first_seen, dossier.time))
    return amend(live, ledger, changes, dossier.time, dossier.article_id)


def amend(
    live: LiveStory, ledger: Ledger, changes: tuple[Change, ...], at: datetime, brought_by: ArticleId | None = None
) -> Revision | None:
    """The same at the word of an admin, which no article brought."""
    story = live.story
    live.ledger = ledger
    facts = combine(live.dossiers, ledger)
    revision = Revision(story.revision + 1, at, changes, brought_by) if changes else None
    revisions = (*story.revisions, revision) if revision else story.revisions
    live.story = replace(
        story,
        title=title_of(live.dossiers, facts, story.title),
        facts=facts,
        severity=severity_of(facts, groups_with_many_killed(live)),
        revisions=revisions if len(revisions) <= REVISIONS else (revisions[0], *revisions[-REVISIONS + 1 :]),
        last_changed=max(story.last_changed, at) if revision else story.last_changed,
        independent=count_groups(member.group for member in story.members),
    )
    return revision


def unite(kept: LiveStory, absorbed: LiveStory) -> tuple[LiveStory, Revision | None]:
    """One story of two, under the id of `kept`; a revision only if the union says more than `kept` told."""
    seats = [*kept.members.values(), *absorbed.members.values()]
    seats.sort(key=lambda seat: seat.position)
    shown = {m.article_id: m for m in kept.story.members}
    shown |= {m.article_id: m for m in absorbed.story.members}
    live = kept.rebuilt(kept.story, kept.ledger, seats)
    members = _regrouped(
        [shown[seat.dossier.article_id] for seat in seats if seat.dossier.article_id in live.members], live
    )
    live.story = replace(
        kept.story,
        members=members,
        first_seen=min(kept.story.first_seen, absorbed.story.first_seen),
        aliases=tuple(dict.fromkeys((*kept.story.aliases, absorbed.story.id, *absorbed.story.aliases))),
    )
    ledger, brought, by_field = kept.ledger, None, dict[str, Change]()
    for seat in absorbed.members.values():
        changes, ledger = weigh(ledger, seat.dossier)
        for change in changes:
            first = by_field.get(change.field)
            by_field[change.field] = replace(change, old=first.old) if first else change
            brought = seat.dossier
    last = brought or seats[-1].dossier
    return live, revise(live, ledger, tuple(by_field.values()), last)


def without(live: LiveStory, article_id: ArticleId) -> tuple[LiveStory, Revision | None]:
    """The story without one article; copies of it become originals.

    If the told figure or claim was that article's, the revision takes it back as a correction.
    """
    removed = live.members[article_id].dossier
    seats = [
        seat._replace(copy_of=None) if seat.copy_of == article_id else seat
        for seat in live.members.values()
        if seat.dossier.article_id != article_id
    ]
    shown = tuple(
        replace(member, copy_of=None if member.copy_of == article_id else member.copy_of)
        for member in live.story.members
        if member.article_id != article_id
    )
    first = seats[0].dossier
    title = first.title if live.story.title == removed.title else live.story.title
    left = live.rebuilt(replace(live.story, title=title, members=shown), live.ledger, seats)
    ledger = opening(first)
    for seat in seats[1:]:
        _, ledger = weigh(ledger, seat.dossier)
    changes = taken_back(live.ledger, ledger, removed)
    return left, revise(left, ledger if changes else live.ledger, changes, first)


def member_of(seat: Seat, group: int) -> Member:
    """What a reader needs to see of the article."""
    dossier = seat.dossier
    return Member(
        article_id=dossier.article_id,
        title=dossier.title,
        url=dossier.url,
        source=dossier.source,
        publisher=dossier.publisher,
        published=dossier.time,
        language=dossier.language,
        copy_of=seat.copy_of,
        group=group,
    )


def groups_with_many_killed(live: LiveStory) -> int:
    """How many independent groups of publishers tell ten killed or more (attackers not counted)."""
    groups = {member.article_id: member.group for member in live.story.members}
    return len({groups[d.article_id] for d in live.dossiers if d.article_id in groups and _tells_many(d)})


def _regrouped(members: Sequence[Member], live: LiveStory) -> tuple[Member, ...]:
    groups: tuple[int, ...] = ()
    for index, member in enumerate(members):
        dossier = live.members[member.article_id].dossier
        earlier = range(max(0, index - COMPARED), index)
        groups = join_groups(
            groups, [i for i in earlier if are_related(live.members[members[i].article_id].dossier, dossier)]
        )
    return tuple(replace(member, group=group) for member, group in zip(members, groups, strict=True))


def _tells_many(dossier: Dossier) -> bool:
    return dossier.victims is not None and dossier.victims >= MANY_KILLED
