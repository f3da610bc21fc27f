"""Reads folders of feed files and compares with feedparser.

    python -m tests.bench.feeds FOLDER...

The public sets that this was written for stay outside the repository: kurtmckee/feedparser (tests), rubys/feedvalidator
(testcases) and miniflux/v2 (internal). Prints one line per figure; exit code 1 when a promise is broken.
"""

import io
import re
import sys
import time
import warnings
from datetime import UTC, datetime, timedelta
from pathlib import Path

import feedparser

from digests.errors import UnreadableSource
from digests.feeds import read_feed

SUFFIXES = {".xml", ".rss", ".atom", ".rdf", ".json"}
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
NOW = datetime(2026, 11, 23, tzinfo=UTC)


def files(folders):
    for folder in folders:
        for path in sorted(Path(folder).rglob("*")):
            if path.is_file() and path.suffix in SUFFIXES:
                yield path


def entries_of_feedparser(body):
    try:
        return len(feedparser.parse(io.BytesIO(body)).entries)
    except Exception:  # noqa: BLE001 - what the other parser raises is its own affair
        return 0


def faults_of(feed):
    for item in feed.items:
        if item.published and not (
            item.published.tzinfo and datetime(1995, 1, 1, tzinfo=UTC) <= item.published <= NOW + timedelta(days=1)
        ):
            yield f"date {item.published}"
        if item.url and not item.url.startswith(("http://", "https://")):
            yield f"link {item.url}"
        if any(CONTROLS.search(text) for text in (item.title, item.content, item.summary, item.author, item.url or "")):
            yield "control character"
        if "<" in item.title and re.search(r"<(b|i|p|br|a|em|strong)\b[^<>]*>", item.title):
            yield f"markup in title {item.title!r}"


def main(folders):
    warnings.simplefilter("ignore")
    read_feed(
        b"<rss><channel><item><pubDate>3 hours ago</pubDate></item></channel></rss>", "http://example.org/", None, NOW
    )
    times, faults, fewer = [], [], []
    entries = expected = refused = titles = links = dates = 0
    for path in files(folders):
        body = path.read_bytes()
        start, feed = time.perf_counter(), None
        try:
            feed = read_feed(body, "http://127.0.0.1:8097/feed", None, NOW)
        except UnreadableSource:
            refused += 1
        except Exception as error:  # noqa: BLE001 - finding these is the purpose
            faults.append(f"{path}: {type(error).__name__} {error}")
        times.append((time.perf_counter() - start, path))
        count = len(feed.items) if feed else 0
        other = entries_of_feedparser(body)
        entries += count
        expected += other
        if count < other:
            fewer.append(f"{path}: {count} of {other}")
        if feed:
            faults += [f"{path}: {fault}" for fault in faults_of(feed)]
            titles += sum(bool(item.title) for item in feed.items)
            links += sum(bool(item.url) for item in feed.items)
            dates += sum(bool(item.published) for item in feed.items)
    times.sort(key=lambda pair: pair[0])
    print(f"files {len(times)}  no feed {refused}  entries {entries}  feedparser's {expected}")
    print(f"titles {titles}  links {links}  dates {dates}")
    print(f"milliseconds: p50 {at(times, 0.5):.2f}  p99 {at(times, 0.99):.2f}  max {at(times, 1):.2f} {times[-1][1]}")
    print(f"escaped exceptions and bad fields {len(faults)}  files with fewer entries {len(fewer)}")
    print(*faults[:40], *fewer[:40], sep="\n")
    return 1 if faults or fewer else 0


def at(times, share):
    return times[min(len(times) - 1, int(len(times) * share))][0] * 1000


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
