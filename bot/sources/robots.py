"""robots.txt as RFC 9309 says, for pages (feeds are published to be polled).

The standard library's parser opens addresses by itself, takes 401 for a ban and knows no wildcards.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

from digests.errors import FetchError, SourceError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from yarl import URL

__all__ = ["ALLOW_ALL", "ROBOTS_LIMIT", "Robots", "Rules", "read_rules"]

KEEP = timedelta(hours=24)
KEEP_FAILURE = timedelta(minutes=30)
ROBOTS_LIMIT = 500 * 1024  # RFC 9309, 2.5: at least 500 KiB must be read
MAX_ORIGINS = 10_000
MAX_RULES = 5_000


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one site that concern us: (pattern, whether it allows)."""

    lines: tuple[tuple[str, bool], ...] = ()

    def allow(self, path: str) -> bool:
        """Whether the path (with its query) may be read: the longest matching rule decides, allow wins a tie."""
        longest = max(
            ((len(pattern), allows) for pattern, allows in self.lines if _matches(pattern, path)), default=(0, True)
        )
        return longest[1]


ALLOW_ALL = Rules()


def read_rules(text: str, agent: str) -> Rules:
    """The rules for `agent` (our product token) in a robots.txt, or those for everybody when it names us nowhere."""
    groups: dict[str, list[tuple[str, bool]]] = {}
    names: list[str] = []
    in_rules = False
    for line in text.splitlines():
        field, _, value = line.partition("#")[0].partition(":")
        field, value = field.strip().lower(), value.strip()
        if field == "user-agent":
            if in_rules:
                names, in_rules = [], False
            names.append(value.lower())
            groups.setdefault(value.lower(), [])
        elif field in ("allow", "disallow"):
            in_rules = True
            if value:
                for name in names:
                    groups[name].append((_pattern(value), field == "allow"))
    ours = groups.get(agent.lower(), groups.get("*", []))
    return Rules(tuple(ours[:MAX_RULES]))


def _pattern(value: str) -> str:
    return quote(value, safe="/%*$?&=:@!~'()+,;-._")


def _matches(pattern: str, path: str) -> bool:
    """`*` stands for anything, a last `$` for the end. Found piece by piece, so that no pattern costs exponential time."""
    anchored = pattern.endswith("$")
    pieces = pattern.removesuffix("$").split("*")
    if not path.startswith(pieces[0]):
        return False
    at = len(pieces[0])
    for piece in pieces[1:-1]:
        found = path.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    if len(pieces) == 1:
        return not anchored or at == len(path)
    last = pieces[-1]
    if anchored:
        return len(path) - len(last) >= at and path.endswith(last)
    return path.find(last, at) >= 0


class Robots:
    """What each site allows, asked once a day. `read` fetches a robots.txt: (status, text), or raises SourceError."""

    def __init__(
        self, read: Callable[[URL], Awaitable[tuple[int, str]]], agent: str, now: Callable[[], datetime]
    ) -> None:
        self._read = read
        self._agent = agent
        self._now = now
        self._known: dict[str, tuple[datetime, Rules | None]] = {}

    async def allow(self, url: URL) -> bool:
        """Whether the page may be read.

        Raises FetchError while the site's robots.txt cannot be had: then nothing may be read, for now (RFC 9309, 2.3.1.4).
        """
        origin = str(url.origin())
        known = self._known.get(origin)
        if known is None or known[0] <= self._now():
            rules, keep = await self._rules(url.origin().with_path("/robots.txt"))
            if len(self._known) >= MAX_ORIGINS:
                self._known.pop(next(iter(self._known)))
            known = self._known[origin] = (self._now() + keep, rules)
        if known[1] is None:
            raise FetchError(f"{url}: the site's robots.txt cannot be had, so its pages are left alone for now")
        return known[1].allow(url.raw_path_qs)

    async def _rules(self, url: URL) -> tuple[Rules | None, timedelta]:
        try:
            status, text = await self._read(url)
        except FetchError:
            return None, KEEP_FAILURE
        except SourceError:
            return ALLOW_ALL, KEEP  # 4xx: RFC 9309, 2.3.1.3
        return (read_rules(text, self._agent) if status == 200 else ALLOW_ALL), KEEP
