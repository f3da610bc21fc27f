from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from digests.matching import Entity, EntityKind, Lexicon, Matcher, parse
from digests.model import Article, Grade, QueryId, Strictness, Zone, article_id

TTP = Entity(
    "Tehrik-i-Taliban Pakistan",
    EntityKind.ARMED_GROUP,
    (
        "Tehrik-i-Taliban Pakistan",
        "Tehreek-e-Taliban Pakistan",
        "Tehreek-e-Taliban",
        "TTP",
        "Pakistani Taliban",
        "تحریک طالبان پاکستان",
        "Fitna al-Khawarij",
    ),
    ambiguous=frozenset({"TTP"}),
    context=("attack", "militants", "claimed", "Pakistan"),
    not_plural=frozenset({"TTP"}),
)
LEXICON = Lexicon(
    [
        TTP,
        Entity("Islamic State", EntityKind.ARMED_GROUP, ("Islamic State", "ISIS")),
        Entity("Swat", EntityKind.PLACE, ("Swat", "سوات"), country="PK"),
        Entity("Pakistan", EntityKind.COUNTRY, ("Pakistan",), country="PK"),
        Entity("improvised explosive device", EntityKind.TERM, ("improvised explosive device", "IED", "roadside bomb")),
        Entity("Inter-Services Public Relations", EntityKind.INSTITUTION, ("Inter-Services Public Relations", "ISPR")),
    ]
)


def article(body, title="", **more):
    lead = len(body.split("\n\n")[0])
    return Article(article_id(None, title, body), title, body, lead, datetime(2026, 3, 1, tzinfo=UTC), **more)


def hits(query, text, strictness=Strictness.NORMAL, title="", lexicon=LEXICON, **more):
    matcher = Matcher(lexicon)
    matcher.add(QueryId(1), parse(query), strictness)
    found = matcher.match(article(text, title, **more))
    return found[0].matches if found else ()


def test_what_a_place_owns_makes_it_no_first_name():
    lexicon = Lexicon([Entity("Srinagar", EntityKind.PLACE, ("Srinagar",))])
    assert hits("Srinagar", "Srinagar's Lal Chowk was sealed for a third day.", lexicon=lexicon)
    assert not hits("Srinagar", "Srinagar Lal sang at a wedding.", lexicon=lexicon)


def test_an_acronym_stands_for_all_names_of_its_entity():
    match = hits("TTP", "The army blamed Tehreek-e-Taliban Pakistan for the raid.")[0]
    assert (match.entity, match.words, match.grade) == (
        "Tehrik-i-Taliban Pakistan",
        "Tehreek-e-Taliban Pakistan",
        Grade.ALIAS,
    )
    assert hits("ttp", "The Pakistani Taliban denied it.")
    assert hits("Tehreek-e-Taliban Pakistan", "TTP militants fled.")[0].words == "TTP"


@pytest.mark.parametrize(
    "text",
    [
        "Analysts list the TTPs of the group.",
        "See http://example.org/TTP for more.",
        "The HTTP header was wrong.",
        "Thrombotic thrombocytopenic purpura (TTP) was found in Pakistan.",
        "The platelet count of TTP patients fell.",
    ],
)
def test_false_friends_of_an_acronym_are_no_match(text):
    assert not hits("TTP", text)


def test_a_match_shows_zone_span_words_and_score():
    body = "First paragraph about rain.\n\nLater, TTP militants struck near Tank."
    (match,) = hits("TTP", body)
    assert (match.zone, match.words, body[match.start : match.end]) == (Zone.BODY, "TTP", "TTP")
    assert match.score == 100.0
    (match,) = hits("Islamabad", "Nothing here.", title="Blast in Islamabad")
    assert (match.zone, match.start, match.end) == (Zone.TITLE, 9, 18)
    assert hits("rain", body)[0].zone is Zone.LEAD


@pytest.mark.parametrize(
    ("keyword", "text", "grade"),
    [
        ("Islamabad", "Police in Islamabad’s G-11 sector", Grade.EXACT),
        ("Islamabad", "Police in Islambad said", Grade.TYPO),
        ("Islamabad", "Islamabaad police said", Grade.SPELLING),
        ("Kandahar", "the governor of Qandahar said", Grade.SPELLING),
        ("drone strike", "Two drone strikes were reported.", Grade.INFLECTION),
        ("Исламабад", "Взрыв в Исламабаде во вторник", Grade.INFLECTION),
        ("العراق", "انفجار بالعراق اليوم", Grade.INFLECTION),
        ("Iraq", "Iraqi troops moved in.", Grade.INFLECTION),
        ("Iraq", "القوات العراقية", Grade.INFLECTION),
        ("ceasefire", "The cease-fire held.", Grade.INFLECTION),
        ("Durand Line", "#DurandLine is trending", Grade.SPELLING),
        ("伊斯兰堡", "巴基斯坦首都伊斯兰堡发生爆炸", Grade.EXACT),
        ("Zarak Mandokhel", "MANDOKHEL, Zarak: tribal elder", Grade.EXACT),
        ("Zarak Mandokhel", "Zarak Khan Mandokhel spoke", Grade.EXACT),
        ("IED", "Sappers found three IEDs.", Grade.INFLECTION),
        ("ateşkes", "Taraflar ateşkesin uzatılmasını istedi.", Grade.INFLECTION),
        ("Красный Яр", "В Красном Яру взорвался дрон.", Grade.INFLECTION),
    ],
)
def test_spellings_inflections_and_typos_are_found_and_graded(keyword, text, grade):
    found = hits(keyword, text)
    assert found
    assert found[0].grade is grade


