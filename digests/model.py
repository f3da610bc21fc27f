"""The vocabulary of the project as values. Words and meanings: docs/glossary.md.

All times are aware UTC. All offsets are indices into the Python string of the zone they belong to, end exclusive.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import IntEnum, StrEnum
from hashlib import blake2b
from typing import NewType

ArticleId = NewType("ArticleId", str)
StoryId = NewType("StoryId", str)
QueryId = NewType("QueryId", int)

# --- Sources ---------------------------------------------------------------------------------------------------------


class SourceKind(StrEnum):
    """What kind of publisher it is, so that a reader can weigh what it says."""

    WIRE = "wire"
    STATE = "state"
    INDEPENDENT = "independent"
    AGGREGATOR = "aggregator"


@dataclass(frozen=True, slots=True)
class Source:
    """A publisher as readers know it. Sources with the same `owner` are never independent of each other."""

    id: str
    name: str
    owner: str
    country: str
    language: str
    kind: SourceKind
    domains: tuple[str, ...]
    feeds: tuple[str, ...] = ()


# --- Articles --------------------------------------------------------------------------------------------------------


class Media(StrEnum):
    """How the content of a RawArticle is to be read."""

    HTML = "html"  # a whole page
    FRAGMENT = "fragment"  # the HTML of a feed item or of a pushed article: no furniture expected
    TEXT = "text"  # text, perhaps a page that somebody flattened


class DateOrigin(StrEnum):
    """Where a published time was read, best first."""

    GIVEN = "given"  # said by whoever handed the article in
    JSON_LD = "json-ld"
    META = "meta"
    TIME_ELEMENT = "time-element"
    DATELINE = "dateline"
    FEED = "feed"
    GUESSED = "guessed"
    FIRST_SEEN = "first-seen"


class DatePrecision(StrEnum):
    MINUTE = "minute"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Published:
    """When an article says that it was published."""

    at: datetime
    origin: DateOrigin
    precision: DatePrecision = DatePrecision.MINUTE


@dataclass(frozen=True, slots=True)
class RawArticle:
    """What arrived, untouched. Everything but the content is a hint of whoever handed it in."""

    content: str | bytes
    media: Media
    seen: datetime
    url: str | None = None
    title: str | None = None
    published: datetime | None = None
    published_origin: DateOrigin = DateOrigin.GIVEN
    published_precision: DatePrecision = DatePrecision.MINUTE
    source: str | None = None  # id of a Source, or a host or name as the sender gave it
    language: str | None = None
    author: str | None = None
    charset: str | None = None  # what the HTTP header said


class Zone(StrEnum):
    """The parts of an Article that count for matching. Tags and captions do not."""

    TITLE = "title"
    LEAD = "lead"
    BODY = "body"


@dataclass(frozen=True, slots=True)
class Article:
    """One published text after cleaning. Furniture of the page is not part of it.

    The lead is the beginning of the body, `body[:lead_end]` (its first paragraph), so that an offset in the lead is the
    same offset in the body. `title` is empty when the page has none: use `heading` to show something.
    `source` is a Source's id, else the registrable domain, else ''. `publisher` is the Source's owner, else the same.
    `language` is an ISO 639-1 code, or '' when it cannot be told.
    """

    id: ArticleId
    title: str
    body: str
    lead_end: int
    seen: datetime
    url: str | None = None
    published: Published | None = None
    source: str = ""
    publisher: str = ""
    language: str = ""
    author: str = ""
    credit: str = ""  # the agency whose text it is, if the article says so
    tags: tuple[str, ...] = ()
    captions: tuple[str, ...] = ()

    @property
    def lead(self) -> str:
        return self.body[: self.lead_end]

    @property
    def heading(self) -> str:
        """The title, or the beginning of the text when the article has none."""
        if self.title:
            return self.title
        first = self.lead.strip().split("\n", 1)[0]
        return first if len(first) <= 160 else first[:159].rsplit(" ", 1)[0] + "…"

    @property
    def time(self) -> datetime:
        """When it was published, or first seen when it does not say."""
        return self.published.at if self.published else self.seen

    def text(self, zone: Zone) -> str:
        return self.title if zone is Zone.TITLE else self.body


def article_id(url: str | None, title: str, body: str) -> ArticleId:
    """The same article always gets the same id: from its canonical URL, or from its words when it has none."""
    key = url or "\n".join((" ".join(title.split()), " ".join(body.split()))).casefold()
    return ArticleId(blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest())


@dataclass(frozen=True, slots=True)
class Cleaned:
    """An Article and what was taken away to get it (lines of the page, for the eye of whoever checks)."""

    article: Article
    removed: tuple[str, ...] = ()


# --- Matching --------------------------------------------------------------------------------------------------------


class Strictness(StrEnum):
    EXACT = "exact"  # as typed, no other names, no spelling variants
    NORMAL = "normal"
    BROAD = "broad"  # also lower grades: reordered phrases, further typos


class Grade(StrEnum):
    """How a Match was found, best first."""

    EXACT = "exact"
    INFLECTION = "inflection"
    ALIAS = "alias"
    SPELLING = "spelling"
    TYPO = "typo"


@dataclass(frozen=True, slots=True)
class Match:
    """Evidence that an article's own text mentions a keyword. No span, no Match."""

    keyword: str  # as typed
    entity: str | None  # the lexicon's name of the entity, if the keyword is one of its names
    name: str  # the alias or keyword whose form was found
    zone: Zone
    start: int
    end: int
    words: str  # exactly the article's characters from start to end
    grade: Grade
    score: float  # 0 to 100


