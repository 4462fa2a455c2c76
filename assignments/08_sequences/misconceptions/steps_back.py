"""What people believe about going back through time."""

import numpy as np

from grader.assignment import misconception
from reference.nn.rnncell import _accumulate


@misconception(
    "nn.rnncell.RNNCellBase.unroll_backward",
    hint="Can an early input change a late output?",
    fails=(
        "RNN/test_worked_example",
        "RNN/test_gradients",
        "GRU/test_gradients",
        "GRU/test_gradients_with_options",
        "LSTM/test_gradients",
        "LSTM/test_gradients_with_options",
        "Network/test_learns_to_remember",
    ),
    source="github.com/eriklindernoren/ML-From-Scratch, RNN",
)
def steps_do_not_hand_back(self, d_out, d_state):
    """Each step's gradient is that of its own output."""
    x, h, steps = self.saved_values
    d_from_x, d_from_h, last = [], [], d_state
    for saved, dh in zip(reversed(steps), d_out[::-1], strict=True):
        to_x, to_h, before = self.step_backward(saved, (last[0] + dh, *last[1:]))
        last = tuple(np.zeros_like(part) for part in last)
        d_state = (before[0] + to_h @ self.weight_hh.data, *before[1:])
        d_from_x.append(to_x)
        d_from_h.append(to_h)
    _accumulate(np.stack(d_from_h[::-1]), h, self.weight_hh, self.bias_hh)
    _accumulate(np.stack(d_from_x[::-1]), x, self.weight_ih, self.bias_ih)
    return np.stack(d_from_x[::-1]) @ self.weight_ih.data, d_state


