"""A strict local stand-in for Telegram's Bot API, for tests and for khabardar rehearse. Begin with server.py."""

from bot.rehearsal.faults import Fault, Rule
from bot.rehearsal.flood import Limits, Window
from bot.rehearsal.people import Person
from bot.rehearsal.render import as_html, render
from bot.rehearsal.server import BotApi
from bot.rehearsal.world import Chat, ChatKind, Message, Rank

__all__ = [
    "BotApi", "Chat", "ChatKind", "Fault", "Limits", "Message", "Person", "Rank", "Rule", "Window", "as_html", "render",
]  # fmt: skip
