"""What people believe about the parameters of layers."""

import numpy as np

from grader.assignment import misconception
from reference.nn.rnn import PARAMETERS


@misconception(
    "nn.rnn.RNNBase.__init__",
    hint="In which order are the parameters of two layers?",
    fails=("LSTM/test_draws", "LSTM/test_layers_and_directions", "RNN/test_draws", "GRU/test_draws"),
    source="folklore",
)
def weights_first(self, input_size, hidden_size, num_layers=1, bias=True, bidirectional=False, *, rng=None):
    """First all weights of all layers, then all biases."""
    if num_layers < 1:
        raise ValueError(f"{type(self).__name__} needs a layer or more, got {num_layers}")
    rng = np.random.default_rng() if rng is None else rng
    self.input_size, self.hidden_size, self.num_layers = input_size, hidden_size, num_layers
    self.bias, self.bidirectional = bias, bidirectional
    self.cells = {}
    for layer in range(num_layers):
        size = hidden_size * (1 + bidirectional) if layer else input_size
        for direction in ("", "_reverse")[: 1 + bidirectional]:
            cell = self.cell(size, hidden_size, bias, rng=rng)
            self.cells[f"l{layer}{direction}"] = cell
            for name in PARAMETERS:
                setattr(self, f"{name}_l{layer}{direction}", None)
    for name in PARAMETERS:
        for key, cell in self.cells.items():
            vars(self).pop(f"{name}_{key}")
            setattr(self, f"{name}_{key}", getattr(cell, name))


@misconception(
    "nn.rnn.RNNBase.__init__",
    hint="In which order are the parameters of both directions drawn?",
    fails=("LSTM/test_draws", "LSTM/test_layers_and_directions", "RNN/test_draws", "GRU/test_draws"),
    source="folklore",
)
def forward_layers_first(self, input_size, hidden_size, num_layers=1, bias=True, bidirectional=False, *, rng=None):
    """First all layers of the forward direction, then all of the reverse one."""
    if num_layers < 1:
        raise ValueError(f"{type(self).__name__} needs a layer or more, got {num_layers}")
    rng = np.random.default_rng() if rng is None else rng
    self.input_size, self.hidden_size, self.num_layers = input_size, hidden_size, num_layers
    self.bias, self.bidirectional = bias, bidirectional
    self.cells = {}
    order = [(layer, way) for way in ("", "_reverse")[: 1 + bidirectional] for layer in range(num_layers)]
    made = {}
    for layer, direction in order:
        size = hidden_size * (1 + bidirectional) if layer else input_size
        cell = made[f"l{layer}{direction}"] = self.cell(size, hidden_size, bias, rng=rng)
        for name in PARAMETERS:
            setattr(self, f"{name}_l{layer}{direction}", getattr(cell, name))
    self.cells = dict(sorted(made.items()))


