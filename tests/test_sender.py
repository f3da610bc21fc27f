"""The sender against the strict stand-in: the real library, real HTTP, a real database."""

import asyncio
import contextlib
import time
from datetime import UTC, datetime, timedelta

import pytest

from bot.db import Db
from bot.delivery import Connection, EventKind, Pace, Pacer, Policy, Sender, Spacing, Timeouts, WhenInDoubt
from bot.rehearsal.faults import Fault, Rule
from bot.rehearsal.refusal import Refusal, bad_request, forbidden
from bot.rehearsal.server import BotApi
from bot.rehearsal.world import Rank
from digests.errors import BotRefused
from digests.model import DeliveryState, Outgoing, Priority
from digests.store import outbox, to_text

GROUP = -4001
PATIENT = Timeouts(connect=5, read=30, pool=5)  # a stalled machine is no fault of the line
HASTY = Timeouts(connect=5, read=1.5, pool=5)


def now():
    return datetime.now(UTC)


class Clock:
    """The sender's clock, which can be put forward: what has to wait for a spacing waits until the test says so."""

    def __init__(self):
        self.ahead = 0.0

    def __call__(self):
        return time.monotonic() + self.ahead


class Station:
    """A sender at work between a database and the stand-in."""

    def __init__(self, db, line, sender, api, events):
        self.db, self.line, self.sender, self.api, self.events = db, line, sender, api, events

    async def send(self, *outgoing, limit=30.0):
        await self.db.write(lambda store: [outbox.enqueue(store, each, now()) for each in outgoing])
        assert await self.sender.drain(limit), await self.db.read(outbox.depth)

    async def until(self, *kinds):
        """Wake the sender, and wait until it told of all these."""
        self.sender.wake()
        async with asyncio.timeout(30):
            while not set(kinds) <= set(self.kinds()):  # noqa: ASYNC110 - an event of the sender is no asyncio.Event
                await asyncio.sleep(0.01)

    async def states(self):
        rows = await self.db.read(lambda store: store.rows("SELECT key, state FROM deliveries ORDER BY id"))
        return {row["key"]: DeliveryState(row["state"]) for row in rows}

    async def listed(self):
        return await self.db.read(outbox.undeliverable)

    def kinds(self):
        return [event.kind for event in self.events]


@contextlib.asynccontextmanager
async def station(
    tmp_path, api, *, resend=True, spacing=None, rate=1000.0, boot="boot", token=None, timeouts=PATIENT, clock=None
):
    events = []
    policy = Policy(WhenInDoubt.RESEND if resend else WhenInDoubt.HOLD, repeat_after=timedelta(seconds=0.2), grace=5.0)
    db = await Db(tmp_path / "k.db").open()
    stop = asyncio.Event()
    async with Connection(token or api.token, api.url, timeouts) as line:
        sender = Sender(
            db, line, now=now, boot_id=boot, pacer=Pacer(spacing or Spacing(0, 0, 0)), pace=Pace(rate),
            policy=policy, clock=clock or time.monotonic, on_event=events.append,
        )  # fmt: skip
        task = asyncio.create_task(sender.run(stop))
        try:
            yield Station(db, line, sender, api, events)
        finally:
            stop.set()
            await asyncio.gather(task, return_exceptions=True)
            await db.close()


def text(key, chat=7, body=None, **more):
    return Outgoing(key, chat, "sendMessage", {"text": body or key, "parse_mode": "HTML"}, **more)


async def test_what_is_in_the_outbox_arrives_in_order_with_its_message_id(tmp_path):
    async with BotApi() as api, station(tmp_path, api) as bot:
        api.person(7, "Amina", started=True)
        await bot.send(*[text(f"m{n}", digest_id=1, part=n) for n in range(5)])
        arrived = api.chat(7).messages
        assert [message.text for message in arrived] == [f"m{n}" for n in range(5)]
        assert await bot.db.read(outbox.message_of, 1, 3) == (7, arrived[3].id)


