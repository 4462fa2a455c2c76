"""What people believe about going back through layers and directions."""

import numpy as np

from grader.assignment import misconception
from reference.nn.rnn import _layers
from reference.nn.rnncell import given_or_zeros


@misconception(
    "nn.rnn.RNNBase.run_backward",
    hint="Which dy belongs to the first step of the reverse cell?",
    fails=(
        "RNN/test_gradients_with_options",
        "RNN/test_no_state",
        "LSTM/test_gradients_with_options",
        "LSTM/test_no_state",
        "GRU/test_gradients_with_options",
        "GRU/test_no_state",
        "Network/test_learns_to_remember",
    ),
    source="folklore",
)
def reverse_gradient_is_not_turned(self, d_out, d_state):
    """d_out goes to both cells as it is."""
    length, shape, dtype = self.saved_values
    cells, size, hidden = shape
    name, layers = type(self).__name__, list(_layers(self))
    [dy] = given_or_zeros(f"d_out of {name}", (d_out,), (length, size, hidden * len(layers[0])), dtype)
    d_after = given_or_zeros(f"d_state of {name}", d_state, shape, dtype)
    initial = [()] * cells
    for layer in reversed(layers):
        sides, dy = np.split(dy, len(layer), axis=2), np.zeros(())
        for side, (row, cell, step) in zip(sides, layer, strict=True):
            dx, initial[row] = cell.unroll_backward(side, tuple(array[row] for array in d_after))
            dy = dy + dx[::step]
    return dy.astype(dtype), tuple(np.stack(arrays).astype(dtype) for arrays in zip(*initial, strict=True))


@misconception(
    "nn.rnn.RNNBase.run_backward",
    hint="At which time is dx[0] of the reverse cell?",
    fails=(
        "RNN/test_gradients_with_options",
        "RNN/test_no_state",
        "LSTM/test_gradients_with_options",
        "LSTM/test_no_state",
        "GRU/test_gradients_with_options",
        "GRU/test_no_state",
        "Network/test_learns_to_remember",
    ),
    source="folklore",
)
def reverse_dx_is_not_turned_back(self, d_out, d_state):
    """The two dx are added as they come."""
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
            dy = dy + dx
    return dy.astype(dtype), tuple(np.stack(arrays).astype(dtype) for arrays in zip(*initial, strict=True))


@misconception(
    "nn.rnn.RNNBase.run_backward",
    hint="How often is x read, in both directions?",
    fails=(
        "RNN/test_gradients_with_options",
        "RNN/test_no_state",
        "LSTM/test_gradients_with_options",
        "LSTM/test_no_state",
        "GRU/test_gradients_with_options",
        "GRU/test_no_state",
        "Network/test_learns_to_remember",
    ),
    source="folklore",
)
def forward_dx_alone(self, d_out, d_state):
    """dx is that of the forward cell."""
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
            dy = dy + dx[::step] * (step > 0)
    return dy.astype(dtype), tuple(np.stack(arrays).astype(dtype) for arrays in zip(*initial, strict=True))


@misconception(
    "nn.rnn.RNNBase.run_backward",
    hint="How often is x read, in both directions?",
    fails=(
        "RNN/test_gradients_with_options",
        "RNN/test_no_state",
        "LSTM/test_gradients_with_options",
        "LSTM/test_no_state",
        "GRU/test_gradients_with_options",
        "GRU/test_no_state",
    ),
    source="folklore",
)
def dx_is_a_mean_of_both(self, d_out, d_state):
    """dx is the mean of both directions."""
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
            dy = dy + dx[::step] / len(layer)
    return dy.astype(dtype), tuple(np.stack(arrays).astype(dtype) for arrays in zip(*initial, strict=True))


@misconception(
    "nn.rnn.RNNBase.run_backward",
    hint="Which half of d_out belongs to which cell?",
    fails=(
        "RNN/test_gradients_with_options",
        "RNN/test_no_state",
        "LSTM/test_gradients_with_options",
        "LSTM/test_no_state",
        "GRU/test_gradients_with_options",
        "GRU/test_no_state",
        "Network/test_learns_to_remember",
    ),
    source="folklore",
)
def halves_change_places(self, d_out, d_state):
    """The second half of d_out belongs to the forward cell."""
    length, shape, dtype = self.saved_values
    cells, size, hidden = shape
    name, layers = type(self).__name__, list(_layers(self))
    [dy] = given_or_zeros(f"d_out of {name}", (d_out,), (length, size, hidden * len(layers[0])), dtype)
    d_after = given_or_zeros(f"d_state of {name}", d_state, shape, dtype)
    initial = [()] * cells
    for layer in reversed(layers):
        sides, dy = np.split(dy, len(layer), axis=2), np.zeros(())
        for side, (row, cell, step) in zip(sides[::-1], layer, strict=True):
            dx, initial[row] = cell.unroll_backward(side[::step], tuple(array[row] for array in d_after))
            dy = dy + dx[::step]
    return dy.astype(dtype), tuple(np.stack(arrays).astype(dtype) for arrays in zip(*initial, strict=True))


