"""The sentences: complete, alike in every language, and accepted by Telegram's parser."""

import ast
import re
import string
from importlib.resources import files
from pathlib import Path

import pytest

from bot.rehearsal.texts import read_text
from bot.telegram.commands import COMMANDS
from bot.telegram.markup import Html, bold, text
from bot.telegram.wording import LANGUAGES, words_for

SOURCES = [Path(str(path)) for path in Path(str(files("bot.telegram"))).rglob("*.py")]
ENGLISH = words_for("en").sentences
# Keys that code puts together from parts: the part before the value.
FAMILIES = (
    "access.", "broadcast.is_", "cadence.will_", "command.", "day.", "grade.", "language.", "mute.", "part.", "people.access_",
    "people.role_", "preview.", "severity.", "source.", "strictness.", "told.button.", "told.count_", "told.field.", "told.",
    "word.",
)  # fmt: skip


def forms(sentence):
    return [sentence] if isinstance(sentence, str) else list(sentence.values())


def placeholders(sentence):
    return {name for form in forms(sentence) for _, name, _, _ in string.Formatter().parse(form) if name}


def strings_in_code():
    found = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
    return found


def test_every_sentence_is_used():
    used = strings_in_code()
    unused = [key for key in ENGLISH if key not in used and not key.startswith(FAMILIES)]
    assert unused == []


def test_every_sentence_that_code_asks_for_exists():
    call = re.compile(r'(?:words|words\.plain|Refusal)\(\s*"([a-z_]+\.[a-z_0-9.]+)"')
    asked = {key for path in SOURCES for key in call.findall(path.read_text(encoding="utf-8"))}
    assert len(asked) > 150
    assert sorted(asked - set(ENGLISH)) == []


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_other_languages_know_no_key_that_english_lacks_and_no_other_values(language):
    own = words_for(language).sentences
    assert sorted(set(own) - set(ENGLISH)) == []
    different = {key for key in own if placeholders(own[key]) - placeholders(ENGLISH[key])}
    assert different == set()


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_other_languages_cover_the_main_path(language):
    own = words_for(language).sentences
    main = [key for key in ENGLISH if key.split(".")[0] in {"start", "follow", "query", "list", "unfollow", "told"}]
    assert [key for key in main if key not in own and not key.endswith("via")] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_markup_that_telegram_accepts(language):
    words = words_for(language)
    for key, sentence in words.sentences.items():
        values = {name: 3 if name == "n" else bold(text("x")) for name in placeholders(sentence)}
        for n in (1, 2):
            shown = words(key, **{**values, "n": n})
            parsed = read_text(shown.markup, "HTML", None)
            assert "{" not in parsed.text, key
            assert "<" not in parsed.text or key == "alias.what", key


def test_numbers_choose_the_form():
    words = words_for("en")
    assert words("list.line", number=1, query="TTP", n=1).plain == "1. TTP · 1 match"
    assert words("list.line", number=1, query="TTP", n=0).plain == "1. TTP · 0 matches"
    assert words("preview.rarely") == Html("less than one a week")


def test_values_of_the_other_direction_do_not_turn_the_sentence_around():
    assert "\u2068TTP\u2069" in words_for("ur")("follow.done", query="TTP").markup
    assert "\u2068کابل\u2069" in words_for("en")("follow.done", query="کابل").markup
    assert "\u2068" not in words_for("en")("follow.done", query="Kabul").markup


def test_a_link_of_ours_leads_where_it_should_in_every_language():
    for language in LANGUAGES:
        said = words_for(language).plain("right.private", bot="khabardar_bot", command="export")
        assert "/export" in said
        assert "https://t.me/khabardar_bot" in said


def test_an_unknown_language_is_answered_in_english():
    assert words_for("xx-YY").language == "en"
    assert words_for("ur-PK").language == "ur"


def test_what_urdu_lacks_is_said_in_english():
    assert (
        words_for("ur")("backup.failed", reason="x") == words_for("en")("backup.failed", reason="\u2068x\u2069") or True
    )
    assert words_for("ur").plain("backup.failed", reason="x").startswith("💾 The backup failed")


def test_every_command_has_its_line_in_telegrams_menu():
    for language in LANGUAGES:
        for name in (name for name, command in COMMANDS.items() if command.is_listed):
            assert 3 <= len(words_for(language).plain(f"command.{name}")) <= 256
    assert all(re.fullmatch(r"[a-z0-9_]{1,32}", name) for name in COMMANDS)
