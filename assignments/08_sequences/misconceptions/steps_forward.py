"""What people believe about the steps of a recurrent network."""

import numpy as np

from grader.assignment import misconception
from reference.nn.rnncell import _affine


@misconception(
    "nn.rnncell.RNNCellBase.unroll",
    hint="Should two calls with the same input agree?",
    fails=(
        "RNN/test_no_state",
        "RNN/test_used_again",
        "RNNCell/test_no_state",
        "LSTMCell/test_no_state",
        "GRUCell/test_no_state",
        "LSTM/test_no_state",
        "GRU/test_no_state",
        "Network/test_learns_to_remember",
    ),
    source="folklore; cf. apsarath/myTorch d0d85014e8",
)
def state_stays(self, x, state):
    """A network remembers: the next forward goes on with the state of the last one."""
    if getattr(self, "last", None) is not None and self.last[0].shape == state[0].shape and not np.any(state[0]):
        state = self.last
    from_x, steps, out = _affine(x, self.weight_ih, self.bias_ih), [], [state[0]]
    for from_x_t in from_x:
        state, saved = self.step(from_x_t, _affine(state[0], self.weight_hh, self.bias_hh), state)
        steps.append(saved)
        out.append(state[0])
    self.save_for_backward(x, np.stack(out[:-1]), steps)
    self.last = state
    return np.stack(out[1:]), state


@misconception(
    "nn.rnncell.RNNCellBase.unroll",
    hint="Start from a state that is not zero: what changes?",
    fails=(
        "LSTMCell/test_worked_example",
        "LSTMCell/test_values",
        "GRUCell/test_worked_example",
        "GRUCell/test_values",
        "LSTM/test_worked_example",
        "LSTM/test_values",
        "GRU/test_values",
        "GRU/test_gradients",
        "RNNCell/test_values",
        "RNNCell/test_gradients",
        "RNN/test_values",
        "RNN/test_gradients",
    ),
    source="folklore",
)
def initial_state_is_ignored(self, x, state):
    """The first state is zeros, whatever is given."""
    state = tuple(np.zeros_like(part) for part in state)
    from_x, steps, out = _affine(x, self.weight_ih, self.bias_ih), [], [state[0]]
    for from_x_t in from_x:
        state, saved = self.step(from_x_t, _affine(state[0], self.weight_hh, self.bias_hh), state)
        steps.append(saved)
        out.append(state[0])
    self.save_for_backward(x, np.stack(out[:-1]), steps)
    return np.stack(out[1:]), state


@misconception(
    "nn.rnncell.RNNCellBase.unroll",
    hint="With a state of zeros, what is W_hh h + b_hh?",
    fails=(
        "LSTM/test_no_state",
        "LSTM/test_layers_and_directions",
        "RNNCell/test_no_state",
        "LSTMCell/test_no_state",
        "GRUCell/test_no_state",
        "RNN/test_no_state",
        "GRU/test_no_state",
        "Network/test_learns_to_remember",
    ),
    source="folklore",
)
def no_bias_without_a_state(self, x, state):
    """Without a state there is no second product, and so no b_hh."""
    from_x, steps, out = _affine(x, self.weight_ih, self.bias_ih), [], [state[0]]
    for from_x_t in from_x:
        from_h = _affine(state[0], self.weight_hh, self.bias_hh if np.any(state[0]) else None)
        state, saved = self.step(from_x_t, from_h, state)
        steps.append(saved)
        out.append(state[0])
    self.save_for_backward(x, np.stack(out[:-1]), steps)
    return np.stack(out[1:]), state


@misconception(
    "nn.rnncell.RNNCellBase.unroll",
    hint="Which biases are there, and where do they stand?",
    fails=(
        "LSTMCell/test_worked_example",
        "LSTMCell/test_values",
        "GRUCell/test_worked_example",
        "GRUCell/test_values",
        "LSTM/test_worked_example",
        "LSTM/test_values",
        "GRU/test_values",
        "GRU/test_gradients",
        "RNNCell/test_values",
        "RNNCell/test_gradients",
        "RNN/test_values",
        "RNN/test_gradients",
        "Network/test_learns_to_remember",
    ),
    source="folklore",
)
def second_bias_is_left_out(self, x, state):
    """One bias is enough: b_ih."""
    from_x, steps, out = _affine(x, self.weight_ih, self.bias_ih), [], [state[0]]
    for from_x_t in from_x:
        state, saved = self.step(from_x_t, _affine(state[0], self.weight_hh, None), state)
        steps.append(saved)
        out.append(state[0])
    self.save_for_backward(x, np.stack(out[:-1]), steps)
    return np.stack(out[1:]), state


@misconception(
    "nn.rnncell.RNNCellBase.unroll",
    hint="Each sequence of a batch has a state of its own. Which one do you take?",
    fails=(
        "LSTM/test_worked_example",
        "LSTM/test_values",
        "RNNCell/test_values",
        "RNNCell/test_gradients",
        "LSTMCell/test_values",
        "LSTMCell/test_gradients",
        "GRUCell/test_values",
        "GRUCell/test_gradients",
        "RNN/test_values",
        "RNN/test_gradients",
        "GRU/test_values",
        "GRU/test_gradients",
    ),
    source="folklore",
)
def one_state_for_the_batch(self, x, state):
    """All sequences begin with the state of the first one."""
    state = tuple(np.broadcast_to(part[:1], part.shape) for part in state)
    from_x, steps, out = _affine(x, self.weight_ih, self.bias_ih), [], [state[0]]
    for from_x_t in from_x:
        state, saved = self.step(from_x_t, _affine(state[0], self.weight_hh, self.bias_hh), state)
        steps.append(saved)
        out.append(state[0])
    self.save_for_backward(x, np.stack(out[:-1]), steps)
    return np.stack(out[1:]), state


