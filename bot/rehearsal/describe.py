"""Makes methods.json: what the Bot API's own description says of methods and parameters, without its prose.

`python -m bot.rehearsal.describe API.json > bot/rehearsal/methods.json`, where API.json is the machine-readable form of
core.telegram.org/bots/api as PaulSonOfLars/telegram-bot-api-spec publishes it. A field is one word: its types joined by
`|`, `[]` for each array, `!` in front when it is required; `=word` is a required field with only that value.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

PLAIN = frozenset({"Integer", "String", "Boolean", "Float", "True"})
ONLY_VALUE = re.compile(r"(?:must be|always) [“\"]?([a-z_0-9]+)[”\"]?$")


def describe(api: dict[str, Any]) -> dict[str, Any]:
    """The compact description: version, methods with their parameters, and every type that a parameter can hold."""
    methods = {name: fields_of(method) for name, method in api["methods"].items()}
    types: dict[str, Any] = {}
    wanted = [word for fields in methods.values() for spec in fields.values() for word in type_names(spec)]
    while wanted:
        name = wanted.pop()
        if name in types or name in PLAIN or name not in api["types"]:
            continue
        source = api["types"][name]
        types[name] = list(source["subtypes"]) if source.get("subtypes") else fields_of(source)
        held = types[name] if isinstance(types[name], list) else types[name].values()
        wanted += [word for spec in held for word in type_names(spec)]
    return {"version": api["version"], "methods": methods, "types": dict(sorted(types.items()))}


def fields_of(owner: dict[str, Any]) -> dict[str, str]:
    return {field["name"]: field_spec(field) for field in owner.get("fields", ())}


def field_spec(field: dict[str, Any]) -> str:
    only = ONLY_VALUE.search(field["description"].rstrip("."))
    if only and field["required"] and field["types"] == ["String"]:
        return f"={only[1]}"
    types = "|".join(type_word(name) for name in field["types"])
    return f"!{types}" if field["required"] else types


def type_word(name: str) -> str:
    arrays = name.count("Array of ")
    return name.replace("Array of ", "") + "[]" * arrays


def type_names(spec: str) -> list[str]:
    return [] if spec.startswith("=") else [word.replace("[]", "") for word in spec.lstrip("!").split("|")]


def main() -> None:
    description = describe(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    lines = [f'{{"version":{json.dumps(description["version"])}']
    for part in ("methods", "types"):
        rows = (
            f"{json.dumps(name)}:{json.dumps(fields, separators=(',', ':'))}"
            for name, fields in description[part].items()
        )
        lines.append(f',"{part}":{{\n' + ",\n".join(rows) + "}")
    sys.stdout.write("".join(lines) + "}\n")


if __name__ == "__main__":
    main()
