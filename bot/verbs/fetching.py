"""One page for the command line, through the same guarded client as everything else."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from config.settings import Settings
    from digests.model import RawArticle

__all__ = ["fetch_page"]


def fetch_page(settings: Settings, url: str, now: datetime) -> RawArticle:
    """The page at an address. Raises FetchError or UnreadableSource."""
    from bot.app import read_page  # noqa: PLC0415 - the network is loaded only when an address was named

    return asyncio.run(read_page(settings, url, now))