@misconception(
    "nn.rnncell.RNNCellBase.unroll_backward",
    hint="out[2] and the step 3 use the same state. How many gradients does it get?",
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
def last_output_counts(self, d_out, d_state):
    """Only the last output hands a gradient back in time."""
    x, h, steps = self.saved_values
    d_from_x, d_from_h = [], []
    d_state = (d_state[0] + d_out[-1], *d_state[1:])
    for saved in reversed(steps):
        to_x, to_h, before = self.step_backward(saved, d_state)
        d_state = (before[0] + to_h @ self.weight_hh.data, *before[1:])
        d_from_x.append(to_x)
        d_from_h.append(to_h)
    _accumulate(np.stack(d_from_h[::-1]), h, self.weight_hh, self.bias_hh)
    _accumulate(np.stack(d_from_x[::-1]), x, self.weight_ih, self.bias_ih)
    return np.stack(d_from_x[::-1]) @ self.weight_ih.data, d_state


@misconception(
    "nn.rnncell.RNNCellBase.unroll_backward",
    hint="What arrives at the last state, besides what arrives at the last output?",
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
def final_state_gets_nothing(self, d_out, d_state):
    """The final state is out[-1], so its gradient is already there."""
    x, h, steps = self.saved_values
    d_from_x, d_from_h = [], []
    d_state = tuple(np.zeros_like(part) for part in d_state) if len(steps) > 1 else d_state
    for saved, dh in zip(reversed(steps), d_out[::-1], strict=True):
        to_x, to_h, before = self.step_backward(saved, (d_state[0] + dh, *d_state[1:]))
        d_state = (before[0] + to_h @ self.weight_hh.data, *before[1:])
        d_from_x.append(to_x)
        d_from_h.append(to_h)
    _accumulate(np.stack(d_from_h[::-1]), h, self.weight_hh, self.bias_hh)
    _accumulate(np.stack(d_from_x[::-1]), x, self.weight_ih, self.bias_ih)
    return np.stack(d_from_x[::-1]) @ self.weight_ih.data, d_state


@misconception(
    "nn.rnncell.RNNCellBase.unroll_backward",
    hint="Which state does W_hh multiply: that before the step, or that after it?",
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
def states_after_the_step(self, d_out, d_state):
    """The gradient of W_hh is made of the states after each step."""
    x, h, steps = self.saved_values
    d_from_x, d_from_h = [], []
    for saved, dh in zip(reversed(steps), d_out[::-1], strict=True):
        to_x, to_h, before = self.step_backward(saved, (d_state[0] + dh, *d_state[1:]))
        d_state = (before[0] + to_h @ self.weight_hh.data, *before[1:])
        d_from_x.append(to_x)
        d_from_h.append(to_h)
    after = np.concatenate((h[1:], h[-1:]))
    _accumulate(np.stack(d_from_h[::-1]), after if len(h) > 1 else h, self.weight_hh, self.bias_hh)
    _accumulate(np.stack(d_from_x[::-1]), x, self.weight_ih, self.bias_ih)
    return np.stack(d_from_x[::-1]) @ self.weight_ih.data, d_state


@misconception(
    "nn.rnncell.RNNCellBase.unroll_backward",
    hint="What is the state before the first step?",
    fails=(
        "GRU/test_gradients",
        "GRU/test_gradients_with_options",
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
    ),
    source="folklore",
)
def first_step_has_no_state(self, d_out, d_state):
    """W_hh has a gradient from the second step on."""
    x, h, steps = self.saved_values
    d_from_x, d_from_h = [], []
    for saved, dh in zip(reversed(steps), d_out[::-1], strict=True):
        to_x, to_h, before = self.step_backward(saved, (d_state[0] + dh, *d_state[1:]))
        d_state = (before[0] + to_h @ self.weight_hh.data, *before[1:])
        d_from_x.append(to_x)
        d_from_h.append(to_h)
    h = np.concatenate((np.zeros_like(h[:1]), h[1:]))
    _accumulate(np.stack(d_from_h[::-1]), h, self.weight_hh, self.bias_hh)
    _accumulate(np.stack(d_from_x[::-1]), x, self.weight_ih, self.bias_ih)
    return np.stack(d_from_x[::-1]) @ self.weight_ih.data, d_state


@misconception(
    "nn.rnncell.RNNCellBase.unroll_backward",
    hint="By which matrix does h reach the sum?",
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
def weight_is_transposed_once_more(self, d_out, d_state):
    """What goes back in time goes through W_hh, not transposed."""
    x, h, steps = self.saved_values
    d_from_x, d_from_h = [], []
    size = self.hidden_size
    blocks = self.weight_hh.data.reshape(-1, size, size).swapaxes(1, 2).reshape(-1, size)
    for saved, dh in zip(reversed(steps), d_out[::-1], strict=True):
        to_x, to_h, before = self.step_backward(saved, (d_state[0] + dh, *d_state[1:]))
        d_state = (before[0] + to_h @ blocks, *before[1:])
        d_from_x.append(to_x)
        d_from_h.append(to_h)
    _accumulate(np.stack(d_from_h[::-1]), h, self.weight_hh, self.bias_hh)
    _accumulate(np.stack(d_from_x[::-1]), x, self.weight_ih, self.bias_ih)
    return np.stack(d_from_x[::-1]) @ self.weight_ih.data, d_state


@misconception(
    "nn.rnncell.RNNCellBase.unroll_backward",
    hint="By how much may a gradient be changed, if nobody asked for it?",
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
    ),
    source="github.com/karpathy, min-char-rnn, which cuts at 5",
)
def gradients_are_clipped(self, d_out, d_state):
    """Gradients that go back in time are cut off at 1, so that they do not explode."""
    x, h, steps = self.saved_values
    d_from_x, d_from_h = [], []
    for saved, dh in zip(reversed(steps), d_out[::-1], strict=True):
        to_x, to_h, before = self.step_backward(saved, (d_state[0] + dh, *d_state[1:]))
        d_state = tuple(np.clip(part, -1, 1) for part in (before[0] + to_h @ self.weight_hh.data, *before[1:]))
        d_from_x.append(to_x)
        d_from_h.append(to_h)
    _accumulate(np.stack(d_from_h[::-1]), h, self.weight_hh, self.bias_hh)
    _accumulate(np.stack(d_from_x[::-1]), x, self.weight_ih, self.bias_ih)
    return np.stack(d_from_x[::-1]) @ self.weight_ih.data, d_state


@misconception(
    "nn.rnncell.RNNCellBase.unroll_backward",
    hint="How far back does the gradient of the last output reach?",
    fails=("RNN/test_long", "LSTM/test_long", "GRU/test_long"),
    source="folklore",
    convention="This is truncated backpropagation through time; the contract asks for all of it.",
)
def time_is_truncated(self, d_out, d_state):
    """Gradients go back 20 steps, and are cut off there."""
    x, h, steps = self.saved_values
    d_from_x, d_from_h = [], []
    for k, (saved, dh) in enumerate(zip(reversed(steps), d_out[::-1], strict=True)):
        if k and k % 20 == 0:
            d_state = tuple(np.zeros_like(part) for part in d_state)
        to_x, to_h, before = self.step_backward(saved, (d_state[0] + dh, *d_state[1:]))
        d_state = (before[0] + to_h @ self.weight_hh.data, *before[1:])
        d_from_x.append(to_x)
        d_from_h.append(to_h)
    _accumulate(np.stack(d_from_h[::-1]), h, self.weight_hh, self.bias_hh)
    _accumulate(np.stack(d_from_x[::-1]), x, self.weight_ih, self.bias_ih)
    return np.stack(d_from_x[::-1]) @ self.weight_ih.data, d_state


@misconception(
    "nn.rnncell.RNNCellBase.unroll_backward",
    hint="May backward be called twice?",
    fails=(
        "RNNCell/test_used_again",
        "RNNCell/test_memory",
        "LSTMCell/test_used_again",
        "LSTMCell/test_memory",
        "GRUCell/test_used_again",
        "GRUCell/test_memory",
        "RNN/test_used_again",
        "RNN/test_memory",
        "LSTM/test_used_again",
        "LSTM/test_memory",
        "GRU/test_used_again",
        "GRU/test_memory",
    ),
    source="folklore",
)
def steps_are_used_up(self, d_out, d_state):
    """A step that has been gone back through is no longer needed, and is dropped."""
    x, h, steps = self.saved_values
    if not steps:
        raise RuntimeError("backward before forward")
    d_from_x, d_from_h = [], []
    for dh in d_out[::-1]:
        to_x, to_h, before = self.step_backward(steps.pop(), (d_state[0] + dh, *d_state[1:]))
        d_state = (before[0] + to_h @ self.weight_hh.data, *before[1:])
        d_from_x.append(to_x)
        d_from_h.append(to_h)
    _accumulate(np.stack(d_from_h[::-1]), h, self.weight_hh, self.bias_hh)
    _accumulate(np.stack(d_from_x[::-1]), x, self.weight_ih, self.bias_ih)
    return np.stack(d_from_x[::-1]) @ self.weight_ih.data, d_state


@misconception(
    "nn.rnncell.RNNCellBase.unroll_backward",
    hint="Whose decision is it how large a gradient may be: that of the layer, or of who trains it?",
    fails=(
        "RNNCell/test_large_gradients",
        "LSTMCell/test_large_gradients",
        "GRUCell/test_large_gradients",
        "RNN/test_large_gradients",
        "LSTM/test_large_gradients",
        "GRU/test_large_gradients",
    ),
    source="folklore",
)
def large_gradients_are_clipped(self, d_out, d_state):
    """A gradient above 100 has exploded, and is cut off there."""
    x, h, steps = self.saved_values
    d_from_x, d_from_h = [], []
    for saved, dh in zip(reversed(steps), d_out[::-1], strict=True):
        arriving = (d_state[0] + dh, *d_state[1:])
        to_x, to_h, before = self.step_backward(saved, tuple(np.clip(part, -100, 100) for part in arriving))
        d_state = (before[0] + to_h @ self.weight_hh.data, *before[1:])
        d_from_x.append(to_x)
        d_from_h.append(to_h)
    _accumulate(np.stack(d_from_h[::-1]), h, self.weight_hh, self.bias_hh)
    _accumulate(np.stack(d_from_x[::-1]), x, self.weight_ih, self.bias_ih)
    return np.stack(d_from_x[::-1]) @ self.weight_ih.data, d_state
