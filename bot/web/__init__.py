"""The web server: webhook, pushed articles, health, metrics."""

from bot.web.health import Health, Lag
from bot.web.push import Push, PushSettings, Sender
from bot.web.server import Webhook, WebParts, WebServer

__all__ = ["Health", "Lag", "Push", "PushSettings", "Sender", "WebParts", "WebServer", "Webhook"]