@misconception(
    "nn.rnn.RNNBase.__init__",
    hint="What does bias=True say of layer 1?",
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
def only_the_first_layer_has_biases(
    self, input_size, hidden_size, num_layers=1, bias=True, bidirectional=False, *, rng=None
):
    """Biases are in the first layer; later ones have no need of them."""
    if num_layers < 1:
        raise ValueError(f"{type(self).__name__} needs a layer or more, got {num_layers}")
    rng = np.random.default_rng() if rng is None else rng
    self.input_size, self.hidden_size, self.num_layers = input_size, hidden_size, num_layers
    self.bias, self.bidirectional = bias, bidirectional
    self.cells = {}
    for layer in range(num_layers):
        size = hidden_size * (1 + bidirectional) if layer else input_size
        for direction in ("", "_reverse")[: 1 + bidirectional]:
            cell = self.cell(size, hidden_size, bias and not layer, rng=rng)
            self.cells[f"l{layer}{direction}"] = cell
            for name in PARAMETERS:
                setattr(self, f"{name}_l{layer}{direction}", getattr(cell, name))


@misconception(
    "nn.rnn.RNNBase.__init__",
    hint="Which of the two cells of a layer have biases?",
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
def reverse_has_no_biases(self, input_size, hidden_size, num_layers=1, bias=True, bidirectional=False, *, rng=None):
    """Biases are in the forward direction."""
    if num_layers < 1:
        raise ValueError(f"{type(self).__name__} needs a layer or more, got {num_layers}")
    rng = np.random.default_rng() if rng is None else rng
    self.input_size, self.hidden_size, self.num_layers = input_size, hidden_size, num_layers
    self.bias, self.bidirectional = bias, bidirectional
    self.cells = {}
    for layer in range(num_layers):
        size = hidden_size * (1 + bidirectional) if layer else input_size
        for direction in ("", "_reverse")[: 1 + bidirectional]:
            cell = self.cell(size, hidden_size, bias and not direction, rng=rng)
            self.cells[f"l{layer}{direction}"] = cell
            for name in PARAMETERS:
                setattr(self, f"{name}_l{layer}{direction}", getattr(cell, name))


@misconception(
    "nn.rnn.RNNBase.__init__",
    hint="Are the two directions drawn, or one of them copied?",
    fails=("RNN/test_draws", "LSTM/test_draws", "GRU/test_draws"),
    source="folklore",
)
def directions_begin_alike(self, input_size, hidden_size, num_layers=1, bias=True, bidirectional=False, *, rng=None):
    """Both directions begin with the same weights."""
    if num_layers < 1:
        raise ValueError(f"{type(self).__name__} needs a layer or more, got {num_layers}")
    rng = np.random.default_rng() if rng is None else rng
    self.input_size, self.hidden_size, self.num_layers = input_size, hidden_size, num_layers
    self.bias, self.bidirectional = bias, bidirectional
    self.cells = {}
    for layer in range(num_layers):
        size = hidden_size * (1 + bidirectional) if layer else input_size
        for direction in ("", "_reverse")[: 1 + bidirectional]:
            cell = self.cell(size, hidden_size, bias, rng=rng)
            if direction:
                for name in PARAMETERS:
                    if getattr(cell, name) is not None:
                        getattr(cell, name).data = getattr(self.cells[f"l{layer}"], name).data.copy()
            self.cells[f"l{layer}{direction}"] = cell
            for name in PARAMETERS:
                setattr(self, f"{name}_l{layer}{direction}", getattr(cell, name))


@misconception(
    "nn.rnn.RNNBase.__init__",
    hint="Where does layer 1 go on to draw?",
    fails=("RNN/test_draws", "LSTM/test_draws", "GRU/test_draws"),
    source="folklore",
)
def layers_draw_the_same(self, input_size, hidden_size, num_layers=1, bias=True, bidirectional=False, *, rng=None):
    """Each layer draws from the beginning of the generator, so all layers of one size begin alike."""
    if num_layers < 1:
        raise ValueError(f"{type(self).__name__} needs a layer or more, got {num_layers}")
    rng = np.random.default_rng() if rng is None else rng
    self.input_size, self.hidden_size, self.num_layers = input_size, hidden_size, num_layers
    self.bias, self.bidirectional = bias, bidirectional
    self.cells = {}
    seed = int(rng.integers(1 << 30))
    for layer in range(num_layers):
        size = hidden_size * (1 + bidirectional) if layer else input_size
        for direction in ("", "_reverse")[: 1 + bidirectional]:
            cell = self.cell(size, hidden_size, bias, rng=np.random.default_rng(seed))
            self.cells[f"l{layer}{direction}"] = cell
            for name in PARAMETERS:
                setattr(self, f"{name}_l{layer}{direction}", getattr(cell, name))


@misconception(
    "nn.rnn.RNNBase.__init__",
    hint="What is `out` of a network without layers?",
    fails=("RNN/test_refuses", "LSTM/test_refuses", "GRU/test_refuses"),
    source="folklore",
)
def no_layers_are_possible(self, input_size, hidden_size, num_layers=1, bias=True, bidirectional=False, *, rng=None):
    """A network may have no layers at all."""
    rng = np.random.default_rng() if rng is None else rng
    self.input_size, self.hidden_size, self.num_layers = input_size, hidden_size, num_layers
    self.bias, self.bidirectional = bias, bidirectional
    self.cells = {}
    for layer in range(num_layers):
        size = hidden_size * (1 + bidirectional) if layer else input_size
        for direction in ("", "_reverse")[: 1 + bidirectional]:
            cell = self.cell(size, hidden_size, bias, rng=rng)
            self.cells[f"l{layer}{direction}"] = cell
            for name in PARAMETERS:
                setattr(self, f"{name}_l{layer}{direction}", getattr(cell, name))
