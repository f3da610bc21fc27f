"""backup, restore, migrate, opml: what they print and when they refuse."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from digests.store.sqlite import FileLock, SqliteStore
from tests.command_line import TEXT, Program

ROOT = Path(__file__).resolve().parents[1]
OPML = """<?xml version="1.0"?><opml version="2.0"><body>
<outline text="Outlet A" type="rss" xmlUrl="https://a.example.org/feed"/>
<outline text="Outlet A again" type="rss" xmlUrl="https://a.example.org/feed"/>
<outline text="Nowhere" type="rss" xmlUrl="ftp://b.example.org/feed"/>
</body></opml>"""


@pytest.fixture
def khabardar(capsys, tmp_path):
    return Program(capsys, tmp_path)


@pytest.fixture
def filled(khabardar):
    assert khabardar("ingest", khabardar.file("a.txt", TEXT)).code == 0
    return khabardar


def test_a_backup_is_named_by_its_time_beside_the_database(filled):
    (line,) = filled("backup", "--json").lines
    made = Path(line["backup"])
    assert made.parent == filled.folder
    assert made.stat().st_size == line["bytes"]
    assert filled("backup", filled.folder / "named.db").out == f"{filled.folder / 'named.db'}\n"


def test_a_backup_goes_to_the_folder_of_the_settings(filled):
    (line,) = filled("backup", "--json", backup_dir=filled.folder / "backups").lines
    assert Path(line["backup"]).parent == filled.folder / "backups"


def test_what_was_backed_up_comes_back(filled):
    filled("backup", filled.folder / "b.db")
    before = filled("stories", "--json").out
    filled.db.write_bytes(b"")
    (line,) = filled("restore", filled.folder / "b.db", "--json").lines
    assert filled("stories", "--json").out == before
    assert Path(line["kept"]).read_bytes() == b""
    assert "restored from" in filled("restore", filled.folder / "b.db").out


def test_a_restore_is_refused_while_another_process_holds_the_database(filled):
    filled("backup", filled.folder / "b.db")
    hold = "import sys\nfrom digests.store.sqlite import FileLock\n"
    hold += "with FileLock(sys.argv[1]):\n    print('held', flush=True)\n    sys.stdin.read()\n"
    command = [sys.executable, "-c", hold, str(filled.db)]
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env) as holder:
        assert holder.stdout.readline() == b"held\n"
        said = filled("restore", filled.folder / "b.db")
        doctor = filled("doctor", "--no-network", "--json")
        holder.stdin.close()
    assert said.code == 1
    (line,) = said.complaints
    assert f"{filled.db}: in use by another khabardar (process {holder.pid}); stop it first" in line
    assert any(f"process {holder.pid}" in line["detail"] for line in doctor.lines)


@pytest.mark.parametrize("content", [b"", b"no backup at all " * 500])
def test_what_is_no_backup_is_refused_in_one_line(filled, content):
    file = filled.file("b.db", content)
    said = filled("restore", file)
    assert (said.code, len(said.complaints)) == (1, 1)
    assert said.complaints[0].startswith(f"khabardar: {file}: not a sound backup")
    assert len(filled("stories", "--json").lines) == 1


def test_without_a_database_there_is_nothing_to_back_up(khabardar):
    said = khabardar("backup")
    assert (said.code, len(said.complaints)) == (1, 1)
    assert "KHABARDAR_DB" in said.err


def test_migrating_makes_a_database_and_leaves_a_current_one_alone(khabardar):
    assert len(khabardar("migrate").complaints) == 1
    assert khabardar("migrate", "--json").lines == [{"database": str(khabardar.db), "applied": []}]
    with SqliteStore.open(khabardar.db) as store, store.immediate():
        assert store.pending_migrations() == []


def test_migrating_waits_for_nobody(filled):
    with FileLock(filled.db):
        said = filled("migrate")
    assert (said.code, len(said.complaints)) == (1, 1)


def test_sources_come_in_from_opml_once_and_refusals_are_told(khabardar):
    file = khabardar.file("feeds.opml", OPML)
    said = khabardar("opml", "import", file, "--json")
    assert (said.code, len(said.complaints)) == (1, 1)
    assert "ftp://b.example.org/feed" in said.err
    assert said.lines == [{"added": 1, "known": 0, "refused": 1}]
    assert khabardar("opml", "import", file).out == "0 added, 1 known, 1 refused\n"
    exported = khabardar("opml", "export").out
    assert exported.count('xmlUrl="https://a.example.org/feed"') == 1


def test_without_a_database_the_packaged_sources_are_exported_and_can_be_read_again(khabardar):
    file = khabardar.folder / "out.opml"
    said = khabardar("opml", "export", file)
    assert said.code == 0
    assert not khabardar.db.exists()
    again = khabardar("opml", "import", file, "--json")
    assert again.lines[0]["refused"] == 0
    assert again.lines[0]["added"] >= 40


@pytest.mark.parametrize("content", [None, b"", b"<html><p>no list</p></html>", b"\x00\xff" * 200])
def test_what_is_no_opml_is_refused_in_one_line(khabardar, content):
    file = khabardar.folder / "none.opml" if content is None else khabardar.file("feeds.opml", content)
    said = khabardar("opml", "import", file)
    assert said.code == (2 if content is None else 1)
    assert len(said.complaints) == 1
    assert said.complaints[0].startswith(f"khabardar: {file}: ")


def test_an_export_that_cannot_be_written_is_told(khabardar):
    said = khabardar("opml", "export", "/proc/nowhere.opml")
    assert (said.code, len(said.complaints)) == (1, 1)
