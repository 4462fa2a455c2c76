"""Comparisons that cannot be talked into passing, with messages that teach.

Every comparison climbs the same ladder and stops at the first rung that does not hold: type, dtype, shape, finite,
values. No rung broadcasts, casts or calls a method of the value under test: only exact built-in types and exact
`numpy.ndarray` are looked into.
"""

import re
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

import numpy as np

from grader.portable import Portable

MOST, LAST = 2000, 500  # characters of a message, and of its end; the longest of the course's own has under 500


def shortened(text: str) -> str:
    """The text, or its beginning and end if it is too long to be shown or compared.

    A name that a student's code makes up may have millions of characters.
    """
    return (
        text if len(text) <= MOST else f"{text[: MOST - LAST]} ... ({len(text)} characters in all) ... {text[-LAST:]}"
    )


class Mismatch(Portable, AssertionError):
    """An answer that is not what it should be.

    `kind` names the rung of the ladder in a sentence without values; `str()` of the exception is the whole story. Where
    arrays were compared, `actual` and `expected` are they, and `tolerance` is what was allowed. `later` is what else
    was
    wrong after it in the same check.
    """

    actual: np.ndarray | None = None
    expected: np.ndarray | None = None
    tolerance: "Tolerance | None" = None
    later: tuple[BaseException, ...] = ()

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(shortened(message))
        self.kind = kind

    @property
    def is_about_values(self) -> bool:
        """Whether all but the values is right: type, dtype and shape."""
        one, other = self.actual, self.expected
        return one is not None and other is not None and one.shape == other.shape and one.dtype == other.dtype


@dataclass(frozen=True)
class Opaque:
    """A value that is no number, string, array or container of these: all that is known of it is its type's name."""

    type_name: str

    def __str__(self) -> str:
        return f"an object of type {self.type_name}"


@dataclass(frozen=True)
class Tolerance:
    """Allowed: |actual - expected| <= relative * |expected| + scaled * max|expected| + absolute.

    The scaled part forgives cancellation: where large terms add up to a small one, a right implementation that adds
    them in another order is off by rounding of the large terms.
    """

    relative: float
    scaled: float
    absolute: float = 0.0

    def allowed(self, expected: np.ndarray) -> np.ndarray:
        size = np.where(np.isfinite(expected), np.abs(expected), 0.0)  # infinity forgives nothing
        return self.relative * size + self.scaled * size.max(initial=0.0) + self.absolute


# 1e-12 is about 4500 roundings of float64. Sums of a few thousand well-scaled terms in another order stay below 200 of
# them, while a central difference has an error of 1e-10 at best: a backward that takes one is outside. (A difference of
# high order can be inside; checks on large layers catch it by its cost.)
FLOAT64 = Tolerance(1e-12, 1e-12)
# 64 roundings of float32 (6e-8 each) for the same reason; a float32 sum of 1000 terms in another order stays below 32
# of them.
FLOAT32 = Tolerance(4e-6, 4e-6)
EXACT = Tolerance(0.0, 0.0)
NEARLY = 1e-4  # relative difference below which a message says how far off a value is: to the eye it is right


def tolerance_for(dtype: np.dtype) -> Tolerance:
    """The usual tolerance of values of a dtype: none where there is no rounding."""
    if dtype.kind not in "fc":
        return EXACT
    return FLOAT32 if np.finfo(dtype).bits == 32 else FLOAT64


