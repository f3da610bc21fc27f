"""Agencies whose text an article carries, by its own credit."""

from __future__ import annotations

import re

__all__ = ["agency_credit"]

NEAR = 200  # a credit stands in the first or last 200 characters
AGENCIES = {
    "AFP": r"AFP|Agence France-Presse",
    "AP": r"AP|Associated Press",
    "Reuters": r"Reuters|رويترز|رائٹرز",
    "PTI": r"PTI|Press Trust of India",
    "ANI": r"ANI",
    "APP": r"APP|Associated Press of Pakistan",
    "IANS": r"IANS",
    "Xinhua": r"Xinhua",
    "KUNA": r"KUNA|Kuwait News Agency",
    "AA": r"AA|Anadolu(?: Agency)?",
    "IRNA": r"IRNA",
    "TASS": r"TASS",
    "EFE": r"EFE",
    "dpa": r"dpa",
    "UPI": r"UPI",
    "INP": r"INP",
    "NNI": r"NNI",
    "Online": r"Online News Agency",
    "MENAFN": r"MENAFN",
    "Pajhwok": r"Pajhwok",
}
_names = "|".join(f"(?P<{key.lower()}>{names})" for key, names in AGENCIES.items())
# "(AFP)", "Reuters -", "KABUL (AP) —", "With inputs from PTI", "— Xinhua": never "told Reuters" in running text.
BRACKETED = re.compile(rf"\(\s*(?:{_names})\s*\)")
INPUTS = re.compile(
    rf"(?:with (?:additional )?(?:inputs?|reporting) (?:from|by)|source:)\s+(?:{_names})\b", re.IGNORECASE
)
LEADING = re.compile(rf"^(?:{_names})\s*[-–—:]\s")
TRAILING = re.compile(rf"[-–—/]\s*(?:{_names})\s*$")
ALONE = re.compile(rf"^(?:by\s+)?(?:{_names})(?:\s*(?:news agency|staff|/.*))?$", re.IGNORECASE)


def agency_credit(author: str, body: str) -> str:
    """The agency's short name when the author field or the text's beginning or end credits one, else ''."""
    found = ALONE.match(author.strip()) if author else None
    head, tail = body[:NEAR], body[-NEAR:].strip()
    for pattern, text in (
        (BRACKETED, head),
        (LEADING, head),
        (BRACKETED, tail),
        (INPUTS, tail),
        (TRAILING, tail),
        (INPUTS, head),
    ):
        found = found or pattern.search(text)
    if found is None:
        return ""
    by_group = {key.lower(): key for key in AGENCIES}
    return next(by_group[group] for group, value in found.groupdict().items() if value)
