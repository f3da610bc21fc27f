"""The one client for everything that is read from the internet: feeds, pages, robots.txt, links of forwarded posts.

A second way out would be a way around the guard, the caps and the manners.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import zlib
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Self

import aiohttp
from yarl import URL

from bot.sources.guard import BLOCKED, Guard, checked_url
from bot.sources.hosts import Hosts, fresh_for, retry_after
from bot.sources.names import ThreadResolver
from bot.sources.robots import ROBOTS_LIMIT, Robots
from bot.sources.room import Room
from digests.errors import FetchError, SourceError, UnreadableSource

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from aiohttp.abc import AbstractResolver

__all__ = ["NO_VALIDATORS", "FetchOptions", "Fetched", "Fetcher", "Kind", "Validators", "user_agent"]

PRODUCT = "khabardar"
MAX_REDIRECTS = 5
CONNECT_SECONDS = 10
CHUNK = 65_536
LEAST_BYTES_A_SECOND = 1000
PERMANENT = frozenset({301, 308})
REDIRECTS = PERMANENT | {302, 303, 307}
GOOD = frozenset({200, 203, 226})
TEMPORARY = frozenset({408, 421, 425, 429})
ACCEPT = {
    "feed": "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5",
    "page": "text/html, application/xhtml+xml;q=0.9, */*;q=0.5",
    "robots": "text/plain, */*;q=0.5",
}


class Kind(StrEnum):
    """What is fetched: a page is read only where robots.txt allows it, a feed is published to be polled."""

    FEED = "feed"
    PAGE = "page"
    ROBOTS = "robots"


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server said to recognise the version that we have, verbatim."""

    etag: str | None = None
    last_modified: str | None = None


NO_VALIDATORS = Validators()


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer. `body` is decompressed; it is empty when `not_modified`. `moved_to` is set by permanent redirects only."""

    status: int
    url: str
    body: bytes
    charset: str | None
    content_type: str
    validators: Validators
    fresh_for: timedelta | None = None
    moved_to: str | None = None

    @property
    def not_modified(self) -> bool:
        return self.status == 304


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for, at most `limit` bytes of it, and where a large body has its place."""

    kind: Kind
    validators: Validators
    limit: int
    room: Room


@dataclass(frozen=True, slots=True)
class FetchOptions:
    """How the internet is met. `timeout` is for one answer with all its redirects, `limit` in bytes after decompression.

    A body that has begun must come at a kilobyte a second, but for `patience`: who drips is not waited for. So many
    bodies may be larger than room.LARGE at once; further ones wait.
    """

    agent: str
    timeout: timedelta = timedelta(seconds=20)
    patience: timedelta = timedelta(seconds=4)
    limit: int = 10_000_000
    per_host: int = 2
    large_at_once: int = 8


def user_agent(version: str, contact: str = "", subscribers: int | None = None) -> str:
    """Our name, how to reach the operator, and for how many readers a feed is fetched (publishers count them)."""
    notes = [f"+{contact}" if contact else "", f"{subscribers} subscribers" if subscribers is not None else ""]
    said = "; ".join(note for note in notes if note)
    return f"{PRODUCT}/{version}" + (f" ({said})" if said else "")


