"""A message as plain text that a person, or a test's expectation, can read."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from bot.rehearsal.texts import units

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from bot.rehearsal.world import Message

QUOTES = frozenset({"blockquote", "expandable_blockquote"})
TAGS = {
    "bold": ("<b>", "</b>"),
    "italic": ("<i>", "</i>"),
    "underline": ("<u>", "</u>"),
    "strikethrough": ("<s>", "</s>"),
    "spoiler": ("<tg-spoiler>", "</tg-spoiler>"),
    "code": ("<code>", "</code>"),
    "pre": ("<pre>", "</pre>"),
    "blockquote": ("<blockquote>", "</blockquote>"),
    "expandable_blockquote": ("<blockquote expandable>", "</blockquote>"),
}


def render(message: Message) -> str:
    """The text with links as `words <url>`, quotes behind `│`, files in front and buttons below as `[Why?] [Mute]`."""
    lines = []
    if message.photo is not None:
        lines.append(f"(photo {message.photo.name})")
    if message.document is not None:
        lines.append(f"(document {message.document.name}, {len(message.document.content)} bytes)")
    if message.text:
        lines.append(rendered_text(message))
    lines += (" ".join(f"[{button.text}]" for button in row) for row in message.buttons)
    return "\n".join(lines)


def rendered_text(message: Message) -> str:
    written = woven(message)
    quoted: list[str] = []
    for line, is_quote in written:
        quoted.append(f"│ {line}" if is_quote else line)
    return "\n".join(quoted)


def woven(message: Message) -> Iterator[tuple[str, bool]]:
    """Lines of the text with link addresses written out, and whether each lies in a quote."""
    ends: dict[int, list[str]] = {}
    quotes: list[tuple[int, int]] = []
    for entity in message.entities:
        start, end = entity["offset"], entity["offset"] + entity["length"]
        if entity["type"] == "text_link":
            ends.setdefault(end, []).append(f" <{entity['url']}>")
        elif entity["type"] in QUOTES:
            quotes.append((start, end))
    line, line_start, place = "", 0, 0
    for character in message.text:
        line += "".join(ends.pop(place, ()))
        if character == "\n":
            yield line, any(start <= line_start < end for start, end in quotes)
            line, line_start = "", place + 1
        else:
            line += character
        place += units(character)
    line += "".join(ends.pop(place, ()))
    yield line, any(start <= line_start < end for start, end in quotes)


def as_html(message: Message) -> str:
    """The message as Telegram HTML again, from its entities."""
    opens: dict[int, list[str]] = {}
    closes: dict[int, list[str]] = {}
    for entity in message.entities:
        pair = tag_pair(entity)
        if pair is not None:
            opens.setdefault(entity["offset"], []).append(pair[0])
            closes.setdefault(entity["offset"] + entity["length"], []).insert(0, pair[1])
    written: list[str] = []
    place = 0
    for character in message.text:
        written += closes.pop(place, ())
        written += opens.pop(place, ())
        written.append(escape(character, quote=False))
        place += units(character)
    written += closes.pop(place, ())
    return "".join(written)


def tag_pair(entity: Mapping[str, Any]) -> tuple[str, str] | None:
    """Opening and closing tag; None for what Telegram found by itself."""
    match entity["type"]:
        case "text_link":
            return f'<a href="{escape(entity["url"])}">', "</a>"
        case "text_mention":
            return f'<a href="tg://user?id={entity["user"]["id"]}">', "</a>"
        case "date_time":
            form = entity.get("date_time_format")
            return f'<tg-time unix="{entity["unix_time"]}"' + (f' format="{form}">' if form else ">"), "</tg-time>"
        case "pre" if "language" in entity:
            return f'<pre><code class="language-{escape(entity["language"])}">', "</code></pre>"
        case kind:
            return TAGS.get(kind)
