"""Which base forms a word may be an inflected form of: plurals, cases, clitics, elisions, in each script's own way.

Light rules, cautious where a wrong base would be another name; they are measured by the labelled cases.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from digests.matching.countries import country_words
from digests.matching.words import is_common, is_english, is_name
from digests.text import APOSTROPHES, Script, fold, fold_token

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "APOSTROPHE",
    "CYRILLIC",
    "DOUBLED_CONSONANT",
    "around_apostrophe",
    "demonyms",
    "derivations",
    "inflections",
    "is_made_adjective",
    "keyword_inflections",
    "quarter_of",
    "slavic_bases",
]

# Letters that Russian and Ukrainian spelling tell apart and careless typing does not.
CYRILLIC = str.maketrans(
    {"і": "и", "ї": "и", "й": "и", "ы": "и", "є": "е", "э": "е", "ё": "е", "ґ": "г", "ь": "", "ъ": ""}
)
DOUBLED_CONSONANT = re.compile(r"([^аеиоуюя])(?=\1)")

ELISIONS = frozenset(
    [
        "d",
        "l",
        "j",
        "s",
        "n",
        "m",
        "t",
        "c",
        "qu",
        "dell",
        "all",
        "nell",
        "sull",
        "dall",
        "un",
        "lorsqu",
        "jusqu",
        "puisqu",
    ]
)
APOSTROPHE = re.compile(f"[{APOSTROPHES}]")
CASE_ENDINGS = re.split(
    " ",
    # As they are folded: й is и. The longest first.
    "ого его ому ему ыми ими ами ями ои еи ою ею ыи ым им ых их ом ем ам ям ах ях ов ев ая яя ую юю ое ее ые ие "
    "ові еві єю ью а я у ю е и ы о ь і",
)
NOUN_ENDINGS = (
    "иями",
    "ием",
    "иям",
    "иях",
    "ию",
    "ия",
    "ие",
    "ии",
)  # перемирие, перемирия; of shorter names ии is the ending
LONG_STEM = 5
ARABIC_PREFIXES = ("وال", "بال", "فال", "کال", "ولل", "لل", "ال", "و", "ب", "ل", "ف", "ک")
ARABIC_SUFFIXES = ("هایشان", "هایش", "هایی", "یون", "یین", "های", "یه", "ها", "ان", "ون", "ین", "ات", "ی", "و")
TURKISH_PLURAL = re.compile("(.{4,}?)l[ae]r(?:in|i|a|e|da|de|dan|den|la|le)?")
TURKISH_LETTERS = re.compile("[ışğİŞĞ]")
TURKISH_CASE = re.compile("(.{5,}?)(?:n[dt][ae]n?|n[aeiu]n?|[iu]n(?:[aeiu]|d[ae]n?)?|[dt][ae]n?|y[aeiu]|[aeiu])")
GERMAN_ENDINGS = frozenset({"en", "er", "es", "em"})
GERMAN_ADJECTIVE = re.compile("[a-z]{4,}e[nrsm]")
HINDI_FROM_A = ("ाओं", "ाएं", "ों", "े")  # of nouns in ā
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
KOREAN_NOUNS = "군인측계제발"  # army, person, side, descent, make, from


def inflections(folded: str, script: Script, written: str = "") -> tuple[str, ...]:
    """The words that this one may be an inflected form of, itself left out. `written` shows the apostrophes."""
    found = [*around_apostrophe(written)] if written and not written.isalnum() else []
    if script is Script.LATIN:
        found += _latin_bases(folded, written)
    elif script is Script.CYRILLIC:
        found.extend(_cyrillic_bases(folded))
    elif script is Script.ARABIC:
        found.extend(_without_clitics(folded))
    elif script is Script.DEVANAGARI:
        found.extend(
            folded[: -len(end)] + "ा" for end in HINDI_FROM_A if folded.endswith(end) and len(folded) > len(end) + 2
        )
        found.extend(
            folded[: -len(end)] for end in HINDI_SUFFIXES if folded.endswith(end) and len(folded) - len(end) > 3
        )
    elif script is Script.HANGUL:
        found.extend(_korean_bases(folded))
    elif script is Script.OTHER:
        found.extend(_of_further_scripts(folded))
    return tuple(word for word in dict.fromkeys(found) if word and word != folded) if found else ()


def _latin_bases(folded: str, written: str) -> list[str]:
    """Singulars; Slavic names, German adjectives (der Grauen Wölfe) and Turkish plurals without their endings."""
    found = _singular(folded) if folded[-1:] in {"s", "n"} else []
    if written[:1].isupper():
        found += slavic_bases(folded)
    if folded[0] in "nosw" and written[:1].isupper() and (land := quarter_of(folded)):
        found.append(land)
    if folded[-2:] in GERMAN_ENDINGS and GERMAN_ADJECTIVE.fullmatch(folded):
        found.append(folded[:-1])
    turkish = TURKISH_PLURAL.fullmatch(folded) if "lar" in folded or "ler" in folded else None
    if turkish:
        found.append(turkish.group(1))
    turkish = TURKISH_CASE.fullmatch(folded) if not written.isascii() and TURKISH_LETTERS.search(written) else None
    if turkish:
        found.append(turkish.group(1))
    return found


QUARTER = re.compile("(?:(?:nord|sud)?(?:ost|west)|nord|sud)(.{4,})")
NO_QUARTERS = frozenset({"sudan", "korea", "irland", "sahara", "timor", "afrika", "mazedonien"})


def quarter_of(folded: str) -> str:
    """The country of whose part a German compound is the name (Ostukraine, Nordsyrien); '' for South Sudan and the like."""
    found = QUARTER.fullmatch(folded)
    land = found.group(1) if found else ""
    return land if land and land not in NO_QUARTERS and land in countries() else ""


HEBREW = re.compile("[א-ת]+")
CASES = (
    # Case endings of names: Bengali, Tamil, Telugu, Kannada, Malayalam, Gujarati, Georgian, Armenian, Greek
    ("[\u0980-\u09ff]+", "দেরকে দের গুলি গুলো টির টি য়ের ের তে কে য় ও র ে"),
    ("[\u0b80-\u0bff]+", "த்தில் த்தின் விலிருந்து யிலிருந்து விற்கு வில் யில் வின் யின் ில் ின் ுக்கு க்கு யை வை ை"),
    ("[\u0c00-\u0c7f]+", "లోని లోనూ లో కు కి ని నుంచి పై తో"),
    ("[\u0c80-\u0cff]+", "ದಲ್ಲಿ ನಲ್ಲಿ ದಿಂದ ಕ್ಕೆ ಗೆ ದ ನ"),
    ("[\u0d00-\u0d7f]+", "യിലെ യിൽ യിലേക്ക് യുടെ ിലെ ിൽ ിന്റെ"),
    ("[\u0a80-\u0aff]+", "માંથી માં ના ની નું ને થી"),
    ("[\u0531-\u0587]+", "ներում ներից ների ներ ուց ում ից ով ին ան ի ը ն"),
    ("[\u0370-\u03ff]+", "ουσ ων ου εσ σ"),
)
SUFFIXES = tuple((re.compile(letters), tuple(ends.split())) for letters, ends in CASES)
GEORGIAN = re.compile("[ა-ჰ]+")
# The longest first.
GEORGIAN_CASES = ("ისთვის", "ისგან", "იდან", "დან", "ამდე", "მდე", "თან", "ში", "ზე", "ის", "მა", "ად", "ით", "ს")
ETHIOPIC = re.compile("[\u1200-\u137f]+")
ETHIOPIC_PREFIXES = ("እንደ", "ስለ", "በ", "የ", "ለ", "ከ")  # like, about, in, of, for, from
ETHIOPIC_SUFFIXES = ("ንም", "ና", "ን", "ም")


def _of_further_scripts(folded: str) -> Iterator[str]:
    """Hebrew and Amharic words without the prepositions that are written as one with them; others without case endings."""
    if HEBREW.fullmatch(folded):
        for start in range(1, 4):
            base = folded[start:]
            if len(base) >= 3 and set(folded[:start]) <= set("ובלמהכש"):
                yield base
    elif ETHIOPIC.fullmatch(folded):
        yield from _of_ethiopic(folded)
    elif GEORGIAN.fullmatch(folded):
        for stem in without_endings(folded, GEORGIAN_CASES):
            yield stem + "ი"  # Tbilisi, which drops its ending before others
            yield stem
    else:
        ends = next((ends for script, ends in SUFFIXES if script.fullmatch(folded)), ())
        yield from without_endings(folded, ends)


def _korean_bases(folded: str) -> Iterator[str]:
    """A Korean word without its particle, and a name without the noun made of it: 이란군이, Iran's army."""
    for word in (folded, *(folded.removesuffix(end) for end in KOREAN_PARTICLES if folded.endswith(end))):
        if len(word) > 1:
            yield word
        if len(word) > 2 and word[-1] in KOREAN_NOUNS:
            yield word[:-1]


