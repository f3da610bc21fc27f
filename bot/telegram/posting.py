"""Replies as calls of the Bot API, ready for the outbox."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from bot.telegram.markup import MAX_ENTITIES, MAX_LENGTH, Html, bold, join, text
from bot.telegram.menus import keyboard
from digests.model import Outgoing, Priority

if TYPE_CHECKING:
    from bot.telegram.request import Reply, Request

__all__ = ["outgoing", "split"]

MAX_CAPTION = 1024
MAX_BYTES = 30_000  # of 32,768 before parsing: long addresses count


def outgoing(request: Request, number: int, reply: Reply) -> tuple[Outgoing, ...]:
    """The calls that make a reply, one unless it is too long for one message. Keys make replaying an update harmless."""
    here = reply.to or request.here
    shown = reply.text
    if request.is_elsewhere and reply.to is None:
        shown = join("\n", (Html("📣 ") + bold(text(request.title)), shown))
    key = f"reply:{request.update_id}:{number}"
    if reply.document is not None:
        return (Outgoing(key, here.chat_id, "sendDocument", _document(reply, shown), here.thread_id, Priority.REPLY),)
    pieces = split(shown)
    calls = []
    for part, piece in enumerate(pieces):
        payload: dict[str, object] = {
            "text": piece.markup,
            "parse_mode": "HTML",
            "link_preview_options": {"is_disabled": not reply.preview},
        }
        method = "sendMessage"
        is_last = part == len(pieces) - 1
        if is_last and (reply.buttons or reply.edit):
            payload["reply_markup"] = keyboard(reply.buttons, request.where if request.is_elsewhere else None)
        if reply.edit and part == 0 and request.pressed is not None and request.pressed.message_id is not None:
            method = "editMessageText"
            payload["message_id"] = request.pressed.message_id
        elif reply.to is None and not request.is_private and request.message_id is not None and part == 0:
            payload["reply_parameters"] = {
                "message_id": request.message_id,
                "allow_sending_without_reply": True,
            }
        calls.append(
            Outgoing(
                key if part == 0 else f"{key}:{part}", here.chat_id, method, payload, here.thread_id, Priority.REPLY
            )
        )
    return tuple(calls)


def split(shown: Html) -> tuple[Html, ...]:
    """Pieces that each fit into one message, cut between lines; formatting never reaches over a line that is cut."""
    if _fits(shown):
        return (shown,)
    pieces: list[Html] = []
    current = Html()
    for line in _blocks(shown.markup):
        piece = Html(line)
        grown = Html(f"{current.markup}\n{line}") if current else piece
        if current and not _fits(grown):
            pieces.append(current)
            current = piece
        else:
            current = grown
    return (*pieces, current)


def _fits(shown: Html) -> bool:
    in_bytes = len(shown.markup.encode())
    return shown.length <= MAX_LENGTH and shown.entities <= MAX_ENTITIES and in_bytes <= MAX_BYTES


def _blocks(markup: str) -> list[str]:
    """Lines, with those between an opening and its closing tag kept together."""
    blocks: list[str] = []
    depth = 0
    for line in markup.split("\n"):
        if depth > 0:
            blocks[-1] += "\n" + line
        else:
            blocks.append(line)
        depth += line.count("<") - 2 * line.count("</")
    return blocks


def _document(reply: Reply, shown: Html) -> dict[str, object]:
    assert reply.document is not None  # noqa: S101 - asked for by the caller
    payload: dict[str, object] = {
        "document": {
            "filename": reply.document.name,
            "base64": base64.b64encode(reply.document.content).decode("ascii"),
        },
    }
    if shown and shown.length <= MAX_CAPTION:
        payload |= {"caption": shown.markup, "parse_mode": "HTML"}
    if reply.buttons:
        payload["reply_markup"] = keyboard(reply.buttons)
    return payload
