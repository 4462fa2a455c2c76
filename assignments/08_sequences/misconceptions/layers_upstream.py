"""What people believe about what arrives at a layer, and where it goes."""

import numpy as np

from grader.assignment import misconception
from reference.nn.rnn import _layers
from reference.nn.rnncell import given_or_zeros


@misconception(
    "nn.rnn.RNNBase.run_backward",
    hint="h_n is out[-1]. Is its gradient in d_out already?",
    fails=(
        "RNN/test_worked_example",
        "RNN/test_gradients",
        "GRU/test_gradients",
        "GRU/test_gradients_with_options",
        "LSTM/test_gradients",
        "LSTM/test_gradients_with_options",
    ),
    source="folklore",
)
def state_arrives_twice(self, d_out, d_state):
    """What arrives at h_n is added to d_out at the last time, and handed to the last step as well."""
    length, shape, dtype = self.saved_values
    cells, size, hidden = shape
    name, layers = type(self).__name__, list(_layers(self))
    [dy] = given_or_zeros(f"d_out of {name}", (d_out,), (length, size, hidden * len(layers[0])), dtype)
    d_after = given_or_zeros(f"d_state of {name}", d_state, shape, dtype)
    d_after = (2 * d_after[0], *d_after[1:])
    initial = [()] * cells
    for layer in reversed(layers):
        sides, dy = np.split(dy, len(layer), axis=2), np.zeros(())
        for side, (row, cell, step) in zip(sides, layer, strict=True):
            dx, initial[row] = cell.unroll_backward(side[::step], tuple(array[row] for array in d_after))
            dy = dy + dx[::step]
    return dy.astype(dtype), tuple(np.stack(arrays).astype(dtype) for arrays in zip(*initial, strict=True))


@misconception(
    "nn.rnn.RNNBase.run_backward",
    hint="May both gradients arrive at once?",
    fails=(
        "RNN/test_worked_example",
        "RNN/test_gradients",
        "GRU/test_gradients",
        "GRU/test_gradients_with_options",
        "LSTM/test_gradients",
        "LSTM/test_gradients_with_options",
    ),
    source="folklore",
)
def out_is_not_needed_with_a_state(self, d_out, d_state):
    """If a gradient of the state is given, it takes the place of d_out."""
    length, shape, dtype = self.saved_values
    cells, size, hidden = shape
    name, layers = type(self).__name__, list(_layers(self))
    [dy] = given_or_zeros(f"d_out of {name}", (d_out,), (length, size, hidden * len(layers[0])), dtype)
    if any(part is not None for part in d_state) and d_out is not None:
        dy = np.zeros_like(dy)
    d_after = given_or_zeros(f"d_state of {name}", d_state, shape, dtype)
    initial = [()] * cells
    for layer in reversed(layers):
        sides, dy = np.split(dy, len(layer), axis=2), np.zeros(())
        for side, (row, cell, step) in zip(sides, layer, strict=True):
            dx, initial[row] = cell.unroll_backward(side[::step], tuple(array[row] for array in d_after))
            dy = dy + dx[::step]
    return dy.astype(dtype), tuple(np.stack(arrays).astype(dtype) for arrays in zip(*initial, strict=True))


@misconception(
    "nn.rnn.RNNBase.run_backward",
    hint="What does truncated backpropagation do with the state, and what does the contract?",
    fails=(
        "RNN/test_worked_example",
        "RNN/test_gradients",
        "GRU/test_gradients",
        "GRU/test_gradients_with_options",
        "LSTM/test_gradients",
        "LSTM/test_gradients_with_options",
    ),
    source="folklore",
)
def state_is_left_to_the_next_piece(self, d_out, d_state):
    """No gradient goes back into h0, as it belongs to what came before."""
    length, shape, dtype = self.saved_values
    cells, size, hidden = shape
    name, layers = type(self).__name__, list(_layers(self))
    [dy] = given_or_zeros(f"d_out of {name}", (d_out,), (length, size, hidden * len(layers[0])), dtype)
    d_after = given_or_zeros(f"d_state of {name}", d_state, shape, dtype)
    initial = [()] * cells
    for layer in reversed(layers):
        sides, dy = np.split(dy, len(layer), axis=2), np.zeros(())
        for side, (row, cell, step) in zip(sides, layer, strict=True):
            dx, initial[row] = cell.unroll_backward(side[::step], tuple(array[row] for array in d_after))
            dy = dy + dx[::step]
    states = tuple(np.zeros(np.shape(arrays), dtype) for arrays in zip(*initial, strict=True))
    return dy.astype(dtype), states


