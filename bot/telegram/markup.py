"""Telegram HTML from typed parts: what is built here is always accepted, and no link in it is lost.

Text from people and pages becomes `Html` through `text()` only; everything else takes `Html` and returns `Html`, so that
lengths and entities can be counted before sending. What Telegram's parser keeps and drops was measured with tdjson.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from html import escape as escape_html
from html import unescape
from itertools import pairwise
from typing import TYPE_CHECKING

from yarl import URL

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

__all__ = [
    "EMPTY",
    "MAX_ENTITIES",
    "MAX_LENGTH",
    "WORD_JOINER",
    "Html",
    "bold",
    "clip",
    "code",
    "isolated",
    "italic",
    "join",
    "link",
    "moment",
    "neutral",
    "parts",
    "pre",
    "quote",
    "text",
    "texts",
    "usable_url",
    "utf16_length",
    "verbatim",
]

MAX_LENGTH = 4096  # UTF-16 units after parsing
MAX_ENTITIES = 100  # the first hundred survive, the rest vanish silently
MAX_URL = 4096

WORD_JOINER = "\u2060"  # breaks what Telegram would link, and is invisible
FIRST_STRONG_ISOLATE, POP_ISOLATE = "\u2068", "\u2069"

BIDI_CONTROLS = dict.fromkeys([0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
LIVE = re.compile(
    r"(?<=[@#$/])(?=[^\s\u2060/])"  # mentions, tags (also with a middle dot), cashtags, commands
    r"|(?<=\S\.)(?=[^\W\d])"  # example.org
    r"|(?<=\d\.)(?=\d+\.\d+\.\d)"  # 127.0.0.1
    r"|(?<=:)(?=//)"
    r"|(?<=\d)(?=(?:[ -]*\d){8})"  # card numbers have thirteen digits and more; a figure of ours may follow
    r"|(?<=@)(?=\[)"
)
TAG = re.compile(r"<(/?)([a-z-]+)[^>]*>")
SPACES = re.compile(r"\s+")
# An entity around letters that cannot be seen is dropped, and with it a link.
UNSEEN = re.compile(
    r"[\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0]*"
)


@dataclass(frozen=True, slots=True)
class Html:
    """A well-formed piece of Telegram HTML."""

    markup: str = ""

    def __add__(self, other: Html) -> Html:
        return Html(self.markup + other.markup)

    def __bool__(self) -> bool:
        return bool(self.markup)

    def __str__(self) -> str:
        return self.markup

    @property
    def plain(self) -> str:
        """The text as Telegram shows it, without its formatting."""
        return unescape(TAG.sub("", self.markup))

    @property
    def length(self) -> int:
        """UTF-16 units after parsing, the measure of Telegram's limits."""
        return utf16_length(self.plain)

    @property
    def is_unseen(self) -> bool:
        """Whether nothing of it can be seen."""
        return UNSEEN.fullmatch(self.plain) is not None

    @property
    def entities(self) -> int:
        return sum(1 for tag in TAG.finditer(self.markup) if not tag[1])


EMPTY = Html()


def utf16_length(value: str) -> int:
    return len(value.encode("utf-16-le", "surrogatepass")) // 2


def neutral(value: str, *, lines: bool = False) -> str:
    """Foreign text that can do no harm: no mentions, commands, tags or links, no reversed text, no control characters.

    Runs of white space become one space; `lines` keeps line breaks.
    """
    if lines:
        return "\n".join(neutral(line) for line in value.splitlines())
    return LIVE.sub(WORD_JOINER, _visible(value).strip())


def isolated(value: str) -> str:
    """Text that cannot disturb the direction of the sentence around it (Unicode TR 9, isolates)."""
    if any(unicodedata.bidirectional(c) in {"R", "AL", "AN"} for c in value):
        return f"{FIRST_STRONG_ISOLATE}{value}{POP_ISOLATE}"
    return value


def text(value: object, *, lines: bool = False) -> Html:
    """Text of a person or of a page."""
    return Html(_escape(neutral(str(value), lines=lines)))


def texts(*pieces: str) -> tuple[Html, ...]:
    """Adjoining pieces of one text of a page, made harmless as a whole: no tag, mention or link arises where they meet.

    White space at their edges stays, so that the pieces can be formatted apart and put together again.
    """
    seen = [_visible(piece) for piece in pieces]
    breaks = [found.start() for found in LIVE.finditer("".join(seen))]
    made, start = [], 0
    for piece in seen:
        end = start + len(piece)
        cuts = [start, *(at for at in breaks if start <= at < end), end]
        joined = WORD_JOINER.join(piece[left - start : right - start] for left, right in pairwise(cuts))
        made.append(Html(_escape(joined)))
        start = end
    return tuple(made)


def parts(markup: str) -> Html:
    """Markup written by ourselves: a sentence of the words files."""
    return Html(markup)


def join(separator: str, pieces: Iterable[Html]) -> Html:
    """The pieces that say something, with plain text between them."""
    return Html(_escape(separator).join(piece.markup for piece in pieces if piece))


