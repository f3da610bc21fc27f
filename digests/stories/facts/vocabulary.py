"""The words of words.toml, ready for look-up, one Vocabulary per language."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final, TypeAlias, cast

from digests.text import fold

__all__ = ["Meaning", "Sign", "Vocabulary", "vocabulary"]


class Sign:
    """What a word means to the reader of figures, as bits: a word may mean several things.

    Plain integers, because the bits of every word of every article are compared many times and enum.Flag takes ten
    times as long.
    """

    NUMBER: Final = 1 << 0
    KILLED_BEFORE: Final = 1 << 1  # the number of dead stands before this word
    KILLED_AFTER: Final = 1 << 2
    INJURED_BEFORE: Final = 1 << 3
    INJURED_AFTER: Final = 1 << 4
    TOLL: Final = 1 << 5
    RISE: Final = 1 << 6
    ABOUT: Final = 1 << 7
    LEAST: Final = 1 << 8
    MORE: Final = 1 << 9
    AUX: Final = 1 << 10
    PEOPLE: Final = 1 << 11
    VICTIM: Final = 1 << 12
    WOMEN: Final = 1 << 13
    ATTACKER: Final = 1 << 14
    UNIT: Final = 1 << 15
    MONTH: Final = 1 << 16
    INCLUDING: Final = 1 << 17
    AND: Final = 1 << 18
    OTHERS: Final = 1 << 19
    VAGUE: Final = 1 << 20
    BARRED: Final = 1 << 21
    NONE: Final = 1 << 22
    MAYBE: Final = 1 << 23
    ONE_KILLED: Final = 1 << 24
    ONE_INJURED: Final = 1 << 25
    ARTICLE: Final = 1 << 26
    COMMA: Final = 1 << 27
    STOP: Final = 1 << 28
    PREPOSITION: Final = 1 << 29
    TOTAL: Final = 1 << 30  # dead and injured together
    ORDINAL: Final = 1 << 31
    BODY: Final = 1 << 32  # who tells bodies or coffins, tells that many dead
    HOSPITAL: Final = 1 << 33
    VICTIM_OF: Final = 1 << 34  # "the third victim", "the 13th fatality"
    THEM: Final = 1 << 35  # those who were counted before: "and killed them"
    BRIEF: Final = 1 << 36  # an abbreviation that tells casualties beside its number only
    WHO: Final = 1 << 37
    HAVE: Final = 1 << 38
    INTO: Final = 1 << 39  # before a hospital
    STAYING: Final = 1 << 40
    SINGLE: Final = 1 << 41  # a noun for one person where its form may be that of many too
    COUNT_OF: Final = 1 << 43  # "the number of", behind those who are counted
    EITHER: Final = 1 << 44  # "killed or injured" says nothing of the killed
    FINITE: Final = 1 << 45
    MAGNITUDE: Final = 1 << 46
    GROUP: Final = 1 << 47
    OWNER: Final = 1 << 48
    ONE_MORE: Final = 1 << 49
    NATION: Final = (
        1 << 50
    )  # a number's own noun, or an adjective before another: "three Israelis", "two Afghan guards"
    TAKEN: Final = 1 << 42  # what is done to those who are killed then: "abducted and killed"

    KILLED: Final = KILLED_BEFORE | KILLED_AFTER
    INJURED: Final = INJURED_BEFORE | INJURED_AFTER
    CUE: Final = KILLED | INJURED
    ONE: Final = ONE_KILLED | ONE_INJURED
    QUALIFIER: Final = ABOUT | LEAST | MORE
    PERSON: Final = PEOPLE | VICTIM | WOMEN | ATTACKER


PLAIN: Final = 0
Meaning: TypeAlias = tuple[int, int]  # bits of Sign, value of a number
Words: TypeAlias = dict[str, "str | list[str] | dict[str, str | list[str]]"]

FIELDS: dict[str, int] = {
    "toll": Sign.TOLL,
    "toll_injured": Sign.TOLL | Sign.INJURED_AFTER,
    "totals": Sign.TOTAL,
    "rise": Sign.RISE,
    "about": Sign.ABOUT,
    "least": Sign.LEAST,
    "more": Sign.MORE,
    "aux": Sign.AUX,
    "people": Sign.PEOPLE,
    "victims": Sign.VICTIM,
    "women": Sign.WOMEN,
    "nations": Sign.NATION,
    "attackers": Sign.ATTACKER,
    "units": Sign.UNIT,
    "including": Sign.INCLUDING,
    "also_and": Sign.AND,
    "others": Sign.OTHERS,
    "vague": Sign.VAGUE,
    "barred": Sign.BARRED,
    "none": Sign.NONE,
    "maybe": Sign.MAYBE,
    "singular": Sign.ONE_KILLED,
    "singular_injured": Sign.ONE_INJURED,
    "articles": Sign.ARTICLE,
    "prepositions": Sign.PREPOSITION,
    "bodies": Sign.BODY,
    "hospitals": Sign.HOSPITAL,
    "nth": Sign.VICTIM_OF,
    "brief_killed": Sign.BRIEF | Sign.KILLED,
    "brief_injured": Sign.BRIEF | Sign.INJURED,
    "toll_label": Sign.BRIEF | Sign.TOLL,
    "who": Sign.WHO,
    "finite": Sign.FINITE,
    "magnitudes": Sign.MAGNITUDE,
    "groups": Sign.GROUP,
    "owners": Sign.OWNER,
    "one_more": Sign.ONE_MORE,
    "have": Sign.HAVE,
    "into": Sign.INTO,
    "staying": Sign.STAYING,
    "single": Sign.SINGLE,
    "count_of": Sign.COUNT_OF,
    "either": Sign.EITHER,
    "taken": Sign.TAKEN,
    "killed_them": Sign.THEM | Sign.KILLED_BEFORE,
    "as_many_injured": Sign.THEM | Sign.INJURED_BEFORE,
}
DIRECTIONS = {
    ("killed", "either"): Sign.KILLED,
    ("killed", "before"): Sign.KILLED_BEFORE,
    ("killed", "after"): Sign.KILLED_AFTER,
    ("injured", "either"): Sign.INJURED,
    ("injured", "before"): Sign.INJURED_BEFORE,
    ("injured", "after"): Sign.INJURED_AFTER,
}
# Languages that read the table of another, and the table for a text whose language is not known, by its script.
SAME_AS = {"uk": "ru", "be": "ru", "prs": "fa", "tg": "ru", "mr": "hi", "ne": "hi", "ca": "es", "as": "bn"}
SCRIPTS = (("hi", "ऀ-ॿ"), ("bn", "ঀ-৿"), ("te", "ఀ-౿"), ("ru", "Ѐ-ӿ"), ("arabic", "ء-ۿ"))
# Letters that only one of the languages in Arabic script has; Persian is what has none of them.
LETTERS = (("ps", "ښځڅټډړږڼېۍ"), ("ur", "ٹڈڑںھہے"), ("ar", "ةيىكأإ"))
MOST_DAYS = 30
NEVER = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What words of one language mean. Words are folded; `phrases` are keyed by their first word, longest first."""

    language: str
    words: dict[str, Meaning]
    beginnings: tuple[tuple[str, int], ...]
    phrases: dict[str, tuple[tuple[tuple[str, ...], int], ...]]
    background: re.Pattern[str]
    elsewhere: re.Pattern[str]
    earlier: re.Pattern[str]
    in_all: re.Pattern[str]
    recent: re.Pattern[str]
    unharmed: re.Pattern[str]
    boasts: re.Pattern[str]
    days: re.Pattern[str]  # weekdays and "today" as they are written
    months: dict[str, int]
    weekdays: dict[str, int]
    days_ago: dict[str, int]
    dayparts: dict[str, int]
    said_next: frozenset[str]
    indefinite: frozenset[str]
    aftermath: frozenset[str]
    meanwhile: frozenset[str]
    mourning: frozenset[str]
    deeds: frozenset[str]
    said: frozenset[str]
    said_after: frozenset[str]
    on_day: frozenset[str]
    of_day: frozenset[str]
    other_days: frozenset[str]
    that: frozenset[str]  # of languages whose sentences begin with the verb: what parts "said today" from what was said
    terms: frozenset[str]
    happened: re.Pattern[str]
    days_earlier: re.Pattern[str]  # these three have the number of days as group "n", if they say it
    days_before: re.Pattern[str]
    days_after: re.Pattern[str]
    followups: re.Pattern[str]
    month_alone: re.Pattern[str]  # "in May" without a day, the month as group 1
    telling: frozenset[str] | None  # see `telling`; None where letters have accents or variants
    seen: dict[str, Meaning]  # what was looked up before; bounded

    def meaning(self, folded: str) -> Meaning:
        """What one folded word means; (no sign, 0) for other words."""
        found = self.seen.get(folded)
        if found is None:
            found = self.words.get(folded) or self.by_beginning(folded)
            if len(self.seen) < 50_000:
                self.seen[folded] = found
        return found

    def by_beginning(self, folded: str) -> Meaning:
        for beginning, sign in self.beginnings:
            if folded.startswith(beginning):
                return sign, 0
        if self.language == "ar" and len(folded) > 3 and folded[0] in "وفبل":
            found = self.words.get(folded[1:])
            if found is not None:  # "and", "so", "with", "for" are written as part of the next word
                return found[0], found[1]
        return PLAIN, 0


