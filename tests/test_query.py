import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digests.errors import QueryError
from digests.matching import FilterKind, parse


def wrong(text):
    with pytest.raises(QueryError) as caught:
        parse(text)
    return caught.value


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("00#.", "00"),
        ('(source:x "AND AND NOT AND")', '"AND AND NOT AND" AND source:x'),
        ("TTP", "TTP"),
        ('"Durand Line"', "Durand Line"),
        ("Durand   Line", "Durand Line"),
        ("“Durand Line”", "Durand Line"),
        ("TTP AND Islamabad", "Islamabad AND TTP"),
        ("Islamabad AND TTP AND Islamabad", "Islamabad AND TTP"),
        ("Balochistan NOT cricket", "Balochistan NOT cricket"),
        ("(TTP OR BLA) AND (attack OR bombing)", "(attack OR bombing) AND (BLA OR TTP)"),
        ("=TTP", "=TTP"),
        ('="Durand Line"', "=Durand Line"),
        ("TTP source:www.Dawn.com", "TTP AND source:dawn.com"),
        ("lang:UR TTP", "TTP AND lang:ur"),
        ("NOT NOT TTP", "TTP"),
        ("a AND (b)".replace("a", "Quetta").replace("b", "Zhob"), "Quetta AND Zhob"),
        ('"cats AND dogs"', '"cats AND dogs"'),
        ("\u200fکابل\u200f", "کابل"),
        ('צה"ל', "צה״ל"),
        ('"צה"ל" AND עזה', "עזה AND צה״ל"),
    ],
)
def test_a_query_has_one_canonical_form(text, canonical):
    query = parse(text)
    assert query.canonical == canonical
    assert parse(query.canonical) == query


def test_words_with_spaces_are_one_phrase():
    assert [keyword.text for keyword in parse("suicide bombing OR Durand Line").keywords] == [
        "Durand Line",
        "suicide bombing",
    ]


def test_filters_are_leaves_and_not_keywords():
    query = parse("TTP source:dawn.com NOT lang:ur")
    assert [keyword.text for keyword in query.keywords] == ["TTP"]
    seen = []
    query.evaluate(lambda leaf: bool(seen.append(leaf)) or True)
    assert {getattr(leaf, "kind", None) for leaf in seen} >= {FilterKind.SOURCE, FilterKind.LANGUAGE}


@pytest.mark.parametrize(
    ("text", "position", "suggestion"),
    [
        ("(TTP", 0, "(TTP)"),
        ("TTP)", 3, "TTP"),
        ('"Durand Line', 0, '"Durand Line"'),
        ("TTP AND", 4, "TTP"),
        ("AND TTP", 0, "TTP"),
        ("TTP (BLA)", 4, "TTP AND (BLA)"),
        ("TTP && BLA", 4, "TTP AND BLA"),
        ("TTP -cricket", 4, "TTP NOT cricket"),
        ("TTP site:dawn.com", 4, "TTP source:dawn.com"),
        ("NOT cricket", 0, "cricket"),
        ("lang:ur", 0, "TTP AND lang:ur"),
    ],
)
def test_a_wrong_query_is_answered_with_its_place_and_a_correction(text, position, suggestion):
    error = wrong(text)
    assert error.position == position
    assert error.suggestion == suggestion
    parse(error.suggestion)


@pytest.mark.parametrize(
    "text",
    ["", "   ", "the", "of and the", "x", "😀", "()", "=", "source:", '""', "a" * 4000, "(" * 300, "NOT NOT NOT x"],
)
def test_a_query_that_says_nothing_is_refused(text):
    assert str(wrong(text))


def test_or_with_not_cannot_bring_everything():
    assert wrong("TTP OR NOT cricket").position == 7


def test_an_acronym_that_is_a_function_word_may_be_followed():
    assert parse("IS").canonical == "IS"


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "AND",
                "OR",
                "NOT",
                "(",
                ")",
                "=",
                '"',
                "TTP",
                "کابل",
                "source:x",
                "lang:ur",
                "Durand",
                " ",
                "\u200f",
                "😀",
            ]
        ),
        max_size=14,
    )
)
def test_any_row_of_pieces_is_read_or_refused_and_reading_is_stable(pieces):
    try:
        query = parse(" ".join(pieces))
    except QueryError as error:
        query, position = None, error.position
    assert parse(query.canonical) == query if query else 0 <= position <= len(" ".join(pieces))


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=120))
def test_any_text_is_read_or_refused(text):
    try:
        query = parse(text)
    except QueryError as error:
        query, message = None, str(error)
    assert parse(query.canonical) == query if query else message


@pytest.mark.parametrize(("typed", "suggestion"), [("TTP lang:urdu", "TTP lang:ur"), ("TTP lang:zzz", "TTP")])
def test_a_language_that_is_no_code_is_refused_with_the_code_that_was_meant(typed, suggestion):
    with pytest.raises(QueryError, match="two letters") as refused:
        parse(typed)
    assert refused.value.position == 4
    assert refused.value.suggestion == suggestion
