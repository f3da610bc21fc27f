"""What a typed query means before it is followed: which thing each keyword stands for, and mistyped names put right."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rapidfuzz import process
from rapidfuzz.distance import OSA

from digests.matching.forms import NOT_PLACES, Reading, is_acronym, read
from digests.matching.lexicon import EntityKind
from digests.matching.naming import named
from digests.matching.parsing import parse
from digests.matching.query import Keyword, Or, Query
from digests.matching.spelling import compare, is_swap, shape_of
from digests.matching.words import is_common, is_name, is_word
from digests.text import fold, script_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Protocol

    from digests.matching.forms import Place, Places
    from digests.matching.lexicon import Lexicon

    class NamedPlaces(Places, Protocol):
        """A gazetteer whose folded names can be listed."""

        @property
        def keys(self) -> Mapping[str, str]: ...


__all__ = ["KeywordReading", "Understanding", "as_typed", "understand"]

LARGE = (15_000, 50_000, 300_000, 1_000_000)  # inhabitants that a place must have, the less alike its name is
UNLIKELY = (1.0, 20.0, 40.0, 200.0)  # how much less likely such a slip is: a place must be as many times larger
SO_MUCH_LARGER = 10  # times as many inhabitants as the next: then it is the one that was meant


SHOWN_NAMES = 5


def listed(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - SHOWN_NAMES} more" if len(names) > SHOWN_NAMES else ""
    return ", ".join(names[:SHOWN_NAMES]) + more


@dataclass(frozen=True, slots=True)
class KeywordReading:
    """How one keyword is read.

    `kind` is entity, place, acronym, name, word or exact; `label` the entity's or place's name; `names` what else is looked
    for; `typed` what the person wrote, and `keyword` what is followed instead when that was surely a misspelling.
    `beside` is a known name that is followed as well as what was typed, for it may be what was meant.
    `suggestions` are known names near to it that are not followed unless the person says so, or that are `beside`.
    """

    typed: str
    keyword: Keyword
    kind: str
    label: str | None = None
    names: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()
    beside: Keyword | None = None

    @property
    def node(self) -> Keyword | Or:
        """What is followed for this keyword."""
        return self.keyword if self.beside is None else Or((self.keyword, self.beside))

    @property
    def was_corrected(self) -> bool:
        return self.typed != self.keyword.text

    def __str__(self) -> str:
        corrected = f"“{self.typed}” was read as “{self.keyword.text}”: " if self.was_corrected else f"“{self.typed}”: "
        means = {
            "entity": f"{self.label}, also written {listed(self.names)}" if self.names else f"{self.label}",
            "place": f"the place {self.label}" + (f", also written {listed(self.names)}" if self.names else ""),
            "acronym": "an acronym, found in capitals only",
            "name": "a name that I do not know, found in this and very similar spellings",
            "word": "an ordinary word, found in capitals and small letters",
            "exact": "exactly as typed, no other names or spellings",
        }[self.kind]
        also = f" “{self.beside.text}” is followed beside it." if self.beside else ""
        maybe = f" Did you mean {' or '.join(self.suggestions)}?" if self.suggestions else ""
        return f"{corrected}{means}.{also}{maybe}"


@dataclass(frozen=True, slots=True)
class Understanding:
    """A query as it is to be followed, and how each of its keywords is read."""

    query: Query
    readings: tuple[KeywordReading, ...]

    @property
    def corrections(self) -> tuple[KeywordReading, ...]:
        return tuple(reading for reading in self.readings if reading.was_corrected)

    def __str__(self) -> str:
        return "\n".join(map(str, self.readings))


WITH_BRACKETS = re.compile(r"\w[\w\s’'-]*\([\w\s’'-]+\)")


def as_typed(text: str, lexicon: Lexicon) -> Query:
    """The query that a person typed, where CPI (Maoist) is a name, as the lexicon has it. Raises QueryError as `parse` does."""
    text = text.strip()
    is_name_with_brackets = WITH_BRACKETS.fullmatch(text) and lexicon.resolve(text) is not None
    return parse(f'"{text}"' if is_name_with_brackets else text)


def understand(query: Query, lexicon: Lexicon, gazetteer: NamedPlaces | None = None) -> Understanding:
    """How the query is read.

    A keyword that is surely a misspelling of exactly one known name is replaced by that name; one that probably is one is
    followed as typed and as that name; otherwise names near to it are only suggested. What was typed is never dropped
    for a guess.
    """
    readings = {keyword: understand_keyword(keyword, lexicon, gazetteer) for keyword in dict.fromkeys(query.keywords)}
    return Understanding(query.replace(lambda keyword: readings[keyword].node), tuple(readings.values()))


def understand_keyword(keyword: Keyword, lexicon: Lexicon, gazetteer: NamedPlaces | None) -> KeywordReading:
    if keyword.exact:
        return KeywordReading(keyword.text, keyword, "exact")
    text = named(keyword.text, lexicon)
    reading = read(text, lexicon, gazetteer)
    if reading.label is None and may_be_mistyped(keyword.text):
        near = near_names(keyword.text, lexicon, gazetteer)
        if len(near) == 1:
            return guessed(keyword, near[0], reading, lexicon, gazetteer)
        return described(keyword.text, keyword, reading, tuple(near[:3]))
    listed = listed_place(text, reading, lexicon)
    if listed is not None:
        return described(keyword.text, Keyword(listed), read(listed, lexicon, gazetteer))
    return described(keyword.text, keyword, reading)


def listed_place(text: str, reading: Reading, lexicon: Lexicon) -> str | None:
    """The lexicon's name of a place that was typed by another name, which only the gazetteer has: Laki Marwat."""
    folded = fold(text)
    if reading.kind != "place" or not folded.isascii() or fold(reading.label or "") == folded or " " not in folded:
        return None
    for name in lexicon.near(text):
        entity = lexicon.resolve(name)
        if entity is not None and entity.kind is EntityKind.PLACE and is_sure(folded, fold(name)):
            return name
    return None


