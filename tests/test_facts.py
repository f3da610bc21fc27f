from __future__ import annotations

import time
from datetime import UTC, date, datetime
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digests import gazetteer
from digests.matching.lexicon import Entity, EntityKind
from digests.model import Article, ArticleId, ClaimStatus, DateOrigin, Facts, Kind, Published, Sentence, Zone
from digests.stories.facts import Names, read_facts

MONDAY = datetime(2024, 5, 13, 18, tzinfo=UTC)


@cache
def names() -> Names:
    group = EntityKind.ARMED_GROUP
    entities = (
        Entity("Tehrik-i-Taliban Pakistan", group, ("Tehrik-i-Taliban Pakistan", "TTP", "تحریک طالبان پاکستان"), "PK"),
        Entity(
            "Balochistan Liberation Army", group, ("Balochistan Liberation Army", "BLA", "Baloch Liberation Army"), "PK"
        ),
        Entity("Islamic State", group, ("Islamic State", "Daesh"), ambiguous=frozenset({"Daesh"})),
        Entity("Frontier Corps", EntityKind.FORCE, ("Frontier Corps", "FC"), "PK"),
        Entity("Peshawar", EntityKind.PLACE, ("Peshawar", "Peshawur"), "PK"),
    )
    return Names(gazetteer.load(), entities)


def article(body: str, title: str = "", language: str = "en", published: datetime | None = MONDAY) -> Article:
    when = Published(published, DateOrigin.GIVEN) if published else None
    return Article(ArticleId("a"), title, body, len(body), MONDAY, published=when, language=language)


def read(body: str, title: str = "", language: str = "en", published: datetime | None = MONDAY) -> Facts:
    return read_facts(article(body, title, language, published), names())


def figures(body: str, title: str = "", language: str = "en") -> tuple[int | None, int | None]:
    facts = read(body, title, language)
    return (facts.killed.value if facts.killed else None, facts.injured.value if facts.injured else None)


@pytest.mark.parametrize(
    ("text", "killed", "injured"),
    [
        ("Eleven civilians and six policemen were killed in the blast.", 17, None),
        ("The blast killed three children and two teachers, and left 38 others injured.", 5, 38),
        ("At least 12 persons, including four children, were killed and 30 injured.", 12, 30),
        ("11 people - five women and six men - lost their lives and 22 sustained injuries.", 11, 22),
        ("Five people, including three children and two adults, have died.", 5, None),
        ("The governor and two others were killed when a bomb went off.", 3, None),
        ("A bomb killed the governor and two others in the bazaar.", 3, None),
        ("A bomb killed five engineers and their driver.", 6, None),
        ("A policeman and two passersby were killed.", 3, None),
        ("12 killed 20 injured in Quetta blast", 12, 20),
        ("One hundred and twenty-five people were killed.", 125, None),
        ("Some two dozen people were injured in the clash.", None, 24),
        ("Between 10 and 15 people died, 1,250 were wounded.", 15, 1250),
        ("The explosion caused over 200 casualties, including at least 30 confirmed dead.", 30, None),
        ("Three wounded children died in hospital on Friday.", 3, None),
        ("A family of 5 was among 12 killed in the attack.", 12, None),
        ("The death toll from the bombing of a rally in Khar, Bajaur, rose to 54.", 54, None),
        ("Ali Gul, 45, was killed when his car hit a mine.", 1, None),
        ("The number of wounded brought to hospitals has risen to 169.", None, 169),
        ("Officials revised the toll down to 84 from 103 in the blasts at Kerman.", 84, None),
        ("The group said it was behind the slaughter of 28 passengers of a bus.", 28, None),
        (
            "At least 36 workers were killed in a raid on a quarry, ten days after gunmen killed 28 passengers.",
            36,
            None,
        ),
        (
            "Two soldiers were killed near Wana and three labourers were killed in a separate incident in Bannu.",
            2,
            None,
        ),
    ],
)
def test_figures_are_read_as_a_reader_understands_them(text: str, killed: int | None, injured: int | None) -> None:
    assert figures(text) == (killed, injured)


