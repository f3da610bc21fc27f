r"""A strict local stand-in for Telegram's Bot API: the server, and the people who talk to the bot.

    async with BotApi() as api:
        bot = telegram.Bot(api.token, base_url=api.base_url, base_file_url=api.base_file_url)
        amina = api.person(7, "Amina", "en")
        await amina.say(None, "/start")                    # None: her private chat with the bot
        answer = await api.wait_for(amina.chat, "Welcome")  # the bot's first message there that contains it
        assert render(answer) == "Welcome, Amina\n[Follow TTP]"
        tap = await amina.press(answer, "Follow TTP")
        await api.answered(tap)

What it promises:

- Every call is checked against the published description (methods.json): unknown, missing and mistyped parameters are
  refused with 400, unknown methods with 404, a wrong token with 401. Telegram itself is more lenient with unknown
  parameters. A method that is described but not played here is refused with 400 too, and says so.
- Texts go through Telegram's own parser (tdjson). `message.text`, `.entities`, `.links`, `.buttons` are what people get.
- A person must have written before the bot may write (`api.person(..., started=True)` skips that).
- `limits=Limits()` switches flood control on, strict sliding windows; `api.flood.refused` and `.during_wait` count.
- `api.faults.add(Rule(Fault.RESET_AFTER, method="sendMessage"))` spoils calls. `api.calls` is the log of all of them.
- Nothing sleeps for luck: `wait_for`, `answered`, `until` wake when something happened. They raise TimeoutError.
- `now` is the clock (aware UTC) for dates and flood windows. Long polls and webhooks run on real time.
"""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from collections.abc import Callable, Mapping
from dataclasses import asdict, is_dataclass
from datetime import UTC, datetime
from random import Random
from typing import TYPE_CHECKING, Any, Self, TypeVar, overload

from aiohttp import web

from bot.rehearsal.backend import Backend, admin_rights
from bot.rehearsal.calls import MAX_BODY, Call, read_arguments
from bot.rehearsal.faults import Fault, Faults, Rule
from bot.rehearsal.flood import Flood, Limits
from bot.rehearsal.methods import table
from bot.rehearsal.people import Person
from bot.rehearsal.refusal import Refusal, bad_request
from bot.rehearsal.render import render
from bot.rehearsal.schema import Upload, bot_api
from bot.rehearsal.texts import parser
from bot.rehearsal.updates import FIRST_WAIT, Updates
from bot.rehearsal.world import Callback, Chat, ChatKind, InlineQuery, Member, Message, Rank, User, World

if TYPE_CHECKING:
    from aiohttp.web_request import BaseRequest

TOKEN = "4400000001:rehearsal_token_opens_no_door_AAAAA"  # noqa: S105 - it opens nothing but this stand-in
HTML_502 = b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>502 Bad Gateway</body>\r\n</html>\r\n"
PATIENCE = 5.0

T = TypeVar("T")
Wanted = Callable[[Message], bool]


