"""The values that JSON has, and TOML restricted to these.

They are tables with text as keys, lists, texts, finite numbers, true, false and null.
"""

import math
import tomllib
from collections.abc import Iterable
from datetime import date, time
from typing import Any

MAX_DEPTH = 20  # levels of nested tables and lists; ours have at most five
TOO_DEEP = "tables or lists in it are nested too deeply"


def parse_toml(text: str) -> dict[str, Any]:
    """What a TOML text says, if JSON could say it too: all numbers are finite, and nothing is a date or a time.

    Raises:
        tomllib.TOMLDecodeError: if it is not TOML.
        ValueError: if JSON could not say it. (A TOMLDecodeError is a ValueError, too.)
    """
    try:
        data = tomllib.loads(text, parse_float=_finite)
    except RecursionError:
        raise ValueError(TOO_DEEP) from None
    require_plain(data)
    return data


def _finite(text: str) -> float:
    if not math.isfinite(number := float(text)):
        raise ValueError(f"every number has to be finite, but there is {text}")
    return number


def require_plain(value: Any, place: tuple[str, ...] = ()) -> None:
    """Refuse what JSON cannot say.

    Raises:
        ValueError: naming the place, unless half a surrogate pair is what is wrong.
    """
    if isinstance(value, date | time):
        raise ValueError(
            f"{'.'.join(place)} is a date or a time, {value}, but nothing here is; a text stands in quotes"
        )
    if len(place) > MAX_DEPTH:
        raise ValueError(TOO_DEEP)
    if isinstance(value, str):
        value.encode()  # raises a ValueError for half a surrogate pair
    elif not (value is None or isinstance(value, dict | list | int | float)):
        raise ValueError(f"{'.'.join(place)} is of the type {type(value).__name__}")
    for key, item in parts(value):
        str(key).encode()
        require_plain(item, (*place, str(key)))


def parts(value: Any) -> Iterable[tuple[Any, Any]]:
    """The (key, value) pairs of a dict, the (index, item) pairs of a list, and nothing for anything else."""
    return value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
