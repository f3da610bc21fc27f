"""What cannot be a page, and pages too large or too deep for the parser, brought within its bounds.

Everything here is linear in the length of the page.
"""

from __future__ import annotations

import re
import zlib
from html import unescape

from digests.cleaning.decoding import wide_encoding

__all__ = ["LARGEST", "feed_or_data", "file_kind", "head_of", "is_crowded", "shallow", "slim", "stripped", "unpacked"]

LARGEST = 1_500_000  # characters of a page that are parsed, after what nobody reads is off
ROOMY = 300_000  # smaller pages are parsed as they are
CROWDED = 20_000  # signs of a tag; extraction takes longer than linear, and no page of an outlet has a fourth of them
DEEPEST = 50  # elements inside each other, rows and cells not counted; the parser gives up at 256
MOST_UNPACKED = 6_000_000

SIGNATURES = (
    (b"%PDF-", "a PDF file"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"RIFF", "a picture or a recording"),
    (b"PK\x03\x04", "an archive or an office document"),
    (b"Rar!", "an archive"),
    (b"7z\xbc\xaf\x27\x1c", "an archive"),
    (b"\xd0\xcf\x11\xe0", "an office document"),
    (b"{\\rtf", "a text document (RTF)"),
    (b"ID3", "a recording"),
    (b"OggS", "a recording"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"wOFF", "a font"),
    (b"wOF2", "a font"),
)
FEED = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,2000}?-->\s*|<\?xml-stylesheet[^>]*>\s*)*<(?:rss|feed|rdf:RDF)\b", re.DOTALL
)
# No text has more of these than a stray one; files of other kinds are full of them.
ODD = re.compile("[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f-\x84\x86-\x9f\ufffd\ufffe\uffff\ud800-\udfff]")
ODD_SHARE = 0.03
LOOKED_AT = 8_000

# Elements whose text nobody reads as an article.
UNREAD = ("script", "style", "svg", "noscript", "template", "select", "canvas", "object", "math")
LINKED_DATA = re.compile(r"<script\b[^>]*ld\+json", re.IGNORECASE)
DATA_URI = re.compile(r"""(["'(])data:[\w/+.-]+;base64,[A-Za-z0-9+/=\s%]{200,}""")
TAG = re.compile(r"<(/?)([a-zA-Z][\w:-]*)[^<>]*>")
BROKEN_TAG = re.compile(r"<[^<>\n]*>?")
BLANK_LINES = re.compile(r"\n\s+")
START = re.compile(r"<(?:article|main|h1)\b", re.IGNORECASE)
VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
        "p",
        "li",
        "td",
        "tr",
        "th",
        "dt",
        "dd",
        "option",
    ]
)
BREAKING = frozenset(
    [
        "p",
        "br",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "title",
        "pre",
        "figure",
        "figcaption",
        "nav",
        "footer",
        "aside",
        "form",
    ]
)
BLOCKS = frozenset(
    [
        "div",
        "section",
        "article",
        "main",
        "table",
        "tbody",
        "tr",
        "td",
        "ul",
        "ol",
        "li",
        "blockquote",
        "center",
        "dl",
        "dt",
        "dd",
        "header",
    ]
)

BREAKING |= BLOCKS


def file_kind(content: str | bytes) -> str | None:
    """What a file is that is no page and no text ("a PDF file"), by its first bytes and by what no text holds; else None."""
    head = content[:LOOKED_AT]
    raw = head.encode("latin-1", "replace") if isinstance(head, str) else head
    start = raw.lstrip(b"\r\n\t \xef\xbb\xbf\x00")
    if raw[4:8] == b"ftyp":
        return "a film"
    for signature, kind in SIGNATURES:
        if start.startswith(signature):
            return kind
    text = head if isinstance(head, str) else head.decode("latin-1")
    # Bytes in an old encoding hold what is odd in Unicode; those without a zero may be text.
    if isinstance(head, str) or (b"\x00" in raw and wide_encoding(raw) is None):
        return "no text" if len(ODD.findall(text)) > ODD_SHARE * len(text) else None
    return None


