"""What people believe about what a gated recurrent unit computes."""

import numpy as np

from grader.assignment import misconception
from reference.nn.rnncell import _sigmoid


@misconception(
    "nn.GRUCell.step",
    hint="With z = 1, should the state stay, or be replaced?",
    fails=(
        "GRUCell/test_worked_example",
        "GRUCell/test_values",
        "GRU/test_values",
        "GRU/test_gradients",
        "Network/test_learns_to_remember",
    ),
    source="keras-team/keras issue #14649",
    convention="This is the form of the paper's first version; the contract asks for PyTorch's, (1 - z) n + z h.",
)
def update_gate_updates(self, from_x, from_h, state):
    """h' = z n + (1 - z) h."""
    [h] = state
    size = h.shape[1]
    r, z = np.split(_sigmoid(from_x[:, : 2 * size] + from_h[:, : 2 * size]), 2, axis=1)
    v = from_h[:, 2 * size :]
    n = np.tanh(from_x[:, 2 * size :] + r * v)
    return (z * n + (1 - z) * h,), (r, z, n, v, h)


@misconception(
    "nn.GRUCell.step",
    hint="In PyTorch's weights, which gate has the first block?",
    fails=(
        "GRUCell/test_worked_example",
        "GRUCell/test_values",
        "GRU/test_values",
        "GRU/test_gradients",
        "Network/test_learns_to_remember",
    ),
    source="keras-team/keras, GRU",
    convention="This is the order z, r, n of Keras; the contract asks for PyTorch's, r, z, n.",
)
def gates_in_order_zrn(self, from_x, from_h, state):
    """The blocks are z, r, n."""
    [h] = state
    size = h.shape[1]
    z, r = np.split(_sigmoid(from_x[:, : 2 * size] + from_h[:, : 2 * size]), 2, axis=1)
    v = from_h[:, 2 * size :]
    n = np.tanh(from_x[:, 2 * size :] + r * v)
    return ((1 - z) * n + z * h,), (r, z, n, v, h)


@misconception(
    "nn.GRUCell.step",
    hint="In PyTorch's weights, which block is n?",
    fails=(
        "GRUCell/test_worked_example",
        "GRUCell/test_values",
        "GRU/test_values",
        "GRU/test_gradients",
        "Network/test_learns_to_remember",
    ),
    source="folklore",
)
def candidate_comes_first(self, from_x, from_h, state):
    """The blocks are n, r, z."""
    [h] = state
    size = h.shape[1]
    r, z = np.split(_sigmoid(from_x[:, size:] + from_h[:, size:]), 2, axis=1)
    v = from_h[:, :size]
    n = np.tanh(from_x[:, :size] + r * v)
    return ((1 - z) * n + z * h,), (r, z, n, v, h)


@misconception(
    "nn.GRUCell.step",
    hint="What exactly is multiplied by r?",
    fails=(
        "GRUCell/test_worked_example",
        "GRUCell/test_values",
        "GRU/test_values",
        "GRU/test_gradients",
        "Network/test_learns_to_remember",
    ),
    source="folklore",
)
def reset_gate_multiplies_x_too(self, from_x, from_h, state):
    """r multiplies the whole sum: n = tanh(r (u + v))."""
    [h] = state
    size = h.shape[1]
    r, z = np.split(_sigmoid(from_x[:, : 2 * size] + from_h[:, : 2 * size]), 2, axis=1)
    v = from_h[:, 2 * size :]
    n = np.tanh(r * (from_x[:, 2 * size :] + v))
    return ((1 - z) * n + z * h,), (r, z, n, v, h)


@misconception(
    "nn.GRUCell.step",
    hint="Can n be negative?",
    fails=(
        "GRUCell/test_worked_example",
        "GRUCell/test_values",
        "GRU/test_values",
        "GRU/test_gradients",
        "Network/test_learns_to_remember",
    ),
    source="folklore",
)
def candidate_is_a_gate(self, from_x, from_h, state):
    """The candidate is a gate as the others, with a sigmoid."""
    [h] = state
    size = h.shape[1]
    r, z = np.split(_sigmoid(from_x[:, : 2 * size] + from_h[:, : 2 * size]), 2, axis=1)
    v = from_h[:, 2 * size :]
    n = _sigmoid(from_x[:, 2 * size :] + r * v)
    return ((1 - z) * n + z * h,), (r, z, n, v, h)


