"""What is told around an event is not the event: days of funerals, towns of journeys, ages, figures of one side."""

from datetime import UTC, date, datetime

import pytest

from digests import gazetteer
from digests.matching import Lexicon
from digests.model import Kind
from digests.stories.facts import Names, read_facts
from tests.test_facts import MONDAY, article, read

# Days and places of what goes on around an event -------------------------------------------------------------------


def test_a_day_that_something_begins_on_is_not_the_event_s():
    body = "QUETTA: All trains from the city stay suspended for four days from May 13 after the suicide attack at the station."
    assert read(body, "Trains suspended after station bombing").event_date is None


def test_a_date_to_come_is_not_the_event_s():
    title = "Toll rises to 133; president declared May 14 a day of mourning"
    said = read("The number of dead in the attack on a concert hall rose to 133, officials said.", title)
    assert said.event_date is None
    assert said.killed.value == 133


def test_the_day_beside_the_attack_is_its_day_whatever_it_followed():
    body = (
        "The suicide attack at the police headquarters of Surabaya on Monday was the work of a family of five, police "
        "said, a day after another family bombed churches in the city."
    )
    assert read(body, "Family of five behind bombing").event_date.day == date(2024, 5, 13)


def test_what_the_toll_s_sentence_refers_to_is_the_kind():
    body = (
        "The minister warned the neighbours against supporting militants. He said the blood of citizens would not be "
        "shed in vain. He promised to hold the government to account. His remarks came amid a surge in deadly attacks. "
        "The latest was a suicide bombing of worshippers in Quetta on Friday. The attack killed 33 people."
    )
    assert read(body, "Minister warns neighbours after attack").kind.kind is Kind.SUICIDE_BOMB
    toll_elsewhere = body.replace("The latest was", "One in January was").replace(
        " The attack", " Rain fell on the whole city for two days. An attack"
    )
    assert read(toll_elsewhere, "Minister warns neighbours after attack").kind.kind is not Kind.SUICIDE_BOMB


def test_a_date_of_funerals_leads_to_the_day_before():
    body = "Families buried their relatives on May 12, a day after a suicide attack killed dozens of people in Kunduz."
    assert read(body, "Mourning in Kunduz").event_date.day == date(2024, 5, 11)


def test_an_evening_of_utc_is_the_next_day_where_most_reports_are_written():
    late = datetime(2024, 5, 13, 20, 30, tzinfo=UTC)  # Tuesday, 01:30, in Pakistan
    said = read("BANNU: A bomb killed two policemen early on Tuesday.", "Bomb kills two", published=late)
    assert said.event_date.day == date(2024, 5, 14)


@pytest.mark.parametrize(
    ("body", "places"),
    [
        ("Gunmen stopped a bus travelling from Quetta to Karachi near Kalat and killed five men.", {"Kalat"}),
        ("The convoy was on its way from Bannu to Miranshah when a bomb hit it in Mir Ali, killing four.", {"Mir Ali"}),
        ("A bomb derailed the Peshawar-bound train near Sibi, killing three people.", {"Sibi"}),
        ("A blast in Sehwan killed nine people. Ambulances were sent from Hyderabad and Jamshoro.", {"Sehwan"}),
        (
            "A bomber hit a bus near Mansehra that was going from Islamabad to Dasu, killing six people.",
            {"Mansehra"},
        ),
        (
            "A bomb hit a bus in Sehwan, killing six people. It was the third attack in a week, after strikes in Gwadar.",
            {"Sehwan"},
        ),
    ],
)
def test_where_somebody_travelled_or_came_from_is_no_place_of_the_event(body, places):
    assert {place.name for place in read(body).places} == places


def test_the_place_of_an_earlier_day_is_no_place_of_the_event():
    body = (
        "A bomb killed nine people at a shrine in Sehwan on Monday. Police closed the road. "
        "On Thursday 13 people were killed in a suicide bombing in Lahore."
    )
    assert [place.name for place in read(body).places] == ["Sehwan"]


