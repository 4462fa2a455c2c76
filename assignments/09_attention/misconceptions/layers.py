"""What people believe about a transformer's layer."""

import numpy as np

from grader.assignment import misconception
from reference.nn.activation import GELU, ReLU
from reference.nn.dropout import Dropout
from reference.nn.linear import Linear
from reference.nn.normalization import LayerNorm
from reference.nn.transformer.encoder import ACTIVATIONS
from reference.nn.transformer.multihead import MultiheadAttention


@misconception(
    "nn.transformer.TransformerEncoderLayer",
    hint="What becomes of x, if attention gives zeros?",
    fails=(
        "TransformerEncoderLayer/test_paths",
        "GPT/test_worked_example",
        "Generate/test_of_a_gpt",
        "Generate/test_without_dropout",
        "GPT/test_sizes",
        "GPT/test_table_has_both_gradients",
        "GPT/test_table_is_one",
        "GPT/test_refuses_tokens",
        "GPT/test_cache_of_single_tokens",
        "GPT/test_cache_of_prompts",
        "GPT/test_cache_of_several_tokens",
        "GPT/test_cache_of_one_layer",
        "GPT/test_two_texts",
        "GPT/test_caches_of_layers",
        "GPT/test_training_after_writing",
        "GPT/test_values",
        "GPT/test_values_with_options",
        "GPT/test_gradients",
        "GPT/test_gradients_with_options",
        "GPT/test_refuses",
        "TransformerEncoderLayer/test_masks",
        "TransformerEncoderLayer/test_masks_in_turn",
        "TransformerEncoderLayer/test_cache",
        "TransformerEncoderLayer/test_draws_from_one_generator",
        "TransformerEncoderLayer/test_used_again",
        "TransformerEncoderLayer/test_memory",
        "TransformerEncoderLayer/test_values",
        "TransformerEncoderLayer/test_values_with_options",
        "TransformerEncoderLayer/test_gradients",
        "TransformerEncoderLayer/test_gradients_with_options",
        "TransformerEncoderLayer/test_evaluation",
        "TransformerEncoderLayer/test_state",
        "TransformerEncoderLayer/test_dtypes",
        "TransformerEncoderLayer/test_refuses",
    ),
    source="Stanford CS336, a planted mistake",
)
class no_path_around_attention:
    """x is replaced by what attention gives."""

    def forward(self, src, src_mask=None, src_key_padding_mask=None, cache=None):
        masks = (src_mask, src_key_padding_mask, cache)
        if self.norm_first:
            hidden = self._attend(self.norm1(src), *masks)
            return hidden + self._feed(self.norm2(hidden))
        hidden = self.norm1(self._attend(src, *masks))
        return self.norm2(hidden + self._feed(hidden))

    def backward(self, dy):
        if self.norm_first:
            d_hidden = dy + self.norm2.backward(self._feed_backward(dy))
            return self.norm1.backward(self._attend_backward(d_hidden))
        d_sum = self.norm2.backward(dy)
        d_sum = self.norm1.backward(d_sum + self._feed_backward(d_sum))
        return self._attend_backward(d_sum)


