"""What people believe about the exact form of GELU."""

import math

import numpy as np

from grader.assignment import misconception
from reference.nn.activation import _erfc, _sigmoid, _upstream
from reference.nn.module import Module


@misconception(
    "nn.GELU",
    hint="Compare your y at x = 1 with the handout's value, digit by digit: up to which digit do they agree?",
    fails=(
        "GELU/test_gradients",
        "GELU/test_gradients_with_options",
        "GELU/test_tanh_form",
        "GELU/test_worked_example",
        "GELU/test_values",
        "GELU/test_values_with_options",
    ),
    convention="This is the form of some older code, x times the sigmoid of 1.702 x;"
    " the contract asks for the exact function, and "
    "for the tanh form on request.",
    source="github.com/openai/gpt-2 and others (quick GELU)",
)
class sigmoid_approximation(Module):
    """GELU is x times the sigmoid of 1.702 x."""

    def forward(self, x):
        gate = _sigmoid(1.702 * x)
        self.save_for_backward(x, gate, 1.702 * gate * (1 - gate))
        return x * gate


@misconception(
    "nn.GELU",
    hint="What should the function do far to the left, and what does yours at x = -3?",
    fails=(
        "GELU/test_gradients",
        "GELU/test_gradients_with_options",
        "GELU/test_tanh_form",
        "GELU/test_worked_example",
        "GELU/test_values",
        "GELU/test_values_with_options",
    ),
    source="github.com/borgwang/tinynn core/layer.py",
)
class decimal_point_has_moved(Module):
    """GELU is x times the sigmoid of 0.1702 x."""

    def forward(self, x):
        gate = _sigmoid(0.1702 * x)
        self.save_for_backward(x, gate, 0.1702 * gate * (1 - gate))
        return x * gate


@misconception(
    "nn.GELU.backward",
    hint="Does Phi(x) stay the same when x changes a little?",
    fails=("GELU/test_gradients", "GELU/test_gradients_with_options"),
    source="folklore",
)
def gate_is_constant(self, dy):
    """The gate multiplies x, so the gradient is dy times the gate."""
    x, gate, _ = self.saved_values
    return _upstream(dy, x) * gate


@misconception(
    "nn.GELU._normal_gate",
    hint="Which share of a standard normal population lies below 1, and what is your Phi(1)?",
    fails=("GELU/test_worked_example", "GELU/test_gradients", "GELU/test_values"),
    source="folklore",
)
def erf_is_the_normal_integral(self, x):
    """Phi(x) is (1 + erf(x)) / 2: erf is the integral of the normal density."""
    gate = 0.5 * _erfc(-x)
    slope = np.exp(-x * x) / math.sqrt(math.pi)
    return gate.astype(x.dtype), slope


@misconception(
    "nn.GELU._normal_gate",
    hint="What is the area below the bell curve that you use?",
    fails=("GELU/test_gradients", "GELU/test_range", "GELU/test_worked_example"),
    source="folklore",
)
def density_is_not_normalised(self, x):
    """The derivative of Phi is exp(-x²/2)."""
    return (0.5 * _erfc(-x / math.sqrt(2))).astype(x.dtype), np.exp(-x * x / 2)


@misconception(
    "nn.GELU._normal_gate",
    hint="What is the dtype of np.sqrt(2.0), and what does it make of a float32 array?",
    fails=("GELU/test_dtypes",),
    source="folklore",
)
def numpy_numbers_have_no_dtype(self, x):
    """A single number such as np.sqrt(2.0) has no say in the dtype of a product with an array."""
    gate = 0.5 * _erfc(-x / np.sqrt(2.0))
    return gate, np.exp(-x * x / 2) / np.sqrt(2 * np.pi)


@misconception(
    "nn.GELU._normal_gate",
    hint="How many digits of erf does your formula promise, and how many does the handout?",
    fails=("GELU/test_gradients", "GELU/test_range", "GELU/test_worked_example"),
    source="github.com/ddbourgin/numpy-ml (Abramowitz and Stegun, formula 7.1.26)",
)
def erf_to_seven_digits(self, x):
    """NumPy has no erf, so a polynomial from a handbook takes its place."""
    z = np.abs(x) / math.sqrt(2)
    t = 1 / (1 + 0.3275911 * z)
    powers = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
    tail = 0.5 * powers * np.exp(-z * z)
    gate = np.where(x > 0, 1 - tail, tail)
    return gate.astype(x.dtype), np.exp(-x * x / 2) / math.sqrt(2 * math.pi)


@misconception(
    "nn.GELU.forward",
    hint="Whose array holds the product of x and its gate?",
    fails=("GELU/test_memory",),
    source="folklore",
)
def product_is_written_into_x(self, x):
    """The product of x and its gate can take the place of x."""
    gate, slope = self._tanh_gate(x) if self.approximate == "tanh" else self._normal_gate(x)
    self.save_for_backward(x.copy(), gate, slope)
    x *= gate
    return x