@misconception(
    "nn.rnn.RNNBase.run_backward",
    hint="Which cell is gone back through first, and which row is its state?",
    fails=(
        "RNN/test_gradients_with_options",
        "RNN/test_no_state",
        "LSTM/test_gradients_with_options",
        "LSTM/test_no_state",
        "GRU/test_gradients_with_options",
        "GRU/test_no_state",
    ),
    source="folklore",
)
def initial_rows_in_the_order_of_going_back(self, d_out, d_state):
    """Gradients of initial states come in the order in which they are computed, the last layer first."""
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
    return dy.astype(dtype), tuple(np.stack(arrays)[::-1].astype(dtype) for arrays in zip(*initial, strict=True))


@misconception(
    "nn.rnn.RNNBase.run_backward",
    hint="Which rows of h_n may somebody use?",
    fails=(
        "RNN/test_gradients_with_options",
        "RNN/test_no_state",
        "LSTM/test_gradients_with_options",
        "LSTM/test_no_state",
        "GRU/test_gradients_with_options",
        "GRU/test_no_state",
    ),
    source="folklore",
)
def state_of_the_last_layer_alone(self, d_out, d_state):
    """Only the last layer's final state gets a gradient."""
    length, shape, dtype = self.saved_values
    cells, size, hidden = shape
    name, layers = type(self).__name__, list(_layers(self))
    [dy] = given_or_zeros(f"d_out of {name}", (d_out,), (length, size, hidden * len(layers[0])), dtype)
    d_after = given_or_zeros(f"d_state of {name}", d_state, shape, dtype)
    initial = [()] * cells
    for layer in reversed(layers):
        sides, dy = np.split(dy, len(layer), axis=2), np.zeros(())
        for side, (row, cell, step) in zip(sides, layer, strict=True):
            counts = row >= cells - len(layer)
            dx, initial[row] = cell.unroll_backward(side[::step], tuple(array[row] * counts for array in d_after))
            dy = dy + dx[::step]
    return dy.astype(dtype), tuple(np.stack(arrays).astype(dtype) for arrays in zip(*initial, strict=True))


@misconception(
    "nn.rnn.RNNBase.run_backward",
    hint="Which rows of h_n may somebody use?",
    fails=(
        "RNN/test_gradients_with_options",
        "RNN/test_no_state",
        "LSTM/test_gradients_with_options",
        "LSTM/test_no_state",
        "GRU/test_gradients_with_options",
        "GRU/test_no_state",
    ),
    source="folklore",
)
def state_of_the_forward_cells_alone(self, d_out, d_state):
    """Only the forward cells' final states get a gradient."""
    length, shape, dtype = self.saved_values
    cells, size, hidden = shape
    name, layers = type(self).__name__, list(_layers(self))
    [dy] = given_or_zeros(f"d_out of {name}", (d_out,), (length, size, hidden * len(layers[0])), dtype)
    d_after = given_or_zeros(f"d_state of {name}", d_state, shape, dtype)
    initial = [()] * cells
    for layer in reversed(layers):
        sides, dy = np.split(dy, len(layer), axis=2), np.zeros(())
        for side, (row, cell, step) in zip(sides, layer, strict=True):
            dx, initial[row] = cell.unroll_backward(side[::step], tuple(array[row] * (step > 0) for array in d_after))
            dy = dy + dx[::step]
    return dy.astype(dtype), tuple(np.stack(arrays).astype(dtype) for arrays in zip(*initial, strict=True))


@misconception(
    "nn.rnn.RNNBase.run_backward",
    hint="At which time is the last step of the reverse cell?",
    fails=(
        "RNN/test_both_directions",
        "RNN/test_gradients_with_options",
        "RNN/test_no_state",
        "LSTM/test_gradients_with_options",
        "LSTM/test_no_state",
        "GRU/test_gradients_with_options",
        "GRU/test_no_state",
    ),
    source="folklore",
)
def final_gradients_arrive_at_the_last_time(self, d_out, d_state):
    """What arrives at h_n is added at the last time, in both directions."""
    length, shape, dtype = self.saved_values
    cells, size, hidden = shape
    name, layers = type(self).__name__, list(_layers(self))
    [dy] = given_or_zeros(f"d_out of {name}", (d_out,), (length, size, hidden * len(layers[0])), dtype)
    d_after = given_or_zeros(f"d_state of {name}", d_state, shape, dtype)
    initial = [()] * cells
    for layer in reversed(layers):
        sides, dy = np.split(dy, len(layer), axis=2), np.zeros(())
        for side, (row, cell, step) in zip(sides, layer, strict=True):
            d_last = tuple(array[row] for array in d_after)
            if step < 0:
                side = side.copy()
                side[-1] += d_last[0]
                d_last = tuple(0 * array if i == 0 else array for i, array in enumerate(d_last))
            dx, initial[row] = cell.unroll_backward(side[::step], d_last)
            dy = dy + dx[::step]
    return dy.astype(dtype), tuple(np.stack(arrays).astype(dtype) for arrays in zip(*initial, strict=True))
