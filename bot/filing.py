"""One digest of one chat, composed and written down: the digest, what it tells, and its messages in the outbox."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.telegram.menus import keyboard
from bot.telegram.render import render, sign_of_life
from bot.telegram.wording import words_for
from digests import schedule
from digests.compose import Limits, changes_since, compose, is_small, narrowed, quoted_articles
from digests.model import Coverage, Outgoing, Priority, Severity, Status
from digests.store import articles as article_store
from digests.store import chats as chat_store
from digests.store import digests as digest_store
from digests.store import dues, outbox, sources
from digests.store import subscriptions as subscription_store
from digests.store.chats import MuteKind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bot.telegram.render import Part
    from digests.compose import Candidate
    from digests.model import Destination, Digest, Entry
    from digests.store import Store
    from digests.store.chats import ChatSettings

__all__ = ["Occasion", "Scene", "file_digest", "file_sign_of_life", "next_time", "scene_at"]

URGENT_DEADLINE = timedelta(hours=2)
SIGN_OF_LIFE_DEADLINE = timedelta(hours=12)
COVERED = timedelta(hours=24)  # a source that was read in this time counts as read
MOST_ANSWERS = 3  # more updates at once come in one message


@dataclass(frozen=True, slots=True)
class Occasion:
    """Why a digest is composed: the slot it serves (None: whenever something comes), what it covers, how pressing it is."""

    slot: str | None
    subscriptions: frozenset[int] | None = None  # None: all
    priority: Priority = Priority.DIGEST
    urgent: Severity | None = None  # from this severity up, stories of all subscriptions are told too

    def covers(self, candidate: Candidate) -> bool:
        """Whether the candidate is to be told now."""
        if self.subscriptions is None or (self.urgent and candidate.story.severity.rank >= self.urgent.rank):
            return True
        return any(found.subscription in self.subscriptions for found in candidate.evidence)


@dataclass(frozen=True, slots=True)
class Scene:
    """What all digests of one moment share."""

    coverage: Coverage
    names: Mapping[str, str]  # of sources, by their ids


def scene_at(db: Store, now: datetime) -> Scene:
    return Scene(sources.coverage(db, now - COVERED), sources.source_names(db))


def next_time(settings: ChatSettings, now: datetime) -> datetime | None:
    """When the chat's next digest is due by its timetable; None for instant chats."""
    slot = schedule.next_slot(settings.cadence, settings.quiet, settings.zone, now)
    return slot.at if slot else None


def file_digest(
    db: Store,
    settings: ChatSettings,
    occasion: Occasion,
    now: datetime,
    scene: Scene,
    *,
    here: Destination | None = None,
) -> tuple[Outgoing, ...]:
    """Compose for a chat, write digest, told-marks and messages; what was written (nothing when nothing is new)."""
    where = settings.destination
    if occasion.subscriptions == frozenset() and occasion.urgent is None:
        return ()
    if occasion.priority is Priority.DIGEST:
        outbox.fold_backlog(db, where.chat_id, where.thread_id or 0, now)
    found = [one for one in digest_store.candidates(db, where, now=now) if occasion.covers(one)]
    if not found:
        return ()
    limits = _limits(db, settings, now)
    digest = compose(
        found,
        queries=[followed.typed for followed in subscription_store.subscriptions_of(db, where)],
        articles=article_store.articles_by_id(db, quoted_articles(found, limits, settings.language)),
        at=now,
        limits=limits,
        coverage=scene.coverage,
        next_at=next_time(settings, now),
        zone=settings.zone,
        language=settings.language,
        names=scene.names,
    )
    filing = Filing(settings, occasion, here or where, now)
    edits, answers = _apart(db, filing, digest) if occasion.slot is None else ({}, ())
    written = [filing.message(db, narrowed(digest, (entry,)), edit=key) for entry, key in edits.items()]
    rest = [entry for entry in digest.entries if entry not in edits and entry not in answers]
    written.append(filing.message(db, narrowed(digest, rest)))
    written += [filing.message(db, narrowed(digest, (entry,))) for entry in answers]
    return tuple(message for messages in written for message in messages)


def file_sign_of_life(db: Store, settings: ChatSettings, now: datetime, scene: Scene) -> tuple[Outgoing, ...]:
    """One line in a silent week: nothing was new, and the bot is alive."""
    where = settings.destination
    html = sign_of_life(scene.coverage, next_time(settings, now), settings.zone, words_for(settings.language))
    message = Outgoing(
        key=f"heartbeat:{where.chat_id}:{where.thread_id or 0}:{now:%Y-%m-%d}",
        chat_id=where.chat_id,
        method="sendMessage",
        payload={
            "text": html.markup,
            "parse_mode": "HTML",
            "link_preview_options": {"is_disabled": True},
            "disable_notification": True,
        },
        thread_id=where.thread_id,
        priority=Priority.DIGEST,
        deadline=now + SIGN_OF_LIFE_DEADLINE,
    )
    dues.note_heartbeat(db, where, now)
    return () if outbox.enqueue(db, message, now) is None else (message,)


