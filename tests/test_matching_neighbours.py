"""What stands beside a word: first names, longer names of something else, and organisations written out."""

from datetime import UTC, datetime

import pytest

from config import lexicon
from digests import gazetteer
from digests.matching import Lexicon, Matcher, parse
from digests.model import Article, Grade, QueryId, article_id

LEXICON, PLACES = Lexicon(lexicon.load(None)), gazetteer.load()


def found(keyword, text):
    matcher = Matcher(LEXICON, PLACES)
    matcher.add(QueryId(1), parse(keyword))
    hits = matcher.match(Article(article_id(None, "", text), "", text, len(text), datetime(2026, 3, 1, tzinfo=UTC)))
    return hits[0].matches if hits else ()


@pytest.mark.parametrize(
    ("keyword", "text"),
    [
        ("Sudan", "The winner was Ronnie Sowden of Leeds."),
        ("piracy", "A goal by Robin van Persie decided it."),
        ("Syria", "Four clubs of Serie A were fined."),
        ("Colombia", "She moved to Columbia last spring."),
        ("Balochistan", "The governor of Sistan and Baluchestan spoke."),
        ("Afghan Taliban", "Afghan officials said the Pakistani Taliban had left."),
        ("Frontier Corps", "Two men of the Frontier Constabulary were hurt."),
        ("LeT", "LET THE TALKS BEGIN, SAYS THE ENVOY"),
        ("let", "He lets the talks go on."),
        ("EU", "The European Broadcasting Union chose a song."),
        ("Wagner Group", "Lisa Wagner asked the group to leave."),
        ("Yevgeny Prigozhin", "Nikita Prigozhin inherited the firm."),
        ("Niger", "Fishermen in the Niger Delta sued the company."),
        ("Lebanon", "A barn burned down in Lebanon, Ohio, on Monday."),
        ("Damascus", "He bought a Damascus steel razor."),
        ("Hizbul Mujahideen", "Hizb-i-Islami fighters were once called mujahideen."),
        ("al-Shabaab", "Al Shabab drew with Al Hilal in the Saudi league."),
        ("IDF", "The IDF, the Iowa Dental Foundation, gave out toothbrushes."),
        ("HTS", "The assay was an HTS of ten thousand compounds."),
        ("Tank", "Der Tank war leer."),
        ("哈马", "以色列称哈马斯拒绝了停火提议"),
        ("印度", "印度尼西亚火山喷发"),
    ],
)
def test_a_look_alike_with_a_name_of_its_own_is_no_match(keyword, text):
    assert not found(keyword, text)


@pytest.mark.parametrize(
    ("keyword", "text"),
    [
        ("NATO", "L’Otan enverra des formateurs."),
        ("UN", "Selon l'ONU, la ville est vide."),
        ("gunman", "Gunmen fled on motorcycles."),
        ("suicide vests", "Police found a suicide vest in a bag."),
        ("الخرطوم", "Flights to Khartoum were cancelled."),
        ("Kashmir", "Snow fell in Jammu and Kashmir."),
        ("UN", "The UN Security Council met."),
        ("乌克兰", "乌克兰军队撤退"),
        ("TTP", "Police blamed the T\u200bTP."),
        ("Donetsk", "Wybuchy w Doniecku trwały całą noc."),
        ("Mahrang Baloch", "BALOCH Mahrang was named in the list."),
        ("Prigozhin", "Nikita Prigozhin inherited the firm."),
        ("ambush", "The convoy was ambushed at dusk."),
    ],
)
def test_a_name_in_another_dress_is_found(keyword, text):
    assert found(keyword, text)


def test_an_unknown_acronym_is_found_by_the_full_name_of_its_organisation():
    text = "Fighters of the Ruvenian People's Salvation Army took two villages."
    (match,) = found("RPSA", text)
    assert match.words == "Ruvenian People's Salvation Army"
    assert match.grade is Grade.ALIAS
    assert not found("RPSB", text)
    assert not found("=RPSA", text)
