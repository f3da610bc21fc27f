"""Cost of placing: milliseconds from text to placed story, kB of memory a story, seconds to rebuild the desk.

Times are of the process, not of the wall, so that other work on the machine disturbs less. Ratios are the point: 10,000
live stories against 1,000, and the whole step against cleaning nothing but words (`tokenize`).
"""

from __future__ import annotations

import gc
import random
import sys
import tempfile
import time
import tracemalloc
from array import array
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from config.lexicon import load as load_lexicon
from digests.gazetteer import GeoKind
from digests.gazetteer import load as load_gazetteer
from digests.model import Article, Count, DateOrigin, Published, Sentence, Zone, article_id
from digests.store import stories as story_store
from digests.store.articles import fingerprint, save_article
from digests.store.sqlite import SqliteStore
from digests.stories import Desk, examine
from digests.stories.copies import Sketch
from digests.stories.facts import Names, read_facts
from digests.stories.likeness import load_idf, vector_from
from digests.stories.sample import Sample
from digests.text import tokenize

START = datetime(2026, 3, 1, tzinfo=UTC)
DEEDS = [
    "suicide bombing",
    "roadside bomb",
    "armed attack",
    "drone strike",
    "shelling",
    "protest",
    "ambush on a convoy",
    "raid",
]
WORDS = 590
SENTENCE = Sentence("", Zone.BODY, 0, 0)


def articles(count: int, seed: int = 7, start: int = 0) -> list[Article]:
    """Invented reports of different events: the worst case, in which nothing joins."""
    random_ = random.Random(seed)
    towns = [place.name for place in load_gazetteer().places[:40_000:20] if place.kind is GeoKind.TOWN]
    vocabulary = sorted(load_idf().steps, key=load_idf().steps.__getitem__)
    found = []
    for number in range(start, start + count):
        town, deed = random_.choice(towns), random_.choice(DEEDS)
        killed, injured = random_.randint(1, 40), random_.randint(1, 90)
        at = START + timedelta(minutes=number)
        filler = [vocabulary[int(len(vocabulary) ** random_.random()) - 1] for _ in range(WORDS)]
        names = " ".join(random_.choice(vocabulary[2_000:]) for _ in range(8))
        title = f"{killed} killed in {deed} in {town} near {names}"
        lead = (
            f"At least {killed} people were killed and {injured} injured in a {deed} in {town}, police said of {names}."
        )
        sentences = [" ".join(filler[at : at + 18]).capitalize() + "." for at in range(0, WORDS, 18)]
        body = "\n".join([lead, *sentences])
        url = f"https://paper{number % 50}.example.org/{number}"
        found.append(
            Article(
                id=article_id(url, title, body),
                title=title,
                body=body,
                lead_end=len(lead),
                seen=at,
                url=url,
                published=Published(at, DateOrigin.GIVEN),
                source=f"paper{number % 50}.example.org",
                publisher=f"paper{number % 50}.example.org",
                language="en",
            )
        )
    return found


def fill(desk: Desk, count: int, names: Names, start: int) -> None:
    """Let the desk hold that many stories, of dossiers made of one another's parts: reading 10,000 texts takes minutes."""
    random_ = random.Random(start)
    base = [(article, examine(article, read_facts(article, names))) for article in articles(60, seed=start)]
    vocabulary = list(load_idf().steps)[500:]
    towns = [f"{place.name}|{place.country}" for place in load_gazetteer().places[:40_000:20]]
    number = start
    # Within the window of ten days: what is older would leave memory as fast as it comes.
    while len(desk) < count:
        number += 1
        article, dossier = random_.choice(base)
        number_id = article_id(f"https://filler.example.org/{number}", "", "")
        at = START + timedelta(minutes=number % 14_000)
        words = random_.sample(vocabulary, 70)
        weights = sorted((random_.uniform(0.02, 0.3) for _ in words), reverse=True)
        length = sum(weight * weight for weight in weights) ** 0.5
        sketch = Sketch(hashes(300, random_), 590, 1, Sample(hashes(100, random_), 2), bytes(100))
        figures = (random_.randint(1, 40), random_.randint(1, 90))
        killed, injured = (Count(figure, figure, approximate=False, sentence=SENTENCE) for figure in figures)
        placed = replace(
            dossier,
            article_id=number_id,
            time=at,
            vector=vector_from({w: round(1000 * v / length) for w, v in zip(words, weights, strict=True)}),
            sketch=sketch,
            facts=replace(dossier.facts, killed=killed, injured=injured),
            spots={random_.choice(towns): 1.0, "Pakistan|PK": 0.15},
        )
        desk.place(replace(article, id=number_id), placed)


def hashes(count: int, random_: random.Random) -> array[int]:
    return array("I", sorted(random_.getrandbits(32) for _ in range(count)))


def step(desk: Desk, batch: list[Article], names: Names) -> float:
    """Milliseconds of processor time per article, from text to placed story."""
    begun = time.process_time()
    for article in batch:
        desk.place(article, examine(article, read_facts(article, names)))
    return 1000 * (time.process_time() - begun) / len(batch)


def main() -> bool:
    names = Names(load_gazetteer(), load_lexicon())
    sample = articles(100, seed=1)
    begun = time.process_time()
    for article in sample:
        tokenize(article.title + article.body)
    words = 1000 * (time.process_time() - begun) / len(sample)
    desk = Desk()
    step(desk, articles(50, seed=2), names)
    print(f"words of a text alone: {words:.2f} ms")
    sizes = {}
    batch = articles(1_500, seed=3, start=1_000)
    said = [read_facts(article, names) for article in batch]
    tracemalloc.start()
    desk, before, counted = Desk(), 0, 300
    for number, (article, its_facts) in enumerate(zip(batch, said, strict=True)):
        if number == len(batch) - counted:  # by now what is remembered of words is full: it is bounded, and no story's
            gc.collect()
            before = tracemalloc.get_traced_memory()[0]
        desk.place(article, examine(article, its_facts))
    gc.collect()
    kilobytes = (tracemalloc.get_traced_memory()[0] - before) / 1024 / counted
    tracemalloc.stop()
    print(f"memory: {kilobytes:.1f} kB a story of one article")
    for live in (1_000, 10_000):
        fill(desk, live, names, start=100_000 + live)
        sizes[live] = step(desk, articles(100, seed=5 + live, start=13_000 + live // 10), names)
        print(
            f"text to placed story at {len(desk)} live stories: {sizes[live]:.2f} ms ({sizes[live] / words:.1f} x words)"
        )
    seconds = restoring(names)
    print(f"rebuilding a desk of 300 stories from rows: {seconds:.2f} s")
    good = kilobytes <= 16 and sizes[1_000] <= 10 and sizes[10_000] <= 15 and seconds <= 2
    print("within the targets" if good else "NOT within the targets: <= 16 kB, <= 10 ms, <= 15 ms, <= 10 s for 5,000")
    return good


def restoring(names: Names) -> float:
    with tempfile.TemporaryDirectory() as folder, SqliteStore.open(Path(folder) / "k.db") as db:
        desk = Desk()
        with db.immediate():
            for article in articles(300, seed=9):
                dossier = examine(article, read_facts(article, names))
                save_article(db, article, fingerprint(article))
                story_store.save_placement(db, article, dossier, desk.place(article, dossier), article.seen)
        begun = time.process_time()
        restored = Desk.restore(db, now=START + timedelta(days=40))
        assert len(restored) == len(desk)
        return time.process_time() - begun


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
