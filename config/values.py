"""The kinds of value that a setting can have, each read from what TOML, the environment or a flag can hold."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING, Annotated
from zoneinfo import available_timezones

from pydantic import BeforeValidator, SecretStr
from yarl import URL

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "Access",
    "Addresses",
    "AllowedNetwork",
    "BaseUrl",
    "LogFormat",
    "LogLevel",
    "PushKey",
    "PushKeys",
    "Resend",
    "Seconds",
    "UserIds",
    "WebhookSecret",
    "Zone",
]


class Access(StrEnum):
    """Who may use the bot."""

    OPEN = "open"
    REQUEST = "request"
    CLOSED = "closed"


class Resend(StrEnum):
    """What happens to a message of which nobody can know whether Telegram accepted it."""

    RESEND = "resend"
    HOLD = "hold"


class LogLevel(StrEnum):
    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class LogFormat(StrEnum):
    TEXT = "text"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class AllowedNetwork:
    """Addresses that may be fetched from although the address guard would refuse them; `port` None means any port."""

    network: IPv4Network | IPv6Network
    port: int | None = None

    def covers(self, address: str, port: int) -> bool:
        """Whether this address and port are allowed. `address` is an IP address as text, never a host name."""
        if self.port not in (None, port):
            return False
        try:
            return ip_address(address.split("%", 1)[0]) in self.network
        except ValueError:
            return False

    def __str__(self) -> str:
        text = f"[{self.network}]" if self.port is not None and self.network.version == 6 else str(self.network)
        return text if self.port is None else f"{text}:{self.port}"


@dataclass(frozen=True, slots=True)
class PushKey:
    """A named sender that signs what it pushes with HMAC-SHA256. Its articles get `source` as their source."""

    name: str
    secret: SecretStr
    source: str = ""
    per_minute: int = 600


# --- Readers: one spelling in, one value out, ValueError with a sentence that says what to write instead --------------


def split_list(value: object) -> list[object]:
    """The parts of a comma-separated text, or of a list as TOML has it."""
    if value is None:
        return []
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    return list(value) if isinstance(value, list | tuple) else [value]


def each(read: Callable[[object], object]) -> Callable[[object], object]:
    """A reader of a list, out of a reader of one of its parts."""
    return lambda value: tuple(read(part) for part in split_list(value))


def read_seconds(value: object) -> timedelta:
    """A number of seconds, or a number with a unit: 90, "90", "15m", "6h", "30d"."""
    if isinstance(value, timedelta):
        return value
    found = re.fullmatch(r"(\d{1,9}(?:\.\d{1,6})?)\s*(s|m|h|d|w)?", str(value).strip())
    if found is None or isinstance(value, bool):
        raise ValueError('must be seconds or a number with s, m, h, d or w, like 300 or "5m"')
    unit = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}[found[2] or "s"]
    return timedelta(seconds=min(float(found[1]) * unit, 3_153_600_000.0))  # a century is as good as never


def read_user_id(value: object) -> int:
    """Telegram's number of a person."""
    text = str(value).strip()
    if isinstance(value, bool) or not re.fullmatch(r"[1-9]\d{0,15}", text):
        raise ValueError(
            f"{text!r} is no user id: write the numbers that Telegram gives to people, separated by commas"
        )
    return int(text)


def read_network(value: object) -> AllowedNetwork:
    """`CIDR` or `CIDR:port`; an IPv6 network with a port stands in brackets."""
    if isinstance(value, AllowedNetwork):
        return value
    text = str(value).strip()
    found = re.fullmatch(r"\[(?P<six>[^\]]+)\](?::(?P<port6>\d{1,5}))?|(?P<any>[^:]+?)(?::(?P<port>\d{1,5}))?", text)
    network, port = (text, None)
    if found is not None:
        network, port = found["six"] or found["any"], found["port6"] or found["port"]
    if port is not None and not 0 < int(port) < 65536:
        raise ValueError(f"{text!r}: {port} is no port")
    try:
        return AllowedNetwork(ip_network(network, strict=False), int(port) if port else None)
    except ValueError as error:
        raise ValueError(
            f"{text!r} is no network: write CIDR or CIDR:port, like 10.0.0.0/8 or 127.0.0.1/32:8080"
        ) from error


def read_push_key(value: object) -> PushKey:
    """A table `name`, `secret`, `source`, `per_minute` of TOML, or `name:secret` of the environment."""
    if isinstance(value, PushKey):
        return value
    if isinstance(value, str):
        name, _, secret = value.partition(":")
        value = {"name": name.strip(), "secret": secret.strip()}
    if not isinstance(value, dict) or (unknown := set(value) - {"name", "secret", "source", "per_minute"}):
        raise ValueError(
            f"must have name, secret and perhaps source and per_minute{f', not {sorted(unknown)}' if isinstance(value, dict) else ''}"
        )
    name, secret, per_minute = str(value.get("name", "")), str(value.get("secret", "")), value.get("per_minute", 600)
    if not re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,63}", name):
        raise ValueError("each key needs a name of small letters, digits, dots and dashes")
    if len(secret) < 16:
        raise ValueError(f"the secret of {name!r} needs at least 16 characters")
    if not isinstance(per_minute, int) or isinstance(per_minute, bool) or per_minute < 1:
        raise ValueError(f"per_minute of {name!r} must be a number from 1")
    return PushKey(name, SecretStr(secret), str(value.get("source", "")) or name, per_minute)


def read_base_url(value: object) -> str:
    """An http or https address without query, without a slash at its end."""
    text = str(value).strip().rstrip("/")
    try:
        url = URL(text)
        good = url.scheme in {"http", "https"} and bool(url.host) and not url.query_string and not url.fragment
    except (ValueError, IndexError):
        good = False
    if not good or "\\" in text or any(character.isspace() for character in text):
        raise ValueError("must be an address like https://api.telegram.org or http://127.0.0.1:8081")
    return text


def read_zone(value: object) -> str:
    """The IANA name of a time zone."""
    text = str(value).strip()
    if text not in available_timezones():
        raise ValueError(f"{text!r} is no time zone: write a name like Asia/Karachi")
    return text


def read_webhook_secret(value: object) -> object:
    """What Telegram accepts as the secret of a webhook."""
    text = value.get_secret_value() if isinstance(value, SecretStr) else value
    if isinstance(text, str) and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", text):
        raise ValueError("must be 1 to 256 characters out of A-Z, a-z, 0-9, _ and -")
    return value


Seconds = Annotated[timedelta, BeforeValidator(read_seconds)]
UserIds = Annotated[tuple[int, ...], BeforeValidator(each(read_user_id))]
Addresses = Annotated[tuple[AllowedNetwork, ...], BeforeValidator(each(read_network))]
PushKeys = Annotated[tuple[PushKey, ...], BeforeValidator(each(read_push_key))]
BaseUrl = Annotated[str, BeforeValidator(read_base_url)]
Zone = Annotated[str, BeforeValidator(read_zone)]
WebhookSecret = Annotated[SecretStr, BeforeValidator(read_webhook_secret)]
