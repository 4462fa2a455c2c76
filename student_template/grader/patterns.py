"""What a wrong array looks like beside the right one, in a sentence without any of its values.

Each pattern is a function of (actual, expected), two finite arrays of the same shape. It says what it sees, or "". The
first pattern that sees something counts, so special patterns come before general ones. What relates all numbers of one
array to those of the other is said only where enough of them differ: any number is a multiple of any other.
"""

from collections.abc import Callable, Iterable
from functools import partial

import numpy as np

ENOUGH = 3  # numbers that differ; fewer than that agree with some pattern or other by chance
CLOSE = 1e-6  # relative; float32 results of a right formula are within it, except for long sums
NEARLY = "It is nearly right: is something rounded, approximated, or a small number added where none belongs?"
SINGLE = (
    "It is right to about seven digits, as float32 has: is something on the way in float32, or approximated,"
    " or is a small "
    "number added where none belongs?"
)
# What is float32 on the way differs by a part of its rounding, 6e-8, at least, and by some of them at most.
ROUNDED = (1e-9, 1e-6)
Shapes = Iterable[tuple[int, ...]]


def observe(actual: np.ndarray | None, expected: np.ndarray | None, shapes: Shapes = ()) -> str:
    """The sentence of the first pattern that fits, or "".

    Args:
        actual: what came.
        expected: what should have come.
        shapes: of the arrays that the check worked with. If a factor is one of their sizes, the sentence says so.
    """
    if actual is None or expected is None or not expected.size:
        return ""
    if actual.dtype.kind != "f" or actual.dtype.newbyteorder("=") != expected.dtype.newbyteorder("="):
        return ""  # whole numbers have no patterns, and where the dtype is wrong, the message says so
    if actual.shape != expected.shape:
        return _other_shape(actual, expected)
    if not (np.isfinite(actual).all() and np.isfinite(expected).all()):
        return ""
    actual, expected = actual.astype(float), expected.astype(float)
    if _close(actual, expected):
        return SINGLE if _is_single(actual, expected) else NEARLY
    comparing = (*COMPARING, partial(_factor, shapes=shapes)) if _different(expected) >= ENOUGH else ()
    seen = (pattern(actual, expected) for pattern in (*comparing, *DESCRIBING))
    return next(filter(None, seen), "")


def _different(expected: np.ndarray) -> int:
    """How many numbers other than 0 differ in size: all that a pattern of few numbers can rest on."""
    sizes = np.sort(np.abs(expected[expected != 0]))
    return min(sizes.size, 1 + int(np.count_nonzero(np.diff(sizes) > CLOSE * sizes[1:])))


def _close(one: np.ndarray, other: np.ndarray) -> bool:
    return bool(np.max(np.abs(one - other), initial=0.0) <= CLOSE * np.max(np.abs(other), initial=0.0))


def _is_single(actual: np.ndarray, expected: np.ndarray) -> bool:
    """Whether most numbers, each for itself, are off by about a rounding of float32."""
    size = np.abs(expected)
    with np.errstate(all="ignore"):
        off = np.abs(actual - expected) / size
    least, most = ROUNDED
    return bool(np.median(off[size > 0]) >= least) and bool((off[size > 0] <= most).mean() > 0.5)


def _other_shape(actual: np.ndarray, expected: np.ndarray) -> str:
    if actual.shape == expected.shape[::-1] and _close(actual.T, expected):
        return "The values are right, but the array is transposed."
    if actual.size == expected.size and _close(actual.reshape(expected.shape), expected):
        return "The values are right, but the array has another shape."
    extra = actual.ndim - expected.ndim
    if extra > 0 and actual.shape[extra:] == expected.shape and _close(_summed(actual, extra), expected):
        return "Summed over its first axes it would be right."
    return ""


def _summed(array: np.ndarray, axes: int) -> np.ndarray:
    total: np.ndarray = array.sum(axis=tuple(range(axes)))
    return total


def _zeros(actual: np.ndarray, expected: np.ndarray) -> str:
    return "" if actual.any() else "Everything is zero."


def _one_value(actual: np.ndarray, expected: np.ndarray) -> str:
    alike = actual.size > 1 and np.ptp(actual) == 0 and np.ptp(expected) > 0
    return "Every element has the same value." if alike else ""


def _sign(actual: np.ndarray, expected: np.ndarray) -> str:
    if _close(-actual, expected):
        return "It has the opposite sign everywhere."
    return "The sizes are right, but some signs are not." if _close(np.abs(actual), np.abs(expected)) else ""


