"""A Digest as Telegram messages: entries never torn apart, every entry with its links, nothing over Telegram's limits.

The measure is the text after parsing in UTF-16 units, the number of entities (the hundred-and-first vanishes silently)
and the raw bytes: docs/digests.md says where each limit comes from.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.telegram.markup import (
    EMPTY,
    WORD_JOINER,
    Html,
    bold,
    clip,
    isolated,
    italic,
    join,
    link,
    moment,
    quote,
    text,
    texts,
    usable_url,
)
from bot.telegram.request import Button
from digests.model import ClaimStatus, Kind, Severity, Status
from digests.schedule import local

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from bot.telegram.wording import Words
    from digests.model import Change, Count, Coverage, Digest, Entry, Facts, Link, StoryId

__all__ = [
    "SEVERITY_MARKS",
    "Part",
    "as_text",
    "entry_html",
    "render",
    "sign_of_life",
    "told_at",
    "told_change",
    "told_facts",
    "told_links",
]

MAX_LENGTH = 3900  # of 4,096 UTF-16 units: room for "may be a repeat" at the head
MAX_ENTITIES = 95  # of 100, for the same reason
MAX_BYTES = 30_000  # of 32,768 bytes before parsing: long addresses count
MAX_TITLE, MAX_EXCERPT, MAX_LINKS, MAX_NAME = 300, 420, 8, 60
ENTRY_LENGTH, ENTRY_ENTITIES, ENTRY_BYTES = 2600, 40, 12_000
MOST_NAMED = 5  # queries in the header
HALF_A_YEAR = timedelta(days=183)

SEVERITY_MARKS = {Severity.CRITICAL: "🔴", Severity.HIGH: "🟠", Severity.NORMAL: "🟡", Severity.LOW: "⚪"}
STATUS_MARKS = {Status.NEW: "", Status.UPDATED: "🔄 ", Status.CORRECTED: "✏️ "}


@dataclass(frozen=True, slots=True)
class Part:
    """One message of a digest: its text, its buttons, and which revisions of which stories it tells."""

    html: Html
    buttons: tuple[tuple[Button, ...], ...]
    stories: tuple[tuple[StoryId, int], ...]


def render(digest: Digest, words: Words, *, digest_id: int = 0) -> tuple[Part, ...]:
    """The messages of a digest, in order. An empty digest gives none.

    Buttons carry the story of a message with one entry, else the number of the digest and of its part.
    """
    entries = [entry_html(entry, words, digest.zone, number, today=digest.at) for number, entry in _numbered(digest)]
    header, footer = _header(digest, words), _footer(digest, words)
    groups = list(_grouped(entries, header, footer))
    parts = []
    start = 0
    for index, group in enumerate(groups):
        told = digest.entries[start : start + len(group)]
        start += len(group)
        counted = Html(f"  ({index + 1}/{len(groups)})") if len(groups) > 1 else EMPTY
        is_last = index == len(groups) - 1
        html = join("\n\n", (header + counted, *group, footer if is_last else EMPTY))
        stories = tuple((entry.story.id, entry.revision) for entry in told)
        parts.append(Part(html, _buttons(told, words, digest_id, index), stories))
    return tuple(parts)


def entry_html(
    entry: Entry, words: Words, zone: str, number: int | None = None, *, today: datetime | None = None
) -> Html:
    """One entry: mark, title, what happened or changed, when and told by how many, links, the words that matched."""
    story = entry.story
    marks = f"{SEVERITY_MARKS[story.severity]} {STATUS_MARKS[entry.status]}"
    title = _isolated(clip(story.title, MAX_TITLE))
    title = words("told.untitled") if title.is_unseen else title
    head = [words(f"told.{entry.status.value}") if entry.status is not Status.NEW else EMPTY]
    head += [italic(words("told.late")) if entry.late else EMPTY, bold(title)]
    changed = {change.field for change in entry.changes}
    facts = join(" · ", (_changes(entry.changes, words), told_facts(story.facts, words, but=changed)))
    witnesses = words("told.publishers", n=story.independent)
    lines = [
        Html(f"{number}. " if number else "") + Html(marks) + join(" ", head),
        facts,
        join(" · ", (told_at(_told_time(entry), zone, today=today), witnesses)),
        told_links(entry.links, words),
        _evidence(entry, words),
    ]
    return join("\n", _fitting(lines, entry, words))


def _told_time(entry: Entry) -> datetime:
    """When a new story was first reported; when the change of a story told before was."""
    story = entry.story
    if entry.status is not Status.NEW and story.revisions:
        return story.revisions[-1].at
    return min((member.published for member in story.members), default=story.first_seen)


def told_facts(facts: Facts, words: Words, *, but: Iterable[str] = ()) -> Html:
    """The facts of a story on one line; '' when nothing is known. Only facts with a sentence are ever there.

    `but` are fields to leave out (killed, injured, claim): what changed of them is said elsewhere.
    """
    said = []
    if facts.killed is not None and "killed" not in but:
        key = "told.attackers_killed" if facts.attackers_only else "told.killed"
        said.append(words(key, figure=_figure(facts.killed, words)))
    if facts.injured is not None and "injured" not in but:
        said.append(words("told.injured", figure=_figure(facts.injured, words)))
    if facts.attackers_killed is not None and not facts.attackers_only:
        said.append(words("told.attackers_killed", figure=_figure(facts.attackers_killed, words)))
    if facts.boasted is not None and "killed" not in but:
        said.append(words("told.boasted", figure=_figure(facts.boasted, words)))
    if facts.kind is not None and facts.kind.kind is not Kind.OTHER:
        said.append(words(f"told.kind.{facts.kind.kind.name.lower()}"))
    if facts.places:
        said.append(_name(facts.places[0].name))
    if facts.claim is not None and "claim" not in but:
        key = {
            ClaimStatus.CLAIMED: "told.claimed",
            ClaimStatus.DENIED: "told.denied",
            ClaimStatus.BLAMED: "told.blamed",
        }[facts.claim.status]
        said.append(words(key, group=_name(facts.claim.group)))
    return join(" · ", said)


def told_links(links: Sequence[Link], words: Words, *, most: int = MAX_LINKS) -> Html:
    """Sources as links, originals first; copies are counted, not listed, while there are originals that can be opened."""
    originals = [found for found in links if not found.copy]
    if not any(found.url and usable_url(found.url) for found in originals):
        originals = list(links)
    copies = len(links) - len(originals)
    originals.sort(key=lambda found: not (found.url and usable_url(found.url)))  # what can be opened first
    shown = originals[:most]
    more = len(originals) - len(shown)
    named = join(" · ", [link(_name(found.name) or words("told.unnamed"), found.url) for found in shown])
    extra = []
    if more:
        extra.append(words("told.more_sources", n=more))
    if copies:
        extra.append(words("told.copies", n=copies))
    return join("  ", (named, *extra))


def told_change(change: Change, words: Words) -> Html:
    """One change, spelled out: "killed 12 → 15"."""
    if change.field == "claim" and not change.correction:
        return words("told.claimed", group=_name(change.new))
    field = words(f"told.field.{change.field}") if words.has(f"told.field.{change.field}") else _name(change.field)
    key = "told.revised" if change.correction else "told.change" if change.old else "told.first"
    return words(key, field=field, old=_value(change.old), new=_value(change.new))


def told_at(at: datetime, zone: str, *, today: datetime | None = None) -> Html:
    """A time that each reader sees in their own zone; clients that cannot show it so see the chat's zone.

    The year is left out for times within half a year of `today`.
    """
    there = local(at, zone)
    year = "" if today is not None and abs(today - at) < HALF_A_YEAR else " %Y"
    return moment(at, f"{there:%d %b{year} %H:%M} {_zone_name(there)}")


def sign_of_life(coverage: Coverage, next_at: datetime | None, zone: str, words: Words) -> Html:
    """One line for a silent week: nothing was new, and how many sources were read."""
    said = [words("told.heartbeat"), *_covered(coverage, words)]
    if next_at is not None:
        said.append(words("told.next", time=told_at(next_at, zone, today=next_at)))
    return Html("💓 ") + join(" · ", said)


def _zone_name(there: datetime) -> str:
    name = there.tzname() or "UTC"
    return f"UTC{name}" if re.fullmatch(r"[+-]\d+", name) else name


def _numbered(digest: Digest) -> Iterator[tuple[int | None, Entry]]:
    several = len(digest.entries) > 1
    return ((number if several else None, entry) for number, entry in enumerate(digest.entries, start=1))


def _figure(count: Count, words: Words) -> str:
    shown = f"{count.high:,}" if count.low == count.high else f"{count.low:,}–{count.high:,}"
    return words.plain("told.about", figure=shown) if count.approximate else shown


def _value(shown: str) -> Html:
    """A figure with its thousands set apart, or a name; a dash for what is not said any more."""
    if shown.isascii() and shown.isdigit() and len(shown) < 12:
        return Html(f"{int(shown):,}")
    return _name(shown) or Html("–")


def _name(value: str) -> Html:
    return _isolated(clip(value, MAX_NAME))


def _isolated(value: str) -> Html:
    """Text of a page in a line of ours, kept from turning the line around."""
    return Html(isolated(text(value).markup))


def _changes(changes: Sequence[Change], words: Words) -> Html:
    """What changed, spelled out: "killed 12 → 15 · injured 20 → 36 (Outlet A)"."""
    said_by: dict[str, list[Html]] = {}
    for change in changes:
        said_by.setdefault(change.said_by, []).append(told_change(change, words))
    told = []
    for source, lines in said_by.items():
        name = Html(" (") + _name(source) + Html(")") if source else EMPTY
        told.append(join(" · ", lines) + name)
    return join(" · ", told)


def _evidence(entry: Entry, words: Words) -> Html:
    """The words that matched, in their sentence, folded away when long."""
    found = entry.excerpt
    if found is None:
        return EMPTY
    before, hit, after = found.text[: found.start], found.text[found.start : found.end], found.text[found.end :]
    lead, words_found, rest = texts(*(clip(piece, MAX_EXCERPT) for piece in (before, hit, after)))
    quoted = Html("“") + lead + bold(words_found) + rest + Html("”")
    names = {match.keyword: match for match in entry.matches}
    via = [
        words("told.via", keyword=_name(match.keyword), words=_name(match.words))
        for match in names.values()
        if match.words.casefold() != match.keyword.casefold()
    ]
    return quote(join("\n", (quoted, *via[:3])), expandable=True)


def _fitting(lines: list[Html], entry: Entry, words: Words) -> list[Html]:
    """The lines of an entry that fit: evidence goes first, then the facts, then links from the last; one always stays."""
    for dropped in ((), (4,), (4, 1), (4, 1, 2)):
        kept = [line for index, line in enumerate(lines) if index not in dropped and line]
        if _fits(kept):
            return kept
    fewer = ([lines[0], told_links(entry.links, words, most=most)] for most in range(MAX_LINKS - 1, 0, -1))
    return next((kept for kept in fewer if _fits(kept)), [lines[0], told_links(entry.links, words, most=1)])


def _fits(lines: list[Html]) -> bool:
    whole = join("\n", lines)
    return whole.length <= ENTRY_LENGTH and whole.entities <= ENTRY_ENTITIES and _size(whole) <= ENTRY_BYTES


def _header(digest: Digest, words: Words) -> Html:
    names = [_name(query) for query in digest.queries[:MOST_NAMED]]
    if len(digest.queries) > MOST_NAMED:
        names.append(Html(f"+{len(digest.queries) - MOST_NAMED}"))
    counts = {status: sum(entry.status is status for entry in digest.entries) for status in Status}
    said = [words(f"told.count_{status.value}", n=count) for status, count in counts.items() if count]
    return Html("🔎 ") + join("  ", (bold(join(" · ", names)), join(" · ", said)))


def _footer(digest: Digest, words: Words) -> Html:
    said = _covered(digest.coverage, words) if digest.coverage is not None else []
    if digest.next_at is not None:
        said.append(words("told.next", time=told_at(digest.next_at, digest.zone, today=digest.at)))
    return italic(join(" · ", said)) if said else EMPTY


def _covered(coverage: Coverage, words: Words) -> list[Html]:
    """How many sources were read, and which fell silent."""
    said = []
    if coverage.total:
        said.append(words("told.coverage", read=coverage.read, n=coverage.total))
    if coverage.silent:
        said.append(words("told.silent", names=join(", ", [_name(name) for name in coverage.silent[:3]])))
    return said


def _grouped(entries: list[Html], header: Html, footer: Html) -> Iterator[list[Html]]:
    """Entries in order, as many to a message as its limits allow."""
    frame_length = header.length + footer.length + 20
    frame_entities = header.entities + footer.entities
    frame_bytes = _size(header) + _size(footer) + 20
    group: list[Html] = []
    for entry in entries:
        whole = join("\n\n", (*group, entry))
        too_much = (
            whole.length + frame_length > MAX_LENGTH
            or whole.entities + frame_entities > MAX_ENTITIES
            or _size(whole) + frame_bytes > MAX_BYTES
        )
        if group and too_much:
            yield group
            group = []
        group.append(entry)
    if group:
        yield group


def _size(html: Html) -> int:
    return len(html.markup.encode())


def _buttons(told: Sequence[Entry], words: Words, digest_id: int, part: int) -> tuple[tuple[Button, ...], ...]:
    key: str | int = told[0].story.id if len(told) == 1 else digest_id
    page = 0 if len(told) == 1 else part + 1
    names = ("why", "mute", "irrelevant", "sources")
    made = [Button(words.plain(f"told.button.{name}"), name, key, page) for name in names]
    return (tuple(made[:2]), tuple(made[2:]))


def as_text(html: Html) -> str:
    """The same for a terminal: links written out behind their names, quotes indented, no markup and nothing against it."""
    written = re.sub(r'<a href="([^"]*)">(.*?)</a>', r"\2 (\1)", html.markup, flags=re.DOTALL)
    indented = re.sub(r"<blockquote[^>]*>(.*?)</blockquote>", _indented, written, flags=re.DOTALL)
    return Html(indented).plain.replace(WORD_JOINER, "")


def _indented(quoted: re.Match[str]) -> str:
    return "\n".join(f"   {line}" for line in quoted[1].split("\n"))
