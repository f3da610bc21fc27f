"""Bytes to text, also where a page was put together from parts in several encodings or names the wrong one."""

from __future__ import annotations

import re

__all__ = ["CONTROLS", "decode", "wide_encoding"]

LARGEST = 10_000_000  # bytes or characters; the fetcher brings no more
SAMPLE = 20_000
META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]{3,20})", re.IGNORECASE)
MARKUP = re.compile(rb"<[^<>]{0,2000}>")
# C0 controls, and what no text of Unicode may hold: halves of surrogate pairs, non-characters.
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
# Bytes that are no UTF-8, with what may stand between the words of such a passage.
FOREIGN = re.compile("[\udc80-\udcff]+(?:[ -;=?-~]+[\udc80-\udcff]+)*")
ARABIC, CYRILLIC = re.compile("[\u0600-\u06ff]"), re.compile("[\u0400-\u04ff]")
# What servers write when nobody told them: said of a page in letters of the Latin alphabet it may be true.
LATIN = frozenset(("iso-8859-1", "iso8859-1", "latin1", "latin-1", "windows-1252", "cp1252", "us-ascii", "ascii"))
# The first byte of a Cyrillic, Arabic or Devanagari letter and its second one, both read as Latin letters.
TWISTED = re.compile(
    "[ÐÑØÙÚÛ][\u0080-\u00bf\u0152-\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]|à[¤¥][\u0080-\u00bf\u0152-\u2122]"
)
LEAST_TWISTED, TWISTED_SHARE = 40, 0.6
ZEROS, IN_ORDER = 0.05, 0.95  # least share of zeros in UTF-16, and of those on one side
LATIN_SHARE = 0.4  # letters beyond ASCII; Vietnamese has fewer


def decode(content: str | bytes, charset: str | None = None) -> str:
    """Text of a page. Bytes that are mostly valid UTF-8 with multi-byte characters are UTF-8, whatever a label says.

    Passages in an older encoding among them are read by the letters of the rest.
    """
    if isinstance(content, str):
        return CONTROLS.sub("", content[:LARGEST])
    content = content[:LARGEST]
    if wide := wide_encoding(content):
        return CONTROLS.sub("", content.decode(wide, "replace"))
    try:
        return CONTROLS.sub("", _encoded_once(content.decode("utf-8-sig")))
    except UnicodeDecodeError:
        pass
    return CONTROLS.sub("", _mostly_utf8(content) or _labelled(content, charset) or _guessed(content))


def _encoded_once(text: str) -> str:
    """The text as it was before somebody read its UTF-8 as Latin letters and wrote those as UTF-8 again."""
    twisted = len(TWISTED.findall(text[:SAMPLE]))
    if twisted < LEAST_TWISTED or twisted * 2 < TWISTED_SHARE * sum(character > "\x7f" for character in text[:SAMPLE]):
        return text
    pieces = (text[at : at + SAMPLE] for at in range(0, len(text), SAMPLE))
    again = b"".join(_latin_bytes(piece) for piece in pieces).decode("utf-8", "replace")
    return again if again.count("\ufffd") * 10 < twisted else text


def _latin_bytes(text: str) -> bytes:
    try:
        return text.encode("cp1252")
    except UnicodeEncodeError:
        # What Windows has no letter for keeps its number; other letters were written later and stand for nothing.
        return b"".join(
            character.encode("latin-1") if character <= "\xff" else character.encode("cp1252", "ignore")
            for character in text
        )


def wide_encoding(content: bytes) -> str | None:
    """UTF-16 in one order of its bytes, by its mark or by where markup has its zeros; None when it is something else."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    head = content[:SAMPLE]
    zeros = [offset % 2 for offset, byte in enumerate(head) if byte == 0]
    if len(zeros) < ZEROS * len(head):
        return None
    odd = sum(zeros) / max(1, len(zeros))
    return "utf-16-le" if odd > IN_ORDER else "utf-16-be" if odd < 1 - IN_ORDER else None


def _mostly_utf8(content: bytes) -> str:
    """The text of a page in UTF-8 with passages in something else; '' when it is none."""
    text = content.decode("utf-8", "surrogateescape")
    foreign = sum("\udc80" <= character <= "\udcff" for character in text)
    if foreign > sum(character > "\x7f" for character in text) - foreign:
        return ""
    arabic, cyrillic = len(ARABIC.findall(text)), len(CYRILLIC.findall(text))
    legacy = "cp1252" if max(arabic, cyrillic) < foreign else "cp1256" if arabic > cyrillic else "cp1251"
    return FOREIGN.sub(lambda passage: passage[0].encode("utf-8", "surrogateescape").decode(legacy, "replace"), text)


def _labelled(content: bytes, charset: str | None) -> str:
    """The text by the encoding that the server or the page names; '' when none is named or it cannot be."""
    declared = META_CHARSET.search(content[:4096])
    for name in (charset, declared[1].decode("ascii", "replace") if declared else None):
        if not name or name.lower() in ("utf-8", "utf8") or (name.lower() in LATIN and not _may_be_latin(content)):
            continue
        try:
            return content.decode(name, "replace")
        except LookupError:
            continue
    return ""


def _may_be_latin(content: bytes) -> bool:
    words = MARKUP.sub(b" ", content[:LARGEST])[:SAMPLE]
    beyond = sum(byte > 0xBF for byte in words)
    return beyond < LATIN_SHARE * (beyond + sum(map(_is_ascii_letter, words)))


def _is_ascii_letter(byte: int) -> bool:
    return 0x41 <= byte <= 0x5A or 0x61 <= byte <= 0x7A


def _guessed(content: bytes) -> str:
    import charset_normalizer  # noqa: PLC0415 - memory that pages in a known encoding never need

    best = charset_normalizer.from_bytes(MARKUP.sub(b" ", content)[:SAMPLE]).best()
    return content.decode(best.encoding if best else "utf-8", "replace")
