"""The store's ground: transactions, the schema's history, the lock."""

import sqlite3
from datetime import UTC, datetime, timedelta, timezone

import pytest

from digests.errors import SchemaTooNew, StoreBusy, StoreError
from digests.store import from_text, to_text
from digests.store.sqlite import FileLock, SqliteStore

INSERT = "INSERT INTO named_values (name, value) VALUES (:name, :value)"


def test_a_committed_transaction_is_seen_after_reopening(tmp_path):
    path = tmp_path / "k.db"
    with SqliteStore.open(path) as db, db.immediate():
        db.execute(INSERT, {"name": "a", "value": "1"})
    with SqliteStore.open(path, read_only=True) as db:
        assert db.rows("SELECT name, value FROM named_values") == [{"name": "a", "value": "1"}]


def test_an_error_rolls_the_whole_transaction_back(tmp_path):
    with SqliteStore.open(tmp_path / "k.db") as db:
        with pytest.raises(RuntimeError), db.immediate():
            db.execute(INSERT, {"name": "a", "value": "1"})
            raise RuntimeError
        assert db.value("SELECT count(*) FROM named_values") == 0


def test_the_database_is_readable_by_its_owner_only(tmp_path):
    SqliteStore.open(tmp_path / "k.db").close()
    assert (tmp_path / "k.db").stat().st_mode & 0o077 == 0


def test_a_database_of_a_later_version_is_refused(tmp_path):
    path = tmp_path / "k.db"
    SqliteStore.open(path).close()
    with sqlite3.connect(path) as raw:
        raw.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('khabardar', 'm9999_future', 'x')"
        )
    raw.close()
    with pytest.raises(SchemaTooNew, match="m9999_future"):
        SqliteStore.open(path)


def test_a_file_that_is_no_database_is_named_with_the_way_out(tmp_path):
    path = tmp_path / "k.db"
    path.write_bytes(b"not a database at all, but long enough to have a header" * 40)
    with pytest.raises(StoreError, match="khabardar restore"):
        SqliteStore.open(path)


def test_a_second_process_is_refused_with_the_number_of_the_first(tmp_path):
    path = tmp_path / "k.db"
    with FileLock(path), pytest.raises(StoreBusy, match=r"process \d+"):
        FileLock(path).acquire()
    FileLock(path).acquire()


def test_times_survive_the_store_and_sort_as_text():
    early = datetime(2025, 11, 11, 19, 23, 5, 120_000, tzinfo=UTC)
    late = datetime(2025, 11, 12, 1, 0, tzinfo=timezone(timedelta(hours=5)))
    assert from_text(to_text(early)) == early
    assert to_text(early) == "2025-11-11T19:23:05.120Z"
    assert to_text(early) < to_text(late)
