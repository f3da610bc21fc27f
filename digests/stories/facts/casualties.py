"""How many were killed and injured in an article's main event: the best of all figures it gives, or none.

A wrong figure costs more trust than a missing one: a figure of another event, a part taken for the whole or a number
without its noun is left out rather than guessed. The order of preference is in `worth`; docs/facts.md explains it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from digests.model import Count
from digests.stories.facts.background import Setting, setting
from digests.stories.facts.mentions import Mention, Role, mentions
from digests.stories.facts.reading import read_items
from digests.stories.facts.vocabulary import Sign

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from digests.stories.facts.passages import Passage
    from digests.stories.facts.vocabulary import Vocabulary

__all__ = ["Casualties", "casualties"]


@dataclass(frozen=True, slots=True)
class Casualties:
    """The figures of the main event. `killed` holds attackers when `attackers_only`."""

    killed: Count | None = None
    injured: Count | None = None
    attackers_killed: Count | None = None
    attackers_only: bool = False
    boasted: Count | None = None
    others: tuple[int, ...] = ()  # the killed of other events


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


VAGUE_MEN = re.compile(r"\b(?:men|members|duo|trio|pair|gunned)\b")

TITLE = 100.0
FIRST = 92.0
STEP = 6.0
FLOOR = 22.0
LEAST_WORTH = 20.0
WEAK_BODIES, WEAK_HOSPITAL, WEAK_ONE = 45.0, 25.0, 50.0
FIRST_SENTENCES = 3
FAR_DOWN, WEAK_FAR = 7, 40.0  # sentences: who tells no dead before them, tells those of another event
RETOLD = 3  # sentences
BEHIND_ALL = 25  # characters between "in all" and the number
BULLETS = "•▪●◦‣*"
MOST_OTHERS = 6


def casualties(passages: Sequence[Passage], vocabulary: Vocabulary, day: date, *, follows: bool = False) -> Casualties:
    """The figures of an article's main event from its passages (title first); `day` is when the article appeared.

    One that `follows` may tell the dead as those of "a day earlier".
    """
    told = [figure for passage in passages for figure in figures_in(passage, vocabulary, day)]
    figures = of_main_event(told, passages, vocabulary, follows=follows)
    victims = [figure for figure in figures if figure.mention.role is Role.KILLED and not figure.mention.attackers]
    attackers = [figure for figure in figures if figure.mention.role is Role.KILLED and figure.mention.attackers]
    injured = [figure for figure in figures if figure.mention.role is Role.INJURED]
    fallen = chosen(attackers)
    # What a group says it has done counts only when nobody else tells of dead.
    admitted = [figure for figure in victims if not figure.is_boast]
    killed = chosen(admitted) or (chosen(victims) if fallen is None or fallen.is_boast else None)
    if killed is None or is_aside(killed, fallen) or are_the_same(killed, fallen, victims, vocabulary):
        killed_count, attackers_only = (count(fallen) if fallen else None), fallen is not None
    else:
        killed_count, attackers_only = count(with_named(killed, victims)), False
    main = killed or fallen
    beside = [other for other in (*victims, *attackers) if main is not None and other.value == main.value]
    for figure in injured:  # who says the latest number of dead, says the latest of injured beside it
        figure.worth += 15 * any(figure.passage is other.passage for other in beside)
    victims_only = killed_count is not None and not attackers_only
    hurt = chosen([figure for figure in injured if not (figure.mention.attackers and victims_only)])
    boast = chosen([figure for figure in victims if figure.is_boast])
    if boast is not killed and boast and killed_count and not attackers_only and boast.value <= killed_count.value:
        boast = None  # it says no more than the others
    return Casualties(
        killed_count,
        count(hurt) if hurt else None,
        count(fallen) if fallen else None,
        attackers_only,
        count(boast) if boast else None,
        of_other_events(told, figures),
    )


def of_other_events(told: Sequence[Figure], figures: Sequence[Figure]) -> tuple[int, ...]:
    """The killed that are told of other events and are no figure of the main one."""
    own = {figure.value for figure in figures}
    others = (figure for figure in told if figure.era is not Era.MAIN or figure.is_elsewhere)
    killed = (figure.value for figure in others if figure.mention.role is Role.KILLED and figure.value not in own)
    return tuple(dict.fromkeys(killed))[:MOST_OTHERS]


def of_main_event(
    told: Sequence[Figure], passages: Sequence[Passage], vocabulary: Vocabulary, *, follows: bool
) -> list[Figure]:
    """Every figure of the main event, with its worth."""
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
    for figure in figures:
        figure.worth = worth(figure, figures)
    return figures


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


def worth(figure: Figure, figures: Sequence[Figure]) -> float:
    """How likely this is the figure of the main event: where it stands, how it is said, who else says it."""
    mention, passage = figure.mention, figure.passage
    value = TITLE if passage.rank == 0 else max(FLOOR, FIRST - STEP * (passage.rank - 1))
    value += 15 * mention.nth - weakness(figure) - 18 * (figure.era is not Era.MAIN)
    value += (
        22 * (mention.toll and not is_below_title(figure, figures))
        + 14 * (mention.rise and mention.toll)
        + 8 * (mention.rise and not mention.toll)
    )
    value -= (
        70 * mention.part
        + 40 * (mention.others and mention.role is Role.KILLED)
        + 45 * mention.single
        + 4 * mention.about
    )
    value -= 25 * (figure.setting.older_figure and passage.rank > 0)
    value -= 30 * figure.is_boast
    value -= 15 * (mention.implied and passage.rank == 0)
    value -= 12 * bool(mention.nouns & Sign.WOMEN and not mention.nouns & (Sign.VICTIM | Sign.PEOPLE))
    same = {
        other.passage.start
        for other in figures
        if other.passage is not passage and other.value == mention.high and other.mention.role is mention.role
    }
    return value + 5 * min(2, len(same))


def is_below_title(figure: Figure, figures: Sequence[Figure]) -> bool:
    """Whether the title tells more, so that a "toll" further down is that of another side or an earlier one."""
    titles = (other for other in figures if other.passage.rank == 0 and other.mention.role is figure.mention.role)
    return figure.passage.rank > 0 and not figure.mention.rise and any(other.value > figure.value for other in titles)


def weakness(figure: Figure) -> float:
    """How much less bodies, people in hospital, and one hurt person far down count than figures of the dead and injured."""
    mention = figure.mention
    if mention.role is Role.KILLED and figure.passage.rank > FAR_DOWN and not mention.toll:
        return WEAK_FAR
    if mention.weak:
        return WEAK_BODIES if mention.role is Role.KILLED else WEAK_HOSPITAL
    is_one = mention.role is Role.INJURED and mention.high == 1 and figure.passage.rank > FIRST_SENTENCES
    return WEAK_ONE if is_one else 0.0


def chosen(figures: Sequence[Figure]) -> Figure | None:
    """The figure of most worth, made exact or whole by another one where the text gives it."""
    if not figures:
        return None
    best = max(figures, key=lambda figure: (figure.worth, -figure.passage.rank))
    if best.worth < LEAST_WORTH:
        return None
    return exact(whole(best, figures), figures)


def whole(best: Figure, figures: Sequence[Figure]) -> Figure:
    """The total, when the best figure counts only some of its people: "four children" beside "five people, including"."""
    if best.mention.nouns & Sign.PEOPLE or best.mention.toll:
        return best
    totals = [
        figure
        for figure in figures
        if has_all(figure, best)
        and not figure.mention.others
        and best.value < figure.value <= 6 * best.value
        and not figure.setting.older_figure
    ]
    return max(totals, key=lambda figure: figure.worth) if totals and best.mention.nouns else best


def has_all(total: Figure, best: Figure) -> bool:
    """Whether a figure may be the total of another: the sum it is a part of, or people of any kind in the next sentence."""
    distance = total.passage.rank - best.passage.rank
    says_so = any(0 <= total.mention.start - end < BEHIND_ALL for end in total.setting.in_all)
    return (
        distance <= 3
        if says_so or best.value in total.mention.parts
        else distance <= 1 and bool(total.mention.nouns & Sign.PEOPLE)
    )


def exact(best: Figure, figures: Sequence[Figure]) -> Figure:
    """The exact figure behind a rounded one: "nearly 170" and 169, "400" and 408."""
    dozens = best.value >= 24 and best.value % 12 == 0  # "over two dozen" may be 29
    margin = (
        (0.3 if dozens else 0.12) if best.mention.about else 0.03 if best.value >= 100 and best.value % 10 == 0 else 0.0
    )
    near = [
        figure
        for figure in figures
        if not figure.mention.about
        and figure.value != best.value
        and not (best.mention.more and figure.value < best.value)
        and abs(figure.value - best.value) <= margin * best.value
        and not (figure.value % 10 == 0 and best.value % 10)
        and not figure.setting.older_figure
    ]
    return max(near, key=lambda figure: figure.worth) if near else best


def with_named(killed: Figure, victims: Sequence[Figure]) -> Figure:
    """Counts somebody who was named in another sentence together with the "others" of this one."""
    if not (killed.mention.others or killed.mention.single):
        return killed
    others = [figure for figure in victims if figure.mention.others]
    named = [figure for figure in victims if figure.mention.single]
    if not others or not named:
        return killed
    rest = max(others, key=lambda figure: figure.worth)
    first = min(figure.passage.rank for figure in named)
    if first > rest.passage.rank or rest.passage.rank > first + 6:
        return killed
    rest.mention.low += 1
    rest.mention.high += 1
    return rest


def is_aside(killed: Figure, fallen: Figure | None) -> bool:
    """Whether victims that a later paragraph mentions are no part of an event that killed attackers."""
    if fallen is None:
        return False
    return (
        fallen.passage.rank <= 1 and killed.passage.rank > fallen.passage.rank + 4 and killed.worth < fallen.worth - 25
    )


def are_the_same(killed: Figure, fallen: Figure | None, victims: Sequence[Figure], vocabulary: Vocabulary) -> bool:
    """Whether the attackers are counted twice, once without a word for them: "seven TTP men", "seven militants"."""
    if fallen is None:
        return False
    if are_parts(killed, fallen, vocabulary):
        return True
    if killed.value != fallen.value or killed.value == 1 or killed.mention.nouns & Sign.PEOPLE:
        return False
    named = any(figure.mention.nouns or figure.passage.rank > fallen.passage.rank for figure in victims)
    if not named and killed.passage.rank == 0 and fallen.passage.rank <= 1:
        return True  # "18 killed in clashes" in the title, and then "18 guerrillas were killed"
    words = killed.passage.text[killed.mention.start : killed.mention.end].casefold()
    if killed.passage is fallen.passage or not VAGUE_MEN.search(words):
        return False
    return not any(figure.passage is fallen.passage for figure in victims)


def are_parts(killed: Figure, fallen: Figure, vocabulary: Vocabulary) -> bool:
    """Whether the numbers of a sentence are parts of the attackers: "30 were killed. Fourteen died here, ten there and six"."""
    if killed.mention.nouns or killed.passage.rank == 0:
        return False
    passage = killed.passage
    numbers = [item.high for item in read_items(passage.text, passage.start, passage.end, vocabulary) if item.high]
    return len(numbers) > 1 and sum(numbers) == fallen.value


def count(figure: Figure) -> Count:
    mention = figure.mention
    is_rough = mention.about or mention.low != mention.high or figure.is_boast
    return Count(mention.low, mention.high, is_rough, figure.passage.sentence, exceeds=mention.more)
