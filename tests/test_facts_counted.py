"""Whom a number counts: people of a nation, victims besides their killer, some of the dead, twenties, wounds."""

from datetime import UTC, date, datetime

import pytest

from digests.model import Kind
from tests.test_facts import read


def noon(year, month, day):
    return datetime(year, month, day, 12, tzinfo=UTC)


# Killed and injured -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "killed"),
    [
        ("A bomber struck a shopping street in Istanbul, killing three Israelis and an Iranian.", 4),
        ("A suicide bomber killed nine German and one Peruvian tourists in Istanbul.", 10),
        ("Four Kenyan and Ugandan soldiers were killed in Baidoa.", 4),
        ("A suicide bomber who killed himself and 10 tourists in Istanbul had come from Syria.", 10),
        ("A bomber killed four people on Saturday, pushing the toll from four attacks this year to more than 80.", 4),
        (
            "Three officers were shot dead on Sunday in the wake of protests and the killings of five Dallas officers.",
            3,
        ),
        ("The toll of the explosions in Kerman would be at least 73 dead, sources said.", 73),
        ("Mullah Mansoor was killed along with another person, reported to be a taxi driver.", 2),
        ("Eight were killed in Dinanagar. The toll may go up as some of the 15 injured are in danger.", 8),
        ("In the deadliest attack on the force since 2010, 26 troopers were killed in Sukma.", 26),
        ("Islamic State has killed two Chinese teachers it kidnapped in Balochistan last month, it said.", 2),
        ("Three personnel attained martyrdom in Chandel.", 3),
        (
            "Seven people were killed in Thursday's siege near a busy mall, despite several blasts and a gunfight, and five of the dead were the attackers.",
            2,
        ),
        ("Bombings in a market have left at least 13 people dead and wounded more than 30.", 13),
        ("A blast hit Istanbul. In October two hit Ankara. Ninety-nine people died. On Tuesday 10 were killed.", 10),
    ],
)
def test_killed(text, killed):
    assert read(text).killed.value == killed


def test_the_toll_of_one_nation_gives_way_to_that_of_all():
    body = "Officials brought the death toll for Americans to four. The attacks in Brussels killed 31 people."
    assert read(body).killed.value == 31


def test_some_among_those_killed_are_not_all_of_them():
    assert read("Two students were among those killed in the attack, their college said.").killed is None


@pytest.mark.parametrize(
    ("text", "injured"),
    [
        ("Bombings have left 13 people dead and wounded 30.", 30),
        ("At least 147 students and four militants were killed, while 79 were injured in Garissa.", 79),
        ("He put the injured at 284, of whom 220 were in hospital.", 284),
        ("Six people were killed and more than a dozen injured. The army said 17 citizens were injured.", 17),
    ],
)
def test_injured(text, injured):
    assert read(text).injured.value == injured


@pytest.mark.parametrize(
    "text",
    [
        "She was shot dead in Karachi. Her mother suffered two bullet wounds.",
        "About 100 people were killed and injured in the strike.",
    ],
)
def test_wounds_and_the_killed_together_count_no_injured(text):
    assert read(text).injured is None


def test_attackers_themselves_are_no_victims():
    facts = read("Just seven people were killed, and five of them were the attackers themselves.")
    assert (facts.killed.value, facts.attackers_killed.value) == (2, 5)


@pytest.mark.parametrize(
    ("language", "text", "killed", "injured"),
    [
        ("fr", "L'attaque a fait une vingtaine de morts et une cinquantaine de blessés.", 20, 50),
        ("es", "El ataque dejó una veintena de muertos y medio centenar de heridos.", 20, 50),
        ("de", "Ein Anschlag in Quetta hat mindestens 64 Menschen das Leben gekostet, 180 wurden verletzt.", 64, 180),
        ("ru", "Погибли, по предварительным данным, 19 человек, ранены не менее 50.", 19, 50),
        ("ru", "Губернатор подтвердил гибель 49 человек, ранены шесть.", 49, 6),
        ("uk", "В результаті влучання ракети загинули не менше п'яти осіб, ще 28 поранені.", 5, 28),
        ("ps", "په کابل کې چاودنې لږ تر لږه ۱۰ تنه وژلي او ۲۰ نور ژوبل دي.", 10, 20),
        (
            "it",
            "Almeno 22 persone sono morte e 59 sono rimaste ferite nell'esplosione di un'autobomba a Kabul.",
            22,
            59,
        ),
        ("nl", "Bij de aanslag kwamen zeker 34 mensen om het leven en raakten meer dan tweehonderd gewond.", 34, 200),
    ],
)
def test_languages(language, text, killed, injured):
    facts = read(text, language=language)
    assert (facts.killed.value, facts.injured.value) == (killed, injured)