@misconception(
    "nn.transformer.TransformerEncoderLayer",
    hint="What becomes of h, if the feed-forward network gives zeros?",
    fails=(
        "TransformerEncoderLayer/test_paths",
        "GPT/test_worked_example",
        "Generate/test_of_a_gpt",
        "Generate/test_without_dropout",
        "GPT/test_sizes",
        "GPT/test_table_has_both_gradients",
        "GPT/test_table_is_one",
        "GPT/test_refuses_tokens",
        "GPT/test_cache_of_single_tokens",
        "GPT/test_cache_of_prompts",
        "GPT/test_cache_of_several_tokens",
        "GPT/test_cache_of_one_layer",
        "GPT/test_two_texts",
        "GPT/test_caches_of_layers",
        "GPT/test_training_after_writing",
        "GPT/test_values",
        "GPT/test_values_with_options",
        "GPT/test_gradients",
        "GPT/test_gradients_with_options",
        "GPT/test_refuses",
        "TransformerEncoderLayer/test_masks",
        "TransformerEncoderLayer/test_masks_in_turn",
        "TransformerEncoderLayer/test_cache",
        "TransformerEncoderLayer/test_draws_from_one_generator",
        "TransformerEncoderLayer/test_used_again",
        "TransformerEncoderLayer/test_memory",
        "TransformerEncoderLayer/test_values",
        "TransformerEncoderLayer/test_values_with_options",
        "TransformerEncoderLayer/test_gradients",
        "TransformerEncoderLayer/test_gradients_with_options",
        "TransformerEncoderLayer/test_evaluation",
        "TransformerEncoderLayer/test_state",
        "TransformerEncoderLayer/test_dtypes",
        "TransformerEncoderLayer/test_refuses",
    ),
    source="Stanford CS336, a planted mistake",
)
class no_path_around_the_network:
    """h is replaced by what the feed-forward network gives."""

    def forward(self, src, src_mask=None, src_key_padding_mask=None, cache=None):
        masks = (src_mask, src_key_padding_mask, cache)
        if self.norm_first:
            hidden = src + self._attend(self.norm1(src), *masks)
            return self._feed(self.norm2(hidden))
        hidden = self.norm1(src + self._attend(src, *masks))
        return self.norm2(self._feed(hidden))

    def backward(self, dy):
        if self.norm_first:
            d_hidden = self.norm2.backward(self._feed_backward(dy))
            return d_hidden + self.norm1.backward(self._attend_backward(d_hidden))
        d_sum = self.norm2.backward(dy)
        d_sum = self.norm1.backward(self._feed_backward(d_sum))
        return d_sum + self._attend_backward(d_sum)


@misconception(
    "nn.transformer.TransformerEncoderLayer",
    hint="Is the sum normalised, or what is added?",
    fails=(
        "TransformerEncoderLayer/test_paths",
        "TransformerEncoderLayer/test_masks",
        "TransformerEncoderLayer/test_masks_in_turn",
        "TransformerEncoderLayer/test_cache",
        "TransformerEncoderLayer/test_draws_from_one_generator",
        "TransformerEncoderLayer/test_used_again",
        "TransformerEncoderLayer/test_memory",
        "TransformerEncoderLayer/test_values",
        "TransformerEncoderLayer/test_values_with_options",
        "TransformerEncoderLayer/test_gradients",
        "TransformerEncoderLayer/test_gradients_with_options",
        "TransformerEncoderLayer/test_evaluation",
        "TransformerEncoderLayer/test_state",
        "TransformerEncoderLayer/test_dtypes",
        "TransformerEncoderLayer/test_refuses",
    ),
    source="Stanford CS336, a planted mistake",
)
class norm_of_what_is_added:
    """The norm is taken of what is added to x."""

    def forward(self, src, src_mask=None, src_key_padding_mask=None, cache=None):
        masks = (src_mask, src_key_padding_mask, cache)
        if self.norm_first:
            hidden = src + self._attend(self.norm1(src), *masks)
            return hidden + self._feed(self.norm2(hidden))
        hidden = src + self.norm1(self._attend(src, *masks))
        return hidden + self.norm2(self._feed(hidden))

    def backward(self, dy):
        if self.norm_first:
            d_hidden = dy + self.norm2.backward(self._feed_backward(dy))
            return d_hidden + self.norm1.backward(self._attend_backward(d_hidden))
        d_sum = dy + self._feed_backward(self.norm2.backward(dy))
        return d_sum + self._attend_backward(self.norm1.backward(d_sum))


