"""What people believe about the gradients of an LSTM."""

import numpy as np

from grader.assignment import misconception


@misconception(
    "nn.LSTMCell.step_backward",
    hint="Through which two ways does c' reach the loss?",
    fails=(
        "LSTMCell/test_gradients",
        "LSTMCell/test_gradients_with_options",
        "LSTM/test_gradients",
        "LSTM/test_gradients_with_options",
        "Network/test_learns_to_remember",
    ),
    source="apache/mxnet issue #4057",
)
def cell_gradient_is_not_added(self, saved, d_state):
    """The gradient of c' is what comes through h'."""
    i, f, g, o, c, shown = saved
    dh, _ = d_state
    dc = dh * o * (1 - shown * shown)
    blocks = (dc * g * i * (1 - i), dc * c * f * (1 - f), dc * i * (1 - g * g), dh * shown * o * (1 - o))
    d_sum = np.concatenate(blocks, axis=1)
    return d_sum, d_sum, (np.zeros_like(dh), dc * f)


@misconception(
    "nn.LSTMCell.step_backward",
    hint="Does h' depend on c'?",
    fails=(
        "LSTMCell/test_worked_example",
        "LSTMCell/test_gradients",
        "LSTM/test_gradients",
        "LSTM/test_gradients_with_options",
        "Network/test_learns_to_remember",
    ),
    source="folklore",
)
def cell_gets_nothing_from_h(self, saved, d_state):
    """The gradient of c' is what arrives for c'."""
    i, f, g, o, c, shown = saved
    dh, dc = d_state
    blocks = (dc * g * i * (1 - i), dc * c * f * (1 - f), dc * i * (1 - g * g), dh * shown * o * (1 - o))
    d_sum = np.concatenate(blocks, axis=1)
    return d_sum, d_sum, (np.zeros_like(dh), dc * f)


@misconception(
    "nn.LSTMCell.step_backward",
    hint="What stands between c' and h'?",
    fails=(
        "LSTMCell/test_worked_example",
        "LSTMCell/test_gradients",
        "LSTM/test_gradients",
        "LSTM/test_gradients_with_options",
        "Network/test_learns_to_remember",
    ),
    source="folklore",
)
def slope_of_tanh_is_missing(self, saved, d_state):
    """h' = o tanh(c') has the derivative o by c'."""
    i, f, g, o, c, shown = saved
    dh, dc = d_state
    dc = dc + dh * o
    blocks = (dc * g * i * (1 - i), dc * c * f * (1 - f), dc * i * (1 - g * g), dh * shown * o * (1 - o))
    d_sum = np.concatenate(blocks, axis=1)
    return d_sum, d_sum, (np.zeros_like(dh), dc * f)


@misconception(
    "nn.LSTMCell.step_backward",
    hint="Is f the input of the sigmoid, or its output?",
    fails=(
        "LSTMCell/test_worked_example",
        "LSTMCell/test_gradients",
        "LSTM/test_gradients",
        "LSTM/test_gradients_with_options",
        "Network/test_learns_to_remember",
    ),
    source="CaptainE/RNN-LSTM-in-numpy issue #1",
)
def slopes_of_gates_are_missing(self, saved, d_state):
    """The gradient of a gate's sum is that of the gate."""
    i, f, g, o, c, shown = saved
    dh, dc = d_state
    dc = dc + dh * o * (1 - shown * shown)
    blocks = (dc * g, dc * c, dc * i * (1 - g * g), dh * shown)
    d_sum = np.concatenate(blocks, axis=1)
    return d_sum, d_sum, (np.zeros_like(dh), dc * f)


@misconception(
    "nn.LSTMCell.step_backward",
    hint="Which function made g?",
    fails=(
        "LSTMCell/test_worked_example",
        "LSTMCell/test_gradients",
        "LSTM/test_gradients",
        "LSTM/test_gradients_with_options",
        "Network/test_learns_to_remember",
    ),
    source="folklore",
)
def candidate_has_the_slope_of_a_gate(self, saved, d_state):
    """All four blocks have the slope of a sigmoid."""
    i, f, g, o, c, shown = saved
    dh, dc = d_state
    dc = dc + dh * o * (1 - shown * shown)
    blocks = (dc * g * i * (1 - i), dc * c * f * (1 - f), dc * i * g * (1 - g), dh * shown * o * (1 - o))
    d_sum = np.concatenate(blocks, axis=1)
    return d_sum, d_sum, (np.zeros_like(dh), dc * f)


@misconception(
    "nn.LSTMCell.step_backward",
    hint="What does o multiply in h'?",
    fails=(
        "LSTMCell/test_worked_example",
        "LSTMCell/test_gradients",
        "LSTM/test_gradients",
        "LSTM/test_gradients_with_options",
        "Network/test_learns_to_remember",
    ),
    source="folklore",
)
def output_gate_without_tanh(self, saved, d_state):
    """The gradient of o is dh' c'."""
    i, f, g, o, c, shown = saved
    dh, dc = d_state
    dc = dc + dh * o * (1 - shown * shown)
    cell = f * c + i * g
    blocks = (dc * g * i * (1 - i), dc * c * f * (1 - f), dc * i * (1 - g * g), dh * cell * o * (1 - o))
    d_sum = np.concatenate(blocks, axis=1)
    return d_sum, d_sum, (np.zeros_like(dh), dc * f)


