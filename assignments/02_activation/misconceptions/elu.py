"""What people believe about ELU."""

import numpy as np

from grader.assignment import misconception
from reference.nn.activation import _upstream
from reference.nn.module import Module


@misconception(
    "nn.ELU.forward",
    hint="Try ELU(2.0): to which value does your output level off, far to the left?",
    fails=("ELU/test_worked_example", "ELU/test_values_with_options"),
    source="github.com/RoboticsClubIITJ/ML-DL-implementation 3e7e60da06",
)
def alpha_is_one(self, x):
    """ELU is exp(x) - 1 left of zero."""
    self.save_for_backward(x)
    return np.where(x > 0, x, np.expm1(np.minimum(x, 0)))


@misconception(
    "nn.ELU",
    hint="What is ELU(2.0) at x = 1, by the equation?",
    fails=("ELU/test_worked_example", "ELU/test_gradients_with_options", "ELU/test_values_with_options"),
    source="folklore (SELU scales both sides)",
)
class alpha_scales_both_sides(Module):
    """alpha multiplies the whole function, left and right of zero."""

    def forward(self, x):
        self.save_for_backward(x)
        return self.alpha * np.where(x > 0, x, np.expm1(np.minimum(x, 0)))

    def backward(self, dy):
        (x,) = self.saved_values
        return _upstream(dy, x) * self.alpha * np.where(x > 0, 1, np.exp(np.minimum(x, 0)))


@misconception(
    "nn.ELU.backward",
    hint="What type does your derivative have before it meets dy?",
    fails=("ELU/test_worked_example", "ELU/test_gradients", "ELU/test_gradients_with_options"),
    source="github.com/borgwang/tinynn core/layer.py",
)
def comparison_binds_first(self, dy):
    """In `x > 0 + ...`, the comparison is evaluated first and the rest is added to it."""
    (x,) = self.saved_values
    dy = _upstream(dy, x)
    return dy * (x > 0 + (x <= 0) * self.alpha * np.exp(np.minimum(x, 0)))


@misconception(
    "nn.ELU.backward",
    hint="Which factor of alpha (exp(x) - 1) survives differentiation?",
    fails=("ELU/test_worked_example", "ELU/test_gradients_with_options"),
    source="folklore (right for alpha = 1)",
)
def derivative_has_no_alpha(self, dy):
    """Left of zero the derivative of ELU is exp(x)."""
    (x,) = self.saved_values
    return _upstream(dy, x) * np.where(x > 0, 1, np.exp(np.minimum(x, 0)))


@misconception(
    "nn.ELU.backward",
    hint="Can the slope of a function that only rises be negative?",
    fails=("ELU/test_worked_example", "ELU/test_gradients", "ELU/test_gradients_with_options"),
    source="folklore (exp is its own derivative)",
)
def derivative_is_the_output(self, dy):
    """Left of zero ELU is an exponential, which is its own derivative: the slope is y."""
    (x,) = self.saved_values
    return _upstream(dy, x) * np.where(x > 0, 1, self.alpha * np.expm1(np.minimum(x, 0)))


@misconception(
    "nn.ELU.backward",
    hint="On which side of its corner does the handout put x = 0?",
    fails=("ELU/test_derivative_at_zero",),
    convention="This is the form in which the derivative at 0 is 1; the contract asks for alpha there.",
    source="folklore",
)
def elu_derivative_at_zero_is_one(self, dy):
    """The derivative of ELU is 1 for x >= 0."""
    (x,) = self.saved_values
    return _upstream(dy, x) * np.where(x >= 0, 1, self.alpha * np.exp(np.minimum(x, 0)))


@misconception(
    "nn.ELU",
    hint="In np.where(x > 0, a, b), for which x is b computed, and how large can it become?",
    fails=("ELU/test_range",),
    source="folklore",
)
class where_computes_what_it_picks(Module):
    """np.where computes the exponential only where x is negative."""

    def forward(self, x):
        self.save_for_backward(x)
        return np.where(x > 0, x, self.alpha * (np.exp(x) - 1))

    def backward(self, dy):
        (x,) = self.saved_values
        return np.where(x > 0, _upstream(dy, x), _upstream(dy, x) * self.alpha * np.exp(x))


@misconception(
    "nn.ELU.__init__",
    hint="Multiply a float32 array by your alpha: what is the dtype of the product?",
    fails=("ELU/test_dtypes",),
    source="folklore",
)
def alpha_is_a_numpy_number(self, alpha=1.0):
    """An np.float64 is as good as a Python float beside a float32 array."""
    self.alpha = np.float64(alpha)


@misconception(
    "nn.ELU.forward",
    hint="Whose array do you write the exponentials into, and who else reads it?",
    fails=("ELU/test_memory",),
    source="folklore",
)
def forward_writes_into_x(self, x):
    """Where x is negative, the result can be written into x."""
    self.save_for_backward(x.copy())
    x[x <= 0] = self.alpha * np.expm1(x[x <= 0])
    return x


@misconception(
    "nn.ELU.backward",
    hint="What does your backward return?",
    fails=("ELU/test_worked_example", "ELU/test_gradients", "ELU/test_gradients_with_options"),
    source="github.com/AkiRusProd/numpy-nn-model feea932eb5",
)
def gradient_is_kept(self, dy):
    """Backward computes dx and keeps it as an attribute, where the layer before can find it."""
    (x,) = self.saved_values
    self.dx = _upstream(dy, x) * np.where(x > 0, 1, self.alpha * np.exp(np.minimum(x, 0)))
