"""The outbox: every message that is to be sent is a row here before it is sent.

    ready -> sending -> sent | uncertain | dead          ready -> superseded
             sending -> ready (certainly not accepted)   uncertain -> sending (once more, marked)

`sending` is committed before the call, its result after it. A row that says `sending` but belongs to another boot was
interrupted: nobody knows whether Telegram accepted it (docs/delivery.md).
An `uncertain` row with a `not_before` waits for its one repeat; without, it stays as it is and is listed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from digests.model import DeliveryState, Outgoing, Priority
from digests.store.deliveries import (
    Undelivered,
    cancel,
    depth,
    message_of,
    oldest_waiting,
    progress,
    prune,
    retry,
    sent_since,
    undeliverable,
)
from digests.store.driver import from_text, to_text
from digests.store.giving_up import give_up
from digests.store.moves import move_chat, moved_to
from digests.store.standing import cancel_chat, close_chat_until, closed_chats, gone_reason, settle_gone, strike

if TYPE_CHECKING:
    from collections.abc import Iterable

    from digests.store.driver import Store

__all__ = [
    "Claimed",
    "Undelivered",
    "Waiting",
    "back_to_ready",
    "cancel",
    "cancel_chat",
    "claim",
    "close_chat_until",
    "closed_chats",
    "depth",
    "enqueue",
    "fold_backlog",
    "mark_uncertain",
    "message_of",
    "move_chat",
    "oldest_waiting",
    "progress",
    "prune",
    "recover",
    "retry",
    "rewrite",
    "sent_since",
    "settle_failed",
    "settle_gone",
    "settle_sent",
    "strike",
    "supersede",
    "supersede_overdue",
    "unclaim",
    "undeliverable",
    "waiting",
]

TABLES = """
CREATE TABLE deliveries (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    digest_id BIGINT,
    part INTEGER NOT NULL DEFAULT 0,
    chat_id BIGINT NOT NULL,
    thread_id BIGINT NOT NULL DEFAULT 0,
    method TEXT NOT NULL,
    payload TEXT NOT NULL,
    priority INTEGER NOT NULL,
    cost INTEGER NOT NULL DEFAULT 1,       -- messages it counts for: an album costs its photos
    state TEXT NOT NULL DEFAULT 'ready',
    not_before TEXT,
    deadline TEXT,
    boot_id TEXT,                          -- the run of the sender that holds it
    attempt INTEGER NOT NULL DEFAULT 0,
    repeats INTEGER NOT NULL DEFAULT 0,    -- 1: it went out again after an ambiguous answer
    fallback TEXT NOT NULL DEFAULT '',     -- what was changed after Telegram refused it: plain, general, new
    message_id BIGINT,
    error TEXT,
    created_at TEXT NOT NULL,
    settled_at TEXT
);
CREATE INDEX deliveries_waiting ON deliveries(id) WHERE state IN ('ready', 'uncertain');
CREATE INDEX deliveries_chat ON deliveries(chat_id, id) WHERE state IN ('ready', 'sending', 'uncertain');
CREATE INDEX deliveries_deadline ON deliveries(deadline) WHERE state = 'ready' AND deadline IS NOT NULL;
CREATE INDEX deliveries_unsent ON deliveries(state) WHERE state <> 'sent';
CREATE INDEX deliveries_digest ON deliveries(digest_id, part);
CREATE TABLE chat_limits (
    chat_id BIGINT PRIMARY KEY,
    closed_at TEXT,                        -- Telegram said "too many requests" then
    closed_until TEXT,
    strikes INTEGER NOT NULL DEFAULT 0     -- refusals for want of rights, in a row
);
CREATE TABLE chat_moves (
    old_id BIGINT PRIMARY KEY,
    new_id BIGINT NOT NULL
);
CREATE TABLE late_stories (
    chat_id BIGINT NOT NULL,
    thread_id BIGINT NOT NULL DEFAULT 0,
    story_id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    times INTEGER NOT NULL DEFAULT 1,      -- how often a delivery that carried it failed
    at TEXT NOT NULL,
    PRIMARY KEY (chat_id, thread_id, story_id, revision)
)
"""

REPEATABLE = frozenset({"sendMessage", "sendDocument", "sendPhoto", "sendMediaGroup"})
"""Methods whose message can carry the words "may be a repeat". Others are never sent again when in doubt."""

LONGEST_RETRY = timedelta(seconds=300)


def is_idempotent(method: str) -> bool:
    """Whether making the call twice ends as making it once: such calls are retried freely."""
    return method.startswith(("edit", "delete", "pin", "unpin", "set"))


@dataclass(frozen=True, slots=True)
class Waiting:
    """What the pacer needs to know of a delivery. `delay` is how long it must still wait.

    `keeps_order` says that it was tried and certainly not accepted: what follows in its chat waits for it.
    """

    id: int
    chat_id: int
    priority: Priority
    cost: int
    age: timedelta
    delay: timedelta
    keeps_order: bool


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery that this boot is about to send. `target` is the message that the payload refers to, if it was sent."""

    id: int
    key: str
    chat_id: int
    thread_id: int
    method: str
    payload: dict[str, Any]
    priority: Priority
    cost: int
    attempt: int
    repeats: int
    fallback: str
    created_at: datetime
    language: str
    target: int | None = None


