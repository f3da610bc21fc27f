"""The verbs that read articles: what they print, and what bad input costs."""

import gzip
import json
import os
import random
import sqlite3

import click
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.toolbox import Toolbox
from bot.verbs.evaluating import measured, read_lines
from bot.verbs.inputs import article_from_json, articles_in, utc_now
from config.settings import load
from digests.errors import UnreadableSource
from digests.store.sqlite import FileLock, SqliteStore
from tests.command_line import PAGE, TEXT, Program

QUETTA = {
    "title": "Blast near Quetta station kills three",
    "published": "2026-03-02T06:30:00+05:00",
    "source": "Outlet A",
}
QUETTA["text"] = (
    "QUETTA: At least three people were killed and nine injured when a bomb exploded near the station, police said."
)


@pytest.fixture
def khabardar(capsys, tmp_path):
    return Program(capsys, tmp_path)


def json_lines(*articles):
    return "".join(json.dumps(article) + "\n" for article in articles)


# --- What they print ---------------------------------------------------------------------------------------------------


def test_clean_shows_what_is_kept(khabardar):
    (line,) = khabardar("clean", khabardar.file("a.html", PAGE), "--json").lines
    assert line["title"] == "Three killed in blast near Quetta station"
    assert line["published"] == "2026-03-02T01:30:00+00:00"
    assert "parked motorcycle" in line["body"]
    assert "Sports" not in line["body"]
    assert {"language", "url", "tags", "removed", "canonical_url", "source"} <= line.keys()


def test_clean_prints_for_people_too(khabardar):
    said = khabardar("clean", khabardar.file("a.html", PAGE))
    assert said.code == 0
    assert "title      Three killed in blast near Quetta station" in said.out.splitlines()


def test_match_says_where_with_spans_that_hold_the_words(khabardar):
    file = khabardar.file("a.txt", TEXT)
    said = khabardar("match", "-q", "TTP", "-q", "Miranshah", "-q", "Peshawar", file, "--json")
    body = khabardar("clean", file, "--json").lines[0]["body"]
    assert said.code == 0
    assert {line["query"] for line in said.lines} == {"TTP", "Miranshah"}
    for line in said.lines:
        assert set(line) == {"article", "query", "entity", "zone", "start", "end", "words", "grade", "score"}
        if line["zone"] in {"lead", "body"}:
            assert body[line["start"] : line["end"]] == line["words"]


def test_match_reads_queries_from_a_file(khabardar):
    queries = khabardar.file("queries.txt", "# who\nTTP\n\nMiranshah\n")
    said = khabardar("match", "--queries", queries, khabardar.file("a.txt", TEXT), "--json")
    assert {line["query"] for line in said.lines} == {"TTP", "Miranshah"}


def test_match_prints_the_words_in_their_context(khabardar):
    said = khabardar("match", "-q", "Miranshah", khabardar.file("a.txt", TEXT))
    assert "[Miranshah]" in said.out


def test_ingest_stores_and_a_second_time_changes_nothing(khabardar):
    file = khabardar.file("a.html", PAGE)
    first, second = khabardar("ingest", file, "--json"), khabardar("ingest", file, "--json")
    assert [line["fate"] for line in first.lines + second.lines] == ["stored", "known"]
    assert first.lines[0]["id"] == second.lines[0]["id"]
    assert set(first.lines[0]) == {"article", "id", "fate", "story", "title", "queries"}


def test_ingest_reads_folders_lines_and_standard_input(khabardar):
    khabardar.file("in/deep/a.html", PAGE)
    khabardar.file("in/b.txt", TEXT)
    khabardar.file("in/.hidden", TEXT)
    khabardar.file("in/picture.jpg", b"\xff\xd8\xff")
    lines = khabardar.file("c.jsonl", json_lines(QUETTA))
    other = {
        **QUETTA,
        "title": "Grenade thrown in Zhob",
        "text": "ZHOB: A grenade was thrown at a post on Tuesday. None was hurt.",
    }
    said = khabardar("ingest", khabardar.folder / "in", lines, "-", "--json", stdin=json_lines(other).encode())
    assert said.code == 0, said.err
    assert [line["article"].rpartition("/")[2] for line in said.lines] == [
        "b.txt", "a.html", "c.jsonl:1", "standard input:1",
    ]  # fmt: skip


