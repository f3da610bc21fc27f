"""What stands before the verb, and the settings that follow from it: read when a verb needs them, not before."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import update_wrapper
from pathlib import Path
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from config.settings import Effective, Settings

__all__ = ["Given", "pass_given", "pass_settings"]

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Given:
    """The flags before the verb, by the key of the setting that they give."""

    flags: Mapping[str, object]

    def settings(self) -> Settings:
        """The settings in force. Raises ConfigError with all problems at once."""
        return self.effective().settings

    def folder(self) -> Path | None:
        """The operator's folder, if one is named and there: for looking into it although the settings are wrong."""
        named = self.flags.get("config") or os.environ.get("KHABARDAR_CONFIG")
        return Path(str(named)) if named and Path(str(named)).is_dir() else None

    def effective(self) -> Effective:
        """The settings and where each value comes from. Raises ConfigError with all problems at once."""
        from config.settings import load_effective  # noqa: PLC0415 - `--help` needs no settings and no pydantic

        return load_effective(os.environ, self.flags)


pass_given = click.make_pass_decorator(Given)


def pass_settings(verb: Callable[Concatenate[Settings, P], R]) -> Callable[P, R]:
    """Hand the settings to a verb as its first argument, after its own options were found right."""

    def with_settings(*args: P.args, **kwargs: P.kwargs) -> R:
        given = click.get_current_context().ensure_object(Given)
        return verb(given.settings(), *args, **kwargs)

    return update_wrapper(with_settings, verb)