def guessed(
    keyword: Keyword, near: str, reading: Reading, lexicon: Lexicon, gazetteer: NamedPlaces | None
) -> KeywordReading:
    """What a keyword is followed as of which one known name is near; the name is told as it stands in the lexicon."""
    typed, entity = fold(keyword.text), lexicon.resolve(near)
    known = dict.fromkeys((near, *(entity.names if entity else ())))
    sure = next((name for name in known if is_sure(typed, fold(name))), None)
    if sure is not None:
        return described(keyword.text, Keyword(sure), read(sure, lexicon, gazetteer))
    probable = next((name for name in known if is_probable(typed, fold(name))), None)
    maybe = described(keyword.text, keyword, reading, (probable or near,))
    return replace(maybe, beside=Keyword(probable)) if probable else maybe


def described(typed: str, keyword: Keyword, reading: Reading, suggestions: tuple[str, ...] = ()) -> KeywordReading:
    own = script_of(typed)
    names = tuple(
        sorted((name for name in reading.others if name != reading.label), key=lambda name: script_of(name) is not own)
    )
    return KeywordReading(typed, keyword, reading.kind, reading.label, names, suggestions)


def may_be_mistyped(text: str) -> bool:
    """Whether a keyword that stands for nothing known may be a misspelling: not a word, a personal name or an acronym."""
    words = fold(text).split()
    if is_acronym(text) and len(fold(text)) <= 4:
        return False
    if len(words) == 1:
        return (
            len(words[0]) >= 4
            and not is_common(words[0])
            and (words[0].isascii() or not is_word(words[0]))
            and words[0] not in NOT_PLACES
            and not is_name(words[0])  # putin and essex are names in small letters, too
        )
    return any(not is_common(word) for word in words)


def is_sure(typed: str, known: str) -> bool:
    """Whether the two differ by transliteration, vowels, doubled letters or a swap only: their consonants are the same."""
    one, other = typed.replace(" ", ""), known.replace(" ", "")
    shortest = min(len(one), len(other))
    left, right = shape_of(one), shape_of(other)
    if one == other or (shortest >= 4 and left.skeleton == right.skeleton):
        return True
    if typed[0] != known[0] or shortest < 5:
        return False
    if len(typed.split()) > 1 or is_swap(one, other):
        return True  # of several words, the others are right or as near
    near = OSA.distance(one, other, score_cutoff=2) == 1
    return left.bones == right.bones and len(left.bones) >= 3 and (near or len(one) >= 8)


def is_probable(typed: str, known: str) -> bool:
    """Whether two names that begin alike differ by a letter more or less, vowels only, or one letter of a longer one."""
    shortest = min(len(typed), len(known))
    if typed[0] != known[0] or shortest < 5:
        return False
    one_more = len(typed) != len(known) and OSA.distance(typed, known, score_cutoff=2) == 1
    return shape_of(typed).bones == shape_of(known).bones or shortest >= 7 or (one_more and shortest >= 6)


