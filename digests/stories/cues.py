"""What the wording of an article says about its kind: a list of several events, a follow-up, a figure taken back."""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from importlib import resources
from typing import TYPE_CHECKING

from digests.sentences import BULLETS

if TYPE_CHECKING:
    from digests.model import Article, Facts

__all__ = [
    "is_essay",
    "is_followup",
    "is_list_of_events",
    "is_roundup",
    "is_summary",
    "says_again",
    "says_corrected",
]

LOOKED_AT = 8_000
SENTENCE_CHARACTERS = 40
SHARE = 0.4  # of the sentences
EVENTS = 4  # dated events with their own dead that make a list of events

MONTHS = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    "|nov(?:ember)?|dec(?:ember)?"
)
DATED = re.compile(
    rf"\b(?:(?P<a>{MONTHS})\.? (?P<b>\d{{1,2}})|(?P<c>\d{{1,2}}) (?P<d>{MONTHS}))\b,?(?: (?P<y>\d{{4}}))?",
    re.IGNORECASE,
)
# "PAKISTAN - Police suffered two attacks. \n SYRIA - Eleven people": an item for each country or subject.
HEADED_ITEM = re.compile(r"^[A-Z][A-Z ,/&'-]{2,40} [-–—] (?=\S.{40})")
HEADED_ITEMS = 3
# "September 22: two bombers strike a church. \n September 27: a bomb in a bus": a look back at several events.
DATED_ITEM = re.compile(
    rf"^(?:[-–—*•] ?)?(?:(?:{MONTHS})\.? (?:\d{{1,2}}|\d{{4}})(?:, \d{{4}})?|\d{{1,2}} (?:{MONTHS})(?:,? \d{{4}})?)\s*[:–—-]"
    r"|^(?:[-–—*•] ?)?\d{1,2}\w{0,2} [^\W\d]+\.? (?:19|20)\d\d\s*[:–—-]",  # of any language
    re.IGNORECASE,
)
DEATH = re.compile(r"\b(?:kill(?:ed|ing|s)|dead|die[ds]?|deaths?|lives|martyred|perished)\b", re.IGNORECASE)
SENTENCE_END = re.compile(r"(?<=[.!?;])\s+|\n+")
PART = re.compile(r"[.!?;؛؟۔।]\s+|\n+")
YEAR = re.compile(r"(?<!\d)(?:(?:19|20)\d\d|[۱٢١۲][۹٩۰٠][۰-۹٠-٩]{2})(?!\d)")
SEPARATE = re.compile(
    r"\b(?:in|across|during) (?:\w+ ){0,2}(?:separate|different) (?:incidents|attacks|operations|areas|accidents|clashes|actions)\b",
    re.IGNORECASE,
)
# "Militant attacks claimed 214 lives in March, says think tank": a sum over a time is no toll of an event.
SUM = re.compile(
    rf"\b(?:attacks|violence|operations|incidents|accidents|clashes|militancy|terrorism|casualties|fatalities|deaths)\b.*"
    rf"\b(?:in|during|since) (?:the )?(?:{MONTHS}|20\d\d|(?:first|second|third|last|past|previous) (?:\w+ )?"
    r"(?:quarter|half|months?|years?|weeks?)|(?:this|last) (?:year|month|quarter|week))\b(?! \d)"
    rf"|\b(?:{MONTHS})(?:['’]s)? (?:violence|militancy|casualties|fatalities|figures|review)\b",
    re.IGNORECASE,
)
MOURNING = re.compile(r"\b(?:funerals?|mourn\w*|buri\w*|burying|vigils?|laid to rest)\b", re.IGNORECASE)
BEGINNING = 600  # characters that say whether an article is about one event or several
FOLLOWUP_CHARACTERS = 260


@cache
def cue(name: str, language: str) -> re.Pattern[str]:
    """The expression for one kind of cue in cues.toml: of the language and English, of all if it has no words there."""
    tables = tomllib.loads((resources.files("digests.stories") / "cues.toml").read_text("utf-8"))
    listed = tables[name]
    if any(language in table for table in tables.values()):
        listed = {key: listed.get(key, []) for key in ("en", language)}
    return re.compile("|".join(f"(?:{one})" for ones in listed.values() for one in ones), re.IGNORECASE)


