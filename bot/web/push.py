"""POST /articles: articles that somebody hands in. What is answered 202 is on the disk."""

from __future__ import annotations

import asyncio
import json
import math
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING

import structlog
from aiohttp import web

from bot.web.articles import BadBody, Pushed, is_readable, read_articles
from bot.web.senders import Limiter, Refused, Sender, identify
from digests.errors import DigestError, EmptyArticle, StoreError
from digests.store import pushes

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from datetime import datetime

    from bot.db import Db
    from digests.intake import Outcome
    from digests.model import RawArticle
    from digests.store.pushes import PushAnswer

__all__ = ["LARGEST_BODY", "Push", "PushSettings", "Sender"]

log = structlog.get_logger(__name__)

LARGEST_BODY = 1_000_000
READ_SECONDS = 20.0
AT_ONCE = 4
BUSY_SECONDS = "30"
LONGEST_KEY = 200


@dataclass(frozen=True, slots=True)
class PushSettings:
    """Who may push. `full` says why nothing can be stored now (a full disk), or None."""

    senders: tuple[Sender, ...]
    full: Callable[[], str | None] = lambda: None
    read_seconds: float = READ_SECONDS


class Push:
    """The endpoint. `take` brings one article down the road and returns when it is committed."""

    def __init__(
        self,
        settings: PushSettings,
        db: Db,
        take: Callable[[RawArticle], Awaitable[Outcome]],
        now: Callable[[], datetime],
        *,
        observe: Callable[[str], None] | None = None,
    ) -> None:
        """`take` raises EmptyArticle when nothing is left after cleaning. `observe` is told what became of each article."""
        self._settings = settings
        self._db = db
        self._take = take
        self._now = now
        self._observe = observe
        self._limiter = Limiter(lambda: asyncio.get_running_loop().time())
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def handle(self, request: web.Request) -> web.Response:
        """Answer one request; every refusal says what to do."""
        try:
            return await self._answer(request)
        except StoreError as error:
            log.warning("push_not_stored", error=str(error))
            raise _busy("nothing can be stored now; try again") from error

    async def _answer(self, request: web.Request) -> web.Response:
        body = await self._body(request)
        sender = await self._sender(request, body)
        key = request.headers.get("Idempotency-Key", "")[:LONGEST_KEY]
        digest = blake2b(body, digest_size=16).hexdigest()
        if key and (earlier := await self._db.read(pushes.earlier_answer, sender.name, key)):
            return _repeated(earlier, digest)
        results = await self._taken(self._articles(request, body, sender))
        fates = {result["status"] for result in results}
        status, answer = _status(fates), json.dumps({"articles": results}, ensure_ascii=False)
        if key and "unavailable" not in fates:
            kept = pushes.PushAnswer(digest, status, answer)
            await self._db.write(pushes.keep_answer, sender.name, key, kept, self._now())
        return web.Response(status=status, text=answer, content_type="application/json")

    async def _sender(self, request: web.Request, body: bytes) -> Sender:
        try:
            sender, signature = identify(request.headers, body, self._settings.senders, self._now())
        except Refused as refused:
            raise web.HTTPUnauthorized(text=str(refused), headers={"WWW-Authenticate": "Bearer"}) from refused
        if signature and not await self._db.write(pushes.take_nonce, sender.name, signature.nonce, self._now()):
            raise web.HTTPUnauthorized(text="this signed request was sent before; sign each request with a new nonce")
        return sender

    def _articles(self, request: web.Request, body: bytes, sender: Sender) -> list[Pushed]:
        if not is_readable(request.content_type):
            raise web.HTTPUnsupportedMediaType(text="send application/json or application/x-ndjson")
        if reason := self._settings.full():
            raise _busy(reason)
        try:
            articles = read_articles(body, request.content_type, self._now(), source=sender.source)
        except BadBody as bad:
            raise web.HTTPBadRequest(text=str(bad)) from bad
        if (wait := self._limiter.wait(sender, len(articles))) > 0:
            headers = {"Retry-After": str(math.ceil(wait))}
            raise web.HTTPTooManyRequests(text=f"at most {sender.per_minute} articles a minute", headers=headers)
        return articles

    async def _body(self, request: web.Request) -> bytes:
        try:
            async with asyncio.timeout(self._settings.read_seconds):
                return await request.read()
        except TimeoutError as error:
            raise web.HTTPRequestTimeout(text="the body did not arrive in time") from error

    async def _taken(self, articles: Sequence[Pushed]) -> list[dict[str, str]]:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._one(article)) for article in articles]
        results = [task.result() for task in tasks]
        if self._observe:
            for result in results:
                self._observe(result["status"])
        return results

    async def _one(self, article: Pushed) -> dict[str, str]:
        if article.raw is None:
            return {"place": article.place, "status": "error", "error": article.problem}
        try:
            async with self._slots:
                outcome = await self._take(article.raw)
        except EmptyArticle as error:
            return {"place": article.place, "status": "empty", "error": str(error)}
        except StoreError as error:
            log.warning("push_not_stored", error=str(error))
            return {"place": article.place, "status": "unavailable", "error": "could not be stored now; send it again"}
        except DigestError as error:
            return {"place": article.place, "status": "error", "error": str(error)}
        except Exception:
            # A fault of ours with one article must not cost the others their answer.
            log.exception("push_failed", place=article.place)
            return {"place": article.place, "status": "unavailable", "error": "internal error; send it again"}
        return {"place": article.place, "status": outcome.fate.value, "id": outcome.article_id}


def _status(fates: set[str]) -> int:
    """202 when anything is stored, 200 when it was known, 503 when it may be sent again, 422 when nothing is of use."""
    if fates & {"stored", "copy", "edited"}:
        return 202
    if "unavailable" in fates:
        return 503
    return 200 if "known" in fates else 422


def _repeated(earlier: PushAnswer, digest: str) -> web.Response:
    if earlier.body_hash != digest:
        raise web.HTTPUnprocessableEntity(text="this Idempotency-Key was used with another body; use a new one")
    return web.Response(
        status=200 if earlier.status == 202 else earlier.status,
        text=earlier.answer,
        content_type="application/json",
        headers={"Idempotency-Replayed": "true"},
    )


def _busy(reason: str) -> web.HTTPServiceUnavailable:
    return web.HTTPServiceUnavailable(text=reason, headers={"Retry-After": BUSY_SECONDS})
