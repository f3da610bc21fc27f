"""What is kept of one person and their private chat: to hand it out, and to delete it everywhere."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from digests.store import chats, ledger, subscriptions
from digests.store.driver import to_text

if TYPE_CHECKING:
    from datetime import datetime

    from digests.model import QueryId
    from digests.store.driver import Store

__all__ = ["everything_of", "forget", "prune_inbox_of"]

CHAT_TABLES = ("mutes", "told", "late_stories", "digests", "feedback", "typed", "chat_limits")


def everything_of(db: Store, user_id: int, chat_id: int) -> dict[str, Any]:
    """All that is known of a person and of what their chat follows, as JSON can hold it."""
    person = ledger.person(db, user_id)
    followed: list[dict[str, Any]] = []
    for settings in chats.topics(db, chat_id):
        followed += [
            {
                "query": found.typed,
                "read_as": found.query.canonical,
                "strictness": found.query.strictness.value,
                "languages": list(found.languages),
                "min_severity": found.min_severity.value,
                "min_score": found.min_score,
                "cadence": json.loads(found.cadence.to_json()) if found.cadence else None,
                "paused": found.paused,
                "since": to_text(found.since),
            }
            for found in subscriptions.subscriptions_of(db, settings.destination)
        ]
    return {
        "person": None
        if person is None
        else {
            "id": person.user_id,
            "name": person.name,
            "access": person.access.value,
            "role": person.role.value,
            "first_seen": to_text(person.first_seen),
        },
        "chats": db.rows("SELECT * FROM chats WHERE chat_id = :chat ORDER BY thread_id", {"chat": chat_id}),
        "subscriptions": followed,
        "mutes": db.rows("SELECT kind, value, until FROM mutes WHERE chat_id = :chat ORDER BY id", {"chat": chat_id}),
        "not_relevant": db.rows(
            "SELECT story_id, keyword, words, grade, score, at FROM feedback WHERE chat_id = :chat ORDER BY at",
            {"chat": chat_id},
        ),
        "told": db.rows(
            "SELECT story_id, revision, told_at FROM told WHERE chat_id = :chat ORDER BY told_at", {"chat": chat_id}
        ),
        "typed": db.rows("SELECT words, at FROM typed WHERE chat_id = :chat ORDER BY at", {"chat": chat_id}),
        "added_elsewhere": db.rows(
            "SELECT chat_id, typed, since FROM subscriptions WHERE added_by = :user AND chat_id <> :chat ORDER BY since",
            {"user": user_id, "chat": chat_id},
        ),
    }


def forget(db: Store, user_id: int, chat_id: int, update_id: int, now: datetime) -> list[QueryId]:
    """Delete it all; the queries nobody follows any more. Groups keep what they follow, without the person's number.

    The update that asked for it stays until it is done, with its words taken out; a block stays too.
    """
    gone = subscriptions.forget_subscriptions(db, chat_id)
    for table in CHAT_TABLES:
        db.execute(f"DELETE FROM {table} WHERE chat_id = :chat", {"chat": chat_id})
    chats.forget_chat(db, chat_id)
    # Rows of the outbox keep their numbers, because the sender counts on numbers that only grow.
    db.execute(
        "UPDATE deliveries SET state = 'dead', error = 'forgotten', settled_at = :now "
        "WHERE chat_id = :chat AND state IN ('ready', 'uncertain')",
        {"chat": chat_id, "now": to_text(now)},
    )
    db.execute(
        "UPDATE deliveries SET chat_id = 0, thread_id = 0, payload = '{}' WHERE chat_id = :chat AND state <> 'sending'",
        {"chat": chat_id},
    )
    prune_inbox_of(db, chat_id, update_id)
    ledger.forget_person(db, user_id)
    db.execute("DELETE FROM named_values WHERE name LIKE :name", {"name": f"%:{chat_id}"})
    return gone


def prune_inbox_of(db: Store, chat_id: int, update_id: int) -> None:
    """Forget what was said in a chat; the update that is being worked keeps its row, without its words."""
    db.execute("DELETE FROM inbox WHERE chat_id = :chat AND state <> 'waiting'", {"chat": chat_id})
    db.execute("UPDATE inbox SET body = '{}' WHERE update_id = :id", {"id": update_id})
