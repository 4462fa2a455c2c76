"""What people believe about the parts of a transformer's layer."""

import numpy as np

from grader.assignment import misconception
from reference.nn.activation import GELU, ReLU
from reference.nn.dropout import Dropout
from reference.nn.linear import Linear
from reference.nn.normalization import LayerNorm
from reference.nn.transformer.encoder import ACTIVATIONS
from reference.nn.transformer.multihead import MultiheadAttention


@misconception(
    "nn.transformer.TransformerEncoderLayer.__init__",
    hint="Which eps does a LayerNorm have by default?",
    fails=(
        "TransformerEncoderLayer/test_paths",
        "TransformerEncoderLayer/test_masks",
        "TransformerEncoderLayer/test_masks_in_turn",
        "TransformerEncoderLayer/test_cache",
        "TransformerEncoderLayer/test_draws_from_one_generator",
        "TransformerEncoderLayer/test_values",
        "Generate/test_without_dropout",
        "GPT/test_sizes",
        "GPT/test_table_has_both_gradients",
    ),
    source="folklore",
    convention=(
        "This is the form of several libraries, and in Keras it is 1e-3; the contract asks for LayerNorm's default."
    ),
)
def layer_epsilon(
    self, d_model, nhead, dim_feedforward=2048, dropout=0.1, activation="relu", norm_first=False, *, rng=None
):
    """eps is 1e-6."""
    if activation not in ACTIVATIONS:
        raise ValueError(f"activation is {activation!r}, but should be one of {list(ACTIVATIONS)}")
    rng = np.random.default_rng() if rng is None else rng
    self.norm_first = norm_first
    self.self_attn = MultiheadAttention(d_model, nhead, rng=rng)
    self.linear1 = Linear(d_model, dim_feedforward, rng=rng)
    self.dropout = Dropout(dropout, rng=rng)
    self.linear2 = Linear(dim_feedforward, d_model, rng=rng)
    self.norm1 = LayerNorm(d_model, eps=1e-06)
    self.norm2 = LayerNorm(d_model, eps=1e-06)
    self.dropout1 = Dropout(dropout, rng=rng)
    self.dropout2 = Dropout(dropout, rng=rng)
    self.activation = ACTIVATIONS[activation]()


@misconception(
    "nn.transformer.TransformerEncoderLayer.__init__",
    hint="Which GELU is the default?",
    fails=(
        "TransformerEncoderLayer/test_values_with_options",
        "TransformerEncoderLayer/test_gradients_with_options",
        "TransformerEncoderLayer/test_evaluation",
    ),
    source="github.com/openai/gpt-2",
    convention="This is the form of GPT-2; the contract asks for the exact one.",
)
def gelu_by_tanh(
    self, d_model, nhead, dim_feedforward=2048, dropout=0.1, activation="relu", norm_first=False, *, rng=None
):
    """GELU is its approximation by tanh."""
    if activation not in ACTIVATIONS:
        raise ValueError(f"activation is {activation!r}, but should be one of {list(ACTIVATIONS)}")
    rng = np.random.default_rng() if rng is None else rng
    self.norm_first = norm_first
    self.self_attn = MultiheadAttention(d_model, nhead, rng=rng)
    self.linear1 = Linear(d_model, dim_feedforward, rng=rng)
    self.dropout = Dropout(dropout, rng=rng)
    self.linear2 = Linear(dim_feedforward, d_model, rng=rng)
    self.norm1 = LayerNorm(d_model)
    self.norm2 = LayerNorm(d_model)
    self.dropout1 = Dropout(dropout, rng=rng)
    self.dropout2 = Dropout(dropout, rng=rng)
    self.activation = GELU(approximate="tanh") if activation == "gelu" else ReLU()