@pytest.mark.parametrize(
    ("keyword", "text"),
    [
        ("Iran", "Iraq signed the deal."),
        ("Niger", "Nigeria closed its border."),
        ("Kurram", "Khurram Dastgir spoke."),
        ("Herat", "His heart stopped."),
        ("North Korea", "South Korea fired."),
        ("Swat", "Police SWAT teams came."),
        ("Swat", "He tried to swat the fly."),
        ("Zarak Mandokhel", "Zarak Bugti and Daud Mandokhel met."),
        ("Islamic State", "The country is an Islamic state of laws."),
        ("Durand Line", "Mr. Durand left. Line two was closed."),
        ("کابل", "وہ بہت قابل وکیل ہیں"),
        ("ईरान", "इराक में हमला"),
    ],
)
def test_look_alikes_are_no_match(keyword, text):
    assert not hits(keyword, text)


def test_equals_switches_names_and_spellings_off():
    assert hits("=TTP", "TTP claimed it.")
    assert not hits("=TTP", "Tehreek-e-Taliban Pakistan claimed it.")
    assert not hits("=Islamabad", "Police in Islambad said.")
    assert not hits("=Iraq", "Iraqi troops moved in.")


def test_strictness_goes_from_exact_to_broad():
    text = "The bombing of the market in the old town of Quetta"
    assert not hits("Quetta market", text, Strictness.EXACT)
    assert hits("Quetta market", text, Strictness.BROAD)
    assert not hits("Islamabad", "Police in Islambad said.", Strictness.EXACT)


def test_words_may_be_turned_around_only_near_each_other():
    assert hits("prisoner swap", "A swap of prisoners was agreed.")
    assert not hits("prisoner swap", "They swap stories while the prisoner waits.")
    assert hits("Peshawar attack", "Nine died in an attack on a mosque in Peshawar.")
    assert hits("border clash", "A clash on the border left four dead.")


@pytest.mark.parametrize(
    ("keyword", "text", "words"),
    [
        ("school attack", "Gunmen attacked a girls' school at dawn.", "attacked a girls' school"),
        ("prisoner swap", "Sixty prisoners were swapped on Friday.", "prisoners were swapped"),
        ("train hijacking", "They hijacked the train in a tunnel.", "hijacked the train"),
        ("drone strike", "Nine drones struck the depot.", "drones struck"),
        ("machete attack", "Attackers armed with machetes came at night.", "Attackers armed with machetes"),
        ("school attack", "The minister attacked the plan to close a school.", None),
        ("prisoner swap", "The prisoner said that jackets had been swapped.", None),
    ],
)
def test_a_verb_beside_its_object_is_the_event(keyword, text, words):
    found = hits(keyword, text)
    assert (found[0].words if found else None) == words


def test_queries_combine_leaves_over_the_whole_article():
    text = "TTP militants claimed the attack.\n\nShops in Islamabad closed."
    assert hits("TTP AND Islamabad", text)
    assert not hits("TTP NOT Islamabad", text)
    assert hits("Quetta OR Islamabad", text)
    assert {match.keyword for match in hits("TTP AND Islamabad", text)} == {"TTP", "Islamabad"}


def test_filters_look_at_source_host_and_language():
    page = {"url": "https://www.epaper.example.org/1", "source": "herald", "language": "ur"}
    for query in ("Quetta source:example.org", "Quetta source:herald", "Quetta lang:ur", "Quetta NOT lang:en"):
        assert hits(query, "Blast in Quetta", **page)
    for query in ("Quetta source:other.org", "Quetta source:ample.org", "Quetta lang:en"):
        assert not hits(query, "Blast in Quetta", **page)


def test_titles_and_body_are_separate():
    assert not hits("Durand Line", "Line closed.", title="Meeting of Durand")


def test_a_removed_query_is_found_no_more_and_others_stay():
    matcher = Matcher(LEXICON)
    matcher.add(QueryId(1), parse("Quetta"))
    matcher.add(QueryId(2), parse("Quetta AND Zhob"))
    page = article("From Quetta to Zhob")
    assert [hit.query_id for hit in matcher.match(page)] == [1, 2]
    matcher.remove(QueryId(1))
    matcher.remove(QueryId(99))
    assert [hit.query_id for hit in matcher.match(page)] == [2]
    assert len(matcher) == 1
    matcher.add(QueryId(2), parse("Gwadar"))
    assert matcher.match(page) == []