def test_the_killed_and_the_wounded_of_an_arabic_title_are_neither():
    facts = read(
        "وأسفر التفجير عن مقتل نحو ثمانين شخصا وإصابة قرابة مئة وأربعين آخرين في بغداد.",
        "التفجير يوقع أكثر من 200 قتيل وجريح",
        language="ar",
    )
    assert (facts.killed.value, facts.injured.value) == (80, 140)


def test_an_italian_massacre_of_hostages_is_read():
    facts = read(
        "In tutto sono venti gli ostaggi, quasi tutti stranieri, massacrati dal commando venerdì sera.",
        "Strage a Dacca, uccisi 20 ostaggi",
        language="it",
    )
    assert (facts.killed.value, facts.kind.kind) == (20, Kind.ABDUCTION)


# Days and places ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("published", "text", "day"),
    [
        (
            noon(2022, 9, 30),
            (
                "Fighters stand guard near a mosque in Kabul, Friday, Sept. 23, 2022.\n"
                "At least 23 people were killed in a bombing at a school in Kabul on Friday."
            ),
            date(2022, 9, 30),
        ),
        (
            noon(2024, 6, 10),
            "Police said on Monday, June 10, that a manhunt was on after a bus was attacked on Sunday, killing 10 pilgrims.",
            date(2024, 6, 9),
        ),
        (
            noon(2019, 2, 15),
            (
                "February 15, 2019 09:40 pm | Updated 10:02 pm IST\n"
                "Children paying tribute to the slain policemen in Patna on February 15, 2019.\n"
                "Officials struggled to name those killed in the attack at Pulwama on Thursday afternoon."
            ),
            date(2019, 2, 14),
        ),
    ],
)
def test_the_day_of_a_picture_a_stamp_or_a_statement_is_not_the_event_s(published, text, day):
    assert read(text, published=published).event_date.day == day


def test_a_night_of_two_days_began_on_the_first():
    text = "L'attaque du café, dans la nuit du 13 au 14 août, a fait 18 morts."
    assert read(text, language="fr", published=noon(2017, 8, 16)).event_date.day == date(2017, 8, 13)


def test_towns_joined_to_one_that_says_where_are_places_too():
    facts = read("Bombs killed 20 people in Jableh and Tartus, Syrian officials said.")
    assert [place.name for place in facts.places[:2]] == ["Jablah", "Tartus"]


def test_the_capital_of_the_one_country_named_and_no_town_of_a_past_month():
    facts = read(
        "Security forces in Burkina Faso retook a hotel in the capital on Saturday after 24 people were killed. "
        "It follows a similar raid in November on a hotel in Mali's capital Bamako. Guests hid in their rooms."
    )
    names = [place.name for place in facts.places]
    assert names[0] == "Ouagadougou"
    assert "Bamako" not in names


def test_where_the_wounded_are_being_flown_is_not_the_place():
    facts = read(
        "Injured jawans being transported in a chopper to Raipur. 26 jawans were killed in Sukma district of Chhattisgarh."
    )
    assert [place.name for place in facts.places][:1] == ["Sukma"]


# Who told it, and whom it was about ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "text", "killed"),
    [
        ("", "The blast killed three soldiers, an official in Kabul said.", 3),
        ("", "The blast killed three soldiers, a policeman and a child.", 5),
        ("Bomb kills three Vietnamese tourists, Egyptian guide near pyramids", "A bomb hit a bus.", 4),
        ("Bomb kills three soldiers, police say", "A bomb hit a convoy.", 3),
        ("", "Forces killed 19 militants in a shootout, including gunmen suspected of killing seven Christians.", 19),
        (
            "Egypt says its security forces killed 40 militants",
            "Egyptian forces killed 40 militants on Saturday. Another 14 were killed in a suburb of Cairo.",
            40,
        ),
    ],
)
def test_who_told_it_and_those_of_another_deed_are_not_counted(title, text, killed):
    assert read(text, title).killed.value == killed


def test_two_injured_in_one_arabic_word_stand_beside_the_dead():
    facts = read("سقط 12 قتيلا وجريحان في تفجير بغداد.", language="ar")
    assert (facts.killed.value, facts.injured.value) == (12, 2)


def test_an_old_date_that_opens_a_sentence_is_no_day_of_the_toll():
    facts = read(
        "Fifteen people were injured in Loralai on Monday. On Jan 1 four soldiers were martyred when men stormed a camp."
    )
    assert facts.killed is None
    assert facts.injured.value == 15
    assert facts.others == (4,)


def test_claims_of_a_toll_that_vary_are_none():
    assert read("Claims of the death toll run from 15 to 60.", "Attack on university in Charsadda").killed is None


def test_an_earlier_report_of_the_toll_is_no_other_event_s():
    facts = read("До 24 возросло число убитых на параде в Ахвазе. Ранее сообщалось о 10 погибших.", language="ru")
    assert facts.killed.value == 24
    assert facts.others == ()


