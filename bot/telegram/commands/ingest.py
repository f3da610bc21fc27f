"""/ingest, forwarded posts, posts of channels: articles that people hand in."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bot.telegram.commands.command import Command, Right
from bot.telegram.markup import bold, clip, code, join, link, text, usable_url
from bot.telegram.request import Answer, Button, Refusal
from digests.errors import EmptyArticle, SourceError
from digests.model import Media, RawArticle
from digests.store import ledger
from digests.store.ledger import Role

if TYPE_CHECKING:
    from datetime import datetime

    from telegram import Message

    from bot.telegram.commands.command import Act
    from bot.telegram.request import Request
    from bot.telegram.services import ReadArticle, Services
    from digests.store import Store

__all__ = ["ACTIONS", "COMMANDS", "READ_CHANNELS", "forwarded", "post_of_channel", "reads_channel"]

READ_CHANNELS = "read_channel:"  # named values: channels whose posts are articles
LEAST_TEXT = 80


async def ingest(request: Request, desk: Services) -> Act:
    """Read an address now. `/ingest @channel` reads what is published in a channel from now on, or no longer."""
    if request.is_elsewhere and not request.args:
        return partial(_switch_channel, request=request)
    url = usable_url(request.args.split()[0]) if request.args else None
    if url is None:
        raise Refusal("ingest.what")
    try:
        read = await desk.outside.read_url(url)
    except (SourceError, EmptyArticle) as error:
        raise Refusal("ingest.failed", url=url, reason=str(error)) from error
    return partial(_told, request=request, read=read)


async def forwarded(request: Request, desk: Services) -> Act:
    """A forwarded post: its link is read, or its own text when it has none."""
    if request.role is Role.READER:
        raise Refusal("ingest.admins")
    post = request.forwarded
    assert post is not None  # noqa: S101 - reached by forwarded posts only
    urls = [usable for found in post.links if (usable := usable_url(found)) is not None]
    if urls and len(post.text) < LEAST_TEXT + len(urls[0]):
        return await ingest(request.with_args(urls[0]), desk)
    if len(post.text.strip()) < LEAST_TEXT:
        raise Refusal("ingest.short")
    raw = raw_post(post.text, request, url=urls[0] if urls else None, origin=post.origin)
    try:
        read = await desk.outside.read_raw(raw)
    except (SourceError, EmptyArticle) as error:
        raise Refusal("ingest.failed", url=post.origin, reason=str(error)) from error
    return partial(_told, request=request, read=read)


def raw_post(said: str, request: Request, *, url: str | None, origin: str) -> RawArticle:
    """A post as an article: its text, when it was published, and the channel it came from."""
    posted = request.forwarded.at if request.forwarded else None
    return RawArticle(
        content=said, media=Media.TEXT, seen=request.now, url=url, published=posted, source=origin or None
    )


def post_of_channel(post: Message, now: datetime) -> RawArticle | None:
    """A post of a channel as an article; None when it says too little to be one."""
    said = post.text or post.caption or ""
    if len(said.strip()) < LEAST_TEXT:
        return None
    url = f"https://t.me/{post.chat.username}/{post.message_id}" if post.chat.username else None
    return RawArticle(
        content=said, media=Media.TEXT, seen=now, url=url, published=post.date, source=post.chat.title or None
    )


def reads_channel(store: Store, chat_id: int) -> bool:
    """Whether posts of that channel are articles: an admin has to have said so, or anybody could feed the bot."""
    return ledger.named_value(store, f"{READ_CHANNELS}{chat_id}") == "on"


def _switch_channel(store: Store, request: Request) -> Answer:
    on = not reads_channel(store, request.where.chat_id)
    ledger.set_named_value(store, f"{READ_CHANNELS}{request.where.chat_id}", "on" if on else "off")
    action = "read channel" if on else "stop reading channel"
    ledger.audit(
        store, request.user_id, action, subject=str(request.where.chat_id), detail=request.title, now=request.now
    )
    return Answer.of(request.words("ingest.channel_on" if on else "ingest.channel_off", title=request.title))


def _told(store: Store, request: Request, read: ReadArticle) -> Answer:
    words = request.words
    ledger.audit(store, request.user_id, "ingest", subject=read.url or "", detail=read.title, now=request.now)
    title = link(bold(text(clip(read.title, 200))), read.url)
    lines = [
        words("ingest.done" if read.is_new else "ingest.known", title=title),
        words("ingest.matched", n=read.queries),
    ]
    buttons: tuple[Button, ...] = ()
    if read.story is not None:
        lines.append(words("story.id", id=code(read.story.id)))
        buttons = (Button(words.plain("told.button.sources"), "sources", read.story.id),)
    return Answer.of(join("\n", lines), buttons)


COMMANDS = (Command("ingest", ahead=ingest, right=Right.ADMIN),)
ACTIONS: tuple[Command, ...] = ()
