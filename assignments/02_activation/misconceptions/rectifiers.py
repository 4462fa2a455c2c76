"""What people believe about ReLU and LeakyReLU."""

import numpy as np

from grader.assignment import misconception
from reference.nn.activation import _upstream
from reference.nn.module import Module


@misconception(
    "nn.ReLU.backward",
    hint="The chain rule is a product. You have one of its factors; where is the other?",
    fails=("ReLU/test_worked_example", "ReLU/test_gradient_for_any_upstream_gradient"),
    source="github.com/wkcn/mobula 92b6fb3e32 (the same slip in Tanh)",
)
def upstream_is_ignored(self, dy):
    """Backward returns the derivative of the function: 1 where x is positive, 0 elsewhere."""
    (x,) = self.saved_values
    _upstream(dy, x)
    return (x > 0).astype(x.dtype)


@misconception(
    "nn.ReLU.backward",
    hint="A positive input meets a negative gradient: should it pass?",
    fails=("ReLU/test_gradient_for_any_upstream_gradient",),
    source="folklore (what deconvolution networks do for pictures)",
)
def gradient_is_rectified(self, dy):
    """Backward does to dy what forward does to x: what is positive passes."""
    (x,) = self.saved_values
    return np.maximum(_upstream(dy, x), 0)


@misconception(
    "nn.ReLU.backward",
    hint="On which side of its corner does the handout put x = 0?",
    fails=("ReLU/test_worked_example", "ReLU/test_derivative_at_zero"),
    convention="This is the form in which the derivative at 0 is 1, as in some textbooks; the contract asks for 0.",
    source="github.com/oreilly-japan/deep-learning-from-scratch; github.com/eriklindernoren/ML-From-Scratch",
)
def derivative_at_zero_is_one(self, dy):
    """The derivative of ReLU is 1 for x >= 0."""
    (x,) = self.saved_values
    return np.where(x >= 0, _upstream(dy, x), 0)


@misconception(
    "nn.ReLU.backward",
    hint="On which side of its corner does the handout put x = 0?",
    fails=("ReLU/test_worked_example", "ReLU/test_derivative_at_zero"),
    convention="This is the form of the symmetric difference quotient; the contract asks for a derivative of 0 at 0.",
    source="folklore",
)
def derivative_at_zero_is_half(self, dy):
    """The derivative of ReLU at 0 lies in the middle between 0 and 1."""
    (x,) = self.saved_values
    return _upstream(dy, x) * ((np.sign(x) + 1) / 2)


@misconception(
    "nn.ReLU.forward",
    hint="Whose array do you write the zeros into, and who else reads it?",
    fails=("ReLU/test_arrays_are_new_and_inputs_unchanged", "EveryModule/test_any_memory_layout"),
    source="folklore; github.com/borgwang/tinynn e0c3d9aae7 (the same slip in a derivative)",
)
def forward_writes_into_x(self, x):
    """What is negative in x can be set to zero right there."""
    x[x < 0] = 0
    self.save_for_backward(x.copy())
    return x


@misconception(
    "nn.ReLU.backward",
    hint="The gradient you were given may go to another branch of the network as well: what does it hold by then?",
    fails=("ReLU/test_arrays_are_new_and_inputs_unchanged", "EveryModule/test_any_memory_layout"),
    source="github.com/oreilly-japan/deep-learning-from-scratch common/layers.py",
)
def backward_writes_into_dy(self, dy):
    """Where x is not positive, dy can be set to zero right there."""
    (x,) = self.saved_values
    dy = _upstream(dy, x)
    dy[x <= 0] = 0
    return dy


@misconception(
    "nn.ReLU.forward",
    hint="A caller overwrites the y that you returned: what does your backward read afterwards?",
    fails=("ReLU/test_arrays_are_new_and_inputs_unchanged",),
    source="folklore",
)
def returned_output_is_kept(self, x):
    """y is positive exactly where x is, so the y that is returned can be kept for backward."""
    y = np.maximum(x, 0)
    self.save_for_backward(y)
    return y


@misconception(
    "nn.ReLU.backward",
    hint="Which argument does np.zeros expect?",
    fails=(
        "ReLU/test_worked_example",
        "ReLU/test_gradient_for_any_upstream_gradient",
        "EveryModule/test_rows_and_leading_dimensions",
    ),
    source="github.com/oreilly-japan/deep-learning-from-scratch 11e87cd4ea",
)
def zeros_of_an_array(self, dy):
    """np.zeros(x) makes zeros of the shape of x."""
    (x,) = self.saved_values
    dy = _upstream(dy, x)
    dx = np.zeros(x)
    dx[x > 0] = dy[x > 0]
    return dx


@misconception(
    "nn.LeakyReLU.backward",
    hint="Plot the function: does it rise or fall, left of zero?",
    fails=("LeakyReLU/test_worked_example", "LeakyReLU/test_gradient_for_any_upstream_gradient"),
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
    fails=("LeakyReLU/test_worked_example", "LeakyReLU/test_gradient_for_any_upstream_gradient"),
    source="folklore",
)
def derivative_is_the_value(self, dy):
    """Left of zero the derivative is negative_slope * x."""
    (x,) = self.saved_values
    return _upstream(dy, x) * np.where(x > 0, 1, self.negative_slope * x)


@misconception(
    "nn.LeakyReLU.backward",
    hint="Which part of the gradient does a LeakyReLU let through where a ReLU blocks it?",
    fails=("LeakyReLU/test_worked_example", "LeakyReLU/test_gradient_for_any_upstream_gradient"),
    source="folklore (copied from ReLU)",
)
def backward_is_that_of_relu(self, dy):
    """The leak matters for values; the gradient is blocked left of zero as in ReLU."""
    (x,) = self.saved_values
    return np.where(x > 0, _upstream(dy, x), 0)


@misconception(
    "nn.LeakyReLU.forward",
    hint="For a slope of 2, which of x and 2 x is larger right of zero?",
    fails=("LeakyReLU/test_any_slope",),
    source="github.com/rushter/MLAlgorithms b8ad378a79; github.com/RoboticsClubIITJ/ML-DL-implementation",
)
def larger_of_the_two(self, x):
    """LeakyReLU is the larger one of x and negative_slope * x."""
    self.save_for_backward(x)
    return np.maximum(x, self.negative_slope * x)


@misconception(
    "nn.LeakyReLU.__init__",
    hint="Which slopes does the handout allow?",
    fails=("LeakyReLU/test_any_slope",),
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
    fails=("LeakyReLU/test_any_slope",),
    convention="This is the form of the Keras layer, whose slope is 0.3 by default; the contract asks for 0.01.",
    source="Keras",
)
def default_slope_is_that_of_keras(self, negative_slope=0.3):
    """The slope is 0.3 unless another one is given."""
    self.negative_slope = float(negative_slope)


@misconception(
    "nn.LeakyReLU",
    hint="Try LeakyReLU(0.3): where does your code look at the 0.3?",
    fails=("LeakyReLU/test_worked_example", "LeakyReLU/test_any_slope"),
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
    fails=("LeakyReLU/test_worked_example", "LeakyReLU/test_derivative_at_zero"),
    convention="This is the form of JAX, where the derivative at 0 is 1; the contract asks for negative_slope.",
    source="JAX",
)
def leaky_derivative_at_zero_is_one(self, dy):
    """The derivative of LeakyReLU is 1 for x >= 0."""
    (x,) = self.saved_values
    dy = _upstream(dy, x)
    return np.where(x >= 0, dy, self.negative_slope * dy)
