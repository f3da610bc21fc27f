"""The chat as a person would see it, drawn in the terminal as it unfolds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.align import Align
from rich.box import ROUNDED, SQUARE
from rich.panel import Panel
from rich.text import Text

from bot.rehearsal.render import render
from bot.rehearsal.texts import units

if TYPE_CHECKING:
    from rich.console import Console

    from bot.rehearsal.server import BotApi
    from bot.rehearsal.world import Callback, Chat, Message

STYLES = {
    "bold": "bold",
    "italic": "italic",
    "underline": "underline",
    "strikethrough": "strike",
    "code": "cyan",
    "pre": "cyan",
    "blockquote": "italic dim",
    "expandable_blockquote": "italic dim",
    "text_link": "underline blue",
    "url": "underline blue",
    "bot_command": "blue",
    "mention": "blue",
    "hashtag": "blue",
}
WIDEST = 76


class Screen:
    """Draws what happens in one chat: the bot at the left, the person at the right."""

    def __init__(self, console: Console, api: BotApi, chat: Chat) -> None:
        self._console = console
        self._api = api
        self._chat = chat
        self._drawn: dict[int, int] = {}  # message id to the number of edits drawn
        self._answers: set[str] = set()

    async def follow(self) -> None:
        """Draw every change until cancelled."""
        while True:
            self.draw()
            await self._api.backend.change.wait()

    def draw(self) -> None:
        """Draw what is new since the last time."""
        for message in self._chat.history:
            if self._drawn.get(message.id) != message.edits:
                self._drawn[message.id] = message.edits
                self._show(message)
        for callback in self._api.world.callbacks.values():
            if callback.answers and callback.id not in self._answers:
                self._answers.add(callback.id)
                self._toast(callback)

    def _show(self, message: Message) -> None:
        """A bubble on a terminal; elsewhere plain lines, with link addresses written out and never broken."""
        if self._console.is_terminal:
            self._console.print(bubble(message, self._width))
            return
        speaker = "bot" if message.is_from_bot else "you"
        lines = f"{speaker}{', edited' if message.is_from_bot and message.edits else ''}:\n{render(message)}"
        self._console.print(lines.replace("\n", "\n    "), soft_wrap=True, markup=False, highlight=False, emoji=False)

    def say(self, words: str) -> None:
        """A line of the stage manager, not of the chat."""
        self.draw()
        self._console.print()
        self._console.rule(Text(words, style="dim"), style="dim")

    @property
    def _width(self) -> int:
        return min(WIDEST, max(24, self._console.width - 6))

    def _toast(self, callback: Callback) -> None:
        if callback.text:
            self._console.print(Align.center(Text(f" {callback.text} ", style="reverse")))


def bubble(message: Message, width: int) -> Align:
    """One message in its frame, with its buttons below."""
    lines = [attachment] if (attachment := attached(message)) else []
    lines += [marked(message)] if message.text else []
    lines += [buttons(row) for row in message.labels_by_row]
    edited = message.is_from_bot and message.edits > 0
    widest = max(map(longest_line, lines), default=0)
    panel = Panel(
        Text("\n").join(lines),
        box=ROUNDED if message.is_from_bot else SQUARE,
        border_style="green" if message.is_from_bot else "blue",
        title="edited" if edited else None,
        title_align="left",
        width=min(width, max(widest, 8 if edited else 0) + 4),
    )
    return Align.left(panel) if message.is_from_bot else Align.right(panel)


def longest_line(text: Text) -> int:
    return max((line.cell_len for line in text.split()), default=0)


def attached(message: Message) -> Text | None:
    """The line that stands for a file."""
    if message.photo is not None:
        width, height = message.photo.size or (0, 0)
        return Text(f"[picture {width} x {height}]", style="magenta")
    if message.document is not None:
        return Text(f"[document {message.document.name}]", style="magenta")
    return None


def buttons(labels: tuple[str, ...]) -> Text:
    return Text(" ").join(Text(f"[{label}]", style="bold yellow") for label in labels)


def marked(message: Message) -> Text:
    """The text with its entities as styles; links can be clicked in terminals that know how."""
    text = Text(message.text)
    index_at = {}
    place = 0
    for index, character in enumerate(message.text):
        index_at[place] = index
        place += units(character)
    index_at[place] = len(message.text)
    for entity in message.entities:
        start, end = index_at.get(entity["offset"]), index_at.get(entity["offset"] + entity["length"])
        style = STYLES.get(entity["type"])
        if style is None or start is None or end is None:
            continue
        link = f" link {entity['url']}" if entity["type"] == "text_link" else ""
        text.stylize(style + link, start, end)
    return text
