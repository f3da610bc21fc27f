"""How a stored delivery becomes the call that is made, and what it becomes when Telegram refuses it. Pure.

A payload is what the method takes, but for the chat. Two keys are ours, both name the key of another delivery to the same
chat whose message id is looked up when the call is made:

`edit_delivery`      the message to edit; when it was never sent, the text goes out as a new message
`reply_to_delivery`  the message to answer; when it was never sent, or is gone, the text stands for itself
"""

from __future__ import annotations

import html
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from digests.store.outbox import Claimed

__all__ = ["Call", "as_new_message", "as_plain_text", "call_of", "length", "plain_text"]

GENERAL = 1
"""The topic that every forum has; naming it in a call is refused."""

OWN_KEYS = ("edit_delivery", "reply_to_delivery")
TEXT_LIMIT, CAPTION_LIMIT = 4096, 1024
SHORT_MARK = "↻"
NEW_MESSAGE_KEYS = ("text", "parse_mode", "entities", "link_preview_options", "reply_markup", "reply_to_delivery")
BLOCKS = ("blockquote", "pre", "br", "p", "li", "div")

Call = tuple[str, dict[str, Any]]
"""A method and its parameters."""


def call_of(claimed: Claimed, mark: str = "") -> Call:
    """The call to make. `mark` (plain text) stands at the head of its text: that it may be a repeat."""
    method, payload = claimed.method, claimed.payload
    if "edit_delivery" in payload and claimed.target is None and method == "editMessageText":
        method, payload = "sendMessage", as_new_message(payload)
    parameters = {key: value for key, value in payload.items() if key not in OWN_KEYS}
    if method.startswith(("send", "copy", "forward")):
        if claimed.thread_id > GENERAL:
            parameters["message_thread_id"] = claimed.thread_id
        if claimed.target is not None:
            parameters["reply_parameters"] = {"message_id": claimed.target, "allow_sending_without_reply": True}
    elif claimed.target is not None:
        parameters["message_id"] = claimed.target
    if mark:
        _put_mark(parameters, mark)
    return method, {"chat_id": claimed.chat_id, **parameters}


def as_new_message(payload: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of an edit as those of a new message, which answers the old one if that is still there."""
    new = {key: payload[key] for key in NEW_MESSAGE_KEYS if key in payload}
    if "message_id" in payload:
        new["reply_parameters"] = {"message_id": payload["message_id"], "allow_sending_without_reply": True}
    elif "edit_delivery" in payload:
        new.setdefault("reply_to_delivery", payload["edit_delivery"])
    return new


def as_plain_text(payload: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The parameters without markup, every link written out, in as many parts as the text needs.

    Buttons go with the last part. Empty when there is no text or caption to say it with.
    """
    key = "text" if "text" in payload else "caption"
    if not isinstance(payload.get(key), str):
        return []
    is_html = str(payload.get("parse_mode", "")).upper() == "HTML"
    text = plain_text(payload[key]) if is_html else payload[key]
    rest = {name: value for name, value in payload.items() if name not in (key, "parse_mode", "entities")}
    if key == "caption":
        rest.pop("caption_entities", None)
        return [{**rest, "caption": next(_parts(text, CAPTION_LIMIT), "")}]
    parts = list(_parts(text, TEXT_LIMIT))
    buttons = rest.pop("reply_markup", None)
    texts: list[dict[str, Any]] = [{**rest, "text": part} for part in parts]
    if texts and buttons is not None:
        texts[-1]["reply_markup"] = buttons
    return texts


def length(text: str) -> int:
    """Length as Telegram's limits count it: UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def plain_text(markup: str) -> str:
    """What a reader would see of Telegram's HTML, however broken, with each link's address behind its words."""
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    return "".join(reader.said).strip()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self._links: list[tuple[str, int]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self._links.append((dict(attrs).get("href") or "", len(self.said)))
        elif tag in BLOCKS:
            self.said.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._links:
            url, start = self._links.pop()
            if url and "".join(self.said[start:]).strip() != url:
                self.said.append(f" ({url})")
        elif tag in BLOCKS:
            self.said.append("\n")

    def handle_data(self, data: str) -> None:
        self.said.append(data)

    def close(self) -> None:
        super().close()
        while self._links:  # never closed: the address must not be lost
            self.handle_endtag("a")


def _parts(text: str, limit: int) -> Iterator[str]:
    """Pieces of at most `limit` units, cut at a line's end, else at a space, else anywhere."""
    text = text.strip()
    while length(text) > limit:
        end, units = 0, 0
        for end, character in enumerate(text):  # noqa: B007 - where the loop stops is the answer
            units += 2 if ord(character) > 0xFFFF else 1
            if units > limit:
                break
        cut = max(text.rfind("\n", end // 2, end), 0) or max(text.rfind(" ", end // 2, end), 0) or end
        yield text[:cut].rstrip()
        text = text[cut:].lstrip()
    if text:
        yield text


def _put_mark(parameters: dict[str, Any], mark: str) -> None:
    """Put the mark at the head of the text or caption; a short one when the text leaves no room."""
    target = parameters
    if isinstance(parameters.get("media"), list) and parameters["media"]:
        target = dict(parameters["media"][0])
        parameters["media"] = [target, *parameters["media"][1:]]
    key, limit = ("text", TEXT_LIMIT) if "text" in target else ("caption", CAPTION_LIMIT)
    text = str(target.get(key, ""))
    is_html = str(target.get("parse_mode", "")).upper() == "HTML"
    units = length(plain_text(text) if is_html else text)
    head = f"{mark}\n" if units + length(mark) < limit else f"{SHORT_MARK} "
    target[key] = (html.escape(head, quote=False) if is_html else head) + text
    for entities in ("entities", "caption_entities"):  # their offsets count from the head
        if isinstance(target.get(entities), list):
            target[entities] = [{**entity, "offset": entity["offset"] + length(head)} for entity in target[entities]]
