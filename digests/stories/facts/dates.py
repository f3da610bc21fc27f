"""On which day the event of an article happened."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, timedelta
from functools import cache
from itertools import takewhile
from typing import TYPE_CHECKING

from digests.model import DatePrecision, EventDate
from digests.stories.facts.vocabulary import Sign
from digests.text import MARKS, fold_token

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from digests.model import Published
    from digests.stories.facts.passages import Passage
    from digests.stories.facts.vocabulary import Vocabulary

__all__ = ["READ", "WORD", "days_in", "event_date", "first_days", "folded", "of_earlier_days", "publication_day"]

READ = 3  # sentences of the body
CONTEXT = 6  # sentences of the body that name places
OLDEST = timedelta(days=60)
EAST = timedelta(hours=5)  # Pakistan's clock
NIGHT = frozenset({"nuit", "noche", "notte", "nacht"})
NIGHT_WORDS = 6  # before the month
STAMP_NEAR = 12  # characters
WEEK = 7  # days
NEAR_MOURNED = 12  # words before a date
NEAR_DONE = 7  # words before a weekday in which stands what was done about the event
LONGEST_CLAUSE = 14  # words
NEAR_DEED = 9  # words before a weekday in which the attack is named
WORD = re.compile(rf"\d+(?:st|nd|rd|th)?|[^\W\d_][\w{MARKS}\u200c]*")
WHOSE = re.compile(r"\w+['’]s ")  # "Sunday's attack"
OF_THE_DAY = re.compile(r"(?: (?:night|evening|morning|afternoon|dawn))?['’]s")
BY = frozenset({"by", "before"})  # "killed by Tuesday's explosion"
ORDINAL = re.compile(r"(\d+)(?:st|nd|rd|th)?$")


# "February 15, 2019 09:40 pm | Updated 10:02 pm IST": when a page was written
STAMP = re.compile(
    r"\b(?:updated|published|posted|last modified)\b|\b\d{1,2}[:.]\d\d ?(?:am|pm|ist|gmt|pkt)\b", re.IGNORECASE
)
OPENS = 16  # characters before the name of a month: "On October 26", "On the 3rd of May"
LONG_AGO = timedelta(days=7)
OLD_PICTURE = timedelta(days=3)
LONGEST_NAME = 24  # characters of a dateline that is a sentence of its own
NAME_ALONE = re.compile(r"[^\W\d_a-z][\w-]*(?: [^\W\d_a-z][\w-]*)?\.")  # "Москва. 23 марта. ИНТЕРФАКС"
DATE_ALONE = re.compile(r"\d{1,2} [^\W\d]+\.")
CAPTION_DATE = re.compile(r"[^\W\d]+\.? \d{1,2}, (?:19|20)\d\d\W*(?:\([^)]*\)\W*)?$")


@dataclass(frozen=True, slots=True)
class Day:
    """A day that a sentence names, and where its words begin."""

    day: date
    start: int
    explicit: bool
    aftermath: bool = False  # the day of what was done about the event


def folded(word: str) -> str:
    """A word as the tables have it: Persian writes پنج‌شنبه with or without a joint."""
    return fold_token(word.replace("\u200c", ""))


def publication_day(published: Published | None) -> date | None:
    """The day on which most of our sources wrote: in the evening of UTC it is tomorrow already in the east of Asia Minor.

    Reports say "on Tuesday" of their own day.
    """
    if published is None:
        return None
    if published.precision is DatePrecision.DAY:
        return published.at.date()
    return (published.at.astimezone(UTC) + EAST).date()


def event_date(passages: Sequence[Passage], vocabulary: Vocabulary, published: date | None) -> EventDate | None:
    """The day named in the title or the first three sentences: an explicit date before a weekday in each of them.

    A weekday is the latest such day up to publication. Days after publication or more than 60 days before it are no
    day of the event. Without a publication date only a date with its year counts.
    """
    of_picture: EventDate | None = None
    for passage in passages:
        if passage.rank > READ:
            break
        is_dateline = DATE_ALONE.fullmatch(passage.words) is not None
        told = () if is_dateline else days_in(passage, vocabulary, published)
        days = [day for day in told if is_possible(day.day, published)]
        if published is not None and any(day.day > published and is_to_come(passage, day, vocabulary) for day in days):
            days = [day for day in days if day.day <= published]
        if len(days) > 1 and days[0].explicit and days[0].start < STAMP_NEAR and days[0].day == published:
            days = days[1:]  # "June 9, 2014 The group said Sunday night's attack": when it was written
        if STAMP.search(passage.words) and not tells_harm(passage.words, vocabulary):
            days = [day for day in days if day.day != published]
        if not days:
            if passage.rank == 1 and published is not None and (shift := days_of_clause(passage.words, vocabulary)):
                return EventDate(published - timedelta(days=shift), passage.sentence)
            continue
        best = next((day for day in days if day.explicit), None) or next(
            (day for day in days if not day.aftermath), None
        )
        shift = (
            days_after_aftermath(passage.words, best, vocabulary)
            if best is not None and best.explicit
            else days_earlier(passage.words, vocabulary, aftermath=days[0].aftermath)
        )
        if best is not None or shift:
            found = EventDate((best or days[0]).day - timedelta(days=shift), passage.sentence)
            if of_picture is None and best is not None and is_of_picture(passage, best, vocabulary, published):
                of_picture = found
                continue
            return found
    return of_picture


def is_of_picture(passage: Passage, day: Day, vocabulary: Vocabulary, published: date | None) -> bool:
    """Whether a date ends the caption of an older picture: "Fighters stand guard in Kabul, Friday, Sept. 23, 2022."."""
    if published is None or passage.rank != 1 or not day.explicit or published - day.day < OLD_PICTURE:
        return False
    return CAPTION_DATE.search(passage.words, day.start) is not None and not tells_harm(passage.words, vocabulary)


def first_days(passages: Sequence[Passage], vocabulary: Vocabulary, published: date | None) -> frozenset[date]:
    """All days that the title and the first three sentences name: a follow-up names its own and the event's."""
    first = [passage for passage in passages if passage.rank <= READ]
    days = {day.day for passage in first for day in days_in(passage, vocabulary, published)}
    return frozenset(day for day in days if is_possible(day, published))


