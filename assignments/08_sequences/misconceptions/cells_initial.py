"""What people believe about the weights that a cell begins with."""

import math

import numpy as np

from grader.assignment import misconception
from reference.nn.parameter import Parameter


@misconception(
    "nn.rnncell.RNNCellBase.__init__",
    hint="How long is a row of weight_ih, and how large is the state?",
    fails=(
        "RNNCell/test_draws",
        "RNNCell/test_initial_values_without_a_generator",
        "LSTMCell/test_draws",
        "LSTMCell/test_initial_values_without_a_generator",
        "GRUCell/test_draws",
        "GRUCell/test_initial_values_without_a_generator",
        "RNN/test_draws",
        "RNN/test_initial_values_without_a_generator",
        "LSTM/test_draws",
        "LSTM/test_initial_values_without_a_generator",
        "GRU/test_draws",
        "GRU/test_initial_values_without_a_generator",
    ),
    source="folklore",
)
def bound_of_the_input(self, input_size, hidden_size, bias=True, *, rng=None):
    """The bound is 1 / sqrt(input_size), as in a linear layer."""
    if input_size < 1 or hidden_size < 1:
        raise ValueError(f"{type(self).__name__} needs sizes of at least 1, got {input_size}, {hidden_size}")
    rng = np.random.default_rng() if rng is None else rng
    self.input_size, self.hidden_size = input_size, hidden_size
    rows, bound = self.gates * hidden_size, 1 / math.sqrt(input_size)
    self.weight_ih = Parameter(rng.uniform(-bound, bound, (rows, input_size)))
    self.weight_hh = Parameter(rng.uniform(-bound, bound, (rows, hidden_size)))
    self.bias_ih = Parameter(rng.uniform(-bound, bound, rows)) if bias else None
    self.bias_hh = Parameter(rng.uniform(-bound, bound, rows)) if bias else None


@misconception(
    "nn.rnncell.RNNCellBase.__init__",
    hint="Which bound do all four arrays have in PyTorch?",
    fails=(
        "RNNCell/test_draws",
        "RNNCell/test_initial_values_without_a_generator",
        "LSTMCell/test_draws",
        "LSTMCell/test_initial_values_without_a_generator",
        "GRUCell/test_draws",
        "GRUCell/test_initial_values_without_a_generator",
        "RNN/test_draws",
        "RNN/test_initial_values_without_a_generator",
        "LSTM/test_draws",
        "LSTM/test_initial_values_without_a_generator",
        "GRU/test_draws",
        "GRU/test_initial_values_without_a_generator",
    ),
    source="folklore",
)
def each_weight_has_its_bound(self, input_size, hidden_size, bias=True, *, rng=None):
    """Each weight has the bound of a linear layer: 1 / sqrt of its columns."""
    if input_size < 1 or hidden_size < 1:
        raise ValueError(f"{type(self).__name__} needs sizes of at least 1, got {input_size}, {hidden_size}")
    rng = np.random.default_rng() if rng is None else rng
    self.input_size, self.hidden_size = input_size, hidden_size
    rows, bound = self.gates * hidden_size, 1 / math.sqrt(hidden_size)
    own = 1 / math.sqrt(input_size)
    self.weight_ih = Parameter(rng.uniform(-own, own, (rows, input_size)))
    self.weight_hh = Parameter(rng.uniform(-bound, bound, (rows, hidden_size)))
    self.bias_ih = Parameter(rng.uniform(-bound, bound, rows)) if bias else None
    self.bias_hh = Parameter(rng.uniform(-bound, bound, rows)) if bias else None


@misconception(
    "nn.rnncell.RNNCellBase.__init__",
    hint="Which array is drawn first?",
    fails=(
        "RNNCell/test_draws",
        "LSTMCell/test_draws",
        "GRUCell/test_draws",
        "RNN/test_draws",
        "LSTM/test_draws",
        "GRU/test_draws",
    ),
    source="folklore",
)
def state_is_drawn_first(self, input_size, hidden_size, bias=True, *, rng=None):
    """weight_hh is drawn before weight_ih."""
    if input_size < 1 or hidden_size < 1:
        raise ValueError(f"{type(self).__name__} needs sizes of at least 1, got {input_size}, {hidden_size}")
    rng = np.random.default_rng() if rng is None else rng
    self.input_size, self.hidden_size = input_size, hidden_size
    rows, bound = self.gates * hidden_size, 1 / math.sqrt(hidden_size)
    drawn = rng.uniform(-bound, bound, (rows, hidden_size))
    self.weight_ih = Parameter(rng.uniform(-bound, bound, (rows, input_size)))
    self.weight_hh = Parameter(drawn)
    self.bias_ih = Parameter(rng.uniform(-bound, bound, rows)) if bias else None
    self.bias_hh = Parameter(rng.uniform(-bound, bound, rows)) if bias else None


