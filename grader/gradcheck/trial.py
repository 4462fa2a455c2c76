"""A trial, what may be found wrong with it, and how precisely code of a dtype can be measured."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from grader.portable import Portable

Arrays = dict[str, np.ndarray]  # argument name -> value


class Evaluation(NamedTuple):
    """One trial: f at the base point, the gradients there, and f at each of the points."""

    output: np.ndarray
    gradients: Arrays
    outputs: list[np.ndarray]


# (base point, cotangent, points as changed arguments only) -> Evaluation
Trial = Callable[[Arrays, np.ndarray, Sequence[Arrays]], Evaluation]


class GradientError(Portable, AssertionError):
    """A gradient is not the derivative of the forward pass. The message names one element that shows it."""

    kind = "A gradient is not the derivative of your forward pass."

    def __init__(self, argument: str, index: tuple[int, ...], analytic: float, numerical: float, wrong: str) -> None:
        self.argument = argument
        self.index = index
        self.analytic = analytic
        self.numerical = numerical
        where = f"[{', '.join(map(str, index))}]" if index else ""
        super().__init__(
            f"the gradient of {argument}{where} is {analytic:.8g}, but the forward pass changes at a rate of"
            f" {numerical:.8g} there ({wrong})"
        )


class RoughForward(Portable, AssertionError):
    """A forward pass has no derivative: it gives other values for the same input, or jumps between close inputs."""

    def __init__(self, kind: str, message: str) -> None:
        self.kind = kind
        super().__init__(message)


@dataclass(frozen=True)
class Precision:
    """Step and tolerances for code that computes in one dtype.

    `step` is h. `jitter` is how far the base point moves in stage 1b, times the argument's rms. `policy` is the
    relative error from which on a single element counts as wrong. Rounding is far smaller, but an epsilon or a clip for
    stability is not a mistake.
    """

    dtype: type
    step: float
    jitter: float
    policy: float
    richardson: bool = False

    @property
    def eps(self) -> float:
        return float(np.finfo(self.dtype).eps)


# With h = 2^-20 the truncation error h^2 f'''/6 is below the rounding error eps/h = 2e-10 for all layers of the course.
DOUBLE = Precision(np.float64, 2.0**-20, 2.0**-10, 1e-5)
# For float32 there is no such step. Two larger ones (2^-6, 2^-7) and Richardson extrapolation cancel the h^2 term.
SINGLE = Precision(np.float32, 2.0**-6, 2.0**-4, 2e-3, richardson=True)

KAPPA = 4  # rounding errors of f, in units of eps |y| and eps |G| |a|; those of a backward-stable f are below 0.5