def test_stories_of_the_database_and_of_files_have_the_same_shape(khabardar):
    file = khabardar.file("a.html", PAGE)
    khabardar("ingest", file)
    (stored,), (read,) = khabardar("stories", "--json").lines, khabardar("stories", file, "--json").lines
    assert stored.keys() == read.keys()
    assert stored["facts"]["killed"]["low"] == 3
    assert stored["facts"]["killed"]["sentence"]["text"].startswith("Three killed")
    assert {
        "id",
        "title",
        "articles",
        "publishers",
        "severity",
        "revision",
        "first_seen",
        "last_changed",
    } <= stored.keys()


def test_stories_print_for_people_too(khabardar):
    said = khabardar("stories", khabardar.file("a.html", PAGE))
    assert "killed 3 · injured 9" in said.out


def test_a_digest_of_files_stores_nothing(khabardar):
    said = khabardar("digest", "-q", "Quetta", khabardar.file("a.html", PAGE), "--format", "json")
    (line,) = said.lines
    (entry,) = line["entries"]
    assert entry["status"] == "new"
    assert {"story", "status", "changes", "title", "links", "evidence"} <= entry.keys()
    assert not khabardar.db.exists()


@pytest.mark.parametrize("form", ["text", "html"])
def test_a_digest_for_people(khabardar, form):
    said = khabardar("digest", "-q", "Quetta", khabardar.file("a.html", PAGE), "--format", form)
    assert "Three killed in blast near Quetta station" in said.out
    assert ("<b>" in said.out) is (form == "html")


def test_an_entry_from_a_file_names_the_file_when_the_text_names_no_source(khabardar):
    lines = json_lines({"text": "Karachi police said two men were killed in a clash on Sunday in Lyari."})
    paths = khabardar.file("quetta.txt", QUETTA["text"]), khabardar.file("x.jsonl", lines)
    said = khabardar("digest", "-q", "Quetta OR Karachi", *paths, "--json")
    links = [entry["links"] for entry in said.lines[0]["entries"]]
    assert sorted(link["name"] for (link,) in links) == ["quetta.txt", "x.jsonl:1"]
    assert "quetta.txt" in khabardar("stories", *paths).out


def test_a_digest_of_the_database_reads_without_writing(khabardar):
    khabardar("ingest", khabardar.file("a.html", PAGE))
    with FileLock(khabardar.db):  # as while the bot runs
        said = khabardar("digest", "-q", "Quetta", "--json")
    assert len(said.lines[0]["entries"]) == 1


def test_nothing_found_is_said_and_is_no_failure(khabardar):
    said = khabardar("digest", "-q", "Peshawar", khabardar.file("a.html", PAGE))
    assert (said.code, said.out) == (0, "")
    assert said.complaints == ["khabardar: nothing matched"]


def test_eval_measures_matching(khabardar):
    cases = [
        {"keyword": "Quetta", "text": "A bomb exploded in Quetta on Monday.", "match": True},
        {"keyword": "Quetta", "text": "A bomb exploded in Zhob on Monday.", "match": False},
        {"keyword": "Quetta", "text": "A flood was reported in Sibi.", "match": True},
    ]
    said = khabardar("eval", "match", khabardar.file("cases.jsonl", json_lines(*cases)), "--json")
    *misses, figures = said.lines
    assert (figures["cases"], figures["precision"], figures["recall"]) == (3, 1.0, 0.5)
    assert [line["miss"]["text"] for line in misses] == ["A flood was reported in Sibi."]


