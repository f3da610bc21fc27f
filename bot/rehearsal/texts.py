"""What Telegram makes of a text: its own parser (tdjson) reads the markup, then the rules of TDLib are applied.

Lengths and offsets are UTF-16 code units, as everywhere in the Bot API. The rules (trimming, characters that are taken
away, entities found without markup, the first 100 that survive) follow tdlib/td, td/telegram/MessageEntity.cpp.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from bot.rehearsal.refusal import bad_request
from digests.errors import ConfigError, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

TEXT_UNITS = 4096
CAPTION_UNITS = 1024
RAW_BYTES = 1 << 15
MAX_ENTITIES = 100

MODES: Mapping[str, dict[str, object]] = {
    "html": {"@type": "textParseModeHTML"},
    "markdown": {"@type": "textParseModeMarkdown", "version": 1},
    "markdownv2": {"@type": "textParseModeMarkdown", "version": 2},
}
PLAIN_TYPES = {
    "Bold": "bold",
    "Italic": "italic",
    "Underline": "underline",
    "Strikethrough": "strikethrough",
    "Spoiler": "spoiler",
    "Code": "code",
    "Pre": "pre",
    "BlockQuote": "blockquote",
    "ExpandableBlockQuote": "expandable_blockquote",
    "Mention": "mention",
    "Hashtag": "hashtag",
    "Cashtag": "cashtag",
    "BotCommand": "bot_command",
    "Url": "url",
    "EmailAddress": "email",
    "PhoneNumber": "phone_number",
    "BankCardNumber": "bank_card_number",
}
# Entities that Telegram finds by itself do not appear inside these.
CLOSED_TYPES = frozenset({"code", "pre", "text_link", "text_mention", "custom_emoji"})
FOUND_TYPES = frozenset(PLAIN_TYPES.values()) - {
    "bold", "italic", "underline", "strikethrough", "spoiler", "code", "pre", "blockquote", "expandable_blockquote",
}  # fmt: skip
MAY_HOLD_ENTITIES = re.compile(r"[@#$/.:]|\d{5}")
# Line and paragraph separators and the marks that turn the direction of text are taken away.
TAKEN_AWAY = re.compile("[\r\u2028-\u202e\u0333\u033f\u030a]")
CONTROL = {code: " " for code in range(32) if chr(code) not in "\n\r"}
NOTHING_TO_SEE = re.compile("^[\\s\u200b-\u200f\u2060-\u2064\u2800\u3164\ufeff\u00ad]*$")

Entity = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Formatted:
    """A text after parsing, with entities in the Bot API's own form, in order of offset."""

    text: str
    entities: tuple[Entity, ...] = ()


@cache
def parser() -> Callable[[bytes], bytes | None]:
    """Telegram's own parser. Raises ConfigError when the package is not installed."""
    try:
        import tdjson  # noqa: PLC0415 - a large optional library, wanted by rehearsals and tests only
    except ImportError as error:
        problem = Problem("rehearsal", "Telegram's parser is not installed: pip install 'khabardar[rehearsal]'")
        raise ConfigError([problem]) from error
    execute: Callable[[bytes], bytes | None] = tdjson.td_execute
    execute(b'{"@type":"setLogVerbosityLevel","new_verbosity_level":0}')
    return execute


def ask_tdlib(request: Mapping[str, object]) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(parser()(json.dumps(request).encode()) or b"{}")
    return answer


def read_text(text: str, mode: str | None, entities: Sequence[Entity] | None, *, caption: bool = False) -> Formatted:
    """The text as people get it. Raises Refusal when Telegram would not take it."""
    try:
        is_long = len(text.encode()) > RAW_BYTES
    except UnicodeEncodeError:
        raise bad_request("text must be encoded in UTF-8") from None
    if is_long:
        raise bad_request("text is too long")
    parsed = parse(text, mode) if mode and mode.lower() != "none" and text else as_given(text, entities or ())
    cleaned = trim(clean(parsed))
    if NOTHING_TO_SEE.match(cleaned.text):
        if caption:
            return Formatted("")
        raise bad_request("text must be non-empty")
    if units(cleaned.text) > (CAPTION_UNITS if caption else TEXT_UNITS):
        raise bad_request("message caption is too long" if caption else "message is too long")
    return with_found_entities(cleaned)


def parse(text: str, mode: str) -> Formatted:
    """The text without its markup. Raises Refusal where the markup is broken."""
    parse_mode = MODES.get(mode.lower())
    if parse_mode is None:
        raise bad_request("unsupported parse_mode")
    answer = ask_tdlib({"@type": "parseTextEntities", "text": text, "parse_mode": parse_mode})
    if answer["@type"] == "error":
        raise bad_request(answer["message"])
    return Formatted(answer["text"], tuple(filter(None, map(bot_api_entity, answer["entities"]))))


