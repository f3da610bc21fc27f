"""The vocabulary of all forms, and the question which of its words an article's word may be.

Exact words are found in a dictionary, spelling variants through the strings of `keys` in a `KeyFile`. Whatever that
finds is verified by the rules, so that a collision of hashes costs time and never an answer.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from digests.matching.halves import Halves, wholes, without_ending
from digests.matching.inflections import (
    APOSTROPHE,
    ELISIONS,
    around_apostrophe,
    demonyms,
    derivations,
    inflections,
    keyword_inflections,
)
from digests.matching.keyfile import KeyFile
from digests.matching.keys import filed, sought, swapped
from digests.matching.spelling import (
    DERIVED_FROM,
    DIGIT,
    EXACT,
    INFLECTED,
    TITLED,
    VOWEL_LETTERS,
    Kind,
    Likeness,
    Shape,
    given_names,
    likeness,
    may_be_alike,
    shape,
    skeleton_of,
)
from digests.matching.words import (
    is_common,
    is_english,
    is_frequent,
    is_name,
    is_never_name,
    is_word,
)
from digests.text import Script, fold_token, script_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

__all__ = ["Answer", "Found", "Vocabulary"]

CACHE_SIZE = 100_000
LONG = 8  # letters of a word that may be another one's slip though it is known
LONGEST_WORD = 60  # longer words are found exactly only
OTHER = "other"
LAST_CASED = "\u052f"  # of the letters that have small and capital ones, as folded; Arabic and Indic ones have not
KURDISH_CASES = "êî"  # PKKê
ENDINGS_OF_IA = ("ии", "ию", "ия", "ії", "ію", "ія")
UNFUZZY = (Script.NO_SPACES, Script.HANGUL, Script.OTHER)


class Found(NamedTuple):
    """A word of the vocabulary that an article's word may stand for."""

    word: int
    kind: int
    score: float
    strong: bool
    more: int = 0  # further words of the page that belong to it (cease-fire)


class Guess(NamedTuple):
    """That an article's word may stand for a word of the vocabulary, if the rules of spelling accept it.

    Most words that look like an article's word are parts of phrases whose other parts are not on the page: whether they
    are spelt alike enough need not be asked.
    """

    token: Shape
    small: bool


# By number: of a word, or ~number of a word of a form that is written as one.
Meanings = dict[int, Found | Guess]


class Answer:
    """What a written word may stand for; and, once a catalogue was asked, what forms make of that (see `Catalogue`).

    The numbers stand side by side in memory: with 200,000 keywords, fetching each from where it lies costs more than all
    else that is done with it.
    """

    __slots__ = ("age", "meanings", "numbers", "partners", "singles")

    def __init__(self, meanings: Meanings) -> None:
        self.meanings = meanings
        self.numbers = array("i", meanings)
        self.age = -1  # of the catalogue when it was asked
        self.singles: tuple[int, ...] = ()
        self.partners: array[int] | tuple[()] = ()

    def remove(self, number: int) -> None:
        del self.meanings[number]
        self.numbers.remove(number)
        self.age = -1