@dataclass(frozen=True, slots=True)
class Hit:
    """One query is true of one article; `matches` are the evidence, best first."""

    query_id: QueryId
    matches: tuple[Match, ...]


# --- Facts -----------------------------------------------------------------------------------------------------------


class Kind(StrEnum):
    """Kinds of event, by the sub-event types of the ACLED codebook."""

    SUICIDE_BOMB = "suicide bomb"
    AIR_STRIKE = "air/drone strike"
    SHELLING = "shelling/artillery/missile attack"
    IED = "remote explosive/landmine/IED"
    GRENADE = "grenade"
    ARMED_CLASH = "armed clash"
    ATTACK = "attack"
    ABDUCTION = "abduction/forced disappearance"
    PROTEST = "protest"
    RIOT = "riot"
    AGREEMENT = "agreement"
    ARRESTS = "arrests"
    ACCIDENT = "accident"  # this and the next are no sub-events of ACLED: people die in them too
    DISASTER = "natural disaster"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Sentence:
    """The sentence that carries a fact, and where it stands. Without it a fact is not shown."""

    text: str
    zone: Zone
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Count:
    """A number of people, `low` to `high`, both equal when the text gives one figure."""

    low: int
    high: int
    approximate: bool
    sentence: Sentence
    exceeds: bool = False  # "more than 50": no less than it says

    @property
    def value(self) -> int:
        """The one figure to show and to compare."""
        return self.high


class ClaimStatus(StrEnum):
    CLAIMED = "claimed"
    DENIED = "denied"
    BLAMED = "blamed"


@dataclass(frozen=True, slots=True)
class Claim:
    """Who says they did it (or denies it, or is blamed). Only `claimed` is a claim of responsibility."""

    group: str
    status: ClaimStatus
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class Place:
    """A place of the gazetteer that the event happened at, most specific first in lists of them."""

    name: str  # the gazetteer's main name
    country: str  # ISO 3166-1 alpha-2, or ''
    sentence: Sentence


class DayPart(IntEnum):
    """When on its day an event was; an afternoon or a night is neither."""

    MORNING = 1
    EVENING = 2


@dataclass(frozen=True, slots=True)
class EventDate:
    day: date
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class KindOfEvent:
    kind: Kind
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class Facts:
    """What one article says of its main event."""

    killed: Count | None = None
    injured: Count | None = None
    attackers_killed: Count | None = None
    attackers_only: bool = False  # `killed` counts attackers, because nobody else died
    # How many one side says it has killed, where others tell of fewer or of none; `killed` too when nobody else tells any.
    boasted: Count | None = None
    others: tuple[int, ...] = ()  # the killed of other events that the article mentions
    kind: KindOfEvent | None = None
    places: tuple[Place, ...] = ()
    event_date: EventDate | None = None
    actors: tuple[str, ...] = ()
    claim: Claim | None = None


