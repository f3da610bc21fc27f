"""Backups, restoring and retention, on real files."""

import os
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from digests.errors import SchemaTooNew, StoreBusy, StoreError
from digests.store import articles as article_store
from digests.store import to_text
from digests.store.sqlite import FileLock, SqliteStore
from digests.store.upkeep import back_up, damage, database_bytes, prune, prune_backups, restore

ROOT = Path(__file__).resolve().parents[1]
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def note(store, name, value="x"):
    store.execute("INSERT INTO named_values (name, value) VALUES (:name, :value)", {"name": name, "value": value})


def notes(path):
    with SqliteStore.open(path, read_only=True) as store:
        return {row["name"]: row["value"] for row in store.rows("SELECT name, value FROM named_values")}


@pytest.fixture
def database(tmp_path):
    path = tmp_path / "khabardar.db"
    with SqliteStore.open(path) as store, store.immediate():
        note(store, "first")
    return path


def add(path, name):
    with SqliteStore.open(path) as store, store.immediate():
        note(store, name)


def files(folder):
    return sorted(file.name for file in folder.iterdir())


def test_a_backup_holds_what_the_database_holds_and_is_private(database, tmp_path):
    target = back_up(database, tmp_path / "deep" / "khabardar-1.db")
    assert notes(target) == notes(database)
    assert target.stat().st_mode & 0o777 == 0o600
    assert damage(target) == ""
    assert files(tmp_path / "deep") == ["khabardar-1.db"]


def test_a_backup_holds_what_is_still_in_the_log(database, tmp_path):
    with SqliteStore.open(database) as store:
        with store.immediate():
            note(store, "in the log")
        assert database_bytes(database) > database.stat().st_size
        target = back_up(database, tmp_path / "khabardar-1.db")
    assert "in the log" in notes(target)


WRITER = """
import sys
from digests.store.sqlite import SqliteStore
with SqliteStore.open(sys.argv[1]) as store:
    number = 0
    while True:
        with store.immediate():
            for side in "ab":
                store.execute("INSERT INTO named_values (name, value) VALUES (:n, '')", {"n": f"{side}{number}"})
        number += 1
        if number in (20, 400):
            print(number, flush=True)
"""


def test_a_backup_while_another_process_writes_is_whole(database, tmp_path):
    command = [sys.executable, "-c", WRITER, str(database)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=os.environ | {"PYTHONPATH": str(ROOT)}) as writer:
        try:
            assert writer.stdout.readline() == b"20\n"
            copies = [back_up(database, tmp_path / f"khabardar-{number}.db") for number in range(5)]
            assert writer.stdout.readline() == b"400\n"
        finally:
            writer.kill()
    sizes = []
    for copy in copies:
        found = set(notes(copy)) - {"first"}
        assert {name[1:] for name in found if name[0] == "a"} == {name[1:] for name in found if name[0] == "b"}
        sizes.append(len(found))
    assert sizes == sorted(sizes)
    assert sizes[0] >= 40


def test_a_backup_replaces_an_earlier_one_and_nothing_else(database, tmp_path):
    target = back_up(database, tmp_path / "khabardar-1.db")
    add(database, "second")
    assert "second" in notes(back_up(database, target))
    letter = tmp_path / "letter.txt"
    letter.write_text("not a backup")
    for wrong in (letter, database, tmp_path):
        with pytest.raises(StoreError, match="name another file"):
            back_up(database, wrong)
    assert letter.read_text() == "not a backup"
    assert "second" in notes(database)


def test_a_backup_that_cannot_be_written_leaves_nothing(database, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="could not be written"):
        back_up(database, tmp_path / "file" / "khabardar-1.db")
    with pytest.raises(StoreError, match="could not be written"):
        back_up(database, Path("/proc/khabardar-1.db"))
    assert not [name for name in files(tmp_path) if "part" in name]


def test_without_a_database_there_is_nothing_to_back_up(tmp_path):
    with pytest.raises(StoreError, match="no database to back up"):
        back_up(tmp_path / "khabardar.db", tmp_path / "khabardar-1.db")
    assert files(tmp_path) == []


def test_a_damaged_database_is_not_backed_up(database, tmp_path):
    spoil(database)
    with pytest.raises(StoreError, match="it is damaged"):
        back_up(database, tmp_path / "khabardar-1.db")


