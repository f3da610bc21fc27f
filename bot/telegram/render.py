"""A Digest as Telegram messages: entries never torn apart, every entry with its links, nothing over Telegram's limits.

The measure is the text after parsing in UTF-16 units, the number of entities (the hundred-and-first vanishes silently)
and the raw bytes: docs/telegram.md says where each limit comes from.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.telegram.markup import EMPTY, Html, bold, clip, italic, join, link, moment, quote, text
from bot.telegram.request import Button
from digests.model import ClaimStatus, Severity, Status
from digests.schedule import local

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from bot.telegram.wording import Words
    from digests.model import Change, Count, Digest, Entry, Facts, Link, StoryId

__all__ = ["SEVERITY_MARKS", "Part", "as_text", "entry_html", "render", "told_at", "told_facts", "told_links"]

MAX_LENGTH = 3900  # of 4,096 UTF-16 units: room for "may be a repeat" at the head
MAX_ENTITIES = 95  # of 100, for the same reason
MAX_BYTES = 30_000  # of 32,768 bytes before parsing: long addresses count
MAX_TITLE, MAX_EXCERPT, MAX_LINKS = 300, 420, 8
ENTRY_LENGTH, ENTRY_ENTITIES, ENTRY_BYTES = 2600, 40, 12_000

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
    entries = [entry_html(entry, words, digest.zone, number) for number, entry in _numbered(digest)]
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


def entry_html(entry: Entry, words: Words, zone: str, number: int | None = None) -> Html:
    """One entry: mark, title, what happened or changed, when and told by how many, links, the words that matched."""
    story = entry.story
    head = Html(f"{number}. " if number else "") + Html(
        f"{SEVERITY_MARKS[story.severity]} {STATUS_MARKS[entry.status]}"
    )
    if entry.status is not Status.NEW:
        head += bold(words(f"told.{entry.status.value}")) + Html(" ")
    if entry.late:
        head += italic(words("told.late")) + Html(" ")
    first = head + bold(text(clip(story.title, MAX_TITLE)))
    facts = _changes(entry.changes, words) if entry.changes else told_facts(story.facts, words)
    when = told_at(story.members[-1].published if story.members else story.first_seen, zone)
    witnesses = words("told.publishers", n=story.independent)
    lines = [first, facts, join(" · ", (when, witnesses)), told_links(entry.links, words)]
    lines.append(_evidence(entry, words))
    return join("\n", _fitting(lines))


def told_facts(facts: Facts, words: Words) -> Html:
    """The facts of a story on one line; '' when nothing is known. Only facts with a sentence are ever there."""
    said = []
    if facts.killed is not None:
        key = "told.attackers_killed" if facts.attackers_only else "told.killed"
        said.append(words(key, figure=_figure(facts.killed, words)))
    if facts.injured is not None:
        said.append(words("told.injured", figure=_figure(facts.injured, words)))
    if facts.attackers_killed is not None and not facts.attackers_only:
        said.append(words("told.attackers_killed", figure=_figure(facts.attackers_killed, words)))
    if facts.kind is not None and facts.kind.kind.value != "other":
        said.append(Html(facts.kind.kind.value))
    if facts.places:
        said.append(text(facts.places[0].name))
    if facts.claim is not None:
        key = {
            ClaimStatus.CLAIMED: "told.claimed",
            ClaimStatus.DENIED: "told.denied",
            ClaimStatus.BLAMED: "told.blamed",
        }[facts.claim.status]
        said.append(words(key, group=facts.claim.group))
    return join(" · ", said)


def told_links(links: Sequence[Link], words: Words, *, most: int = MAX_LINKS) -> Html:
    """Sources as links, originals first; copies are counted, not listed, while there are originals to show."""
    originals = [found for found in links if not found.copy] or list(links)
    copies = len(links) - len(originals)
    shown = originals[:most]
    more = len(originals) - len(shown)
    named = join(" · ", [link(text(clip(found.name, 60)), found.url) for found in shown])
    extra = []
    if more:
        extra.append(words("told.more_sources", n=more))
    if copies:
        extra.append(words("told.copies", n=copies))
    return join("  ", (named, *extra))


def told_at(at: datetime, zone: str) -> Html:
    """A time that each reader sees in their own zone; clients that cannot show it so see the chat's zone."""
    there = local(at, zone)
    return moment(at, f"{there:%d %b %Y %H:%M} {_zone_name(there)}")


def _zone_name(there: datetime) -> str:
    name = there.tzname() or "UTC"
    return f"UTC{name}" if re.fullmatch(r"[+-]\d+", name) else name


