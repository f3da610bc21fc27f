"""Updates on their way to the bot: kept until confirmed, handed out by long polling or pushed to a webhook."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import aiohttp

from bot.rehearsal.refusal import bad_request, conflict

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from bot.rehearsal.world import Json

# Off unless the bot asks for them.
ON_REQUEST = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
LONGEST_POLL = 50
FIRST_WAIT = 2.0
LONGEST_WAIT = 120.0


@dataclass(slots=True)
class Webhook:
    """Where updates are pushed, and how that went."""

    url: str
    secret: str | None = None
    connections: int = 40
    ip_address: str | None = None
    last_error_at: int | None = None
    last_error: str | None = None
    delivered: int = 0
    failed: int = 0


@dataclass(slots=True)
class Updates:
    """The queue of one bot. `now` gives Unix seconds; `first_wait` is the pause before the second repetition of a push."""

    now: Callable[[], int]
    first_wait: float = FIRST_WAIT
    pending: dict[int, Json] = field(default_factory=dict)
    allowed: tuple[str, ...] = ()
    webhook: Webhook | None = None
    next_id: int = 1000
    dropped: int = 0  # updates of kinds that the bot did not ask for
    poller: asyncio.Future[None] | None = None
    pushes: set[asyncio.Task[None]] = field(default_factory=set)
    lanes: dict[int, asyncio.Queue[int]] = field(default_factory=dict)
    session: aiohttp.ClientSession | None = None
    on_answer: Callable[[Json], Awaitable[object]] | None = None
    settled: asyncio.Event = field(default_factory=asyncio.Event)  # nothing is pending
    polling: asyncio.Event = field(default_factory=asyncio.Event)  # a long poll waits

    def push(self, kind: str, body: Json, *, chat_id: int = 0) -> int | None:
        """Queue an update; its id, or None when the bot does not want that kind."""
        if (kind not in self.allowed) if self.allowed else (kind in ON_REQUEST):
            self.dropped += 1
            return None
        update_id, self.next_id = self.next_id, self.next_id + 1
        self.deliver({"update_id": update_id, kind: body}, chat_id)
        return update_id

    def deliver(self, update: Json, chat_id: int = 0) -> None:
        """Hand out an update, perhaps once more: Telegram redelivers what it believes was not received."""
        self.pending[update["update_id"]] = update
        self.pending = dict(sorted(self.pending.items()))
        self.settled.clear()
        if self.webhook is not None:
            self.enqueue(update["update_id"], chat_id)
        elif self.poller is not None and not self.poller.done():
            self.poller.set_result(None)

    def allow(self, kinds: Sequence[str] | None) -> None:
        """Which kinds the bot wants from now on. None keeps what was said before, an empty list is the default."""
        if kinds is not None:
            self.allowed = tuple(kinds)

    # --- polling ---

    async def poll(self, offset: int, limit: int, timeout: float) -> list[Json]:  # noqa: ASYNC109 - the caller's own wish, answered with [] instead of an error
        """Updates from `offset` on; those before it are confirmed and gone. Raises Refusal 409."""
        if self.webhook is not None:
            raise conflict(
                "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
            )
        self.end_poll("terminated by other getUpdates request; make sure that only one bot instance is running")
        self.confirm(offset)
        if not self.pending and timeout > 0:
            self.poller = mine = asyncio.get_running_loop().create_future()
            self.polling.set()
            try:
                await asyncio.wait_for(asyncio.shield(mine), min(timeout, LONGEST_POLL))
            except TimeoutError:
                pass
            finally:
                if self.poller is mine:
                    self.poller = None
                    self.polling.clear()
                mine.cancel()
        return list(self.pending.values())[:limit]

    def end_poll(self, reason: str) -> None:
        """Somebody else took over: the waiting poll ends with 409."""
        if self.poller is not None and not self.poller.done():
            self.poller.set_exception(conflict(reason))
        self.poller = None

    def drop_poll(self) -> None:
        """The waiting poll ends without an answer, as when the line is cut."""
        if self.poller is not None:
            self.poller.cancel()

    def confirm(self, offset: int) -> None:
        if offset < 0:
            kept = list(self.pending)[offset:]
            self.pending = {update_id: self.pending[update_id] for update_id in kept}
        else:
            self.pending = {key: update for key, update in self.pending.items() if key >= offset}
        if not self.pending:
            self.settled.set()

    # --- webhook ---

    def set_webhook(self, webhook: Webhook) -> None:
        self.stop_pushing()
        self.end_poll("terminated by setWebhook request")
        self.webhook = webhook
        for update_id, update in self.pending.items():
            self.enqueue(update_id, chat_of(update))

    def delete_webhook(self) -> bool:
        """Whether there was one."""
        was_set = self.webhook is not None
        self.stop_pushing()
        self.webhook = None
        return was_set

    def stop_pushing(self) -> None:
        for task in self.pushes:
            task.cancel()
        self.lanes.clear()

    def enqueue(self, update_id: int, chat_id: int) -> None:
        """Updates of one chat are pushed one after the other, different chats side by side."""
        if chat_id not in self.lanes:
            self.lanes[chat_id] = asyncio.Queue()
            task = asyncio.create_task(self.work_lane(chat_id, self.lanes[chat_id]))
            self.pushes.add(task)
            task.add_done_callback(self.pushes.discard)
        self.lanes[chat_id].put_nowait(update_id)

    async def work_lane(self, chat_id: int, lane: asyncio.Queue[int]) -> None:
        wait = 0.0
        while not lane.empty():
            update_id = lane.get_nowait()
            wait = 0.0
            while update_id in self.pending and not await self.push_once(update_id):
                await asyncio.sleep(wait)
                wait = min(wait * 2, LONGEST_WAIT) or self.first_wait
        if self.lanes.get(chat_id) is lane:
            del self.lanes[chat_id]

    async def push_once(self, update_id: int) -> bool:
        """Whether the bot took the update."""
        webhook, update = self.webhook, self.pending[update_id]
        if webhook is None:
            return True
        if self.session is None:
            self.session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60))
        headers = {"X-Telegram-Bot-Api-Secret-Token": webhook.secret} if webhook.secret else {}
        try:
            async with self.session.post(webhook.url, json=update, headers=headers) as response:
                if response.status // 100 != 2:
                    return self.note_failure(webhook, f"Wrong response from the webhook: {response.status}")
                await self.carry_out(await response.read())
        except (aiohttp.ClientError, TimeoutError) as error:
            return self.note_failure(webhook, f"Connection failed: {type(error).__name__}")
        webhook.delivered += 1
        self.pending.pop(update_id, None)
        if not self.pending:
            self.settled.set()
        return True

    async def carry_out(self, body: bytes) -> None:
        """A webhook may answer with a call."""
        if self.on_answer is not None and body.lstrip()[:1] == b"{":
            try:
                answer = aiohttp.typedefs.DEFAULT_JSON_DECODER(body.decode())
            except ValueError:
                return
            if isinstance(answer, dict) and "method" in answer:
                await self.on_answer(answer)

    def note_failure(self, webhook: Webhook, reason: str) -> bool:
        webhook.failed += 1
        webhook.last_error, webhook.last_error_at = reason, self.now()
        return False

    async def close(self) -> None:
        tasks = list(self.pushes)
        self.stop_pushing()
        await asyncio.gather(*tasks, return_exceptions=True)
        self.drop_poll()
        if self.session is not None:
            await self.session.close()


def chat_of(update: Json) -> int:
    """The chat that an update belongs to, 0 for none."""
    for body in update.values():
        if isinstance(body, dict):
            chat = body.get("chat") or body.get("message", {}).get("chat") or {}
            return int(chat.get("id", 0))
    return 0


def checked_secret(secret: str | None) -> str | None:
    """A webhook's secret, 1 to 256 of A-Z a-z 0-9 _ -. Raises Refusal."""
    if secret is None:
        return None
    if len(secret) > 256:
        raise bad_request("secret token is too long")
    if not all(character.isascii() and (character.isalnum() or character in "_-") for character in secret):
        raise bad_request("secret token contains unallowed characters")
    return secret
