"""What people believe about Sigmoid."""

import numpy as np

from grader.assignment import misconception
from reference.nn.activation import _sigmoid, _upstream
from reference.nn.module import Module


@misconception(
    "nn.Sigmoid.forward",
    hint="How large is exp(-x) at x = -1000, and what does NumPy say about it?",
    fails=("Sigmoid/test_range",),
    source="github.com/geohot/tinygrad cc605da36d; github.com/oreilly-japan/deep-learning-from-scratch",
)
def exp_never_overflows(self, x):
    """Sigmoid can be computed as its equation stands, for every x."""
    y = 1 / (1 + np.exp(-x))
    self.save_for_backward(y)
    return y.copy()


@misconception(
    "nn.Sigmoid.forward",
    hint="What is the slope of the logistic function at 0, and of yours?",
    fails=("Sigmoid/test_worked_example", "Sigmoid/test_gradients", "Sigmoid/test_values"),
    source="github.com/rushter/MLAlgorithms 31c38db00b",
)
def half_of_tanh_plus_one(self, x):
    """Sigmoid is tanh, raised by one and halved."""
    y = 0.5 * (np.tanh(x) + 1)
    self.save_for_backward(y)
    return y.copy()


@misconception(
    "nn.Sigmoid.backward",
    hint="How steep is the curve far to the left, and what does your formula say there?",
    fails=("Sigmoid/test_gradients", "Sigmoid/test_range", "Sigmoid/test_worked_example"),
    source="stackoverflow 45988293",
)
def derivative_is_one_minus_output(self, dy):
    """The derivative of the sigmoid is 1 - y."""
    (y,) = self.saved_values
    return _upstream(dy, y) * (1 - y)


@misconception(
    "nn.Sigmoid",
    hint="What is your derivative at x = 2? Can the slope of the sigmoid be negative?",
    fails=("Sigmoid/test_gradients", "Sigmoid/test_range", "Sigmoid/test_worked_example"),
    source="iamtrask, A Neural Network in 11 lines of Python (where x stands for the output already)",
)
class derivative_of_the_input(Module):
    """The derivative of the sigmoid is x (1 - x)."""

    def forward(self, x):
        self.save_for_backward(x)
        return _sigmoid(x)

    def backward(self, dy):
        (x,) = self.saved_values
        return _upstream(dy, x) * x * (1 - x)


@misconception(
    "nn.Sigmoid.backward",
    hint="What did forward keep, and what do you do to it in backward?",
    fails=("Sigmoid/test_gradients", "Sigmoid/test_range", "Sigmoid/test_worked_example"),
    source="folklore",
)
def sigmoid_of_the_output(self, dy):
    """Backward first needs the sigmoid of what was kept, and what was kept is y."""
    (y,) = self.saved_values
    s = _sigmoid(y)
    return _upstream(dy, y) * s * (1 - s)


@misconception(
    "nn.Sigmoid.forward",
    hint="A caller writes zeros into the y that you returned: what is the gradient afterwards?",
    fails=("Sigmoid/test_memory",),
    source="folklore",
)
def output_is_kept_and_returned(self, x):
    """The y that backward needs and the y that is returned can be one array."""
    y = _sigmoid(x)
    self.save_for_backward(y)
    return y


@misconception(
    "nn.Sigmoid.backward",
    hint="Two losses may go back through the same forward pass: what does the second backward find?",
    fails=("Sigmoid/test_memory", "Sigmoid/test_used_again"),
    source="folklore (PyTorch frees its graph after a backward pass)",
)
def output_is_used_up(self, dy):
    """What forward kept is needed for one backward only, and is let go after it."""
    (y,) = self.saved_values
    dx = _upstream(dy, y) * y * (1 - y)
    del self._saved
    return dx


@misconception(
    "nn.Sigmoid.forward",
    hint="How small can a probability be in float64, and what is yours at x = -30?",
    fails=("Sigmoid/test_range",),
    source="folklore (an epsilon against log(0) that belongs to a loss)",
)
def probabilities_are_clipped(self, x):
    """A probability is kept away from 0 and 1 by 1e-7, so that its logarithm exists."""
    y = np.clip(_sigmoid(x), 1e-7, 1 - 1e-7)
    self.save_for_backward(y)
    return y.copy()
