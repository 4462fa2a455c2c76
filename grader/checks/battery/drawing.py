"""What checks draw, and how they compare where fine print is not the question."""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from grader.checks.trees import paired
from grader.checks.twin import Twin
from grader.compare import FLOAT64, Mismatch, Tolerance, compare, refuse_type, tolerance_for

# What a formula gives in float64, or in float32 on the way: 16 roundings of float32, of the value and of the largest
# one. A wrong formula differs by more; that the last digits are right too is asked in a check of its own.
ROUGHLY = Tolerance(1e-6, 1e-6)
# The same of gradients, in which terms of the size of dy may cancel.
GRADIENTS = Tolerance(1e-6, 1e-6, absolute=1e-6)
# What "exact to rounding" means: relative to the larger of 1 and the value, as beside a value of 1e4 the usual share of
# the largest value would forgive too much. 64 roundings of float32, as usual, and 900 of float64.
TO_ROUNDING = {"float32": Tolerance(4e-6, 0.0, absolute=4e-6), "float64": Tolerance(1e-13, 0.0, absolute=1e-13)}
# For checks about something else than values. Who is farther off has another mistake, which other checks show; an
# answer that has nothing to do with the question earns nothing.
FAR_OFF = Tolerance(0.2, 0.2)
# For checks to which values do not matter: type, dtype, shape and finiteness remain.
ANY_VALUES = Tolerance(relative=0.0, scaled=0.0, absolute=math.inf)
# The seeds that people take for a generator. By chance alone, no few draws are equal to those of one of them.
USUAL_SEEDS = (0, 1, 42, 1234)
LARGE = 1 << 16  # numbers; those of a check have under a thousand
SAME_DIRECTION = 0.5  # cosine; it is about 0 for numbers that have nothing to do with each other


def refuse_usual_seeds(student: Any, draw: Callable[..., np.ndarray], called: str) -> None:
    """What is drawn without a generator is not what a usual seed gives. Every new process would draw it again.

    `draw()` has the student's code draw some numbers, and `draw(rng=generator)` the same from a generator. It has to be
    asked before anything else has drawn, as a generator that is made at import is then at its beginning.
    """
    drawn = draw()
    for seed in USUAL_SEEDS:
        same = f"`{called} draws what it draws from np.random.default_rng({seed})`"
        compare(np.array_equal(drawn, draw(rng=student.generator(seed))), False, same)


def signs(rng: np.random.Generator, shape: Any) -> np.ndarray:
    """-1 and 1 at random."""
    return rng.choice([-1.0, 1.0], shape)


def wide(rng: np.random.Generator, shape: Any) -> np.ndarray:
    """Numbers of both signs and many sizes, from 0.001 to 5. None is so near 0 that a step of a check crosses it."""
    return signs(rng, shape) * 10 ** rng.uniform(-3, 0.7, shape)


def upstream(rng: np.random.Generator, shape: Any) -> np.ndarray:
    """An upstream gradient: all entries differ, and none is close to 0."""
    return signs(rng, shape) * rng.uniform(0.5, 1.5, shape)


def compare_numbers(actual: Any, expected: Any, name: str, tolerance: Tolerance = ROUGHLY) -> None:
    """Compare values and shapes. A dtype may be any, and a number a float or an array without dimensions.

    Nested tuples are compared leaf by leaf.

    Raises:
        Mismatch: as `compare`.
    """
    for label, given, wanted in paired(actual, expected, name):
        if wanted is None:
            compare(given, None, label)
        else:
            _compare_leaves(given, np.asarray(wanted), label, tolerance)


def _compare_leaves(actual: Any, wanted: np.ndarray, name: str, tolerance: Tolerance) -> None:
    if not _is_numeric(actual):
        refuse_type(actual, name, "a number" if wanted.ndim == 0 else "a numpy.ndarray")
    given = np.asarray(actual)
    if given.shape != wanted.shape and given.size > LARGE:  # to convert it would take memory for nothing
        given = np.broadcast_to(wanted.dtype.type(0), given.shape)
    compare(given.astype(wanted.dtype, copy=False), wanted, name, tolerance)


def require_same_direction(actual: Any, expected: Any, name: str) -> None:
    """Raise `Mismatch` unless a gradient has the right shape and, roughly, the right direction.

    Its exact values are left to other checks. Of nested tuples, each leaf is such a gradient.
    """
    compare_numbers(actual, expected, name, ANY_VALUES)
    for label, given, wanted in paired(actual, expected, name):
        if wanted is not None:
            _require_direction(given, wanted, label)


def _require_direction(actual: Any, expected: Any, name: str) -> None:
    one, other = np.ravel(actual).astype(float), np.ravel(expected).astype(float)
    if one @ other < SAME_DIRECTION * np.sqrt((one @ one) * (other @ other)):
        raise Mismatch("It is not a multiple of what it should be.", f"{name} is not a multiple of what it should be")


def compare_direction(gradient: Twin) -> None:
    """Have a gradient judged by its type, dtype, shape and, roughly, direction, with the next round trip."""
    gradient.compare(tolerance=ANY_VALUES)
    gradient.judge(lambda actual, expected: require_same_direction(actual, expected, gradient.name))


def compare_digits(twin: Twin) -> None:
    """Have a pair of numbers that are right but for rounding be so to the last digits, judged with the next round trip.

    Who is farther off has another mistake, which other checks show.
    """

    def judge(actual: Any, expected: Any) -> None:
        try:
            compare_numbers(actual, expected, twin.name, GRADIENTS)
        except Mismatch:
            return
        compare(
            actual, expected, twin.name, replace(tolerance_for(np.asarray(expected).dtype), absolute=FLOAT64.scaled)
        )

    twin.judge(judge)


def _is_numeric(value: Any) -> bool:
    if type(value) is np.ndarray:
        return value.dtype.kind in "biuf"
    return isinstance(value, float | int | np.floating | np.integer) and not isinstance(value, bool)


def compare_roughly(twin: Twin, tolerance: Tolerance = ROUGHLY) -> None:
    """The same for a pair, judged with the next round trip."""
    twin.judge(lambda actual, expected: compare_numbers(actual, expected, twin.name, tolerance))
