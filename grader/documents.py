"""Documents that people or programs wrote: parsed, and held to a JSON schema in a file."""

import json
import math
import re
import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any


def parse_toml(text: str) -> dict[str, Any]:
    """What TOML says, in which every number is finite.

    Raises:
        tomllib.TOMLDecodeError: if it is no TOML; a ValueError, as which a number that is not finite is told.
    """
    return tomllib.loads(text, parse_float=_finite)


def _finite(text: str) -> float:
    if not math.isfinite(number := float(text)):
        raise ValueError(f"every number has to be finite, but there is {text}")
    return number


def first_breach(data: Any, schema: Path) -> tuple[str, str] | None:
    """Where data breaks a schema most plainly ("tests.0.score", or "" for the whole), and how; None if it keeps it."""
    rules = _rules(schema)
    if keeps(data, rules):
        return None
    import jsonschema  # only to say what is wrong: its import takes longer than grading ten checks

    error = jsonschema.exceptions.best_match(jsonschema.Draft202012Validator(rules).iter_errors(data))
    return (".".join(map(str, error.absolute_path)), error.message) if error else None


@cache
def _rules(schema: Path) -> dict[str, Any]:
    return json.loads(schema.read_text(encoding="utf-8"))


class UnknownRule(Exception):
    """A schema asks for something that `keeps` does not know."""


def keeps(data: Any, rules: Mapping[str, Any]) -> bool:
    """Whether data surely keeps a schema of the draft 2020-12; where a rule is unknown, that is not sure."""
    try:
        return _keeps(data, rules, rules)
    except (UnknownRule, RecursionError):
        return False


def _keeps(data: Any, rules: Any, root: Mapping[str, Any]) -> bool:
    if isinstance(rules, bool):
        return rules
    for name, wanted in rules.items():
        if name in _WORDS:
            continue
        kind, holds = _RULES.get(name) or _unknown(name)
        if _is(data, kind) and not holds(data, wanted, rules, root):
            return False
    return True


def _unknown(name: str) -> Any:
    raise UnknownRule(name)


def _is(data: Any, kind: str) -> bool:
    """Whether data is of a JSON type; a bool is no number, and 2.0 is an integer."""
    if kind == "integer":
        return _is(data, "number") and data == data // 1
    return isinstance(data, _TYPES[kind]) and (kind != "number" or not isinstance(data, bool))


def _is_one_of(data: Any, values: list[Any]) -> bool:
    if not all(isinstance(value, str) for value in values):
        raise UnknownRule("values other than texts")  # JSON tells 1 from true, Python does not
    return data in values


def _are_different(data: list[Any]) -> bool:
    if not all(isinstance(item, str) for item in data):
        raise UnknownRule("items other than texts")  # the same
    return len(set(data)) == len(data)


def _referred(reference: str, root: Mapping[str, Any]) -> Any:
    start, _, name = reference.rpartition("/")
    if start != "#/$defs":
        raise UnknownRule(reference)
    return root["$defs"][name]


Rule = Callable[[Any, Any, Mapping[str, Any], Mapping[str, Any]], bool]
_WORDS = {"$schema", "$id", "$defs", "title", "description"}
_TYPES: dict[str, Any] = {
    "any": object, "null": type(None), "boolean": bool, "string": str, "number": (int, float), "array": list, "object": dict,
}  # fmt: skip
# Rule -> the type of data that it is about, and whether such data keeps it, given what the rule says, the rules beside it, and all of them.
_RULES: dict[str, tuple[str, Rule]] = {
    "type": ("any", lambda data, kinds, *_: any(_is(data, k) for k in ([kinds] if isinstance(kinds, str) else kinds))),
    "enum": ("any", lambda data, values, *_: _is_one_of(data, values)),
    "const": ("any", lambda data, value, *_: _is_one_of(data, [value])),
    "$ref": ("any", lambda data, name, _, root: _keeps(data, _referred(name, root), root)),
    "oneOf": ("any", lambda data, ways, _, root: sum(_keeps(data, way, root) for way in ways) == 1),
    "minimum": ("number", lambda data, limit, *_: not data < limit),
    "maximum": ("number", lambda data, limit, *_: not data > limit),
    "exclusiveMinimum": ("number", lambda data, limit, *_: not data <= limit),
    "minLength": ("string", lambda data, limit, *_: len(data) >= limit),
    "maxLength": ("string", lambda data, limit, *_: len(data) <= limit),
    "pattern": ("string", lambda data, pattern, *_: re.search(pattern, data) is not None),
    "minItems": ("array", lambda data, limit, *_: len(data) >= limit),
    "uniqueItems": ("array", lambda data, asked, *_: not asked or _are_different(data)),
    "items": ("array", lambda data, rules, _, root: all(_keeps(item, rules, root) for item in data)),
    "minProperties": ("object", lambda data, limit, *_: len(data) >= limit),
    "required": ("object", lambda data, names, *_: all(name in data for name in names)),
    "propertyNames": ("object", lambda data, rules, _, root: all(_keeps(name, rules, root) for name in data)),
    "properties": ("object", lambda data, parts, _, root: all(_keeps(data[n], r, root) for n, r in parts.items() if n in data)),
    "additionalProperties": (
        "object",
        lambda data, rules, beside, root: all(_keeps(data[n], rules, root) for n in data.keys() - beside.get("properties", {}).keys()),
    ),
}