@misconception(
    "nn.transformer.TransformerEncoderLayer.forward",
    hint="With norm_first, what is added to: x or norm1(x)?",
    fails=(
        "TransformerEncoderLayer/test_paths",
        "GPT/test_worked_example",
        "Generate/test_of_a_gpt",
        "Generate/test_without_dropout",
        "GPT/test_sizes",
        "GPT/test_table_has_both_gradients",
        "GPT/test_table_is_one",
        "GPT/test_refuses_tokens",
        "GPT/test_cache_of_single_tokens",
        "GPT/test_cache_of_prompts",
        "GPT/test_cache_of_several_tokens",
        "GPT/test_cache_of_one_layer",
        "GPT/test_two_texts",
        "GPT/test_caches_of_layers",
        "GPT/test_training_after_writing",
        "GPT/test_values",
        "GPT/test_values_with_options",
        "GPT/test_gradients",
        "GPT/test_gradients_with_options",
        "GPT/test_refuses",
        "TransformerEncoderLayer/test_masks",
        "TransformerEncoderLayer/test_cache",
        "TransformerEncoderLayer/test_draws_from_one_generator",
        "TransformerEncoderLayer/test_values_with_options",
        "TransformerEncoderLayer/test_gradients_with_options",
        "TransformerEncoderLayer/test_evaluation",
        "TransformerEncoderLayer/test_state",
        "TransformerEncoderLayer/test_dtypes",
        "TransformerEncoderLayer/test_refuses",
    ),
    source="folklore",
)
def path_of_normalised_numbers(self, src, src_mask=None, src_key_padding_mask=None, cache=None):
    """With norm_first, x is normalised once, and then used for both."""
    masks = (src_mask, src_key_padding_mask, cache)
    if self.norm_first:
        normal = self.norm1(src)
        hidden = normal + self._attend(normal, *masks)
        return hidden + self._feed(self.norm2(hidden))
    hidden = self.norm1(src + self._attend(src, *masks))
    return self.norm2(hidden + self._feed(hidden))


