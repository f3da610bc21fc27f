"""The fetcher against servers that behave well, badly and with bad intent."""

import asyncio
import contextlib
import gzip
import time
import zlib
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web

from bot.sources.fetch import Fetcher, FetchOptions, Kind, Validators, user_agent
from bot.sources.guard import Guard
from bot.sources.hosts import Hosts, fresh_for, retry_after
from bot.sources.robots import Robots, read_rules
from config.values import read_network
from digests.errors import FetchError, UnreadableSource

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


class Clock:
    def __init__(self):
        self.time = NOW

    def __call__(self):
        return self.time


class Site:
    """A server whose every path is a function of the test."""

    def __init__(self):
        self.paths, self.asked, self.base = {}, [], ""

    async def answer(self, request):
        self.asked.append(request)
        found = self.paths.get(request.path)
        if found is None:
            raise web.HTTPNotFound
        result = found(request)
        return await result if asyncio.iscoroutine(result) else result

    def paths_asked(self):
        return [request.path for request in self.asked]


@pytest.fixture
async def site():
    here = Site()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", here.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    here.base = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield here
    await runner.cleanup()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
async def fetcher(clock):
    options = FetchOptions(user_agent("1.0", "https://bot.example.org"), timeout=timedelta(seconds=2), limit=1_000_000)
    async with Fetcher(Guard([read_network("127.0.0.0/8")]), options, clock) as client:
        yield client


def text(body="hello", **kwargs):
    return lambda _request: web.Response(text=body, **kwargs)


async def test_an_answer_brings_body_charset_and_validators(site, fetcher):
    site.paths["/feed"] = lambda _request: web.Response(
        body=b"<rss/>",
        headers={
            "ETag": 'W/"a b"',
            "Last-Modified": "yesterday, more or less",
            "Cache-Control": "max-age=600",
            "Content-Type": "text/xml; charset=UTF-8",
        },
    )
    answer = await fetcher.get(f"{site.base}/feed", kind=Kind.FEED)
    assert (answer.status, answer.body, answer.charset) == (200, b"<rss/>", "UTF-8")
    assert answer.validators == Validators('W/"a b"', "yesterday, more or less")
    assert answer.fresh_for == timedelta(minutes=10)
    assert answer.moved_to is None


async def test_validators_go_back_as_they_came_and_a_304_has_no_body(site, fetcher):
    site.paths["/feed"] = lambda _request: web.Response(status=304, headers={"ETag": '"new"'})
    known = Validators('W/"a b"', "yesterday, more or less")
    answer = await fetcher.get(f"{site.base}/feed", kind=Kind.FEED, validators=known)
    sent = site.asked[0].headers
    assert (sent["If-None-Match"], sent["If-Modified-Since"]) == (known.etag, known.last_modified)
    assert answer.not_modified
    assert answer.validators.etag == '"new"'


async def test_the_agent_says_who_we_are_and_brings_no_cookie_back(site, fetcher):
    site.paths["/feed"] = text(headers={"Set-Cookie": "id=1"})
    await fetcher.get(f"{site.base}/feed", kind=Kind.FEED)
    await fetcher.get(f"{site.base}/feed", kind=Kind.FEED)
    for request in site.asked:
        assert request.headers["User-Agent"] == "khabardar/1.0 (+https://bot.example.org)"
        assert "Cookie" not in request.headers
        assert "Referer" not in request.headers


def test_the_agent_can_say_how_many_read():
    assert user_agent("1.0", "me@example.org", 12) == "khabardar/1.0 (+me@example.org; 12 subscribers)"
    assert user_agent("1.0") == "khabardar/1.0"


# --- Redirects -------------------------------------------------------------------------------------------------------


async def test_permanent_redirects_are_told_and_temporary_ones_are_not(site, fetcher):
    site.paths["/end"] = text()
    site.paths["/temporary"] = lambda _request: web.Response(status=302, headers={"Location": "/end"})
    site.paths["/moved"] = lambda _request: web.Response(status=308, headers={"Location": "/end"})
    site.paths["/mixed"] = lambda _request: web.Response(status=301, headers={"Location": "/temporary"})
    moved = {}
    for path in ("/temporary", "/moved", "/mixed"):
        answer = await fetcher.get(f"{site.base}{path}", kind=Kind.FEED)
        assert answer.url == f"{site.base}/end"
        moved[path] = answer.moved_to
    assert moved == {"/temporary": None, "/moved": f"{site.base}/end", "/mixed": f"{site.base}/temporary"}