def test_german_tolls_of_before_give_way():
    text = "Zunächst war man von 30 Toten ausgegangen. Der Anschlag in Kabul hat mindestens 43 Menschen das Leben gekostet."
    assert read(text, language="de").killed.value == 43


def test_a_first_name_of_somebody_is_no_town():
    facts = read(
        "At least 10 people died in Lahore. Constables Muhammad Suhail, Shahid Nazir and Gulzar Ali are among them."
    )
    assert [place.name for place in facts.places] == ["Lahore"]


def test_the_day_of_saying_is_not_the_event_s():
    text = "The group claimed a bombing at a bank that killed eight people, saying on Wednesday it was aimed at officials. The bomber struck on Tuesday."
    assert read(text, published=noon(2025, 2, 13)).event_date.day == date(2025, 2, 11)


def test_a_turkish_was_is_no_death():
    facts = read("İstanbul'da patlama. İlk belirlemelere göre 11 yaralı olduğu bildirildi.", language="tr")
    assert facts.killed is None
    assert facts.injured.value == 11


def test_the_number_of_martyrs_is_a_toll_in_turkish():
    body = "Şehit sayısı 9'a yükseldi. İlk açıklamada 5 askerin şehit olduğu, 8 askerin yaralandığı duyurulmuştu."
    assert read(body, language="tr").killed.value == 9


def test_a_number_that_nobody_rounds_to_is_exact_though_about_stands_before_it():
    assert not read("The stampede has claimed around 121 lives.").killed.approximate
    assert read("The stampede has claimed around 120 lives.").killed.approximate


def test_those_of_whom_some_are_children_are_counted_once_in_russian():
    facts = read("По последним данным, погибли 137 человек, трое из которых дети.", language="ru")
    assert facts.killed.value == 137


# Places and days ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "language", "place"),
    [
        (
            "MANILA, Philippines (Update 1, 10:23 a.m.) - At least three were killed in a gym in Marawi City.",
            "en",
            "Marawi City",
        ),
        (
            "Bei einem Angriff auf einen Markt im ostukrainischen Kostjantyniwka starben zehn Menschen. Kiew klagt an.",
            "de",
            "Kostiantynivka",
        ),
        ("Tote bei Angriff in der Ostukraine, sagte der Gouverneur.", "de", "Ukraine"),
        ("الهجوم على مطار عدن أوقع 25 قتيلا.", "ar", "Aden"),
        ("A battle along the border of Sukma and Bijapur districts of Chhattisgarh killed 22.", "en", "Bijapur"),
        ("Número de mortos por temporal em Petrópolis sobe para 186.", "pt", "Petrópolis"),
    ],
)
def test_where_it_happened(text, language, place):
    assert read(text, language=language).places[0].name == place


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Владимир Путин почтил память погибших в теракте.", "ru"),
        ("Decenas de balazos en la hacienda de San José del Carmen.", "es"),
    ],
)
def test_the_beginning_of_a_longer_name_is_no_place(text, language):
    assert not read(text, language=language).places


def test_the_day_of_a_dateline_is_not_that_of_the_event():
    text = "Москва. 13 мая. Нападение на рынок в Грозном, где погибли 12 человек, произошло 11 мая."
    assert read(text, language="ru").event_date.day == date(2024, 5, 11)


def test_a_russian_act_of_terror_is_an_attack_whatever_burns():
    text = "В результате теракта погибли 40 человек. В здании начался пожар."
    assert read(text, language="ru").kind.kind is Kind.ATTACK


def test_according_to_is_no_agreement_in_spanish():
    text = "La masacre dejó 11 personas sin vida, de acuerdo con la Fiscalía, de acuerdo con el conteo."
    assert read(text, language="es").kind.kind is Kind.ATTACK


def test_the_day_on_which_an_arab_ministry_spoke_is_not_that_of_the_attack():
    text = "أعلنت الوزارة اليوم الاثنين أن حصيلة الهجوم الذي استهدف المطار أمس بلغت 25 قتيلا."
    assert read(text, language="ar").event_date.day == date(2024, 5, 12)
    assert read("قالت الشرطة إن انفجارا أوقع اليوم الاثنين خمسة قتلى.", language="ar").event_date.day == date(
        2024, 5, 13
    )


def test_a_district_named_beside_its_state_is_the_one_in_it():
    places = read("22 were killed near Sukma and in Bijapur, Chhattisgarh.").places
    assert "Vijayapura" not in {place.name for place in places}


def test_where_the_media_were_told_is_not_where_it_happened():
    text = "Bombers killed 53 in Paktia province on Sunday. A minister told the media in Kabul that 48 were injured."
    assert "Kabul" not in {place.name for place in read(text).places}
