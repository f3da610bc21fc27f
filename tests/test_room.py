"""Large answers wait for room in memory, and their servers are not blamed for it."""

import asyncio

from bot.sources.room import LARGE, Room


async def test_a_large_body_waits_until_another_has_gone():
    places = asyncio.Semaphore(1)
    entered = []

    async def hold(name, release):
        async with Room(places) as room:
            await room.take(LARGE + 1)
            await room.take(LARGE * 2)  # the same body has grown: it has its place already
            entered.append(name)
            await release.wait()

    one, other = asyncio.Event(), asyncio.Event()
    tasks = [asyncio.create_task(hold("one", one)), asyncio.create_task(hold("other", other))]
    for _ in range(5):
        await asyncio.sleep(0)
    assert entered == ["one"]
    async with Room(places) as room:
        assert await room.take(LARGE) == 0  # a usual body needs no place
    one.set()
    other.set()
    await asyncio.gather(*tasks)
    assert entered == ["one", "other"]
    assert not places.locked()


async def test_waiting_for_room_does_not_count_against_the_server():
    places = asyncio.Semaphore(0)
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(0.05) as deadline, Room(places) as room:
        ends = deadline.when()
        loop.call_later(0.15, places.release)
        waited = await room.take(LARGE + 1, deadline)
        assert deadline.when() == ends + waited
    assert not places.locked()


async def test_whoever_gives_up_waiting_leaves_the_place_to_others():
    places = asyncio.Semaphore(1)
    async with Room(places) as first:
        await first.take(LARGE + 1)

        async def wait():
            async with Room(places) as room:
                await room.take(LARGE + 1)

        waiting = asyncio.create_task(wait())
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
    assert not places.locked()
