from datetime import UTC, datetime

import pytest

from config import lexicon
from digests import gazetteer
from digests.errors import QueryError
from digests.matching import Entity, EntityKind, Lexicon, as_typed, evaluate, explain, parse, understand
from digests.model import Article, Grade, article_id

LEXICON = Lexicon(
    [
        Entity(
            "Tehrik-i-Taliban Pakistan",
            EntityKind.ARMED_GROUP,
            ("Tehrik-i-Taliban Pakistan", "TTP", "Pakistani Taliban"),
        ),
        Entity("Bajaur", EntityKind.PLACE, ("Bajaur", "Bajaur Agency")),
        Entity(
            "Directorate of Military Intelligence", EntityKind.FORCE, ("Directorate of Military Intelligence", "RAW")
        ),
    ]
)
PLACES = gazetteer.load()


def reading(text):
    return understand(parse(text), LEXICON, PLACES).readings[0]


def article(text):
    return Article(article_id(None, "", text), "", text, len(text), datetime(2026, 3, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("typed", "kind", "label"),
    [
        ("ttp", "entity", "Tehrik-i-Taliban Pakistan"),
        ("iraqi", "entity", "Iraq"),
        ("Peshawar", "place", "Peshawar"),
        ("Lvov", "place", "Lviv"),
        ("XKQ", "acronym", None),
        ("Zarak Mandokhel", "name", None),
        ("bombing", "word", None),
        ("raw", "word", None),
        ("=TTP", "exact", None),
    ],
)
def test_each_keyword_is_read_as_one_kind_of_thing(typed, kind, label):
    found = reading(typed)
    assert (found.kind, found.label) == (kind, label)
    assert str(found)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Peshawra", "Peshawar"),
        ("Multaan", "Multan"),
        ("afgansitan", "Afghanistan"),
        ("Bajuar", "Bajaur"),
        ("Tehrik-i-Talban Pakistan", "Tehrik-i-Taliban Pakistan"),
        ("Dera Ismail Kan", "Dera Ismail Khan"),
    ],
)
def test_a_near_miss_of_one_known_name_is_put_right(typed, meant):
    found = reading(typed)
    assert found.keyword.text == meant
    assert found.was_corrected


@pytest.mark.parametrize("typed", ["Zarak", "Mandokhel", "Smith", "attack", "TTX", "Mehsood Khel"])
def test_unknown_names_words_and_acronyms_stay_as_typed(typed):
    assert reading(typed).keyword.text == typed


def test_a_corrected_query_keeps_its_shape():
    understood = understand(parse("(Peshawra OR Multaan) NOT cricket"), LEXICON, PLACES)
    assert understood.query.canonical == "(Multan OR Peshawar) NOT cricket"
    assert [one.typed for one in understood.corrections] == ["Multaan", "Peshawra"]


def test_an_explanation_names_the_evidence_and_the_rule():
    found = explain(parse("TTP NOT Quetta"), article("Pakistani Taliban gunmen fled."), LEXICON)
    assert found.matched
    assert found.reasons[0].matches[0].grade is Grade.ALIAS
    assert "another name of it" in str(found)


@pytest.mark.parametrize(
    ("query", "text", "words", "because"),
    [
        ("Herat", "His heart stopped.", "heart", "an ordinary word of its own"),
        ("Islamabad", "Faisalabad is a city.", "Faisalabad", "too different"),
        ("Mandokhel tribe", "Mandokhel men left.", "Mandokhel", "its neighbours"),
    ],
)
def test_an_explanation_names_the_nearest_miss_and_why_it_was_refused(query, text, words, because):
    found = explain(parse(query), article(text), LEXICON)
    assert not found.matched
    assert found.nearest is not None
    assert found.nearest.words == words
    assert because in found.nearest.refused
    assert words in str(found)


def test_an_explanation_of_nothing_alike_says_what_was_looked_for():
    found = explain(parse("TTP lang:ur"), article("Rain fell."), LEXICON)
    assert "looked for" in str(found)
    assert "lang:ur: not found" in str(found)


