"""Stage 2: the elements of a gradient measured one by one."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from grader.gradcheck.difference import along, difference, direction_for, magnitude, residual_of, rms
from grader.gradcheck.trial import KAPPA, Arrays, Evaluation, GradientError, Precision, RoughForward, Trial

MAX_ELEMENTS = 500  # are measured one by one in stage 2; if there are more, these are suspects and a random choice
MAX_NUMBERS = 2**22  # in all points of one trial: 32 MiB, in one message to another process
# The share of the measured elements that a kink may excuse. By then the base point was moved away from the kinks of
# the inputs, so a step meets one only by chance: in float64 (1e-6 of an input's size) at one element of 10^6, in
# float32 (2^-6) at one or two of 100. Without this limit, a forward that jumps everywhere would excuse any gradient;
# noise drawn from the bytes of the input does that.
MAX_EXCUSED = 0.1


def localise(
    trial: Trial,
    base: Arrays,
    cotangent: np.ndarray,
    evaluation: Evaluation,
    precision: Precision,
    rng: np.random.Generator,
) -> None:
    """Measure single elements.

    Raises:
        GradientError: for the element that is furthest off, if any is clearly wrong.
        RoughForward: if nothing could be measured.
    """
    elements = _elements(base, rng)
    if len(elements) < sum(a.size for a in base.values()):
        suspect = _suspect(trial, base, cotangent, precision, rng)
        elements = list(dict.fromkeys([suspect, *elements]))
    points = [p for name, i in elements for p in _element_points(base[name], name, i, precision)]
    again = trial(base, cotangent, points)
    c = np.asarray(cotangent, np.float64)
    rounding = KAPPA * precision.eps * magnitude(evaluation, base, np.abs(c))
    _require_same(evaluation.output, again.output, c, rounding)
    measured = [
        _measure(evaluation.output, again.outputs[2 * k : 2 * k + 2], c, base[name], i, precision, rounding)
        for k, (name, i) in enumerate(elements)
    ]
    _judge_elements(elements, measured, evaluation.gradients, precision)


def _require_same(output: np.ndarray, again: np.ndarray, c: np.ndarray, rounding: float) -> None:
    """Check that two forwards of one input agree up to rounding.

    Rounding is allowed, as a matrix product need not add up in the same order every time.
    """
    same = (again == output) | (np.isnan(again) & np.isnan(output))
    apart = np.where(same, 0.0, np.abs(np.asarray(again, np.float64) - output))
    if not float(np.sum(np.abs(c) * apart)) <= rounding:
        raise RoughForward(
            "The forward pass gives other values for the same input.",
            f"forward was given the same input twice, and its values differ by up to {np.max(apart):.3g}",
        )


def _judge_elements(
    elements: list[tuple[str, int]], measured: list["_Measured"], gradients: Arrays, precision: Precision
) -> None:
    largest = max((abs(m.slope) for m in measured), default=0.0)
    wrong, excused = [], 0
    for (name, i), m in zip(elements, measured, strict=True):
        analytic = float(gradients[name].flat[i])
        off = abs(analytic - m.slope)
        allowed = precision.policy * (max(abs(analytic), abs(m.slope)) + 0.01 * largest) + 1.05 * m.rounding
        if not off <= allowed + 1.05 * m.kinks:
            wrong.append((off, name, i, analytic, m.slope))
        excused += off > allowed
    if wrong:
        _, name, i, analytic, numerical = max(wrong)
        index = tuple(int(k) for k in np.unravel_index(i, gradients[name].shape))
        raise GradientError(name, index, analytic, numerical, _shares([w[1] for w in wrong], [e[0] for e in elements]))
    if excused > MAX_EXCUSED * len(elements):
        raise RoughForward(
            "The forward pass jumps where its input hardly changes.",
            f"forward jumps near {excused} of {len(elements)} elements of its input: it has no derivative there",
        )


def _shares(wrong: Sequence[str], measured: Sequence[str]) -> str:
    """How many elements of which arguments differ: "2 of 2 elements of bias, 3 of 10 elements of weight differ"."""
    shares = [f"{wrong.count(name)} of {measured.count(name)} elements of {name}" for name in dict.fromkeys(wrong)]
    return f"{', '.join(shares)} differ"


def _elements(base: Arrays, rng: np.random.Generator) -> list[tuple[str, int]]:
    every = [(name, i) for name, a in base.items() for i in range(a.size)]
    largest = max((a.size for a in base.values()), default=0)
    count = min(MAX_ELEMENTS, max(1, MAX_NUMBERS // max(1, 2 * largest)))
    if len(every) <= count:
        return every
    return [every[k] for k in rng.choice(len(every), count, replace=False)]


class _Measured(NamedTuple):
    slope: float  # d<c, f>/da_i
    rounding: float  # what rounding may have added to the slope
    kinks: float  # what kinks may have added to it


def _element_points(a: np.ndarray, name: str, i: int, precision: Precision) -> Iterator[Arrays]:
    for sign in (1.0, -1.0):
        point = a.copy()
        point.flat[i] = point.dtype.type(a.flat[i] + sign * _element_width(a, precision))
        yield {name: point}


def _element_width(a: np.ndarray, precision: Precision) -> float:
    return precision.step * rms(a)


def _measure(
    output: np.ndarray,
    moved: list[np.ndarray],
    c: np.ndarray,
    a: np.ndarray,
    i: int,
    precision: Precision,
    rounding: float,
) -> _Measured:
    width = _element_width(a, precision)
    plus = float(a.dtype.type(a.flat[i] + width))
    minus = float(a.dtype.type(a.flat[i] - width))
    d = difference(output, *moved, (plus - minus) / 2)
    kinks = float(np.sum(np.abs(c) * d.bend)) / (2 * width)
    return _Measured(float(np.sum(c * d.slope)), rounding / width, kinks)


def _suspect(
    trial: Trial, base: Arrays, cotangent: np.ndarray, precision: Precision, rng: np.random.Generator
) -> tuple[str, int]:
    """Find one wrong element among many by halving.

    At least one of two halves has half of the unexplained residual. So the path ends at an element that has its share
    of the error.
    """
    direction = direction_for(base, rng)
    inside = np.arange(sum(a.size for a in base.values()))

    def unexplained(part: np.ndarray) -> float:
        only = _restricted(direction, part)
        evaluation, steps = along(trial, base, only, cotangent, precision)
        residual, tolerance, _ = residual_of(evaluation, steps, base, only, cotangent, precision)
        return residual - tolerance

    while inside.size > 1:
        inside = max(np.array_split(inside, 2), key=unexplained)
    return _element_at(base, int(inside[0]))


def _restricted(direction: Arrays, part: np.ndarray) -> Arrays:
    """The direction, but 0 outside of the elements in `part`, which are numbered through all arguments."""
    chosen = np.zeros(sum(u.size for u in direction.values()), bool)
    chosen[part] = True
    ends = np.cumsum([u.size for u in direction.values()])
    masks = np.split(chosen, ends[:-1])
    return {name: np.where(m.reshape(u.shape), u, 0.0) for m, (name, u) in zip(masks, direction.items(), strict=True)}


def _element_at(base: Arrays, position: int) -> tuple[str, int]:
    for name, a in base.items():
        if position < a.size:
            return name, position
        position -= a.size
    raise IndexError(position)
