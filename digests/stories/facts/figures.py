"""Every figure of casualties that an article gives, and which of them tell its main event."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING

from digests.sentences import BULLETS
from digests.stories.facts.background import Setting, of_the_past, setting
from digests.stories.facts.dates import of_old_days
from digests.stories.facts.mentions import Mention, Role, mentions
from digests.stories.facts.reading import read_items
from digests.stories.facts.vocabulary import Sign

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from digests.stories.facts.passages import Passage
    from digests.stories.facts.vocabulary import Vocabulary

__all__ = ["Era", "Figure", "date_back", "figures_in", "of_main_event", "of_other_events"]

RETOLD = 3  # sentences
OPENS = 16  # characters before a number that begins its sentence: "More than "
MOST_OTHERS = 6


class Era(StrEnum):
    """Of what time a figure speaks: of the event of the article, of one days or months ago, or of another year's."""

    MAIN = "main"
    RECENT = "recent"
    LONG_AGO = "long ago"
    OTHER_YEAR = "other year"  # never told: a trial over a bombing of 2017 is no news of 16 dead


@dataclass(slots=True)
class Figure:
    """A mention, its sentence, and what it is worth as the article's figure."""

    mention: Mention
    passage: Passage
    setting: Setting
    era: Era
    worth: float = 0.0

    @property
    def is_boast(self) -> bool:
        """Whether one side says so of its own deeds."""
        boast = self.setting.boast
        return boast is not None and boast[0] < self.mention.end and self.mention.start < boast[1]

    @property
    def value(self) -> int:
        return self.mention.high

    @property
    def is_elsewhere(self) -> bool:
        """Whether the sentence tells this figure of another event of the day."""
        if self.mention.toll or self.mention.nth:
            return False  # "meanwhile, a constable died, taking the toll to 10"
        return self.passage.rank > 0 and self.setting.turns_elsewhere(self.mention.end)


def of_other_events(told: Sequence[Figure], figures: Sequence[Figure]) -> tuple[int, ...]:
    """The killed that are told of other events and are no figure of the main one."""
    own = {figure.value for figure in figures}
    others = (
        figure
        for figure in told
        if (figure.era is not Era.MAIN or figure.is_elsewhere) and not figure.setting.older_figure
    )
    killed = (figure.value for figure in others if figure.mention.role is Role.KILLED and figure.value not in own)
    return tuple(dict.fromkeys(killed))[:MOST_OTHERS]


def of_main_event(
    told: Sequence[Figure], passages: Sequence[Passage], vocabulary: Vocabulary, *, follows: bool
) -> list[Figure]:
    """Every figure of the main event; none for a list of events."""
    figures = [figure for figure in told if figure.era is Era.MAIN]
    figures = [figure for figure in figures if not figure.is_elsewhere] or figures
    retold = [figure for figure in told if figure.era is Era.RECENT]
    if follows and not (figures or retold):
        retold = [figure for figure in told if figure.era is Era.LONG_AGO and figure.passage.rank == 1]
    if not (figures or retold) and any(vocabulary.followups.search(one.words) for one in passages[:3] if one.rank <= 1):
        retold = [figure for figure in told if figure.era is Era.LONG_AGO]
    if not figures and any(vocabulary.unharmed.search(one.words) for one in passages if one.rank <= RETOLD):
        retold = []  # "two days after a siege killed thirty": nobody was hurt in this one
    retold = [figure for figure in retold if figure.passage.rank <= RETOLD]
    first = min((figure.passage.rank for figure in figures), default=RETOLD * 2)
    if retold and first > retold[0].passage.rank + RETOLD - 1:
        figures = [*figures, *retold]
    elif follows and all(figure.mention.role is not Role.KILLED for figure in figures):
        of_dead = {figure.passage.start for figure in retold if figure.mention.role is Role.KILLED}
        figures += [figure for figure in retold if figure.passage.start in of_dead]
    figures += told_again(figures, retold, follows=follows)
    if is_list(figures):
        return []
    return figures


def date_back(told: Sequence[Figure], passages: Sequence[Passage], vocabulary: Vocabulary, day: date) -> None:
    """Takes figures of sentences that open with an old date, and those that the next one begins with, for an older event's.

    "On October 26 thirteen were killed there." "In October, two explosions hit a rally in Ankara. Ninety-nine people died."
    """
    own = {figure.passage.start for figure in told if figure.passage.rank > 0}
    followed = {before.start for before, one in pairwise(passages) if one.start in own}
    near = [one for one in passages if one.rank > 0 and (one.start in own or one.start in followed)]
    old = of_old_days(near, vocabulary, day)
    for figure in told:
        if (
            figure.passage.rank > 0
            and figure.passage.start in old
            and figure.era is Era.MAIN
            and not figure.mention.toll
        ):
            figure.era = Era.RECENT
    past = of_the_past(near, vocabulary, day) | old
    if not past:
        return
    behind = {
        one.start
        for before, one in pairwise(passages)
        if before.rank > 0
        and before.start in past
        and before.start not in own
        and "\n" not in one.text[before.end : one.start]
    }
    for figure in told:
        passage, mention = figure.passage, figure.mention
        begins = passage.rank > 0 and passage.start in behind and mention.start - passage.start <= OPENS
        if begins and figure.era is Era.MAIN and not (figure.setting.now or mention.toll):
            figure.era = Era.LONG_AGO