def spoil(path):
    """Overwrite pages in the middle, as a failing disk does."""
    with path.open("r+b") as file:
        file.seek(4096 * 3)
        file.write(b"\xa5" * 4096 * 20)


def test_a_restore_brings_back_the_backup_and_keeps_what_was_there(database, tmp_path):
    backup = back_up(database, tmp_path / "khabardar-1.db")
    add(database, "second")
    kept = restore(backup, database, NOW)
    assert set(notes(database)) == {"first"}
    assert set(notes(kept)) == {"first", "second"}
    assert database.stat().st_mode & 0o777 == 0o600
    add(database, "third")
    again = restore(backup, database, NOW + timedelta(seconds=1))
    assert again != kept
    assert set(notes(again)) == {"first", "third"}
    assert not [name for name in files(tmp_path) if "part" in name]


def test_a_restore_keeps_also_what_a_crash_left_in_the_log(database, tmp_path):
    backup = back_up(database, tmp_path / "khabardar-1.db")
    crash = (
        "import os, sys\nfrom tests.test_upkeep import add, note, SqliteStore\nstore = SqliteStore.open(sys.argv[1])\n"
    )
    crash += "with store.immediate():\n    note(store, 'last words')\nos._exit(9)\n"
    ended = subprocess.run(
        [sys.executable, "-c", crash, str(database)], env=os.environ | {"PYTHONPATH": str(ROOT)}, check=False
    )
    assert ended.returncode == 9
    assert database.with_name("khabardar.db-wal").stat().st_size
    kept = restore(backup, database, NOW)
    assert set(notes(database)) == {"first"}
    assert set(notes(kept)) == {"first", "last words"}


def test_a_restore_to_a_new_place_keeps_nothing(database, tmp_path):
    backup = back_up(database, tmp_path / "khabardar-1.db")
    assert restore(backup, tmp_path / "new.db", NOW) is None
    assert notes(tmp_path / "new.db") == notes(database)


def test_a_damaged_database_can_be_replaced(database, tmp_path):
    backup = back_up(database, tmp_path / "khabardar-1.db")
    spoil(database)
    restore(backup, database, NOW)
    assert damage(database) == ""


@pytest.mark.parametrize("kind", ["spoilt", "cut", "text", "empty", "other", "missing", "folder"])
def test_what_is_no_sound_backup_is_refused_and_nothing_changes(database, tmp_path, kind):
    backup = back_up(database, tmp_path / "khabardar-1.db")
    match kind:
        case "spoilt":
            spoil(backup)
        case "cut":
            backup.write_bytes(backup.read_bytes()[:9000])
        case "text":
            backup.write_text("this is a letter and no backup " * 300)
        case "empty":
            backup.write_bytes(b"")
        case "other":
            backup.unlink()
            with sqlite3.connect(backup) as other:
                other.execute("CREATE TABLE cats (name)")
            other.close()
        case "missing":
            backup.unlink()
        case "folder":
            backup = tmp_path
    add(database, "second")
    before = files(tmp_path)
    with pytest.raises(StoreError):
        restore(backup, database, NOW)
    assert set(files(tmp_path)) - {"khabardar.db.lock"} == set(before)
    assert set(notes(database)) == {"first", "second"}


def test_a_backup_of_a_later_version_is_refused(database, tmp_path):
    backup = back_up(database, tmp_path / "khabardar-1.db")
    with sqlite3.connect(backup) as connection:
        connection.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('khabardar', 'm9999_later', '')"
        )
    connection.close()
    add(database, "second")
    with pytest.raises(SchemaTooNew):
        restore(backup, database, NOW)
    assert set(notes(database)) == {"first", "second"}
    assert not [name for name in files(tmp_path) if "part" in name or "before" in name]


def test_while_the_bot_runs_nothing_is_restored(database, tmp_path):
    backup = back_up(database, tmp_path / "khabardar-1.db")
    add(database, "second")
    with FileLock(database), pytest.raises(StoreBusy):
        restore(backup, database, NOW)
    assert set(notes(database)) == {"first", "second"}


def test_the_database_is_not_restored_from_itself(database):
    with pytest.raises(StoreError, match="the database itself"):
        restore(database, database, NOW)