@pytest.mark.parametrize(
    "text",
    [
        "The convoy of 40 trucks was hit 12 km from the town, killing nobody.",
        "The group threatened to kill 100 hostages unless talks began.",
        "Dozens of people were injured and several killed.",
        "No one was killed in the attack on March 4, police said.",
        "Troops of the 201st Corps fired AK-47 rifles; damage was put at $5 million.",
        "In 2017, seven pilgrims were killed in the same district.",
        "Last year at least nine people were killed and 33 injured there.",
        "Rebels have killed 5,000 people since 2004.",
        "The driver, 45, was arrested; his son, aged 12, ran away before the dead were counted.",
        "The study followed 85 patients; mortality was 6 percent.",
    ],
)
def test_other_numbers_are_no_toll(text: str) -> None:
    assert figures(text) == (None, None)


def test_an_earlier_attack_in_the_same_article_is_not_counted() -> None:
    body = (
        "Three soldiers were killed and five injured on Sunday when a bomb hit their vehicle.\n"
        "It came two months after a suicide bombing that killed 31 people and injured 169.\n"
        "In 2023, a similar attack left 52 people dead."
    )
    assert figures(body) == (3, 5)


def test_attackers_are_counted_apart_from_their_victims() -> None:
    facts = read("Two soldiers were martyred and five militants killed in the operation.")
    assert facts.killed is not None
    assert facts.killed.value == 2
    assert facts.attackers_killed is not None
    assert facts.attackers_killed.value == 5
    assert not facts.attackers_only


def test_attackers_are_the_killed_when_nobody_else_died() -> None:
    facts = read("Security forces killed ten militants in Bannu and injured eight others.")
    assert facts.killed is not None
    assert facts.killed.value == 10
    assert facts.attackers_only


def test_the_exact_figure_wins_over_the_rounded_one() -> None:
    body = "Nearly 170 people were injured. A spokesperson said 31 people lost their lives while 169 others sustained injuries."
    assert figures(body, "31 killed, nearly 170 injured in mosque blast") == (31, 169)


def test_the_later_toll_wins_over_the_first_one() -> None:
    body = (
        "Police said earlier that at least 15 people had been killed.\nThe death toll has risen to 31, a hospital said."
    )
    assert figures(body)[0] == 31


def test_the_whole_wins_over_a_part_in_the_headline() -> None:
    body = "Five people, including three children and two adults, have died and 38 were injured in the blast."
    assert figures(body, "Three children killed in blast") == (5, 38)


def test_somebody_named_counts_with_the_others() -> None:
    body = "The deputy minister was killed in a suicide bombing on Wednesday. Six other people were also killed."
    assert figures(body, "Deputy minister killed in bombing")[0] == 7


def test_a_count_says_whether_it_is_approximate() -> None:
    facts = read("About 40 people were killed and between 10 and 15 wounded; officials counted again.")
    assert facts.killed is not None
    assert facts.killed.approximate
    assert facts.injured is not None
    assert (facts.injured.low, facts.injured.high, facts.injured.approximate) == (10, 15, True)


