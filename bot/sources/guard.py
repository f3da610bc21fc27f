"""The address guard: no outgoing request reaches the machine's own network, however its address is spelled.

It looks at the very address that a socket is about to connect to, after every redirect and every DNS answer, so that
there is no gap between check and use (the idea is Miniflux's, `net.Dialer.Control`). A resolver would be no guard:
aiohttp resolves IP literals around it.
"""

from __future__ import annotations

import errno
import ipaddress
import socket
from typing import TYPE_CHECKING

from yarl import URL

from digests.errors import UnreadableSource

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aiohappyeyeballs import AddrInfoType

    from config.values import AllowedNetwork

__all__ = ["Guard", "checked_url", "is_forbidden"]

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

BLOCKED = "blocked address"
MAX_URL = 2048
# Python calls some of these global (3.11.7: 192.0.0.192, 2002:7f00:1::, 64:ff9b::7f00:1, fec0::1 and others), because
# they are, as such; but they lead to metadata services, relays, and translated or mapped local addresses.
NEVER = tuple(
    ipaddress.ip_network(network)
    for network in (
        "100.64.0.0/10",
        "192.0.0.0/24",
        "192.88.99.0/24",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "2001::/32",
        "2002::/16",
        "::/96",
        "::ffff:0:0:0/96",
        "3fff::/20",
        "5f00::/16",
        "fec0::/10",
    )
)


def is_forbidden(text: str) -> bool:
    """Whether an address is not one of the public internet. What is no address is forbidden too."""
    try:
        address: Address = ipaddress.ip_address(_unmapped(text))
    except ValueError:
        return True
    return (
        not address.is_global
        or address.is_multicast
        or address.is_reserved
        or address.is_unspecified
        or any(address in network for network in NEVER if network.version == address.version)
    )


def _unmapped(text: str) -> str:
    """The address without its zone, and as IPv4 where IPv6 only wraps one (::ffff:127.0.0.1)."""
    text = text.partition("%")[0]
    try:
        mapped = ipaddress.IPv6Address(text).ipv4_mapped
    except ValueError:
        return text
    return str(mapped) if mapped else text


class Guard:
    """Makes the sockets of every client that talks to the internet: `TCPConnector(socket_factory=guard.socket)`."""

    def __init__(self, allowed: Iterable[AllowedNetwork] = ()) -> None:
        """`allowed`: the parts of the operator's own network that may be read (setting fetch_allow)."""
        self._allowed = tuple(allowed)

    def socket(self, info: AddrInfoType) -> socket.socket:
        """A socket for the address, or OSError (EACCES, "blocked address") when nothing of ours may go there."""
        family, kind, protocol, _, target = info
        host, port = _unmapped(str(target[0])), int(target[1])
        if is_forbidden(host) and not any(entry.covers(host, port) for entry in self._allowed):
            raise OSError(errno.EACCES, BLOCKED)
        return socket.socket(family, kind, protocol)


def checked_url(text: str) -> URL:
    """The address as an http or https URL. Raises UnreadableSource, saying what is wrong with it.

    It is parsed once, here: two parsers that disagree (about a backslash, say) are a way around any check.
    """
    shown = ascii(text[:100])[1:-1]
    if len(text) > MAX_URL:
        raise UnreadableSource(f"{shown}…: longer than {MAX_URL} characters; use the article's short address")
    if any(ord(character) <= 0x20 or ord(character) == 0x7F or character == "\\" for character in text):
        raise UnreadableSource(f"{shown}: no web address (blank, backslash or control character in it)")
    try:
        url = URL(text)
        host, port = url.host, url.port
    except (ValueError, TypeError, IndexError) as error:  # yarl raises the last for "//x@[y]@"
        raise UnreadableSource(f"{shown}: no web address ({error})") from error
    if url.scheme not in ("http", "https") or not host or port is None:
        raise UnreadableSource(f"{shown}: no web address; it must begin with http:// or https://")
    if url.user is not None or url.password is not None:
        raise UnreadableSource(f"{url.with_user(None)}: addresses with a user name or password are not read")
    return url.with_fragment(None)
