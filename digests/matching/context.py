"""Whether an ambiguous name means its entity in this article: what stands beside it, and whether it is defined otherwise."""

from __future__ import annotations

import re
from functools import cache, cached_property, lru_cache
from typing import TYPE_CHECKING

from digests.matching.bearers import OF_CONFLICT, PLACES
from digests.matching.countries import country_words
from digests.matching.elsewhere import states_of_town
from digests.matching.expansions import capitalised, expansions
from digests.matching.fields import Leaning, leaning_of, listed
from digests.matching.forms import Flag, is_acronym
from digests.matching.homographs import homograph
from digests.matching.inflections import APOSTROPHE
from digests.matching.lexicon import EntityKind
from digests.matching.spelling import Kind
from digests.matching.words import FUNCTION_WORDS, is_bearable, is_english, is_name
from digests.text import Script, fold, fold_token, script_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from digests.matching.lexicon import Entity, Lexicon
    from digests.matching.page import Page
    from digests.matching.phrases import Place
    from digests.matching.targets import Form

__all__ = ["Context"]

# Tenths by which the words of a whole article lean away from conflict: a little, far, and farther than a certain acronym bears.
ASIDE, FAR, FARTHER = -4.0, -6.0, -9.0
ENOUGH_NAMES = 2  # of the entity's own places and people, which outweigh the field of the article
CERTAIN = 4  # letters from which an acronym of conflict news is taken for certain unless something speaks against it
FIRST_IDEOGRAPH = "\u2e80"
WAR_IN_CHINESE = re.compile(
    "叛军|叛軍|武装|武裝|袭击|襲擊|空袭|空襲|恐怖|民兵|交火|停火|打死|军队|軍隊|反政府|作战|交战|战斗|战争|戰鬥|戰爭"
)
ENOUGH = 2  # words of conflict that tell what an ambiguous name stands for
FIGURATIVE = -40.0  # tenths by which the words of another field weigh in all, where an act is only a figure of speech
LONG_STEM = 6
STEM = 5  # letters by which words of one stem are known
MANY = 3  # words of other fields that outweigh each general word such as "attack"


NOT_OF_CONFLICT = frozenset({EntityKind.COUNTRY, EntityKind.INSTITUTION, EntityKind.PLACE})
# A text that only names one of these countries, or a word of everyday life, is not yet one about a conflict.
TELLING = frozenset(EntityKind) - {EntityKind.TERM, EntityKind.INSTITUTION, EntityKind.PARTY}
PEACEFUL = frozenset(
    [
        "US",
        "GB",
        "FR",
        "DE",
        "CA",
        "AU",
        "NZ",
        "JP",
        "IT",
        "ES",
        "PT",
        "NL",
        "BE",
        "LU",
        "CH",
        "AT",
        "SE",
        "NO",
        "DK",
        "FI",
        "IS",
        "IE",
        "PL",
        "CZ",
        "SK",
        "HU",
        "SI",
        "HR",
        "EE",
        "LV",
        "LT",
        "GR",
        "KR",
        "SG",
        "MY",
        "ID",
        "BR",
        "AR",
        "CL",
        "UY",
        "CN",
    ]
)


@lru_cache(maxsize=65_536)
def content(phrase: str) -> tuple[str, ...]:
    """The folded words of a name or context word of the lexicon, without function words; asked for every ambiguous name."""
    return tuple(word for word in fold(phrase).split() if word not in FUNCTION_WORDS)


@cache
def stems_of_conflict() -> frozenset[str]:
    """How the longer words of conflict begin, whatever their ending: saldırısında."""
    return frozenset(word[:LONG_STEM] for word in listed("conflict") if len(word) >= LONG_STEM)


@lru_cache(maxsize=8192)
def beginnings(phrases: tuple[str, ...]) -> frozenset[str]:
    """The first words of phrases as `Context.has` accepts them: most articles have none of them."""
    words = {content(phrase)[0] for phrase in phrases if content(phrase)}
    return frozenset(words | {word + "s" for word in words} | {word.removesuffix("s") for word in words})


@lru_cache(maxsize=1024)
def stems(entity: Entity) -> frozenset[str]:
    """How the words of an entity's names begin."""
    return frozenset(word[:STEM] for name in entity.names for word in content(name))