# --- Stories ---------------------------------------------------------------------------------------------------------


class Severity(StrEnum):
    """By the written criteria of docs/severity.md."""

    CRITICAL = "critical"
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"

    @property
    def rank(self) -> int:
        """0 for low to 3 for critical, for comparisons."""
        return {"low": 0, "normal": 1, "high": 2, "critical": 3}[self.value]


@dataclass(frozen=True, slots=True)
class Change:
    """One material change: `field` is killed, injured or claim; values are what a reader is shown."""

    field: str
    old: str
    new: str
    said_by: str = ""  # the source that says so
    correction: bool = False


@dataclass(frozen=True, slots=True)
class Revision:
    """A state of a story that was worth telling. Revision 1 is the story's beginning and has no changes."""

    number: int
    at: datetime
    changes: tuple[Change, ...] = ()
    article_id: ArticleId | None = None  # the article that brought it


@dataclass(frozen=True, slots=True)
class Member:
    """An article's place in a story, with what a reader needs to see of it."""

    article_id: ArticleId
    title: str
    url: str | None
    source: str
    publisher: str
    published: datetime
    language: str = ""
    copy_of: ArticleId | None = None  # it carries the same text: a further link, not a further witness
    group: int = 0  # members of one group are not independent of each other


@dataclass(frozen=True, slots=True)
class Story:
    """The articles that report one event, as it stands now."""

    id: StoryId
    title: str
    members: tuple[Member, ...]
    facts: Facts
    severity: Severity
    revisions: tuple[Revision, ...]
    first_seen: datetime
    last_changed: datetime
    independent: int = 1  # number of publishers that do not rest on each other's text or owner
    aliases: tuple[StoryId, ...] = ()  # ids of stories merged into this one

    @property
    def revision(self) -> int:
        return self.revisions[-1].number if self.revisions else 1

    @property
    def publishers(self) -> tuple[str, ...]:
        """Names of the publishers, in order of first report, each once."""
        return tuple(dict.fromkeys(member.source for member in self.members if member.source))


# --- Digests ---------------------------------------------------------------------------------------------------------


class Status(StrEnum):
    NEW = "new"
    UPDATED = "updated"
    CORRECTED = "corrected"


@dataclass(frozen=True, slots=True)
class Link:
    name: str
    url: str | None
    copy: bool = False


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A piece of an article around the words that matched: `text[start:end]` are those words."""

    text: str
    start: int
    end: int
    source: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One story as told to one chat."""

    story: Story
    status: Status
    revision: int
    matches: tuple[Match, ...]
    changes: tuple[Change, ...] = ()
    links: tuple[Link, ...] = ()
    excerpt: Excerpt | None = None
    late: bool = False
    queries: tuple[str, ...] = ()  # what is followed and found it, as typed


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of the sources that should have been read were read."""

    read: int
    total: int
    silent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Digest:
    """The stories told to one chat at one time, most severe and newest first."""

    queries: tuple[str, ...]
    entries: tuple[Entry, ...]
    at: datetime
    coverage: Coverage | None = None
    next_at: datetime | None = None
    zone: str = "UTC"  # the reader's time zone

    @property
    def is_empty(self) -> bool:
        return not self.entries


# --- Delivery --------------------------------------------------------------------------------------------------------


class Priority(IntEnum):
    REPLY = 0
    URGENT = 1
    DIGEST = 2
    BROADCAST = 3


class DeliveryState(StrEnum):
    READY = "ready"
    SENDING = "sending"
    SENT = "sent"
    UNCERTAIN = "uncertain"
    SUPERSEDED = "superseded"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One call that the sender shall make, once. `key` makes writing it twice harmless."""

    key: str
    chat_id: int
    method: str  # sendMessage, editMessageText, sendDocument, sendPhoto, ...
    payload: dict[str, object]  # the parameters of the call but for the chat, as JSON can hold them
    thread_id: int | None = None
    priority: Priority = Priority.REPLY
    digest_id: int | None = None
    part: int = 0
    not_before: datetime | None = None
    deadline: datetime | None = None


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Destination:
    """Where digests go: a chat, or one topic of a forum."""

    chat_id: int
    thread_id: int | None = None