@pytest.mark.parametrize(
    ("language", "text", "killed", "injured"),
    [
        ("ur", "خودکش حملے میں پچیس افراد جاں بحق اور 20 زخمی ہوگئے۔", 25, 20),
        ("ur", "دھماکے میں چھ خواتین سمیت 38 افراد ہلاک ہوئے۔", 38, None),
        ("ps", "په چاودنه کې لږ تر لږه ۲۱ کسان وژل شوي او ۳۳ نور ټپیان دي.", 21, 33),
        ("fa", "در این حمله دست‌کم ۲۱ تن کشته و ۳۳ تن دیگر زخمی شدند.", 21, 33),
        ("fa", "او از کشته شدن ۴۶ نفر و زخمی شدن شش نفر خبر داد.", 46, 6),
        ("ar", "قُتل ٩ أشخاص بينهم 5 عسكريين، وأصيب أكثر من 15 شخصاً.", 9, 15),
        ("ar", "أسفر الهجوم عن مقتل جنديين وإصابة ستة آخرين.", 2, 6),
        ("hi", "गोलीबारी में नौ लोगों की मौत हो गई और 33 घायल हो गए।", 9, 33),
        ("te", "కాల్పుల్లో 9 మంది మరణించారు, 33 మంది గాయపడ్డారు.", 9, 33),
        ("es", "Al menos doce personas murieron y 20 resultaron heridas.", 12, 20),
        ("fr", "Au moins 26 personnes ont été tuées et 62 blessées samedi.", 26, 62),
        ("ru", "По меньшей мере 26 человек погибли и 62 получили ранения.", 26, 62),
        ("de", "Mindestens 26 Menschen wurden getötet und 62 verletzt.", 26, 62),
    ],
)
def test_figures_are_read_in_many_languages(language: str, text: str, killed: int | None, injured: int | None) -> None:
    assert figures(text, "", language) == (killed, injured)
    assert figures(text, "", "") == (killed, injured) or language in ("es", "fr", "de")


def test_an_agreement_does_not_count_the_victims_of_the_fighting_it_ends() -> None:
    body = (
        "Both sides agreed to a ceasefire in talks in Doha on Sunday.\n"
        "Officials said the ceasefire would hold.\nStrikes in the days before killed 10 civilians."
    )
    facts = read(body, "Ceasefire agreed in talks")
    assert facts.kind is not None
    assert facts.kind.kind is Kind.AGREEMENT
    assert facts.killed is None


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Suicide bomber hits mosque in Peshawar", Kind.SUICIDE_BOMB),
        ("Air strikes hit villages in Paktika", Kind.AIR_STRIKE),
        ("Mortar shelling damages homes", Kind.SHELLING),
        ("Roadside bomb explodes near convoy", Kind.IED),
        ("Hand grenade hurled at shop", Kind.GRENADE),
        ("Soldiers and militants exchange fire in clash", Kind.ARMED_CLASH),
        ("Gunmen open fire on bus", Kind.ATTACK),
        ("Ten miners kidnapped", Kind.ABDUCTION),
        ("Thousands protest against shortages", Kind.PROTEST),
        ("Ceasefire agreed after peace talks", Kind.AGREEMENT),
        ("Four suspects arrested", Kind.ARRESTS),
        ("خودکش حملہ", Kind.SUICIDE_BOMB),
        ("الهجوم الانتحاري", Kind.SUICIDE_BOMB),
        ("सुकमा में मुठभेड़", Kind.ARMED_CLASH),
    ],
)
def test_the_kind_of_event_is_read_from_its_words(title: str, kind: Kind) -> None:
    found = read("", title).kind
    assert found is not None
    assert found.kind is kind


def test_according_to_is_no_accord() -> None:
    found = read("Five soldiers died when a bomb hit their car, according to police.", "Bomb hits car").kind
    assert found is not None
    assert found.kind is Kind.IED


def test_a_match_report_has_no_kind() -> None:
    assert read("Some 12,000 spectators watched.", "Hawks win the final").kind is None


def test_the_most_specific_place_comes_first() -> None:
    facts = read("Gunmen opened fire near Pahalgam in Jammu and Kashmir's Anantnag district on Sunday.")
    assert [place.name for place in facts.places][:2] == ["Pahalgam", "Anantnag"]
    assert facts.places[0].country == "IN"


def test_the_dateline_is_where_the_writer_sits() -> None:
    facts = read("ISLAMABAD: Security forces killed four men in the Datta Khel area of North Waziristan.")
    assert [place.name for place in facts.places] == ["Datta Khel", "North Waziristan"]


def test_the_lexicons_place_is_told_by_the_gazetteers_name() -> None:
    assert [place.name for place in read("A bomb exploded in Peshawur on Sunday.").places] == ["Peshawar"]


