"""What people believe about what an LSTM computes."""

import numpy as np

from grader.assignment import misconception
from reference.nn.rnncell import _backward, _forward, _sigmoid


@misconception(
    "nn.LSTMCell.step",
    hint="In PyTorch's weights, which gate has the third block?",
    fails=(
        "LSTMCell/test_worked_example",
        "LSTMCell/test_values",
        "LSTM/test_worked_example",
        "LSTM/test_values",
        "Network/test_learns_to_remember",
    ),
    source="cs231n, assignment 3",
    convention="This is the order i, f, o, g of cs231n; the contract asks for PyTorch's, i, f, g, o.",
)
def gates_in_order_ifog(self, from_x, from_h, state):
    """The blocks are i, f, o, g."""
    c = state[1]
    i, f, o, g = np.split(from_x + from_h, 4, axis=1)
    i, f, g, o = _sigmoid(i), _sigmoid(f), np.tanh(g), _sigmoid(o)
    after = f * c + i * g
    shown = np.tanh(after)
    return (o * shown, after), (i, f, g, o, c, shown)


@misconception(
    "nn.LSTMCell.step",
    hint="In PyTorch's weights, which gate has the first block?",
    fails=(
        "LSTMCell/test_worked_example",
        "LSTMCell/test_values",
        "LSTM/test_worked_example",
        "LSTM/test_values",
        "Network/test_learns_to_remember",
    ),
    source="folklore",
    convention="This is the order f, i, g, o; the contract asks for PyTorch's, i, f, g, o.",
)
def gates_in_order_figo(self, from_x, from_h, state):
    """The blocks are f, i, g, o."""
    c = state[1]
    f, i, g, o = np.split(from_x + from_h, 4, axis=1)
    i, f, g, o = _sigmoid(i), _sigmoid(f), np.tanh(g), _sigmoid(o)
    after = f * c + i * g
    shown = np.tanh(after)
    return (o * shown, after), (i, f, g, o, c, shown)


@misconception(
    "nn.LSTMCell.step",
    hint="In PyTorch's weights, which gate has the first block?",
    fails=(
        "LSTMCell/test_worked_example",
        "LSTMCell/test_values",
        "LSTM/test_worked_example",
        "LSTM/test_values",
        "Network/test_learns_to_remember",
    ),
    source="Deep Learning from Scratch 2",
    convention=(
        'This is the order f, g, i, o of the book "Deep Learning from Scratch 2"; the contract asks for PyTorch\'s, i,'
        " f, g, o."
    ),
)
def gates_in_order_fgio(self, from_x, from_h, state):
    """The blocks are f, g, i, o."""
    c = state[1]
    f, g, i, o = np.split(from_x + from_h, 4, axis=1)
    i, f, g, o = _sigmoid(i), _sigmoid(f), np.tanh(g), _sigmoid(o)
    after = f * c + i * g
    shown = np.tanh(after)
    return (o * shown, after), (i, f, g, o, c, shown)


@misconception(
    "nn.LSTMCell.step",
    hint="Rows 0, 4, 8 and so on of a weight, or rows 0 to H - 1: which belong to gate i?",
    fails=(
        "LSTM/test_values",
        "LSTM/test_gradients",
        "LSTMCell/test_values",
        "LSTMCell/test_gradients",
        "Network/test_learns_to_remember",
    ),
    source="folklore",
)
def gates_take_turns(self, from_x, from_h, state):
    """The rows of the gates take turns: i, f, g, o, i, f, g, o and so on."""
    c = state[1]
    i, f, g, o = np.moveaxis((from_x + from_h).reshape(len(c), -1, 4), 2, 0)
    i, f, g, o = _sigmoid(i), _sigmoid(f), np.tanh(g), _sigmoid(o)
    after = f * c + i * g
    shown = np.tanh(after)
    return (o * shown, after), (i, f, g, o, c, shown)


