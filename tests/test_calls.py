"""How a stored delivery becomes a call, and a refused text plain text: pure functions."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.delivery.calls import as_new_message, as_plain_text, call_of, length, plain_text
from digests.model import Priority
from digests.store.outbox import Claimed

MARK = "↻ This may be a repeat."


def claimed(method="sendMessage", thread=0, target=None, **payload):
    return Claimed(
        id=1, key="k", chat_id=7, thread_id=thread, method=method, payload=payload, priority=Priority.DIGEST, cost=1,
        attempt=1, repeats=0, fallback="", created_at=datetime(2026, 3, 1, tzinfo=UTC), language="en", target=target,
    )  # fmt: skip


def test_a_topic_is_named_but_never_the_general_one():
    assert call_of(claimed(text="x", thread=5))[1] == {"chat_id": 7, "text": "x", "message_thread_id": 5}
    assert "message_thread_id" not in call_of(claimed(text="x", thread=1))[1]
    assert "message_thread_id" not in call_of(claimed("editMessageText", 5, text="x", message_id=3))[1]


def test_references_become_message_ids_and_leave_no_trace():
    method, parameters = call_of(claimed("editMessageText", target=9, text="x", edit_delivery="k0"))
    assert (method, parameters) == ("editMessageText", {"chat_id": 7, "text": "x", "message_id": 9})
    _, parameters = call_of(claimed(target=9, text="x", reply_to_delivery="k0"))
    assert parameters["reply_parameters"] == {"message_id": 9, "allow_sending_without_reply": True}
    method, parameters = call_of(claimed("editMessageText", text="x", edit_delivery="k0"))
    assert (method, parameters) == ("sendMessage", {"chat_id": 7, "text": "x"})


def test_a_possible_repeat_says_so_at_its_head():
    assert call_of(claimed(text="<b>x</b>", parse_mode="HTML"), "a < b")[1]["text"] == "a &lt; b\n<b>x</b>"
    assert call_of(claimed(text="x"), MARK)[1]["text"] == f"{MARK}\nx"
    assert call_of(claimed("sendPhoto", photo="id"), MARK)[1]["caption"] == f"{MARK}\n"
    album = [{"type": "photo", "media": "a"}, {"type": "photo", "media": "b"}]
    media = call_of(claimed("sendMediaGroup", media=album), MARK)[1]["media"]
    assert [item.get("caption") for item in media] == [f"{MARK}\n", None]
    assert "caption" not in album[0]  # the stored payload is left as it is


def test_entities_move_with_the_text_behind_the_mark():
    entities = [{"type": "bold", "offset": 0, "length": 1}]
    moved = call_of(claimed(text="x", entities=entities), MARK)[1]["entities"]
    assert moved == [{"type": "bold", "offset": length(MARK) + 1, "length": 1}]


def test_a_full_message_gets_a_short_mark():
    text = call_of(claimed(text="x" * 4090), MARK)[1]["text"]
    assert text == "↻ " + "x" * 4090
    assert length(text) <= 4096


def test_an_edit_as_a_new_message_answers_the_old_one():
    edit = {"text": "x", "message_id": 5, "inline_message_id": None, "reply_markup": {"inline_keyboard": []}}
    assert as_new_message(edit) == {
        "text": "x",
        "reply_markup": {"inline_keyboard": []},
        "reply_parameters": {"message_id": 5, "allow_sending_without_reply": True},
    }


def test_plain_text_keeps_every_link():
    markup = (
        'Killed <b>3 &amp; more</b><blockquote expandable>he <i>said</i></blockquote><a href="https://a.example.org/1?x=1'
        '&amp;y=2">Outlet A</a> · <a href="https://b.example.org">https://b.example.org</a> <a href="https://c.example.org">C'
    )
    assert plain_text(markup) == (
        "Killed 3 & more\nhe said\nOutlet A (https://a.example.org/1?x=1&y=2) · https://b.example.org C (https://c.example.org)"
    )


@settings(max_examples=80, deadline=None)
@given(st.text(alphabet=st.sampled_from("<>/&;ab \n\"'=🔴ا"), max_size=200))
def test_plain_text_of_anything_is_some_text(markup):
    assert isinstance(plain_text(markup), str)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(["word", "🔴" * 40, "خبردار", "x" * 5000, "\n"]), max_size=200))
def test_parts_of_a_long_text_fit_and_lose_nothing(words):
    text = " ".join(words)
    parts = as_plain_text({"text": text, "reply_markup": {"inline_keyboard": []}})
    assert all(0 < length(part["text"]) <= 4096 for part in parts)
    assert "".join("".join(part["text"] for part in parts).split()) == "".join(text.split())
    assert [("reply_markup" in part) for part in parts] == [False] * (len(parts) - 1) + [True] * bool(parts)


@pytest.mark.parametrize("payload", [{"message_id": 4}, {"text": 5}, {"text": "  "}])
def test_what_has_no_text_has_no_plain_form(payload):
    assert as_plain_text(payload) == []
