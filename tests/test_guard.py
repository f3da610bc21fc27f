"""The address guard: a canary on loopback that must be hit without it and never with it."""

import socket
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver
from yarl import URL

from bot.sources.fetch import Fetcher, FetchOptions, Kind
from bot.sources.guard import Guard, checked_url, is_forbidden
from config.values import read_network
from digests.errors import SourceError, UnreadableSource

NOW = datetime(2026, 11, 23, tzinfo=UTC)
# How attackers write 127.0.0.1 and its like; PORT is the canary's.
SPELLINGS = [
    "http://127.0.0.1:PORT/",
    "http://127.0.0.2:PORT/",
    "http://127.255.255.254:PORT/",
    "http://127.1:PORT/",
    "http://127.0.1:PORT/",
    "http://2130706433:PORT/",
    "http://0x7f000001:PORT/",
    "http://0x7f.0x0.0x0.0x1:PORT/",
    "http://0x7f.1:PORT/",
    "http://017700000001:PORT/",
    "http://0177.0.0.1:PORT/",
    "http://0177.0.0.01:PORT/",
    "http://127.0.0.1.:PORT/",
    "http://00127.0.0.1:PORT/",
    "http://0:PORT/",
    "http://0.0.0.0:PORT/",
    "http://00000000:PORT/",
    "http://[::]:PORT/",
    "http://[::1]:PORT/",
    "http://[0:0:0:0:0:0:0:1]:PORT/",
    "http://[0000::1]:PORT/",
    "http://[::ffff:127.0.0.1]:PORT/",
    "http://[::ffff:7f00:1]:PORT/",
    "http://[0:0:0:0:0:ffff:127.0.0.1]:PORT/",
    "http://[::ffff:0:127.0.0.1]:PORT/",
    "http://[::127.0.0.1]:PORT/",
    "http://[64:ff9b::7f00:1]:PORT/",
    "http://[64:ff9b:1::7f00:1]:PORT/",
    "http://[2002:7f00:1::]:PORT/",
    "http://[fe80::1]:PORT/",
    "http://[::1%25lo]:PORT/",
    "http://localhost:PORT/",
    "http://LOCALHOST:PORT/",
    "http://localhost.:PORT/",
    "http://LocalHost.localdomain:PORT/",
    "http://ip6-localhost:PORT/",
    "http://①②⑦.⓪.⓪.①:PORT/",
    "http://１２７.０.０.１:PORT/",
    "http://127。0。0。1:PORT/",
    "http://127．0．0．1:PORT/",
    "http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ:PORT/",
    "http://user:secret@127.0.0.1:PORT/",
    "http://example.org@127.0.0.1:PORT/",
    "http://127.0.0.1:PORT#@example.org/",
    "http://example.org:80@127.0.0.1:PORT/",
    "http://127.0.0.1:PORT\\@example.org/",
    "http://example.org\\@127.0.0.1:PORT/",
    "http:\\\\127.0.0.1:PORT\\",
    "http:/127.0.0.1:PORT/",
    "http:127.0.0.1:PORT/",
    "//127.0.0.1:PORT/",
    "HTTP://127.0.0.1:PORT/",
    "http://127.0.0.1:PORT\t/",
    "http://\n127.0.0.1:PORT/",
    "http://127%2e0%2e0%2e1:PORT/",
    "http://%31%32%37.0.0.1:PORT/",
    "http://[::ffff:127.0.0.1%251]:PORT/",
    "file:///etc/passwd",
    "ftp://127.0.0.1:PORT/",
    "gopher://127.0.0.1:PORT/_GET",
    "unix:///run/x",
    "http://0x7f.0.0.1:PORT/",
    "http://127.0.0.1:PORT/?x=http://example.org",
]
LOCAL = [
    "127.0.0.1",
    "0.0.0.0",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "100.100.100.200",
    "192.0.0.192",
    "192.88.99.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "192.0.2.1",
    "::",
    "::1",
    "fe80::1",
    "fc00::1",
    "fd00:ec2::254",
    "fec0::1",
    "ff02::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "64:ff9b::7f00:1",
    "64:ff9b:1::1",
    "2001::1",
    "::7f00:1",
    "::ffff:127.0.0.1",
    "::ffff:0:7f00:1",
    "3fff::1",
    "5f00::1",
    "fe80::1%eth0",
    "nonsense",
    "127.1",
]
PUBLIC = [
    "1.1.1.1",
    "8.8.8.8",
    "93.184.215.14",
    "151.101.1.81",
    "104.16.0.1",
    "203.119.0.1",
    "2606:4700::1111",
    "2a00:1450:4001::1",
    "2001:4860::8888",
    "::ffff:8.8.8.8",
    "172.15.0.1",
    "172.32.0.1",
    "100.128.0.1",
    "192.1.0.1",
    "223.255.255.1",
]


class Canary:
    def __init__(self):
        self.visited = []
        self.port = 0
        self.redirect = None

    @property
    def hits(self):
        return len(self.visited)

    async def answer(self, request):
        if request.path == "/redirect":
            return web.Response(status=302, headers={"Location": self.redirect})
        self.visited.append(request.transport.get_extra_info("sockname")[0].removeprefix("::ffff:"))
        return web.Response(text="sang")


@pytest.fixture
async def canary():
    bird = Canary()
    app = web.Application()
    app.router.add_get("/{path:.*}", bird.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    listening = socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True)
    await web.SockSite(runner, listening).start()
    bird.port = listening.getsockname()[1]
    yield bird
    await runner.cleanup()


