"""What the wording of an article says about its kind: a list of several events, a follow-up, a figure taken back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from digests.model import Article, Facts

__all__ = ["is_followup", "is_roundup", "is_summary", "says_corrected"]

LOOKED_AT = 8_000
SENTENCE_CHARACTERS = 40
BULLETS = frozenset("•●▪■◦‣–*")
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
DEATH = re.compile(r"\b(?:kill(?:ed|ing|s)|dead|die[ds]?|deaths?|lives|martyred|perished)\b", re.IGNORECASE)
SENTENCE_END = re.compile(r"(?<=[.!?;])\s+|\n+")
TITLES = re.compile(
    r"\b(?:round-?up|week in review|weekly (?:review|digest|brief(?:ing)?|report)|monthly (?:review|report|digest)"
    r"|timeline|chronology|a history of|list of|major (?:terror(?:ist)? )?attacks (?:in|on|since)"
    r"|deadliest (?:\w+ ){0,3}attacks|in brief|morning brief(?:ing)?|evening brief(?:ing)?|at a glance|year in review"
    r"|this week in|(?:daily|security|morning|evening) (?:security )?(?:digest|bulletin|brief)|top (?:stories|headlines|news)|(?:war|daily) briefing|briefing,? day \d)\b",
    re.IGNORECASE,
)
SEPARATE = re.compile(
    r"\b(?:in|across|during) (?:\w+ ){0,2}(?:separate|different) (?:incidents|attacks|operations|areas|accidents|clashes|actions)\b",
    re.IGNORECASE,
)
# "PAKISTAN - Police suffered two attacks. \n SYRIA - Eleven people": an item for each country or subject.
HEADED_ITEM = re.compile(r"^[A-Z][A-Z ,/&'-]{2,40} [-–—] (?=\S.{40})")
HEADED_ITEMS = 3
# "Militant attacks claimed 214 lives in March, says think tank": a sum over a time is no toll of an event.
SUM = re.compile(
    rf"\b(?:attacks|violence|operations|incidents|accidents|clashes|militancy|terrorism|casualties|fatalities|deaths)\b.*"
    rf"\b(?:in|during|since) (?:the )?(?:{MONTHS}|20\d\d|(?:first|second|third|last|past|previous) (?:\w+ )?"
    r"(?:quarter|half|months?|years?|weeks?)|(?:this|last) (?:year|month|quarter|week))\b(?! \d)",
    re.IGNORECASE,
)
CORRECTED = re.compile(
    r"\b(?:revis(?:e|ed|es|ing)|correct(?:ed|ions?|s)|lower(?:ed|s)|scal(?:ed|es) (?:back|down)|down from|clarif(?:ied|ies)"
    r"|earlier (?:toll|figure|report|count)s?|miscount(?:ed)?|put the (?:toll|figure) at \w+ earlier|retracts?|retracted)\b"
    r"|\b(?:corrección|corregid[ao]|rectifi(?:é|ée|cation))\b|تصحیح|نظرثانی|درستگی|اصلاح|تصحيح|سمون|संशोधित|सुधार",
    re.IGNORECASE,
)
BEGINNING = 600  # characters that say whether an article is about one event or several
FOLLOWUP_CHARACTERS = 260
FOLLOWUP = re.compile(
    r"\btolls?\b[^.\n]{0,90}?\b(?:rise|rises|rose|risen|rising|climb\w*|jump\w*|mount\w*|reach\w*|increas\w*|revised|hits?|now)\b"
    r"|\b(?:revis|correct|lower|updat)\w* [^.\n]{0,40}\btolls?\b"
    r"|\b(?:rais(?:es?|ed|ing)|tak(?:es?|en|ing)|bring(?:s|ing)|brought|push(?:es|ed|ing)) the (?:\w+ )?(?:toll|number|count)"
    r"|\b(?:third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|\d+th) (?:victim|fatality|death)\b|\bmore bodies\b"
    r"|\bclaim(?:s|ed)? (?:responsibility|credit|(?:the|it|deadly|this) )|\bpa(?:ys|id) tributes?\b|\brevendiqu"
    r"|\bsuccumb\w*|\bdie[ds]? of (?:\w+ )?(?:wounds|injuries)|\b(?:funerals?|laid to rest|buried|burials?|mourn\w*|vigils?)\b"
    r"|\b(?:arrest\w*|detain\w*|held|nabbed|charged|suspects?|mastermind|facilitators?|handlers?) (?:\w+ ){0,3}?"
    r"(?:over|for|in connection|behind|linked|of|after)\b"
    r"|\b(?:last|this) (?:week|month)['’]s (?:[\w-]+ ){0,3}(?:attack|bombing|blast|strike|raid|ambush|assault|massacre|clash|shooting)"
    r"|\b(?:nabbed|arrested|detained|held)\b.{0,60}\bfacilitat|\bfacilitat\w*.{0,60}\b(?:nabbed|arrested|detained|held)\b"
    r"|\b(?:FIR|case)(?: \w+){0,3} (?:registered|lodged)|\baftermath\b"
    r"|\b(?:search|rescue|operation) (?:\w+ )?(?:ends|ended|over|concluded|continues|resumes|enters|completed)\b"
    r"|\bbilan\b.{0,60}(?:alourdi|port[ée]|passe|ramen[ée]|élève)|\bobsèques\b|\b(?:asciende|aumenta|sube|eleva)\w*\b"
    r"|تعداد .{0,30}(?:ہو گئی|ہوگئی|پہنچ|بڑھ)|نماز جنازہ|زخموں کی تاب|(?:شمار|آمار) .{0,30}(?:رسید|افزایش)|(?:ارتفاع|ارتفع|ارتفعت) "
    r"|تشییع|تشييع|جنازه|شمېر .{0,30}(?:رسېدلی|لوړ)|संख्या .{0,20}(?:बढ़|पहुंच|हुई)|अंतिम संस्कार",
    re.IGNORECASE,
)


def is_summary(article: Article) -> bool:
    """Whether the title sums up a time: the figures are those of no single event."""
    return bool(TITLES.search(article.title) or SUM.search(article.title))


def is_roundup(article: Article) -> bool:
    """Whether the article lists several events, so that it must not bridge their stories."""
    if is_summary(article) or SEPARATE.search(f"{article.title}\n{article.body[:BEGINNING]}"):
        return True
    lines = [line for line in article.body[:LOOKED_AT].splitlines() if line.strip()]
    if sum(line.lstrip()[:1] in BULLETS for line in lines) >= max(3, SHARE * len(lines)):
        return True
    headed = sum(HEADED_ITEM.match(line) is not None for line in lines)
    if headed >= max(HEADED_ITEMS, SHARE * len(lines)):
        return True
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


def is_followup(article: Article) -> bool:
    """Whether it begins by going on with an event that was told before, so that the day it names may be its own."""
    return bool(FOLLOWUP.search(f"{article.title}\n{article.body[:FOLLOWUP_CHARACTERS]}"))


def says_corrected(article: Article, facts: Facts) -> bool:
    """Whether the words that carry the toll say that an earlier figure was wrong."""
    if CORRECTED.search(article.title):
        return True
    return facts.killed is not None and bool(CORRECTED.search(facts.killed.sentence.text))
