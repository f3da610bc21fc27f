"""The index's side of the rules of spelling: under which strings a keyword's word is filed, and by which it is sought.

Two words that `spelling.compare` may accept meet in one of these strings; that few others do is what makes matching cheap:
- An edit that changes a vowel only leaves the bones alone: the bones are one string, and no other vowel is ever touched.
- Edits are made to the article's word where that is possible: the few likely letters are put in the place of each
  consonant, and the result must be a keyword's skeleton. Only a letter that the article's word lacks (it could be any) is
  taken from the keyword's word instead. Would both sides leave out letters, pairs of words two edits apart would meet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from digests.matching.spelling import CASED_SCRIPTS, PLAUSIBLE, VOWEL_LETTERS, VOWELS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from digests.matching.spelling import Shape

__all__ = ["filed", "sought", "swapped"]

SHORTEST = 5  # letters of a word that may be spelt otherwise than by its skeleton
SHORTEST_BONES = 6
SHORTEST_LONG = 9  # of a word that a vowel and a consonant may be wrong in
DROPPED = frozenset(chr(code) for script in CASED_SCRIPTS for code in VOWELS[script])  # what the bones leave out


def partners(*, of_bones: bool) -> dict[str, str]:
    """For each letter of an article's word those that a keyword may have instead; vowel for vowel leaves the bones alone."""
    found: dict[str, str] = {}
    for pair in sorted(PLAUSIBLE):
        keyword, token = pair[0], pair[1]
        vowels = (keyword in VOWEL_LETTERS) + (token in VOWEL_LETTERS)
        if vowels < (1 if of_bones else 2):
            found[token] = found.get(token, "") + keyword
    return found


IN_SKELETONS = partners(of_bones=False)
IN_BONES = partners(of_bones=True)


def filed(word: Shape) -> list[str]:
    """The strings under which a keyword's word is filed. They begin with a sign where they are no skeletons."""
    found, length = [word.skeleton], len(word.folded)
    if length >= SHORTEST_BONES:
        found.append("-" + word.bones)
    if length >= SHORTEST and word.script in CASED_SCRIPTS:
        found.extend(without_a_consonant(word.skeleton, "<"))
        if length >= SHORTEST_LONG:
            found.extend(without_a_consonant(word.bones, "-<"))
    return found


def sought(token: Shape) -> list[str]:
    """The strings by which an article's word is looked up, its own skeleton first."""
    skeleton, bones, length = token.skeleton, token.bones, len(token.folded)
    found = [skeleton]
    if length >= SHORTEST_BONES:
        found.append("-" + bones)
    if length >= SHORTEST and token.script in CASED_SCRIPTS:
        found.append("<" + skeleton)
        found.extend(changed(skeleton, IN_SKELETONS))
        if length >= SHORTEST_LONG:
            found.append("-<" + bones)
            found.extend(["-" + other for other in changed(bones, IN_BONES)])
    return found


def changed(text: str, likely: Mapping[str, str]) -> list[str]:
    """A skeleton or bones with one consonant less or other, or two neighbours in each other's place."""
    found = without_a_consonant(text)
    for place in range(1, len(text)):
        letter = text[place]
        if letter in likely:
            before, behind = text[:place], text[place + 1 :]
            found.extend([before + other + behind for other in likely[letter]])
        if place > 1 and letter not in DROPPED and text[place - 1] not in DROPPED and letter != text[place - 1]:
            found.append(text[: place - 1] + letter + text[place - 1] + text[place + 1 :])
    return found


def without_a_consonant(text: str, sign: str = "") -> list[str]:
    """Each skeleton or bones with one consonant less, behind a sign; the first sound never changes."""
    return [sign + text[:place] + text[place + 1 :] for place in range(1, len(text)) if text[place] not in DROPPED]


def swapped(folded: str) -> list[str]:
    """The words of which two neighbouring letters changed places to give this one."""
    if len(folded) < SHORTEST:
        return []
    return [
        folded[:place] + folded[place + 1] + folded[place] + folded[place + 2 :]
        for place in range(len(folded) - 1)
        if folded[place] != folded[place + 1]
    ]
