"""What placing needs to know of one article: read once, in parallel, and kept beside the article as JSON."""

from __future__ import annotations

import json
from array import array
from base64 import b85decode, b85encode
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from sys import intern
from typing import TYPE_CHECKING, Any, Self

from digests.gazetteer import GeoKind, load
from digests.model import (
    Article,
    ArticleId,
    Claim,
    ClaimStatus,
    Count,
    DatePrecision,
    DayPart,
    EventDate,
    Facts,
    Kind,
    KindOfEvent,
    Place,
    Sentence,
    Zone,
)
from digests.stories.copies import Sketch, sketch_of
from digests.stories.cues import is_essay, is_followup, is_roundup, says_again, says_corrected
from digests.stories.facts.dates import dateline_end, first_days, publication_day
from digests.stories.facts.dayparts import part_of_day
from digests.stories.facts.passages import passages
from digests.stories.facts.vocabulary import vocabulary
from digests.stories.likeness import Vector, load_idf, vector_from, vector_of
from digests.stories.names import names_of
from digests.text import Script, fold, script_of, spans

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from digests.stories.facts.vocabulary import Vocabulary

__all__ = ["Dossier", "examine"]

SENTENCE_CHARACTERS = 500
PLACES = 8
FRESH_DAYS = 2
OF_DATELINE = 0.6
CITY_OR_PROVINCE = 0.8  # Kunduz is both, and mostly the city is meant
SAYS = {GeoKind.TOWN: 1.0, GeoKind.AREA: 0.9, GeoKind.REGION: 0.4, GeoKind.COUNTRY: 0.15}
TITLE_CHARACTERS = 400
LANGUAGE_CHARACTERS = 2_000


