"""Names as they sound, in any script: what reports of one event in different languages share.

"Sariab Road", "سریاب روڈ" and "सरियाब रोड" have no letter in common, but the same consonants in the same order. A rare word
is reduced to them: sounds that transliteration confuses are one (kh and k, z and s, p and b, w and v), vowels and h are
left out, only a vowel at the beginning is marked. It is the idea of Soundex (R. Russell, US patent 1261167, 1918) for
the scripts of our sources. Words of two consonants say nothing, those of three little.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from functools import lru_cache
from typing import TYPE_CHECKING
from zlib import crc32

from digests.stories.likeness import load_idf
from digests.text import Script, fold_token, script_of, spans

if TYPE_CHECKING:
    from collections.abc import Iterable

    from digests.model import Article

__all__ = ["names_of", "shared", "sound_of"]

CHARACTERS = 800  # where an event's names stand
RARE = 6.0  # the weight of a word (likeness.py) from which it may be a name
RARE_OF_PAIR = 4.5  # the same of two words: a common first name and a common surname are one person
SHORT, LONG, PAIR = (
    3,
    4,
    5,
)  # consonants: of a word that says little, of one that says much, of two words written as one
SHORT_SAYS = 0.4
MOST = 120

CONSONANTS = {
    "b": "bpبپбпबभपבפף",
    "d": "dدڈډдदधडढד",
    "t": "tتٹټطтतथटठטת",
    "k": "kcqخقکكкхकखכךק",
    "g": "gğغگګгґगघג",
    "j": "jجژжजझ",
    "s": "szثسصذزضظځږسзсसסזצץ",
    "x": "şçčšشښچшщчशषचछש",  # sh and ch
    "f": "vfفвфफ",
    "l": "lلлलל",
    "m": "mمмमמם",
    "n": "nںنڼнनणञङןנ",
    "r": "rرڑړрरר",
}
VOWELS = "aeiouاآأإعаеёиоуыэюяіїєअआइईउऊएऐओऔאע"
DIGRAPHS = {
    "tch": "ş",
    "sch": "ş",
    "sh": "ş",
    "ch": "ş",
    "kh": "k",
    "gh": "g",
    "th": "t",
    "dh": "d",
    "ph": "f",
    "zh": "j",
    "dj": "j",
    "ce": "s",
    "ci": "s",
    "x": "ks",
}
DIGRAPH = re.compile("tch|sch|[skgtdpzc]h|dj|c[ei]|x")
DEVANAGARI, SINHALA, BLOCK = 0x0900, 0x0D80, 0x80
ARTICLE = re.compile("^(?:وال|بال|ال|لل)(?=.{3})")  # the Arabic article, with "and", "in", "to"
DOUBLED = re.compile(r"(.)\1+")


class Sounds(dict[int, str | None]):
    """Letters to sounds for `str.translate`: a letter with an accent sounds as without, one that is no consonant is left out.

    The scripts of India stand in Unicode letter by letter in the order of Devanagari, 128 code points each.
    """

    def __missing__(self, code: int) -> str | None:
        base = ord(unicodedata.normalize("NFD", chr(code))[0])
        if DEVANAGARI + BLOCK <= base < SINHALA:
            base = DEVANAGARI + base % BLOCK
        self[code] = self.get(base) if base != code else None
        return self[code]


SOUNDS = Sounds({ord(letter): sound for sound, letters in CONSONANTS.items() for letter in letters})


@lru_cache(maxsize=20_000)
def sound_of(word: str) -> str:
    """The consonants of a word in any script, as they sound: "xmsdn" for Shamsiddin, Шамсиддин and شمس الدین."""
    lower = ARTICLE.sub("", word.casefold())
    sound = DIGRAPH.sub(lambda found: DIGRAPHS[found.group()], lower).translate(SOUNDS)
    start = unicodedata.normalize("NFD", lower)[:1]
    return ("a" if start and start in VOWELS else "") + DOUBLED.sub(r"\1", sound)


def names_of(article: Article) -> array[int]:
    """The sounds of the rare words of the title and the beginning, and of two neighbours written as one, hashed.

    In scripts with capitals only words with one count. The lowest bit says whether the sound is a long one.
    """
    weight = load_idf().weight
    found: dict[int, None] = {}
    before, before_weight = "", 0.0
    for text, _ in spans(f"{article.title}. {article.body[:CHARACTERS]}"):
        if text[0].islower() or text[0].isdecimal():
            before = ""
            continue
        word = text.partition("'")[0].partition("’")[0]
        folded = fold_token(word)
        if not folded or (script_of(folded) is Script.LATIN and not word[0].isupper()):
            before = ""
            continue
        own = weight(folded)
        if own >= RARE:
            _add(found, sound_of(word), SHORT)
        if before and own and before_weight and max(own, before_weight) >= RARE_OF_PAIR:
            _add(found, sound_of(before + word), PAIR)
        before, before_weight = word, own
    return array("I", sorted(list(found)[:MOST]))


def shared(ours: array[int], theirs: Iterable[array[int]]) -> float:
    """How many names both have in common; one of three consonants counts for less than half."""
    wanted = set(ours)
    common = set().union(*(wanted.intersection(names) for names in theirs)) if wanted else set()
    return sum(1.0 if name & 1 else SHORT_SAYS for name in common)


def _add(found: dict[int, None], sound: str, least: int) -> None:
    consonants = len(sound) - sound.startswith("a")
    if consonants >= least:
        found[crc32(sound.encode()) & ~1 | (consonants >= LONG)] = None
