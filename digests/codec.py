"""Values of the vocabulary as JSON text and back, for the database and for `--json`."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import TypeAdapter

__all__ = ["from_json", "to_json", "to_plain"]

T = TypeVar("T")

_adapters: dict[object, TypeAdapter[Any]] = {}  # building one takes milliseconds; the vocabulary is small


def _adapter(kind: Any) -> TypeAdapter[Any]:
    if kind not in _adapters:
        _adapters[kind] = TypeAdapter(kind)
    return _adapters[kind]


def to_json(value: object) -> str:
    """A dataclass of digests.model as JSON text."""
    return str(_adapter(type(value)).dump_json(value), "utf-8")


def to_plain(value: object) -> Any:  # whatever JSON can hold
    """A dataclass of digests.model as dicts, lists, strings and numbers."""
    return _adapter(type(value)).dump_python(value, mode="json")


def from_json(kind: type[T], text: str) -> T:
    """The value that `to_json` wrote."""
    value: T = _adapter(kind).validate_json(text)
    return value
