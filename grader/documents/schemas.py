"""Finds where a document breaks its JSON schema.

The package jsonschema does the work. It is imported only when a document is validated, as that takes 0.1 s.
"""

import json
import re
from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

from grader.documents.plain import require_plain


def first_breach(data: Any, schema: Path) -> tuple[str, str] | None:
    """The most basic breach of a schema: its place ("tests.0.score", or "" for the whole), and what is wrong there.

    None if the data keeps the schema.
    """
    try:
        require_plain(data)
    except ValueError as problem:
        return "", f"it cannot be checked: {problem}"
    error = min(_rules(schema).iter_errors(data), key=_plainness, default=None)
    return (".".join(map(str, error.absolute_path)), _in_words(error)) if error else None


def _in_words(error: Any) -> str:
    """What is wrong, in the words of somebody who writes such a document."""
    if error.validator == "required":
        return f"the key {next(key for key in error.validator_value if key not in error.instance)!r} is missing"
    if error.validator == "additionalProperties" and error.validator_value is False:
        known = list(error.schema.get("properties", ()))
        unknown = next(key for key in error.instance if key not in known)
        near = get_close_matches(unknown, known, 1)
        return f"there is no key {unknown!r}; " + (
            f"is {near[0]!r} meant?" if near else f"there are {', '.join(known)}"
        )
    return error.message


def _plainness(error: Any) -> tuple[int, bool]:
    """Sort key: what is nearest to the whole comes first.

    At the same place an unknown key comes before a missing one, as it may be that one misspelt.
    """
    return len(error.absolute_path), error.validator != "additionalProperties"


@cache
def _rules(schema: Path) -> Any:
    from jsonschema import Draft202012Validator
    from jsonschema.validators import extend

    return extend(Draft202012Validator, {"pattern": _pattern})(json.loads(schema.read_text(encoding="utf-8")))


def _pattern(_rules: Any, pattern: str, text: Any, _schema: Any) -> Iterator[Any]:
    r"""The keyword "pattern" as JSON schemas mean it.

    Their `$` is the very end. Python's `$` also matches before a final newline.
    """
    from jsonschema import ValidationError

    if isinstance(text, str) and not re.search(re.sub(r"(?<!\\)\$", r"\\Z", pattern), text):
        yield ValidationError(f"{text!r} does not match {pattern!r}")