def language_of(language: str, text: str) -> str:
    """The table to read a text with: its language's own, else one of its script, else English."""
    language = SAME_AS.get(language, language)
    if language in tables():
        return language
    sample = text[:2000]
    best = most(SCRIPTS, sample)
    if best == "arabic":
        return most(LETTERS, sample) or "fa"
    return best or "en"


def most(classes: tuple[tuple[str, str], ...], sample: str) -> str:
    """The name whose letters the sample has most of; '' when it has hardly any."""
    counts = {name: len(re.findall(f"[{letters}]", sample)) for name, letters in classes}
    best = max(counts, key=lambda name: counts[name])
    return best if counts[best] * 60 > len(sample) else ""


def vocabulary(language: str, text: str) -> Vocabulary:
    """The words to read this text with. `language` is an ISO 639-1 code or ''."""
    return build(language_of(language, text))


@cache
def tables() -> dict[str, Words]:
    data = (resources.files(__package__) / "words.toml").read_text(encoding="utf-8")
    return cast("dict[str, Words]", tomllib.loads(data))


def entries(words: object) -> list[str]:
    """A list of phrases, whether it was written as one string of words or as a list."""
    if isinstance(words, str):
        return words.split()
    return cast("list[str]", words) if isinstance(words, list) else []


def pairs(words: object) -> dict[str, int]:
    found = {}
    for entry in entries(words):
        word, _, value = entry.partition("=")
        found[fold(word.replace("\u200c", ""))] = int(value)
    return found


