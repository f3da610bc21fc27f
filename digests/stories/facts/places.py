"""Where the event of an article happened: the most specific places that its first sentences name."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from digests.gazetteer import GeoKind
from digests.model import Place
from digests.stories.facts.capitals import capitals_told
from digests.stories.facts.dates import dateline_end
from digests.stories.facts.elsewhere import is_elsewhere
from digests.stories.facts.names import runs, tokens_of
from digests.stories.facts.place_doubts import LARGE, LONG, is_doubtful
from digests.stories.facts.place_forms import ARABIC_PREFIXES, is_article
from digests.stories.facts.place_names import known, may_be_known, place_words
from digests.text import Script, fold, script_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from digests.gazetteer import GeoPlace
    from digests.stories.facts.names import Names
    from digests.stories.facts.passages import Passage
    from digests.text import Token

__all__ = ["READ_CONTEXT", "places"]

READ = 3  # sentences of the body that may say where
READ_CONTEXT = 6  # sentences that may say in which country
MOST = 6
MILLION = 1_000_000
MAIN_NAME = 10  # a place is told by its own name as often as one ten times as large by a by-name
UNKNOWN = 3_000  # people of a town of which GeoNames does not say how many
SPECIFIC = {GeoKind.TOWN: 0, GeoKind.AREA: 1, GeoKind.REGION: 2, GeoKind.COUNTRY: 3}
AREA_WORD = re.compile(
    r" (?:state|province|district|region|governorate|oblast|county|division|department)\b", re.IGNORECASE
)
LIES_IN = re.compile(r",\s+|(?: [\w-]+){0,2} (?:of|in)(?: the)? ", re.IGNORECASE)
AND = re.compile(r"\s+(?:and|&|et|und|y|e|и|та|ve|dan|او|और|اور)\s+(?:in |at )?|\s+و\s*", re.IGNORECASE)
JOINT = re.compile(r"\s*(?:,|,? and|&|;)\s+", re.IGNORECASE)
THE_ATTACK = re.compile(r"(?:['’]s)? (?:suicide )?(?:attack|blast|bombing|explosion|massacre|ambush|siege)\b")
# A small adjective of a country may stand before the name: "im ostukrainischen Kostjantyniwka", "в сирийском Хомсе".
OF_A_COUNTRY = re.compile(".{3,}(?:ischen|ischer|[сц]ком|[сц]кои)")
SAINTS = frozenset({"san", "santa", "santo"})
TURKISH_IN = re.compile(r"['’](?:de|da|te|ta)(?:ki)?$")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A name that may be a place: what it may mean, how well the sentence places it, where it stands."""

    options: tuple[GeoPlace, ...]
    phrase: str  # folded
    passage: Passage
    located: bool
    dateline: bool
    elsewhere: bool  # where the wounded were taken, or another event was
    order: int
    start: int  # in the passage
    end: int


def places(
    passages: Sequence[Passage], names: Names, earlier: Collection[int], others: Mapping[int, int]
) -> tuple[Place, ...]:
    """Places of the event, most specific first; the town of the dateline only when the text names no other town.

    `earlier` are the beginnings of sentences that tell of another day; `others` tells where sentences turn to another
    event of the day (`background.other_events`).
    """
    candidates = [
        one
        for passage in passages
        if passage.rank <= READ_CONTEXT and passage.start not in earlier
        for one in candidates_in(passage, names, others.get(passage.start, len(passage.words)))
    ]
    support = support_of(candidates)
    near = [one for one in candidates if one.passage.rank <= READ]
    chosen = [(one, place) for one in near if (place := meant(one, support)) is not None]
    reported = [pair for pair in chosen if not pair[0].dateline]
    there = [pair for pair in reported if pair[0].located or pair[0].passage.rank == 0]
    if all(place.kind is GeoKind.COUNTRY for _, place in there):
        named = {place.country for _, place in there}
        there += [
            (one, place)
            for one, place in reported
            if place.kind is GeoKind.REGION or (place.population >= MILLION and place.country in named)
        ]
    ranked = there or reported or chosen
    # Where others protest or the wounded were flown is not where it happened: rather where the report was written.
    ranked = (
        [pair for pair in ranked if not pair[0].elsewhere]
        or [pair for pair in chosen if pair[0].dateline and fold(pair[1].name) not in place_words().bureaus]
        or ranked
    )
    if all(SPECIFIC[place.kind] > SPECIFIC[GeoKind.AREA] for _, place in ranked):
        ranked += attacked_further_down(candidates, support, ranked)
        ranked += [pair for pair in chosen if pair[0].dateline and is_of_event(pair[1], ranked)]
    around = {place.id for one, place in chosen if is_around(one, candidates)}
    around |= {
        place.id
        for one, place in chosen
        if any(is_state_of(one, other) for other, state in chosen if state.id in around)
    }
    ranked.sort(
        key=lambda pair: (
            max(SPECIFIC[pair[1].kind], pair[1].id in around),
            not pair[0].located,
            pair[0].passage.rank,
            pair[0].order,
        )
    )
    first: dict[str, Passage] = {}
    for one, place in sorted(ranked, key=lambda pair: pair[0].passage.rank):
        first.setdefault(place.name, one.passage)
    found = {place.name: Place(place.name, place.country, first[place.name].sentence) for _, place in ranked}
    return tuple(found.values())[:MOST]