@misconception(
    "nn.rnn.RNNBase.run_backward",
    hint="If nobody uses h_n, what is its gradient?",
    fails=(
        "GRU/test_one_gradient_alone",
        "GRU/test_dtypes",
        "RNN/test_one_gradient_alone",
        "LSTM/test_one_gradient_alone",
        "Network/test_learns_to_remember",
    ),
    source="folklore",
)
def both_gradients_are_needed(self, d_out, d_state):
    """All gradients are always there."""
    length, shape, dtype = self.saved_values
    if d_out is None or any(part is None for part in d_state):
        raise ValueError("d_out and d_state are needed")
    cells, size, hidden = shape
    name, layers = type(self).__name__, list(_layers(self))
    [dy] = given_or_zeros(f"d_out of {name}", (d_out,), (length, size, hidden * len(layers[0])), dtype)
    d_after = given_or_zeros(f"d_state of {name}", d_state, shape, dtype)
    initial = [()] * cells
    for layer in reversed(layers):
        sides, dy = np.split(dy, len(layer), axis=2), np.zeros(())
        for side, (row, cell, step) in zip(sides, layer, strict=True):
            dx, initial[row] = cell.unroll_backward(side[::step], tuple(array[row] for array in d_after))
            dy = dy + dx[::step]
    return dy.astype(dtype), tuple(np.stack(arrays).astype(dtype) for arrays in zip(*initial, strict=True))


@misconception(
    "nn.rnn.RNNBase.run_backward",
    hint="What does NumPy make of a d_out of shape (1, 2, 4)?",
    fails=("RNN/test_refuses", "LSTM/test_refuses", "GRU/test_refuses"),
    source="folklore",
)
def upstream_gradients_are_broadcast(self, d_out, d_state):
    """A gradient that can be broadcast to the right shape fits."""
    length, shape, dtype = self.saved_values
    cells, size, hidden = shape
    layers = list(_layers(self))
    wide = (length, size, hidden * len(layers[0]))
    dy = np.zeros(wide, dtype) if d_out is None else np.broadcast_to(d_out, wide)
    d_after = tuple(np.zeros(shape, dtype) if part is None else np.broadcast_to(part, shape) for part in d_state)
    initial = [()] * cells
    for layer in reversed(layers):
        sides, dy = np.split(dy, len(layer), axis=2), np.zeros(())
        for side, (row, cell, step) in zip(sides, layer, strict=True):
            dx, initial[row] = cell.unroll_backward(side[::step], tuple(array[row] for array in d_after))
            dy = dy + dx[::step]
    return dy.astype(dtype), tuple(np.stack(arrays).astype(dtype) for arrays in zip(*initial, strict=True))


@misconception(
    "nn.rnn.RNNBase.run_backward",
    hint="x is float32. What is dx?",
    fails=("GRU/test_dtypes", "RNN/test_dtypes", "LSTM/test_dtypes"),
    source="folklore",
)
def dx_is_float64(self, d_out, d_state):
    """Gradients are float64, as the weights are."""
    length, shape, dtype = self.saved_values
    cells, size, hidden = shape
    name, layers = type(self).__name__, list(_layers(self))
    [dy] = given_or_zeros(f"d_out of {name}", (d_out,), (length, size, hidden * len(layers[0])), dtype)
    d_after = given_or_zeros(f"d_state of {name}", d_state, shape, dtype)
    initial = [()] * cells
    for layer in reversed(layers):
        sides, dy = np.split(dy, len(layer), axis=2), np.zeros(())
        for side, (row, cell, step) in zip(sides, layer, strict=True):
            dx, initial[row] = cell.unroll_backward(side[::step], tuple(array[row] for array in d_after))
            dy = dy + dx[::step]
    return dy, tuple(np.stack(arrays) for arrays in zip(*initial, strict=True))