@pytest.mark.parametrize(
    "body",
    [
        "A bomb killed 14 people at a market in Khost. On the same day a suicide bomber struck a funeral in Jalalabad.",
        "The blast in Khost that killed 14 people was followed hours later by an attack on a mosque in Jalalabad.",
        "Fourteen people died in a blast in Khost, hours after an attack on a police post in the city of Jalalabad.",
    ],
)
def test_where_another_event_of_the_day_was_is_no_place_of_the_event_and_tells_not_its_kind(body):
    said = read(body, "Fourteen die in market blast")
    assert [place.name for place in said.places] == ["Khost"]
    assert said.kind.kind is Kind.IED


@pytest.mark.parametrize(
    ("body", "language", "name"),
    [
        ("A car bomb killed nine people at a hotel in the Somali capital on Friday.", "en", "Mogadishu"),
        ("Gunmen killed four officers in Somalia's capital late on Sunday.", "en", "Mogadishu"),
        ("Un attentat a fait neuf morts dans la capitale somalienne vendredi.", "fr", "Mogadishu"),
        ("افغانستان کے دارالحکومت میں دھماکے سے نو افراد جاں بحق ہوگئے۔", "ur", "Kabul"),
        ("قتل تسعة أشخاص في انفجار في العاصمة الأفغانية يوم الجمعة.", "ar", "Kabul"),
        ("В столице Афганистана при взрыве погибли девять человек.", "ru", "Kabul"),
    ],
)
def test_a_capital_is_known_by_its_country(body, language, name):
    assert name in {place.name for place in read(body, "", language).places}


@pytest.mark.parametrize(
    "body",
    [
        "A mine killed three herders some 90 km north of the Somali capital on Friday.",
        "A mine killed three herders near the provincial capital on Friday.",
    ],
)
def test_far_from_a_capital_is_not_in_it(body):
    assert "Mogadishu" not in {place.name for place in read(body).places}


@pytest.mark.parametrize(
    ("body", "language", "name"),
    [
        ("In Charkiw wurden bei einem Raketenangriff acht Menschen getötet.", "de", "Kharkiv"),
        ("Charkiw trauert um acht Tote.", "de", "Kharkiv"),
        ("In der ostafghanischen Stadt Dschalalabad wurden 24 Menschen getötet.", "de", "Jalalabad"),
        ("ارتفعت حصيلة تفجير مقديشو إلى تسعة قتلى.", "ar", "Mogadishu"),
        ("У Костянтинівці внаслідок удару загинули 16 людей.", "uk", "Kostiantynivka"),
        ("A blast in the Afghan city of Gardez killed nine people.", "en", "Gardez"),
    ],
)
def test_a_great_town_is_known_by_all_its_names(body, language, name):
    assert name in {place.name for place in read(body, "", language).places}


def test_a_region_is_named_beside_a_country_in_the_title():
    said = read("Forces freed 300 passengers in the mountains of restive Balochistan.", "Pakistan ends train siege")
    assert "Balochistan" in {place.name for place in said.places}


def test_a_name_with_the_arabic_article_and_one_with_state_are_places():
    assert read("A drone strike killed three people in al-Bab in Syria on Monday.").places[0].name == "Al-Bab"
    body = "Armed men abducted pupils from a school in Nigeria's northwestern Zamfara state early on Monday."
    assert "Zamfara" in {place.name for place in read(body).places}


def test_the_adjective_of_a_province_is_not_the_town_it_is_named_after():
    body = "Три человека погибли при обстреле города Краматорск в Донецкой области, сообщила полиция."
    names = {place.name for place in read(body, "Обстрел города", language="ru").places}
    assert "Kramatorsk" in names
    assert "Donetsk" not in names


def test_words_that_are_somewhere_a_village_are_no_places():
    body = "Mehr als 70 Menschen starben bei dem Anschlag in Jalalabad, sagte die Polizei."
    names = {place.name for place in read(body, "Anschlag in Jalalabad", language="de").places}
    assert "Jalalabad" in names
    assert "Mehr" not in names