def test_evaluation_counts_hits_misses_and_corrections():
    lines = [
        {"keyword": "Peshawra", "text": "A blast in Peshawar.", "match": True},
        {"keyword": "Peshawra", "text": "Pesaro won.", "match": False},
        {"keyword": "TTP", "text": "The Pakistani Taliban spoke.", "match": False},
        {"keyword": "Quetta", "text": "Nothing here.", "match": True},
        {"keyword": "(Quetta", "text": "Blast in Quetta", "match": True},
    ]
    score = evaluate(lines, LEXICON, PLACES)
    assert (score.right_hits, score.wrong_hits, score.missed, score.right_refusals) == (1, 1, 2, 1)
    assert (score.precision, score.recall) == (0.5, 1 / 3)
    assert score.f1 == pytest.approx(0.4)
    assert score.corrections == {"Peshawra": "Peshawar"}
    assert [str(case).split(":")[0] for case in score.wrong] == ["wrong hit", "missed", "missed"]


@pytest.mark.parametrize("typed", ["Bajau", "Angara", "putin", "essex", "Mosel", "Moscu Bay"])
def test_a_name_that_only_looks_like_a_known_one_is_followed_as_typed(typed):
    assert reading(typed).keyword.text == typed
    assert reading(typed).beside is None


def test_a_likely_misspelling_is_followed_both_ways():
    understood = understand(parse("Donetzk NOT football"), LEXICON, PLACES)
    assert understood.query.canonical == "(Donetsk OR Donetzk) NOT football"
    assert not understood.corrections
    assert "Donetsk" in str(understood)


def test_brackets_in_a_known_name_belong_to_it():
    maoists = Entity(
        "Communist Party of India (Maoist)", EntityKind.ARMED_GROUP, ("CPI (Maoist)", "CPI-Maoist", "Naxalites")
    )
    lexicon = Lexicon([*LEXICON.entities, maoists])
    for typed in ("CPI (Maoist)", " cpi (maoist)", "Communist Party of India (Maoist)"):
        reading = understand(as_typed(typed, lexicon), lexicon, PLACES).readings[0]
        assert (reading.kind, reading.label) == ("entity", maoists.name)
    assert as_typed("(TTP)", lexicon).canonical == "TTP"
    assert as_typed("TTP AND (Bajaur)", lexicon).canonical == parse("TTP AND Bajaur").canonical
    with pytest.raises(QueryError, match="belong together"):
        as_typed("TTP (Bajaur)", lexicon)


def test_brackets_of_a_name_are_kept_when_the_query_is_stored():
    maoists = Entity("Communist Party of India (Maoist)", EntityKind.ARMED_GROUP, ("CPI (Maoist)",))
    lexicon = Lexicon([maoists])
    stored = understand(as_typed("CPI (Maoist)", lexicon), lexicon).query.canonical
    assert understand(parse(stored), lexicon).readings[0].label == maoists.name


def test_a_place_typed_by_a_name_of_the_gazetteer_stands_for_the_lexicon_s():
    known, places = Lexicon(lexicon.load(None)), gazetteer.load()
    assert "لکی مروت" in str(understand(parse("laki marwat"), known, places).readings[0].names)
    assert understand(parse("Bijapur"), known, places).readings[0].label == "Vijayapura"


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("TTP militants", "Tehrik-i-Taliban Pakistan"),
        ("Pakistani Taliban fighters", "Tehrik-i-Taliban Pakistan"),
        ("Republic of Chad", "Chad"),
        ("République du Tchad", "Chad"),
        ("República de Colombia", "Colombia"),
        ("State of Qatar", "Qatar"),
        ("Al-Bajaur", "Bajaur"),
        ("Republic of China", None),  # neither of the two
        ("Peshawar militants", None),  # a town has none
        ("Islamic State of Chad", None),
    ],
)
def test_the_name_in_a_keyword_is_what_is_followed(typed, label):
    found = reading(f'"{typed}"')
    assert found.label == label
    assert found.keyword.text == typed