async def test_a_message_may_edit_or_answer_one_that_was_sent_before(tmp_path):
    async with BotApi() as api, station(tmp_path, api) as bot:
        api.person(7, "Amina", started=True)
        await bot.send(text("story"))
        await bot.send(
            Outgoing("edit", 7, "editMessageText", {"text": "story, changed", "edit_delivery": "story"}),
            Outgoing("answer", 7, "sendMessage", {"text": "killed 3 → 4", "reply_to_delivery": "story"}),
            Outgoing("same", 7, "editMessageText", {"text": "story, changed", "edit_delivery": "story"}),
        )
        story, answer = api.chat(7).messages
        assert story.text == "story, changed"
        assert api.calls_to("sendMessage")[-1].arguments["reply_parameters"] is not None
        assert answer.text == "killed 3 → 4"
        assert set((await bot.states()).values()) == {DeliveryState.SENT}  # "not modified" is success


async def test_an_edit_of_a_message_that_is_gone_becomes_a_new_message(tmp_path):
    async with BotApi() as api, station(tmp_path, api) as bot:
        api.person(7, "Amina", started=True)
        await bot.send(
            Outgoing("never", 7, "editMessageText", {"text": "one", "edit_delivery": "unknown"}),
            Outgoing("gone", 7, "editMessageText", {"text": "two", "message_id": 998877}),
            Outgoing("reply", 7, "sendMessage", {"text": "three", "reply_parameters": {"message_id": 998877}}),
        )
        assert [message.text for message in api.chat(7).messages] == ["one", "two", "three"]


async def test_files_and_albums_are_uploaded(tmp_path):
    file = {"filename": "export.json", "base64": "eyJhIjogMX0="}
    async with BotApi() as api, station(tmp_path, api) as bot:
        api.person(7, "Amina", started=True)
        await bot.send(Outgoing("file", 7, "sendDocument", {"document": file, "caption": "Your data"}))
        (message,) = api.chat(7).messages
        assert message.has_file
        await bot.send(Outgoing("bad", 7, "sendDocument", {"document": {"filename": "x", "base64": "%%"}}))
        assert [row.key for row in await bot.listed()] == ["bad"]


async def test_a_message_for_a_topic_goes_there_and_to_general_when_the_topic_is_gone(tmp_path):
    async with BotApi() as api, station(tmp_path, api) as bot:
        owner = api.person(7, "Amina", started=True)
        forum = api.group(GROUP, "Desk", owner, forum=True)
        await owner.open_topic(forum, "First")  # its id is 1 in a new forum, and 1 is General
        topic = await owner.open_topic(forum, "Alerts")
        await bot.send(
            text("in topic", GROUP, thread_id=topic.id),
            text("in general", GROUP, thread_id=1),
            text("topic gone", GROUP, thread_id=9999),
        )
        assert [message.text for message in api.chat(GROUP).messages] == ["in topic", "in general", "topic gone"]
        assert [message.thread_id for message in api.chat(GROUP).messages] == [topic.id, None, None]


async def test_broken_markup_goes_out_as_plain_text_with_its_links(tmp_path):
    async with BotApi() as api, station(tmp_path, api) as bot:
        api.person(7, "Amina", started=True)
        await bot.send(text("x", body='<b>Blast</b> in <a href="https://example.org/1">Outlet A</a> & <oops'))
        (message,) = api.chat(7).messages
        assert message.text == "Blast in Outlet A (https://example.org/1) & <oops"
        assert bot.kinds() == [EventKind.REWORDED, EventKind.SENT]


async def test_a_message_over_the_limit_is_split_and_nothing_is_cut_off(tmp_path):
    words = [f"word{n}" for n in range(1200)]
    async with BotApi() as api, station(tmp_path, api) as bot:
        api.person(7, "Amina", started=True)
        await bot.send(text("x", body=" ".join(words)))
        assert " ".join(message.text for message in api.chat(7).messages).split() == words


