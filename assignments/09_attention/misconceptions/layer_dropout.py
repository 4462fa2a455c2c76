"""What people believe about what a layer drops."""

import numpy as np

from grader.assignment import misconception
from reference.nn.dropout import Dropout
from reference.nn.linear import Linear
from reference.nn.normalization import LayerNorm
from reference.nn.transformer.encoder import ACTIVATIONS
from reference.nn.transformer.multihead import MultiheadAttention


@misconception(
    "nn.transformer.TransformerEncoderLayer.__init__",
    hint="Where does what is dropped come from?",
    fails=(
        "TransformerEncoderLayer/test_draws_from_one_generator",
        "TransformerEncoderLayer/test_values",
        "TransformerEncoderLayer/test_values_with_options",
        "TransformerEncoderLayer/test_gradients",
        "TransformerEncoderLayer/test_gradients_with_options",
        "TransformerEncoderLayer/test_used_again",
        "Generate/test_without_dropout",
        "GPT/test_values_with_options",
        "GPT/test_gradients_with_options",
    ),
    source="folklore",
)
def dropout_has_its_own_generator(
    self, d_model, nhead, dim_feedforward=2048, dropout=0.1, activation="relu", norm_first=False, *, rng=None
):
    """rng is for initial values; dropout draws from a generator of its own."""
    if activation not in ACTIVATIONS:
        raise ValueError(f"activation is {activation!r}, but should be one of {list(ACTIVATIONS)}")
    rng = np.random.default_rng() if rng is None else rng
    self.norm_first = norm_first
    self.self_attn = MultiheadAttention(d_model, nhead, rng=rng)
    self.linear1 = Linear(d_model, dim_feedforward, rng=rng)
    self.dropout = Dropout(dropout)
    self.linear2 = Linear(dim_feedforward, d_model, rng=rng)
    self.norm1 = LayerNorm(d_model)
    self.norm2 = LayerNorm(d_model)
    self.dropout1 = Dropout(dropout)
    self.dropout2 = Dropout(dropout)
    self.activation = ACTIVATIONS[activation]()


@misconception(
    "nn.transformer.TransformerEncoderLayer",
    hint="How many dropouts does a layer have?",
    fails=(
        "TransformerEncoderLayer/test_draws_from_one_generator",
        "TransformerEncoderLayer/test_values",
        "TransformerEncoderLayer/test_values_with_options",
        "TransformerEncoderLayer/test_gradients",
        "TransformerEncoderLayer/test_gradients_with_options",
        "TransformerEncoderLayer/test_used_again",
        "Generate/test_without_dropout",
        "GPT/test_values_with_options",
        "GPT/test_gradients_with_options",
    ),
    source="folklore",
)
class nothing_dropped_inside:
    """Nothing is dropped between linear1 and linear2."""

    def _feed(self, x):
        return self.dropout2(self.linear2(self.activation(self.linear1(x))))

    def _feed_backward(self, dy):
        d_hidden = self.linear2.backward(self.dropout2.backward(dy))
        return self.linear1.backward(self.activation.backward(d_hidden))


@misconception(
    "nn.transformer.TransformerEncoderLayer",
    hint="What is dropped: what is added, or the sum?",
    fails=(
        "TransformerEncoderLayer/test_draws_from_one_generator",
        "TransformerEncoderLayer/test_values",
        "TransformerEncoderLayer/test_values_with_options",
        "TransformerEncoderLayer/test_gradients",
        "TransformerEncoderLayer/test_gradients_with_options",
        "TransformerEncoderLayer/test_used_again",
    ),
    source="folklore",
)
class the_sum_is_dropped:
    """Dropout comes after the sum."""

    def forward(self, src, src_mask=None, src_key_padding_mask=None, cache=None):
        masks = (src_mask, src_key_padding_mask, cache)
        self.save_for_backward(src.dtype)
        if self.norm_first:
            hidden = src + self._attend(self.norm1(src), *masks)
            return hidden + self._feed(self.norm2(hidden))
        hidden = self.norm1(self.dropout1(src + self.self_attn(src, src, src, *masks)))
        return self.norm2(hidden + self._feed(hidden))

    def backward(self, dy):
        (dtype,) = self.saved_values
        if self.norm_first:
            dy = dy.astype(dtype, copy=False)
            d_hidden = dy + self.norm2.backward(self._feed_backward(dy))
            return d_hidden + self.norm1.backward(self._attend_backward(d_hidden))
        d_sum = self.norm2.backward(dy)
        d_sum = self.norm1.backward(d_sum + self._feed_backward(d_sum))
        d_sum = self.dropout1.backward(d_sum)
        return d_sum + sum(self.self_attn.backward(d_sum))


