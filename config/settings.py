"""The settings: packaged defaults < operator's folder < environment < flags, checked together, masked when shown."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError

from config.files import Findings, read_toml, shipped, suggest
from config.values import (
    Access,
    Addresses,
    BaseUrl,
    LogFormat,
    LogLevel,
    PushKey,
    PushKeys,
    Resend,
    Seconds,
    UserIds,
    WebhookSecret,
    Zone,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["PREFIX", "SECRETS", "Effective", "Settings", "Shown", "load", "load_effective", "shown"]

PREFIX = "KHABARDAR_"
SECRETS = frozenset({"telegram_token", "webhook_secret", "push_token", "push_keys"})
"""Settings that may also come from a file named by KHABARDAR_<KEY>_FILE, and are never shown."""

OFFICIAL_API = "https://api.telegram.org"
MAX_SECRET_FILE = 65_536

Token = Annotated[SecretStr, Field(min_length=3, max_length=256)]
ChatNumber = Annotated[int, Field(ge=-(2**53), le=2**53)]


def absent_when_empty(value: object) -> object:
    """An empty text says "not set": TOML has no word for it."""
    return None if isinstance(value, str) and not value.strip() else value


Empty = BeforeValidator(absent_when_empty)


class Settings(BaseModel):
    """Every setting, with its default in the packaged settings.toml and its story in docs/settings.md."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    config: Annotated[Path | None, Empty] = Field(
        None, description="The operator's folder with settings.toml, sources.toml and lexicon.toml."
    )
    db: Path = Field(description="The database file. Its folder must exist; one bot per file.")

    telegram_token: Annotated[Token | None, Empty] = Field(None, description="The bot's token, from @BotFather.")
    telegram_api: BaseUrl = Field(description="Base address of the Bot API server.")
    webhook_url: Annotated[BaseUrl | None, Empty] = Field(
        None, description="Public address where Telegram shall deliver updates; without it the bot polls."
    )
    webhook_secret: Annotated[WebhookSecret | None, Empty] = Field(
        None, description="What Telegram must send along with each update; needed with webhook_url."
    )
    admins: UserIds = Field(description="Telegram user ids of the admins, separated by commas.")
    admin_chat: Annotated[ChatNumber | None, Empty] = Field(
        None, description="The chat where the bot reports troubles and asks for approvals."
    )
    access: Access = Field(description="Who may use the bot: open, request (an admin approves) or closed.")
    resend: Resend = Field(
        description="A message that may or may not have arrived: resend it once, marked, or hold it."
    )
    in_flight: Annotated[int, Field(ge=1, le=32)] = Field(description="How many messages may be under way at once.")
    send_rate: Annotated[float, Field(gt=0, le=1000)] = Field(description="Messages per second, over all chats.")
    default_zone: Zone = Field(description="Time zone of a chat that has not chosen one.")

    fetch_allow: Addresses = Field(
        description="Networks that may be fetched from although they are private: CIDR or CIDR:port, comma-separated."
    )
    fetch_timeout: Annotated[Seconds, Field(ge=timedelta(seconds=1), le=timedelta(minutes=5))] = Field(
        description="Longest time for one request, in seconds."
    )
    max_body: Annotated[int, Field(ge=10_000, le=200_000_000)] = Field(
        description="Largest answer that is read, in bytes after decompression."
    )
    per_host: Annotated[int, Field(ge=1, le=16)] = Field(description="Requests to one host at the same time.")
    poll_floor: Annotated[Seconds, Field(ge=timedelta(0), le=timedelta(days=1))] = Field(
        description="Least time between two checks of a feed, in seconds."
    )
    contact: Annotated[str, Field(max_length=200, pattern=r"^[^\r\n]*$")] = Field(
        description="Address or page in the user agent, where a publisher can reach you."
    )
    drop_folder: Annotated[Path | None, Empty] = Field(
        None, description="A folder that is watched: files put there are read as articles."
    )

    web_host: Annotated[str, Field(min_length=1, max_length=255, pattern=r"^[A-Za-z0-9.:_-]+$")] = Field(
        description="Address that the web server listens on."
    )
    web_port: Annotated[int, Field(ge=0, le=65535)] = Field(description="Port of the web server; 0 takes a free one.")
    push_token: Annotated[SecretStr | None, Field(min_length=1, max_length=512), Empty] = Field(
        None, description="Bearer token for POST /articles; without it and without push_keys nothing can be pushed."
    )
    push_keys: PushKeys = Field(description="Named keys of senders that sign what they push (HMAC-SHA256).")

    retention_days: Annotated[int, Field(ge=1, le=36_500)] = Field(description="Days that articles are kept.")
    backup_dir: Annotated[Path | None, Empty] = Field(None, description="Where the daily backup goes; none without it.")
    backup_keep: Annotated[int, Field(ge=1, le=1000)] = Field(description="How many daily backups are kept.")
    min_free: Annotated[int, Field(ge=0)] = Field(description="Free bytes on the disk below which nothing new is read.")
    log_level: LogLevel = Field(description="Least severity that is logged: debug, info, warning or error.")
    log_format: LogFormat = Field(description="text for people, json for machines.")


