"""A process that is killed at any moment loses nothing, and repeats at most what was in flight, marked."""

import asyncio
import signal
from random import Random

import pytest

from bot.rehearsal.faults import Fault, Rule
from digests.model import DeliveryState

LONG = pytest.mark.long


async def kill_often(lab, kills, batch, *, seed, pause, **options):
    """Let bots deliver batches and kill each at a random moment; whether the database was intact after each kill."""
    random = Random(seed)
    print(f"seed {seed}")
    intact = True
    lab.enqueue(batch)
    for _ in range(kills):
        lab.enqueue(batch)
        before = lab.accepted()
        pid = await lab.bots.start(**lab.options(**options))
        # The moment is counted in messages, so that it is random within the sending however slow the machine is.
        wanted = before + random.randrange(1, min(2 * batch, lab.waiting() - 10))
        await lab.api.until(lambda wanted=wanted: lab.accepted() >= wanted or None, 60)
        await asyncio.sleep(random.random() * pause)
        await lab.bots.end(pid, signal.SIGKILL)
        intact = intact and lab.is_intact()
    return intact


@pytest.mark.parametrize(
    ("kills", "batch", "in_flight"),
    [(6, 40, 1), (8, 40, 8), pytest.param(200, 500, 8, marks=LONG), pytest.param(100, 200, 1, marks=LONG)],
)
async def test_kills_lose_nothing_and_repeat_only_what_was_in_flight(lab, figures, kills, batch, in_flight):
    intact = await kill_often(lab, kills, batch, seed=kills * in_flight, pause=0.01, in_flight=in_flight)
    await lab.finish(3000, in_flight=in_flight)
    found = lab.verdict()
    per_kill = found.repeats / kills
    figures(kills=kills, load=lab.load, in_flight=in_flight, per_kill=f"{per_kill:.2f}", intact=intact, found=found)
    assert intact
    assert (found.lost, found.unmarked, found.thrice, found.disordered) == (0, 0, 0, 0)
    assert per_kill <= in_flight


@pytest.mark.parametrize("kills", [4, pytest.param(50, marks=LONG)])
async def test_with_hold_kills_repeat_nothing_and_everything_in_doubt_is_listed(lab, figures, kills):
    await kill_often(lab, kills, 50, seed=kills, pause=0.01, in_doubt="hold")
    await lab.finish(120, in_doubt="hold")
    found = lab.verdict()
    figures(kills=kills, found=found)
    assert (found.lost, found.repeats) == (0, 0)


@pytest.mark.parametrize("times", [3, pytest.param(50, marks=LONG)])
async def test_sigterm_loses_and_repeats_nothing(lab, figures, times):
    random, slowest = Random(times), 0.0
    for _ in range(times):
        lab.enqueue(40)
        before = lab.accepted()
        pid = await lab.bots.start(**lab.options())
        wanted = before + random.randrange(1, 40)
        await lab.api.until(lambda wanted=wanted: lab.accepted() >= wanted or None, 30)
        started = asyncio.get_running_loop().time()
        ended = await lab.bots.end(pid, signal.SIGTERM)
        slowest = max(slowest, asyncio.get_running_loop().time() - started)
        assert ended["status"] == 0
        assert lab.depth()[DeliveryState.SENDING] == 0
    await lab.finish()
    found = lab.verdict()
    figures(times=times, slowest=f"{slowest:.2f} s", found=found)
    assert (found.lost, found.repeats, found.listed, found.disordered) == (0, 0, 0, 0)
    assert slowest <= 10


async def test_sigterm_waits_for_the_answer_of_a_slow_call(lab):
    lab.enqueue(4)
    lab.api.faults.add(Rule(Fault.TIMEOUT_AFTER, method="sendMessage"))
    pid = await lab.bots.start(**lab.options(read=2.0, in_flight=1))
    await lab.api.until(lambda: lab.accepted() >= 1 or None, 30)
    assert (await lab.bots.end(pid, signal.SIGTERM))["status"] == 0
    await lab.finish()
    found = lab.verdict()
    assert (found.lost, found.unmarked, found.repeats) == (0, 0, 1)


async def execute_fifty(lab, commands):
    """Fifty commands are fetched; their bot is killed in the midst, another one finishes."""
    await lab.api.until(lambda: lab.accepted() >= 5 or None, 60)
    await lab.bots.end(commands["pid"], signal.SIGKILL)
    pid = await lab.bots.start(**commands["options"])
    # Telegram's count would not do: it counts what the kill repeated, and may be full while commands still wait.
    await lab.until_executed(50)
    await lab.until_empty()
    await lab.bots.end(pid, signal.SIGTERM)
    with lab.store() as store:
        replies = store.value("SELECT count(*) FROM deliveries WHERE key LIKE 'reply:%'")
    return lab.executed(), replies


async def test_fifty_fetched_commands_are_executed_once_although_the_bot_is_killed(lab):
    people = [lab.api.person(1, "Amina", started=True), lab.api.person(2, "Bilal", started=True)]
    for number in range(50):
        await people[number % 2].say(None, f"/say {number}")
    options = lab.options(poll=True, slowness=0.01)
    pid = await lab.bots.start(**options)
    assert await execute_fifty(lab, {"pid": pid, "options": options}) == (50, 50)


async def test_fifty_pushed_commands_are_executed_once_although_the_bot_is_killed(lab, unused_tcp_port):
    amina = lab.api.person(1, "Amina", started=True)
    options = lab.options(webhook_port=unused_tcp_port, slowness=0.01)
    pid = await lab.bots.start(**options)
    await lab.api.call(
        "setWebhook",
        {"url": f"http://127.0.0.1:{unused_tcp_port}/hook", "secret_token": "s3cret", "max_connections": 1},
    )
    for number in range(50):
        await amina.say(None, f"/say {number}")
    assert await execute_fifty(lab, {"pid": pid, "options": options}) == (50, 50)