@pytest.mark.parametrize(
    "location",
    ["/loop", "", "javascript:alert(1)", "file:///etc/passwd", "http://[", "http://x@[v1.y]@", "http://u:p@127.0.0.1/"],
)
async def test_redirects_in_circles_or_to_nowhere_are_refused(site, fetcher, location):
    site.paths["/loop"] = lambda _request: web.Response(status=302, headers={"Location": location} if location else {})
    with pytest.raises(UnreadableSource, match=r"redirect|no web address|user name"):
        await fetcher.get(f"{site.base}/loop", kind=Kind.FEED)
    assert len(site.asked) <= 6


# --- Failures --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "error"),
    [
        *((status, UnreadableSource) for status in (400, 401, 403, 404, 410)),
        *((status, FetchError) for status in (204, 408, 425, 429, 500, 502, 503)),
    ],
)
async def test_a_status_is_a_lasting_or_a_passing_failure(site, fetcher, status, error):
    site.paths["/feed"] = lambda _request: web.Response(status=status)
    with pytest.raises(error, match=str(status)):
        await fetcher.get(f"{site.base}/feed", kind=Kind.FEED)


async def test_a_name_that_does_not_exist_is_a_passing_failure(fetcher):
    with pytest.raises(FetchError, match="not known"):
        await fetcher.get("http://no-such-host.invalid/feed", kind=Kind.FEED)


async def test_a_port_where_nobody_listens_is_a_passing_failure(fetcher):
    with pytest.raises(FetchError, match="no answer"):
        await fetcher.get("http://127.0.0.1:1/feed", kind=Kind.FEED)


@contextlib.asynccontextmanager
async def serving(answer):
    """A server that writes bytes as they are; its address."""
    handlers = set()

    async def handle(reader, writer):
        handlers.add(asyncio.current_task())
        await reader.readuntil(b"\r\n\r\n")
        with contextlib.suppress(ConnectionError):
            await answer(writer)
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/feed"
    server.close()
    await asyncio.wait(handlers, timeout=5)
    await server.wait_closed()


async def drip(writer):
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while not writer.is_closing():
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.05)


async def endless(writer):
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while not writer.is_closing():
        writer.write(b"4000\r\n" + b"x" * 0x4000 + b"\r\n")
        await writer.drain()


async def cut(writer):
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nonly this")
    await writer.drain()


async def bad_gzip(writer):
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 9\r\n\r\nnot gzip!")
    await writer.drain()


async def no_http(writer):
    writer.write(b"220 mail.example.org ESMTP\r\n\r\n")
    await writer.drain()


async def endless_headers(writer):
    writer.write(b"HTTP/1.1 200 OK\r\n")
    for number in range(20_000):
        writer.write(b"X-%d: %s\r\n" % (number, b"y" * 100))
    await writer.drain()


def packed_zeros():
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join(packer.compress(b"\0" * 1_000_000) for _ in range(200)) + packer.flush()


PACKED = packed_zeros()  # 0.2 MB that open to 200 MB; made before any clock runs


async def bomb(writer):
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(PACKED)
    writer.write(head + PACKED)
    await writer.drain()


@pytest.mark.parametrize(
    "answer", [drip, endless, cut, bad_gzip, no_http, endless_headers, bomb], ids=lambda f: f.__name__
)
async def test_hostile_answers_end_soon_with_an_error_of_ours(fetcher, answer):
    async with serving(answer) as url:
        start = time.monotonic()
        with pytest.raises((FetchError, UnreadableSource)):
            await fetcher.get(url, kind=Kind.FEED)
        assert time.monotonic() - start < 5


async def test_a_body_that_drips_is_not_waited_for_to_the_end(clock):
    options = FetchOptions("khabardar/test", patience=timedelta(seconds=0.5))
    async with Fetcher(Guard([read_network("127.0.0.0/8")]), options, clock) as client, serving(drip) as url:
        start = time.monotonic()
        with pytest.raises(FetchError, match="bytes a second"):
            await client.get(url, kind=Kind.FEED)
        assert time.monotonic() - start < 5


