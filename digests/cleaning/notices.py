"""Notices: what a page says to its reader instead of news. The phrases are `data/notices.txt`."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

__all__ = ["is_titled_as_none", "leads_elsewhere", "notice_in"]

LONGEST = 90  # words; a longer paragraph tells something, whatever phrase stands in it
TITLES, BEGINNINGS, BYLINES, WHOLE = "titles", "beginnings", "bylines", "whole lines"
MOST_WORDS = {BEGINNINGS: 39, BYLINES: 14, WHOLE: 9}
ENDS = {TITLES: r"(?!\w)", WHOLE: r"[\W_]*$"}


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
        kind: re.compile(
            rf"^[\W_]*(?:{'|'.join(some)})" + ENDS.get(kind, "")
            if kind in (TITLES, *MOST_WORDS)
            else rf"(?<!\w)(?:{'|'.join(some)})(?!\w)"
        )
        for kind, some in kinds.items()
    }


def notice_in(line: str) -> str | None:
    """What a line wants of the reader ("it asks for consent"), None when it holds no notice."""
    if len(line.split()) > LONGEST:
        return None
    plain = folded(line)
    return next((kind for kind, found in phrases().items() if kind.startswith("it ") and found.search(plain)), None)


def leads_elsewhere(line: str) -> bool:
    """Whether a line is a link, a box or a byline by the words it begins with."""
    words, plain = len(line.split()), folded(line)
    return any(words <= most and phrases()[kind].match(plain) is not None for kind, most in MOST_WORDS.items())


def folded(line: str) -> str:
    return line.casefold().replace("’", "'").replace(" ,", ",")


def is_titled_as_none(title: str) -> bool:
    """Whether a heading says that the page holds no article."""
    return phrases()[TITLES].match(folded(title)) is not None