@misconception(
    "nn.rnncell.RNNCellBase.__init__",
    hint="How many draws are there for a weight of four blocks?",
    fails=("LSTMCell/test_draws", "GRUCell/test_draws", "LSTM/test_draws", "GRU/test_draws"),
    source="folklore",
)
def gates_are_drawn_one_by_one(self, input_size, hidden_size, bias=True, *, rng=None):
    """Each gate is drawn by itself: its part of weight_ih, then its part of weight_hh."""
    if input_size < 1 or hidden_size < 1:
        raise ValueError(f"{type(self).__name__} needs sizes of at least 1, got {input_size}, {hidden_size}")
    rng = np.random.default_rng() if rng is None else rng
    self.input_size, self.hidden_size = input_size, hidden_size
    rows, bound = self.gates * hidden_size, 1 / math.sqrt(hidden_size)
    pairs = [
        (rng.uniform(-bound, bound, (hidden_size, input_size)), rng.uniform(-bound, bound, (hidden_size, hidden_size)))
        for _ in range(self.gates)
    ]
    self.weight_ih = Parameter(np.concatenate([one for one, _ in pairs]))
    self.weight_hh = Parameter(np.concatenate([other for _, other in pairs]))
    self.bias_ih = Parameter(rng.uniform(-bound, bound, rows)) if bias else None
    self.bias_hh = Parameter(rng.uniform(-bound, bound, rows)) if bias else None


@misconception(
    "nn.rnncell.RNNCellBase.__init__",
    hint="Which distribution has a hard edge?",
    fails=(
        "RNNCell/test_draws",
        "RNNCell/test_initial_values_without_a_generator",
        "LSTMCell/test_draws",
        "LSTMCell/test_initial_values_without_a_generator",
        "GRUCell/test_draws",
        "GRUCell/test_initial_values_without_a_generator",
        "RNN/test_draws",
        "RNN/test_initial_values_without_a_generator",
        "LSTM/test_draws",
        "LSTM/test_initial_values_without_a_generator",
        "GRU/test_draws",
        "GRU/test_initial_values_without_a_generator",
    ),
    source="folklore",
)
def weights_are_normal(self, input_size, hidden_size, bias=True, *, rng=None):
    """Weights are normal, with a standard deviation of 1 / sqrt(hidden_size)."""
    if input_size < 1 or hidden_size < 1:
        raise ValueError(f"{type(self).__name__} needs sizes of at least 1, got {input_size}, {hidden_size}")
    rng = np.random.default_rng() if rng is None else rng
    self.input_size, self.hidden_size = input_size, hidden_size
    rows, bound = self.gates * hidden_size, 1 / math.sqrt(hidden_size)
    self.weight_ih = Parameter(rng.normal(0, bound, (rows, input_size)))
    self.weight_hh = Parameter(rng.normal(0, bound, (rows, hidden_size)))
    self.bias_ih = Parameter(rng.uniform(-bound, bound, rows)) if bias else None
    self.bias_hh = Parameter(rng.uniform(-bound, bound, rows)) if bias else None


@misconception(
    "nn.rnncell.RNNCellBase.__init__",
    hint="Run it twice without rng: are the weights equal?",
    fails=(
        "RNNCell/test_initial_values_without_a_generator",
        "LSTMCell/test_initial_values_without_a_generator",
        "GRUCell/test_initial_values_without_a_generator",
    ),
    source="folklore",
)
def always_the_same_weights(self, input_size, hidden_size, bias=True, *, rng=None):
    """Without rng, a generator with the seed 0 gives what can be repeated."""
    if input_size < 1 or hidden_size < 1:
        raise ValueError(f"{type(self).__name__} needs sizes of at least 1, got {input_size}, {hidden_size}")
    rng = np.random.default_rng(0) if rng is None else rng
    self.input_size, self.hidden_size = input_size, hidden_size
    rows, bound = self.gates * hidden_size, 1 / math.sqrt(hidden_size)
    self.weight_ih = Parameter(rng.uniform(-bound, bound, (rows, input_size)))
    self.weight_hh = Parameter(rng.uniform(-bound, bound, (rows, hidden_size)))
    self.bias_ih = Parameter(rng.uniform(-bound, bound, rows)) if bias else None
    self.bias_hh = Parameter(rng.uniform(-bound, bound, rows)) if bias else None


