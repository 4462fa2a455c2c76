"""What a format promises is held before it is written: a JSON schema, and finite numbers."""

import json
import math
from pathlib import Path
from typing import Any


class InvalidReport(Exception):
    """What would have been written breaks its own schema: the grader's own fault."""


def require_valid(data: Any, schema: Path) -> None:
    """Check `data` against the schema in a file.

    Raises:
        InvalidReport: naming the place.
    """
    import jsonschema  # here, as its import takes longer than grading ten checks

    rules = json.loads(schema.read_text(encoding="utf-8"))
    error = jsonschema.exceptions.best_match(jsonschema.Draft202012Validator(rules).iter_errors(data))
    if error:
        raise InvalidReport(f"{'.'.join(map(str, error.absolute_path)) or 'the whole'}: {error.message}")
    require_finite(data, "")


def require_finite(value: Any, place: str) -> None:
    """Refuse NaN and infinity anywhere: JSON has neither.

    Raises:
        InvalidReport: naming the place.
    """
    if isinstance(value, float) and not math.isfinite(value):
        raise InvalidReport(f"{place} is {value}")
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        require_finite(item, f"{place}.{key}".lstrip("."))