def attacked_further_down(
    candidates: Sequence[Candidate], support: Support, named: Sequence[tuple[Candidate, GeoPlace]]
) -> list[tuple[Candidate, GeoPlace]]:
    """Towns of the countries named that a later sentence calls the attack by: "No group has claimed the Mastung attack"."""
    countries_named = {place.country for _, place in named}
    return [
        (one, place)
        for one in candidates
        if one.passage.rank > READ and not one.elsewhere and THE_ATTACK.match(one.passage.words, one.end)
        if (place := meant(one, support)) is not None and place.country in countries_named
    ]


def is_around(one: Candidate, candidates: Sequence[Candidate]) -> bool:
    """Whether a name tells what the place before it lies in: "Kulachi, Dera Ismail Khan", "Tral area of Pulwama"."""
    words = one.passage.words
    same = [other for other in candidates if other.passage is one.passage]
    is_behind = any(other.end < one.start and LIES_IN.fullmatch(words[other.end : one.start]) for other in same)
    is_list = any(other.start > one.end and JOINT.fullmatch(words[one.end : other.start]) for other in same)
    return is_behind and not is_list


def is_state_of(one: Candidate, other: Candidate) -> bool:
    """Whether another name says that this one is that of a state too: "Kaduna", "Kaduna state"."""
    return (
        other.phrase.startswith(one.phrase + " ") and AREA_WORD.fullmatch(other.phrase[len(one.phrase) :]) is not None
    )


def is_of_event(town: GeoPlace, named: Sequence[tuple[Candidate, GeoPlace]]) -> bool:
    """Whether the town of the dateline may be where it happened: no bureau, and within what the text names."""
    if SPECIFIC[town.kind] > SPECIFIC[GeoKind.AREA] or fold(town.name) in place_words().bureaus:
        return False
    regions = [place for _, place in named if place.kind is GeoKind.REGION]
    around = regions or [place for _, place in named]
    return any(
        place.country == town.country
        and (not place.admin1 or not town.admin1 or town.admin1 in place.admin1.split("+") or not regions)
        for place in around
    )


