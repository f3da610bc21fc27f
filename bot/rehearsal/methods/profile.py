"""The bot itself: who it is, its commands, names and menu button."""

from __future__ import annotations

import json
import re
from functools import partial
from typing import TYPE_CHECKING, Any

from bot.rehearsal.methods.table import plays
from bot.rehearsal.refusal import bad_request

if TYPE_CHECKING:
    from bot.rehearsal.backend import Backend
    from bot.rehearsal.world import Json

Arguments = dict[str, Any]
COMMAND = re.compile(r"[a-z0-9_]{1,32}")
LANGUAGE = re.compile(r"[a-z]{2}")
MAX_COMMANDS = 100
MAX_DESCRIPTION = 256
PROFILE = {"Name": ("name", 64), "Description": ("description", 512), "ShortDescription": ("short_description", 120)}


@plays("getMe")
def get_me(backend: Backend, arguments: Arguments) -> Json:  # noqa: ARG001 - every method is called alike
    return {
        **backend.bot.as_json(),
        "can_join_groups": True,
        "can_read_all_group_messages": backend.reads_all,
        "supports_inline_queries": True,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


@plays("setMyCommands")
def set_my_commands(backend: Backend, arguments: Arguments) -> bool:
    commands = arguments["commands"]
    if len(commands) > MAX_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not COMMAND.fullmatch(command["command"].removeprefix("/")):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(command["description"].strip()) <= MAX_DESCRIPTION:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    kept = [{**command, "command": command["command"].removeprefix("/")} for command in commands]
    backend.world.commands[commands_key(backend, arguments)] = kept
    return True


@plays("getMyCommands")
def get_my_commands(backend: Backend, arguments: Arguments) -> list[Json]:
    return backend.world.commands.get(commands_key(backend, arguments), [])


@plays("deleteMyCommands")
def delete_my_commands(backend: Backend, arguments: Arguments) -> bool:
    backend.world.commands.pop(commands_key(backend, arguments), None)
    return True


def commands_key(backend: Backend, arguments: Arguments) -> tuple[str, str]:
    """Scope and language as one key. Raises Refusal for a scope of a chat that the bot cannot see."""
    scope = arguments.get("scope") or {"type": "default"}
    if "chat_id" in scope:
        chat = backend.reachable(scope["chat_id"])
        if chat.kind == "channel":
            raise bad_request("can't change commands in channel chats")
        scope = {**scope, "chat_id": chat.id}
    return json.dumps(scope, sort_keys=True), language(arguments)


def language(arguments: Arguments) -> str:
    code = arguments.get("language_code", "")
    if code and not LANGUAGE.fullmatch(code):
        raise bad_request("invalid language code specified")
    return str(code)


def set_profile(backend: Backend, arguments: Arguments, *, part: str, limit: int) -> bool:
    text = arguments.get(part, "")
    if len(text) > limit:
        raise bad_request(f"{part.replace('_', ' ')} is too long")
    backend.world.profile[part, language(arguments)] = text
    return True


def get_profile(backend: Backend, arguments: Arguments, *, part: str) -> Json:
    default = backend.bot.first_name if part == "name" else ""
    known = backend.world.profile
    return {part: known.get((part, language(arguments))) or known.get((part, "")) or default}


for method, (part, limit) in PROFILE.items():
    plays(f"setMy{method}")(partial(set_profile, part=part, limit=limit))
    plays(f"getMy{method}")(partial(get_profile, part=part))


@plays("setChatMenuButton")
def set_chat_menu_button(backend: Backend, arguments: Arguments) -> bool:
    chat_id = arguments.get("chat_id", 0)
    if chat_id:
        backend.reachable(chat_id)
    backend.world.menu_buttons[chat_id] = arguments.get("menu_button") or {"type": "default"}
    return True


@plays("getChatMenuButton")
def get_chat_menu_button(backend: Backend, arguments: Arguments) -> Json:
    buttons = backend.world.menu_buttons
    return buttons.get(arguments.get("chat_id", 0)) or buttons.get(0) or {"type": "commands"}
