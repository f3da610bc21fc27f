"""One HTTP request as a call of a Bot API method: where it goes and what it carries."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiohttp import web
from yarl import URL

from bot.rehearsal.refusal import Refusal, bad_request
from bot.rehearsal.schema import Upload

if TYPE_CHECKING:
    from datetime import datetime

    from aiohttp.web_request import BaseRequest

MAX_BODY = 60 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Call:
    """One line of the log: what was asked, what was answered. `status` is 0 when nothing was answered."""

    method: str
    arguments: dict[str, Any]
    at: datetime
    status: int = 0
    answer: dict[str, Any] = field(default_factory=dict)
    fault: str | None = None

    @property
    def is_ok(self) -> bool:
        return self.status == 200

    @property
    def description(self) -> str:
        return str(self.answer.get("description", ""))


async def read_arguments(request: BaseRequest) -> tuple[dict[str, Any], dict[str, Upload]]:
    """Arguments of the query string and the body, and uploaded files. Raises Refusal for a body that cannot be read."""
    arguments: dict[str, Any] = dict(request.rel_url.query)
    if request.method == "GET" or not request.can_read_body:
        return arguments, {}
    try:
        match request.content_type:
            case "application/json":
                body = json.loads(await request.read())
                if not isinstance(body, dict):
                    raise bad_request("request body must be a JSON object")
                return arguments | body, {}
            case "multipart/form-data":
                return await read_form(request, arguments)
            case _:
                form = URL.build(query_string=(await request.read()).decode(), encoded=True)  # in C, unlike parse_qsl
                return arguments | dict(form.query), {}
    except web.HTTPRequestEntityTooLarge:
        raise Refusal(413, "Request Entity Too Large") from None
    except (ValueError, RecursionError):
        raise bad_request("can't parse request body") from None


async def read_form(request: BaseRequest, arguments: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Upload]]:
    uploads = {}
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            with value.file as file:
                uploads[name] = Upload(value.filename, file.read(), value.content_type)
        else:
            arguments[name] = value.decode() if isinstance(value, bytes | bytearray) else value
    return arguments, uploads