@misconception(
    "nn.transformer.TransformerEncoderLayer.__init__",
    hint='What is activation="tanh"?',
    fails=("TransformerEncoderLayer/test_refuses",),
    source="folklore",
)
def other_activations_are_relu(
    self, d_model, nhead, dim_feedforward=2048, dropout=0.1, activation="relu", norm_first=False, *, rng=None
):
    """What is not gelu is relu."""
    activation = activation if activation in ACTIVATIONS else "relu"
    rng = np.random.default_rng() if rng is None else rng
    self.norm_first = norm_first
    self.self_attn = MultiheadAttention(d_model, nhead, rng=rng)
    self.linear1 = Linear(d_model, dim_feedforward, rng=rng)
    self.dropout = Dropout(dropout, rng=rng)
    self.linear2 = Linear(dim_feedforward, d_model, rng=rng)
    self.norm1 = LayerNorm(d_model)
    self.norm2 = LayerNorm(d_model)
    self.dropout1 = Dropout(dropout, rng=rng)
    self.dropout2 = Dropout(dropout, rng=rng)
    self.activation = ACTIVATIONS[activation]()


@misconception(
    "nn.transformer.TransformerEncoderLayer",
    hint="Between which two layers is the activation?",
    fails=(
        "TransformerEncoderLayer/test_masks",
        "TransformerEncoderLayer/test_masks_in_turn",
        "TransformerEncoderLayer/test_cache",
        "TransformerEncoderLayer/test_draws_from_one_generator",
        "TransformerEncoderLayer/test_values",
        "TransformerEncoderLayer/test_values_with_options",
        "Generate/test_of_a_gpt",
        "Generate/test_without_dropout",
        "GPT/test_sizes",
        "GPT/test_table_has_both_gradients",
    ),
    source="folklore",
)
class activation_at_the_end:
    """The activation comes after linear2."""

    def _feed(self, x):
        return self.dropout2(self.activation(self.linear2(self.dropout(self.linear1(x)))))

    def _feed_backward(self, dy):
        d_hidden = self.linear2.backward(self.activation.backward(self.dropout2.backward(dy)))
        return self.linear1.backward(self.dropout.backward(d_hidden))


@misconception(
    "nn.transformer.TransformerEncoderLayer.__init__",
    hint="How wide is the feed-forward network?",
    fails=("TransformerEncoderLayer/test_at_first",),
    source="folklore",
)
def four_times_as_wide(
    self, d_model, nhead, dim_feedforward=2048, dropout=0.1, activation="relu", norm_first=False, *, rng=None
):
    """dim_feedforward is four times d_model."""
    if activation not in ACTIVATIONS:
        raise ValueError(f"activation is {activation!r}, but should be one of {list(ACTIVATIONS)}")
    rng = np.random.default_rng() if rng is None else rng
    self.norm_first = norm_first
    self.self_attn = MultiheadAttention(d_model, nhead, rng=rng)
    self.linear1 = Linear(d_model, 4 * d_model if dim_feedforward == 2048 else dim_feedforward, rng=rng)
    self.dropout = Dropout(dropout, rng=rng)
    self.linear2 = Linear(4 * d_model if dim_feedforward == 2048 else dim_feedforward, d_model, rng=rng)
    self.norm1 = LayerNorm(d_model)
    self.norm2 = LayerNorm(d_model)
    self.dropout1 = Dropout(dropout, rng=rng)
    self.dropout2 = Dropout(dropout, rng=rng)
    self.activation = ACTIVATIONS[activation]()