def test_portuguese_tolls_are_read():
    said = read("Um atentado em Cali deixou sete mortos e 41 feridos na quinta-feira.", "Atentado em Cali", "pt")
    assert (said.killed.value, said.injured.value) == (7, 41)


@pytest.mark.parametrize(
    ("body", "language", "injured"),
    [
        ("دو زخمیوں کے دم توڑنے کے بعد جاں بحق افراد کی تعداد 13 ہو گئی ہے۔", "ur", None),
        ("دوه سخت ټپیان د شپې ومړل او ۲۷ نور لا تر درملنې لاندې دي.", "ps", None),
    ],
)
def test_the_injured_who_died_are_not_the_injured(body, language, injured):
    assert read(body, "", language).injured is injured


def test_a_part_gives_way_to_what_was_killed_in_all():
    body = (
        "Funeral prayers for six soldiers killed in the attack on the gate were offered on Monday. The minister attended. "
        "The attack left 14 people dead in all."
    )
    assert read(body.replace("14 people dead in all", "a total of 14 people dead"), "Funerals held").killed.value == 14


def test_persian_weekdays_are_known_with_and_without_a_joint():
    for word in ("پنج‌شنبه", "پنجشنبه"):
        said = read(f"افراد مسلح روز {word} در کابل تیراندازی کردند و سه تن کشته شدند.", "", "fa")
        assert said.event_date.day.weekday() == 3


# Figures that are none, and those of one side ----------------------------------------------------------------------


def test_civilian_deaths_are_no_single_one():
    assert read("The agency reported civilian deaths but gave no figure.", "Car bombs hit ministry").killed is None


def test_ages_are_no_tolls_in_ukrainian():
    title = "У Харкові внаслідок удару загинули 10-річний хлопчик і його бабуся"
    assert read("Поранень зазнали 30 осіб.", title, "uk").killed is None


@pytest.mark.parametrize(
    ("body", "killed"),
    [
        ("In a statement its spokesman claimed that 14 personnel were killed. Officials spoke of eight deaths.", 8),
        ("The group said on Saturday it was behind an attack in which it said 15 soldiers were killed.", 15),
    ],
)
def test_what_a_group_says_of_its_deeds_counts_when_nobody_else_tells(body, killed):
    said = read(body, "Group claims attack on convoy")
    assert said.killed.value == killed


def test_a_number_that_officials_call_propaganda_raises_no_toll():
    body = (
        "The Baloch Liberation Army claimed an ambush that killed seven soldiers and wounded 11 in Mastung district. It "
        "said its fighters had seized weapons and put the number of dead at 18, a figure officials called propaganda."
    )
    said = read(body, "Separatists claim ambush that killed seven troops")
    assert said.killed.value == 7
    assert said.boasted.value == 18


def test_a_toll_at_which_officials_put_the_dead_is_no_boast():
    body = "Local officials put the dead at 24; eleven were mothers, and an Afghan midwife was also killed."
    assert read(body, "They came for the mothers").killed.value == 24


def test_a_toll_that_somebody_puts_at_a_figure_is_no_boast():
    said = read(
        "The leaders put the number of the dead at 93. Hospital officials said more had died.", "Sit-in goes on"
    )
    assert (said.killed.value, said.killed.approximate) == (93, False)


def test_a_truce_that_is_broken_is_no_agreement():
    body = "Afghan and Pakistani forces exchanged heavy fire overnight, with four civilians killed, officials said."
    assert read(body, "Forces clash at border despite truce; four dead").kind.kind is not Kind.AGREEMENT


@pytest.mark.parametrize(
    ("title", "killed", "injured"),
    [
        ("Sembilan orang tewas dan 40 lainnya luka-luka akibat ledakan bom di tiga gereja", 9, 40),
        ("Korban tewas bom gereja bertambah menjadi 14 orang", 14, None),
    ],
)
def test_indonesian_tolls(title, killed, injured):
    said = read("", title, "id")
    assert said.killed.value == killed
    assert (said.injured.value if said.injured else None) == injured