def test_eval_measures_stories_and_cleaning(khabardar):
    label = {"story": "station", "keywords": ["Quetta"], "killed": 3, "injured": 9}
    stories = khabardar("eval", "stories", khabardar.file("s.jsonl", json_lines(QUETTA | label)), "--json")
    assert stories.code == 0
    assert stories.lines[-1]["articles"] == 1
    page = {
        "html": PAGE,
        "body": "QUETTA: At least three people were killed.",
        "title": "Three killed in blast near Quetta station",
    }
    cleaning = khabardar("eval", "clean", khabardar.file("c.jsonl", json_lines(page)), "--json")
    assert cleaning.code == 0, cleaning.err
    assert cleaning.lines


# --- Bad input ---------------------------------------------------------------------------------------------------------

BAD_FILES = {
    "empty.txt": (b"", "the file is empty"),
    "blank.html": (b" \n\t\n", "the file is empty"),
    "empty.jsonl": (b"\n", "the file is empty"),
    "zeros.txt": (b"\x00\x01\x02" * 500, "binary data"),
    "noise.txt": (random.Random(7).randbytes(4000), "binary data"),
    "paper.txt": (b"%PDF-1.7\n1 0 obj << /Type /Catalog >>", "binary data"),
    "packed.txt": (gzip.compress(TEXT.encode()), "binary data"),
    "broken.json": (b'{"title": ', "broken JSON"),
    "number.json": (b"7", "not a JSON object"),
    "deep.json": (b"[" * 100_000, "broken JSON"),
    "large.txt": (b"word " * 2_500_000, "too large"),
}


@pytest.mark.parametrize(
    "verb", [("clean",), ("match", "-q", "Quetta"), ("ingest",), ("stories",), ("digest", "-q", "Quetta")]
)
def test_bad_files_cost_a_line_each_and_the_rest_goes_on(khabardar, verb):
    for name, (content, _) in BAD_FILES.items():
        khabardar.file(f"in/{name}", content)
    khabardar.file("in/good.html", PAGE)
    (khabardar.folder / "in/dangling.txt").symlink_to("nowhere")
    said = khabardar(*verb, "--json", khabardar.folder / "in")
    assert said.code == 1
    assert "Quetta" in said.out
    assert len(said.complaints) == len(BAD_FILES) + 1
    for name, (_, why) in BAD_FILES.items():
        (line,) = [line for line in said.complaints if f"/{name}: " in line]
        assert why in line
    assert sum("dangling.txt: no such file" in line for line in said.complaints) == 1


def test_a_file_of_50_mb_is_refused_before_it_is_read(khabardar):
    file = khabardar.file("large.html", "")
    with file.open("r+b") as opened:
        opened.truncate(50_000_000)
    said = khabardar("clean", file)
    assert said.code == 1
    assert said.complaints == [f"khabardar: {file}: 50 MB is too large for one article (at most 10 MB); split it"]


def test_50_mb_of_lines_are_read_line_by_line(khabardar):
    long_line = json.dumps({"title": "x", "text": "word " * 1_100_000})
    file = khabardar.file("large.jsonl", "\n".join([long_line] * 9) + "\n" + json_lines(QUETTA))
    assert file.stat().st_size > 49_000_000
    said = khabardar("clean", "--json", file)
    assert said.code == 1
    assert [line["article"] for line in said.lines] == [f"{file}:10"]
    assert len(said.complaints) == 9
    assert all("a line over 5 MB was passed over" in line for line in said.complaints)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ('{"title": "x"', "broken JSON"),
        ("[1, 2]", "not a JSON object"),
        ('{"title": "only a title"}', "neither 'text' nor 'html'"),
        ('{"text": 7}', "'text' must be a text, not int"),
        ('{"text": "x", "published": "yesterday-ish"}', "'published' is no ISO 8601 time"),
        ('{"text": ""}', "neither 'text' nor 'html'"),
        ('{"text": "' + "9" * 5000 + '", "n": ' + "9" * 5000 + "}", "broken JSON"),
    ],
)
def test_a_broken_line_is_named_by_its_number(khabardar, line, why):
    file = khabardar.file("lines.jsonl", json_lines(QUETTA) + line + "\n" + json_lines(QUETTA))
    said = khabardar("ingest", file, "--json")
    assert said.code == 1
    assert [one["fate"] for one in said.lines] == ["stored", "known"]
    assert len(said.complaints) == 1
    assert said.complaints[0].startswith(f"khabardar: {file}:2: ")
    assert why in said.complaints[0]