@misconception(
    "nn.rnncell.RNNCellBase.__init__",
    hint="Who else draws from np.random, and would see your draw?",
    fails=(
        "RNNCell/test_initial_values_without_a_generator",
        "LSTMCell/test_initial_values_without_a_generator",
        "GRUCell/test_initial_values_without_a_generator",
    ),
    source="folklore",
)
def global_state_draws(self, input_size, hidden_size, bias=True, *, rng=None):
    """Without rng, np.random.uniform draws."""
    if input_size < 1 or hidden_size < 1:
        raise ValueError(f"{type(self).__name__} needs sizes of at least 1, got {input_size}, {hidden_size}")
    rng = np.random if rng is None else rng
    self.input_size, self.hidden_size = input_size, hidden_size
    rows, bound = self.gates * hidden_size, 1 / math.sqrt(hidden_size)
    self.weight_ih = Parameter(rng.uniform(-bound, bound, (rows, input_size)))
    self.weight_hh = Parameter(rng.uniform(-bound, bound, (rows, hidden_size)))
    self.bias_ih = Parameter(rng.uniform(-bound, bound, rows)) if bias else None
    self.bias_hh = Parameter(rng.uniform(-bound, bound, rows)) if bias else None


@misconception(
    "nn.rnncell.RNNCellBase.__init__",
    hint="What can a cell with a state of no numbers remember?",
    fails=(
        "RNNCell/test_refuses",
        "LSTMCell/test_refuses",
        "GRUCell/test_refuses",
        "RNN/test_refuses",
        "LSTM/test_refuses",
        "GRU/test_refuses",
    ),
    source="folklore",
)
def any_size_is_possible(self, input_size, hidden_size, bias=True, *, rng=None):
    """Any size is possible."""
    rng = np.random.default_rng() if rng is None else rng
    self.input_size, self.hidden_size = input_size, hidden_size
    rows, bound = self.gates * hidden_size, 1 / math.sqrt(max(hidden_size, 1))
    self.weight_ih = Parameter(rng.uniform(-bound, bound, (rows, input_size)))
    self.weight_hh = Parameter(rng.uniform(-bound, bound, (rows, hidden_size)))
    self.bias_ih = Parameter(rng.uniform(-bound, bound, rows)) if bias else None
    self.bias_hh = Parameter(rng.uniform(-bound, bound, rows)) if bias else None


@misconception(
    "nn.rnncell.RNNCellBase.__init__",
    hint="Is a weight multiplied from the left or from the right?",
    fails=(
        "RNNCell/test_draws",
        "LSTMCell/test_draws",
        "GRUCell/test_draws",
        "RNN/test_draws",
        "LSTM/test_draws",
        "GRU/test_draws",
    ),
    source="folklore",
)
def weights_for_the_other_side(self, input_size, hidden_size, bias=True, *, rng=None):
    """A weight is kept as it is multiplied, (columns of x, rows), and drawn in that shape."""
    if input_size < 1 or hidden_size < 1:
        raise ValueError(f"{type(self).__name__} needs sizes of at least 1, got {input_size}, {hidden_size}")
    rng = np.random.default_rng() if rng is None else rng
    self.input_size, self.hidden_size = input_size, hidden_size
    rows, bound = self.gates * hidden_size, 1 / math.sqrt(hidden_size)
    self.weight_ih = Parameter(np.ascontiguousarray(rng.uniform(-bound, bound, (input_size, rows)).T))
    self.weight_hh = Parameter(rng.uniform(-bound, bound, (rows, hidden_size)))
    self.bias_ih = Parameter(rng.uniform(-bound, bound, rows)) if bias else None
    self.bias_hh = Parameter(rng.uniform(-bound, bound, rows)) if bias else None
