"""Where sentences begin and end, in all scripts, without changing the text."""

from __future__ import annotations

import re

__all__ = ["BULLETS", "sentences"]

BULLETS = frozenset("•●▪■◆◦‣*")  # what an item of a list begins with

# A full stop after these is no end. Lower case, without their own stop.
SHORTENED = (
    "adj adm amb approx apr asst aug av ave b.c brig bros c ca capt cdr cf cmdr co col comdr corp cpl cpt dec dept "
    "det dist dr e.g est et al etc feb fig fr ft gen gov hon hr i.e inc insp intl jan jr jul jun km lt ltd m maj "
    "mar md messrs mgr min mme mr mrs ms mt no nos nov oct op ph pl pp pres prof pvt rep rev rs sci sec sen sep "
    "sept sgt sq sr sra srta st supt v vol vs г гг им руб тыс млн ул чел д т е "
)
ABBREVIATIONS = frozenset(SHORTENED.split())
# A line break ends a sentence unless the next line goes on in lower case; a full stop needs a blank or a capital after it.
END = re.compile(
    r"[.!?…؟۔।॥]+[\"'”’»)\]]*(?=\s|$|[A-ZÀ-ÞА-Я][a-zß-ÿа-яё])"
    r"|[؟۔।॥。！？]+[\"'”’»」』)\]]*"
    r"|\n\s*(?![a-zß-ÿа-яё\s])|\n[ \t]*\n"
)
WORD_BEFORE = re.compile(r"(?:[^\W\d_]\.)*[^\W\d_]{1,8}$")
LOWER_NEXT = re.compile(r"\s*[a-zß-ÿа-яё]")


def sentences(text: str) -> list[tuple[int, int]]:
    """Start and end of every sentence, in order, blanks around it left out; headlines and list items count as sentences."""
    spans: list[tuple[int, int]] = []
    start = 0
    for mark in END.finditer(text):
        if text[mark.start()] != "\n" and not ends_here(text, mark):
            continue
        add_span(spans, text, start, mark.end())
        start = mark.end()
    add_span(spans, text, start, len(text))
    return spans


def add_span(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    right = len(piece.rstrip())
    if right > left:
        spans.append((start + left, start + right))


def ends_here(text: str, mark: re.Match[str]) -> bool:
    """Whether this stop ends a sentence: not after an abbreviation or initial, nor before a word in lower case."""
    stop = mark.group()
    if stop[0] not in ".…":
        return True
    if LOWER_NEXT.match(text, mark.end()):
        return False
    before = WORD_BEFORE.search(text, max(0, mark.start() - 24), mark.start())
    if before is None or stop != ".":
        return True
    word = before.group().lower()
    if word in ("a.m", "p.m", "u.s", "u.k", "u.n"):
        return word in ("a.m", "p.m") and text[mark.end() : mark.end() + 1].isspace()
    is_initial = (len(word) == 1 and before.group().isupper()) or "." in word
    return not is_initial and word not in ABBREVIATIONS
