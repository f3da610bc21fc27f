"""The database's history: numbered migrations, only ever appended to.

The tables of each noun stand at the top of the noun's own file, beside the functions that use them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlite_utils import Migrations

from digests.store import (
    articles,
    broadcasts,
    chats,
    digests,
    feedback,
    inbox,
    ledger,
    outbox,
    pushes,
    sources,
    stories,
    subscriptions,
)

if TYPE_CHECKING:
    import sqlite_utils

MIGRATIONS = Migrations("khabardar")

FIRST = (sources, articles, stories, chats, subscriptions, digests, outbox, inbox, ledger, broadcasts, pushes, feedback)


@MIGRATIONS()
def m0001_first(db: sqlite_utils.Database) -> None:
    for noun in FIRST:
        for statement in noun.TABLES.split(";\n"):
            if statement.strip():
                db.conn.execute(statement)
