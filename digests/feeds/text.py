"""Strings of feeds made safe: no control characters, no markup where none belongs, absolute addresses or none."""

from __future__ import annotations

import html
import re
from urllib.parse import quote, urljoin, urlsplit

__all__ = ["MAX_URL", "absolute", "without_controls", "without_markup", "words_in"]

MAX_URL = 2048
MAX_TITLE = 1000

CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
# Bytes 80-9F of windows-1252 under a Latin-1 label: what the WHATWG encoding standard reads them as.
C1 = {code: bytes([code]).decode("windows-1252", "ignore") or None for code in range(0x80, 0xA0)}
C1_PATTERN = re.compile(r"[\x80-\x9f]")
# Linear on any text: no alternative can run past the next angle bracket.
TAG = re.compile(r"<(?:!--[^<>]*|[!/?]?[a-zA-Z][^<>]*)>")
BREAK = re.compile(r"<[/!]?(?:br|p|div|li|td|tr|h[1-6]|blockquote)\b[^<>]*>", re.IGNORECASE)
UNREAD = re.compile(r"<(/?)(script|style)\b[^<>]*>", re.IGNORECASE)
ENTITY = re.compile(r"&#?\w{1,32};")
BLANKS = re.compile(r"\s+")
UNSAFE_IN_URL = re.compile(r"[\x00-\x20\x7f\"<>\\^`{|}]")


def without_controls(text: str) -> str:
    """The text with what no database or message can hold taken out."""
    if C1_PATTERN.search(text):
        text = text.translate(C1)
    return CONTROLS.sub("", text)


def without_markup(text: str) -> str:
    """One line of plain words: tags dropped, entities read (twice, as many feeds escape twice), blanks joined."""
    for _ in range(2):
        if "<" in text:
            text = BREAK.sub(" ", without_code(text))  # "Quetta<br>blast" is two words
            text = TAG.sub(" " if "><" in text else "", text)
        if not ENTITY.search(text):
            break
        text = html.unescape(text)
    return BLANKS.sub(" ", without_controls(text)).strip()[:MAX_TITLE]


def without_code(markup: str) -> str:
    """The markup without what stands between the tags of a script or style sheet, for nobody reads that.

    One pass over the tags, however many are opened; one that is never closed hides nothing.
    """
    kept, start, opened = [], 0, ""
    for tag in UNREAD.finditer(markup):
        closes, name = bool(tag[1]), tag[2].lower()
        if not opened and not closes:
            kept.append(markup[start : tag.start()])
            start, opened = tag.end(), name
        elif closes and name == opened:
            start, opened = tag.end(), ""
    return "".join(kept) + markup[start:]


def words_in(markup: str) -> str:
    """The text between the tags, blanks joined: for measuring and comparing, not for reading."""
    text = TAG.sub(" ", without_code(markup)) if "<" in markup else markup
    if "&" in text:
        text = html.unescape(text)
    return BLANKS.sub(" ", text).strip()


def absolute(url: object, base: str) -> str | None:
    """The address as absolute http or https without user and fragment, or None when it is none."""
    if not isinstance(url, str) or not (url := without_controls(url).strip()) or len(url) > MAX_URL:
        return None
    try:
        joined = urljoin(base, BLANKS.sub("%20", url))
        parts = urlsplit(joined)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or not host or "\\" in parts.netloc or UNSAFE_IN_URL.search(host):
        return None
    name = f"[{host}]" if ":" in host else host
    netloc = f"{name}:{port}" if port is not None else name
    safe = UNSAFE_IN_URL.sub(
        lambda found: quote(found[0], safe=""), parts._replace(netloc=netloc, fragment="").geturl()
    )
    return safe if len(safe) <= MAX_URL else None
