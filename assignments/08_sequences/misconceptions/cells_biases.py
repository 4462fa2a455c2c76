"""What people believe about the biases that a cell has, and begins with."""

import math

import numpy as np

from grader.assignment import misconception
from reference.nn.parameter import Parameter


@misconception(
    "nn.rnncell.RNNCellBase.__init__",
    hint="Of which arrays is it said how they are drawn?",
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
    convention="This is how Keras begins; the contract asks for PyTorch's way, in which biases are drawn, too.",
)
def biases_begin_as_zeros(self, input_size, hidden_size, bias=True, *, rng=None):
    """Biases begin as zeros, and only weights are drawn."""
    if input_size < 1 or hidden_size < 1:
        raise ValueError(f"{type(self).__name__} needs sizes of at least 1, got {input_size}, {hidden_size}")
    rng = np.random.default_rng() if rng is None else rng
    self.input_size, self.hidden_size = input_size, hidden_size
    rows, bound = self.gates * hidden_size, 1 / math.sqrt(hidden_size)
    self.weight_ih = Parameter(rng.uniform(-bound, bound, (rows, input_size)))
    self.weight_hh = Parameter(rng.uniform(-bound, bound, (rows, hidden_size)))
    self.bias_ih = Parameter(np.zeros(rows)) if bias else None
    self.bias_hh = Parameter(np.zeros(rows)) if bias else None


