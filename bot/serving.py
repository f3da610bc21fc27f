"""What the web server serves, from the running parts: health, metrics, pushed articles, the webhook."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.delivery.events import EventKind
from bot.frontdesk import webhook_path
from bot.release import own_version
from bot.web.health import Health, Lag, database_check, recent_check
from bot.web.push import Push, PushSettings
from bot.web.senders import Sender as PushSender
from bot.web.server import Webhook, WebParts, WebServer
from digests.errors import StoreError
from digests.model import DeliveryState
from digests.store import feeds, outbox

if TYPE_CHECKING:
    from bot.delivery.events import Event
    from bot.frontdesk import FrontDesk
    from bot.metrics import Metrics
    from bot.parts import Parts
    from config.settings import Settings
    from digests.intake import Outcome
    from digests.model import RawArticle
    from digests.store import Store

__all__ = ["counted", "serve"]

GAUGE_SECONDS = 15.0
POLLER_SILENCE = timedelta(seconds=60)  # its longest nap is 30 s
TELEGRAM_SILENCE = 120.0


async def serve(parts: Parts, desk: FrontDesk, stop: asyncio.Event) -> None:
    """The web server and the gauges of /metrics, until `stop` is set."""
    lag = Lag(observe=parts.metrics.loop_lag_seconds.set)
    settings = parts.settings
    served = WebParts(_health(parts, desk, lag), parts.metrics.text, _push(parts), _webhook(settings, desk))
    parts.metrics.build_info.labels(own_version()).set(1)
    async with WebServer(served, settings.web_host, settings.web_port), asyncio.TaskGroup() as group:
        measuring = [group.create_task(lag.run(stop)), group.create_task(_gauges(parts, stop))]
        await asyncio.gather(*measuring)


def counted(metrics: Metrics, event: Event) -> None:
    """What the sender tells, in figures."""
    metrics.deliveries.labels(event.kind.value).inc()
    if event.kind is EventKind.SENT:
        metrics.delivery_latency_seconds.observe(event.seconds)
    if event.retry_after:
        metrics.retry_after_seconds.inc(event.retry_after)


def _health(parts: Parts, desk: FrontDesk, lag: Lag) -> Health:
    async def telegram() -> str | None:
        silent = desk.heard()
        return None if silent < TELEGRAM_SILENCE else f"Telegram: no answer for {silent:.0f} s"

    poller = recent_check("poller", lambda: parts.poller.last_round_at, POLLER_SILENCE, parts.now)
    return Health(lag, {"database": database_check(parts.db), "poller": poller, "telegram": telegram})


def _push(parts: Parts) -> Push | None:
    senders = _senders(parts.settings)
    if not senders:
        return None

    async def take(raw: RawArticle) -> Outcome:
        prepared = await parts.intake.prepare(raw, awaited=True)

        def take_in(store: Store) -> Outcome:
            return parts.intake.take_in(store, prepared)

        return await parts.intake.write(take_in)

    push_settings = PushSettings(senders, full=parts.intake.why_full)
    return Push(push_settings, parts.db, take, parts.now, observe=parts.metrics.observe_push)


def _senders(settings: Settings) -> tuple[PushSender, ...]:
    senders = [
        PushSender(key.name, key.secret.get_secret_value(), key.source or None, key.per_minute, signs=True)
        for key in settings.push_keys
    ]
    if settings.push_token is not None:
        senders.append(PushSender("token", settings.push_token.get_secret_value()))
    return tuple(senders)


def _webhook(settings: Settings, desk: FrontDesk) -> Webhook | None:
    if settings.webhook_url is None or settings.webhook_secret is None:
        return None
    return Webhook(webhook_path(str(settings.webhook_url)), settings.webhook_secret.get_secret_value(), desk.accept)


async def _gauges(parts: Parts, stop: asyncio.Event) -> None:
    while not stop.is_set():
        with contextlib.suppress(StoreError):  # /readyz says so; the figures stay as they were
            await parts.db.read(_measure, parts)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(GAUGE_SECONDS):
                await stop.wait()


def _measure(db: Store, parts: Parts) -> None:
    metrics = parts.metrics
    depth = outbox.depth(db)
    for state in DeliveryState:
        metrics.outbox_depth.labels(state.value).set(depth.get(state, 0))
    metrics.outbox_oldest_seconds.set(outbox.oldest_waiting(db, parts.now()).total_seconds())
    for status, count in feeds.feed_counts(db).items():
        metrics.feeds.labels(status).set(count)
