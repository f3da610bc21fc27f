"""Which language a text is written in."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

__all__ = ["language_of"]

ENOUGH = 1000  # characters; more changes nothing but the time
# Letters that one language of the Arabic script has and the others lack: each is worth more than statistics.
PASHTO = re.compile("[ټډړږښځڅۍېګ]")
URDU = re.compile("[ٹڈڑےںہھ]")
PERSIAN = re.compile("[پچژگ]")
ARABIC_ONLY = re.compile("[ةىإأؤئ]|\\bال")
ARABIC_SCRIPT = re.compile("[\u0600-\u06ff]")
DEVANAGARI = re.compile("[\u0900-\u097f]")
DEVANAGARI_SIGNS = re.compile("[\u0900-\u0903\u093a-\u094f]")  # vowels and marks that are no letters by themselves
CYRILLIC = re.compile("[\u0400-\u04ff]")
UKRAINIAN, RUSSIAN, NEITHER = (
    re.compile("[іїєґ]", re.IGNORECASE),
    re.compile("[ыэё]", re.IGNORECASE),
    re.compile("[ўәқңөүћђљњјѓќѕ]"),
)
# What news is written in. Of the rarer ones that the identifier knows, some take headlines of their large neighbours.
WRITTEN = (
    "af am ar az be bg bn bs ca cs cy da de el en es et eu fa fi fr ga gl gu ha he hi hr hu hy id ig is it ja ka kk km kn ko "
    "ku ky lo lt lv mk ml mn mr ms my ne nl no om pa pl ps pt ro ru rw sd si sk sl so sq sr sv sw ta te tg th tk tr tt ug uk "
    "ur uz vi yo zh zu"
)
LARGE = frozenset(("de", "es", "fr", "id", "it", "nl", "pt", "tr", "ru", "uk"))
DOUBTFUL = 0.5  # below it the letters decide: the language that most news in them is written in


@cache
def _identifier() -> LanguageIdentifier:
    # Loading takes a moment and 100 MB, so it waits for the first article.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages([code for code in WRITTEN.split() if code in identifier.nb_classes])
    return identifier


def language_of(text: str, hint: str | None = None) -> str:
    """The ISO 639-1 code of the text's language, or '' when it is too short to tell and nobody gave a hint.

    Arabic script is told apart by letters that only one of its languages uses; the rest by py3langid
    (Lui and Baldwin 2012, "langid.py: An Off-the-shelf Language Identification Tool").
    """
    sample = text[:ENOUGH]
    letters = sum(character.isalpha() for character in sample) + len(DEVANAGARI_SIGNS.findall(sample))
    hint = (hint or "").strip().lower()[:2] if hint else ""
    if letters < 12:
        return hint if hint.isalpha() else ""
    if len(ARABIC_SCRIPT.findall(sample)) > letters / 2:
        return _of_arabic_script(sample)
    code, confidence = _identifier().classify(sample)
    if confidence < 0.8 and hint.isalpha() and hint:
        return hint
    if confidence >= DOUBTFUL or code in LARGE:
        return str(code)
    return _by_letters(sample, letters) or str(code)


def _by_letters(sample: str, letters: int) -> str:
    """The language that most news in these letters is written in; '' when the letters tell nothing."""
    if len(CYRILLIC.findall(sample)) > letters / 2:
        if NEITHER.search(sample):
            return ""
        return "uk" if UKRAINIAN.search(sample) and not RUSSIAN.search(sample) else "ru"
    if len(DEVANAGARI.findall(sample)) > letters / 2:
        return "hi"
    return "en" if sample.isascii() else ""


def _of_arabic_script(sample: str) -> str:
    scores = {
        "ps": 2.0 * len(PASHTO.findall(sample)),
        "ur": 1.0 * len(URDU.findall(sample)),
        "fa": 0.7 * len(PERSIAN.findall(sample)),
        "ar": 0.8 * len(ARABIC_ONLY.findall(sample)),
    }
    best = max(scores, key=lambda code: scores[code])
    if scores[best] >= 3 and scores[best] >= 1.5 * sorted(scores.values())[-2]:
        return best
    code, _ = _identifier().classify(sample)
    return str(code) if code in scores else best
