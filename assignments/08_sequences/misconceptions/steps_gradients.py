"""What people believe about the gradients of weights that are used many times."""

import numpy as np

from grader.assignment import misconception
from reference.nn.module import accumulate_grad
from reference.nn.rnncell import _accumulate


@misconception(
    "nn.rnncell._accumulate",
    hint="Where does 1/L belong: in a layer, or in the loss?",
    fails=(
        "RNN/test_worked_example",
        "RNN/test_gradients",
        "GRU/test_gradients",
        "GRU/test_gradients_with_options",
        "LSTM/test_gradients",
        "LSTM/test_gradients_with_options",
        "Network/test_learns_to_remember",
    ),
    source="folklore",
)
def mean_over_the_times(dy, x, weight, bias):
    """Gradients of weights are means over the times."""
    rows = dy.reshape(-1, dy.shape[2]) / len(dy)
    accumulate_grad(weight, rows.T @ x.reshape(-1, x.shape[2]))
    if bias is not None:
        accumulate_grad(bias, rows.sum(axis=0))


@misconception(
    "nn.rnncell._accumulate",
    hint="Run one sequence, and the same one twice. How do the two gradients compare?",
    fails=(
        "RNNCell/test_gradients",
        "RNNCell/test_gradients_with_options",
        "LSTMCell/test_gradients",
        "LSTMCell/test_gradients_with_options",
        "GRUCell/test_gradients",
        "GRUCell/test_gradients_with_options",
        "RNN/test_gradients",
        "RNN/test_gradients_with_options",
        "LSTM/test_gradients",
        "LSTM/test_gradients_with_options",
        "GRU/test_gradients",
        "GRU/test_gradients_with_options",
        "Network/test_learns_to_remember",
    ),
    source="folklore",
)
def mean_over_the_batch(dy, x, weight, bias):
    """Gradients of weights are means over the batch."""
    rows = dy.reshape(-1, dy.shape[2]) / max(dy.shape[1], 1)
    accumulate_grad(weight, rows.T @ x.reshape(-1, x.shape[2]))
    if bias is not None:
        accumulate_grad(bias, rows.sum(axis=0))


@misconception(
    "nn.rnncell._accumulate",
    hint="Two batches, then one step: which gradients does it use?",
    fails=(
        "RNN/test_used_again",
        "GRU/test_used_again",
        "GRU/test_in_pieces",
        "RNNCell/test_used_again",
        "LSTMCell/test_used_again",
        "GRUCell/test_used_again",
        "LSTM/test_used_again",
    ),
    source="folklore",
)
def gradients_are_replaced(dy, x, weight, bias):
    """The gradients of this backward take the place of those before."""
    rows = dy.reshape(-1, dy.shape[2])
    weight.grad = (rows.T @ x.reshape(-1, x.shape[2])).astype(weight.data.dtype)
    if bias is not None:
        bias.grad = rows.sum(axis=0).astype(bias.data.dtype)


@misconception(
    "nn.rnncell._accumulate",
    hint="How often is a weight used, in a sequence of five steps?",
    fails=(
        "RNN/test_worked_example",
        "RNN/test_gradients",
        "GRU/test_gradients",
        "GRU/test_gradients_with_options",
        "LSTM/test_gradients",
        "LSTM/test_gradients_with_options",
        "Network/test_learns_to_remember",
    ),
    source="folklore",
)
def first_step_alone(dy, x, weight, bias):
    """Weights get the gradient of the first step, at which going back ends."""
    accumulate_grad(weight, dy[0].T @ x[0])
    if bias is not None:
        accumulate_grad(bias, dy[0].sum(axis=0))


@misconception(
    "nn.rnncell._accumulate",
    hint="How often is a weight used, in a sequence of five steps?",
    fails=(
        "RNN/test_worked_example",
        "RNN/test_gradients",
        "GRU/test_gradients",
        "GRU/test_gradients_with_options",
        "LSTM/test_gradients",
        "LSTM/test_gradients_with_options",
        "Network/test_learns_to_remember",
    ),
    source="folklore",
)
def last_step_alone(dy, x, weight, bias):
    """Weights get the gradient of the last step."""
    accumulate_grad(weight, dy[-1].T @ x[-1])
    if bias is not None:
        accumulate_grad(bias, dy[-1].sum(axis=0))


@misconception(
    "nn.rnncell._accumulate",
    hint="How often is a bias used, in a sequence of five steps?",
    fails=(
        "RNN/test_worked_example",
        "RNN/test_gradients",
        "LSTM/test_gradients",
        "LSTM/test_gradients_with_options",
        "GRU/test_gradients",
        "GRU/test_gradients_with_options",
        "Network/test_learns_to_remember",
    ),
    source="folklore",
)
def bias_of_one_step(dy, x, weight, bias):
    """A bias is there once, so it gets the gradient of one step."""
    accumulate_grad(weight, dy.reshape(-1, dy.shape[2]).T @ x.reshape(-1, x.shape[2]))
    if bias is not None:
        accumulate_grad(bias, dy[-1].sum(axis=0))


@misconception(
    "nn.rnncell._accumulate",
    hint="How many sequences make a difference to a bias?",
    fails=(
        "RNNCell/test_gradients",
        "RNNCell/test_no_state",
        "LSTMCell/test_gradients",
        "LSTMCell/test_no_state",
        "GRUCell/test_gradients",
        "GRUCell/test_no_state",
        "RNN/test_gradients",
        "RNN/test_gradients_with_options",
        "LSTM/test_gradients",
        "LSTM/test_gradients_with_options",
        "GRU/test_gradients",
        "GRU/test_gradients_with_options",
        "Network/test_learns_to_remember",
    ),
    source="folklore",
)
def bias_of_one_sequence(dy, x, weight, bias):
    """The gradient of a bias is that of the first sequence."""
    accumulate_grad(weight, dy.reshape(-1, dy.shape[2]).T @ x.reshape(-1, x.shape[2]))
    if bias is not None:
        accumulate_grad(bias, dy[:, :1].sum(axis=(0, 1)))


