"""What people believe about a transformer's layer."""

import numpy as np

from grader.assignment import misconception
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
        "TransformerEncoderLayer/test_masks",
        "TransformerEncoderLayer/test_masks_in_turn",
        "TransformerEncoderLayer/test_cache",
        "TransformerEncoderLayer/test_draws_from_one_generator",
        "TransformerEncoderLayer/test_values",
        "GPT/test_worked_example",
        "GPT/test_sizes",
        "Generate/test_of_a_gpt",
        "Generate/test_without_dropout",
        "Text/test_learns_a_text",
    ),
    source="Stanford CS336, a planted mistake",
)
class no_path_around_attention:
    """x is replaced by what attention gives."""

    def forward(self, src, src_mask=None, src_key_padding_mask=None, cache=None):
        masks = (src_mask, src_key_padding_mask, cache)
        self.save_for_backward(src.dtype)
        if self.norm_first:
            hidden = self._attend(self.norm1(src), *masks)
            return hidden + self._feed(self.norm2(hidden))
        hidden = self.norm1(self._attend(src, *masks))
        return self.norm2(hidden + self._feed(hidden))

    def backward(self, dy):
        (dtype,) = self.saved_values
        if self.norm_first:
            dy = dy.astype(dtype, copy=False)
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
        "TransformerEncoderLayer/test_masks",
        "TransformerEncoderLayer/test_masks_in_turn",
        "TransformerEncoderLayer/test_cache",
        "TransformerEncoderLayer/test_draws_from_one_generator",
        "TransformerEncoderLayer/test_values",
        "GPT/test_worked_example",
        "GPT/test_sizes",
        "Generate/test_of_a_gpt",
        "Generate/test_without_dropout",
    ),
    source="Stanford CS336, a planted mistake",
)
class no_path_around_the_network:
    """h is replaced by what the feed-forward network gives."""

    def forward(self, src, src_mask=None, src_key_padding_mask=None, cache=None):
        masks = (src_mask, src_key_padding_mask, cache)
        self.save_for_backward(src.dtype)
        if self.norm_first:
            hidden = src + self._attend(self.norm1(src), *masks)
            return self._feed(self.norm2(hidden))
        hidden = self.norm1(src + self._attend(src, *masks))
        return self.norm2(self._feed(hidden))

    def backward(self, dy):
        (dtype,) = self.saved_values
        if self.norm_first:
            dy = dy.astype(dtype, copy=False)
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
        "TransformerEncoderLayer/test_values",
    ),
    source="Stanford CS336, a planted mistake",
)
class norm_of_what_is_added:
    """The norm is taken of what is added to x."""

    def forward(self, src, src_mask=None, src_key_padding_mask=None, cache=None):
        masks = (src_mask, src_key_padding_mask, cache)
        self.save_for_backward(src.dtype)
        if self.norm_first:
            hidden = src + self._attend(self.norm1(src), *masks)
            return hidden + self._feed(self.norm2(hidden))
        hidden = src + self.norm1(self._attend(src, *masks))
        return hidden + self.norm2(self._feed(hidden))

    def backward(self, dy):
        (dtype,) = self.saved_values
        if self.norm_first:
            dy = dy.astype(dtype, copy=False)
            d_hidden = dy + self.norm2.backward(self._feed_backward(dy))
            return d_hidden + self.norm1.backward(self._attend_backward(d_hidden))
        d_sum = dy + self._feed_backward(self.norm2.backward(dy))
        return d_sum + self._attend_backward(self.norm1.backward(d_sum))


@misconception(
    "nn.transformer.TransformerEncoderLayer.forward",
    hint="With norm_first, what is added to: x or norm1(x)?",
    fails=(
        "TransformerEncoderLayer/test_paths",
        "TransformerEncoderLayer/test_masks",
        "TransformerEncoderLayer/test_cache",
        "TransformerEncoderLayer/test_draws_from_one_generator",
        "TransformerEncoderLayer/test_values_with_options",
        "TransformerEncoderLayer/test_gradients_with_options",
        "GPT/test_worked_example",
        "GPT/test_sizes",
        "Generate/test_of_a_gpt",
        "Generate/test_without_dropout",
    ),
    source="folklore",
)
def path_of_normalised_numbers(self, src, src_mask=None, src_key_padding_mask=None, cache=None):
    """With norm_first, x is normalised once, and then used for both."""
    masks = (src_mask, src_key_padding_mask, cache)
    self.save_for_backward(src.dtype)
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
        "TransformerEncoderLayer/test_masks",
        "TransformerEncoderLayer/test_cache",
        "TransformerEncoderLayer/test_draws_from_one_generator",
        "TransformerEncoderLayer/test_values_with_options",
        "TransformerEncoderLayer/test_gradients_with_options",
        "GPT/test_worked_example",
        "GPT/test_sizes",
        "Generate/test_of_a_gpt",
        "Generate/test_without_dropout",
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
