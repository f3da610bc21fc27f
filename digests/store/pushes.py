"""What senders of articles may do only once: a signed request, and a request with an idempotency key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from digests.store.driver import to_text

if TYPE_CHECKING:
    from datetime import datetime

    from digests.store.driver import Store

TABLES = """
CREATE TABLE push_nonces (
    sender TEXT NOT NULL,
    nonce TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (sender, nonce)
);
CREATE TABLE push_answers (           -- by the sender's Idempotency-Key
    sender TEXT NOT NULL,
    key TEXT NOT NULL,
    body_hash TEXT NOT NULL,
    status INTEGER NOT NULL,
    answer TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (sender, key)
)
"""

KEEP_NONCES = timedelta(minutes=15)  # longer than a time stamp is valid, either side of now
KEEP_ANSWERS = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class PushAnswer:
    """What a request was answered."""

    body_hash: str
    status: int
    answer: str


def take_nonce(db: Store, sender: str, nonce: str, now: datetime) -> bool:
    """Whether the nonce is new. It is not new a second time."""
    db.execute("DELETE FROM push_nonces WHERE at < :before", {"before": to_text(now - KEEP_NONCES)})
    return bool(
        db.execute(
            "INSERT INTO push_nonces (sender, nonce, at) VALUES (:sender, :nonce, :now) ON CONFLICT DO NOTHING",
            {"sender": sender, "nonce": nonce, "now": to_text(now)},
        )
    )


def earlier_answer(db: Store, sender: str, key: str) -> PushAnswer | None:
    """What the sender was answered to this key before."""
    row = db.row(
        "SELECT body_hash, status, answer FROM push_answers WHERE sender = :sender AND key = :key",
        {"sender": sender, "key": key},
    )
    return PushAnswer(row["body_hash"], row["status"], row["answer"]) if row else None


def keep_answer(db: Store, sender: str, key: str, answer: PushAnswer, now: datetime) -> None:
    """Remember the answer for a day."""
    db.execute("DELETE FROM push_answers WHERE at < :before", {"before": to_text(now - KEEP_ANSWERS)})
    db.execute(
        "INSERT INTO push_answers (sender, key, body_hash, status, answer, at) "
        "VALUES (:sender, :key, :hash, :status, :answer, :now) ON CONFLICT DO NOTHING",
        {
            "sender": sender,
            "key": key,
            "hash": answer.body_hash,
            "status": answer.status,
            "answer": answer.answer,
            "now": to_text(now),
        },
    )
