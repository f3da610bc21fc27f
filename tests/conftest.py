"""Shared fixtures: real stores, real clocks that are told what time it is."""

from pathlib import Path

import pytest

pytest_plugins = ["tests.rehearsal_fixtures"]

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture
def seeds() -> list[Path]:
    """Two real scraped articles. They stay outside the repository."""
    folder = SHARED / "seeds"
    if not folder.is_dir():
        pytest.skip("the real scraped articles are not on this machine (../shared/seeds)")
    return sorted(folder.glob("*.txt"))


def pytest_collection_modifyitems(config, items):
    """The long forms of suites run when they are asked for: `-m long`."""
    if "long" in (config.option.markexpr or ""):
        return
    long = [item for item in items if item.get_closest_marker("long")]
    if long:
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item not in long]
