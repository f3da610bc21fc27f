"""Doctor: each trouble is found when it is there, explained with what to do, and not imagined when it is not."""

import asyncio
import os
import socket
import sqlite3
import time
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web

from bot.doctor import Level, examine
from bot.doctor.database import look_at_database
from bot.doctor.machine import file_system, look_at_machine
from bot.doctor.setup import look_at_setup
from bot.doctor.telegram import ask_telegram
from bot.rehearsal import BotApi
from config.settings import load
from digests.model import Outgoing, Priority
from digests.store import ledger, outbox, to_text
from digests.store.sqlite import FileLock, SqliteStore
from digests.store.upkeep import back_up
from tests.command_line import Program

ADMIN = 7
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def well(tmp_path):
    """An installation in which nothing is wrong but what this machine cannot help."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    for folder in ("config", "data", "drop"):
        (tmp_path / folder).mkdir()
    database = tmp_path / "data" / "khabardar.db"
    SqliteStore.open(database).close()
    back_up(database, tmp_path / "backups" / "khabardar-20260301.db")
    return {
        "KHABARDAR_CONFIG": str(tmp_path / "config"),
        "KHABARDAR_DB": str(database),
        "KHABARDAR_DROP_FOLDER": str(tmp_path / "drop"),
        "KHABARDAR_BACKUP_DIR": str(tmp_path / "backups"),
        "KHABARDAR_ADMINS": "7",
        "KHABARDAR_ADMIN_CHAT": "7",
        "KHABARDAR_CONTACT": "desk@example.org",
        "KHABARDAR_WEB_PORT": str(port),
        "KHABARDAR_MIN_FREE": "0",
        "KHABARDAR_TELEGRAM_TOKEN": "123456:not-a-real-token-of-any-bot-00000000",
    }


def found(env, now=None):
    return list(examine(load(env), now or datetime.now(UTC), network=False))


def looked(env, name):
    """What the part of doctor found that knows this name: the parts know nothing of each other."""
    part = PARTS.get(name, "setup")
    look = {
        "machine": look_at_machine,
        "database": look_at_database,
        "setup": lambda settings: look_at_setup(settings, datetime.now(UTC)),
    }[part]
    return list(look(load(env)))


PARTS = dict.fromkeys(["database folder", "disk"], "machine") | dict.fromkeys(
    [
        "database",
        "schema",
        "database rights",
        "database log",
        "feeds",
        "outbox",
        "undelivered",
        "inbox",
        "open trouble",
    ],
    "database",
)


def wrong(findings):
    """What is not well, by name. The SQLite of the machine and its disk are as they are."""
    machine = {"sqlite", "disk"}
    return {one.name: one for one in findings if one.level is not Level.OK and one.name not in machine}


def write(env, sql, params=None):
    with SqliteStore.open(env["KHABARDAR_DB"]) as store, store.immediate():
        store.execute(sql, params)


def test_nothing_is_wrong_where_nothing_is_wrong(well):
    findings = found(well)
    assert wrong(findings) == {}
    assert {"python", "time zones", "sqlite", "database folder", "disk", "workers", "database", "feeds", "outbox"} <= {
        one.name for one in findings
    }
    assert all(one.remedy for one in findings if one.level is not Level.OK)


# --- One fault each: what is done to the installation, what is found, and a word of its remedy ---------------------------


def no_folder(env, tmp_path):
    env["KHABARDAR_DB"] = str(tmp_path / "gone" / "khabardar.db")


def read_only_folder(env, _):
    env["KHABARDAR_DB"] = "/proc/khabardar.db"


def full_disk(env, _):
    env["KHABARDAR_MIN_FREE"] = str(10**18)


def broken_sources(_, tmp_path):
    (tmp_path / "config" / "sources.toml").write_text("[[sources\n")


def broken_lexicon(_, tmp_path):
    (tmp_path / "config" / "lexicon.toml").write_text('[[entities]]\nid = "x"\ncolour = "red"\n')


def damaged(env, _):
    with Path(env["KHABARDAR_DB"]).open("r+b") as file:
        file.seek(4096 * 2)
        file.write(b"\xa5" * 4096 * 30)


def not_a_database(env, _):
    Path(env["KHABARDAR_DB"]).write_bytes(b"a letter " * 1000)


def later_version(env, _):
    write(env, "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('khabardar', 'm9999', '')")


def earlier_version(env, _):
    write(env, "DELETE FROM _sqlite_migrations")


def readable_by_others(env, _):
    Path(env["KHABARDAR_DB"]).chmod(0o644)


def grown_log(env, _):
    with Path(env["KHABARDAR_DB"] + "-wal").open("wb") as file:
        file.truncate(300_000_000)


def failing_feeds(env, _):
    write(
        env,
        "INSERT INTO sources (id, name, owner, kind, origin, added_at) VALUES ('a', 'A', 'A', 'independent', 'chat', '')",
    )
    write(
        env,
        "INSERT INTO feeds (source_id, url, host, next_check_at, added_at, checked_at, failures) "
        "VALUES ('a', 'https://a.example.org/feed', 'a.example.org', '', '', :now, 4)",
        {"now": to_text(NOW)},
    )


def large_outbox(env, _):
    with SqliteStore.open(env["KHABARDAR_DB"]) as store, store.immediate():
        for number in range(5001):
            outbox.enqueue(
                store, Outgoing(f"k{number}", 7, "sendMessage", {"text": "x"}, priority=Priority.DIGEST), NOW
            )


def undelivered(env, _):
    write(
        env,
        "INSERT INTO deliveries (key, chat_id, method, payload, priority, state, created_at) "
        "VALUES ('k', 7, 'sendMessage', '{}', 1, 'uncertain', '')",
    )


def failed_update(env, _):
    write(env, "INSERT INTO inbox (update_id, body, state, received_at) VALUES (1, '{}', 'failed', '')")


def open_trouble(env, _):
    with SqliteStore.open(env["KHABARDAR_DB"]) as store, store.immediate():
        ledger.open_trouble(store, "feed:1:failing", "Outlet A fails since yesterday.", NOW)


def no_admins(env, _):
    del env["KHABARDAR_ADMINS"]


def no_admin_chat(env, _):
    del env["KHABARDAR_ADMIN_CHAT"]


def no_contact(env, _):
    del env["KHABARDAR_CONTACT"]


def secret_in_the_open(_, tmp_path):
    file = tmp_path / "config" / "settings.toml"
    file.write_text('push_token = "0123456789abcdef0123456789abcdef"\n')
    file.chmod(0o644)


def short_push_token(env, _):
    env["KHABARDAR_PUSH_TOKEN"] = "letmein"


def open_guard(env, _):
    env["KHABARDAR_FETCH_ALLOW"] = "0.0.0.0/0"


def open_web_server(env, _):
    env["KHABARDAR_WEB_HOST"] = "0.0.0.0"


def plain_webhook(env, _):
    env |= {
        "KHABARDAR_TELEGRAM_API": "http://127.0.0.1:9",
        "KHABARDAR_WEBHOOK_URL": "http://bot.example.org/",
        "KHABARDAR_WEBHOOK_SECRET": "x" * 32,
    }


def no_drop_folder(_, tmp_path):
    (tmp_path / "drop").rmdir()


def short_memory(env, _):
    env["KHABARDAR_RETENTION_DAYS"] = "3"


def no_backup_folder(env, _):
    del env["KHABARDAR_BACKUP_DIR"]


def no_backup_yet(_, tmp_path):
    (tmp_path / "backups" / "khabardar-20260301.db").unlink()


def old_backup(_, tmp_path):
    past = time.time() - timedelta(days=3).total_seconds()
    os.utime(tmp_path / "backups" / "khabardar-20260301.db", (past, past))


def backup_folder_is_a_file(env, tmp_path):
    env["KHABARDAR_BACKUP_DIR"] = str(tmp_path / "letter")
    (tmp_path / "letter").touch()


FAULTS = [
    (no_folder, "database folder", Level.TROUBLE, "mkdir -p"),
    (read_only_folder, "database folder", Level.TROUBLE, "let this user write"),
    (full_disk, "disk", Level.TROUBLE, "free some space"),
    (broken_sources, "sources and lexicon", Level.TROUBLE, "khabardar check"),
    (broken_lexicon, "sources and lexicon", Level.TROUBLE, "khabardar check"),
    (damaged, "database", Level.TROUBLE, "khabardar restore"),
    (not_a_database, "database", Level.TROUBLE, "khabardar restore"),
    (later_version, "schema", Level.TROUBLE, "update Khabardar"),
    (earlier_version, "schema", Level.WARNING, "khabardar migrate"),
    (readable_by_others, "database rights", Level.WARNING, "chmod 600"),
    (grown_log, "database log", Level.WARNING, "restart the bot"),
    (failing_feeds, "feeds", Level.WARNING, "/sources"),
    (large_outbox, "outbox", Level.WARNING, "Telegram reachable"),
    (undelivered, "undelivered", Level.WARNING, "/health"),
    (failed_update, "inbox", Level.WARNING, "log"),
    (open_trouble, "open trouble", Level.WARNING, "docs/operations.md"),
    (no_admins, "admins", Level.WARNING, "KHABARDAR_ADMINS"),
    (no_admin_chat, "admin chat", Level.WARNING, "KHABARDAR_ADMIN_CHAT"),
    (no_contact, "contact", Level.WARNING, "KHABARDAR_CONTACT"),
    (secret_in_the_open, "secrets", Level.WARNING, "chmod 600"),
    (short_push_token, "push token", Level.WARNING, "KHABARDAR_PUSH_TOKEN"),
    (open_guard, "fetch_allow", Level.WARNING, "name only"),
    (open_web_server, "web server", Level.WARNING, "proxy"),
    (plain_webhook, "webhook", Level.TROUBLE, "certificate"),
    (no_drop_folder, "drop folder", Level.TROUBLE, "mkdir -p"),
    (short_memory, "retention", Level.WARNING, "KHABARDAR_RETENTION_DAYS"),
    (no_backup_folder, "backups", Level.WARNING, "KHABARDAR_BACKUP_DIR"),
    (no_backup_yet, "backups", Level.WARNING, "khabardar backup"),
    (old_backup, "backups", Level.WARNING, "is the bot running"),
    (backup_folder_is_a_file, "backups", Level.TROUBLE, "KHABARDAR_BACKUP_DIR"),
]


@pytest.mark.parametrize(("seed", "name", "level", "remedy"), FAULTS, ids=[fault[0].__name__ for fault in FAULTS])
def test_a_seeded_fault_is_the_one_that_is_named(well, tmp_path, seed, name, level, remedy):
    seed(well, tmp_path)
    findings = looked(well, name)
    of_name = [one for one in findings if one.name == name and one.level is level]
    assert of_name
    assert any(remedy in one.remedy for one in of_name)
    assert all("\n" not in one.detail + one.remedy for one in findings)
    also = {"running"} if seed == read_only_folder else set()
    assert set(wrong(findings)) - also == {name} - {"disk"}


def test_a_taken_port_is_named(well):
    with socket.create_server(("127.0.0.1", int(well["KHABARDAR_WEB_PORT"]))):
        assert "fine if that is the bot itself" in wrong(found(well))["web port"].remedy


def test_a_running_bot_is_told_and_is_no_trouble(well):
    with FileLock(well["KHABARDAR_DB"]):
        findings = found(well)
    assert wrong(findings) == {}
    assert any(one.name == "running" and f"process {os.getpid()}" in one.detail for one in findings)


def test_looking_changes_nothing(well, tmp_path):
    def state():
        return {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file() and file.suffix != ".lock"}

    connection = sqlite3.connect(well["KHABARDAR_DB"])  # holds the log open, as a running bot does
    connection.execute("SELECT count(*) FROM articles").fetchone()
    before = {file: content for file, content in state().items() if not file.name.endswith("-shm")}
    found(well)
    assert {file: content for file, content in state().items() if not file.name.endswith("-shm")} == before
    connection.close()


MOUNTS = """/dev/sda1 / ext4 rw 0 0
proc /proc proc rw 0 0
server:/export /srv/news\\040desk nfs4 rw 0 0
/dev/sdb1 /srv/news\\040desk/local xfs rw 0 0
broken
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/var/lib/khabardar.db", "ext4"),
        ("/srv/news desk/khabardar.db", "nfs4"),
        ("/srv/news desk/local/khabardar.db", "xfs"),
        ("/srv/news desks/khabardar.db", "ext4"),
    ],
)
def test_the_file_system_of_a_path_is_that_of_its_nearest_mount(path, kind):
    assert file_system(Path(path), MOUNTS) == kind