async def test_a_message_that_is_refused_in_every_form_is_listed_with_its_reason(tmp_path):
    async with BotApi() as api, station(tmp_path, api) as bot:
        api.person(7, "Amina", started=True)
        api.faults.add(Rule(Fault.REFUSE, method="sendMessage", times=None, refusal=bad_request("BUTTON_INVALID")))
        await bot.send(text("x"))
        (row,) = await bot.listed()
        assert row.reason == "Button_invalid"
        assert len(api.calls_to("sendMessage")) == 2


async def test_a_row_that_nobody_can_make_a_call_of_stops_nothing_else(tmp_path):
    async with BotApi() as api, station(tmp_path, api) as bot:
        api.person(7, "Amina", started=True)
        one = await bot.db.write(
            outbox.enqueue, Outgoing("x", 7, "sendMessage", {"text": "x", "entities": [{}]}), now()
        )
        await bot.db.write(outbox.claim, one, 7, "killed boot", now())
        await bot.db.write(outbox.mark_uncertain, one, "killed", now(), again_at=now())
        await bot.send(Outgoing("odd", 7, "sendMessage", {"media": 3}), text("y"))
        assert [message.text for message in api.chat(7).messages] == ["y"]
        assert {row.key for row in await bot.listed()} == {"x", "odd"}


# --- Faults of the line ----------------------------------------------------------------------------------------------

AMBIGUOUS = [
    (Fault.RESET_BEFORE, 1), (Fault.RESET_AFTER, 2), (Fault.TIMEOUT_BEFORE, 1), (Fault.TIMEOUT_AFTER, 2),
    (Fault.BAD_GATEWAY, 1), (Fault.BAD_GATEWAY_AFTER, 2), (Fault.TRUNCATED, 2),
]  # fmt: skip


@pytest.mark.parametrize(("fault", "copies"), AMBIGUOUS)
async def test_in_doubt_a_message_is_repeated_once_and_says_so(tmp_path, fault, copies):
    timeouts = HASTY if fault in {Fault.TIMEOUT_BEFORE, Fault.TIMEOUT_AFTER} else PATIENT
    async with BotApi() as api, station(tmp_path, api, timeouts=timeouts) as bot:
        api.person(7, "Amina", started=True)
        api.faults.add(Rule(fault, method="sendMessage"))
        await bot.send(text("x"), text("y"))
        arrived = [message.text for message in api.chat(7).messages if message.text != "y"]
        assert arrived == ["x", "↻ This may be a repeat.\nx"][-copies:]
        assert len(api.chat(7).messages) == copies + 1
        assert EventKind.REPEATED in bot.kinds()
        assert await bot.listed() == []


async def test_a_repeat_that_is_in_doubt_too_is_listed_and_never_made_again(tmp_path):
    async with BotApi() as api, station(tmp_path, api) as bot:
        api.person(7, "Amina", started=True)
        api.faults.add(Rule(Fault.RESET_AFTER, method="sendMessage", times=None))
        await bot.send(text("x"))
        assert len(api.calls_to("sendMessage")) == 2
        assert [row.state for row in await bot.listed()] == [DeliveryState.UNCERTAIN]


async def test_with_hold_nothing_in_doubt_is_repeated(tmp_path):
    async with BotApi() as api, station(tmp_path, api, resend=False) as bot:
        api.person(7, "Amina", started=True)
        api.faults.add(Rule(Fault.RESET_AFTER, method="sendMessage"))
        await bot.send(text("x"))
        assert len(api.calls_to("sendMessage")) == 1
        assert [row.state for row in await bot.listed()] == [DeliveryState.UNCERTAIN]


async def test_an_edit_in_doubt_is_simply_made_again(tmp_path):
    async with BotApi() as api, station(tmp_path, api, resend=False) as bot:
        api.person(7, "Amina", started=True)
        await bot.send(text("x"))
        api.faults.add(Rule(Fault.RESET_AFTER, method="editMessageText"))
        await bot.send(Outgoing("edit", 7, "editMessageText", {"text": "new", "edit_delivery": "x"}))
        assert [message.text for message in api.chat(7).messages] == ["new"]


