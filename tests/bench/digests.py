"""What telling costs when many follow: waking followers of an article, looking for who is due, and for what is new.

    python -m tests.bench.digests

10,000 chats follow five of 20,000 queries each; two weeks hold 28,000 articles. Times are of this process (CPU seconds),
the median of several.
"""

import statistics
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from time import process_time

from digests.codec import to_json
from digests.model import Destination, Facts, Member, Revision, Severity, Story
from digests.store import digests, dues
from digests.store.driver import to_text
from digests.store.sqlite import SqliteStore

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
CHATS, QUERIES, FOLLOWED, ARTICLES, DAYS = 10_000, 20_000, 5, 28_000, 14
MATCH = '[["TTP", null, "TTP", "body", 0, 3, "TTP", "exact", 100.0]]'


def main():
    with tempfile.TemporaryDirectory() as folder, SqliteStore.open(Path(folder) / "k.db") as store:
        random = Random(1)
        with store.immediate():
            fill(store, random)
        with store.immediate():
            store.execute("ANALYZE")
        popular = store.value("SELECT article_id FROM matches GROUP BY article_id ORDER BY count(*) DESC LIMIT 1")
        print(f"{CHATS:,} chats, {CHATS * FOLLOWED:,} subscriptions, {ARTICLES:,} articles")
        for name, article in (("an article that 4 queries match", "a100"), ("an article that most match", popular)):
            show(f"wake followers of {name}", [woken(store, article) for _ in range(7)])
        show("who is due", [timed(store, dues.due, NOW) for _ in range(7)])
        show("when is the next", [timed(store, dues.next_due_at) for _ in range(7)])
        behind = ((51, "an ordinary chat"), (1, "a chat that follows the five most frequent names"))
        for chat, name in behind:
            found = [timed(store, new_for, Destination(chat)) for _ in range(7)]
            show(f"what is new for {name}, two weeks behind", found)
        with store.immediate():
            store.execute(
                "INSERT INTO told (chat_id, thread_id, story_id, revision, digest_id, told_at)"
                " SELECT chat_id, 0, id, revision, 1, :now FROM stories JOIN chats ON chat_id IN (1, 51) WHERE id <> 's9300'",
                {"now": to_text(NOW)},
            )
        for chat, name in ((51, "the ordinary chat"), (1, "the other")):
            found = [timed(store, new_for, Destination(chat)) for _ in range(7)]
            show(f"what is new for {name} when it is up to date", found)


def new_for(store, where):
    return digests.candidates(store, where, now=NOW)


def fill(store, random):
    at = to_text(NOW - timedelta(days=20))
    store.execute_many(
        "INSERT INTO chats (chat_id, cadence, created_at, next_digest_at, last_digest_at) VALUES (:id, :cadence, :at, :next, :now)",
        [
            {
                "id": number, "at": at, "now": to_text(NOW - timedelta(hours=1)),
                "cadence": '{"kind": "instant"}' if number % 2 else '{"kind": "daily", "at": "08:00"}',
                "next": None if number % 2 else to_text(NOW + timedelta(seconds=number - 200)),
            }
            for number in range(1, CHATS + 1)
        ],
    )  # fmt: skip
    store.execute_many(
        "INSERT INTO queries (id, canonical, strictness) VALUES (:id, :name, 'normal')",
        [{"id": number, "name": f"q{number}"} for number in range(1, QUERIES + 1)],
    )
    followed = {(1, query) for query in range(1, 6)}
    for chat in range(2, CHATS + 1):
        followed |= {(chat, skewed(random, QUERIES)) for _ in range(FOLLOWED)}
    store.execute_many(
        "INSERT INTO subscriptions (chat_id, query_id, typed, since) VALUES (:chat, :query, 'TTP', :at)",
        [{"chat": chat, "query": query, "at": at} for chat, query in sorted(followed)],
    )
    articles, places, matches, stories = [], [], [], {}
    for number in range(ARTICLES):
        seen = NOW - timedelta(days=DAYS) * (1 - number / ARTICLES)
        name, home = f"a{number}", f"s{number // 3}"
        articles.append({"id": name, "title": f"Title {number}", "body": "word " * 800, "at": to_text(seen)})
        places.append({"article": name, "story": home, "position": number, "at": to_text(seen)})
        matched = {skewed(random, QUERIES) for _ in range(4)}
        matches += [{"query": query, "article": name, "at": to_text(seen), "matches": MATCH} for query in matched]
        member = Member(name, f"Title {number}", f"https://a.example.org/{number}", "wire", "wire", seen, "en")
        old = stories.get(home)
        members = (*(old.members if old else ()), member)
        stories[home] = Story(
            home, f"Title {number}", members, Facts(), Severity.NORMAL, (Revision(1, seen),), seen, seen
        )
    store.execute_many(
        "INSERT INTO articles (id, title, body, lead_end, seen_at, source, language, fingerprint)"
        " VALUES (:id, :title, :body, 0, :at, 'wire', 'en', :id)",
        articles,
    )
    store.execute_many(
        "INSERT INTO story_articles (article_id, story_id, position, dossier, why, placed_at)"
        " VALUES (:article, :story, :position, '', '', :at)",
        places,
    )
    store.execute_many(
        "INSERT INTO matches (query_id, article_id, score, matches, matched_at) VALUES (:query, :article, 100, :matches, :at)",
        matches,
    )
    store.execute_many(
        "INSERT INTO stories (id, title, severity, revision, first_seen_at, changed_at, last_article_at, last_position,"
        " saved_at, revised_at, ledger, story) VALUES (:id, '', 'normal', 1, :at, :at, :at, 0, :at, :at, '', :story)",
        [{"id": each.id, "at": to_text(each.last_changed), "story": to_json(each)} for each in stories.values()],
    )


def skewed(random, most):
    """Few names are followed and written about by many, most by few."""
    return int(most ** random.random())


def woken(store, article):
    """The time of one waking; the chats sleep again afterwards."""
    story = Story(f"s{int(article[1:]) // 3}", "", (), Facts(), Severity.NORMAL, (), NOW, NOW)
    with store.immediate():
        start = process_time()
        count = dues.wake_followers(store, article, story, NOW)
        elapsed = process_time() - start
        store.execute("UPDATE chats SET next_digest_at = NULL, hold_until = NULL WHERE hold_until IS NOT NULL")
    return elapsed, count


def timed(store, function, *args):
    with store.snapshot():
        start = process_time()
        found = function(store, *args)
        return process_time() - start, len(found) if isinstance(found, list) else 1


def show(name, found):
    times = [elapsed for elapsed, _ in found]
    print(f"{name}: {statistics.median(times) * 1000:.2f} ms ({found[-1][1]:,} found)")


if __name__ == "__main__":
    main()
