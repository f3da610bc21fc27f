"""Who may push articles, and how often: bearer tokens and signed requests."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

__all__ = ["WINDOW_SECONDS", "Limiter", "Refused", "Sender", "Signature", "identify", "sign"]

WINDOW_SECONDS = 300
NONCE_LENGTHS = range(8, 129)
KEY, TIMESTAMP, NONCE, SIGNATURE = (
    "X-Khabardar-Key",
    "X-Khabardar-Timestamp",
    "X-Khabardar-Nonce",
    "X-Khabardar-Signature",
)


@dataclass(frozen=True, slots=True)
class Sender:
    """Somebody who may push. `source` overrules what its articles say; `signs` tells a named key from a bearer token."""

    name: str
    secret: str = field(repr=False)
    source: str | None = None
    per_minute: int = 600
    signs: bool = False


@dataclass(frozen=True, slots=True)
class Signature:
    """A signed request whose nonce has to be new."""

    sender: Sender
    nonce: str


class Refused(Exception):
    """The request comes from nobody we know. The message says what to do and not which part was wrong."""


def sign(secret: str, timestamp: str, nonce: str, body: bytes) -> str:
    """The signature of a request: HMAC-SHA256 of `timestamp.nonce.body` in small hexadecimal digits."""
    return hmac.new(secret.encode(), f"{timestamp}.{nonce}.".encode() + body, "sha256").hexdigest()


def identify(
    headers: Mapping[str, str], body: bytes, senders: Sequence[Sender], now: datetime
) -> tuple[Sender, Signature | None]:
    """Who sent the request. Raises Refused. A signature's nonce is still to be taken."""
    if headers.get(SIGNATURE) is not None:
        signature = _signed(headers, body, senders, now)
        return signature.sender, signature
    scheme, _, token = headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        # Every one is compared, so that the time taken says nothing about which came near.
        fits = [sender for sender in senders if not sender.signs and _equal(sender.secret, token.strip())]
        if fits:
            return fits[0], None
    raise Refused("send 'Authorization: Bearer TOKEN', or sign the request as docs/push.md says")


def _signed(headers: Mapping[str, str], body: bytes, senders: Sequence[Sender], now: datetime) -> Signature:
    timestamp, nonce = headers.get(TIMESTAMP, ""), headers.get(NONCE, "")
    given = headers.get(SIGNATURE, "").strip().lower()
    sender = next((one for one in senders if one.signs and _equal(one.name, headers.get(KEY, ""))), None)
    expected = sign(sender.secret if sender else "nobody", timestamp, nonce, body)
    if not _equal(expected, given) or sender is None:
        raise Refused("the signature does not fit; docs/push.md says how to sign")
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        raise Refused(f"{TIMESTAMP} must be seconds since 1970")
    if abs(now.timestamp() - int(timestamp)) > WINDOW_SECONDS:
        raise Refused(f"{TIMESTAMP} is more than {WINDOW_SECONDS} s off; check the clock")
    if len(nonce) not in NONCE_LENGTHS or not nonce.isascii() or not nonce.isprintable():
        raise Refused(f"{NONCE} must be {NONCE_LENGTHS[0]} to {NONCE_LENGTHS[-1]} printable characters")
    return Signature(sender, nonce)


def _equal(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode("utf-8", "surrogatepass"), other.encode("utf-8", "surrogatepass"))


@dataclass(slots=True)
class Limiter:
    """So many articles a minute for each sender, with a minute's worth at once. `clock` is monotonic seconds."""

    clock: Callable[[], float]
    left: dict[str, tuple[float, float]] = field(default_factory=dict)

    def wait(self, sender: Sender, articles: int) -> float:
        """0 when the articles are within the sender's limit (they are counted then), else the seconds to wait."""
        now, rate = self.clock(), sender.per_minute / 60
        tokens, at = self.left.get(sender.name, (float(sender.per_minute), now))
        tokens = min(float(sender.per_minute), tokens + (now - at) * rate)
        wanted = min(float(articles), float(sender.per_minute))
        if tokens < wanted:
            return (wanted - tokens) / rate
        self.left[sender.name] = (tokens - articles, now)
        return 0.0
