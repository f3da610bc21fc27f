"""Pushed articles: who may, what is answered, and that an answer of 202 means stored."""

import asyncio
import gzip
import io
import json
import socket
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.db import Db
from bot.web import Health, Lag, Push, PushSettings, Sender, WebParts, WebServer
from bot.web.articles import BadBody, read_articles
from bot.web.senders import Limiter, sign
from digests.errors import EmptyArticle, StoreError
from digests.intake import Fate, Outcome
from digests.model import Media

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
TOKEN = "a-bearer-token-of-the-test"
SECRET = "a-secret-of-the-signing-sender"
ARTICLE = {"url": "https://outlet.example.org/a", "title": "Road closed", "text": "The road was closed."}
BEARER = {"Authorization": f"Bearer {TOKEN}"}


class Shelf:
    """Stands for the road: knows what it was given by URL or text; can be told to fail."""

    def __init__(self):
        self.taken, self.fault = [], None

    async def take(self, raw):
        if self.fault:
            raise self.fault
        if raw.content == "nothing":
            raise EmptyArticle("nothing is left of it")
        name = raw.url or raw.content
        fate = Fate.KNOWN if name in [taken.url or taken.content for taken in self.taken] else Fate.STORED
        self.taken.append(raw)
        return Outcome(fate, f"id-{name}")


@dataclass
class Door:
    url: str
    shelf: Shelf
    client: aiohttp.ClientSession
    clock: list

    async def post(self, body=None, headers=BEARER, kind="application/json", data=None):
        data = json.dumps(body).encode() if data is None else data
        async with self.client.post(self.url, data=data, headers={"Content-Type": kind, **headers}) as response:
            return response.status, await response.json(), response.headers

    async def signed(self, body=ARTICLE, *, secret=SECRET, name="desk", nonce="nonce-0001", shift=0, tamper=b""):
        data = json.dumps(body).encode()
        stamp = str(int(self.clock[0].timestamp()) + shift)
        headers = {
            "X-Khabardar-Key": name,
            "X-Khabardar-Timestamp": stamp,
            "X-Khabardar-Nonce": nonce,
            "X-Khabardar-Signature": sign(secret, stamp, nonce, data),
        }
        return await self.post(data=data + tamper, headers=headers)


@pytest.fixture
async def door(tmp_path):
    shelf, clock, full = Shelf(), [NOW], []
    senders = (Sender("token", TOKEN, per_minute=1000), Sender("desk", SECRET, "desk-source", per_minute=3, signs=True))
    db = await Db(tmp_path / "k.db").open()
    told = PushSettings(senders, lambda: full[0] if full else None, read_seconds=0.5)
    push = Push(told, db, shelf.take, lambda: clock[0])
    parts = WebParts(Health(Lag(), {}), push=push)
    async with WebServer(parts, "127.0.0.1", 0) as server, aiohttp.ClientSession() as client:
        here = Door(f"http://127.0.0.1:{server.port}/articles", shelf, client, clock)
        here.full = full
        here.port = server.port
        yield here
    await db.close()


def statuses(answer):
    return [article["status"] for article in answer["articles"]]


# --- What is answered ------------------------------------------------------------------------------------------------


async def test_an_article_is_answered_202_with_its_id_after_it_is_stored(door):
    status, answer, _ = await door.post(ARTICLE)
    assert (status, statuses(answer)) == (202, ["stored"])
    assert answer["articles"][0]["id"] == "id-https://outlet.example.org/a"
    assert len(door.shelf.taken) == 1


async def test_a_known_article_is_answered_200(door):
    await door.post(ARTICLE)
    status, answer, _ = await door.post(ARTICLE)
    assert (status, statuses(answer)) == (200, ["known"])


async def test_each_article_of_a_list_is_answered_for_itself(door):
    body = [ARTICLE, {"text": "nothing"}, {"title": "no text"}, {"text": "More.", "publisher": "x"}, 7]
    status, answer, _ = await door.post(body)
    assert status == 202
    assert statuses(answer) == ["stored", "empty", "error", "error", "error"]
    assert "publisher" in answer["articles"][3]["error"]
    assert [article["place"] for article in answer["articles"]] == ["[0]", "[1]", "[2]", "[3]", "[4]"]