@misconception(
    "nn.LSTMCell.step",
    hint="Can h' of an LSTM be larger than 1?",
    fails=(
        "LSTMCell/test_worked_example",
        "LSTMCell/test_values",
        "LSTM/test_worked_example",
        "LSTM/test_values",
        "Network/test_learns_to_remember",
    ),
    source="folklore",
)
def cell_is_shown_without_tanh(self, from_x, from_h, state):
    """h' = o c'."""
    c = state[1]
    i, f, g, o = np.split(from_x + from_h, 4, axis=1)
    i, f, g, o = _sigmoid(i), _sigmoid(f), np.tanh(g), _sigmoid(o)
    after = f * c + i * g
    return (o * after, after), (i, f, g, o, c, np.tanh(after))


@misconception(
    "nn.LSTMCell.step",
    hint="Can g be negative?",
    fails=(
        "LSTMCell/test_worked_example",
        "LSTMCell/test_values",
        "LSTM/test_worked_example",
        "LSTM/test_values",
        "Network/test_learns_to_remember",
    ),
    source="folklore",
)
def candidate_is_a_gate(self, from_x, from_h, state):
    """All four blocks are gates, and have a sigmoid."""
    c = state[1]
    i, f, g, o = np.split(_sigmoid(from_x + from_h), 4, axis=1)
    after = f * c + i * g
    shown = np.tanh(after)
    return (o * shown, after), (i, f, g, o, c, shown)


@misconception(
    "nn.LSTMCell.step",
    hint="Are i and f bound to each other?",
    fails=(
        "LSTMCell/test_worked_example",
        "LSTMCell/test_values",
        "LSTM/test_worked_example",
        "LSTM/test_values",
        "Network/test_learns_to_remember",
    ),
    source="folklore",
)
def gates_are_coupled(self, from_x, from_h, state):
    """What is forgotten makes room for what is new: c' = f c + (1 - f) g."""
    c = state[1]
    i, f, g, o = np.split(from_x + from_h, 4, axis=1)
    i, f, g, o = _sigmoid(i), _sigmoid(f), np.tanh(g), _sigmoid(o)
    after = f * c + (1 - f) * g
    shown = np.tanh(after)
    return (o * shown, after), (i, f, g, o, c, shown)


@misconception(
    "nn.LSTMCell.step",
    hint="If the gate f is 1, is c kept or dropped?",
    fails=(
        "LSTMCell/test_values",
        "LSTMCell/test_gradients",
        "LSTM/test_values",
        "LSTM/test_gradients",
        "Network/test_learns_to_remember",
    ),
    source="folklore",
)
def forget_gate_forgets(self, from_x, from_h, state):
    """f says how much is forgotten: c' = (1 - f) c + i g."""
    c = state[1]
    i, f, g, o = np.split(from_x + from_h, 4, axis=1)
    i, f, g, o = _sigmoid(i), _sigmoid(f), np.tanh(g), _sigmoid(o)
    after = (1 - f) * c + i * g
    shown = np.tanh(after)
    return (o * shown, after), (i, f, g, o, c, shown)


@misconception(
    "nn.LSTMCell.step",
    hint="With all weights and biases 0, what is f?",
    fails=(
        "LSTMCell/test_worked_example",
        "LSTMCell/test_values",
        "LSTM/test_worked_example",
        "LSTM/test_values",
        "Network/test_learns_to_remember",
    ),
    source="folklore",
    convention="This is the form with unit_forget_bias; the contract asks for PyTorch's, in which f is as the others.",
)
def forget_gate_begins_open(self, from_x, from_h, state):
    """The gate f has 1 added to its sum, so that it begins open."""
    c = state[1]
    i, f, g, o = np.split(from_x + from_h, 4, axis=1)
    i, f, g, o = _sigmoid(i), _sigmoid(f + 1), np.tanh(g), _sigmoid(o)
    after = f * c + i * g
    shown = np.tanh(after)
    return (o * shown, after), (i, f, g, o, c, shown)


@misconception(
    "nn.LSTMCell.step",
    hint="Which of the two arrays is shown to other layers?",
    fails=(
        "LSTMCell/test_worked_example",
        "LSTMCell/test_values",
        "LSTM/test_worked_example",
        "LSTM/test_values",
        "Network/test_learns_to_remember",
    ),
    source="folklore",
)
def states_change_places(self, from_x, from_h, state):
    """The state is (c', h')."""
    c = state[1]
    i, f, g, o = np.split(from_x + from_h, 4, axis=1)
    i, f, g, o = _sigmoid(i), _sigmoid(f), np.tanh(g), _sigmoid(o)
    after = f * c + i * g
    shown = np.tanh(after)
    return (after, o * shown), (i, f, g, o, c, shown)