def test_a_line_in_a_wrong_encoding_is_named(khabardar):
    file = khabardar.file("lines.jsonl", json_lines(QUETTA).encode() + '{"text": "Äußerung"}\n'.encode("latin-1"))
    said = khabardar("clean", file, "--json")
    assert said.code == 1
    assert said.complaints == [f"khabardar: {file}:2: not UTF-8; save the file as UTF-8"]


def test_a_text_in_another_encoding_is_read(khabardar):
    urdu = "کوئٹہ میں ریلوے اسٹیشن کے قریب دھماکا\n\nپولیس کے مطابق پیر کو کوئٹہ میں ہونے والے دھماکے میں تین افراد ہلاک ہو گئے۔\n"
    said = khabardar("match", "-q", "Quetta", khabardar.file("a.txt", urdu.encode("utf-16")), "--json")
    assert said.code == 0, said.err
    assert {line["words"] for line in said.lines} == {"کوئٹہ"}


def test_an_article_without_title_and_date_is_read(khabardar):
    file = khabardar.file(
        "a.jsonl", json_lines({"text": "Police said on Monday that a bomb had exploded near the station in Quetta."})
    )
    cleaned = khabardar("clean", file, "--json").lines[0]
    assert cleaned["published"] is None
    said = khabardar("ingest", file, "--json")
    assert (said.code, said.lines[0]["fate"]) == (0, "stored")
    assert khabardar("digest", "-q", "Quetta").code == 0


def test_half_a_character_in_a_text_breaks_nothing(khabardar):
    file = khabardar.file(
        "a.jsonl", '{"title": "Blast \\ud800 in Quetta", "text": "QUETTA: Three \\udfff were killed in a blast."}\n'
    )
    for verb in (("clean",), ("match", "-q", "Quetta"), ("ingest",), ("stories",), ("digest", "-q", "Quetta")):
        said = khabardar(*verb, "--json", file)
        assert said.code == 0, (verb, said.err)
        assert said.lines


def test_names_of_paths_that_are_no_files_are_explained(khabardar):
    (khabardar.folder / "void").mkdir()
    os.mkfifo(khabardar.folder / "pipe")
    said = khabardar("clean", "nowhere.html", khabardar.folder / "void", khabardar.folder / "pipe", "x" * 500)
    assert said.code == 1
    assert [line.rpartition(": ")[2] for line in said.complaints] == [
        "no such file or directory; check the path and its rights",
        "no file in this folder can be read as an article",
        "not a regular file; name a file or a folder",
        "file name too long; check the path and its rights",
    ]


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is unreadable to root")
def test_an_unreadable_file_is_told(khabardar):
    file = khabardar.file("secret.txt", TEXT)
    file.chmod(0)
    said = khabardar("clean", file)
    assert said.complaints == [f"khabardar: {file}: permission denied; check the path and its rights"]


def test_addresses_inside_the_own_network_are_refused(khabardar):
    said = khabardar("clean", "http://127.0.0.1:9/a.html", "http://[::", "https://")
    assert said.code == 1
    assert len(said.complaints) == 3
    assert "Traceback" not in said.err


@pytest.mark.parametrize(
    ("content", "why"),
    [(b"", "the file is empty"), (b"\x00" * 50, "binary data"), (b"word " * 2_500_000, "too large")],
)
def test_bad_standard_input_costs_a_line(khabardar, content, why):
    said = khabardar("clean", "-", stdin=content)
    assert said.code == 1
    assert len(said.complaints) == 1
    assert why in said.err


