"""The name of a place as it may stand in the gazetteer: without prefixes, suffixes and the endings of cases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digests.matching.inflections import inflections, quarter_of
from digests.text import Script, fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from digests.text import Token

__all__ = ["ARABIC_PREFIXES", "forms", "is_article"]

ARABIC_PREFIXES = "بولف"
INSTRUMENTAL = tuple(map(fold, ("ой", "ей", "ою")))  # под Москвой
SOFTENED = {fold(end): fold(base) for end, base in (("ці", "ка"), ("зі", "га"), ("сі", "ха"))}  # у Костянтинівці


def forms(phrase: str, written: str, script: Script, *, single: bool) -> list[str]:
    """A phrase as it may stand in the gazetteer: without Arabic prefixes, Turkish suffixes, case endings, German quarters."""
    found = [phrase]
    if script is Script.ARABIC and len(phrase) > 4 and phrase[0] in ARABIC_PREFIXES:
        found.append(phrase[1:])
    stem, apostrophe, _ = written.partition("'")
    if script is Script.LATIN and single and apostrophe and len(stem) > 2:
        found.append(fold(stem))  # Turkish: İdlib'de
    if script is Script.LATIN and single and (land := quarter_of(phrase)):
        found.append(land)
    if script is Script.CYRILLIC and single and len(phrase) > 4:
        stem = phrase[:-1]
        if phrase[-2:] in SOFTENED:
            found.append(phrase[:-2] + SOFTENED[phrase[-2:]])
        found += [stem, stem + "а", stem + "я", stem + "ь", stem + "е", stem + "о", phrase[:-2]]
        if phrase.endswith(INSTRUMENTAL):
            found += [phrase[:-2] + "а", phrase[:-2] + "я"]
    if script is Script.OTHER and single:
        found += inflections(phrase, script)  # Bengali, Tamil, Georgian and others
    return found


def is_article(tokens: Sequence[Token], position: int) -> bool:
    """Whether the word is the Arabic article in front of a name."""
    if tokens[position].folded not in ("al", "el") or position + 1 == len(tokens):
        return False
    return tokens[position + 1].text[:1].isupper() and tokens[position + 1].start - tokens[position].end == 1
