"""The one web server of the process. It listens on loopback unless the operator says otherwise."""

from __future__ import annotations

import hmac
import ipaddress
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

import structlog
from aiohttp import web

from bot.web.push import LARGEST_BODY
from digests.errors import ConfigError, Problem, StoreError, UserMistake

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.web.health import Health
    from bot.web.push import Push

__all__ = ["WebParts", "WebServer", "Webhook"]

log = structlog.get_logger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header
FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-IP")
KEPT = ("Allow", "Retry-After", "WWW-Authenticate")
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'",
    "Server": "khabardar",
}


@dataclass(frozen=True, slots=True)
class Webhook:
    """Telegram's deliveries: at `path`, with `secret`, to `accept`, which returns when the update is stored."""

    path: str
    secret: str = field(repr=False)
    accept: Callable[[dict[str, Any]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class WebParts:
    """What the server serves; what is None is not there (404)."""

    health: Health
    metrics: Callable[[], bytes] | None = None
    push: Push | None = None
    webhook: Webhook | None = None


class WebServer:
    """Serves while it is open.

    >>> async with WebServer(parts, "127.0.0.1", 8080) as server:
    ...     server.port
    """

    def __init__(self, parts: WebParts, host: str, port: int) -> None:
        self._parts = parts
        self._host = host
        self._wanted = port
        self._runner: web.AppRunner | None = None
        self.port = port

    async def __aenter__(self) -> Self:
        """Raises ConfigError when the address cannot be listened on."""
        runner = web.AppRunner(self._application(), access_log=None, shutdown_timeout=2, keepalive_timeout=30)
        await runner.setup()
        try:
            await web.TCPSite(runner, self._host, self._wanted).start()
        except OSError as error:
            await runner.cleanup()
            place = f"web_host, web_port ({self._host}:{self._wanted})"
            raise ConfigError([Problem(place, f"cannot listen there: {error.strerror or error}")]) from error
        self._runner = runner
        self.port = runner.addresses[0][1]
        log.info("web_listening", host=self._host, port=self.port)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    def _application(self) -> web.Application:
        parts = self._parts
        app = web.Application(client_max_size=LARGEST_BODY, middlewares=[_polite])
        app.router.add_get("/healthz", parts.health.live)
        app.router.add_get("/readyz", parts.health.ready)
        if parts.metrics:
            app.router.add_get("/metrics", self._metrics)
        if parts.push:
            app.router.add_post("/articles", parts.push.handle)
        if parts.webhook:
            app.router.add_post(parts.webhook.path, self._update)
        return app

    async def _metrics(self, request: web.Request) -> web.Response:
        """For a Prometheus on this machine only: counts say how much somebody watches."""
        if not _is_local(request) or self._parts.metrics is None:
            raise web.HTTPForbidden(text="metrics are for this machine only")
        return web.Response(body=self._parts.metrics(), content_type="text/plain", charset="utf-8")

    async def _update(self, request: web.Request) -> web.Response:
        """Telegram repeats an update until it is answered 200: that is said after it is stored."""
        webhook = self._parts.webhook
        given = request.headers.get(SECRET_HEADER, "").encode("utf-8", "surrogatepass")
        if webhook is None or not hmac.compare_digest(given, webhook.secret.encode()):
            raise web.HTTPForbidden(text="not from Telegram")
        try:
            update = json.loads(await request.read())
        except (ValueError, RecursionError) as error:
            raise web.HTTPBadRequest(text="no JSON") from error
        if not isinstance(update, dict) or not isinstance(update.get("update_id"), int):
            raise web.HTTPBadRequest(text="no update")
        try:
            await webhook.accept(update)
        except UserMistake as error:
            raise web.HTTPBadRequest(text="no update") from error
        except StoreError as error:
            log.warning("update_not_stored", error=str(error))
            raise web.HTTPServiceUnavailable(text="try again") from error
        return web.Response()


@web.middleware
async def _polite(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Every answer, errors too, in JSON and with the headers that keep browsers from guessing."""
    try:
        response = await handler(request)
    except web.HTTPException as error:
        headers = {name: error.headers[name] for name in KEPT if name in error.headers}
        response = web.json_response({"error": error.text or error.reason}, status=error.status, headers=headers)
    except Exception:
        # The top of a request: whatever is wrong with us, the sender gets an answer and may try again.
        log.exception("request_failed", path=request.path)
        response = web.json_response({"error": "internal error; try again"}, status=500)
    response.headers.update(HEADERS)
    return response


def _is_local(request: web.Request) -> bool:
    if any(name in request.headers for name in FORWARDED):
        return False
    try:
        return ipaddress.ip_address(request.remote or "").is_loopback
    except ValueError:
        return False
