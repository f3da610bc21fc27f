"""Chats (and topics of forums) that receive digests, with their settings, schedule and mutes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from digests.model import Destination, Severity
from digests.store.driver import from_text, to_text

if TYPE_CHECKING:
    from datetime import datetime

    from digests.store.driver import Store

__all__ = [
    "Cadence",
    "CadenceKind",
    "ChatKind",
    "ChatSettings",
    "ChatState",
    "Mute",
    "MuteKind",
    "Quiet",
    "chat",
    "chats_in_state",
    "ensure_chat",
    "forget_chat",
    "mark_gone",
    "mute",
    "mutes",
    "mutes_of",
    "pause",
    "resume",
    "revive",
    "save_settings",
    "topics",
    "unmute",
]

TABLES = """
CREATE TABLE chats (
    chat_id BIGINT NOT NULL,
    thread_id BIGINT NOT NULL DEFAULT 0,   -- 0: the chat itself
    kind TEXT NOT NULL DEFAULT 'private',  -- private, group, supergroup, channel
    title TEXT NOT NULL DEFAULT '',
    language TEXT NOT NULL DEFAULT 'en',
    zone TEXT NOT NULL DEFAULT 'UTC',
    cadence TEXT NOT NULL DEFAULT '{"kind": "instant"}',
    quiet TEXT,                            -- {"from": "22:00", "to": "07:00"} in local time
    urgent TEXT NOT NULL DEFAULT 'critical',  -- severity that may pass quiet hours and digests; 'none' for never
    min_severity TEXT NOT NULL DEFAULT 'low',
    heartbeat INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL DEFAULT 'active',  -- active, paused, gone
    state_reason TEXT,
    paused_until TEXT,
    next_digest_at TEXT,                   -- NULL: when something comes (instant), or not scheduled yet
    hold_until TEXT,                       -- an instant digest waits for more articles until then at most
    urgent_at TEXT,                        -- something urgent came: when it is to be told
    last_digest_at TEXT,                   -- when it was last looked at what is new for it
    heartbeat_at TEXT,                     -- the last sign of life in a silent week
    created_at TEXT NOT NULL,
    PRIMARY KEY (chat_id, thread_id)
);
CREATE INDEX chats_due ON chats(next_digest_at) WHERE state = 'active';
CREATE INDEX chats_paused ON chats(paused_until) WHERE state = 'paused';
CREATE INDEX chats_urgent ON chats(urgent_at) WHERE urgent_at IS NOT NULL;
CREATE TABLE mutes (
    id INTEGER PRIMARY KEY,
    chat_id BIGINT NOT NULL,
    thread_id BIGINT NOT NULL DEFAULT 0,
    kind TEXT NOT NULL,                    -- story, source, keyword
    value TEXT NOT NULL,
    until TEXT,
    UNIQUE (chat_id, thread_id, kind, value)
)
"""


class ChatKind(StrEnum):
    PRIVATE = "private"
    GROUP = "group"
    SUPERGROUP = "supergroup"
    CHANNEL = "channel"


class ChatState(StrEnum):
    ACTIVE = "active"
    PAUSED = "paused"
    GONE = "gone"


class CadenceKind(StrEnum):
    INSTANT = "instant"
    EVERY = "every"  # every N hours
    DAILY = "daily"
    WEEKLY = "weekly"


@dataclass(frozen=True, slots=True)
class Cadence:
    """How often digests come. `hours` belongs to EVERY; `at` (local time) to DAILY and WEEKLY; `day` (0 Monday) to WEEKLY."""

    kind: CadenceKind = CadenceKind.INSTANT
    hours: int = 6
    at: time = time(8, 0)
    day: int = 0

    def to_json(self) -> str:
        value: dict[str, object] = {"kind": self.kind.value}
        if self.kind is CadenceKind.EVERY:
            value["hours"] = self.hours
        if self.kind in {CadenceKind.DAILY, CadenceKind.WEEKLY}:
            value["at"] = f"{self.at:%H:%M}"
        if self.kind is CadenceKind.WEEKLY:
            value["day"] = self.day
        return json.dumps(value)

    @classmethod
    def from_json(cls, text: str) -> Cadence:
        value = json.loads(text)
        return cls(
            CadenceKind(value["kind"]),
            hours=int(value.get("hours", 6)),
            at=time.fromisoformat(value.get("at", "08:00")),
            day=int(value.get("day", 0)),
        )


@dataclass(frozen=True, slots=True)
class Quiet:
    """Quiet hours in local time; they may pass midnight. Digests are held in them, never dropped."""

    start: time
    end: time

    def holds(self, local: time) -> bool:
        if self.start <= self.end:
            return self.start <= local < self.end
        return local >= self.start or local < self.end

    def to_json(self) -> str:
        return json.dumps({"from": f"{self.start:%H:%M}", "to": f"{self.end:%H:%M}"})

    @classmethod
    def from_json(cls, text: str) -> Quiet:
        value = json.loads(text)
        return cls(time.fromisoformat(value["from"]), time.fromisoformat(value["to"]))


@dataclass(frozen=True, slots=True)
class ChatSettings:
    """One destination of digests and everything that was set for it."""

    destination: Destination
    kind: ChatKind
    title: str
    language: str
    zone: str
    cadence: Cadence
    quiet: Quiet | None
    urgent: Severity | None  # from this severity up an entry may pass digests and quiet hours; None for never
    min_severity: Severity
    heartbeat: bool
    state: ChatState
    state_reason: str
    paused_until: datetime | None
    next_digest_at: datetime | None
    last_digest_at: datetime | None
    created_at: datetime


class MuteKind(StrEnum):
    STORY = "story"
    SOURCE = "source"
    KEYWORD = "keyword"


@dataclass(frozen=True, slots=True)
class Mute:
    id: int
    kind: MuteKind
    value: str
    until: datetime | None  # None: until it is taken back


def ensure_chat(
    db: Store, where: Destination, kind: ChatKind, title: str, now: datetime, *, language: str = "en", zone: str = "UTC"
) -> ChatSettings:
    """The chat's settings, created when it is new. Its title and kind are kept current, and a chat that was gone is back."""
    db.execute(
        """
        INSERT INTO chats (chat_id, thread_id, kind, title, language, zone, created_at)
        VALUES (:chat, :thread, :kind, :title, :language, :zone, :now)
        ON CONFLICT (chat_id, thread_id) DO UPDATE SET
            kind = excluded.kind, title = excluded.title,
            state = CASE WHEN chats.state = 'gone' THEN 'active' ELSE chats.state END,
            state_reason = CASE WHEN chats.state = 'gone' THEN NULL ELSE chats.state_reason END
        """,
        {**_key(where), "kind": kind, "title": title, "language": language, "zone": zone, "now": to_text(now)},
    )
    found = chat(db, where)
    assert found is not None  # noqa: S101 - it was written one statement ago
    return found


