"""Words of every script: tokens with offsets into the original text, and the folded form by which words are compared.

The text itself is never normalised, so that an offset found here is an offset a reader can be shown.
The rules of folding follow Unicode (NFKC, case folding) and, for Arabic script, what keyboards and publishers of Urdu,
Pashto, Persian and Arabic mix up: several letters for ya, kaf and heh, optional hamza and vowel signs.
"""

from __future__ import annotations

import re
import unicodedata
from enum import Enum
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = [
    "APOSTROPHES",
    "POSSESSIVE",
    "Script",
    "Token",
    "cut",
    "fold",
    "fold_token",
    "fold_tokens",
    "mask_links",
    "script_of",
    "spans",
    "starts_of_words",
    "tokenize",
    "words_of",
]

APOSTROPHES = "'’‘ʼʻ`´′＇ʹ"
INVISIBLE = "\u00ad\u200b\u200d\u2060\ufeff\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069"
# Combining marks that are part of words: Latin, Cyrillic, Hebrew, Arabic, Indic scripts, Thai,
# Burmese, Ethiopic, Khmer, Meetei Mayek. Python's \w loses them.
MARKS = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    "\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u0711\u0730-\u074a\u07a6-\u07b0\u08d3-\u08e1\u08e3-\u0903"
    "\u093a-\u093c\u093e-\u094f\u0951-\u0957\u0962\u0963\u0981-\u0983\u09bc\u09be-\u09cd\u09d7\u0a01-\u0a03\u0a3c-\u0a51"
    "\u0a70\u0a71\u0a75\u0a81-\u0a83\u0abc\u0abe-\u0acd\u0b01-\u0b03\u0b3c\u0b3e-\u0b57\u0b82\u0bbe-\u0bcd\u0bd7"
    "\u0c00-\u0c04\u0c3e-\u0c56\u0c81-\u0c83\u0cbc\u0cbe-\u0cd6\u0d00-\u0d03\u0d3b\u0d3c\u0d3e-\u0d4d\u0d57"
    "\u0d81-\u0d83\u0dca-\u0ddf\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ecd\u0f71-\u0f84\u102b-\u103e"
    "\u1056-\u1059\u105e-\u1060\u1062-\u1064\u1067-\u106d\u1071-\u1074\u1082-\u108d\u135d-\u135f\u17b4-\u17d3\u17dd\uaaeb-\uaaef\uabe3-\uabed"
)
# A dotted acronym, or letters with inner apostrophes. Underscores separate words, as in #Durand_Line (see `mask_links`).
DOTTED = r"(?:[A-ZА-Я]\.){2,}|(?:[A-ZА-Я]\.)+[A-ZА-Я](?!\w)"
# (`A-Za-z0-9_` is in `\w`; named beside it, it is found in a table first.) Nothing is given back (`++`): a word ends where
# its letters end.
LETTER = rf"[A-Za-z0-9_\w{MARKS}{INVISIBLE}]"
WORD = rf"{LETTER}++(?:[{APOSTROPHES}]{LETTER}++)*+"
TOKEN = re.compile(rf"((?=[A-ZА-Я]\.)(?:{DOTTED})|{WORD})")
# The same for texts without dotted acronyms, and for those of ASCII letters only: twice as fast.
PLAIN_TOKEN = re.compile(rf"({WORD})")
PLAINEST_TOKEN = re.compile(r"([A-Za-z0-9_]++(?:['`][A-Za-z0-9_]++)*+)")
# A search for a pattern that begins with one certain character skips the rest of the text quickly: the dot comes first.
HAS_DOTTED = re.compile(r"\.(?<=[A-ZА-Я]\.)[A-ZА-Я]")
LINK = re.compile(
    # The look-behinds let a search start at the beginning of a word only: linear time on one endless word.
    r"(?<![A-Za-z0-9+.-])[A-Za-z][A-Za-z0-9+.-]*://[!-~]+|(?<!\w)www\.[!-~]+"
    r"|(?<![\w.+-])[\w.+-]+@[\w-]+\.[\w.-]+|(?<![\w@])@\w+"
    r"|(?<![\w.-])(?:[A-Za-z0-9-]+\.)+(?:com|org|net|info|io|gov|edu|pk|af|ir|uk|co|tv)(?![\w-])(?:/[!-~]*)?"
    r"|(?<![\w.-])[A-Za-z0-9_-]+\.(?:exe|dll|ps1|bat|vbs|msi|apk|iso|bin|zip|rar|docx?|xlsx?|pdf|jpe?g|png|mp[34]|py|js|sh)(?![\w-]|\.\w)"
)
HAS_INNER_DOT = re.compile(r"\.(?<=[A-Za-z0-9_-]\.)[a-z]")
MAY_BE_LINK = re.compile(rf"://|@|{HAS_INNER_DOT.pattern}")
SPACE = re.compile(r"\s")


