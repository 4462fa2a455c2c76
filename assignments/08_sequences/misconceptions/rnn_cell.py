"""What people believe about one step of a simple recurrent network."""

import numpy as np

from grader.assignment import misconception
from reference.nn.rnncell import _sigmoid


@misconception(
    "nn.RNNCell.step_backward",
    hint="What stands between the sum a and h'?",
    fails=("RNNCell/test_worked_example", "RNNCell/test_gradients", "RNN/test_worked_example", "RNN/test_gradients"),
    source="folklore",
)
def slope_of_tanh_is_missing(self, saved, d_state):
    """The gradient of the sum is that of h'."""
    [dh] = d_state
    return dh, dh, (np.zeros_like(dh),)


@misconception(
    "nn.RNNCell.step_backward",
    hint="What is the derivative of tanh at 0.5, by its value there?",
    fails=("RNNCell/test_worked_example", "RNNCell/test_gradients", "RNN/test_worked_example", "RNN/test_gradients"),
    source="folklore",
)
def slope_without_a_square(self, saved, d_state):
    """The derivative of tanh is 1 - h."""
    [h], [dh] = saved, d_state
    d_sum = dh * (1 - h)
    return d_sum, d_sum, (np.zeros_like(dh),)


@misconception(
    "nn.RNNCell.step_backward",
    hint="Is h the input of tanh, or its output?",
    fails=("RNNCell/test_worked_example", "RNNCell/test_gradients", "RNN/test_worked_example", "RNN/test_gradients"),
    source="folklore",
)
def slope_at_the_state(self, saved, d_state):
    """The derivative of tanh is 1 - tanh(h)^2, where h is the state."""
    [h], [dh] = saved, d_state
    d_sum = dh * (1 - np.tanh(h) ** 2)
    return d_sum, d_sum, (np.zeros_like(dh),)


@misconception(
    "nn.RNNCell.step_backward",
    hint="Which function does the cell bend its sum with?",
    fails=("RNNCell/test_worked_example", "RNNCell/test_gradients", "RNN/test_worked_example", "RNN/test_gradients"),
    source="folklore",
)
def slope_of_a_sigmoid(self, saved, d_state):
    """The derivative is that of a sigmoid, h (1 - h)."""
    [h], [dh] = saved, d_state
    d_sum = dh * h * (1 - h)
    return d_sum, d_sum, (np.zeros_like(dh),)


@misconception(
    "nn.RNNCell.step_backward",
    hint="Does h reach h' by a way without a weight?",
    fails=("RNNCell/test_worked_example", "RNNCell/test_gradients", "RNN/test_worked_example", "RNN/test_gradients"),
    source="folklore",
)
def state_passes_through(self, saved, d_state):
    """The state before also gets dh' itself."""
    [h], [dh] = saved, d_state
    d_sum = dh * (1 - h * h)
    return d_sum, d_sum, (dh,)


@misconception(
    "nn.RNNCell.step",
    hint="Can a state be negative?",
    fails=("RNNCell/test_worked_example", "RNNCell/test_values", "RNN/test_worked_example", "RNN/test_values"),
    source="folklore",
)
def sigmoid_instead_of_tanh(self, from_x, from_h, state):
    """The new state is a sigmoid of the sum."""
    h = _sigmoid(from_x + from_h)
    return (h,), (h,)


@misconception(
    "nn.RNNCell",
    hint="Which function does the cell bend its sum with?",
    fails=("RNNCell/test_worked_example", "RNNCell/test_values", "RNN/test_worked_example", "RNN/test_values"),
    source="folklore",
    convention='This is the form with nonlinearity="relu"; the contract asks for PyTorch\'s default, tanh.',
)
class ReluInsteadOfTanh:
    """The new state is the positive part of the sum."""

    def step(self, from_x, from_h, state):
        h = np.maximum(from_x + from_h, 0)
        return (h,), (h,)

    def step_backward(self, saved, d_state):
        [h], [dh] = saved, d_state
        d_sum = dh * (h > 0)
        return d_sum, d_sum, (np.zeros_like(dh),)


@misconception(
    "nn.RNNCell.step",
    hint="Is tanh(a + b) the same as tanh(a) + tanh(b)?",
    fails=("RNN/test_worked_example", "RNN/test_values", "RNNCell/test_values", "RNNCell/test_gradients"),
    source="folklore",
)
def each_product_is_bent(self, from_x, from_h, state):
    """Both products are bent on their own, and then added."""
    h = np.tanh(from_x) + np.tanh(from_h)
    return (h,), (h,)


@misconception(
    "nn.RNNCell.step",
    hint="What does tanh become for 10000?",
    fails=("RNNCell/test_range", "RNN/test_range"),
    source="folklore",
)
def tanh_by_exponentials(self, from_x, from_h, state):
    """tanh is (exp(a) - exp(-a)) / (exp(a) + exp(-a))."""
    up, down = np.exp(from_x + from_h), np.exp(-(from_x + from_h))
    h = (up - down) / (up + down)
    return (h,), (h,)


@misconception(
    "nn.RNNCell.step",
    hint="Does a state that is large stay as it is?",
    fails=("RNNCell/test_values", "RNNCell/test_gradients", "RNN/test_values", "RNN/test_gradients"),
    source="folklore",
)
def sums_are_cut(self, from_x, from_h, state):
    """Sums beyond 3 are cut off before tanh, which is nearly 1 there."""
    h = np.tanh(np.clip(from_x + from_h, -3, 3))
    return (h,), (h,)