# --- Writing down ----------------------------------------------------------------------------------------------------


def enqueue(db: Store, outgoing: Outgoing, now: datetime) -> int | None:
    """Write a message down to be sent. The row's id, or None when its key is known already: then nothing changes.

    A chat that moved is written to under its new id. In a chat that is gone only a reply is tried (somebody there just
    wrote); anything else is dead at once, so that no call is made.
    """
    chat_id = moved_to(db, outgoing.chat_id)
    gone = None if outgoing.priority == Priority.REPLY else gone_reason(db, chat_id)
    media = outgoing.payload.get("media")
    row = db.row(
        "INSERT INTO deliveries (key, digest_id, part, chat_id, thread_id, method, payload, priority, cost, state,"
        " not_before, deadline, error, created_at, settled_at) VALUES (:key, :digest, :part, :chat, :thread, :method,"
        " :payload, :priority, :cost, :state, :not_before, :deadline, :error, :now, :settled)"
        " ON CONFLICT (key) DO NOTHING RETURNING id",
        {
            "key": outgoing.key,
            "digest": outgoing.digest_id,
            "part": outgoing.part,
            "chat": chat_id,
            "thread": outgoing.thread_id or 0,
            "method": outgoing.method,
            "payload": json.dumps(outgoing.payload, separators=(",", ":")),
            "priority": int(outgoing.priority),
            "cost": max(1, len(media)) if isinstance(media, list) else 1,
            "state": DeliveryState.DEAD if gone else DeliveryState.READY,
            "not_before": to_text(outgoing.not_before),
            "deadline": to_text(outgoing.deadline),
            "error": gone,
            "now": to_text(now),
            "settled": to_text(now) if gone else None,
        },
    )
    return None if row is None else int(row["id"])


# --- Sending ---------------------------------------------------------------------------------------------------------


def recover(db: Store, boot_id: str, now: datetime, *, resend: bool) -> int:
    """Take over what an earlier boot left as `sending`; the number of such rows.

    What may be repeated is repeated at once when `resend`, else it stays uncertain and is listed.
    """
    rows = db.rows(
        "SELECT id, method, repeats FROM deliveries WHERE state = 'sending' AND boot_id <> :boot", {"boot": boot_id}
    )
    for row in rows:
        if is_idempotent(row["method"]):
            back_to_ready(db, row["id"], None, "interrupted")
        else:
            again = resend and not row["repeats"] and row["method"] in REPEATABLE
            mark_uncertain(db, row["id"], "interrupted while sending", now, again_at=now if again else None)
    return len(rows)


