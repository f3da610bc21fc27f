"""What stands beside a word: first names, longer names of something else, and organisations written out."""

from datetime import UTC, datetime

import pytest

from config import lexicon
from digests import gazetteer
from digests.matching import Lexicon, Matcher, explain, parse
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
        ("Odesa", "Police in Odessa said a man opened fire at an oil yard in Texas."),
        ("Lebanon", "A storm hit Tennessee. In Lebanon, east of Nashville, roofs were lost."),
        ("Sindh", "Sindhu lost in the first round of the open and will rest for a week."),
        ("Valerii Zaluzhnyi", "В селе Залужное сгорел склад с зерном."),
        ("سپاه پاسداران", "تصادف در خیابان پاسداران تهران دو مصدوم بر جای گذاشت."),
        ("الخرطوم", "يستخدم الفيل العضلات في خرطومه."),
        ("Sudan", "Die Kämpfe im Südsudan dauern an."),
        ("Prigozhin", "Nikita Prigozhin inherited the firm."),
        ("Netanyahu", "On Sunday Yair Netanyahu flew to Miami."),
        ("Hezbollah", "Baghdad arrested two men of Kataib Hezbollah."),
        ("M23", "The M23 northbound is closed for a stolen caravan."),
        ("Beirut", "The indie band Beirut will play in Leeds."),
        ("Fallujah", "The USS Fallujah left San Diego."),
        ("Kashmir", "They closed with “Kashmir”, the longest song of the album."),
        ("Baghdad", "A flat in Baghdad Street was sold."),
        ("Belgorod", "The submarine Belgorod left the shipyard on Monday."),
        ("Moscow", "The bar sells a Moscow mule for nine pounds."),
        ("Damascus", "Uncle Sam wants Suriye, the poster said."),
        ("Aamir Khan", "Foreign Minister Ameer Khan Motaqi spoke after the talks."),
        ("Jaish-e-Mohammed", "The Darfur group JEM, the Justice and Equality Movement, said no."),
        ("ULFA", "Ulfa, a teacher from Makassar, won the prize."),
        ("Kandahar", "She cooks at the Kandahar Restaurant in Bonn."),
        ("Kabul", "Meclis tezkereyi kabul etti, muhalefet ret oyu verdi."),
        ("Nice", "NICE, the English health watchdog, approved a drug."),
        ("Reading", "Reading the verdict took the judge nine hours."),
        ("Pokrovsk", "Pokrovsky Boulevard will be closed."),
        ("القاعدة", "نقضت المحكمة حكما سابقا لأنه خالف القواعد."),
        ("Azov Brigade", "Рыбаки вышли в Азовское море."),
        ("IED", "Intermittent explosive disorder, or IED, is often missed, the psychiatrist wrote."),
        ("SBU", "Our SBU in Chennai grew by nine percent."),
        ("Wagner Group", "The Wagner Group, a family-run roofing firm in Ohio, hired 40 people."),
        ("Ahmed al-Sharaa", "Farouk al-Sharaa was vice president until 2014."),
        ("Togo", "A bronze of Admiral Togo Heihachiro was unveiled."),
        ("Armenia", "Un sismo sacudió la ciudad colombiana de Armenia."),
        ("Benin", "The museum returned its Benin bronzes."),
        ("landmine", "The land, mine since 1990, was sold."),
        ("coup", "Signing the striker was a coup for the club."),
        ("حماس", "استقبل الجمهور المنتخب بحماسة كبيرة"),
        ("Oman", "عمّان تشهد احتجاجات في الأردن"),
        ("Крим", "Крім того, уряд підвищив пенсії."),
        ("Харьков", "Хорьков разводят на ферме."),
        ("Blackwater", "The shops of Bluewater had a good year."),
        ("Matteson", "Dan Mathieson won the seat."),
        ("Boos Ting", "He is boosting the economy."),
        ("New Castle", "A fire broke out in Newcastle."),
        ("Tekkali", "The shares of Tiscali rose."),
        ("Knowsley", "Rain fell on Kaynaşlı."),
        ("Maynila", "The film of Anthony Minghella won."),
        ("Gallus", "William Gallas was injured."),
        ("Nyangao", "The play is set in Nyanga."),
        ("Abyei", "T Abeyie of Woodford won the relay."),
        ("Odesa", "Two men of Odessa, New York, were fined."),
        ("Lebanon", "The Ohio town of Lebanon has a fair."),
        ("Kim Jong Un", "Kim Jong Il ruled until 2011."),
        ("African Union", "The South African union of mineworkers agreed."),
        ("Jalalabad", "Voters in Jalal-Abad, Kyrgyzstan, elected a mayor."),
        ("Gao", "The GAO found that parts were missing."),
        ("Myanmar", "Hunters caught 200 Burmese pythons."),
        ("Донецк", "Донецков сыграл на баяне."),
        ("mass grave", "After Mass, grave faces were seen."),
        ("piracy", "Software piracy cost the studio millions."),
        ("execution", "The execution of the contract pleased the shareholders and the coach."),
        ("Patriot", "He called himself a patriot."),
        ("Trump", "It was a trump card."),
        ("Grey Wolves", "Some grey wolves returned to the park."),
        ("Kyiv", "The restaurant serves chicken Kiev."),
        ("Lamu", "Lamu the lemur was born on Sunday."),
        ("KIA", "The list gave 14 men as KIA on the memorial."),
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
        ("Damascus", "Şam'da bir patlama oldu."),
        ("Kabul", "Kabil'de bir patlama oldu."),
        ("Aleppo", "Halep'te Kürt mahallesi boşaltıldı."),
        ("Mauritania", "أوقفت السلطات الموريتانية سبعة مهربين."),
        ("پشاور", "A bomb wounded two officers in Peshwar."),
        ("Hayat Tahrir al-Sham", "Hay'at Tahrir ash-Sham took two army posts."),
        ("Fatah", "Mahmoud Abbas's Fateh movement met in Ramallah."),
        ("ar-Raqqa", "Residents of Raqqah fled."),
        ("tribal elder", "Two tribal elders were shot on the road."),
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
        ("ambush", "The convoy was ambushed at dusk."),
        ("Netanyahu", "On Sunday Prime Minister Netanyahu flew to Miami."),
        ("Netanjahu", "Gestern sagte Ministerpräsident Netanjahu ab."),
        ("Hamas", "בכיר בחמאס נהרג בתקיפה."),
        ("Kharkiv", "В харьковской больнице нет света."),
        ("Kabul", "a blast in kabul killed five"),
        ("Tbilisi", "თბილისში აქცია გრძელდება."),
        ("Addis Ababa", "በአዲስ አበባ ጉባኤ ተጀመረ።"),
        ("Yerevan", "Երևանում բողոքի ցույց է։"),
        ("Athens", "Συγκέντρωση στο κέντρο της Αθήνας."),
        ("Phnom Penh", "ភ្នំពេញ"),
        ("Ukraine", "Tote bei einem Angriff in der Ostukraine."),
        ("Syria", "Die Kämpfe in Nordsyrien dauern an."),
        ("Odesa", "Texas-born doctors treat the wounded in Odessa, and in Kharkiv."),
        ("Sindh", "Dacoits ambushed police in upper Sind near Kashmore."),
        ("Inter-Services Intelligence", "Islamabad: a former ISI chief was sentenced by a court."),
        ("Valerii Zaluzhnyi", "Встречу Залужного с послом перенесли."),
        ("Nice", "NICE, France: Two men were arrested."),
        ("Hezbollah", "Israel said Hezbollah had fired rockets."),
        ("New People's Army", "The NPA ambushed a truck carrying soldiers."),
        ("SBU", "The SBU said its drones had reached a depot."),
        ("Wagner Group", "The Wagner Group, a private military company, left."),
        ("Ahmed al-Sharaa", "On Monday President al-Sharaa spoke."),
        ("Cox's Bazar", "A fire destroyed shelters in the Coxs Bazar camps."),
        ("Syrian Democratic Forces", "The SDF handed the prison to Damascus."),
        ("Grey Wolves", "Wien verbietet Symbole der Grauen Wölfe."),
        ("Durand Line", 'The report spoke of "the durand line".'),
        ("Libya", "La guardia costiera libica ha sparato."),
        ("execution", "The execution of four prisoners was filmed."),
        ("Osama bin Laden", "本·拉登在巴基斯坦被击毙"),
        ("Houthis", "Los hutíes atacaron un barco."),
        ("Houthis", "Os houthis atacam um navio."),
        ("ceasefire", "Стороны сообщили о нарушении перемирия."),
        ("ceasefire", "Dün ateşkese uyulmadı."),
        ("TTP", "Les talibans pakistanais ont revendiqué l'attentat."),
        ("Afghan Taliban", "Kabul'de Taliban yönetimi açıkladı."),
        ("GAO", "The GAO found that parts were missing."),
        ("Quetta", "Protesters blocked the road to Qetta."),
        ("Syria", "Les kurdes syriens demandent un État fédéral."),
        ("Syria", "Pesawat menyerang pangkalan di Suriah tengah."),
        ("PKK", "Fermandarekî PKKê ragihand ku ew ê çekên xwe deynin."),
        ("ঢাকা", "ঢাকায় বিক্ষোভকারীদের ওপর গুলি"),
        ("Al-Qaeda", "القاعدہ برصغیر کے سربراہ ہلاک ہوئے۔"),
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


