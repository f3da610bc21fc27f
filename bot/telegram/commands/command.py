"""What a command is: a name, a right, and a function from a Request to an Answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import IntEnum

from bot.telegram.request import Answer, Request
from bot.telegram.services import Services
from digests.store import Store

__all__ = ["Act", "Ahead", "Command", "Right", "Run"]

Run = Callable[[Store, Request, Services], Answer]
Act = Callable[[Store], Answer]
Ahead = Callable[[Request, Services], Awaitable[Act]]


class Right(IntEnum):
    """What a person needs for a command, checked each time it is used."""

    ANYONE = 0  # also people who may not use the bot: what is kept of them is theirs
    READ = 1  # everybody in a chat that the bot serves
    MANAGE = 2  # in groups and channels: their admins
    ADMIN = 3  # admins of the bot, by user id
    OWNER = 4  # owners: the admins named in the settings


@dataclass(frozen=True, slots=True)
class Command:
    """`run` works inside the transaction. A command that must look something up first is `ahead`: it returns what to run.

    The same value describes a button, by the action in its data.
    """

    name: str
    run: Run | None = None
    ahead: Ahead | None = None
    right: Right = Right.READ
    is_listed: bool = True  # shown in Telegram's menu of commands
    is_private: bool = False  # not in groups: it concerns one person, or shows what only admins may see