def waiting(db: Store, now: datetime, *, after: int = 0, limit: int = 50_000) -> list[Waiting]:
    """Deliveries that the sender has still to send, by id, from the first with an id above `after`."""
    rows = db.rows(
        "SELECT id, chat_id, priority, cost, created_at, not_before, attempt, state FROM deliveries"
        " WHERE state IN ('ready', 'uncertain') AND (state = 'ready' OR not_before IS NOT NULL) AND id > :after"
        " ORDER BY id LIMIT :limit",
        {"after": after, "limit": limit},
    )
    return [
        Waiting(
            row["id"],
            row["chat_id"],
            Priority(row["priority"]),
            row["cost"],
            max(now - from_text(row["created_at"]), timedelta()),
            _delay(row["not_before"], now, is_retry=row["attempt"] > 0),
            keeps_order=row["attempt"] > 0 and row["state"] == "ready",
        )
        for row in rows
    ]


def _delay(not_before: str | None, now: datetime, *, is_retry: bool) -> timedelta:
    """A retry never waits longer than the longest retry: the clock may have been put back since it was written."""
    if not_before is None:
        return timedelta()
    delay = max(from_text(not_before) - now, timedelta())
    return min(delay, LONGEST_RETRY) if is_retry else delay


def claim(db: Store, delivery_id: int, chat_id: int, boot_id: str, now: datetime) -> Claimed | None:
    """Take a delivery to send it: to be committed before the call. None when it is not to be sent (any more).

    A delivery whose deadline is over is superseded instead, and one that moved to another chat is left alone.
    """
    row = db.row(
        "UPDATE deliveries SET state = 'sending', boot_id = :boot, attempt = attempt + 1,"
        " repeats = CASE WHEN state = 'uncertain' THEN 1 ELSE repeats END"
        " WHERE id = :id AND chat_id = :chat"
        " AND (state = 'ready' OR (state = 'uncertain' AND repeats = 0 AND not_before IS NOT NULL))"
        " RETURNING id, key, chat_id, thread_id, method, payload, priority, cost, attempt, repeats, fallback, deadline,"
        " created_at",
        {"id": delivery_id, "chat": chat_id, "boot": boot_id},
    )
    if row is None:
        return None
    if row["deadline"] is not None and from_text(row["deadline"]) < now:
        if row["repeats"]:
            mark_uncertain(db, delivery_id, "its time was over before it could be repeated", now, again_at=None)
        else:
            supersede(db, (delivery_id,), "deadline passed", now)
        return None
    payload = json.loads(row["payload"])
    return Claimed(
        id=row["id"],
        key=row["key"],
        chat_id=row["chat_id"],
        thread_id=row["thread_id"],
        method=row["method"],
        payload=payload,
        priority=Priority(row["priority"]),
        cost=row["cost"],
        attempt=row["attempt"],
        repeats=row["repeats"],
        fallback=row["fallback"],
        created_at=from_text(row["created_at"]),
        language=_language(db, row["chat_id"], row["thread_id"]),
        target=_message_id(db, payload.get("edit_delivery") or payload.get("reply_to_delivery"), row["chat_id"]),
    )


def _language(db: Store, chat_id: int, thread_id: int) -> str:
    found = db.value(
        "SELECT language FROM chats WHERE chat_id = :chat ORDER BY (thread_id = :thread) DESC LIMIT 1",
        {"chat": chat_id, "thread": thread_id},
    )
    return found or "en"


def _message_id(db: Store, key: str | None, chat_id: int) -> int | None:
    if key is None:
        return None
    return db.value(  # type: ignore[no-any-return]  # a column of integers
        "SELECT message_id FROM deliveries WHERE key = :key AND chat_id = :chat", {"key": key, "chat": chat_id}
    )


def settle_sent(db: Store, delivery_id: int, message_id: int | None, now: datetime) -> None:
    """Telegram accepted it."""
    row = db.row(
        "UPDATE deliveries SET state = 'sent', message_id = COALESCE(:message, message_id), not_before = NULL,"
        " error = NULL, settled_at = :now WHERE id = :id RETURNING chat_id",
        {"id": delivery_id, "message": message_id, "now": to_text(now)},
    )
    if row is not None:
        db.execute("UPDATE chat_limits SET strikes = 0 WHERE chat_id = :chat AND strikes > 0", {"chat": row["chat_id"]})