@pytest.mark.parametrize("content", [TEXT, PAGE, "\n\n" + TEXT, "\ufeff\n" + json_lines(QUETTA)])
def test_standard_input_may_be_a_text_a_page_or_lines(khabardar, content):
    said = khabardar("clean", "-", "--json", stdin=content.encode())
    assert said.code == 0, said.err
    assert len(said.lines) == 1


@pytest.mark.parametrize(
    ("query", "column"), [("TTP AND", 4), ("(TTP OR BLA", 0), ("TTP AND AND BLA", None), ('"Durand', None), ("", None)]
)
def test_a_wrong_query_is_shown_with_the_place(khabardar, query, column):
    said = khabardar("match", "-q", query, khabardar.file("a.txt", TEXT))
    assert (said.code, said.out) == (2, "")
    first, shown, caret, *further = said.complaints
    assert first.startswith(f"khabardar: {query!r}: ")
    assert shown == f"  {query}".rstrip() or shown.strip() == query
    assert caret.strip() == "^"
    if column is not None:
        assert caret.index("^") - 2 == column
    assert all(line.startswith("  try: ") for line in further)


def test_the_caret_stands_under_its_place_behind_urdu(khabardar):
    said = khabardar("match", "-q", "کوئٹہ AND", khabardar.file("a.txt", TEXT))
    assert said.complaints[1].index("AND") == said.complaints[2].index("^")


def test_a_query_is_needed(khabardar):
    said = khabardar("match", khabardar.file("a.txt", TEXT))
    assert (said.code, len(said.complaints)) == (2, 1)
    assert "-q QUERY" in said.err


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"])
def test_a_file_of_queries_that_cannot_be_read_is_wrong_use(khabardar, content):
    file = khabardar.folder / "queries" if content is None else khabardar.file("queries", content)
    said = khabardar("match", "--queries", file, khabardar.file("a.txt", TEXT))
    assert (said.code, len(said.complaints)) == (2, 1)
    assert said.complaints[0].startswith(f"khabardar: {file}: ")


@pytest.mark.parametrize(
    ("content", "code", "complaints"),
    [
        (b"", 2, 1),
        (b"{broken\n[1]\n", 2, 3),
        (b'{"keyword": 7}\n', 2, 2),
        (b'{"keyword": "x"}\n', 2, 1),
        (b"\xff\xfe\xfa\n", 2, 2),
    ],
)
@pytest.mark.parametrize("what", ["match", "stories", "clean"])
def test_eval_names_what_it_cannot_read(khabardar, what, content, code, complaints):
    said = khabardar("eval", what, khabardar.file("cases.jsonl", content))
    assert (said.code, len(said.complaints)) == (code, complaints), said.err


def test_eval_of_no_file_is_wrong_use(khabardar):
    said = khabardar("eval", "match", "nowhere.jsonl")
    assert (said.code, len(said.complaints)) == (2, 1)


def test_a_database_in_use_is_named_with_its_holder(khabardar):
    with FileLock(khabardar.db):
        said = khabardar("ingest", khabardar.file("a.txt", TEXT))
    assert said.code == 1
    assert said.complaints == [
        f"khabardar: {khabardar.db}: in use by another khabardar (process {os.getpid()}); stop it first, or choose another database with KHABARDAR_DB"
    ]


@pytest.mark.parametrize("verb", [("stories",), ("digest", "-q", "Quetta"), ("migrate",), ("ingest", "a.txt")])
def test_a_database_of_a_later_version_is_refused(khabardar, verb):
    khabardar.file("a.txt", TEXT)
    SqliteStore.open(khabardar.db).close()
    with sqlite3.connect(khabardar.db) as connection:
        connection.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('khabardar', 'm9999_later', '')"
        )
    connection.close()
    said = khabardar(*verb)
    assert (said.code, len(said.complaints)) == (1, 1)
    assert "later version" in said.err
    assert str(khabardar.db) in said.err