async def test_a_slow_body_that_keeps_coming_is_read(site, clock):
    async def slow(request):
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(8):
            await response.write(b"x" * 1000)
            await asyncio.sleep(0.1)
        return response

    site.paths["/feed"] = slow
    options = FetchOptions("khabardar/test", patience=timedelta(seconds=0.4))
    async with Fetcher(Guard([read_network("127.0.0.0/8")]), options, clock) as client:
        assert len((await client.get(f"{site.base}/feed", kind=Kind.FEED)).body) == 8000


async def test_a_compressed_bomb_takes_no_memory(fetcher):
    import resource

    async with serving(bomb) as url:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        with pytest.raises(UnreadableSource, match="larger than 1 MB"):
            await fetcher.get(url, kind=Kind.FEED)
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 60_000  # kB; it would open to 200 MB


async def test_a_body_up_to_the_limit_is_read_however_it_travels(site, fetcher):
    body = b"x" * 1_000_000
    site.paths["/plain"] = lambda _request: web.Response(body=body)
    site.paths["/gzip"] = lambda _request: web.Response(body=gzip.compress(body), headers={"Content-Encoding": "gzip"})
    site.paths["/more"] = lambda _request: web.Response(body=body + b"x")
    assert (await fetcher.get(f"{site.base}/plain", kind=Kind.FEED)).body == body
    assert (await fetcher.get(f"{site.base}/gzip", kind=Kind.FEED)).body == body
    with pytest.raises(UnreadableSource, match="larger than"):
        await fetcher.get(f"{site.base}/more", kind=Kind.FEED)


# --- Manners ---------------------------------------------------------------------------------------------------------


async def test_no_host_gets_more_than_two_requests_at_a_time(site, fetcher):
    now, most = 0, 0

    async def slow(_request):
        nonlocal now, most
        now += 1
        most = max(most, now)
        await asyncio.sleep(0.02)
        now -= 1
        return web.Response(text="ok")

    site.paths["/feed"] = slow
    await asyncio.gather(*(fetcher.get(f"{site.base}/feed", kind=Kind.FEED) for _ in range(10)))
    assert most == 2


async def test_retry_after_pauses_the_host_and_nobody_else(site, fetcher, clock):
    site.paths["/busy"] = lambda _request: web.Response(status=429, headers={"Retry-After": "120"})
    site.paths["/feed"] = text()
    with pytest.raises(FetchError) as told:
        await fetcher.get(f"{site.base}/busy", kind=Kind.FEED)
    assert told.value.retry_after == timedelta(seconds=120)
    asked = len(site.asked)
    with pytest.raises(FetchError, match="left alone"):
        await fetcher.get(f"{site.base}/feed", kind=Kind.FEED)
    assert len(site.asked) == asked
    clock.time += timedelta(seconds=121)
    assert (await fetcher.get(f"{site.base}/feed", kind=Kind.FEED)).status == 200


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"Retry-After": "60"}, timedelta(seconds=60)),
        ({"Retry-After": "99999999999999"}, timedelta(hours=24)),
        ({"Retry-After": "Mon, 23 Nov 2026 06:10:00 GMT"}, timedelta(minutes=10)),
        (
            {"Retry-After": "Mon, 23 Nov 2020 00:10:00 GMT", "Date": "Mon, 23 Nov 2020 00:00:00 GMT"},
            timedelta(minutes=10),
        ),
        ({"Retry-After": "Mon, 23 Nov 2099 06:10:00 GMT"}, timedelta(hours=24)),
        ({"Retry-After": "Mon, 23 Nov 2020 06:10:00 GMT"}, timedelta(0)),
        ({"Retry-After": "later"}, None),
        ({"Retry-After": "-5"}, None),
        ({}, None),
    ],
)
def test_retry_after_is_understood_and_kept_within_a_day(headers, expected):
    assert retry_after(headers, NOW) == expected


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"Cache-Control": "public, max-age=900"}, timedelta(minutes=15)),
        ({"Cache-Control": 'max-age="900"'}, timedelta(minutes=15)),
        ({"Cache-Control": "max-age=never"}, None),
        ({"Expires": "Mon, 23 Nov 2026 06:30:00 GMT"}, timedelta(minutes=30)),
        ({"Expires": "0"}, None),
        ({"Expires": "Thu, 01 Jan 1970 00:00:00 GMT"}, None),
        ({}, None),
    ],
)
def test_how_long_an_answer_stays_current_is_understood(headers, expected):
    assert fresh_for(headers, NOW) == expected