def back_to_ready(db: Store, delivery_id: int, not_before: datetime | None, error: str | None) -> None:
    """It was certainly not accepted: send it again, not before the given time.

    A repeat stays a repeat: it goes back to waiting for its one repeat, so that it is marked when it goes out.
    """
    db.execute(
        "UPDATE deliveries SET state = CASE WHEN repeats > 0 THEN 'uncertain' ELSE 'ready' END, repeats = 0,"
        " not_before = CASE WHEN repeats > 0 THEN COALESCE(:not_before, created_at) ELSE :not_before END,"
        " error = :error, boot_id = NULL WHERE id = :id AND state = 'sending'",
        {"id": delivery_id, "not_before": to_text(not_before), "error": error},
    )


def unclaim(db: Store, delivery_id: int) -> None:
    """It was claimed and no call was made: as if it had not been claimed."""
    back_to_ready(db, delivery_id, None, None)
    db.execute("UPDATE deliveries SET attempt = attempt - 1 WHERE id = :id AND attempt > 0", {"id": delivery_id})


def mark_uncertain(db: Store, delivery_id: int, error: str, now: datetime, *, again_at: datetime | None) -> None:
    """Nobody knows whether it was accepted. `again_at` is when its one repeat goes out, None when it never does."""
    db.execute(
        "UPDATE deliveries SET state = 'uncertain', not_before = :again, error = :error, boot_id = NULL,"
        " settled_at = :now WHERE id = :id",
        {"id": delivery_id, "again": to_text(again_at), "error": error, "now": to_text(now)},
    )


def rewrite(db: Store, delivery_id: int, outgoing: Outgoing, fallback: str) -> None:
    """Telegram refused the call as it was: send the delivery in this other form, of which `fallback` is the name."""
    back_to_ready(db, delivery_id, None, f"sent in another form: {fallback}")
    db.execute(
        "UPDATE deliveries SET method = :method, payload = :payload, thread_id = :thread, fallback = :fallback"
        " WHERE id = :id",
        {
            "id": delivery_id,
            "method": outgoing.method,
            "payload": json.dumps(outgoing.payload, separators=(",", ":")),
            "thread": outgoing.thread_id or 0,
            "fallback": fallback,
        },
    )


def settle_failed(db: Store, delivery_id: int, reason: str, now: datetime) -> None:
    """It cannot be delivered: listed with its reason, its stories come again in the chat's next digest."""
    give_up(db, (delivery_id,), DeliveryState.DEAD, reason, now)


def supersede(db: Store, delivery_ids: Iterable[int], reason: str, now: datetime) -> None:
    """They came too late to be sent as they are. Stories they carried come in the chat's next digest, marked late.

    A message without stories (a reply, a broadcast) is dead instead, so that it is listed.
    """
    ids = tuple(delivery_ids)
    give_up(db, ids, DeliveryState.SUPERSEDED, reason, now)
    for delivery_id in ids:
        db.execute(
            "UPDATE deliveries SET state = 'dead' WHERE id = :id AND digest_id IS NULL AND state = 'superseded'",
            {"id": delivery_id},
        )


def supersede_overdue(db: Store, now: datetime) -> int:
    """Supersede what waits beyond its deadline; how many these were."""
    rows = db.rows(
        "SELECT id FROM deliveries WHERE state = 'ready' AND deadline IS NOT NULL AND deadline < :now",
        {"now": to_text(now)},
    )
    supersede(db, [row["id"] for row in rows], "deadline passed", now)
    return len(rows)


def fold_backlog(db: Store, chat_id: int, thread_id: int, now: datetime, *, more_than: int = 3) -> int:
    """Call before composing a digest: when more than so many digest messages still wait for the chat, take them back.

    Their stories count as untold, so that the digest composed next in the same transaction tells all of them at once.
    Returns how many messages were taken back.
    """
    rows = db.rows(
        "SELECT id FROM deliveries WHERE chat_id = :chat AND thread_id = :thread AND state = 'ready'"
        " AND digest_id IS NOT NULL AND priority = :digest",
        {"chat": chat_id, "thread": thread_id, "digest": int(Priority.DIGEST)},
    )
    if len(rows) <= more_than:
        return 0
    supersede(db, [row["id"] for row in rows], "merged into the next digest", now)
    return len(rows)