def told_again(figures: Sequence[Figure], retold: Sequence[Figure], *, follows: bool) -> list[Figure]:
    """What a sentence on an earlier day tells of the very event: the injured beside its dead, all dead before those of today.

    "Trains suspended a day after a bombing killed 26 and injured 62", "two days after the blast that killed 81".
    """
    known = {id(figure) for figure in figures}
    rest = [figure for figure in retold if id(figure) not in known]
    killed = {figure.value for figure in figures if figure.mention.role is Role.KILLED}
    of_dead = {one.passage.start for one in rest if one.mention.role is Role.KILLED and one.value in killed}
    found = [figure for figure in rest if figure.passage.start in of_dead]
    first = min((figure.passage.rank for figure in figures if figure.mention.role is Role.KILLED), default=0)
    if follows and first > 1 and not of_dead:
        found = [figure for figure in rest if figure.passage.rank == 1]
        for figure in found:
            figure.era = Era.MAIN
    return found


def figures_in(passage: Passage, vocabulary: Vocabulary, day: date) -> list[Figure]:
    """The figures of one sentence, each with the time that it speaks of."""
    found = mentions(read_items(passage.text, passage.start, passage.end, vocabulary))
    if not found:
        return []
    around = setting(passage, vocabulary, day)
    events: dict[tuple[Era, bool], list[Mention]] = {}
    for mention in found:
        turned = around.turns_elsewhere(mention.end)
        events.setdefault((era(passage, around, mention), turned), []).append(mention)
    return [
        Figure(mention, passage, around, time) for (time, _), told in events.items() for mention in add_classes(told)
    ]


def era(passage: Passage, around: Setting, mention: Mention) -> Era:
    """Of what time a figure speaks."""
    if not is_of_another_event(passage, around, mention):
        return Era.MAIN
    if around.is_recent(passage.text, mention.start, mention.end):
        return Era.RECENT
    return Era.OTHER_YEAR if around.years else Era.LONG_AGO


def is_list(figures: Sequence[Figure]) -> bool:
    """Whether the dead are told in items of a list only, and differently: a briefing on several events."""
    killed = [figure for figure in figures if figure.mention.role is Role.KILLED and figure.passage.rank]
    items = [figure for figure in killed if line_of(figure.passage)[:1] in BULLETS]
    has_title = any(figure.passage.rank == 0 for figure in figures)
    return not has_title and len(items) == len(killed) and len({figure.value for figure in items}) > 1


def line_of(passage: Passage) -> str:
    return passage.text[passage.text.rfind("\n", 0, passage.start + 1) + 1 : passage.end].lstrip()


def is_of_another_event(passage: Passage, around: Setting, mention: Mention) -> bool:
    """Whether the figure is background. In a title only another year makes it so: "toll of last week's attack rises" is news."""
    if passage.rank == 0:
        return any(start < mention.start for start in around.years)
    if mention.toll or mention.nth:  # "the 13th victim of the ambush two days ago"
        around = around.without_recent()
    return around.is_background(passage.text, mention.start, mention.end)


def add_classes(found: list[Mention]) -> list[Mention]:
    """One sum for figures of different victims of one event: "two soldiers died and three civilians were killed"."""
    summed: list[Mention] = []
    for mention in found:
        last = next((one for one in reversed(summed) if one.role is mention.role and not one.attackers), None)
        if last is None or not are_classes(last, mention):
            summed.append(mention)
            continue
        last.parts = (*(last.parts or (last.high,)), *(mention.parts or (mention.high,)))
        last.low += mention.low
        last.high += mention.high
        last.nouns |= mention.nouns
        last.end = max(last.end, mention.end)
    return summed


def are_classes(first: Mention, second: Mention) -> bool:
    named = Sign.VICTIM | Sign.WOMEN
    if second.attackers or first.part or second.part or second.others or first.others or first.toll or second.toll:
        return False
    if (first.nouns | second.nouns) & Sign.PEOPLE or second.single or first.single:
        return False
    return bool(first.nouns & named) and bool(second.nouns & named)
