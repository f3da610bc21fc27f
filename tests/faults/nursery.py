"""Runs as a program: forks bots on demand, each a real process with its own connections, so that a kill is a kill.

It has imported everything once; a fork is ready in milliseconds, so that hundreds of kills fit into a test. One JSON
order a line on standard input, one JSON answer a line on standard output:

    {"start": {...options of run_bot...}} -> {"pid": 123}
    {"wait": 123} -> {"status": -9, "cpu": 0.4, "rss": 61000}
"""

import asyncio
import contextlib
import json
import os
import resource
import signal
import sys
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aiohttp import web

from bot.db import Db
from bot.delivery import Connection, Pace, Pacer, Policy, Sender, Spacing, Timeouts, WhenInDoubt
from bot.telegram.inbox import Inbox, Limits
from digests.errors import DigestError
from digests.model import Outgoing
from digests.store import inbox, outbox


def now():
    return datetime.now(UTC)


class Bot:
    """A sender, and an inbox whose only command counts itself and answers."""

    def __init__(self, options):
        self.options = options
        self.stop = asyncio.Event()

    async def run(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, self.stop.set)
        get = self.options.get
        self.db = await Db(Path(self.options["db"])).open()
        timeouts = Timeouts(connect=2, read=get("read", 10.0), pool=5)
        async with Connection(self.options["token"], self.options["api"], timeouts) as line:
            self.sender = Sender(
                self.db,
                line,
                now=now,
                boot_id=uuid.uuid4().hex,
                pacer=Pacer(Spacing() if get("spaced") else Spacing(0, 0, 0)),
                pace=Pace(get("rate", 1000.0)),
                policy=Policy(
                    WhenInDoubt(get("in_doubt", "resend")),
                    in_flight=get("in_flight", Policy().in_flight),
                    repeat_after=timedelta(seconds=get("repeat_after", 0.3)),
                ),
            )
            self.desk = Inbox(self.db, self.handle, now=now, limits=Limits(poll=5))
            jobs = [self.sender.run(self.stop)]
            if get("poll"):
                jobs += [self.desk.poll(line.updates, self.stop), self.desk.work(self.stop)]
            if get("webhook_port"):
                jobs += [self.serve_webhook(get("webhook_port")), self.desk.work(self.stop)]
            if get("squeeze"):
                jobs.append(self.squeeze(*get("squeeze")))
            async with asyncio.TaskGroup() as group:
                for job in jobs:
                    group.create_task(job)
        await self.db.close()

    async def handle(self, body):
        number, chat = body["update_id"], body["message"]["chat"]["id"]
        await asyncio.sleep(self.options.get("slowness", 0.0))
        await self.db.write(self.effect, number, chat)
        self.sender.wake()

    @staticmethod
    def effect(store, number, chat):
        if not inbox.mark_done(store, number, now()):
            return
        store.execute(
            "INSERT INTO named_values (name, value) VALUES ('commands', '1')"
            " ON CONFLICT (name) DO UPDATE SET value = CAST(named_values.value AS INTEGER) + 1"
        )
        outbox.enqueue(store, Outgoing(f"reply:{number}:0", chat, "sendMessage", {"text": f"done {number}"}), now())

    async def serve_webhook(self, port):
        async def take(request):
            await self.desk.accept(await request.json())
            return web.Response()

        app = web.Application()
        app.router.add_post("/hook", take)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        await self.stop.wait()
        await runner.cleanup()

    async def squeeze(self, after, seconds):
        """Let the disk seem full for a while: files may not grow any more."""
        await asyncio.sleep(after)
        largest = max(path.stat().st_size for path in Path(self.options["db"]).parent.glob("k.db*"))
        hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest, hard))
        await asyncio.sleep(seconds)
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))


def run_bot(options):
    code = 0
    try:
        asyncio.run(Bot(options).run())
    except* DigestError as errors:
        print("; ".join(str(error) for error in errors.exceptions), file=sys.stderr)
        code = 1
    return code


def main():
    for line in sys.stdin:
        order = json.loads(line)
        if "start" in order:
            pid = os.fork()
            if pid == 0:
                with Path(order["start"]["log"]).open("a") as log, contextlib.redirect_stderr(log):
                    code = run_bot(order["start"])
                    log.flush()
                    os._exit(code)
            answer = {"pid": pid}
        else:
            _, status, usage = os.wait4(order["wait"], 0)
            answer = {
                "status": os.waitstatus_to_exitcode(status),
                "cpu": usage.ru_utime + usage.ru_stime,
                "rss": usage.ru_maxrss,
            }
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