@misconception(
    "nn.transformer.TransformerEncoderLayer.__init__",
    hint="What is dropped, if dropout is 0.4?",
    fails=(
        "TransformerEncoderLayer/test_dropout_is_a_part",
        "TransformerEncoderLayer/test_values",
        "TransformerEncoderLayer/test_values_with_options",
        "TransformerEncoderLayer/test_gradients",
        "TransformerEncoderLayer/test_gradients_with_options",
        "TransformerEncoderLayer/test_used_again",
        "GPT/test_values_with_options",
        "GPT/test_gradients_with_options",
    ),
    source="folklore",
)
def p_is_what_is_kept(
    self, d_model, nhead, dim_feedforward=2048, dropout=0.1, activation="relu", norm_first=False, *, rng=None
):
    """dropout is the probability of being kept, unless it is 0 or 1."""
    if activation not in ACTIVATIONS:
        raise ValueError(f"activation is {activation!r}, but should be one of {list(ACTIVATIONS)}")
    rng = np.random.default_rng() if rng is None else rng
    self.norm_first = norm_first
    self.self_attn = MultiheadAttention(d_model, nhead, rng=rng)
    self.linear1 = Linear(d_model, dim_feedforward, rng=rng)
    self.dropout = Dropout(1 - dropout if 0 < dropout < 1 else dropout, rng=rng)
    self.linear2 = Linear(dim_feedforward, d_model, rng=rng)
    self.norm1 = LayerNorm(d_model)
    self.norm2 = LayerNorm(d_model)
    self.dropout1 = Dropout(1 - dropout if 0 < dropout < 1 else dropout, rng=rng)
    self.dropout2 = Dropout(1 - dropout if 0 < dropout < 1 else dropout, rng=rng)
    self.activation = ACTIVATIONS[activation]()


@misconception(
    "nn.transformer.TransformerEncoderLayer",
    hint="Does the same chance decide in two places?",
    fails=(
        "TransformerEncoderLayer/test_paths",
        "TransformerEncoderLayer/test_masks",
        "TransformerEncoderLayer/test_masks_in_turn",
        "TransformerEncoderLayer/test_gradients",
        "TransformerEncoderLayer/test_gradients_with_options",
        "TransformerEncoderLayer/test_used_again",
        "GPT/test_worked_example",
        "GPT/test_sizes",
        "Text/test_learns_a_text",
    ),
    source="folklore",
)
class one_mask_for_two:
    """dropout is used in both places of the feed-forward network."""

    def _feed(self, x):
        return self.dropout(self.linear2(self.dropout(self.activation(self.linear1(x)))))

    def _feed_backward(self, dy):
        d_hidden = self.dropout.backward(self.linear2.backward(self.dropout.backward(dy)))
        return self.linear1.backward(self.activation.backward(d_hidden))


@misconception(
    "nn.transformer.TransformerEncoderLayer",
    hint="What is dropped in evaluation?",
    fails=(
        "Generate/test_without_dropout",
        "TransformerEncoderLayer/test_evaluation",
        "GPT/test_evaluation",
    ),
    source="folklore",
)
class dropped_in_evaluation:
    """Dropout is always on."""

    def _feed(self, x):
        self.dropout.training = self.dropout2.training = True
        return self.dropout2(self.linear2(self.dropout(self.activation(self.linear1(x)))))


@misconception(
    "nn.transformer.TransformerEncoderLayer._feed_backward",
    hint="What is the gradient of a number that was dropped?",
    fails=(
        "TransformerEncoderLayer/test_gradients",
        "TransformerEncoderLayer/test_gradients_with_options",
        "TransformerEncoderLayer/test_dtypes",
        "GPT/test_gradients_with_options",
    ),
    source="folklore",
)
def gradient_ignores_dropout(self, dy):
    """Dropout belongs to the forward pass."""
    d_hidden = self.linear2.backward(dy)
    return self.linear1.backward(self.activation.backward(d_hidden))


@misconception(
    "nn.transformer.TransformerEncoderLayer",
    hint="Which mask does a Dropout have that was called three times when backward begins?",
    fails=(
        "TransformerEncoderLayer/test_paths",
        "TransformerEncoderLayer/test_gradients",
        "TransformerEncoderLayer/test_gradients_with_options",
        "GPT/test_worked_example",
        "GPT/test_gradients",
        "Text/test_learns_a_text",
    ),
    source="folklore",
)
class one_dropout_for_all_three:
    """One Dropout serves all three places, as it has no parameters."""

    def _attend(self, x, mask, padding, cache):
        return self.dropout(self.self_attn(x, x, x, mask, padding, cache))

    def _attend_backward(self, dy):
        d_query, d_key, d_value = self.self_attn.backward(self.dropout.backward(dy))
        return d_query + d_key + d_value

    def _feed(self, x):
        return self.dropout(self.linear2(self.dropout(self.activation(self.linear1(x)))))

    def _feed_backward(self, dy):
        d_hidden = self.dropout.backward(self.linear2.backward(self.dropout.backward(dy)))
        return self.linear1.backward(self.activation.backward(d_hidden))