def compare(actual: Any, expected: Any, name: str = "the result", tolerance: Tolerance | None = None) -> None:
    """Raise `Mismatch` unless `actual` is what it should be.

    Args:
        actual: what the student's code gave, as plain data (see `isolation.wire.values`).
        expected: None, bool, int, float, str, bytes, numpy.ndarray, or a list, tuple or dict of these.
        name: what was called or read, in the words of the student's code, e.g. "Linear.forward(x)".
        tolerance: None takes the one of the expected dtype, `FLOAT64` for Python floats.

    Raises:
        Mismatch: naming the first rung of the ladder that does not hold.
        TypeError: if `expected` is something else; the check is at fault then.
    """
    if isinstance(expected, np.ndarray):
        _compare_arrays(actual, expected, name, tolerance)
    elif isinstance(expected, bytes):
        _compare_bytes(actual, expected, name)
    elif isinstance(expected, float):
        _compare_floats(actual, expected, name, tolerance)
    elif isinstance(expected, Mapping):
        _compare_mappings(actual, expected, name, tolerance)
    elif isinstance(expected, list | tuple):
        _compare_sequences(actual, expected, name, tolerance)
    else:
        _compare_exactly(actual, expected, name)


def _compare_arrays(actual: Any, expected: np.ndarray, name: str, tolerance: Tolerance | None) -> None:
    require_array(actual, name)
    tolerance = tolerance or tolerance_for(expected.dtype)
    try:
        _climb(actual, expected, name, tolerance)
    except Mismatch as mismatch:
        mismatch.actual, mismatch.expected, mismatch.tolerance = actual, expected, tolerance
        raise


def _climb(actual: np.ndarray, expected: np.ndarray, name: str, tolerance: Tolerance) -> None:
    _compare_dtypes(actual, expected, name)
    if actual.shape != expected.shape:
        shapes = f"{name} has shape {actual.shape}, but should have shape {expected.shape}"
        raise Mismatch("The shape is not the expected one.", _with_shape_hint(shapes, actual, expected))
    if np.count_nonzero(actual != expected) == 0:  # the usual case; NaN is never equal, and goes on
        return
    _compare_finiteness(actual, expected, name)
    _compare_values(actual, expected, name, tolerance)


def require_array(actual: Any, name: str) -> None:
    """Raise `Mismatch` unless `actual` is exactly a `numpy.ndarray` (a subclass could override any comparison)."""
    if type(actual) is not np.ndarray:
        refuse_type(actual, name, "a numpy.ndarray")


NO_RETURN = "The result is None: is a `return` missing?"  # a kind
PLAIN_ARRAY = "A numpy.ndarray stands where a Parameter should be."  # a kind
# In the name of what was compared: an attribute, as in "Linear.weight.grad" and "p.data after a step". None in one says
# nothing about a `return`.
_ATTRIBUTE = re.compile(r"\.(?!(?:forward|backward)\b)[a-z_]+\b(?!\()|gives for (?!x\d*$)")


def refuse_type(actual: Any, name: str, wanted: str) -> NoReturn:
    """Raise `Mismatch` for a value of a wrong type; it says so where a `return` is missing, or a Parameter."""
    found = describe(actual)
    if actual is None and not _ATTRIBUTE.search(name):
        raise Mismatch(NO_RETURN, f"{name} is None (is a `return` missing?), but should be {wanted}")
    if name.endswith(".data") and found == str(Opaque("memoryview")):  # which every array has as its `data`
        raise Mismatch(PLAIN_ARRAY, f"{name.removesuffix('.data')} is a numpy.ndarray, but should be a Parameter")
    raise Mismatch("The type is not the expected one.", f"{name} is {found}, but should be {wanted}")


def _compare_dtypes(actual: np.ndarray, expected: np.ndarray, name: str) -> None:
    if actual.dtype == expected.dtype:
        return
    found, wanted = actual.dtype.newbyteorder("="), expected.dtype.newbyteorder("=")
    if found != wanted:
        raise Mismatch(
            "The dtype is not the expected one.",
            f"{name} has dtype {found}, but should have dtype {wanted}",
        )


def _with_shape_hint(message: str, actual: np.ndarray, expected: np.ndarray) -> str:
    if actual.shape == expected.shape[::-1]:
        return f"{message} (it is transposed)"
    if actual.size == expected.size:
        return f"{message} (the number of elements is right)"
    return message


