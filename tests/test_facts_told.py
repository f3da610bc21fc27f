"""Ways in which reports tell tolls, days and towns: asides on those counted, follow-ups, what goes on elsewhere."""

from datetime import date

import pytest

from digests.model import Kind
from tests.test_facts import read

# Killed and injured -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "killed"),
    [
        ("At least 142 people, 132 of them children, have died in an attack on a school in Peshawar.", 142),
        ("At least 38 people, tribal elders among them, were killed when missiles hit a jirga in Datta Khel.", 38),
        ("An official in Khost said six civilians, including women and children, were killed in one house.", 6),
        ("Five army personnel, one a junior commissioned officer, were killed in Kathua.", 5),
        ("However, nine brave sons of soil, having fought gallantly, made the ultimate sacrifice in Bannu.", 9),
        ("Five brave soldiers, led by Captain Tariq (age 27, resident of Chakwal), paid the ultimate sacrifice.", 5),
        ("Hundreds walked behind the coffin of the doctor, one of seven people shot dead at a camp on Sunday.", 7),
        ("He and eight others lost their lives in a suicide bombing in Peshawar.", 9),
        ("The police put the number of people martyred in the bombing of the mosque in Peshawar at 84.", 84),
        ("Officials cut the count of those killed in the bombings in Colombo to about 253, from 359.", 253),
        ("Militants killed at least six people - four guards, a policeman and a bystander - in Karachi.", 6),
        ("A policeman was killed in Kohat as the toll reached 60; reports pointed to a final toll of up to 100.", 60),
        ("Sixty-two people, all but two of them trainees, lost their lives in Quetta.", 62),
        ("At least 30 men of the force are said to have lost their lives in Pulwama.", 30),
        ("A hospital director in Quetta put the dead from Monday's blast at 64, 18 of them lawyers.", 64),
        ("They fled, and 12 of them were killed in Quetta.", 12),
        ("Two of 145 patients died in Quetta.", 2),
        ("A soldier and a policeman were killed in Quetta.", 2),
        ("People came to the funeral after the attack in Ganderbal, in which he and six labourers were killed.", 7),
        ("Five people, civilians and bank guards, were killed in a blast in Kunduz.", 5),
        ("Police said five individuals, militants, civilians and bank guards, were martyred in Kunduz.", 5),
        ("As of Wednesday 17 are reported killed in Kabal, five of them suspects in custody.", 17),
    ],
)
def test_killed(text, killed):
    assert read(text).killed.value == killed


def test_a_toll_that_is_lowered_by_a_number_is_not_that_number():
    assert read("The ministry had counted victims twice.", "Ministry lowers death toll by more than 100").killed is None


@pytest.mark.parametrize(
    ("text", "injured"),
    [
        ("One person was killed and 20 others, women and children among them, were wounded in Chaman.", 20),
        ("Six people - two army captains, two sailors and two hotel employees - were injured in Gwadar.", 6),
        (
            "Five were martyred, four hotel employees and a Navy soldier, and six got injured: two captains, four others.",
            6,
        ),
        ("Bombers have killed at least 26 people and wounded 90 in a rush-hour attack in Baghdad.", 90),
        ("Six were killed. Three of the guards were among the wounded. The hospital received 12 injured.", 12),
        ("Militants attacked the station in Lakki Marwat, leaving four policemen dead and as many injured.", 4),
    ],
)
def test_injured(text, injured):
    assert read(text).injured.value == injured


@pytest.mark.parametrize(
    "text",
    [
        "Two men wounded in Friday's explosion in Chai Bazaar, Bannu, died in hospital, raising the number of dead to five.",
        "Three soldiers who were injured in the morning have succumbed.",
        "Three wounded breathed their last in two hospitals of Lahore.",
        "Two more labourers succumb to injuries in Harnai.",
    ],
)
def test_the_wounded_who_died_are_not_the_injured(text):
    assert read(text).injured is None


@pytest.mark.parametrize(
    "text",
    ["At least 100 people were killed and injured in Kunduz.", "The blast killed and wounded at least 100 people."],
)
def test_the_killed_and_the_injured_together_are_neither(text):
    said = read(text)
    assert said.killed is None
    assert said.injured is None