@pytest.mark.parametrize(
    ("keyword", "text", "why"),
    [
        ("Beirut", "The indie band Beirut will play in Leeds.", "the name of a thing"),
        ("SBU", "Our SBU in Chennai grew by nine percent.", "do not speak for this one"),
        ("Netanyahu", "On Sunday Yair Netanyahu flew to Miami.", "somebody else"),
        ("Lebanon", "A barn near Lebanon, Ohio, burned down.", "part of a longer name"),
        ("Gao", "The GAO found that parts were missing.", "an acronym of something else"),
        ("Myanmar", "Hunters caught 200 Burmese pythons.", "an animal"),
    ],
)
def test_an_explanation_tells_the_rule_that_refused(keyword, text, why):
    article = Article(article_id(None, "", text), "", text, len(text), datetime(2026, 3, 1, tzinfo=UTC))
    explained = explain(parse(keyword), article, LEXICON, gazetteer=PLACES)
    assert not explained.matched
    assert why in str(explained)


def test_a_misspelt_surname_behind_its_bearer_s_own_first_name_is_his():
    assert found("Khamenei", "Supreme leader Ali Khamenai said that there would be no talks.")
    assert not found("Khamenei", "The poet Hassan Khamenai spoke.")


def test_a_faith_before_the_name_of_a_people_is_no_first_name():
    assert found("hazaras", "Shia Hazara mourners in Quetta buried eleven miners.")