def test_dead_of_days_before_are_not_told_of_an_event_that_hurt_nobody():
    body = "Two gunmen opened fire at a police school in Karachi on Tuesday, two days after a siege killed more than 30 people. {}"
    assert read(body.format("Nobody was hurt."), "Gunmen fire on police school").killed is None
    assert read(body.format("The men fled."), "Gunmen fire on police school").killed.value == 30


def test_those_suspected_of_an_attack_are_no_victims_of_it():
    body = (
        "Two men suspected of planting the bomb that killed four officers in Lakki Marwat were shot dead on Thursday."
    )
    said = read(body, "Suspects shot dead")
    assert (said.killed.value, said.attackers_killed.value, said.attackers_only) == (4, 2, False)


def test_a_follow_up_tells_the_dead_of_a_day_earlier():
    body = (
        "Hundreds of mourners walked on Saturday as a group said it was behind the bombing of a mosque a day earlier that "
        "killed 58 people. Close to 200 people were wounded."
    )
    assert read(body, "Group names bomber as Peshawar buries worshippers").killed.value == 58


def test_what_is_said_of_a_group_beside_the_claim_claims_nothing():
    body = "Two car bombs killed nine people. Al Shabaab, which is linked to al Qaeda, claimed the bombings."
    assert read(body, "Car bombs in Mogadishu").claim.group == "Al Shabaab"


@pytest.mark.parametrize(
    ("body", "language", "places"),
    [
        ("Two car bombs went off outside Somalia's education ministry on Saturday, killing nine.", "en", ["Mogadishu"]),
        ("Нападение на концертный зал под Москвой унесло жизни девяти человек.", "ru", ["Moscow"]),
        ("گولہ باری کے واقعے میں چمن میں نو افراد ہلاک ہوئے۔", "ur", ["Chaman"]),
        ("کچھ دیر کے لیے پروازیں معطل رہیں، کراچی میں دھماکے سے نو افراد ہلاک ہوئے۔", "ur", ["Karachi"]),
    ],
)
def test_a_place_in_the_words_of_the_language(body, language, places):
    assert [place.name for place in read(body, "", language=language).places][: len(places)] == places


def test_a_country_in_another_case_is_known_by_the_lexicon():
    told = article("В России погибли девять человек при взрыве.", "", "ru", MONDAY)
    places = read_facts(told, Names(gazetteer=gazetteer.load(), entities=Lexicon().entities)).places
    assert [place.name for place in places] == ["Russia"]


def test_a_closed_crossing_is_an_event():
    body = "The Torkham border crossing was shut on Wednesday after a dispute over a new post, officials said."
    assert read(body, "Torkham border closed").kind.kind is Kind.OTHER


def test_where_somebody_is_from_is_not_where_it_happened():
    title = "Blast toll climbs to nine, probe looks at doctor from Pulwama"
    facts = read("Nine people were killed when a car blew up in Kohat on Sunday.", title)
    assert [place.name for place in facts.places] == ["Kohat"]
    assert [place.name for place in read("Nine people were killed in Pulwama.", "Blast in Pulwama").places] == [
        "Pulwama"
    ]


def test_the_landmark_of_a_town_is_the_town():
    assert [place.name for place in read("Nine people were killed in a blast near the Red Fort.").places] == [
        "New Delhi"
    ]


def test_the_day_of_a_speech_is_not_the_event_s():
    facts = read(
        "The president called it terrorism in a televised speech on Sunday. At least 133 people were killed in Moscow."
    )
    assert facts.event_date is None


def test_the_day_of_an_attack_on_a_speaker_is_its_day():
    facts = read("A bomber struck the crowd during his speech on Sunday, killing twelve people in Quetta.")
    assert facts.event_date is not None
