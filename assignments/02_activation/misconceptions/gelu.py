"""What people believe about GELU."""

import math

import numpy as np

from grader.assignment import misconception
from reference.nn.activation import _erfc, _sigmoid, _upstream
from reference.nn.module import Module


@misconception(
    "nn.GELU",
    hint="Compare your y at x = 1 with the handout's value, digit by digit: up to which digit do they agree?",
    fails=("GELU/test_worked_example", "GELU/test_gradient_for_any_upstream_gradient", "GELU/test_tanh_form"),
    convention="This is the form of some older code, x times the sigmoid of 1.702 x; the contract asks for the exact function, and "
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
    fails=("GELU/test_worked_example", "GELU/test_gradient_for_any_upstream_gradient", "GELU/test_tanh_form"),
    source="github.com/borgwang/tinynn core/layer.py",
)
class decimal_point_has_moved(Module):
    """GELU is x times the sigmoid of 0.1702 x."""

    def forward(self, x):
        gate = _sigmoid(0.1702 * x)
        self.save_for_backward(x, gate, 0.1702 * gate * (1 - gate))
        return x * gate


@misconception(
    "nn.GELU.__init__",
    hint="Which of its two forms is GELU() without arguments?",
    fails=("GELU/test_worked_example", "GELU/test_gradient_for_any_upstream_gradient"),
    convention='This is the form of JAX, where approximate is True by default; the contract asks for "none".',
    source="JAX",
)
def tanh_form_is_the_default(self, approximate="tanh"):
    """GELU is the form with tanh unless the exact one is asked for."""
    if approximate not in ("none", "tanh"):
        raise ValueError(f'approximate must be "none" or "tanh", got {approximate!r}')
    self.approximate = approximate


@misconception(
    "nn.GELU.forward",
    hint="Where does your code look at `approximate`?",
    fails=("GELU/test_tanh_form", "GELU/test_tanh_form_gradient"),
    source="folklore",
)
def always_exact(self, x):
    """The exact function is always good enough: `approximate` is there for speed only."""
    gate, slope = self._normal_gate(x)
    self.save_for_backward(x, gate, slope)
    return x * gate


@misconception(
    "nn.GELU.forward",
    hint="Are your forward and your backward the same function, for both values of `approximate`?",
    fails=("GELU/test_worked_example", "GELU/test_gradient_for_any_upstream_gradient"),
    source="github.com/ddbourgin/numpy-ml activations.py",
)
def derivative_of_the_tanh_form(self, x):
    """The derivative of the tanh form serves for both forms: the two hardly differ."""
    gate, _ = self._tanh_gate(x) if self.approximate == "tanh" else self._normal_gate(x)
    derivative_gate, slope = self._tanh_gate(x)
    self.save_for_backward(x, derivative_gate, slope)
    return x * gate


@misconception(
    "nn.GELU.forward",
    hint="Are your forward and your backward the same function, for both values of `approximate`?",
    fails=("GELU/test_tanh_form", "GELU/test_tanh_form_gradient"),
    source="folklore",
)
def derivative_of_the_exact_form(self, x):
    """The exact derivative serves for both forms: the two hardly differ."""
    gate, _ = self._tanh_gate(x) if self.approximate == "tanh" else self._normal_gate(x)
    derivative_gate, slope = self._normal_gate(x)
    self.save_for_backward(x, derivative_gate, slope)
    return x * gate


@misconception(
    "nn.GELU.backward",
    hint="Does Phi(x) stay the same when x changes a little?",
    fails=("GELU/test_worked_example", "GELU/test_gradient_for_any_upstream_gradient", "GELU/test_tanh_form_gradient"),
    source="folklore",
)
def gate_is_constant(self, dy):
    """The gate multiplies x, so the gradient is dy times the gate."""
    x, gate, _ = self.saved_values
    return _upstream(dy, x) * gate