def test_a_short_word_of_another_script_is_no_far_away_place() -> None:
    facts = read("کوئٹہ میں پولیس وین کے قریب دھماکے میں ایک اہلکار شہید ہوا۔", language="ur")
    assert [place.name for place in facts.places] == ["Quetta"]


def test_a_by_name_that_fits_nothing_else_is_left_out() -> None:
    facts = read("Two men died in Cali and Bogota, Colombia. The drug is old.", "Drug gang attack in Colombia")
    assert {place.country for place in facts.places} == {"CO"}


def test_persons_and_words_are_no_places() -> None:
    assert read("General Sharif and Khalil Rahman met the Young Men in March.").places == ()


@pytest.mark.parametrize(
    ("body", "day"),
    [
        ("Five died on Sunday.", date(2024, 5, 12)),
        ("Five died on Monday.", date(2024, 5, 13)),
        ("Five died on May 9, officials said Sunday.", date(2024, 5, 9)),
        ("Five died on 30 April 2024 in a blast on Sunday.", date(2024, 4, 30)),
        ("Five died yesterday.", date(2024, 5, 12)),
        ("Thousands gathered on Monday to bury the victims of a blast a day earlier.", date(2024, 5, 12)),
        ("Officials said on Sunday that talks will follow.", None),
        ("Five died on 3 January 2024.", None),
        ("ISLAMABAD, May 12 (Agency) - Officials met.", None),
    ],
)
def test_the_day_of_the_event_is_read_from_the_first_sentences(body: str, day: date | None) -> None:
    found = read(body).event_date
    assert (found.day if found else None) == day


def test_without_a_publication_date_only_a_date_with_its_year_counts() -> None:
    assert read("Five died on Sunday.", published=None).event_date is None
    found = read("Five died on 6 February 2024.", published=None).event_date
    assert found is not None
    assert found.day == date(2024, 2, 6)


@pytest.mark.parametrize(
    ("body", "group", "status"),
    [
        ("The TTP claimed responsibility for the attack.", "Tehrik-i-Taliban Pakistan", ClaimStatus.CLAIMED),
        (
            "Responsibility was claimed by the Balochistan Liberation Army.",
            "Balochistan Liberation Army",
            ClaimStatus.CLAIMED,
        ),
        ("The BLA said one of its fighters had hit the convoy.", "Balochistan Liberation Army", ClaimStatus.CLAIMED),
        ('A group calling itself "Lashkar Zarb" claimed responsibility.', "Lashkar Zarb", ClaimStatus.CLAIMED),
        ("The TTP denied involvement in the bombing.", "Tehrik-i-Taliban Pakistan", ClaimStatus.DENIED),
        ("Police blamed the TTP for the bombing.", "Tehrik-i-Taliban Pakistan", ClaimStatus.BLAMED),
        ("تحریک طالبان پاکستان نے حملے کی ذمہ داری قبول کر لی ہے۔", "Tehrik-i-Taliban Pakistan", ClaimStatus.CLAIMED),
    ],
)
def test_a_claim_names_its_group(body: str, group: str, status: ClaimStatus) -> None:
    found = read(body, language="").claim
    assert found is not None
    assert (found.group, found.status) == (group, status)


@pytest.mark.parametrize(
    ("body", "killed"),
    [
        ("Officials said 10 civilians, seven of them children, were killed.", 10),
        ("Two teachers and three of the guards were killed.", 5),
    ],
)
def test_some_of_a_total_are_not_added_to_it(body: str, killed: int) -> None:
    found = read(body, language="en").killed
    assert found is not None
    assert found.high == killed


def test_the_day_of_a_tribute_is_not_the_day_of_the_attack() -> None:
    body = "The minister on Friday paid tribute to the guards who fell at the post. The attack took place on Thursday."
    found = read(body, language="en").event_date
    assert found is not None
    assert found.day.weekday() == 3


def test_a_claim_two_days_later_tells_the_day_of_the_attack() -> None:
    body = "The group on Thursday claimed the car bomb that killed five people outside the court two days earlier."
    found = read(body, language="en").event_date
    assert found is not None
    assert found.day.weekday() == 1