class Script(Enum):
    """How words of a script are compared."""

    LATIN = "latin"
    CYRILLIC = "cyrillic"
    ARABIC = "arabic"
    DEVANAGARI = "devanagari"
    HANGUL = "hangul"
    NO_SPACES = "no spaces"  # Chinese, Japanese, Thai: words are found inside runs of letters
    OTHER = "other"


class Token(NamedTuple):
    """One word of a text: `text[start:end]` is how it is written, `folded` how it is compared."""

    text: str
    start: int
    end: int
    folded: str


def mask_links(text: str) -> str:
    """The text with links, e-mail addresses, names of files and @handles blanked out, and underscores as spaces; offsets are kept."""
    if "://" in text or "@" in text or HAS_INNER_DOT.search(text):
        text = "".join(without_links(text))
    return text.replace("_", " ")


def without_links(text: str) -> Iterator[str]:
    """The text in pieces, with blanks for its links. No link holds white space: only where one may be, it is looked for."""
    done = 0
    for found in MAY_BE_LINK.finditer(text):
        start = found.start()
        if start < done:
            continue
        while start > done and not text[start - 1].isspace():
            start -= 1
        space = SPACE.search(text, found.end())
        end = space.start() if space else len(text)
        yield text[done:start]
        yield LINK.sub(lambda link: " " * len(link.group()), text[start:end])
        done = end
    yield text[done:]


def cut(masked: str) -> list[str]:
    """A text whose links are masked, cut at its words: what stands before a word, the word as written, and so on.

    Every second piece is a word; the last piece is what stands behind the last word.
    """
    if HAS_DOTTED.search(masked):
        return TOKEN.split(masked)
    return (PLAINEST_TOKEN if masked.isascii() else PLAIN_TOKEN).split(masked)


def starts_of_words(pieces: Iterable[str]) -> list[int]:
    """Where the words of a text that was cut start, and where it ends."""
    return list(accumulate(map(len, pieces)))[::2]


def spans(text: str) -> list[tuple[str, int]]:
    """Every word of the text as written, with its offset."""
    pieces = cut(mask_links(text))
    return list(zip(pieces[1::2], starts_of_words(pieces), strict=False))


def tokenize(text: str) -> list[Token]:
    """The words of a text, links left out. A word that folds to nothing (only invisible characters) is left out."""
    tokens = []
    for word, start in spans(text):
        folded = fold_token(word)
        if folded:
            tokens.append(Token(word, start, start + len(word), folded))
    return tokens


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """A word or short phrase as it is compared: its folded words, joined by single spaces."""
    return " ".join(filter(None, fold_tokens(cut(mask_links(text))[1::2])))


@lru_cache(maxsize=64)
def words_of(name: str) -> tuple[Token, ...]:
    """As `tokenize`, for names, which are asked for again soon."""
    return tuple(tokenize(name))


# Folding ------------------------------------------------------------------------------------------------------------

DROPPED = dict.fromkeys(
    [
        *map(ord, APOSTROPHES + ".\u00ad\u200b\u200d\u2060\ufeff\u200e\u200f\u061c\u0640\u0621\u093c"),
        *range(0x202A, 0x202F),
        *range(0x2066, 0x206A),
        *range(0x0610, 0x061B),
        *range(0x064B, 0x0660),
        0x0670,
        *range(0x06D6, 0x06DD),
        *range(0x06DF, 0x06E5),
        0x06E7,
        0x06E8,
        *range(0x06EA, 0x06EE),
    ]
)
LETTERS = str.maketrans(
    {
        # Arabic script: one letter for all the ways to write ya, kaf, gaf, heh, alef, waw, and the retroflexes.
        **dict.fromkeys("يىېئۍێے", "ی"),
        **dict.fromkeys("كڪ", "ک"),
        "ګ": "گ",
        **dict.fromkeys("ةہۀەھۂۃ", "ه"),
        **dict.fromkeys("أإآٱ", "ا"),
        **dict.fromkeys("ؤۆۇ", "و"),
        **dict.fromkeys("ٹټ", "ت"),
        **dict.fromkeys("ڈډ", "د"),
        **dict.fromkeys("ڑړڕ", "ر"),
        **dict.fromkeys("ںڼ", "ن"),
        "ښ": "ش",
        "ږ": "ژ",
        "ڤ": "ف",
        "ڵ": "ل",
        # Latin letters that Unicode does not take apart.
        "ı": "i", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ß": "ss", "ə": "a", "ħ": "h",
        # Devanagari: candrabindu is written as anusvara.
        "ँ": "ं",
    }
)  # fmt: skip
LOOKALIKES = str.maketrans("аеорсухікмтвнј", "aeopcyxikmtbhj")
POSSESSIVE = re.compile(rf"[{APOSTROPHES}][sS]$")
DIGIT = re.compile(r"\d")
LONGEST_REMEMBERED = 64  # letters
MOST_REMEMBERED = 50_000  # words
ACCENTS = re.compile("[\u0300-\u036f]")