@misconception(
    "nn.GELU._normal_gate",
    hint="Which share of a standard normal population lies below 1, and what is your Phi(1)?",
    fails=("GELU/test_worked_example", "GELU/test_gradient_for_any_upstream_gradient"),
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
    fails=("GELU/test_worked_example", "GELU/test_gradient_for_any_upstream_gradient"),
    source="folklore",
)
def density_is_not_normalised(self, x):
    """The derivative of Phi is exp(-x²/2)."""
    return (0.5 * _erfc(-x / math.sqrt(2))).astype(x.dtype), np.exp(-x * x / 2)


@misconception(
    "nn.GELU._normal_gate",
    hint="What is the dtype of np.sqrt(2.0), and what does it make of a float32 array?",
    fails=("GELU/test_float32_up_to_large_numbers", "EveryModule/test_dtype_of_x_decides"),
    source="folklore",
)
def numpy_numbers_have_no_dtype(self, x):
    """A single number such as np.sqrt(2.0) has no say in the dtype of a product with an array."""
    gate = 0.5 * _erfc(-x / np.sqrt(2.0))
    return gate, np.exp(-x * x / 2) / np.sqrt(2 * np.pi)


@misconception(
    "nn.GELU._normal_gate",
    hint="How many digits of erf does your formula promise, and how many does the handout?",
    fails=("GELU/test_worked_example", "GELU/test_gradient_for_any_upstream_gradient"),
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
    "nn.GELU._tanh_gate",
    hint="What is du/dx, term by term?",
    fails=("GELU/test_tanh_form", "GELU/test_tanh_form_gradient"),
    source="folklore",
)
def cube_keeps_its_factor(self, x):
    """The inner derivative of the tanh form is sqrt(2/pi) (1 + 0.044715 x²)."""
    scale = 2 * math.sqrt(2 / math.pi)
    z = scale * (x + 0.044715 * x**3)
    gate = _sigmoid(z)
    return gate, gate * _sigmoid(-z) * scale * (1 + 0.044715 * x**2)


@misconception(
    "nn.GELU._tanh_gate",
    hint="What is u for x = 1 by the equation, and what is yours?",
    fails=("GELU/test_tanh_form", "GELU/test_tanh_form_gradient"),
    source="folklore",
)
def factor_of_u_is_missing(self, x):
    """In the tanh form, u is x + 0.044715 x³."""
    z = 2 * (x + 0.044715 * x**3)
    gate = _sigmoid(z)
    return gate, gate * _sigmoid(-z) * 2 * (1 + 3 * 0.044715 * x**2)


@misconception(
    "nn.GELU._tanh_gate",
    hint="How many zeros stand behind the decimal point of the handout's constant?",
    fails=("GELU/test_tanh_form", "GELU/test_tanh_form_gradient"),
    source="folklore",
)
def constant_is_ten_times_too_large(self, x):
    """In the tanh form, the factor of x³ is 0.44715."""
    scale = 2 * math.sqrt(2 / math.pi)
    z = scale * (x + 0.44715 * x**3)
    gate = _sigmoid(z)
    return gate, gate * _sigmoid(-z) * scale * (1 + 3 * 0.44715 * x**2)


@misconception(
    "nn.GELU.__init__",
    hint='What does GELU(approximate="tan") do?',
    fails=("EveryModule/test_wrong_use_is_refused",),
    source="folklore",
)
def any_other_name_is_exact(self, approximate="none"):
    """Whatever is not "tanh" means the exact form."""
    self.approximate = approximate


@misconception(
    "nn.GELU.forward",
    hint="Whose array holds the product of x and its gate?",
    fails=("GELU/test_arrays_are_new_and_inputs_unchanged", "EveryModule/test_any_memory_layout"),
    source="folklore",
)
def product_is_written_into_x(self, x):
    """The product of x and its gate can take the place of x."""
    gate, slope = self._tanh_gate(x) if self.approximate == "tanh" else self._normal_gate(x)
    self.save_for_backward(x.copy(), gate, slope)
    x *= gate
    return x
