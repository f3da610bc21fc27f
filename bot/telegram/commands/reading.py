"""/digest, /why, /story, /search: what is new, why it came, how it went on, and what the archive holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from bot.telegram.commands.command import Command, Right
from bot.telegram.commands.follow import suggestions, typed_of
from bot.telegram.commands.schedule import settings_for
from bot.telegram.entries import entry_menu, entry_of, meant_story, named_story
from bot.telegram.markup import EMPTY, Html, bold, clip, code, join, link, parts, text
from bot.telegram.menus import pager, rows
from bot.telegram.render import SEVERITY_MARKS, told_at, told_facts
from bot.telegram.request import Answer, Button, Refusal, Reply
from bot.telegram.rhythm import shown_time
from digests.model import Article, Grade, Story
from digests.schedule import next_slot
from digests.store import articles, chats, digests, feedback, ledger, sources, stories, subscriptions, traces
from digests.store.chats import MuteKind

if TYPE_CHECKING:
    from bot.telegram.commands.command import Act
    from bot.telegram.request import Request
    from bot.telegram.services import Services
    from bot.telegram.wording import Words
    from digests.model import Match, StoryId
    from digests.store import Store
    from digests.store.subscriptions import Subscription

__all__ = ["ACTIONS", "COMMANDS", "digest", "story", "why"]

COVERED = timedelta(hours=24)
PER_PAGE = 6
MOST_MEMBERS = 25
TYPO_STEP = 0.1  # "Not relevant" on a misspelling leaves out whatever scores no better


def digest(store: Store, request: Request, desk: Services) -> Answer:
    """What is new right now; if nothing is, what was looked at and when the next digest comes."""
    words = request.words
    settings = settings_for(store, request, desk)
    if subscriptions.count_subscriptions(store, request.where) == 0:
        raise Refusal("digest.nothing_followed", buttons=suggestions())
    found = desk.digests.compose_now(store, request.where, request.here, request.now, request.update_id)
    if found:
        return Answer(outgoing=tuple(found))
    coverage = sources.coverage(store, request.now - COVERED)
    lines = [words("digest.nothing")]
    if coverage.total:
        lines.append(words("told.coverage", read=coverage.read, n=coverage.total))
    slot = next_slot(settings.cadence, settings.quiet, settings.zone, request.now)
    if slot is not None:
        lines.append(words("schedule.next", time=shown_time(slot.at, settings.zone)))
    return Answer.of(join("\n", lines), (Button(words.plain("menu.list"), "list"),))


def why(store: Store, request: Request, desk: Services) -> Answer:
    """The trace of an entry of the last digest, by its number."""
    if request.args:
        return _trace(store, request, meant_story(store, request))
    latest = digests.last_digest(store, request.where)
    if latest is None:
        raise Refusal("why.no_digest")
    entries = latest[1].entries
    if len(entries) == 1:
        return why(store, request.with_args("1"), desk)
    buttons = [
        Button(f"{number}. {clip(entry.story.title, 50)}", "why", entry.story.id)
        for number, entry in enumerate(entries[:30], 1)
    ]
    return Answer.of(request.words("why.which"), *rows(buttons, 1))


def why_pressed(store: Store, request: Request, desk: Services) -> Answer:
    story_id = named_story(store, request)
    if story_id is None:
        return entry_menu(store, request, "why", "why.which")
    return _trace(store, request, _story(store, story_id))


def story(store: Store, request: Request, desk: Services) -> Answer:
    """How a story went on, with every source."""
    if not request.args:
        raise Refusal("story.what")
    return _timeline(store, request, meant_story(store, request))


def story_pressed(store: Store, request: Request, desk: Services) -> Answer:
    story_id = named_story(store, request)
    if story_id is None:
        return entry_menu(store, request, "sources", "story.which")
    return _timeline(store, request, _story(store, story_id))


def irrelevant(store: Store, request: Request, desk: Services) -> Answer:
    """What "Not relevant" does: the story is muted here; a misspelling that brought it no longer counts for the subscription.

    Only this subscription learns; what it learned is shown in /why and its menu, and a button takes it back.
    """
    story_id = named_story(store, request)
    if story_id is None:
        return entry_menu(store, request, "irrelevant", "irrelevant.which")
    words = request.words
    settings_for(store, request, desk)
    entry = entry_of(store, request, story_id)
    match = entry.matches[0] if entry and entry.matches else _best_match(store, request, story_id)
    if match is None:
        raise Refusal("entry.gone")
    subscription = _follower(store, request, story_id, match)
    number = feedback.add_feedback(store, request.where, story_id, match, found=subscription, now=request.now)
    chats.mute(store, request.where, MuteKind.STORY, story_id, None)
    lines = [words("irrelevant.done")]
    if subscription is not None and match.grade in {Grade.SPELLING, Grade.TYPO} and match.score < 100:
        learned = replace(subscription, min_score=max(subscription.min_score, match.score + TYPO_STEP))
        subscriptions.save_subscription(store, learned)
        lines.append(words("irrelevant.learned", query=bold(text(subscription.typed)), words=match.words))
    else:
        lines.append(words("irrelevant.counted"))
    return Answer.of(join("\n", lines), (Button(words.plain("menu.undo"), "relevant", number),))


def relevant(store: Store, request: Request, desk: Services) -> Answer:
    """Take a "Not relevant" back: nothing of it stays."""
    found = feedback.take_feedback_back(store, request.where, request.pressed.number if request.pressed else 0)
    if found is None:
        raise Refusal("irrelevant.gone")
    for mute in chats.mutes(store, request.where, request.now):
        if mute.kind is MuteKind.STORY and mute.value == found.story_id:
            chats.unmute(store, request.where, mute.id)
    if found.subscription_id is not None:
        subscription = subscriptions.subscription(store, request.where, found.subscription_id)
        if subscription is not None:
            subscriptions.save_subscription(store, replace(subscription, min_score=found.min_score_before))
    return Answer.of(request.words("irrelevant.back"), edit=True)


async def search(request: Request, desk: Services) -> Act:
    """Articles of the archive that hold all the words."""
    typed = " ".join(request.args.split())[:200]
    if not typed:
        raise Refusal("search.what")
    page = request.pressed.page if request.pressed else 0
    found = await desk.db.read(articles.search, typed, limit=PER_PAGE + 1, offset=page * PER_PAGE)
    return partial(_found, request=request, typed=typed, page=page, found=found)


async def search_typed(request: Request, desk: Services) -> Act:
    return await search(request.with_args(await typed_of(request, desk)), desk)


# --- Here only -------------------------------------------------------------------------------------------------------


def _found(store: Store, request: Request, typed: str, page: int, found: list[Article]) -> Answer:
    words = request.words
    number = ledger.keep_typed(store, request.here.chat_id, typed, request.now)
    follow = Button(words.plain("word.follow"), "follow", number)
    if not found:
        return Answer.of(words("search.nothing", typed=bold(text(typed))), (follow,))
    zone = _zone(store, request)
    lines = [words("search.title", typed=bold(text(typed)))]
    for article in found[:PER_PAGE]:
        named = link(text(clip(article.heading, 150)), article.url)
        lines.append(Html("• ") + named)
        known = traces.story_of_article(store, article.id)
        ref = code(f"/story {known}") if known else EMPTY
        lines.append(
            Html("   ") + join(" · ", (text(_name_of(store, article.source)), told_at(article.time, zone), ref))
        )
    more = pager(words, "search", number, page, page + (2 if len(found) > PER_PAGE else 1))
    return Answer.of(join("\n", lines), more, (follow,), edit=request.pressed is not None and page > 0)


def _trace(store: Store, request: Request, told: Story) -> Answer:
    """Everything that led to an entry: words, zones, scores, and how its articles came together."""
    words = request.words
    lines = [words("why.title", mark=SEVERITY_MARKS[told.severity], title=bold(text(clip(told.title, 200))))]
    members = {member.article_id: member for member in told.members}
    found = traces.found_by(store, request.where, told.id)
    shown: set[tuple[str, str]] = set()
    for each in found:
        for match in each.matches[:3]:
            if (each.typed, match.words.casefold()) in shown or len(shown) >= 8:
                continue
            shown.add((each.typed, match.words.casefold()))
            source = members[each.article_id].source if each.article_id in members else ""
            lines.append(_match_shown(words, each.typed, match, _name_of(store, source)))
        if each.min_score > 0:
            lines.append(words("why.tuned", query=each.typed, n=round(each.min_score)))
    if not found:
        lines.append(words("why.not_yours"))
    lines.append(words("why.severity", severity=words(f"severity.{told.severity.value}"), n=told.independent))
    lines.append(EMPTY)
    lines.append(words("why.members", n=len(told.members)))
    for joined in traces.joined(store, told.id)[:MOST_MEMBERS]:
        member = members.get(joined.article_id)
        if member is not None:
            named = link(text(_name_of(store, member.source) or words.plain("story.a_source")), member.url)
            lines.append(Html("• ") + named + Html(": ") + _joined_shown(words, joined))
    lines.append(EMPTY)
    lines.append(words("story.id", id=code(told.id)))
    buttons = (
        (
            Button(words.plain("told.button.sources"), "sources", told.id),
            Button(words.plain("told.button.mute"), "mute", told.id),
        ),
        (Button(words.plain("told.button.irrelevant"), "irrelevant", told.id),),
    )
    return Answer((Reply(_lines(lines), buttons),))


def _timeline(store: Store, request: Request, told: Story) -> Answer:
    words = request.words
    zone = _zone(store, request)
    head = words("story.title", mark=SEVERITY_MARKS[told.severity], title=bold(text(clip(told.title, 250))))
    lines = [head, told_facts(told.facts, words), words("told.publishers", n=told.independent)]
    for revision in told.revisions:
        if revision.changes:
            changes = [
                words("story.change", field=_field(words, change.field), old=change.old or "–", new=change.new)
                for change in revision.changes
            ]
            lines.append(Html("🔄 ") + told_at(revision.at, zone) + Html(" ") + join(" · ", changes))
    lines.append(EMPTY)
    newest = sorted(told.members, key=lambda member: member.published)
    for number, member in list(enumerate(newest, 1))[-MOST_MEMBERS:]:
        mark = words("story.copy") if member.copy_of else EMPTY
        named = link(text(clip(member.title or member.source or told.title, 120)), member.url)
        lines.append(
            Html(f"{number}. ")
            + told_at(member.published, zone)
            + Html(" ")
            + text(_name_of(store, member.source))
            + mark
        )
        lines.append(Html("   ") + named)
    if len(newest) > MOST_MEMBERS:
        lines.append(words("story.earlier", n=len(newest) - MOST_MEMBERS))
    lines.append(words("story.id", id=code(told.id)))
    buttons = (
        Button(words.plain("told.button.why"), "why", told.id),
        Button(words.plain("told.button.mute"), "mute", told.id),
    )
    return Answer((Reply(_lines(lines), (buttons,)),))


def _lines(lines: list[Html]) -> Html:
    """Lines with their blank lines, but never two of them."""
    kept = [line.markup for index, line in enumerate(lines) if line or (index and lines[index - 1])]
    return parts("\n".join(kept))


def _match_shown(words: Words, typed: str, match: Match, source: str) -> Html:
    named = match.entity if match.entity and match.entity.casefold() != typed.casefold() else match.name
    values = {
        "query": bold(text(typed)),
        "words": match.words,
        "zone": words(f"part.{match.zone.value}"),
        "grade": words(f"grade.{match.grade.value}"),
        "n": round(match.score),
        "source": source,
    }
    if named.casefold() in {typed.casefold(), match.words.casefold()}:
        return words("why.match", **values)
    return words("why.match_entity", entity=named, **values)


def _joined_shown(words: Words, joined: traces.Joined) -> Html:
    why_ = joined.why
    if joined.copy_of is not None:
        return words("why.copy")
    if "likeness" in why_:
        points = ", ".join(f"{name} {value:+.2f}" for name, value in dict(why_.get("points", {})).items())
        return words("why.joined", likeness=why_["likeness"], score=why_.get("score", ""), tau=why_.get("tau", "")) + (
            words("why.points", points=points) if points else EMPTY
        )
    if why_.get("rule") == "score":
        return words("why.began")
    return words("why.rule", rule=str(why_.get("rule", "")))


def _field(words: Words, field: str) -> Html:
    return words(f"told.field.{field}") if words.has(f"told.field.{field}") else text(field)


def _story(store: Store, story_id: StoryId) -> Story:
    found = stories.story(store, story_id)
    if found is None:
        raise Refusal("entry.gone")
    return found


def _best_match(store: Store, request: Request, story_id: StoryId) -> Match | None:
    found = traces.found_by(store, request.where, story_id)
    return found[0].matches[0] if found and found[0].matches else None


def _follower(store: Store, request: Request, story_id: StoryId, match: Match) -> Subscription | None:
    """The subscription by which the match came."""
    typed = {each.typed for each in traces.found_by(store, request.where, story_id) if match in each.matches}
    followed = subscriptions.subscriptions_of(store, request.where)
    return next((each for each in followed if each.typed in typed), None)


def _name_of(store: Store, source: str) -> str:
    """A source as readers know it."""
    row = sources.source_row(store, source) if source else None
    return row.source.name if row else source


def _zone(store: Store, request: Request) -> str:
    settings = chats.chat(store, request.where)
    return settings.zone if settings else "UTC"


COMMANDS = (
    Command("digest", run=digest),
    Command("why", run=why),
    Command("story", run=story),
    Command("search", ahead=search),
)
ACTIONS = (
    Command("digest", run=digest),
    Command("why", run=why_pressed),
    Command("sources", run=story_pressed),
    Command("irrelevant", run=irrelevant, right=Right.MANAGE),
    Command("relevant", run=relevant, right=Right.MANAGE),
    Command("search", ahead=search_typed),
)