def _compare_finiteness(actual: np.ndarray, expected: np.ndarray, name: str) -> None:
    if actual.dtype.kind not in "fc":
        return
    for what, test in (("NaN", np.isnan), ("infinity", np.isinf)):
        wrong = test(actual) & ~test(expected)
        if wrong.any():
            index = _first(wrong)
            raise Mismatch(
                "Some values are not finite numbers.",
                f"{_found(name, index, actual[index])}, but should be {expected[index]:.6g}"
                f" ({_share(wrong)} are {what})",
            )


def _compare_values(actual: np.ndarray, expected: np.ndarray, name: str, tolerance: Tolerance) -> None:
    wrong = _beyond(actual, expected, tolerance) if _inexact(expected) else actual != expected
    if wrong.any():
        raise Mismatch("The values are not the expected ones.", _values(actual, expected, wrong, name, tolerance))


def _beyond(actual: np.ndarray, expected: np.ndarray, tolerance: Tolerance) -> np.ndarray:
    with np.errstate(all="ignore"):
        same = (actual == expected) | (np.isnan(actual) & np.isnan(expected))
        return ~(same | (np.abs(actual - expected) <= tolerance.allowed(expected)))


def _values(actual: np.ndarray, expected: np.ndarray, wrong: np.ndarray, name: str, tolerance: Tolerance) -> str:
    index = _first(wrong)
    found, wanted = _numbers(actual[index], expected[index])
    close = _close(actual[index], expected[index], tolerance.allowed(expected)[index]) if _inexact(expected) else ""
    remarks = "; ".join([f"{_share(wrong)} differ"] * bool(index) + [close] * bool(close))
    return f"{_found(name, index, found)}, but should be {wanted}" + (f" ({remarks})" if remarks else "")


def _close(actual: np.generic, expected: np.generic, allowed: np.generic) -> str:
    """How far off a value is that looks right."""
    off = abs(actual - expected) if np.isfinite(actual) and np.isfinite(expected) else np.inf
    return f"it is off by {off:.2g}, allowed is {allowed:.2g}" if off < NEARLY * abs(expected) else ""


def _inexact(array: np.ndarray) -> bool:
    return array.dtype.kind in "fc"


def _first(wrong: np.ndarray) -> tuple[int, ...]:
    return tuple(int(i) for i in np.unravel_index(int(np.argmax(wrong)), wrong.shape))


def _found(name: str, index: tuple[int, ...], value: object) -> str:
    """ "y[0, 1] is 2.5" where the name reads as Python; "p.data after a step is 2.5 at [0, 1]" where it is a phrase."""
    where = f"[{', '.join(map(str, index))}]" if index else ""
    return f"{name} is {value} at {where}" if where and _is_phrase(name) else f"{name}{where} is {value}"


def _item(name: str, key: object) -> str:
    return f"item {key!r} of {name}" if _is_phrase(name) else f"{name}[{key!r}]"


def _is_phrase(name: str) -> bool:
    """Whether a space stands outside of all brackets."""
    depth = 0
    for character in name:
        depth += (character in "([{") - (character in ")]}")
        if character == " " and depth == 0:
            return True
    return False


def _share(wrong: np.ndarray) -> str:
    return f"{int(wrong.sum())} of {wrong.size}"


def _numbers(actual: np.generic, expected: np.generic) -> tuple[str, str]:
    """Both as text: ten digits, or all where ten do not tell them apart."""
    if actual.dtype.kind == "f" and f"{actual:.10g}" != f"{expected:.10g}":
        return f"{actual:.10g}", f"{expected:.10g}"
    return str(actual), str(expected)


def _compare_floats(actual: Any, expected: float, name: str, tolerance: Tolerance | None) -> None:
    # numpy.float64 is a float; a 0-d array, an int or a float32 is not what the interface promises.
    if type(actual) not in (float, np.float64):
        refuse_type(actual, name, "a float")
    _compare_arrays(np.asarray(float(actual)), np.asarray(expected), name, tolerance)