class Folded(dict[str, str]):
    """Words as they are compared, by the word as written. The same words come again in every article; endless ones do not."""

    def __missing__(self, word: str) -> str:
        folded = fold_anew(word)
        if len(word) <= LONGEST_REMEMBERED:
            if len(self) >= MOST_REMEMBERED:
                self.clear()
            self[word] = folded
        return folded


FOLDED = Folded()


fold_token: Callable[[str], str] = FOLDED.__getitem__
"""One word as it is compared; '' when nothing visible is left of it. (A function around it would cost more than it does.)"""


def fold_tokens(words: Iterable[str]) -> list[str]:
    """Each of many words as `fold_token` gives it, many times as fast."""
    return list(map(FOLDED.__getitem__, words))


def fold_anew(word: str) -> str:
    if word.isascii():
        word = word.lower()
        if word.isalnum():
            return word
        return POSSESSIVE.sub("", word).translate(DROPPED).replace("_", "")
    word = POSSESSIVE.sub("", word)
    word = unicodedata.normalize("NFKC", word.replace("İ", "I")).casefold()
    first = script_of(word)
    if first is Script.LATIN or first is Script.CYRILLIC:
        word = ACCENTS.sub("", unicodedata.normalize("NFKD", word))
    word = word.translate(DROPPED).translate(LETTERS)
    if first is Script.ARABIC or first is Script.OTHER or first is Script.DEVANAGARI:
        word = DIGIT.sub(_ascii_digit, word)
    elif first is Script.LATIN or first is Script.CYRILLIC:
        word = _one_alphabet(word)
    return word.replace("_", "")


def _ascii_digit(found: re.Match[str]) -> str:
    return str(unicodedata.decimal(found.group()))


def _one_alphabet(word: str) -> str:
    """A word that mixes Latin and Cyrillic letters, with the look-alikes turned to Latin."""
    latin = any("a" <= char <= "z" for char in word)
    return word.translate(LOOKALIKES) if latin and any("а" <= char <= "џ" for char in word) else word


RANGES = (
    (0x0400, 0x052F, Script.CYRILLIC),
    (0x0600, 0x06FF, Script.ARABIC),
    (0x0750, 0x077F, Script.ARABIC),
    (0x08A0, 0x08FF, Script.ARABIC),
    (0x0900, 0x097F, Script.DEVANAGARI),
    (0x0E00, 0x0EFF, Script.NO_SPACES),
    (0x1000, 0x109F, Script.NO_SPACES),
    (0x1780, 0x17FF, Script.NO_SPACES),
    (0x3040, 0x30FF, Script.NO_SPACES),
    (0x3400, 0x9FFF, Script.NO_SPACES),
    (0xF900, 0xFAFF, Script.NO_SPACES),
    (0x20000, 0x323AF, Script.NO_SPACES),
    (0xAC00, 0xD7A3, Script.HANGUL),
    (0xFB50, 0xFDFF, Script.ARABIC),
    (0xFE70, 0xFEFC, Script.ARABIC),
    (0x00C0, 0x024F, Script.LATIN),
    (0x1E00, 0x1EFF, Script.LATIN),
    (0xFF21, 0xFF5A, Script.LATIN),
)


class Scripts(dict[str, Script]):
    """The script of each letter that was asked for."""

    __slots__ = ()

    def __missing__(self, letter: str) -> Script:
        code = ord(letter)
        found = (script for low, high, script in RANGES if low <= code <= high)
        script = self[letter] = Script.LATIN if letter.isascii() else next(found, Script.OTHER)
        return script


SCRIPT_OF_LETTER = Scripts()


def script_of(word: str) -> Script:
    """The script of a word's first letter; digits alone count as Latin."""
    if word.isascii():
        return Script.LATIN
    for char in word:
        if char.isalpha():
            return SCRIPT_OF_LETTER[char]
    return Script.OTHER