class Names(AbstractResolver):
    """Answers every name with the addresses it was given, one list per question: a name that changes its mind."""

    def __init__(self, *answers):
        self.answers = list(answers)

    async def resolve(self, host, port=0, family=socket.AF_INET):
        addresses = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return [
            {"hostname": host, "host": address, "port": port, "family": family, "proto": 0, "flags": 0}
            for address in addresses
        ]

    async def close(self):
        pass


class NoGuard(Guard):
    """What the world would be without it."""

    def socket(self, info):
        return socket.socket(info[0], info[1], info[2])


def fetcher(guard=None, resolver=None, seconds=5):
    options = FetchOptions("khabardar/test", timeout=timedelta(seconds=seconds))
    return Fetcher(guard or Guard(), options, lambda: NOW, resolver=resolver)


async def reached(client, url):
    try:
        await client.get(url, kind=Kind.FEED)
    except SourceError:
        return False
    return True


@pytest.mark.parametrize("address", LOCAL)
def test_local_addresses_are_forbidden(address):
    assert is_forbidden(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_not_blocked(address):
    assert not is_forbidden(address)


async def test_no_spelling_of_a_local_address_reaches_the_canary(canary):
    assert len(SPELLINGS) >= 50
    async with fetcher() as client:
        for spelling in SPELLINGS:
            assert not await reached(client, spelling.replace("PORT", str(canary.port))), spelling
    assert canary.hits == 0


async def test_without_the_guard_the_canary_is_hit(canary):
    async with fetcher(NoGuard(), seconds=0.5) as client:
        hit = [spelling for spelling in SPELLINGS if await reached(client, spelling.replace("PORT", str(canary.port)))]
    assert canary.hits == len(hit) >= 15


async def test_no_redirect_reaches_the_canary(canary):
    """The first hop is allowed, as if it were a public server; where it points to is not."""
    allowed = Guard([read_network(f"127.0.0.9/32:{canary.port}")])
    targets = [spelling for spelling in SPELLINGS if "127.0.0.9" not in spelling]
    async with fetcher(allowed) as client:
        for target in targets:
            canary.redirect = target.replace("PORT", str(canary.port)).replace("\n", "")
            await reached(client, f"http://127.0.0.9:{canary.port}/redirect")
            # Some are paths of the first server in the end: that is where it may go.
            assert set(canary.visited) <= {"127.0.0.9"}, target


async def test_a_redirect_reaches_the_canary_when_it_is_allowed(canary):
    canary.redirect = f"http://127.0.0.1:{canary.port}/"
    async with fetcher(Guard([read_network("127.0.0.0/8")])) as client:
        assert await reached(client, f"http://127.0.0.9:{canary.port}/redirect")
    assert canary.hits == 1


async def test_a_name_that_changes_its_address_does_not_reach_the_canary(canary):
    """DNS rebinding: the first answer is allowed and its connection kept alive, the next ones are local."""
    allowed = Guard([read_network(f"127.0.0.9/32:{canary.port}")])
    async with fetcher(allowed, Names(["127.0.0.9"], ["127.0.0.1"])) as client:
        client._session.connector._force_close = True
        client._session.connector._use_dns_cache = False
        assert await reached(client, f"http://rebound.example.org:{canary.port}/")
        assert canary.hits == 1
        assert not await reached(client, f"http://rebound.example.org:{canary.port}/")
    assert canary.hits == 1


async def test_a_name_with_a_public_and_a_local_address_does_not_reach_the_canary(canary):
    async with fetcher(resolver=Names(["192.0.2.1", "127.0.0.1", "169.254.169.254"])) as client:
        assert not await reached(client, f"http://both.example.org:{canary.port}/")
    assert canary.hits == 0


async def test_the_operator_can_allow_a_network_and_one_port(canary):
    async with fetcher(Guard([read_network(f"127.0.0.1/32:{canary.port}")])) as client:
        assert await reached(client, f"http://127.0.0.1:{canary.port}/")
        assert await reached(client, f"http://[::ffff:127.0.0.1]:{canary.port}/")
    async with fetcher(Guard([read_network("127.0.0.1/32:1")])) as client:
        assert not await reached(client, f"http://127.0.0.1:{canary.port}/")


async def test_a_refusal_says_what_the_operator_can_do(canary):
    async with fetcher() as client:
        with pytest.raises(UnreadableSource, match="fetch_allow"):
            await client.get(f"http://127.0.0.1:{canary.port}/", kind=Kind.FEED)


async def test_a_proxy_of_the_environment_is_no_way_around(canary, monkeypatch):
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{canary.port}")
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{canary.port}")
    async with fetcher(resolver=Names(["192.0.2.1"])) as client:
        assert client._session.trust_env is False
        assert not await reached(client, "http://127.0.0.2:9/")
    assert canary.hits == 0


@pytest.mark.parametrize(
    "text",
    [
        "",
        "http://",
        "http:///x",
        "http://exa mple.org",
        "http://example.org:0x50/",
        "x" * 3000,
        "http://[",
        "http://x@[v1.y]@",
        "\x00",
        "http://example.org:99999/",
    ],
)
def test_what_is_no_address_is_refused(text):
    with pytest.raises(UnreadableSource):
        checked_url(text)


def test_an_address_loses_its_fragment_and_keeps_the_rest():
    assert checked_url("https://example.org/a?b=c#d") == URL("https://example.org/a?b=c")


def test_aiohttp_still_makes_its_sockets_through_the_guard():
    """The guard hangs on this parameter of a library."""
    import inspect

    assert "socket_factory" in inspect.signature(aiohttp.TCPConnector).parameters