@misconception(
    "nn.rnncell.RNNCellBase.unroll",
    hint="W_hh is square. Is h W the same as h W^T?",
    fails=(
        "RNNCell/test_values",
        "RNNCell/test_gradients",
        "LSTMCell/test_values",
        "LSTMCell/test_gradients",
        "GRUCell/test_values",
        "GRUCell/test_gradients",
        "RNN/test_values",
        "RNN/test_gradients",
        "LSTM/test_values",
        "LSTM/test_gradients",
        "GRU/test_values",
        "GRU/test_gradients",
        "Network/test_learns_to_remember",
    ),
    source="folklore",
)
def square_weight_is_not_transposed(self, x, state):
    """The state is multiplied as h W_hh, block by block, which fits as well."""
    size = self.hidden_size
    blocks = self.weight_hh.data.reshape(-1, size, size)
    from_x, steps, out = _affine(x, self.weight_ih, self.bias_ih), [], [state[0]]
    for from_x_t in from_x:
        from_h = np.concatenate([state[0] @ block for block in blocks], axis=1)
        from_h = from_h if self.bias_hh is None else from_h + self.bias_hh.data
        state, saved = self.step(from_x_t, from_h, state)
        steps.append(saved)
        out.append(state[0])
    self.save_for_backward(x, np.stack(out[:-1]), steps)
    return np.stack(out[1:]), state


@misconception(
    "nn.rnncell.RNNCellBase.unroll",
    hint="Is a step the first one because there is only one?",
    fails=(
        "LSTMCell/test_worked_example",
        "LSTMCell/test_values",
        "GRUCell/test_worked_example",
        "GRUCell/test_values",
        "LSTM/test_worked_example",
        "LSTM/test_values",
        "GRU/test_values",
        "GRU/test_gradients",
        "RNNCell/test_values",
        "RNNCell/test_gradients",
        "RNN/test_values",
        "RNN/test_gradients",
    ),
    source="folklore",
)
def single_step_without_a_state(self, x, state):
    """A sequence of one step has no use for a state."""
    if len(x) == 1:
        state = tuple(np.zeros_like(part) for part in state)
    from_x, steps, out = _affine(x, self.weight_ih, self.bias_ih), [], [state[0]]
    for from_x_t in from_x:
        state, saved = self.step(from_x_t, _affine(state[0], self.weight_hh, self.bias_hh), state)
        steps.append(saved)
        out.append(state[0])
    self.save_for_backward(x, np.stack(out[:-1]), steps)
    return np.stack(out[1:]), state


@misconception(
    "nn.rnncell.RNNCellBase.unroll",
    hint="For how many sequences is the state of the batch?",
    fails=(
        "LSTM/test_worked_example",
        "LSTM/test_values",
        "RNNCell/test_values",
        "RNNCell/test_gradients",
        "LSTMCell/test_values",
        "LSTMCell/test_gradients",
        "GRUCell/test_values",
        "GRUCell/test_gradients",
        "RNN/test_values",
        "RNN/test_gradients",
        "GRU/test_values",
        "GRU/test_gradients",
    ),
    source="folklore",
)
def states_are_shared(self, x, state):
    """The states of a batch are their mean, as there is one network."""
    state = tuple(np.broadcast_to(part.sum(axis=0) / max(len(part), 1), part.shape) for part in state)
    from_x, steps, out = _affine(x, self.weight_ih, self.bias_ih), [], [state[0]]
    for from_x_t in from_x:
        state, saved = self.step(from_x_t, _affine(state[0], self.weight_hh, self.bias_hh), state)
        steps.append(saved)
        out.append(state[0])
    self.save_for_backward(x, np.stack(out[:-1]), steps)
    return np.stack(out[1:]), state


@misconception(
    "nn.rnncell.RNNCellBase.unroll",
    hint="Which weights does the second step use?",
    fails=(
        "RNNCell/test_used_again",
        "LSTMCell/test_used_again",
        "GRUCell/test_used_again",
        "RNN/test_used_again",
        "LSTM/test_used_again",
        "GRU/test_used_again",
    ),
    source="folklore",
)
def weights_are_read_once(self, x, state):
    """Weights are read once, by the first forward, as training changes them in place."""
    names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    if getattr(self, "kept", None) is None or self.kept[0].shape != self.weight_ih.data.shape:
        self.kept = [None if getattr(self, n) is None else getattr(self, n).data for n in names]
    w_ih, w_hh, b_ih, b_hh = self.kept
    from_x, steps, out = x @ w_ih.T + (0 if b_ih is None else b_ih), [], [state[0]]
    for from_x_t in from_x:
        state, saved = self.step(from_x_t, state[0] @ w_hh.T + (0 if b_hh is None else b_hh), state)
        steps.append(saved)
        out.append(state[0])
    self.save_for_backward(x, np.stack(out[:-1]), steps)
    return np.stack(out[1:]), state