async def test_json_lines_are_read_line_by_line(door):
    data = b'{"text": "One."}\n\n{"text": \n{"html": "<p>Two.</p>"}\n'
    status, answer, _ = await door.post(data=data, kind="application/x-ndjson")
    assert (status, statuses(answer)) == (202, ["stored", "error", "stored"])
    assert answer["articles"][1]["place"] == "line 3"


async def test_when_nothing_can_be_used_the_answer_is_422(door):
    assert (await door.post({"text": "nothing"}))[0] == 422
    assert (await door.post({"title": "x"}))[0] == 422


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"\xff", b"[" * 100_000, b"1" * 10_000, b"null\x00"])
async def test_what_is_no_json_is_answered_400_or_422(door, data):
    status, answer, _ = await door.post(data=data)
    assert status in (400, 422)
    assert answer
    assert not door.shelf.taken


async def test_a_body_of_another_kind_is_answered_415(door):
    assert (await door.post(data=b"<html>", kind="text/html"))[0] == 415


async def test_a_body_that_is_too_large_is_answered_413_packed_or_not(door):
    large = io.BytesIO(json.dumps({"text": "x" * 1_100_000}).encode())
    assert (await door.post(data=large))[0] == 413
    packed = gzip.compress(b"x" * 50_000_000)
    assert (await door.post(data=packed, headers={**BEARER, "Content-Encoding": "gzip"}))[0] == 413


async def test_a_body_that_comes_too_slowly_is_given_up(door):
    reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
    head = f"POST /articles HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\nContent-Type: application/json\r\n"
    writer.write(f"{head}Content-Length: 1000\r\n\r\n{{".encode())
    assert b" 408 " in await asyncio.wait_for(reader.readline(), 5)
    writer.close()
    await writer.wait_closed()


async def test_a_full_disk_is_answered_503_before_anything_is_taken(door):
    door.full.append("the disk is nearly full")
    status, answer, headers = await door.post(ARTICLE)
    assert (status, answer["error"]) == (503, "the disk is nearly full")
    assert headers["Retry-After"]
    assert not door.shelf.taken


async def test_an_article_that_cannot_be_stored_is_never_answered_202(door):
    door.shelf.fault = StoreError("disk I/O error")
    status, answer, _ = await door.post(ARTICLE)
    assert (status, statuses(answer)) == (503, ["unavailable"])


async def test_a_fault_of_ours_is_never_answered_202_and_costs_only_its_article(door):
    door.shelf.fault = RuntimeError("bug")
    status, answer, _ = await door.post([ARTICLE, {"title": "no text"}], headers={**BEARER, "Idempotency-Key": "k"})
    assert (status, statuses(answer)) == (503, ["unavailable", "error"])
    door.shelf.fault = None
    assert (await door.post(ARTICLE))[0] == 202


# --- Who may ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer wrong"},
        {"Authorization": f"Basic {TOKEN}"},
        {"Authorization": "Bearer "},
        {"Authorization": f"Bearer {SECRET}"},
        {"X-Khabardar-Signature": "x"},
    ],
)
async def test_without_the_secret_nothing_is_taken(door, headers):
    status, answer, _ = await door.post(ARTICLE, headers=headers)
    assert status == 401
    assert TOKEN not in str(answer)
    assert not door.shelf.taken


async def test_a_signed_request_is_taken_once(door):
    assert (await door.signed())[0] == 202
    assert door.shelf.taken[0].source == "desk-source"
    assert (await door.signed())[0] == 401
    assert len(door.shelf.taken) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"secret": "another-secret-altogether"},
        {"name": "token"},
        {"name": "nobody"},
        {"tamper": b" "},
        {"shift": 301},
        {"shift": -301},
        {"nonce": "short"},
        {"nonce": "x" * 200},
    ],
)
async def test_a_signature_that_does_not_fit_is_refused(door, change):
    assert (await door.signed(**change))[0] == 401
    assert not door.shelf.taken


async def test_a_nonce_is_remembered_longer_than_its_time_stamp_is_valid(door):
    await door.signed()
    door.clock[0] += timedelta(seconds=290)
    assert (await door.signed(shift=-290))[0] == 401


