"""Hostile work ends, and nothing else does."""

import asyncio
import contextlib
import os
import resource
import signal
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio

from bot.sources.workers import WorkerLimits, Workers
from digests.cleaning import clean
from digests.errors import EmptyArticle, UnreadableSource
from digests.feeds import read_feed
from digests.model import Media, RawArticle

pytestmark = pytest.mark.asyncio(loop_scope="module")
NOW = datetime(2026, 11, 23, tzinfo=UTC)
URL = "https://outlet.example.org/feed"
GOOD = b"<rss version='2.0'><channel><item><title>Road closed</title></item></channel></rss>"
SHORT = WorkerLimits(processes=1, cpu_seconds=1, wall_seconds=8, memory=400_000_000)


def attributes(number):
    return (
        b"<rss version='2.0'><channel><item " + b" ".join(b"a%d='x'" % n for n in range(number)) + b"></channel></rss>"
    )


def bomb():
    entities = "".join(f"<!ENTITY e{n} '{f'&e{n - 1};' * 10}'>" for n in range(1, 12))
    return f"<?xml version='1.0'?><!DOCTYPE r [<!ENTITY e0 'lol'>{entities}]><rss><channel><item><title>&e11;</title></item></channel></rss>"


HOSTILE = {
    "100,000 nested tags": b"<rss><channel><item><description>" + b"<p>" * 100_000,
    "9 MB in one item": b"<rss><channel><item><description>"
    + b"<b>word</b> &amp; " * 500_000
    + b"</description></item></channel></rss>",
    "entity bomb": bomb().encode(),
    "50,000 dashes as a date": b"<rss><channel><item><pubDate>" + b"-" * 50_000 + b"</pubDate></item></channel></rss>",
    "deep JSON": b'{"items":[' * 100_000,
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def workers():
    os.environ["KHABARDAR_TELEGRAM_TOKEN"] = "123456:secret"
    async with Workers(WorkerLimits(processes=1)) as pool:
        yield pool
    del os.environ["KHABARDAR_TELEGRAM_TOKEN"]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def short():
    async with Workers(SHORT) as pool:
        yield pool


async def test_a_worker_reads_a_feed(workers):
    feed = await workers.run(read_feed, GOOD, URL, None, NOW)
    assert feed == read_feed(GOOD, URL, None, NOW)


async def test_errors_of_ours_come_back_as_they_are(workers):
    with pytest.raises(UnreadableSource, match="is no feed"):
        await workers.run(read_feed, b"<html></html>", URL, None, NOW)
    with pytest.raises(EmptyArticle):
        await workers.run(clean, RawArticle("", Media.TEXT, NOW))


async def test_a_page_is_cleaned_within_the_memory_of_a_worker(workers):
    page = f"<html lang='en'><body><article><h1>Road closed</h1><p>{'The road was closed. ' * 60}</p></article></body></html>"
    cleaned = await workers.run(clean, RawArticle(page.encode(), Media.HTML, NOW, url=URL))
    assert cleaned.article.language == "en"


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
async def test_a_hostile_body_ends_soon_and_the_next_one_is_read(short, body):
    start = time.monotonic()
    with contextlib.suppress(UnreadableSource):
        await short.run(read_feed, body, URL, None, NOW)
    assert time.monotonic() - start < 20  # the limits are 2 s of work and 8 s of the clock; the machine may be busy
    feed = await short.run(read_feed, GOOD, URL, None, NOW)
    assert len(feed.items) == 1


async def test_a_worker_that_takes_too_much_memory_is_stopped(short):
    with pytest.raises(UnreadableSource):
        await short.run(bytearray_of, 900_000_000)
    assert await short.run(bytearray_of, 10) == 10


def bytearray_of(size):
    return len(bytearray(size))


async def test_a_worker_that_keeps_much_memory_works_no_more(short):
    assert await short.run(keep, 1000) == 1
    assert await short.run(keep_up_to, 0.85) == 2
    assert await short.run(keep, 1000) == 1  # in a fresh one
    with pytest.raises(UnreadableSource):
        await short.run(stumble)
    assert await short.run(keep, 1000) == 1


KEPT = []


def keep(size):
    KEPT.append(bytearray(size))
    return len(KEPT)


def keep_up_to(share):  # of the memory that this process may have; what it needs to begin with differs by machine
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    return keep(int(resource.getrlimit(resource.RLIMIT_AS)[0] * share) - pages * resource.getpagesize())


def stumble():
    KEPT.append(None)
    raise ImportError("libexpat: failed to map segment")


async def test_the_limit_of_time_counts_for_each_job_and_not_for_the_life_of_a_worker(short):
    for _ in range(3):
        assert await short.run(burn, 0.5) is None


def burn(seconds):
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


async def test_a_worker_that_works_too_long_is_ended_by_its_own_clock_and_its_end_is_known():
    async with Workers(WorkerLimits(processes=1, cpu_seconds=0.3)) as pool:
        assert await pool.run(burn, 0.05) is None
        process = next(iter(pool._children)).process
        with pytest.raises(UnreadableSource, match=r"needs more than 0\.3 s"):
            await pool.run(burn, 60)
        assert process.returncode == -signal.SIGPROF


async def test_a_worker_that_sleeps_is_stopped_by_the_clock_and_none_is_left_behind():
    async with Workers(WorkerLimits(processes=2, wall_seconds=0.5)) as pool:
        slept, burnt = await asyncio.gather(pool.run(time.sleep, 60), pool.run(burn, 0.01), return_exceptions=True)
        children = [child.process for child in pool._children]
    assert isinstance(slept, UnreadableSource)
    assert "stopped after 0.5 s" in str(slept)
    assert burnt is None or isinstance(burnt, UnreadableSource)  # half a second may be too little to start in
    assert children
    assert all(process.returncode is not None for process in children)


async def test_a_cancelled_job_leaves_a_worker_that_answers_the_right_question(workers):
    job = asyncio.create_task(workers.run(burn, 1))
    await asyncio.sleep(0.2)
    job.cancel()
    with pytest.raises(asyncio.CancelledError):
        await job
    assert (await workers.run(read_feed, GOOD, URL, None, NOW)).items[0].title == "Road closed"


async def test_what_somebody_waits_for_comes_before_what_is_polled(workers):
    order = []

    async def job(name, run):
        await run(burn, 0.01)
        order.append(name)

    polled = [asyncio.create_task(job(f"polled {number}", workers.run)) for number in range(3)]
    pushed = asyncio.create_task(job("pushed", workers.run_first))
    await asyncio.sleep(0)  # each has its place in the queue
    polled[2].cancel()
    await asyncio.gather(*polled[:2], pushed)
    assert order == ["polled 0", "pushed", "polled 1"]
    assert await workers.run(burn, 0.01) is None


async def test_a_worker_knows_no_secret_and_fills_no_disk(workers, tmp_path):
    assert await workers.run(environment, "KHABARDAR_TELEGRAM_TOKEN") is None
    target = tmp_path / "x"
    with pytest.raises(UnreadableSource):
        await workers.run(write, str(target))
    assert target.stat().st_size <= 256_000_000


def environment(name):
    return os.environ.get(name)


def write(path):
    with open(path, "w") as file:  # noqa: PTH123 - a path as text travels to a worker
        file.truncate(300_000_000)


async def test_an_answer_that_could_run_code_is_not_opened(workers):
    with pytest.raises(UnreadableSource, match="cannot be read"):
        await workers.run(evil)


class Evil:
    def __reduce__(self):
        return (os.system, ("true",))


def evil():
    return Evil()


async def test_what_a_worker_prints_does_not_disturb_its_answers(workers):
    assert await workers.run(chatter) == "quiet"


def chatter():
    print("loud" * 10_000)
    os.write(1, b"louder" * 1000)
    return "quiet"


async def test_the_event_loop_stays_free_while_workers_fight(short):
    lags = []

    async def watch():
        while True:
            start = time.monotonic()
            await asyncio.sleep(0.01)
            lags.append(time.monotonic() - start - 0.01)

    watcher = asyncio.create_task(watch())
    with pytest.raises(UnreadableSource, match="needs more than 1 s"):
        await short.run(read_feed, attributes(200_000), URL, None, NOW)
    watcher.cancel()
    lags.sort()
    assert len(lags) > 20
    assert lags[int(len(lags) * 0.9)] < 0.05


async def test_a_signal_to_the_whole_service_does_not_look_like_a_failure(workers):
    await workers.run(burn, 0.01)
    job = asyncio.create_task(workers.run(burn, 0.3))
    await asyncio.sleep(0.1)
    for child in workers._children:
        if child.is_alive:
            child.process.terminate()
    assert await job is None
