"""Which Khabardar this is."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

__all__ = ["own_version"]


def own_version() -> str:
    """The installed version, or "unknown" when run from a bare checkout."""
    try:
        return version("khabardar")
    except PackageNotFoundError:
        return "unknown"