@pytest.mark.parametrize(
    ("text", "victims", "attackers"),
    [
        ("At least 42 people, 13 of them terrorists, died when men attacked the camp in Peshawar.", 29, 13),
        ("Twelve people, including two militants, were killed in Quetta.", 10, 2),
        ("Twelve people, including two soldiers, were killed in Quetta.", 12, None),
        ("Eighteen people - two civilians, eight policemen and eight militants - were killed in Lahore.", 10, 8),
        ("Nine people, four policemen and five militants, were killed in the attack on the jail.", 4, 5),
        ("Four people, two women and two children, were killed in Quetta.", 4, None),
        ("Three soldiers, two policemen and a civilian were killed in Quetta.", 6, None),
        ("Twelve soldiers were killed in Quetta, including two officers who chased militants.", 12, None),
    ],
)
def test_attackers_among_all_the_dead_are_taken_off(text, victims, attackers):
    said = read(text)
    assert said.killed.value == victims
    assert (said.attackers_killed.value if said.attackers_killed else None) == attackers


def test_who_shot_others_dead_is_not_dead():
    assert read("Two fighters shot the guards dead in Kandahar.").killed is None
    assert read("Gunmen shot five men dead in Kandahar.").killed.value == 5


def test_a_list_of_events_has_no_toll():
    body = (
        "Incidents logged in December:\n- 2 Dec: gunmen fired on a bus at Chilas; nine dead, 26 hurt.\n- 12 Dec: a truck "
        "bomb at Daraban; 23 soldiers dead.\n- 15 Dec: police lines at Tank attacked; three policemen dead."
    )
    assert read(body, "Security in December").killed is None


def test_the_commander_of_a_group_is_no_victim():
    said = read(
        "A top LeT commander was killed in Kokernag on Monday, police said.", "LeT commander killed in Kokernag"
    )
    assert said.attackers_only
    assert not read("A brigade commander was killed in Kokernag on Monday, the army said.").attackers_only


# The event itself, told by a later report ---------------------------------------------------------------------------


def test_a_clause_before_the_news_makes_nothing_of_it_background():
    body = "Barely 24 hours after both governments had met, at least 38 people were killed by missiles in Datta Khel."
    assert read(body).killed.value == 38
    body = "Two days after the siege that killed 30, gunmen shot dead five men in Quetta."
    said = read(body)
    assert (said.killed.value, said.others) == (5, (30,))


def test_the_injured_stand_beside_the_dead_of_the_day_before():
    body = "The railway suspended services to Quetta, a day after a bombing killed 26 people and injured 62."
    said = read(body, "Trains suspended after bombing that killed 26")
    assert (said.killed.value, said.injured.value) == (26, 62)


def test_who_claims_an_attack_tells_its_dead_and_not_those_who_died_since():
    body = (
        "The group on Monday said it was behind the bombing in Quetta, two days after the blast that killed 81 people. "
        "It spoke of a convoy. The toll rose after two of the wounded died."
    )
    assert read(body, "Group claims responsibility for bombing").killed.value == 81


def test_the_killed_of_other_events_are_told_apart():
    body = (
        "Two bombs killed 56 people in Quetta on Monday. Hours earlier a bomb in a market of the city killed 11 people."
    )
    assert read(body).others == (11,)
    assert read("A bomb killed 56 people in Quetta. Nine of the dead were policemen.").others == ()


# Days ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("The agencies assess the number killed by Saturday's explosion at the hospital at 100.", 11),
        ("The umbrella group on Monday denied a role in Saturday's attack in Peshawar, two days after a wing had.", 11),
        ("The government sacked its generals, a day after the slaughter of at least 134 herders.", 12),
        ("Thousands of people buried the victims of the May 10 bombings in Quetta.", 10),
    ],
)
def test_event_date(text, day):
    assert read(text).event_date.day == date(2024, 5, day)


@pytest.mark.parametrize(
    "text",
    [
        "Forty people were killed by a bomb, relatives said as coffins were carried through the village on Sunday.",
        "An inquiry into the attack on the college began. Opposition members walked out of the assembly on Friday.",
    ],
)
def test_the_day_of_what_was_done_about_it_is_not_the_event_s(text):
    assert read(text, "After the attack").event_date is None


def test_an_undated_report_is_of_the_day_that_it_names():
    body = "Three men entered a hotel in Gwadar on Saturday, 11 May 2019, and killed five people."
    said = read(body, published=None)
    assert said.event_date.day == date(2019, 5, 11)
    assert said.killed.value == 5


# Places -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "PESHAWAR: Three of those wounded died, taking the toll to 81. Demonstrators blocked roads in Karachi and Lahore.",
        "PESHAWAR: At least 40 people were killed in a car bombing. Sixteen of the dead were a family of Shabqadar.",
        "PESHAWAR: A suicide bomber killed 55 people, to avenge the army operation in Mir Ali.",
        "PESHAWAR: The toll of the bombing climbed above 300. A plane flew 35 of the wounded to Karachi.",
    ],
)
def test_where_others_protest_or_the_wounded_were_flown_is_not_the_place(text):
    assert [place.name for place in read(text).places] == ["Peshawar"]