def test_a_query_added_later_sees_the_next_article():
    matcher = Matcher(LEXICON)
    matcher.add(QueryId(1), parse("Kabul"))
    page = article("Qandahaar, Islambad, T.T.P. militants, cease-fire, وبغداد, d'Irak")
    assert matcher.match(page) == []
    for number, query in enumerate(["Kandahar", "Islamabad", "TTP", "ceasefire", "بغداد", "Iraq"], 2):
        matcher.add(QueryId(number), parse(query))
        assert QueryId(number) in {hit.query_id for hit in matcher.match(page)}, query


def test_a_name_added_later_is_found_where_its_spelling_begins_with_another_sound():
    matcher = Matcher(LEXICON)
    page = article("The judge heard Cherif Marri and Emran Bugti, and two gold-smiths.")
    assert matcher.match(page) == []
    for number, query in enumerate(["Sharif Marri", "Imran Bugti", "goldsmith"]):
        matcher.add(QueryId(number), parse(query))
        assert QueryId(number) in {hit.query_id for hit in matcher.match(page)}, query


def test_a_word_of_a_phrase_that_is_followed_alone_later_is_found_however_it_is_spelt():
    matcher = Matcher(LEXICON)
    page = article("A bus left Muzafarabad; another left Muzaffarabat.")
    matcher.add(QueryId(1), parse('"Muzaffarabad Khuzdar"'))
    assert matcher.match(page) == []
    matcher.add(QueryId(2), parse("Muzaffarabad"))
    assert [match.words for match in matcher.match(page)[0].matches] == ["Muzafarabad", "Muzaffarabat"]
    matcher.add(QueryId(1), parse('"Khuzdar Muzafarabad"'))
    assert [hit.query_id for hit in matcher.match(page)] == [2]


def test_of_two_names_that_fit_alike_the_first_is_shown_whoever_follows_the_other():
    lexicon = Lexicon([Entity("Sodor", EntityKind.PLACE, ("Sodor", "Vukrainea", "Vucraynea"))])
    page = article("Officials in Vukraineah said so.")
    for others in ([], ["Vucraynea", "Vukrainea"]):
        matcher = Matcher(lexicon)
        for number, text in enumerate(others):
            matcher.add(QueryId(number), parse(f'="{text}"'))  # gives the second name the lower number
        matcher.add(QueryId(9), parse("Sodor"))
        assert [hit.matches[0].name for hit in matcher.match(page)] == ["Vukrainea"]


def test_a_changed_lexicon_takes_effect_at_once():
    matcher = Matcher(LEXICON)
    matcher.add(QueryId(1), parse("TTP"))
    page = article("Gunmen of the Shura of the Hills attacked.")
    assert not matcher.match(page)
    matcher.relearn(LEXICON.changed(added=[("TTP", "Shura of the Hills")]))
    assert matcher.match(page)[0].matches[0].entity == "Tehrik-i-Taliban Pakistan"
    matcher.relearn(LEXICON)
    assert not matcher.match(page)


def test_the_lexicon_resolves_any_name_in_any_case_and_knows_near_misses():
    assert LEXICON.resolve("pakistani taliban") == TTP
    assert LEXICON.resolve("iraqi").name == "Iraq"
    assert LEXICON.resolve("nobody") is None
    assert LEXICON.near("Afganistan") == ["Afghanistan"]
    new = LEXICON.changed(added=[("Shura of the Hills", "SoH")])
    assert new.resolve("SoH").name == "Shura of the Hills"
    assert new.changed(removed=[("Shura of the Hills", "SoH")]).resolve("SoH") is None


def test_the_country_is_found_through_its_names_in_other_languages():
    for text in ("باكستان", "पाकिस्तानी सेना", "Les soldats pakistanais", "Пакистанские военные", "巴基斯坦外长"):
        assert hits("Pakistan", text), text


def test_common_words_of_the_wordless_kind_do_not_join():
    assert not hits("Togo", "We want to go home.")
    assert not hits("Mali", "A formal ity was waived.")


def test_following_while_articles_are_matched_in_other_threads_loses_nothing():
    matcher = Matcher(LEXICON)
    page = article(" ".join(f"Town{letter}ville" for letter in "abcdefghij"))
    with ThreadPoolExecutor(3) as pool:
        matching = [pool.submit(matcher.match, page) for _ in range(60)]
        adding = [
            pool.submit(matcher.add, QueryId(number), parse(f"Town{letter}ville"))
            for number, letter in enumerate("abcdefghij")
        ]
        for work in (*matching, *adding):
            work.result()
    assert [hit.query_id for hit in matcher.match(page)] == list(range(10))