@misconception(
    "nn.transformer.TransformerEncoderLayer.__init__",
    hint="What does norm_first do?",
    fails=(
        "TransformerEncoderLayer/test_paths",
        "GPT/test_worked_example",
        "Generate/test_of_a_gpt",
        "Generate/test_without_dropout",
        "GPT/test_sizes",
        "GPT/test_table_has_both_gradients",
        "GPT/test_table_is_one",
        "GPT/test_refuses_tokens",
        "GPT/test_cache_of_single_tokens",
        "GPT/test_cache_of_prompts",
        "GPT/test_cache_of_several_tokens",
        "GPT/test_cache_of_one_layer",
        "GPT/test_two_texts",
        "GPT/test_caches_of_layers",
        "GPT/test_training_after_writing",
        "GPT/test_values",
        "GPT/test_values_with_options",
        "GPT/test_gradients",
        "GPT/test_gradients_with_options",
        "GPT/test_refuses",
        "TransformerEncoderLayer/test_masks",
        "TransformerEncoderLayer/test_cache",
        "TransformerEncoderLayer/test_draws_from_one_generator",
        "TransformerEncoderLayer/test_values_with_options",
        "TransformerEncoderLayer/test_gradients_with_options",
        "TransformerEncoderLayer/test_evaluation",
        "TransformerEncoderLayer/test_state",
        "TransformerEncoderLayer/test_dtypes",
        "TransformerEncoderLayer/test_refuses",
    ),
    source="folklore",
)
def norm_first_is_ignored(
    self, d_model, nhead, dim_feedforward=2048, dropout=0.1, activation="relu", norm_first=False, *, rng=None
):
    """Layers are as in the paper of 2017."""
    if activation not in ACTIVATIONS:
        raise ValueError(f"activation is {activation!r}, but should be one of {list(ACTIVATIONS)}")
    rng = np.random.default_rng() if rng is None else rng
    self.norm_first = False
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
    "nn.transformer.TransformerEncoderLayer.__init__",
    hint="What is the default of norm_first?",
    fails=(
        "TransformerEncoderLayer/test_paths",
        "TransformerEncoderLayer/test_masks",
        "TransformerEncoderLayer/test_masks_in_turn",
        "TransformerEncoderLayer/test_cache",
        "TransformerEncoderLayer/test_draws_from_one_generator",
        "TransformerEncoderLayer/test_used_again",
        "TransformerEncoderLayer/test_memory",
        "TransformerEncoderLayer/test_values",
        "TransformerEncoderLayer/test_values_with_options",
        "TransformerEncoderLayer/test_gradients",
        "TransformerEncoderLayer/test_gradients_with_options",
        "TransformerEncoderLayer/test_evaluation",
        "TransformerEncoderLayer/test_state",
        "TransformerEncoderLayer/test_dtypes",
        "TransformerEncoderLayer/test_refuses",
    ),
    source="folklore",
)
def always_norm_first(
    self, d_model, nhead, dim_feedforward=2048, dropout=0.1, activation="relu", norm_first=False, *, rng=None
):
    """Today, layers normalise first."""
    if activation not in ACTIVATIONS:
        raise ValueError(f"activation is {activation!r}, but should be one of {list(ACTIVATIONS)}")
    rng = np.random.default_rng() if rng is None else rng
    self.norm_first = True
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
    hint="How many norms are there?",
    fails=(
        "Generate/test_of_a_gpt",
        "Generate/test_without_dropout",
        "GPT/test_sizes",
        "GPT/test_table_has_both_gradients",
        "GPT/test_table_is_one",
        "GPT/test_refuses_tokens",
        "GPT/test_cache_of_single_tokens",
        "GPT/test_cache_of_prompts",
        "GPT/test_cache_of_several_tokens",
        "GPT/test_cache_of_one_layer",
        "GPT/test_two_texts",
        "GPT/test_caches_of_layers",
        "GPT/test_training_after_writing",
        "GPT/test_values",
        "GPT/test_values_with_options",
        "GPT/test_gradients",
        "GPT/test_gradients_with_options",
        "GPT/test_refuses",
        "TransformerEncoderLayer/test_masks",
        "TransformerEncoderLayer/test_masks_in_turn",
        "TransformerEncoderLayer/test_cache",
        "TransformerEncoderLayer/test_draws_from_one_generator",
        "TransformerEncoderLayer/test_used_again",
        "TransformerEncoderLayer/test_memory",
        "TransformerEncoderLayer/test_values",
        "TransformerEncoderLayer/test_values_with_options",
        "TransformerEncoderLayer/test_gradients",
        "TransformerEncoderLayer/test_gradients_with_options",
        "TransformerEncoderLayer/test_evaluation",
        "TransformerEncoderLayer/test_state",
        "TransformerEncoderLayer/test_dtypes",
        "TransformerEncoderLayer/test_refuses",
    ),
    source="folklore",
)
class one_norm_for_both:
    """Both norms have the weights of norm1."""

    def __init__(
        self, d_model, nhead, dim_feedforward=2048, dropout=0.1, activation="relu", norm_first=False, *, rng=None
    ):
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
        self.norm2.weight = self.norm1.weight
        self.norm2.bias = self.norm1.bias
        self.dropout1 = Dropout(dropout, rng=rng)
        self.dropout2 = Dropout(dropout, rng=rng)
        self.activation = ACTIVATIONS[activation]()