def _numbered(digest: Digest) -> Iterator[tuple[int | None, Entry]]:
    several = len(digest.entries) > 1
    return ((number if several else None, entry) for number, entry in enumerate(digest.entries, start=1))


def _figure(count: Count, words: Words) -> str:
    shown = str(count.high) if count.low == count.high else f"{count.low}–{count.high}"
    return words.plain("told.about", figure=shown) if count.approximate else shown


def _changes(changes: Sequence[Change], words: Words) -> Html:
    """What changed, spelled out: "killed 12 → 15 · injured 20 → 36 (Outlet A)"."""
    said_by: dict[str, list[Html]] = {}
    for change in changes:
        said_by.setdefault(change.said_by, []).append(_change(change, words))
    told = []
    for source, lines in said_by.items():
        name = Html(" (") + text(source) + Html(")") if source else EMPTY
        told.append(join(" · ", lines) + name)
    return join(" · ", told)


def _change(change: Change, words: Words) -> Html:
    if change.field == "claim" and not change.correction:
        return words("told.claimed", group=change.new)
    field = words(f"told.field.{change.field}") if words.has(f"told.field.{change.field}") else text(change.field)
    key = "told.revised" if change.correction else "told.change" if change.old else "told.first"
    return words(key, field=field, old=change.old, new=change.new)


def _evidence(entry: Entry, words: Words) -> Html:
    """The words that matched, in their sentence, folded away when long."""
    found = entry.excerpt
    if found is None:
        return EMPTY
    before, hit, after = found.text[: found.start], found.text[found.start : found.end], found.text[found.end :]
    quoted = Html("“") + _spaced(before) + bold(text(hit)) + _spaced(clip(after, MAX_EXCERPT)) + Html("”")
    names = {match.keyword: match for match in entry.matches}
    via = [
        words("told.via", keyword=match.keyword, words=match.words)
        for match in names.values()
        if match.words.casefold() != match.keyword.casefold()
    ]
    return quote(join("\n", (quoted, *via[:3])), expandable=True)


def _spaced(piece: str) -> Html:
    """Text whose outer white space is kept: the words that matched stand between two such pieces."""
    lead = " " if piece[:1].isspace() else ""
    trail = " " if piece[-1:].isspace() and piece.strip() else ""
    return Html(lead) + text(piece) + Html(trail)


def _fitting(lines: list[Html]) -> list[Html]:
    """The lines of an entry that fit; evidence goes first, then the facts; title and links always stay."""
    for dropped in ((), (4,), (4, 1), (4, 1, 2)):
        kept = [line for index, line in enumerate(lines) if index not in dropped and line]
        whole = join("\n", kept)
        if whole.length <= ENTRY_LENGTH and whole.entities <= ENTRY_ENTITIES and _size(whole) <= ENTRY_BYTES:
            return kept
    return [lines[0], _short_links(lines[3])]


def _short_links(line: Html) -> Html:
    """As many of the links, from the first, as an entry may carry."""
    kept: list[str] = []
    for piece in line.markup.split(" · "):
        if kept and len(" · ".join((*kept, piece)).encode()) > ENTRY_BYTES // 2:
            break
        kept.append(piece)
    return Html(" · ".join(kept))


def _header(digest: Digest, words: Words) -> Html:
    names = " · ".join(digest.queries)
    counts = {status: sum(entry.status is status for entry in digest.entries) for status in Status}
    said = [words(f"told.count_{status.value}", n=count) for status, count in counts.items() if count]
    return Html("🔎 ") + bold(text(clip(names, 120))) + Html("  ") + join(" · ", said)


def _footer(digest: Digest, words: Words) -> Html:
    said = []
    if digest.coverage is not None and digest.coverage.total:
        said.append(words("told.coverage", read=digest.coverage.read, n=digest.coverage.total))
        if digest.coverage.silent:
            said.append(words("told.silent", names=", ".join(digest.coverage.silent[:3])))
    if digest.next_at is not None:
        said.append(words("told.next", time=told_at(digest.next_at, digest.zone)))
    return italic(join(" · ", said)) if said else EMPTY


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
    """The same for a terminal: links written out behind their names, quotes indented, no markup."""
    written = re.sub(r'<a href="([^"]*)">(.*?)</a>', r"\2 (\1)", html.markup, flags=re.DOTALL)
    indented = re.sub(r"<blockquote[^>]*>(.*?)</blockquote>", _indented, written, flags=re.DOTALL)
    return Html(indented).plain


def _indented(quoted: re.Match[str]) -> str:
    return "\n".join(f"   {line}" for line in quoted[1].split("\n"))
