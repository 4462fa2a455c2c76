"""What people believe about the Reader."""

import numpy as np

from grader.assignment import misconception
from reference.interop.torch_models import _count, _needed, _sizes
from reference.nn import LSTM, Embedding, Linear


@misconception(
    "interop.torch_models._Reader.forward",
    hint="What does batch_first say, and what does your LSTM take?",
    fails=(
        "LSTM/test_recorded",
        "LSTM/test_sizes",
        "LSTM/test_step",
        "LSTM/test_float32",
        "LSTM/test_memory",
    ),
    source="folklore",
)
def the_batch_comes_first(self, tokens):
    """An LSTM takes what an Embedding gives."""
    out, _ = self.lstm(self.embedding(tokens))
    self.save_for_backward(out.shape)
    y: np.ndarray = self.fc(out.mean(axis=1))
    return y


@misconception(
    "interop.torch_models._Reader.forward",
    hint="What does the program take of out?",
    fails=(
        "LSTM/test_recorded",
        "LSTM/test_sizes",
        "LSTM/test_step",
        "LSTM/test_float32",
    ),
    source="folklore",
)
def the_last_time_counts(self, tokens):
    """The last time has seen everything."""
    out, _ = self.lstm(self.embedding(tokens).swapaxes(0, 1))
    self.save_for_backward(out.shape)
    y: np.ndarray = self.fc(out[-1])
    return y


@misconception(
    "interop.torch_models._Reader.forward",
    hint="What does the program take of out?",
    fails=(
        "LSTM/test_recorded",
        "LSTM/test_sizes",
        "LSTM/test_step",
        "LSTM/test_float32",
    ),
    source="folklore",
)
def the_sum_counts(self, tokens):
    """All times count."""
    out, _ = self.lstm(self.embedding(tokens).swapaxes(0, 1))
    self.save_for_backward(out.shape)
    y: np.ndarray = self.fc(out.sum(axis=0))
    return y


@misconception(
    "interop.torch_models._Reader.forward",
    hint="What does the program take of out?",
    fails=(
        "LSTM/test_recorded",
        "LSTM/test_sizes",
        "LSTM/test_step",
        "LSTM/test_float32",
    ),
    source="folklore",
)
def the_largest_counts(self, tokens):
    """Of all times the largest number counts."""
    out, _ = self.lstm(self.embedding(tokens).swapaxes(0, 1))
    self.save_for_backward(out.shape)
    y: np.ndarray = self.fc(out.max(axis=0))
    return y


@misconception(
    "interop.torch_models._Reader.forward",
    hint="Which dimension of (L, N, H) are the times?",
    fails=(
        "LSTM/test_recorded",
        "LSTM/test_sizes",
        "LSTM/test_step",
        "LSTM/test_float32",
    ),
    source="folklore",
)
def the_mean_is_over_the_batch(self, tokens):
    """The mean is over the first dimension."""
    out, _ = self.lstm(self.embedding(tokens).swapaxes(0, 1))
    self.save_for_backward(out.shape)
    y: np.ndarray = self.fc(np.broadcast_to(out.mean(axis=(0, 1)), out.shape[1:]))
    return y


@misconception(
    "interop.torch_models._Reader.backward",
    hint="How much does the mean change if one time does?",
    fails=("LSTM/test_recorded", "LSTM/test_step"),
    source="folklore",
)
def each_time_has_the_whole_gradient(self, dy):
    """Each time gets the gradient of the mean."""
    (shape,) = self.saved_values
    d_out = np.broadcast_to(self.fc.backward(dy), shape)
    dx, _ = self.lstm.backward(d_out)
    self.embedding.backward(dx.swapaxes(0, 1))


@misconception(
    "interop.torch_models._Reader.backward",
    hint="Of how many numbers was the mean?",
    fails=("LSTM/test_recorded", "LSTM/test_step"),
    source="folklore",
)
def the_batch_divides(self, dy):
    """The gradient is divided by the batch."""
    (shape,) = self.saved_values
    d_out = np.broadcast_to(self.fc.backward(dy) / shape[1], shape)
    dx, _ = self.lstm.backward(d_out)
    self.embedding.backward(dx.swapaxes(0, 1))


@misconception(
    "interop.torch_models._Reader.backward",
    hint="Which times have a part in the mean?",
    fails=("LSTM/test_recorded", "LSTM/test_step"),
    source="folklore",
)
def the_last_time_has_the_gradient(self, dy):
    """The gradient arrives at the end."""
    (shape,) = self.saved_values
    d_out = np.zeros(shape)
    d_out[-1] = self.fc.backward(dy)
    dx, _ = self.lstm.backward(d_out)
    self.embedding.backward(dx.swapaxes(0, 1))


