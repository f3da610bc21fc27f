"""Structured logs without secrets: every line is looked through, whoever wrote it and at whatever level."""

from __future__ import annotations

import logging
import re
import sys
from typing import TYPE_CHECKING, TextIO

import structlog
from structlog.tracebacks import ExceptionDictTransformer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from structlog.typing import Processor

__all__ = ["Redactor", "configure"]

# A bot token is the bot's id, a colon (or its percent code in an address) and at least 30 further characters.
TOKEN = re.compile(r"\b(?:bot)?\d{5,}(?::|%3A)[A-Za-z0-9_-]{30,}", re.IGNORECASE)
MASK = "[secret]"
SHORTEST = 8
# httpx and httpcore write the address of every request, and Telegram's addresses hold the token.
LOUD = ("httpx", "httpcore", "telegram", "aiohttp.access", "asyncio", "charset_normalizer", "trafilatura", "htmldate")


class Redactor:
    """Masks bot tokens, and the secrets it was told."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        known = sorted({secret for secret in secrets if len(secret) >= SHORTEST}, key=len, reverse=True)
        self._known = re.compile("|".join(re.escape(secret) for secret in known)) if known else None

    def __call__(self, text: str) -> str:
        text = TOKEN.sub(MASK, text)
        return self._known.sub(MASK, text) if self._known else text


class SafeFormatter(structlog.stdlib.ProcessorFormatter):
    """Redacts the finished line, so that no field, argument or traceback gets around it."""

    def __init__(self, redact: Redactor, processors: list[Processor], before: list[Processor]) -> None:
        super().__init__(processors=processors, foreign_pre_chain=before)
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        return self._redact(super().format(record))


def configure(
    level: str = "info", style: str = "text", *, secrets: Iterable[str] = (), stream: TextIO | None = None
) -> None:
    """Send the logs of the program and its libraries to `stream` (standard error).

    `level` is debug, info, warning or error; `style` is text or json, one object a line; `secrets` are masked wherever
    they appear, tokens of bots always.
    """
    before: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    if style == "json":
        last: list[Processor] = [
            # Without the values of local variables: they may hold what people wrote.
            structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False)),
            structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
        ]
    else:
        last = [structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)]
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        SafeFormatter(Redactor(secrets), [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last], before)
    )
    root = logging.getLogger()
    for old in root.handlers[:]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level.upper())
    for name in LOUD:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *before,
            structlog.processors.StackInfoRenderer(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