# --- Telegram ------------------------------------------------------------------------------------------------------------


def telegram(env, now=None):
    return ask_telegram(load(env), now or datetime.now(UTC))


def names(findings):
    return {one.name: one for one in findings if one.level is not Level.OK}


@pytest.fixture
async def linked(well, api: BotApi):
    api.person(ADMIN, "Amina", started=True)
    return well | {"KHABARDAR_TELEGRAM_API": api.url, "KHABARDAR_TELEGRAM_TOKEN": api.token}


async def test_a_good_token_a_right_clock_and_a_reachable_admin_chat_are_fine(linked):
    findings = await telegram(linked)
    assert names(findings) == {}
    assert {one.name for one in findings} == {"telegram", "clock", "admin chat"}


async def test_a_missing_token_is_named(linked):
    del linked["KHABARDAR_TELEGRAM_TOKEN"]
    assert "@BotFather" in names(await telegram(linked))["telegram"].remedy


async def test_a_refused_token_is_named_and_not_shown(linked):
    linked["KHABARDAR_TELEGRAM_TOKEN"] = "4400000001:another-token-than-the-right-one-BBBB"
    findings = await telegram(linked)
    assert "refused" in names(findings)["telegram"].detail
    assert "another-token" not in str(findings)


async def test_a_dead_line_is_named(linked):
    linked["KHABARDAR_TELEGRAM_API"] = "http://127.0.0.1:9"
    assert "cannot be reached" in names(await telegram(linked))["telegram"].detail