def of_earlier_days(
    passages: Sequence[Passage], vocabulary: Vocabulary, event: date, published: date | None
) -> frozenset[int]:
    """Where the sentences below the first begin that tell harm of days before the event's: "On Monday 13 were killed in"."""
    found = set()
    for passage in passages:
        if 1 < passage.rank <= CONTEXT:
            days = [day.day for day in days_in(passage, vocabulary, published)]
            if days and max(days) < event and tells_harm(passage.words, vocabulary):
                found.add(passage.start)
    return frozenset(found)


def of_old_days(passages: Sequence[Passage], vocabulary: Vocabulary, published: date | None) -> frozenset[int]:
    """Where the sentences below the first begin that open with a date of more than a week before the report."""
    found = set()
    for passage in passages:
        if passage.rank > 1 and published is not None and opens_with_a_day(passage.words, vocabulary):
            first = next(days_in(passage, vocabulary, published), None)
            if first is not None and first.explicit and first.start <= OPENS and published - first.day > LONG_AGO:
                found.add(passage.start)
    return frozenset(found)


def days_after_aftermath(words: str, day: Day, vocabulary: Vocabulary) -> int:
    """How many days before a date of what was done about it the event was: "buried them on May 9, a day after"."""
    found = vocabulary.days_after.search(words, day.start)
    before = words[: day.start]
    if found is None or WHOSE.match(words, day.start) or tells_harm(before, vocabulary):
        return 0
    told = [folded(match.group()) for match in WORD.finditer(before)]
    if vocabulary.deeds.intersection(told) or not vocabulary.aftermath.intersection(told):
        return 0
    return count_of_days(found, vocabulary)


def days_earlier(words: str, vocabulary: Vocabulary, *, aftermath: bool) -> int:
    """How many days before the one that it names the sentence's event was: "buried on Thursday, a day after"."""
    patterns = (vocabulary.days_earlier, vocabulary.days_before, vocabulary.days_after)
    matches = [(pattern, found) for pattern in patterns if (found := pattern.search(words)) is not None]
    if not matches:
        return 0
    pattern, found = min(matches, key=lambda match: match[1].start())
    # "Killed on Thursday, a day after a bombing": what happened stands first, and the other event is the older one.
    # "Claimed on Thursday the bomb that killed five two days earlier": it is the event that was earlier.
    # "The third victim of the bomb that derailed the train a day earlier." is said of what stands before it.
    closes = pattern is vocabulary.days_earlier and not words[found.end() :].lstrip(" .,;:\"'”’)")
    is_after = pattern is vocabulary.days_after
    if tells_harm(words[: found.start()], vocabulary) and not closes and not (aftermath and not is_after):
        return 0
    if is_after and names_day_of_deed(words[: found.start()], vocabulary):
        return 0
    return count_of_days(found, vocabulary)


def days_of_clause(words: str, vocabulary: Vocabulary) -> int:
    """How many days before the report its event was: "sacked the generals, a day after the slaughter of 134 herders".

    The deed must stand behind and no harm before: else the clause tells what came before the event.
    """
    found = vocabulary.days_after.search(words)
    if found is None or found.start() < len(words) // 4 or tells_harm(words[: found.start()], vocabulary):
        return 0
    told = words[found.end() :]
    is_deed = any(folded(match.group()) in vocabulary.deeds for match in WORD.finditer(told))
    return count_of_days(found, vocabulary) if is_deed or tells_harm(told, vocabulary) else 0


