"""Small facts about the installation: named values, people and roles, the audit log, open troubles, names added by admins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from digests.store.driver import from_text, to_text

if TYPE_CHECKING:
    from datetime import datetime

    from digests.store.driver import Store

__all__ = [
    "Access",
    "AuditLine",
    "EntityName",
    "Person",
    "Role",
    "Trouble",
    "audit",
    "audit_lines",
    "close_trouble",
    "entity_names",
    "forget_person",
    "keep_typed",
    "meet",
    "named_value",
    "open_trouble",
    "open_troubles",
    "people",
    "person",
    "save_entity_name",
    "set_access",
    "set_named_value",
    "set_role",
    "trouble_told",
    "typed",
    "withdraw_entity_name",
]

TABLES = """
CREATE TABLE named_values (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
CREATE TABLE people (
    user_id BIGINT PRIMARY KEY,
    name TEXT NOT NULL DEFAULT '',
    access TEXT NOT NULL DEFAULT 'new',    -- new, requested, allowed, blocked
    role TEXT NOT NULL DEFAULT 'reader',   -- reader, admin, owner
    first_seen_at TEXT NOT NULL
);
CREATE TABLE audit (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    actor BIGINT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL DEFAULT '',
    detail TEXT NOT NULL DEFAULT ''
);
CREATE TABLE troubles (
    key TEXT PRIMARY KEY,
    message TEXT NOT NULL,
    opened_at TEXT NOT NULL,
    told_at TEXT,
    closed_at TEXT
);
CREATE TABLE entity_names (
    entity TEXT NOT NULL,
    name TEXT NOT NULL,
    action TEXT NOT NULL,                  -- add, remove
    kind TEXT NOT NULL DEFAULT '',
    added_by BIGINT,
    at TEXT NOT NULL,
    PRIMARY KEY (entity, name)
);
CREATE TABLE typed (
    id INTEGER PRIMARY KEY,                -- what a button stands for when it is too long for the button
    chat_id BIGINT NOT NULL,
    words TEXT NOT NULL,
    at TEXT NOT NULL,
    UNIQUE (chat_id, words)
)
"""

TYPED_KEPT = timedelta(days=60)


class Access(StrEnum):
    NEW = "new"
    REQUESTED = "requested"
    ALLOWED = "allowed"
    BLOCKED = "blocked"


class Role(StrEnum):
    READER = "reader"
    ADMIN = "admin"
    OWNER = "owner"


@dataclass(frozen=True, slots=True)
class Person:
    """A Telegram user who wrote to the bot."""

    user_id: int
    name: str
    access: Access
    role: Role
    first_seen: datetime


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One thing an admin did."""

    at: datetime
    actor: int
    action: str
    subject: str
    detail: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something the admin has to know; `closed` is set when it is over."""

    key: str
    message: str
    opened: datetime
    told: datetime | None
    closed: datetime | None


@dataclass(frozen=True, slots=True)
class EntityName:
    """A name that an admin added to an entity, or took away from it."""

    entity: str
    name: str
    added: bool
    kind: str  # of a new entity, or ''
    by: int | None
    at: datetime


def named_value(db: Store, name: str) -> str | None:
    return db.value("SELECT value FROM named_values WHERE name = :name", {"name": name})  # type: ignore[no-any-return] # a TEXT column


def set_named_value(db: Store, name: str, value: str) -> None:
    db.execute(
        "INSERT INTO named_values (name, value) VALUES (:name, :value) "
        "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        {"name": name, "value": value},
    )


# --- What buttons stand for ------------------------------------------------------------------------------------------


def keep_typed(db: Store, chat_id: int, words: str, now: datetime) -> int:
    """The number under which a button finds these words again. Old ones are forgotten."""
    db.execute("DELETE FROM typed WHERE at < :old", {"old": to_text(now - TYPED_KEPT)})
    return int(
        db.value(
            """
            INSERT INTO typed (chat_id, words, at) VALUES (:chat, :words, :now)
            ON CONFLICT (chat_id, words) DO UPDATE SET at = excluded.at RETURNING id
            """,
            {"chat": chat_id, "words": words, "now": to_text(now)},
        )
    )


def typed(db: Store, chat_id: int, number: int) -> str | None:
    """Words kept for a button of that chat; None when they are another chat's or too old."""
    found: str | None = db.value(
        "SELECT words FROM typed WHERE id = :id AND chat_id = :chat", {"id": number, "chat": chat_id}
    )
    return found


# --- People ----------------------------------------------------------------------------------------------------------


def meet(db: Store, user_id: int, name: str, now: datetime) -> Person:
    """The person, written down when seen for the first time; the name is kept current."""
    row = db.row(
        """
        INSERT INTO people (user_id, name, first_seen_at) VALUES (:id, :name, :now)
        ON CONFLICT (user_id) DO UPDATE SET name = excluded.name RETURNING *
        """,
        {"id": user_id, "name": name, "now": to_text(now)},
    )
    assert row is not None  # noqa: S101 - RETURNING answers the row that was written
    return _person(row)


def person(db: Store, user_id: int) -> Person | None:
    row = db.row("SELECT * FROM people WHERE user_id = :id", {"id": user_id})
    return None if row is None else _person(row)


def people(db: Store, *, access: Access | None = None) -> list[Person]:
    """Everybody the bot has met, newest first."""
    rows = db.rows(
        "SELECT * FROM people WHERE :access IS NULL OR access = :access ORDER BY first_seen_at DESC, user_id",
        {"access": access},
    )
    return [_person(row) for row in rows]


def set_access(db: Store, user_id: int, access: Access, now: datetime) -> None:
    """Let a person in, or not; the bot need not have met them."""
    db.execute(
        """
        INSERT INTO people (user_id, access, first_seen_at) VALUES (:id, :access, :now)
        ON CONFLICT (user_id) DO UPDATE SET access = excluded.access
        """,
        {"id": user_id, "access": access, "now": to_text(now)},
    )


def set_role(db: Store, user_id: int, role: Role, now: datetime) -> None:
    db.execute(
        """
        INSERT INTO people (user_id, role, access, first_seen_at) VALUES (:id, :role, 'allowed', :now)
        ON CONFLICT (user_id) DO UPDATE SET role = excluded.role
        """,
        {"id": user_id, "role": role, "now": to_text(now)},
    )


def forget_person(db: Store, user_id: int) -> None:
    """Delete what is known of a person. A block stays, or it could be undone by forgetting."""
    db.execute("DELETE FROM people WHERE user_id = :id AND access <> 'blocked'", {"id": user_id})
    db.execute("UPDATE people SET name = '' WHERE user_id = :id", {"id": user_id})
    db.execute("UPDATE subscriptions SET added_by = NULL WHERE added_by = :id", {"id": user_id})


# --- Audit log and troubles ------------------------------------------------------------------------------------------


def audit(db: Store, actor: int, action: str, *, subject: str = "", detail: str = "", now: datetime) -> None:
    """Write down what an admin did."""
    db.execute(
        "INSERT INTO audit (at, actor, action, subject, detail) VALUES (:now, :actor, :action, :subject, :detail)",
        {"now": to_text(now), "actor": actor, "action": action, "subject": subject, "detail": detail[:500]},
    )


def audit_lines(db: Store, limit: int, offset: int = 0) -> list[AuditLine]:
    """What admins did, newest first."""
    rows = db.rows(
        "SELECT * FROM audit ORDER BY id DESC LIMIT :limit OFFSET :offset", {"limit": limit, "offset": offset}
    )
    return [AuditLine(from_text(r["at"]), r["actor"], r["action"], r["subject"], r["detail"]) for r in rows]


def open_trouble(db: Store, key: str, message: str, now: datetime) -> bool:
    """Write a trouble down. True when it is new (or back), False while it lasts."""
    rows = db.rows(
        """
        INSERT INTO troubles (key, message, opened_at) VALUES (:key, :message, :now)
        ON CONFLICT (key) DO UPDATE SET
            message = excluded.message, opened_at = excluded.opened_at, told_at = NULL, closed_at = NULL
        WHERE troubles.closed_at IS NOT NULL RETURNING key
        """,
        {"key": key, "message": message, "now": to_text(now)},
    )
    return bool(rows)


def close_trouble(db: Store, key: str, now: datetime) -> Trouble | None:
    """The trouble is over. What it was when the admin was told of it, else None: then nobody needs to hear the end."""
    row = db.row(
        "UPDATE troubles SET closed_at = :now WHERE key = :key AND closed_at IS NULL RETURNING *",
        {"key": key, "now": to_text(now)},
    )
    return _trouble(row) if row is not None and row["told_at"] is not None else None


def trouble_told(db: Store, key: str, now: datetime) -> None:
    """The message to the admin was written into the outbox."""
    db.execute("UPDATE troubles SET told_at = :now WHERE key = :key", {"key": key, "now": to_text(now)})


def open_troubles(db: Store) -> list[Trouble]:
    """What is wrong now, oldest first."""
    return [_trouble(row) for row in db.rows("SELECT * FROM troubles WHERE closed_at IS NULL ORDER BY opened_at, key")]


# --- Names of entities -----------------------------------------------------------------------------------------------


def save_entity_name(db: Store, change: EntityName) -> None:
    """Add a name to an entity, or take it away; the last word on a name counts."""
    db.execute(
        """
        INSERT INTO entity_names (entity, name, action, kind, added_by, at)
        VALUES (:entity, :name, :action, :kind, :by, :at)
        ON CONFLICT (entity, name) DO UPDATE SET
            action = excluded.action, kind = excluded.kind, added_by = excluded.added_by, at = excluded.at
        """,
        {
            "entity": change.entity,
            "name": change.name,
            "action": "add" if change.added else "remove",
            "kind": change.kind,
            "by": change.by,
            "at": to_text(change.at),
        },
    )


def withdraw_entity_name(db: Store, entity: str, name: str) -> bool:
    """Forget an admin's change of a name, so that the catalogue counts again. True when there was one."""
    return (
        db.execute("DELETE FROM entity_names WHERE entity = :entity AND name = :name", {"entity": entity, "name": name})
        > 0
    )


def entity_names(db: Store) -> list[EntityName]:
    """All changes that admins made, oldest first."""
    return [
        EntityName(r["entity"], r["name"], r["action"] == "add", r["kind"], r["added_by"], from_text(r["at"]))
        for r in db.rows("SELECT * FROM entity_names ORDER BY at, entity, name")
    ]


def _person(row: dict[str, Any]) -> Person:
    return Person(
        row["user_id"], row["name"], Access(row["access"]), Role(row["role"]), from_text(row["first_seen_at"])
    )


def _trouble(row: dict[str, Any]) -> Trouble:
    return Trouble(
        row["key"], row["message"], from_text(row["opened_at"]), from_text(row["told_at"]), from_text(row["closed_at"])
    )
