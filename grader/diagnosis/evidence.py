"""When do two failures have the same cause? When they leave the same evidence."""

import re
from traceback import walk_tb

import numpy as np

from grader.compare import Mismatch, tolerance_for

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e[-+]?\d+)?")
# Two programs with one mistake differ by rounding; two mistakes differ by about as much as each differs from the right answer.
SHARE_OF_ERROR = 1e-2
# Rounding of long sums and of six optimizer steps: some thousand roundings, as in `compare`.
ROUNDING = {4: 1e-4, 8: 1e-7}
MAX_FRAMES = 30  # as many as a worker tells of a traceback
LOOKED_AT = 1000  # numbers of a wrong array: many more than have to agree, and soon looked at
PRINTED = 1e-6  # numbers in messages have up to ten digits


def same(one: BaseException, other: BaseException | None) -> bool:
    """Whether two failures of one check look alike: two wrong arrays, or two exceptions."""
    if other is None:
        return False
    if isinstance(one, Mismatch) and isinstance(other, Mismatch):
        return one.kind == other.kind and _same_mismatch(one, other)
    if exception_name(one) != exception_name(other) or not same_text(_first_line(one), _first_line(other)):
        return False
    entered = {_entered(one), _entered(other)} - {""}
    return len(entered) < 2


def _entered(error: BaseException) -> str:
    """The function of the framework that was called, as "backward", and in which this was raised; "" if it is not known."""
    frames = getattr(error, "frames", None)
    if frames is None:
        codes = (frame.f_code for frame, _line in walk_tb(error.__traceback__))
        frames = [(code.co_filename, 0, code.co_name) for code in codes if code.co_filename.startswith("framework/")]
    names = (
        [name.rpartition(".")[2] for _file, _line, name in frames] if len(frames) < MAX_FRAMES else []
    )  # the first may be cut off
    return next((name for name in names if name != "__call__"), "")


def exception_name(error: BaseException) -> str:
    """The class of an exception, raised here or (see `isolation.outside.faults.StudentError`) in a worker."""
    types = getattr(error, "types", None)
    return types[0] if types else f"{type(error).__module__}.{type(error).__qualname__}"


def _first_line(error: BaseException) -> str:
    """Of an exception's own message; below it pytest shows objects, which have other addresses every time."""
    return (getattr(error, "message", None) or str(error)).partition("\n")[0]


def _same_mismatch(one: Mismatch, other: Mismatch) -> bool:
    if one.actual is None or other.actual is None:
        return one.actual is other.actual and same_text(str(one), str(other))
    return _label(one) == _label(other) and same_arrays(one.actual, other.actual, one.expected)


def _label(mismatch: Mismatch) -> str:
    """What was compared: the message up to the first word about the value."""
    return re.split(r"\[| is | has ", str(mismatch), maxsplit=1)[0]


def same_arrays(one: np.ndarray, other: np.ndarray, expected: np.ndarray | None) -> bool:
    """Whether two wrong arrays are the same mistake, next to which the difference between them is rounding."""
    if one.dtype != other.dtype or one.shape != other.shape:
        return False
    if one.dtype.kind not in "fc" or not one.size:
        return bool(np.array_equal(one, other))
    finite = np.isfinite(one)
    if not np.array_equal(one[~finite], other[~finite], equal_nan=True) or not np.isfinite(other[finite]).all():
        return False
    if not finite.any():
        return True
    with np.errstate(all="ignore"):
        between = np.abs(one - other)[finite].max()
        coarser = min(one.dtype.itemsize, expected.dtype.itemsize) if expected is not None else one.dtype.itemsize
        allowed = ROUNDING.get(coarser, 1e-7) * np.abs(one[finite]).max()
        if expected is not None and (expected.shape, expected.dtype) == (
            one.shape,
            one.dtype,
        ):  # another dtype is all that is wrong
            wrong = np.abs(one - expected)[finite]
            allowed = min(allowed, SHARE_OF_ERROR * wrong.max(where=np.isfinite(wrong), initial=0.0)) or allowed
    return bool(between <= allowed)


def wrong_numbers(error: BaseException) -> int:
    """How many different wrong numbers a failure shows, among the first `LOOKED_AT`.

    What is one number everywhere shows one; what is not finite, or of another dtype than it should be, shows none.
    """
    if (
        not isinstance(error, Mismatch)
        or error.actual is None
        or error.expected is None
        or error.actual.dtype != error.expected.dtype
    ):
        return 0
    actual, expected = error.actual.flat[:LOOKED_AT], error.expected.flat[:LOOKED_AT]
    inexact = actual.dtype.kind in "fc"
    wrong = np.isfinite(actual) if inexact else np.ones(actual.shape, bool)
    if error.actual.shape == error.expected.shape:
        tolerance = error.tolerance or tolerance_for(expected.dtype)
        with np.errstate(all="ignore"):
            wrong &= ~(np.abs(actual - expected) <= tolerance.allowed(expected)) if inexact else actual != expected
    return len(np.unique(actual[wrong]))


def same_text(one: str, other: str) -> bool:
    """Whether two messages are equal but for the last digits of numbers."""
    if _NUMBER.split(one) != _NUMBER.split(other):
        return False
    pairs = zip(map(float, _NUMBER.findall(one)), map(float, _NUMBER.findall(other)), strict=True)
    return all(abs(a - b) <= PRINTED * abs(a) for a, b in pairs)