@misconception(
    "interop.torch_models._Reader.backward",
    hint="Which rows were looked up?",
    fails=("LSTM/test_recorded", "LSTM/test_step"),
    source="folklore",
)
def an_embedding_has_no_gradient(self, dy):
    """Tokens have no gradient, and so the embedding has none."""
    (shape,) = self.saved_values
    d_out = np.broadcast_to(self.fc.backward(dy) / shape[0], shape)
    dx, _ = self.lstm.backward(d_out)
    self.embedding.backward(0 * dx.swapaxes(0, 1))


@misconception(
    "interop.torch_models._Reader.backward",
    hint="In which order are the axes of tokens?",
    fails=("LSTM/test_recorded", "LSTM/test_step"),
    source="folklore",
)
def rows_are_not_swapped_back(self, dy):
    """The gradient goes back as it comes."""
    (shape,) = self.saved_values
    d_out = np.broadcast_to(self.fc.backward(dy) / shape[0], shape)
    dx, _ = self.lstm.backward(d_out)
    self.embedding.backward(dx.reshape(dx.shape[1], dx.shape[0], -1))


@misconception(
    "interop.torch_models._Reader.__init__",
    hint="What do the names of the second layer end with?",
    fails=(
        "LSTM/test_recorded",
        "LSTM/test_sizes",
        "LSTM/test_step",
        "LSTM/test_round_trip",
    ),
    source="folklore",
)
def one_layer(self, state):
    """An LSTM has one layer."""
    vocab_size, embed_dim = _sizes("embedding.weight", _needed(state, "embedding.weight"), 2)
    hidden = _sizes("lstm.weight_hh_l0", _needed(state, "lstm.weight_hh_l0"), 2)[1]
    classes, read = _sizes("fc.weight", _needed(state, "fc.weight"), 2)
    self.embedding = Embedding(vocab_size, embed_dim)
    layers = 1
    self.lstm = LSTM(embed_dim, hidden, layers, bidirectional="lstm.weight_ih_l0_reverse" in state)
    self.fc = Linear(read, classes)


@misconception(
    "interop.torch_models._Reader.__init__",
    hint="What do the names of the last layer end with?",
    fails=(
        "LSTM/test_sizes",
        "LSTM/test_step",
        "LSTM/test_float32",
        "LSTM/test_round_trip",
        "LSTM/test_memory",
        "LSTM/test_missing",
        "LSTM/test_refuses",
    ),
    source="folklore",
)
def two_layers(self, state):
    """The LSTM has two layers, as the checkpoint has."""
    vocab_size, embed_dim = _sizes("embedding.weight", _needed(state, "embedding.weight"), 2)
    hidden = _sizes("lstm.weight_hh_l0", _needed(state, "lstm.weight_hh_l0"), 2)[1]
    classes, read = _sizes("fc.weight", _needed(state, "fc.weight"), 2)
    self.embedding = Embedding(vocab_size, embed_dim)
    layers = 2
    self.lstm = LSTM(embed_dim, hidden, layers, bidirectional="lstm.weight_ih_l0_reverse" in state)
    self.fc = Linear(read, classes)


@misconception(
    "interop.torch_models._Reader.__init__",
    hint="What does _reverse mean?",
    fails=(
        "LSTM/test_recorded",
        "LSTM/test_sizes",
        "LSTM/test_step",
        "LSTM/test_round_trip",
    ),
    source="folklore",
)
def one_direction(self, state):
    """An LSTM reads from the beginning to the end."""
    vocab_size, embed_dim = _sizes("embedding.weight", _needed(state, "embedding.weight"), 2)
    hidden = _sizes("lstm.weight_hh_l0", _needed(state, "lstm.weight_hh_l0"), 2)[1]
    classes, read = _sizes("fc.weight", _needed(state, "fc.weight"), 2)
    self.embedding = Embedding(vocab_size, embed_dim)
    layers = _count(state, r"lstm\.weight_ih_l(\d+)")
    self.lstm = LSTM(embed_dim, hidden, layers, bidirectional=False)
    self.fc = Linear(read, classes)