@pytest.mark.parametrize("minutes", [-90, 90])
async def test_a_wrong_clock_is_named(linked, minutes):
    finding = names(await telegram(linked, datetime.now(UTC) + timedelta(minutes=minutes)))["clock"]
    assert "NTP" in finding.remedy


async def test_an_admin_chat_that_does_not_know_the_bot_is_named(linked):
    linked["KHABARDAR_ADMIN_CHAT"] = "-1009999"
    assert "KHABARDAR_ADMIN_CHAT" in names(await telegram(linked))["admin chat"].remedy


@asynccontextmanager
async def answering(answers):
    """A server that says what it is told to, by method."""

    async def answer(request):
        found_answer = answers.get(request.path.rpartition("/")[2], {"ok": False, "error_code": 404})
        return found_answer if isinstance(found_answer, web.Response) else web.json_response(found_answer)

    runner = web.ServerRunner(web.Server(answer))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


ME = {"ok": True, "result": {"id": 1, "is_bot": True, "username": "a_bot"}}
HOOK = {"url": "https://other.example.org/hook", "pending_update_count": 3}


async def test_a_webhook_of_another_program_is_named(linked):
    async with answering({"getMe": ME, "getWebhookInfo": {"ok": True, "result": HOOK}}) as url:
        found_names = names(await telegram(linked | {"KHABARDAR_TELEGRAM_API": url}))
    assert "other webhook" in found_names


