"""What a look at one thing found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Finding", "Level", "fine", "trouble", "warning"]


class Level(StrEnum):
    OK = "ok"
    WARNING = "warning"
    TROUBLE = "trouble"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: how it is, and what to do when it is not well."""

    name: str
    level: Level
    detail: str
    remedy: str = ""


def fine(name: str, detail: str) -> Finding:
    return Finding(name, Level.OK, detail)


def warning(name: str, detail: str, remedy: str) -> Finding:
    """It works, but somebody should know."""
    return Finding(name, Level.WARNING, detail, remedy)


def trouble(name: str, detail: str, remedy: str) -> Finding:
    """Something does not work until it is mended."""
    return Finding(name, Level.TROUBLE, detail, remedy)