async def test_a_longer_pause_is_not_shortened():
    hosts = Hosts(2, lambda: NOW)
    hosts.pause("a", timedelta(hours=2))
    hosts.pause("a", timedelta(minutes=2))
    with pytest.raises(FetchError) as told:
        async with hosts.turn("a"):
            pass
    assert told.value.retry_after == timedelta(hours=2)


# --- robots.txt ------------------------------------------------------------------------------------------------------


async def test_pages_are_read_only_where_robots_allow_it_and_feeds_always(site, fetcher):
    site.paths["/robots.txt"] = text("User-agent: *\nDisallow: /private")
    for path in ("/private/a", "/public"):
        site.paths[path] = text()
    assert (await fetcher.get(f"{site.base}/public")).status == 200
    with pytest.raises(UnreadableSource, match=r"robots\.txt"):
        await fetcher.get(f"{site.base}/private/a")
    assert (await fetcher.get(f"{site.base}/private/a", kind=Kind.FEED)).status == 200
    assert site.paths_asked().count("/robots.txt") == 1


async def test_a_redirect_into_what_robots_forbid_is_not_followed(site, fetcher):
    site.paths["/robots.txt"] = text("User-agent: *\nDisallow: /private")
    site.paths["/a"] = lambda _request: web.Response(status=302, headers={"Location": "/private"})
    with pytest.raises(UnreadableSource, match=r"robots\.txt"):
        await fetcher.get(f"{site.base}/a")
    assert "/private" not in site.paths_asked()


async def test_without_robots_everything_is_allowed_and_with_broken_ones_nothing_for_now(site, fetcher, clock):
    site.paths["/page"] = text()
    assert (await fetcher.get(f"{site.base}/page")).status == 200
    clock.time += timedelta(hours=25)
    site.paths["/robots.txt"] = lambda _request: web.Response(status=503)
    with pytest.raises(FetchError, match=r"robots\.txt"):
        await fetcher.get(f"{site.base}/page")
    clock.time += timedelta(hours=1)
    site.paths["/robots.txt"] = text("")
    assert (await fetcher.get(f"{site.base}/page")).status == 200


@pytest.mark.parametrize(
    ("rules", "path", "allowed"),
    [
        ("", "/a", True),
        ("User-agent: *\nDisallow: /", "/a", False),
        ("User-agent: *\nDisallow:", "/a", True),
        ("User-agent: other\nDisallow: /", "/a", True),
        ("User-agent: Khabardar\nDisallow: /a\n\nUser-agent: *\nDisallow: /", "/b", True),
        ("User-agent: Khabardar\nDisallow: /a\n\nUser-agent: *\nDisallow: /", "/a", False),
        ("User-agent: x\nUser-agent: *\nDisallow: /a", "/a", False),
        ("User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/b/c", True),
        ("User-agent: *\nAllow: /a\nDisallow: /a", "/a", True),
        ("User-agent: *\nDisallow: /*.pdf$", "/x/y.pdf", False),
        ("User-agent: *\nDisallow: /*.pdf$", "/x/y.pdf?z", True),
        ("User-agent: *\nDisallow: /*?", "/a?b", False),
        ("User-agent: *\nDisallow: /a$", "/a", False),
        ("User-agent: *\nDisallow: /a$", "/ab", True),
        ("User-agent: *\nDisallow: *b*d", "/abcd", False),
        ("User-agent: *\nDisallow: /ü", "/%C3%BC", False),
        ("Disallow: /a", "/a", True),
        ("User-agent: *\nDisallow: /" + "*a" * 5000, "/" + "a" * 2000 + "b", True),
        ("\x00\ufeff: :::\nUser-agent", "/a", True),
    ],
)
def test_robots_rules_are_read_as_rfc_9309_says(rules, path, allowed):
    start = time.process_time()
    assert read_rules(rules, "khabardar").allow(path) is allowed
    assert time.process_time() - start < 1


async def test_a_site_is_asked_for_its_rules_once_a_day():
    asked, clock = [], Clock()

    async def read(url):
        asked.append(url)
        return 200, "User-agent: *\nDisallow: /a"

    from yarl import URL

    robots = Robots(read, "khabardar", clock)
    assert not await robots.allow(URL("http://e.example.org/a"))
    assert await robots.allow(URL("http://e.example.org/b"))
    assert len(asked) == 1
    clock.time += timedelta(hours=25)
    await robots.allow(URL("http://e.example.org/b"))
    assert len(asked) == 2
