"""What happens in a rehearsal: a subscriber meets the bot, reads digests and sees a story change.

The bot is the real one. `rehearse` only plays Telegram, the outlets and the subscriber, and watches what comes back.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, TypeVar

from bot.rehearsal.newsroom import Newsroom
from bot.rehearsal.refusal import Refusal
from bot.rehearsal.screen import Screen
from bot.rehearsal.server import BotApi
from bot.rehearsal.terminal import Typed

if TYPE_CHECKING:
    from typing import TextIO

    from rich.console import Console

    from bot.rehearsal.people import Person
    from bot.rehearsal.world import Callback, Message
    from digests.model import Source

T = TypeVar("T")

SUBSCRIBER = 70_001
FOCUS = "bannu"  # the event that changes while the subscriber looks on
NEW_TOLL = re.compile(r"→\s*9\b|\bnine\b", re.IGNORECASE)
HARMLESS = "message is not modified"


@dataclass(frozen=True, slots=True)
class Patience:
    """How many seconds the subscriber waits."""

    step: float = 60  # for anything that must come
    unasked: float = 20  # for a digest, before asking for it
    typed: float = 3  # for the answer to a typed line, before the next prompt
    quiet: float = 3  # without a new message, before the news goes on


@dataclass(frozen=True, slots=True)
class RehearsalEnv:
    """What the bot has to be told so that it plays along, in the words of the settings."""

    telegram_api: str
    telegram_token: str
    database: Path
    sources: tuple[Source, ...]
    fetch_allow: str
    admins: tuple[int, ...]
    poll_floor: timedelta = timedelta(seconds=1)


RunBot = Callable[[RehearsalEnv], Awaitable[object]]


class StageError(Exception):
    """The rehearsal cannot go on. The message says at which step."""


async def rehearse(
    run_bot: RunBot,
    *,
    console: Console,
    interactive: bool,
    stream: TextIO | None = None,
    patience: Patience | None = None,
) -> int:
    """Play the rehearsal and return the exit code: 0 when everything came, 1 when something did not.

    `run_bot` runs the real bot with the settings of its argument until it is cancelled. With `interactive` the lines of
    `stream` (standard input when None) are said to the bot afterwards.
    """
    with TemporaryDirectory(prefix="khabardar-rehearsal-") as folder:
        async with BotApi() as api, Newsroom() as newsroom:
            env = RehearsalEnv(
                telegram_api=api.url,
                telegram_token=api.token,
                database=Path(folder) / "khabardar.db",
                sources=newsroom.sources,
                fetch_allow=newsroom.allow,
                admins=(SUBSCRIBER,),
            )
            stage = Stage(api, newsroom, api.person(SUBSCRIBER, "Amina", "en"), console, patience or Patience())
            return await stage.play(run_bot(env), (stream or sys.stdin) if interactive else None)


class Stage:
    """One rehearsal while it is played."""

    def __init__(
        self, api: BotApi, newsroom: Newsroom, subscriber: Person, console: Console, patience: Patience
    ) -> None:
        self._api = api
        self._newsroom = newsroom
        self._subscriber = subscriber
        self._console = console
        self._patience = patience
        self._screen = Screen(console, api, subscriber.chat)
        self._bot: asyncio.Task[None] | None = None

    async def play(self, bot: Awaitable[object], stream: TextIO | None) -> int:
        """The exit code. Lines of `stream`, if there is one, go to the bot after the script."""
        self._bot = asyncio.create_task(run_quietly(bot), name="bot")
        drawing = asyncio.create_task(self._screen.follow(), name="screen")
        try:
            await self.script()
            if stream is not None:
                await self.converse(stream)
        except StageError as error:
            self._screen.draw()
            self._console.print(f"The rehearsal stopped: {error}", style="bold red", markup=False)
            return 1
        finally:
            await stop(drawing)
            failed = await stop(self._bot)
        if failed is not None:
            self._console.print(f"The bot stopped with an error: {failed}", style="bold red", markup=False)
            return 1
        return self.review()

    async def script(self) -> None:
        """Welcome, two keywords, a digest, the reasons for an entry, an update."""
        self._screen.say("A subscriber opens the chat")
        await self.ask("/start")
        await self.ask("/follow TTP")
        await self.ask('/follow "Durand Line"')
        self._screen.say(f"{len(self._newsroom.online)} articles of invented outlets wait in their feeds")
        await self._newsroom.until_read(self._patience.unasked)
        known = self.links_of(FOCUS)
        told = await self.digest("a digest", lambda message: not known.isdisjoint(message.links))
        await self.why(told)
        await self.quiet()
        self._screen.say("Later the same day two outlets report a higher toll")
        before = self.state()
        new = {self._newsroom.url + piece.path for piece in self._newsroom.publish()}
        about = self.links_of(FOCUS)
        await self.digest(
            "the update",
            lambda message: (
                self.is_new(message, before)
                and not about.isdisjoint(message.links)
                and (bool(NEW_TOLL.search(message.text)) or not new.isdisjoint(message.links))
            ),
        )

    async def why(self, told: Message) -> None:
        """Ask for the reasons of the first entry, where the digest has such a button."""
        label = next((label for label in told.labels if "why" in label.lower()), None)
        for _ in range(2):  # a digest of several entries asks back which one is meant
            if label is None:
                return
            before = self.state()
            pressed = await self._subscriber.press(told, label)
            await self.expect(self._api.answered(pressed, self._patience.step), f"an answer to the button {label}")
            with contextlib.suppress(TimeoutError):
                changed = self._api.until(partial(self.changed, before), self._patience.typed)
                told = await self.expect(changed, "an explanation", may_fail=True)
            label = next((label for label in told.labels if label.startswith("1.")), None)

    async def quiet(self) -> None:
        """Until nothing new was written for a while: the bot may still be telling the news of the morning."""
        with contextlib.suppress(TimeoutError):
            while True:
                news = self._api.until(partial(self.changed, self.state()), self._patience.quiet)
                await self.expect(news, "silence", may_fail=True)

    async def ask(self, text: str) -> Message:
        """The bot's first answer to a message."""
        asked = await self._subscriber.write(text)
        return await self.expect(
            self._api.wait_for(self._subscriber, lambda message: message.id > asked.id, self._patience.step),
            f"an answer to {text}",
        )

    async def digest(self, what: str, fits: Callable[[Message], bool]) -> Message:
        """A message that comes by itself, or else when the subscriber asks for it."""
        for patience in (self._patience.unasked, self._patience.unasked, self._patience.step):
            try:
                return await self.expect(self._api.wait_for(self._subscriber, fits, patience), what, may_fail=True)
            except TimeoutError:
                await self._subscriber.write("/digest")
        return await self.expect(self._api.wait_for(self._subscriber, fits, self._patience.unasked), what)

    async def expect(self, coming: Awaitable[T], what: str, *, may_fail: bool = False) -> T:
        """What comes, unless the bot ends before. Raises StageError, or TimeoutError where the caller may retry."""
        waiting = asyncio.ensure_future(coming)
        bot = self._bot
        await asyncio.wait([waiting, bot] if bot else [waiting], return_when=asyncio.FIRST_COMPLETED)
        if not waiting.done():
            waiting.cancel()
            error = bot.exception() if bot is not None and not bot.cancelled() else None
            raise StageError(f"the bot ended while the subscriber waited for {what}" + (f": {error}" if error else ""))
        if isinstance(waiting.exception(), TimeoutError) and not may_fail:
            raise StageError(f"{what} never came")
        return await waiting

    def links_of(self, event: str) -> set[str]:
        """Where the published articles of an event can be read."""
        return {self._newsroom.url + piece.path for piece in self._newsroom.online if piece.event == event}

    def news_links(self, message: Message) -> list[str]:
        return [link for link in message.links if link.startswith(self._newsroom.url)]

    def state(self) -> dict[int, int]:
        """Messages and how often each was edited."""
        return {message.id: message.edits for message in self._subscriber.chat.messages}

    def changed(self, before: dict[int, int]) -> Message | None:
        """The first message that came or was edited since."""
        return next((message for message in self._subscriber.chat.messages if self.is_new(message, before)), None)

    @staticmethod
    def is_new(message: Message, before: dict[int, int]) -> bool:
        return before.get(message.id) != message.edits

    # --- the terminal ---

    async def converse(self, stream: TextIO) -> None:
        """Typed lines go to the bot: text is said, `press LABEL` taps a button, `quit` or the end of input ends."""
        self._screen.say("Your turn: a command, or press LABEL; quit ends")
        with Typed(stream) as typed:
            while (line := await self.expect(self.prompted(typed), "a line")) not in {None, "quit", "exit"}:
                try:
                    await self.obey((line or "").strip())
                except (LookupError, Refusal) as error:
                    self._console.print(str(error), style="red", markup=False)

    async def prompted(self, typed: Typed) -> str | None:
        self._screen.draw()
        self._console.print("> ", end="", style="bold")
        return await typed.line()

    async def obey(self, line: str) -> None:
        """Raises LookupError for a button that is not there."""
        if not line:
            return
        before = self.state()
        verb, _, label = line.partition(" ")
        tapped = await self.press(label) if verb == "press" else None
        if tapped is None:
            await self._subscriber.write(line)

        def is_answered() -> bool:
            return self.state() != before or (tapped is not None and tapped.answers > 0)

        with contextlib.suppress(TimeoutError):  # some lines have no answer
            await self.expect(self._api.until(is_answered, self._patience.typed), "an answer", may_fail=True)

    async def press(self, label: str) -> Callback:
        with_button = [message for message in self._subscriber.chat.messages if label in " ".join(message.labels)]
        if not with_button:
            raise LookupError(f"no message has a button {label!r}")
        return await self._subscriber.press(with_button[-1], label)

    def review(self) -> int:
        """The exit code, after one line that says what was seen."""
        refused = [
            call for call in self._api.calls if call.status in range(400, 500) and HARMLESS not in call.description
        ]
        for call in refused:
            self._console.print(f"Telegram refused {call.method}: {call.description}", style="red", markup=False)
        for callback in self._api.unanswered:
            self._console.print(f"button {callback.data!r} was never answered", style="red", markup=False)
        messages = self._subscriber.chat.messages
        links = sum(len(self.news_links(message)) for message in messages)
        edits = sum(message.edits for message in messages)
        self._screen.say(f"{len(messages)} messages, {edits} edits, {links} source links, {len(refused)} refused calls")
        return 1 if refused or self._api.unanswered else 0


async def run_quietly(bot: Awaitable[object]) -> None:
    await bot


async def stop(task: asyncio.Task[None]) -> BaseException | None:
    """Cancel a task and wait until it is gone; the error it ended with."""
    task.cancel()
    await asyncio.wait([task])
    return None if task.cancelled() else task.exception()