@misconception(
    "nn.LSTMCell.step_backward",
    hint="What does f multiply: the old cell or the new one?",
    fails=(
        "LSTMCell/test_worked_example",
        "LSTMCell/test_gradients",
        "LSTM/test_gradients",
        "LSTM/test_gradients_with_options",
        "Network/test_learns_to_remember",
    ),
    source="folklore",
)
def forget_gate_sees_the_new_cell(self, saved, d_state):
    """The gradient of f is that of c' times c'."""
    i, f, g, o, c, shown = saved
    dh, dc = d_state
    dc = dc + dh * o * (1 - shown * shown)
    cell = f * c + i * g
    blocks = (dc * g * i * (1 - i), dc * cell * f * (1 - f), dc * i * (1 - g * g), dh * shown * o * (1 - o))
    d_sum = np.concatenate(blocks, axis=1)
    return d_sum, d_sum, (np.zeros_like(dh), dc * f)


@misconception(
    "nn.LSTMCell.step_backward",
    hint="d(uv)/du is which of the two?",
    fails=(
        "LSTMCell/test_worked_example",
        "LSTMCell/test_gradients",
        "LSTM/test_gradients",
        "LSTM/test_gradients_with_options",
        "Network/test_learns_to_remember",
    ),
    source="github.com/AkiRusProd/numpy-nn-model ec7c622471",
)
def factors_change_places(self, saved, d_state):
    """The gradient of i is that of c' times i, and the gradient of g that of c' times g."""
    i, f, g, o, c, shown = saved
    dh, dc = d_state
    dc = dc + dh * o * (1 - shown * shown)
    blocks = (dc * i * i * (1 - i), dc * c * f * (1 - f), dc * g * (1 - g * g), dh * shown * o * (1 - o))
    d_sum = np.concatenate(blocks, axis=1)
    return d_sum, d_sum, (np.zeros_like(dh), dc * f)


@misconception(
    "nn.LSTMCell.step_backward",
    hint="By which factor does c reach c'?",
    fails=(
        "LSTMCell/test_worked_example",
        "LSTMCell/test_gradients",
        "LSTM/test_gradients",
        "LSTM/test_gradients_with_options",
        "Network/test_learns_to_remember",
    ),
    source="folklore",
)
def cell_passes_without_f(self, saved, d_state):
    """The cell before gets the whole gradient of c': that is why gradients do not vanish."""
    i, f, g, o, c, shown = saved
    dh, dc = d_state
    dc = dc + dh * o * (1 - shown * shown)
    blocks = (dc * g * i * (1 - i), dc * c * f * (1 - f), dc * i * (1 - g * g), dh * shown * o * (1 - o))
    d_sum = np.concatenate(blocks, axis=1)
    return d_sum, d_sum, (np.zeros_like(dh), dc)


@misconception(
    "nn.LSTMCell.step_backward",
    hint="After one step back, which gradients does the step before need?",
    fails=(
        "LSTMCell/test_worked_example",
        "LSTMCell/test_gradients",
        "LSTM/test_gradients",
        "LSTM/test_gradients_with_options",
        "Network/test_learns_to_remember",
    ),
    source="folklore",
)
def cell_is_not_handed_back(self, saved, d_state):
    """Only h hands a gradient back."""
    i, f, g, o, c, shown = saved
    dh, dc = d_state
    dc = dc + dh * o * (1 - shown * shown)
    blocks = (dc * g * i * (1 - i), dc * c * f * (1 - f), dc * i * (1 - g * g), dh * shown * o * (1 - o))
    d_sum = np.concatenate(blocks, axis=1)
    return d_sum, d_sum, (np.zeros_like(dh), np.zeros_like(dc))


@misconception(
    "nn.LSTMCell.step_backward",
    hint="In which order did forward cut the blocks?",
    fails=(
        "LSTMCell/test_worked_example",
        "LSTMCell/test_gradients",
        "LSTM/test_gradients",
        "LSTM/test_gradients_with_options",
        "Network/test_learns_to_remember",
    ),
    source="folklore",
)
def gradients_in_another_order(self, saved, d_state):
    """The gradients of the blocks are put together as i, f, o, g."""
    i, f, g, o, c, shown = saved
    dh, dc = d_state
    dc = dc + dh * o * (1 - shown * shown)
    blocks = (dc * g * i * (1 - i), dc * c * f * (1 - f), dh * shown * o * (1 - o), dc * i * (1 - g * g))
    d_sum = np.concatenate(blocks, axis=1)
    return d_sum, d_sum, (np.zeros_like(dh), dc * f)


@misconception(
    "nn.LSTMCell.step_backward",
    hint="For which gradients is dc' needed: for all, or only for c?",
    fails=(
        "LSTMCell/test_gradients",
        "LSTMCell/test_gradients_with_options",
        "LSTM/test_gradients",
        "LSTM/test_gradients_with_options",
        "Network/test_learns_to_remember",
    ),
    source="folklore",
)
def gates_see_h_only(self, saved, d_state):
    """What arrives for c' goes on to c, and the gates see what comes through h'."""
    i, f, g, o, c, shown = saved
    dh, dc = d_state
    through = dh * o * (1 - shown * shown)
    blocks = (through * g * i * (1 - i), through * c * f * (1 - f), through * i * (1 - g * g), dh * shown * o * (1 - o))
    d_sum = np.concatenate(blocks, axis=1)
    return d_sum, d_sum, (np.zeros_like(dh), (dc + through) * f)