@misconception(
    "nn.GRUCell.step",
    hint="Is there a state without the gate r?",
    fails=(
        "GRUCell/test_worked_example",
        "GRUCell/test_values",
        "GRU/test_values",
        "GRU/test_gradients",
        "Network/test_learns_to_remember",
    ),
    source="folklore",
)
def no_reset_gate(self, from_x, from_h, state):
    """r is left out: n = tanh(u + v)."""
    [h] = state
    size = h.shape[1]
    r, z = np.split(_sigmoid(from_x[:, : 2 * size] + from_h[:, : 2 * size]), 2, axis=1)
    v = from_h[:, 2 * size :]
    n = np.tanh(from_x[:, 2 * size :] + v)
    return ((1 - z) * n + z * h,), (np.ones_like(r), z, n, v, h)


@misconception(
    "nn.GRUCell.step",
    hint="Does a GRU squash its new state once more?",
    fails=(
        "GRUCell/test_worked_example",
        "GRUCell/test_values",
        "GRU/test_values",
        "GRU/test_gradients",
        "Network/test_learns_to_remember",
    ),
    source="folklore",
)
def new_state_is_squashed(self, from_x, from_h, state):
    """The new state is tanh((1 - z) n + z h)."""
    [h] = state
    size = h.shape[1]
    r, z = np.split(_sigmoid(from_x[:, : 2 * size] + from_h[:, : 2 * size]), 2, axis=1)
    v = from_h[:, 2 * size :]
    n = np.tanh(from_x[:, 2 * size :] + r * v)
    return (np.tanh((1 - z) * n + z * h),), (r, z, n, v, h)


@misconception(
    "nn.GRUCell.step",
    hint="What is the old state worth, if z is 1/2?",
    fails=(
        "GRUCell/test_worked_example",
        "GRUCell/test_values",
        "GRU/test_values",
        "GRU/test_gradients",
        "Network/test_learns_to_remember",
    ),
    source="folklore",
)
def old_state_is_kept_whole(self, from_x, from_h, state):
    """The old state is added to: h' = (1 - z) n + h."""
    [h] = state
    size = h.shape[1]
    r, z = np.split(_sigmoid(from_x[:, : 2 * size] + from_h[:, : 2 * size]), 2, axis=1)
    v = from_h[:, 2 * size :]
    n = np.tanh(from_x[:, 2 * size :] + r * v)
    return ((1 - z) * n + h,), (r, z, n, v, h)


@misconception(
    "nn.rnncell._sigmoid",
    hint="What is exp(10000)?",
    fails=("LSTMCell/test_range", "GRUCell/test_range", "LSTM/test_range", "GRU/test_range"),
    source="folklore",
)
def sigmoid_overflows(x):
    """The sigmoid is 1 / (1 + exp(-x)), for every x."""
    return 1 / (1 + np.exp(-x))


@misconception(
    "nn.rnncell._sigmoid",
    hint="Is a sigmoid ever exactly 0, in the numbers that computers have?",
    fails=(
        "LSTMCell/test_range",
        "GRUCell/test_range",
        "LSTM/test_one_gradient_alone",
        "LSTM/test_range",
        "GRU/test_long",
        "GRU/test_range",
    ),
    source="folklore",
)
def sigmoid_is_cut(x):
    """Sums beyond 10 are cut off, as the sigmoid is nearly 0 or 1 there."""
    return 1 / (1 + np.exp(-np.clip(x, -10, 10)))


@misconception(
    "nn.rnncell._sigmoid",
    hint="What is the slope of your sigmoid at 0?",
    fails=(
        "LSTMCell/test_worked_example",
        "LSTMCell/test_values",
        "GRUCell/test_worked_example",
        "GRUCell/test_values",
        "LSTM/test_worked_example",
        "LSTM/test_values",
        "GRU/test_values",
        "GRU/test_gradients",
        "Network/test_learns_to_remember",
    ),
    source="keras-team/keras, recurrent_activation",
    convention="This is the hard sigmoid, which Keras once had here; the contract asks for PyTorch's sigmoid.",
)
def sigmoid_is_hard(x):
    """A hard sigmoid is good enough: x / 6 + 1/2, between 0 and 1."""
    return np.clip(x / 6 + 0.5, 0, 1)
