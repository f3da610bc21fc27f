"""Giving a delivery up: its stories count as untold, so that the chat's next digest tells them, marked late."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digests.store.driver import to_text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from digests.model import DeliveryState
    from digests.store.driver import Store

__all__ = ["give_up"]

MOST_GIVEN_BACK = 3


def give_up(db: Store, ids: Iterable[int], state: DeliveryState, reason: str, now: datetime) -> None:
    """Settle deliveries that wait or are being sent as `state` (superseded or dead), and give their stories back."""
    for delivery_id in ids:
        row = db.row(
            "UPDATE deliveries SET state = :state, error = :reason, not_before = NULL, boot_id = NULL,"
            " settled_at = :now WHERE id = :id AND state IN ('ready', 'sending') RETURNING digest_id, part",
            {"id": delivery_id, "state": state, "reason": reason, "now": to_text(now)},
        )
        if row is not None and row["digest_id"] is not None:
            _give_back(db, row["digest_id"], row["part"], now)


def _give_back(db: Store, digest_id: int, part: int, now: datetime) -> None:
    """The stories of a message that did not arrive count as untold, and are noted as late.

    A story whose messages Telegram refused again and again is not given back for ever: an instant digest would go in
    circles. It stays in the list of the undeliverable.
    """
    where = {"digest": digest_id, "part": part}
    db.execute(
        "INSERT INTO late_stories (chat_id, thread_id, story_id, revision, at)"
        " SELECT chat_id, thread_id, story_id, revision, :now FROM told WHERE digest_id = :digest AND part = :part"
        " ON CONFLICT (chat_id, thread_id, story_id, revision) DO UPDATE SET times = late_stories.times + 1, at = :now",
        {**where, "now": to_text(now)},
    )
    db.execute(
        "DELETE FROM told WHERE digest_id = :digest AND part = :part AND NOT EXISTS (SELECT 1 FROM late_stories l"
        " WHERE l.chat_id = told.chat_id AND l.thread_id = told.thread_id AND l.story_id = told.story_id"
        " AND l.revision = told.revision AND l.times > :most)",
        {**where, "most": MOST_GIVEN_BACK},
    )
