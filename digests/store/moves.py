"""A group that became a supergroup has a new id: everything that was kept under the old one is kept under the new one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from digests.store.driver import Store

__all__ = ["move_chat", "moved_to"]

# Tables with one row per chat and something: what must differ under one chat id.
KEYED = {
    "subscriptions": ("thread_id", "query_id"),
    "mutes": ("thread_id", "kind", "value"),
    "feedback": ("thread_id", "story_id", "keyword"),
    "typed": ("words",),
    "told": ("thread_id", "story_id", "revision"),
    "late_stories": ("thread_id", "story_id", "revision"),
}
FREE = ("deliveries", "inbox", "broadcasts")


def moved_to(db: Store, chat_id: int) -> int:
    """The id that the chat has now: its own, unless it moved."""
    seen = {chat_id}
    while (new := db.value("SELECT new_id FROM chat_moves WHERE old_id = :id", {"id": chat_id})) is not None:
        if new in seen:
            break
        chat_id = int(new)
        seen.add(chat_id)
    return chat_id


def move_chat(db: Store, old: int, new: int) -> bool:
    """Keep all rows of chat `old` under the id `new`, which may have rows already. Doing it twice changes nothing.

    Settings of the old chat win, unless somebody already follows something under the new id. False when nothing was to
    be done. Whatever is written to the old id afterwards goes to the new one (`outbox.enqueue`).
    """
    if old == new or moved_to(db, new) == old:
        return False
    ids = {"old": old, "new": new}
    db.execute(
        "INSERT INTO chat_moves (old_id, new_id) VALUES (:old, :new) ON CONFLICT (old_id) DO UPDATE SET new_id = :new",
        ids,
    )
    _move_settings(db, old, new)
    for table, columns in KEYED.items():
        same = " AND ".join(f"other.{column} = {table}.{column}" for column in columns)
        db.execute(
            f"UPDATE {table} SET chat_id = :new WHERE chat_id = :old"
            f" AND NOT EXISTS (SELECT 1 FROM {table} other WHERE other.chat_id = :new AND {same})",
            ids,
        )
        db.execute(f"DELETE FROM {table} WHERE chat_id = :old", {"old": old})
    # A digest is never thrown away: deliveries and told stories point at it.
    db.execute(
        "UPDATE digests SET slot = slot || ':moved' WHERE chat_id = :old AND EXISTS (SELECT 1 FROM digests other"
        " WHERE other.chat_id = :new AND other.thread_id = digests.thread_id AND other.slot = digests.slot)",
        ids,
    )
    db.execute("UPDATE digests SET chat_id = :new WHERE chat_id = :old", ids)
    for table in FREE:
        db.execute(f"UPDATE {table} SET chat_id = :new WHERE chat_id = :old", ids)
    db.execute("DELETE FROM chat_limits WHERE chat_id = :old", {"old": old})
    return True


def _move_settings(db: Store, old: int, new: int) -> None:
    ids = {"old": old, "new": new}
    if db.value("SELECT 1 FROM subscriptions WHERE chat_id = :new LIMIT 1", {"new": new}) is None:
        db.execute(
            "DELETE FROM chats WHERE chat_id = :new AND EXISTS (SELECT 1 FROM chats other WHERE other.chat_id = :old"
            " AND other.thread_id = chats.thread_id)",
            ids,
        )
    db.execute(
        "UPDATE chats SET chat_id = :new, kind = 'supergroup',"
        " state = CASE WHEN state = 'gone' THEN 'active' ELSE state END,"
        " state_reason = CASE WHEN state = 'gone' THEN NULL ELSE state_reason END"
        " WHERE chat_id = :old AND NOT EXISTS (SELECT 1 FROM chats other WHERE other.chat_id = :new"
        " AND other.thread_id = chats.thread_id)",
        ids,
    )
    db.execute("DELETE FROM chats WHERE chat_id = :old", {"old": old})
