"""The derivative in place of the chain rule: the same belief about several activations.

ReLU and Tanh have it in files of their own.
"""

import numpy as np

from grader.assignment import misconception
from reference.nn.activation import _sigmoid, _upstream


@misconception(
    "nn.Sigmoid.backward",
    hint="If dy doubles, what should happen to dx?",
    fails=("Sigmoid/test_gradients", "Sigmoid/test_range", "Sigmoid/test_worked_example"),
    source="folklore",
)
def sigmoid_returns_its_derivative(self, dy):
    """Backward of Sigmoid returns its derivative at x."""
    (y,) = self.saved_values
    _upstream(dy, y)
    return y * (1 - y)


@misconception(
    "nn.LeakyReLU.backward",
    hint="If dy doubles, what should happen to dx?",
    fails=("LeakyReLU/test_gradients", "LeakyReLU/test_gradients_with_options"),
    source="folklore",
)
def leaky_relu_returns_its_derivative(self, dy):
    """Backward of LeakyReLU returns its derivative at x."""
    (x,) = self.saved_values
    _upstream(dy, x)
    return np.where(x > 0, 1, self.negative_slope).astype(x.dtype)


@misconception(
    "nn.ELU.backward",
    hint="If dy doubles, what should happen to dx?",
    fails=("ELU/test_gradients", "ELU/test_gradients_with_options"),
    source="folklore",
)
def elu_returns_its_derivative(self, dy):
    """Backward of ELU returns its derivative at x."""
    (x,) = self.saved_values
    _upstream(dy, x)
    return np.where(x > 0, 1, self.alpha * np.exp(np.minimum(x, 0))).astype(x.dtype)


@misconception(
    "nn.Softplus.backward",
    hint="If dy doubles, what should happen to dx?",
    fails=("Softplus/test_gradients", "Softplus/test_gradients_with_options"),
    source="folklore",
)
def softplus_returns_its_derivative(self, dy):
    """Backward of Softplus returns its derivative at x."""
    (x,) = self.saved_values
    _upstream(dy, x)
    return _sigmoid(self.beta * x)


@misconception(
    "nn.SiLU.backward",
    hint="If dy doubles, what should happen to dx?",
    fails=("SiLU/test_gradients", "SiLU/test_range", "SiLU/test_worked_example"),
    source="folklore",
)
def silu_returns_its_derivative(self, dy):
    """Backward of SiLU returns its derivative at x."""
    x, gate = self.saved_values
    _upstream(dy, x)
    return gate * (1 + x * _sigmoid(-x))


@misconception(
    "nn.GELU.backward",
    hint="If dy doubles, what should happen to dx?",
    fails=("GELU/test_gradients", "GELU/test_gradients_with_options"),
    source="folklore",
)
def gelu_returns_its_derivative(self, dy):
    """Backward of GELU returns its derivative at x."""
    x, gate, slope = self.saved_values
    _upstream(dy, x)
    return gate + x * slope
