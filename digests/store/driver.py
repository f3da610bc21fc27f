"""What a database must offer to the functions of this package. SQLite's answer is in sqlite.py."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol, overload

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["Store", "from_text", "to_text"]


class Store(Protocol):
    """An open transaction. Functions of this package never begin or commit: whoever calls them does.

    SQL is portable: `:name` parameters, ON CONFLICT, RETURNING, JSON as text, times by `to_text`.
    """

    def rows(self, sql: str, params: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        """All rows of a query (or of a statement with RETURNING)."""
        ...

    def row(self, sql: str, params: Mapping[str, Any] | None = None) -> dict[str, Any] | None:
        """The first row, or None."""
        ...

    def value(self, sql: str, params: Mapping[str, Any] | None = None) -> Any:  # a column may hold anything
        """The first column of the first row, or None."""
        ...

    def execute(self, sql: str, params: Mapping[str, Any] | None = None) -> int:
        """Run a statement; the number of rows it changed."""
        ...

    def execute_many(self, sql: str, params: Sequence[Mapping[str, Any]]) -> None:
        """Run a statement once for each mapping."""
        ...


@overload
def to_text(time: datetime) -> str: ...
@overload
def to_text(time: None) -> None: ...
def to_text(time: datetime | None) -> str | None:
    """The one form of a time in the database: UTC, milliseconds, fixed width, so that text order is time order."""
    if time is None:
        return None
    utc = time.astimezone(UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03d}Z"


@overload
def from_text(text: str) -> datetime: ...
@overload
def from_text(text: None) -> None: ...
def from_text(text: str | None) -> datetime | None:
    """The time that `to_text` wrote."""
    return None if text is None else datetime.fromisoformat(text)