@pytest.mark.parametrize(("place", "why"), [(".", "a folder"), ("missing/a.db", "folder does not exist")])
def test_a_place_where_no_database_can_be_is_explained(khabardar, place, why):
    said = khabardar("ingest", khabardar.file("a.txt", TEXT), db=khabardar.folder / place)
    assert (said.code, len(said.complaints)) == (1, 1)
    assert why in said.err


def test_a_language_that_the_bot_does_not_speak_is_wrong_use(khabardar):
    said = khabardar("digest", "-q", "TTP", "--language", "fr", khabardar.file("a.txt", TEXT))
    assert (said.code, said.out, len(said.complaints)) == (2, "", 1)


@pytest.mark.parametrize(
    "verb", [("stories",), ("digest", "-q", "Quetta"), ("migrate",), ("ingest", "a.txt"), ("backup",)]
)
def test_a_file_that_is_no_database_is_refused(khabardar, verb):
    khabardar.file("a.txt", TEXT)
    khabardar.db.write_bytes(b"this is no database at all, but it is long enough to look at " * 40)
    said = khabardar(*verb)
    assert (said.code, len(said.complaints)) == (1, 1)
    assert str(khabardar.db) in said.err


def test_an_older_database_is_read_after_migrating_it(khabardar):
    sqlite3.connect(khabardar.db).close()
    khabardar.db.touch()
    said = khabardar("stories")
    assert said.code == 1
    assert "khabardar migrate" in said.err
    assert khabardar("migrate").code == 0
    assert khabardar("stories").code == 0


def test_without_a_database_there_is_nothing_to_tell(khabardar):
    for verb in (("stories",), ("digest", "-q", "Quetta")):
        said = khabardar(*verb)
        assert (said.code, len(said.complaints)) == (2, 1)
        assert "no database yet" in said.err
    assert not khabardar.db.exists()


# --- Wild input --------------------------------------------------------------------------------------------------------

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
ARTICLE = st.dictionaries(st.sampled_from(["url", "title", "text", "html", "published", "source", "language"]), JSON)


@settings(max_examples=150, deadline=None)
@given(JSON | ARTICLE)
def test_any_json_is_an_article_or_says_why_not(value):
    try:
        raw = article_from_json(value, utc_now())
    except UnreadableSource as error:
        assert str(error)  # noqa: PT017 - either outcome is right
    else:
        assert raw.content


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(["a.html", "a.txt", "a.json", "a.jsonl"]),
    st.binary(max_size=300) | st.text().map(lambda t: t.encode("utf-8", "surrogatepass")),
)
def test_any_bytes_are_articles_or_say_why_not(name, content):
    try:
        found = list(articles_in(name, content, utc_now()))
    except UnreadableSource as error:
        assert str(error)  # noqa: PT017 - either outcome is right
    else:
        assert found
        assert all((one.raw is None) == bool(one.problem) for one in found)


WILD = st.dictionaries(
    st.sampled_from(
        ["keyword", "text", "match", "title", "html", "raw", "body", "story", "published", "url", "killed", "keywords"]
    ),
    JSON,
    min_size=3,
)


@pytest.fixture(scope="module")
def box(tmp_path_factory):
    env = {"KHABARDAR_DB": str(tmp_path_factory.mktemp("box") / "khabardar.db")}
    return Toolbox(load(env))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(WILD, min_size=1, max_size=4), st.sampled_from(["match", "stories", "clean"]))
def test_labelled_lines_of_any_kind_are_measured_or_refused(box, lines, what):
    file = box.settings.db.with_name("cases.jsonl")
    file.write_text(json_lines(*lines))
    try:
        read, broken = read_lines(file)
        assert len(read) + broken == len(lines)
        figures, _ = measured(what, read, box)
    except click.UsageError as error:
        assert "docs/verbs.md" in str(error)  # noqa: PT017 - either outcome is right
    else:
        assert figures
