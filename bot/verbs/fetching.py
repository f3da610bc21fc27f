"""Addresses on the command line: one page, through the same guarded client as everything else."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.verbs.inputs import read_inputs, utc_now

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from bot.verbs.inputs import Input
    from config.settings import Settings
    from digests.model import RawArticle

__all__ = ["fetch_page", "inputs_of"]


def inputs_of(settings: Settings, paths: Sequence[str]) -> Iterator[Input]:
    """Every article that PATH, URL and - name; each that cannot be read says why."""
    return read_inputs(paths, utc_now(), fetch=lambda url, now: fetch_page(settings, url, now))


def fetch_page(settings: Settings, url: str, now: datetime) -> RawArticle:
    """The page at an address. Raises FetchError or UnreadableSource."""
    from bot.app import read_page  # noqa: PLC0415 - the network is loaded only when an address was named

    return asyncio.run(read_page(settings, url, now))