@misconception(
    "nn.LSTMCell.step",
    hint="Which cell does the gate o look at: the old or the new one?",
    fails=(
        "LSTMCell/test_worked_example",
        "LSTMCell/test_values",
        "LSTM/test_worked_example",
        "LSTM/test_values",
        "Network/test_learns_to_remember",
    ),
    source="folklore",
)
def old_cell_is_shown(self, from_x, from_h, state):
    """h' = o tanh(c), with the cell before this step."""
    c = state[1]
    i, f, g, o = np.split(from_x + from_h, 4, axis=1)
    i, f, g, o = _sigmoid(i), _sigmoid(f), np.tanh(g), _sigmoid(o)
    return (o * np.tanh(c), f * c + i * g), (i, f, g, o, c, np.tanh(c))


@misconception(
    "nn.LSTMCell.step",
    hint="Is there a bound for c?",
    fails=(
        "LSTMCell/test_worked_example",
        "LSTMCell/test_values",
        "LSTM/test_worked_example",
        "LSTM/test_values",
        "Network/test_learns_to_remember",
    ),
    source="folklore",
)
def cell_is_squashed(self, from_x, from_h, state):
    """The cell stays between -1 and 1, as it passes through a tanh at each step."""
    c = state[1]
    i, f, g, o = np.split(from_x + from_h, 4, axis=1)
    i, f, g, o = _sigmoid(i), _sigmoid(f), np.tanh(g), _sigmoid(o)
    after = np.tanh(f * c + i * g)
    return (o * after, after), (i, f, g, o, c, after)


@misconception(
    "nn.LSTMCell.forward",
    hint="Which two arrays does a step begin with?",
    fails=("LSTMCell/test_worked_example", "LSTMCell/test_values", "LSTM/test_worked_example"),
    source="folklore",
)
def cell_begins_with_zeros(self, x, state=None):
    """h may be given, and c begins with zeros."""
    h = None if state is None else state[0]
    return _forward(self, x, (h, None))


@misconception(
    "nn.LSTMCell.forward",
    hint="A cell is called again. Does it remember?",
    fails=("LSTMCell/test_no_state",),
    source="folklore",
)
def cell_remembers(self, x, state=None):
    """If no state is given, the cell goes on with the last one."""
    if state is None and getattr(self, "last", None) is not None and self.last[0].shape[0] == len(x):
        state = self.last
    self.last = _forward(self, x, state or (None, None))
    return tuple(array.copy() for array in self.last)


@misconception(
    "nn.LSTMCell.backward",
    hint="If nobody uses c', what is its gradient?",
    fails=("LSTMCell/test_one_gradient_alone",),
    source="folklore",
)
def both_gradients_are_needed(self, dh, dc=None):
    """Both gradients are always there."""
    if dh is None or dc is None:
        raise ValueError("dh and dc are needed")
    dx, *d_state = _backward(self, (dh, dc))
    return dx, tuple(d_state)


@misconception(
    "nn.LSTMCell.backward",
    hint="In which order do the two states go in, and their gradients come out?",
    fails=(
        "LSTMCell/test_worked_example",
        "LSTMCell/test_gradients",
        "LSTMCell/test_gradients_with_options",
        "LSTMCell/test_no_state",
    ),
    source="folklore",
)
def gradients_change_places(self, dh, dc=None):
    """The gradients are (dx, (dc, dh))."""
    dx, dh, dc = _backward(self, (dh, dc))
    return dx, (dc, dh)


@misconception(
    "nn.LSTMCell.backward",
    hint="What does forward take: three arrays, or x and a pair?",
    fails=(
        "LSTMCell/test_worked_example",
        "LSTMCell/test_gradients",
        "LSTMCell/test_gradients_with_options",
        "LSTMCell/test_no_state",
    ),
    source="folklore",
)
def gradients_are_flat(self, dh, dc=None):
    """backward returns (dx, dh, dc)."""
    return _backward(self, (dh, dc))