class Vocabulary:
    """Numbers for words, and the words near a word."""

    __slots__ = (
        "alone", "cache", "groups", "halves", "keyfile", "number", "skeletons", "used", "weak", "words",
    )  # fmt: skip

    def __init__(self) -> None:
        self.number: dict[str, int] = {}
        self.words: list[str] = []
        self.skeletons: list[str | None] = []  # of the words that may be spelt otherwise
        self.weak = bytearray()  # whether a weak answer is of use
        self.alone = bytearray()  # whether a form has only this word
        self.used = array("l")  # how many forms use the word
        self.keyfile = KeyFile()
        self.halves = Halves()
        self.cache: dict[str, Answer | None] = {}  # by the word as written; None if it stands for nothing
        self.groups: defaultdict[str, list[str]] = defaultdict(list)  # the words in the cache

    def add(self, word: str) -> int:
        """The number of a word, which is in use once more."""
        number = self.number.get(word)
        if number is None:
            number = len(self.words)
            self.number[word] = number
            self.words.append(word)
            self.skeletons.append(None)
            self.used.append(1)
            self.weak.append(0)
            self.alone.append(0)
            if word[0] not in "^#":
                self.file_spellings(word, number)
            self.forget(word)
            return number
        self.used[number] += 1
        if self.used[number] == 1:
            self.forget(word)
        return number

    def may_be_weak(self, numbers: Iterable[int]) -> None:
        """Say that a form can use weak answers for these words: their neighbours may make up for them."""
        for number in numbers:
            if not self.weak[number]:
                self.weak[number] = 1
                self.forget(self.words[number])

    def may_be_alone(self, number: int) -> None:
        """Say that a form has only this word: whether an article's word may stand for it is decided at once."""
        self.alone[number] = 1

    def drop(self, number: int) -> None:
        """Say that one form less uses the word. An unused word is found no more; its number stays."""
        self.used[number] -= 1

    def settle(self) -> None:
        """Make what was added findable."""
        self.keyfile.settle()
        self.halves.file(self.words)

    # Looking up

    def answer(self, written: str) -> Answer | None:
        """The words that an article's word, as written, may stand for; None if none. Answers are kept; settle before."""
        if written in self.cache:
            return self.cache[written]
        if len(self.cache) >= CACHE_SIZE:
            self.cache.clear()
            self.groups.clear()
        folded = fold_token(written)
        script = script_of(folded)
        meanings = self.analyse(written, folded, script) if folded else None
        found = Answer(meanings) if meanings else None
        self.cache[written] = found
        self.groups[group_of(folded, script, written)].append(written)
        return found

    def analyse(self, written: str, folded: str, script: Script) -> Meanings:
        found: dict[int, Likeness | Guess] = {}
        number = self.number.get(folded)
        if number is not None:
            found[number] = EXACT
        plain = written.isalnum()
        if not plain or written[0].isupper():  # also l'ONU
            self.acronyms(written, folded, found)
        if len(folded) > 2 and script is not Script.NO_SPACES:
            self.inflected(written, folded, script, found)
            if script not in UNFUZZY and len(folded) <= LONGEST_WORD:
                for base in maybe_slips(written, folded):
                    self.spellings(base, small=written.islower(), at_once=not plain, found=found)
        answer: Meanings = {}
        for number, how in found.items():
            if self.used[number] > 0:
                answer[number] = how if isinstance(how, Guess) else Found(number, *how)
        if len(folded) > 5:
            for number in self.keyfile.numbers(("=" + folded,)):
                answer.setdefault(~number, Found(~number, *EXACT))
        return answer

    def joined(self, written: Sequence[str], beginners: Iterable[int]) -> Iterator[tuple[int, Found]]:
        """Where two neighbours of an article's words are together a word of the vocabulary, by the first one's position.

        `beginners` are the positions of words that may begin one.
        """
        number = self.number
        for position in self.halves.pairs(written, beginners):
            one, other = written[position], written[position + 1]
            whole = (one + without_ending(other)).lower()
            if whole not in number and whole[:-1] not in number and "^" + whole not in number:  # nearly all
                self.halves.part((one, other))
                continue
            for name, kind, score in wholes(one, other):
                if name in number and self.used[number[name]] > 0:
                    yield position, Found(number[name], kind, score, strong=True, more=1)

    def inflected(self, written: str, folded: str, script: Script, found: dict[int, Likeness | Guess]) -> None:
        """Bases of the word among the keywords, and keywords of the same base."""
        bases = inflections(folded, script, written)
        for base in bases:
            number = self.number.get(base)
            if number is not None and self.may_inflect(base, folded, written):
                found.setdefault(number, INFLECTED)
        if written.islower() or (written.istitle() and is_common(folded)):  # Attackers, at the beginning of a sentence
            for base in derivations(folded):
                number = self.number.get(base)
                if number is not None and is_common(base):
                    found.setdefault(number, DERIVED_FROM)
            if folded.endswith("ed"):  # hijacked, of a hijacking
                for number in self.keyfile.numbers(["%" + base for base in derivations(folded)]):
                    found.setdefault(number, DERIVED_FROM)
        for number in self.keyfile.numbers(["~" + base.lstrip("~") for base in (folded, *bases)]):
            if self.may_inflect(self.words[number], folded, written):
                found.setdefault(number, INFLECTED)

    def may_inflect(self, base: str, folded: str, written: str) -> bool:
        """Whether an ending makes no other known name of it (Wales is no plural of a Mr Wale)."""
        if len(base) <= 4 and folded == base + "s" and written[:1].isupper():
            return False  # Hama and Hamas, Lao and Laos
        is_base = is_frequent(base) or (is_word(base) and not is_never_name(folded))
        if is_frequent(folded) and not is_base and not APOSTROPHE.search(written):
            return False  # друзья are friends, and no Druze
        if folded.endswith(ENDINGS_OF_IA) and base[-1] not in VOWEL_LETTERS:
            return False  # Нигерии is Nigeria's, and no case of Нигер
        known = is_name(folded) and is_name(base) and not is_common(folded)
        if not known or not written.isalnum() or base in demonyms():
            return True
        return written.islower() and is_common(base)  # elders

    def acronyms(self, written: str, folded: str, found: dict[int, Likeness | Guess]) -> None:
        """Acronyms in capitals, in the plural, or, from four letters, as French and Spanish papers write them."""
        base = without_elision(written)
        name = folded if base == written else fold_token(base)
        number, how = None, EXACT
        if base.isupper() or (len(base) <= 5 and base[-1].isupper()):  # also LeT, LoC
            number = self.number.get("^" + name)
        elif name[-1:] == "s" and base[:-1].isupper() and len(name) > 2:
            number, how = self.number.get("^" + name[:-1]), INFLECTED
        elif base[-1] in KURDISH_CASES and base[:-1].isupper() and len(name) > 3:
            number = self.number.get("^" + name[:-1])
        elif len(name) > 3 and base.istitle() and not is_english(name):
            number, how = self.number.get("^" + name), TITLED
        if number is not None:
            found[number] = how

    def spellings(self, folded: str, *, small: bool, at_once: bool, found: dict[int, Likeness | Guess]) -> None:
        if (small and is_word(folded)) or len(folded) < 3:
            return
        known = is_word(folded) if small else is_english(folded)
        given = folded in given_names() and not small
        if known and not given and (small or len(folded) < 8):
            return
        if DIGIT.search(folded):
            return  # another number is another thing
        guess = Guess(shape(folded), small)
        token = guess.token
        only_weak = len(folded) < 8 and is_name(folded)
        # A rare word may be a slip for a part of a phrase whose other words stand beside it: Libration Army.
        rare = known and not given and len(folded) >= LONG and not is_common(folded)
        for number in self.near(token, skeleton_only=known and not rare and token.script is Script.LATIN):
            if number in found or (only_weak and not self.weak[number]):
                continue
            if rare and (self.alone[number] or not self.weak[number]):
                continue
            skeleton = self.skeletons[number]
            if skeleton is None or not may_be_alike(self.words[number], skeleton, token):
                continue
            how = self.judged(number, guess) if at_once or self.alone[number] else guess
            if how is not None:
                found[number] = how

    def judged(self, number: int, guess: Guess) -> Likeness | None:
        word, skeleton = self.words[number], self.skeletons[number]
        return likeness(shape(word, skeleton or ""), guess.token, small=guess.small)

    def proved(self, answer: Answer, number: int) -> Found | None:
        """How an article's word stands for this word of its answer; None if it was a wrong guess, which is forgotten."""
        found = answer.meanings[number]
        if isinstance(found, Found):
            return found
        how = self.judged(number, found)
        if how is None:
            answer.remove(number)
            return None
        proof = answer.meanings[number] = Found(number, *how)
        return proof

    def sure(self, written: str) -> Iterator[Found]:
        """The words that a word stands for as it is, or inflected."""
        answer = self.answer(written)
        if answer is None:
            return
        for number in [number for number in answer.numbers if number >= 0]:
            found = self.proved(answer, number)
            if found is not None and found.kind <= Kind.INFLECTION:
                yield found

    def near(self, token: Shape, *, skeleton_only: bool) -> Iterable[int]:
        """The numbers of the words that `compare` may accept, each once."""
        if skeleton_only:
            return self.keyfile.numbers((token.skeleton,))
        near = dict.fromkeys(self.keyfile.numbers(sought(token)))
        for word in swapped(token.folded):
            if word in self.number:
                near.setdefault(self.number[word])
        return near

    # Keeping

    def file_spellings(self, word: str, number: int) -> None:
        """File a word under the strings by which its spellings and inflections find it."""
        script = script_of(word)
        strings = ["~" + base.lstrip("~") for base in keyword_inflections(word, script)]
        if word.endswith("ing") and is_common(word):
            strings.extend("%" + base for base in derivations(word))
        if script not in UNFUZZY and len(word) <= LONGEST_WORD:
            shaped = shape(word)
            self.skeletons[number] = word if shaped.skeleton == word else shaped.skeleton
            strings.extend(filed(shaped))
        self.keyfile.file(strings, number)

    def file_as_one(self, whole: str, number: int) -> None:
        """File a word under the whole that it and its neighbours are when written as one."""
        self.forget(whole)
        self.keyfile.file(("=" + whole,), number)

    def forget(self, word: str) -> None:
        """Forget the answers that a new word may change: those of words that begin alike, and all of OTHER."""
        if not self.cache:
            return
        folded = word.lstrip("^#")
        script = script_of(folded)
        groups = {group_of(folded, script, folded), OTHER}
        if script is Script.LATIN:
            groups.update((first_sound(folded[:3]), skeleton_of(folded, script)[:1]))
        for group in groups:
            for written in self.groups.pop(group, ()):
                self.cache.pop(written, None)