async def test_what_was_certainly_not_accepted_waits_for_the_connection(tmp_path):
    async with BotApi() as api:
        port, token = int(api.url.rpartition(":")[2]), api.token
    async with station(tmp_path, api, token=token) as bot:
        await bot.db.write(outbox.enqueue, text("x"), now())
        await bot.until(EventKind.RETRIED)  # nobody listens there
        async with BotApi(token, port=port) as reborn:
            reborn.person(7, "Amina", started=True)
            assert await bot.sender.drain(60)
            assert [message.text for message in reborn.chat(7).messages] == ["x"]  # once, and not as a repeat


async def test_while_telegram_is_ill_few_messages_are_risked(tmp_path):
    async with BotApi() as api, station(tmp_path, api) as bot:
        for chat in range(1, 101):
            api.person(chat, "P", started=True)
        illness = api.faults.add(Rule(Fault.BAD_GATEWAY, times=None))
        await bot.db.write(lambda s: [outbox.enqueue(s, text(f"m{n}", n), now()) for n in range(1, 101)])
        assert not await bot.sender.drain(1.5)
        # Two in doubt, and as many as may be in flight when the third one is.
        assert len(api.calls_to("sendMessage")) <= 2 + Policy().in_flight
        illness.times = illness.struck
        assert await bot.sender.drain(30)
        assert await bot.listed() == []
        assert all(len(api.chat(chat).messages) == 1 for chat in range(1, 101))


async def test_an_answer_that_is_not_telegrams_settles_no_chat(tmp_path):
    async with BotApi() as api, station(tmp_path, api, resend=False) as bot:
        api.person(7, "Amina", started=True)
        api.faults.add(Rule(Fault.BAD_GATEWAY, method="sendMessage"))
        await bot.send(text("x"))
        assert (await bot.listed())[0].state is DeliveryState.UNCERTAIN


# --- Chats -----------------------------------------------------------------------------------------------------------


async def open_chat(bot, chat):
    sql = "INSERT INTO chats (chat_id, created_at) VALUES (:c, :now)"
    await bot.db.write(lambda store: store.execute(sql, {"c": chat, "now": to_text(now())}))


async def test_a_429_closes_that_chat_only_and_survives_a_restart(tmp_path):
    async with BotApi() as api:
        api.person(7, "Amina", started=True)
        api.person(8, "Bilal", started=True)
        async with station(tmp_path, api) as bot:
            api.flood.close(7, now(), timedelta(seconds=2))
            for n in range(3):
                await bot.db.write(outbox.enqueue, text(f"a{n}", 7), now())
                await bot.db.write(outbox.enqueue, text(f"b{n}", 8), now())
            bot.sender.wake()
            await api.wait_for(8, 3)
            await api.until(lambda: api.flood.refused)
        async with station(tmp_path, api, boot="second boot") as bot:
            assert await bot.sender.drain(30)
        assert [message.text for message in api.chat(7).messages] == ["a0", "a1", "a2"]
        assert (api.flood.refused, api.flood.during_wait) == (1, 1)  # the one call that learned of it


async def test_a_chat_that_blocked_the_bot_gets_one_call_and_then_none(tmp_path):
    async with BotApi() as api, station(tmp_path, api) as bot:
        amina = api.person(7, "Amina", started=True)
        await amina.block()
        await open_chat(bot, 7)
        await bot.send(*[text(f"m{n}", priority=Priority.DIGEST) for n in range(5)])
        assert len(api.calls_to("sendMessage", 7)) == 1
        assert set((await bot.states()).values()) == {DeliveryState.DEAD}
        await bot.send(text("later", priority=Priority.BROADCAST))
        assert len(api.calls_to("sendMessage", 7)) == 1
        assert await bot.db.read(lambda store: store.value("SELECT state FROM chats")) == "gone"


