"""Which encoding the bytes of a feed are in, when labels lie."""

from __future__ import annotations

import codecs
import re

__all__ = ["as_utf8", "is_single_byte"]

DECLARATION = re.compile(rb"^(\s*<\?xml[^>]*?)\s+encoding\s*=\s*(\"[^\"]*\"|'[^']*')", re.DOTALL)
# UTF-16 and UTF-32 without a byte order mark: where the zero bytes of "<?" stand.
ZEROS = (
    (b"\x00\x00\x00<", "utf-32-be"),
    (b"<\x00\x00\x00", "utf-32-le"),
    (b"\x00<\x00", "utf-16-be"),
    (b"<\x00", "utf-16-le"),
    (b"\x00{\x00", "utf-16-be"),
    (b"{\x00", "utf-16-le"),
)
MARKS = (  # the longer ones first: the mark of UTF-32-LE begins with that of UTF-16-LE
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
)


def as_utf8(body: bytes, label: str | None) -> tuple[bytes, str | None]:
    """The body, in UTF-8 where that is certain, and the label that the parser should believe (None: its own eyes).

    A single-byte label on bytes that are strictly valid UTF-8 with multi-byte sequences is a lie: every parser tried
    would turn Urdu into mojibake by believing it.
    """
    for mark, encoding in MARKS:
        if body.startswith(mark):
            return _declared_utf8(body[len(mark) :].decode(encoding, "replace").encode()), "utf-8"
    body = body.lstrip(b"\t\n\r ")
    for start, encoding in ZEROS:
        if body.startswith(start):
            return _declared_utf8(body.decode(encoding, "replace").encode()), "utf-8"
    label = label.strip().strip("\"'").lower() if label else None
    if label and not _known(label):
        label = None
    declared = _declaration(body)
    if (_lies(label) or _lies(declared) or (label is None and declared is None)) and _is_multi_byte_utf8(body):
        return _declared_utf8(body), "utf-8"
    return body, label


def is_single_byte(label: str) -> bool:
    """Whether each byte of the encoding is one character."""
    if not _known(label):
        return False
    try:
        return len(bytes(range(128, 256)).decode(label, "replace")) == 128
    except (UnicodeError, LookupError, ValueError):
        return False


def _lies(label: str | None) -> bool:
    return label is not None and (not _known(label) or is_single_byte(label))


def _known(label: str) -> bool:
    try:
        return codecs.lookup(label)._is_text_encoding  # noqa: SLF001 - zlib, rot13... are codecs too
    except (LookupError, ValueError, UnicodeError):
        return False


def _declaration(body: bytes) -> str | None:
    found = DECLARATION.match(body[:1024].removeprefix(codecs.BOM_UTF8))
    return found[2][1:-1].decode("ascii", "replace").strip().lower() if found else None


def _declared_utf8(body: bytes) -> bytes:
    body = body.removeprefix(codecs.BOM_UTF8)
    return DECLARATION.sub(rb'\1 encoding="utf-8"', body[:1024]) + body[1024:]


def _is_multi_byte_utf8(body: bytes) -> bool:
    if body.isascii():
        return False
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
