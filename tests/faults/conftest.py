"""Fixtures of the fault suite. Its long form runs with `make faults` only."""

import pytest
import pytest_asyncio

from bot.rehearsal.server import BotApi
from tests.faults.lab import Lab, Nursery


def pytest_collection_modifyitems(config, items):
    if "long" in (config.option.markexpr or ""):
        return
    long = [item for item in items if item.get_closest_marker("long")]
    if long:
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item not in long]


@pytest.fixture(scope="session")
def bots():
    nursery = Nursery()
    yield nursery
    nursery.close()


@pytest_asyncio.fixture
async def lab(tmp_path, bots):
    async with BotApi() as api:
        yield Lab(tmp_path, api, bots)


@pytest.fixture
def figures(request):
    """Prints what was measured, for `make faults`."""

    def show(**values):
        print(f"\n{request.node.name}: " + ", ".join(f"{name} {value}" for name, value in values.items()))

    return show
