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