@misconception(
    "interop.torch_models._Reader.__init__",
    hint="What does _reverse mean?",
    fails=(
        "LSTM/test_sizes",
        "LSTM/test_step",
        "LSTM/test_float32",
        "LSTM/test_round_trip",
        "LSTM/test_memory",
        "LSTM/test_missing",
        "LSTM/test_refuses",
    ),
    source="folklore",
)
def two_directions(self, state):
    """The LSTM reads both ways, as that of the checkpoint."""
    vocab_size, embed_dim = _sizes("embedding.weight", _needed(state, "embedding.weight"), 2)
    hidden = _sizes("lstm.weight_hh_l0", _needed(state, "lstm.weight_hh_l0"), 2)[1]
    classes, read = _sizes("fc.weight", _needed(state, "fc.weight"), 2)
    self.embedding = Embedding(vocab_size, embed_dim)
    layers = _count(state, r"lstm\.weight_ih_l(\d+)")
    self.lstm = LSTM(embed_dim, hidden, layers, bidirectional=True)
    self.fc = Linear(read, classes)


@misconception(
    "interop.torch_models._Reader.__init__",
    hint="What does _reverse mean?",
    fails=(
        "LSTM/test_recorded",
        "LSTM/test_sizes",
        "LSTM/test_step",
        "LSTM/test_round_trip",
        "LSTM/test_missing",
    ),
    source="folklore",
)
def reverse_is_another_layer(self, state):
    """Each weight_ih is a layer."""
    vocab_size, embed_dim = _sizes("embedding.weight", _needed(state, "embedding.weight"), 2)
    hidden = _sizes("lstm.weight_hh_l0", _needed(state, "lstm.weight_hh_l0"), 2)[1]
    classes, read = _sizes("fc.weight", _needed(state, "fc.weight"), 2)
    self.embedding = Embedding(vocab_size, embed_dim)
    layers = sum("weight_ih" in name for name in state)
    self.lstm = LSTM(embed_dim, hidden, layers, bidirectional="lstm.weight_ih_l0_reverse" in state)
    self.fc = Linear(read, classes)


@misconception(
    "interop.torch_models._Reader.__init__",
    hint="How many gates are in one weight?",
    fails=(
        "LSTM/test_recorded",
        "LSTM/test_sizes",
        "LSTM/test_step",
        "LSTM/test_float32",
        "LSTM/test_round_trip",
        "LSTM/test_memory",
        "LSTM/test_missing",
        "LSTM/test_refuses",
    ),
    source="folklore",
)
def hidden_size_is_that_of_the_rows(self, state):
    """The rows of a weight are the hidden size."""
    vocab_size, embed_dim = _sizes("embedding.weight", _needed(state, "embedding.weight"), 2)
    hidden = _sizes("lstm.weight_hh_l0", _needed(state, "lstm.weight_hh_l0"), 2)[0]
    classes, read = _sizes("fc.weight", _needed(state, "fc.weight"), 2)
    self.embedding = Embedding(vocab_size, embed_dim)
    layers = _count(state, r"lstm\.weight_ih_l(\d+)")
    self.lstm = LSTM(embed_dim, hidden, layers, bidirectional="lstm.weight_ih_l0_reverse" in state)
    self.fc = Linear(read, classes)


@misconception(
    "interop.lstm_to_torch",
    hint="Which names does the program load?",
    fails=(
        "LSTM/test_recorded",
        "LSTM/test_step",
        "LSTM/test_round_trip",
    ),
    source="folklore",
)
def names_end_with_their_layer(model):
    """Layer 0 needs no number."""
    return {name.replace("_l0", ""): array for name, array in model.state_dict().items()}


@misconception(
    "interop.lstm_to_torch",
    hint="Which names does the program load?",
    fails=(
        "LSTM/test_recorded",
        "LSTM/test_step",
        "LSTM/test_round_trip",
    ),
    source="folklore",
)
def one_bias_is_enough(model):
    """Two biases add up, so one is given back."""
    return {name: array for name, array in model.state_dict().items() if "bias_hh" not in name}


@misconception(
    "interop.lstm_to_torch",
    hint="What happens to it in the next step?",
    fails=("LSTM/test_memory",),
    source="folklore",
)
def parameters_are_given_back(model):
    """A state refers to the parameters."""
    return {name: parameter.data for name, parameter in model.named_parameters()}


@misconception(
    "interop.torch_models._Reader.backward",
    hint="How long are the texts of the next batch?",
    fails=("LSTM/test_step",),
    source="a reader of the handout",
)
def all_texts_are_as_long_as_the_first(self, dy):
    """The number of times is known once a text was read."""
    (shape,) = self.saved_values
    times = vars(self).setdefault("times", shape[0])
    d_out = np.broadcast_to(self.fc.backward(dy) / times, shape)
    dx, _ = self.lstm.backward(d_out)
    self.embedding.backward(dx.swapaxes(0, 1))
