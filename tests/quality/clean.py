"""How much of an article cleaning keeps, on invented articles in six languages inside the furniture of six kinds of page."""

import sys
from datetime import UTC, datetime

from digests.cleaning.evaluate import evaluate_cleaning

NOW = datetime(2026, 3, 3, tzinfo=UTC)
FLOORS = {"precision": 0.99, "recall": 0.99, "f1": 0.99, "title right": 1.0}

ARTICLES = {
    "en": (
        "Landslide closes the road to the upper Kurram valley",
        [
            "A landslide closed the only road to the upper Kurram valley on Sunday night, and about four hundred lorries were waiting on both sides by the morning, the district administration said.",
            "Engineers began to clear the rubble at dawn, but an official said that a second slide could not be ruled out before the rain stopped. Two drivers were slightly hurt when stones hit their vehicles.",
            "Traders in the bazaar reported that flour and cooking oil had already become dearer. The hospital asked for a helicopter to bring medicine that was to arrive by road.",
            "The road had been rebuilt only last summer. The provincial works department promised a retaining wall, for which money has been set aside in the next budget.",
        ],
    ),
    "ur": (
        "بالائی کرم کو جانے والی سڑک مٹی کے تودے سے بند",
        [
            "بالائی کرم کو جانے والی واحد سڑک اتوار کی رات مٹی کا تودہ گرنے سے بند ہو گئی اور صبح تک دونوں طرف چار سو کے قریب ٹرک کھڑے تھے، ضلعی انتظامیہ نے بتایا۔",
            "انجینئروں نے صبح سویرے ملبہ ہٹانا شروع کر دیا، تاہم ایک اہلکار کے مطابق بارش رکنے تک دوسرا تودہ گرنے کا خطرہ موجود ہے۔ دو ڈرائیور پتھر لگنے سے معمولی زخمی ہوئے۔",
            "بازار کے تاجروں کا کہنا ہے کہ آٹا اور گھی مہنگا ہو چکا ہے۔ ہسپتال نے ادویات لانے کے لیے ہیلی کاپٹر مانگ لیا ہے۔",
        ],
    ),
    "ps": (
        "د پورتنۍ کرمې لار د ځمکې د ښویېدو له امله وتړل شوه",
        [
            "د پورتنۍ کرمې یوازینۍ لار د یکشنبې په شپه د ځمکې د ښویېدو له امله وتړل شوه او تر سهاره دواړو خواوو ته څلور سوه لارۍ ولاړې وې، د ولسوالۍ ادارې وویل.",
            "انجنیرانو سهار وختي د خاورو پاکول پیل کړل، خو یو چارواکي وویل چې تر هغې چې باران ودرېږي د بلې ښویېدنې وېره شته. دوه موټر چلوونکي لږ ټپیان شول.",
            "سوداګرو وویل چې وړه او غوړي لا دمخه ګران شوي دي. روغتون د درملو د راوړلو لپاره چورلکه وغوښته.",
        ],
    ),
    "fa": (
        "جاده کرم بالا بر اثر رانش زمین بسته شد",
        [
            "تنها جاده منتهی به کرم بالا شامگاه یکشنبه بر اثر رانش زمین بسته شد و تا صبح نزدیک به چهارصد کامیون در دو سوی جاده ماندند، اداره ولسوالی اعلام کرد.",
            "مهندسان بامداد پاکسازی آوار را آغاز کردند، اما یک مقام گفت تا باران بند نیاید خطر رانش دوم وجود دارد. دو راننده بر اثر برخورد سنگ زخم سطحی برداشتند.",
            "تاجران بازار گفتند که آرد و روغن گران شده است. شفاخانه برای رساندن دوا درخواست چرخبال کرد.",
        ],
    ),
    "ar": (
        "انهيار أرضي يغلق الطريق إلى وادي كرم الأعلى",
        [
            "أغلق انهيار أرضي الطريق الوحيد المؤدي إلى وادي كرم الأعلى مساء الأحد، ووقفت نحو أربعمئة شاحنة على الجانبين حتى الصباح، بحسب إدارة المنطقة.",
            "وبدأ المهندسون إزالة الأنقاض عند الفجر، لكن مسؤولا قال إن انهيارا ثانيا يبقى محتملا ما لم يتوقف المطر. وأصيب سائقان بجروح طفيفة بسبب تساقط الحجارة.",
            "وقال تجار السوق إن أسعار الطحين والزيت ارتفعت. وطلب المستشفى مروحية لنقل الأدوية.",
        ],
    ),
    "hi": (
        "भूस्खलन से ऊपरी कुर्रम घाटी की सड़क बंद",
        [
            "रविवार रात भूस्खलन के कारण ऊपरी कुर्रम घाटी को जाने वाली एकमात्र सड़क बंद हो गई और सुबह तक दोनों ओर करीब चार सौ ट्रक खड़े रहे, जिला प्रशासन ने बताया।",
            "इंजीनियरों ने भोर में मलबा हटाना शुरू किया, लेकिन एक अधिकारी ने कहा कि बारिश रुकने तक दूसरे भूस्खलन का खतरा बना हुआ है। दो चालक पत्थर लगने से मामूली घायल हुए।",
            "बाजार के व्यापारियों ने बताया कि आटा और तेल महंगा हो चुका है। अस्पताल ने दवाइयां लाने के लिए हेलीकॉप्टर मांगा है।",
        ],
    ),
}
SIDEBAR = (
    "Durand Line dispute returns to the headlines",
    "Five recipes for the cold season",
    "Cup final moved to Lahore",
)


