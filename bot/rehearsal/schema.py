"""Whether a call has the parameters that the Bot API describes: names, presence and types, all the way down."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from bot.rehearsal.refusal import Refusal, bad_request

Check = Callable[[Any, str], Any]

OTHER_KIND = re.compile(r'Bad Request: field "\w+" must be "')
INT64 = range(-(2**63), 2**63)
YES_AND_NO = {"true": True, "false": False, "1": True, "0": False, "yes": True, "no": False}
# The server accepts more, unpublished names; PTB still sends this one of them when asked.
INPUT_FILE = "InputFile"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came in a multipart call."""

    name: str
    content: bytes = field(repr=False)
    mime: str = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Method:
    """A method of the Bot API and how each of its parameters is checked."""

    name: str
    checks: Mapping[str, Check]
    required: frozenset[str]

    def read(self, arguments: Mapping[str, Any], uploads: Mapping[str, Upload]) -> dict[str, Any]:
        """The parameters as typed values. Raises Refusal for a missing, unknown or mistyped one."""
        values: dict[str, Any] = {}
        for name, given in arguments.items():
            check = self.checks.get(name)
            if check is None:
                raise bad_request(f'unknown parameter "{name}" of {self.name}')
            if given is not None and given != "":
                values[name] = check(given, name)
        values.update((name, upload) for name, upload in uploads.items() if name in self.checks)
        for name in self.required:
            if name not in values:
                raise bad_request(missing(self.name, name))
        return values


def missing(method: str, name: str) -> str:
    """How the real server says that a required parameter is not there."""
    known = {
        "text": "message text is empty",
        "chat_id": "chat_id is empty",
        "message_id": "message identifier is not specified",
        "photo": "there is no photo in the request",
        "document": "there is no document in the request",
    }
    if method == "answerCallbackQuery" and name == "callback_query_id":
        return "query is too old and response timeout expired or query ID is invalid"
    return known.get(name, f'parameter "{name}" is required')


class Schema:
    """The description of the whole Bot API as checks that run quickly."""

    def __init__(self, description: Mapping[str, Any]) -> None:
        self.version: str = description["version"]
        self._types: Mapping[str, Any] = description["types"]
        self._compiled: dict[str, Check] = {}
        self._methods = {name.lower(): self._method(name, fields) for name, fields in description["methods"].items()}

    def method(self, name: str) -> Method:
        """The method of that name, in any case of letters. Raises Refusal 404 when there is none."""
        found = self._methods.get(name.lower())
        if found is None:
            raise Refusal(404, "Not Found: method not found")
        return found

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(method.name for method in self._methods.values())

    def check(self, type_name: str, value: object) -> Any:
        """A value that must be of a type of the Bot API, as when an update is made by hand. Raises Refusal."""
        return self._nested(type_name)(value, type_name)

    def _method(self, name: str, fields: Mapping[str, str]) -> Method:
        checks = {field_name: self._parameter(spec) for field_name, spec in fields.items()}
        required = frozenset(field_name for field_name, spec in fields.items() if spec[0] in "!=")
        return Method(name, checks, required)

    def _parameter(self, spec: str) -> Check:
        """A parameter of a call: forms carry everything as text, so text is read as the described type first."""
        words = spec.lstrip("!").split("|")
        if words == ["Integer"]:
            return integer_parameter
        if words == ["Integer", "String"]:
            return identifier_parameter
        if words in (["Boolean"], ["True"]):
            return boolean_parameter
        if words == ["Float"]:
            return float_parameter
        if words in (["String"], [INPUT_FILE], [INPUT_FILE, "String"]):
            return string_parameter
        nested = self._nested("|".join(words))

        def json_parameter(value: Any, name: str) -> Any:
            return nested(parsed_json(value, name) if isinstance(value, str) else value, name)

        return json_parameter

    def _nested(self, spec: str) -> Check:
        """A value inside JSON, where each type has its own form."""
        if spec not in self._compiled:
            # A type may hold itself: the check is looked up again when it is used.
            self._compiled[spec] = self._later(spec)
            self._compiled[spec] = self._compile(spec)
        return self._compiled[spec]

    def _later(self, spec: str) -> Check:
        def check(value: Any, place: str) -> Any:
            return self._compiled[spec](value, place)

        return check

    def _compile(self, spec: str) -> Check:
        if spec.startswith("="):
            return constant(spec[1:])
        words = spec.lstrip("!").split("|")
        if len(words) > 1:
            return one_of([self._nested(word) for word in words], words)
        word = words[0]
        if word.endswith("[]"):
            return array_of(self._nested(word[:-2]))
        if word in PLAIN_CHECKS:
            return PLAIN_CHECKS[word]
        described = self._types.get(word, {})
        if isinstance(described, list):
            return one_of([self._nested(name) for name in described], described)
        required = frozenset(name for name, field_spec in described.items() if field_spec[0] in "!=")
        constants = tuple(name for name, field_spec in described.items() if field_spec[0] == "=")
        fields = {name: self._nested(inner) for name, inner in described.items()}
        return object_of(word, fields, required, constants)