@pytest.mark.parametrize(
    "body",
    [
        "A bomb killed two policemen in Mastung. The injured were shifted to a hospital in Quetta.",
        "A bomb killed two policemen in Mastung two hours after a car bombing in Quetta.",
    ],
)
def test_where_the_wounded_were_taken_or_another_event_was_is_no_place_of_the_event(body: str) -> None:
    assert "Quetta" not in [place.name for place in read(body, language="en").places]


@pytest.mark.parametrize(
    "body",
    [
        "Islamabad has repeatedly accused the Afghan Taliban of harbouring the fighters.",
        "Officials accused the TTP of using Afghan soil.",
    ],
)
def test_who_is_accused_of_something_else_is_not_blamed_for_the_attack(body: str) -> None:
    assert read(body, language="").claim is None


@pytest.mark.parametrize(
    "body",
    [
        "No group has claimed responsibility for the attack.",
        "There was no immediate claim of responsibility by the TTP or others.",
        "کسی گروپ نے ذمہ داری قبول نہیں کی۔",
        "The ttp link claims a discount.",
    ],
)
def test_where_nobody_claims_there_is_no_claim(body: str) -> None:
    found = read(body, language="").claim
    assert found is None or found.status is not ClaimStatus.CLAIMED


def test_actors_are_groups_and_forces_by_their_main_names() -> None:
    facts = read("Frontier Corps troops and fighters of the Baloch Liberation Army clashed near Turbat.")
    assert facts.actors == ("Frontier Corps", "Balochistan Liberation Army")


def test_a_link_to_another_article_tells_no_fact() -> None:
    body = "Two men were hurt in a blast in Hub.\nRead more: 16,000 killed in war, says minister"
    assert figures(body) == (None, 2)


def evidence(facts: Facts) -> list[Sentence]:
    found = [
        fact.sentence
        for fact in (facts.killed, facts.injured, facts.attackers_killed, facts.kind, facts.event_date, facts.claim)
        if fact
    ]
    return [*found, *(place.sentence for place in facts.places)]


PIECES = [
    "killed", "injured", "12", "two", "and", ", including", "three children", "were", "died", "at least", "toll rose to", "soldiers",
    "militants", "In 2017", "on Monday", "claimed responsibility", "TTP", "near", "Quetta", ". ", "\n", "; ", "(", " - ", "٢٣", "قتل",
    "افراد", "ہلاک", "घायल", "मौत", "погибли", "%", "$5", "1,000,000", "9999999999", "March 4", "31 February 2024", "İ", "a", "others",
]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from(PIECES), max_size=40).map(" ".join) | st.text(max_size=200),
    st.lists(st.sampled_from(PIECES), max_size=8).map(" ".join) | st.text(max_size=40),
    st.sampled_from(["", "en", "ur", "ar", "fa", "ps", "hi", "ru", "es", "xx"]),
)
def test_any_text_is_read_and_evidence_is_the_articles_own_words(body: str, title: str, language: str) -> None:
    whole = article(body, title, language)
    for sentence in evidence(read_facts(whole, names())):
        assert whole.text(sentence.zone)[sentence.start : sentence.end] == sentence.text
        assert sentence.text.strip()
    facts = read_facts(whole, names())
    for count in (facts.killed, facts.injured, facts.attackers_killed):
        assert count is None or 0 < count.low <= count.high


def test_a_title_and_a_body_are_different_zones() -> None:
    facts = read("Police are on the spot.", "Five killed in Quetta blast")
    assert facts.killed is not None
    assert facts.killed.sentence.zone is Zone.TITLE


@pytest.mark.parametrize(
    "piece", ["killed 12 and ", "12, ", "a" * 50, "including 3 people ", "(", "Quetta ", "10-", "ق", "and two "]
)
def test_hostile_length_costs_bounded_time(piece: str) -> None:
    body = (piece * 200_000)[:400_000]
    began = time.process_time()
    read(body, piece * 1000)
    assert time.process_time() - began < 5