@misconception(
    "nn.transformer.TransformerEncoderLayer.__init__",
    hint="Which eps has a LayerNorm by default?",
    fails=(
        "TransformerEncoderLayer/test_paths",
        "Generate/test_without_dropout",
        "GPT/test_sizes",
        "GPT/test_table_has_both_gradients",
        "GPT/test_table_is_one",
        "GPT/test_refuses_tokens",
        "GPT/test_cache_of_single_tokens",
        "GPT/test_cache_of_prompts",
        "GPT/test_cache_of_several_tokens",
        "GPT/test_cache_of_one_layer",
        "GPT/test_two_texts",
        "GPT/test_caches_of_layers",
        "GPT/test_training_after_writing",
        "GPT/test_values",
        "GPT/test_values_with_options",
        "GPT/test_gradients",
        "GPT/test_gradients_with_options",
        "TransformerEncoderLayer/test_masks",
        "TransformerEncoderLayer/test_masks_in_turn",
        "TransformerEncoderLayer/test_cache",
        "TransformerEncoderLayer/test_draws_from_one_generator",
        "TransformerEncoderLayer/test_values",
        "TransformerEncoderLayer/test_values_with_options",
        "TransformerEncoderLayer/test_gradients",
        "TransformerEncoderLayer/test_gradients_with_options",
        "TransformerEncoderLayer/test_evaluation",
    ),
    source="folklore",
    convention="This is the form of several libraries, Keras among them is 1e-3; the contract asks for "
    "LayerNorm's default.",
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
    hint="What does activation do?",
    fails=(
        "TransformerEncoderLayer/test_values_with_options",
        "TransformerEncoderLayer/test_gradients_with_options",
        "TransformerEncoderLayer/test_evaluation",
    ),
    source="folklore",
)
def relu_always(
    self, d_model, nhead, dim_feedforward=2048, dropout=0.1, activation="relu", norm_first=False, *, rng=None
):
    """The activation is ReLU."""
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
    self.activation = ReLU()


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
        "Generate/test_of_a_gpt",
        "Generate/test_without_dropout",
        "GPT/test_sizes",
        "GPT/test_table_has_both_gradients",
        "GPT/test_table_is_one",
        "GPT/test_refuses_tokens",
        "GPT/test_cache_of_single_tokens",
        "GPT/test_cache_of_prompts",
        "GPT/test_cache_of_several_tokens",
        "GPT/test_cache_of_one_layer",
        "GPT/test_two_texts",
        "GPT/test_caches_of_layers",
        "GPT/test_training_after_writing",
        "GPT/test_values",
        "GPT/test_values_with_options",
        "GPT/test_gradients",
        "GPT/test_gradients_with_options",
        "GPT/test_refuses",
        "TransformerEncoderLayer/test_masks",
        "TransformerEncoderLayer/test_masks_in_turn",
        "TransformerEncoderLayer/test_cache",
        "TransformerEncoderLayer/test_draws_from_one_generator",
        "TransformerEncoderLayer/test_used_again",
        "TransformerEncoderLayer/test_memory",
        "TransformerEncoderLayer/test_values",
        "TransformerEncoderLayer/test_values_with_options",
        "TransformerEncoderLayer/test_gradients",
        "TransformerEncoderLayer/test_gradients_with_options",
        "TransformerEncoderLayer/test_evaluation",
        "TransformerEncoderLayer/test_state",
        "TransformerEncoderLayer/test_dtypes",
        "TransformerEncoderLayer/test_refuses",
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
    hint="How many heads has self_attn?",
    fails=(
        "Generate/test_without_dropout",
        "GPT/test_sizes",
        "GPT/test_table_has_both_gradients",
        "GPT/test_table_is_one",
        "GPT/test_refuses_tokens",
        "GPT/test_cache_of_single_tokens",
        "GPT/test_cache_of_prompts",
        "GPT/test_cache_of_several_tokens",
        "GPT/test_cache_of_one_layer",
        "GPT/test_two_texts",
        "GPT/test_caches_of_layers",
        "GPT/test_training_after_writing",
        "GPT/test_values",
        "GPT/test_values_with_options",
        "GPT/test_gradients",
        "GPT/test_gradients_with_options",
        "GPT/test_refuses",
        "TransformerEncoderLayer/test_masks",
        "TransformerEncoderLayer/test_masks_in_turn",
        "TransformerEncoderLayer/test_cache",
        "TransformerEncoderLayer/test_draws_from_one_generator",
        "TransformerEncoderLayer/test_used_again",
        "TransformerEncoderLayer/test_memory",
        "TransformerEncoderLayer/test_values",
        "TransformerEncoderLayer/test_values_with_options",
        "TransformerEncoderLayer/test_gradients",
        "TransformerEncoderLayer/test_gradients_with_options",
        "TransformerEncoderLayer/test_evaluation",
        "TransformerEncoderLayer/test_state",
        "TransformerEncoderLayer/test_dtypes",
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
        "GPT/test_draws_from_the_given_generator",
        "TransformerEncoderLayer/test_at_first",
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
        "GPT/test_table_is_one",
        "GPT/test_draws_from_the_given_generator",
        "TransformerEncoderLayer/test_at_first",
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