def _compare_mappings(actual: Any, expected: Mapping, name: str, tolerance: Tolerance | None) -> None:
    if type(actual) not in (dict, OrderedDict):  # PyTorch's state dicts are OrderedDicts, and each of these is a dict
        refuse_type(actual, name, "a dict")
    found, wanted = _typed(actual), _typed(expected)
    if found != wanted:
        keys = f"{name} has the keys {list(actual)}, but should have {list(expected)}"
        raise Mismatch("The keys are not the expected ones.", f"{keys} ({_key_hint(found, wanted)})")
    for key in expected:
        compare(actual[key], expected[key], _item(name, key), tolerance)


def _typed(keys: Iterable[Any]) -> list[tuple[type, Any]]:
    """Keys with their types, as 1, 1.0 and True are equal, and a key of a type of its own may be equal to anything."""
    return [(type(key), key) for key in keys]


def _key_hint(found: list[tuple[type, Any]], wanted: list[tuple[type, Any]]) -> str:
    missing = ", ".join(repr(key) for _, key in (k for k in wanted if k not in found))
    surplus = ", ".join(repr(key) for _, key in (k for k in found if k not in wanted))
    hints = [f"missing: {missing}"] * bool(missing) + [f"not expected: {surplus}"] * bool(surplus)
    return "; ".join(hints) or "in this order"


def _compare_sequences(actual: Any, expected: Sequence, name: str, tolerance: Tolerance | None) -> None:
    wanted = type(expected).__name__
    if type(actual) is not type(expected):
        refuse_type(actual, name, f"a {wanted}")
    if len(actual) != len(expected):
        raise Mismatch(
            "The number of items is not the expected one.",
            f"{name} has {count_items(actual)}, but should have {len(expected)}",
        )
    for index, (one, other) in enumerate(zip(actual, expected, strict=True)):
        compare(one, other, _item(name, index), tolerance)


def _compare_bytes(actual: Any, expected: bytes, name: str) -> None:
    if type(actual) is not bytes:
        refuse_type(actual, name, describe(expected))
    for index, (one, other) in enumerate(zip(actual, expected)):
        if one != other:
            found = f"byte {index} of {name} is {one:#04x}, but should be {other:#04x}"
            raise Mismatch("The bytes are not the expected ones.", found)
    if len(actual) != len(expected):
        lengths = f"{name} has {len(actual)} bytes, but should have {len(expected)}"
        raise Mismatch("The number of bytes is not the expected one.", lengths)


def _compare_exactly(actual: Any, expected: Any, name: str) -> None:
    actual, expected = _plain(actual), _plain(expected)
    if not (expected is None or type(expected) in (bool, int, str)):
        raise TypeError(f"compare cannot look into {describe(expected)}, which is expected for {name}")
    if type(actual) is not type(expected):
        refuse_type(actual, name, f"{expected!r:.200}")
    if actual != expected:
        raise Mismatch(
            "The value is not the expected one.",
            f"{name} is {actual!r:.200}, but should be {expected!r:.200}",
        )


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.bool_ | np.integer) else value


def count_items(values: Sequence | Mapping) -> str:
    """How many there are, for a message: "1 item" or "2 items"."""
    return f"{len(values)} item{'s' * (len(values) != 1)}"


def describe(value: Any) -> str:
    """Name a value that is of the wrong type, shortly, for a message."""
    if type(value) is np.ndarray:
        return f"a numpy.ndarray of shape {value.shape} and dtype {value.dtype}"
    if isinstance(value, np.generic):
        return f"a numpy.{type(value).__name__}"
    if value is None:
        return "None"
    if isinstance(value, bool | int | float | str):
        return f"the {type(value).__name__} {value!r:.60}"
    if type(value) is bytes:
        return f"a bytes object of {len(value)} bytes"
    if type(value) in (list, tuple, dict):
        return f"a {type(value).__name__} of {count_items(value)}"
    return str(Opaque(getattr(value, "type_name", type(value).__name__)))
