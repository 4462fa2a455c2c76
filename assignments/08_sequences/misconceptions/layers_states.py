"""What people believe about the states of layers."""

import numpy as np

from grader.assignment import misconception
from reference.nn.rnn import _layers
from reference.nn.rnncell import given_or_zeros


@misconception(
    "nn.rnn.RNNBase.run",
    hint="Row 1 of h0, for two layers in both directions: which layer, which direction?",
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
def rows_by_direction(self, x, state):
    """Rows of a state are first all forward cells, then all reverse ones."""
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
            place = row // 2 + (row % 2) * self.num_layers if self.bidirectional else row
            side, after = cell.unroll(out[::step], tuple(array[place] for array in before))
            sides.append(side[::step])
            finals.append(after)
        out = np.concatenate(sides, axis=2)
    return out.astype(x.dtype), tuple(np.stack(arrays).astype(x.dtype) for arrays in zip(*finals, strict=True))


@misconception(
    "nn.rnn.RNNBase.run",
    hint="Row 1 of h_n, for two layers in both directions: which layer, which direction?",
    fails=(
        "LSTM/test_values_with_options",
        "LSTM/test_no_state",
        "RNN/test_values_with_options",
        "RNN/test_no_state",
        "GRU/test_values_with_options",
        "GRU/test_no_state",
    ),
    source="folklore",
)
def final_rows_by_direction(self, x, state):
    """Final states are first those of all forward cells, then those of all reverse ones."""
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
        out = np.concatenate(sides, axis=2)
    finals = finals[:: 1 + self.bidirectional] + (finals[1::2] if self.bidirectional else [])
    return out.astype(x.dtype), tuple(np.stack(arrays).astype(x.dtype) for arrays in zip(*finals, strict=True))


@misconception(
    "nn.rnn.RNNBase.run",
    hint="For how many layers is h0?",
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
def first_layer_has_the_state(self, x, state):
    """Only the first layer begins with the given state."""
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
            side, after = cell.unroll(out[::step], tuple(array[row] * (row <= self.bidirectional) for array in before))
            sides.append(side[::step])
            finals.append(after)
        out = np.concatenate(sides, axis=2)
    return out.astype(x.dtype), tuple(np.stack(arrays).astype(x.dtype) for arrays in zip(*finals, strict=True))


@misconception(
    "nn.rnn.RNNBase.run",
    hint="For how many layers is h0?",
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
def all_layers_share_a_state(self, x, state):
    """All layers begin with the first row of the state."""
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
        for _, cell, step in layer:
            side, after = cell.unroll(out[::step], tuple(array[int(step < 0)] for array in before))
            sides.append(side[::step])
            finals.append(after)
        out = np.concatenate(sides, axis=2)
    return out.astype(x.dtype), tuple(np.stack(arrays).astype(x.dtype) for arrays in zip(*finals, strict=True))


@misconception(
    "nn.rnn.RNNBase.run",
    hint="Which layer has the first row of a state?",
    fails=(
        "LSTM/test_values_with_options",
        "LSTM/test_no_state",
        "RNN/test_values_with_options",
        "RNN/test_no_state",
        "GRU/test_values_with_options",
        "GRU/test_no_state",
    ),
    source="folklore",
)
def last_layer_first(self, x, state):
    """Rows of the final state begin with the last layer."""
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
        out = np.concatenate(sides, axis=2)
    return out.astype(x.dtype), tuple(np.stack(arrays)[::-1].astype(x.dtype) for arrays in zip(*finals, strict=True))


@misconception(
    "nn.rnn.RNNBase.run",
    hint="Which layers have final states?",
    fails=(
        "LSTM/test_values_with_options",
        "LSTM/test_no_state",
        "RNN/test_values_with_options",
        "RNN/test_no_state",
        "GRU/test_values_with_options",
        "GRU/test_no_state",
    ),
    source="folklore",
)
def last_layer_for_all(self, x, state):
    """h_n is the final state of the last layer, in every row."""
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
        out = np.concatenate(sides, axis=2)
    finals = [finals[len(finals) - 1 - self.bidirectional + i % (1 + self.bidirectional)] for i in range(len(finals))]
    return out.astype(x.dtype), tuple(np.stack(arrays).astype(x.dtype) for arrays in zip(*finals, strict=True))


@misconception(
    "nn.rnn.RNNBase.run",
    hint="x is float32. What is out?",
    fails=("GRU/test_dtypes", "RNN/test_dtypes", "LSTM/test_dtypes"),
    source="folklore",
)
def results_are_float64(self, x, state):
    """States are float64, as the weights are."""
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
        out = np.concatenate(sides, axis=2)
    return out, tuple(np.stack(arrays) for arrays in zip(*finals, strict=True))


@misconception(
    "nn.rnn.RNNBase.run",
    hint="What is the state after no step at all, and what is out?",
    fails=("RNN/test_refuses", "LSTM/test_refuses", "GRU/test_refuses"),
    source="folklore",
)
def nothing_to_read_is_allowed(self, x, state):
    """A sequence of length 0 gives the state that it was given."""
    name = type(self).__name__
    if x.ndim != 3 or x.shape[2] != self.input_size:
        wanted = f"(L, N, {self.input_size}) with L >= 1"
        raise ValueError(f"x of {name} has shape {x.shape}, but should have shape {wanted}")
    shape = (len(self.cells), x.shape[1], self.hidden_size)
    before = given_or_zeros(f"the state of {name}", state, shape, x.dtype)
    if len(x) == 0:
        return np.zeros((0, x.shape[1], self.hidden_size * (1 + self.bidirectional)), x.dtype), before
    self.save_for_backward(len(x), shape, x.dtype)
    out, finals = x, []
    for layer in _layers(self):
        sides = []
        for row, cell, step in layer:
            side, after = cell.unroll(out[::step], tuple(array[row] for array in before))
            sides.append(side[::step])
            finals.append(after)
        out = np.concatenate(sides, axis=2)
    return out.astype(x.dtype), tuple(np.stack(arrays).astype(x.dtype) for arrays in zip(*finals, strict=True))


@misconception(
    "nn.rnn.RNNBase.run",
    hint="What does NumPy make of a state with one row less?",
    fails=("RNN/test_refuses_states", "LSTM/test_refuses_states", "GRU/test_refuses_states"),
    source="folklore",
)
def states_are_broadcast(self, x, state):
    """A state that can be broadcast to the right shape fits."""
    name = type(self).__name__
    if x.ndim != 3 or x.shape[2] != self.input_size or len(x) == 0:
        wanted = f"(L, N, {self.input_size}) with L >= 1"
        raise ValueError(f"x of {name} has shape {x.shape}, but should have shape {wanted}")
    shape = (len(self.cells), x.shape[1], self.hidden_size)
    before = tuple(np.zeros(shape, x.dtype) if part is None else np.broadcast_to(part, shape) for part in state)
    self.save_for_backward(len(x), shape, x.dtype)
    out, finals = x, []
    for layer in _layers(self):
        sides = []
        for row, cell, step in layer:
            side, after = cell.unroll(out[::step], tuple(array[row] for array in before))
            sides.append(side[::step])
            finals.append(after)
        out = np.concatenate(sides, axis=2)
    return out.astype(x.dtype), tuple(np.stack(arrays).astype(x.dtype) for arrays in zip(*finals, strict=True))


@misconception(
    "nn.rnn.RNNBase.run",
    hint="In evaluation, a model is asked about one text, and then about another one. What does it know of the first?",
    fails=("RNN/test_no_state", "LSTM/test_no_state", "GRU/test_no_state"),
    source="folklore",
)
def evaluation_goes_on(self, x, state):
    """In evaluation, a layer that is given no state goes on from where it stopped."""
    name = type(self).__name__
    if x.ndim != 3 or x.shape[2] != self.input_size or len(x) == 0:
        wanted = f"(L, N, {self.input_size}) with L >= 1"
        raise ValueError(f"x of {name} has shape {x.shape}, but should have shape {wanted}")
    shape = (len(self.cells), x.shape[1], self.hidden_size)
    last = vars(self).get("_last", ())
    if not self.training and state[0] is None and last and last[0].shape == shape:
        state = last
    before = given_or_zeros(f"the state of {name}", state, shape, x.dtype)
    self.save_for_backward(len(x), shape, x.dtype)
    out, finals = x, []
    for layer in _layers(self):
        sides = []
        for row, cell, step in layer:
            side, after = cell.unroll(out[::step], tuple(array[row] for array in before))
            sides.append(side[::step])
            finals.append(after)
        out = np.concatenate(sides, axis=2)
    final = tuple(np.stack(arrays).astype(x.dtype) for arrays in zip(*finals, strict=True))
    self._last = () if self.training else tuple(array.copy() for array in final)
    return out.astype(x.dtype), final


@misconception(
    "nn.rnn.RNNBase.run",
    hint="x is float32, and no state is given. What is out?",
    fails=("GRU/test_dtypes", "RNN/test_dtypes", "LSTM/test_dtypes"),
    source="folklore",
)
def missing_state_is_float64(self, x, state):
    """Where no state is given, it is np.zeros(shape)."""
    name = type(self).__name__
    if x.ndim != 3 or x.shape[2] != self.input_size or len(x) == 0:
        wanted = f"(L, N, {self.input_size}) with L >= 1"
        raise ValueError(f"x of {name} has shape {x.shape}, but should have shape {wanted}")
    shape = (len(self.cells), x.shape[1], self.hidden_size)
    before = given_or_zeros(f"the state of {name}", state, shape, np.dtype(float))
    self.save_for_backward(len(x), shape, x.dtype)
    out, finals = x, []
    for layer in _layers(self):
        sides = []
        for row, cell, step in layer:
            side, after = cell.unroll(out[::step], tuple(array[row] for array in before))
            sides.append(side[::step])
            finals.append(after)
        out = np.concatenate(sides, axis=2)
    dtype = np.result_type(x, *before)
    return out.astype(dtype), tuple(np.stack(arrays).astype(dtype) for arrays in zip(*finals, strict=True))