def chat(db: Store, where: Destination) -> ChatSettings | None:
    row = db.row("SELECT * FROM chats WHERE chat_id = :chat AND thread_id = :thread", _key(where))
    return None if row is None else settings_of(row)


def topics(db: Store, chat_id: int) -> list[ChatSettings]:
    """The chat and its topics that have settings of their own."""
    rows = db.rows("SELECT * FROM chats WHERE chat_id = :chat ORDER BY thread_id", {"chat": chat_id})
    return [settings_of(row) for row in rows]


def chats_in_state(db: Store, state: ChatState) -> list[ChatSettings]:
    rows = db.rows("SELECT * FROM chats WHERE state = :state ORDER BY chat_id, thread_id", {"state": state})
    return [settings_of(row) for row in rows]


def save_settings(db: Store, settings: ChatSettings) -> None:
    """Write what a person may set, and when the next digest is to be looked for."""
    db.execute(
        """
        UPDATE chats SET language = :language, zone = :zone, cadence = :cadence, quiet = :quiet, urgent = :urgent,
            min_severity = :min_severity, heartbeat = :heartbeat, next_digest_at = :next
        WHERE chat_id = :chat AND thread_id = :thread
        """,
        {
            **_key(settings.destination),
            "language": settings.language,
            "zone": settings.zone,
            "cadence": settings.cadence.to_json(),
            "quiet": settings.quiet.to_json() if settings.quiet else None,
            "urgent": settings.urgent.value if settings.urgent else "none",
            "min_severity": settings.min_severity.value,
            "heartbeat": int(settings.heartbeat),
            "next": to_text(settings.next_digest_at),
        },
    )


def pause(db: Store, where: Destination, until: datetime | None, *, reason: str = "asked") -> None:
    """No digests until then, or until /resume. What comes meanwhile is told afterwards."""
    db.execute(
        """
        UPDATE chats SET state = 'paused', state_reason = :reason, paused_until = :until
        WHERE chat_id = :chat AND thread_id = :thread AND state <> 'gone'
        """,
        {**_key(where), "until": to_text(until), "reason": reason},
    )


