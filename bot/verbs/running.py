"""run: the bot. rehearse: the same bot against the local stand-in for Telegram."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from typing import TYPE_CHECKING

import click
from rich.console import Console

from bot import app
from bot.logs import configure
from bot.supervision import supervised
from bot.verbs.given import pass_settings
from config import settings as settings_files
from digests.errors import StoreError

if TYPE_CHECKING:
    from bot.rehearsal.scenario import RehearsalEnv
    from config.settings import Settings

__all__ = ["rehearse", "run"]

# A rehearsal plays against nothing but itself: settings of a real bot must not leak into it.
PREFIX = "KHABARDAR_"


@click.command("run")
@pass_settings
def run(settings: Settings) -> None:
    """Run the bot: Telegram, feeds, digests, web server. Ends on SIGTERM or Ctrl-C within ten seconds."""
    secrets = [secret.get_secret_value() for secret in (settings.telegram_token, settings.push_token) if secret]
    configure(settings.log_level.value, settings.log_format.value, secrets=secrets)
    asyncio.run(_until_signalled(settings))


@click.command("rehearse")
@click.option(
    "--interactive/--no-interactive", default=None, help="Go on with typed commands (default: on a terminal)."
)
def rehearse(interactive: bool | None) -> None:
    """Play the bot against a local stand-in for Telegram with sample articles. Needs no token and leaves nothing behind."""
    try:
        from bot.rehearsal.scenario import rehearse as play  # noqa: PLC0415 - only here tdjson is needed
    except ImportError as error:
        raise StoreError(
            f"the rehearsal needs an extra package ({error}); pip install 'khabardar[rehearsal]'"
        ) from error
    configure("error", "text")
    if interactive is None:
        interactive = sys.stdin.isatty() and sys.stdout.isatty()
    console = Console()
    sys.exit(asyncio.run(play(_run_rehearsed, console=console, interactive=interactive)))


async def _until_signalled(settings: Settings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with supervised(os.environ):
        await app.run(settings, stop)


async def _run_rehearsed(env: RehearsalEnv) -> None:
    """The real bot with the rehearsal's settings, until it is cancelled."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    flags = {
        "db": env.database,
        "telegram_api": env.telegram_api,
        "telegram_token": env.telegram_token,
        "fetch_allow": env.fetch_allow,
        "admins": ",".join(map(str, env.admins)),
        "access": "open",
        "poll_floor": str(int(env.poll_floor.total_seconds())),
        "web_port": "0",
    }
    settings = settings_files.load(environment, flags)
    stop = asyncio.Event()
    running = asyncio.ensure_future(app.run(settings, stop, own_sources=env.sources))
    try:
        await asyncio.shield(running)
    except asyncio.CancelledError:
        stop.set()
        await running
