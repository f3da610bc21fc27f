"""Text that was flattened already: the article is found among repeated titles, sidebars, tag lines and navigation.

Linear in the number of lines. The body is the run of lines with the largest sum of weights (Kadane's algorithm for
the maximum subarray); what each line weighs is said in `WEIGHTS`.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from digests.cleaning.dates import scan_time
from digests.cleaning.notices import leads_elsewhere, notice_in
from digests.model import DatePrecision

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["Flat", "flatten_free", "trimmed", "word_count"]

LONGEST_LINE = 20_000
MOST_LINES = 20_000
STOPS = ".!?…۔؟।。！？"
CLOSERS = "\"'”’»)]】」』*"
TITLE_WORDS = range(4, 26)
LONGEST_NOTICE = 1_200
ABOVE = 12  # lines over the text among which its headline stands


class Line(Enum):
    """What a line of a flattened page looks like."""

    BLANK = auto()
    SENTENCE = auto()
    MIDDLE = auto()
    SHORT = auto()
    DATE = auto()
    REPEATED = auto()
    CAPTION = auto()
    TAGS = auto()
    FURNITURE = auto()
    CUT = auto()  # the article ends here, whatever follows


WEIGHTS = {
    Line.BLANK: 0, Line.MIDDLE: 2, Line.SHORT: -6, Line.DATE: -4, Line.REPEATED: -12, Line.CAPTION: -4,
    Line.TAGS: -15, Line.FURNITURE: -15, Line.CUT: -15,
}  # fmt: skip

# Words that begin a line of the page rather than of the article, in the languages of the sources.
FURNITURE = re.compile(
    r"^\W*(?:also read|read (?:also|more|full story|next|the full)|see also|more on this|related(?: articles| stories| news| topics|:)|"
    r"don[’']t miss|trending|most (?:read|popular)|latest news|subscribe|sign (?:up|in)|log in|follow us|follow .{0,30} on (?:x|twitter|"
    r"facebook|whatsapp|google)|share (?:this|on|via|current)|click here|tap here|download (?:the|our) app|advertisement|sponsored|"
    r"skip to|home\s*[>»/|]|menu\b|search\b.{0,12}$|cookies?\b|we use cookies|accept (?:all|cookies)|privacy policy|terms (?:of|and)|"
    r"all rights reserved|copyright|©|today[’']s paper|e-?paper|listen to (?:this )?article|watch:|video:|print this|email this|go ad-free|"
    r"story continues|article continues|continue reading|to continue reading|(?:this|the) (?:article|story|content) is (?:only )?(?:for|available to) "
    r"(?:our )?(?:paid |paying |premium )?(?:subscribers|members)|already a (?:subscriber|member)|join our|get (?:the latest|our)|stay (?:tuned|updated)|catch all|whatsapp channel|"
    r"(?:یہ بھی پڑھیں|مزید پڑھیں|مزید خبریں|اقرأ أيضا|اقرأ المزيد|ذات صلة|بیشتر بخوانید|همچنین بخوانید|مطالب مرتبط|نور ولولئ|यह भी पढ़ें|ये भी पढ़ें|और पढ़ें|"
    r"lire aussi|à lire aussi|lee también|leer más|читайте также))",
    re.IGNORECASE,
)
CUT = re.compile(
    r"^\W*(?:you may also like|you might also like|recommended(?: for you| stories)?\W*$|read comments|leave a (?:comment|reply)|comments?\W*$|"
    r"\d+ comments?\W*$|more (?:from|stories|news)\b|related (?:articles|stories|news|posts|topics)\W*$|published in [\w\s]+, \w+ \d|"
    r"about the author|post a comment|latest stories|most read|tags\s*:|filed under|the post .{5,200} appeared first on)",
    re.IGNORECASE,
)
CAPTION = re.compile(
    r"(?:\((?:photo|image|file photo|picture)[^)]{0,80}\)\W*$|^\W*(?:photo|image|picture|file photo|photograph|credit|caption|foto|تصویر|عکس|صورة)\s*[:|/©]|"
    r"(?<![.!?۔؟”\"])\s+[—–|]\s*(?:afp|reuters|ap|app|inp|ppi|online|epa|xinhua|pid|ispr|white star)\W*$|"
    r"[—–|/]\s*(?:file(?: photo)?|screengrab|screenshot)\W*$|"
    r"(?:^|[.!?۔؟)\s])(?:photos?|image|picture|foto|credits?|تصویر|عکس)\s*[:©]\s*[\w .&/'’-]{2,40}\W*$|"
    r"\b(?:photo credit|photo by|image credit|getty images|/afp\)?$|/reuters\)?$|/ap\)?$))",
    re.IGNORECASE,
)
# What a page says of itself and its reader. One such word may be the article's subject, several are a notice.
NOTICE = re.compile(
    r"\b(?:cookies?|(?:our|\d+) partners|personal data|personali[sz]ed (?:ads?|advertising|content)|your (?:privacy|consent|preferences|choices|"
    r"browser|email address)|privacy (?:policy|settings|preferences|notice)|legitimate interests?|opt[- ]out|required fields)\b",
    re.IGNORECASE,
)
TO_READER = re.compile(r"\b(?:we|our|you|your)\b", re.IGNORECASE)
BYLINE = re.compile(
    r"^\W*(?:by\s+[^.!?]{3,60}|(?:staff|web|news) (?:report|reporter|desk)|web ?desk|(?:updated|published|posted|last updated)\b.{0,60}|"
    r"\d+ min(?:ute)?s? read.{0,40}|\d+ (?:articles|sources|shares|views))\W*$",
    re.IGNORECASE,
)
# "Quetta, Jan 14, 2013 – ": a report that opens with its town and day.
DATED_OPENING = re.compile(r"[^\W\d_][^\n–—:.]{2,40}?,? (?:19|20)\d\d\b(?: \([^)]{2,20}\))?\s*[–—:-]\s")
OF_TODAY = re.compile(r"(?i)^\W*today\b|\d ?°")  # a widget's date: "Today: October 30 | 27°C"
STAMP = re.compile(r"^\s*date\s+(?=(?:19|20)\d\d-[01]\d-[0-3]\d\b)", re.IGNORECASE)
PUBLISHED = re.compile(r"^\W*(?:last )?(?:updated|published|posted|modified)\b", re.IGNORECASE)
STAMP_WORDS = 5
STAMP_DATE = re.compile(r"^\s*(?:date\s+)?(?:19|20)\d\d-[01]\d-[0-3]\d\s+")
HASHTAG = re.compile(r"#\s*([^#]+)")
CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
SPACES = re.compile(r"[^\S\n]+")


@dataclass(frozen=True, slots=True)
class Flat:
    """What was found in a flattened page. `removed` are its other lines, each once, in order."""

    title: str
    body: str
    time: datetime | None
    precision: DatePrecision
    tags: tuple[str, ...]
    captions: tuple[str, ...]
    removed: tuple[str, ...]


def flatten_free(text: str, *, title: str | None = None) -> Flat:
    """The article in a flattened page. A title that is known already is not searched for, and is taken out of the body."""
    lines = [_tidy(line) for line in unicodedata.normalize("NFC", text[:2_000_000]).split("\n")[:MOST_LINES]]
    counts = Counter(line for line in lines if line)
    known = _folded(title or "")
    found = title or _title(lines, counts)
    time, precision = _time(lines)
    kinds = [_kind(line, counts, {_folded(found), known} - {""}) for line in lines]
    inside = _between_sentences(kinds)
    start, end = _body_run(lines, kinds, inside)
    keep, captions, removed = [], [], []
    for index, (line, kind) in enumerate(zip(lines, kinds, strict=True)):
        if kind is Line.CAPTION:
            captions.append(line)
        if start <= index < end and kind in (Line.SENTENCE, Line.MIDDLE, Line.SHORT, Line.BLANK):
            keep.append(STAMP_DATE.sub("", line) if kind is Line.SENTENCE else line)
        elif line:
            removed.append(line)
    return Flat(
        title=found,
        body=_paragraphs(keep),
        time=time,
        precision=precision,
        tags=_tags(lines, kinds),
        captions=tuple(dict.fromkeys(captions)),
        removed=tuple(dict.fromkeys(removed)),
    )


def trimmed(body: str, *, title: str | None = None, links: frozenset[str] = frozenset()) -> Flat:
    """The text that an extractor took from a page, without the lines of furniture that it let through.

    `links` are texts of the page's links: a line that is nothing but links leads away from the article.
    """
    lines = [_tidy(line) for line in unicodedata.normalize("NFC", body).split("\n")[:MOST_LINES]]
    titles = {_folded(title or "")} - {""}
    kinds = [_kind(line, Counter(), titles) for line in lines]
    half, read, keep, offered = len(body) / 2, 0, list[str](), False
    for line, kind in zip(lines, kinds, strict=True):
        read += len(line)
        if kind is Line.CUT and read > half:
            break
        # Below an offer to subscribe stand its prices.
        offered = kind is not Line.SENTENCE and (offered or (kind is Line.FURNITURE and notice_in(line) is not None))
        if (
            not offered
            and kind not in (Line.FURNITURE, Line.CAPTION, Line.TAGS, Line.REPEATED)
            and not _is_stamp(line, kind)
            and not _only_links(line, links)
        ):
            keep.append(line)
    captions = [line for line, kind in zip(lines, kinds, strict=True) if kind is Line.CAPTION]
    return Flat(
        title=title or "",
        body=_paragraphs(keep),
        time=None,
        precision=DatePrecision.DAY,
        tags=_tags(lines, kinds),
        captions=tuple(dict.fromkeys(captions)),
        removed=(),
    )


def _is_stamp(line: str, kind: Line) -> bool:
    """Whether a line says nothing but when the page was published, or has no word at all."""
    if kind is Line.DATE:
        return word_count(line) <= STAMP_WORDS or PUBLISHED.match(line) is not None
    return kind is not Line.BLANK and not any(map(str.isalnum, line))


def _only_links(line: str, links: frozenset[str]) -> bool:
    pieces = [piece.strip() for piece in line.split("|") if piece.strip()]
    return bool(pieces) and all(piece in links for piece in pieces) and not _ends_sentence(line)


def word_count(line: str) -> int:
    """Words of a line; scripts without spaces count two characters as a word."""
    without_spaces = len(CJK.findall(line))
    return len(line.split()) if not without_spaces else max(len(line.split()), without_spaces // 2)


def _tidy(line: str) -> str:
    return SPACES.sub(" ", line[:LONGEST_LINE].replace("\r", "").replace("\x00", "")).strip()


def _folded(line: str) -> str:
    return " ".join(re.findall(r"\w+", line.casefold()))


def _ends_sentence(line: str) -> bool:
    return line.rstrip(CLOSERS + " ")[-1:] in STOPS if line.rstrip(CLOSERS + " ") else False


def _title(lines: list[str], counts: Counter[str]) -> str:
    """The line of four words or more that is repeated most; else an early line that reads like a headline; else ''."""
    repeated = [(count, line) for line, count in counts.items() if count >= 3 and word_count(line) >= 4]
    if repeated:
        return max(repeated, key=lambda pair: pair[0])[1]
    above = _headline_above(lines)
    if above:
        return above
    early = [(index, line) for index, line in enumerate(lines) if line][:8]
    for index, line in early:
        if _ends_sentence(line) and word_count(line) >= 6:
            return ""  # the text has begun: what follows is no headline
        if not _is_headline(line):
            continue
        is_last = not any(lines[index + 1 :])
        return "" if is_last or _goes_on(lines, index) else line
    return ""


def _headline_above(lines: list[str]) -> str:
    """The headline over the text, when other headlines stand before it: one that is repeated, else the nearest one.

    Of two lines the first is the headline and the second its sub-title; of more the last is, the others are a list of links.
    """
    kinds = [_kind(line, Counter(), set()) for line in lines]
    start, _ = _body_run(lines, kinds, set())
    first = start + (
        kinds[start : start + 2] == [Line.MIDDLE, Line.SENTENCE]
    )  # a long headline joins the text below it
    above = [(index, line) for index, line in enumerate(lines[:first]) if line][-ABOVE:]
    headlines = [(index, line) for index, line in above if _is_headline(line) and not _goes_on(lines, index)]
    before = Counter(lines[: first + 1])
    again = [line for _, line in headlines if before[line] > 1]
    if again or not headlines:
        return again[-1] if again else ""
    block = [headlines[-1]]
    for index, line in reversed(headlines[:-1]):
        if block[0][0] - index > 1:
            break
        block.insert(0, (index, line))
    return block[0][1] if len(block) == 2 else block[-1][1]


def _goes_on(lines: list[str], index: int) -> bool:
    """Whether the next line goes on with this one: a sentence that was wrapped."""
    return next((line for line in lines[index + 1 :] if line), "")[:1].islower()


def _is_headline(line: str) -> bool:
    if (
        word_count(line) not in TITLE_WORDS
        or _ends_sentence(line)
        or line.count("#") >= 2
        or scan_time(line) is not None
    ):
        return False
    return not (
        FURNITURE.match(line) or BYLINE.match(line) or CAPTION.search(line) or _is_notice(line) or CUT.match(line)
    )


def _time(lines: list[str]) -> tuple[datetime | None, DatePrecision]:
    """The first time stamp in the first twelve lines that are not empty, one with a clock preferred."""
    by_day: tuple[datetime, DatePrecision] | None = None
    for whole in [line for line in lines if line][:12]:
        opening = DATED_OPENING.match(whole)
        line = opening.group() if opening else whole
        if (word_count(line) > 12 and not STAMP.match(line)) or OF_TODAY.search(line):
            continue  # a date inside a sentence is the date of something it tells
        found = scan_time(line)
        if found is not None and found[1] is DatePrecision.MINUTE:
            return found
        by_day = by_day or found
    return by_day or (None, DatePrecision.DAY)


def _kind(line: str, counts: Counter[str], titles: set[str]) -> Line:  # noqa: PLR0911 - one answer per kind of line
    if not line:
        return Line.BLANK
    words = word_count(line)
    if CUT.match(line) and words < 14:
        return Line.CUT
    if _folded(line) in titles or counts[line] >= 3:
        return Line.REPEATED
    if line.count("#") >= 2 or (line.startswith("#") and words <= 4):
        return Line.TAGS
    if (FURNITURE.match(line) and words < 40) or _is_notice(line) or notice_in(line) or leads_elsewhere(line):
        return Line.FURNITURE
    if BYLINE.match(line):
        return Line.DATE
    if CAPTION.search(line) and words < 60:
        return Line.CAPTION
    if words <= 12 and not _ends_sentence(line) and scan_time(line) is not None:
        return Line.DATE
    if (_ends_sentence(line) and words >= 6) or words >= 30:
        return Line.SENTENCE
    return Line.MIDDLE if words >= 9 else Line.SHORT


def _is_notice(line: str) -> bool:
    is_brief = len(line) < LONGEST_NOTICE  # a text on one line holds a notice, and news
    return is_brief and len({word.casefold() for word in NOTICE.findall(line)}) >= 2 and bool(TO_READER.search(line))


def _body_run(lines: list[str], kinds: list[Line], inside: set[int]) -> tuple[int, int]:
    """The run of lines with the largest sum of weights, cut where the page says that the article is over."""
    best = (0, 0, 0)
    start, total, seen_text = 0, 0, False
    for index, (line, kind) in enumerate(zip(lines, kinds, strict=True)):
        if kind is Line.CUT and seen_text:
            break
        weight = -4 if index in inside else _weight(line, kind)
        if total <= 0:
            start, total = index, 0
        total += weight
        seen_text = seen_text or kind is Line.SENTENCE
        if total > best[0]:
            best = (total, start, index + 1)
    if best[2]:
        return best[1], _with_wrapped_end(lines, kinds, best[2])
    return _everything_short(kinds)


def _between_sentences(kinds: list[Line]) -> set[int]:
    """Single lines of furniture with a sentence before and after: a link or an advertisement inside the article."""
    solid = [index for index, kind in enumerate(kinds) if kind is not Line.BLANK]
    return {
        index
        for before, index, after in zip(solid, solid[1:], solid[2:], strict=False)
        if kinds[index] in (Line.FURNITURE, Line.CAPTION) and kinds[before] is kinds[after] is Line.SENTENCE
    }


def _weight(line: str, kind: Line) -> int:
    if kind is Line.SENTENCE:
        return min(word_count(line), 60)
    # A wrapped line and a bullet belong to the text around them.
    return 2 if kind is Line.SHORT and (line[:1].islower() or line[:1] in "•-–*") else WEIGHTS[kind]


def _with_wrapped_end(lines: list[str], kinds: list[Line], end: int) -> int:
    """The end moved over the short rest of a sentence that was wrapped."""
    while end < len(lines) and kinds[end] is Line.SHORT and lines[end][:1].islower():
        end += 1
    return end


def _everything_short(kinds: list[Line]) -> tuple[int, int]:
    """A flash of a few short lines has no run: all its text counts, if there is little else."""
    text = [index for index, kind in enumerate(kinds) if kind in (Line.MIDDLE, Line.SHORT)]
    if 0 < len(text) <= 5 and len(text) == sum(kind not in (Line.BLANK, Line.REPEATED) for kind in kinds):
        return text[0], text[-1] + 1
    return 0, 0


def _paragraphs(lines: list[str]) -> str:
    """Wrapped lines joined again, blank lines and full lines kept as borders of paragraphs."""
    out: list[str] = []
    for line in lines:
        if not line:
            if out and out[-1]:
                out.append("")
        elif out and out[-1] and line[:1].islower() and not _ends_sentence(out[-1]):
            out[-1] = f"{out[-1]} {line}"
        else:
            out.append(line)
    return "\n".join(out).strip()


def _tags(lines: list[str], kinds: list[Line]) -> tuple[str, ...]:
    found = [
        " ".join(tag.split())
        for line, kind in zip(lines, kinds, strict=True)
        if kind is Line.TAGS
        for tag in HASHTAG.findall(line)
    ]
    return tuple(dict.fromkeys(tag for tag in found if tag))
