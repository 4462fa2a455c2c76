"""What people believe about layers that read what others give."""

import numpy as np

from grader.assignment import misconception
from reference.nn.rnn import _layers
from reference.nn.rnncell import given_or_zeros


@misconception(
    "nn.rnn.RNNBase.run",
    hint="What does layer 1 read, in both directions?",
    fails=(
        "RNN/test_values_with_options",
        "RNN/test_gradients_with_options",
        "LSTM/test_values_with_options",
        "LSTM/test_gradients_with_options",
        "GRU/test_values_with_options",
        "GRU/test_gradients_with_options",
    ),
    source="folklore",
)
def next_layer_reads_forward_twice(self, x, state):
    """The next layer gets what the forward cell has read, twice."""
    name = type(self).__name__
    if x.ndim != 3 or x.shape[2] != self.input_size or len(x) == 0:
        wanted = f"(L, N, {self.input_size}) with L >= 1"
        raise ValueError(f"x of {name} has shape {x.shape}, but should have shape {wanted}")
    shape = (len(self.cells), x.shape[1], self.hidden_size)
    before = given_or_zeros(f"the state of {name}", state, shape, x.dtype)
    self.save_for_backward(len(x), shape, x.dtype)
    out, finals = x, []
    for layer in _layers(self):
        sides = []
        for row, cell, step in layer:
            side, after = cell.unroll(out[::step], tuple(array[row] for array in before))
            sides.append(side[::step])
            finals.append(after)
        last = sides if row + 1 == len(before[0]) else [sides[0]] * len(sides)
        out = np.concatenate(last, axis=2)
    return out.astype(x.dtype), tuple(np.stack(arrays).astype(x.dtype) for arrays in zip(*finals, strict=True))


@misconception(
    "nn.rnn.RNNBase.run",
    hint="How many layers have a second direction?",
    fails=(
        "LSTM/test_values_with_options",
        "LSTM/test_gradients_with_options",
        "RNN/test_values_with_options",
        "RNN/test_gradients_with_options",
        "GRU/test_values_with_options",
        "GRU/test_gradients_with_options",
    ),
    source="folklore",
)
def only_the_first_layer_has_two_directions(self, x, state):
    """Only the first layer reads both ways; the others read forward, with each of their cells."""
    name = type(self).__name__
    if x.ndim != 3 or x.shape[2] != self.input_size or len(x) == 0:
        wanted = f"(L, N, {self.input_size}) with L >= 1"
        raise ValueError(f"x of {name} has shape {x.shape}, but should have shape {wanted}")
    shape = (len(self.cells), x.shape[1], self.hidden_size)
    before = given_or_zeros(f"the state of {name}", state, shape, x.dtype)
    self.save_for_backward(len(x), shape, x.dtype)
    out, finals = x, []
    for layer in _layers(self):
        sides = []
        for row, cell, step in layer:
            side, after = cell.unroll(out[:: step if row < 2 else 1], tuple(array[row] for array in before))
            sides.append(side[:: step if row < 2 else 1])
            finals.append(after)
        out = np.concatenate(sides, axis=2)
    return out.astype(x.dtype), tuple(np.stack(arrays).astype(x.dtype) for arrays in zip(*finals, strict=True))


@misconception(
    "nn.rnn.RNNBase.run",
    hint="How many of three layers have weights of their own?",
    fails=(
        "RNN/test_values_with_options",
        "RNN/test_gradients_with_options",
        "LSTM/test_values_with_options",
        "LSTM/test_gradients_with_options",
        "GRU/test_values_with_options",
        "GRU/test_gradients_with_options",
    ),
    source="folklore",
)
def weights_of_the_first_layer(self, x, state):
    """All layers after the second use the weights of the second."""
    name = type(self).__name__
    if x.ndim != 3 or x.shape[2] != self.input_size or len(x) == 0:
        wanted = f"(L, N, {self.input_size}) with L >= 1"
        raise ValueError(f"x of {name} has shape {x.shape}, but should have shape {wanted}")
    shape = (len(self.cells), x.shape[1], self.hidden_size)
    before = given_or_zeros(f"the state of {name}", state, shape, x.dtype)
    self.save_for_backward(len(x), shape, x.dtype)
    out, finals = x, []
    for layer in _layers(self):
        sides = []
        for row, cell, step in layer:
            used = cell if row < 2 * len(layer) else self.cells[list(self.cells)[len(layer) + row % len(layer)]]
            side, after = used.unroll(out[::step], tuple(array[row] for array in before))
            sides.append(side[::step])
            finals.append(after)
        out = np.concatenate(sides, axis=2)
    return out.astype(x.dtype), tuple(np.stack(arrays).astype(x.dtype) for arrays in zip(*finals, strict=True))


@misconception(
    "nn.rnn.RNNBase.run",
    hint="Is there a way past a layer?",
    fails=(
        "RNN/test_values_with_options",
        "RNN/test_gradients_with_options",
        "LSTM/test_values_with_options",
        "LSTM/test_gradients_with_options",
        "GRU/test_values_with_options",
        "GRU/test_gradients_with_options",
        "Network/test_learns_to_remember",
    ),
    source="folklore",
)
def layers_add_what_they_read(self, x, state):
    """A layer after the first adds what it has read."""
    name = type(self).__name__
    if x.ndim != 3 or x.shape[2] != self.input_size or len(x) == 0:
        wanted = f"(L, N, {self.input_size}) with L >= 1"
        raise ValueError(f"x of {name} has shape {x.shape}, but should have shape {wanted}")
    shape = (len(self.cells), x.shape[1], self.hidden_size)
    before = given_or_zeros(f"the state of {name}", state, shape, x.dtype)
    self.save_for_backward(len(x), shape, x.dtype)
    out, finals = x, []
    for layer in _layers(self):
        sides = []
        for row, cell, step in layer:
            side, after = cell.unroll(out[::step], tuple(array[row] for array in before))
            sides.append(side[::step])
            finals.append(after)
        new = np.concatenate(sides, axis=2)
        out = new + out if out.shape == new.shape and row > self.bidirectional else new
    return out.astype(x.dtype), tuple(np.stack(arrays).astype(x.dtype) for arrays in zip(*finals, strict=True))
