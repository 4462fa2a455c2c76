"""What people believe about a layer's gradients and masks."""

import numpy as np

from grader.assignment import misconception


@misconception(
    "nn.transformer.TransformerEncoderLayer.backward",
    hint="x goes two ways: how many terms does its gradient have?",
    fails=(
        "TransformerEncoderLayer/test_paths",
        "TransformerEncoderLayer/test_masks",
        "TransformerEncoderLayer/test_masks_in_turn",
        "TransformerEncoderLayer/test_gradients",
        "TransformerEncoderLayer/test_gradients_with_options",
        "GPT/test_sizes",
        "GPT/test_table_has_both_gradients",
        "Text/test_learns_a_text",
    ),
    source="folklore",
)
def paths_do_not_add(self, dy):
    """The gradient comes back through attention."""
    (dtype,) = self.saved_values
    if self.norm_first:
        dy = dy.astype(dtype, copy=False)
        d_hidden = dy + self.norm2.backward(self._feed_backward(dy))
        return self.norm1.backward(self._attend_backward(d_hidden))
    d_sum = self.norm2.backward(dy)
    d_sum = self.norm1.backward(d_sum + self._feed_backward(d_sum))
    return self._attend_backward(d_sum)


@misconception(
    "nn.transformer.TransformerEncoderLayer._attend_backward",
    hint="x is query, key and value: how many gradients does it have?",
    fails=(
        "TransformerEncoderLayer/test_masks",
        "TransformerEncoderLayer/test_masks_in_turn",
        "TransformerEncoderLayer/test_gradients",
        "TransformerEncoderLayer/test_gradients_with_options",
        "TransformerEncoderLayer/test_evaluation",
        "TransformerEncoderLayer/test_dtypes",
        "GPT/test_sizes",
        "GPT/test_table_has_both_gradients",
        "Text/test_learns_a_text",
    ),
    source="folklore",
)
def queries_alone(self, dy):
    """The gradient of x is that of the queries."""
    d_query, _d_key, _d_value = self.self_attn.backward(self.dropout1.backward(dy))
    return d_query


@misconception(
    "nn.transformer.TransformerEncoderLayer.backward",
    hint="Which norm came last?",
    fails=(
        "TransformerEncoderLayer/test_masks",
        "TransformerEncoderLayer/test_masks_in_turn",
        "TransformerEncoderLayer/test_gradients",
        "TransformerEncoderLayer/test_gradients_with_options",
        "TransformerEncoderLayer/test_used_again",
        "TransformerEncoderLayer/test_memory",
    ),
    source="folklore",
)
def norms_in_the_other_order(self, dy):
    """norm1 is first, also on the way back."""
    (dtype,) = self.saved_values
    if self.norm_first:
        dy = dy.astype(dtype, copy=False)
        d_hidden = dy + self.norm2.backward(self._feed_backward(dy))
        return d_hidden + self.norm1.backward(self._attend_backward(d_hidden))
    d_sum = self.norm1.backward(dy)
    d_sum = self.norm2.backward(d_sum + self._feed_backward(d_sum))
    return d_sum + self._attend_backward(d_sum)


@misconception(
    "nn.transformer.TransformerEncoderLayer.forward",
    hint="Which dtype does y have, if src is float32?",
    fails=(
        "TransformerEncoderLayer/test_dtypes",
        "GPT/test_dtypes",
    ),
    source="folklore",
)
def layer_y_is_float64(self, src, src_mask=None, src_key_padding_mask=None, cache=None):
    """y is float64."""
    masks = (src_mask, src_key_padding_mask, cache)
    self.save_for_backward(src.dtype)
    if self.norm_first:
        hidden = src + self._attend(self.norm1(src), *masks)
        return (hidden + self._feed(self.norm2(hidden))).astype(np.float64)
    hidden = self.norm1(src + self._attend(src, *masks))
    return self.norm2(hidden + self._feed(hidden)).astype(np.float64)


@misconception(
    "nn.transformer.TransformerEncoderLayer.forward",
    hint="Whose array is src?",
    fails=(
        "TransformerEncoderLayer/test_masks",
        "TransformerEncoderLayer/test_masks_in_turn",
        "TransformerEncoderLayer/test_cache",
        "TransformerEncoderLayer/test_draws_from_one_generator",
        "TransformerEncoderLayer/test_values",
        "TransformerEncoderLayer/test_values_with_options",
    ),
    source="folklore",
)
def src_is_changed(self, src, src_mask=None, src_key_padding_mask=None, cache=None):
    """Attention is added to src in place."""
    masks = (src_mask, src_key_padding_mask, cache)
    self.save_for_backward(src.dtype)
    if src.flags.writeable and (not self.norm_first):
        src += 0.001
    if self.norm_first:
        hidden = src + self._attend(self.norm1(src), *masks)
        return hidden + self._feed(self.norm2(hidden))
    hidden = self.norm1(src + self._attend(src, *masks))
    return self.norm2(hidden + self._feed(hidden))


