"""Words of other languages: everyday ones that look like a name, and what their grammar does to a name."""

from datetime import UTC, datetime

import pytest

from config import lexicon
from digests import gazetteer
from digests.matching import Lexicon, Matcher, parse
from digests.matching.words import is_english, is_frequent, never_names
from digests.model import Article, QueryId, article_id
from digests.text import fold

LEXICON, PLACES = Lexicon(lexicon.load(None)), gazetteer.load()


def found(keyword, text):
    matcher = Matcher(LEXICON, PLACES)
    matcher.add(QueryId(1), parse(f'"{keyword}"'))
    hits = matcher.match(Article(article_id(None, "", text), "", text, len(text), datetime(2026, 3, 1, tzinfo=UTC)))
    return [match.words for match in hits[0].matches] if hits else []


@pytest.mark.parametrize(
    ("keyword", "text"),
    [
        # A word of every day is no slip of a name, and no inflected form of one
        ("Aqaba", "Acaba otobüs bugün gelecek mi?"),
        ("Sochi", "Die Suche nach dem Hund dauerte drei Tage."),
        ("Logar", "Lugar onde se come bem, diz o guia."),
        ("Druze", "Мои друзья пришли на праздник."),
        ("Muse", "Новый музей открылся в субботу."),
        ("Ranya", "Ранее школа стояла на горе."),
        ("Crimea", "Усі прийшли, крім вчителя музики."),
        ("Hazaras", "मेले में हजारों लोग आए।"),
        ("Raqqa", "كتب الطالب اسمه على ورقة بيضاء."),
        ("Mosul", "مصنع لأشباه الموصلات يفتح أبوابه غدا."),
        ("Greece", "הרכב נסע בכיוון ההפוך."),
        ("Nili", "بچے نیلے کپڑے پہنے ہوئے تھے۔"),
        ("Chad", "শীতে নতুন চাদর কিনলেন তিনি।"),
        ("Tiné", "Sıcaklık bu hafta sıfırın altına inecek."),
        # A name of words that any other thing has too
        ("US Army", "Dia menjadi militer setelah lulus sekolah."),
        ("DEM Party", "El partido empezó con una hora de retraso."),
        ("Van (Turkey)", "Eskişehir Büyükşehir Belediyesi yeni bir yol açtı."),
        # Of every day in some languages alone
        ("Mali", "Mali suç soruşturmasında iki müdür ifade verdi."),
        ("Mali", "Mali dječak pronašao je psa kod kuće."),
        ("Sudan", "Sudan ucuz domates satılıyor, dedi pazarcı."),
        ("Sudan", "Los jugadores sudan en el calor de la tarde."),
        ("Yemen", "Ustalar yemeni dikmeyi çıraklara öğretiyor."),
        ("coup", "Un coup de chaleur a touché la ville pour la troisième fois."),
        ("coup", "El ciclista sufrió un golpe en la rodilla."),
        ("coup", "رهبر انقلاب در دیدار با معلمان سخن گفت."),
        ("Baneh", "قال المدرب بأنه راض عن فريقه."),
        ("Wana", "أعلن النادي فوزه وأنه سيلعب في النهائي."),
        ("Kerki", "انہوں نے محنت کرکے امتحان پاس کیا۔"),
        ("Obe", "د چینې اوبه پاکې او سړې دي."),
        ("Gaza", "נשבה רוח עזה כל הלילה."),
        # Inside a longer name in katakana
        ("Mali", "マリウポリの港に船が着いた。"),
        ("Syria", "朝食にシリアルを食べた。"),
        # The longer name of another country
        ("Sudan", "Le Soudan du Sud a reporté ses élections."),
        ("Sudan", "Sudán del Sur aplazó las elecciones."),
        # Somebody called like an acronym
        ("ISIS", "Isis Martinez won the spelling bee."),
        ("ISIS", "Students rowed on the Isis in June."),
    ],
)
def test_a_word_of_another_language_is_no_name(keyword, text):
    assert found(keyword, text) == []


@pytest.mark.parametrize(
    ("keyword", "text", "words"),
    [
        ("Kharkiv", "Вибухи у Харківській області тривали всю ніч.", "Харківській області"),
        ("Sumy", "Обстріл Сумської громади тривав годину.", "Сумської"),
        ("이란", "이란군이 해협에서 훈련을 시작했다.", "이란군이"),
        ("Iran", "이란인 세 명이 체포됐다.", "이란인"),
        ("Mali", "マリで軍が反乱を起こした。", "マリ"),
        ("drone", "ドローン攻撃で二人が死亡した。", "ドローン"),
        ("missile", "북한이 미사일을 발사했다.", "미사일을"),
        ("hostage", "חמאס שחרר שני בני ערובה.", "בני ערובה"),
        ("Mali", "Mali ordusu Kidal'da operasyon başlattı.", "Mali"),
        ("Mali", "Mali'de cunta lideri konuştu.", "Mali'de"),
        ("Sudan", "Sudan ordusu Hartum'u geri aldı.", "Sudan"),
        ("Sudan", "Sudán recibió el primer convoy de ayuda.", "Sudán"),
        ("coup", "Le coup d'État a été condamné par les voisins.", "coup"),
        ("coup", "Un golpe militar derrocó al presidente.", "golpe militar"),
        ("Baneh", "دو کولبر در بانه کشته شدند.", "بانه"),
        ("Gaza", "צה״ל תקף בעזה הלילה.", "בעזה"),
        ("Belgium", "Un Belge a été tué dans l'attaque.", "Belge"),
        ("ISIS", "Isis claimed the bombing of the memorial.", "Isis"),
        ("Sanaa", "Savaş uçakları Yemen'in başkenti Sana'yı vurdu.", "Sana'yı"),
        ("drone strike", "Drone and missile strikes killed nine people.", "Drone and missile strikes"),
        ("air strike", "Air, drone and artillery strikes killed thirty.", "Air, drone and artillery strikes"),
    ],
)
def test_the_name_is_found_in_its_language(keyword, text, words):
    assert words in found(keyword, text)


@pytest.mark.parametrize(
    "text",
    [
        "They burned a car and petrol bombs were thrown.",
        "He drove a car and the workers threw bombs.",
        "Police found a car and, later, two bombs.",
    ],
)
def test_two_things_share_no_head(text):
    assert found("car bomb", text) == []


def test_words_that_are_never_names_are_folded_and_no_english_ones():
    assert {word for word in never_names() if fold(word) != word or is_english(word)} == set()
    assert all(map(is_frequent, never_names()))