@dataclass(frozen=True, slots=True)
class Effective:
    """The settings, and for each key where its value comes from."""

    settings: Settings
    origins: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Shown:
    """One setting as it may be shown to anybody: secrets are masked."""

    key: str
    value: str
    origin: str


@dataclass(frozen=True, slots=True)
class Given:
    """One value of one layer and its place, before it is checked."""

    value: object
    place: str


def load(env: Mapping[str, str], flags: Mapping[str, object] | None = None) -> Settings:
    """The settings from an environment and from flags (None: not given); ConfigError tells all problems at once."""
    return load_effective(env, flags).settings


def load_effective(env: Mapping[str, str], flags: Mapping[str, object] | None = None) -> Effective:
    """As `load`, and where each value comes from."""
    findings = Findings()
    given = from_file(Path(str(shipped("settings.toml"))), findings, label="default")
    said = {
        key: Given(value, f"--{key.replace('_', '-')}") for key, value in (flags or {}).items() if value is not None
    }
    outer = from_environment(env, findings) | known_flags(said, findings)
    if "config" in outer:
        given |= from_folder(outer["config"], findings)
    given |= outer
    settings = checked(given, findings)
    findings.raise_any()
    if settings is None:  # only with problems, which were raised
        raise AssertionError
    return Effective(settings, {key: given[key].place if key in given else "default" for key in Settings.model_fields})


def shown(effective: Effective) -> list[Shown]:
    """Every setting with its origin, in the order of docs/settings.md; secrets as stars."""
    return [
        Shown(key, as_text(key, getattr(effective.settings, key)), effective.origins[key])
        for key in Settings.model_fields
    ]


def as_text(key: str, value: object) -> str:
    """A setting's value as an operator would write it, secrets masked."""
    if value is None or value == ():
        return "(not set)"
    if isinstance(value, tuple):
        return ", ".join(f"{part.name}:**********" if isinstance(part, PushKey) else str(part) for part in value)
    if key in SECRETS:
        return "**********"
    if isinstance(value, timedelta):
        return f"{value.total_seconds():g}"
    return str(value)


# --- Layers ----------------------------------------------------------------------------------------------------------


def from_folder(folder: Given, findings: Findings) -> dict[str, Given]:
    """The operator's settings.toml, if the folder has one."""
    path = Path(str(folder.value))
    if not path.is_dir():
        findings.add(folder.place, f"{str(path)[:200]!r} is no folder; create it or name another")
        return {}
    file = path / "settings.toml"
    return from_file(file, findings) if file.exists() else {}


def from_file(file: Path, findings: Findings, *, label: str = "") -> dict[str, Given]:
    """The known keys of a TOML file; the others are told as problems. `label` replaces the place of a value."""
    table, text = read_toml(file, findings)
    given = {}
    for key, value in table.items():
        found = re.search(rf"^\s*(?:\[\[?\s*)?{re.escape(key)}\b", text, re.MULTILINE)
        place = f"{file}:{text.count(chr(10), 0, found.end()) + 1}" if found else str(file)
        if key not in Settings.model_fields or key == "config":
            findings.add(f"{place} {key[:80]}", f"is no setting{suggest(key, Settings.model_fields)}")
        else:
            given[key] = Given(value, label or f"{place} {key}")
    return given


