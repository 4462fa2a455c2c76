"""Credit for a backward pass that is right for a nearly right forward pass: when, how much, what the student reads."""

import numpy as np

from grader.compare import Mismatch, Tolerance
from grader.gradcheck import Evaluation

FOLLOW_THROUGH = 0.5  # share of the check's points
# A forward is nearly right if nine of ten values, and nine of ten gradients of each argument, are close. Close means an
# error of at most one per cent of the expected value plus one per cent of the largest. If all should be 0, it means at
# most what a small epsilon makes of an upstream gradient of about 1. So an epsilon, an approximation (the tanh form of
# GELU) or another constant is nearly right. Another function with its own derivative (x^2, or ReLU for GELU) is not.
# Nor is one with nearly the right values whose derivative takes no work (a staircase).
NEARLY = Tolerance(relative=0.01, scaled=0.01, absolute=1e-6)
MAX_FAR = 0.1


class FollowThrough(Mismatch):
    """The backward is not the reference's, but the derivative of the student's own forward.

    It earns half if that is nearly right.
    """

    def __init__(self, mismatch: Mismatch, is_near: bool) -> None:
        verdict = (
            "which is nearly the expected one: that earns half" if is_near else "but that one is not the expected one"
        )
        forward = "is nearly the expected one" if is_near else "differs from the expected one"
        super().__init__(
            f"The backward pass fits your own forward pass, {verdict}.",
            f"{mismatch}. It is the derivative of your own forward pass, though, which {forward}",
        )
        self.share = FOLLOW_THROUGH if is_near else 0.0
        self.actual, self.expected, self.tolerance = mismatch.actual, mismatch.expected, mismatch.tolerance


def nearly(found: Evaluation, expected: Evaluation) -> bool:
    """Whether values and gradients, of the same shapes, are nearly right."""
    gradients = {name: wanted for name, wanted in expected.gradients.items() if isinstance(wanted, np.ndarray)}
    pairs = [(found.output, expected.output), *((found.gradients[name], wanted) for name, wanted in gradients.items())]
    return all(_near(actual, wanted) for actual, wanted in pairs)


def _near(actual: np.ndarray, expected: np.ndarray) -> bool:
    with np.errstate(all="ignore"):
        near = np.abs(actual - expected) <= NEARLY.allowed(expected)
    return np.count_nonzero(~near) <= MAX_FAR * near.size