@misconception(
    "nn.transformer.TransformerEncoderLayer.backward",
    hint="Whose array is dy?",
    fails=(
        "TransformerEncoderLayer/test_paths",
        "TransformerEncoderLayer/test_memory",
    ),
    source="folklore",
)
def layer_dy_is_changed(self, dy):
    """dy may be added to in place."""
    (dtype,) = self.saved_values
    before = dy
    dy = dy.copy()
    if before.flags.writeable:
        before[...] = 0
    if self.norm_first:
        dy = dy.astype(dtype, copy=False)
        d_hidden = dy + self.norm2.backward(self._feed_backward(dy))
        return d_hidden + self.norm1.backward(self._attend_backward(d_hidden))
    d_sum = self.norm2.backward(dy)
    d_sum = self.norm1.backward(d_sum + self._feed_backward(d_sum))
    return d_sum + self._attend_backward(d_sum)


@misconception(
    "nn.transformer.TransformerEncoderLayer._attend",
    hint="Who has to know of src_mask?",
    fails=(
        "TransformerEncoderLayer/test_masks",
        "TransformerEncoderLayer/test_masks_in_turn",
        "TransformerEncoderLayer/test_cache",
        "GPT/test_cache",
        "GPT/test_sizes",
        "Generate/test_without_dropout",
        "Text/test_learns_a_text",
    ),
    source="folklore",
)
def mask_is_not_passed_on(self, x, mask, padding, cache):
    """src_mask is for decoders."""
    return self.dropout1(self.self_attn(x, x, x, None, padding, cache))


@misconception(
    "nn.transformer.TransformerEncoderLayer._attend",
    hint="Who has to know of src_key_padding_mask?",
    fails=("TransformerEncoderLayer/test_masks",),
    source="folklore",
)
def padding_is_not_passed_on(self, x, mask, padding, cache):
    """Padding is left to the loss."""
    return self.dropout1(self.self_attn(x, x, x, mask, None, cache))


@misconception(
    "nn.transformer.TransformerEncoderLayer._attend",
    hint="Whose mask counts in a forward that is given none?",
    fails=("TransformerEncoderLayer/test_masks_in_turn",),
    source="folklore",
)
def mask_stays_on(self, x, mask, padding, cache):
    """A mask holds until another one of its shape is given."""
    mask = (
        getattr(self, "_kept", None)
        if mask is None and getattr(self, "_kept", mask) is not None and (len(self._kept) == x.shape[1])
        else mask
    )
    self._kept = mask
    return self.dropout1(self.self_attn(x, x, x, mask, padding, cache))


@misconception(
    "nn.transformer.TransformerEncoderLayer._attend",
    hint="What does True in src_mask say: that a position may be attended to, or that it may not?",
    fails=(
        "TransformerEncoderLayer/test_masks",
        "TransformerEncoderLayer/test_masks_in_turn",
        "TransformerEncoderLayer/test_cache",
        "GPT/test_cache",
        "GPT/test_sizes",
        "Generate/test_of_a_gpt",
        "Generate/test_without_dropout",
        "Text/test_learns_a_text",
    ),
    source="folklore",
)
def true_may_be_seen(self, x, mask, padding, cache):
    """True in src_mask may be attended to."""
    return self.dropout1(
        self.self_attn(x, x, x, ~mask if mask is not None and mask.dtype == bool else mask, padding, cache)
    )


@misconception(
    "nn.transformer.TransformerEncoderLayer.backward",
    hint="Which dtype does dx have, if src is float32 and dy float64?",
    fails=("TransformerEncoderLayer/test_dtypes",),
    source="folklore",
)
def path_keeps_the_dtype_of_dy(self, dy):
    """What goes around everything is dy itself."""
    (_dtype,) = self.saved_values
    if self.norm_first:
        d_hidden = dy + self.norm2.backward(self._feed_backward(dy))
        return d_hidden + self.norm1.backward(self._attend_backward(d_hidden))
    d_sum = self.norm2.backward(dy)
    d_sum = self.norm1.backward(d_sum + self._feed_backward(d_sum))
    return d_sum + self._attend_backward(d_sum)


@misconception(
    "nn.transformer.TransformerEncoderLayer.forward",
    hint="Does padding depend on where the norms are?",
    fails=("TransformerEncoderLayer/test_masks",),
    source="folklore",
)
def padding_with_norm_first_alone(self, src, src_mask=None, src_key_padding_mask=None, cache=None):
    """Padding is passed on with norm_first=True, and forgotten where the sum is normalised."""
    self.save_for_backward(src.dtype)
    if self.norm_first:
        hidden = src + self._attend(self.norm1(src), src_mask, src_key_padding_mask, cache)
        return hidden + self._feed(self.norm2(hidden))
    hidden = self.norm1(src + self._attend(src, src_mask, None, cache))
    return self.norm2(hidden + self._feed(hidden))
