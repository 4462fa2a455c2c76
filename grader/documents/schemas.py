"""Where a document breaks its JSON schema. The package jsonschema knows; it is imported when a document is looked at, as that takes 0.1 s."""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from grader.documents.plain import require_plain


def first_breach(data: Any, schema: Path) -> tuple[str, str] | None:
    """Where data breaks a schema most plainly ("tests.0.score", or "" for the whole), and how; None if it keeps it."""
    try:
        require_plain(data)
    except ValueError as problem:
        return "", f"it cannot be checked: {problem}"
    error = min(_rules(schema).iter_errors(data), key=_plainness, default=None)
    return (".".join(map(str, error.absolute_path)), error.message) if error else None


def _plainness(error: Any) -> tuple[int, bool]:
    """What is nearest to the whole comes first; a key that is not known before one that is missing, as it may be that one misspelt."""
    return len(error.absolute_path), error.validator != "additionalProperties"


@cache
def _rules(schema: Path) -> Any:
    from jsonschema import Draft202012Validator
    from jsonschema.validators import extend

    return extend(Draft202012Validator, {"pattern": _pattern})(json.loads(schema.read_text(encoding="utf-8")))


def _pattern(_rules: Any, pattern: str, text: Any, _schema: Any) -> Iterator[Any]:
    r"""The keyword "pattern" as JSON schemas mean it: their `$` is the very end, Python's is also before a line break there."""
    from jsonschema import ValidationError

    if isinstance(text, str) and not re.search(re.sub(r"(?<!\\)\$", r"\\Z", pattern), text):
        yield ValidationError(f"{text!r} does not match {pattern!r}")
