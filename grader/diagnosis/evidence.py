"""Two failures have the same cause if they leave the same evidence."""

import re
from traceback import walk_tb

import numpy as np

from grader.compare import Mismatch, tolerance_for

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e[-+]?\d+)?")
# Two programs with the same mistake differ by rounding. Two different mistakes differ by about as much as each differs
# from the right answer.
SHARE_OF_ERROR = 1e-2
# Rounding of long sums and of six optimizer steps: some thousand roundings of float32, or some hundred if the result is
# float64, as code with a wrong formula may also compute in float32.
ROUNDING = {4: 1e-4, 8: 1e-5}
MAX_FRAMES = 30  # a worker sends so many of a traceback
# So many different wrong numbers have to agree with the student's. By chance, another mistake is within
# `SHARE_OF_ERROR` of one number with a probability of a hundredth, of four independent ones with 1e-8. Worked examples
# with small whole numbers have one or two, random inputs dozens.
ENOUGH = 4
LOOKED_AT = 1000  # numbers of a wrong array: many more than have to agree, and quickly compared
PRINTED = 1e-6  # numbers in messages have up to ten digits


def parts(error: BaseException | None) -> tuple[BaseException, ...]:
    """All that was wrong in one run of a check, in order; nothing if the check passed."""
    return () if error is None else (error, *getattr(error, "later", ()))


def same(one: BaseException, other: BaseException | None) -> bool:
    """Whether two failures of one check look alike: the same things were wrong, in the same way."""
    ours, theirs = parts(one), parts(other)
    return len(ours) == len(theirs) and all(map(same_part, ours, theirs))


def contains(whole: BaseException, some: BaseException) -> bool:
    """Whether all that is wrong in the second failure is wrong in the first one, too, in the same way and order."""
    left = iter(parts(whole))
    return all(any(same_part(ours, theirs) for ours in left) for theirs in parts(some))


def alike(one: BaseException, other: BaseException) -> bool:
    """Whether two failures differ only in numbers: the same things are wrong."""
    ours, theirs = parts(one), parts(other)
    return len(ours) == len(theirs) and all(map(_alike_part, ours, theirs))


def _alike_part(one: BaseException, other: BaseException) -> bool:
    if isinstance(one, Mismatch) and isinstance(other, Mismatch):
        return (one.kind, _label(one)) == (other.kind, _label(other)) and one.is_about_values and other.is_about_values
    return same_part(one, other)


def same_part(one: BaseException, other: BaseException) -> bool:
    """Whether two things that were wrong look alike: two wrong arrays, or two exceptions."""
    if isinstance(one, Mismatch) and isinstance(other, Mismatch):
        return one.kind == other.kind and _same_mismatch(one, other)
    if exception_name(one) != exception_name(other) or not same_text(_first_line(one), _first_line(other)):
        return False
    entered = {_entered(one), _entered(other)} - {""}
    return len(entered) < 2


def frames_of(error: BaseException) -> list[tuple[str, int, str]]:
    """The frames in the framework in which an exception was raised, here or in a worker, innermost last."""
    known = getattr(error, "frames", None)
    if known is not None:
        return known
    codes = (frame.f_code for frame, _line in walk_tb(error.__traceback__))
    return [(code.co_filename, 0, code.co_name) for code in codes if code.co_filename.startswith("framework/")]


def _entered(error: BaseException) -> str:
    """The function of the framework that was called and that raised, as in "backward"; "" if it is not known."""
    frames = frames_of(error)
    if len(frames) >= MAX_FRAMES:  # the first frames may have been cut off
        return ""
    names = (name.rpartition(".")[2] for _file, _line, name in frames)
    return next((name for name in names if name != "__call__"), "")


def exception_name(error: BaseException) -> str:
    """The class of an exception, raised here or (see `isolation.outside.faults.StudentError`) in a worker."""
    types = getattr(error, "types", None)
    return types[0] if types else f"{type(error).__module__}.{type(error).__qualname__}"


def _first_line(error: BaseException) -> str:
    """The first line of an exception's message. Below it, pytest shows objects, whose addresses differ every time."""
    return (getattr(error, "message", None) or str(error)).partition("\n")[0]


def _same_mismatch(one: Mismatch, other: Mismatch) -> bool:
    if one.actual is None or other.actual is None:
        return one.actual is other.actual and same_text(str(one), str(other))
    return _label(one) == _label(other) and same_arrays(one.actual, other.actual, one.expected)


def _label(mismatch: Mismatch) -> str:
    """What was compared: the message up to the first word about the value."""
    return re.split(r"\[| is | has ", str(mismatch), maxsplit=1)[0]


def same_arrays(one: np.ndarray, other: np.ndarray, expected: np.ndarray | None) -> bool:
    """Whether two wrong arrays are the same mistake: their difference is only rounding, compared with the error."""
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
        allowed = ROUNDING.get(coarser, ROUNDING[8]) * np.abs(one[finite]).max()
        # If the dtype is wrong, that may be the only error, and the values may be right.
        if expected is not None and (expected.shape, expected.dtype) == (one.shape, one.dtype):
            wrong = np.abs(one - expected)[finite]
            allowed = min(allowed, SHARE_OF_ERROR * wrong.max(where=np.isfinite(wrong), initial=0.0)) or allowed
    return bool(between <= allowed)


def wrong_numbers(error: BaseException) -> int:
    """How many different wrong numbers a failure has, among the first `LOOKED_AT` of each array.

    The same number everywhere counts once, and a number in float32 equals the one in float64. Numbers that are not
    finite do not count, nor does an array of a wrong dtype.
    """
    found = [_wrong_values(part) for part in parts(error) if isinstance(part, Mismatch)]
    return len({f"{value:.5g}" for values in found for value in values.tolist()})


def _wrong_values(error: Mismatch) -> np.ndarray:
    if error.actual is None or error.expected is None or error.actual.dtype != error.expected.dtype:
        return np.empty(0)
    actual, expected = error.actual.flat[:LOOKED_AT], error.expected.flat[:LOOKED_AT]
    inexact = actual.dtype.kind in "fc"
    wrong = np.isfinite(actual) if inexact else np.ones(actual.shape, bool)
    if error.actual.shape == error.expected.shape:
        tolerance = error.tolerance or tolerance_for(expected.dtype)
        with np.errstate(all="ignore"):
            wrong &= ~(np.abs(actual - expected) <= tolerance.allowed(expected)) if inexact else actual != expected
    return np.asarray(actual[wrong])


def same_text(one: str, other: str) -> bool:
    """Whether two messages are equal except for the last digits of numbers."""
    if _NUMBER.split(one) != _NUMBER.split(other):
        return False
    pairs = zip(map(float, _NUMBER.findall(one)), map(float, _NUMBER.findall(other)), strict=True)
    return all(abs(a - b) <= PRINTED * abs(a) for a, b in pairs)
