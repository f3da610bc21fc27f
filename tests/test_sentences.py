from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digests.sentences import sentences

if TYPE_CHECKING:
    from collections.abc import Sequence


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    "parts",
    [
        ("Five people died.", "Ten were hurt!", "Who did it?"),
        ("Lt. Gen. A. R. Khan spoke at 9 p.m. on Monday.", "He left."),
        ("The blast hit at 9 p.m.", "Police came."),
        ("Some 3.5 tonnes burned.", "The U.S. Embassy closed."),
        ("دھماکے میں پانچ افراد ہلاک ہوئے۔", "دس زخمی ہیں۔"),
        ("مقتل خمسة أشخاص.", "من فعل ذلك؟", "لا أحد يعرف."),
        ("विस्फोट में पाँच लोग मारे गए।", "दस घायल हैं।"),
        ("Погибли 12 чел. и ранены 20.", "Об этом сообщила полиция."),
        ("He said: “It was loud.”", "Then silence."),
        ("爆炸造成五人死亡。", "十人受伤。"),
    ],
)
def test_sentences_end_where_a_reader_ends_them(parts: Sequence[str]) -> None:
    assert split(" ".join(parts)) == list(parts)


def test_a_line_is_a_sentence_unless_the_next_goes_on_in_lower_case() -> None:
    assert split("Blast kills five\nPolice said the bomb\nwas hidden.") == [
        "Blast kills five",
        "Police said the bomb\nwas hidden.",
    ]


def test_a_missing_blank_after_the_stop_does_not_join_two_sentences() -> None:
    assert split("Five died.The army came.") == ["Five died.", "The army came."]


def test_a_link_is_not_cut() -> None:
    assert split("See news.example.org/a.b for more.") == ["See news.example.org/a.b for more."]


@settings(max_examples=150)
@given(st.text(alphabet=st.sampled_from("aB c.d!؟۔\n।\"')… 1,ÀЖي"), max_size=80) | st.text(max_size=60))
def test_spans_are_ordered_and_lose_nothing_but_blanks(text: str) -> None:
    found = sentences(text)
    position = 0
    for start, end in found:
        assert position <= start < end
        assert not text[position:start].strip()
        position = end
    assert not text[position:].strip()