@lru_cache(maxsize=16_384)
def is_only_name(folded: str) -> bool:
    """Whether a word is a name and no other English word."""
    return is_name(folded) and not is_english(folded)


@cache
def adjectives_of(code: str) -> frozenset[str]:
    """The folded adjectives of a country, which many languages write small."""
    found = (adjectives for known, _, adjectives in country_words() if known == code)
    return frozenset(fold(word) for adjectives in found for word in adjectives)


class Context:
    """What an article's words say for or against an entity's ambiguous names."""

    def __init__(self, pages: tuple[Page, ...], lexicon: Lexicon) -> None:
        self.pages = pages
        self.lexicon = lexicon
        self.folded: frozenset[str] | None = None
        self.flat: str | None = None
        self.capital: frozenset[str] | None = None
        self.leans: Leaning | None = None

    def words(self) -> frozenset[str]:
        if self.folded is None:
            self.folded = frozenset[str]().union(*(page.words for page in self.pages))
        return self.folded

    def counts(self, form: Form) -> bool:
        """Whether an ambiguous name, or an acronym, means its entity here."""
        meaning = form.owner.meaning
        if meaning is None or meaning.reading.entity is None:
            return True
        if not form.flags & Flag.AMBIGUOUS:
            entity = meaning.reading.entity
            if is_acronym(form.name):
                return not self.speaks_against(entity, form.name)
            if self.is_town_overseas(entity, form.name):
                return False
            is_word = form.name.islower() and len(form.words) == 1  # suicide bombings are figurative nowhere
            return not (self.has_other_sense(entity, form) or (is_word and self.is_figurative(entity)))
        if homograph(fold(form.name)) is not None:
            return True  # the words beside each occurrence tell
        typed = not form.flags & Flag.ALIAS or bool(form.flags & Flag.MEANT)
        return self.speaks_for(meaning.reading.entity, form.name, typed=typed)

    def is_doubtful(self, form: Form, page: Page, place: Place) -> bool:
        """Whether the word is like an ambiguous name of the thing, or like somebody's, and nothing in the article speaks for it."""
        meaning = form.owner.meaning
        entity = meaning.reading.entity if meaning else None
        if is_acronym(form.name) and page.written[place.first].istitle() and is_bearable(page.folded(place.first)):
            return entity is None or not self.speaks_for(entity, form.name, typed=False)
        if entity is None or not entity.ambiguous or place.kind <= Kind.INFLECTION:
            return False
        written = page.folded(place.first)
        likely = next((name for name in entity.ambiguous if fold(name).split()[-1:] == [written]), None)
        return likely is not None and not self.speaks_for(entity, likely, typed=False)

    def speaks_for(self, entity: Entity, name: str, *, typed: bool) -> bool:
        """Whether an ambiguous name counts. A name that the person typed needs no context, only nothing against it."""
        if self.is_defined_otherwise(entity, name):
            return False
        if self.is_named(entity, name):
            return True
        leaning, names = self.leaning(), self.names_beside(entity)
        is_against = self.is_against(entity)
        if leaning.is_sure and leaning.mean < FAR:
            return names >= (1 if leaning.mean > FARTHER else ENOUGH_NAMES) and not is_against
        beside = self.context_beside(entity, name)
        if is_against:
            return (names > 0 and beside > ENOUGH) or (beside > 0 and leaning.is_sure and leaning.mean > 0)
        if beside:
            return names > 0 or leaning.is_sure or leaning.others < MANY * beside or leaning.others <= leaning.ours
        return not self.is_of_another_field(name) and self.is_likely(entity, name, typed=typed)

    def is_likely(self, entity: Entity, name: str, *, typed: bool) -> bool:
        """Whether an ambiguous name counts where no word of its context stands, and none against it."""
        if typed and (not is_acronym(name) or entity.kind in NOT_OF_CONFLICT):
            return True
        is_place = entity.kind is EntityKind.PLACE and name[0].isupper()  # upper Sind, beside Kashmore
        if (is_place or entity.kind in OF_CONFLICT) and self.is_at_home(entity, name):
            return True
        return is_acronym(name) and self.is_of_conflict(entity, name, ENOUGH - typed)

    def is_at_home(self, entity: Entity, name: str) -> bool:
        """Whether a place, a person or a group of the entity's own country is named as well, or its adjective stands there."""
        if not adjectives_of(entity.country).isdisjoint(self.words()):
            return True
        return bool(entity.country) and any(
            other.name != entity.name and other.kind in TELLING and other.country == entity.country
            for word in self.names() - {fold(name)}
            for other in self.lexicon.by_name.get(word, ())
        )

    @cached_property
    def tells_war_in_chinese(self) -> bool:
        """Whether a text without spaces, which has no words to compare, tells of war."""
        return any(WAR_IN_CHINESE.search(page.text) for page in self.pages if not page.text.isascii())

    def names(self) -> frozenset[str]:
        """The folded words and pairs of words that may be names: all but those in small letters."""
        if self.capital is None:
            found = set()
            for page in self.pages:
                before = ""
                for index, written in enumerate(page.written):
                    word = "" if written.islower() else fold_token(APOSTROPHE.split(written)[0]) or page.folded(index)
                    found.update({word, f"{before} {word}" if before and word else ""})
                    before = word
            self.capital = frozenset(found - {""})
        return self.capital

    def is_of_conflict(self, entity: Entity, name: str, enough: int) -> bool:
        """Whether so many words of conflict, or a name of the lexicon that belongs there, stand beside the name."""
        words = self.words() - {fold(name)}
        if self.tells_war_in_chinese:
            return True
        if (
            len(words & listed("conflict")) >= enough
            or len({word[:LONG_STEM] for word in words} & stems_of_conflict()) >= enough
        ):
            return True
        return enough == 1 and self.is_beside_a_conflict(entity, name)

    def is_beside_a_conflict(self, entity: Entity, name: str) -> bool:
        """Whether something else of the entity's country stands there, or of one that is in the news for conflict."""
        return any(
            other.name != entity.name
            and other.kind in TELLING
            and (other.country == entity.country or other.country not in PEACEFUL)
            for word in self.names() - {fold(name)}
            for other in self.lexicon.by_name.get(word, ())
        )

    def is_town_overseas(self, entity: Entity, name: str) -> bool:
        """Whether an article of one of the United States means its town of that name: police in Odessa, under "Texas shooting"."""
        if entity.kind not in PLACES:
            return False
        states = states_of_town(fold(name))  # most names are no town's
        return (
            bool(states)
            and not states.isdisjoint(self.names())
            and not self.is_beside_a_conflict(entity, name)
            and not self.is_at_home(entity, name)
        )

    def has_context(self, entity: Entity, name: str) -> bool:
        """Whether a word that the lexicon gives for the entity's ambiguous names stands in the article."""
        own = fold(name)
        return self.has_any(word for word in entity.context if fold(word) != own)

    def context_beside(self, entity: Entity, name: str) -> int:
        """How many of those words stand there."""
        own = fold(name)
        return sum(self.has(word) for word in entity.context if fold(word) != own)

    def speaks_against(self, entity: Entity, acronym: str) -> bool:
        """Whether even an acronym that is listed as certain means something else here."""
        if self.is_defined_otherwise(entity, acronym):
            return True
        if entity.kind is EntityKind.COUNTRY or self.is_named(entity, acronym):
            return False
        if entity.kind is EntityKind.INSTITUTION:
            return self.is_against(entity) and not self.has_context(entity, acronym)
        leaning = self.leaning()
        if leaning.is_sure and leaning.mean < FARTHER:
            return not self.names_beside(entity)
        is_other = self.is_against(entity) or (not leaning.is_sure and self.is_of_another_field(acronym))
        is_short = (
            acronym.isascii()
            and sum(map(str.isalnum, acronym)) < CERTAIN
            and entity.kind in OF_CONFLICT
            and entity.country not in PEACEFUL
        )
        is_alone = is_short and not self.is_of_conflict(entity, acronym, 1) and not self.is_at_home(entity, acronym)
        return (is_other or is_alone) and not self.has_context(entity, acronym)

    def has_other_sense(self, entity: Entity, form: Form) -> bool:
        """Whether a name that is no acronym stands for a song, a cloth or a cup: words against it, none for it.

        Another name than the one that was typed needs a word for it beside those against it: Tigre in Argentina is no Tigray.
        """
        if not self.is_against(entity):
            return False
        if form.flags & Flag.ALIAS and not (self.is_at_home(entity, form.name) or self.has_context(entity, form.name)):
            return True
        leaning, own = self.leaning(), {fold(name) for name in entity.names}
        itself = fold(form.name) in listed("conflict")
        is_aside = leaning.mean < FAR if leaning.is_sure else leaning.ours <= itself
        return is_aside and not self.has_any(word for word in entity.context if fold(word) not in own)

    def is_figurative(self, entity: Entity) -> bool:
        """Whether an act of violence is none here: software piracy, the execution of a contract, a metal band."""
        if entity.kind is not EntityKind.TERM or self.leaning().ours > MANY:
            return False
        own = stems(entity)
        rest = leaning_of({word for word in self.words() if word[:STEM] not in own})
        return rest.others > 0 and not rest.ours and rest.total <= FIGURATIVE

    def leaning(self) -> Leaning:
        if self.leans is None:
            self.leans = leaning_of(self.words())
        return self.leans

    def is_against(self, entity: Entity) -> bool:
        """Whether a word that the lexicon gives for another meaning of the entity's names stands in the article."""
        return not beginnings(entity.against).isdisjoint(self.words()) and self.has_any(entity.against)

    def has_any(self, phrases: Iterable[str]) -> bool:
        return any(self.has(phrase) for phrase in phrases)

    def names_beside(self, entity: Entity) -> int:
        """Context words of the entity that are names: Sudan says more for RSF than an attack does."""
        return sum(self.has(phrase) for phrase in entity.context if any(map(is_only_name, content(phrase))))

    def is_named(self, entity: Entity, name: str) -> bool:
        """Whether another, certain name of the entity stands in the article."""
        own = fold(name)
        sure = (
            other for other in entity.names if other not in entity.ambiguous and self.has(other) and fold(other) != own
        )
        return any(self.has_phrase(other) for other in sure)

    def is_of_another_field(self, name: str) -> bool:
        """Whether words of sport, science, business and the like outweigh those of conflict, the name itself left out."""
        leaning = self.leaning()
        if leaning.is_sure:
            return leaning.mean < ASIDE
        others = leaning.others if leaning.total < 0 else leaning.others - 1  # one word is not yet another field
        return others > 0 and others > leaning.ours - (fold(name) in listed("conflict"))

    def has_phrase(self, phrase: str) -> bool:
        """Whether a name's words stand side by side (without its function words; in the singular or the plural)."""
        wanted = content(phrase)
        if not self.has(phrase):
            return False
        if len(wanted) == 1:
            return True
        if self.flat is None:
            self.flat = " ".join(
                f" {word} "
                for page in self.pages
                for word in map(page.folded, range(len(page.written)))
                if word not in FUNCTION_WORDS
            )
        pattern = " +".join(f"{re.escape(word)}s?" for word in wanted)
        return re.search(f" {pattern} ", self.flat) is not None

    def has(self, phrase: str) -> bool:
        """Whether all words of a phrase occur (in the singular or the plural)."""
        words = self.words()
        wanted = content(phrase)
        if (
            phrase[:1] >= FIRST_IDEOGRAPH and script_of(phrase) is Script.NO_SPACES
        ):  # no word of its own in a run of letters
            return any(phrase in page.text for page in self.pages)
        return bool(wanted) and all(
            word in words or word + "s" in words or word.removesuffix("s") in words for word in wanted
        )

    def is_defined_otherwise(self, entity: Entity, name: str) -> bool:
        """Whether the article spells the acronym out as something that is no name of the entity, or tells its plural.

        "TTPs" are tactics of hackers, and so is a "TTP" beside them, unless the group is named as well.
        """
        acronym = fold(name)
        if not is_acronym(name) or " " in acronym:
            return False
        if name in entity.not_plural and f"{acronym}s" in self.words() and not self.is_named(entity, name):
            return True
        own = {word for other in (*entity.names, *entity.context) for word in fold(other).split()}
        found = (one for page in self.pages for one in (*expansions(page.text, acronym), *capitalised(page, acronym)))
        return any(not is_mostly(own, [word for word in one if word not in FUNCTION_WORDS]) for one in found)


def is_mostly(own: set[str], words: list[str]) -> bool:
    """Whether half of an expansion's words at least are words of the entity's names."""
    return 2 * sum(word in own for word in words) >= len(words)
