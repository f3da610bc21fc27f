"""How many were killed and injured in an article's main event: the best of all figures it gives, or none.

A wrong figure costs more trust than a missing one: a figure of another event, a part taken for the whole or a number
without its noun is left out rather than guessed. The order of preference is in `worth`; docs/facts.md explains it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from digests.model import Count
from digests.stories.facts.figures import Era, date_back, figures_in, of_main_event, of_other_events
from digests.stories.facts.mentions import Role
from digests.stories.facts.reading import read_items
from digests.stories.facts.vocabulary import Sign

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from digests.stories.facts.figures import Figure
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


VAGUE_MEN = re.compile(r"\b(?:men|members|duo|trio|pair|gunned)\b")

TITLE = 100.0
FIRST = 92.0
STEP = 6.0
FLOOR = 22.0
LEAST_WORTH = 20.0
WEAK_BODIES, WEAK_HOSPITAL, WEAK_ONE = 45.0, 25.0, 50.0
FIRST_SENTENCES = 3
FEW = 20  # from so many on, a number that ends in neither 0 nor 5 is no rounded one
FAR_DOWN, WEAK_FAR = 7, 40.0  # sentences: who tells no dead before them, tells those of another event
BEHIND_ALL = 25  # characters between "in all" and the number


def casualties(passages: Sequence[Passage], vocabulary: Vocabulary, day: date, *, follows: bool = False) -> Casualties:
    """The figures of an article's main event from its passages (title first); `day` is when the article appeared.

    One that `follows` may tell the dead as those of "a day earlier".
    """
    told = [figure for passage in passages for figure in figures_in(passage, vocabulary, day)]
    date_back(told, passages, vocabulary, day)
    figures = of_main_event(told, passages, vocabulary, follows=follows)
    for figure in figures:
        figure.worth = worth(figure, figures)
    victims = [figure for figure in figures if figure.mention.role is Role.KILLED and not figure.mention.attackers]
    attackers = [figure for figure in figures if figure.mention.role is Role.KILLED and figure.mention.attackers]
    injured = [figure for figure in figures if figure.mention.role is Role.INJURED]
    fallen = chosen(attackers)
    for figure in victims:  # a title gives the number, a sentence says who they were
        figure.mention.within = max(one.mention.within for one in victims if one.value == figure.value)
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
        count(fallen) if fallen else attackers_within(killed) if killed else None,
        attackers_only,
        count(boast) if boast else None,
        of_other_events(told, figures),
    )


def worth(figure: Figure, figures: Sequence[Figure]) -> float:
    """How likely this is the figure of the main event: where it stands, how it is said, who else says it."""
    mention, passage = figure.mention, figure.passage
    value = TITLE if passage.rank == 0 else max(FLOOR, FIRST - STEP * (passage.rank - 1))
    value += 15 * mention.nth - weakness(figure) - 18 * (figure.era is not Era.MAIN)
    value += (
        22 * (mention.toll and not mention.hedged and not is_below_title(figure, figures))
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
    value -= 30 * figure.is_boast + 20 * mention.hedged
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
    margin = margin_of(best)
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


def margin_of(best: Figure) -> float:
    """By what share of a rounded figure the exact one may differ from it."""
    if not best.mention.about:
        return 0.03 if best.value >= 100 and best.value % 10 == 0 else 0.0
    if best.value == 12 and best.mention.more:
        return 0.5  # "more than a dozen" may be 17
    return 0.3 if best.value >= 24 and best.value % 12 == 0 else 0.12  # "over two dozen" may be 29


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
    if are_parts(killed, fallen, vocabulary) or is_rest_of(killed, fallen):
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


def is_rest_of(killed: Figure, fallen: Figure) -> bool:
    """Whether "another 14 were killed" counts some of the attackers whose whole number was told before."""
    is_another = killed.mention.others or killed.mention.another
    is_unnamed = is_another and not killed.mention.nouns & ~Sign.PEOPLE
    return is_unnamed and killed.value < fallen.value and fallen.passage.rank < killed.passage.rank


def are_parts(killed: Figure, fallen: Figure, vocabulary: Vocabulary) -> bool:
    """Whether the numbers of a sentence are parts of the attackers: "30 were killed. Fourteen died here, ten there and six"."""
    if killed.mention.nouns or killed.passage.rank == 0:
        return False
    passage = killed.passage
    numbers = [item.high for item in read_items(passage.text, passage.start, passage.end, vocabulary) if item.high]
    return len(numbers) > 1 and sum(numbers) == fallen.value


def attackers_within(killed: Figure) -> Count | None:
    """The attackers whom the figure of all the dead counted too: "42 people, 13 of them terrorists, died"."""
    number = killed.mention.within
    return Count(number, number, False, killed.passage.sentence) if number else None


def count(figure: Figure) -> Count:
    mention = figure.mention
    is_round = mention.high < FEW or mention.high % 5 == 0  # nobody rounds to 121
    is_rough = (mention.about and (mention.more or is_round)) or mention.low != mention.high or figure.is_boast
    return Count(
        mention.low - mention.within,
        mention.high - mention.within,
        is_rough,
        figure.passage.sentence,
        exceeds=mention.more,
    )
