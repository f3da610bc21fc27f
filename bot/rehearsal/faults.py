"""Faults on demand: what can go wrong between a bot and Telegram, at a chosen call or by seeded chance."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import timedelta

    from bot.rehearsal.refusal import Refusal


class Fault(StrEnum):
    """`before` means that the call had no effect, `after` that it had: the caller cannot tell them apart."""

    BAD_GATEWAY = "bad gateway"  # 502 with an HTML page, no effect
    BAD_GATEWAY_AFTER = "bad gateway after"
    RESET_BEFORE = "reset before"
    RESET_AFTER = "reset after"
    TIMEOUT_BEFORE = "timeout before"  # never answers, until the caller goes away
    TIMEOUT_AFTER = "timeout after"
    TRUNCATED = "truncated"  # 200, accepted, and half of the answer
    SLOW = "slow"  # answers after `delay`
    REFUSE = "refuse"  # answers with `refusal`

    @property
    def has_effect(self) -> bool:
        """Whether the call is carried out all the same."""
        return self in {
            Fault.BAD_GATEWAY_AFTER, Fault.RESET_AFTER, Fault.TIMEOUT_AFTER, Fault.TRUNCATED, Fault.SLOW
        }  # fmt: skip


@dataclass(slots=True)
class Rule:
    """When a fault strikes: which calls it looks at, how many of them pass before, how often, with which chance."""

    fault: Fault
    method: str | None = None
    chat_id: int | None = None
    skip: int = 0
    times: int | None = 1  # None: for ever
    chance: float = 1.0
    delay: timedelta | None = None
    refusal: Refusal | None = None
    seen: int = 0
    struck: int = 0

    def fits(self, method: str, arguments: Mapping[str, object]) -> bool:
        same_chat = self.chat_id is None or str(arguments.get("chat_id")) == str(self.chat_id)
        return same_chat and (self.method is None or self.method.lower() == method.lower())

    @property
    def is_spent(self) -> bool:
        return self.times is not None and self.struck >= self.times


@dataclass(slots=True)
class Faults:
    """The faults that wait for their calls. The first rule that strikes wins."""

    random: Random = field(default_factory=lambda: Random(0))  # noqa: S311 - repeatable faults, no secret
    rules: list[Rule] = field(default_factory=list)

    def add(self, rule: Rule) -> Rule:
        self.rules.append(rule)
        return rule

    def clear(self) -> None:
        self.rules.clear()

    def strike(self, method: str, arguments: Mapping[str, object]) -> Rule | None:
        """The rule that spoils this call, if any."""
        for rule in self.rules:
            if rule.is_spent or not rule.fits(method, arguments):
                continue
            rule.seen += 1
            if rule.seen > rule.skip and (rule.chance >= 1 or self.random.random() < rule.chance):
                rule.struck += 1
                return rule
        return None
