"""The machine: interpreter, zones, SQLite, disk, folders, and whether pages can be read in processes of their own."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import available_timezones

from bot.doctor.findings import fine, trouble, warning
from bot.sources.workers import Workers
from digests.errors import UnreadableSource
from digests.publishers import registrable_domain
from digests.store.upkeep import wal_reset_bug

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.doctor.findings import Finding
    from config.settings import Settings

__all__ = ["file_system", "look_at_machine"]

ENOUGH_FREE = 1_000_000_000
MOUNTS = Path("/proc/self/mounts")
# SQLite's locks and its shared memory do not hold between hosts.
SHARED_FILE_SYSTEMS = ("nfs", "cifs", "smb", "fuse.sshfs", "fuse.rclone", "fuse.s3fs", "fuse.gluster", "ceph", "9p")


def look_at_machine(settings: Settings) -> Iterator[Finding]:
    yield fine("python", sys.version.split()[0])
    yield _zones()
    yield _sqlite()
    yield _folder(settings)
    yield from _file_system(settings)
    yield from _disk(settings)
    yield asyncio.run(_workers())


def _zones() -> Finding:
    known = len(available_timezones())
    if known > 400:
        return fine("time zones", f"{known} zones")
    return trouble("time zones", "no time zone data", "install the package tzdata")


def _sqlite() -> Finding:
    old = wal_reset_bug()
    if not old:
        return fine("sqlite", sqlite3.sqlite_version)
    remedy = "one khabardar per file is safe; never open the file for writing with another program while it runs"
    return warning("sqlite", f"{old} has the WAL-reset bug (fixed in 3.51.3)", remedy)


def _folder(settings: Settings) -> Finding:
    folder = settings.db.absolute().parent
    if not folder.is_dir():
        return trouble("database folder", f"{folder} does not exist", f"mkdir -p {folder}, or set KHABARDAR_DB")
    try:
        with tempfile.TemporaryFile(dir=folder) as probe:  # what is allowed to root by name may still be read-only
            probe.write(b"khabardar")
            probe.flush()
    except OSError as error:
        reason = error.strerror or str(error)
        return trouble("database folder", f"{folder} cannot be written ({reason})", f"let this user write in {folder}")
    return fine("database folder", str(folder))


def _file_system(settings: Settings) -> Iterator[Finding]:
    if not MOUNTS.exists():
        return
    kind = file_system(settings.db.absolute(), MOUNTS.read_text("utf-8", "replace"))
    if kind.startswith(SHARED_FILE_SYSTEMS):
        remedy = "put it on a disk of this machine (KHABARDAR_DB); a network disk may damage it"
        yield trouble("file system", f"the database lies on {kind}", remedy)


def file_system(path: Path, mounts: str) -> str:
    """The kind of file system that holds a path, out of /proc/self/mounts; '' when it cannot be told."""
    best, kind = -1, ""
    for line in mounts.splitlines():
        parts = line.split()
        if len(parts) < 3:
            continue
        point = Path(parts[1].replace("\\040", " "))
        if path.is_relative_to(point) and len(point.parts) >= best:
            best, kind = len(point.parts), parts[2]
    return kind


def _disk(settings: Settings) -> Iterator[Finding]:
    folder = next((parent for parent in settings.db.absolute().parents if parent.is_dir()), None)
    if folder is None:
        return
    free = shutil.disk_usage(folder).free
    shown = f"{free / 1e9:.1f} GB free"
    if free < settings.min_free:
        yield trouble("disk", shown, "free some space: below min_free nothing new is read")
    elif free < ENOUGH_FREE:
        yield warning("disk", shown, "free some space, or lower retention_days")
    else:
        yield fine("disk", shown)


async def _workers() -> Finding:
    """Pages are read in processes with limits: a tight service unit or container may forbid them."""
    try:
        async with Workers() as workers:
            await workers.run(registrable_domain, "https://news.example.org/")
    except (OSError, UnreadableSource) as error:
        remedy = "allow this user to start processes and to set their limits (RLIMIT_AS, RLIMIT_CPU)"
        return trouble("workers", f"no page can be read ({error})", remedy)
    return fine("workers", "pages are read in processes of their own")