@pytest.mark.parametrize(
    ("text", "town"),
    [
        (
            "DIG Ahmed Mubin and SSP Zahid Mehmood Gondal were among 13 killed by a bomber in Lahore on Monday.",
            "Lahore",
        ),
        ("Thirteen people were killed in a suicide blast at Charing Cross Lahore on Monday.", "Lahore"),
        ("The attackers of Karachi's exchange came in a Toyota and killed four guards, police said.", "Karachi"),
        (
            "The massacre in the mosque in Kunduz on Friday killed 43; the 2014 school massacre in Peshawar killed 130.",
            "Kunduz",
        ),
    ],
)
def test_other_names_are_no_towns_of_the_event(text, town):
    assert [place.name for place in read(text).places] == [town]


def test_the_town_that_the_attack_is_called_by_further_down():
    body = (
        "ISLAMABAD: The toll of Friday's suicide bombing in southwestern Pakistan climbed to 59. Relatives buried their "
        "dead. The province observed three days of mourning. The minister accused a spy agency. No group has claimed the "
        "Mastung attack."
    )
    assert "Mastung" in [place.name for place in read(body).places]


def test_names_behind_elisions():
    body = "Des hommes armés ont attaqué un convoi près d'Agadez, dans le nord du Niger, et tué 15 personnes."
    said = read(body, "Niger : 15 morts", language="fr")
    assert "Agadez" in [place.name for place in said.places]


# Languages ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "text", "killed", "injured", "kind"),
    [
        (
            "so",
            "Tirada dadka ku dhintay qaraxii ka dhacay Muqdisho ayaa gaartay 189 qof, waxaana ku dhaawacmay 200.",
            189,
            200,
            Kind.IED,
        ),
        (
            "ha",
            "Harin jirgin sojoji ya kashe mutum 85 a jihar Kaduna, yayin da mutum 66 ke kwance a asibiti.",
            85,
            66,
            Kind.AIR_STRIKE,
        ),
        (
            "sw",
            "Watu wasiopungua 17 wameuawa na wengine 367 kujeruhiwa katika mapigano ya kuwania mji wa Goma.",
            17,
            367,
            Kind.ARMED_CLASH,
        ),
        (
            "fa",
            "در حملهٔ انتحاری امروز در کابل دست‌کم بیست تن کشته و بیست‌وهفت تن دیگر زخمی شدند.",
            20,
            27,
            Kind.SUICIDE_BOMB,
        ),
        ("ar", "أسفر التفجير الانتحاري في بغداد عن سقوط 32 ضحية و110 جرحى.", 32, 110, Kind.SUICIDE_BOMB),
        ("ar", "قالت الشرطة إن شخصين قُتلا وأصيب 10 آخرون في انفجار قرب مطار كراتشي.", 2, 10, Kind.IED),
        ("id", "Polisi mencatat 14 korban luka dan 2 orang tewas akibat ledakan bom di Makassar.", 2, 14, Kind.IED),
        ("ur", "کوئٹہ میں دو دھماکوں میں چھیاسی افراد ہلاک ہوئے تھے۔", 86, None, Kind.IED),
    ],
)
def test_languages(language, text, killed, injured, kind):
    said = read(text, language=language)
    assert said.killed.value == killed
    assert (said.injured.value if said.injured else None) == injured
    assert said.kind.kind is kind


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("A suicide bomber set off explosives close to Russia's embassy in Kabul, killing three people.", True),
        ("Three people were killed when the Russian embassy in Kabul was bombed on Monday.", True),
        ("Three people were killed in a blast in Herat, the Iranian embassy in Kabul said.", False),
    ],
)
def test_an_embassy_that_was_struck_is_where_it_happened(text, named):
    assert ("Kabul" in [place.name for place in read(text).places]) is named


def test_lines_with_bullets_under_the_title_may_tell_of_other_events():
    said = read(
        "• Leaders of the party remained unhurt\n"
        "• Five security men martyred in Kech blast\n"
        "QUETTA: At least 13 people were killed and 35 injured in a suicide bombing near a stadium on Tuesday night.",
    )
    assert [place.name for place in said.places] == ["Quetta"]
    assert said.killed.value == 13


@pytest.mark.parametrize(
    "text",
    [
        "The cabinet on Wednesday described the car explosion in Delhi that killed 12 people as an act of terror.",
        "The police registered a case on Wednesday over the car bombing in Peshawar that left five people dead.",
    ],
)
def test_the_day_of_what_was_said_and_registered_is_not_the_event_s(text):
    assert read(text).event_date is None