def test_only_the_newest_backups_are_kept(tmp_path):
    for day in range(1, 10):
        (tmp_path / f"khabardar-2026030{day}.db").touch()
    others = ["khabardar-desk.db", "khabardar.db", "letter.txt"]
    for name in others:
        (tmp_path / name).touch()
    (tmp_path / "khabardar-20260309-120000.db").touch()
    prune_backups(tmp_path, 3)
    kept = ["khabardar-20260308.db", "khabardar-20260309-120000.db", "khabardar-20260309.db"]
    assert files(tmp_path) == sorted(kept + others)


# --- Retention ---------------------------------------------------------------------------------------------------------

OLD, NEW = NOW - timedelta(days=100), NOW - timedelta(days=10)
BEFORE = NOW - timedelta(days=90)


def article(store, article_id, seen, story=None):
    row = {"id": article_id, "seen": to_text(seen), "story": story}
    store.execute(
        "INSERT INTO articles (id, title, body, lead_end, seen_at, fingerprint) VALUES (:id, 't', 'b', 0, :seen, 'f')",
        row,
    )
    store.execute(
        "INSERT INTO matches (query_id, article_id, score, matches, matched_at) VALUES (1, :id, 1, '[]', :seen)", row
    )
    store.execute(
        "INSERT INTO article_words (rowid, article_id, words) VALUES (:row, :id, 'words')",
        row | {"row": article_store._word_row(article_id)},
    )
    if story:
        store.execute(
            "INSERT INTO story_articles (article_id, story_id, position, dossier, why, placed_at) "
            "VALUES (:id, :story, 1, '{}', '{}', :seen)",
            row,
        )


def story(store, story_id, last):
    row = {"id": story_id, "last": to_text(last)}
    store.execute(
        "INSERT INTO stories (id, title, severity, revision, first_seen_at, changed_at, last_article_at, last_position, "
        "saved_at, revised_at, ledger, story) "
        "VALUES (:id, 't', 'low', 1, :last, :last, :last, 1, :last, :last, '{}', '{}')",
        row,
    )
    store.execute(
        "INSERT INTO told (chat_id, story_id, revision, digest_id, told_at) VALUES (7, :id, 1, 1, :last)", row
    )
    store.execute("INSERT INTO story_aliases (old_id, new_id, at) VALUES (:id || 'x', :id, :last)", row)


def ids(store, table, column="id"):
    return {row[column] for row in store.rows(f"SELECT {column} FROM {table}")}


@pytest.fixture
def store(database):
    with SqliteStore.open(database) as opened:
        yield opened


def test_retention_forgets_what_is_old_with_all_that_hangs_on_it(store):
    with store.immediate():
        story(store, "gone", OLD)
        story(store, "going on", NEW)
        article(store, "a-old", OLD, "gone")
        article(store, "a-old-of-new-story", OLD, "going on")
        article(store, "a-new", NEW, "going on")
        pruned = prune(store, BEFORE)
    assert (pruned.articles, pruned.stories) == (2, 1)
    assert ids(store, "articles") == {"a-new"}
    assert ids(store, "article_words", "article_id") == {"a-new"}
    assert ids(store, "matches", "article_id") == {"a-new"}
    assert ids(store, "story_articles", "article_id") == {"a-new"}
    assert ids(store, "stories") == {"going on"}
    assert ids(store, "told", "story_id") == {"going on"}
    assert ids(store, "story_aliases", "new_id") == {"going on"}


def test_retention_works_in_small_steps_the_oldest_first(store):
    with store.immediate():
        for number in range(10):
            article(store, f"a{number}", OLD + timedelta(hours=number))
    steps = []
    while not steps or steps[-1]:
        with store.immediate():
            steps.append(prune(store, BEFORE, limit=4).articles)
    assert steps == [4, 4, 2, 0]


def test_retention_never_forgets_messages_that_wait_or_failed(store):
    with store.immediate():
        for number, state in enumerate(["ready", "sending", "uncertain", "dead", "sent", "superseded", "sent"]):
            store.execute(
                "INSERT INTO deliveries (key, chat_id, method, payload, priority, state, created_at, settled_at) "
                "VALUES (:key, 7, 'sendMessage', '{}', 1, :state, :at, :at)",
                {"key": f"{number}", "state": state, "at": to_text(OLD)},
            )
        assert prune(store, BEFORE).deliveries == 2
    # The last one stays, so that no number is given out twice.
    assert sorted(row["state"] for row in store.rows("SELECT state FROM deliveries")) == [
        "dead", "ready", "sending", "sent", "uncertain",
    ]  # fmt: skip