@cache
def bot_api() -> Schema:
    """The published Bot API, as packaged in methods.json."""
    return Schema(json.loads(files(__package__).joinpath("methods.json").read_text(encoding="utf-8")))


# --- parameters ------------------------------------------------------------------------------------------------------


def integer_parameter(value: Any, name: str) -> int:
    try:
        number = int(value) if isinstance(value, str) and len(value) < 21 else value
    except ValueError:
        raise bad_request(f'parameter "{name}" must be an Integer') from None
    return integer(number, name)


def identifier_parameter(value: Any, name: str) -> int | str:
    if isinstance(value, str):
        try:
            return integer(int(value) if len(value) < 21 else value, name)
        except ValueError:
            return value
    return integer(value, name)


def boolean_parameter(value: Any, name: str) -> bool:
    if isinstance(value, str) and value.lower() in YES_AND_NO:
        return YES_AND_NO[value.lower()]
    return boolean(value, name)


def float_parameter(value: Any, name: str) -> float:
    try:
        return number(float(value) if isinstance(value, str) else value, name)
    except ValueError:
        raise bad_request(f'parameter "{name}" must be a Float') from None


def string_parameter(value: Any, name: str) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)  # the server reads a JSON number where it wants text
    return string(value, name)


def parsed_json(text: str, name: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise bad_request(f"can't parse {name.replace('_', ' ')} JSON object") from None


# --- values inside JSON ----------------------------------------------------------------------------------------------


def integer(value: Any, place: str) -> int:
    if type(value) is not int or value not in INT64:
        raise bad_request(f'field "{place}" must be of type Integer')
    return value


def number(value: Any, place: str) -> float:
    if type(value) not in (int, float) or not math.isfinite(value):
        raise bad_request(f'field "{place}" must be of type Float')
    return float(value)


def string(value: Any, place: str) -> str:
    if not isinstance(value, str):
        raise bad_request(f'field "{place}" must be of type String')
    try:
        value.encode()
    except UnicodeEncodeError:
        raise bad_request("text must be encoded in UTF-8") from None
    return value


def boolean(value: Any, place: str) -> bool:
    if not isinstance(value, bool):
        raise bad_request(f'field "{place}" must be of type Boolean')
    return value


PLAIN_CHECKS: Mapping[str, Check] = {
    "Integer": integer,
    "Float": number,
    "String": string,
    INPUT_FILE: string,
    "Boolean": boolean,
    "True": boolean,
}


def constant(wanted: str) -> Check:
    def check(value: Any, place: str) -> Any:
        if value != wanted:
            raise bad_request(f'field "{place}" must be "{wanted}"')
        return value

    return check


def array_of(inner: Check) -> Check:
    def check(value: Any, place: str) -> list[Any]:
        if not isinstance(value, list):
            raise bad_request(f'field "{place}" must be of type Array')
        return [inner(item, place) for item in value]

    return check


def object_of(
    name: str, fields: Mapping[str, Check], required: frozenset[str], constants: tuple[str, ...] = ()
) -> Check:
    def check(value: Any, place: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise bad_request(f"object expected as {place}")
        for key in constants:
            if key in value:
                fields[key](value[key], key)  # first of all: the kind decides which other fields there are
        for key in value.keys() - fields.keys():
            raise bad_request(f'unknown field "{key}" of {name}')
        for key in required - value.keys():
            raise bad_request(f"can't parse {name}: can't find field \"{key}\"")
        return {key: fields[key](item, key) for key, item in value.items() if item is not None}

    return check


def one_of(checks: list[Check], names: list[str]) -> Check:
    def check(value: Any, place: str) -> Any:
        refusals: list[Refusal] = []
        for attempt in checks:
            try:
                return attempt(value, place)
            except Refusal as refusal:
                refusals.append(refusal)
        # Where one kind was clearly meant, its own complaint says what is wrong.
        meant = [refusal for refusal in refusals if not OTHER_KIND.match(refusal.description)]
        if len(meant) == 1 or (isinstance(value, dict) and "inline_keyboard" in value):
            raise meant[0]
        raise bad_request(f"{place} is none of {', '.join(names)}")

    return check