def near_names(typed: str, lexicon: Lexicon, gazetteer: NamedPlaces | None) -> list[str]:
    """The known name this is a misspelling of; several when it cannot be said which; none when there is none near."""
    wanted = fold(typed)
    groups: dict[int, dict[str, float]] = {}
    for folded, entities in lexicon.by_name.items():
        group = nearness(wanted, folded)
        if (
            group is not None
            and (group < 3 or len(wanted) > 8)
            and any(fold(name) == folded for name in entities[0].names)
        ):
            groups.setdefault(group, {})[entities[0].name] = 1e12
    if gazetteer is not None and len(wanted) >= 4:
        for folded in close_keys(wanted, gazetteer):
            group = nearness(wanted, folded)
            place = best_place(folded, gazetteer)
            if group is None or place is None or place.population < LARGE[group]:
                continue
            if fold(place.name) == folded and lexicon.resolve(place.name) is None:
                names = groups.setdefault(group, {})
                names[place.name] = max(names.get(place.name, 0.0), float(place.population))
    weighed: dict[str, float] = {}
    for group, names in groups.items():
        for name, size in names.items():
            weighed[name] = max(weighed.get(name, 0.0), size / UNLIKELY[group])
    return decided(weighed, lexicon) if weighed else []


def decided(names: Mapping[str, float], lexicon: Lexicon) -> list[str]:
    """The one name that stands out, else all of them, the largest first."""
    ranked = sorted(names, key=lambda name: (-names[name], name))
    meant = {entity.name if (entity := lexicon.resolve(name)) else name for name in ranked}
    if len(meant) == 1 or names[ranked[0]] >= SO_MUCH_LARGER * max(names[ranked[1]], 1.0):
        return ranked[:1]
    return ranked


def nearness(typed: str, known: str) -> int | None:
    """0: only transliteration differs; 1: a plausible typo; 2: one letter of a short name; 3: two of a long one; None: not near."""
    if (
        typed == known
        or abs(len(typed) - len(known)) > 2
        or (typed[0] != known[0] and shape_of(typed).skeleton[:1] != shape_of(known).skeleton[:1])
    ):
        return None
    one, other = typed.split(), known.split()
    if len(one) != len(other):
        return nearness_as_one(typed, known)
    if is_swap(typed, known) and len(typed) > SHORTEST_SWAPPED:
        return 0
    worst = 0
    for left, right in zip(one, other, strict=True):
        if left == right:
            continue
        group = word_nearness(left, right)
        if group is None:
            is_short = len(one) > 1 and min(len(left), len(right)) < SHORTEST_PART
            return nearness_as_one(typed, known) if is_short else None
        worst = max(worst, group)
    return worst


SHORTEST_SWAPPED = 5  # letters of a name in which two neighbours that changed places are the likeliest slip
SHORTEST_AS_ONE, SHORTEST_PART = 8, 4  # letters of a whole, and of a part that can be judged by itself


def nearness_as_one(typed: str, known: str) -> int | None:
    """The same for names that are parted otherwise, or whose parts are too short to judge: "Lashkar Gha"."""
    one, other = typed.replace(" ", ""), known.replace(" ", "")
    if one == other:
        return 1 if len(typed) > 6 else None
    near = word_nearness(one, other) if min(len(one), len(other)) >= SHORTEST_AS_ONE else None
    return near if near is not None and near <= 1 else None


def word_nearness(typed: str, known: str) -> int | None:
    if is_common(typed) and typed != known:
        return None
    found = compare(shape_of(known), shape_of(typed))
    if found is not None and typed[0] == known[0] and (found[1] >= 94 or min(len(typed), len(known)) > 5):
        return 0 if found[1] >= 94 else 1
    if not typed.isascii():
        return None  # other scripts write fewer vowels: one letter makes another word
    distance = OSA.distance(typed, known, score_cutoff=2)
    length = min(len(typed), len(known))
    if distance == 1 and length >= 4:
        return 2
    return 3 if distance == 2 and length >= 7 else None


def best_place(folded: str, gazetteer: NamedPlaces) -> Place | None:
    places = gazetteer.by_name(folded)
    return places[0] if places else None


def close_keys(wanted: str, gazetteer: NamedPlaces) -> Iterable[str]:
    """The gazetteer's names that are at most two edits away, or share the skeleton's length and beginning."""
    letters = "kqc" if wanted[0] in "kqc" else wanted[0]
    longest, shortest = len(wanted) + 2, len(wanted) - 2
    candidates = [key for key in gazetteer.keys if key[0] in letters and shortest <= len(key) <= longest]
    return (name for name, _, _ in process.extract(wanted, candidates, scorer=OSA.distance, score_cutoff=3, limit=40))
