"""Pages built as the outlets of the region build theirs: boxes, promotions, share rows and captions go, the article stays."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from digests.cleaning import clean
from digests.cleaning.notices import leads_elsewhere, notice_in
from digests.model import Article, Media, RawArticle

NOW = datetime(2026, 11, 28, 18, tzinfo=UTC)
TITLE = "Four guards hurt as convoy is fired at near Razmak"
TEXT = (
    "Four guards were hurt when their convoy was fired at near Razmak on Friday, two officials of the district said.",
    "The men who fired fled into the hills, and helicopters looked for them until dusk, one of the officials said.",
    "“We heard shots for half an hour,” said Rahmat Gul, who keeps a tea house beside the road.",
)
URDU = (
    "رزمک کے قریب جمعے کو قافلے پر فائرنگ سے چار محافظ زخمی ہو گئے، ضلعی انتظامیہ کے دو اہلکاروں نے بتایا۔",
    "حملہ آور پہاڑوں کی طرف فرار ہو گئے اور شام تک ہیلی کاپٹروں کی مدد سے تلاش جاری رہی۔",
    "کسی گروہ نے ابھی تک حملے کی ذمہ داری قبول نہیں کی، پولیس نے مقدمہ درج کر لیا ہے۔",
)
RUSSIAN = (
    "НАЗРАНЬ, 27 ноября. Двое полицейских ранены при обстреле поста на въезде в город, сообщили в министерстве.",
    "Нападавшие скрылись на автомобиле без номеров, их ищут в соседних районах республики.",
    "Движение по трассе закрыли до утра, на месте работают следователи и саперы.",
)


def p(paragraphs: tuple[str, ...]) -> str:
    return "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)


WITH_PROMOTIONS = f"""<html lang="ur" dir="rtl"><head><title>رزمک میں قافلے پر فائرنگ، چار زخمی - نیوز اردو</title></head><body>
<a href="#content">مواد پر جائیں</a><main role="main"><h1 id="content">رزمک میں قافلے پر فائرنگ، چار زخمی</h1>
<figure><p><span>،تصویر کا ذریعہ</span>Agency</p><figcaption><p>ڈیورنڈ لائن پر نصب باڑ</p></figcaption></figure>
<section aria-labelledby="byline"><ul><li>مصنف, نامہ نگار</li><li>عہدہ, نیوز اردو، پشاور</li><li><time datetime="2026-11-27">27 نومبر 2026</time></li></ul></section>
<div><p>{URDU[0]}</p></div><section aria-labelledby="podcast-promo"><strong>پوڈکاسٹ</strong><p>ڈیورنڈ لائن کی کہانی ہمارے نئے پوڈکاسٹ میں سنیے۔</p><p>قسطیں</p></section>
<div><p>{URDU[1]}</p></div><section aria-labelledby="x"><strong>مزید پڑھیے</strong><ul><li><a href="/b">ٹی ٹی پی اور ڈیورنڈ لائن</a></li></ul></section>
<div><p>{URDU[2]}</p></div></main><section><h2>اہم خبریں</h2><ul><li><h3><a href="/c">اسلام آباد میں جلسہ</a></h3></li></ul></section></body></html>"""
WITH_LISTS = f"""<html lang="en"><head><title>{TITLE} | Armed Groups News</title><meta property="og:title" content="{TITLE}">
<script type="application/ld+json">{{"@type":"NewsArticle","headline":"{TITLE}","datePublished":"2026-11-27T15:02:44Z"}}</script></head><body><main><h1>{TITLE}</h1>
<figure><figcaption>The Durand Line in 2021 [File: Agency]</figcaption></figure><div class="share"><button>Share</button><span>Save</span></div><div class="text"><p>{TEXT[0]}</p>
<div class="more-on"><h2>Recommended Stories</h2><span>list of 1 item</span><ul><li><article><h3><a href="/x">Durand Line: what you need to know</a></h3></article></li></ul><span>end of list</span></div>
<p>{TEXT[1]}</p><div class="newsletter"><h3>Weekly newsletter</h3><p>By signing up, you agree to our Privacy Policy</p></div><p>{TEXT[2]}</p></div></main></body></html>"""
WITH_STAMPS = f"""<html lang="en"><head><title>{TITLE} - Newspaper</title><meta property="article:published_time" content="2026-11-27T07:15:13+05:00"></head><body>
<article class="story"><h2 class="story__title"><a href="/1">{TITLE}</a></h2><div><a>Our Correspondent</a></div><span>Published November 27, 2026</span><div>Listen to article</div>
<div class="story__content">{p(TEXT[:2])}<div><h4>Read more</h4><a href="/2"><p>Durand Line infiltration bid foiled</p></a></div>{p(TEXT[2:])}<p>■</p><p><em>* Writing by A. Khan</em></p>
<p><em>Published in The Hill Gazette, November 27th, 2026</em></p></div></article><div><h3>Comments (1)</h3><p>The Durand Line must be closed for good.</p></div></body></html>"""
WITH_TWO_HEADINGS = f"""<html lang="en"><head><title>{TITLE} - Hill Radio</title></head><body><header><h1>The Hill Radio Online</h1></header><main><article>
<h1 class="entry-title">{TITLE}</h1><span>27/11/2026 16:20</span><div class="entry-content">{p(TEXT)}<div><h3>Share this:</h3><ul><li>Twitter</li></ul></div></div></article></main>
<aside><h2>Recent posts</h2><ul><li><a href="/d">Durand Line closed</a></li></ul></aside></body></html>"""
WITH_A_TIME_BESIDE = f"""<html lang="ru"><head><title>Двое полицейских ранены в Назрани - Агентство</title></head><body><div class="NewsHeader"><div>Происшествия</div>
<time datetime="2026-11-27T14:05:00">27 ноября, 14:05</time><h1>Двое полицейских ранены в Назрани</h1></div><div class="Content">{p(RUSSIAN)}</div>
<div><h3>Читайте также</h3><a href="/l">Линия Дюранда: что известно</a></div><div>Подписывайтесь на Агентство</div></body></html>"""


def read(html: str) -> Article:
    return clean(RawArticle(html, Media.HTML, NOW, url="https://hill-gazette.example.org/a/1")).article


@pytest.mark.parametrize(
    ("html", "body", "title"),
    [
        (WITH_PROMOTIONS, URDU, "رزمک میں قافلے پر فائرنگ، چار زخمی"),
        (WITH_LISTS, TEXT, TITLE),
        (WITH_STAMPS, TEXT, TITLE),
        (WITH_TWO_HEADINGS, TEXT, TITLE),
        (WITH_A_TIME_BESIDE, RUSSIAN, "Двое полицейских ранены в Назрани"),
    ],
    ids=["promotions", "lists", "stamps", "two headings", "time beside"],
)
def test_only_the_article_of_an_outlets_page_is_kept(html, body, title):
    article = read(html)
    assert article.body == "\n".join(body)
    assert article.title.removesuffix(" - نیوز اردو").removesuffix(" - Newspaper").removesuffix(" - Агентство") == title
    assert article.published.at.date().isoformat() == "2026-11-27"


@pytest.mark.parametrize(
    "line", ["Role, correspondent in Kabul", "مزید پڑھیے", "Read more", "Editing by R. Shah", "list of 3 items"]
)
def test_a_line_that_leads_elsewhere_is_known_by_its_beginning(line):
    assert leads_elsewhere(line)


@pytest.mark.parametrize(
    "line",
    [
        "قسطیں ادا نہ کرنے پر بینک نے تین ٹریکٹر ضبط کر لیے، کسانوں نے احتجاج کیا۔",
        "تابعوا عملهم في المستشفى رغم القصف طوال الليل.",
        "Read more than a hundred names, the officer said, and nobody answered.",
        "The minister said that no page of the agreement would be rewritten.",
    ],
)
def test_a_sentence_that_begins_alike_is_kept(line):
    assert not leads_elsewhere(line)
    assert notice_in(line) is None