async def test_a_group_that_becomes_a_supergroup_costs_one_failed_call(tmp_path):
    async with BotApi() as api, station(tmp_path, api, rate=200) as bot:
        owner = api.person(7, "Amina", started=True)
        group = api.group(GROUP, "Desk", owner)
        await open_chat(bot, GROUP)
        await bot.send(text("before", GROUP))
        new = await owner.migrate(group)
        await bot.send(*[text(f"m{n}", GROUP) for n in range(5)])
        assert [message.text for message in new.messages][-5:] == [f"m{n}" for n in range(5)]
        failed = [call for call in api.calls_to("sendMessage", GROUP) if call.status != 200]
        assert len(failed) == 1
        assert await bot.db.read(lambda store: store.value("SELECT chat_id FROM chats")) == new.id


async def test_a_group_whose_move_was_told_by_an_update_is_written_to_under_its_new_id(tmp_path):
    clock, hour = Clock(), 3600.0
    async with BotApi() as api, station(tmp_path, api, spacing=Spacing(hour, hour, 0), clock=clock) as bot:
        owner = api.person(7, "Amina", started=True)
        group = api.group(GROUP, "Desk", owner)
        await bot.send(text("begun"))  # groups wait for one spacing after the start
        await bot.db.write(lambda s: [outbox.enqueue(s, text(f"m{n}", GROUP), now()) for n in range(3)])
        clock.ahead += hour
        bot.sender.wake()
        await api.wait_for(GROUP, 1)
        new = await owner.migrate(group)
        await bot.db.write(outbox.move_chat, GROUP, new.id)
        async with asyncio.timeout(30):
            while len(new.messages) < 2:
                clock.ahead += hour
                bot.sender.wake()
                await asyncio.sleep(0.05)
        assert [message.text for message in new.messages] == ["m1", "m2"]
        assert [call.status for call in api.calls_to("sendMessage")] == [200, 200, 200, 200]


async def test_without_rights_a_group_is_paused_after_three_strikes(tmp_path):
    async with BotApi() as api, station(tmp_path, api) as bot:
        owner = api.person(7, "Amina", started=True)
        api.channel(GROUP, "News", owner)
        await owner.place_bot(GROUP, Rank.MEMBER)
        await open_chat(bot, GROUP)
        await bot.db.write(outbox.strike, GROUP, "not enough rights", now())
        await bot.db.write(outbox.strike, GROUP, "not enough rights", now())
        await bot.send(text("x", GROUP), text("y", GROUP))
        assert EventKind.PAUSED in bot.kinds()
        assert await bot.db.read(lambda store: store.value("SELECT state FROM chats")) == "paused"
        assert len(await bot.listed()) == 2


# --- Life cycle ------------------------------------------------------------------------------------------------------


async def test_a_wrong_token_stops_the_sender_and_loses_nothing(tmp_path):
    async with BotApi() as api:
        api.person(7, "Amina", started=True)
        db = await Db(tmp_path / "k.db").open()
        await db.write(outbox.enqueue, text("x"), now())
        async with Connection("1:wrong", api.url, PATIENT) as line:
            sender = Sender(db, line, now=now, boot_id="b")
            with pytest.raises(BotRefused, match="KHABARDAR_TELEGRAM_TOKEN"):
                await sender.run(asyncio.Event())
        assert [row.chat_id for row in await db.read(outbox.waiting, now())] == [7]
        await db.close()


async def test_stopping_lets_calls_end_and_leaves_the_rest_ready(tmp_path):
    async with BotApi() as api:
        for chat in range(1, 30):
            api.person(chat, "P", started=True)
        api.faults.add(Rule(Fault.SLOW, times=None, delay=timedelta(seconds=0.1)))
        async with station(tmp_path, api, rate=28) as bot:
            await bot.db.write(lambda s: [outbox.enqueue(s, text(f"m{n}", n), now()) for n in range(1, 30)])
            bot.sender.wake()
            await api.until(lambda: len(api.calls_to("sendMessage")) >= 3)
        sent = len(api.calls_to("sendMessage"))
        assert sent < 29
        async with station(tmp_path, api, boot="second boot") as bot:
            assert await bot.sender.drain(30)
            assert await bot.listed() == []
        assert len(api.calls_to("sendMessage")) == 29  # each exactly once
        assert all(len(api.chat(chat).messages) == 1 for chat in range(1, 30))