class BotApi:
    """One Telegram with one bot, on loopback. Use it with `async with`."""

    def __init__(
        self,
        token: str = TOKEN,
        *,
        now: Callable[[], datetime] | None = None,
        limits: Limits | None = None,
        port: int = 0,
        seed: int = 0,
        webhook_wait: float = FIRST_WAIT,
        reads_all: bool = False,
    ) -> None:
        """`port` 0 takes a free one; `webhook_wait` is the pause in seconds before the second repetition of a push."""
        bot = User(int(token.partition(":")[0]), "Khabardar", username="khabardar_rehearsal_bot", is_bot=True)
        world = World(bot, users={bot.id: bot})
        clock = now or (lambda: datetime.now(UTC))
        updates = Updates(lambda: int(clock().timestamp()), first_wait=webhook_wait, on_answer=self._answer_of_webhook)
        self.token = token
        self.backend = Backend(world, updates, Flood(limits), clock, reads_all=reads_all)
        self.faults = Faults(Random(seed))  # noqa: S311 - repeatable faults, no secret
        self.calls: list[Call] = []
        self._port = port
        self._runner: web.ServerRunner | None = None
        self._closing = asyncio.Event()

    async def __aenter__(self) -> Self:
        """Raises ConfigError when Telegram's parser is not installed."""
        parser()
        await self.come_back()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.updates.close()
        await self.go_down()

    async def come_back(self) -> None:
        """Listen, at the same address as before."""
        self._closing.clear()
        server = web.Server(self._serve, handler_cancellation=True, access_log=None)
        server.request_factory = lambda message, payload, protocol, writer, task: web.BaseRequest(
            message, payload, protocol, writer, task, asyncio.get_running_loop(), client_max_size=MAX_BODY
        )
        self._runner = web.ServerRunner(server, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        self._port = self._runner.addresses[0][1]

    async def go_down(self) -> None:
        """An outage: connections end and new ones are refused. What Telegram knows is kept."""
        self._closing.set()
        self.updates.drop_poll()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    # --- where ---

    @property
    def url(self) -> str:
        """What KHABARDAR_TELEGRAM_API is set to."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def base_url(self) -> str:
        """What python-telegram-bot calls base_url."""
        return f"{self.url}/bot"

    @property
    def base_file_url(self) -> str:
        return f"{self.url}/file/bot"

    # --- who ---

    @property
    def world(self) -> World:
        return self.backend.world

    @property
    def updates(self) -> Updates:
        return self.backend.updates

    @property
    def flood(self) -> Flood:
        return self.backend.flood

    def person(
        self,
        user_id: int,
        name: str,
        language: str | None = "en",
        *,
        username: str | None = None,
        started: bool = False,
    ) -> Person:
        """Somebody with a private chat with the bot; `started` when that person wrote to the bot before."""
        user = User(user_id, name, language, username)
        self.world.users[user_id] = user
        self.world.chats[user_id] = Chat(user_id, ChatKind.PRIVATE, name, username, started=started)
        return Person(user, self.backend)

    def group(
        self,
        chat_id: int,
        title: str,
        owner: Person,
        *,
        kind: ChatKind = ChatKind.SUPERGROUP,
        forum: bool = False,
        username: str | None = None,
        bot: Rank = Rank.MEMBER,
    ) -> Chat:
        """A group, supergroup, forum or channel in which the bot already is (or has left, as `bot` says)."""
        chat = Chat(chat_id, kind, title, username, is_forum=forum, next_id=2)  # 1 is the group's creation, or General
        chat.members[owner.id] = Member(owner.user, Rank.OWNER)
        rights = admin_rights(chat) if bot is Rank.ADMIN else frozenset()
        chat.members[self.backend.bot.id] = Member(self.backend.bot, bot, rights)
        self.world.chats[chat_id] = chat
        return chat

    def channel(self, chat_id: int, title: str, owner: Person, *, username: str | None = None) -> Chat:
        """A channel in which the bot is an admin."""
        return self.group(chat_id, title, owner, kind=ChatKind.CHANNEL, username=username, bot=Rank.ADMIN)

    def chat(self, chat_id: int) -> Chat:
        """The chat of that id. Raises KeyError."""
        return self.world.chats[chat_id]

    @property
    def unanswered(self) -> list[Callback]:
        """Pressed buttons that still show a spinning wheel."""
        return [callback for callback in self.world.callbacks.values() if not callback.answers]

    def calls_to(self, method: str, chat_id: int | None = None) -> list[Call]:
        """The calls of one method in order, of one chat if asked."""
        return [
            call
            for call in self.calls
            if call.method == method and (chat_id is None or str(call.arguments.get("chat_id")) == str(chat_id))
        ]

    # --- waiting ---

    async def until(self, condition: Callable[[], T | None], patience: float = PATIENCE, what: str = "") -> T:
        """What `condition` gives once it gives something true. Looks whenever something happened. Raises TimeoutError."""
        try:
            async with asyncio.timeout(patience):
                while not (found := condition()):
                    await self.backend.change.wait()
        except TimeoutError:
            raise TimeoutError(f"nothing like it in {patience} s: {what or condition}") from None
        return found

    @overload
    async def wait_for(self, chat: Chat | Person | int, wanted: int, patience: float = ...) -> list[Message]: ...
    @overload
    async def wait_for(self, chat: Chat | Person | int, wanted: str | Wanted, patience: float = ...) -> Message: ...
    async def wait_for(
        self, chat: Chat | Person | int, wanted: int | str | Wanted, patience: float = PATIENCE
    ) -> list[Message] | Message:
        """The bot's first message in a chat that contains a text or satisfies a predicate, or all when there are N.

        Raises TimeoutError, which shows what did come.
        """
        place = self.chat(chat) if isinstance(chat, int) else chat.chat if isinstance(chat, Person) else chat

        def found() -> list[Message] | Message | None:
            messages = place.messages
            if isinstance(wanted, int):
                return messages if len(messages) >= wanted else None
            fits = (lambda message: wanted in render(message)) if isinstance(wanted, str) else wanted
            return next((message for message in messages if fits(message)), None)

        try:
            return await self.until(found, patience)
        except TimeoutError:
            came = "\n---\n".join(render(message) for message in place.messages[-5:]) or "nothing"
            raise TimeoutError(f"no {wanted!r} in chat {place.id} within {patience} s; what came:\n{came}") from None

    async def answered(self, asked: Callback | InlineQuery, patience: float = PATIENCE) -> Mapping[str, Any]:
        """The parameters of the bot's answer to a pressed button or an inline query. Raises TimeoutError."""
        return await self.until(lambda: asked.answer, patience, f"an answer to {asked}")

    # --- serving ---

    async def call(self, method: str, arguments: Mapping[str, Any], uploads: Mapping[str, Upload] | None = None) -> Any:
        """The result of a call, without HTTP. Raises Refusal."""
        described = bot_api().method(method)
        values = described.read(arguments, uploads or {})
        if uploads:
            values["attached"] = dict(uploads)
        play = table.get(described.name)
        if play is None:
            raise bad_request(f"the stand-in does not play {described.name}")
        result = play(self.backend, values)
        return await result if asyncio.iscoroutine(result) else result

    async def _answer_of_webhook(self, answer: dict[str, Any]) -> None:
        method = str(answer.pop("method"))
        status, body = await self._carry_out(method, answer, {})
        self._note(method, answer, status, body)

    async def _serve(self, request: BaseRequest) -> web.StreamResponse:
        path = request.rel_url.path
        if path.startswith("/file/bot"):
            return self._file(path.removeprefix("/file/bot"))
        token, _, method = path.removeprefix("/bot").partition("/")
        if not path.startswith("/bot") or not method:
            return answer_with(404, {"ok": False, "error_code": 404, "description": "Not Found"})
        if token != self.token:
            return answer_with(401, {"ok": False, "error_code": 401, "description": "Unauthorized"})
        try:
            arguments, uploads = await read_arguments(request)
        except Refusal as refusal:
            return answer_with(refusal.status, refusal.as_json())
        rule = self.faults.strike(method, arguments)
        if rule is not None:
            return await self._spoiled(request, rule, method, arguments, uploads)
        status, body = await self._carry_out(method, arguments, uploads)
        self._note(method, arguments, status, body)
        return answer_with(status, body)

    async def _carry_out(
        self, method: str, arguments: Mapping[str, Any], uploads: Mapping[str, Upload]
    ) -> tuple[int, dict[str, Any]]:
        try:
            return 200, {"ok": True, "result": await self.call(method, arguments, uploads)}
        except Refusal as refusal:
            return refusal.status, refusal.as_json()

    async def _spoiled(
        self, request: BaseRequest, rule: Rule, method: str, arguments: dict[str, Any], uploads: dict[str, Upload]
    ) -> web.StreamResponse:
        """A call that goes wrong as the rule says. It is logged before anybody waits."""
        status, body = 0, dict[str, Any]()
        if rule.fault.has_effect:
            status, body = await self._carry_out(method, arguments, uploads)
        elif rule.refusal is not None:
            status, body = rule.refusal.status, rule.refusal.as_json()
        self._note(method, arguments, status, body, rule.fault)
        match rule.fault:
            case Fault.BAD_GATEWAY | Fault.BAD_GATEWAY_AFTER:
                return web.Response(status=502, body=HTML_502, content_type="text/html")
            case Fault.RESET_BEFORE | Fault.RESET_AFTER:
                reset(request)
                await self._closing.wait()
            case Fault.TIMEOUT_BEFORE | Fault.TIMEOUT_AFTER:
                await self._closing.wait()
            case Fault.SLOW:
                await asyncio.sleep(rule.delay.total_seconds() if rule.delay else 1)
            case Fault.TRUNCATED:
                text = encoded(body)
                return web.Response(status=status, body=text[: len(text) // 2], content_type="application/json")
            case Fault.REFUSE:
                pass
        return answer_with(status or 500, body)

    def _note(
        self, method: str, arguments: dict[str, Any], status: int, body: dict[str, Any], fault: str | None = None
    ) -> None:
        self.calls.append(Call(method, arguments, self.backend.clock(), status, body, fault))
        self.backend.changed()

    def _file(self, rest: str) -> web.Response:
        token, _, path = rest.partition("/")
        if token != self.token:
            return answer_with(401, {"ok": False, "error_code": 401, "description": "Unauthorized"})
        for file in self.world.files.values():
            if file.path == path:
                return web.Response(body=file.content, content_type="application/octet-stream")
        return answer_with(404, {"ok": False, "error_code": 404, "description": "Not Found"})


def answer_with(status: int, body: dict[str, Any]) -> web.Response:
    response = web.Response(status=status, body=encoded(body), content_type="application/json")
    retry_after = body.get("parameters", {}).get("retry_after")
    if retry_after is not None:
        response.headers["Retry-After"] = str(retry_after)
    return response


def encoded(body: dict[str, Any]) -> bytes:
    return json.dumps(body, default=as_plain).encode()


def as_plain(value: object) -> object:
    """Values of our own inside results."""
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    raise TypeError(f"not for JSON: {type(value).__name__}")


def reset(request: BaseRequest) -> None:
    """Close the connection as a crashed peer does: with RST instead of FIN."""
    transport = request.transport
    if transport is None:
        return
    connection = transport.get_extra_info("socket")
    if connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
