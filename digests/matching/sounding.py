"""Names of several words in a script other than the one they were typed in: "Khurram Parvez" is خرم پرویز.

The lexicon has the names of many persons and places in all scripts; nobody else's. A name of two or three words is found
in another script where the same consonants stand side by side (digests/sounds.py). One word alone says too little.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from digests.matching.forms import Flag
from digests.matching.judged import Judged
from digests.matching.lexicon import EntityKind
from digests.matching.phrases import Place
from digests.matching.several import each_of, with_another, without
from digests.matching.spelling import Kind
from digests.matching.words import is_common, is_word
from digests.sounds import consonants_in, sound_of
from digests.text import Script, script_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from digests.matching.page import Page
    from digests.matching.several import Entry
    from digests.matching.targets import Form

__all__ = ["SoundingNames"]

WORDS = (2, 3)  # of a name
LEAST, LEAST_OF_ALL = 2, 5  # consonants of each word, and of all together
SCRIPTS = frozenset({Script.LATIN, Script.ARABIC, Script.CYRILLIC, Script.DEVANAGARI})
SCORE = 90.0
NO_LATIN = "\u0370"  # scripts from here on are no Latin
BESIDE = frozenset({" ", "-", "\u200c"})
NO_V = dict.fromkeys(map(ord, "vwвव"))  # in Arabic script its letter is a vowel's too


class Heard(Judged):
    """Whether a word of an article sounds like one of some words in other letters. Most do not."""

    def __init__(self) -> None:
        super().__init__(self.sounds_alike)
        self.sounds: set[tuple[bool, str]] = set()  # with whether they are of Latin letters

    def add(self, word: str, *, is_latin: bool) -> None:
        """Listen for the sound of a word, in other letters than its own."""
        heard = (is_latin, sound(word))
        if heard not in self.sounds:
            self.sounds.add(heard)
            self.clear()

    def sounds_alike(self, word: str) -> bool:
        is_latin = word < NO_LATIN
        return not word[0].islower() and (not is_latin, sound(word)) in self.sounds


class SoundingNames:
    """The names that may stand in another script, by their sounds; a name in capitals or small letters is the same."""

    __slots__ = ("first", "later", "latin", "others")

    def __init__(self) -> None:
        self.latin: dict[int, Entry[Form]] = {}  # typed in Latin letters: looked for in all other scripts
        self.others: dict[int, Entry[Form]] = {}
        self.first, self.later = Heard(), Heard()  # the first words of the names, and all others

    def add(self, form: Form, words: Sequence[str]) -> None:
        """File a form if it is a name that may be looked for."""
        table, key = self.filed(form, words)
        if key and is_of_somebody(form):
            table[key] = with_another(table.get(key), form)
            for position, word in enumerate(words):
                (self.later if position else self.first).add(word, is_latin=table is self.latin)

    def remove(self, form: Form, words: Sequence[str]) -> None:
        """Forget a form."""
        table, key = self.filed(form, words)
        rest = without(table.pop(key, None), form)
        if rest is not None:
            table[key] = rest

    def filed(self, form: Form, words: Sequence[str]) -> tuple[dict[int, Entry[Form]], int]:
        """Where a form is filed, and under which key, whatever its keyword means by now; 0 for one that is no such name."""
        if len(words) not in WORDS or form.flags & (Flag.ALIAS | Flag.RIGID | Flag.JOINED):
            return self.latin, 0
        script = script_of(words[0])
        if script not in SCRIPTS or any(map(is_ordinary, words)):
            return self.latin, 0
        return self.latin if script is Script.LATIN else self.others, key_of(words)

    def may_begin(self, written: str) -> bool:
        """Whether a word of an article may be the first of such a name in other letters."""
        return self.first.sounds_alike(written)

    def places(self, page: Page, beginners: Iterable[int]) -> Iterator[tuple[Form, Place]]:
        """Where such names stand in a page in another script; `beginners` are the positions of words that may begin one."""
        written, after_last, later = page.written, len(page.written), self.later
        for first in beginners:
            if first + 1 == after_last or not later[written[first + 1]]:
                continue  # nearly all
            table = self.others if written[first] < NO_LATIN else self.latin
            for last in range(first + 1, min(first + WORDS[-1], after_last)):
                if not later[written[last]] or page.between(last - 1) not in BESIDE:
                    break
                for form in each_of(table.get(key_heard(tuple(written[first : last + 1])))):
                    if script_of(form.name) is not script_of(written[first]):
                        yield form, Place(first, last, SCORE, Kind.SKELETON)


def is_of_somebody(form: Form) -> bool:
    """Whether a form is a name that is not known, or a person's."""
    meaning = form.owner.meaning
    if meaning is None:
        return True
    return meaning.reading.entity is not None and meaning.reading.entity.kind is EntityKind.PERSON


def is_ordinary(word: str) -> bool:
    """Whether a word of a name is one of every day, or an acronym's."""
    return is_common(word) or not word.isalpha() or (not word.isascii() and is_word(word))


@lru_cache(maxsize=16_384)
def sound(word: str) -> str:
    """The sound of one word; '' when it has too few consonants to be part of a name that is looked for."""
    found = sound_of(word.casefold().translate(NO_V))
    return found if consonants_in(found) >= LEAST else ""


def key_of(words: Sequence[str]) -> int:
    """The sounds of some words as one number; 0 if they are too few to tell a name."""
    sounds = list(map(sound, words))
    if not all(sounds) or sum(map(consonants_in, sounds)) < LEAST_OF_ALL:
        return 0
    return hash(" ".join(sounds)) or 1


key_heard = lru_cache(maxsize=4096)(key_of)
