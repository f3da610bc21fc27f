"""The sentences of the bot, one TOML file per language in words/. Code knows keys only.

A sentence is Telegram HTML written by us with `{names}` for values; a table of `one` and `other` has plural forms, chosen by
the value `n` (Unicode CLDR plural rules). What a language lacks is said in English.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from bot.telegram.markup import FIRST_STRONG_ISOLATE, POP_ISOLATE, Html, isolated, text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["LANGUAGES", "Words", "words_for"]

LANGUAGES = ("en", "ur")
DEFAULT = "en"
PLACEHOLDER = re.compile(r"{(\w+)}")

# CLDR: English and Urdu know "one" and "other".
PLURALS: Mapping[str, Callable[[int], str]] = {
    "en": lambda n: "one" if n == 1 else "other",
    "ur": lambda n: "one" if n == 1 else "other",
}
RIGHT_TO_LEFT = frozenset({"ur"})


@dataclass(frozen=True, slots=True)
class Words:
    """All sentences in one language. `words("follow.done", query=...)` is one of them."""

    language: str
    sentences: Mapping[str, str | Mapping[str, str]]
    fallback: Words | None = None

    def __call__(self, key: str, **values: object) -> Html:
        """The sentence, its values escaped, made harmless and kept from turning the line around. Html values go in as they are."""
        return Html(PLACEHOLDER.sub(lambda found: self._filled(found, values), self._sentence(key, values)))

    def plain(self, key: str, **values: object) -> str:
        """The sentence for places that know no formatting: buttons, pop-ups, documents."""
        return self(key, **values).plain

    def has(self, key: str) -> bool:
        return key in self.sentences or (self.fallback is not None and self.fallback.has(key))

    def _sentence(self, key: str, values: Mapping[str, object]) -> str:
        found = self.sentences.get(key)
        if found is None:
            if self.fallback is None:
                raise KeyError(key)
            return self.fallback._sentence(key, values)  # noqa: SLF001 - the same class
        if isinstance(found, str):
            return found
        count = values["n"]
        form = PLURALS[self.language](count if isinstance(count, int) else 0)
        return found.get(form) or found["other"]

    def _filled(self, found: re.Match[str], values: Mapping[str, object]) -> str:
        """The value; within an address, a name or a command of ours as it is, or that would lead nowhere."""
        value = values[found[1]]
        is_joined = found.string[: found.start()].endswith(("/", "@"))
        return text(str(value)).markup if is_joined and not isinstance(value, Html) else self._value(value)

    def _value(self, value: object) -> str:
        if isinstance(value, Html):
            return value.markup
        shown = text(str(value)).markup
        if self.language in RIGHT_TO_LEFT and not shown.isdigit():
            return f"{FIRST_STRONG_ISOLATE}{shown}{POP_ISOLATE}"
        return isolated(shown)


@cache
def words_for(language: str) -> Words:
    """The sentences of a language; of English for a language the bot does not speak."""
    code = language.split("-", maxsplit=1)[0].lower()
    if code not in LANGUAGES:
        code = DEFAULT
    content = tomllib.loads(files("bot.telegram").joinpath("words", f"{code}.toml").read_text(encoding="utf-8"))
    return Words(code, _flat(content), None if code == DEFAULT else words_for(DEFAULT))


def _flat(content: Mapping[str, object], prefix: str = "") -> dict[str, str | Mapping[str, str]]:
    """Tables of sentences as keys with dots; a table with `other` is one sentence in plural forms."""
    flat: dict[str, str | Mapping[str, str]] = {}
    for name, value in content.items():
        if isinstance(value, str):
            flat[prefix + name] = value.strip("\n")
        elif isinstance(value, dict) and "other" in value:
            flat[prefix + name] = {form: str(sentence).strip("\n") for form, sentence in value.items()}
        elif isinstance(value, dict):
            flat |= _flat(value, f"{prefix}{name}.")
    return flat