def bold(piece: Html) -> Html:
    return _wrapped("b", piece)


def italic(piece: Html) -> Html:
    return _wrapped("i", piece)


def code(value: str) -> Html:
    """Something to copy: a command, an id, a query. Telegram makes nothing of it but letters, so nothing is neutralised."""
    return _wrapped("code", Html(_escape(_visible(value))))


def verbatim(value: str) -> Html:
    """Words of somebody trusted, or letters to be copied inside `code`: nothing is neutralised, lines are kept."""
    return Html(_escape(_visible(value, lines=True)))


def pre(value: str) -> Html:
    return _wrapped("pre", Html(_escape(_visible(value, lines=True))))


def quote(piece: Html, *, expandable: bool = False) -> Html:
    """A block quote. Quotes cannot be nested: do not put one into another."""
    if piece.is_unseen:
        return piece
    return Html(f"<blockquote{' expandable' if expandable else ''}>{piece.markup}</blockquote>")


def link(name: Html, url: str | None) -> Html:
    """The name as a link. A URL that Telegram would drop without a word is written out behind the name instead."""
    if not url:
        return name
    usable = usable_url(url)
    if usable is None:
        return name + Html(" ") + code(f"({clip(neutral(url), 300)})")
    if name.is_unseen:
        name = text(usable_host(usable))
    return Html(f'<a href="{escape_html(usable, quote=True)}">{name.markup}</a>')


def moment(at: datetime, shown: str, style: str = "Dt") -> Html:
    """A time that each reader sees in their own zone; `shown` is for clients that cannot (Bot API 9.5, date_time)."""
    return Html(f'<tg-time unix="{int(at.timestamp())}" format="{style}">{_escape(neutral(shown))}</tg-time>')


def usable_url(url: str) -> str | None:
    """The URL in a form that Telegram keeps as a link, repaired where that is safe, or None.

    Kept: http and https with a host that has a dot. Repaired: white space, a missing scheme, other scripts in the host.
    """
    url = url.translate(BIDI_CONTROLS).strip()
    if url.startswith("//"):
        url = "https:" + url
    if not re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:", url) and re.match(r"[^\s/?#]+\.[^\s/?#]+", url):
        url = "https://" + url
    try:
        parsed = URL(url)
        parsed = parsed.with_host((parsed.raw_host or "").lower())  # as Telegram will show it
        fine = parsed.scheme in {"http", "https"} and _is_public_host(parsed.raw_host or "") and _port_fits(parsed)
        repaired = str(parsed)
    except (ValueError, IndexError):  # yarl raises the second for "//x@[y]@"
        return None
    if not fine or len(repaired) > MAX_URL or not repaired.isascii():
        return None
    return re.sub(r"[\s\\^`{|}<>\"]", lambda found: f"%{ord(found[0]):02X}", repaired)


def usable_host(url: str) -> str:
    """The host of a usable URL as a reader knows it."""
    return (URL(url).host or "").removeprefix("www.")


def clip(value: str, limit: int) -> str:
    """At most `limit` UTF-16 units, cut between words and never inside a character that is drawn as one."""
    if utf16_length(value) <= limit:
        return value
    kept, used = 0, 0
    for index, letter in enumerate(value):
        used += 2 if ord(letter) > 0xFFFF else 1
        if used > limit - 1:
            break
        kept = index + 1
    while kept and _joins(value, kept):
        kept -= 1
    space = value.rfind(" ", 0, kept + 1)
    if space > kept * 2 // 3:
        kept = space
    return value[:kept].rstrip() + "…"


def _joins(value: str, at: int) -> bool:
    """Whether a cut before `at` would tear marks, joined emoji or a flag apart."""
    letter, before = value[at], value[at - 1]
    if unicodedata.combining(letter) or unicodedata.category(letter) in {"Mn", "Mc", "Me"}:
        return True
    if letter in "\u200d\ufe0f\u20e3" or before == "\u200d" or 0x1F3FB <= ord(letter) <= 0x1F3FF:
        return True
    return all(0x1F1E6 <= ord(c) <= 0x1F1FF for c in (letter, before))


def _escape(value: str) -> str:
    return escape_html(value, quote=False)


def _visible(value: str, *, lines: bool = False) -> str:
    """Without what cannot be seen or would turn the line around; spaces are kept as typed."""
    value = value.translate(BIDI_CONTROLS)
    if not lines:
        value = SPACES.sub(" ", value)
    return "".join(c for c in value if c == "\n" or unicodedata.category(c) not in {"Cc", "Cs", "Cn", "Co", "Zl", "Zp"})


def _wrapped(tag: str, piece: Html) -> Html:
    return Html(f"<{tag}>{piece.markup}</{tag}>") if not piece.is_unseen else piece


def _is_public_host(host: str) -> bool:
    labels = host.removesuffix(".").split(".")
    return len(labels) > 1 and all(re.fullmatch(r"[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?", part) for part in labels)


def _port_fits(url: URL) -> bool:
    return url.port is None or 0 < url.port < 65536