def pattern(words: object) -> re.Pattern[str]:
    """One pattern of all expressions, each at the beginning of a word; nothing matches when there are none."""
    parts = entries(words)
    return re.compile(r"(?<!\w)(?:" + "|".join(parts) + r")(?!\w)", re.IGNORECASE) if parts else NEVER


def folded_set(table: Words, name: str) -> frozenset[str]:
    return frozenset(map(fold, entries(table.get(name, ""))))


def month_alone(table: Words) -> re.Pattern[str]:
    """The names of months behind "in", without a day."""
    before, months = (
        entries(table.get("in_month", [])),
        [one.partition("=")[0] for one in entries(table.get("months", ""))],
    )
    if not before:
        return NEVER
    return re.compile(rf"(?<!\w)(?:{'|'.join(before)}) ({'|'.join(months)})(?![\w.]|,? \d)", re.IGNORECASE)


def counted_days(table: Words, name: str) -> re.Pattern[str]:
    """One pattern of the expressions of a field, in which {n} is a number of up to thirty days."""
    few = [word for word, value in pairs(table.get("numbers", "")).items() if value <= MOST_DAYS]
    number = "|".join(sorted({*few, *entries(table.get("articles", "")), r"\d\d?"}, key=len, reverse=True))
    found = [one.replace("{n}", f"(?P<n{place}>{number})") for place, one in enumerate(entries(table.get(name, [])))]
    return pattern(found)


