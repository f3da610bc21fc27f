"""What the operator set: files, admins, secrets, doors, backups."""

from __future__ import annotations

import os
import socket
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.doctor.findings import fine, trouble, warning
from config.check import check as check_files
from digests.store.upkeep import backups

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from bot.doctor.findings import Finding
    from config.settings import Settings

__all__ = ["look_at_setup"]

MOST_PROBLEMS = 20
LONGEST_RHYTHM = timedelta(days=7)
STALE = timedelta(days=2)
SHORTEST_TOKEN = 16
LOOPBACK = ("127.", "localhost", "::1")


def look_at_setup(settings: Settings, now: datetime) -> Iterator[Finding]:
    yield from _files(settings)
    yield from _admins(settings)
    yield from _secrets(settings)
    yield from _guard(settings)
    yield from _web(settings)
    yield from _webhook(settings)
    yield from _drop_folder(settings)
    yield from _retention(settings)
    yield _backups(settings, now)


def _files(settings: Settings) -> Iterator[Finding]:
    problems = check_files(settings.config)
    if not problems:
        yield fine("sources and lexicon", "no problem found")
    for problem in problems[:MOST_PROBLEMS]:
        remedy = "correct the file; khabardar check lists everything"
        yield trouble("sources and lexicon", str(problem), remedy)


def _admins(settings: Settings) -> Iterator[Finding]:
    if settings.admins:
        yield fine("admins", f"{len(settings.admins)} set")
    else:
        yield warning("admins", "none set: nobody can use admin commands", "set KHABARDAR_ADMINS to your user id")
    if settings.admin_chat is None:
        yield warning("admin chat", "none set: troubles are only logged", "set KHABARDAR_ADMIN_CHAT")
    if not settings.contact:
        yield warning("contact", "publishers cannot reach you", "set KHABARDAR_CONTACT to an address or a page")


def _secrets(settings: Settings) -> Iterator[Finding]:
    file = settings.config / "settings.toml" if settings.config else None
    if file and file.exists() and file.stat().st_mode & 0o044 and _holds_secret(file):
        yield warning("secrets", f"{file} holds a secret and others may read it", f"chmod 600 {file}")
    if settings.push_token and len(settings.push_token.get_secret_value()) < SHORTEST_TOKEN:
        yield warning(
            "push token", "it is short enough to be guessed", "set KHABARDAR_PUSH_TOKEN to 32 random characters"
        )


def _holds_secret(file: Path) -> bool:
    keys = ("telegram_token", "webhook_secret", "push_token", "push_keys")
    lines = file.read_text("utf-8", "replace").splitlines()
    return any(line.strip().strip("[ ").startswith(keys) and not line.rstrip().endswith('""') for line in lines)


def _guard(settings: Settings) -> Iterator[Finding]:
    wide = [str(allowed) for allowed in settings.fetch_allow if allowed.network.prefixlen < 8 and allowed.port is None]
    if wide:
        remedy = "name only the networks that hold your own feeds"
        yield warning("fetch_allow", f"{', '.join(wide)} lets strangers' links reach this network", remedy)


def _web(settings: Settings) -> Iterator[Finding]:
    where = f"{settings.web_host}:{settings.web_port}"
    if not settings.web_host.startswith(LOOPBACK):
        remedy = "put a proxy with a certificate before it; keep /metrics from strangers"
        yield warning("web server", f"{where} is open to other machines, without encryption", remedy)
    if settings.web_port == 0:
        return
    with socket.socket(socket.AF_INET6 if ":" in settings.web_host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.web_host, settings.web_port))
        except OSError as error:
            remedy = "fine if that is the bot itself; else set KHABARDAR_WEB_PORT or KHABARDAR_WEB_HOST"
            yield warning("web port", f"{where} cannot be taken ({error.strerror})", remedy)
        else:
            yield fine("web port", f"{where} is free")


def _webhook(settings: Settings) -> Iterator[Finding]:
    if settings.webhook_url is not None and str(settings.webhook_url).startswith("http://"):
        remedy = "put a proxy with a certificate before the bot and set KHABARDAR_WEBHOOK_URL to https://…"
        yield trouble("webhook", "Telegram delivers to https only", remedy)


def _drop_folder(settings: Settings) -> Iterator[Finding]:
    folder = settings.drop_folder
    if folder is None:
        return
    if not folder.is_dir():
        yield trouble("drop folder", f"{folder} does not exist", f"mkdir -p {folder}, or unset KHABARDAR_DROP_FOLDER")
    elif not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        remedy = f"let this user read and write in {folder}: what was read is moved away"
        yield trouble("drop folder", f"{folder} cannot be read and written", remedy)
    else:
        yield fine("drop folder", str(folder))


def _retention(settings: Settings) -> Iterator[Finding]:
    if timedelta(days=settings.retention_days) <= LONGEST_RHYTHM:
        remedy = "set KHABARDAR_RETENTION_DAYS to 14 or more"
        yield warning("retention", "articles are forgotten before a weekly digest tells them", remedy)


def _backups(settings: Settings, now: datetime) -> Finding:
    folder = settings.backup_dir
    if folder is None:
        return warning("backups", "no daily backup", "set KHABARDAR_BACKUP_DIR")
    if folder.exists() and not (folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)):
        return trouble("backups", f"{folder} is no folder that can be written", "name another in KHABARDAR_BACKUP_DIR")
    times = [file.stat().st_mtime for file in backups(folder)]
    if not times:
        remedy = "the running bot makes one a day; khabardar backup makes one now"
        return warning("backups", f"none in {folder} yet", remedy)
    if now.timestamp() - max(times) > STALE.total_seconds():
        return warning(
            "backups", "the newest is older than two days", "is the bot running? khabardar backup makes one now"
        )
    return fine("backups", str(folder))