def candidates_in(passage: Passage, names: Names, turn: int) -> list[Candidate]:
    """The names of one sentence that the gazetteer knows, longest first and none inside another.

    From offset `turn` on, a sentence of the body tells of another event.
    """
    words = passage.words
    tokens = tokens_of(words)
    end = dateline_end(words) if passage.rank == 1 else 0
    found: list[Candidate] = []
    position = 0
    while position < len(tokens):
        last = position + 1
        # A script without capitals has no lower case either; "al-Bab" begins with a small letter.
        if is_lower(tokens[position].text[0]) and not is_article(tokens, position):
            position = last
            continue
        for phrase, stop in phrases_at(tokens, position, names):
            if not may_be_known(phrase, tokens[position].text, names, single=stop == position + 1):
                continue
            is_other = names_a_thing(tokens, stop) or begins_a_saint_s(tokens, position, stop)
            options = () if is_other else known(phrase, tokens[position:stop], names)
            if options and is_of_province(tokens, stop):
                options = tuple(place for place in options if place.kind is not GeoKind.TOWN)
            if options:
                located = is_located(tokens, position, stop, words) or is_joined(found, tokens[position].start, words)
                if located or not is_doubtful(tokens, position, stop, options[0]):
                    start = tokens[position].start
                    end_of_name = tokens[stop - 1].end
                    elsewhere = (
                        (passage.rank > 0 and start > turn)
                        or is_elsewhere(words, start, end_of_name)
                        or is_government(tokens, stop, options)
                    )
                    stretch = start, end_of_name
                    found.append(
                        Candidate(options, phrase, passage, located, start < end, elsewhere, len(found), *stretch)
                    )
                last = stop
                break
        position = last
    found += [
        Candidate((place,), fold(place.name), passage, True, False, elsewhere, len(found), start, stop)
        for place, start, stop in capitals_told(words, tokens, names.gazetteer)
        if not (elsewhere := (passage.rank > 0 and start > turn) or is_elsewhere(words, start, stop))
    ]
    found.sort(key=lambda one: one.start)
    return [
        replace(one, located=True) if words[one.end : other.start].strip() == "," else one
        for one, other in zip(found, [*found[1:], *found[-1:]], strict=True)
    ]


def phrases_at(tokens: Sequence[Token], position: int, names: Names) -> Iterable[tuple[str, int]]:
    """The phrases that begin at a token and may be names, longest first, each with the position after its end."""
    word = tokens[position].folded
    if position + 1 < len(tokens):
        following = tokens[position + 1].folded
        stem = word[1:] if word[:1] in ARABIC_PREFIXES else word
        may_begin = names.gazetteer.may_begin
        if word in names.first_words or may_begin(word, following) or (stem != word and may_begin(stem, following)):
            return runs(tokens, position)
    return ((word, position + 1),)


def is_government(tokens: Sequence[Token], stop: int, options: Sequence[GeoPlace]) -> bool:
    """Whether a capital stands for its government: "Kyiv says two were killed"."""
    words = place_words()
    speaks = stop < len(tokens) and tokens[stop].folded in words.speaks
    return speaks and fold(options[0].name) in words.bureaus


def names_a_thing(tokens: Sequence[Token], stop: int) -> bool:
    """Whether the word behind a name makes it that of a road, a quarter, a company or a club."""
    following = tokens[stop] if stop < len(tokens) else None
    return following is not None and following.folded in place_words().named_after and not is_lower(following.text[0])


def begins_a_saint_s(tokens: Sequence[Token], first: int, stop: int) -> bool:
    """Whether a saint's name goes on, as that of another place: San José del Carmen."""
    if tokens[first].folded not in SAINTS or stop + 1 >= len(tokens):
        return False
    return tokens[stop].text in {"de", "del"} and tokens[stop + 1].text[:1].isupper()


def is_of_province(tokens: Sequence[Token], stop: int) -> bool:
    """Whether a name is the adjective of a province: Донецкой области is not Donetsk."""
    is_next = stop < len(tokens) and tokens[stop].start - tokens[stop - 1].end == 1
    return is_next and tokens[stop].folded in place_words().provinces


def is_lower(char: str) -> bool:
    return char.islower() or char.isdecimal()


def is_located(tokens: Sequence[Token], first: int, last: int, words: str) -> bool:
    """Whether the words around a name say that something is there."""
    before = tokens[first - 1] if first else None
    after = tokens[last] if last < len(tokens) else None
    is_in = (before is not None and before.folded in place_words().before) or is_behind_an_adjective(tokens, first)
    if is_in or TURKISH_IN.search(tokens[last - 1].text):
        return True
    if (
        before is not None
        and before.folded == "of"
        and first > 1
        and tokens[first - 2].folded in place_words().settlements
    ):
        return True  # the port of Hodeidah
    if after is not None and after.folded in place_words().after:
        return True
    if last - first > 1 and tokens[last - 1].folded in place_words().after:
        return True  # "Zamfara State" is a name of the gazetteer
    if (
        script_of(tokens[first].text) is Script.ARABIC
        and tokens[first].folded[:1] == "ب"
        and len(tokens[first].folded) > 4
    ):
        return True
    # "Balochistan's Khuzdar", "Karachi, Pakistan"
    gap = words[before.end : tokens[first].start] if before is not None else ""
    return before is not None and (
        before.text[-2:] in ("'s", "’s") or (gap.strip() == "," and before.text[:1].isupper())
    )


