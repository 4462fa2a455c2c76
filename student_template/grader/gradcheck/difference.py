"""The difference of a forward pass along a direction, and what rounding, curvature and kinks may have added to it."""

from typing import NamedTuple

import numpy as np

from grader.gradcheck.trial import KAPPA, Arrays, Evaluation, Precision, Trial


def signed(shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    """Numbers of either sign, all of about the same size."""
    return rng.choice([-1.0, 1.0], shape) * rng.uniform(0.5, 1.5, shape)


def rms(value: np.ndarray) -> float:
    """The usual size of the elements; 1 if they are (nearly) all zero."""
    largest = float(np.max(np.abs(value), initial=0.0))
    if not 1e-150 < largest < np.inf:
        return 1.0
    return largest * float(np.sqrt(np.mean(np.square(value / largest, dtype=np.float64))))


def direction_for(base: Arrays, rng: np.random.Generator) -> Arrays:
    """A random direction over all arguments, each element of its argument's usual size."""
    return {name: rms(a) * signed(a.shape, rng) for name, a in base.items()}


class _Step(NamedTuple):
    """One central difference: its half width and the points that were really evaluated."""

    width: float
    plus: Arrays
    minus: Arrays


def along(
    trial: Trial, base: Arrays, direction: Arrays, cotangent: np.ndarray, precision: Precision
) -> tuple[Evaluation, list[_Step]]:
    """One trial with the points of a central difference, or two, along a direction."""
    widths = [precision.step, precision.step / 2] if precision.richardson else [precision.step]
    steps = [_step(base, direction, width, precision) for width in widths]
    points = [point for step in steps for point in (step.plus, step.minus)]
    return trial(base, cotangent, points), steps


def _step(base: Arrays, direction: Arrays, width: float, precision: Precision) -> _Step:
    def shifted(sign: float) -> Arrays:
        return {
            n: np.asarray(base[n] + sign * width * u, precision.dtype).astype(base[n].dtype)
            for n, u in direction.items()
        }

    return _Step(width, shifted(1.0), shifted(-1.0))


class _Difference(NamedTuple):
    """What a central difference found: the slope and second difference of every output, and which have a kink."""

    slope: np.ndarray
    bend: np.ndarray
    kinked: np.ndarray


def difference(output: np.ndarray, plus: np.ndarray, minus: np.ndarray, width: float) -> _Difference:
    """The central difference of three outputs."""
    y, up, down = (np.asarray(v, np.float64) for v in (output, plus, minus))
    slope = (up - down) / (2 * width)
    bend = np.abs(up + down - 2 * y)
    # The second difference of a smooth output is h^2 f''. At a kink it is h times the jump of the slope.
    kinked = bend / (2 * width) > 1e-4 * np.max(np.abs(slope), initial=0.0)
    return _Difference(slope, bend, kinked)


def residual_of(
    evaluation: Evaluation,
    steps: list[_Step],
    base: Arrays,
    direction: Arrays,
    cotangent: np.ndarray,
    precision: Precision,
) -> tuple[float, float, float]:
    """|<c, D> - <G, u>|, the largest value that rounding, curvature and kinks explain, and its scale sum |G| |u|."""
    c = np.abs(np.asarray(cotangent, np.float64))
    differences = [
        difference(evaluation.output, *evaluation.outputs[2 * i : 2 * i + 2], step.width)
        for i, step in enumerate(steps)
    ]
    residuals = [
        float(np.sum(cotangent * d.slope)) - _inner(evaluation.gradients, base, step)
        for d, step in zip(differences, steps, strict=True)
    ]
    finest = differences[-1]
    width = steps[-1].width
    rounding = KAPPA * precision.eps / width * magnitude(evaluation, base, c)
    if precision.richardson:
        coarse = differences[0]
        residual = (4 * residuals[1] - residuals[0]) / 3
        spread = np.abs(coarse.slope - finest.slope) + np.abs(coarse.bend - 4 * finest.bend) / (4 * width)
        explained = float(np.sum(c * spread))
    else:
        residual = residuals[0]
        smooth = 10 * np.where(finest.kinked, 0.0, finest.bend)
        explained = float(np.sum(c * (smooth + np.where(finest.kinked, finest.bend / (2 * width), 0.0))))
    scale = sum(float(np.sum(np.abs(evaluation.gradients[n] * u))) for n, u in direction.items())
    return abs(residual), rounding + explained, scale


def _inner(gradients: Arrays, base: Arrays, step: _Step) -> float:
    """<G, (x+ - x-)> / 2h with the points that were really evaluated. So the rounding of the inputs cancels."""
    wide = {n: np.float64(step.plus[n]) - np.float64(step.minus[n]) for n in base}
    return sum(float(np.sum(gradients[n] * d)) for n, d in wide.items()) / (2 * step.width)


def magnitude(evaluation: Evaluation, base: Arrays, c: np.ndarray) -> float:
    """The size that a relative rounding error of every output and every argument is multiplied by."""
    outputs = float(np.sum(c * np.abs(evaluation.output)))
    return outputs + sum(float(np.sum(np.abs(evaluation.gradients[n] * a))) for n, a in base.items())
