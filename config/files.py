"""Reading the operator's TOML files: every problem is collected with its place, none is raised half-way."""

from __future__ import annotations

import difflib
import re
import tomllib
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from digests.errors import ConfigError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable
    from importlib.resources.abc import Traversable

__all__ = ["MAX_FILE", "Findings", "read_toml", "shipped", "suggest"]

MAX_FILE = 4_000_000
"""Bytes. A larger file is a mistake, and reading it would only hide which one."""


@dataclass(slots=True)
class Findings:
    """Problems found so far. Whoever looks at one thing adds to them; `raise_any` ends the look with all at once."""

    problems: list[Problem] = field(default_factory=list)

    def add(self, place: str, message: str) -> None:
        self.problems.append(Problem(place, message))

    def raise_any(self) -> None:
        if self.problems:
            raise ConfigError(self.problems)


def shipped(name: str) -> Traversable:
    """A file or folder that comes with the package."""
    return files("config").joinpath(name)


def read_toml(path: Traversable, findings: Findings) -> tuple[dict[str, object], str]:
    """The tables of a TOML file and its text; empty, and a problem told, when it cannot be read."""
    place = str(path) if isinstance(path, Path) else path.name
    try:
        raw = path.read_bytes()
    except OSError as error:
        findings.add(place, f"cannot be read ({error.strerror or type(error).__name__}); check the path and its rights")
        return {}, ""
    if len(raw) > MAX_FILE:
        findings.add(place, f"is larger than {MAX_FILE // 1_000_000} MB; is it the right file?")
        return {}, ""
    try:
        text = raw.decode("utf-8-sig")
        return tomllib.loads(text), text
    except UnicodeDecodeError as error:
        findings.add(place, f"is not UTF-8 (byte {error.start}); save it as UTF-8")
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        findings.add(f"{place}:{line[1]}" if line else place, f"is not TOML: {str(error)[:200]}")
    except RecursionError:
        findings.add(place, "is nested too deeply; write it flatter")
    return {}, ""


def suggest(word: str, known: Iterable[str]) -> str:
    """`; did you mean …?` when a known word is close, else nothing."""
    near = difflib.get_close_matches(word[:80].casefold(), list(known), n=1, cutoff=0.6)
    return f"; did you mean {near[0]!r}?" if near else ""
