"""Documents that people or programs wrote: parsed, and held to a JSON schema in a file."""

import json
import math
import tomllib
from collections.abc import Iterable
from datetime import date, time
from pathlib import Path
from typing import Any

import jsonschema_rs

MAX_DEPTH = 20  # of tables and lists in each other; ours have three
TOO_DEEP = "tables or lists in it are nested too deeply"


def parse_toml(text: str) -> dict[str, Any]:
    """What TOML says, as far as JSON can say it too: every number is finite, and nothing is a date or a time.

    Raises:
        tomllib.TOMLDecodeError: if it is no TOML; a ValueError, as which everything else is told.
    """
    try:
        data = tomllib.loads(text, parse_float=_finite)
    except RecursionError:
        raise ValueError(TOO_DEEP) from None
    _require_plain(data, ())
    return data


def _finite(text: str) -> float:
    if not math.isfinite(number := float(text)):
        raise ValueError(f"every number has to be finite, but there is {text}")
    return number


def _require_plain(value: Any, place: tuple[str, ...]) -> None:
    if isinstance(value, date | time):
        raise ValueError(f"{'.'.join(place)} is a date or a time, {value}, but nothing here is; a text stands in quotes")
    if len(place) > MAX_DEPTH:
        raise ValueError(TOO_DEEP)
    for key, item in parts(value):
        _require_plain(item, (*place, str(key)))


def parts(value: Any) -> Iterable[tuple[Any, Any]]:
    """Key and value of everything in a dict, place and item of everything in a list; nothing of anything else."""
    return value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()


def first_breach(data: Any, schema: Path) -> tuple[str, str] | None:
    """Where data breaks a schema most plainly ("tests.0.score", or "" for the whole), and how; None if it keeps it."""
    rules = jsonschema_rs.validator_for(json.loads(schema.read_text(encoding="utf-8")))
    try:
        error = min(rules.iter_errors(data), key=_plainness, default=None)
    except ValueError as problem:  # half a character, tables in each other without end
        return "", f"it cannot be checked: {problem}"
    return (".".join(map(str, error.instance_path)), error.message) if error else None


def _plainness(error: jsonschema_rs.ValidationError) -> tuple[int, bool]:
    """What is nearest to the whole comes first; a key that is not known before one that is missing, as it may be that one misspelt."""
    return len(error.instance_path), error.kind.name != "additionalProperties"
