"""What people believe about the two forms of GELU and the one with tanh."""

import math

from grader.assignment import misconception
from reference.nn.activation import _sigmoid


@misconception(
    "nn.GELU.__init__",
    hint="Which of its two forms is GELU() without arguments?",
    fails=("GELU/test_worked_example", "GELU/test_gradients", "GELU/test_values"),
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
    fails=("GELU/test_tanh_form", "GELU/test_gradients_with_options", "GELU/test_values_with_options"),
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
    fails=("GELU/test_gradients", "GELU/test_range", "GELU/test_worked_example"),
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
    fails=("GELU/test_gradients_with_options", "GELU/test_range", "GELU/test_tanh_form"),
    source="folklore",
)
def derivative_of_the_exact_form(self, x):
    """The exact derivative serves for both forms: the two hardly differ."""
    gate, _ = self._tanh_gate(x) if self.approximate == "tanh" else self._normal_gate(x)
    derivative_gate, slope = self._normal_gate(x)
    self.save_for_backward(x, derivative_gate, slope)
    return x * gate


@misconception(
    "nn.GELU._tanh_gate",
    hint="What is du/dx, term by term?",
    fails=("GELU/test_gradients_with_options", "GELU/test_range", "GELU/test_tanh_form"),
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
    fails=("GELU/test_tanh_form", "GELU/test_gradients_with_options", "GELU/test_values_with_options"),
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
    fails=("GELU/test_tanh_form", "GELU/test_gradients_with_options", "GELU/test_values_with_options"),
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
    fails=("GELU/test_refuses",),
    source="folklore",
)
def any_other_name_is_exact(self, approximate="none"):
    """Whatever is not "tanh" means the exact form."""
    self.approximate = approximate
