"""What admins ask of a running installation, what looks after it by itself, and what systemd hears."""

import asyncio
import os
import socket
from datetime import UTC, datetime, timedelta

import pytest

from bot.db import Db
from bot.operations import Steward, housekeeping, look_after
from bot.supervision import notify, supervised
from config.settings import load
from digests.model import Outgoing, Priority
from digests.store import ledger, outbox, to_text
from digests.store.upkeep import damage

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def env(tmp_path):
    return {
        "KHABARDAR_DB": str(tmp_path / "khabardar.db"),
        "KHABARDAR_BACKUP_DIR": str(tmp_path / "backups"),
        "KHABARDAR_BACKUP_KEEP": "2",
        "KHABARDAR_MIN_FREE": "0",
    }


@pytest.fixture
async def db(tmp_path):
    opened = await Db(tmp_path / "khabardar.db").open()
    yield opened
    await opened.close()


class Told:
    """What the admins were told: sentences, and whether they say that it is over."""

    def __init__(self):
        self.said = []

    def __call__(self, _db, sentence, over, _now):
        self.said.append((over, sentence))


async def one_round(db, env, told, now=NOW):
    await look_after(db, load(env), now, told, tidy=True)


def deliver(store, at):
    outbox.enqueue(store, Outgoing("k", 7, "sendMessage", {"text": "x"}, priority=Priority.DIGEST), at)


def steward(db, env, *, age=1.0, paused=None):
    return Steward(
        db, load(env), lambda: NOW, lambda: age, lambda: "read again", [].append if paused is None else paused.append
    )


async def test_stats_count_what_is_there(db, env):
    await db.write(deliver, NOW - timedelta(minutes=3))
    figures = {figure.name: figure.value for figure in await steward(db, env).stats()}
    assert figures["articles"] == "0"
    assert figures["messages ready"] == "1"
    assert figures["oldest waiting"] == "180 s"
    assert figures["database"].endswith(" MB")


async def test_health_names_what_does_not_work(db, env):
    good = await steward(db, env).health()
    assert all(vital.well for vital in good)
    await db.write(deliver, NOW - timedelta(minutes=30))
    await db.write(lambda store: ledger.open_trouble(store, "feed:1", "Outlet A fails", NOW))
    ill = {vital.name: vital for vital in await steward(db, env, age=500.0).health() if not vital.well}
    assert set(ill) == {"Telegram", "outbox", "trouble"}
    assert ill["trouble"].detail == "Outlet A fails"


async def test_a_backup_is_made_while_the_database_is_open(db, env, tmp_path):
    made = await steward(db, env).backup()
    assert made == tmp_path / "backups" / "khabardar-20260302-090000.db"
    assert damage(made) == ""


async def test_maintenance_and_reloading_reach_the_running_parts(db, env):
    paused = []
    operations = steward(db, env, paused=paused)
    operations.maintain(True)
    operations.maintain(False)
    assert paused == [True, False]
    assert await operations.reload() == "read again"


async def test_the_daily_backup_is_made_once_and_old_ones_go(db, env, tmp_path):
    for day in range(4):
        for _ in range(2):
            await one_round(db, env, Told(), NOW + timedelta(days=day))
    names = sorted(file.name for file in (tmp_path / "backups").iterdir())
    assert names == ["khabardar-20260304.db", "khabardar-20260305.db"]


async def test_housekeeping_ends_when_it_is_asked_to(db, env, tmp_path):
    stop = asyncio.Event()
    running = asyncio.create_task(housekeeping(db, load(env), lambda: NOW, stop, Told()))
    stop.set()
    async with asyncio.timeout(20):
        await running
    env["KHABARDAR_MIN_FREE"] = str(10**18)
    told, stop = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def tell(*_):
        loop.call_soon_threadsafe(told.set)

    running = asyncio.create_task(housekeeping(db, load(env), lambda: NOW, stop, tell))
    async with asyncio.timeout(20):
        await told.wait()
        stop.set()
        await running
    assert (tmp_path / "backups" / "khabardar-20260302.db").exists()


async def test_what_is_older_than_retention_is_forgotten(db, env):
    def fill(store):
        for name, age in (("old", 100), ("new", 10)):
            store.execute(
                "INSERT INTO articles (id, title, body, lead_end, seen_at, fingerprint) VALUES (:id, '', '', 0, :at, '')",
                {"id": name, "at": to_text(NOW - timedelta(days=age))},
            )

    await db.write(fill)
    await one_round(db, env, Told())
    assert await db.read(lambda store: store.value("SELECT id FROM articles")) == "new"


async def test_a_backup_that_fails_is_told_once_and_when_it_works_again(db, env, tmp_path):
    told = Told()
    (tmp_path / "backups").write_text("a file where the folder should be")
    await one_round(db, env, told)
    await one_round(db, env, told)
    (tmp_path / "backups").unlink()
    await one_round(db, env, told)
    assert [over for over, _ in told.said] == [False, True]
    assert "could not be written" in told.said[0][1]
    assert told.said[1][1] == "Backups and retention work again"


async def test_a_full_disk_is_told_once_and_when_there_is_room_again(db, env):
    told, full = Told(), env | {"KHABARDAR_MIN_FREE": str(10**18)}
    await one_round(db, full, told)
    await one_round(db, full, told)
    await one_round(db, env, told)
    assert [over for over, _ in told.said] == [False, True]
    assert "nothing new is read" in told.said[0][1]


async def test_messages_that_wait_too_long_are_told_once_and_when_they_went(db, env):
    told = Told()
    await db.write(deliver, NOW - timedelta(minutes=11))
    await one_round(db, env, told)
    await one_round(db, env, told)
    await db.write(lambda store: store.execute("UPDATE deliveries SET state = 'sent'"))
    await one_round(db, env, told)
    assert [over for over, _ in told.said] == [False, True]
    assert "/health" in told.said[0][1]


# --- systemd -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def systemd(tmp_path):
    """The socket on which systemd listens."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind(str(tmp_path / "notify"))
        line.settimeout(10)
        yield line


async def test_systemd_hears_that_the_bot_is_up_lives_and_stops(systemd, tmp_path):
    env = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "20000"}
    async with supervised(env):
        heard = [await asyncio.to_thread(systemd.recv, 99) for _ in range(4)]
    while b"STOPPING=1" not in heard:
        heard.append(systemd.recv(99))
    assert heard[0] == b"READY=1"
    assert heard[1:4] == [b"WATCHDOG=1"] * 3
    assert heard[-1] == b"STOPPING=1"


async def test_without_a_watchdog_only_the_start_and_the_stop_are_told(systemd, tmp_path):
    async with supervised({"NOTIFY_SOCKET": str(tmp_path / "notify")}):
        pass
    assert [systemd.recv(99), systemd.recv(99)] == [b"READY=1", b"STOPPING=1"]


@pytest.mark.parametrize("env", [{}, {"NOTIFY_SOCKET": "/nowhere/notify"}, {"NOTIFY_SOCKET": "/" + "x" * 200}])
async def test_without_systemd_nothing_happens(env):
    assert notify(env, "READY=1") is False
    async with supervised({**env, "WATCHDOG_USEC": "soon"}):
        pass


async def test_names_without_a_file_are_understood():
    name = f"khabardar-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind("\0" + name)
        assert notify({"NOTIFY_SOCKET": f"@{name}"}, "READY=1")
        assert line.recv(99) == b"READY=1"