def feed_or_data(text: str) -> str | None:
    """What a text in a format for programs is ("a feed", "data (JSON)"); None when it may be a page."""
    if FEED.match(text[:5000]):
        return "a feed: add it as a source"
    inside = text.strip()
    if (
        inside[:1] in "{["
        and inside[-1:] in "}]"
        and re.match(r'[\[{]\s*(?:["{\[]|[\]}])', inside)
        and "<p" not in inside
    ):
        return "data (JSON)"
    return None


def unpacked(content: bytes) -> bytes:
    """The content, unpacked if a server sent it packed without saying so."""
    if content[:2] != b"\x1f\x8b":
        return content
    try:
        return zlib.decompressobj(31).decompress(content, MOST_UNPACKED)
    except zlib.error:
        return content


def slim(html: str) -> str:
    """A large page without scripts, styles, drawings, comments and embedded pictures, at most `LARGEST` from its headline on."""
    html = closed(html)
    if len(html) <= ROOMY:
        return html
    for name in UNREAD:
        html = without(html, re.compile(rf"<{name}\b", re.IGNORECASE), re.compile(rf"</{name}\s*>", re.IGNORECASE))
    html = DATA_URI.sub(r"\1", without(html, re.compile("<!--"), re.compile("-->")))
    if len(html) > LARGEST:
        for name in ("nav", "footer", "aside"):
            html = without(html, re.compile(rf"<{name}\b", re.IGNORECASE), re.compile(rf"</{name}\s*>", re.IGNORECASE))
    if len(html) <= LARGEST:
        return html
    head_end = html.find("</head", 0, LARGEST // 3)
    start = START.search(html, max(0, head_end))
    if start is None or start.start() < LARGEST // 2:
        return html[:LARGEST]
    return html[: max(0, head_end)] + html[start.start() : start.start() + LARGEST // 2]


def head_of(html: str) -> str:
    """The part of a page in which it describes itself."""
    end = html.lower().find("</head", 0, ROOMY)
    return html[: end if end > 0 else 20_000]


def is_crowded(html: str) -> bool:
    """Whether a page has more elements than extraction can go through in bounded time."""
    return html.count("<") > CROWDED


def stripped(html: str) -> str:
    """The text of a page below its head, a block a line, found without building its tree."""
    start = max(0, html.lower().find("</head", 0, ROOMY))
    text = TAG.sub(lambda tag: "\n" if tag[2].lower() in BREAKING else " ", html[start : start + LARGEST])
    return BLANK_LINES.sub("\n", unescape(BROKEN_TAG.sub(" ", text)))


def closed(html: str) -> str:
    """The page without the tag of a last script that is never closed, which would swallow the rest."""
    last = max(html.rfind("<script"), html.rfind("<SCRIPT"))
    if last < 0 or re.search(r"</script", html[last:], re.IGNORECASE):
        return html
    end = html.find("<", last + 1)
    return html[:last] + (html[end:] if end >= 0 else "")


def without(html: str, opening: re.Pattern[str], closing: re.Pattern[str]) -> str:
    """The page without what stands between two patterns, but for linked data; what is not closed stays."""
    kept, at = [], 0
    start = opening.search(html)
    while start is not None and (end := closing.search(html, start.end())) is not None:
        is_data = LINKED_DATA.match(html, start.start()) is not None
        kept.append(html[at : end.end() if is_data else start.start()])
        at = end.end()
        start = opening.search(html, at)
    return "".join(kept) + html[at:]


def shallow(html: str) -> str:
    """The page with at most `DEEPEST` elements inside each other: deeper tags go, their text stays."""
    out: list[str] = []
    at, depth, broken = 0, 0, False
    for tag in TAG.finditer(html):
        if tag.start() > at:
            out.append(html[at : tag.start()])
            broken = False
        at = tag.end()
        name = tag[2].lower()
        is_void = name in VOID
        if not is_void:
            depth = max(0, depth - 1) if tag[1] else depth + 1
        if depth + bool(tag[1] and not is_void) <= DEEPEST or (is_void and name not in BLOCKS):
            out.append(tag[0])
        elif name in BLOCKS and not broken:
            out.append("<br>")
            broken = True
    out.append(html[at:])
    return "".join(out)