@misconception(
    "nn.rnncell.RNNCellBase.__init__",
    hint="How many of the four arrays are drawn?",
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
def second_bias_begins_as_zeros(self, input_size, hidden_size, bias=True, *, rng=None):
    """As the two biases add up, the second one begins as zeros."""
    if input_size < 1 or hidden_size < 1:
        raise ValueError(f"{type(self).__name__} needs sizes of at least 1, got {input_size}, {hidden_size}")
    rng = np.random.default_rng() if rng is None else rng
    self.input_size, self.hidden_size = input_size, hidden_size
    rows, bound = self.gates * hidden_size, 1 / math.sqrt(hidden_size)
    self.weight_ih = Parameter(rng.uniform(-bound, bound, (rows, input_size)))
    self.weight_hh = Parameter(rng.uniform(-bound, bound, (rows, hidden_size)))
    self.bias_ih = Parameter(rng.uniform(-bound, bound, rows)) if bias else None
    self.bias_hh = Parameter(np.zeros(rows)) if bias else None


@misconception(
    "nn.rnncell.RNNCellBase.__init__",
    hint="In which order are the four arrays drawn?",
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
def bias_after_its_weight(self, input_size, hidden_size, bias=True, *, rng=None):
    """Each weight is followed by its bias."""
    if input_size < 1 or hidden_size < 1:
        raise ValueError(f"{type(self).__name__} needs sizes of at least 1, got {input_size}, {hidden_size}")
    rng = np.random.default_rng() if rng is None else rng
    self.input_size, self.hidden_size = input_size, hidden_size
    rows, bound = self.gates * hidden_size, 1 / math.sqrt(hidden_size)
    drawn = [rng.uniform(-bound, bound, (rows, input_size)), rng.uniform(-bound, bound, rows) if bias else None]
    drawn += [rng.uniform(-bound, bound, (rows, hidden_size)), rng.uniform(-bound, bound, rows) if bias else None]
    self.weight_ih, self.weight_hh = Parameter(drawn[0]), Parameter(drawn[2])
    self.bias_ih = Parameter(drawn[1]) if bias else None
    self.bias_hh = Parameter(drawn[3]) if bias else None


@misconception(
    "nn.rnncell.RNNCellBase.__init__",
    hint="What is drawn for a cell without biases, and what does the next layer draw?",
    fails=("RNN/test_draws", "LSTM/test_draws", "GRU/test_draws"),
    source="folklore",
)
def biases_are_drawn_anyway(self, input_size, hidden_size, bias=True, *, rng=None):
    """Without bias the same numbers are drawn, and those of the biases are not used."""
    if input_size < 1 or hidden_size < 1:
        raise ValueError(f"{type(self).__name__} needs sizes of at least 1, got {input_size}, {hidden_size}")
    rng = np.random.default_rng() if rng is None else rng
    self.input_size, self.hidden_size = input_size, hidden_size
    rows, bound = self.gates * hidden_size, 1 / math.sqrt(hidden_size)
    self.weight_ih = Parameter(rng.uniform(-bound, bound, (rows, input_size)))
    self.weight_hh = Parameter(rng.uniform(-bound, bound, (rows, hidden_size)))
    drawn = [rng.uniform(-bound, bound, rows) for _ in range(2)]
    self.bias_ih, self.bias_hh = [Parameter(values) if bias else None for values in drawn]


@misconception(
    "nn.rnncell.RNNCellBase.__init__",
    hint="What is drawn for a bias, and what is left of it?",
    fails=(
        "LSTMCell/test_draws",
        "LSTMCell/test_initial_values_without_a_generator",
        "LSTM/test_draws",
        "LSTM/test_initial_values_without_a_generator",
    ),
    source="Jozefowicz et al. (2015); Keras, unit_forget_bias",
    convention="This is unit_forget_bias of Keras; the contract asks for PyTorch's way, in which that block is drawn.",
)
def forget_gate_begins_at_one(self, input_size, hidden_size, bias=True, *, rng=None):
    """The second block of bias_ih is set to 1, so that nothing is forgotten at first."""
    if input_size < 1 or hidden_size < 1:
        raise ValueError(f"{type(self).__name__} needs sizes of at least 1, got {input_size}, {hidden_size}")
    rng = np.random.default_rng() if rng is None else rng
    self.input_size, self.hidden_size = input_size, hidden_size
    rows, bound = self.gates * hidden_size, 1 / math.sqrt(hidden_size)
    self.weight_ih = Parameter(rng.uniform(-bound, bound, (rows, input_size)))
    self.weight_hh = Parameter(rng.uniform(-bound, bound, (rows, hidden_size)))
    self.bias_ih = Parameter(rng.uniform(-bound, bound, rows)) if bias else None
    self.bias_hh = Parameter(rng.uniform(-bound, bound, rows)) if bias else None
    if bias and self.gates == 4:
        self.bias_ih.data[hidden_size : 2 * hidden_size] = 1


@misconception(
    "nn.rnncell.RNNCellBase.__init__",
    hint="What does bias=False switch off?",
    fails=(
        "RNNCell/test_values_with_options",
        "RNNCell/test_gradients_with_options",
        "LSTMCell/test_values_with_options",
        "LSTMCell/test_gradients_with_options",
        "GRUCell/test_values_with_options",
        "GRUCell/test_gradients_with_options",
        "RNN/test_values_with_options",
        "RNN/test_gradients_with_options",
        "LSTM/test_values_with_options",
        "LSTM/test_gradients_with_options",
        "GRU/test_values_with_options",
        "GRU/test_gradients_with_options",
    ),
    source="folklore",
)
def bias_is_always_there(self, input_size, hidden_size, bias=True, *, rng=None):
    """bias=False switches off bias_hh, as one bias is enough."""
    if input_size < 1 or hidden_size < 1:
        raise ValueError(f"{type(self).__name__} needs sizes of at least 1, got {input_size}, {hidden_size}")
    rng = np.random.default_rng() if rng is None else rng
    self.input_size, self.hidden_size = input_size, hidden_size
    rows, bound = self.gates * hidden_size, 1 / math.sqrt(hidden_size)
    self.weight_ih = Parameter(rng.uniform(-bound, bound, (rows, input_size)))
    self.weight_hh = Parameter(rng.uniform(-bound, bound, (rows, hidden_size)))
    self.bias_ih = Parameter(rng.uniform(-bound, bound, rows))
    self.bias_hh = Parameter(rng.uniform(-bound, bound, rows)) if bias else None


@misconception(
    "nn.rnncell.RNNCellBase.__init__",
    hint="Without biases, what is in named_parameters?",
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
def biases_of_zeros_stay(self, input_size, hidden_size, bias=True, *, rng=None):
    """Without bias, biases are there, and zeros."""
    if input_size < 1 or hidden_size < 1:
        raise ValueError(f"{type(self).__name__} needs sizes of at least 1, got {input_size}, {hidden_size}")
    rng = np.random.default_rng() if rng is None else rng
    self.input_size, self.hidden_size = input_size, hidden_size
    rows, bound = self.gates * hidden_size, 1 / math.sqrt(hidden_size)
    self.weight_ih = Parameter(rng.uniform(-bound, bound, (rows, input_size)))
    self.weight_hh = Parameter(rng.uniform(-bound, bound, (rows, hidden_size)))
    self.bias_ih = Parameter(rng.uniform(-bound, bound, rows) if bias else np.zeros(rows))
    self.bias_hh = Parameter(rng.uniform(-bound, bound, rows) if bias else np.zeros(rows))