def resume(db: Store, where: Destination, now: datetime) -> None:
    """Digests again; the next one is looked for at once."""
    db.execute(
        """
        UPDATE chats SET state = 'active', state_reason = NULL, paused_until = NULL, next_digest_at = :now
        WHERE chat_id = :chat AND thread_id = :thread AND state <> 'gone'
        """,
        {**_key(where), "now": to_text(now)},
    )


def mark_gone(db: Store, chat_id: int, reason: str) -> None:
    """The chat cannot be written to: blocked, kicked, deleted. Its subscriptions stay for when it comes back."""
    db.execute(
        "UPDATE chats SET state = 'gone', state_reason = :reason WHERE chat_id = :chat",
        {"chat": chat_id, "reason": reason},
    )


def revive(db: Store, chat_id: int, now: datetime) -> bool:
    """The chat is back. True when it was gone."""
    changed = db.execute(
        """
        UPDATE chats SET state = 'active', state_reason = NULL, next_digest_at = :now
        WHERE chat_id = :chat AND state = 'gone'
        """,
        {"chat": chat_id, "now": to_text(now)},
    )
    return changed > 0


def mute(db: Store, where: Destination, kind: MuteKind, value: str, until: datetime | None) -> int:
    """Mute a story, a source or a keyword; a longer or shorter mute replaces the one before. The mute's id."""
    return int(
        db.value(
            """
            INSERT INTO mutes (chat_id, thread_id, kind, value, until) VALUES (:chat, :thread, :kind, :value, :until)
            ON CONFLICT (chat_id, thread_id, kind, value) DO UPDATE SET until = excluded.until
            RETURNING id
            """,
            {**_key(where), "kind": kind, "value": value, "until": to_text(until)},
        )
    )


def unmute(db: Store, where: Destination, mute_id: int) -> Mute | None:
    """Take a mute back. What it was, or None when it was gone already."""
    row = db.row(
        "DELETE FROM mutes WHERE id = :id AND chat_id = :chat AND thread_id = :thread RETURNING id, kind, value, until",
        {**_key(where), "id": mute_id},
    )
    return None if row is None else _mute(row)


def mutes(db: Store, where: Destination, now: datetime) -> list[Mute]:
    """What is muted now."""
    rows = db.rows(
        """
        SELECT id, kind, value, until FROM mutes
        WHERE chat_id = :chat AND thread_id = :thread AND (until IS NULL OR until > :now) ORDER BY id
        """,
        {**_key(where), "now": to_text(now)},
    )
    return [_mute(row) for row in rows]


def mutes_of(db: Store, where: Destination, kind: MuteKind, now: datetime) -> frozenset[str]:
    """The values of one kind that are muted now, for whoever composes digests."""
    return frozenset(found.value for found in mutes(db, where, now) if found.kind is kind)


def forget_chat(db: Store, chat_id: int) -> None:
    """Delete the chat's settings and mutes."""
    for table in ("mutes", "chats"):
        db.execute(f"DELETE FROM {table} WHERE chat_id = :chat", {"chat": chat_id})


def settings_of(row: dict[str, Any]) -> ChatSettings:
    """A row of `chats` as a value."""
    return ChatSettings(
        destination=Destination(row["chat_id"], row["thread_id"] or None),
        kind=ChatKind(row["kind"]),
        title=row["title"],
        language=row["language"],
        zone=row["zone"],
        cadence=Cadence.from_json(row["cadence"]),
        quiet=Quiet.from_json(row["quiet"]) if row["quiet"] else None,
        urgent=None if row["urgent"] == "none" else Severity(row["urgent"]),
        min_severity=Severity(row["min_severity"]),
        heartbeat=bool(row["heartbeat"]),
        state=ChatState(row["state"]),
        state_reason=row["state_reason"] or "",
        paused_until=from_text(row["paused_until"]),
        next_digest_at=from_text(row["next_digest_at"]),
        last_digest_at=from_text(row["last_digest_at"]),
        created_at=from_text(row["created_at"]),
    )


def _key(where: Destination) -> dict[str, int]:
    return {"chat": where.chat_id, "thread": where.thread_id or 0}


def _mute(row: dict[str, Any]) -> Mute:
    return Mute(row["id"], MuteKind(row["kind"]), row["value"], from_text(row["until"]))
