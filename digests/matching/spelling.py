"""When two written words may be one word: inflections, transliterations and plausible typos.

A word is reduced to a *skeleton* (what transliteration and careless typing leave alone: kh, q/k, ee/i, doubled letters) and
to *bones* (the skeleton without vowels). Two words are compared by these and by a bounded number of edits (optimal string
alignment); what counts as plausible depends on the length of the word and on its script.
`keys` is the index's side of the same rules.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib import resources
from itertools import pairwise
from typing import NamedTuple

from rapidfuzz.distance import OSA

from digests.matching.inflections import CYRILLIC, DOUBLED_CONSONANT
from digests.matching.words import is_common, is_compound, is_english, is_name, is_word
from digests.text import Script, script_of

__all__ = [
    "DERIVED_FROM",
    "EXACT",
    "INFLECTED",
    "TITLED",
    "Kind",
    "Likeness",
    "Shape",
    "compare",
    "likeness",
    "may_be_alike",
    "shape",
    "shape_of",
    "skeleton_of",
]


class Kind:
    """How one token stands for another, best first. Plain numbers, for they are compared at every word that was found."""

    EXACT = 0
    INFLECTION = 1
    SKELETON = 2
    EDIT = 3


class Likeness(NamedTuple):
    """How well a token fits: `strong` is enough on its own, otherwise it needs a better neighbour in its phrase."""

    kind: int  # of Kind
    score: float
    strong: bool


EXACT = Likeness(Kind.EXACT, 100.0, strong=True)
DERIVED_FROM = Likeness(Kind.INFLECTION, 90.0, strong=False)
TITLED = Likeness(Kind.EXACT, 97.0, strong=True)
INFLECTED = Likeness(Kind.INFLECTION, 98.0, strong=True)


class Shape(NamedTuple):
    """A folded word and what the rules look at."""

    folded: str
    script: Script
    skeleton: str
    bones: str
    numbered: bool  # it has a digit: another number is another thing


# Skeletons ----------------------------------------------------------------------------------------------------------

DIGRAPHS = {
    "que": "ki", "qui": "ki", "tch": "ç", "tsh": "ç", "sch": "ş", "kh": "x", "gh": "g", "dh": "d", "th": "t", "bh": "b", "ph": "f", "zh": "z", "sh": "ş",
    "ch": "ç", "ck": "k", "dj": "j", "ee": "i", "ei": "i", "ie": "i", "ey": "i", "oo": "u", "ou": "u", "ow": "u",
    "ai": "i", "ay": "i", "ya": "ia", "ce": "si", "ci": "si", "cy": "si",
}  # fmt: skip
DIGRAPH = re.compile("qu[ei]|tch|tsh|sch|[kgdtbpzsc]h|ck|dj|e[eiy]|ie|o[ouw]|a[iy]|ya|c[eiy]")
LATIN = str.maketrans("qwyeoc", "kviiuk")
DIGIT = re.compile("[0-9]")
DOUBLED = re.compile(r"(.)(?=\1)")
LATIN_VOWELS = str.maketrans("", "", "aiu")
CYRILLIC_VOWELS = str.maketrans("", "", "аеиоуюя")
ARABIC = str.maketrans(
    {"ط": "ت", "ص": "س", "ث": "س", "ذ": "ز", "ض": "ز", "ظ": "ز", "ح": "ه", "ق": "ک", "غ": "گ", "ع": "ا"}
)
ARABIC_VOWELS = str.maketrans("", "", "اوی")
DEVANAGARI = str.maketrans(
    {
        "आ": "अ",
        "ी": "ि",
        "ू": "ु",
        "ई": "इ",
        "ऊ": "उ",
        "ै": "े",
        "ौ": "ो",
        "ऐ": "ए",
        "औ": "ओ",
        "श": "स",
        "ष": "स",
        "ण": "न",
        "ः": "",
    }
)
NASALS = re.compile("[नमङञ]्(?=[क-ह])")
DOUBLED_INDIC = re.compile("([क-ह])्(?=\\1)")
DEVANAGARI_VOWELS = str.maketrans("", "", "ािुेोृंअआइउएओ्")


def skeleton_of(folded: str, script: Script) -> str:
    if script is Script.LATIN:
        given = given_names().get(folded)
        if given is not None:
            return given
        word: str = DIGRAPH.sub(lambda found: DIGRAPHS[found.group()], folded).translate(LATIN)
        if not word.isdecimal():
            word = DOUBLED.sub("", word)
        return word[:-1] if len(word) > 3 and word[-1] == "h" else word
    if script is Script.CYRILLIC:
        return DOUBLED_CONSONANT.sub("", folded.translate(CYRILLIC))
    if script is Script.ARABIC:
        word = DOUBLED.sub("", folded.translate(ARABIC))
        return word[:-1] if len(word) > 4 and word[-1] in "ها" else word
    if script is Script.DEVANAGARI:
        return DOUBLED_INDIC.sub("", NASALS.sub("ं", folded.translate(DEVANAGARI)))
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


def shape(folded: str, skeleton: str = "") -> Shape:
    """What the rules look at of a folded word, whose skeleton may be known."""
    script = script_of(folded)
    skeleton = skeleton or skeleton_of(folded, script) or folded  # a hard sign alone has no sound
    vowels = VOWELS.get(script)
    bones = skeleton[:1] + skeleton[1:].translate(vowels) if vowels else skeleton
    return Shape(folded, script, skeleton, bones, DIGIT.search(folded) is not None)


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
) | frozenset(pair for row in KEYBOARD for one, other in pairwise(row) for pair in (one + other, other + one))
VOWEL_LETTERS = frozenset("aiuаеиоуюяاویािुेोृंअआइउएओ्")


def vowel_limit(length: int, script: Script) -> int:
    """How many vowels may differ in a word of so many letters."""
    if script is Script.LATIN:
        return 0 if length < 6 else 1 if length < 8 else 2 if length < 11 else 3
    if script is Script.CYRILLIC:
        return 0 if length < 8 else 1
    return 0 if length < 6 else 1 if length < 9 else 2


def compare(keyword: Shape, token: Shape) -> tuple[int, float] | None:
    """How the token may be a spelling of the keyword, by their letters alone; None when it may not."""
    if keyword.folded == token.folded:
        return Kind.EXACT, 100.0
    one, other = keyword.skeleton, token.skeleton
    length = min(len(keyword.folded), len(token.folded))
    # The cheapest questions first: most words that an index brings together fail them.
    if one != other and (length < 5 or one[0] != other[0]):
        return None
    if length < 3 or not are_comparable(keyword, token):
        return None
    if one == other:
        return (Kind.SKELETON, 94.0) if are_near(keyword, token, most=max(2, length // 2)) else None
    edits = 1.0 if is_swap(keyword.folded, token.folded) else _edits(keyword, token, length)
    # A slip changes a letter, not the transliteration as well.
    near = edits and are_near(keyword, token, most=1 if length < 8 else 2 if length < 11 else 3)
    if not near or DERIVING.match(rest_of(keyword.folded, token.folded)):
        return None
    return Kind.EDIT, max(70.0, 100.0 * (1 - edits / max(len(keyword.folded), len(token.folded))))


def are_near(keyword: Shape, token: Shape, *, most: int) -> bool:
    """Whether two words in Latin letters differ in so few of them, as they are written; given names may differ more."""
    if keyword.script is not Script.LATIN or OSA.distance(keyword.folded, token.folded, score_cutoff=most) <= most:
        return True
    return keyword.folded in given_names() and token.folded in given_names()


DERIVING = re.compile(
    "(?:y|yi|iy|ij|ski|sky|ov|ova|ev|eva|in|ina|ian|yan|ic|ich|vich|son|sson|sen|er|ers|ista|istas|ist|ists|ism)$"
)


def rest_of(one: str, other: str) -> str:
    """What the longer of two words has more at its end than the shorter, '' if they begin otherwise."""
    short, long = (one, other) if len(one) <= len(other) else (other, one)
    return long[len(short) :] if long.startswith(short) else ""


def may_be_alike(word: str, skeleton: str, token: Shape) -> bool:
    """Whether `compare` may accept a word of this skeleton: a cheap question, which most that share a key fail."""
    length, more = len(token.folded), len(word) - len(token.folded)
    if more < 0:
        length, more = len(word), -more
    if more > 5:
        return False
    if skeleton == token.skeleton:
        return True
    if length < 5 or skeleton[0] != token.skeleton[0]:
        return False
    most = 1 if length < 8 else 2 if length < 11 else 3
    return OSA.distance(skeleton, token.skeleton, score_cutoff=most) <= most or (
        not more and OSA.distance(word, token.folded, score_cutoff=1) == 1
    )


def are_comparable(keyword: Shape, token: Shape) -> bool:
    """Words of one script and about one length, without digits: another number is another thing."""
    return (
        keyword.script is token.script
        and abs(len(keyword.folded) - len(token.folded)) <= 5
        and not keyword.numbered
        and not token.numbered
    )


def _edits(keyword: Shape, token: Shape, length: int) -> float:
    """The plausible edits between two skeletons (a vowel counts for less), 0 when they are too many or too odd."""
    one, other = keyword.skeleton, token.skeleton
    if keyword.bones == token.bones:
        if keyword.script is Script.ARABIC and keyword.folded.startswith("ال") and token.folded.startswith("ال"):
            length -= 2  # the article tells nothing
        limit = vowel_limit(length, keyword.script)
        distance = OSA.distance(one, other, score_cutoff=limit)
        if length < LONG_ENOUGH and keyword.script is Script.LATIN and is_far_vowel(one, other):
            return 0.0
        return 0.6 * distance if len(keyword.bones) >= 3 and distance <= limit else 0.0
    if keyword.script not in CASED_SCRIPTS or abs(len(one) - len(other)) > 2:
        return 0.0
    distance = OSA.distance(one, other, score_cutoff=2)
    if distance == 1:
        return 1.0 if _is_plausible(one, other, length) else 0.0
    long = length >= 9 and max(len(keyword.folded), len(token.folded)) >= 10
    return 1.6 if distance == 2 and long and _bones_are_near(keyword, token) else 0.0


LONG_ENOUGH = 7  # letters of a word in which any vowel may be wrong


def is_far_vowel(one: str, other: str) -> bool:
    """Whether the one vowel that differs is of another sound (Gallas, Gallus), or stands at the end of one word only."""
    if len(one) == len(other):
        return any({left, right} in FAR_VOWELS for left, right in zip(one, other, strict=True))
    return one.startswith(other) or other.startswith(one)


FAR_VOWELS = ({"a", "u"}, {"i", "u"})
CASED_SCRIPTS = (Script.LATIN, Script.CYRILLIC)  # only here may a consonant differ


def _bones_are_near(keyword: Shape, token: Shape) -> bool:
    """Of two edits of a long word one at most may be in its consonants, and that one plausible."""
    return OSA.distance(keyword.bones, token.bones) == 1 and _is_plausible(keyword.bones, token.bones, 10)


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


# Names of their own, however much they look like the name of a place: the District of Columbia, Serie A.
OTHER_NAMES = frozenset(
    {
        "columbia",
        "serie",
        "series",
        "barrot",
        "zielinski",
        "zielinska",
        "persie",
        "rafa",
        "georgie",
        "paris",
        "danube",
        "eretria",
    }
)


def likeness(keyword: Shape, token: Shape, *, small: bool) -> Likeness | None:
    """How well an article's token fits a keyword's, given what is known of the token; `small`: written in small letters."""
    found = compare(keyword, token)
    if found is None or (token.folded in OTHER_NAMES and found[0] != Kind.EXACT):
        return None
    kind, score = found
    if kind == Kind.EXACT:
        return EXACT
    word, name = (
        is_word(token.folded) if small or token.script is not Script.LATIN else is_english(token.folded),
        is_name(token.folded),
    )
    length = min(len(keyword.folded), len(token.folded))
    given = keyword.folded in given_names() and token.folded in given_names()
    # A rare word may stand for a part of a phrase, which its other words must prove: Balochistan Libration Army.
    plain = kind == Kind.EDIT and is_common(token.folded)
    if word and (small or not given) and (small or plain or length < 8):
        return None
    if kind == Kind.SKELETON:
        # Two known names are two names: Frankfurt, Frankfort.
        two = name and not given and is_name(keyword.folded)
        return None if two else Likeness(kind, score, strong=length >= 5 and not (name and length < 8) and not given)
    return edited(keyword, token, score, length, known=name or word)


def edited(keyword: Shape, token: Shape, score: float, length: int, *, known: bool) -> Likeness | None:
    """How sure a plausible slip is: a known word or name is none on its own, two words in one never."""
    if is_compound(token.folded):
        return None  # Bluewater is no Blackwater
    # A consonant more or less makes another name of a short one.
    short = length < (6 if keyword.bones == token.bones or len(keyword.skeleton) == len(token.skeleton) else 7)
    strong = not known and (not short or is_swap(keyword.folded, token.folded))
    return Likeness(Kind.EDIT, score, strong=strong)


shape_of = lru_cache(maxsize=20_000)(shape)
