"""What people believe about the squared and the absolute error."""

import numpy as np

from grader.assignment import misconception
from reference.nn.module import check_shape


@misconception(
    "nn.MSELoss.evaluate",
    hint="What is the derivative of e^2 at e = 3?",
    fails=("MSELoss/test_worked_example", "MSELoss/test_gradients"),
    source="davisking/dlib issue #1169",
)
def gradient_without_its_two(self, input, target):
    """The slope of the squared error is the error."""
    return (input - target) ** 2, input - target


@misconception(
    "nn.MSELoss.evaluate",
    hint="Is the squared error of 3 in your loss 9, or something smaller?",
    fails=("MSELoss/test_worked_example", "MSELoss/test_values", "MSELoss/test_gradients"),
    convention="This is the form in which a factor 1/2 makes the 2 of the derivative disappear;"
    " the contract asks for the squared "
    "error itself.",
    source="github.com/borgwang/tinynn; bfortuner/ml-glossary issue #6; kuleshov-group/aml-book issue #17",
)
def squared_error_is_halved(self, input, target):
    """The value is half of the squared error, and its slope the error."""
    return (input - target) ** 2 / 2, input - target


@misconception(
    "nn.MSELoss.evaluate",
    hint=(
        "If the prediction is below the target, which sign does your gradient have, and which way does a descent step"
        " go then?"
    ),
    fails=("MSELoss/test_worked_example", "MSELoss/test_gradients"),
    source="folklore",
)
def squared_error_is_differentiated_by_the_target(self, input, target):
    """The slope of the squared error is 2 (target - input)."""
    return (target - input) ** 2, 2 * (target - input)


@misconception(
    "nn.MSELoss.backward",
    hint="How many numbers does the layer before this loss need from you, for an input of shape (2, 3)?",
    fails=("MSELoss/test_gradients", "MSELoss/test_worked_example"),
    source="github.com/Comment-XD/Neural-Network-Scratch src/loss.py",
)
def gradient_of_a_mean_is_a_mean(self, dy=None):
    """The gradient of a mean of squares is the mean of their slopes, a single number."""
    slopes, shape, _, dtype = self.saved_values
    if dy is None and self.reduction == "none":
        raise RuntimeError('a loss with reduction="none" needs backward(dy)')
    dy = np.asarray(1.0 if dy is None else dy)
    check_shape("dy", dy.shape, shape if self.reduction == "none" else ())
    return np.asarray(dy * (slopes.mean() if self.reduction == "mean" else slopes), dtype=dtype)


@misconception(
    "nn.MSELoss.evaluate",
    hint="Print the input before and after forward: is it still the prediction?",
    fails=("MSELoss/test_last_forward_counts", "MSELoss/test_memory"),
    source="folklore",
)
def error_takes_the_place_of_the_input(self, input, target):
    """The error may be computed in place, as the prediction is not needed any more."""
    input -= target
    return input**2, 2 * input


@misconception(
    "nn.L1Loss.evaluate",
    hint="Every number from -1 to 1 is a subgradient at 0: which of them does the handout take?",
    fails=("L1Loss/test_no_error",),
    source="folklore",
)
def slope_is_one_without_an_error(self, input, target):
    """The slope of the absolute error is -1 for negative errors and 1 for all others."""
    error = input - target
    return np.abs(error), np.where(error < 0, -1.0, 1.0)


@misconception(
    "nn.L1Loss.evaluate",
    hint="What is your slope for an error of exactly 0?",
    fails=("L1Loss/test_no_error",),
    source="folklore",
)
def slope_is_error_over_size(self, input, target):
    """The slope of |e| is e / |e|, for every e."""
    error = input - target
    with np.errstate(invalid="ignore"):
        return np.abs(error), error / np.abs(error)


@misconception(
    "nn.L1Loss.evaluate",
    hint=(
        "If the prediction is below the target, which sign does your gradient have, and which way does a descent step"
        " go then?"
    ),
    fails=("L1Loss/test_worked_example", "L1Loss/test_gradients"),
    source="folklore",
)
def absolute_error_is_differentiated_by_the_target(self, input, target):
    """The slope of the absolute error is the sign of target - input."""
    return np.abs(target - input), np.sign(target - input)