def without_endings(folded: str, ends: tuple[str, ...]) -> Iterator[str]:
    """What is left of a word before each of these endings that it has, three letters at least."""
    return (folded[: -len(end)] for end in ends if folded.endswith(end) and len(folded) - len(end) >= 3)


def _of_ethiopic(folded: str) -> Iterator[str]:
    """An Amharic or Tigrinya word without what is written before and behind a name."""
    bases = [folded, *(folded.removeprefix(start) for start in ETHIOPIC_PREFIXES if folded.startswith(start))]
    for base in bases:
        yield base
        yield from (
            base.removesuffix(end) for end in ETHIOPIC_SUFFIXES if base.endswith(end) and len(base) > len(end) + 1
        )


def around_apostrophe(written: str) -> Iterator[str]:
    """Turkish suffixes after an apostrophe, French and Italian elisions before it."""
    parts = APOSTROPHE.split(written)
    if len(parts) == 2:
        before, after = fold_token(parts[0]), fold_token(parts[1])
        if before in ELISIONS and len(after) > 2:
            yield after
        elif (len(before) > 3 or (len(before) == 3 and not parts[0].isascii())) and len(after) <= 6:
            yield before


BEFORE_ES = frozenset("sxzholrnd")  # boxes, and misiles of Spanish; but no coupes, nor refugees of a refuge


