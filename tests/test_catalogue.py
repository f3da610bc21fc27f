"""The catalogue that comes with the program, and what the operator's files may do to it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from config import lexicon, sources
from config.check import check
from config.files import Findings
from digests.errors import ConfigError
from digests.matching import EntityKind, Lexicon, Matcher, parse
from digests.model import EPOCH, Article, QueryId, SourceKind, article_id
from digests.publishers import Catalogue

if TYPE_CHECKING:
    from pathlib import Path

OWN_SOURCE = """
[[source]]
id = "valley"
name = "The Valley Post"
owner = "Valley House"
country = "PK"
language = "ur"
kind = "independent"
domains = ["valley.example.org"]
feeds = ["https://valley.example.org/rss.xml"]
"""


@pytest.fixture(scope="module")
def packaged() -> list[lexicon.Entity]:
    return lexicon.load()


def problems_of(load, folder: Path) -> list[str]:
    with pytest.raises(ConfigError) as raised:
        load(folder)
    return [str(problem) for problem in raised.value.problems]


# --- Sources ---------------------------------------------------------------------------------------------------------


def test_the_packaged_sources_speak_the_languages_of_the_region():
    found = Counter(source.language for source in sources.load() if source.feeds)
    assert sum(found.values()) >= 60
    assert all(found[language] >= 4 for language in ("en", "ur", "ps", "fa", "ar", "hi"))


def test_the_packaged_sources_are_of_every_kind():
    assert {source.kind for source in sources.load()} == set(SourceKind)


def test_services_of_one_house_have_one_owner():
    catalogue = Catalogue(sources.load())
    english = catalogue.of("https://www.bbc.co.uk/news/world-1", None)
    urdu = catalogue.of("https://www.bbc.com/urdu/articles/c1", None)
    assert english != urdu
    assert english[1] == urdu[1] == "BBC"


def test_an_agency_is_found_by_the_credit_that_articles_carry():
    catalogue = Catalogue(sources.load())
    assert all(
        catalogue.by_id(credit)
        for credit in ("afp", "ap", "reuters", "pti", "ani", "ians", "app", "xinhua", "irna", "aa")
    )


def test_an_operator_adds_changes_and_removes_sources(tmp_path):
    text = OWN_SOURCE + '[[source]]\nid = "dawn"\nname = "Dawn of mine"\n[[source]]\nid = "geo"\nenabled = false\n'
    (tmp_path / "sources.toml").write_text(text, encoding="utf-8")
    found = {source.id: source for source in sources.load(tmp_path)}
    assert found["valley"].language == "ur"
    assert found["dawn"].name == "Dawn of mine"
    assert found["dawn"].feeds == ("https://www.dawn.com/feeds/home",)
    assert "geo" not in found
    assert len(found) == len(sources.load())


def test_all_problems_of_sources_are_told_at_once(tmp_path):
    (tmp_path / "sources.toml").write_text(
        OWN_SOURCE.replace('"PK"', '"Pakistan"').replace('"ur"', '"urdu"').replace('"independent"', '"indie"')
        + OWN_SOURCE.replace('"valley"', '"hill"')
        .replace("https://valley.example.org/rss.xml", "https://www.dawn.com/feeds/home")
        .replace("owner", "ownr")
        + OWN_SOURCE.replace('"valley"', '"lake"')
        .replace("https://valley", "ftp://valley")
        .replace('["valley', '["http://valley')
        + '[[source]]\nname = "nobody"\n[[source]]\nid = "lake"\n[[source]]\nid = "Big One"\n[feed]\n',
        encoding="utf-8",
    )
    told = "\n".join(problems_of(sources.load, tmp_path))
    for reason in (
        "'Pakistan' is no ISO 3166",
        "'urdu' is no ISO 639-1",
        "kind 'indie' is unknown",
        "did you mean 'owner'",
        'needs owner = "…"',
        "'ftp://valley.example.org/rss.xml' is no http or https address",
        "domain 'http://valley.example.org' must be a host",
        "needs an id",
        "'lake': has the id of",
        "[[source]]",
    ):
        assert reason in told
    assert told.count("needs an id") == 2


def test_a_feed_of_two_sources_is_told(tmp_path):
    (tmp_path / "sources.toml").write_text(
        OWN_SOURCE.replace("https://valley.example.org/rss.xml", "https://www.dawn.com/feeds/home/"), encoding="utf-8"
    )
    (told,) = problems_of(sources.load, tmp_path)
    assert "'valley'" in told
    assert "is a feed of 'dawn' too" in told


# --- Lexicon ---------------------------------------------------------------------------------------------------------


def test_the_packaged_lexicon_is_wide(packaged):
    found = Counter(entity.kind for entity in packaged)
    assert len(packaged) >= 320
    assert set(found) == set(EntityKind)
    scripts = [" ".join(entity.names) for entity in packaged]
    assert sum(any("\u0600" <= c <= "\u06ff" for c in names) for names in scripts) >= 300
    assert sum(any("\u0900" <= c <= "\u097f" for c in names) for names in scripts) >= 150


@pytest.mark.parametrize(
    ("typed", "entity"),
    [
        ("ttp", "Tehrik-i-Taliban Pakistan"),
        ("Pakistani Taliban", "Tehrik-i-Taliban Pakistan"),
        ("Fitna al-Khawarij", "Tehrik-i-Taliban Pakistan"),
        ("ٹی ٹی پی", "Tehrik-i-Taliban Pakistan"),
        ("تحریک طالبان پاکستان", "Tehrik-i-Taliban Pakistan"),
        ("टीटीपी", "Tehrik-i-Taliban Pakistan"),
        ("Afghan Taliban", "Afghan Taliban"),
        ("taliban", "Afghan Taliban"),
        ("BLA", "Balochistan Liberation Army"),
        ("بی ایل اے", "Balochistan Liberation Army"),
        ("बीएलए", "Balochistan Liberation Army"),
        ("IS-K", "Islamic State Khorasan"),
        ("ISIS", "Islamic State"),
        ("जैश-ए-मोहम्मद", "Jaish-e-Mohammed"),
        ("D.I. Khan", "Dera Ismail Khan"),
        ("KPK", "Khyber Pakhtunkhwa"),
        ("د ډیورنډ کرښه", "Durand Line"),
        ("خط دیورند", "Durand Line"),
        ("الحرس الثوري", "Islamic Revolutionary Guard Corps"),
        ("Shahbaz Sharif", "Shehbaz Sharif"),
        ("PoK", "Azad Jammu and Kashmir"),
    ],
)
def test_a_name_leads_to_its_entity(packaged, typed, entity):
    found = Lexicon(packaged).resolve(typed)
    assert found is not None
    assert found.name == entity


@pytest.mark.parametrize("name", ["TTP", "BLA", "IS", "FC", "RAW", "LeT", "ISI", "LoC", "PTI", "WHO", "Tank", "Swat"])
def test_a_name_with_two_meanings_needs_a_word_beside_it(packaged, name):
    (entity,) = [entity for entity in packaged if name in entity.names]
    assert name in entity.ambiguous
    assert entity.context


MEANT = [
    ("Pakistani Taliban", "The TTP claimed responsibility for the bombing.", True),
    (
        "TTP",
        "A woman with thrombotic thrombocytopenic purpura (TTP) was treated in Karachi after an attack of fever.",
        False,
    ),
    ("TTP", "Each TTP of the adversary is mapped to MITRE ATT&CK, and the malware of the attack is named.", False),
    ("TTP", "The gang has changed its TTPs after the attack; defenders should map alerts to the new TTP set.", False),
    ("TTP", "The Pakistani Taliban (TTP) have changed their TTPs, an army officer said.", True),
    ("Kabul", "Watch for the tool named Kabul.ps1 in the temp folder, and for kabul.exe.", False),
    ("Kabul", "The bomb went off in Kabul.The blast killed two.", True),
    ("Afghan Taliban", "The Pakistani Taliban killed two policemen in Bannu.", False),
    ("Afghan Taliban", "Taliban officials in Kabul denied it.", True),
    ("ISKP", "Daesh said that it was behind the blast at a restaurant in Kabul.", True),
    ("ISKP", "Daesh lost its last village in eastern Syria.", False),
    (
        "Baloch Liberation Army",
        "The agency accepted the biologics license application (BLA) after the attack of asthma.",
        False,
    ),
    ("Frontier Corps", "The FC convoy was hit by a mine near Turbat, Balochistan.", True),
    ("Frontier Corps", "The FC scored two goals in the last minute of the league match in Lahore, Pakistan.", False),
    ("Line of Control", "Troops fired across the LoC in Poonch.", True),
    ("Swat", "Floods cut the road to Swat in Khyber Pakhtunkhwa.", True),
    ("Swat", "The sheriff sent a SWAT team to the house.", False),
    ("Kurram", "کرم ضلع میں پاراچنار روڈ پر فائرنگ", True),
    ("Kurram", "اللہ کا فضل و کرم ہے", False),
    ("Research and Analysis Wing", "Prices of RAW cotton rose again, traders said.", False),
    ("Pakistan Tehreek-e-Insaf", "The train left on time, officials said. Press Trust of India (PTI)", False),
    ("Al-Qaeda", "قصفت الطائرات القاعدة العسكرية الجوية قرب المدينة", False),
    ("Al-Qaeda", "قتل زعيم تنظيم القاعدة في غارة", True),
    ("Al-Qaeda", "القاعدہ کا اہم رہنما گرفتار", True),
    ("Jenin", "قال الأطباء إن جنين المرأة يتحرك بشكل طبيعي", False),
    ("Jenin", "اقتحمت قوات الاحتلال مخيم جنين فجر اليوم", True),
    ("NADRA", "وقال الوزير إنه نادرا ما يحدث مثل هذا", False),
    ("NADRA", "نادرا نے افغان شہریوں کے شناختی کارڈ بلاک کر دیے", True),
    ("Wana", "قال الرجل وأنا لا أعرف شيئا", False),
    ("Wana", "وزیرستان کے علاقے وانا میں دھماکا", True),
    ("Parwan", "جمہوری روایات پروان چڑھ رہی ہیں", False),
    ("Parwan", "در ولایت پروان دو نفر کشته شدند", True),
    ("Nimroz", "دادگاه نیمروز دوشنبه حکم را صادر کرد", False),
    ("Nimroz", "مسئولان طالبان در نیمروز گفتند", True),
    ("Sanaa", "अभिनेत्री सना खान ने मुंबई में कहा", False),
    ("Sanaa", "यमन की राजधानी सना पर हवाई हमले", True),
    ("Doda", "पुलिस ने 20 किलो डोडा चूरा बरामद किया", False),
    ("Doda", "डोडा में आतंकियों के साथ मुठभेड़", True),
    ("Hassan Nasrallah", "Nasrallah, a baker, opened a second shop.", False),
    ("Hassan Nasrallah", "Hezbollah said that Nasrallah had been killed in Beirut.", True),
]


@pytest.mark.parametrize(("followed", "text", "meant"), MEANT)
def test_a_name_counts_only_where_it_means_the_entity(packaged, followed, text, meant):
    matcher = Matcher(Lexicon(packaged))
    matcher.add(QueryId(1), parse(followed))
    article = Article(article_id(None, "", text), "", text, len(text), EPOCH)
    assert bool(matcher.match(article)) is meant


def test_the_plural_of_ttp_is_another_thing(packaged):
    entity = Lexicon(packaged).resolve("TTP")
    assert entity is not None
    assert entity.not_plural == {"TTP"}
    assert "purpura" in entity.against


def test_shared_lists_of_words_are_spread(packaged):
    assert not any(word.startswith("@") for entity in packaged for word in (*entity.context, *entity.against))
    assert "militants" in next(entity.context for entity in packaged if "TTP" in entity.names)


def test_an_operator_adds_changes_and_removes_entities(tmp_path):
    (tmp_path / "lexicon.toml").write_text(
        '[words]\nvalley = ["river"]\n'
        '[[entity]]\nname = "Shepherds\' Union"\nkind = "party"\nnames = ["SHU"]\nambiguous = ["SHU"]\ncontext = ["@valley", "@pakistan"]\n'
        '[[entity]]\nname = "Kohlu"\nenabled = false\n'
        '[[entity]]\nname = "Harnai"\nkind = "place"\nnames = ["Harnay"]\n',
        encoding="utf-8",
    )
    (tmp_path / "lexicon").mkdir()
    (tmp_path / "lexicon" / "more.toml").write_text(
        '[[entity]]\nname = "Upper Ford"\nkind = "place"\n', encoding="utf-8"
    )
    found = {entity.name: entity for entity in lexicon.load(tmp_path)}
    assert found["Shepherds' Union"].context[:2] == ("river", "Pakistan")
    assert found["Harnai"].names == ("Harnai", "Harnay")
    assert "Kohlu" not in found
    assert "Upper Ford" in found


def test_all_problems_of_the_lexicon_are_told_at_once(tmp_path):
    (tmp_path / "lexicon.toml").write_text(
        """
