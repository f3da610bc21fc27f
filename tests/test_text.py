from hypothesis import given, settings
from hypothesis import strategies as st

from digests.text import Script, fold, script_of, tokenize


def folded(text):
    return [token.folded for token in tokenize(text)]


def test_links_addresses_and_handles_are_no_words_and_keep_offsets():
    text = "See https://example.org/ttp?x=ttp, mail ttp@example.org or @ttp_news; khabar.example.com/ttp says TTP."
    assert "ttp" in folded(text)
    assert folded(text).count("ttp") == 1
    token = next(token for token in tokenize(text) if token.folded == "ttp")
    assert text[token.start : token.end] == "TTP"


def test_hashtags_keep_their_words_and_underscores_separate():
    assert folded("#Durand_Line #TTP") == ["durand", "line", "ttp"]


def test_possessives_of_every_apostrophe_fall_off():
    assert folded("Pakistan's Pakistan’s Pakistan`s Pakistan´s") == ["pakistan"] * 4


def test_dotted_acronyms_are_one_word():
    assert folded("T.T.P. and the U.S. and U.N") == ["ttp", "and", "the", "us", "and", "un"]


def test_arabic_letters_of_four_languages_fold_together():
    assert fold("كويتە") == fold("کویته")
    assert fold("تحريك") == fold("تحریک") == fold("تحریکِ")
    assert fold("پښتونخوا") == fold("پشتونخوا")
    assert fold("۱۲ ٣٤") == "12 34"


def test_zero_width_non_joiner_and_hyphens_separate_words():
    assert folded("تحریک‌طالبان Tehrik‑i‑Taliban") == ["تحریک", "طالبان", "tehrik", "i", "taliban"]


def test_invisible_characters_inside_words_are_dropped():
    assert folded("Isla\u00admabad Ka\u200dbul \u200eIran\u200f") == ["islamabad", "kabul", "iran"]


def test_devanagari_keeps_its_vowel_signs_and_loses_the_nukta():
    assert folded("पाकिस्तान में धमाका") == ["पाकिस्तान", "में", "धमाका"]
    assert fold("क़ाबुल") == fold("काबुल")


def test_latin_and_cyrillic_lose_their_accents():
    assert fold("Göktürk Łódź İstanbul ısı Køln") == "gokturk lodz istanbul isi koln"
    assert fold("Ёлка Київ") == "елка киів" or fold("Ёлка Київ") == "елка киив"


def test_cyrillic_lookalikes_inside_a_latin_word_become_latin():
    assert fold("Isl\u0430m\u0430b\u0430d") == "islamabad"


def test_the_script_is_that_of_the_first_letter():
    words = ["Kabul", "Кабул", "کابل", "काबुल", "喀布尔", "카불", "M23"]
    assert [script_of(word) for word in words] == [
        Script.LATIN, Script.CYRILLIC, Script.ARABIC, Script.DEVANAGARI, Script.NO_SPACES, Script.HANGUL, Script.LATIN,
    ]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200))
def test_every_token_is_exactly_its_characters_of_the_text(text):
    for token in tokenize(text):
        assert text.replace("_", " ")[token.start : token.end] == token.text
        assert token.folded
        assert fold(token.folded) == fold(fold(token.folded))
