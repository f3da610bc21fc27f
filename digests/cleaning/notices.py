"""Notices: what a page says to its reader instead of news. The phrases are `data/notices.txt`."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

__all__ = ["is_titled_as_none", "notice_in"]

LONGEST = 90  # words; a longer paragraph tells something, whatever phrase stands in it
TITLES = "titles"


@cache
def phrases() -> dict[str, re.Pattern[str]]:
    """A pattern for each kind of notice, in the order of the file."""
    text = (resources.files("digests.cleaning") / "data" / "notices.txt").read_text("utf-8")
    kinds: dict[str, list[str]] = {}
    for line in text.splitlines():
        if line.startswith("["):
            kinds[line.strip("[]")] = []
        elif line and not line.startswith("#"):
            kinds[list(kinds)[-1]].append(re.escape(line))
    return {
        kind: re.compile(("^" if kind == TITLES else r"(?<!\w)") + f"(?:{'|'.join(some)})" + r"(?!\w)")
        for kind, some in kinds.items()
    }


def notice_in(line: str) -> str | None:
    """What a line wants of the reader ("it asks for consent"), None when it holds no notice."""
    if len(line.split()) > LONGEST:
        return None
    plain = line.casefold().replace("’", "'")
    return next((kind for kind, found in phrases().items() if kind != TITLES and found.search(plain)), None)


def is_titled_as_none(title: str) -> bool:
    """Whether a heading says that the page holds no article."""
    return phrases()[TITLES].match(title.casefold().replace("’", "'")) is not None
