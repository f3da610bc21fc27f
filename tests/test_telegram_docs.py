"""docs/commands.md tells the truth about commands."""

import re
from pathlib import Path

from bot.telegram.commands import COMMANDS

DOCS = (Path(__file__).parents[1] / "docs" / "commands.md").read_text(encoding="utf-8")


def test_every_command_is_documented_and_nothing_else():
    told = set(re.findall(r"`/([a-z]+)", DOCS)) - {"setinline"}
    assert told == set(COMMANDS)