async def test_a_webhook_that_telegram_cannot_reach_is_named(linked):
    hook = HOOK | {"last_error_message": "SSL error {certificate verify failed}"}
    ours = {"KHABARDAR_WEBHOOK_URL": "https://bot.example.org", "KHABARDAR_WEBHOOK_SECRET": "x" * 32}
    async with answering({"getMe": ME, "getWebhookInfo": {"ok": True, "result": hook}}) as url:
        found_names = names(await telegram(linked | ours | {"KHABARDAR_TELEGRAM_API": url}))
    assert "certificate verify failed" in found_names["webhook delivery"].detail


@pytest.mark.parametrize("body", ["<html>Welcome to the portal</html>", "[]", '{"hello": 1}', ""])
async def test_a_server_that_is_not_the_bot_api_is_named(linked, body):
    async with answering({"getMe": web.Response(text=body)}) as url:
        found_names = names(await telegram(linked | {"KHABARDAR_TELEGRAM_API": url}))
    assert "cannot be reached" in found_names["telegram"].detail


# --- The verb --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def khabardar(capsys, tmp_path, well):
    program = Program(capsys, tmp_path)
    program.env = well
    return program


def test_the_verb_tells_by_its_exit_code(khabardar):
    said = khabardar("doctor", "--no-network", "--json")
    assert said.code == 0, said.out
    assert all(set(line) == {"name", "level", "detail", "remedy"} for line in said.lines)
    said = khabardar("doctor", "--no-network", drop_folder="/nowhere")
    assert said.code == 1
    assert "✗ drop folder          /nowhere does not exist" in said.out
    assert "→ mkdir -p /nowhere" in said.out