def count_of_days(found: re.Match[str], vocabulary: Vocabulary) -> int:
    told = next(filter(None, found.groups()), "")
    units = int(told) if told.isdecimal() else vocabulary.meaning(folded(told))[1] or 1
    return WEEK * units if " week" in found.group().lower() else units


def names_day_of_deed(words: str, vocabulary: Vocabulary) -> bool:
    """Whether a weekday stands beside the attack itself: "the bombing of the police post on Monday was the work of"."""
    found = [folded(match.group()) for match in WORD.finditer(words)]
    days = [place for place, word in enumerate(found) if word in vocabulary.weekdays]
    if not days or vocabulary.aftermath.intersection(found):
        return False
    return bool(vocabulary.deeds.intersection(found[max(0, days[0] - NEAR_DEED) : days[0]]))


def tells_harm(words: str, vocabulary: Vocabulary) -> bool:
    """Whether some words tell that people were killed or hurt, or that something blew up."""
    if vocabulary.happened.search(words):
        return True
    told = (vocabulary.meaning(folded(word))[0] for word in WORD.findall(words))
    return any(sign & (Sign.CUE | Sign.ONE) for sign in told)


def opens_with_a_day(words: str, vocabulary: Vocabulary) -> bool:
    """Whether the name of a month or a day stands at the beginning of a sentence: most sentences need no further look."""
    found = takewhile(lambda match: match.start() <= OPENS, WORD.finditer(words))
    opening = (folded(match.group()) for match in found)
    return any(
        word in vocabulary.months or word in vocabulary.weekdays or word in vocabulary.days_ago for word in opening
    )


def is_to_come(passage: Passage, day: Day, vocabulary: Vocabulary) -> bool:
    """Whether a date after publication is one that somebody set: "declared May 24 a day of mourning"."""
    before = (folded(match.group()) for match in WORD.finditer(passage.words[: day.start]))
    return not vocabulary.aftermath.isdisjoint(before)


def is_possible(day: date, published: date | None) -> bool:
    return published is None or published - OLDEST <= day <= published + timedelta(days=1)


def days_in(passage: Passage, vocabulary: Vocabulary, published: date | None) -> Iterator[Day]:
    """The days that a sentence names, in order, but for its dateline."""
    skip = dateline_end(passage.words) if passage.rank else 0
    found = [(match.start(), folded(match.group())) for match in WORD.finditer(passage.words) if match.start() >= skip]
    words = [word for _, word in found]
    for index, (start, word) in enumerate(found):
        if word in vocabulary.months:
            explicit = explicit_day(words, index, vocabulary, published)
            if (
                explicit is not None
                and not is_term(words, index, vocabulary)
                and not is_told_on(words, index, vocabulary)
            ):
                mourned = explicit == published and is_day_of_mourning(
                    words[max(0, index - NEAR_MOURNED) : index], vocabulary
                )
                yield Day(explicit, start, explicit=not mourned, aftermath=mourned)
        elif published is not None and word in vocabulary.weekdays:
            is_its = OF_THE_DAY.match(passage.words, start + len(word)) is not None  # "Monday's attack" on Tuesday
            if is_other_day(words, index, vocabulary) and not (is_its and words[index - 1] in BY):
                continue
            back = (published.weekday() - vocabulary.weekdays[word]) % 7
            yield Day(
                published - timedelta(days=back),
                start,
                explicit=is_its,
                aftermath=is_day_of_aftermath(words, index, vocabulary),
            )
        elif published is not None and word in vocabulary.days_ago and not is_other_day(words, index, vocabulary):
            yield Day(published - timedelta(days=vocabulary.days_ago[word]), start, explicit=False)


def is_other_day(words: list[str], index: int, vocabulary: Vocabulary) -> bool:
    """Whether a day is the one on which somebody spoke, or one to come: "said late on Monday", "next Monday"."""
    before = [word for word in words[max(0, index - 3) : index] if word not in vocabulary.dayparts][-2:]
    if vocabulary.said_after.intersection(words[index + 1 : index + 3]):
        return True
    if vocabulary.said_next.intersection(words[index + 1 : index + 2]):
        return True
    if not before:
        return False
    if vocabulary.that and is_said_before_that(words, index, vocabulary):
        return True
    if before[-1] in vocabulary.said or before[-1] in vocabulary.other_days:
        return True
    return before[-1] in vocabulary.on_day and before[0] in vocabulary.said