def _singular(folded: str) -> list[str]:
    if len(folded) > 3 and folded[-1] == "s" and folded[-2] != "s":
        if folded.endswith("ies"):
            return [folded[:-1], folded[:-3] + "y"]
        if folded.endswith("es") and len(folded) > 4 and folded[-3] in BEFORE_ES:
            return [folded[:-1], folded[:-2]]
        return [folded[:-1]]
    if folded.endswith("men") and len(folded) > 4:
        return [folded[:-2] + "an"]  # gunmen, women
    return []


SLAVIC_CASE = re.compile("(.{5,}?)(?:owi|iem|em|om|ami|ach|ie|ow|u)")


def slavic_bases(folded: str) -> Iterator[str]:
    """A name in Latin letters without a Polish, Czech or Serbian ending (w Doniecku), unless it is a name as it stands."""
    found = SLAVIC_CASE.fullmatch(folded)
    if found and not is_name(folded) and not is_english(folded):
        yield found.group(1)


def _cyrillic_bases(folded: str) -> Iterator[str]:
    """The word without its case ending; an adjective also as the name of the place it is made of: харьковский, одесский."""
    base = _without_case(folded)
    yield base
    if base.endswith("ск") and len(base) > 6:
        yield base[:-2]
        yield base[:-1]
        if base.endswith("овск") and len(base) > 8:
            yield base[:-4]


PLACE_ADJECTIVE = re.compile(
    ".{3,}(?:[сц]ь?|зь)к(?:ии|ого|ому|им|ом|ая|ои|ую|ою|ое|ие|их|ими|им|и|а|у|е|і|оі|ої|ії|ій|іи)"
)


def is_made_adjective(folded: str) -> bool:
    """Whether a Cyrillic word is an adjective as they are made of names: харьковский, азовское."""
    return PLACE_ADJECTIVE.fullmatch(folded) is not None


LONG_PLURAL = 7  # letters
UKRAINIAN_ADJECTIVES = ("ськоі", "ськіи", "цькоі", "цькіи", "зькоі", "зькіи")  # у Харківській області


