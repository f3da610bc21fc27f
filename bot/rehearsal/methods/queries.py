"""Answers to pressed buttons and to inline queries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.rehearsal.keyboards import checked_markup
from bot.rehearsal.methods.table import plays
from bot.rehearsal.refusal import bad_request
from bot.rehearsal.texts import read_text

if TYPE_CHECKING:
    from bot.rehearsal.backend import Backend
    from bot.rehearsal.world import Json

Arguments = dict[str, Any]
MAX_ANSWER = 200
MAX_RESULTS = 50
MAX_ID = 64
START_PARAMETER = 64
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


@plays("answerCallbackQuery")
def answer_callback_query(backend: Backend, arguments: Arguments) -> bool:
    callback = backend.world.callbacks.get(arguments["callback_query_id"])
    if callback is None:
        raise bad_request(TOO_OLD)
    if len(arguments.get("text", "")) > MAX_ANSWER:
        raise bad_request("MESSAGE_TOO_LONG")
    if "url" in arguments:
        raise bad_request("URL_INVALID")  # only games and t.me links of the bot itself may be opened
    callback.answer = arguments
    callback.answers += 1
    backend.changed()
    return True


@plays("answerInlineQuery")
def answer_inline_query(backend: Backend, arguments: Arguments) -> bool:
    query = backend.world.inline_queries.get(arguments["inline_query_id"])
    if query is None:
        raise bad_request(TOO_OLD)
    results = arguments["results"]
    if len(results) > MAX_RESULTS:
        raise bad_request("RESULTS_TOO_MUCH")
    if len({result["id"] for result in results}) < len(results):
        raise bad_request("RESULT_ID_DUPLICATE")
    if len(arguments.get("next_offset", "").encode()) > MAX_ID:
        raise bad_request("NEXT_OFFSET_INVALID")
    if len((arguments.get("button") or {}).get("start_parameter", "")) > START_PARAMETER:
        raise bad_request("START_PARAM_INVALID")
    query.results = [checked_result(result) for result in results]
    query.answer = arguments
    backend.changed()
    return True


def checked_result(result: Json) -> Json:
    """The result with its text as it would be sent, under "formatted". Raises Refusal."""
    if not 1 <= len(result["id"].encode()) <= MAX_ID:
        raise bad_request("RESULT_ID_INVALID")
    checked_markup(result.get("reply_markup"))
    content = result.get("input_message_content") or {}
    if "message_text" not in content:
        return result
    text = read_text(content["message_text"], content.get("parse_mode"), content.get("entities"))
    return {**result, "formatted": text}