def is_said_before_that(words: list[str], index: int, vocabulary: Vocabulary) -> bool:
    """Whether a verb of speaking stands before the day and what is said only behind it: "the ministry said today that"."""
    before = words[max(0, index - NEAR_DONE) : index]
    said = next((place for place in range(len(before) - 1, -1, -1) if before[place] in vocabulary.said), None)
    if said is None or not vocabulary.that.isdisjoint(before[said:]):
        return False
    return not vocabulary.that.isdisjoint(words[index : index + NEAR_DONE])


def is_term(words: list[str], index: int, vocabulary: Vocabulary) -> bool:
    """Whether the date around a month's name is where something begins or ends: "suspended from November 11"."""
    first = index - 1 if index and number(words[index - 1]) is not None else index
    return first > 0 and words[first - 1] in vocabulary.terms


def is_told_on(words: list[str], index: int, vocabulary: Vocabulary) -> bool:
    """Whether the date around a month's name is the one on which somebody spoke: "said on Monday, June 10, that"."""
    first = index - 1 if index and number(words[index - 1]) is not None else index
    if first and words[first - 1] in vocabulary.weekdays:
        first -= 1
    before = words[max(0, first - 2) : first]
    return len(before) == 2 and before[1] in vocabulary.on_day and before[0] in vocabulary.said


def is_day_of_mourning(before: list[str], vocabulary: Vocabulary) -> bool:
    """Whether the words before a date tell of mourning and of no deed: "children paying tribute to them on February 15"."""
    return not vocabulary.mourning.isdisjoint(before) and vocabulary.deeds.isdisjoint(before)


def is_day_of_aftermath(words: list[str], index: int, vocabulary: Vocabulary) -> bool:
    """Whether the verb beside the weekday tells what was done about the event: "accused Pakistan on Saturday"."""
    if vocabulary.aftermath.intersection(words[index + 1 : index + 2]):
        return True
    since = [place for place in range(max(0, index - LONGEST_CLAUSE), index) if words[place] in vocabulary.meanwhile]
    clause = words[since[-1] : index] if since else []
    if vocabulary.mourning.intersection(clause) and not vocabulary.deeds.intersection(clause):
        return True  # "forty died, relatives said as coffins were carried through the village on Monday"
    before = words[max(0, index - NEAR_DONE) : index]
    done = next((place for place in range(len(before) - 1, -1, -1) if before[place] in vocabulary.aftermath), None)
    return done is not None and not any(
        word in vocabulary.deeds or tells_harm(word, vocabulary) for word in before[done:]
    )


def explicit_day(words: list[str], index: int, vocabulary: Vocabulary, published: date | None) -> date | None:
    """The date around a month's name: "6 February 2026", "February 6", "6 de febrero de 2026"."""
    month = vocabulary.months[words[index]]
    before = [word for word in words[max(0, index - 2) : index] if word not in vocabulary.of_day]
    after = [word for word in words[index + 1 : index + 4] if word not in vocabulary.of_day]
    day = number(before[-1]) if before else None
    night = words[max(0, index - NIGHT_WORDS) : index]
    if day is not None and not NIGHT.isdisjoint(night):
        # "dans la nuit du 13 au 14 août": it began on the 13th
        day = next((first for first in map(number, night) if first is not None and first + 1 == day), day)
    if day is None and after:
        day, after = number(after[0]), after[1:]
    if day is None or not 1 <= day <= 31:
        return None
    year = number(after[0]) if after else None
    if year is not None and 1990 <= year <= 2100:
        return real_date(year, month, day)
    if published is None:
        return None
    same_year = real_date(published.year, month, day)
    if same_year is not None and same_year <= published + timedelta(days=1):
        return same_year
    return real_date(published.year - 1, month, day)


def number(word: str) -> int | None:
    found = ORDINAL.match(word)
    return int(found.group(1)) if found and len(found.group(1)) <= 4 else None


def real_date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


@cache
def dateline() -> re.Pattern[str]:
    """The beginning of a report that says where and when it was written: "ISLAMABAD, May 21 (Agency) - "."""
    place = r"[^\W\d_a-z][\w'’.]*(?:(?: d[aei]l?)?[ /-]+[^\W\d_a-z][\w'’.]*){0,3}"
    rest = r"(?: (?:afp|ap|dpa|epd|rtr|taz))?(?:,\s*\w[\w'’. ]{1,30}){0,3}(?:\s*\([^)\n]{1,40}\))?"
    return re.compile(rf"(?:date \d{{4}}-\d\d-\d\d )?(?:{place}){rest}(?:\s*(?::|[—–|]|-{{1,2}}\s)\s*|(?<=\))$)")


def dateline_end(words: str) -> int:
    """Where the report itself begins behind its dateline; 0 when it has none."""
    found = dateline().match(words[:120])
    if found is None and len(words) <= LONGEST_NAME:
        return len(words) if NAME_ALONE.fullmatch(words) else 0
    return found.end() if found else 0
