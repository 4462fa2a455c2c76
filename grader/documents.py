"""Documents that people or programs wrote: parsed, and held to a JSON schema in a file."""

import json
import math
import tomllib
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
    import jsonschema  # here, as its import takes longer than grading ten checks

    rules = json.loads(schema.read_text(encoding="utf-8"))
    error = jsonschema.exceptions.best_match(jsonschema.Draft202012Validator(rules).iter_errors(data))
    return (".".join(map(str, error.absolute_path)), error.message) if error else None