def test_a_town_in_capitals_is_a_town_unless_it_is_as_short_as_an_acronym():
    assert found("Zhob", "Nine soldiers died when militants stormed the ZHOB garrison.")
    assert not found("Gao", "The auditors of the GAO published a report.")


@pytest.mark.parametrize(
    ("keyword", "of_conflict", "other"),
    [
        ("BLA", "Police held a BLA fighter near Hub.", "The firm will file a BLA with the regulator before its trial ends."),
        ("BLA", "It was a BLA and BLF stronghold until May.", "Nobody had read a BLA, the reviewers said."),
        ("NPA", "The rebel group NPA ambushed a patrol.", "Deminers of the Norwegian charity NPA cleared bombs."),
        ("TTP", "He joined the TTP, a banned militant group.", "The girl, hurt in clashes, died of TTP, a rare blood disorder."),
        ("Jenin", "Troops raided Jenin on Monday.", "Jenin Younes, a civil rights lawyer, will appeal."),
        ("Georgia", "Troops left Georgia on Monday.", "The patrol ship sailed on to South Georgia."),
        ("Pokrovsk", "Боевые действия идут в Покровском районе.", "Біля Покровського собору затримали чоловіка."),
        ("Quetta", "A bomb went off in Quetta.", "The Quetta Tea House in Birmingham was fined."),
        ("al-Shabaab", "Les shebab ont repris la ville après une nuit de combats contre l'armée somalienne.", "Shabab Al Ahli won the cup."),
        ("Tigray", "Les combats ont repris au Tigré, en Éthiopie.", "Argentine police seized 140 guns in Tigre."),
    ],
)  # fmt: skip
def test_what_stands_beside_an_acronym_or_a_place_tells_what_it_is(keyword, of_conflict, other):
    assert found(keyword, of_conflict)
    assert not found(keyword, other)


def test_one_of_two_names_may_be_carelessly_written():
    assert found("Islamabad", "Envoys flew between Kabul and islamabad for a week, officials of both said.")


def test_a_police_of_mashhad_is_no_police_of_a_scene():
    assert found("Mashhad", "پلیس مشهد هشت نفر را بازداشت کرد.")
    assert not found("Mashhad", "كان ذلك آخر مشهد في المسلسل.")


@pytest.mark.parametrize(
    ("keyword", "text"),
    [
        ("Dasht-e-Khoshab", "A convoy bringing wheat to Dashte Khoshab was robbed."),
        ("Subh-e-Nau Welfare Trust", "Subhe Nau Welfare Trust closed its clinic in Kalat."),
        ("Arakan Army", "आराकान आर्मी ने शहर पर कब्जा किया"),
        ("Islamic Movement of Uzbekistan", "The court in Tashkent sentenced him for joining the IMU."),
    ],
)
def test_a_name_is_found_however_its_parts_are_joined_and_its_first_vowel_is_written(keyword, text):
    assert found(keyword, text)


def test_a_near_town_of_its_own_name_is_no_slip():
    assert not found("Pokrovsk", "A glide bomb destroyed the culture hall in Pokrovske, a settlement near Dnipro.")
