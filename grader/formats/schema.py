"""Checks what a format promises before the text is written: a JSON schema, and finite numbers."""

import math
from pathlib import Path
from typing import Any

from grader.documents import first_breach, parts


class InvalidReport(Exception):
    """A report that was about to be written breaks its own schema. This is the grader's own fault."""


def require_valid(data: Any, schema: Path) -> None:
    """Validate `data` against the schema in a file.

    Raises:
        InvalidReport: the message names the place.
    """
    require_finite(data, "")  # first, as a schema lets NaN pass
    if breach := first_breach(data, schema):
        place, problem = breach
        raise InvalidReport(f"{place or 'the whole'}: {problem}")


def require_finite(value: Any, place: str) -> None:
    """Refuse NaN and infinity anywhere: JSON has neither.

    Raises:
        InvalidReport: naming the place.
    """
    if isinstance(value, float) and not math.isfinite(value):
        raise InvalidReport(f"{place} is {value}")
    for key, item in parts(value):
        require_finite(item, f"{place}.{key}".lstrip("."))