def _without_case(folded: str) -> str:
    """A Russian or Ukrainian word without its case ending: the same for all cases of one name."""
    shortest = 2 if folded.startswith("яр") else 3  # Часов Яр: в Часовом Яру
    if len(folded) <= shortest:
        return ""
    if folded.endswith("скии"):
        folded = folded[:-1]  # an adjective; otherwise ии is an ending of names: Сирии
    elif folded.endswith(UKRAINIAN_ADJECTIVES):
        folded = folded[:-2]
    for end in NOUN_ENDINGS:
        if folded.endswith(end) and len(folded) - len(end) >= LONG_STEM:
            return "~" + DOUBLED_CONSONANT.sub("", folded[: -len(end)].translate(CYRILLIC))
    if folded.endswith(("ів", "їв")) and len(folded) >= LONG_PLURAL:
        folded = folded[:-2]  # many of them, in Ukrainian; Харків and Львів are towns
    for end in CASE_ENDINGS:
        if folded.endswith(end) and len(folded) - len(end) >= shortest:
            folded = folded[: -len(end)]
            break
    return "~" + DOUBLED_CONSONANT.sub("", folded.translate(CYRILLIC))


def _without_clitics(folded: str) -> Iterator[str]:
    """Arabic prefixes; plural, oblique and adjective endings of Arabic, Persian, Urdu and Pashto; each alone and both.

    No bare ه: it makes another word (enthusiasm, حماسة, of Hamas) or is "his", which names do not bear.
    """
    bases = [folded]
    for prefix in ARABIC_PREFIXES:
        rest = len(folded) - len(prefix)
        if folded.startswith(prefix) and rest >= (3 if prefix[-1] in "لبو" else 4):
            bases.append(folded[len(prefix) :])
    yield from bases[1:]
    yield from lands_of_an_adjective(folded)
    # Urdu nouns in ه become oblique in ی and plural in ون: attack, of the attack, of the attacks.
    for end in ("ی", "ون"):
        if folded.endswith(end) and len(folded) - len(end) >= 3:
            yield folded[: -len(end)] + "ه"
    for base in bases:
        for suffix in ARABIC_SUFFIXES:
            if base.endswith(suffix) and len(base) - len(suffix) >= 4 and (suffix != "ی" or base[:-1] in countries()):
                yield base[
                    : -len(suffix)
                ]  # a bare ی makes adjectives: Iraqi is about Iraq, Peshawari is a kind of sandal


def lands_of_an_adjective(folded: str) -> Iterator[str]:
    """The countries in ya whose Arabic adjective this is: الموريتانية, of موريتانيا."""
    stem = folded.removeprefix("و").removeprefix("ب").removeprefix("ل").removeprefix("ال")
    for end in ("", "ه", "ون", "ین", "ات"):
        land = stem.removesuffix(end) + "ا"
        if stem.endswith("ی" + end) and land in countries():
            yield land


@cache
def countries() -> frozenset[str]:
    """The folded names of countries, whose adjectives count as inflections."""
    return frozenset(fold(name) for _, names, _ in country_words() for name in names)


@cache
def demonyms() -> frozenset[str]:
    """The folded adjectives of countries."""
    return frozenset(fold(word) for _, _, adjectives in country_words() for word in adjectives)


DERIVED = re.compile("(.{4,}?)(?:ers?|ed|ing|e?d)$")


IRREGULAR = {"struck": "strike", "shot": "shoot", "slain": "slay", "blew": "blow", "fought": "fight", "hidden": "hide"}


def derivations(folded: str) -> tuple[str, ...]:
    """The words that an English word in small letters may be made of: attackers, bombed, bombing, struck."""
    if folded in IRREGULAR:
        return (IRREGULAR[folded],)
    found = DERIVED.match(folded) if folded[-1:] in {"r", "s", "d", "g"} else None
    if found is None or not folded.isascii():
        return ()
    base = found.group(1)
    return (base, base + "e", base[:-1]) if base[-1] == base[-2] else (base, base + "e")  # swapped


def keyword_inflections(folded: str, script: Script) -> tuple[str, ...]:
    """The bases by which a keyword's word is also found: cautious, for what a person typed is mostly a base form."""
    if script is Script.ARABIC:
        if folded.endswith("ون") and len(folded) > 4:
            return (folded[:-2],)  # the Urdu oblique plural, as in "of the terrorists"
        return (folded[2:],) if folded.startswith("ال") and len(folded) > 4 else ()
    if script is Script.LATIN:
        return tuple(_singular(folded)) if len(folded) > 5 or (len(folded) == 5 and is_common(folded)) else ()
    if script is Script.CYRILLIC:
        # Kharkov ends like a genitive: it is found by all of itself as well.
        return tuple({_without_case(folded), "~" + DOUBLED_CONSONANT.sub("", folded.translate(CYRILLIC))} - {""})
    return ()
