"""What people believe about LeakyReLU."""

import numpy as np

from grader.assignment import misconception
from reference.nn.activation import _upstream
from reference.nn.module import Module


@misconception(
    "nn.LeakyReLU.backward",
    hint="Plot the function: does it rise or fall, left of zero?",
    fails=(
        "LeakyReLU/test_worked_example",
        "LeakyReLU/test_gradients",
        "LeakyReLU/test_gradients_with_options",
    ),
    source="github.com/RoboticsClubIITJ/ML-DL-implementation 8a96a3bd34",
)
def slope_changes_its_sign(self, dy):
    """Left of zero the derivative is minus the negative slope."""
    (x,) = self.saved_values
    dy = _upstream(dy, x)
    return np.where(x > 0, dy, -self.negative_slope * dy)


@misconception(
    "nn.LeakyReLU.backward",
    hint="What is the derivative of a straight line: its height, or its slope?",
    fails=(
        "LeakyReLU/test_worked_example",
        "LeakyReLU/test_gradients",
        "LeakyReLU/test_gradients_with_options",
    ),
    source="folklore",
)
def derivative_is_the_value(self, dy):
    """Left of zero the derivative is negative_slope * x."""
    (x,) = self.saved_values
    return _upstream(dy, x) * np.where(x > 0, 1, self.negative_slope * x)


@misconception(
    "nn.LeakyReLU.backward",
    hint="Which part of the gradient does a LeakyReLU let through where a ReLU blocks it?",
    fails=(
        "LeakyReLU/test_worked_example",
        "LeakyReLU/test_gradients",
        "LeakyReLU/test_gradients_with_options",
    ),
    source="folklore (copied from ReLU)",
)
def backward_is_that_of_relu(self, dy):
    """The leak matters for values; the gradient is blocked left of zero as in ReLU."""
    (x,) = self.saved_values
    return np.where(x > 0, _upstream(dy, x), 0)


@misconception(
    "nn.LeakyReLU.forward",
    hint="For a slope of 2, which of x and 2 x is larger right of zero?",
    fails=("LeakyReLU/test_dtypes", "LeakyReLU/test_range", "LeakyReLU/test_values_with_options"),
    source="github.com/rushter/MLAlgorithms b8ad378a79; github.com/RoboticsClubIITJ/ML-DL-implementation",
)
def larger_of_the_two(self, x):
    """LeakyReLU is the larger one of x and negative_slope * x."""
    self.save_for_backward(x)
    return np.maximum(x, self.negative_slope * x)


@misconception(
    "nn.LeakyReLU.__init__",
    hint="Which slopes does the handout allow?",
    fails=("LeakyReLU/test_gradients_with_options", "LeakyReLU/test_values_with_options"),
    source="folklore",
)
def slope_is_a_small_fraction(self, negative_slope=0.01):
    """A negative slope below 0 or above 1 is a mistake of the caller."""
    if not 0 <= negative_slope <= 1:
        raise ValueError(f"negative_slope must be between 0 and 1, got {negative_slope}")
    self.negative_slope = float(negative_slope)


@misconception(
    "nn.LeakyReLU.__init__",
    hint="What does LeakyReLU() give for x = -1 in the handout, and what does yours?",
    fails=("LeakyReLU/test_gradients", "LeakyReLU/test_values"),
    convention="This is the form of the Keras layer, whose slope is 0.3 by default; the contract asks for 0.01.",
    source="Keras",
)
def default_slope_is_that_of_keras(self, negative_slope=0.3):
    """The slope is 0.3 unless another one is given."""
    self.negative_slope = float(negative_slope)


@misconception(
    "nn.LeakyReLU",
    hint="Try LeakyReLU(0.3): where does your code look at the 0.3?",
    fails=(
        "LeakyReLU/test_worked_example",
        "LeakyReLU/test_gradients_with_options",
        "LeakyReLU/test_values_with_options",
    ),
    source="folklore",
)
class slope_is_always_the_default(Module):
    """LeakyReLU multiplies what is negative by 0.01."""

    def forward(self, x):
        self.save_for_backward(x)
        return np.where(x > 0, x, 0.01 * x)

    def backward(self, dy):
        (x,) = self.saved_values
        dy = _upstream(dy, x)
        return np.where(x > 0, dy, 0.01 * dy)


@misconception(
    "nn.LeakyReLU.backward",
    hint="On which side of its corner does the handout put x = 0?",
    fails=("LeakyReLU/test_derivative_at_zero",),
    convention="This is the form of JAX, where the derivative at 0 is 1; the contract asks for negative_slope.",
    source="JAX",
)
def leaky_derivative_at_zero_is_one(self, dy):
    """The derivative of LeakyReLU is 1 for x >= 0."""
    (x,) = self.saved_values
    dy = _upstream(dy, x)
    return np.where(x >= 0, dy, self.negative_slope * dy)