def _transposed(actual: np.ndarray, expected: np.ndarray) -> str:
    square = actual.ndim == 2 and actual.shape[0] == actual.shape[1] > 1
    return "It is transposed." if square and _close(actual.T, expected) else ""


def _moved(actual: np.ndarray, expected: np.ndarray) -> str:
    """The right values are in other places."""
    for axis in range(actual.ndim):
        if _close(np.flip(actual, axis), expected):
            return f"It is in reverse order along axis {axis}."
        for shift in (1, -1):
            if _close(np.roll(actual, shift, axis), expected):
                return f"It is shifted by one place along axis {axis}."
    if actual.size > 1 and _close(np.sort(actual, axis=None), np.sort(expected, axis=None)):
        return "All values are right, but they are in other places."
    return ""


def _offset(actual: np.ndarray, expected: np.ndarray) -> str:
    difference = actual - expected
    same = actual.size > 1 and np.ptp(difference) <= CLOSE * np.abs(difference).max()
    return "It is off by the same amount everywhere." if same else ""


def _repeated(actual: np.ndarray, expected: np.ndarray) -> str:
    for axis in range(actual.ndim):
        if actual.shape[axis] > 1 and _is_repeated(actual, axis) and not _is_repeated(expected, axis):
            return f"All entries along axis {axis} are the same, but should differ."
    return ""


def _is_repeated(array: np.ndarray, axis: int) -> bool:
    return _close(np.broadcast_to(np.take(array, [0], axis), array.shape), array)


Pattern = Callable[[np.ndarray, np.ndarray], str]
COMPARING: tuple[Pattern, ...] = (_sign, _transposed, _moved, _offset)


def _factor(actual: np.ndarray, expected: np.ndarray, shapes: Shapes) -> str:
    """One factor everywhere. It is named if it is one of the sizes of the check's arrays."""
    norm = float(np.sum(expected * expected))
    ratio = float(np.sum(actual * expected)) / norm if norm else 0.0
    if not ratio or not _close(actual, ratio * expected):
        return ""
    for size, name in _sizes(shapes):
        for value, verb in ((size, "too large"), (1 / size, "too small")):
            if abs(ratio - value) <= CLOSE * value:
                return f"It is {verb} by a factor everywhere, and the factor is {name}."
    if abs(abs(ratio) - 2) < CLOSE or abs(abs(ratio) - 0.5) < CLOSE:
        return "It is twice what it should be." if abs(ratio) > 1 else "It is half of what it should be."
    return f"It is too {'large' if abs(ratio) > 1 else 'small'} by one and the same factor everywhere."


def _sizes(shapes: Shapes) -> list[tuple[int, str]]:
    """Sizes above 2 and their meanings, the commonest meaning first."""
    found: dict[int, str] = {}
    for shape in shapes:
        places = (
            [(shape[0], "the number of rows (the batch)"), (shape[-1], "the size of the last axis")] if shape else []
        )
        places += [(int(np.prod(shape[:-1])), "the number of rows (all dimensions but the last)")]
        places += [(int(np.prod(shape)), "the number of elements")]
        for size, name in places:
            if size > 2:
                found.setdefault(size, name)
    return list(found.items())


def _where(actual: np.ndarray, expected: np.ndarray) -> str:
    """Only one region is wrong."""
    wrong = np.abs(actual - expected) > CLOSE * max(float(np.abs(expected).max()), float(np.abs(actual).max()))
    if not wrong.any() or wrong.all():
        return ""
    for axis in range(wrong.ndim):
        others = tuple(a for a in range(wrong.ndim) if a != axis)
        places = np.flatnonzero(wrong.any(axis=others))
        last = wrong.shape[axis] - 1
        if last >= 2 and places.size == 1:
            which = {0: "the first entry", last: "the last entry"}.get(int(places[0]), "a single entry")
            return f"Only {which} along axis {axis} is wrong."
        if last >= 3 and set(places.tolist()) == {0, last}:
            return f"Only the two ends along axis {axis} are wrong."
    for sign, mask in (("negative", expected < 0), ("positive", expected > 0), ("zero", expected == 0)):
        if np.array_equal(wrong, mask) and ENOUGH <= mask.sum() <= mask.size - ENOUGH:
            return f"It is wrong exactly where it should be {sign}."
    return ""


DESCRIBING: tuple[Pattern, ...] = (_zeros, _one_value, _repeated, _where)
