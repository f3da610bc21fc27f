"""When two written words may be one word: inflections, transliterations and plausible typos.

A word is reduced to a *skeleton* (what transliteration and careless typing leave alone: kh, q/k, ee/i, doubled letters) and
to *bones* (the skeleton without vowels). Two words are compared by these and by a bounded number of edits (optimal string
alignment); what counts as plausible depends on the length of the word and on its script.
`keys` is the other side of the same rules: two words that the rules accept share one of these strings, so that an index of
keys finds every acceptable pair.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum
from functools import cache, lru_cache
from importlib import resources
from typing import TYPE_CHECKING, NamedTuple

from rapidfuzz.distance import OSA

from digests.matching.countries import country_words
from digests.matching.words import is_english, is_name, is_word
from digests.text import APOSTROPHES, Script, fold, fold_token, script_of

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "Kind",
    "Likeness",
    "Shape",
    "compare",
    "demonyms",
    "inflections",
    "keys",
    "keyword_inflections",
    "likeness",
    "shape",
    "shape_of",
]


class Kind(IntEnum):
    """How one token stands for another, best first."""

    EXACT = 0
    INFLECTION = 1
    SKELETON = 2
    EDIT = 3


class Likeness(NamedTuple):
    """How well a token fits: `strong` is enough on its own, otherwise it needs a better neighbour in its phrase."""

    kind: Kind
    score: float
    strong: bool


EXACT = Likeness(Kind.EXACT, 100.0, strong=True)
DERIVED_FROM = Likeness(Kind.INFLECTION, 90.0, strong=False)
TITLED = Likeness(Kind.EXACT, 97.0, strong=True)
INFLECTED = Likeness(Kind.INFLECTION, 98.0, strong=True)


@dataclass(frozen=True, slots=True)
class Shape:
    """A folded word and what the rules look at."""

    folded: str
    script: Script
    skeleton: str
    bones: str


# Skeletons ----------------------------------------------------------------------------------------------------------

DIGRAPHS = {
    "tch": "ç", "sch": "ş", "kh": "x", "gh": "g", "dh": "d", "th": "t", "bh": "b", "ph": "f", "zh": "z", "sh": "ş",
    "ch": "ç", "ck": "k", "dj": "j", "ee": "i", "ei": "i", "ie": "i", "ey": "i", "oo": "u", "ou": "u", "ow": "u",
    "ai": "i", "ay": "i", "ya": "ia", "ce": "si", "ci": "si", "cy": "si",
}  # fmt: skip
DIGRAPH = re.compile("tch|sch|[kgdtbpzsc]h|ck|dj|e[eiy]|ie|o[ouw]|a[iy]|ya|c[eiy]")
LATIN = str.maketrans("qwyeoc", "kviiuk")
DIGIT = re.compile("[0-9]")
DOUBLED_CONSONANT = re.compile(r"([^аеиоуюя])\1+")
DOUBLED = re.compile(r"(.)\1+")
LATIN_VOWELS = str.maketrans("", "", "aiu")
CYRILLIC = str.maketrans(
    {"і": "и", "ї": "и", "й": "и", "ы": "и", "є": "е", "э": "е", "ё": "е", "ґ": "г", "ь": "", "ъ": ""}
)
CYRILLIC_VOWELS = str.maketrans("", "", "аеиоуюя")
ARABIC = str.maketrans(
    {"ط": "ت", "ص": "س", "ث": "س", "ذ": "ز", "ض": "ز", "ظ": "ز", "ح": "ه", "ق": "ک", "غ": "گ", "ع": "ا"}
)
ARABIC_VOWELS = str.maketrans("", "", "اوی")
DEVANAGARI = str.maketrans(
    {"ी": "ि", "ू": "ु", "ई": "इ", "ऊ": "उ", "ै": "े", "ौ": "ो", "ऐ": "ए", "औ": "ओ", "श": "स", "ष": "स", "ण": "न", "ः": ""}
)
NASALS = re.compile("[नमङञ]्(?=[क-ह])")
DOUBLED_INDIC = re.compile("([क-ह])्\\1")
DEVANAGARI_VOWELS = str.maketrans("", "", "ािुेोृंअआइउएओ्")


def skeleton_of(folded: str, script: Script) -> str:
    if script is Script.LATIN:
        given = given_names().get(folded)
        if given is not None:
            return given
        word = DIGRAPH.sub(lambda found: DIGRAPHS[found.group()], folded).translate(LATIN)
        if not word.isdecimal():
            word = DOUBLED.sub(r"\1", word)
        return word[:-1] if len(word) > 3 and word[-1] == "h" else word
    if script is Script.CYRILLIC:
        return DOUBLED_CONSONANT.sub(r"\1", folded.translate(CYRILLIC))
    if script is Script.ARABIC:
        word = DOUBLED.sub(r"\1", folded.translate(ARABIC))
        return word[:-1] if len(word) > 4 and word[-1] in "ها" else word
    if script is Script.DEVANAGARI:
        return DOUBLED_INDIC.sub(r"\1", NASALS.sub("ं", folded.translate(DEVANAGARI)))
    return folded


@cache
def given_names() -> dict[str, str]:
    """Given names and titles that one person's name is written with in many ways: each by the first of its line."""
    data = (resources.files("digests.matching") / "data" / "given_names.txt").read_text("utf-8")
    return {name: line.split()[0] for line in data.splitlines() for name in line.split()}


