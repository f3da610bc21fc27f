"""The methods that the stand-in plays. Each takes the backend and checked parameters, and gives the result's JSON."""

from bot.rehearsal.methods import chats, edits, messages, profile, queries, receiving, uploads
from bot.rehearsal.methods.table import Play, table

__all__ = ["Play", "chats", "edits", "messages", "profile", "queries", "receiving", "table", "uploads"]