@misconception(
    "nn.transformer.TransformerEncoderLayer.__init__",
    hint="How many heads does self_attn have?",
    fails=(
        "TransformerEncoderLayer/test_masks",
        "TransformerEncoderLayer/test_masks_in_turn",
        "TransformerEncoderLayer/test_cache",
        "TransformerEncoderLayer/test_draws_from_one_generator",
        "TransformerEncoderLayer/test_values",
        "TransformerEncoderLayer/test_values_with_options",
        "Generate/test_without_dropout",
        "GPT/test_sizes",
        "GPT/test_table_has_both_gradients",
        "Text/test_learns_a_text",
    ),
    source="folklore",
)
def one_head(self, d_model, nhead, dim_feedforward=2048, dropout=0.1, activation="relu", norm_first=False, *, rng=None):
    """self_attn has one head."""
    if activation not in ACTIVATIONS:
        raise ValueError(f"activation is {activation!r}, but should be one of {list(ACTIVATIONS)}")
    rng = np.random.default_rng() if rng is None else rng
    self.norm_first = norm_first
    self.self_attn = MultiheadAttention(d_model, nhead if nhead < 1 or d_model < 1 or d_model % nhead else 1, rng=rng)
    self.linear1 = Linear(d_model, dim_feedforward, rng=rng)
    self.dropout = Dropout(dropout, rng=rng)
    self.linear2 = Linear(dim_feedforward, d_model, rng=rng)
    self.norm1 = LayerNorm(d_model)
    self.norm2 = LayerNorm(d_model)
    self.dropout1 = Dropout(dropout, rng=rng)
    self.dropout2 = Dropout(dropout, rng=rng)
    self.activation = ACTIVATIONS[activation]()


@misconception(
    "nn.transformer.TransformerEncoderLayer.__init__",
    hint="Which of the parts draws first?",
    fails=(
        "TransformerEncoderLayer/test_at_first",
        "GPT/test_draws_from_the_given_generator",
    ),
    source="folklore",
)
def linear2_draws_first(
    self, d_model, nhead, dim_feedforward=2048, dropout=0.1, activation="relu", norm_first=False, *, rng=None
):
    """The parts draw in any order."""
    if activation not in ACTIVATIONS:
        raise ValueError(f"activation is {activation!r}, but should be one of {list(ACTIVATIONS)}")
    rng = np.random.default_rng() if rng is None else rng
    self.norm_first = norm_first
    self.self_attn = MultiheadAttention(d_model, nhead, rng=rng)
    linear2 = Linear(dim_feedforward, d_model, rng=rng)
    self.linear1 = Linear(d_model, dim_feedforward, rng=rng)
    self.dropout = Dropout(dropout, rng=rng)
    self.linear2 = linear2
    self.norm1 = LayerNorm(d_model)
    self.norm2 = LayerNorm(d_model)
    self.dropout1 = Dropout(dropout, rng=rng)
    self.dropout2 = Dropout(dropout, rng=rng)
    self.activation = ACTIVATIONS[activation]()


@misconception(
    "nn.transformer.TransformerEncoderLayer.__init__",
    hint="In which order does a state_dict name the parts?",
    fails=(
        "TransformerEncoderLayer/test_at_first",
        "GPT/test_table_is_one",
        "GPT/test_draws_from_the_given_generator",
    ),
    source="folklore",
)
def norms_before_the_network(
    self, d_model, nhead, dim_feedforward=2048, dropout=0.1, activation="relu", norm_first=False, *, rng=None
):
    """norm1 is registered right after self_attn."""
    if activation not in ACTIVATIONS:
        raise ValueError(f"activation is {activation!r}, but should be one of {list(ACTIVATIONS)}")
    rng = np.random.default_rng() if rng is None else rng
    self.norm_first = norm_first
    self.self_attn = MultiheadAttention(d_model, nhead, rng=rng)
    self.norm1 = LayerNorm(d_model)
    self.linear1 = Linear(d_model, dim_feedforward, rng=rng)
    self.dropout = Dropout(dropout, rng=rng)
    self.linear2 = Linear(dim_feedforward, d_model, rng=rng)
    self.norm1 = LayerNorm(d_model)
    self.norm2 = LayerNorm(d_model)
    self.dropout1 = Dropout(dropout, rng=rng)
    self.dropout2 = Dropout(dropout, rng=rng)
    self.activation = ACTIVATIONS[activation]()