def is_behind_an_adjective(tokens: Sequence[Token], first: int) -> bool:
    """Whether "in" and the adjective of a country stand before a name."""
    if first < 2 or not tokens[first - 1].text.islower() or not OF_A_COUNTRY.fullmatch(tokens[first - 1].folded):
        return False
    return tokens[first - 2].folded == "im" or tokens[first - 2].folded in place_words().before


def is_joined(found: Sequence[Candidate], start: int, words: str) -> bool:
    """Whether the name at an offset is joined to one that says where: "in Jableh and Tartus"."""
    return bool(found) and found[-1].located and AND.fullmatch(words, found[-1].end, start) is not None


@dataclass(frozen=True, slots=True)
class Support:
    """How strongly an article speaks of each country, and the divisions of countries that it names, as "IN/37"."""

    countries: Counter[str]
    divisions: frozenset[str]

    def division(self, place: GeoPlace) -> bool:
        """Whether the place lies in one of the divisions named."""
        return f"{place.country}/{place.admin1}" in self.divisions


def support_of(candidates: Sequence[Candidate]) -> Support:
    """What the names of an article say of where it happened."""
    divisions = {
        f"{place.country}/{code}"
        for one in candidates
        if (place := one.options[0]).kind is GeoKind.REGION
        for code in place.admin1.split("+")
        if code
    }
    return Support(countries(candidates), frozenset(divisions))


def countries(candidates: Sequence[Candidate]) -> Counter[str]:
    """How strongly the article speaks of each country."""
    support: Counter[str] = Counter()
    for one in candidates:
        kinds = {place.kind for place in one.options}
        if GeoKind.COUNTRY in kinds or GeoKind.REGION in kinds or GeoKind.AREA in kinds:
            support[next(place for place in one.options if place.kind is not GeoKind.TOWN).country] += 2
        elif len({place.country for place in one.options}) == 1 or one.options[0].population >= 10 * max(
            (place.population for place in one.options[1:]), default=0
        ):
            support[one.options[0].country] += 1
    return support


def meant(one: Candidate, support: Support) -> GeoPlace | None:
    """The place that a name means here: in a country the article speaks of, else a large town; None if it is neither."""
    written = one.passage.words[one.start : one.end]
    best = max(
        one.options,
        key=lambda place: (
            support.countries[place.country],
            place.kind is not GeoKind.TOWN,
            not written.isascii() and place.name == written,  # Petrópolis, which Saint Petersburg is called as well
            support.division(place),  # Bijapur in Chhattisgarh, not the larger one
            max(place.population, UNKNOWN) * (MAIN_NAME if fold(place.name) == one.phrase else 1),
            fold(place.name) == one.phrase,
        ),
    )
    if best.kind is not GeoKind.TOWN:
        return best
    elsewhere = max((count for country, count in support.countries.items() if country != best.country), default=0)
    is_short = len(one.phrase) <= LONG and script_of(one.phrase) is Script.ARABIC
    if is_short and best.country not in place_words().near and support.countries[best.country] <= 1:
        return None  # "Bari" is written like a word of shelling
    is_by_name = one.phrase != fold(best.name) and one.phrase.isascii() and best.population < MILLION
    if is_by_name and support.countries[best.country] <= 1 <= elsewhere:
        return None  # a by-name that fits nothing else here: Antioquia in Colombia is not Antakya
    if best.population >= LARGE:
        return best
    alone = len(one.options) == 1 and one.located
    is_known = best.population >= 15_000 or (best.country in place_words().near and not elsewhere)
    needed = 1 if len(one.options) > 1 else 2
    return best if support.countries[best.country] >= needed or (alone and is_known) else None
