"""The check from its first stage to its last."""

import numpy as np

from grader.gradcheck.difference import along, direction_for, residual_of, rms, signed
from grader.gradcheck.elements import localise
from grader.gradcheck.trial import DOUBLE, SINGLE, Arrays, Evaluation, Precision, Trial


@np.errstate(all="ignore")  # an overflow at a moved point gives NaN or infinity, which fail every comparison
def check_gradients(trial: Trial, arguments: Arrays, cotangent: np.ndarray, rng: np.random.Generator) -> None:
    """Check that the gradients of a trial are those of its own forward pass.

    Args:
        trial: runs the code under test, see above.
        arguments: name -> value of every differentiable argument, float.
        cotangent: of the output's shape; what the gradients were pulled back from.
        rng: source of directions.

    Raises:
        GradientError: naming an element that is clearly wrong.
        RoughForward: if the forward pass has no derivative that could be measured.
    """
    base = arguments
    for attempt in range(3):
        evaluation, precision, judged = _judge(trial, base, cotangent, rng)
        # float32 is so coarse that a wrong gradient passes one direction in 2 of 100 cases. So two are taken.
        if judged and (precision is DOUBLE or _judge(trial, base, cotangent, rng)[2]):
            return
        if attempt < 2:
            base = _moved(arguments, precision.jitter * 2**attempt, rng)
    localise(trial, base, cotangent, evaluation, precision, rng)


def cotangent_like(output: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A random cotangent: never ones (which hide what cancels in a sum), never one-hot, never plain signs."""
    return np.asarray(signed(np.shape(output), rng), output.dtype)


def _moved(arguments: Arrays, distance: float, rng: np.random.Generator) -> Arrays:
    return {name: np.asarray(a + distance * rms(a) * signed(a.shape, rng), a.dtype) for name, a in arguments.items()}


def _judge(
    trial: Trial, base: Arrays, cotangent: np.ndarray, rng: np.random.Generator
) -> tuple[Evaluation, Precision, bool]:
    """Stage 1: one direction over all arguments.

    The last item is True if rounding, curvature and kinks explain the residual, and if the measurement is sharp enough.
    """
    direction = direction_for(base, rng)
    precision = SINGLE if any(a.dtype == np.float32 for a in base.values()) else DOUBLE
    evaluation, steps = along(trial, base, direction, cotangent, precision)
    if precision is DOUBLE and _is_single(evaluation.output):
        precision = SINGLE  # the code computes in float32 inside, although the arguments were float64
        evaluation, steps = along(trial, base, direction, cotangent, precision)
    residual, tolerance, scale = residual_of(evaluation, steps, base, direction, cotangent, precision)
    sharp = 3e-2 if precision is SINGLE else precision.policy
    return evaluation, precision, residual <= tolerance <= sharp * scale or scale == residual == 0.0


def _is_single(output: np.ndarray) -> bool:
    if output.dtype == np.float32:
        return True
    values = np.asarray(output, np.float64)
    return values.size > 1 and bool(np.any(values)) and bool(np.all(values == values.astype(np.float32)))