def test_wrong_settings_are_findings_too(khabardar):
    said = khabardar("doctor", "--json", web_port="none", admins="amina")
    assert said.code == 1
    assert [line["name"] for line in said.lines] == ["settings", "settings"]


def test_the_verb_asks_a_running_bot_whether_it_lives(khabardar):
    async def ask(status):
        async with answering({"healthz": web.Response(status=status)}) as url:
            return await asyncio.to_thread(khabardar, "doctor", "--alive", web_port=url.rpartition(":")[2])

    alive, ill, dead = asyncio.run(ask(200)), asyncio.run(ask(503)), khabardar("doctor", "--alive")
    assert (alive.code, ill.code, dead.code) == (0, 1, 1)
    assert "not well (503)" in ill.err
    assert "no bot answers" in dead.err
    assert len(dead.complaints) == 1


def test_check_shows_every_setting_with_its_origin_and_no_secret(khabardar, tmp_path):
    (tmp_path / "config" / "settings.toml").write_text("per_host = 1\n")
    said = khabardar("check", "--json", push_token="0123456789abcdef0123456789abcdef")
    shown = {line["setting"]: line for line in said.lines}
    assert said.code == 0
    assert shown["per_host"]["value"] == "1"
    assert shown["per_host"]["origin"].endswith("settings.toml:1 per_host")
    assert shown["admins"]["origin"] == "KHABARDAR_ADMINS"
    assert shown["retention_days"]["origin"] == "default"
    assert "0123456789abcdef" not in said.out


def test_check_tells_every_problem_of_the_files_on_standard_error(khabardar, tmp_path):
    broken_sources({}, tmp_path)
    broken_lexicon({}, tmp_path)
    said = khabardar("check")
    assert said.code == 2
    assert any("sources.toml" in line for line in said.complaints)
    assert any("lexicon.toml" in line for line in said.complaints)
    assert "retention_days" in said.out


def test_check_tells_of_all_files_at_once(khabardar, tmp_path):
    for name in ("settings", "sources", "lexicon"):
        (tmp_path / f"{name}.toml").write_text("x = = 1\n")
    said = khabardar("check", config=tmp_path)
    assert said.code == 2
    assert [line.split(".toml")[0].rpartition("/")[2] for line in said.complaints] == ["settings", "sources", "lexicon"]
