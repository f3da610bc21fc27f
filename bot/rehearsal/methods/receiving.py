"""getUpdates and webhooks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from yarl import URL

from bot.rehearsal.methods.table import plays
from bot.rehearsal.refusal import bad_request
from bot.rehearsal.updates import Webhook, checked_secret

if TYPE_CHECKING:
    from bot.rehearsal.backend import Backend
    from bot.rehearsal.world import Json

Arguments = dict[str, Any]
PORTS = frozenset({443, 80, 88, 8443})


@plays("getUpdates")
async def get_updates(backend: Backend, arguments: Arguments) -> list[Json]:
    limit = arguments.get("limit", 100)
    backend.updates.allow(arguments.get("allowed_updates"))
    return await backend.updates.poll(
        arguments.get("offset", 0), limit if 1 <= limit <= 100 else 100, max(0, arguments.get("timeout", 0))
    )


@plays("setWebhook")
def set_webhook(backend: Backend, arguments: Arguments) -> bool:
    secret = checked_secret(arguments.get("secret_token"))
    webhook = Webhook(
        checked_url(arguments["url"]), secret, arguments.get("max_connections", 40), arguments.get("ip_address")
    )
    backend.updates.allow(arguments.get("allowed_updates"))
    if arguments.get("drop_pending_updates"):
        backend.updates.pending.clear()
    backend.updates.set_webhook(webhook)
    return True


def checked_url(text: str) -> str:
    """A webhook's address: https on one of four ports, or anything on this machine, where a rehearsal is at home."""
    try:
        url = URL(text)
    except (ValueError, IndexError):
        raise bad_request("invalid webhook URL specified") from None
    if not url.host:
        raise bad_request("invalid webhook URL specified")
    if url.host in {"127.0.0.1", "::1", "localhost"}:
        return text
    if url.scheme != "https":
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if url.port not in PORTS:
        raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
    return text


@plays("deleteWebhook")
def delete_webhook(backend: Backend, arguments: Arguments) -> bool:
    if arguments.get("drop_pending_updates"):
        backend.updates.pending.clear()
    backend.updates.delete_webhook()
    return True


@plays("getWebhookInfo")
def get_webhook_info(backend: Backend, arguments: Arguments) -> Json:  # noqa: ARG001 - every method is called alike
    updates = backend.updates
    webhook = updates.webhook
    info: Json = {
        "url": webhook.url if webhook else "",
        "has_custom_certificate": False,
        "pending_update_count": len(updates.pending),
    }
    if updates.allowed:
        info["allowed_updates"] = list(updates.allowed)
    if webhook is None:
        return info
    info["max_connections"] = webhook.connections
    if webhook.last_error is not None:
        info |= {"last_error_date": webhook.last_error_at, "last_error_message": webhook.last_error}
    return info
