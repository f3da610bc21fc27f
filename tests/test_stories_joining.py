"""What joins a story though it is worded, dated or placed otherwise, and what does not."""

from dataclasses import replace
from datetime import timedelta

import pytest

from digests.model import Kind, KindOfEvent, Sentence, Zone
from digests.stories.cues import is_followup, is_roundup
from digests.stories.desk import Desk
from digests.stories.distance import lie_within
from digests.stories.dossier import examine
from tests.story_cases import BOMBING, RETOLD, START, article, facts

DAY = 24 * 60
MOSQUE = (
    "A wounded worshipper died in hospital on Wednesday, and the city's shops stayed shut for a second day. Doctors said that "
    "the bomb in the onion market of Hazar Ganji had left many with burns. Traders asked for guards at the gates of the market."
)


def place(desk, one, said):
    return desk.place(one, examine(one, said))


def same(*pairs):
    """Whether the articles, each with its facts, are one story after the last was placed."""
    desk = Desk()
    for one, said in pairs:
        place(desk, one, said)
    return len({desk.story_of(one.id) for one, _ in pairs}) == 1


@pytest.mark.parametrize(
    ("narrow", "wide", "within"),
    [
        ("Quetta|PK", "Balochistan|PK", True),
        ("Mastung|PK", "Pakistan|PK", True),
        ("Bajaur|PK", "Khyber Pakhtunkhwa|PK", True),
        ("Nyala|SD", "Darfur|SD", True),
        ("Peshawar|PK", "Balochistan|PK", False),
        ("Quetta|PK", "Mastung|PK", False),
        ("Kabul|AF", "Pakistan|PK", False),
    ],
)
def test_a_town_lies_within_its_province_and_country(narrow, wide, within):
    assert lie_within([narrow], [wide]) is within


def test_one_report_names_the_town_and_the_other_only_its_province():
    first = (article(1), facts(9, 18))
    assert same(first, (article(2, body=RETOLD, minutes=30), facts(9, 18, places=("Balochistan",))))


def test_a_toll_of_many_dead_goes_on_rising_for_days():
    first = (article(1), facts(40, 90, day=START.date()))
    later = article(2, "Another dies of the market blast", MOSQUE, minutes=3 * DAY)
    assert same(first, (later, facts(52, 90)))
    assert same(first, (later, facts(38, 90)))  # corrected by a few
    assert not same(first, (later, facts(12, 90)))  # that is another attack


def test_a_page_without_a_date_joins_the_event_whose_figures_it_tells():
    first = (article(1), facts(13, 31))
    years_later = article(2, body=RETOLD, minutes=800 * DAY, dated=False)
    assert same(first, (years_later, facts(13, 31)))
    assert not same(first, (years_later, facts(4, 9)))
    assert not same(first, (years_later, facts(13, 31, attackers_only=True)))


def test_an_article_is_compared_with_stories_of_its_time_only():
    """Many old stories of one town in memory do not crowd out the one of today."""
    desk = Desk()
    for number in range(30):
        old = article(100 + number, f"Blast {number} in Quetta market", BOMBING.replace("Monday", f"day {number}"))
        place(desk, old, facts(number + 1, 3 * number + 2))
    today = article(1, "Quetta market bombed", MOSQUE, minutes=60 * DAY)
    urdu = article(
        2, "کوئٹہ کی مارکیٹ میں دھماکہ", "کوئٹہ کی سبزی منڈی میں بم دھماکہ ہوا۔", minutes=60 * DAY + 30, language="ur"
    )
    first = place(desk, today, facts(7, 12))
    assert place(desk, urdu, facts(7, 12)).story.id == first.story.id


def test_a_report_that_fits_two_stories_shows_that_they_are_one():
    desk = Desk()
    flash = article(1, "کوئٹہ میں دھماکے کی آواز", "شہر میں زور دار دھماکے کی آواز سنی گئی ہے۔", language="ur")
    other = article(2, "Onion traders among dead", RETOLD, minutes=20)
    first = place(desk, flash, facts(None, None))
    second = place(desk, other, facts(9, 18, places=()))
    assert second.story.id != first.story.id
    full = article(3, "Blast kills onion traders in Quetta", BOMBING, minutes=40)
    third = place(desk, full, facts(9, 18))
    assert third.merged
    assert {desk.story_of(one.id) for one in (flash, other, full)} == {third.story.id}


def test_a_report_of_two_events_does_not_make_one_of_them():
    desk = Desk()
    mastung = place(desk, article(1), facts(34, 130, places=("Mastung",)))
    hangu = place(desk, article(2, minutes=5), facts(5, 12, places=("Hangu",)))
    both = article(3, "Death toll of bombings in Pakistan climbs", BOMBING, minutes=60)
    place(desk, both, facts(39, 142, places=("Mastung", "Hangu")))
    assert desk.story_of(article(1).id) == mastung.story.id
    assert desk.story_of(article(2, minutes=5).id) == hangu.story.id