def from_environment(env: Mapping[str, str], findings: Findings) -> dict[str, Given]:
    """Values of KHABARDAR_… variables; empty ones count as not set, unknown ones as mistakes."""
    given: dict[str, Given] = {}
    names = {f"{PREFIX}{key.upper()}": key for key in Settings.model_fields}
    file_names = {f"{PREFIX}{key.upper()}_FILE": key for key in sorted(SECRETS)}
    for name, value in sorted(env.items()):
        if not name.startswith(PREFIX) or not value.strip():
            continue
        if name in names:
            given[names[name]] = Given(value, name)
        elif name in file_names:
            key = file_names[name]
            if env.get(name.removesuffix("_FILE"), "").strip():
                findings.add(name, f"is set beside {name.removesuffix('_FILE')}; keep one of them")
            elif (secret := read_secret(name, value, findings)) is not None:
                given[key] = Given(secret, name)
        else:
            findings.add(name[:120], f"is no setting{suggest_name(name, names)}")
    return given


def suggest_name(name: str, names: Mapping[str, str]) -> str:
    """As `suggest`, for names of the environment."""
    key = name.removeprefix(PREFIX).casefold()
    near = suggest(key, names.values())
    return re.sub(r"'(\w+)'", lambda found: f"'{PREFIX}{found[1].upper()}'", near)


def read_secret(name: str, path: str, findings: Findings) -> str | None:
    """The text of a secret's file, without the line break at its end."""
    try:
        with Path(path).open("rb") as file:
            raw = file.read(MAX_SECRET_FILE + 1)
        text = raw.decode("utf-8").strip()
    except OSError as error:
        findings.add(name, f"cannot read {path[:200]!r} ({error.strerror}); check the path and its rights")
        return None
    except ValueError:
        findings.add(name, f"{path[:200]!r} holds no text; it should hold the secret alone")
        return None
    if not text or len(raw) > MAX_SECRET_FILE:
        findings.add(name, f"{path[:200]!r} is {'empty' if not text else 'too large'}; it should hold the secret alone")
        return None
    return text


def known_flags(said: Mapping[str, Given], findings: Findings) -> dict[str, Given]:
    """The flags that are settings; others are told as problems."""
    for key in sorted(set(said) - set(Settings.model_fields)):
        findings.add(said[key].place, f"is no setting{suggest(key, Settings.model_fields)}")
    return {key: value for key, value in said.items() if key in Settings.model_fields}


# --- Checks ----------------------------------------------------------------------------------------------------------


def checked(given: Mapping[str, Given], findings: Findings) -> Settings | None:
    """The typed settings, or None with every problem told."""
    for key, other, message in conflicts(given):
        findings.add(given[key].place, message if other is None else f"{message} {PREFIX}{other.upper()}")
    try:
        return Settings.model_validate({key: one.value for key, one in given.items()})
    except ValidationError as error:
        for problem in error.errors(include_url=False, include_input=False, include_context=False):
            key = str(problem["loc"][0])
            place = given[key].place if key in given else key
            findings.add(place, plain(problem["msg"]))
    return None


def conflicts(given: Mapping[str, Given]) -> list[tuple[str, str | None, str]]:
    """Settings that are wrong together: the key to blame, the one that is missing, and what to do."""

    def value(key: str) -> str:
        return str(given[key].value).strip() if key in given else ""

    found: list[tuple[str, str | None, str]] = []
    if value("webhook_url") and not value("webhook_secret"):
        found.append(("webhook_url", "webhook_secret", "without a secret anybody could forge updates; also set"))
    if value("webhook_url").startswith("http:") and value("telegram_api").rstrip("/") == OFFICIAL_API:
        found.append(("webhook_url", None, "Telegram delivers to https addresses only"))
    if value("access") == "request" and not value("admin_chat") and not value("admins").strip("[]"):
        found.append(("access", "admins", "nobody could approve a request; also set"))
    return found


def plain(message: str) -> str:
    """A sentence of the checker without its technical head."""
    message = re.sub(r"^Value error, ", "", message).replace("Input should be", "must be")
    return re.sub(
        r"Value should have at (\w+) (\d+) items? after validation, not \d+", r"must have at \1 \2 characters", message
    )