@dataclass(frozen=True, slots=True)
class Filing:
    """Writes composed digests of one chat down: the digest, what it tells, and its messages."""

    settings: ChatSettings
    occasion: Occasion
    to: Destination
    now: datetime

    @property
    def is_here(self) -> bool:
        """Whether it is told where it is followed: only there are earlier messages to edit or to answer."""
        return self.to == self.settings.destination

    def message(self, db: Store, digest: Digest, *, edit: str | None = None) -> tuple[Outgoing, ...]:
        """The messages of a digest, written; none when it is empty or this slot was served already.

        `edit` is the delivery whose message is to be changed in place, without a sound.
        """
        where = self.settings.destination
        digest_id = None if digest.is_empty else digest_store.save_digest(db, where, self._slot(digest), digest)
        if digest_id is None:
            return ()
        parts = render(digest, words_for(self.settings.language), digest_id=digest_id)
        messages = tuple(self._outgoing(db, digest, digest_id, number, part, edit) for number, part in enumerate(parts))
        told = [(story, revision, number) for number, part in enumerate(parts) for story, revision in part.stories]
        digest_store.mark_told(db, where, digest_id, told, self.now, silent=edit is not None)
        for message in messages:
            outbox.enqueue(db, message, self.now)
        return messages

    def _slot(self, digest: Digest) -> str:
        if self.occasion.slot is not None:
            return self.occasion.slot
        first = digest.entries[0]
        return f"now:{self.now.isoformat()}:{first.story.id}:{first.revision}"

    def _outgoing(
        self, db: Store, digest: Digest, digest_id: int, number: int, part: Part, edit: str | None
    ) -> Outgoing:
        payload: dict[str, object] = {
            "text": part.html.markup,
            "parse_mode": "HTML",
            "link_preview_options": {"is_disabled": True},
            "reply_markup": keyboard(part.buttons, None if self.is_here else self.settings.destination),
        }
        earlier = self._earlier(db, part) if self.is_here else None
        if edit is not None:
            payload["edit_delivery"] = edit
        elif earlier is not None:
            payload["reply_to_delivery"] = earlier
        is_urgent = self._is_urgent(digest)
        return Outgoing(
            key=f"digest:{digest_id}:{number}",
            chat_id=self.to.chat_id,
            method="sendMessage" if edit is None else "editMessageText",
            payload=payload,
            thread_id=self.to.thread_id,
            priority=Priority.URGENT if is_urgent else self.occasion.priority,
            digest_id=digest_id,
            part=number,
            # When it is better told anew with the next digest.
            deadline=self.now + URGENT_DEADLINE if is_urgent else next_time(self.settings, self.now),
        )

    def _is_urgent(self, digest: Digest) -> bool:
        least = self.occasion.urgent
        return least is not None and any(entry.story.severity.rank >= least.rank for entry in digest.entries)

    def _earlier(self, db: Store, part: Part) -> str | None:
        """The message that told the part's only story before: an update is an answer to it."""
        if len(part.stories) != 1:
            return None
        told = digest_store.told(db, self.settings.destination, part.stories[0][0])
        return None if told is None else f"digest:{told.digest_id}:{told.part}"


def _apart(db: Store, filing: Filing, digest: Digest) -> tuple[dict[Entry, str], tuple[Entry, ...]]:
    """Updates that come by themselves: small ones change the story's last message, the others answer it.

    A message is changed only if it tells nothing else, so that what it says of other stories stays as it was told.
    """
    edits: dict[Entry, str] = {}
    answers: list[Entry] = []
    where = filing.settings.destination
    for entry in digest.entries if filing.is_here else ():
        told = digest_store.told(db, where, entry.story.id) if entry.status is not Status.NEW else None
        if told is None:
            continue
        is_alone = digest_store.stories_of_message(db, told.digest_id, told.part) == 1
        unheard = changes_since(entry.story, told.sounded_revision)
        if is_alone and is_small(unheard, told.sounded_at, filing.now):
            edits[entry] = f"digest:{told.digest_id}:{told.part}"
        else:
            answers.append(entry)
    return edits, tuple(answers) if len(answers) <= MOST_ANSWERS else ()


def _limits(db: Store, settings: ChatSettings, now: datetime) -> Limits:
    where = settings.destination
    return Limits(
        min_severity=settings.min_severity,
        muted_stories=chat_store.mutes_of(db, where, MuteKind.STORY, now),
        muted_sources=chat_store.mutes_of(db, where, MuteKind.SOURCE, now),
        muted_keywords=chat_store.mutes_of(db, where, MuteKind.KEYWORD, now),
    )