class HalfDeaf:
    """A line on which calls to the first chats are never answered."""

    def __init__(self, deaf):
        self.deaf, self.called, self.heard = deaf, [], asyncio.Event()

    async def call(self, _method, parameters):
        self.called.append(parameters["chat_id"])
        self.heard.set()
        if parameters["chat_id"] <= self.deaf:
            await asyncio.Event().wait()
        return {"message_id": 1}

    async def until(self, calls):
        while len(self.called) < calls:
            self.heard.clear()
            await self.heard.wait()


async def test_calls_that_hang_leave_their_places_to_others(tmp_path):
    db, line, shift, stop = await Db(tmp_path / "k.db").open(), HalfDeaf(deaf=4), 0.0, asyncio.Event()
    sender = Sender(
        db, line, now=now, boot_id="b", pacer=Pacer(Spacing(0, 0, 0)), pace=Pace(1000.0),
        policy=Policy(in_flight=4, grace=0.01), clock=lambda: asyncio.get_running_loop().time() + shift,
    )  # fmt: skip
    await db.write(lambda store: [outbox.enqueue(store, text(f"m{n}", n), now()) for n in range(1, 9)])
    task = asyncio.create_task(sender.run(stop))
    async with asyncio.timeout(20):
        await line.until(4)
        shift = 10.0  # none of the four is answered for ten seconds
        sender.wake()
        await line.until(8)
        hanging = None
        while hanging != [1, 2, 3, 4]:  # the answers of the others are written down
            rows = await db.read(lambda store: store.rows("SELECT id FROM deliveries WHERE state <> 'sent'"))
            hanging = [row["id"] for row in rows]
    stop.set()
    await task
    await db.close()


async def test_messages_of_a_killed_boot_go_out_once_more_marked(tmp_path):
    async with BotApi() as api:
        api.person(7, "Amina", started=True)
        db = await Db(tmp_path / "k.db").open()
        one = await db.write(outbox.enqueue, text("x"), now())
        await db.write(outbox.claim, one, 7, "killed boot", now())
        await db.close()
        async with station(tmp_path, api) as bot:
            assert await bot.sender.drain(30)
        assert [message.text for message in api.chat(7).messages] == ["↻ This may be a repeat.\nx"]


async def test_what_somebody_cancelled_is_not_sent(tmp_path):
    clock, hour = Clock(), 3600.0
    async with BotApi() as api, station(tmp_path, api, spacing=Spacing(hour, hour, 0), clock=clock) as bot:
        api.person(7, "Amina", started=True)
        await bot.db.write(lambda s: [outbox.enqueue(s, text(f"b:{n}"), now()) for n in range(3)])
        bot.sender.wake()
        await api.wait_for(7, 1)
        await bot.db.write(outbox.cancel, "b:", "cancelled", now())
        clock.ahead += hour
        assert await bot.sender.drain(30)
        assert len(api.chat(7).messages) == 1


async def test_a_refusal_of_the_service_itself_is_no_verdict_on_the_chat(tmp_path):
    async with BotApi() as api, station(tmp_path, api) as bot:
        api.person(7, "Amina", started=True)
        await open_chat(bot, 7)
        api.faults.add(Rule(Fault.REFUSE, refusal=Refusal(500, "Internal Server Error: restart")))
        api.faults.add(Rule(Fault.REFUSE, refusal=forbidden("something nobody has seen before")))
        await bot.db.write(outbox.enqueue, text("x"), now())
        await bot.until(EventKind.UNCERTAIN, EventKind.BARRED)
        assert await bot.db.read(lambda store: store.value("SELECT state FROM chats")) == "active"