@cache
def build(language: str) -> Vocabulary:
    """The vocabulary of one table of words.toml."""
    table = tables()[language]
    signs: dict[str, int] = {}
    for field, sign in signed_fields(table):
        for entry in entries(field):
            key = fold(entry.rstrip("*").replace("\u200c", "")) + ("*" if entry.endswith("*") else "")
            if key.strip("*"):
                signs[key] = signs.get(key, PLAIN) | sign
    words: dict[str, Meaning] = {key: (sign, 0) for key, sign in signs.items() if " " not in key and key[-1] != "*"}
    months = pairs(table.get("months", ""))
    for word in months:
        words[word] = (words.get(word, (PLAIN, 0))[0] | Sign.MONTH | Sign.UNIT, 0)
    for word, value in pairs(table.get("ordinals", "")).items():
        words[word] = (words.get(word, (PLAIN, 0))[0] | Sign.ORDINAL, value)
    for word, value in pairs(table.get("numbers", "")).items():
        words[word] = (words.get(word, (PLAIN, 0))[0] | Sign.NUMBER, value)
    phrases: dict[str, list[tuple[tuple[str, ...], int]]] = {}
    for key, sign in signs.items():
        if " " in key:
            first, *rest = key.split(" ")
            phrases.setdefault(first, []).append((tuple(rest), sign))
    return Vocabulary(
        language=language,
        words=words,
        beginnings=tuple((key[:-1], sign) for key, sign in signs.items() if key[-1] == "*" and " " not in key),
        phrases={first: tuple(sorted(found, key=lambda one: -len(one[0]))) for first, found in phrases.items()},
        background=pattern(table.get("background", [])),
        elsewhere=pattern(table.get("elsewhere", [])),
        earlier=pattern(table.get("earlier", [])),
        in_all=pattern(table.get("in_all", [])),
        recent=pattern(table.get("recent", [])),
        unharmed=pattern(table.get("unharmed", [])),
        boasts=pattern(table.get("boasts", [])),
        days=pattern(
            [entry.partition("=")[0] for name in ("weekdays", "days_ago") for entry in entries(table.get(name, ""))]
        ),
        months=months,
        weekdays=pairs(table.get("weekdays", "")),
        days_ago=pairs(table.get("days_ago", "")),
        dayparts=pairs(table.get("dayparts", "")),
        said_next=folded_set(table, "said_next"),
        indefinite=folded_set(table, "indefinite"),
        aftermath=folded_set(table, "aftermath"),
        meanwhile=folded_set(table, "meanwhile"),
        mourning=folded_set(table, "mourning"),
        deeds=folded_set(table, "deeds"),
        said=folded_set(table, "said"),
        said_after=folded_set(table, "said_after"),
        on_day=folded_set(table, "on_day"),
        of_day=folded_set(table, "of_day"),
        other_days=folded_set(table, "other_days"),
        that=folded_set(table, "that"),
        terms=folded_set(table, "terms"),
        happened=pattern(table.get("happened", [])),
        days_earlier=counted_days(table, "days_earlier"),
        days_before=counted_days(table, "days_before"),
        days_after=counted_days(table, "days_after"),
        followups=pattern(table.get("followups", [])),
        month_alone=month_alone(table),
        telling=telling(signs) if language == "en" else None,
        seen={},
    )


def telling(signs: dict[str, int]) -> frozenset[str]:
    """Words of which one stands in every sentence that tells of casualties: the longest word of each phrase."""
    told = Sign.CUE | Sign.ONE | Sign.TOLL | Sign.BODY | Sign.HOSPITAL | Sign.VICTIM_OF
    phrases = [key.split(" ") for key, sign in signs.items() if sign & told]
    return frozenset(max(phrase, key=len) for phrase in phrases)


def signed_fields(table: Words) -> list[tuple[object, int]]:
    """The lists of a table, each with what its words mean."""
    found: list[tuple[object, int]] = [(table[name], sign) for name, sign in FIELDS.items() if name in table]
    for (role, direction), sign in DIRECTIONS.items():
        lists = table.get(role)
        if isinstance(lists, dict) and direction in lists:
            found.append((lists[direction], sign))
    return found
