"""What people say to the bot and what it answers: one table of commands, one of buttons."""

from bot.telegram.commands import (
    access,
    admin,
    audience,
    broadcast,
    editing,
    feeds,
    follow,
    ingest,
    lists,
    muting,
    names,
    operations,
    opml,
    privacy,
    reading,
    schedule,
    settings,
    start,
)
from bot.telegram.commands.command import Command

__all__ = ["ACTIONS", "COMMANDS"]

FAMILIES = (
    start, follow, lists, reading, schedule, muting, settings, privacy,
    admin, feeds, audience, broadcast, names, ingest, operations, opml, editing,
)  # fmt: skip

COMMANDS: dict[str, Command] = {command.name: command for family in FAMILIES for command in family.COMMANDS}
ACTIONS: dict[str, Command] = {action.name: action for family in (*FAMILIES, access) for action in family.ACTIONS}