def test_talks_of_one_day_are_one_event_whatever_day_they_recall():
    truce = "Both sides agreed to an immediate ceasefire after talks in Doha that Qatar and Turkey brokered, the ministry said."
    first = (
        article(1, "Ceasefire agreed in Doha talks", truce),
        facts(kind=Kind.AGREEMENT, places=("Doha",), country="QA"),
    )
    recalled = facts(kind=Kind.AGREEMENT, places=("Doha",), country="QA", day=START.date())
    second = article(2, "Turkey hails Doha ceasefire", f"{truce} It ends a week of fighting.", minutes=3 * DAY)
    assert same(first, (second, recalled))


@pytest.mark.parametrize(
    ("title", "language", "follows"),
    [
        ("Bomb kills five at funeral of tribal elder", "en", False),
        ("Blast rips through mourners in Hangu", "en", False),
        ("Five killed in Hangu blast laid to rest", "en", True),
        ("Gunmen open fire on mourners at graveyard in Bannu; the mourners had come for prayers", "en", False),
        ("EU condemns deadly attack in Quetta", "en", True),
        ("Bilan porté à 12 morts après l'attentat de Quetta", "fr", True),
        ("Число погибших при взрыве в Кветте возросло до 12", "ru", True),
        ("په کوټه کې وژل شوي خاورو ته وسپارل شول", "ps", True),
        ("Quetta'daki patlamada ölü sayısı 12'ye yükseldi", "tr", True),
        ("Blast in Quetta kills five", "en", False),
        ("Blast in Quetta kills five, no group claims responsibility", "en", False),
        ("حمله در کویته؛ هنوز کسی مسئولیت را نپذیرفته است", "fa", False),
        ("Attaque près de Kayes, qui n'a pas été revendiquée", "fr", False),
        ("Atentado en Cali: nadie ha reivindicado el ataque", "es", False),
        ("داعش مسئولیت حمله کویته را پذیرفت", "fa", True),
        ("Komanda : journée ville morte après le massacre de Makusa", "fr", True),
        ("Sobe para sete o número de mortos em atentado em Cali", "pt", True),
        ("Capturan a dos presuntos autores del atentado en Cali", "es", True),
        ("A la cárcel los dos capturados por el atentado en Cali", "es", True),
    ],
)
def test_the_words_of_a_follow_up(title, language, follows):
    assert is_followup(article(1, title, "Police gave no further details.", language=language)) is follows


def test_an_agencys_highlights_are_no_list_of_events():
    report = "* Group claims responsibility\n* Second attack in a day\n* Schools closed\n"
    assert not is_roundup(article(1, "Bomber kills twelve at rally", report + BOMBING))
    items = "".join(
        f"* {number} killed in a blast in {town} on Monday\n"
        for number, town in ((2, "Quetta"), (3, "Tank"), (4, "Swat"))
    )
    assert is_roundup(article(1, "Attacks of the day", items))
    assert is_roundup(article(1, "World digest: two blasts in the north", report + BOMBING))
    assert is_roundup(article(1, "Briefing: hotel siege, market bombing, hospital strike", report + BOMBING))


@pytest.mark.parametrize(
    "title",
    [
        "Four attacks in a week: what is happening in Kashmir?",
        "Balochistan: a fortnight of blood",
        "Factbox: Attacks on places of worship",
        "Afghanistan: humanitarian access snapshot, 30 May - 12 June",
        "Two attacks a thousand kilometres apart leave 37 dead",
    ],
)
def test_a_title_that_sums_up_makes_a_round_up(title):
    assert is_roundup(article(1, title))
    assert not is_roundup(article(1, "Three attacks on one market kill four"))


def test_a_list_by_dates_is_a_round_up():
    lines = ["September 22: bombers strike a church.", "September 27: a bomb in a bus.", "September 29: a car bomb."]
    assert is_roundup(article(1, "Eight days in Peshawar", "A look back:\n" + "\n".join(lines)))


@pytest.mark.parametrize(
    "title",
    [
        "Key Pakistan-Afghanistan crossing reopens after nearly a month",
        "Forces trade fire at Torkham as closure enters 11th day",
        "24 schoolgirls abducted in Kebbi rescued",
        "Pope appeals for release of pupils",
        "Families of cold storage victims accuse officials of neglect",
        "Two suspects in Manghopir police killings held",
        "Commander behind killing of 15 labourers shot dead in Turbat",
        "ISKP takes credit for Kunduz mosque attack",
        "Operation called off, third militant's body recovered",
    ],
)
def test_a_title_that_goes_on_with_an_event_makes_a_follow_up(title):
    assert is_followup(article(1, title, "Officials spoke in the morning."))
    assert not is_followup(article(1, "Gunmen kill 15 labourers in Turbat", "Officials spoke in the morning."))


def test_a_headline_of_a_new_attack_is_not_about_the_one_that_it_follows():
    title, second = "Gunmen fire on police school in Quetta", START.date() + timedelta(days=2)
    body = BOMBING.replace("on Monday morning", "on Wednesday, two days after one exploded on Monday")
    said = facts(kind=Kind.ATTACK, day=second)
    headline = replace(said, kind=KindOfEvent(Kind.ATTACK, Sentence(title, Zone.TITLE, 0, len(title))))
    first, later = (article(1), facts(day=START.date())), article(2, title, body, minutes=2 * DAY)
    assert same(first, (later, said))  # further down an attack may be the one that it goes on with
    assert not same(first, (later, headline))
