"""Telegram: the token, the clock, who else takes the bot's updates, and whether the admins can be told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

import aiohttp

from bot.doctor.findings import fine, trouble, warning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.doctor.findings import Finding
    from config.settings import Settings

__all__ = ["ask_telegram"]

CLOCK_TOLERANCE = timedelta(seconds=30)
PATIENCE = aiohttp.ClientTimeout(total=15)


async def ask_telegram(settings: Settings, now: datetime) -> list[Finding]:
    """What three calls tell. The token never appears in what is said."""
    if settings.telegram_token is None:
        remedy = "get one from @BotFather; set KHABARDAR_TELEGRAM_TOKEN or KHABARDAR_TELEGRAM_TOKEN_FILE"
        return [trouble("telegram", "no bot token", remedy)]
    base = str(settings.telegram_api)
    path = f"{base}/bot{settings.telegram_token.get_secret_value()}"
    try:
        async with aiohttp.ClientSession(timeout=PATIENCE, trust_env=False) as session:
            me, said = await _call(session, f"{path}/getMe")
            found = [*_identity(me), *_clock(said, now)]
            if me.get("ok"):
                hook, _ = await _call(session, f"{path}/getWebhookInfo")
                found += _webhook(hook, settings)
                if settings.admin_chat is not None:
                    chat, _ = await _call(session, f"{path}/getChat?chat_id={settings.admin_chat}")
                    found += _admin_chat(chat, settings.admin_chat)
    except (aiohttp.ClientError, TimeoutError, ValueError, OSError) as error:
        detail = f"{base} cannot be reached ({type(error).__name__})"
        return [trouble("telegram", detail, "check the network and name service, or KHABARDAR_TELEGRAM_API")]
    return found


async def _call(session: aiohttp.ClientSession, address: str) -> tuple[dict[str, Any], str | None]:
    """The answer, and the time that the server has. Raises ValueError when it is no answer of the Bot API."""
    async with session.get(address, allow_redirects=False) as answer:
        body = await answer.json(content_type=None)
        if not isinstance(body, dict) or "ok" not in body:
            raise ValueError("not the Bot API")
        return body, answer.headers.get("Date")


def _identity(body: dict[str, Any]) -> Iterator[Finding]:
    if body.get("ok"):
        yield fine("telegram", f"@{body['result'].get('username', '?')}")
    else:
        detail = f"the token is refused ({body.get('error_code', '?')})"
        yield trouble("telegram", detail, "copy it again from @BotFather into KHABARDAR_TELEGRAM_TOKEN")


def _clock(said: str | None, now: datetime) -> Iterator[Finding]:
    if not said:
        return
    try:
        theirs = parsedate_to_datetime(said)
    except ValueError:
        return
    drift = abs(now - (theirs if theirs.tzinfo else theirs.replace(tzinfo=UTC)))
    if drift > CLOCK_TOLERANCE:
        yield trouble("clock", f"off by {drift.total_seconds():.0f} s", "set the clock; use a time service (NTP)")
    else:
        yield fine("clock", "right" if drift < timedelta(seconds=3) else f"off by {drift.total_seconds():.0f} s")


def _webhook(body: dict[str, Any], settings: Settings) -> Iterator[Finding]:
    info = body.get("result") if body.get("ok") else None
    if not isinstance(info, dict):
        return
    url = str(info.get("url") or "")
    if url and settings.webhook_url is None:
        remedy = "the bot takes it over when it starts; end what else uses this token"
        yield warning("other webhook", "another program has set a webhook for this bot", remedy)
    if url and settings.webhook_url is not None and info.get("last_error_message"):
        detail = f"Telegram cannot deliver: {str(info['last_error_message'])[:200]}"
        yield warning("webhook delivery", detail, "check proxy, certificate and KHABARDAR_WEBHOOK_URL")


def _admin_chat(body: dict[str, Any], chat: int) -> Iterator[Finding]:
    if body.get("ok"):
        yield fine("admin chat", f"{chat} is reachable")
    else:
        remedy = "write to the bot in that chat (or add it to the group), or correct KHABARDAR_ADMIN_CHAT"
        yield trouble("admin chat", f"the bot cannot write to {chat}: {body.get('description', '?')}", remedy)