async def test_a_sender_that_sends_too_much_is_told_when_to_come_back(door):
    for number in range(3):
        assert (await door.signed({"text": f"Article {number}."}, nonce=f"nonce-{number:04}"))[0] == 202
    status, _, headers = await door.signed({"text": "One more."}, nonce="nonce-9999")
    assert status == 429
    assert 1 <= int(headers["Retry-After"]) <= 20
    assert (await door.post(ARTICLE))[0] == 202


def test_the_limit_fills_up_again_with_time():
    clock = [0.0]
    limiter, sender = Limiter(lambda: clock[0]), Sender("a", "s", per_minute=60)
    assert limiter.wait(sender, 60) == 0
    assert limiter.wait(sender, 1) == pytest.approx(1)
    clock[0] += 1
    assert limiter.wait(sender, 1) == 0
    clock[0] += 60
    assert limiter.wait(sender, 500) == 0
    assert limiter.wait(sender, 1) > 60


# --- Once ------------------------------------------------------------------------------------------------------------


async def test_a_repeated_request_with_the_same_key_is_answered_the_same_and_takes_nothing(door):
    headers = {**BEARER, "Idempotency-Key": "k1"}
    first = await door.post(ARTICLE, headers=headers)
    again = await door.post(ARTICLE, headers=headers)
    assert (first[0], again[0]) == (202, 200)
    assert first[1] == again[1]
    assert again[2]["Idempotency-Replayed"] == "true"
    assert len(door.shelf.taken) == 1


async def test_a_key_does_not_keep_the_answer_of_a_failure(door):
    headers = {**BEARER, "Idempotency-Key": "k1"}
    door.shelf.fault = StoreError("disk I/O error")
    assert (await door.post(ARTICLE, headers=headers))[0] == 503
    door.shelf.fault = None
    assert (await door.post(ARTICLE, headers=headers))[0] == 202


async def test_a_key_used_for_another_body_is_refused(door):
    headers = {**BEARER, "Idempotency-Key": "k1"}
    await door.post(ARTICLE, headers=headers)
    assert (await door.post({"text": "Another."}, headers=headers))[0] == 422


# --- Bodies ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"published": "2026-11-23T10:00:00"}, "time zone"),
        ({"published": "yesterday"}, "ISO 8601"),
        ({"published": "9999-12-31T23:59:59-23:00"}, "published"),
        ({"published": "2030-01-01T00:00:00Z"}, "future"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"url": "/relative"}, "url"),
        ({"url": 5}, "url: must be a text"),
        ({"html": "<p>x</p>"}, "one of them"),
        ({"title": "x" * 1001}, "longer"),
        ({"killed": 5, "zone": 1}, "'killed', 'zone'"),
    ],
)
def test_a_wrong_field_is_named(fields, problem):
    (found,) = read_articles(json.dumps({**ARTICLE, **fields}).encode(), "application/json", NOW)
    assert found.raw is None
    assert problem in found.problem


def test_what_is_given_is_what_is_read():
    body = {
        "html": "<!doctype html><p>x</p>",
        "published": "2026-11-23T10:00:00+05:00",
        "source": "desk",
        "language": "ur",
    }
    (found,) = read_articles(json.dumps(body).encode(), "application/json", NOW)
    assert found.raw.media is Media.HTML
    assert found.raw.published == datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
    assert (found.raw.source, found.raw.language) == ("desk", "ur")
    (other,) = read_articles(b'{"html": "<p>x</p>", "source": "desk"}', "application/json", NOW, source="named")
    assert (other.raw.media, other.raw.source) == (Media.FRAGMENT, "named")


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["url", "title", "text", "html", "published", "x"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(JSON_VALUES, st.sampled_from(["application/json", "application/x-ndjson"]))
def test_any_json_is_read_or_refused(value, kind):
    try:
        found = read_articles(json.dumps(value).encode(), kind, NOW)
    except BadBody:
        return
    assert all((article.raw is None) == bool(article.problem) for article in found)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200), st.sampled_from(["application/json", "application/x-ndjson"]))
def test_any_bytes_are_read_or_refused(body, kind):
    try:
        found = read_articles(body, kind, NOW)
    except BadBody:
        return
    assert found


async def test_the_server_listens_on_loopback_only(door):
    with socket.create_connection(("127.0.0.1", door.port), timeout=2):
        pass
    own = socket.gethostbyname(socket.gethostname())
    if not own.startswith("127."):
        with pytest.raises(OSError, match="refused"):
            socket.create_connection((own, door.port), timeout=2)