def maybe_slips(written: str, folded: str) -> Iterator[str]:
    """The word, and what stands beside an apostrophe in it, unless they are words of every day in some other language.

    "acaba" is Turkish for perhaps, and no Aqaba. A frequent word with a capital may be a name all the same.
    """
    is_small = written.islower() or folded[:1] > LAST_CASED
    if not is_never_name(folded) and (is_english(folded) or not (is_small and is_frequent(folded))):
        yield folded
    if not written.isalnum():
        yield from (base for base in around_apostrophe(written) if not is_never_name(base))


def without_elision(written: str) -> str:
    """The word without what an apostrophe joins to it: NATO of NATO's, Otan of L'Otan."""
    parts = APOSTROPHE.split(written)
    if len(parts) > 1 and fold_token(parts[0]) in ELISIONS and parts[1]:
        return parts[1]
    return parts[0] or written


def group_of(folded: str, script: Script, written: str) -> str:
    """A coarse class of words such that a new word changes the answers of its own class and of OTHER only."""
    if not folded or not folded[0].isalpha():
        return OTHER
    if script is not Script.LATIN:
        return str(script.value)
    if not written.isalnum():
        return OTHER  # an apostrophe may have hidden the beginning: d'Iran
    sound = first_sound(folded[:3])  # no sound is written with more letters
    given = given_names().get(folded)
    return sound if given is None or given[0] == sound else OTHER  # Emir is spelt like Amir


@lru_cache(maxsize=50_000)
def first_sound(beginning: str) -> str:
    return skeleton_of(beginning, Script.LATIN)[:1]
