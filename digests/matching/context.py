"""Whether an ambiguous name means its entity in this article: what stands beside it, and whether it is defined otherwise."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digests.matching.words import FUNCTION_WORDS
from digests.text import fold, tokenize

if TYPE_CHECKING:
    from digests.matching.lexicon import Entity
    from digests.matching.page import Page

__all__ = ["Context"]

# Words of fields in which the acronyms of conflict news stand for something else. They speak against an ambiguous name
# only when nothing speaks for it.
ELSEWHERE = frozenset(
    [
        "camera",
        "photographers",
        "lens",
        "disease",
        "disorder",
        "platelet",
        "platelets",
        "blood",
        "patient",
        "patients",
        "syndrome",
        "clinical",
        "therapy",
        "thrombotic",
        "purpura",
        "plasma",
        "anemia",
        "anaemia",
        "diagnosis",
        "dose",
        "symptoms",
        "hospitalised",
        "medicine",
        "medical",
        "haematologist",
        "hematologist",
        "tumor",
        "tumour",
        "protein",
        "gene",
        "cancer",
        "malware",
        "phishing",
        "ransomware",
        "hackers",
        "cybersecurity",
        "cyber",
        "mitre",
        "adversary",
        "adversaries",
        "template",
        "templates",
        "parser",
        "software",
        "python",
        "server",
        "servers",
        "protocol",
        "router",
        "browser",
        "api",
        "code",
        "coder",
        "developers",
        "install",
        "version",
        "tactics",
        "techniques",
        "procedures",
        "tournament",
        "league",
        "goal",
        "goals",
        "striker",
        "midfielder",
        "coach",
        "fixture",
        "cricket",
        "wicket",
        "innings",
        "batsman",
        "playlist",
        "album",
        "song",
        "singer",
        "smartphone",
        "laptop",
        "processor",
        "gpu",
        "chip",
        "dividend",
        "shares",
        "yield",
        "earnings",
        "portfolio",
        "molecule",
        "polymer",
        "enzyme",
        "algorithm",
        "بیماری",
        "مرض",
        "علاج",
        "سافٹ",
        "ویئر",
        "रोग",
        "मरीज़",
        "मरीज",
        "सॉफ्टवेयर",
        "болезнь",
        "пациент",
        "maladie",
        "patients",
        "enfermedad",
        "hastalık",
    ]
)


class Context:
    """What an article's words say for or against an entity's ambiguous names."""

    def __init__(self, pages: tuple[Page, ...]) -> None:
        self.pages = pages
        self.folded: frozenset[str] | None = None

    def words(self) -> frozenset[str]:
        if self.folded is None:
            self.folded = frozenset(page.folded(index) for page in self.pages for index in range(len(page.written)))
        return self.folded

    def speaks_for(self, entity: Entity, name: str, *, typed: bool) -> bool:
        """Whether an ambiguous name counts. A name that the person typed needs no context, only nothing against it."""
        words = self.words()
        if self.is_defined_otherwise(entity, name):
            return False
        own = fold(name)
        sure = (other for other in entity.names if other not in entity.ambiguous and fold(other) != own)
        if any(self.has(other) for other in sure):
            return True
        if any(self.has(word) for word in entity.against):
            return False
        if any(self.has(word) for word in entity.context):
            return True
        return typed and not words & ELSEWHERE

    def has(self, phrase: str) -> bool:
        """Whether all words of a phrase occur (in the singular or the plural)."""
        words = self.words()
        wanted = [word for word in fold(phrase).split() if word not in FUNCTION_WORDS]
        return bool(wanted) and all(
            word in words or word + "s" in words or word.removesuffix("s") in words for word in wanted
        )

    def is_defined_otherwise(self, entity: Entity, name: str) -> bool:
        """Whether the article spells the acronym out as something that is no name of the entity."""
        acronym = fold(name)
        if not name.isupper() or " " in acronym:
            return False
        own = {word for other in (*entity.names, *entity.context) for word in fold(other).split()}
        for page in self.pages:
            for expansion in expansions(page.text, acronym):
                if not {word for word in expansion if word not in FUNCTION_WORDS} & own:
                    return True
        return False


def expansions(text: str, acronym: str) -> list[list[str]]:
    """The words that a text gives for an acronym, as in "thrombotic thrombocytopenic purpura (TTP)" or the other way round."""
    found = []
    for match in re.finditer(rf"\(\s*[“\"']?{re.escape(acronym)}s?\b", text, re.IGNORECASE):
        before = [token.folded for token in tokenize(text[max(0, match.start() - 120) : match.start()])]
        spelled = spells(before[-len(acronym) - 3 :], acronym)
        if spelled:
            found.append(spelled)
    for match in re.finditer(rf"\b{re.escape(acronym)}s?\s*[(,:–—-]\s*([^)]{{3,120}})", text, re.IGNORECASE):
        after = [token.folded for token in tokenize(match.group(1))][: len(acronym) + 3]
        for count in range(len(acronym), len(after) + 1):
            if spells(after[:count], acronym) == after[:count]:
                found.append(after[:count])
                break
    return found


def spells(words: list[str], acronym: str) -> list[str]:
    """The last of these words whose initials spell the acronym; function words may be left out."""
    for start in range(len(words) - len(acronym), -1, -1):
        part = words[start:]
        initials = "".join(word[0] for word in part)
        short = "".join(word[0] for word in part if word not in FUNCTION_WORDS)
        if acronym in {initials, short}:
            return part
    return []
