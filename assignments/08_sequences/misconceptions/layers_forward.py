"""What people believe about layers and directions."""

import numpy as np

from grader.assignment import misconception
from reference.nn.rnn import PARAMETERS, _layers
from reference.nn.rnncell import given_or_zeros


@misconception(
    "nn.rnn.RNNBase.run",
    hint="At which time does the reversed pass end?",
    fails=(
        "LSTM/test_values_with_options",
        "LSTM/test_gradients_with_options",
        "RNN/test_values_with_options",
        "RNN/test_gradients_with_options",
        "GRU/test_values_with_options",
        "GRU/test_gradients_with_options",
        "Network/test_learns_to_remember",
    ),
    source="folklore",
)
def reverse_is_not_turned_back(self, x, state):
    """What the reverse cell gives is put beside the other in the order in which it was computed."""
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
            sides.append(side)
            finals.append(after)
        out = np.concatenate(sides, axis=2)
    return out.astype(x.dtype), tuple(np.stack(arrays).astype(x.dtype) for arrays in zip(*finals, strict=True))


@misconception(
    "nn.rnn.RNNBase.run",
    hint="In which order does the second cell see the words?",
    fails=(
        "LSTM/test_values_with_options",
        "LSTM/test_gradients_with_options",
        "RNN/test_values_with_options",
        "RNN/test_gradients_with_options",
        "GRU/test_values_with_options",
        "GRU/test_gradients_with_options",
        "Network/test_learns_to_remember",
    ),
    source="folklore",
)
def reverse_reads_forward(self, x, state):
    """The second cell reads the sequence as the first one does, with weights of its own."""
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
        for row, cell, _ in layer:
            side, after = cell.unroll(out, tuple(array[row] for array in before))
            sides.append(side)
            finals.append(after)
        out = np.concatenate(sides, axis=2)
    return out.astype(x.dtype), tuple(np.stack(arrays).astype(x.dtype) for arrays in zip(*finals, strict=True))


@misconception(
    "nn.rnn.RNNBase.run",
    hint="Which axis is time?",
    fails=(
        "LSTM/test_values_with_options",
        "LSTM/test_gradients_with_options",
        "RNN/test_values_with_options",
        "RNN/test_gradients_with_options",
        "GRU/test_values_with_options",
        "GRU/test_gradients_with_options",
        "Network/test_learns_to_remember",
    ),
    source="folklore",
)
def reverse_reads_sequences_in_reverse(self, x, state):
    """The second cell reads x[:, ::-1]."""
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
            side, after = cell.unroll(out[:, ::step], tuple(array[row] for array in before))
            sides.append(side[:, ::step])
            finals.append(after)
        out = np.concatenate(sides, axis=2)
    return out.astype(x.dtype), tuple(np.stack(arrays).astype(x.dtype) for arrays in zip(*finals, strict=True))


@misconception(
    "nn.rnn.RNNBase.run",
    hint="At which time is the last step of the reverse cell?",
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
def final_state_is_at_the_last_time(self, x, state):
    """The final state is out at the last time, in both directions."""
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
            finals.append((side[::step][-1], *after[1:]))
        out = np.concatenate(sides, axis=2)
    return out.astype(x.dtype), tuple(np.stack(arrays).astype(x.dtype) for arrays in zip(*finals, strict=True))


@misconception(
    "nn.rnn.RNNBase.run",
    hint="How many numbers does out[t] have, in both directions?",
    fails=(
        "LSTM/test_values_with_options",
        "LSTM/test_gradients_with_options",
        "RNN/test_values_with_options",
        "RNN/test_gradients_with_options",
        "GRU/test_values_with_options",
        "GRU/test_gradients_with_options",
        "Network/test_learns_to_remember",
    ),
    source="folklore",
    convention='This is merge_mode="sum" of Keras; the contract asks for both directions side by side.',
)
def directions_are_added(self, x, state):
    """Both directions are added."""
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
        out = np.concatenate([sum(sides)] * len(sides), axis=2)
    return out.astype(x.dtype), tuple(np.stack(arrays).astype(x.dtype) for arrays in zip(*finals, strict=True))


@misconception(
    "nn.rnn.RNNBase.run",
    hint="Which half of out[t] belongs to the forward direction?",
    fails=(
        "LSTM/test_values_with_options",
        "LSTM/test_gradients_with_options",
        "RNN/test_values_with_options",
        "RNN/test_gradients_with_options",
        "GRU/test_values_with_options",
        "GRU/test_gradients_with_options",
        "Network/test_learns_to_remember",
    ),
    source="folklore",
)
def reverse_comes_first(self, x, state):
    """out[t] is (h_reverse[t], h_forward[t])."""
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
        out = np.concatenate(sides[::-1], axis=2)
    return out.astype(x.dtype), tuple(np.stack(arrays).astype(x.dtype) for arrays in zip(*finals, strict=True))


@misconception(
    "nn.rnn.RNNBase.run",
    hint="Which numbers of out[t] belong to the forward direction?",
    fails=(
        "LSTM/test_values_with_options",
        "LSTM/test_gradients_with_options",
        "RNN/test_values_with_options",
        "RNN/test_gradients_with_options",
        "GRU/test_values_with_options",
        "GRU/test_gradients_with_options",
        "Network/test_learns_to_remember",
    ),
    source="folklore",
)
def directions_take_turns(self, x, state):
    """Numbers of the two directions take turns in out[t]."""
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
        out = np.stack(sides, axis=3).reshape(*sides[0].shape[:2], -1)
    return out.astype(x.dtype), tuple(np.stack(arrays).astype(x.dtype) for arrays in zip(*finals, strict=True))


@misconception(
    "nn.rnn._layers",
    hint="How many cells are there for a layer, in both directions?",
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
def directions_share_weights(rnn):
    """Both directions share the weights of the forward cell."""
    for name, cell in rnn.cells.items():
        for parameter in PARAMETERS:
            setattr(cell, parameter, getattr(rnn, f"{parameter}_{name.removesuffix('_reverse')}"))
    steps = (1, -1) if rnn.bidirectional else (1,)
    cells = list(rnn.cells.values())
    firsts = range(0, len(cells), len(steps))
    return [[(first + i, cells[first + i], step) for i, step in enumerate(steps)] for first in firsts]