class Fetcher:
    """Fetches through the guard, politely and within limits.

    >>> async with Fetcher(Guard(), FetchOptions(user_agent("1.0")), now) as fetcher:
    ...     answer = await fetcher.get("https://example.org/feed")
    """

    def __init__(
        self,
        guard: Guard,
        options: FetchOptions,
        now: Callable[[], datetime],
        *,
        observe: Callable[[str, float], None] | None = None,
        resolver: AbstractResolver | None = None,
    ) -> None:
        """`observe` is told the result (a word) and the seconds of every request."""
        self._guard = guard
        self._options = options
        self._now = now
        self._observe = observe
        self._resolver = resolver
        self._hosts = Hosts(options.per_host, now)
        self._robots = Robots(self._read_robots, PRODUCT, now)
        self._large = asyncio.Semaphore(options.large_at_once)
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        connector = aiohttp.TCPConnector(
            limit=0, socket_factory=self._guard.socket, resolver=self._resolver or ThreadResolver()
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": self._options.agent},
            timeout=aiohttp.ClientTimeout(total=None, connect=CONNECT_SECONDS),
            trust_env=False,  # a proxy of the environment would be a way around the guard
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    def room(self) -> Room:
        """Room in memory for one answer, held while the block lasts: who works on a large body keeps it waiting there."""
        return Room(self._large)

    async def get(
        self, url: str, *, kind: Kind = Kind.PAGE, validators: Validators = NO_VALIDATORS, room: Room | None = None
    ) -> Fetched:
        """The answer of `url` after at most five redirects. `room` keeps the place of a large body after this returns.

        Raises FetchError for what may be over later (`retry_after` says when, if the host said so), UnreadableSource for
        what stays until the source changes: refused addresses, 4xx, too large, robots.txt.
        """
        if room is None:
            async with self.room() as passing:
                return await self.get(url, kind=kind, validators=validators, room=passing)
        limit = ROBOTS_LIMIT if kind is Kind.ROBOTS else self._options.limit
        wanted = Wanted(kind, validators, limit, room)
        target, moved, permanent = checked_url(url), None, True
        left = self._options.timeout.total_seconds()
        for _ in range(MAX_REDIRECTS + 1):
            if kind is Kind.PAGE and not await self._robots.allow(target):
                raise UnreadableSource(f"{target}: the site's robots.txt asks programs not to read this page")
            answer, spent = await self._ask(target, wanted, left)
            left -= spent
            if isinstance(answer, Fetched):
                return replace(answer, moved_to=str(moved) if moved else None)
            target, lasting = answer
            permanent = permanent and lasting
            moved = target if permanent else moved
        raise UnreadableSource(f"{checked_url(url)}: more than {MAX_REDIRECTS} redirects; check the address")

    async def _ask(self, url: URL, wanted: Wanted, seconds: float) -> tuple[Fetched | tuple[URL, bool], float]:
        """One request: the answer, or where it redirects to and whether for good; and the seconds it took."""
        host = url.host or ""
        loop = asyncio.get_running_loop()
        async with self._hosts.turn(host):
            start, result = loop.time(), "error"
            try:
                async with asyncio.timeout(max(seconds, 0.001)) as deadline:
                    answer = await self._request(url, wanted, deadline)
                result = "not_modified" if isinstance(answer, Fetched) and answer.not_modified else "ok"
            except TimeoutError as error:
                result = "timeout"
                raise FetchError(f"{url}: no full answer within {self._options.timeout.total_seconds():g} s") from error
            except (aiohttp.ClientError, OSError, ValueError, EOFError, zlib.error, ssl.SSLError) as error:
                translated = _translated(url, error)
                result = "blocked" if isinstance(translated, UnreadableSource) else "error"
                raise translated from error
            except SourceError as error:
                result = "refused" if isinstance(error, UnreadableSource) else "error"
                raise
            finally:
                spent = loop.time() - start
                if self._observe:
                    self._observe(result, spent)
        return answer, spent

    async def _request(self, url: URL, wanted: Wanted, deadline: asyncio.Timeout) -> Fetched | tuple[URL, bool]:
        if self._session is None:
            raise FetchError(f"{url}: the program is stopping")
        async with self._session.get(
            url, headers=_headers(wanted.kind, wanted.validators), allow_redirects=False
        ) as response:
            if response.status in REDIRECTS:
                return _target(url, response.headers.get("Location")), response.status in PERMANENT
            if response.status == 304:
                body = b""
            elif response.status in GOOD:
                body = await _read(response, wanted, self._options.patience.total_seconds(), deadline)
            else:
                raise self._failure(url, response.status, response.headers)
            return _fetched(response, body, self._now())

    def _failure(self, url: URL, status: int, headers: Mapping[str, str]) -> FetchError | UnreadableSource:
        wait = retry_after(headers, self._now())
        if status in (429, 503) and wait:
            self._hosts.pause(url.host or "", wait)
        if status >= 500 or status in TEMPORARY or status < 400:
            return FetchError(f"{url}: answered {status}", retry_after=wait, status=status)
        return UnreadableSource(f"{url}: answered {status}; check the address")

    async def _read_robots(self, url: URL) -> tuple[int, str]:
        answer = await self.get(str(url), kind=Kind.ROBOTS)
        return answer.status, answer.body.decode("utf-8", "replace")


def _headers(kind: Kind, validators: Validators) -> dict[str, str]:
    headers = {"Accept": ACCEPT[kind]}
    if kind is Kind.FEED:
        headers["A-IM"] = "feed"  # RFC 3229: only the new items, where a server can (as lemon24/reader asks)
    if validators.etag:
        headers["If-None-Match"] = validators.etag
    if validators.last_modified:
        headers["If-Modified-Since"] = validators.last_modified
    return headers


async def _read(response: aiohttp.ClientResponse, wanted: Wanted, patience: float, deadline: asyncio.Timeout) -> bytes:
    """The body, decompressed. The times of waiting for room are not the server's: they move both deadlines."""
    body = bytearray()
    start = asyncio.get_running_loop().time()
    try:
        async with asyncio.timeout(patience) as dripping:
            async for chunk in response.content.iter_chunked(CHUNK):
                body += chunk
                if len(body) > wanted.limit:
                    response.close()
                    raise UnreadableSource(f"{response.url}: larger than {wanted.limit / 1e6:g} MB")
                start += await wanted.room.take(len(body), deadline, dripping)
                dripping.reschedule(start + patience + len(body) / LEAST_BYTES_A_SECOND)
    except TimeoutError as error:
        response.close()
        raise FetchError(f"{response.url}: sends less than {LEAST_BYTES_A_SECOND} bytes a second") from error
    return bytes(body)


def _fetched(response: aiohttp.ClientResponse, body: bytes, now: datetime) -> Fetched:
    headers = response.headers
    return Fetched(
        status=response.status,
        url=str(response.url),
        body=body,
        charset=response.charset,
        content_type=response.content_type,
        validators=Validators(_verbatim(headers.get("ETag")), _verbatim(headers.get("Last-Modified"))),
        fresh_for=fresh_for(headers, now),
    )


def _verbatim(value: str | None) -> str | None:
    """A validator that can be stored and sent back, or None: one with raw bytes or without end cannot."""
    return value if value and len(value) <= 1000 and value.isprintable() and value.isascii() else None


def _target(url: URL, location: str | None) -> URL:
    if not location:
        raise UnreadableSource(f"{url}: redirects to nowhere")
    try:
        return checked_url(str(url.join(URL(location.strip()))))
    except (ValueError, IndexError) as error:
        raise UnreadableSource(f"{url}: redirects to what is no web address") from error


def _translated(url: URL, error: Exception) -> FetchError | UnreadableSource:
    text = str(error)
    if BLOCKED in text:
        return UnreadableSource(
            f"{url}: leads into a private network, which is never read; the operator can allow it with fetch_allow"
        )
    if isinstance(error, aiohttp.ClientConnectorDNSError | socket.gaierror):
        return FetchError(f"{url}: the name {url.host} is not known")
    if isinstance(error, aiohttp.ClientSSLError | ssl.SSLError):
        return FetchError(f"{url}: no safe connection (certificate or TLS)")
    if isinstance(error, aiohttp.ClientPayloadError | EOFError | zlib.error):
        return FetchError(f"{url}: the answer broke off or is damaged")
    return FetchError(f"{url}: no answer ({type(error).__name__})")