@dataclass(frozen=True, slots=True)
class Dossier:
    """What placing needs to know of one article, and nothing that it must look up elsewhere."""

    article_id: ArticleId
    title: str  # the article's heading
    title_key: str  # its folded title, '' when it has none
    url: str | None
    source: str
    publisher: str
    credit: str
    language: str
    script: Script
    time: datetime
    dated: bool  # it says when it was published
    whole_day: bool  # and it says only the day
    vector: Vector
    sketch: Sketch
    facts: Facts
    spots: Mapping[str, float]  # places by "name|country", with how much sharing them says
    roundup: bool  # it lists several events and must not bridge them
    follows: bool  # it goes on with an event that was told before
    corrects: bool  # its figure is said to be revised or corrected
    names: array[int]  # what its names sound like, in any script
    again: bool = False  # it tells the next of a row of strikes
    essay: bool = False  # an analysis or a comment
    named: tuple[date, ...] = ()  # all days of its first sentences: a follow-up's own and the event's
    part: DayPart | None = None  # of the event's day

    @property
    def event_day(self) -> date | None:
        return self.facts.event_date.day if self.facts.event_date else None

    @property
    def days(self) -> tuple[date, date]:
        """The first and last calendar day that its time may be anywhere on earth's inhabited side of our sources."""
        if self.whole_day:
            return self.time.date(), self.time.date()
        return (self.time - timedelta(hours=8)).date(), (self.time + timedelta(hours=9)).date()

    @property
    def is_fresh(self) -> bool:
        """Whether it was written soon after the day that it names: an older day is often background."""
        return self.event_day is not None and (self.days[0] - self.event_day).days <= FRESH_DAYS

    @property
    def victims(self) -> int | None:
        """The killed, unless only attackers died."""
        return self.facts.killed.value if self.facts.killed and not self.facts.attackers_only else None

    def dump(self) -> str:
        """The dossier as compact JSON, at most about 8 kB."""
        return json.dumps(
            {
                "t": self.title,
                "k": self.title_key,
                "u": self.url,
                "s": self.source,
                "p": self.publisher,
                "c": self.credit,
                "l": self.language,
                "sc": self.script.value,
                "at": self.time.isoformat(),
                "f": [
                    *map(
                        int,
                        (self.dated, self.whole_day, self.roundup, self.follows, self.corrects, self.again, self.essay),
                    )
                ],
                "v": {word: round(weight * 1000) for word, weight in self.vector.items()},
                "sk": self.sketch.dump(),
                "sp": self.spots,
                "nm": b85encode(self.names.tobytes()).decode(),
                "n": [day.isoformat() for day in self.named],
                "dp": self.part,
                "x": dump_facts(self.facts),
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )

    @classmethod
    def load(cls, article_id: ArticleId, text: str) -> Self:
        """The dossier that `dump` wrote."""
        raw = json.loads(text)
        dated, whole_day, roundup, follows, corrects, again, essay = (*map(bool, raw["f"]), False, False)[:7]
        return cls(
            article_id=article_id,
            title=raw["t"],
            title_key=raw["k"],
            url=raw["u"],
            source=raw["s"],
            publisher=raw["p"],
            credit=raw["c"],
            language=raw["l"],
            script=Script(raw["sc"]),
            time=datetime.fromisoformat(raw["at"]),
            dated=dated,
            whole_day=whole_day,
            vector=vector_from(raw["v"]),
            sketch=Sketch.load(raw["sk"]),
            facts=load_facts(raw["x"]),
            spots={intern(spot): says for spot, says in raw["sp"].items()},
            roundup=roundup,
            follows=follows,
            corrects=corrects,
            again=again,
            essay=essay,
            names=array("I", b85decode(raw.get("nm", ""))),
            named=tuple(map(date.fromisoformat, raw.get("n", ()))),
            part=DayPart(raw["dp"]) if raw.get("dp") else None,
        )


def examine(article: Article, facts: Facts) -> Dossier:
    """Everything that placing will ask of this article. Pure, so that many can be examined at once."""
    published = article.published
    facts = load_facts(dump_facts(facts))  # as it comes back from the store: each sentence once, none too long
    words = [word for word, _ in spans(f"{article.title} {article.lead[:400]}")]
    return Dossier(
        article_id=article.id,
        title=article.heading[:TITLE_CHARACTERS],
        title_key=fold(article.title[:TITLE_CHARACTERS]),
        url=article.url,
        source=article.source,
        publisher=article.publisher or article.source,
        credit=article.credit,
        language=article.language,
        script=_main_script(words),
        time=article.time.astimezone(UTC),
        dated=published is not None,
        whole_day=published is not None and published.precision is DatePrecision.DAY,
        vector=vector_of(article, load_idf()),
        sketch=sketch_of(article),
        facts=facts,
        spots=spots_of(facts.places),
        roundup=is_roundup(article),
        follows=is_followup(article),
        corrects=says_corrected(article, facts),
        again=says_again(article),
        essay=is_essay(article),
        names=names_of(article),
        named=tuple(sorted(first_days(passages(article), vocabulary_of(article), publication_day(published)))),
        part=part_of_day(
            passages(article),
            vocabulary_of(article),
            publication_day(published),
            facts.event_date.day if facts.event_date else None,
        ),
    )


def vocabulary_of(article: Article) -> Vocabulary:
    return vocabulary(article.language, article.title + "\n" + article.body[:LANGUAGE_CHARACTERS])


def spots_of(places: Iterable[Place]) -> dict[str, float]:
    """The places, each with how much it says that two articles name it: towns most, countries least."""
    gazetteer = load()
    found: dict[str, float] = {}
    for place in places:
        if len(found) == PLACES:
            break
        kinds = [known.kind for known in gazetteer.by_name(fold(place.name)) if known.country == place.country]
        says = SAYS[kinds[0]] if kinds else SAYS[GeoKind.AREA]
        if GeoKind.TOWN in kinds:
            says = max(says, CITY_OR_PROVINCE)
        if is_of_dateline(place):
            says = min(says, OF_DATELINE)
        found[intern(f"{place.name}|{place.country}")] = says
    return found


def is_of_dateline(place: Place) -> bool:
    """Whether only the dateline names the place: where the report was written, and often where it happened."""
    text = place.sentence.text
    end = dateline_end(text)
    name = fold(place.name)
    return end > 0 and name in fold(text[:end]) and name not in fold(text[end:])


def _main_script(words: list[str]) -> Script:
    counts: dict[Script, int] = {}
    for word in words:
        if not word.isdecimal():
            script = script_of(word)
            counts[script] = counts.get(script, 0) + 1
    return max(counts, key=lambda script: counts[script], default=Script.LATIN)


# JSON: names of one or two letters and each sentence once, because a row is written for every article --------------


def dump_facts(facts: Facts) -> dict[str, Any]:  # JSON has no narrower type
    """Facts as JSON can hold them; the shape is private to this file and `load_facts`."""
    sentences: dict[Sentence, int] = {}

    def number(sentence: Sentence) -> int:
        return sentences.setdefault(sentence, len(sentences))

    def count(value: Count | None) -> list[int] | None:
        return [value.low, value.high, value.approximate + 2 * value.exceeds, number(value.sentence)] if value else None

    raw: dict[str, Any] = {
        "k": count(facts.killed),
        "i": count(facts.injured),
        "a": count(facts.attackers_killed),
        "o": int(facts.attackers_only) or None,
        "b": count(facts.boasted),
        "h": list(facts.others) or None,
        "e": facts.kind and [facts.kind.kind.value, number(facts.kind.sentence)],
        "p": [[place.name, place.country, number(place.sentence)] for place in facts.places[:PLACES]] or None,
        "d": facts.event_date and [facts.event_date.day.isoformat(), number(facts.event_date.sentence)],
        "w": list(facts.actors) or None,
        "c": facts.claim and [facts.claim.group, facts.claim.status.value, number(facts.claim.sentence)],
    }
    raw["s"] = [[s.text[:SENTENCE_CHARACTERS], s.zone.value, s.start, s.end] for s in sentences] or None
    return {key: value for key, value in raw.items() if value is not None}


def load_facts(raw: Mapping[str, Any]) -> Facts:
    """The facts that `dump_facts` wrote."""
    sentences = [Sentence(text, Zone(zone), start, end) for text, zone, start, end in raw.get("s", ())]

    def count(key: str) -> Count | None:
        value = raw.get(key)
        return (
            Count(value[0], value[1], bool(value[2] & 1), sentences[value[3]], exceeds=value[2] > 1) if value else None
        )

    kind, day, claim = raw.get("e"), raw.get("d"), raw.get("c")
    return Facts(
        killed=count("k"),
        injured=count("i"),
        attackers_killed=count("a"),
        attackers_only=bool(raw.get("o")),
        boasted=count("b"),
        others=tuple(raw.get("h", ())),
        kind=KindOfEvent(Kind(kind[0]), sentences[kind[1]]) if kind else None,
        places=tuple(Place(name, country, sentences[at]) for name, country, at in raw.get("p", ())),
        event_date=EventDate(date.fromisoformat(day[0]), sentences[day[1]]) if day else None,
        actors=tuple(raw.get("w", ())),
        claim=Claim(claim[0], ClaimStatus(claim[1]), sentences[claim[2]]) if claim else None,
    )