VOWELS = {
    Script.LATIN: LATIN_VOWELS,
    Script.CYRILLIC: CYRILLIC_VOWELS,
    Script.ARABIC: ARABIC_VOWELS,
    Script.DEVANAGARI: DEVANAGARI_VOWELS,
}


def shape(folded: str) -> Shape:
    """What the rules look at of a folded word."""
    script = script_of(folded)
    skeleton = skeleton_of(folded, script)
    vowels = VOWELS.get(script)
    bones = skeleton[:1] + skeleton[1:].translate(vowels) if vowels else skeleton
    return Shape(folded, script, skeleton, bones)


# Inflections --------------------------------------------------------------------------------------------------------

ELISIONS = frozenset("d l j s n m t c qu dell all nell sull dall un lorsqu jusqu puisqu".split())
APOSTROPHE = re.compile(f"[{APOSTROPHES}]")
CASE_ENDINGS = (
    # As they are folded: й is и. The longest first.
    "ого его ому ему ыми ими ами ями ои еи ою ею ыи ым им ых их ом ем ам ям ах ях ов ев ая яя ую юю ое ее ые ие "
    "ові еві єю ью а я у ю е и ы о ь і"
).split()
ARABIC_PREFIXES = ("وال", "بال", "فال", "کال", "ولل", "لل", "ال", "و", "ب", "ل", "ف", "ک")
ARABIC_SUFFIXES = ("یون", "یین", "های", "یه", "ها", "ان", "ون", "ین", "ات", "ی", "ه", "و")
HINDI_SUFFIXES = ("ियों", "ियां", "ों", "ें", "ी", "ो")
KOREAN_PARTICLES = (
    "에서는",
    "에서",
    "으로",
    "에게",
    "까지",
    "부터",
    "에는",
    "은",
    "는",
    "이",
    "가",
    "을",
    "를",
    "의",
    "에",
    "와",
    "과",
    "도",
    "로",
)


def inflections(folded: str, script: Script, written: str = "") -> tuple[str, ...]:
    """The words that this one may be an inflected form of, itself left out. `written` shows the apostrophes."""
    found: list[str] = []
    if written and not written.isalnum():
        found.extend(_around_apostrophe(written))
    if script is Script.LATIN:
        found.extend(_singular(folded))
    elif script is Script.CYRILLIC:
        found.append(_without_case(folded))
    elif script is Script.ARABIC:
        found.extend(_without_clitics(folded))
    elif script is Script.DEVANAGARI:
        found.extend(
            folded[: -len(end)] for end in HINDI_SUFFIXES if folded.endswith(end) and len(folded) - len(end) > 3
        )
    elif script is Script.HANGUL:
        found.extend(
            folded[: -len(end)] for end in KOREAN_PARTICLES if folded.endswith(end) and len(folded) - len(end) > 1
        )
    return tuple(word for word in dict.fromkeys(found) if word and word != folded)


def _around_apostrophe(written: str) -> Iterator[str]:
    """Turkish suffixes after an apostrophe, French and Italian elisions before it."""
    parts = APOSTROPHE.split(written)
    if len(parts) == 2:
        before, after = fold_token(parts[0]), fold_token(parts[1])
        if before in ELISIONS and len(after) > 2:
            yield after
        elif len(before) > 3 and len(after) <= 6:
            yield before


def _singular(folded: str) -> Iterator[str]:
    if len(folded) > 3 and folded[-1] == "s" and folded[-2] != "s":
        yield folded[:-1]
        if folded.endswith("ies"):
            yield folded[:-3] + "y"
        elif folded.endswith("es") and len(folded) > 4:
            yield folded[:-2]


