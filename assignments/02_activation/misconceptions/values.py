"""What people believe about the functions themselves."""

import numpy as np

from grader.assignment import misconception
from reference.nn.activation import _sigmoid, _upstream
from reference.nn.module import Module


@misconception(
    "nn.ReLU.forward",
    hint="What is the second argument of np.max?",
    fails=("ReLU/test_worked_example", "ReLU/test_values"),
    source="written by readers of the handout",
)
def max_takes_the_larger_of_two(self, x):
    """np.max(x, 0) is the larger one of x and 0, for every number."""
    self.save_for_backward(x)
    return np.max(x, 0)


@misconception(
    "nn.ELU",
    hint="What is your y just left of 0, and what just right of it?",
    fails=("ELU/test_values", "ELU/test_worked_example", "ELU/test_values_with_options"),
    source="written by readers of the handout",
)
class left_half_is_the_exponential(Module):
    """Left of zero ELU is alpha exp(x)."""

    def forward(self, x):
        self.save_for_backward(x)
        return np.where(x > 0, x, self.alpha * np.exp(np.minimum(x, 0)))


@misconception(
    "nn.Softplus",
    hint="Is your y large where x is large?",
    fails=(
        "Softplus/test_gradients",
        "Softplus/test_gradients_with_options",
        "Softplus/test_values",
        "Softplus/test_worked_example",
        "Softplus/test_values_with_options",
    ),
    source="written by readers of the handout",
)
class exponent_has_a_minus(Module):
    """Softplus is log(1 + exp(-beta x)) / beta, with the minus of the sigmoid."""

    def forward(self, x):
        self.save_for_backward(x)
        z = -self.beta * x
        return (np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))) / self.beta

    def backward(self, dy):
        (x,) = self.saved_values
        return -_upstream(dy, x) * _sigmoid(-self.beta * x)


@misconception(
    "nn.SiLU",
    hint="Where is the curve of the sigmoid straight?",
    fails=("SiLU/test_values", "SiLU/test_worked_example", "SiLU/test_gradients"),
    convention="This is the form of Hardswish, whose gate consists of three straight lines;"
    " the contract asks for the sigmoid.",
    source="PyTorch (Hardswish)",
)
class gate_is_made_of_straight_lines(Module):
    """The gate is x / 6 + 1 / 2, between 0 and 1."""

    def forward(self, x):
        self.save_for_backward(x)
        return x * np.clip(x / 6 + 0.5, 0, 1)

    def backward(self, dy):
        (x,) = self.saved_values
        return _upstream(dy, x) * np.where(x < -3, 0, np.where(x > 3, 1, x / 3 + 0.5))
