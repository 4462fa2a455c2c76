"""What people believe about HuberLoss and SmoothL1Loss: two pieces that have to meet."""

import numpy as np

from grader.assignment import misconception
from reference.nn.loss import Loss


@misconception(
    "nn.SmoothL1Loss.evaluate",
    hint="Compare the slopes far out for beta = 1 and for beta = 0.1: does one of them depend on beta?",
    fails=(
        "SmoothL1Loss/test_worked_example",
        "SmoothL1Loss/test_gradients_with_options",
        "SmoothL1Loss/test_values_with_options",
    ),
    convention="This is the form of HuberLoss, beta times as large; the contract asks for an outer slope of 1 in"
    " SmoothL1Loss.",
    source="folklore; torch/nn issue #579 discusses the two names",
)
def smooth_l1_is_huber(self, input, target):
    """SmoothL1Loss is another name of HuberLoss, with beta for delta."""
    error = input - target
    slopes = np.clip(error, -self.beta, self.beta)
    return slopes * (error - slopes / 2), slopes


@misconception(
    "nn.SmoothL1Loss.evaluate",
    hint="At which error do your two pieces meet if beta is 0.3?",
    fails=(
        "SmoothL1Loss/test_worked_example",
        "SmoothL1Loss/test_gradients_with_options",
        "SmoothL1Loss/test_values_with_options",
    ),
    source="fastestimator/fastestimator PR #330",
)
def border_is_always_one(self, input, target):
    """The rounded part of SmoothL1Loss reaches from -1 to 1."""
    error = input - target
    small = np.abs(error) < 1
    return np.where(small, error**2 / 2, np.abs(error) - 0.5), np.where(small, error, np.sign(error))


@misconception(
    "nn.SmoothL1Loss.evaluate",
    hint="Where does the rounded part reach to if beta is 0.3, and how large are both pieces there?",
    fails=(
        "SmoothL1Loss/test_worked_example",
        "SmoothL1Loss/test_gradients_with_options",
        "SmoothL1Loss/test_values_with_options",
    ),
    source="folklore",
)
def beta_only_moves_the_border(self, input, target):
    """Beta says where the rounded part ends; the two formulas are those of beta = 1."""
    error = input - target
    small = np.abs(error) < self.beta
    return np.where(small, error**2 / 2, np.abs(error) - 0.5), np.where(small, error, np.sign(error))


@misconception(
    "nn.SmoothL1Loss.evaluate",
    hint="What does your code divide by if beta is 0, and which loss should that be?",
    fails=("SmoothL1Loss/test_no_error",),
    source="folklore",
)
def beta_is_never_zero(self, input, target):
    """Errors may be divided by beta, as there is always a rounded part."""
    error = input - target
    with np.errstate(divide="ignore", invalid="ignore"):
        slopes = np.clip(error / self.beta, -1, 1)
    return slopes * (error - self.beta / 2 * slopes), slopes


@misconception(
    "nn.HuberLoss.evaluate",
    hint="Just below and just above delta, what are your two values?",
    fails=("HuberLoss/test_values", "HuberLoss/test_worked_example", "HuberLoss/test_values_with_options"),
    source="folklore",
)
def outer_piece_has_no_offset(self, input, target):
    """Beyond delta the value is delta times the absolute error."""
    error = input - target
    small = np.abs(error) <= self.delta
    values = np.where(small, error**2 / 2, self.delta * np.abs(error))
    return values, np.clip(error, -self.delta, self.delta)


@misconception(
    "nn.HuberLoss.evaluate",
    hint="Just below and just above delta = 2, what are your two values?",
    fails=("HuberLoss/test_values_with_options", "HuberLoss/test_worked_example"),
    source="folklore",
)
def offset_is_always_a_half(self, input, target):
    """Beyond delta the value is delta times the absolute error less 1/2."""
    error = input - target
    small = np.abs(error) <= self.delta
    values = np.where(small, error**2 / 2, self.delta * (np.abs(error) - 0.5))
    return values, np.clip(error, -self.delta, self.delta)


@misconception(
    "nn.HuberLoss.evaluate",
    hint="What do you return for an error of -100?",
    fails=(
        "HuberLoss/test_gradients",
        "HuberLoss/test_values",
        "HuberLoss/test_worked_example",
        "HuberLoss/test_gradients_with_options",
        "HuberLoss/test_values_with_options",
    ),
    source="marlbenchmark/on-policy issue #47",
)
def large_negative_errors_are_lost(self, input, target):
    """An error is large if it is above delta, and small if its size is at most delta."""
    error = input - target
    small, large = np.abs(error) <= self.delta, error > self.delta
    values = small * error**2 / 2 + large * self.delta * (np.abs(error) - self.delta / 2)
    return values, small * error + large * self.delta * np.sign(error)


@misconception(
    "nn.HuberLoss.evaluate",
    hint="If delta is 2.5, how much does your value grow when an error of 10 becomes 11?",
    fails=("HuberLoss/test_gradients_with_options", "HuberLoss/test_worked_example"),
    source="folklore",
)
def outer_slope_is_one(self, input, target):
    """Beyond delta the slope is the sign of the error."""
    error = input - target
    small = np.abs(error) <= self.delta
    values = np.where(small, error**2 / 2, self.delta * (np.abs(error) - self.delta / 2))
    return values, np.where(small, error, np.sign(error))


@misconception(
    "nn.HuberLoss.evaluate",
    hint="Just below and just above delta, what are your two values, and what are your two slopes?",
    fails=(
        "HuberLoss/test_gradients",
        "HuberLoss/test_values",
        "HuberLoss/test_worked_example",
        "HuberLoss/test_gradients_with_options",
        "HuberLoss/test_values_with_options",
    ),
    source="folklore",
)
def inner_piece_is_the_squared_error(self, input, target):
    """Up to delta, HuberLoss is the squared error, as in MSELoss."""
    error = input - target
    small = np.abs(error) <= self.delta
    values = np.where(small, error**2, self.delta * (np.abs(error) - self.delta / 2))
    return values, np.where(small, 2 * error, self.delta * np.sign(error))


@misconception(
    "nn.HuberLoss.evaluate",
    hint="Compare the slopes far out for delta = 1 and for delta = 2.5: should one of them be larger?",
    fails=(
        "HuberLoss/test_worked_example",
        "HuberLoss/test_gradients_with_options",
        "HuberLoss/test_values_with_options",
    ),
    convention="This is the form of SmoothL1Loss, delta times smaller; the contract asks for an outer slope of delta"
    " in HuberLoss.",
    source="folklore (`smooth_l1(x / beta, t / beta) * beta` under the name of HuberLoss)",
)
def huber_is_smooth_l1(self, input, target):
    """HuberLoss is another name of SmoothL1Loss, with delta for beta."""
    error = input - target
    slopes = np.clip(error / self.delta, -1, 1)
    return slopes * (error - self.delta / 2 * slopes), slopes


@misconception(
    "nn.HuberLoss",
    hint="Which shape does your loss for delta = -1 have, and when would somebody find out?",
    fails=("HuberLoss/test_refuses",),
    source="folklore",
)
class any_delta_will_do(Loss):
    """The constructor keeps delta as it is: to choose a sensible one is up to the caller."""

    def __init__(self, delta=1.0, *, reduction="mean"):
        super().__init__(reduction=reduction)
        self.delta = delta