def _without_case(folded: str) -> str:
    """A Russian or Ukrainian word without its case ending: the same for all cases of one name."""
    if len(folded) < 4:
        return ""
    if folded.endswith("скии"):
        folded = folded[:-1]  # an adjective; otherwise ии is an ending of names: Сирии
    for end in CASE_ENDINGS:
        if folded.endswith(end) and len(folded) - len(end) >= 3:
            folded = folded[: -len(end)]
            break
    return "~" + DOUBLED_CONSONANT.sub(r"\1", folded.translate(CYRILLIC))


def _without_clitics(folded: str) -> Iterator[str]:
    """Arabic prefixes; plural, oblique and adjective endings of Arabic, Persian, Urdu and Pashto; each alone and both."""
    bases = [folded]
    for prefix in ARABIC_PREFIXES:
        rest = len(folded) - len(prefix)
        if folded.startswith(prefix) and rest >= (3 if prefix[-1] in "لبو" else 4):
            bases.append(folded[len(prefix) :])
    yield from bases[1:]
    for base in bases:
        for suffix in ARABIC_SUFFIXES:
            if base.endswith(suffix) and len(base) - len(suffix) >= 4 and (suffix != "ی" or base[:-1] in countries()):
                yield base[
                    : -len(suffix)
                ]  # a bare ی makes adjectives: Iraqi is about Iraq, Peshawari is a kind of sandal


@cache
def countries() -> frozenset[str]:
    """The folded names of countries, whose adjectives count as inflections."""
    return frozenset(fold(name) for _, names, _ in country_words() for name in names)


@cache
def demonyms() -> frozenset[str]:
    """The folded adjectives of countries."""
    return frozenset(fold(word) for _, _, adjectives in country_words() for word in adjectives)


DERIVED = re.compile("(.{4,}?)(?:ers?|ed|ing|e?d)$")


def derivations(folded: str) -> tuple[str, ...]:
    """The words that an English word in small letters may be made of: attackers, bombed, bombing."""
    found = DERIVED.match(folded)
    return (found.group(1), found.group(1) + "e") if found and folded.isascii() else ()


def keyword_inflections(folded: str, script: Script) -> tuple[str, ...]:
    """The bases by which a keyword's word is also found: cautious, for what a person typed is mostly a base form."""
    if script is Script.ARABIC:
        return (folded[2:],) if folded.startswith("ال") and len(folded) > 5 else ()
    if script is Script.LATIN:
        return tuple(_singular(folded))[-1:] if len(folded) > 4 else ()
    if script is Script.CYRILLIC:
        # Kharkov ends like a genitive: it is found by all of itself as well.
        return tuple({_without_case(folded), "~" + DOUBLED_CONSONANT.sub(r"\1", folded.translate(CYRILLIC))} - {""})
    return ()


# Edits --------------------------------------------------------------------------------------------------------------

SOUND_CLASSES = (
    "dt",
    "bp",
    "vfub",
    "gjk",
    "gx",
    "kx",
    "hx",
    "szç",
    "sş",
    "çşj",
    "zj",
    "mn",
    "lr",
    "дт",
    "бп",
    "вф",
    "гкх",
    "сзц",
    "шщжч",
)
KEYBOARD = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
PLAUSIBLE = frozenset(
    pair for letters in SOUND_CLASSES for one in letters for other in letters if one != other for pair in (one + other,)
) | frozenset(
    pair for row in KEYBOARD for one, other in zip(row, row[1:], strict=False) for pair in (one + other, other + one)
)
VOWEL_LETTERS = frozenset("aiuаеиоуюяاویािुेोृंअआइउएओ्")


def vowel_limit(length: int, script: Script) -> int:
    """How many vowels may differ in a word of so many letters."""
    if script is Script.LATIN:
        return 0 if length < 6 else 1 if length < 8 else 2 if length < 11 else 3
    if script is Script.CYRILLIC:
        return 0 if length < 7 else 1
    return 0 if length < 6 else 1 if length < 9 else 2


def compare(keyword: Shape, token: Shape) -> tuple[Kind, float] | None:
    """How the token may be a spelling of the keyword, by their letters alone; None when it may not."""
    if keyword.folded == token.folded:
        return Kind.EXACT, 100.0
    if keyword.script is not token.script or abs(len(keyword.folded) - len(token.folded)) > 5:
        return None
    length = min(len(keyword.folded), len(token.folded))
    if keyword.skeleton == token.skeleton and not DIGIT.search(token.folded):
        return (Kind.SKELETON, 94.0) if length >= 3 else None
    if length < 5 or not keyword.skeleton or not token.skeleton or keyword.skeleton[0] != token.skeleton[0]:
        return None
    if DIGIT.search(keyword.folded) or DIGIT.search(token.folded):
        return None
    edits = _edits(keyword, token, length)
    if edits is None:
        return None
    return Kind.EDIT, max(70.0, 100.0 * (1 - edits / max(len(keyword.folded), len(token.folded))))


