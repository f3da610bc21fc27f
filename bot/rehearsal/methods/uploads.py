"""Photos, documents, albums, and getting files back."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

from bot.rehearsal.methods.messages import caption, post
from bot.rehearsal.methods.table import plays
from bot.rehearsal.refusal import bad_request
from bot.rehearsal.schema import Upload

if TYPE_CHECKING:
    from bot.rehearsal.backend import Backend
    from bot.rehearsal.world import Json, StoredFile

Arguments = dict[str, Any]
MAX_PHOTO = 10 * 1024 * 1024
MAX_UPLOAD = 50 * 1024 * 1024
MAX_DOWNLOAD = 20 * 1024 * 1024
PHOTO_SIDES = 10_000
PHOTO_RATIO = 20
ALBUM = range(2, 11)


@plays("sendDocument")
def send_document(backend: Backend, arguments: Arguments) -> Json:
    content = caption(arguments)
    backend.writable(arguments["chat_id"])
    document = stored(backend, arguments["document"], arguments, photo=False)
    return post(backend, "sendDocument", arguments, content, document=document).as_json()


@plays("sendPhoto")
def send_photo(backend: Backend, arguments: Arguments) -> Json:
    content = caption(arguments)
    backend.writable(arguments["chat_id"])
    photo = stored(backend, arguments["photo"], arguments, photo=True)
    return post(backend, "sendPhoto", arguments, content, photo=photo).as_json()


@plays("sendMediaGroup")
def send_media_group(backend: Backend, arguments: Arguments) -> list[Json]:
    media = arguments["media"]
    if len(media) not in ALBUM:
        raise bad_request("album must contain from 2 to 10 elements")
    kinds = {item["type"] for item in media}
    if not kinds <= {"photo", "document"} or len(kinds) > 1:
        raise bad_request("documents and photos can't be mixed in an album, and the stand-in knows no other kinds")
    chat = backend.writable(arguments["chat_id"])
    items = [
        (caption(item), stored(backend, item["media"], arguments, photo=item["type"] == "photo")) for item in media
    ]
    backend.admit(chat, cost=len(items))
    album = str(backend.world.next_number())
    return [
        post(backend, "sendMediaGroup", arguments, content, album=album, **{media[0]["type"]: file}).as_json()
        for content, file in items
    ]


def stored(backend: Backend, given: Upload | str, arguments: Arguments, *, photo: bool) -> StoredFile:
    """The file behind an upload, attach://name or file_id. Raises Refusal for one that Telegram would not take."""
    if isinstance(given, str) and given.startswith("attach://"):
        given = (arguments.get("attached") or {}).get(given.removeprefix("attach://"), "")
    if isinstance(given, Upload):
        return keep(backend, given, photo=photo)
    known = backend.world.files.get(given)
    if known is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    if photo != known.path.startswith("photos/"):
        raise bad_request("can't use file of that type")
    return known


def keep(backend: Backend, upload: Upload, *, photo: bool) -> StoredFile:
    if not upload.content:
        raise bad_request("file must be non-empty")
    if len(upload.content) > (MAX_PHOTO if photo else MAX_UPLOAD):
        raise bad_request("file is too big")
    size = picture_size(upload.content) if photo else None
    if photo:
        check_picture(size)
    return backend.world.keep_file("photos" if photo else "documents", upload.name, upload.mime, upload.content, size)


def check_picture(size: tuple[int, int] | None) -> None:
    if size is None:
        raise bad_request("IMAGE_PROCESS_FAILED")
    if min(size) < 1 or sum(size) > PHOTO_SIDES or max(size) > PHOTO_RATIO * min(size):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")


def picture_size(content: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG or JPEG; None when it is neither."""
    if content.startswith(b"\x89PNG\r\n\x1a\n") and len(content) > 24:
        width, height = struct.unpack(">II", content[16:24])
        return int(width), int(height)
    if content.startswith(b"\xff\xd8"):
        return jpeg_size(content)
    return None


def jpeg_size(content: bytes) -> tuple[int, int] | None:
    """From the first start-of-frame segment (ITU T.81, annex B)."""
    place = 2
    while place + 9 < len(content) and content[place] == 0xFF:
        marker, length = content[place + 1], int.from_bytes(content[place + 2 : place + 4])
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            height, width = struct.unpack(">HH", content[place + 5 : place + 9])
            return int(width), int(height)
        place += 2 + length
    return None


@plays("getFile")
def get_file(backend: Backend, arguments: Arguments) -> Json:
    file = backend.world.files.get(arguments["file_id"])
    if file is None:
        raise bad_request("invalid file_id")
    if len(file.content) > MAX_DOWNLOAD:
        raise bad_request("file is too big")
    return {**file.as_json(), "file_path": file.path}