[[entity]]
name = "One"
kind = "armed gruop"
names = ["O", "O", "--"]
ambiguous = ["Q"]
country = "Pakistan"
[[entity]]
name = "Two"
kind = "term"
names = ["TTP"]
contxt = ["x"]
[[entity]]
name = "Three"
kind = "term"
ambiguous = ["Three"]
not_plural = ["3"]
[[entity]]
kind = "term"
[[entity]]
name = "Four"
kind = "term"
names = "4"
context = ["@nothing"]
[[entity]]
name = "Five"
kind = "place"
names = ["Peshawar"]
context = ["@politcs"]
note = 5
[[entity]]
name = "Six"
kind = "place"
names = ["Chamman Gate", "Spin Boldak"]
[[entity]]
name = "Seven"
kind = "place"
names = ["کرم", "کُرم"]
ambiguous = ["کرم"]
context = ["district"]
""",
        encoding="utf-8",
    )
    told = "\n".join(problems_of(lexicon.load, tmp_path))
    for reason in (
        "'One': kind 'armed gruop' is unknown; did you mean 'armed group'",
        "'One': names holds 'O' twice",
        "'One': names holds an empty name",
        "'One': ambiguous: 'Q' is none of its names",
        "'One': country 'Pakistan'",
        "'Two': 'contxt' is not known; did you mean 'context'",
        "'Three': all names are ambiguous and there is no context",
        "'Three': not_plural: '3' is none of its names",
        "entity 4: needs a name",
        "'Four': names must be a list",
        "'Five': note must be a text",
        "'Seven': 'کُرم' is read like one of the ambiguous names",
        "'Six': 'spin boldak' is a name of 'Spin Boldak' too",
    ):
        assert reason in told


def test_an_unknown_list_of_words_is_told(tmp_path):
    (tmp_path / "lexicon.toml").write_text(
        '[[entity]]\nname = "One"\nkind = "term"\ncontext = ["@politcs"]\n', encoding="utf-8"
    )
    (told,) = problems_of(lexicon.load, tmp_path)
    assert "did you mean 'politics'" in told


def test_an_entity_twice_in_a_file_is_told(tmp_path):
    (tmp_path / "lexicon.toml").write_text('[[entity]]\nname = "One"\nkind = "term"\n' * 2, encoding="utf-8")
    (told,) = problems_of(lexicon.load, tmp_path)
    assert "stands twice" in told


# --- Both ------------------------------------------------------------------------------------------------------------


def test_the_packaged_catalogue_is_in_order():
    assert check(None) == []


def test_check_tells_the_problems_of_both_files(tmp_path):
    (tmp_path / "sources.toml").write_text("[[source]]\n", encoding="utf-8")
    (tmp_path / "lexicon.toml").write_bytes(b"\xff")
    told = [str(problem) for problem in check(tmp_path)]
    assert any("needs an id" in problem for problem in told)
    assert any("is not UTF-8" in problem for problem in told)


json_like = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from((*lexicon.KEYS, *sources.KEYS, "x")), inner, max_size=5)
    ),
    max_leaves=8,
)
rows = st.dictionaries(st.sampled_from((*lexicon.KEYS, *sources.KEYS, "x")), json_like, max_size=9)


@hypothesis_settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows)
def test_wild_tables_are_entries_or_told_problems(row):
    findings = Findings()
    entity = lexicon.read_entity(row, "here", {}, findings)
    assert (entity is None) <= bool(findings.problems)
    findings = Findings()
    source = sources.read_source({"id": "x", **row}, "here", findings)
    assert (source is None) == bool(findings.problems)