def _edits(keyword: Shape, token: Shape, length: int) -> float | None:
    """The plausible edits between two skeletons (a vowel counts for less), None when they are too many or too odd."""
    one, other = keyword.skeleton, token.skeleton
    distance = OSA.distance(one, other, score_cutoff=3)
    if keyword.bones == token.bones:
        if is_swap(keyword.folded, token.folded):
            return 1.0
        if len(keyword.bones) >= 3 and distance <= vowel_limit(length, keyword.script):
            return 0.6 * distance
        return None
    if keyword.script is Script.LATIN or keyword.script is Script.CYRILLIC:
        if is_swap(keyword.folded, token.folded):
            return 1.0
        if distance == 1 and length >= 5 and _is_plausible(one, other, length):
            return 1.0
        if distance == 2 and length >= 9 and max(len(keyword.folded), len(token.folded)) >= 10:
            return _two_edits(keyword, token)
    return None


def _two_edits(keyword: Shape, token: Shape) -> float | None:
    """Two edits of a long word: one of them at most in its consonants, and that one plausible."""
    return (
        1.6 if OSA.distance(keyword.bones, token.bones) == 1 and _is_plausible(keyword.bones, token.bones, 10) else None
    )


def is_swap(one: str, other: str) -> bool:
    """Two neighbouring letters changed places."""
    return len(one) == len(other) and OSA.distance(one, other, score_cutoff=1) == 1 and sorted(one) == sorted(other)


def _is_plausible(one: str, other: str, length: int) -> bool:
    """One edit between two skeletons: a substitution of like letters, or a letter more or less in a longer word."""
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    if start == 0:
        return False
    if len(one) == len(other):
        if one[start + 1 :] != other[start + 1 :]:
            return True  # neighbours changed places
        pair = one[start] + other[start]
        return pair in PLAUSIBLE or (one[start] in VOWEL_LETTERS and other[start] in VOWEL_LETTERS)
    extra = max(one, other, key=len)[start]
    # An added s is a plural, never a typo: the inflections decide about it.
    if start == max(len(one), len(other)) - 1:
        return length >= 8 if extra in VOWEL_LETTERS else extra != "s"
    return True


def likeness(keyword: Shape, token: Shape, *, small: bool) -> Likeness | None:
    """How well an article's token fits a keyword's, given what is known of the token; `small`: written in small letters."""
    found = compare(keyword, token)
    if found is None:
        return None
    kind, score = found
    if kind is Kind.EXACT:
        return EXACT
    word, name = (
        is_word(token.folded) if small or token.script is not Script.LATIN else is_english(token.folded),
        is_name(token.folded),
    )
    length = min(len(keyword.folded), len(token.folded))
    if word and (small or kind is Kind.EDIT or length < 8):
        return None
    if kind is Kind.SKELETON:
        return Likeness(
            kind, score, strong=length >= 5 and not (name and length < 8) and keyword.folded not in given_names()
        )
    if name or word:
        return Likeness(kind, score, strong=False)
    # A consonant more or less makes another name of a short one.
    short = length < (6 if keyword.bones == token.bones or len(keyword.skeleton) == len(token.skeleton) else 7)
    return Likeness(kind, score, strong=not short or is_swap(keyword.folded, token.folded))


# The index's side of the rules --------------------------------------------------------------------------------------


def keys(word: Shape) -> list[str]:
    """The strings under which a keyword's word is filed, and those to look up for an article's word.

    Both sides delete: two skeletons one edit apart share a skeleton with one letter less; so do the bones.
    """
    skeleton, length = word.skeleton, len(word.folded)
    found = [skeleton]
    if length < 5:
        return found
    bones = word.bones
    if length > 5:
        found.append("-" + bones)
    found.append("+" + "".join(sorted(word.folded)))
    if word.script is Script.LATIN or word.script is Script.CYRILLIC:
        if length > 4:
            found.extend([skeleton[:cut] + skeleton[cut + 1 :] for cut in range(1, len(skeleton))])
        if length > 8:
            found.extend(["-" + bones[:cut] + bones[cut + 1 :] for cut in range(1, len(bones))])
    return found


shape_of = lru_cache(maxsize=20_000)(shape)