def plain(title, paragraphs):
    body = "".join(f"<p>{part}</p>" for part in paragraphs)
    return f"<html><head><title>{title}</title></head><body><h1>{title}</h1>{body}</body></html>"


def newspaper(title, paragraphs):
    side = "".join(f'<li><a href="/n{n}">{text}</a></li>' for n, text in enumerate(SIDEBAR))
    body = "".join(f"<p>{part}</p>" for part in paragraphs)
    return (
        f'<html><head><title>{title} | The Hill Gazette</title><meta property="og:title" content="{title}">'
        '<meta property="og:site_name" content="The Hill Gazette"></head><body>'
        '<nav><ul><li><a href="/">Home</a></li><li><a href="/world">World</a></li><li><a href="/sport">Sport</a></li></ul></nav>'
        f'<main><article><h1>{title}</h1><p class="byline">By our correspondent</p>{body}</article></main>'
        f"<aside><h3>Most read</h3><ul>{side}</ul></aside><footer>Copyright The Hill Gazette. All rights reserved.</footer></body></html>"
    )


def portal(title, paragraphs):
    inner = paragraphs[0], f'<div class="related"><a href="/x">Also read: {SIDEBAR[0]}</a></div>', *paragraphs[1:]
    body = "".join(part if part.startswith("<div") else f"<p>{part}</p>" for part in inner)
    return (
        f'<html><head><title>{title}</title><script type="application/ld+json">{{"@type":"NewsArticle","headline":"{title}"}}'
        '</script></head><body><div id="consent"><p>We use cookies to improve your experience.</p><button>Accept all</button></div>'
        f'<div class="story"><h1>{title}</h1><div class="share">Share this on X</div>{body}'
        '<div class="comments"><h4>Comments</h4><p>Reader: I was there yesterday and saw the queue myself.</p></div></div></body></html>'
    )


def tables(title, paragraphs):
    body = "".join(f"<tr><td><p>{part}</p></td></tr>" for part in paragraphs)
    menu = "".join(f'<td><a href="/{n}">{text}</a></td>' for n, text in enumerate(SIDEBAR))
    return (
        f"<html><head><title>{title}</title></head><body><table><tr>{menu}</tr></table>"
        f"<table><tr><td><table><tr><td><h1>{title}</h1></td></tr>{body}</table></td></tr></table></body></html>"
    )


def flattened(title, paragraphs):
    side = "\n".join(f"{title}\n{text}" for text in SIDEBAR)
    return (
        f"{title}\n{title}\nHome\nWorld\n2026/03/02-09:15\n{title}\n\n"
        + "\n\n".join(paragraphs)
        + f"\n\n{side}\n{title}\nAll rights reserved"
    )


PAGES = (plain, newspaper, portal, tables)


def lines():
    for language, (title, paragraphs) in ARTICLES.items():
        for page in PAGES:
            url = f"https://hill-gazette.example.org/{language}/{page.__name__}"
            yield {"url": url, "html": page(title, paragraphs), "body": "\n".join(paragraphs), "title": title}
        url = f"https://hill-gazette.example.org/{language}/flat"
        yield {"url": url, "raw": flattened(title, paragraphs), "body": "\n".join(paragraphs), "title": title}


def main() -> bool:
    figures, misses = evaluate_cleaning(list(lines()), now=NOW)
    for miss in misses:
        print("  ", miss)
    good = True
    for name, value in figures.items():
        floor = FLOORS.get(name)
        good = good and (floor is None or value >= floor)
        print(
            f"{name:<16} {value if isinstance(value, int) else format(value, '.3f')}{f'  (floor {floor})' if floor else ''}"
        )
    return good


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