@misconception(
    "nn.rnncell._accumulate",
    hint="x[0] goes with which dy?",
    fails=(
        "RNN/test_gradients",
        "RNN/test_gradients_with_options",
        "LSTM/test_gradients",
        "LSTM/test_gradients_with_options",
        "GRU/test_gradients",
        "GRU/test_gradients_with_options",
        "Network/test_learns_to_remember",
    ),
    source="folklore",
)
def rows_in_another_order(dy, x, weight, bias):
    """Rows of x are put together sequence by sequence, those of dy time by time."""
    rows = dy.reshape(-1, dy.shape[2])
    accumulate_grad(weight, rows.T @ x.swapaxes(0, 1).reshape(-1, x.shape[2]))
    if bias is not None:
        accumulate_grad(bias, rows.sum(axis=0))


@misconception(
    "nn.rnncell._accumulate",
    hint="A weight of H rows and H columns: which index belongs to dy?",
    fails=(
        "RNNCell/test_gradients",
        "RNNCell/test_gradients_with_options",
        "GRUCell/test_sizes",
        "RNN/test_gradients",
        "RNN/test_gradients_with_options",
        "GRU/test_sizes",
    ),
    source="folklore",
)
def square_weights_are_transposed(dy, x, weight, bias):
    """A gradient is x^T dy, transposed only if its shape is wrong."""
    rows = dy.reshape(-1, dy.shape[2])
    gradient = x.reshape(-1, x.shape[2]).T @ rows
    accumulate_grad(weight, gradient if gradient.shape == weight.shape else gradient.T)
    if bias is not None:
        accumulate_grad(bias, rows.sum(axis=0))


@misconception(
    "nn.rnncell._accumulate",
    hint="Which dtype does the gradient of a float32 parameter have?",
    fails=(
        "RNNCell/test_dtypes",
        "LSTMCell/test_dtypes",
        "GRUCell/test_dtypes",
        "RNN/test_dtypes",
        "LSTM/test_dtypes",
        "GRU/test_dtypes",
    ),
    source="folklore",
)
def gradients_are_float64(dy, x, weight, bias):
    """Gradients are float64, whatever the parameter is."""
    rows = dy.reshape(-1, dy.shape[2])
    pairs = [(weight, rows.T @ x.reshape(-1, x.shape[2])), (bias, rows.sum(axis=0))]
    for parameter, gradient in pairs:
        if parameter is not None:
            before = 0 if parameter.grad is None else parameter.grad
            parameter.grad = before + gradient.astype(np.float64)


@misconception(
    "nn.rnncell.RNNCellBase.unroll_backward",
    hint="How many biases are trained?",
    fails=(
        "LSTMCell/test_worked_example",
        "LSTMCell/test_gradients",
        "GRUCell/test_worked_example",
        "GRUCell/test_gradients",
        "RNN/test_worked_example",
        "RNN/test_gradients",
        "RNNCell/test_gradients",
        "RNNCell/test_no_state",
        "LSTM/test_gradients",
        "LSTM/test_gradients_with_options",
        "GRU/test_gradients",
        "GRU/test_gradients_with_options",
        "Network/test_learns_to_remember",
    ),
    source="folklore",
)
def second_bias_is_not_trained(self, d_out, d_state):
    """The two biases add up to one, so only bias_ih has to be trained."""
    x, h, steps = self.saved_values
    d_from_x, d_from_h = [], []
    for saved, dh in zip(reversed(steps), d_out[::-1], strict=True):
        to_x, to_h, before = self.step_backward(saved, (d_state[0] + dh, *d_state[1:]))
        d_state = (before[0] + to_h @ self.weight_hh.data, *before[1:])
        d_from_x.append(to_x)
        d_from_h.append(to_h)
    _accumulate(np.stack(d_from_h[::-1]), h, self.weight_hh, None)
    _accumulate(np.stack(d_from_x[::-1]), x, self.weight_ih, self.bias_ih)
    return np.stack(d_from_x[::-1]) @ self.weight_ih.data, d_state


@misconception(
    "nn.rnncell.RNNCellBase.unroll_backward",
    hint="What does x reach in a step, and by which weight?",
    fails=(
        "LSTMCell/test_worked_example",
        "LSTMCell/test_gradients",
        "GRUCell/test_worked_example",
        "GRUCell/test_gradients",
        "LSTM/test_gradients",
        "LSTM/test_gradients_with_options",
        "GRU/test_gradients",
        "GRU/test_gradients_with_options",
        "Network/test_learns_to_remember",
    ),
    source="folklore",
)
def first_block_alone(self, d_out, d_state):
    """dx goes back through the first gate's block of W_ih."""
    x, h, steps = self.saved_values
    d_from_x, d_from_h, size = [], [], self.hidden_size
    for saved, dh in zip(reversed(steps), d_out[::-1], strict=True):
        to_x, to_h, before = self.step_backward(saved, (d_state[0] + dh, *d_state[1:]))
        d_state = (before[0] + to_h @ self.weight_hh.data, *before[1:])
        d_from_x.append(to_x)
        d_from_h.append(to_h)
    _accumulate(np.stack(d_from_h[::-1]), h, self.weight_hh, self.bias_hh)
    _accumulate(np.stack(d_from_x[::-1]), x, self.weight_ih, self.bias_ih)
    return np.stack(d_from_x[::-1])[..., :size] @ self.weight_ih.data[:size], d_state
