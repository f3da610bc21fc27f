"""Fixtures with a Telegram of one's own: named in conftest.py as a plugin."""

import os

import pytest
import telegram
from telegram.request import HTTPXRequest

from bot.rehearsal import BotApi

os.environ.setdefault("PTB_TIMEDELTA", "1")  # else reading retry_after warns


@pytest.fixture
async def api():
    """A stand-in without flood limits, so that a test may write as it likes."""
    async with BotApi() as server:
        yield server


@pytest.fixture
async def ptb(api):
    """The real library's bot, talking to `api`."""
    async with library_bot(api) as bot:
        yield bot


def library_bot(api: BotApi) -> telegram.Bot:
    """python-telegram-bot against the stand-in, with a time-out that a test can wait for."""
    requests = [HTTPXRequest(connection_pool_size=8, read_timeout=5) for _ in range(2)]
    return telegram.Bot(
        api.token,
        base_url=api.base_url,
        base_file_url=api.base_file_url,
        request=requests[0],
        get_updates_request=requests[1],
    )