def is_summary(article: Article) -> bool:
    """Whether the title sums up a time: the figures are those of no single event."""
    return bool(cue("roundup_title", article.language).search(article.title) or SUM.search(article.title))


@lru_cache(maxsize=1)  # asked for with the facts, and again when the article is placed
def is_list_of_events(article: Article) -> bool:
    """Whether the article lists events with their days or under headings: its figures are those of no single one."""
    body = article.body[:LOOKED_AT]
    return is_summary(article) or _is_list(body) or _is_look_back(body)


def is_roundup(article: Article) -> bool:
    """Whether the article lists several events, so that it must not bridge their stories."""
    if is_list_of_events(article) or SEPARATE.search(f"{article.title}\n{article.body[:BEGINNING]}"):
        return True
    if len(DATED.findall(article.body[:LOOKED_AT])) < EVENTS:
        return False  # most articles name few dates, and cutting all their sentences takes long
    days, long_enough, with_death = set(), 0, 0
    for sentence in SENTENCE_END.split(article.body[:LOOKED_AT]):
        long_enough += len(sentence) >= SENTENCE_CHARACTERS
        found = DATED.search(sentence)
        if found and DEATH.search(sentence):
            month, day = found["a"] or found["d"], found["b"] or found["c"]
            days.add((found["y"], month[:3].casefold(), int(day)))
            with_death += 1
    # A long report of one event may recall four earlier ones; a list consists of them.
    return len(days) >= EVENTS and with_death >= SHARE * long_enough


def _is_list(body: str) -> bool:
    """Whether points with bullets or headings make up the text: an agency's three highlights above its report do not."""
    lines = [line.strip() for line in body.splitlines() if line.strip()]
    points = [line for line in lines if line[0] in BULLETS or line[0] == "–"]
    headed = sum(HEADED_ITEM.match(line) is not None for line in lines)
    if sum(DATED_ITEM.match(line) is not None for line in lines) >= max(HEADED_ITEMS, SHARE * len(lines)):
        return True
    return headed >= max(HEADED_ITEMS, SHARE * len(lines)) or (
        len(points) >= max(3, SHARE * len(lines)) and sum(map(len, points)) >= SHARE * sum(map(len, lines))
    )


def _is_look_back(body: str) -> bool:
    """Whether the text goes from year to year, in any language: "in 2011 26 pilgrims; in 2014 a bus; in 2018 149 people"."""
    if len(set(YEAR.findall(body))) < EVENTS:
        return False
    parts = [part for part in PART.split(body) if len(part) >= SENTENCE_CHARACTERS]
    return sum(YEAR.search(part) is not None for part in parts) > len(parts) / 2


def is_followup(article: Article) -> bool:
    """Whether it begins by going on with an event that was told before, so that the day it names may be its own."""
    beginning = f"{article.title}\n{article.body[:FOLLOWUP_CHARACTERS]}"
    attacked = cue("attacked_mourners", article.language)
    if attacked.search(beginning):
        beginning = MOURNING.sub("", attacked.sub("", beginning))
    beginning = cue("nobody", article.language).sub("", beginning)
    return bool(cue("followup", article.language).search(beginning))


def is_essay(article: Article) -> bool:
    """Whether the title says that it is an analysis or a comment."""
    return bool(cue("essay", article.language).search(article.title))


def says_again(article: Article) -> bool:
    """Whether it begins by telling the next of a row of strikes: those of the night before are another event."""
    return bool(cue("again", article.language).search(f"{article.title}\n{article.body[:FOLLOWUP_CHARACTERS]}"))


def says_corrected(article: Article, facts: Facts) -> bool:
    """Whether the words that carry the toll say that an earlier figure was wrong."""
    if cue("corrected", article.language).search(article.title):
        return True
    return facts.killed is not None and bool(cue("corrected", article.language).search(facts.killed.sentence.text))