def bot_api_entity(entity: Mapping[str, Any]) -> Entity | None:
    """TDLib's entity in the Bot API's words; None for what a bot cannot show."""
    kind = entity["type"]["@type"].removeprefix("textEntityType")
    place = {"offset": entity["offset"], "length": entity["length"]}
    if kind in PLAIN_TYPES:
        return {"type": PLAIN_TYPES[kind], **place}
    match kind:
        case "TextUrl":
            return {"type": "text_link", **place, "url": entity["type"]["url"]}
        case "PreCode":
            return {"type": "pre", **place, "language": entity["type"]["language"]}
        case "MentionName":
            return {"type": "text_mention", **place, "user": {"id": entity["type"]["user_id"]}}
        case "DateTime":
            return {"type": "date_time", **place, **date_time(entity["type"])}
        case _:
            return None


def date_time(kind: Mapping[str, Any]) -> Entity:
    """Unix time and format letters of a <tg-time>: r, or w, d or D, t or T as tdlib/telegram-bot-api composes them."""
    form = kind.get("formatting_type") or {}
    letters = "r" if form.get("@type") == "dateTimeFormattingTypeRelative" else ""
    if form.get("@type") == "dateTimeFormattingTypeAbsolute":
        precision = {"dateTimePartPrecisionShort": 0, "dateTimePartPrecisionLong": 1}
        letters = "w" if form.get("show_day_of_week") else ""
        for part, pair in (("date_precision", "dD"), ("time_precision", "tT")):
            chosen = precision.get((form.get(part) or {}).get("@type", ""))
            letters += pair[chosen] if chosen is not None else ""
    return {"unix_time": kind["unix_time"], **({"date_time_format": letters} if letters else {})}


def as_given(text: str, entities: Sequence[Entity]) -> Formatted:
    """A text whose entities the bot counted itself. Raises Refusal when one lies outside of the text."""
    end = units(text)
    kept = []
    for entity in entities:
        if entity["offset"] < 0 or entity["length"] < 0 or entity["offset"] + entity["length"] > end:
            raise bad_request("entity begins or ends outside of the text")
        if entity["length"] and entity["type"] not in FOUND_TYPES:
            kept.append(entity)
    return Formatted(text, tuple(sorted(kept, key=in_order)))


def clean(formatted: Formatted) -> Formatted:
    """Without the characters that Telegram takes away; entities move with their text."""
    text = formatted.text.translate(CONTROL)
    gone = [(units(text[: found.start()]), 1) for found in TAKEN_AWAY.finditer(text)]
    return (
        removed(Formatted(TAKEN_AWAY.sub("", text), formatted.entities), gone)
        if gone
        else Formatted(text, formatted.entities)
    )


def trim(formatted: Formatted) -> Formatted:
    """Without white space at the end, and at the beginning up to the first entity."""
    text = formatted.text.rstrip()
    leading = len(text) - len(text.lstrip())
    if formatted.entities:
        leading = min(leading, formatted.entities[0]["offset"])
    if not leading and len(text) == len(formatted.text):
        return formatted
    text, end = text[leading:], units(text)
    entities = [
        {**entity, "length": min(entity["length"], end - entity["offset"])}
        for entity in formatted.entities
        if entity["offset"] < end
    ]
    return removed(Formatted(text, tuple(entities)), [(0, leading)] if leading else [])


def removed(formatted: Formatted, gone: Sequence[tuple[int, int]]) -> Formatted:
    """Entities after pieces (offset, length) of the text were taken away; those that held nothing else vanish."""
    if not gone:
        return formatted

    def moved(offset: int) -> int:
        return offset - sum(min(length, offset - start) for start, length in gone if start < offset)

    entities = []
    for entity in formatted.entities:
        start, end = moved(entity["offset"]), moved(entity["offset"] + entity["length"])
        if end > start:
            entities.append({**entity, "offset": start, "length": end - start})
    return Formatted(formatted.text, tuple(entities))


def with_found_entities(formatted: Formatted) -> Formatted:
    """Links, mentions, commands and tags are found without markup; only the first 100 entities survive."""
    entities = list(formatted.entities)
    if MAY_HOLD_ENTITIES.search(formatted.text):
        closed = [(one["offset"], one["offset"] + one["length"]) for one in entities if one["type"] in CLOSED_TYPES]
        for found in ask_tdlib({"@type": "getTextEntities", "text": formatted.text}).get("entities", ()):
            entity = bot_api_entity(found)
            start, end = found["offset"], found["offset"] + found["length"]
            if entity and not any(start < last and first < end for first, last in closed):
                entities.append(entity)
        entities.sort(key=in_order)
    return Formatted(formatted.text, tuple(entities[:MAX_ENTITIES]))


def in_order(entity: Entity) -> tuple[int, int]:
    return entity["offset"], -entity["length"]


def units(text: str) -> int:
    """Length in UTF-16 code units."""
    return len(text) + sum(character > "\uffff" for character in text) if not text.isascii() else len(text)


def piece(text: str, entity: Entity) -> str:
    """The characters that an entity covers."""
    if text.isascii():
        return text[entity["offset"] : entity["offset"] + entity["length"]]
    encoded = text.encode("utf-16-le")
    return encoded[2 * entity["offset"] : 2 * (entity["offset"] + entity["length"])].decode("utf-16-le", "replace")
