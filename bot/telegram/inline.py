"""Inline mode: `@BOT TTP` in any chat lists the latest stories; the chosen one is written there by whoever chose it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog
from telegram import InlineQueryResultArticle, InlineQueryResultsButton, InputTextMessageContent, LinkPreviewOptions
from telegram.error import TelegramError

from bot.telegram.commands.access import Verdict, welcome
from bot.telegram.markup import EMPTY, Html, bold, clip, join, text
from bot.telegram.render import SEVERITY_MARKS, told_at, told_facts, told_links
from bot.telegram.request import Request
from bot.telegram.wording import words_for
from digests import compose
from digests.model import Destination, StoryId
from digests.store import articles, chats, ledger, stories, traces
from digests.store.chats import ChatKind

if TYPE_CHECKING:
    from telegram import Bot, InlineQuery, Update

    from bot.telegram.services import Services
    from digests.model import Story
    from digests.store import Store

__all__ = ["InlineAnswers"]

log = structlog.get_logger(__name__)

PER_PAGE = 20  # Telegram takes at most 50
REMEMBERED = 30  # seconds that Telegram may repeat an answer
LOOKED_BACK = timedelta(days=14)
MOST_ARTICLES = 200


@dataclass(slots=True)
class InlineAnswers:
    """Answers inline queries. Nothing is written but the done-mark; whoever may not use the bot is sent to it."""

    desk: Services
    bot: Bot

    async def on_query(self, update: Update) -> None:
        query = update.inline_query
        assert query is not None  # noqa: S101 - the router sends inline queries only
        found, language, verdict = await self.desk.db.read(self._look, query)
        words = words_for(language)
        if verdict is not Verdict.WELCOME:
            ask = InlineQueryResultsButton(words.plain("inline.ask_first"), start_parameter="inline")
            await self._answer(query, [], button=ask)
            return
        results = [_result(story, zone, language) for story, zone in found]
        offset = int(query.offset) if query.offset.isdigit() else 0
        more = str(offset + PER_PAGE) if len(results) == PER_PAGE else ""
        button = None
        if not results and not offset:
            button = InlineQueryResultsButton(words.plain("inline.nothing"), start_parameter="inline")
        await self._answer(query, results, offset=more, button=button)

    async def _answer(
        self,
        query: InlineQuery,
        results: list[InlineQueryResultArticle],
        *,
        offset: str = "",
        button: InlineQueryResultsButton | None = None,
    ) -> None:
        try:
            await self.bot.answer_inline_query(
                query.id, results, cache_time=REMEMBERED, is_personal=True, next_offset=offset, button=button
            )
        except TelegramError as error:  # the person typed on: nobody waits for this answer any more
            log.info("inline query not answered", error=type(error).__name__)

    def _look(self, store: Store, query: InlineQuery) -> tuple[list[tuple[Story, str]], str, Verdict]:
        """The stories to list with the asker's zone, the language, and whether the asker may use the bot."""
        user = query.from_user
        settings = chats.chat(store, Destination(user.id))
        language = settings.language if settings else words_for(user.language_code or "en").language
        person = ledger.person(store, user.id)
        role = ledger.Role.OWNER if user.id in self.desk.admins else person.role if person else ledger.Role.READER
        here = Destination(user.id)
        asked = Request(
            0,
            user.id,
            user.full_name,
            here,
            here,
            ChatKind.PRIVATE,
            "",
            "",
            query.query,
            language,
            self.desk.now(),
            role,
        )
        verdict = welcome(store, asked, self.desk, person=person, role=role)
        if verdict is not Verdict.WELCOME:
            return [], language, verdict
        offset = min(int(query.offset), 1000) if query.offset.isdigit() and len(query.offset) < 6 else 0
        zone = settings.zone if settings else self.desk.default_zone
        found = latest_stories(store, self.desk, " ".join(query.query.split())[:100])
        return [(story, zone) for story in found[offset : offset + PER_PAGE]], language, verdict


def latest_stories(store: Store, desk: Services, typed: str) -> list[Story]:
    """Stories whose articles hold the words, or a name of the entity that they name; newest first. All without words."""
    if not typed:
        return stories.stories(store, since=desk.now() - LOOKED_BACK, limit=PER_PAGE)
    entity = desk.lexicon().resolve(typed)
    names = [typed] if entity is None else list(dict.fromkeys((typed, *entity.names)))[:12]
    ids: dict[StoryId, None] = {}
    for name in names:
        for article in articles.search(store, name, limit=MOST_ARTICLES // len(names)):
            story_id = traces.story_of_article(store, article.id)
            if story_id is not None:
                ids[story_id] = None
    found = [story for story_id in ids if (story := stories.story(store, story_id)) is not None]
    return sorted(found, key=lambda story: story.last_changed, reverse=True)


def _result(story: Story, zone: str, language: str) -> InlineQueryResultArticle:
    words = words_for(language)
    mark = SEVERITY_MARKS[story.severity]
    facts = told_facts(story.facts, words)
    first = story.members[-1].published if story.members else story.first_seen
    lines = [
        Html(f"{mark} ") + bold(text(clip(story.title, 300))),
        facts,
        join(" · ", (told_at(first, zone), words("told.publishers", n=story.independent))),
        told_links(compose.links(story), words) or EMPTY,
    ]
    return InlineQueryResultArticle(
        id=story.id[:64],
        title=clip(f"{mark} {story.title}", 200),
        description=clip(facts.plain or ", ".join(story.publishers), 200),
        input_message_content=InputTextMessageContent(
            join("\n", lines).markup, parse_mode="HTML", link_preview_options=LinkPreviewOptions(is_disabled=True)
        ),
    )
